"""The habits of the house, each as a function from a file to what breaks it.

Numbers refer to the table in docs/adr/0001 and to design.md. Each check stands in
`test_habits.SAMPLES` with code that it must refuse and code that it must accept.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

from tests.structure.tree import Finding, Source, calls, functions, imported

WRITERS = {
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "save",
    "update",
    "update_or_create",
    "aupdate",
    "asave",
    "acreate",
    "adelete",
}
QUERYSETS = {"objects", "filter", "exclude", "all", "select_for_update", "visible_to", "open"}
READERS = {
    "aggregate",
    "all",
    "annotate",
    "count",
    "exclude",
    "exists",
    "filter",
    "first",
    "get",
    "in_bulk",
    "last",
    "latest",
    "order_by",
    "raw",
    "select_related",
    "values",
    "values_list",
}
SENDERS = {"delay", "apply_async", "send_task", "group_send"}
WRITING_SQL = re.compile(r"\b(INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|TRUNCATE)\b")
CLIENTS = {
    "aiomqtt",
    "ftplib",
    "http.client",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "urllib.request",
    "websockets",
}
MOST_LINES = 50
MOST_TASK_LINES = 20


def writes_outside_services(source: Source) -> Iterator[Finding]:
    """One door for writes (habit 1)."""
    if source.stands_in("services", "migrations", "ledger"):
        return
    for node, names in calls(source.tree):
        if len(names) < 2 or names[-1] not in WRITERS:
            continue
        own_row = names[-1] in {"save", "asave"} and names[0] not in {"super", "form"}
        if own_row or QUERYSETS.intersection(names[:-1]):
            yield Finding(source.name, node.lineno, f"skriver med {'.'.join(names[-3:])}")
    for text in ast.walk(source.tree):
        if (
            isinstance(text, ast.Constant)
            and isinstance(text.value, str)
            and WRITING_SQL.search(text.value)
        ):
            yield Finding(source.name, text.lineno, "skriver med SQL")


def rows_without_a_door(source: Source) -> Iterator[Finding]:
    """Objects reach views and API only through an access door (habit 17)."""
    if not source.stands_in("views", "api", "consumers"):
        return
    for node, names in calls(source.tree):
        for manager, verb in itertools.pairwise(names):
            if manager in {"objects", "_default_manager"} and verb in READERS:
                yield Finding(source.name, node.lineno, f"hämtar med {'.'.join(names[:3])}")
                break


def promises_in_the_broker(source: Source) -> Iterator[Finding]:
    """Due time is a column; no long ETA tasks (habit 7)."""
    for node, _names in calls(source.tree):
        for word in node.keywords:
            if word.arg == "eta":
                yield Finding(source.name, node.lineno, "eta=")
            if word.arg == "countdown" and not (
                isinstance(word.value, ast.Constant)
                and isinstance(word.value.value, int)
                and word.value.value <= 60
            ):
                yield Finding(source.name, node.lineno, "countdown= över 60 s")


def leaves_the_process(source: Source) -> Iterator[Finding]:
    """What leaves the process leaves from tasks, ledger and live (habit 13)."""
    if source.stands_in("tasks", "ledger", "live"):
        return
    for node, names in calls(source.tree):
        if len(names) > 1 and names[-1] in SENDERS:
            yield Finding(source.name, node.lineno, f"skickar med {names[-1]}")


def network_outside_gateways(source: Source) -> Iterator[Finding]:
    """Outside systems are spoken to in gateways only (design.md 2)."""
    if source.stands_in("gateways", "stack"):
        return
    for line, module in imported(source.tree):
        if module in CLIENTS:
            yield Finding(source.name, line, f"importerar {module}")


def late_imports(source: Source) -> Iterator[Finding]:
    """Function-level imports: none."""
    for function in functions(source.tree):
        for node in ast.walk(function):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                yield Finding(source.name, node.lineno, f"importerar i {function.name}")


def long_functions(source: Source) -> Iterator[Finding]:
    """Fifty lines at most; a task twenty."""
    for function in functions(source.tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        most = MOST_TASK_LINES if _is_task(function) else MOST_LINES
        if length > most:
            yield Finding(
                source.name, function.lineno, f"{function.name} är längre än {most} rader"
            )


def _is_task(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("shared_task" in ast.unparse(mark) for mark in function.decorator_list)


def broad_excepts(source: Source) -> Iterator[Finding]:
    """`except Exception` only in single edge handlers."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and (
            node.type is None
            or any(
                isinstance(part, ast.Name) and part.id in {"Exception", "BaseException"}
                for part in ast.walk(node.type)
            )
        ):
            yield Finding(source.name, node.lineno, "fångar vad som helst")


def loose_services(source: Source) -> Iterator[Finding]:
    """A service takes keyword arguments, among them who and when (habit 1)."""
    if not source.stands_in("services"):
        return
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        opens = any(names and names[-1] == "unit_of_work" for _call, names in calls(node))
        if not opens:
            continue
        if node.args.args or node.args.posonlyargs or node.args.vararg:
            yield Finding(source.name, node.lineno, f"{node.name} tar argument efter plats")
        named = {argument.arg for argument in node.args.kwonlyargs}
        for wanted in ("actor", "now"):
            if wanted not in named:
                yield Finding(source.name, node.lineno, f"{node.name} saknar {wanted}")


def reads_the_clock(source: Source) -> Iterator[Finding]:
    """Services, selectors and models are told what time it is (design.md 5)."""
    if not source.stands_in("services", "selectors", "models", "states", "events"):
        return
    for node, names in calls(source.tree):
        if names[-2:] in {("clock", "now"), ("timezone", "now"), ("date", "today")}:
            yield Finding(source.name, node.lineno, f"läser klockan med {'.'.join(names)}")


def reads_the_environment(source: Source) -> Iterator[Finding]:
    """Settings come from `shared.env`, once."""
    if source.stands_in("settings", "env", "env_values", "stack", "asgi", "celery"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
            yield Finding(source.name, node.lineno, "läser miljön")


def undocumented(source: Source) -> Iterator[Finding]:
    """Modules, public classes and public functions say what they promise."""
    if source.text.strip() and not ast.get_docstring(source.tree):
        yield Finding(source.name, 1, "saknar docstring")
    yield from _undocumented_in(source, source.tree.body, "")


def _undocumented_in(source: Source, body: list[ast.stmt], prefix: str) -> Iterator[Finding]:
    for node in body:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if node.name.startswith("_") or node.name == "Meta":
            continue
        if not ast.get_docstring(node) and not _speaks_for_another(node):
            yield Finding(source.name, node.lineno, f"{prefix}{node.name} saknar docstring")
        if isinstance(node, ast.ClassDef):
            yield from _undocumented_in(source, node.body, f"{node.name}.")


def _speaks_for_another(node: ast.stmt) -> bool:
    marks = getattr(node, "decorator_list", [])
    return any(ast.unparse(mark).endswith(("overload", "override", ".setter")) for mark in marks)


def unbounded_retries(source: Source) -> Iterator[Finding]:
    """Retries are for transient errors and end (habit 12)."""
    for node, names in calls(source.tree):
        if names[-1:] != ("shared_task",):
            continue
        for word in node.keywords:
            if word.arg == "autoretry_for" and "Exception" in {
                part.id for part in ast.walk(word.value) if isinstance(part, ast.Name)
            }:
                yield Finding(source.name, node.lineno, "försöker om vid vilket fel som helst")
            if word.arg == "max_retries" and ast.unparse(word.value) == "None":
                yield Finding(source.name, node.lineno, "försöker om utan slut")


def imports_in_migrations(source: Source) -> Iterator[Finding]:
    """Migrations import no app code but column types (habit 23)."""
    if "migrations" not in source.parts:
        return
    for line, module in imported(source.tree):
        own = module.split(".")[0] in {"alarms", "incidents", "trygghetscentral"}
        if own and not module.endswith(".fields"):
            yield Finding(source.name, line, f"importerar {module}")


def one_way_migrations(source: Source) -> Iterator[Finding]:
    """RunPython and RunSQL can be undone (habit 23)."""
    if "migrations" not in source.parts:
        return
    for node, names in calls(source.tree):
        if names[-1:] not in {("RunPython",), ("RunSQL",)}:
            continue
        back = {"reverse_code", "reverse_sql"}.intersection(
            word.arg or "" for word in node.keywords
        )
        if len(node.args) < 2 and not back:
            yield Finding(source.name, node.lineno, f"{names[-1]} utan väg tillbaka")
