"""Backup and restore: the database, the stored files and the newest seal in one archive.

The field keys and SECRET_KEY are not in it, so that a lost archive gives no sealed field away.
They are kept apart, and without the field keys an archive cannot be restored.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from trygghetscentral.shared import archive, postgres
from trygghetscentral.shared.archive import Told
from trygghetscentral.shared.errors import Conflict, DomainError

EVERY_PARTS = 16


def make(target: IO[bytes], *, files: Path, now: dt.datetime, tell: Told) -> None:
    """Write one archive to `target`, which may be a pipe. Intake goes on meanwhile.

    The dump is one consistent moment. Files are copied after it: they are never changed, so all
    that it mentions are there. Raises DomainError.
    """
    seal = newest_seal()
    writer = archive.Writer(target)
    tell("Databasen ...")
    _dump(writer, tell)
    count = 0
    for path in sorted(files.glob("??/??/*")):
        writer.file(f"files/{path.relative_to(files).as_posix()}", path)
        count += 1
    tell(f"{count} lagrade filer.")
    writer.finish(
        {
            "made_at": now.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "postgres": postgres.server_version(),
            "seal": seal,
            "files": count,
        }
    )
    newest = f"sigill {seal['number']}" if seal else "ännu inget sigill"
    tell(f"Klart. Nyaste sigillet: {newest}. Fältnycklarna (FIELD_KEY) ligger inte i arkivet.")


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that only its owner may read and that appears whole or not at all.

    Raises Conflict when there is one already: a backup never replaces another.
    """
    if path.exists():
        raise Conflict(f"{path} finns redan.", code="backup_exists", kept="Inget har skrivits.")
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        os.link(draft, path)
    finally:
        Path(draft).unlink()


def newest_seal() -> dict[str, Any] | None:
    """Number and hash of the newest seal, which the restored ledger must hold."""
    seal = apps.get_model("ledger", "Seal").objects.order_by("-number").first()
    return {"number": seal.number, "sha256": bytes(seal.sha256).hex()} if seal else None


def _dump(writer: archive.Writer, tell: Told) -> None:
    command = [postgres.tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    with _running(command, stdout=subprocess.PIPE) as process:
        number = 0
        while part := _read(process.stdout, archive.PART_BYTES):
            writer.part(archive.PART.format(number), part)
            number += 1
            if number % EVERY_PARTS == 0:
                tell(f"{number * archive.PART_BYTES // 2**20} MB av databasen ...")


def _read(source: IO[bytes] | None, size: int) -> bytes:
    """Exactly `size` bytes, fewer only at the end."""
    return source.read(size) if source else b""


@contextmanager
def _running(
    command: list[str], *, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603  one of PostgreSQL's own programs
            command, env=postgres.environment(), stdin=stdin, stdout=stdout, stderr=errors
        )
        finished = False
        try:
            # When it leaves early, its own words, below, say why.
            with suppress(BrokenPipeError):
                yield process
            finished = True
        finally:
            if not finished:
                process.kill()
            if process.stdin and not process.stdin.closed:
                with suppress(BrokenPipeError):
                    process.stdin.close()
            process.wait()
            if process.stdout:
                process.stdout.close()
        if process.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()
            raise DomainError(
                f"{Path(command[0]).name} misslyckades: {said[-1] if said else 'okänt fel'}",
                code="postgres_tool_failed",
            )


def restore(path: Path, *, files: Path, tell: Told) -> None:
    """Fill an empty database and the folder of files from an archive, then verify the ledger.

    Everything is checked before anything is written, and the database is filled in one
    transaction. Raises Invalid for an archive that is damaged or not ours, Conflict for a
    database that is not empty, DomainError when PostgreSQL refuses, and CommandError when the
    restored ledger does not verify.
    """
    with tarfile.open(path, "r:") as opened:
        facts = archive.inspect(opened, tell=tell)
        refuse_filled_database()
        tell("Databasen ...")
        command = [postgres.tool("pg_restore"), "--no-owner", "--no-privileges"]
        command += ["--exit-on-error", "--single-transaction"]
        command += ["--dbname", postgres.environment()["PGDATABASE"]]
        with _running(command, stdin=subprocess.PIPE) as process:
            for chunk in archive.database_parts(opened):
                if process.stdin:
                    process.stdin.write(chunk)
        for place, source in archive.files(opened):
            _put(files / place, source)
    tell(f"{facts['files']} lagrade filer.")
    _verify(facts["seal"], tell)


def refuse_filled_database() -> None:
    """Raise Conflict when there is any table at all."""
    tables = connection.introspection.table_names()
    if tables:
        raise Conflict(
            f"Databasen är inte tom: den har {len(tables)} tabeller.",
            code="database_not_empty",
            kept="Inget har ändrats.",
            todo="Skapa en ny, tom databas, låt DATABASE_URL peka på den och försök igen.",
        )


def _put(place: Path, source: IO[bytes]) -> None:
    if place.exists():
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=place.parent, prefix=".in-")
    with os.fdopen(handle, "wb") as target:
        while chunk := source.read(archive.READ_BYTES):
            target.write(chunk)
    Path(draft).rename(place)


def _verify(seal: dict[str, Any] | None, tell: Told) -> None:
    if seal is not None:
        found = (
            apps.get_model("ledger", "Seal")
            .objects.filter(number=seal["number"], sha256=bytes.fromhex(seal["sha256"]))
            .exists()
        )
        if not found:
            raise Conflict(
                f"Sigill {seal['number']} finns inte i den återställda liggaren.",
                code="seal_missing",
            )
    call_command("verify_ledger")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        tell("Arkivet är från en äldre version: kör manage.py migrate innan huset startas.")
    tell("Återställt.")
