// Requests the map that fits this frame and its theme, and draws it; again when the theme changes.
(() => {
  const box = document.getElementById("map");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let requests = 0;

  // Few sizes, so that few descriptions serve all frames.
  const step = (pixels) => Math.max(100, Math.min(3000, Math.floor(pixels / 20) * 20));

  async function draw() {
    const current = ++requests;
    const theme = box.dataset.theme;
    const url = new URL(box.dataset.map, location.href);
    url.searchParams.set("theme", theme !== "auto" ? theme : dark.matches ? "dark" : "light");
    url.searchParams.set("width", step(box.clientWidth));
    url.searchParams.set("height", step(box.clientHeight));
    try {
      const [script, response] = await Promise.all([
        import(new URL(box.dataset.script, location.href).href),
        fetch(url),
      ]);
      const data = await response.json();
      if (current !== requests) return;
      if (!response.ok) throw new Error(data.detail);
      script.render(box, data);
    } catch (error) {
      console.warn(error);
      if (current === requests && !box.querySelector(".map")) box.textContent = box.dataset.failed;
    }
  }

  dark.addEventListener("change", draw);
  draw();
})();
