"""A person whose every word carries a mark, and a search that finds the marks wherever they went.

A mark's core is plain ASCII, so that it survives HTML, JSON, URLs and quoted-printable; what is
in base64, zip or a PDF's streams is unpacked first.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import redis
from django.conf import settings
from django.db import connection
from psycopg import sql

from alarms.services.care import CareData, KinData

TEXTS = (
    "name",
    "address",
    "entry",
    "key_info",
    "language",
    "staff_risks",
    "care_group",
    "kin_name",
    "kin_relation",
)
PHONES = ("phone", "care_group_phone", "kin_phone")
VOICE = "qzmarkvoice"

_SEPARATORS = re.compile(r"(?<=\d)[\s()-]+(?=\d)")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def text_mark(name: str) -> str:
    """What stands in a field of text: with å, ä and ö around the core."""
    return f"Åsä {core_of(name)} Öst"


def core_of(name: str) -> str:
    """What is looked for, in lower case where letters have cases."""
    if name in PHONES:
        return f"7017499{PHONES.index(name):02d}"
    return VOICE if name == "voice_address" else f"qzmark{name.replace('_', '')}"


def phone_mark(name: str) -> str:
    """The number as people write it."""
    digits = core_of(name)
    return f"0{digits[:2]}-{digits[2:5]} {digits[5:7]} {digits[7:]}"


CORES = {name: core_of(name) for name in (*TEXTS, *PHONES, "voice_address")}
# What operators and transmitters write about one alarm: for who has the alarm.
WORK = {name: f"qzwork{name}" for name in ("signal", "note", "call")}

MARKED = CareData(
    **{name: text_mark(name) for name in TEXTS if not name.startswith("kin_")},
    phone=phone_mark("phone"),
    care_group_phone=phone_mark("care_group_phone"),
    voice_address=f"sip:{VOICE}@vaxel.example",
    next_of_kin=(
        KinData(
            name=text_mark("kin_name"),
            relation=text_mark("kin_relation"),
            phone=phone_mark("kin_phone"),
        ),
    ),
)


def every_field_is_marked() -> bool:
    """Whether a new field of the record has been given a mark too."""
    own = {one.name for one in fields(CareData)} - {"next_of_kin", "area", "zone"}
    kin = {f"kin_{one.name}" for one in fields(KinData)}
    return own | kin == set(CORES)


def marks_in(found: object, *, work: bool = False, deep: bool = True) -> set[str]:
    """The names of the fields whose marks stand in a text or in bytes, however wrapped.

    Not `deep` leaves base64 packed, which no page is.
    """
    wanted = {**CORES, **WORK} if work else CORES
    hits: set[str] = set()
    for text in _forms(found, 0 if deep else 3):
        low = text.lower()
        hits |= {name for name, core in wanted.items() if core in low}
    return hits


def _forms(found: object, depth: int = 0) -> Iterable[str]:
    if isinstance(found, memoryview):
        found = bytes(found)
    if isinstance(found, bytes):
        yield from _unpacked(found, depth)
        found = found.decode("utf-8", "replace")
    text = str(found)
    yield text
    yield _SEPARATORS.sub("", text)
    yield html.unescape(text)
    yield unquote(text)
    # Quoted-printable breaks lines inside words.
    yield text.replace("=\r\n", "").replace("=\n", "")
    if depth < 3:
        for run in _BASE64.findall(text):
            yield from _decoded(run, depth)


def _decoded(run: str, depth: int) -> Iterable[str]:
    plain = run.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        data = base64.b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return
    yield from _forms(data, depth + 1)


def _unpacked(data: bytes, depth: int) -> Iterable[str]:
    if depth > 4:
        return
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from _forms(archive.read(name), depth + 1)
    if data.startswith(b"%PDF"):
        for stream in _STREAM.findall(data):
            try:
                yield from _forms(zlib.decompress(stream), depth + 1)
            except zlib.error:
                continue


def marks_in_database(*, work: bool = False) -> dict[str, set[str]]:
    """Table: marks, over every row of every table."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
            for row in cursor.fetchall():
                if hits := set[str]().union(*(marks_in(value, work=work) for value in row)):
                    found.setdefault(table, set()).update(hits)
    return found


def redis_values() -> dict[str, bytes]:
    """Everything that stands in this test's Redis: queues of tasks, caches, layers."""
    client: Any = redis.Redis.from_url(settings.REDIS_URL)
    read: dict[bytes, Callable[[bytes], bytes | None]] = {
        b"string": lambda key: client.get(key),
        b"list": lambda key: b" ".join(client.lrange(key, 0, -1)),
        b"hash": lambda key: repr(client.hgetall(key)).encode(),
        b"set": lambda key: b" ".join(client.smembers(key)),
        b"zset": lambda key: b" ".join(client.zrange(key, 0, -1)),
        b"stream": lambda key: repr(client.xrange(key)).encode(),
    }
    try:
        return {
            key.decode("utf-8", "replace"): key + b" " + (read[client.type(key)](key) or b"")
            for key in client.scan_iter()
        }
    finally:
        client.close()


def marks_in_files(folder: Path, *, work: bool = False) -> dict[str, set[str]]:
    """File: marks, over a folder and all below it."""
    return {
        str(file): hits
        for file in folder.rglob("*")
        if file.is_file() and (hits := marks_in(file.read_bytes(), work=work))
    }
