"""The supervisor process: started, asked, told and stopped."""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from trygghetscentral.shared.env import PROJECT_ROOT, SettingsError
from trygghetscentral.stack.programs import (
    LEASH,
    Program,
    control_dir,
    log_dir,
    supervisor_config,
    supervisor_socket,
)

STOP_SECONDS = 90
START_SECONDS = 20
ORPHAN_SECONDS = 20


class Supervisor:
    """supervisord under a leash, in a session of its own so that Ctrl-C reaches us only."""

    def __init__(
        self, data_dir: Path, programs: Sequence[Program], environ: Mapping[str, str]
    ) -> None:
        self._data_dir = data_dir
        self._programs = programs
        self._environ = dict(environ)
        self._process: subprocess.Popen[bytes] | None = None
        self._seen: dict[str, int] = {}

    def launch(self) -> None:
        """Start supervisord and, with it, the programs that start by themselves."""
        for folder in (control_dir(self._data_dir), log_dir(self._data_dir)):
            folder.mkdir(mode=0o700, exist_ok=True)
        config = control_dir(self._data_dir) / "supervisor.conf"
        config.write_text(supervisor_config(self._data_dir, self._programs), encoding="utf-8")
        supervisor_socket(self._data_dir).unlink(missing_ok=True)
        self._seen = {}
        with (log_dir(self._data_dir) / "supervisor.out").open("ab") as output:
            self._process = subprocess.Popen(
                [
                    *LEASH,
                    *("--grace", str(STOP_SECONDS), "--patience", str(ORPHAN_SECONDS), "--"),
                    *(sys.executable, "-m", "supervisor.supervisord", "-c", str(config)),
                ],
                cwd=PROJECT_ROOT,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait_for_socket()

    def alive(self) -> bool:
        """Whether supervisord runs."""
        return self._process is not None and self._process.poll() is None

    def start_house(self) -> None:
        """Start the programs that wait for the database to be ready."""
        for info in self.states():
            if info["statename"] in {"STOPPED", "EXITED", "FATAL"}:
                self._call("startProcess", f"{info['group']}:{info['name']}", False)

    def states(self) -> list[dict[str, Any]]:
        """What supervisord knows of each program."""
        answer: list[dict[str, Any]] = self._call("getAllProcessInfo")
        return answer

    def restarted(self) -> list[str]:
        """The titles of the programs that have been started again since the last question."""
        titles = {program.name: program.title for program in self._programs}
        found = []
        for info in self.states():
            name, pid = str(info["name"]), int(info["pid"])
            if pid and self._seen.get(name, pid) != pid:
                found.append(titles.get(name.rstrip("_0123456789"), name))
            if pid:
                self._seen[name] = pid
        return found

    def stop(self) -> None:
        """Stop everything in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS + ORPHAN_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _wait_for_socket(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.alive():
            try:
                self._call("getState")
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise SettingsError(
            f"Övervakaren startade inte; se {log_dir(self._data_dir) / 'supervisor.out'}."
        )

    def _call(self, method: str, *arguments: object) -> Any:
        address = f"unix://{supervisor_socket(self._data_dir)}"
        transport = SupervisorTransport(None, None, address)
        with ServerProxy("http://127.0.0.1", transport=transport) as server:
            try:
                return getattr(server.supervisor, method)(*arguments)
            except Fault as fault:
                # The program was started in the meantime, which is what was asked.
                if "ALREADY_STARTED" in fault.faultString:
                    return None
                raise
