"""One shift tells the next: written by whoever leaves, accepted by whoever comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from alarms.models import Handover
from alarms.selectors.directory import centre_id
from alarms.shift_events import HandoverAccepted, HandoverWritten
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing

MOST_CHARACTERS: Final = 4000


def write_handover(
    *, actor: Actor, now: dt.datetime, notes: str, figures: Mapping[str, int]
) -> Handover:
    """Hand over; a later one takes its place. `figures` are counts as they are at `now`.

    Raises Invalid for too long notes.
    """
    cleaned = notes.replace("\x00", "").strip()
    if len(cleaned) > MOST_CHARACTERS:
        raise Invalid(
            _("Anteckningarna är för långa."),
            code="notes_too_long",
            kept=_("Texten står kvar i rutan."),
            todo=_("Korta dem till högst 4 000 tecken."),
        )
    with unit_of_work(actor=actor, now=now):
        if actor.user_id is None:
            raise _no_person()
        handover = Handover.objects.create(
            written_by_id=actor.user_id, written_at=now, notes=cleaned, figures=dict(figures)
        )
        _tell(
            HandoverWritten(
                handover_id=handover.pk,
                open=figures.get("total", 0),
                unanswered=figures.get("unanswered", 0),
                parked=figures.get("parked", 0),
            ),
            handover,
        )
    return handover


def accept_handover(*, actor: Actor, now: dt.datetime, handover_id: int) -> Handover:
    """Take the shift over. Accepting what one has accepted changes nothing.

    Raises Conflict when somebody else has accepted it or a newer one has been written, and
    Forbidden for whoever wrote it.
    """
    with unit_of_work(actor=actor, now=now):
        if actor.user_id is None:
            raise _no_person()
        handover = Handover.objects.select_for_update().filter(pk=handover_id).first()
        if handover is None:
            raise Missing(_("Överlämningen finns inte."), code="no_handover")
        if handover.accepted_by_id == actor.user_id:
            return handover
        _refuse(handover, actor)
        handover.accepted_by_id = actor.user_id
        handover.accepted_at = now
        handover.save(update_fields=("accepted_by", "accepted_at"))
        _tell(HandoverAccepted(handover_id=handover.pk, user_id=actor.user_id), handover)
    return handover


def _refuse(handover: Handover, actor: Actor) -> None:
    if handover.accepted_by is not None:
        raise Conflict(
            _("%(who)s har redan kvitterat överlämningen.")
            % {"who": handover.accepted_by.signature},
            code="already_accepted",
        )
    if handover.written_by_id == actor.user_id:
        raise Forbidden(
            _("Du kan inte kvittera en överlämning som du själv har skrivit."),
            code="own_handover",
            todo=_("Be den som tar över att kvittera."),
        )
    if Handover.objects.filter(pk__gt=handover.pk).exists():
        raise Conflict(
            _("Det finns en nyare överlämning."),
            code="newer_handover",
            todo=_("Ladda om sidan och kvittera den nyaste."),
        )


def _no_person() -> Forbidden:
    return Forbidden(_("Bara en person kan lämna över ett pass."), code="no_person")


def _tell(event: Event, handover: Handover) -> None:
    centre = centre_id()
    record(
        event,
        subject=handover,
        controller_id=centre,
        audiences=[key(Permission.DUTY_VIEW, centre)],
    )
