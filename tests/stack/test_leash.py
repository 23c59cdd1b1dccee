"""The leash, with real processes: nothing is left, whichever of them is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from trygghetscentral.shared.env import PROJECT_ROOT
from trygghetscentral.stack.programs import LEASH

# A program whose child leaves its group and session and ignores every polite signal.
STUBBORN_FAMILY = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    open(sys.argv[1], "w").write(str(os.getpid()))
time.sleep(60)
"""
OBSTINATE = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
TELLS_SIGNAL = """
import signal, sys, time
signal.signal(signal.SIGINT, lambda *_: sys.exit(7))
print("redo", flush=True)
time.sleep(60)
"""


def leashed(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*LEASH, *arguments], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    )


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def grandchild(tmp_path: Path) -> Iterator[Callable[[], int]]:
    note = tmp_path / "pid"

    def read() -> int:
        assert eventually(lambda: note.exists() and note.read_text() != "")
        return int(note.read_text())

    yield read
    if note.exists() and psutil.pid_exists(int(note.read_text())):
        os.kill(int(note.read_text()), signal.SIGKILL)


@pytest.mark.parametrize("code", [0, 3])
def test_the_exit_code_is_the_programs(code: int) -> None:
    with leashed("--", sys.executable, "-c", f"raise SystemExit({code})") as process:
        assert process.wait(10) == code


def test_a_killed_program_gives_128_and_the_signal() -> None:
    suicide = "import os; os.kill(os.getpid(), 9)"
    with leashed("--", sys.executable, "-c", suicide) as process:
        assert process.wait(10) == 128 + signal.SIGKILL


def test_a_missing_program_gives_127() -> None:
    with leashed("--", "/finns/inte") as process:
        assert process.wait(10) == 127


def test_a_stop_reaches_the_program_as_the_signal_it_wants() -> None:
    with leashed("--stop-signal", "INT", "--", sys.executable, "-c", TELLS_SIGNAL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "redo\n"
        process.terminate()
        assert process.wait(10) == 7


def test_a_program_that_will_not_stop_is_killed_after_its_grace() -> None:
    with leashed("--grace", "0.3", "--", sys.executable, "-c", OBSTINATE) as process:
        assert eventually(lambda: len(psutil.Process(process.pid).children()) == 1)
        time.sleep(0.2)
        process.terminate()
        assert process.wait(10) == 128 + signal.SIGKILL


@pytest.mark.parametrize("victim", ["program", "leash told to stop"])
def test_what_the_program_started_goes_with_it(
    tmp_path: Path, grandchild: Callable[[], int], victim: str
) -> None:
    note = str(tmp_path / "pid")
    with leashed("--patience", "0.2", "--", sys.executable, "-c", STUBBORN_FAMILY, note) as process:
        stray = grandchild()
        program = psutil.Process(process.pid).children()[0].pid
        if victim == "program":
            os.kill(program, signal.SIGKILL)
        else:
            process.terminate()
        process.wait(10)
        assert eventually(lambda: not psutil.pid_exists(stray))


def test_the_program_stops_when_the_leash_is_killed() -> None:
    with leashed("--", sys.executable, "-c", "import time; time.sleep(60)") as process:
        assert eventually(lambda: len(psutil.Process(process.pid).children()) == 1)
        program = psutil.Process(process.pid).children()[0]
        time.sleep(0.2)
        process.kill()
        assert eventually(lambda: not program.is_running())


def test_the_leash_stops_all_when_its_parent_is_killed(
    tmp_path: Path, grandchild: Callable[[], int]
) -> None:
    note = str(tmp_path / "pid")
    command = [*LEASH, "--patience", "0.2", "--", sys.executable, "-c", STUBBORN_FAMILY, note]
    starter = f"import subprocess; subprocess.run({command!r})"
    with subprocess.Popen([sys.executable, "-c", starter], cwd=PROJECT_ROOT) as parent:
        stray = grandchild()
        family = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()
        assert eventually(lambda: not any(process.is_running() for process in family))
        assert eventually(lambda: not psutil.pid_exists(stray))


def test_forks_of_a_bound_module_die_with_it(tmp_path: Path, grandchild: Callable[[], int]) -> None:
    (tmp_path / "family.py").write_text(STUBBORN_FAMILY)
    with subprocess.Popen(
        [sys.executable, "-m", "trygghetscentral.stack.bound", "family", str(tmp_path / "pid")],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    ) as process:
        stray = grandchild()
        process.kill()
        assert eventually(lambda: not psutil.pid_exists(stray))


def test_it_gives_way_when_told_to() -> None:
    tells = "import os; print(os.nice(0), flush=True)"
    with leashed("--nice", "5", "--", sys.executable, "-c", tells) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == min(os.nice(0) + 5, 19)
