"""The supervisor's configuration, read back by the supervisor itself."""

import signal
from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from trygghetscentral.shared.env import Env, SettingsError, read
from trygghetscentral.stack import embedded
from trygghetscentral.stack.account import Account
from trygghetscentral.stack.programs import (
    control_dir,
    house,
    log_dir,
    services,
    supervisor_config,
)


def config_of(env: Env, home: embedded.Home | None) -> ServerOptions:
    programs = [*services(env, home), *house(env)]
    for folder in (control_dir(env.data_dir), log_dir(env.data_dir)):
        folder.mkdir(parents=True)
    path = control_dir(env.data_dir) / "supervisor.conf"
    path.write_text(supervisor_config(env.data_dir, programs), encoding="utf-8")
    options = ServerOptions()
    options.realize(["-c", str(path)])
    return options


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> embedded.Home:
    monkeypatch.setattr(embedded, "_postgres_folder", lambda _home: Path("/program/pg18"))
    return embedded.Home(tmp_path, Account(12, 34, "någon"))


def test_the_supervisor_reads_the_same_programs(tmp_path: Path, home: embedded.Home) -> None:
    env = read({"TC_DATA_DIR": str(tmp_path), "RECEIVER_PROCESSES": "2"})
    options = config_of(env, home)

    groups = {group.name: [one.name for one in group.process_configs]
              for group in options.process_group_configs}  # fmt: skip
    assert groups["postgres"] == ["postgres"]
    assert groups["redis"] == ["redis"]
    assert set(groups["house"]) == {
        "beat", "publisher", "receiver_0", "receiver_1", "web", "worker", "worker_critical",
    }  # fmt: skip
    for group in options.process_group_configs:
        for program in group.process_configs:
            assert program.autorestart
            assert program.startretries >= 1_000_000
            assert program.autostart == (group.name != "house")


def test_the_database_stops_last_and_fast(tmp_path: Path, home: embedded.Home) -> None:
    env = read({"TC_DATA_DIR": str(tmp_path)})
    by_priority = sorted(config_of(env, home).process_group_configs)

    # Groups are stopped from the highest priority number to the lowest.
    assert [group.name for group in by_priority] == ["postgres", "redis", "house"]
    database = services(env, home)[0]
    assert database.stop == signal.SIGINT
    assert "--user 12:34 --stop-signal INT " in " ".join(database.leashed)


def test_external_servers_are_not_started(tmp_path: Path) -> None:
    given = {"TC_DATA_DIR": str(tmp_path), "DATABASE_URL": "postgres://h/d"}
    only_redis = services(read(given), embedded.Home(tmp_path, None))
    assert [program.name for program in only_redis] == ["redis"]
    assert services(read({**given, "REDIS_URL": "redis://h"}), None) == []


def test_odd_letters_in_the_path_survive(tmp_path: Path) -> None:
    folder = tmp_path / "å b;c#d"
    env = read(
        {"TC_DATA_DIR": str(folder), "DATABASE_URL": "postgres://h/d", "REDIS_URL": "redis://h"}
    )
    options = config_of(env, None)

    beat = next(
        program
        for group in options.process_group_configs
        for program in group.process_configs
        if program.name == "beat"
    )
    assert beat.stdout_logfile == str(folder / "log" / "beat.log")
    assert str(folder / "house" / "beat") in beat.command


def test_a_path_that_the_supervisor_would_misread_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="%"):
        supervisor_config(tmp_path / "50%", [])


def test_web_answers_on_the_address_and_port_asked_for(tmp_path: Path) -> None:
    env = read({"TC_DATA_DIR": str(tmp_path), "PORT": "8123", "BIND": "::1", "WEB_PROCESSES": "3"})
    command = next(program for program in house(env) if program.name == "web").command

    assert command[command.index("--host") + 1] == "::1"
    assert command[command.index("--port") + 1] == "8123"
    assert command[command.index("--workers") + 1] == "3"
    assert "--respawn-failed-workers" in command
