"""The project's own files, parsed once."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("alarms", "incidents", "trygghetscentral")
SKIPPED = {".git", ".venv", ".data", "__pycache__", "node_modules", "htmlcov"}


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file. `name` is its path from the root."""

    name: str
    text: str
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders and the file."""
        return Path(self.name).parts

    def stands_in(self, *rooms: str) -> bool:
        """Whether the file is `room.py` or lies in a folder called `room`."""
        return any(room in self.parts or f"{room}.py" == self.parts[-1] for room in rooms)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that breaks a habit. `key` names it in `tests.structure.allowed`."""

    name: str
    line: int
    what: str

    @property
    def key(self) -> str:
        """File and what was found, without the line, which moves."""
        return f"{self.name}: {self.what}"

    def __str__(self) -> str:
        return f"{self.name}:{self.line} {self.what}"


Check = Callable[[Source], Iterator[Finding]]


def parse(text: str, name: str) -> Source:
    """A source out of text, for the checks' own samples."""
    return Source(name, text, ast.parse(text))


@functools.cache
def tracked() -> tuple[str, ...]:
    """Every file that is or may be committed."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        return tuple(name for name in sorted(set(listed)) if (ROOT / name).is_file())
    return tuple(
        sorted(
            str(path.relative_to(ROOT))
            for path in ROOT.rglob("*")
            if path.is_file() and not SKIPPED.intersection(path.relative_to(ROOT).parts)
        )
    )


@functools.cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the rooms, without tests."""
    return tuple(
        parse((ROOT / name).read_text(encoding="utf-8"), name)
        for name in tracked()
        if name.endswith(".py") and name.split("/")[0] in ROOMS
    )


@functools.cache
def code() -> tuple[Source, ...]:
    """The same without migrations."""
    return tuple(source for source in sources() if "migrations" not in source.parts)


@functools.cache
def texts(pattern: str) -> tuple[tuple[str, str], ...]:
    """Name and content of the tracked files whose name matches."""
    return tuple(
        (name, (ROOT / name).read_text(encoding="utf-8", errors="replace"))
        for name in tracked()
        if re.search(pattern, name)
    )


def chain(node: ast.expr) -> tuple[str, ...]:
    """The names of `Alarm.objects.filter(x).update`: Alarm, objects, filter, update."""
    names: list[str] = []
    current: ast.AST = node
    while True:
        if isinstance(current, ast.Attribute):
            names.append(current.attr)
            current = current.value
        elif isinstance(current, ast.Call):
            current = current.func
        elif isinstance(current, ast.Subscript):
            current = current.value
        else:
            break
    if isinstance(current, ast.Name):
        names.append(current.id)
    return tuple(reversed(names))


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, tuple[str, ...]]]:
    """Every call and its chain of names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, chain(node.func)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of every imported module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""
