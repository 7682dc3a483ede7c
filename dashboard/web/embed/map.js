// Asks for the deck that fits this frame and its theme, and draws it; again when the theme changes.
(() => {
  const box = document.getElementById("map");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let drawn = null;
  let asked = 0;

  // Few sizes, so that few descriptions serve all frames.
  const step = (pixels) => Math.max(100, Math.min(3000, Math.floor(pixels / 20) * 20));

  async function draw() {
    const own = ++asked;
    const fixed = box.dataset.theme;
    const address = new URL(box.dataset.deck, location.href);
    address.searchParams.set("theme", fixed !== "auto" ? fixed : dark.matches ? "dark" : "light");
    address.searchParams.set("width", step(box.clientWidth));
    address.searchParams.set("height", step(box.clientHeight));
    try {
      const answer = await fetch(address);
      const said = await answer.json();
      if (own !== asked) return;
      if (!answer.ok) throw new Error(said.detail);
      drawn?.finalize();
      box.replaceChildren();
      drawn = createDeck({ container: box, jsonInput: said.deck, tooltip: said.card });
    } catch (fault) {
      console.warn(fault);
      if (own === asked && !drawn) box.textContent = box.dataset.failed;
    }
  }

  // The wheel scrolls the page that holds the frame; with Ctrl or ⌘ it zooms, as on our own pages.
  box.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
    },
    { capture: true, passive: true },
  );

  dark.addEventListener("change", draw);
  draw();
})();
