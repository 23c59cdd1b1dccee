"""Map tiles through the own server, against a tile server on this machine's loopback."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from trygghetscentral.accounts.models import User
from trygghetscentral.places.gateways import tiles

PNG = b"\x89PNG\r\n\x1a\n" + b"tile"
MALMO_CENTRE = (12, 2195, 1280)
TILE = "/kartor/12/2195/1280"


class TileServer(ThreadingHTTPServer):
    """Answers as it is told to and remembers what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str]] = []
        self.status = 200
        self.body = PNG
        self.location = ""

    @property
    def template(self) -> str:
        """What MAP_TILES_URL would be."""
        return f"http://127.0.0.1:{self.server_address[1]}/lager/{{z}}/{{x}}/{{y}}.png?nyckel=x"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: TileServer

    def do_GET(self) -> None:
        """Serve whatever the test asked for."""
        self.server.asked.append((self.path, str(self.headers)))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def server(settings: Any, tmp_path: Path) -> Iterator[TileServer]:
    """A tile server, and settings that point to it."""
    made = TileServer()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.MAP_TILES_URL = made.template
    settings.TC_DATA_DIR = tmp_path
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def browser(alma: User, client_of: Callable[[User], Client]) -> Client:
    """Alma's."""
    return client_of(alma)


def test_tile_is_fetched_once_and_remembered(server: TileServer, browser: Client) -> None:
    for _ in range(2):
        answer = browser.get(TILE)
        assert answer.status_code == 200
        assert answer.content == PNG
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Cache-Control"].startswith("private")
    assert [path for path, _headers in server.asked] == ["/lager/12/2195/1280.png?nyckel=x"]


def test_the_tile_server_learns_nothing_of_who_looks(server: TileServer, browser: Client) -> None:
    browser.get(
        TILE, headers={"Referer": "http://testserver/larm/hemligt/", "X-Forwarded-For": "1"}
    )
    _path, headers = server.asked[0]
    for word in ("Referer", "Cookie", "Forwarded", "sessionid"):
        assert word not in headers
    assert "trygghetscentralen" in headers


def test_strangers_get_no_tiles(server: TileServer) -> None:
    assert Client().get(TILE).status_code == 302
    assert not server.asked


def test_without_a_server_there_are_no_tiles(browser: Client, settings: Any) -> None:
    settings.MAP_TILES_URL = ""
    assert browser.get(TILE).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/kartor/12/0/0",
        "/kartor/4/8/5",
        "/kartor/19/281000/163900",
        "/kartor/12/4096/1280",
        "/kartor/12/2195/99999999999999999999",
        "/kartor/12/-1/1280",
        "/kartor/12/2195/1280@evil.example",
        "/kartor/12/2195/..%2f..%2fhemligt",
    ],
)
def test_tiles_elsewhere_are_not_asked_for(server: TileServer, browser: Client, path: str) -> None:
    assert browser.get(path).status_code == 404
    assert not server.asked


@pytest.mark.parametrize(
    ("z", "x", "y", "there"),
    [(12, 2195, 1280, True), (6, 34, 20, True), (6, 0, 0, False), (12, 2300, 1200, False)],
)
def test_covered(z: int, x: int, y: int, there: bool) -> None:
    assert tiles.covered(z, x, y) is there


def test_redirects_are_not_followed(server: TileServer, browser: Client) -> None:
    server.status, server.location = 302, "http://127.0.0.1:1/annan"
    assert browser.get(TILE).status_code == 502
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, PNG),
        (404, b""),
        (200, b"<html>inloggning</html>"),
        (200, b""),
        (200, PNG + b"x" * tiles.MAX_BYTES),
    ],
)
def test_what_is_no_picture_is_neither_shown_nor_kept(
    server: TileServer, browser: Client, tmp_path: Path, status: int, body: bytes
) -> None:
    server.status, server.body = status, body
    assert browser.get(TILE).status_code == 502
    assert not (tmp_path / "tiles").exists()


def test_nobody_answers(browser: Client, settings: Any, tmp_path: Path) -> None:
    settings.TC_DATA_DIR = tmp_path
    settings.MAP_TILES_URL = "http://127.0.0.1:1/{z}/{x}/{y}"
    assert browser.get(TILE).status_code == 502


def test_a_slow_server_is_not_waited_for(
    server: TileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    source = tiles.HttpTiles(server.template, timeout=0.05)
    monkeypatch.setattr(server, "finish_request", lambda *_: held.wait(2))
    with pytest.raises(tiles.TileError):
        source.fetch(*MALMO_CENTRE)
    held.set()


def test_an_old_tile_is_fetched_again_but_kept_when_nobody_answers(
    server: TileServer, browser: Client, tmp_path: Path, now: dt.datetime
) -> None:
    browser.get(TILE)
    place = tmp_path / "tiles" / "12" / "2195" / "1280"
    os.utime(place, (1, 1))
    server.body = PNG + b"new"
    assert browser.get(TILE).content == PNG + b"new"
    os.utime(place, (1, 1))
    server.status = 500
    assert browser.get(TILE).content == PNG + b"new"


def test_a_spoiled_file_on_disk_is_replaced(
    server: TileServer, browser: Client, tmp_path: Path
) -> None:
    place = tmp_path / "tiles" / "12" / "2195" / "1280"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"half")
    assert browser.get(TILE).content == PNG


@pytest.mark.parametrize("template", ["file:///etc/passwd", "ftp://x/{z}", "/lokal/{z}"])
def test_only_web_addresses_are_taken(template: str) -> None:
    with pytest.raises(ValueError, match="https"):
        tiles.HttpTiles(template)
