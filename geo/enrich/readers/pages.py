"""How large the pages of a Parquet file say they become, before any is unpacked.

A file's footer can say that a column is small while a page in it unpacks to two gigabytes: the
reader believes the page. The headers of pages (Thrift, compact protocol) are few and are read here.
"""

from __future__ import annotations

from typing import BinaryIO

import pyarrow.parquet as pq

_HEADER = 65_536
"""Bytes in which the header of a page, statistics included, has to end."""

_MOST_PAGES = 200_000


def unpacked_size(stream: BinaryIO, metadata: pq.FileMetaData) -> int:
    """Bytes of all pages once unpacked, as their own headers say.

    Raises
    ------
    ValueError
        If a header cannot be read, or pages lie outside their column.
    """
    total = pages = 0
    for group in range(metadata.num_row_groups):
        for place in range(metadata.num_columns):
            column = metadata.row_group(group).column(place)
            at = column.data_page_offset
            if column.dictionary_page_offset:
                at = min(at, column.dictionary_page_offset)
            end = at + column.total_compressed_size
            while at < end:
                pages += 1
                stream.seek(at)
                length, unpacked, packed = _page_header(stream.read(_HEADER))
                if min(unpacked, packed) < 0 or pages > _MOST_PAGES:
                    raise ValueError("pages of no sensible size")
                total += unpacked
                at += length + packed
    return total


def _page_header(content: bytes) -> tuple[int, int, int]:
    """Length of a page's header, and size of the page unpacked and packed."""
    reader = _Compact(content)
    sizes = reader.struct({2, 3})
    return reader.at, sizes[2], sizes[3]


class _Compact:
    """Just enough of Thrift's compact protocol to read whole numbers and pass over the rest."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def struct(self, wanted: set[int], depth: int = 0) -> dict[int, int]:
        """Pass over a struct; numbers of its fields ``wanted``."""
        if depth > 8:
            raise ValueError("nested too deeply")
        found: dict[int, int] = {}
        field = 0
        while kind := self._byte():
            jump, kind = kind >> 4, kind & 0x0F
            field = field + jump if jump else self._number()
            value = self._value(kind, depth)
            if field in wanted:
                found[field] = value
        if missing := wanted - found.keys():
            raise ValueError(f"fields {sorted(missing)} are missing")
        return found

    def _value(self, kind: int, depth: int) -> int:
        if kind in (1, 2):
            return kind
        if kind == 3:
            return self._byte()
        if kind in (4, 5, 6):
            return self._number()
        if kind == 7:
            return self._pass(8)
        if kind == 8:
            return self._pass(self._varint())
        if kind in (9, 10):
            head = self._byte()
            length = head >> 4 if head >> 4 < 15 else self._varint()
            for _ in range(length):
                self._value(head & 0x0F, depth + 1)
            return 0
        if kind == 12:
            self.struct(set(), depth + 1)
            return 0
        raise ValueError(f"type {kind}")

    def _byte(self) -> int:
        if self.at >= len(self.content):
            raise ValueError("it ends early")
        self.at += 1
        return self.content[self.at - 1]

    def _pass(self, length: int) -> int:
        self.at += length
        if length < 0 or self.at > len(self.content):
            raise ValueError("it ends early")
        return 0

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
            if shift > 63:
                raise ValueError("a number without end")

    def _number(self) -> int:
        value = self._varint()
        return value >> 1 ^ -(value & 1)
