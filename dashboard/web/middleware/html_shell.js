// What Streamlit's front end leaves open: the drawer of a narrow window, and the way back.
(() => {
  const PAGES = ["PAGES"]; // filled in by html_shell.py
  const narrow = matchMedia("(max-width: 768px)"); // where Streamlit lays the sidebar over the page
  const OPEN_BUTTON = '[data-testid="stExpandSidebarButton"]';
  const CLOSE_BUTTON = '[data-testid="stSidebarCollapseButton"] button';
  const OPEN_DRAWER = '[data-testid="stSidebar"][data-collapsed="false"]';
  const PAGE_LINK = '[data-testid="stSidebarNavLink"]';
  const LIST = '[role="listbox"]:not(dialog *), [role="menu"]'; // the search is a dialog

  // Streamlit keeps the drawer as it was left, so that it would cover the next page.
  if (narrow.matches) {
    try {
      Object.keys(localStorage)
        .filter((key) => key.startsWith("stSidebarCollapsed"))
        .forEach((key) => localStorage.removeItem(key));
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  }

  // An address without a query keeps what a user left on the page, unless they went back to it: the
  // server is told so in the address that Streamlit sends with the same event.
  addEventListener("popstate", (event) => {
    const url = new URL(location);
    // Streamlit would show the first page at an address that there is not.
    if (!PAGES.includes(url.pathname.split("/").pop())) {
      event.stopImmediatePropagation();
      return location.reload();
    }
    url.searchParams.set("returned", "1");
    const { href } = location;
    history.replaceState(history.state, "", url);
    setTimeout(() => history.replaceState(history.state, "", href));
  });

  const close = () => document.querySelector(`${OPEN_DRAWER} ${CLOSE_BUTTON}`)?.click();

  addEventListener("click", (event) => {
    if (narrow.matches && event.target.closest?.(PAGE_LINK)) setTimeout(close);
  });

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !narrow.matches) return;
    if (!document.querySelector(OPEN_DRAWER) || document.querySelector(LIST)) return;
    close();
    requestAnimationFrame(() => document.querySelector(OPEN_BUTTON)?.focus());
  });

  // "Cite" opens its page in a dialog, with buttons that copy; without scripts it is a page.
  const citation = async (link) => {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main[data-copy]");
    if (!answer.ok || !main) return open(link.href);
    const { copy, copied, close } = main.dataset;
    const dialog = document.createElement("dialog");
    const button = (label, act, kind = "") => {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", textContent: label, className: kind, onclick: act });
      return made;
    };
    dialog.className = "cite";
    dialog.append(...main.childNodes);
    dialog.ariaLabel = dialog.querySelector("h1").textContent;
    for (const text of dialog.querySelectorAll(".copy"))
      text.after(
        button(copy, async ({ target }) => {
          await navigator.clipboard?.writeText(text.textContent);
          target.textContent = copied;
        }),
      );
    dialog.append(button(close, () => dialog.close(), "close"));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      link.focus();
    });
    document.querySelector(".stApp").append(dialog);
    dialog.showModal();
  };

  addEventListener("click", (event) => {
    const link = event.target.closest?.("a.cite");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    citation(link).catch(() => open(link.href));
  });

  // The links before the bar lead past it, and past filters.
  const SKIPPED_TO = { content: "header.page h1", map: ".map-holder canvas" };
  addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll("a.skip")) {
      const target = () => document.querySelector(SKIPPED_TO[link.dataset.target]);
      link.hidden = false;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const found = target();
        if (!found) return;
        if (found.matches("h1")) found.tabIndex = -1;
        found.focus();
        found.scrollIntoView({ block: "start" });
      });
    }
  });

  // Paper says when and where it was printed, and charts are as wide as it.
  addEventListener("beforeprint", () => {
    const when = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
    for (const head of document.querySelectorAll("header.page"))
      head.dataset.printed = `${when} · ${location.href}`;
  });

  // The style sheet writes on the drawer's buttons; their names are to say the same.
  const nameButtons = () => {
    for (const selector of [OPEN_BUTTON, CLOSE_BUTTON]) {
      const button = document.querySelector(selector);
      const written = button && getComputedStyle(button, "::after").content;
      if (!written?.startsWith('"')) continue;
      const name = JSON.parse(written);
      if (button.ariaLabel !== name) button.ariaLabel = name;
    }
  };
  let asked = false;
  new MutationObserver(() => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      nameButtons();
    });
  }).observe(document, { childList: true, subtree: true });
  addEventListener("resize", nameButtons);
})();
