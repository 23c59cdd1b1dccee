"""The account that runs the embedded PostgreSQL and Redis.

PostgreSQL refuses root. Anyone else runs it as themselves; root runs it as an account that owns
nothing but the data home's database folders.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from trygghetscentral.shared.env import SettingsError

NAME = "trygghet"
FALLBACK = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group number."""

    uid: int
    gid: int
    name: str


def service_account(database: Path) -> Account | None:
    """The account to change to, or None when we are not root and need no change.

    A database that already exists keeps its owner.
    """
    if os.geteuid() != 0:
        return None
    if database.exists() and database.stat().st_uid != 0:
        owner = database.stat()
        return Account(owner.st_uid, owner.st_gid, _name_of(owner.st_uid))
    entry = _lookup(NAME) or _made() or _lookup(FALLBACK)
    if entry is None or entry.pw_uid == 0:
        raise SettingsError(
            f"Inbyggd PostgreSQL kan inte köras som root och kontot {NAME} gick inte att skapa; "
            "starta som vanlig användare eller ange DATABASE_URL och REDIS_URL."
        )
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


def can_use(folder: Path, account: Account) -> bool:
    """Whether the account reaches the folder and may write in it, tried as that account."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            os.chdir(folder)
            os._exit(0 if os.access(".", os.W_OK | os.X_OK) else 1)
        except OSError:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _lookup(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _made() -> pwd.struct_passwd | None:
    tool = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if tool is None:
        return None
    subprocess.run(
        [tool, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
         "--shell", "/usr/sbin/nologin", NAME],
        check=False,
        capture_output=True,
    )  # fmt: skip
    return _lookup(NAME)
