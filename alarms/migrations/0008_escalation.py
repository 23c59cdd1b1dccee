"""Limits apart from targets, and the moments that waiting, taken and parked alarms are due."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Greatest

OPEN = ~Q(state="closed")
NEVER_BELOW_SECONDS = 120
LIMIT_TO_TARGET, ACTION_TO_TARGET = 2, 4

# What already waits has waited: it is escalated by the same limits as what comes.
OPEN_ALARMS = """
UPDATE alarms_alarm AS a SET
    limit_seconds = t.limit_seconds,
    escalates_at = CASE WHEN a.unanswered
        THEN a.waiting_since + make_interval(secs => t.limit_seconds) END,
    owned_since = CASE WHEN a.owner_id IS NOT NULL
        THEN coalesce(a.acknowledged_at, a.waiting_since) END
FROM alarms_alarmtype AS t WHERE t.id = a.type_id AND a.state <> 'closed'
"""


def fill(apps: Any, _schema_editor: Any) -> None:
    """Twice the target [GK], and four times before anything must have been done."""
    apps.get_model("alarms", "AlarmType").objects.filter(target_seconds__isnull=False).update(
        limit_seconds=F("target_seconds") * LIMIT_TO_TARGET,
        action_seconds=Greatest(F("target_seconds") * ACTION_TO_TARGET, NEVER_BELOW_SECONDS),
    )


class Migration(migrations.Migration):
    """Columns first, then what stands in them, then what holds them."""

    # The rows that are filled have deferred foreign keys, which an index may not overtake.
    atomic = True
    dependencies = (("alarms", "0007_desks_and_shifts"),)
    operations = (
        *(
            migrations.AddField("alarmtype", name, models.PositiveIntegerField(null=True))
            for name in ("limit_seconds", "action_seconds")
        ),
        migrations.AddField("alarm", "limit_seconds", models.PositiveIntegerField(null=True)),
        *(
            migrations.AddField("alarm", name, models.DateTimeField(null=True))
            for name in ("escalates_at", "owned_since", "acts_by", "unparked_at")
        ),
        migrations.AddField(
            "alarm",
            "escalation",
            models.CharField(
                max_length=16,
                choices=[
                    ("", "Ingen"),
                    ("shift_lead", "Skiftledare larmad"),
                    ("tib", "TiB larmad"),
                ],
                blank=True,
                default="",
                db_default="",
            ),
        ),
        migrations.AddIndex(
            "alarm",
            models.Index(
                fields=("escalates_at",),
                name="alarm_escalates",
                condition=Q(unanswered=True) & OPEN & ~Q(escalation="tib"),
            ),
        ),
        migrations.AddIndex(
            "alarm",
            models.Index(
                fields=("acts_by",), name="alarm_acts_by", condition=Q(acts_by__isnull=False)
            ),
        ),
        migrations.AddIndex(
            "alarm",
            models.Index(
                fields=("parked_until",), name="alarm_parked", condition=Q(state="parked")
            ),
        ),
        migrations.AddConstraint(
            "alarm",
            models.CheckConstraint(
                condition=Q(escalation__in=("", "shift_lead", "tib")),
                name="alarm_escalation_known",
            ),
        ),
        migrations.AddConstraint(
            "alarm",
            models.CheckConstraint(
                condition=Q(state="parked", parked_until__isnull=False)
                | ~Q(state="parked") & Q(parked_until__isnull=True),
                name="alarm_parked_until",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(OPEN_ALARMS, migrations.RunSQL.noop),
    )
