"""Who has the duties of the demo city: TiB and a reserve who take turns, and the shift lead."""

from __future__ import annotations

import datetime as dt

from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.callout.models import Duty
from trygghetscentral.callout.services import roster
from trygghetscentral.callout.states import Rank
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import STOCKHOLM, local

CHANGE = dt.time(7)
DAYS = 7
# Numbers from the series that Post- och telestyrelsen keeps for fiction.
CONTACTS = {
    "tib": ("070-174 06 05", "+46701740605", "tib@stad.example"),
    "stab": ("070-174 06 06", "+46701740606", "tib2@stad.example"),
    "skiftledare": ("040-628 04 40", "", "skiftledare@stad.example"),
}


def load(*, actor: Actor, now: dt.datetime) -> None:
    """A week from the last change at seven; who has it now has accepted."""
    for username, (phone, sms, email) in CONTACTS.items():
        user = User.objects.get(username=username)
        roster.save_contact(
            actor=actor_for(user), now=now, user_id=user.pk, phone=phone, sms=sms, email=email
        )
    for number in range(DAYS):
        turn = ("tib", "stab") if number % 2 == 0 else ("stab", "tib")
        _shift("tib", turn[0], Rank.PRIMARY, number, actor=actor, now=now)
        _shift("tib", turn[1], Rank.BACKUP, number, actor=actor, now=now)
        _shift("shift_lead", "skiftledare", Rank.PRIMARY, number, actor=actor, now=now)


def _shift(
    duty: str, username: str, rank: Rank, number: int, *, actor: Actor, now: dt.datetime
) -> None:
    user = User.objects.get(username=username)
    begin, end = _change(now, number), _change(now, number + 1)
    shift = roster.plan_shift(
        actor=actor,
        now=now,
        duty_id=Duty.objects.get(code=duty).pk,
        user_id=user.pk,
        rank=rank,
        starts_at=begin,
        ends_at=end,
    )
    if number == 0:
        roster.accept_shift(actor=actor_for(user), now=begin, shift_id=shift.pk)


def _change(now: dt.datetime, days: int) -> dt.datetime:
    """Seven o'clock on the city's wall, so many days after the last time it was."""
    here = local(now)
    day = here.date() if here.time() >= CHANGE else here.date() - dt.timedelta(days=1)
    return dt.datetime.combine(day + dt.timedelta(days=days), CHANGE, tzinfo=STOCKHOLM)
