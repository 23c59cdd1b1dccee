"""What the code and the templates ask gettext for, and what the English catalogue answers."""

from __future__ import annotations

import ast
import functools
import gettext
import re
from collections.abc import Iterator

from django.template import Template
from django.template.base import FilterExpression, Variable
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from tests.structure.tree import ROOT, Finding, Source, calls, code, texts

CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.mo"

# function: where its arguments hold context, message and plural
SPOKEN: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
SWEDISH = re.compile("[åäöÅÄÖ]")
PLACEHOLDER = re.compile(r"%\([a-z0-9_]+\)[a-z]|\{[a-z0-9_]*\}")

# Read on a console or kept as data, whatever the reader's language (docs/glossary.md).
UNSPOKEN = re.compile(
    r"/(management|demo|simulation|stack)/|^trygghetscentral/(shared/|settings\.py|ledger/verify\.py)"
    r"|^alarms/(codes|code_rules|holidays)\.py"
)


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def key(message: str, context: str | None = None) -> str:
    """A message as a compiled catalogue names it."""
    return message if context is None else f"{context}\x04{message}"


def asked_in(source: Source) -> Iterator[tuple[str, str]]:
    """Key, and plural or "", of the messages of one Python file."""
    for call, names in calls(source.tree):
        if not names or names[-1] not in SPOKEN:
            continue
        about, message, plural = SPOKEN[names[-1]]
        if len(call.args) > message and (text := _constant(call.args[message])) is not None:
            many = None if plural is None else _constant(call.args[plural])
            yield key(text, None if about is None else _constant(call.args[about])), many or ""


def _words(expression: FilterExpression) -> str | None:
    """The text of `{% translate "..." %}`; None for a variable."""
    inner = expression.var
    found = inner.literal if isinstance(inner, Variable) else inner
    return str(found) if isinstance(found, str) else None


def asked_by(template: str) -> Iterator[tuple[str, str]]:
    """Key, and plural or "", of a template's messages, as they are looked up when it is shown."""
    nodes = Template(template).nodelist
    for single in nodes.get_nodes_by_type(TranslateNode):
        if isinstance(single, TranslateNode):
            text = _words(single.filter_expression)
            about = single.message_context
            if text is not None:
                yield key(text.replace("%", "%%"), _words(about) if about else None), ""
    for block in nodes.get_nodes_by_type(BlockTranslateNode):
        if isinstance(block, BlockTranslateNode):
            about = block.message_context
            text, _variables = block.render_token_list(block.singular)
            many = block.render_token_list(block.plural)[0] if block.plural else ""
            yield key(text, _words(about) if about else None), many


@functools.cache
def asked() -> dict[str, str]:
    """Everything the house says to people: key to plural, "" when it has none."""
    found = dict(one for source in code() for one in asked_in(source))
    for _name, text in texts(r"^templates/.*\.(html|txt)$"):
        found.update(asked_by(text))
    return found


@functools.cache
def english() -> dict[str, tuple[str, ...]]:
    """Key to English: one text, or one for each plural form."""
    with CATALOGUE.open("rb") as file:
        raw = vars(gettext.GNUTranslations(file))["_catalog"]
    found: dict[str, list[str]] = {}
    for name, text in sorted(raw.items(), key=str):
        one = name[0] if isinstance(name, tuple) else name
        if one:
            found.setdefault(one, []).append(text)
    return {name: tuple(forms) for name, forms in found.items()}


def placeholders(text: str) -> frozenset[str]:
    """What is filled in before the text is shown."""
    return frozenset(PLACEHOLDER.findall(text))


def swedish_without_gettext(source: Source) -> Iterator[Finding]:
    """Swedish sentences that no catalogue can answer for."""
    if UNSPOKEN.search(source.name):
        return
    silent = {
        id(inner)
        for call, names in calls(source.tree)
        if names and names[-1] in SPOKEN
        for inner in ast.walk(call)
    }
    silent |= {
        id(node.value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(source.tree):
        if id(node) in silent or not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, str) and SWEDISH.search(node.value) and " " in node.value:
            yield Finding(source.name, node.lineno, repr(node.value))
