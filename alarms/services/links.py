"""Watching the lines: a transmitter that has been silent for too long makes an alarm.

The return of a line is seen by intake (`services/intake/links.py`), which restores the alarm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from alarms.codes import Category
from alarms.models import AlarmType, LinkState, SupervisionCategory
from alarms.selectors.directory import alarm_audiences, open_floods
from alarms.services import reception
from alarms.services.correlation import Correlation
from alarms.services.intake import in_flood
from alarms.services.intake.links import LINK_CONDITION, LINK_KIND, link_zone
from alarms.services.reception import pulse
from alarms.services.working import Activation, AlarmKey
from alarms.supervision import silence_limit
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.portions import do_each

__all__ = ["pulse", "supervise"]

PORTION: Final = 500
LINK_TYPE: Final = "AL-SAB"
LINK_CODE: Final = "TC:link"
URGENT: Final = frozenset({SupervisionCategory.S90, SupervisionCategory.S180})
MONTHS_SV: Final = (
    *("jan", "feb", "mar", "apr", "maj", "jun"),
    *("jul", "aug", "sep", "okt", "nov", "dec"),
)


def supervise(*, actor: Actor, now: dt.datetime) -> int:
    """Look after one portion (at most 500) of the lines that are due; returns how many.

    A line counts as lost only when a receiver has listened during the whole silence; else it is
    given that long from when the receiver began, so that our own downtime never floods the
    board. When no receiver listens, that is said once instead. Running it twice changes nothing.
    """
    seen = reception.look(now=now)
    reception.judge(reception=seen, actor=actor, now=now)
    if seen.listening_since is None:
        return 0
    with unit_of_work(actor=actor, now=now):
        due = list(
            LinkState.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(
                due_at__lte=now,
                lost_at__isnull=True,
                transmitter__active=True,
                transmitter__installation__active=True,
            )
            .select_related("transmitter__installation__site")
            .order_by("due_at", "pk")[:PORTION]
        )
        listening_since = seen.listening_since

        def act(links: list[LinkState]) -> None:
            lost = [link for link in links if _is_lost(link, listening_since, now)]
            LinkState.objects.bulk_update(links, ("due_at", "lost_at"))
            _raise_alarms(lost, now=now)

        return do_each(due, act, what="link.lost")


def _is_lost(link: LinkState, listening_since: dt.datetime, now: dt.datetime) -> bool:
    """Mark the line as lost, or set its new due time."""
    transmitter = link.transmitter
    limit = silence_limit(transmitter.supervision, transmitter.interval_seconds)
    if limit is None:
        link.due_at = None
        return False
    earliest = listening_since + dt.timedelta(seconds=limit)
    if earliest > now:
        link.due_at = earliest
        return False
    link.lost_at = now
    return True


def _raise_alarms(lost: Sequence[LinkState], *, now: dt.datetime) -> None:
    if not lost:
        return
    kind = AlarmType.objects.get(code=LINK_TYPE)
    activations = [_activation(link, kind, now) for link in lost]
    in_flood.mark_activations(
        activations, floods=open_floods(), codes={kind.pk: kind.code}, now=now
    )
    correlation = Correlation(now=now)
    correlation.begin(activations, [])
    for activation in activations:
        correlation.activate(activation)
    correlation.write()


def _activation(link: LinkState, kind: AlarmType, now: dt.datetime) -> Activation:
    transmitter = link.transmitter
    installation = transmitter.installation
    site = installation.site
    zone = link_zone(transmitter.receiver, transmitter.line, transmitter.account)
    return Activation(
        key=AlarmKey(installation.pk, "", zone, LINK_KIND),
        condition=LINK_CONDITION,
        category=Category.SUPERVISION,
        type_id=kind.pk,
        priority=2 if transmitter.supervision in URGENT else 3,
        target_seconds=kind.target_seconds,
        limit_seconds=kind.limit_seconds,
        code=LINK_CODE,
        text=_text(link.last_seen_at, now),
        receiver=transmitter.receiver,
        line=transmitter.line,
        account=transmitter.account,
        area_label="",
        zone_label="",
        site_id=site.pk,
        city_area_id=site.area_id,
        controller_id=installation.controller_id,
        audiences=alarm_audiences(installation.controller_id, site.restricted_group_id),
        longitude=site.position.longitude,
        latitude=site.position.latitude,
    )


def _text(last_seen: dt.datetime | None, now: dt.datetime) -> str:
    if last_seen is None:
        return _("Tappad förbindelse: sändaren har inte hörts sedan den lades upp.")
    seen = local(last_seen)
    when = seen.strftime("%H:%M")
    if seen.date() != local(now).date():
        when = f"{seen.day} {MONTHS_SV[seen.month - 1]} {when}"
    return _("Tappad förbindelse sedan %(when)s.") % {"when": when}
