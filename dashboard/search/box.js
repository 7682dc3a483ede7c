// The search of the bar: a button that opens a dialog with a combobox, whose results come from the
// server. "/" opens it, arrows choose, Enter follows, Escape closes.
(() => {
  const { labels } = document.currentScript.dataset;
  const words = JSON.parse(labels);
  const WAIT = 120; // milliseconds without a key before the server is asked

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.append(...children);
    return element;
  };

  const input = make("input", {
    type: "text",
    role: "combobox",
    maxlength: 100,
    autocomplete: "off",
    spellcheck: false,
    placeholder: words.placeholder,
    "aria-label": words.label,
    "aria-autocomplete": "list",
    "aria-expanded": false,
    "aria-controls": "search-results",
  });
  const close = make("button", { type: "button", class: "close" }, words.close);
  const status = make("p", { role: "status" });
  const list = make("div", { id: "search-results", role: "listbox", "aria-label": words.results });
  const dialog = make(
    "dialog",
    { class: "search", "aria-label": words.label },
    make("div", { class: "field" }, input, close),
    status,
    list,
  );
  const button = make("button", {
    type: "button",
    class: "search-open",
    "aria-haspopup": "dialog",
    "aria-keyshortcuts": "/",
    "aria-label": words.label,
    title: words.label,
  });
  button.append(make("span", {}, words.open), make("kbd", {}, "/"));
  let asked, timer, active;

  const options = () => [...list.querySelectorAll('[role="option"]')];

  const choose = (option) => {
    active?.setAttribute("aria-selected", "false");
    active = option;
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };

  const show = (groups, note) => {
    choose();
    list.replaceChildren(...groups);
    options().forEach((option, number) => (option.id = `search-result-${number}`));
    input.setAttribute("aria-expanded", String(groups.length > 0));
    status.textContent = note;
  };

  const option = ({ title, where, context, url }) =>
    make(
      "a",
      { role: "option", href: url, tabindex: -1, "aria-selected": false },
      make("b", {}, title),
      ...(where ? [" ", make("i", {}, where)] : []),
      ...(context ? [" ", make("small", {}, context)] : []),
    );

  const group = ({ kind, label, total, results }) =>
    make(
      "div",
      { role: "group", "aria-labelledby": `search-${kind}` },
      make(
        "div",
        { id: `search-${kind}`, class: "kind", role: "presentation" },
        total ? `${label} (${total})` : label,
      ),
      ...results.map(option),
    );

  /** The language of the page, as links of the pages carry it. */
  const language = () => {
    const { lang } = document.documentElement;
    return new URLSearchParams(location.search).get("lang") || (lang === "en" ? "" : lang);
  };

  const address = (path, text) => {
    const query = new URLSearchParams({ q: text, ...(language() && { lang: language() }) });
    return `./${path}?${query}`;
  };

  const ask = async (text) => {
    asked?.abort();
    asked = new AbortController();
    if (!text) return show([], "");
    try {
      const response = await fetch(address("search.json", text), { signal: asked.signal });
      const answer = await response.json();
      if (!response.ok) return show([], answer.detail ?? words.failed);
      const found = answer.groups.map(group);
      const all = { title: words.all, context: `“${text}”`, url: address("explore", text) };
      const mapped = ["cities", "projects", "plans"];
      if (answer.groups.some(({ kind }) => mapped.includes(kind)))
        found.push(group({ kind: "all", label: words.map, results: [all] }));
      show(found, found.length ? answer.note : words.nothing);
    } catch (error) {
      if (error.name !== "AbortError") show([], words.failed);
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask(input.value.trim()), WAIT);
  });

  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(active);
    const next = {
      ArrowDown: all[at + 1] ?? all[0],
      ArrowUp: at < 0 ? all.at(-1) : (all[at - 1] ?? all.at(-1)),
      ...(active && { Home: all[0], End: all.at(-1) }),
    }[event.key];
    if (next) {
      choose(next);
    } else if (event.key === "Enter" && input.value.trim() && !event.isComposing) {
      (active ?? all[0])?.click();
    } else {
      return;
    }
    event.preventDefault();
  });

  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
  };

  button.addEventListener("click", open);
  close.addEventListener("click", () => dialog.close());
  // A click beside the dialog is one on its backdrop.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  // Streamlit's shortcuts are single letters: those typed here are not for it.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  list.addEventListener("click", () => dialog.close());

  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, textarea, select, [contenteditable='true']");
    if (event.key !== "/" || writing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    open();
  });

  document.addEventListener("DOMContentLoaded", () => document.body.append(button, dialog));
})();
