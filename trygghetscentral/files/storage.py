"""Bytes on disk: `<data>/files/ab/cd/<sha256>`, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from trygghetscentral.files.content import ContentType, Sniffer
from trygghetscentral.shared.errors import Invalid

MAX_BYTES = 20 * 1024 * 1024
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Blob:
    """What was written."""

    sha256: str
    size: int
    content_type: ContentType


def root() -> Path:
    """The folder of all blobs."""
    return Path(settings.TC_DATA_DIR) / "files"


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return root() / sha256[:2] / sha256[2:4] / sha256


def write(chunks: Iterable[bytes]) -> Blob:
    """Store the bytes under their hash and return what they were.

    Raises Invalid, with nothing kept, for an empty file, one over 20 MB, and a type that is not
    taken in. A crash leaves at most a nameless temporary file.
    """
    root().mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=root(), prefix=".in-")
    try:
        with os.fdopen(handle, "wb") as target:
            blob = _copy(chunks, target.write)
            target.flush()
            os.fsync(target.fileno())
        place = path_of(blob.sha256)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        Path(temporary).replace(place)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return blob


def _copy(chunks: Iterable[bytes], sink: Callable[[bytes], int]) -> Blob:
    digest, sniffer, size = hashlib.sha256(), Sniffer(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_BYTES:
            raise Invalid(
                _("Filen är större än 20 MB."),
                code="file_too_big",
                kept=_("Inget sparades."),
                todo=_("Minska den, eller dela upp den i flera filer."),
            )
        digest.update(chunk)
        sniffer.feed(chunk)
        sink(chunk)
    if not size:
        raise Invalid(_("Filen är tom."), code="file_empty", kept=_("Inget sparades."))
    return Blob(digest.hexdigest(), size, sniffer.verdict())


class Pieces:
    """The bytes of one blob in pieces, to be closed by whoever asked, read to the end or not."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.close = source.close

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """The next piece."""
        if piece := self._source.read(CHUNK):
            return piece
        raise StopIteration


class PiecesForAsync:
    """The same under ASGI: the disk must not hold up the other requests of the event loop."""

    def __init__(self, pieces: Pieces) -> None:
        self._take = sync_to_async(lambda: next(pieces, b""), thread_sensitive=False)
        self.close = pieces.close

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        """The next piece."""
        if piece := await self._take():
            return piece
        raise StopAsyncIteration


def read(sha256: str) -> Pieces:
    """Open a blob. Raises FileNotFoundError when it is gone."""
    return Pieces(path_of(sha256).open("rb"))
