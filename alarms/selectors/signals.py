"""Who may read a signal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from alarms.models import Alarm, Installation, Signal
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission


def visible_signals(user: User) -> QuerySet[Signal]:
    """One's own signals, those of visible alarms, and the rest of visible installations."""
    alarms = Alarm.objects.visible_to(user).values("pk")
    found = Q(api_client_id=user.pk) | Q(alarm_id__in=alarms)
    if user.may(Permission.ALARM_VIEW):
        installations = Installation.objects.visible_to(user).values("pk")
        found |= Q(alarm_id__isnull=True, installation_id__in=installations)
    return Signal.objects.filter(found)


# Written out, since this is asked for each signal that comes in over HTTP: through the ORM and
# serializers, one signal of a batch of 100 cost eleven times as much processor time in all.
RECEIPTS = """
SELECT s.id, s.received_at, s.outcome, s.receiver, s.line, s.account, s.scheme, s.qualifier,
    s.code, s.category, s.area, s.zone, s.text, s.occurred_at, s.longitude, s.latitude, s.flags,
    a.number, a.state, a.category, a.priority, a.account, a.area, a.zone, a.code, c.slug, p.slug,
    a.received_at, a.acknowledged_at, a.closed_at, o.signature, a.signal_count, a.text,
    l.number, a.followers + 1
FROM alarms_signal AS s
LEFT JOIN alarms_alarm AS a
    ON a.id = s.alarm_id AND a.audiences && %s::text[] AND a.exercise_id IS NULL
LEFT JOIN accounts_organisation AS c ON c.id = a.controller_id
LEFT JOIN places_site AS p ON p.id = a.site_id
LEFT JOIN alarms_alarm AS l ON l.id = a.lead_id
LEFT JOIN accounts_user AS o ON o.id = a.owner_id
WHERE s.id = ANY(%s)
"""
ALARM_COLUMN: Final = 17


def receipt_rows(user: User, ids: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    """Signals by id as `RECEIPTS` says, with the alarm's columns null when the user may not see
    it. One query."""
    audiences = sorted(user.audiences(Permission.ALARM_VIEW))
    with connection.cursor() as cursor:
        cursor.execute(RECEIPTS, (audiences, list(ids)))
        return {row[0]: row for row in cursor.fetchall()}
