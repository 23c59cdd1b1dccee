"""What a veckorapport and an observation are in, and what leads where, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from trygghetscentral.shared.errors import Conflict


class ReportState(models.TextChoices):
    """How far a veckorapport has come."""

    GATHERING = "gathering", gettext_lazy("Samlar in")
    DRAFT = "draft", gettext_lazy("Utkast")
    IN_REVIEW = "in_review", gettext_lazy("Granskas")
    APPROVED = "approved", gettext_lazy("Godkänd")
    PUBLISHED = "published", gettext_lazy("Publicerad")
    WITHDRAWN = "withdrawn", gettext_lazy("Återkallad")


class ReportMove(models.TextChoices):
    """What somebody does with it. The words are those of the buttons."""

    DRAFT = "draft", gettext_lazy("Gör utkast")
    SUBMIT = "submit", gettext_lazy("Skicka till granskning")
    RETURN = "return", pgettext_lazy("veckorapport", "Lämna tillbaka")
    APPROVE = "approve", gettext_lazy("Godkänn")
    PUBLISH = "publish", gettext_lazy("Publicera")
    WITHDRAW = "withdraw", gettext_lazy("Återkalla")


@dataclass(frozen=True, slots=True)
class ReportTransition:
    """One row of the table."""

    move: ReportMove
    source: ReportState
    target: ReportState


_S, _M = ReportState, ReportMove

REPORT_TRANSITIONS: Final = (
    ReportTransition(_M.DRAFT, _S.GATHERING, _S.DRAFT),
    ReportTransition(_M.SUBMIT, _S.DRAFT, _S.IN_REVIEW),
    ReportTransition(_M.RETURN, _S.IN_REVIEW, _S.DRAFT),
    ReportTransition(_M.RETURN, _S.APPROVED, _S.DRAFT),
    ReportTransition(_M.APPROVE, _S.IN_REVIEW, _S.APPROVED),
    ReportTransition(_M.PUBLISH, _S.APPROVED, _S.PUBLISHED),
    ReportTransition(_M.WITHDRAW, _S.PUBLISHED, _S.WITHDRAWN),
)
_TABLE: Final = {(row.move, row.source): row.target for row in REPORT_TRANSITIONS}

LEVELLED: Final = frozenset({_S.IN_REVIEW, _S.APPROVED, _S.PUBLISHED, _S.WITHDRAWN})
"""States that nothing reaches without a level that a person has set (domain.md 00.18)."""


class ObservationState(models.TextChoices):
    """Who may know of an observation: first its nämnd alone (domain.md 00.12)."""

    NEW = "new", gettext_lazy("Läses av nämnden")
    RELEASED = "released", gettext_lazy("Släppt")
    WITHDRAWN = "withdrawn", gettext_lazy("Återtagen")


OBSERVATION_TABLE: Final = {
    (ObservationState.NEW, ObservationState.RELEASED),
    (ObservationState.NEW, ObservationState.WITHDRAWN),
    (ObservationState.RELEASED, ObservationState.WITHDRAWN),
}


def report_target(move: ReportMove, source: str) -> ReportState:
    """Where the move leads. Raises Conflict when it is not possible from `source`."""
    target = _TABLE.get((move, ReportState(source)))
    if target is None:
        raise Conflict(
            _("Det går inte att göra så med en veckorapport i läget %(state)s.")
            % {"state": str(ReportState(source).label).lower()},
            code="wrong_state",
            kept=_("Veckorapporten är oförändrad."),
        )
    return target


def report_moves(source: str) -> tuple[ReportMove, ...]:
    """What can be done next, in the order of the table."""
    return tuple(row.move for row in REPORT_TRANSITIONS if row.source == source)


def refuse_observation_move(source: str, target: ObservationState) -> None:
    """Raise Conflict for a step that an observation cannot take."""
    if (ObservationState(source), target) not in OBSERVATION_TABLE:
        raise Conflict(
            _("Observationen är %(state)s och kan inte ändras så.")
            % {"state": str(ObservationState(source).label).lower()},
            code="wrong_state",
            kept=_("Observationen är oförändrad."),
        )
