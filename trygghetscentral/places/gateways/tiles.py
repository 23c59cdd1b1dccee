"""A tile server, asked by this server and remembered on disk.

No screen asks it, so it never learns who looks where. Only the address in MAP_TILES_URL is
called, only with numbers put in, and it may not send the call on to another.
"""

from __future__ import annotations

import http.client
import math
import os
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings

TIMEOUT_SECONDS = 5.0
MAX_BYTES = 512 * 1024
KEPT_SECONDS = 30 * 24 * 60 * 60
AGENT = "trygghetscentralen"

MIN_ZOOM, MAX_ZOOM = 5, 18
# West, south, east, north. Closer zooms only around the city, so that the cache stays small.
SWEDEN = (10.0, 55.0, 24.5, 69.5)
CITY = (12.6, 55.3, 13.5, 55.8)
CITY_ZOOM = 11

TYPES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
)


class TileError(Exception):
    """The tile server did not give a picture, and none is remembered."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture."""

    body: bytes
    content_type: str


class TileSource(Protocol):
    """Something that gives pictures of the map."""

    def fetch(self, z: int, x: int, y: int) -> bytes:
        """The picture's bytes. Raises TileError."""
        ...


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        """Refuse: another address is another server."""


class HttpTiles:
    """An XYZ or WMTS server over HTTP, as MAP_TILES_URL says with {z}, {x} and {y}."""

    def __init__(self, template: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        if not template.startswith(("https://", "http://")):
            raise ValueError("MAP_TILES_URL must begin with https:// or http://")
        self._template = template
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_NoRedirects)

    def fetch(self, z: int, x: int, y: int) -> bytes:
        """One call, at most 512 kB and five seconds between bytes."""
        url = self._template.replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))
        request = urllib.request.Request(url, headers={"User-Agent": AGENT})  # noqa: S310  checked
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                body: bytes = answer.read(MAX_BYTES + 1)
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise TileError from error
        if len(body) > MAX_BYTES:
            raise TileError
        return body


def configured() -> TileSource | None:
    """The city's tile server; None when there is none, and the map draws its own base."""
    template: str = settings.MAP_TILES_URL
    return HttpTiles(template) if template else None


def covered(z: int, x: int, y: int) -> bool:
    """Whether the tile exists and shows a part of Sweden, or of the city when close."""
    if not MIN_ZOOM <= z <= MAX_ZOOM or not (0 <= x < 2**z and 0 <= y < 2**z):
        return False
    west, south, east, north = CITY if z >= CITY_ZOOM else SWEDEN
    left, top = _degrees(z, x, y)
    right, bottom = _degrees(z, x + 1, y + 1)
    return left <= east and right >= west and bottom <= north and top >= south


def _degrees(z: int, x: int, y: int) -> tuple[float, float]:
    """North-west corner of a tile in web Mercator."""
    share = math.pi * (1 - 2 * y / 2**z)
    return x / 2**z * 360 - 180, math.degrees(math.atan(math.sinh(share)))


def cached(source: TileSource, z: int, x: int, y: int, *, now: datetime) -> Tile:
    """The remembered picture when it is younger than 30 days, else a fresh one.

    An old picture is better than none: it is used when the server does not answer.
    """
    place = Path(settings.TC_DATA_DIR) / "tiles" / str(z) / str(x) / str(y)
    old = _read(place)
    if old is not None and now.timestamp() - place.stat().st_mtime < KEPT_SECONDS:
        return old
    try:
        fresh = _checked(source.fetch(z, x, y))
    except TileError:
        if old is None:
            raise
        return old
    _write(place, fresh.body)
    return fresh


def _read(place: Path) -> Tile | None:
    try:
        return _checked(place.read_bytes())
    except (FileNotFoundError, TileError):
        return None


def _checked(body: bytes) -> Tile:
    for magic, content_type in TYPES:
        if body.startswith(magic):
            return Tile(body, content_type)
    raise TileError


def _write(place: Path, body: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".in-")
    with os.fdopen(handle, "wb") as target:
        target.write(body)
    Path(temporary).replace(place)
