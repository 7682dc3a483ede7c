"""What stands in the cells of a table."""

from __future__ import annotations

import xml.etree.ElementTree as ET


def cells(html: str) -> list[list[str]]:
    """Text of each cell, row by row."""
    root = ET.fromstring(html)
    return [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]
