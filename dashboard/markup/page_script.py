"""Scripts of our own, each at a URL that changes with its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dashboard.markup.html import tag


@dataclass(frozen=True)
class PageScript:
    """A script that browsers keep forever.

    Attributes
    ----------
    pattern
        URL path of all its versions, with ``{name}``.
    path
        File of the current version.
    url
        URL path of the current version.
    """

    pattern: str
    path: Path
    url: str

    def element(self, **words: Mapping[str, Any]) -> Markup:
        """The element that loads the script, relative to the pages.

        Parameters
        ----------
        words
            What the script says in the user's language, by the name of the attribute with it.
        """
        attributes = {name: json.dumps(said, ensure_ascii=False) for name, said in words.items()}
        return tag("script", src=f".{self.url}", defer=True, **attributes)


def page_script(pattern: str, path: Path) -> PageScript:
    """A script whose ``{name}`` in ``pattern`` is a hash of its content."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return PageScript(pattern, path, pattern.format(name=digest))
