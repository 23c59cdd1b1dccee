"""The words in a PDF, read back from its glyphs as a program for the blind would."""

from __future__ import annotations

import re
import zlib

ESCAPES = {b"n": 10, b"r": 13, b"t": 9, b"b": 8, b"f": 12}
PART = re.compile(rb"\\([0-7]{3})|\\(.)|([^\\])", re.S)


def _bytes(literal: bytes) -> bytes:
    found = bytearray()
    for octal, escaped, plain in PART.findall(literal):
        if octal:
            found.append(int(octal, 8))
        elif escaped:
            found.append(ESCAPES.get(escaped, escaped[0]))
        else:
            found += plain
    return bytes(found)


def _letters(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", cmap)
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs
    }


def words_of(pdf: bytes) -> str:
    """Every line of the paper, read with each of its fonts: what is not in here is not there."""
    fonts, pages = [], []
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            # A stream that ends with what looks like a line break has lost it here.
            stream = zlib.decompressobj().decompress(packed)
        except zlib.error:
            continue
        if b"begincmap" in stream:
            fonts.append(_letters(stream))
        elif b"TJ" in stream or b"Tj" in stream:
            pages.append(stream)
    lines = []
    for page in pages:
        for shown in re.findall(rb"\[((?:\((?:\\.|[^\\)])*\)|[^\]])*)\]\s*TJ", page, re.S):
            glyphs = b"".join(map(_bytes, re.findall(rb"\(((?:\\.|[^\\)])*)\)", shown, re.S)))
            codes = [int.from_bytes(glyphs[at : at + 2], "big") for at in range(0, len(glyphs), 2)]
            lines += ["".join(font.get(code, "?") for code in codes) for font in fonts]
    return "\n".join(lines)
