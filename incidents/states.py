"""An incident's stages and what leads where, as a table (domain.md D.5). Imports no models."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trygghetscentral.shared.errors import Conflict


class Stage(models.TextChoices):
    """How far the work with an incident has come."""

    REPORTED = "reported", gettext_lazy("Rapporterad")
    ASSESSED = "assessed", gettext_lazy("Bedömd")
    ASSIGNED = "assigned", gettext_lazy("Tilldelad")
    HANDLING = "handling", gettext_lazy("Hanteras")
    MONITORED = "monitored", gettext_lazy("Övervakas")
    ENDED = "ended", gettext_lazy("Operativt avslutad")
    FOLLOW_UP = "follow_up", gettext_lazy("Uppföljning")
    CLOSED = "closed", gettext_lazy("Avslutad")
    ARCHIVED = "archived", gettext_lazy("Arkiverad")
    REJECTED = "rejected", gettext_lazy("Avvisad")
    MERGED = "merged", gettext_lazy("Sammanfogad")


class Move(models.TextChoices):
    """What somebody does to move it. The words are those of the buttons."""

    ASSESS = "assess", gettext_lazy("Bedöm")
    ASSIGN = "assign", gettext_lazy("Tilldela")
    START = "start", gettext_lazy("Börja hantera")
    MONITOR = "monitor", gettext_lazy("Övervaka")
    RESUME = "resume", gettext_lazy("Hantera igen")
    END = "end", gettext_lazy("Avsluta operativt")
    FOLLOW_UP = "follow_up", gettext_lazy("Följ upp")
    CLOSE = "close", gettext_lazy("Avsluta händelsen")
    REOPEN = "reopen", gettext_lazy("Öppna igen")
    ARCHIVE = "archive", gettext_lazy("Arkivera")
    REJECT = "reject", gettext_lazy("Avvisa")
    MERGE = "merge", gettext_lazy("Sammanfoga")


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    move: Move
    source: Stage
    target: Stage


_S, _M = Stage, Move

TRANSITIONS: Final[tuple[Transition, ...]] = (
    Transition(_M.ASSESS, _S.REPORTED, _S.ASSESSED),
    Transition(_M.ASSIGN, _S.ASSESSED, _S.ASSIGNED),
    Transition(_M.START, _S.ASSESSED, _S.HANDLING),
    Transition(_M.START, _S.ASSIGNED, _S.HANDLING),
    Transition(_M.MONITOR, _S.HANDLING, _S.MONITORED),
    Transition(_M.RESUME, _S.MONITORED, _S.HANDLING),
    Transition(_M.RESUME, _S.ENDED, _S.HANDLING),
    Transition(_M.RESUME, _S.FOLLOW_UP, _S.HANDLING),
    Transition(_M.END, _S.ASSESSED, _S.ENDED),
    Transition(_M.END, _S.ASSIGNED, _S.ENDED),
    Transition(_M.END, _S.HANDLING, _S.ENDED),
    Transition(_M.END, _S.MONITORED, _S.ENDED),
    Transition(_M.FOLLOW_UP, _S.ENDED, _S.FOLLOW_UP),
    Transition(_M.CLOSE, _S.ENDED, _S.CLOSED),
    Transition(_M.CLOSE, _S.FOLLOW_UP, _S.CLOSED),
    Transition(_M.REOPEN, _S.CLOSED, _S.FOLLOW_UP),
    Transition(_M.REOPEN, _S.REJECTED, _S.REPORTED),
    Transition(_M.ARCHIVE, _S.CLOSED, _S.ARCHIVED),
    Transition(_M.REJECT, _S.REPORTED, _S.REJECTED),
    Transition(_M.REJECT, _S.ASSESSED, _S.REJECTED),
    Transition(_M.MERGE, _S.REPORTED, _S.MERGED),
    Transition(_M.MERGE, _S.ASSESSED, _S.MERGED),
    Transition(_M.MERGE, _S.ASSIGNED, _S.MERGED),
    Transition(_M.MERGE, _S.HANDLING, _S.MERGED),
    Transition(_M.MERGE, _S.MONITORED, _S.MERGED),
    Transition(_M.MERGE, _S.ENDED, _S.MERGED),
    Transition(_M.MERGE, _S.FOLLOW_UP, _S.MERGED),
)

_TABLE: Final = {(row.move, row.source): row.target for row in TRANSITIONS}

OPEN: Final = frozenset(
    {_S.REPORTED, _S.ASSESSED, _S.ASSIGNED, _S.HANDLING, _S.MONITORED, _S.ENDED, _S.FOLLOW_UP}
)
"""Somebody still has to do something. Only these may be changed."""

UNASSESSED: Final = frozenset({_S.REPORTED, _S.REJECTED, _S.MERGED})
"""May stand without severity and urgency."""

BY_OWN_SERVICE: Final = frozenset({_M.ASSESS, _M.ASSIGN, _M.MERGE})
"""Moves that ask for more than a reason, and so have a service and a form of their own."""

NEEDS_REASON: Final = frozenset({_M.REJECT, _M.REOPEN, _M.RESUME, _M.CLOSE})
"""Moves that are told why in words."""


class Verb(enum.StrEnum):
    """The four verbs that every incident is taken through (domain.md R37)."""

    MAP = "map"
    ANALYSE = "analyse"
    ACT = "act"
    EVALUATE = "evaluate"


def target_of(move: Move, source: str) -> Stage:
    """Where the move leads. Raises Conflict when it is not possible from `source`."""
    target = _TABLE.get((move, Stage(source)))
    if target is None:
        raise Conflict(
            _("Det går inte att göra så med en händelse som är %(stage)s.")
            % {"stage": str(Stage(source).label).lower()},
            code="wrong_stage",
            kept=_("Händelsen är oförändrad."),
        )
    return target


def may(move: Move, source: str) -> bool:
    """Whether the table has such a row."""
    return (move, Stage(source)) in _TABLE


def moves_from(source: str) -> tuple[Move, ...]:
    """What can be done next, in the order of the table."""
    return tuple(row.move for row in TRANSITIONS if row.source == source)
