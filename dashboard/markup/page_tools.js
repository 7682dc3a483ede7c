// What every page has: the panel of its downloads, and the index of its sections. Both are made of
// what stands on the page, so that a part that runs alone changes them too.
(() => {
  const { labels } = document.currentScript.dataset;
  const words = JSON.parse(labels);
  const KINDS = ["download", "tables", "charts", "maps"]; // first segment of the files' addresses

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.append(...children);
    return element;
  };
  const all = (selector) => [...document.querySelectorAll(selector)];

  // ---- Downloads

  const close = make("button", { type: "button", class: "close" }, words.close);
  const content = make("div", { class: "content" });
  const dialog = make(
    "dialog",
    { class: "downloads", "aria-labelledby": "downloads-title" },
    make("header", {}, make("h2", { id: "downloads-title" }, words.title), close),
    content,
  );

  /** Links of one row: "png,svg /charts/x.*?city=dili Slide" a line. */
  const links = ({ files }) =>
    files.split("\n").map((line) => {
      const [, extensions, url, label] = line.match(/^(\S+) (\S+) ?(.*)$/);
      const formats = extensions.split(",").map((extension) => {
        const text = words.formats[extension] ?? extension.toUpperCase();
        return make("a", { href: `.${url.replace("*", extension)}`, download: "" }, text);
      });
      return make("span", {}, label && make("small", {}, label), ...formats);
    });

  const row = (mark) => {
    const { title, rows } = mark.dataset;
    const head = make("th", { scope: "row" }, title, ...(rows ? [" ", make("small", {}, rows)] : []));
    const { cite } = mark.dataset;
    const opened = { class: "cite", href: cite, target: "_blank", rel: "noopener" };
    const groups = links(mark.dataset);
    if (cite) groups.at(-1).append(make("a", opened, words.cite)); // html_shell.js shows it
    const element = make("tr", {}, head, make("td", {}, ...groups));
    element.files = mark.dataset.files;
    return element;
  };

  const part = (title, note, ...children) =>
    make("section", {}, make("h3", {}, title), ...(note ? [make("p", {}, note)] : []), ...children);

  const kindOf = ({ dataset }) => dataset.files.match(/ \/(\w+)/)[1];

  const copying = (text) => {
    const button = make("button", { type: "button", class: "copy" }, words.copy);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = words.copied;
    });
    return button;
  };

  const fill = () => {
    const unique = new Map(all("[data-files]").map((mark) => [mark.dataset.files, mark]));
    const marks = [...unique.values()];
    const note = document.querySelector("[data-downloads-note]")?.dataset.downloadsNote;
    const parts = KINDS.map((kind) => [kind, marks.filter((mark) => kindOf(mark) === kind)])
      .filter(([, found]) => found.length)
      .map(([kind, found]) =>
        part(words[kind], kind === "download" && note, make("table", {}, ...found.map(row))),
      );
    const recipe = document.querySelector(".recipe")?.cloneNode(true);
    if (recipe) {
      recipe.hidden = false;
      for (const code of navigator.clipboard ? recipe.querySelectorAll("pre") : [])
        code.before(copying(code.textContent));
    }
    content.replaceChildren(...parts, ...(recipe ? [recipe] : []));
  };

  const open = (files) => {
    fill();
    if (!dialog.open) dialog.showModal();
    content.scrollTop = 0;
    const asked = files && [...content.querySelectorAll("tr")].find((one) => one.files === files);
    if (!asked) return;
    asked.classList.add("asked");
    asked.scrollIntoView({ block: "center" });
    asked.querySelector("a").focus({ preventScroll: true });
  };

  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  // Streamlit's shortcuts are single letters: those typed here are not for it.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());

  // ---- Sections

  const scroller = () => document.querySelector('[data-testid="stMain"]');
  const heads = () => all("header.section[data-index]");
  const index = () => document.querySelector("nav.sections");

  const goTo = (head, behavior) => {
    head.closest("details")?.setAttribute("open", "");
    head.scrollIntoView({ block: "start", behavior });
  };

  const listSections = () => {
    markFitting();
    const nav = index();
    if (!nav) return;
    const found = heads();
    const key = found.map(({ id, dataset }) => `${id} ${dataset.index}`).join("\n");
    if (nav.made === key) return;
    nav.made = key;
    const entry = ({ id, dataset }) => make("li", {}, make("a", { href: `#${id}` }, dataset.index));
    nav.replaceChildren(...(found.length > 2 ? [make("ul", {}, ...found.map(entry))] : []));
    markCurrent();
  };

  const markCurrent = () => {
    const nav = index();
    if (!nav?.firstChild) return;
    const line = nav.getBoundingClientRect().bottom + 40;
    const passed = heads().filter((head) => head.getBoundingClientRect().top < line);
    const current = passed.at(-1)?.id;
    for (const link of nav.querySelectorAll("a")) {
      const here = link.hash === `#${current}`;
      if (here === link.hasAttribute("aria-current")) continue;
      link.toggleAttribute("aria-current", here);
      if (!here) continue;
      link.setAttribute("aria-current", "location");
      const list = nav.firstChild; // its own scrolling, not that of the page
      list.scrollLeft = link.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
    }
  };

  // An address with a section goes there once the page stands: what is above it grows until then.
  const panel = new URLSearchParams(location.search).get("panel"); // of links to Explore
  let wanted = decodeURIComponent(location.hash.slice(1)) || (panel === "download" ? panel : "");
  let still = 0;
  const leave = () => (wanted = "");
  ["wheel", "touchmove", "keydown", "pointerdown"].forEach((type) => addEventListener(type, leave));
  const timer = setInterval(() => {
    const app = document.querySelector('[data-testid="stApp"]');
    const rests = app?.dataset.testScriptState === "notRunning";
    still = rests ? still + 1 : 0;
    if (wanted === "download" && rests && document.querySelector("[data-files]")) {
      leave();
      open();
    }
    const head = wanted && document.getElementById(wanted);
    if (head) {
      if (!location.hash) history.replaceState(history.state, "", `#${wanted}`);
      goTo(head);
    }
    if (!wanted || still > 10) clearInterval(timer);
  }, 200);

  // A browser that cannot show the beginning of what is folded shows all of it; so does one that
  // moves the focus there.
  const unfold = (element) => element?.setAttribute("open", "");
  addEventListener("focusin", ({ target }) => {
    const folded = target.closest?.("details.rest:not([open])");
    if (target.localName !== "summary" && !target.matches(".scroll")) unfold(folded);
  });
  const partly = CSS.supports("selector(::details-content)");
  const markFitting = () => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    for (const folded of all("details.rest:not([open])")) {
      if (!partly) unfold(folded);
      const limit = 1.3 * parseFloat(getComputedStyle(folded).getPropertyValue("--folded")) * rem;
      folded.classList.toggle("fits", folded.lastElementChild.offsetHeight <= limit);
    }
  };
  addEventListener("resize", markFitting);

  // Rows of a table, by the column whose heading is pressed; pressed again, from the end.
  const sort = (heading) => {
    const headings = [...heading.parentElement.cells];
    const backwards = heading.ariaSort === "ascending";
    for (const other of headings) other.removeAttribute("aria-sort");
    heading.ariaSort = backwards ? "descending" : "ascending";
    const { compare } = new Intl.Collator(document.documentElement.lang, { numeric: true });
    const text = (row) => row.cells[headings.indexOf(heading)].innerText;
    const [body] = heading.closest("table").tBodies;
    const rows = [...body.rows].sort((one, other) => compare(text(one), text(other)));
    unfold(heading.closest("details.rest"));
    body.append(...(backwards ? rows.reverse() : rows));
  };

  // ---- Events

  addEventListener("click", (event) => {
    const sorted = event.target.closest?.("th:has(> button.sort)");
    if (sorted && event.target.closest("button")) return sort(sorted);
    const button = event.target.closest?.("button.files, button.download-open");
    if (button) return open(button.dataset.files);
    const link = event.target.closest?.("nav.sections a");
    const head = link && document.getElementById(link.hash.slice(1));
    if (!head) return;
    event.preventDefault(); // Streamlit would run the page anew
    history.replaceState(history.state, "", link.hash);
    goTo(head, "smooth");
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
  });

  const once = (act, asked = false) => () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      act();
    });
  };
  new MutationObserver(once(listSections)).observe(document, { childList: true, subtree: true });
  addEventListener("scroll", once(markCurrent), { capture: true, passive: true });
  document.addEventListener("DOMContentLoaded", () => document.body.append(dialog));
})();
