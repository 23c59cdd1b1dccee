"""Everything that is checked without running the tests: what `make check` runs."""

import gettext
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from trygghetscentral.shared.env import PROJECT_ROOT

# An index address, a local folder or a link in a lock file ties an installation to one machine.
ADDRESS = re.compile(r"://|(^|\s)--(?!hash=)|^\s*(-[ief]\s|/|\.)|\s@\s", re.MULTILINE)


def lock_files_hold_no_address() -> list[str]:
    """Names of lock files that hold something else than names, versions and hashes."""
    locks = sorted((PROJECT_ROOT / "requirements").glob("*.lock"))
    found = [path.name for path in locks if ADDRESS.search(path.read_text(encoding="utf-8"))]
    return [f"{name}: en adress eller en lokal sökväg" for name in found] + (
        [] if locks else ["inga låsfiler"]
    )


def translations_are_complete() -> list[str]:
    """Catalogues with a gap, a fault in form, or a compiled file that says something else."""
    sources = sorted((PROJECT_ROOT / "locale").rglob("*.po"))
    if sources and shutil.which("msgfmt") is None:
        return ["msgfmt saknas; installera paketet gettext"]
    problems = []
    for source in sources:
        with tempfile.NamedTemporaryFile(suffix=".mo") as fresh:
            done = subprocess.run(
                ["msgfmt", "--check", "--statistics", "--output-file", fresh.name, str(source)],  # noqa: S607
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "LC_ALL": "C"},
            )
            if done.returncode or "fuzzy" in done.stderr or "untranslated" in done.stderr:
                problems.append(f"{source.relative_to(PROJECT_ROOT)}: {done.stderr.strip()}")
            elif _catalogue(Path(fresh.name)) != _catalogue(source.with_suffix(".mo")):
                problems.append(
                    f"{source.with_suffix('.mo').relative_to(PROJECT_ROOT)}: inte densamma som "
                    ".po-filen; kör manage.py compilemessages"
                )
    return problems


def _catalogue(path: Path) -> dict[object, str]:
    """The messages of a compiled catalogue, without its header of dates and tools."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        found: dict[object, str] = dict(vars(gettext.GNUTranslations(file))["_catalog"])
    return {key: value for key, value in found.items() if key != ""}


def templates() -> list[str]:
    """Every template of the project, as djade wants them."""
    return [str(path) for path in sorted((PROJECT_ROOT / "templates").rglob("*.html"))]


def commands() -> list[tuple[str, list[str]]]:
    """The tools, in the order in which they answer fastest."""
    python = sys.executable
    tools = Path(python).parent
    manage = [python, "manage.py"]
    found = [
        ("form", [python, "-m", "ruff", "format", "--check", "--quiet", "."]),
        ("kod", [python, "-m", "ruff", "check", "--quiet", "."]),
        ("våningar", [str(tools / "lint-imports"), "--no-cache"]),
        ("Django", [*manage, "check", "--fail-level", "WARNING"]),
        ("migreringar", [*manage, "makemigrations", "--check", "--dry-run"]),
        ("typer", [python, "-m", "mypy"]),
    ]
    if templates():
        command = [str(tools / "djade"), "--check", "--target-version", "5.2", *templates()]
        found.insert(3, ("mallar", command))
    return found


def main() -> int:
    """Run every check; print one line for each and the output of those that fail."""
    failed = []
    own: list[tuple[str, Callable[[], list[str]]]] = [
        ("låsfiler", lock_files_hold_no_address),
        ("översättningar", translations_are_complete),
    ]
    for name, function in own:
        problems = function()
        _report(name, ok=not problems, seconds=0.0, output="\n".join(problems))
        failed += [name] if problems else []
    environ = {**os.environ, "PYTHONWARNINGS": "default"}
    for name, command in commands():
        begun = time.monotonic()
        done = subprocess.run(
            command, cwd=PROJECT_ROOT, env=environ, capture_output=True, text=True, check=False
        )
        seconds = time.monotonic() - begun
        _report(name, ok=done.returncode == 0, seconds=seconds, output=done.stdout + done.stderr)
        failed += [name] if done.returncode else []
    sys.stdout.write(f"Fel i: {', '.join(failed)}\n" if failed else "Allt är i sin ordning.\n")
    return 1 if failed else 0


def _report(name: str, *, ok: bool, seconds: float, output: str) -> None:
    sys.stdout.write(f"{'ok ' if ok else 'FEL'} {name} ({seconds:.1f} s)\n")
    if not ok:
        sys.stdout.write(f"{output.strip()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
