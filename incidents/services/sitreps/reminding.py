"""The next lägesrapport is a promise: when it does not come, its owner is told once."""

from __future__ import annotations

import datetime as dt
from typing import Final

from incidents.models import Sitrep, SitrepMail, SitrepSeries
from incidents.services.holding import tell
from incidents.sitrep_events import SitrepOverdue
from trygghetscentral.accounts.models import User
from trygghetscentral.callout.models import DutyContact
from trygghetscentral.callout.services.reach import addresses
from trygghetscentral.callout.states import Channel
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.portions import do_each

PORTION: Final = 50


def remind_due(*, actor: Actor, now: dt.datetime) -> int:
    """Remind of the reports whose time has passed; returns how many were done, at most 50."""
    with unit_of_work(actor=actor, now=now):
        due = list(
            SitrepSeries.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("incident", "incident__owner")
            .filter(remind_at__lte=now)
            .order_by("remind_at", "pk")[:PORTION]
        )
        return do_each(due, lambda rows: _remind_all(rows, now=now), what="sitrep_remind")


def _remind_all(rows: list[SitrepSeries], *, now: dt.datetime) -> None:
    for one in rows:
        _remind(one, now=now)


def _remind(series: SitrepSeries, *, now: dt.datetime) -> None:
    due_at, series.remind_at = series.remind_at, None
    incident = series.incident
    if not incident.is_open or due_at is None:
        # Nobody waits for a report of what is over.
        series.save(update_fields=("remind_at",))
        return
    series.reminded_at = now
    series.save(update_fields=("remind_at", "reminded_at"))
    mail = _mail(series, now=now)
    event = SitrepOverdue(
        public_id=incident.public_id, due_at=due_at, mail_id=mail.pk if mail else None
    )
    tell(event, incident)


def _mail(series: SitrepSeries, *, now: dt.datetime) -> SitrepMail | None:
    owner = series.incident.owner or _last_sender(series)
    if owner is None or not owner.is_active:
        return None
    contact = DutyContact.objects.filter(user=owner).first()
    address = addresses(owner, contact).get(Channel.EMAIL, "")
    if not address:
        return None
    return SitrepMail.objects.create(
        series=series,
        user=owner,
        name=owner.signature,
        address=address,
        due_at=now,
        created_at=now,
    )


def _last_sender(series: SitrepSeries) -> User | None:
    last = Sitrep.objects.filter(incident=series.incident).select_related("sent_by").first()
    return last.sent_by if last else None
