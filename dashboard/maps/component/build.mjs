// Bundles src/map.ts into built/map-<digest>.js. The digest is that of the sources and of the lock
// file, so that a test can tell, without Node, whether the committed file fits them.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

const sources = ["package-lock.json", "build.mjs", ...readdirSync("src").map((name) => `src/${name}`)];
const digest = createHash("sha256");
for (const name of sources.sort()) digest.update(name).update(readFileSync(name));

const notice = `deck.gl, luma.gl, loaders.gl, math.gl: MIT, vis.gl contributors.

pbf:
${readFileSync("node_modules/pbf/LICENSE", "utf8").trim()}`;

rmSync("built", { recursive: true, force: true });
await build({
  entryPoints: ["src/map.ts"],
  outfile: `built/map-${digest.digest("hex").slice(0, 12)}.js`,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  // deck.gl's own build without shaders for WebGPU, which are an eighth of the script.
  conditions: ["visgl:webgl-only", "module"],
  loader: { ".css": "text" },
  legalComments: "none",
  banner: { js: `/* ${notice} */` },
});
