"""The real house as processes, with a database that waits for the disk.

Always with a data home, a database and ports of its own: a benchmark fills it with millions of
alarms, and must never do so to a database that somebody uses.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from trygghetscentral.shared import env

START_SECONDS = 240.0
STOP_SECONDS = 60.0
PASSWORD = "huset-i-provet-1"  # noqa: S105  of a house that lives for minutes
OURS = ("DATABASE_URL", "REDIS_URL", "PROMETHEUS_MULTIPROC_DIR", "DJANGO_SETTINGS_MODULE")


STAFF = """
from datetime import timedelta
from django.contrib.auth import SESSION_KEY
from alarms.models import Desk, DeskSignOn
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.session_store import SessionStore
from trygghetscentral.live.models import Presence
from trygghetscentral.shared import clock
now, user, session = clock.now(), User.objects.get(username="operator2"), SessionStore()
session[SESSION_KEY] = str(user.pk)
session.create()
Presence.objects.create(
    session_key=session.session_key, user=user, seen_at=now + timedelta(days=1)
)
for desk in Desk.objects.all():
    DeskSignOn.objects.get_or_create(
        user=user, desk=desk, ended_at=None, defaults={"signed_on_at": now}
    )
"""


class House:
    """A running house with its 1,000 accounts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.dc09_port = free_port(), free_port()
        self.environ = {
            **{name: value for name, value in os.environ.items() if name not in OURS},
            "PORT": str(self.port),
            "DC09_PORT": str(self.dc09_port),
            "DC09_TLS_PORT": "0",
            "BIND": "127.0.0.1",
            "TC_DATA_DIR": str(folder),
            "DEMO": "1",
            "DEMO_PASSWORD": PASSWORD,
        }
        self.env = env.read(self.environ)
        self.base_url = f"http://localhost:{self.port}"
        self.screen = folder.with_name("screen")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it says that it is up. Raises RuntimeError when it does not."""
        with self.screen.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "trygghetscentral.stack.run", "--with-parent"],
                cwd=env.PROJECT_ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while "är igång" not in self.screen.read_text(encoding="utf-8"):
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError(self.screen.read_text(encoding="utf-8")[-2000:])
            time.sleep(0.2)

    def stop(self) -> None:
        """Ctrl-C, and patience."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
            return
        self.process.kill()

    def run(self, *arguments: str) -> str:
        """Run a Python module or file of ours in the house's surroundings; returns what it said."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=env.PROJECT_ROOT,
            env=self.surroundings() | {"DB_STATEMENT_TIMEOUT": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout

    def surroundings(self) -> dict[str, str]:
        """The environment of a command that works on this house."""
        return {
            **self.environ,
            "DATABASE_URL": self.env.database_url,
            "REDIS_URL": self.env.redis_url,
        }

    @contextmanager
    def database(self, *, superuser: bool = False) -> Iterator[psycopg.Connection[Any]]:
        """A connection of psycopg's own, in autocommit."""
        dsn = f"host='{env.socket_dir(self.folder)}' dbname={env.EMBEDDED_NAME} user=postgres"
        with psycopg.connect(dsn if superuser else self.env.dsn, autocommit=True) as connection:
            yield connection

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of one question."""
        with self.database() as connection:
            return connection.execute(question, values).fetchall()

    def wait(self, met: Callable[[], bool], seconds: float) -> bool:
        """Whether it came about in time."""
        until = time.monotonic() + seconds
        while not met():
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        return True

    def rest(self, seconds: float = 60.0) -> bool:
        """Wait until the workers have done what the last run left them."""
        open_work = (
            "SELECT 1 FROM ledger_delivery WHERE done_at IS NULL AND failed_at IS NULL LIMIT 1"
        )
        return self.wait(lambda: not self.ask(open_work), seconds)

    def staff_desks(self) -> None:
        """Somebody at every desk for a day, as in a centre at work: a house that nobody works
        calls TiB for its alarms, which is another thing to measure."""
        self.run("manage.py", "shell", "-c", STAFF)

    def clear_board(self, *, but: int = 0) -> None:
        """Close all open alarms except the `but` newest rows, behind everybody's back."""
        with self.database() as connection:
            connection.execute(
                "UPDATE alarms_alarm SET state = 'closed', closed_at = now(), owner_id = NULL,"
                " parked_until = NULL, held = FALSE, held_until = NULL,"
                " escalates_at = NULL, acts_by = NULL,"
                " voice_contact = CASE WHEN category = 'medical' THEN 'unasked' ELSE '' END,"
                " close_code_id = (SELECT min(id) FROM alarms_closecode)"
                " WHERE state <> 'closed' AND id NOT IN"
                " (SELECT id FROM alarms_alarm WHERE state <> 'closed' AND lead_id IS NULL"
                " ORDER BY id DESC LIMIT %s)",
                (but,),
            )
            connection.execute("VACUUM ANALYZE alarms_alarm")


def free_port() -> int:
    """A port that is free for TCP and UDP."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port: int = taken.getsockname()[1]
            with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.bind(("127.0.0.1", port))
                return port


@contextmanager
def running_house() -> Iterator[House]:
    """The house, started, with its accounts; stopped and removed afterwards."""
    # On a disk: /tmp may be memory, where waiting for the disk costs nothing. The embedded
    # database runs under another account, which must be able to enter.
    folder = Path(tempfile.mkdtemp(prefix="tc-b-", dir="/var/tmp"))
    folder.chmod(0o755)
    house = House(folder / "data")
    try:
        house.start()
        house.run(
            "manage.py", "shell", "-c", "from benchmarks.enter_accounts import enter; enter()"
        )
        # The receivers look for changes once a second.
        time.sleep(3)
        yield house
    finally:
        house.stop()
        shutil.rmtree(folder, ignore_errors=True)
