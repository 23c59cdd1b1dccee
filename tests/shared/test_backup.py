"""A backup comes back as it was, or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as house
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from tests.ledger.support import note
from trygghetscentral.ledger import services
from trygghetscentral.shared import archive, backup, postgres
from trygghetscentral.shared.errors import DomainError, Invalid

CONTENT = b"%PDF-1.7 en fil"

Spoil = Callable[[list[tuple[str, bytes]]], None]


@pytest.fixture
def stored(settings: Settings, tmp_path: Path) -> Path:
    """A stored file in a data folder of this test's own; returns its path."""
    settings.TC_DATA_DIR = tmp_path / "data"
    name = hashlib.sha256(CONTENT).hexdigest()
    path: Path = tmp_path / "data" / "files" / name[:2] / name[2:4] / name
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def made(transactional_db: None, stored: Path, now: dt.datetime, tmp_path: Path) -> Path:
    """An archive of a sealed ledger and one stored file."""
    for number in range(3):
        note(number, now=now)
    services.seal(now=now)
    note(3, now=now)
    path = tmp_path / "kopia.tar"
    call_command("backup", str(path))
    return path


@pytest.fixture
def empty(django_db_setup: None) -> Iterator[dict[str, str]]:
    """The environment of a process whose database is new and empty."""
    given = connection.get_connection_params()
    # Named after the test database, so that several runs may share a server.
    new = f"{connection.settings_dict['NAME']}_restored"
    server = {name: given[name] for name in ("host", "port", "user", "password") if name in given}
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {new}")
        admin.execute(f"CREATE DATABASE {new} TEMPLATE template0")
        host = str(given.get("host", ""))
        where = f"?host={host}" if host.startswith("/") else ""
        address = "" if where else f"{host}:{given.get('port', 5432)}"
        user = f"{given['user']}:{given['password']}" if given.get("password") else given["user"]
        yield {
            **os.environ,
            "DATABASE_URL": f"postgres://{user}@{address}/{new}{where}",
            "FIELD_KEY": "t1:" + "MTEx" * 10 + "MTE=",
        }
        admin.execute(f"DROP DATABASE {new} WITH (FORCE)")


def restored(path: Path, environ: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "restore", str(path)],
        env={**environ, "TC_DATA_DIR": str(folder)},
        cwd=house.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_backup_comes_back_and_its_ledger_verifies(
    made: Path, stored: Path, empty: dict[str, str], tmp_path: Path
) -> None:
    done = restored(made, empty, tmp_path / "new")

    assert done.returncode == 0, done.stderr
    assert "Liggaren stämmer: 4 rader, 3 förseglade i 1 sigill" in done.stdout
    assert done.stderr.strip().splitlines()[-1] == "Återställt."
    copy = tmp_path / "new" / "files" / stored.relative_to(house.TC_DATA_DIR / "files")
    assert copy.read_bytes() == CONTENT

    again = restored(made, empty, tmp_path / "new")
    assert again.returncode == 1
    assert "Databasen är inte tom" in again.stderr


def test_a_wrong_field_key_is_refused_before_anything_is_written(
    made: Path, empty: dict[str, str], tmp_path: Path
) -> None:
    other = {**empty, "FIELD_KEY": "k9:" + "MTEx" * 10 + "MTE="}
    done = restored(made, other, tmp_path / "new")
    assert done.returncode == 1
    assert "nyckeln t1, som inte finns i FIELD_KEY" in done.stderr
    assert not (tmp_path / "new" / "files").exists()


def members(path: Path) -> list[tuple[str, bytes]]:
    """Every name and content."""
    with tarfile.open(path) as opened:
        return [(each.name, opened.extractfile(each).read()) for each in opened]  # type: ignore[union-attr]  # all are files


def rewritten(path: Path, parts: list[tuple[str, bytes]]) -> Path:
    """The same archive with other members."""
    changed = path.with_name("andrad.tar")
    with tarfile.open(changed, "w") as target:
        for name, content in parts:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            target.addfile(info, io.BytesIO(content))
    return changed


def change_dump(parts: list[tuple[str, bytes]]) -> None:
    """One byte of the database."""
    name, content = parts[0]
    parts[0] = (name, content[:-1] + bytes([content[-1] ^ 1]))


def change_file(parts: list[tuple[str, bytes]]) -> None:
    """One stored file."""
    parts[1] = (parts[1][0], b"x" * len(parts[1][1]))


def remove_file(parts: list[tuple[str, bytes]]) -> None:
    """One stored file less."""
    del parts[1]


def add_file(parts: list[tuple[str, bytes]]) -> None:
    """One stored file more."""
    parts.insert(1, ("files/" + "aa/bb/" + "aabb" + "0" * 60, b"x"))


def twice(parts: list[tuple[str, bytes]]) -> None:
    """One member two times, of which a reader might take the other."""
    parts.insert(1, parts[0])


def stranger(parts: list[tuple[str, bytes]]) -> None:
    """A member that would be written outside."""
    parts.insert(1, ("../etc/passwd", b"x"))


def no_manifest(parts: list[tuple[str, bytes]]) -> None:
    """Cut off before the end."""
    del parts[-1]


def unreadable_manifest(parts: list[tuple[str, bytes]]) -> None:
    """Not JSON."""
    parts[-1] = (parts[-1][0], b"{}")


def changed_manifest(parts: list[tuple[str, bytes]]) -> None:
    """A manifest that fits the change, without the key."""
    change_dump(parts)
    outer = json.loads(parts[-1][1])
    body = json.loads(outer["body"])
    digest = hashlib.sha256(parts[0][1]).hexdigest()
    body["members"][parts[0][0]]["sha256"] = digest
    outer["body"] = json.dumps(body, sort_keys=True, separators=(",", ":"))
    parts[-1] = (parts[-1][0], json.dumps(outer).encode())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (change_dump, "ändrat eller skadat: database/000000"),
        (change_file, "ändrat eller skadat: files/"),
        (remove_file, "ändrat eller skadat: files/"),
        (add_file, "ändrat eller skadat: files/aa/bb"),
        (twice, "database/000000, som inte hör dit"),
        (stranger, "passwd, som inte hör dit"),
        (no_manifest, "avbrutet: förteckningen saknas"),
        (unreadable_manifest, "går inte att läsa"),
        (changed_manifest, "förteckning är ändrad"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_changed_archive_is_refused_and_nothing_is_written(
    made: Path, spoil: Spoil, said: str, tmp_path: Path
) -> None:
    parts = members(made)
    spoil(parts)
    with pytest.raises(CommandError, match=said):
        call_command("restore", str(rewritten(made, parts)))


@pytest.mark.parametrize("left", [100, 5_000])
def test_an_archive_cut_off_is_refused(made: Path, left: int) -> None:
    made.write_bytes(made.read_bytes()[:left])
    with pytest.raises(CommandError, match=r"skadat|avbrutet"):
        call_command("restore", str(made))


def test_an_archive_of_a_later_format_is_refused(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "FORMAT", 2)
    with pytest.raises(CommandError, match="okänt format"):
        call_command("restore", str(made))


def test_what_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="gick inte att läsa"):
        call_command("restore", str(tmp_path / "saknas.tar"))


def test_a_filled_database_is_refused(made: Path) -> None:
    with pytest.raises(CommandError, match="Databasen är inte tom"):
        call_command("restore", str(made))


def test_an_archive_replaces_nothing_and_holds_no_key(made: Path) -> None:
    before = made.read_bytes()
    with pytest.raises(CommandError, match="finns redan"):
        call_command("backup", str(made))
    assert made.read_bytes() == before
    assert made.stat().st_mode & 0o777 == 0o600
    assert b"1" * 32 not in before
    assert [path.name for path in made.parent.glob(".kopia*")] == []


def test_a_failing_dump_leaves_nothing(
    transactional_db: None, stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = postgres.environment()
    monkeypatch.setattr(postgres, "environment", lambda: {**told, "PGDATABASE": "finns_inte"})
    with pytest.raises(CommandError, match=r"pg_dump misslyckades: .*finns_inte"):
        call_command("backup", str(tmp_path / "kopia.tar"))
    assert list(tmp_path.glob("*kopia*")) == []


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="gick inte att skriva"):
        call_command("backup", str(tmp_path / "saknas" / "kopia.tar"))


@pytest.mark.django_db
def test_the_nearest_program_above_the_servers_version_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres, "_candidates", lambda _name: iter(["14", "16", "18"]))
    monkeypatch.setattr(postgres, "_version", int)
    monkeypatch.setattr(postgres, "server_version", lambda: 15)
    assert postgres.tool("pg_dump") == "16"
    monkeypatch.setattr(postgres, "server_version", lambda: 19)
    with pytest.raises(DomainError, match="Hittar inget pg_dump för PostgreSQL 19"):
        postgres.tool("pg_dump")


@pytest.mark.django_db
def test_a_program_that_serves_is_found_here() -> None:
    for name in ("pg_dump", "pg_restore"):
        assert Path(postgres.tool(name)).exists()
    assert postgres._version(sys.executable) == 0


def test_a_long_dump_is_written_in_parts(
    transactional_db: None, stored: Path, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "PART_BYTES", 2**16)
    monkeypatch.setattr(backup, "EVERY_PARTS", 1)
    told: list[str] = []
    target = io.BytesIO()
    backup.make(target, files=house.TC_DATA_DIR / "files", now=now, tell=told.append)
    target.seek(0)
    with tarfile.open(fileobj=target) as opened:
        facts = archive.inspect(opened, tell=told.append)
        dump = b"".join(archive.database_parts(opened))
    assert len([name for name in facts["members"] if name.startswith("database/")]) > 1
    assert dump.startswith(b"PGDMP")
    assert facts["seal"] is None
    assert any("MB av databasen" in sentence for sentence in told)


def test_a_file_that_shrinks_under_way_stops_the_backup(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    writer = archive.Writer(io.BytesIO())
    with path.open("rb") as source, pytest.raises(Invalid, match="blev kortare"):
        writer._member("x", 5, source)


def test_a_seal_that_did_not_come_back_is_told(db: Any) -> None:
    with pytest.raises(DomainError, match="Sigill 7 finns inte"):
        backup._verify({"number": 7, "sha256": "00"}, lambda _sentence: None)
