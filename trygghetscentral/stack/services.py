"""Run one command against embedded servers that live as long as it does."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from trygghetscentral.shared.env import PROJECT_ROOT, Env, SettingsError, read
from trygghetscentral.stack import embedded, leash
from trygghetscentral.stack.programs import LEASH, Program, services

PATIENCE_SECONDS = 20


def run_with_services(
    command: Sequence[str], environ: Mapping[str, str], *, throwaway: bool
) -> int:
    """Run `command` with a database and a Redis. Returns its exit code.

    A throwaway data home is removed afterwards. Servers named by DATABASE_URL and REDIS_URL are
    used as they are.
    """
    if not command:
        raise SettingsError("--services-only behöver ett kommando efter --.")
    folder = Path(tempfile.mkdtemp(prefix="tc-", dir=_short_temp())) if throwaway else None
    given = dict(environ)
    if folder is not None:
        folder.chmod(0o755)
        given["TC_DATA_DIR"] = str(folder)
    try:
        return _run(command, read(given), given, throwaway=throwaway)
    finally:
        leash.sweep(PATIENCE_SECONDS)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _short_temp() -> str:
    """The system's folder for temporary files, unless its name is too long for a socket."""
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) < 60 else "/tmp"  # noqa: S108  mkdtemp makes it ours


def _run(command: Sequence[str], env: Env, environ: dict[str, str], *, throwaway: bool) -> int:
    programs: list[Program] = []
    if env.embedded_database or env.embedded_redis:
        programs = services(env, embedded.prepare(env), throwaway=throwaway)
    logs = env.data_dir / "log"
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for program in programs:
            with (logs / f"{program.name}.log").open("ab") as output:
                started[program.name] = subprocess.Popen(
                    program.leashed,
                    cwd=PROJECT_ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
        _wait(env, started)
        environ |= {
            "DATABASE_URL": env.database_url,
            "REDIS_URL": env.redis_url,
            "TC_DATA_DIR": str(env.data_dir),
        }
        leashed = [*LEASH, "--", *command]
        return subprocess.run(leashed, env=environ, check=False).returncode
    finally:
        for process in reversed(started.values()):
            process.terminate()
            process.wait()


def _wait(env: Env, started: Mapping[str, subprocess.Popen[bytes]]) -> None:
    def tell(sentence: str) -> None:
        sys.stderr.write(f"{sentence}\n")

    for name, process in started.items():

        def alive(process: subprocess.Popen[bytes] = process) -> bool:
            return process.poll() is None

        if name == "postgres":
            embedded.wait_for_postgres(env, alive=alive, tell=tell)
        else:
            embedded.wait_for_redis(env, alive=alive, tell=tell)
