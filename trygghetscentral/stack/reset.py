"""Remove the embedded data: what `make reset` runs."""

import os
import shutil
import sys
from collections.abc import Sequence

from trygghetscentral.shared.env import SettingsError, read
from trygghetscentral.stack.house import only_one
from trygghetscentral.stack.programs import control_dir

# What the stack itself has put there. Anything else in the folder is not ours to remove.
OURS = ("beat", "files", "house", "keys", "log", "media", "metrics", "pg18", "redis", "run",
        "static", "tiles")  # fmt: skip
OURS_BY_START = ("pg18.", "programs-")


def main(arguments: Sequence[str]) -> int:
    """Ask, unless `--yes`, and remove. Returns 1 when the answer was no."""
    env = read(os.environ)
    if not env.data_dir.exists():
        sys.stdout.write(f"Det finns inget att ta bort i {env.data_dir}.\n")
        return 0
    if "--yes" not in arguments:
        sys.stdout.write(
            f"Databas, filer och nycklar i {env.data_dir} tas bort för gott. Skriv JA: "
        )
        sys.stdout.flush()
        if sys.stdin.readline().strip() != "JA":
            sys.stdout.write("Inget är borttaget.\n")
            return 1
    control_dir(env.data_dir).mkdir(mode=0o700, exist_ok=True)
    with only_one(env.data_dir):
        for entry in env.data_dir.iterdir():
            if entry.name in OURS or entry.name.startswith(OURS_BY_START):
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()
    sys.stdout.write(f"Datamappen {env.data_dir} är tömd.\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SettingsError as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)
