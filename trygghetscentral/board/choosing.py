"""What the board can be selected by, and what is selected: `/larm/?plats=brand&lage=parkerade`.

One of each kind narrows the list, several of a kind widen it. What is not understood is not
selected by: to show too much is no danger.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from alarms.models import Desk
from alarms.selectors.selection import LOST
from alarms.words import CATEGORIES
from trygghetscentral.accounts.models import User
from trygghetscentral.live.registry import Counts
from trygghetscentral.live.selection import Selection, selection_of
from trygghetscentral.places.models import AreaKind
from trygghetscentral.places.selectors import areas_in_force

DESK, MINE, STATE, LINE = "plats", "visa", "lage", "forbindelse"
CATEGORY, AREA = "kategori", "omrade"
ORDER: Final = (DESK, MINE, STATE, LINE, CATEGORY, AREA)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to select by. `tag` is what the alarm carries; `href` shows nothing else."""

    name: str
    value: str
    label: str
    tag: str
    chosen: bool

    @property
    def href(self) -> str:
        """The board with this alone selected."""
        return f"{reverse('board:larm')}?{urlencode({self.name: self.value})}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Everything to select by, in order, and what the reader has selected."""

    options: list[Option]

    @property
    def chosen(self) -> list[Option]:
        """What is selected."""
        return [option for option in self.options if option.chosen]

    @property
    def selection(self) -> Selection:
        """The same, as the live list has it."""
        return selection_of(option.tag for option in self.chosen)

    @property
    def query(self) -> str:
        """The same, as an address has it: "" or "?..."."""
        pairs = [(option.name, option.value) for option in self.chosen]
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def alone(self) -> Option | None:
        """The only one selected."""
        return self.chosen[0] if len(self.chosen) == 1 else None

    def of(self, *names: str) -> list[Option]:
        """The options of some kinds."""
        return [option for option in self.options if option.name in names]

    @property
    def desks(self) -> list[Option]:
        """The desks in use."""
        return self.of(DESK)

    @property
    def states(self) -> list[Option]:
        """Mine, parked, and lines not heard from."""
        return self.of(MINE, STATE, LINE)

    @property
    def categories(self) -> list[Option]:
        """Kinds of alarm."""
        return self.of(CATEGORY)

    @property
    def areas(self) -> list[Option]:
        """Parts of the city."""
        return self.of(AREA)


def choice_of(asked: QueryDict, user: User, now: dt.datetime) -> Choice:
    """What can be selected, and what an address asks for. Two queries."""
    wanted = {(name, value) for name in ORDER for value in asked.getlist(name)}
    return Choice(
        [
            Option(name, value, label, tag, chosen=(name, value) in wanted)
            for name, value, label, tag in _known(user, now)
        ]
    )


def _known(user: User, now: dt.datetime) -> Iterable[tuple[str, str, str, str]]:
    desks = Desk.objects.filter(active=True).order_by("position", "pk")
    for code, name in desks.values_list("code", "name"):
        yield DESK, code, name, f"desk:{code}"
    yield MINE, "mina", _("Mina"), f"owner:{user.pk}"
    yield STATE, "parkerade", _("Parkerade"), "state:parked"
    yield LINE, "tappad", _("Tappad förbindelse"), LOST
    for code, label in CATEGORIES:
        yield CATEGORY, code, str(label), f"category:{code}"
    areas = areas_in_force(now).filter(kind=AreaKind.CITY_AREA)
    for slug, name in areas.values_list("slug", "name"):
        yield AREA, slug, name, f"area:{slug}"


def hidden_words(counts: Counts) -> str:
    """How many open alarms the selection hides. The same words as in board/_words.html."""
    hidden, unanswered = counts.get("hidden", 0), counts.get("hidden_unanswered", 0)
    if not hidden:
        return _("Inga öppna larm döljs.")
    if hidden == 1:
        return (
            _("1 öppet larm döljs. Det är obesvarat.")
            if unanswered
            else _("1 öppet larm döljs. Det är besvarat.")
        )
    if unanswered == 1:
        return _("{n} öppna larm döljs, varav 1 obesvarat.").format(n=hidden)
    if unanswered:
        return _("{n} öppna larm döljs, varav {m} obesvarade.").format(n=hidden, m=unanswered)
    return _("{n} öppna larm döljs, alla besvarade.").format(n=hidden)


def beside_words(counts: Counts) -> str:
    """How many of priority 1 are shown though nobody asked for them; "" for none."""
    beside = counts.get("beside", 0)
    if beside == 1:
        return _("1 obesvarat med prioritet 1 visas ändå.")
    return _("{n} obesvarade med prioritet 1 visas ändå.").format(n=beside) if beside else ""


def waiting_text(counts: Counts) -> str:
    """What is hidden and unanswered, for the sound: JSON for the page's scripts."""
    return json.dumps(counts.get("waiting", []))
