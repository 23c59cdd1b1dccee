"""Pictures taken in: drawn anew, at most 2,000 pixels long, and without anything but the picture.

Drawing it anew is what strips it: of position, camera, thumbnails and whatever else lay hidden.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from trygghetscentral.files.content import ContentType, Sniffer
from trygghetscentral.files.exif import Told, told_by
from trygghetscentral.files.press.orders import PressFailed, press
from trygghetscentral.files.storage import CHUNK, MAX_BYTES
from trygghetscentral.shared.errors import Invalid

LONGEST: Final = 2000
MOST_PIXELS: Final = 60_000_000
PICTURES: Final = frozenset({ContentType.JPEG, ContentType.PNG, ContentType.WEBP})

# How a picture is turned upright, for each way that a camera may be held (EXIF 2.32, 4.6.4):
# a matrix, whose last two are counted in the picture's own width and height.
_TURNED: Final = {
    1: "matrix(1 0 0 1 0 0)",
    2: "matrix(-1 0 0 1 {w} 0)",
    3: "matrix(-1 0 0 -1 {w} {h})",
    4: "matrix(1 0 0 -1 0 {h})",
    5: "matrix(0 1 1 0 0 0)",
    6: "matrix(0 1 -1 0 {h} 0)",
    7: "matrix(0 -1 -1 0 {h} {w})",
    8: "matrix(0 -1 1 0 0 {w})",
}
_ON_ITS_SIDE: Final = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Bytes that may be stored. `position` (longitude, latitude) stood in a picture, and does not
    any more."""

    data: bytes
    position: tuple[float, float] | None = None

    def chunks(self) -> Iterable[bytes]:
        """In pieces, as `files.services.store_file` wants them."""
        return (self.data[at : at + CHUNK] for at in range(0, len(self.data), CHUNK))


def taken_in(chunks: Iterable[bytes]) -> TakenIn:
    """The bytes as they may be stored: of a picture only the picture, anything else unchanged.

    Raises Invalid, with nothing kept, for what is too large, of a kind that is not taken in, or a
    picture that can not be read. Not inside a unit of work: drawing takes a second or two.
    """
    data, sniffer = bytearray(), Sniffer()
    for chunk in chunks:
        data += chunk
        sniffer.feed(chunk)
        if len(data) > MAX_BYTES:
            # The store says what is too large or empty, in one place.
            return TakenIn(bytes(data))
    if not data:
        return TakenIn(b"")
    kind = sniffer.verdict()
    if kind not in PICTURES:
        return TakenIn(bytes(data))
    told = told_by(bytes(data), kind)
    if told is None or told.width * told.height > MOST_PIXELS:
        raise _unreadable()
    return TakenIn(_drawn(bytes(data), kind, told), told.position)


def _drawn(data: bytes, kind: ContentType, told: Told) -> bytes:
    scale = min(1.0, LONGEST / max(told.width, told.height))
    w, h = max(1, round(told.width * scale)), max(1, round(told.height * scale))
    wide, high = (h, w) if told.orientation in _ON_ITS_SIDE else (w, h)
    order = {
        "wide": wide,
        "high": high,
        "w": w,
        "h": h,
        "turned": _TURNED[told.orientation].format(w=w, h=h),
        "kind": kind.value,
        "data": base64.b64encode(data).decode("ascii"),
        # Screenshots stay sharp as PNG; of photographs PNG makes ten times the bytes.
        "form": "png" if kind is ContentType.PNG else "jpeg",
    }
    try:
        with press("picture") as make:
            return make(order)
    except PressFailed as error:
        raise _unreadable() from error


def _unreadable() -> Invalid:
    return Invalid(
        _("Bilden går inte att läsa."),
        code="picture_unreadable",
        kept=_("Inget sparades."),
        todo=_("Öppna bilden, spara den på nytt som JPEG eller PNG och försök igen."),
    )
