"""What a file is, told by its bytes. The name it came with proves nothing."""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath

from django.db import models
from django.utils.translation import gettext_lazy as _

from trygghetscentral.shared.errors import Invalid

HEAD = 16
NAME_LENGTH = 150


class ContentType(models.TextChoices):
    """The kinds that are taken in."""

    PDF = "application/pdf", "PDF"
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"
    WEBP = "image/webp", "WebP"
    TEXT = "text/plain", _("text")


ENDINGS: dict[ContentType, tuple[str, ...]] = {
    ContentType.PDF: (".pdf",),
    ContentType.PNG: (".png",),
    ContentType.JPEG: (".jpg", ".jpeg"),
    ContentType.WEBP: (".webp",),
    ContentType.TEXT: (".txt",),
}
"""Endings that agree with a type; the first is added to a name that has none of them."""

SIGNATURES: tuple[tuple[ContentType, int, bytes], ...] = (
    (ContentType.PDF, 0, b"%PDF-"),
    (ContentType.PNG, 0, b"\x89PNG\r\n\x1a\n"),
    (ContentType.JPEG, 0, b"\xff\xd8\xff"),
    (ContentType.WEBP, 8, b"WEBP"),
)


def _signed(head: bytes) -> ContentType | None:
    for kind, at, magic in SIGNATURES:
        if head[at : at + len(magic)] == magic:
            if kind is ContentType.WEBP and not head.startswith(b"RIFF"):
                continue
            return kind
    return None


# A byte order mark is no text, but editors put it first; form feed comes from old printouts.
_CONTROLS_IN_TEXT = frozenset("\t\n\r\f\ufeff")


def _is_text(text: str) -> bool:
    return all(
        char in _CONTROLS_IN_TEXT or unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"}
        for char in set(text)
    )


@dataclass(slots=True)
class Sniffer:
    """Fed with the whole file in pieces; `verdict()` says what it was."""

    head: bytes = b""
    text: bool = True
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")()
    )

    def feed(self, chunk: bytes) -> None:
        """Take the next piece, in order."""
        if len(self.head) < HEAD:
            self.head += chunk[: HEAD - len(self.head)]
        if self.text:
            self.text = self._decodes(chunk, final=False)

    def verdict(self) -> ContentType:
        """The type by content. Raises Invalid for every other kind."""
        kind = _signed(self.head)
        if kind is not None:
            return kind
        if self.head and self.text and self._decodes(b"", final=True):
            return ContentType.TEXT
        raise Invalid(
            _("Filen är inte av ett slag som tas emot."),
            code="file_type",
            kept=_("Inget sparades."),
            todo=_("Spara den som PDF, PNG, JPEG, WebP eller ren text (UTF-8) och försök igen."),
        )

    def _decodes(self, chunk: bytes, *, final: bool) -> bool:
        try:
            return _is_text(self._decoder.decode(chunk, final))
        except UnicodeDecodeError:
            return False


def clean_name(name: str) -> str:
    """The last part of a name, without control characters and at most 150 characters long."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    plain = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip(" .")
    if not plain:
        return "fil"
    path = PurePosixPath(plain)
    return path.stem[: NAME_LENGTH - len(path.suffix[:10])] + path.suffix[:10]


def download_name(name: str, kind: str) -> str:
    """The name to save under: its ending never says another type than the content."""
    endings = ENDINGS[ContentType(kind)]
    if PurePosixPath(name).suffix.lower() in endings:
        return name
    return name + endings[0]
