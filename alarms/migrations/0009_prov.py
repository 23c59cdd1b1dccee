"""Prov and ur drift (domain.md 00.11)."""

from __future__ import annotations

import datetime
import uuid
from typing import ClassVar

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0008_escalation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="PeriodNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("extended", "förlängt"),
                            ("reviewed", "gäller fortfarande"),
                            ("ended", "avslutat"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
            ],
            options={
                "ordering": ("at", "id"),
            },
        ),
        migrations.CreateModel(
            name="TestPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("test", "prov"), ("out_of_service", "ur drift")], max_length=16
                    ),
                ),
                ("area", models.CharField(blank=True, max_length=16)),
                ("zone", models.CharField(blank=True, max_length=16)),
                ("category", models.CharField(blank=True, max_length=16)),
                ("reason", models.TextField()),
                (
                    "verified_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "inte kontrollerad"),
                            ("code_word", "kodord"),
                            ("technician", "tekniker-id"),
                        ],
                        max_length=16,
                    ),
                ),
                ("technician", models.CharField(blank=True, max_length=40)),
                ("verified_at", models.DateTimeField(null=True)),
                ("starts_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("warn_at", models.DateTimeField()),
                ("warned_at", models.DateTimeField(null=True)),
                ("review_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("extended", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "pågår"),
                            ("due", "tiden gick ut"),
                            ("by_hand", "avslutat för hand"),
                        ],
                        max_length=8,
                    ),
                ),
            ],
        ),
        migrations.AlterField(
            model_name="signal",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("raised", "nytt larm"),
                    ("joined", "hör till öppet larm"),
                    ("restored", "återställning"),
                    ("logged", "bara loggad"),
                    ("unmatched", "okänt abonnemang"),
                    ("duplicate", "omsändning"),
                    ("unreadable", "oläsbar"),
                    ("security", "avvisad"),
                    ("prov", "under prov"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                condition=models.Q(("outcome", "prov")),
                fields=["installation_id", "id"],
                name="signal_under_test",
            ),
        ),
        migrations.AddField(
            model_name="periodnote",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="testperiod",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="testperiod",
            name="installation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="test_periods",
                to="alarms.installation",
            ),
        ),
        migrations.AddField(
            model_name="testperiod",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="periodnote",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="alarms.testperiod",
            ),
        ),
        migrations.AddIndex(
            model_name="testperiod",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["until"],
                name="test_period_due",
            ),
        ),
        migrations.AddIndex(
            model_name="testperiod",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True), ("warned_at__isnull", True)),
                fields=["warn_at"],
                name="test_period_warn",
            ),
        ),
        migrations.AddIndex(
            model_name="testperiod",
            index=models.Index(
                condition=models.Q(
                    ("ended_at__isnull", True),
                    ("reminded_at__isnull", True),
                    ("review_at__isnull", False),
                ),
                fields=["review_at"],
                name="test_period_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="testperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("test", "out_of_service"))),
                name="test_period_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="testperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="test_period_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="testperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__gt", models.F("starts_at")), ("warn_at__lte", models.F("until"))
                ),
                name="test_period_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="testperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "until__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("decided_at"), "+", models.Value(datetime.timedelta(days=30))
                        ),
                    )
                ),
                name="test_period_not_for_ever",
            ),
        ),
        migrations.AddConstraint(
            model_name="testperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("category__in", ["medical"]), _negated=True),
                name="test_period_never_medical",
            ),
        ),
        migrations.AddConstraint(
            model_name="testperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("category__in", ["fire", "holdup"]), _negated=True),
                    models.Q(
                        ("kind", "test"),
                        ("verified_at__isnull", False),
                        models.Q(("zone", ""), _negated=True),
                        (
                            "until__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("verified_at"),
                                "+",
                                models.Value(datetime.timedelta(seconds=3600)),
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="test_period_critical_per_zone",
            ),
        ),
        migrations.AddConstraint(
            model_name="testperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("technician", ""), ("verified_at__isnull", True), ("verified_how", "")
                    ),
                    models.Q(
                        ("technician", ""),
                        ("verified_at__isnull", False),
                        ("verified_how", "code_word"),
                    ),
                    models.Q(
                        ("verified_at__isnull", False),
                        ("verified_how", "technician"),
                        models.Q(("technician", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="test_period_verified",
            ),
        ),
        migrations.AddConstraint(
            model_name="testperiod",
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
                name="test_period_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="testperiod",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("installation", "area", "zone", "category"),
                name="test_period_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="period_note_not_empty"
            ),
        ),
    ]
