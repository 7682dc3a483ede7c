"""How many examples property tests draw: few and always the same, or many and new ones."""

from __future__ import annotations

import os

from hypothesis import settings

THOROUGH = bool(os.environ.get("THOROUGH"))
"""Set by ``scripts/test --thorough``."""


def examples(usual: int) -> int:
    """Examples of one test."""
    return 10 * usual if THOROUGH else usual


# Without a deadline: the machine may be slow, the fact stays the same.
settings.register_profile(
    "project", deadline=None, derandomize=not THOROUGH, max_examples=examples(60)
)
settings.load_profile("project")
