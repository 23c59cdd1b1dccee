"""The whole house under one supervisor, from the first sentence on the screen to the last."""

import fcntl
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from trygghetscentral.shared.env import PROJECT_ROOT, Env, SettingsError, read
from trygghetscentral.stack import embedded, leash
from trygghetscentral.stack.programs import LEASH, control_dir, house, log_dir, services
from trygghetscentral.stack.supervision import ORPHAN_SECONDS, Supervisor

DEMO_ACCOUNTS = (
    "operator", "operator2", "skiftledare", "tib", "samordnare", "samordnare2", "samordnare3",
    "objektsansvarig", "anstalld", "radet", "dso", "beslut", "beredskap", "stab", "ks",
    "vaktare", "polis", "raddning", "grannkommun", "arkiv", "revisor", "admin", "utan",
)  # fmt: skip
LOOK_SECONDS = 2.0
ANSWER_SECONDS = 180.0
PAUSE_SECONDS = 2.0


class Stopped(BaseException):
    """A signal asked us to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def say(sentence: str) -> None:
    """One sentence on the screen, at once. A screen that has gone away stops nothing."""
    with suppress(OSError):
        sys.stdout.write(f"{sentence}\n")
        sys.stdout.flush()


def run_house(environ: Mapping[str, str]) -> int:
    """Start everything, keep it up until a signal, stop everything. Returns 0.

    Raises:
        SettingsError: something that the operator must put right.
    """
    env = read(environ)
    given = {**environ, "TC_DATA_DIR": str(env.data_dir)}
    env.data_dir.mkdir(parents=True, exist_ok=True)
    control_dir(env.data_dir).mkdir(mode=0o700, exist_ok=True)
    with only_one(env.data_dir):
        refuse_taken_ports(env)
        given["PROMETHEUS_MULTIPROC_DIR"] = str(_fresh_metrics(env.data_dir))
        home = None
        if env.embedded_database or env.embedded_redis:
            say(f"Förbereder databasen i {env.data_dir}.")
            home = embedded.prepare(env)
        supervisor = Supervisor(env.data_dir, [*services(env, home), *house(env)], given)
        try:
            _start(supervisor, env, given)
            _announce(env)
            _keep_up(supervisor, env)
        except Stopped:
            say("\nStänger av.")
        finally:
            supervisor.stop()
            leash.sweep(ORPHAN_SECONDS)
        say("Allt är stängt. Uppgifterna finns kvar.")
    return 0


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data home for this process alone.

    Raises:
        SettingsError: another process holds it.
    """
    handle = os.open(control_dir(data_dir) / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 20).decode("ascii", "replace").strip()
            raise SettingsError(
                f"Trygghetscentralen är redan igång i {data_dir} (process {holder})."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(handle)


def refuse_taken_ports(env: Env) -> None:
    """Refuse to start when another program listens on one of our ports.

    Raises:
        SettingsError: names the port and the setting that changes it.
    """
    family = socket.AF_INET6 if ":" in env.bind else socket.AF_INET
    wanted = [
        ("PORT", env.port, socket.SOCK_STREAM),
        ("DC09_PORT", env.dc09_port, socket.SOCK_STREAM),
        ("DC09_PORT", env.dc09_port, socket.SOCK_DGRAM),
    ]
    if env.dc09_tls_port:
        wanted.append(("DC09_TLS_PORT", env.dc09_tls_port, socket.SOCK_STREAM))
    for name, number, kind in wanted:
        with socket.socket(family, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((env.bind, number))
            except OSError as problem:
                raise SettingsError(
                    f"Port {number} på {env.bind} går inte att öppna ({problem.strerror}); "
                    f"välj en annan med {name}."
                ) from None


def _fresh_metrics(data_dir: Path) -> Path:
    folder = data_dir / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def _start(supervisor: Supervisor, env: Env, environ: Mapping[str, str]) -> None:
    say("Startar.")
    supervisor.launch()
    if env.embedded_database:
        embedded.wait_for_postgres(env, alive=supervisor.alive, tell=say)
    else:
        embedded.wait_for_external(env, tell=say)
    embedded.wait_for_redis(env, alive=supervisor.alive, tell=say)
    _take_steps(env, environ)
    supervisor.start_house()
    say("Väntar på att webben och mottagaren svarar.")
    _wait_until(lambda: _web_answers(env), supervisor, log_dir(env.data_dir) / "web.log")
    _wait_until(lambda: _receiver_answers(env), supervisor, log_dir(env.data_dir) / "receiver.log")


def _take_steps(env: Env, environ: Mapping[str, str]) -> None:
    """Migrations and what follows, without the limit on how long a statement may take."""
    log = log_dir(env.data_dir) / "start.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [
                *(*LEASH, "--"),
                *(sys.executable, "-m", "trygghetscentral.stack.steps"),
                *(["--demo"] if env.demo else []),
            ],
            cwd=PROJECT_ROOT,
            env={**environ, "DB_STATEMENT_TIMEOUT": "0"},
            stdin=subprocess.DEVNULL,
            stderr=output,
            check=False,
            start_new_session=True,
        )
    if done.returncode != 0:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise SettingsError(
            f"Databasen gick inte att göra i ordning: {lines[-1] if lines else 'okänt fel'} "
            f"(se {log})."
        )


def _wait_until(answers: Callable[[], bool], supervisor: Supervisor, log: Path) -> None:
    until = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < until and supervisor.alive():
        if answers():
            return
        time.sleep(0.2)
    raise SettingsError(f"Ett program svarar inte; se {log}.")


def _reachable(env: Env) -> str:
    """The address to call for what listens on BIND."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(env.bind, env.bind)  # noqa: S104


def _receiver_answers(env: Env) -> bool:
    try:
        socket.create_connection((_reachable(env), env.dc09_port), timeout=5).close()
    except OSError:
        return False
    return True


def _web_answers(env: Env) -> bool:
    connection = http.client.HTTPConnection(_reachable(env), env.port, timeout=5)
    try:
        connection.request("GET", "/health/live", headers={"Host": "localhost"})
        # A refused host name is an answer too: the web is up.
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _announce(env: Env) -> None:
    say(f"\nTrygghetscentralen är igång: http://localhost:{env.port}")
    say(f"Larm tas emot med SIA DC-09 på {env.bind}:{env.dc09_port} (TCP och UDP).")
    if env.demo:
        say("DEMO – påhittade uppgifter.")
        say(f"Konton: {', '.join(_demo_accounts(env))}")
        say(f"Lösenord för alla konton: {env.demo_password}")
        if env.email_url.folder is not None:
            say(f"Utan EMAIL_URL läggs demons brev i {env.email_url.folder}")
    say(f"Loggar: {log_dir(env.data_dir)}")
    say("Tryck Ctrl-C för att stänga av.")


def _demo_accounts(env: Env) -> list[str]:
    """The demo accounts that exist."""
    with suppress(psycopg.Error), psycopg.connect(env.dsn) as connection:
        rows = connection.execute(
            "SELECT username FROM accounts_user WHERE is_active AND username = ANY(%s)",
            (list(DEMO_ACCOUNTS),),
        )
        there = {row[0] for row in rows}
        return [name for name in DEMO_ACCOUNTS if name in there]
    return list(DEMO_ACCOUNTS)


def _keep_up(supervisor: Supervisor, env: Env) -> None:
    """Start the supervisor again if it dies, and say what it has started again. Never returns."""
    while True:
        time.sleep(LOOK_SECONDS)
        if not supervisor.alive():
            say("Övervakaren dog och startas om med allt den håller igång.")
            # Its programs stop by themselves; what is left of them is ours to end.
            leash.sweep(ORPHAN_SECONDS)
            time.sleep(PAUSE_SECONDS)
            supervisor.launch()
            if env.embedded_database:
                embedded.wait_for_postgres(env, alive=supervisor.alive, tell=say)
            supervisor.start_house()
            continue
        with suppress(OSError):
            for title in supervisor.restarted():
                say(f"{title} dog och har startats om.")
