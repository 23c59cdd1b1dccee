"""Writes about break-glass."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.audiences import GROUP_PREFIX, key, organisation_ids, permission_of
from trygghetscentral.accounts.events import BreakGlassOpened, BreakGlassReviewed
from trygghetscentral.accounts.models import BreakGlass, NeedToKnowGroup, Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code, Event
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing

LONGEST = timedelta(hours=4)


def open_break_glass(
    *,
    actor: Actor,
    now: datetime,
    user: User,
    audience: str,
    reason: str,
    lasts: timedelta = timedelta(hours=1),
) -> BreakGlass:
    """Give a user one audience key for a while, at most four hours; it is to be reviewed.

    The key is a need-to-know group's, or a `.view` permission at an organisation. Raises
    Invalid without a reason, for another key or length; Missing for a target that does not
    exist; Forbidden when the user may not open what that controller keeps; Conflict when it
    is open already.
    """
    if not reason.strip():
        raise Invalid(_("Skriv varför du behöver öppna."), code="break_glass_reason")
    if not timedelta(0) < lasts <= LONGEST:
        raise Invalid(_("Nödåtkomst gäller högst fyra timmar."), code="break_glass_length")
    controller = _controller_of(audience)
    if not user.may(Permission.BREAK_GLASS_OPEN, controller.pk):
        raise Forbidden(
            _("Din roll får inte öppna nödåtkomst hos den ansvariga nämnden."),
            code="break_glass_not_permitted",
        )
    with unit_of_work(actor=actor, now=now):
        if BreakGlass.objects.live(now).filter(user=user, audience=audience).exists():
            raise Conflict(_("Nödåtkomsten är redan öppen."), code="break_glass_open")
        opening = BreakGlass.objects.create(
            user=user,
            controller=controller,
            audience=audience,
            reason=reason.strip(),
            opened_at=now,
            until=now + lasts,
        )
        _tell(
            BreakGlassOpened(
                break_glass_id=opening.pk,
                user_id=user.pk,
                audience=Code(audience),
                until=opening.until,
            ),
            opening,
        )
    return opening


def review_break_glass(
    *, actor: Actor, now: datetime, opening: BreakGlass, reviewer: User, verdict: str, note: str
) -> None:
    """Judge an opening. Raises Forbidden for one's own or without the right at the controller,
    Invalid for an unknown verdict or an unexplained "obefogad", Conflict when already judged.
    """
    if verdict not in BreakGlass.Verdict.values:
        raise Invalid(_("Välj befogad eller obefogad."), code="break_glass_verdict")
    if verdict == BreakGlass.Verdict.UNJUSTIFIED and not note.strip():
        raise Invalid(_("Skriv varför nödåtkomsten var obefogad."), code="break_glass_note")
    if reviewer.pk == opening.user_id:
        raise Forbidden(_("Du kan inte granska din egen nödåtkomst."), code="own_break_glass")
    if not reviewer.may(Permission.BREAK_GLASS_REVIEW, opening.controller_id):
        raise Forbidden(
            _("Nödåtkomsten granskas av den ansvariga nämndens chef."),
            code="break_glass_not_reviewer",
        )
    with unit_of_work(actor=actor, now=now):
        changed = BreakGlass.objects.filter(pk=opening.pk, reviewed_at__isnull=True).update(
            reviewed_by=reviewer, reviewed_at=now, verdict=verdict, review_note=note.strip()
        )
        if not changed:
            raise Conflict(_("Nödåtkomsten är redan granskad."), code="break_glass_reviewed")
        opening.refresh_from_db()
        _tell(
            BreakGlassReviewed(
                break_glass_id=opening.pk,
                user_id=opening.user_id,
                justified=verdict == BreakGlass.Verdict.JUSTIFIED,
            ),
            opening,
        )


def _controller_of(audience: str) -> Organisation:
    try:
        permission = permission_of(audience)
    except ValueError as error:
        raise Invalid(_("Målet går inte att öppna."), code="break_glass_target") from error
    if permission is None:
        number = audience.removeprefix(GROUP_PREFIX)
        groups = NeedToKnowGroup.objects.select_related("organisation")
        group = groups.filter(pk=int(number)).first() if number.isdecimal() else None
        target = group.organisation if group else None
    elif permission.value.endswith(".view"):
        target = Organisation.objects.filter(pk__in=organisation_ids([audience])).first()
    else:
        raise Invalid(_("Målet går inte att öppna."), code="break_glass_target")
    if target is None:
        raise Missing(_("Målet finns inte."), code="break_glass_target")
    return target


def _tell(event: Event, opening: BreakGlass) -> None:
    record(
        event,
        subject=opening,
        controller_id=opening.controller_id,
        audiences=[
            key(Permission.BREAK_GLASS_READ, opening.controller_id),
            key(Permission.BREAK_GLASS_REVIEW, opening.controller_id),
        ],
    )
