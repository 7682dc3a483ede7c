"""Detect the encoding of a text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from geo.enrich.readers.base import UserFile

ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp874", "cp1258", "gb18030")
"""Encodings that a user can choose: Unicode, Western European, Thai, Vietnamese, Chinese."""

_SAMPLE_BYTES = 1_000_000

_THAI_WORD = re.compile(rb"(?<![A-Za-z])[\xa1-\xfb]{2,}(?![A-Za-z])")
_NO_THAI = re.compile(
    rb"(?<![\xa1-\xce\xd1\xd4-\xda\xe7-\xee])[\xd1\xd4-\xda\xe7-\xee]|[\xe0-\xe4](?![\xa1-\xce])"
    rb"|[\xdb-\xde\xfc-\xff]"
)
"""A mark of cp874 that follows no consonant, a vowel before none, and unused bytes."""

_CHINESE_WORD = re.compile(
    rb"(?<![A-Za-z\xa1-\xfe])(?:[\xb0-\xd7][\xa1-\xfe])+(?![A-Za-z\xa1-\xfe])"
)
"""Characters of level 1 of GB 2312, the 3,755 most frequent ones."""

_TONES = rb"[\xcc\xd2\xde\xec\xf2]"
_TONE_ON_VOWEL = re.compile(
    rb"(?<=[AEIOUYaeiouy\xc2\xe2\xca\xea\xd4\xf4\xc3\xe3\xd5\xf5\xdd\xfd])" + _TONES
)
"""The combining tone marks of cp1258; in cp1252 these bytes are letters, mostly after consonants
(Italian *così, però*)."""


@dataclass(frozen=True)
class Encoding:
    """An encoding, and how sure it is.

    Attributes
    ----------
    name
        Of the codec.
    is_guess
        Whether other encodings are possible, too.
    is_strict
        Whether a byte that it does not have is an error; otherwise it is replaced by U+FFFD.
    """

    name: str
    is_guess: bool = False
    is_strict: bool = True


def find_encoding(source: UserFile) -> Encoding:
    """Detect the encoding of a file.

    UTF-16 by its mark or its NULs; UTF-8 if that is valid, or mostly is; otherwise a guess.
    """
    head = source.head(_SAMPLE_BYTES)
    if utf16 := find_utf16(head[:4_096]):
        return Encoding(utf16)
    invalid = _first_invalid_block(source)
    if invalid is None:
        return Encoding("utf-8")
    text = (head + invalid).decode("utf-8", "replace")
    invalid_bytes = text.count("\ufffd")
    if sum(letter > "\x7f" for letter in text) - invalid_bytes >= invalid_bytes:
        return Encoding("utf-8", is_strict=False)
    return Encoding(guess_single_byte(invalid), is_guess=True, is_strict=False)


def find_utf16(head: bytes) -> str:
    """The name of UTF-16 if a text starts with its mark, or every other byte is mostly NUL.

    >>> find_utf16("a,b".encode("utf-16-be")), find_utf16(b"a,b")
    ('utf-16-be', '')
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 6 < len(head) or min(even, odd) * 20 > max(even, odd):
        return ""
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(name, "replace")
    return "" if re.search(r"[\x00-\x08\x0e-\x1f\ufffd]", text[:-1]) else name


def _first_invalid_block(source: UserFile) -> bytes | None:
    """The first megabyte that is no UTF-8; ``None`` if the file is valid."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open() as stream:
        block = b""
        try:
            while block := stream.read(_SAMPLE_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return block
    return None


def guess_single_byte(sample: bytes) -> str:
    """Guess among the encodings of the region that have no mark.

    >>> guess_single_byte("ไทย Thai".encode("cp874")), guess_single_byte("Café".encode("cp1252"))
    ('cp874', 'cp1252')
    """
    high = len(re.findall(rb"[\xa1-\xff]", sample))
    thai = sum(map(len, _THAI_WORD.findall(sample)))
    if thai * 2 > high and len(_NO_THAI.findall(sample)) * 20 <= high:
        return "cp874"
    common = sum(map(len, _CHINESE_WORD.findall(sample)))
    if common * 5 > high * 4:
        return "gb18030"
    tones = len(re.findall(_TONES, sample))
    if tones and len(_TONE_ON_VOWEL.findall(sample)) * 5 >= tones * 4:
        return "cp1258"
    return "cp1252"
