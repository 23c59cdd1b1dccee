"""Who sees an alarm follows its site: when a site becomes restricted, so do its alarms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from alarms.events import AlarmAudiencesChanged, snapshot
from alarms.models import Alarm
from alarms.selectors.directory import alarm_audiences
from alarms.services import telling, waiting
from alarms.states import AlarmState
from trygghetscentral.callout import services as callout
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work


def follow_sites(*, actor: Actor, now: dt.datetime, site_ids: Iterable[int]) -> int:
    """Give the alarms of these sites the audiences that their sites call for.

    Returns how many open ones changed. Running it twice changes nothing. The ledger's row of an
    open alarm carries the old audiences beside the new ones, so that screens of those who lose
    sight are told; closed alarms stand on no screen and are changed without a row each. Calls
    about an alarm follow it, and a desk's call is about it no longer.
    """
    ids = list(site_ids)
    with unit_of_work(actor=actor, now=now):
        changed = 0
        for alarm in (
            Alarm.objects.open()
            .select_for_update(of=("self",))
            .filter(site__in=ids)
            .select_related("site")
            .in_lock_order()
        ):
            wanted = list(alarm_audiences(alarm.controller_id, _group_of(alarm)))
            if sorted(alarm.audiences) == sorted(wanted):
                continue
            before, alarm.audiences = alarm.audiences, wanted
            alarm.save(update_fields=("audiences",))
            telling.leave_desk([alarm], actor=actor, now=now)
            callout.change_audiences(
                actor=actor,
                now=now,
                subject_type=waiting.SUBJECT,
                subject_id=str(alarm.pk),
                audiences=wanted,
            )
            record(
                AlarmAudiencesChanged(alarm=snapshot(alarm)),
                subject=alarm,
                controller_id=alarm.controller_id,
                audiences={*before, *wanted},
                exercise_id=alarm.exercise_id,
            )
            changed += 1
        _follow_closed(ids)
    return changed


def _follow_closed(site_ids: list[int]) -> None:
    closed = Alarm.objects.filter(site__in=site_ids, state=AlarmState.CLOSED)
    for site_id, controller_id, group_id in (
        closed.order_by()
        .values_list("site_id", "controller_id", "site__restricted_group_id")
        .distinct()
    ):
        wanted = list(alarm_audiences(controller_id, group_id))
        closed.filter(site=site_id, controller=controller_id).exclude(audiences=wanted).update(
            audiences=wanted
        )


def _group_of(alarm: Alarm) -> int | None:
    return alarm.site.restricted_group_id if alarm.site else None
