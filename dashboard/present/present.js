// A page on a projector: one section a screen, without controls. "present=2" in the address shows the
// second; arrows and the keys of a remote control step, Escape leaves. The server is never asked.
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);
  const PARAMETER = "present";
  const BLOCK = '[data-testid="stVerticalBlock"]';
  const COLUMN = `[data-testid="stMainBlockContainer"] > ${BLOCK}`;
  const HEAD = "header.page, header.section";
  const CONTENT = `.map-holder, .chart-holder, [data-testid="stDataFrame"], .stHtml > :not(header, style)`;
  const LARGEST = 1.5; // how much a short section grows
  const SMALLEST = 0.9; // less cannot be read from a chair: a longer section is stepped through
  const TOLERANCE = 24; // pixels that a section may be too long for the window
  const root = document.documentElement;
  const style = document.createElement("style");
  let slides = [];
  let current = 0;

  const make = (element, properties, ...children) => {
    const made = Object.assign(document.createElement(element), properties);
    made.append(...children);
    return made;
  };
  const step = (label, sign, by) =>
    make("button", { type: "button", title: label, ariaLabel: label, onclick: () => move(by) }, sign);

  const title = make("span", { className: "title" });
  const page = make("output", {});
  const close = make("button", {
    type: "button", title: words.close, ariaLabel: words.close, textContent: "×", onclick: () => leave(),
  });
  const bar = make(
    "div",
    { className: "present-bar" },
    title, step(words.before, "‹", -1), page, step(words.next, "›", 1), close,
  );
  const opener = make("button", {
    type: "button", className: "present-open", title: words.open, ariaLabel: words.open,
    onclick: () => {
      root.requestFullscreen?.().catch(() => {}); // a window does as well
      enter(0);
    },
  });

  const presenting = () => root.classList.contains("presenting");
  const main = () => document.querySelector('[data-testid="stMain"]');
  const seen = (element) => element.getClientRects().length > 0;

  /** What a page consists of, one below the other, and a selector of each: containers that hold more
   * than one heading are taken apart. */
  const parts = (selector) =>
    [...(document.querySelector(selector)?.children ?? [])].flatMap((node, index) => {
      const own = `${selector} > :nth-child(${index + 1})`;
      const inner = node.querySelector(`:scope > ${BLOCK}`);
      return inner?.querySelector(HEAD) ? parts(`${own} > ${BLOCK}`) : [{ node, selector: own }];
    });

  /** Heading and parts of each section; one without more than a heading begins the next. */
  const sections = () => {
    style.textContent = "";
    const all = parts(COLUMN);
    const found = [];
    for (const part of all) {
      const heading = [...part.node.querySelectorAll(HEAD)].find(seen);
      if (heading && (!found.length || found.at(-1).full)) found.push({ heading, shown: new Set() });
      const section = found.at(-1);
      if (!section) continue;
      section.shown.add(part);
      section.full ||= [...part.node.querySelectorAll(CONTENT)].some((one) => one.offsetHeight > 8);
    }
    return found
      .filter(({ full }) => full)
      .map(({ heading, shown }) => ({
        heading,
        others: all.filter((part) => !shown.has(part)).map(({ selector }) => selector),
      }));
  };

  const show = () => {
    if (!presenting()) return;
    slides = sections();
    if (!slides.length) return;
    current = Math.min(Math.max(current, 0), slides.length - 1);
    const { others, heading } = slides[current];
    style.textContent = `@media screen { ${others.join() || "_"} { display: none !important } }`;
    fit();
    const head = document.querySelector("header.page h1")?.textContent ?? "";
    const name = heading.querySelector("h1, h2")?.textContent ?? "";
    title.textContent = name === head ? "" : head;
    page.textContent = words.page.replace("{page}", current + 1).replace("{pages}", slides.length);
    page.ariaLabel = `${page.textContent}: ${name}`;
    const url = new URL(location);
    if (url.searchParams.get(PARAMETER) === String(current + 1)) return;
    url.searchParams.set(PARAMETER, current + 1);
    history.replaceState(history.state, "", url.href.replaceAll("%2C", ","));
  };

  /** Draw a section as large as the window has room for. */
  const fit = () => {
    const room = innerHeight - bar.offsetHeight - 8;
    let size = 1;
    for (let round = 0; round < 4; round++) {
      root.style.setProperty("--fit", size);
      const height = document.querySelector(COLUMN).getBoundingClientRect().height + 40;
      const next = Math.min(LARGEST, Math.max(SMALLEST, (size * room) / height));
      if (Math.abs(next - size) < 0.02 || (round && next > size)) break;
      size = next;
    }
  };

  const move = (by) => {
    const { scrollTop, clientHeight } = main();
    main().scrollBy({ top: by * (clientHeight - 120), behavior: "instant" });
    if (Math.abs(main().scrollTop - scrollTop) > TOLERANCE) return; // there was more of this section
    const next = current + by;
    if (next < 0 || next >= slides.length) return;
    current = next;
    show();
    main().scrollTop = by > 0 ? 0 : main().scrollHeight;
  };

  const enter = (at) => {
    current = at;
    root.classList.add("presenting");
    document.activeElement?.blur();
    show();
    main()?.scrollTo(0, 0);
  };

  const leave = () => {
    if (!presenting()) return;
    root.classList.remove("presenting");
    root.style.removeProperty("--fit");
    style.textContent = "";
    const url = new URL(location);
    url.searchParams.delete(PARAMETER);
    history.replaceState(history.state, "", url.href.replaceAll("%2C", ","));
    if (document.fullscreenElement) document.exitFullscreen();
    if (seen(opener)) opener.focus();
  };

  const STEPS = {
    ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1,
    ArrowLeft: -1, ArrowUp: -1, PageUp: -1,
  };
  document.addEventListener(
    "keydown",
    (event) => {
      if (!presenting() || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") {
        if (!document.fullscreenElement || document.fullscreenElement === root) leave();
        return;
      }
      // A map that has the focus is moved by arrows, as elsewhere.
      const own = event.target.closest?.("input, select, textarea, canvas, button, summary, a");
      if (own && !event.key.startsWith("Page")) return;
      const ends = { Home: -slides.length, End: slides.length }[event.key];
      const by = event.key === " " && event.shiftKey ? -1 : STEPS[event.key];
      if (ends) {
        current = ends < 0 ? 0 : slides.length - 1;
        show();
      } else if (by) move(by);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement && presenting() && !document.querySelector(".map.filled")) leave();
  });
  addEventListener("resize", () => presenting() && show());
  addEventListener("popstate", () => new URL(location).searchParams.has(PARAMETER) || leave());

  // Parts arrive one by one, charts and maps are drawn later.
  let asked = 0;
  new MutationObserver(() => {
    if (!presenting()) return;
    clearTimeout(asked);
    asked = setTimeout(show, 200);
  }).observe(document, { childList: true, subtree: true });

  document.head.append(style);
  const asks = Number(new URLSearchParams(location.search).get(PARAMETER));
  if (asks >= 1) {
    current = asks - 1;
    root.classList.add("presenting");
  }
  document.addEventListener("DOMContentLoaded", () => document.body.append(opener, bar));
})();
