"""What the documents point at is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.structure.tree import ROOT, texts

DOCUMENTS = texts(r"^(README|CHANGELOG|docs/.*)\.?\w*\.md$|^README\.md$|^CHANGELOG\.md$")
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
PLACE = re.compile(
    r"`((?:alarms|trygghetscentral|tests|benchmarks|static|templates|docs)/[\w/.-]*\w/?)`"
)


def missing(name: str, text: str) -> list[str]:
    """Links and paths that lead nowhere."""
    folder = (ROOT / name).parent
    links = [link for link in LINK.findall(text) if "://" not in link]
    found = [link for link in links if not (folder / link).exists()]
    return found + [place for place in PLACE.findall(text) if not (ROOT / place).exists()]


@pytest.mark.parametrize(("name", "text"), DOCUMENTS, ids=[name for name, _text in DOCUMENTS])
def test_nothing_points_nowhere(name: str, text: str) -> None:
    assert missing(name, text) == []


def test_the_check_can_fail() -> None:
    assert missing("README.md", "[x](docs/finns-inte.md) and `tests/finns_inte.py`") == [
        "docs/finns-inte.md",
        "tests/finns_inte.py",
    ]


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in sorted(Path(ROOT / "docs/adr").glob("*.md"))]
    assert all(number.isdigit() for number in numbers)
    assert len(set(numbers)) == len(numbers)
