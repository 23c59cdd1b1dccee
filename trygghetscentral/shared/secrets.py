"""Keys and passwords that are made once and kept in the data folder."""

import base64
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

# Without letters and digits that are mistaken for one another when read off a screen.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def kept_secret(folder: Path, name: str, make: Callable[[], str]) -> str:
    """Return the secret called `name`, making it the first time.

    Kept in `folder/keys/name` with mode 0600. Safe when several processes ask at once: they all
    get the same one.

    Raises:
        OSError: the folder cannot be made, read or written.
    """
    home = folder / "keys"
    path = home / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o700, exist_ok=True)
        _publish(path, make())
    return path.read_text(encoding="ascii").strip()


def _publish(path: Path, value: str) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{value}\n")
        # A link appears whole or not at all, and never replaces what another process made.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()


def new_secret() -> str:
    """A new signing key."""
    return secrets.token_urlsafe(64)


def new_field_key() -> str:
    """A new field encryption key set, as FIELD_KEY spells it: `k1:` and 32 bytes in base64."""
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode('ascii')}"


def new_password() -> str:
    """A new password that is easy to read aloud and to type (about 59 bits)."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))
