"""Larmflod (peers.md 8), and the close code its alarms are closed with."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

CATEGORIES = ("technical", "supervision", "burglary", "tamper", "access")


def fill(apps: Any, _schema_editor: Any) -> None:
    """The code is not in anybody's list: only a larmflod closes with it."""
    for category in CATEGORIES:
        apps.get_model("alarms", "CloseCode").objects.get_or_create(
            category=category,
            code="flood",
            defaults={"label": "Larmflod", "active": False, "position": 99},
        )


def keep(_apps: Any, _schema_editor: Any) -> None:
    """Going back leaves the rows: alarms may point at them."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("alarms", "0011_care"),
        ("places", "0003_access_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(fill, keep),
        migrations.CreateModel(
            name="FloodProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.CharField(max_length=16)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("power", "elavbrott"),
                            ("telecom", "telefel"),
                            ("weather", "oväder"),
                            ("other", "annat"),
                        ],
                        max_length=12,
                    ),
                ),
                ("alarms", models.PositiveIntegerField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="alarm",
            name="held",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="alarm",
            name="held_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alarm",
            name="unheld_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Flood",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("category", models.CharField(max_length=16)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("power", "elavbrott"),
                            ("telecom", "telefel"),
                            ("weather", "oväder"),
                            ("other", "annat"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("reprioritise", "lägre prioritet"),
                            ("delay", "vänta på återställning"),
                            ("count", "räkna bara"),
                        ],
                        max_length=16,
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(null=True)),
                ("hold_minutes", models.PositiveSmallIntegerField(null=True)),
                ("absorbing", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("warn_at", models.DateTimeField()),
                ("warned_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "pågår"),
                            ("due", "tiden gick ut"),
                            ("by_hand", "avslutad för hand"),
                        ],
                        max_length=8,
                    ),
                ),
                ("areas", models.ManyToManyField(related_name="+", to="places.area")),
                (
                    "close_code",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alarms.closecode",
                    ),
                ),
                (
                    "controller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="alarm",
            name="flood",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alarms",
                to="alarms.flood",
            ),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(
                condition=models.Q(("flood__isnull", False)), fields=["flood"], name="alarm_flood"
            ),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(
                condition=models.Q(("held", True), ("restored_at__isnull", True)),
                fields=["held_until"],
                name="alarm_held",
            ),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(
                condition=models.Q(("held", True)), fields=["flood"], name="alarm_held_flood"
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held", False), ("held_until__isnull", True)),
                    models.Q(
                        ("flood__isnull", False),
                        ("held", True),
                        ("state", "new"),
                        ("unanswered", False),
                        ("escalates_at__isnull", True),
                        models.Q(
                            ("category__in", ["fire", "holdup", "medical", "unknown"]),
                            _negated=True,
                        ),
                    ),
                    _connector="OR",
                ),
                name="alarm_held_by_flood",
            ),
        ),
        migrations.AddField(
            model_name="floodproposal",
            name="area",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
            ),
        ),
        migrations.AddField(
            model_name="floodproposal",
            name="controller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="flood",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["ends_at"], name="flood_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="flood",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("category__in", ("technical", "supervision", "burglary", "tamper", "access"))
                ),
                name="flood_never_what_is_grave",
            ),
        ),
        migrations.AddConstraint(
            model_name="flood",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause__in", ("power", "telecom", "weather", "other"))),
                name="flood_cause_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="flood",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("hold_minutes__isnull", True),
                        ("mode", "reprioritise"),
                        ("priority__in", (2, 3, 4, 5)),
                    ),
                    models.Q(
                        ("hold_minutes__range", (1, 240)),
                        ("mode", "delay"),
                        ("priority__isnull", True),
                    ),
                    models.Q(
                        ("hold_minutes__isnull", True),
                        ("mode", "count"),
                        ("priority__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="flood_mode_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="flood",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__gt", models.F("started_at")),
                    ("warn_at__lte", models.F("ends_at")),
                    (
                        "ends_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("decided_at"),
                            "+",
                            models.Value(datetime.timedelta(seconds=43200)),
                        ),
                    ),
                ),
                name="flood_not_for_ever",
            ),
        ),
        migrations.AddConstraint(
            model_name="flood",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", True), ("ended_by__isnull", True), ("ended_how", "")
                    ),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", True),
                        ("ended_how", "due"),
                    ),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        ("ended_how", "by_hand"),
                    ),
                    _connector="OR",
                ),
                name="flood_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="floodproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("category", "area"),
                name="flood_proposal_one_open",
            ),
        ),
    ]
