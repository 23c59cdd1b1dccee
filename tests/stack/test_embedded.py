"""The embedded PostgreSQL and Redis: refusals, and one real start, kill and stop."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import redis

from trygghetscentral.shared.env import PROJECT_ROOT, Env, SettingsError, read
from trygghetscentral.stack import embedded
from trygghetscentral.stack.house import only_one, refuse_taken_ports
from trygghetscentral.stack.programs import house, services
from trygghetscentral.stack.supervision import Supervisor


def test_a_path_that_is_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    fits = Path("/" + "a" * (embedded.SOCKET_PATH_BYTES - len("/run/.s.PGSQL.5432") - 1))
    embedded.refuse_long_path(fits)

    for folder, excess in ((fits / "b", 2), (Path(f"{fits}å"), 2)):
        with pytest.raises(SettingsError, match=f"{excess} byte för lång .*TC_DATA_DIR"):
            embedded.refuse_long_path(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes account")
def test_root_is_told_when_the_account_cannot_reach_the_folder(tmp_path: Path) -> None:
    closed = tmp_path / "stängd"
    closed.mkdir(mode=0o700)

    with pytest.raises(SettingsError, match="TC_DATA_DIR"):
        embedded.prepare(read({"TC_DATA_DIR": str(closed / "hem")}))
    assert closed.stat().st_mode & 0o777 == 0o700


def test_a_second_start_is_refused_with_the_first_ones_number(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()

    refusal = pytest.raises(SettingsError, match=f"redan igång .*process {os.getpid()}")
    with only_one(tmp_path), refusal, only_one(tmp_path):
        pytest.fail("two held the lock")
    with only_one(tmp_path):
        pass


def test_a_taken_port_is_named(tmp_path: Path, unused_tcp_port_factory: Callable[[], int]) -> None:
    ports = [unused_tcp_port_factory() for _ in range(2)]
    env = read({"TC_DATA_DIR": str(tmp_path), "PORT": str(ports[0]), "DC09_PORT": str(ports[1])})
    refuse_taken_ports(env)

    taken = subprocess.Popen(
        [sys.executable, "-c", "import socket, sys; s = socket.create_server(('127.0.0.1', "
         "int(sys.argv[1]))); print('redo', flush=True); sys.stdin.read()", str(ports[1])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with taken:
        assert taken.stdout is not None
        taken.stdout.readline()
        with pytest.raises(SettingsError, match=f"Port {ports[1]} .*DC09_PORT"):
            refuse_taken_ports(env)
        taken.communicate()


@pytest.fixture(scope="module")
def env() -> Iterator[Env]:
    """Settings whose data home lies where every account may go."""
    with tempfile.TemporaryDirectory(prefix="tc-") as folder:
        Path(folder).chmod(0o755)
        yield read({"TC_DATA_DIR": folder})


@pytest.fixture
def supervisor(env: Env) -> Iterator[Supervisor]:
    """PostgreSQL and Redis under the real supervisor; the house's own programs do not start."""
    home = embedded.prepare(env)
    running = Supervisor(env.data_dir, [*services(env, home), *house(env)], os.environ)
    running.launch()
    try:
        ready(env, running)
        yield running
    finally:
        running.stop()


def ready(env: Env, supervisor: Supervisor) -> None:
    embedded.wait_for_postgres(env, alive=supervisor.alive, tell=lambda _sentence: None)
    embedded.wait_for_redis(env, alive=supervisor.alive, tell=lambda _sentence: None)


def processes(env: Env, word: str) -> list[psutil.Process]:
    """The processes that were started with a path of this data home and hold `word`."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(env.data_dir) in (line := " ".join(process.info["cmdline"] or [])) and word in line
    ]


def server(env: Env, word: str) -> psutil.Process:
    """The server itself, not its leash."""
    return next(one for one in processes(env, word) if "stack/leash" not in " ".join(one.cmdline()))


def ask(env: Env, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(env.dsn, autocommit=True) as connection:
        return connection.execute(question).fetchall()


@pytest.mark.house
def test_embedded_servers_listen_on_sockets_only_and_keep_what_is_committed(
    env: Env, supervisor: Supervisor
) -> None:
    for word in ("postgres", "redis"):
        program = server(env, word)
        assert program.net_connections(kind="inet") == []
        assert program.uids().real != 0
    settings = dict(
        ask(env, "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'listen_addresses',"
            " 'synchronous_commit', 'full_page_writes')")
    )  # fmt: skip
    assert settings == {
        "fsync": "on", "listen_addresses": "", "synchronous_commit": "on", "full_page_writes": "on",
    }  # fmt: skip
    assert ask(env, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]
    assert ask(
        env, "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
    ) == [("b", "C.UTF-8")]
    assert supervisor.alive()


@pytest.mark.house
def test_a_killed_server_comes_back_with_its_data_and_a_stop_leaves_nothing(
    env: Env, supervisor: Supervisor
) -> None:
    with psycopg.connect(env.dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    supervisor.restarted()
    for word in ("postgres", "redis"):
        killed = server(env, word)
        killed.kill()
        killed.wait(10)
    time.sleep(0.5)
    ready(env, supervisor)

    assert ask(env, "SELECT n FROM kept") == [(7,)]
    assert redis.Redis.from_url(env.redis_url).ping()
    assert sorted(supervisor.restarted()) == ["Databasen", "Redis"]

    everything = processes(env, "")
    supervisor.stop()
    _, left = psutil.wait_procs(everything, timeout=5)
    assert left == []
    assert processes(env, "") == []


@pytest.mark.house
def test_all_stops_when_the_supervisor_is_killed(env: Env, supervisor: Supervisor) -> None:
    everything = processes(env, "")
    server(env, "supervisord").send_signal(signal.SIGKILL)

    _, left = psutil.wait_procs(everything, timeout=30)
    assert left == []
    assert not supervisor.alive()


@pytest.mark.house
def test_a_command_with_services_gets_them_and_gives_its_exit_code(tmp_path: Path) -> None:
    told = tmp_path / "told"
    question = (
        "import os, psycopg, redis, sys\n"
        "psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT 1')\n"
        "redis.Redis.from_url(os.environ['REDIS_URL']).ping()\n"
        "open(sys.argv[1], 'w').write(os.environ['TC_DATA_DIR'])\n"
        "sys.exit(5)"
    )
    without = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    done = subprocess.run(
        [sys.executable, "-m", "trygghetscentral.stack.run", "--services-only", "--throwaway",
         "--", sys.executable, "-c", question, str(told)],
        cwd=PROJECT_ROOT, env=without, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 5, done.stderr
    assert not Path(told.read_text()).exists()
