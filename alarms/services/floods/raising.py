"""When a larmflod that lowered is over, its open alarms get back the priority that they had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from alarms.events import AlarmReprioritised, snapshot
from alarms.flood_events import AlarmFlooded, AlarmUnflooded
from alarms.models import Alarm, Flood
from alarms.routing import decide
from alarms.selectors.routing import active_rules, facts_for
from alarms.services import waiting
from alarms.services.floods.common import PORTION
from alarms.services.holding import tell, write_alike
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.portions import do_each


def raise_due(*, actor: Actor, now: dt.datetime) -> int:
    """Go through every flood that is over and lowered, in portions; returns how many were raised.

    What somebody has given a priority by hand since the flood began keeps it, and so does what a
    worse signal has raised. All clocks stay but the escalation's, which goes by the priority. A
    second run finds none; what fails is tried again.
    """
    over = Flood.objects.filter(absorbing=True, ended_at__isnull=False)
    pks = over.order_by("pk").values_list("pk", flat=True)
    return sum(_raise_all(pk, actor=actor, now=now) for pk in list(pks))


def _raise_all(flood_id: int, *, actor: Actor, now: dt.datetime) -> int:
    raised, failed, last = 0, 0, 0
    while True:
        with unit_of_work(actor=actor, now=now):
            flood = Flood.objects.select_for_update(no_key=True).get(pk=flood_id)
            theirs = Alarm.objects.open().filter(flood=flood, pk__gt=last).order_by("pk")
            alarms = list(theirs.select_for_update(of=("self",))[:PORTION])
            own = _own_priorities(alarms, since=flood.started_at)
            lowered = [one for one in alarms if own.get(one.pk, one.priority) < one.priority]

            def act(rows: list[Alarm], own: dict[int, int] = own) -> None:
                _raise(rows, own)

            done = do_each(lowered, act, what="flood.raise")
            raised, failed = raised + done, failed + len(lowered) - done
            if len(alarms) == PORTION:
                last = alarms[-1].pk
                continue
            if not failed:
                flood.absorbing = False
                flood.save(update_fields=("absorbing",))
            return raised


def _raise(alarms: list[Alarm], own: dict[int, int]) -> None:
    before = [alarm.priority for alarm in alarms]
    for alarm in alarms:
        alarm.priority = own[alarm.pk]
        waiting.keep_escalation(alarm)
    write_alike(alarms, ("priority", "escalates_at"))
    for alarm, priority in zip(alarms, before, strict=True):
        tell(AlarmUnflooded(alarm=snapshot(alarm), from_priority=priority), alarm)


def _own_priorities(alarms: Sequence[Alarm], *, since: dt.datetime) -> dict[int, int]:
    """What each would have without the flood: the priority it had when the flood took it; of what
    came during it, the rule's, else the kind's. Without those changed by hand since."""
    own = {**_by_rule(alarms), **_when_taken(alarms, since=since)}
    for pk in _told(alarms, AlarmReprioritised.name, since=since).values():
        own.pop(pk, None)
    return own


def _by_rule(alarms: Sequence[Alarm]) -> dict[int, int]:
    rules = active_rules() if alarms else []
    facts = facts_for(alarms, rules)
    own = {}
    for alarm in alarms:
        rule = decide(rules, facts[alarm.pk])
        given = rule.priority if rule else None
        own[alarm.pk] = alarm.signalled_priority if given is None else given
    return own


def _when_taken(alarms: Sequence[Alarm], *, since: dt.datetime) -> dict[int, int]:
    taken = _told(alarms, AlarmFlooded.name, since=since)
    bodies = LedgerPayload.objects.filter(seq__in=taken, body__isnull=False).order_by("seq")
    said = bodies.values_list("seq", "body__from_priority")
    return {taken[seq]: priority for seq, priority in said}


def _told(alarms: Sequence[Alarm], name: str, *, since: dt.datetime) -> dict[int, int]:
    """Alarms that the ledger says this of since then, by `seq`."""
    rows = LedgerRow.objects.filter(
        subject_type=Alarm._meta.label_lower,
        subject_id__in=[str(alarm.pk) for alarm in alarms],
        name=name,
        at__gte=since,
    )
    return {seq: int(subject) for seq, subject in rows.values_list("seq", "subject_id")}
