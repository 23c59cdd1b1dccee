"""Which programs the house consists of, and the supervisor's configuration for them."""

import os
import shlex
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trygghetscentral.shared.env import PROJECT_ROOT, Env, SettingsError
from trygghetscentral.stack import embedded, leash
from trygghetscentral.stack.account import Account

# Retries are many because giving up is never right for a program that takes in alarms. The
# supervisor waits one second longer for each try until the program has stayed up.
START_RETRIES = 1_000_000
# Run as a file, since the package would bring Celery along into every leash.
LEASH = (sys.executable, "-I", "-S", str(Path(leash.__file__)))
# An alarm stands on the board before it is routed: where cores are few, work that may come a
# moment later gives way to taking alarms in and showing them.
BEHIND_INTAKE = 5
BOUND = "trygghetscentral.stack.bound"
LOG_BYTES = "10MB"
LOG_FILES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One supervised program. `grace` is how many seconds it gets to stop in order."""

    name: str
    title: str
    command: Sequence[str]
    account: Account | None = None
    nice: int = 0
    stop: signal.Signals = signal.SIGTERM
    grace: int = 20
    steady_seconds: int = 3
    priority: int = 100
    copies: int = 1
    autostart: bool = field(default=False)

    @property
    def leashed(self) -> list[str]:
        """The command under a leash, as the supervisor starts it."""
        user = ["--user", f"{self.account.uid}:{self.account.gid}"] if self.account else []
        return [
            *LEASH,
            *user,
            *(("--nice", str(self.nice)) if self.nice else ()),
            *("--stop-signal", self.stop.name.removeprefix("SIG")),
            *("--grace", str(self.grace)),
            "--",
            *self.command,
        ]


def services(env: Env, home: embedded.Home | None, *, throwaway: bool = False) -> list[Program]:
    """The embedded servers that the settings ask for: none, one or both."""
    found = []
    if home is not None and env.embedded_database:
        found.append(
            Program(
                name="postgres",
                title="Databasen",
                command=embedded.postgres_command(home, throwaway=throwaway),
                account=home.account,
                # Fast shutdown: SIGTERM would wait for every client to leave.
                stop=signal.SIGINT,
                grace=60,
                steady_seconds=1,
                priority=10,
                autostart=True,
            )
        )
    if home is not None and env.embedded_redis:
        found.append(
            Program(
                name="redis",
                title="Redis",
                command=embedded.redis_command(home),
                account=home.account,
                steady_seconds=1,
                priority=20,
                autostart=True,
            )
        )
    return found


def house(env: Env) -> list[Program]:
    """The programs of the house itself."""
    manage = [sys.executable, str(PROJECT_ROOT / "manage.py")]
    return [
        Program(
            name="receiver",
            title="Mottagaren",
            command=[*manage, "run_receivers"],
            copies=env.receiver_processes,
        ),
        Program(name="web", title="Webben", command=web_command(env)),
        Program(name="publisher", title="Utsändaren", command=[*manage, "run_publisher"]),
        Program(
            name="worker_critical",
            nice=BEHIND_INTAKE,
            title="Arbetaren för brådskande",
            command=worker_command("critical", queues="critical", processes=1),
        ),
        Program(
            name="worker",
            nice=BEHIND_INTAKE,
            title="Arbetaren",
            command=worker_command(
                "default", queues="default,bulk", processes=env.worker_processes
            ),
        ),
        Program(
            name="beat", nice=BEHIND_INTAKE, title="Taktgivaren", command=beat_command(env.data_dir)
        ),
    ]


def web_command(env: Env) -> list[str]:
    """Granian over HTTP and websockets."""
    return [
        *(sys.executable, "-m", BOUND, "granian", "--interface", "asginl"),
        *("--host", env.bind, "--port", str(env.port)),
        *("--workers", str(env.web_processes)),
        *("--working-dir", str(PROJECT_ROOT)),
        *("--workers-kill-timeout", "5"),
        # Without it a killed worker ends the whole server.
        "--respawn-failed-workers",
        # An open websocket counts as a request, so the limit is on screens, not on haste.
        *("--backlog", "4096", "--backpressure", "4096"),
        "--ws",
        "trygghetscentral.asgi:application",
    ]


def worker_command(name: str, *, queues: str, processes: int) -> list[str]:
    """A Celery worker. What is urgent has one of its own, so that bulk work cannot delay it."""
    return [
        *(sys.executable, "-m", BOUND, "celery", "--workdir", str(PROJECT_ROOT)),
        *("-A", "trygghetscentral", "worker"),
        *("--queues", queues, "--concurrency", str(processes)),
        *("--hostname", f"{name}@%h", "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle"),
    ]


def beat_command(data_dir: Path) -> list[str]:
    """Celery's beat, with its schedule in the data home."""
    return [
        *(sys.executable, "-m", BOUND, "celery", "--workdir", str(PROJECT_ROOT)),
        *("-A", "trygghetscentral", "beat", "--loglevel", "INFO"),
        *("--schedule", str(control_dir(data_dir) / "beat"), "--pidfile", ""),
    ]


def control_dir(data_dir: Path) -> Path:
    """The supervisor's own folder in the data home: configuration, socket and lock."""
    return data_dir / "house"


def log_dir(data_dir: Path) -> Path:
    """Where every program's output goes, one file each."""
    return data_dir / "log"


def supervisor_socket(data_dir: Path) -> Path:
    """The supervisor's control socket."""
    return control_dir(data_dir) / "s.sock"


def supervisor_config(data_dir: Path, programs: Sequence[Program]) -> str:
    """The configuration file that makes the supervisor run `programs`.

    Raises:
        SettingsError: the path holds a sign that the supervisor takes for a placeholder.
    """
    if "%" in str(data_dir):
        raise SettingsError(
            f"Datamappens sökväg får inte innehålla %: {data_dir} – välj en annan med TC_DATA_DIR."
        )
    control, logs = control_dir(data_dir), log_dir(data_dir)
    # Without it the supervisor warns that it runs as root; each program's leash changes account.
    as_root = {"user": "root"} if os.geteuid() == 0 else {}
    parts = [
        _section(
            "supervisord",
            **as_root,
            nodaemon="true",
            silent="true",
            logfile=logs / "supervisor.log",
            logfile_maxbytes=LOG_BYTES,
            logfile_backups=LOG_FILES,
            pidfile=control / "supervisor.pid",
            childlogdir=logs,
            directory=PROJECT_ROOT,
            minfds=4096,
        ),
        _section("unix_http_server", file=supervisor_socket(data_dir), chmod="0700"),
        _section("supervisorctl", serverurl=f"unix://{supervisor_socket(data_dir)}"),
        "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = "
        "supervisor.rpcinterface:make_main_rpcinterface\n",
    ]
    parts += [_program(program, logs) for program in programs]
    # A group is stopped all at once; groups one after the other, the embedded servers last.
    grouped = ",".join(program.name for program in programs if not program.autostart)
    if grouped:
        parts.append(_section("group:house", programs=grouped, priority=100))
    return "\n".join(parts)


def _program(program: Program, logs: Path) -> str:
    numbered = "%(program_name)s_%(process_num)s" if program.copies > 1 else "%(program_name)s"
    text = _section(
        f"program:{program.name}",
        command=shlex.join(program.leashed),
        directory=PROJECT_ROOT,
        priority=program.priority,
        autostart=str(program.autostart).lower(),
        autorestart="true",
        startsecs=program.steady_seconds,
        startretries=START_RETRIES,
        stopwaitsecs=program.grace + 10,
        killasgroup="true",
        redirect_stderr="true",
        stdout_logfile_maxbytes=LOG_BYTES,
        stdout_logfile_backups=LOG_FILES,
        numprocs=program.copies,
    )
    # These two hold the supervisor's own placeholders, which must not be escaped.
    return f"{text}process_name = {numbered}\nstdout_logfile = {logs}/{numbered}.log\n"


def _section(title: str, **values: object) -> str:
    lines = [f"{key} = {str(value).replace('%', '%%')}" for key, value in values.items()]
    return "\n".join([f"[{title}]", *lines, ""])
