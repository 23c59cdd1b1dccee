"""The forms on a page, as a browser would fill them in. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

CHOSEN_ONE: Final = ("radio", "checkbox")


@dataclass(slots=True)
class Form:
    """Where it goes, what it holds, and which values its radios and boxes offer."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(said.get("action", ""))
            self.forms.append(self._open)
        name = said.get("name", "")
        if self._open is None or not name:
            return
        if tag == "input" and said.get("type") in CHOSEN_ONE:
            self._open.choices.setdefault(name, []).append(said.get("value", "on"))
        elif tag in ("input", "textarea"):
            self._open.fields[name] = said.get("value", "")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def forms(page: str) -> list[Form]:
    """Every form of a page, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def form_to(page: str, ending: str) -> Form | None:
    """The first form whose address ends so."""
    return next((form for form in forms(page) if form.action.endswith(ending)), None)
