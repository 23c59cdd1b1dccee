"""The real house as processes: its own database, its own ports, its own folder.

`house` starts once for a test run. Tests ask it through its pages and API or through psycopg,
and may kill any part of it; they leave it whole. What it mails ends in `House.mailbox`, its text
messages in `House.phones`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from xmlrpc.client import ServerProxy

import psutil
import psycopg
import pytest
from supervisor.xmlrpc import SupervisorTransport

from tests.callout.receivers import Hits, Mailbox, mail_server, web_server
from tests.house.line import Line
from trygghetscentral.shared import env
from trygghetscentral.stack.programs import log_dir, supervisor_socket

START_SECONDS = 240.0
BACK_SECONDS = 120.0
STOP_SECONDS = 120.0
OURS = ("DATABASE_URL", "REDIS_URL", "PROMETHEUS_MULTIPROC_DIR", "DJANGO_SETTINGS_MODULE")


class House:
    """A running house. `program` names are the supervisor's, such as "receiver"."""

    def __init__(self, folder: Path, mailbox: Mailbox, phones: Hits) -> None:
        self.folder = folder
        self.mailbox = mailbox
        self.phones = phones
        self.port, self.dc09_port = _free_port(), _free_port(udp=True)
        self.password = "huset-i-provet-1"
        self.environ = {
            **{name: value for name, value in os.environ.items() if name not in OURS},
            "PORT": str(self.port),
            "DC09_PORT": str(self.dc09_port),
            "DC09_TLS_PORT": "0",
            "BIND": "127.0.0.1",
            "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}?from=larm@stad.example",
            "SMS_GATEWAY_URL": f"{phones.url}/sms",
            "TC_DATA_DIR": str(folder),
            "DEMO": "1",
            "DEMO_PASSWORD": self.password,
            "WEB_PROCESSES": "1",
            "WORKER_PROCESSES": "1",
            "RECEIVER_PROCESSES": "1",
        }
        self.env = env.read(self.environ)
        self.base_url = f"http://localhost:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._tokens: dict[str, str] = {}

    def start(self) -> None:
        """Start and wait until it says that it is up."""
        with self.screen.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "trygghetscentral.stack.run", "--with-parent"],
                cwd=env.PROJECT_ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.wait(lambda: "är igång" in self.said(), START_SECONDS, "huset startade inte")

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(STOP_SECONDS)

    @property
    def screen(self) -> Path:
        """What `make run` would show."""
        return self.folder.with_name(f"{self.folder.name}.screen")

    def said(self) -> str:
        """Everything on the screen so far."""
        return self.screen.read_text(encoding="utf-8")

    def wait(self, met: Callable[[], bool], seconds: float, otherwise: str) -> None:
        """Wait for something; fail with the last words of every log if it does not come."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                break
            if met():
                return
            time.sleep(0.2)
        pytest.fail(f"{otherwise}\n{self._last_words()}")

    def _last_words(self) -> str:
        logs = sorted(log_dir(self.folder).glob("*.log"))
        words = [f"== skärmen\n{self.said()[-2000:]}"]
        words += [
            f"== {path.name}\n{path.read_text(encoding='utf-8', errors='replace')[-1500:]}"
            for path in logs
        ]
        return "\n".join(words)

    def manage(self, *arguments: str) -> str:
        """Run a management command against the house; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=env.PROJECT_ROOT,
            env={
                **self.environ,
                "DATABASE_URL": self.env.database_url,
                "REDIS_URL": self.env.redis_url,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A connection of psycopg's own."""
        with psycopg.connect(self.env.dsn, autocommit=True) as connection:
            yield connection

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of one question."""
        with self.database() as connection:
            return connection.execute(question, values).fetchall()

    def api(
        self, path: str, body: dict[str, Any] | None = None, *, user: str = "operator"
    ) -> tuple[int, Any]:
        """Status and JSON of one call with the user's token; with a body it is a POST."""
        if user not in self._tokens:
            self._tokens[user] = self.manage("create_api_token", user).split()[-1]
        request = urllib.request.Request(
            f"{self.base_url}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._tokens[user]}",
                "Content-Type": "application/json",
            },
        )
        return _opened(request)

    def health(self) -> tuple[int, Any]:
        """What /health/ready says; status 0 while nobody answers."""
        return _opened(urllib.request.Request(f"{self.base_url}/health/ready"))

    def is_well(self) -> bool:
        """Whether every part is up, the dispensable ones too."""
        status, body = self.health()
        return status == 200 and all(part["ok"] for part in body["parts"].values())

    def wait_until_well(self) -> None:
        """Fail when the house does not come back by itself."""
        self.wait(self.is_well, BACK_SECONDS, "huset kom inte tillbaka")

    def programs(self) -> dict[str, int]:
        """Name and process id (of the leash) of every program that runs."""
        transport = SupervisorTransport(None, None, f"unix://{supervisor_socket(self.folder)}")
        with ServerProxy("http://127.0.0.1", transport=transport) as server:
            found: Any = server.supervisor.getAllProcessInfo()
        return {str(each["name"]): int(each["pid"]) for each in found if each["pid"]}

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL, *, leash: bool = False) -> None:
        """Kill a program without warning, or the leash that holds it."""
        holder = psutil.Process(self.programs()[name])
        victims = [holder] if leash else holder.children()
        assert victims, f"{name} körs inte"
        for victim in victims:
            with suppress(psutil.NoSuchProcess):
                victim.send_signal(how)

    def wait_for_another(self, name: str, before: int) -> None:
        """Until the supervisor has started `name` anew."""
        self.wait(
            lambda: self.programs().get(name, before) != before,
            BACK_SECONDS,
            f"{name} startades inte om",
        )


def _opened(request: urllib.request.Request) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)
    except (OSError, ValueError):
        return 0, None


def _free_port(*, udp: bool = False) -> int:
    while True:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port: int = taken.getsockname()[1]
            if not udp:
                return port
            with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.bind(("127.0.0.1", port))
                return port


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever uses the house, and keep it in one xdist worker: there is one house."""
    for item in items:
        if "house" in getattr(item, "fixturenames", ()):
            item.add_marker("house")
            item.add_marker(pytest.mark.xdist_group("house"))


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """The house, started once, stopped and removed at the end."""
    # Short, since a socket lies in it; and the database's own account must be able to enter.
    folder = Path(tempfile.mkdtemp(prefix="tc-house-", dir="/tmp"))
    folder.chmod(0o755)
    with mail_server() as mailbox, web_server() as phones:
        built = House(folder / "data", mailbox, phones)
        try:
            built.start()
            yield built
            assert built.stop() == 0
        finally:
            if built._process is not None and built._process.poll() is None:
                built._process.kill()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def whole_house(house: House) -> Iterator[House]:
    """The house with every part up, before and after."""
    house.wait_until_well()
    yield house
    house.wait_until_well()


@pytest.fixture
def line(house: House) -> Iterator[Line]:
    """A line to the DC-09 port that can be cut."""
    built = Line(house.dc09_port)
    yield built
    built.close()
