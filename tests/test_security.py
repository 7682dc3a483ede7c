"""``docs/security.md`` names a test for each threat, and each test there is."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent
TEXT = (TESTS.parent / "docs" / "security.md").read_text()


def test_every_test_that_the_table_of_threats_names_exists():
    known = {
        name
        for file in TESTS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", file.read_text(), re.MULTILINE)
    }
    named = re.findall(r"`(test_\w+)`", TEXT)
    assert len(named) > 60
    assert [name for name in named if name not in known] == []


def test_every_threat_has_a_test():
    tables = [part for part in TEXT.split("\n\n") if part.startswith("| threat |")]
    rows = [line.split("|")[1:-1] for table in tables for line in table.splitlines()]
    untested = [row[0].strip() for row in rows if "`test_" not in row[2] and "---" not in row[0]]
    assert [threat for threat in untested if threat != "threat"] == [
        "A dependency is changed on its way"
    ]
