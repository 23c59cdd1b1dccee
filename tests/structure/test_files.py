"""Habits of whole files: size, names, templates, what may not be committed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.structure.tree import code, sources, texts, tracked

MOST_LINES = 400

# Big by nature: a table is not read like code.
TABLES = re.compile(r"(\.csv|\.lock|\.po|\.geojson|\.json|\.svg|\.md|\.woff2|\.txt)$")

TAG = re.compile(r"<[a-zA-Z][^<>]*(?:\{[{%].*?[%}]\}[^<>]*)*>", re.DOTALL)
HANDLER = re.compile(r"\son[a-z]+\s*=", re.IGNORECASE)
STYLE = re.compile(r"\sstyle\s*=", re.IGNORECASE)
OUTSIDE = re.compile(r"""\s(?:src|href|action|srcset|poster)\s*=\s*["']?(?:https?:)?//""")
# The theme must be set before the first paint, and htmx is not a module.
CLASSIC = re.compile(r"js/theme\.js|django_htmx/htmx-")
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)

# path, or index, or secret: what ties a file to one machine or gives something away
FORBIDDEN = {
    "en sökväg på en viss maskin": re.compile(r"(?<![\w./-])/(?:work|root|home|Users)/\w"),
    "adressen till ett paketindex": re.compile(
        r"https?://[^\s\"'<>]*(?:pypi|/simple\b|artifactory|nexus)", re.IGNORECASE
    ),
    "en privat nyckel": re.compile(r"BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY"),
    "en nyckel till en molntjänst": re.compile(r"\b(?:AKIA[0-9A-Z]{16}|ghp_\w{36}|xox[bp]-\w+)"),
}


# Where a forbidden address stands as an example of what is refused.
EXAMPLES = {Path(__file__).name, "test_lockfiles.py"}


def lines_of(name: str, text: str) -> list[str]:
    """Where in a text something forbidden stands."""
    return [
        f"{name}:{number} {what}"
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in FORBIDDEN.items()
        if pattern.search(line)
    ]


def faults_of(template: str) -> list[str]:
    """What breaks the content security policy or leaves the house in a template."""
    found = []
    for tag in TAG.findall(template):
        for what, pattern in (("on...=", HANDLER), ("style=", STYLE), ("adress utanför", OUTSIDE)):
            if pattern.search(tag):
                found.append(f"{what} i {tag[:60]}")
    for attributes, body in SCRIPT.findall(template):
        data = "application/json" in attributes
        if "nonce=" not in attributes:
            found.append("script utan nonce")
        if body.strip() and not data:
            found.append("script med innehåll")
        if not (data or 'type="module"' in attributes or CLASSIC.search(attributes)):
            found.append("script som inte är en modul")
    if "<style" in template:
        found.append("style-element")
    if "javascript:" in template:
        found.append("javascript:-adress")
    return found


def test_files_stay_readable() -> None:
    long = [
        f"{name}: {len(text.splitlines())} rader"
        for name, text in texts(r"\.(py|html|css|js|sh|toml|yml|yaml)$")
        if len(text.splitlines()) > MOST_LINES
        and not TABLES.search(name)
        and "/migrations/" not in name
    ]
    assert long == []


def test_nothing_is_called_utils() -> None:
    words = {"utils", "util", "helpers", "misc", "utilities"}
    assert [name for name in tracked() if words.intersection(re.split(r"[/._]", name))] == []


@pytest.mark.parametrize("name", [name for name in tracked() if name.endswith(".html")])
def test_templates_keep_to_the_policy(name: str) -> None:
    assert faults_of(dict(texts(r"\.html$"))[name]) == []


@pytest.mark.parametrize(
    "bad",
    [
        '<a href="x" onclick="f()">x</a>',
        "<p style='color:red'>x</p>",
        '<script type="module" src="/x.js"></script>',
        '<script type="module" nonce="{{ n }}">alert(1)</script>',
        '<script src="/x.js" nonce="{{ n }}"></script>',
        '<img src="https://example.org/x.png" alt="">',
        '<link href="//cdn.example.org/x.css" rel="stylesheet">',
        '<a href="javascript:f()">x</a>',
        "<style>p { color: red }</style>",
        '<div {% if a %}class="b"{% endif %} style="x">',
    ],
)
def test_the_template_check_can_fail(bad: str) -> None:
    assert faults_of(bad)


@pytest.mark.parametrize(
    "good",
    [
        '<script type="module" src="{% static "a.js" %}" nonce="{{ n }}"></script>',
        '<a href="{% url \'board:larm\' %}" data-once="1">x</a>',
        '<p class="style">on = 1</p>',
    ],
)
def test_the_template_check_can_pass(good: str) -> None:
    assert faults_of(good) == []


def test_styles_and_scripts_fetch_nothing_from_outside() -> None:
    outside = re.compile(
        r"""(?:@import\s|url\(\s*["']?(?:https?:)?//|\bimport\b[^\n]*["']https?:|fetch\(\s*["']https?:"""
        r"""|\beval\(|new Function\()"""
    )
    found = [name for name, text in texts(r"^static/.*\.(css|js)$") if outside.search(text)]
    assert found == []


def test_nothing_committed_ties_us_to_a_machine_or_gives_a_secret_away() -> None:
    found = [
        line
        for name, text in texts(r"(?<!\.lock)(?<!\.woff2)(?<!\.png)$")
        if Path(name).name not in EXAMPLES
        for line in lines_of(name, text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "bad",
    [
        "path = '/home/ada/x'",
        "cd /root/x",
        "index-url = https://pypi.example.org/simple",
        "-----BEGIN PRIVATE KEY-----",
    ],
)
def test_the_secret_check_can_fail(bad: str) -> None:
    assert lines_of("x", bad)


def test_nothing_is_left_to_do() -> None:
    left = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    own = Path(__file__).name
    found = [
        f"{name}: {match[0]}"
        for name, text in texts(r"\.(py|html|css|js|sh|toml|yml|yaml|md)$")
        if not name.endswith(own) and (match := left.search(text))
    ]
    assert found == []


def test_a_silenced_check_names_itself() -> None:
    bare = re.compile(r"#\s*(?:noqa(?!:)|type:\s*ignore(?!\[))")
    own = Path(__file__).name
    found = [
        f"{name}:{number}"
        for name, text in texts(r"\.py$")
        if not name.endswith(own)
        for number, line in enumerate(text.splitlines(), start=1)
        if bare.search(line)
    ]
    assert found == []


def test_migrations_are_named() -> None:
    named = re.compile(r"^\d{4}_[a-z][a-z0-9_]+\.py$")
    found = [
        source.name
        for source in sources()
        if "migrations" in source.parts
        and source.parts[-1] != "__init__.py"
        and (not named.match(source.parts[-1]) or re.search(r"_auto_|_merge|_initial", source.name))
    ]
    assert found == []


def test_packages_have_an_init() -> None:
    folders = {Path(source.name).parent for source in code()}
    assert [str(folder) for folder in folders if f"{folder}/__init__.py" not in tracked()] == []
