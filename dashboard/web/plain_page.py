"""Pages of plain HTML without scripts, outside of Streamlit: sign-in, citations, and
addresses that there are not."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from dashboard.markup.html import Child, document, style_sheet, tag

_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --text: #16222e; --muted: #566370;
  --accent: #0b4f8a; --on-accent: #fff; --rule: #d5dce3; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d141b; --text: #e8eef4;
  --muted: #9fb0bf; --accent: #6cb2ec; --on-accent: #0d141b; --rule: #2b3947; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; align-content: center; padding: 2rem 1.5rem;
  background: var(--ground); color: var(--text);
  font: 1.05rem/1.5 "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; }
main { width: 100%; max-width: 34rem; margin: 0 auto; border-top: 3px solid var(--accent);
  padding-top: 1.4rem; }
h1 { font-size: 1.9rem; font-weight: 650; line-height: 1.2; letter-spacing: -.01em;
  margin: 0 0 .6rem; }
p { margin: 0 0 1.1rem; text-wrap: pretty; }
p.said { border-left: 3px solid var(--rule); padding-left: .9rem; }
p.note { color: var(--muted); font-size: .92rem; margin: 1.6rem 0 0; }
a.button { display: inline-block; background: var(--accent); color: var(--on-accent);
  font-weight: 600; text-decoration: none; padding: .6rem 1.4rem; border-radius: .3rem; }
a.button:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
main a:not(.button) { color: var(--accent); }
.copy { user-select: all; overflow-wrap: anywhere; border: 1px solid var(--rule);
  border-radius: .3rem; padding: .7rem .9rem; }
pre.copy { font: .88rem/1.5 ui-monospace, monospace; white-space: pre-wrap; margin: 0 0 1.1rem; }
ul.pages { list-style: none; margin: 1.6rem 0 0; padding: 1rem 0 0;
  border-top: 1px solid var(--rule); }
ul.pages li { margin: 0 0 .7rem; }
ul.pages small { display: block; color: var(--muted); font-size: .92rem; }
"""


def plain_page(
    status: int, title: str, *content: Child, base: str = "/", **attributes: str
) -> Response:
    """A page in the active language.

    Parameters
    ----------
    status
        HTTP status.
    content
        What stands below the title.
    base
        URL path that relative ones of the content refer to, with a slash at its end.
    attributes
        Of the main element.
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("base", href=base),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="robots", content="noindex"),
        tag("title", title),
        tag("link", rel="icon", href="favicon.png"),
        style_sheet(_STYLE),
    )
    main = tag("main", tag("h1", title), *content, **attributes)
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    return HTMLResponse(document(head, tag("body", main)), status, headers)
