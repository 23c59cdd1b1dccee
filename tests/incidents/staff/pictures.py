"""Pictures as a telephone takes them: turned, and with the place where they were taken."""

from __future__ import annotations

import struct

import vl_convert

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    '<rect width="100%" height="100%" fill="#246"/></svg>'
)


def jpeg(width: int = 300, height: int = 200, *, exif: bytes = b"") -> bytes:
    """A plain picture, with EXIF put first as cameras do."""
    made = bytes(vl_convert.svg_to_jpeg(SVG.format(width=width, height=height)))
    if not exif:
        return made
    body = b"Exif\0\0" + exif
    return made[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + made[2:]


def png(width: int = 300, height: int = 200) -> bytes:
    """A screenshot."""
    return bytes(vl_convert.svg_to_png(SVG.format(width=width, height=height)))


def exif(order: str = "<", orientation: int = 1, south: bool = False) -> bytes:
    """Taken at 55° 36' 18" north, 13° 0' 10,8" east, in either byte order."""

    def pack(form: str, *values: object) -> bytes:
        return struct.pack(order + form, *values)

    def rational(*values: float) -> bytes:
        return b"".join(pack("II", round(value * 10_000), 10_000) for value in values)

    gps_at, numbers_at = 38, 92
    head = (b"II" if order == "<" else b"MM") + pack("HI", 42, 8)
    main = (
        pack("H", 2)
        + pack("HHIHH", 0x0112, 3, 1, orientation, 0)
        + pack("HHII", 0x8825, 4, 1, gps_at)
        + pack("I", 0)
    )
    gps = (
        pack("H", 4)
        + pack("HHI4s", 1, 2, 2, b"S\0\0\0" if south else b"N\0\0\0")
        + pack("HHII", 2, 5, 3, numbers_at)
        + pack("HHI4s", 3, 2, 2, b"E\0\0\0")
        + pack("HHII", 4, 5, 3, numbers_at + 24)
        + pack("I", 0)
    )
    return head + main + gps + rational(55, 36, 18) + rational(13, 0, 10.8)
