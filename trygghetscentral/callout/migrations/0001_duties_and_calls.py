"""Duties, who holds them when, calls and what was sent for them."""

import uuid
from typing import Any

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A city without a TiB renames the first or adds its own (domain.md R13).
DUTIES = (
    ("tib", "TiB"),
    ("shift_lead", "Skiftledare i jour"),
    ("trygghetsjour", "Trygghetsjour"),
)


def fill(apps: Any, _schema_editor: Any) -> None:
    """The duties that the house itself calls, and one more as an example of a city's own."""
    table = apps.get_model("callout", "Duty")
    for position, (code, name) in enumerate(DUTIES):
        table.objects.get_or_create(code=code, defaults={"name": name, "position": position})


def keep(_apps: Any, _schema_editor: Any) -> None:
    """Going back drops the table."""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=32, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("wait_seconds", models.PositiveIntegerField(default=120)),
            ],
            options={
                "ordering": ("position", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wait_seconds__range", (10, 3600))),
                        name="duty_wait_reasonable",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reason", models.SlugField(max_length=32)),
                ("subject_type", models.CharField(max_length=64)),
                ("subject_id", models.CharField(max_length=64)),
                ("reference", models.CharField(max_length=32)),
                (
                    "audiences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("exercise_id", models.BigIntegerField(null=True)),
                (
                    "rank",
                    models.CharField(
                        choices=[
                            ("primary", "primär"),
                            ("backup", "reserv"),
                            ("strategic", "strategisk"),
                        ],
                        default="primary",
                        max_length=16,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_through",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("link", "länken"),
                            ("signed_in", "inloggad"),
                            ("phone", "telefon"),
                        ],
                        max_length=16,
                    ),
                ),
                ("unreached_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("stop_reason", models.SlugField(blank=True, max_length=32)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="callout.duty",
                    ),
                ),
            ],
            options={
                "ordering": ("-started_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="DutyContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=32)),
                ("sms", models.CharField(blank=True, max_length=32)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duty_contact",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DutyShift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rank",
                    models.CharField(
                        choices=[
                            ("primary", "primär"),
                            ("backup", "reserv"),
                            ("strategic", "strategisk"),
                        ],
                        max_length=16,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("handed_over_at", models.DateTimeField(null=True)),
                ("handover_note", models.TextField(blank=True)),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                        to="callout.duty",
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duty_shifts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("starts_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rank",
                    models.CharField(
                        choices=[
                            ("primary", "primär"),
                            ("backup", "reserv"),
                            ("strategic", "strategisk"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "e-post"), ("sms", "sms"), ("phone", "telefon")],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "väntar"),
                            ("sent", "skickat"),
                            ("failed", "försöker igen"),
                            ("undeliverable", "kom inte fram"),
                            ("acknowledged", "besvarat"),
                            ("stopped", "stoppat"),
                        ],
                        default="queued",
                        max_length=16,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("dedupe_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("token_hash", models.CharField(blank=True, max_length=64)),
                ("token_expires_at", models.DateTimeField(null=True)),
                ("error", models.SlugField(blank=True, max_length=32)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "phone_result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "svarade"),
                            ("no_answer", "svarade inte"),
                            ("wrong_number", "fel nummer"),
                        ],
                        max_length=16,
                    ),
                ),
                ("phoned_at", models.DateTimeField(null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="callout.call",
                    ),
                ),
                (
                    "phoned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="callout.dutyshift",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Episode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64)),
                ("began_at", models.DateTimeField()),
                ("most", models.PositiveIntegerField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("name",),
                        name="episode_one_open",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="call_due"
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["subject_type", "subject_id"], name="call_subject"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stopped_at", None)),
                fields=("duty", "subject_type", "subject_id"),
                name="call_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at", None), ("answered_by", None), ("answered_through", "")
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        models.Q(("answered_through", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="call_answer_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stop_reason", ""), ("stopped_at", None)),
                    models.Q(
                        ("stopped_at__isnull", False), models.Q(("stop_reason", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="call_stop_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_at", None),
                    models.Q(("answered_at", None), ("stopped_at", None)),
                    _connector="OR",
                ),
                name="call_due_only_while_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyshift",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="duty_shift_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyshift",
            constraint=models.CheckConstraint(
                condition=models.Q(("rank__in", ["primary", "backup", "strategic"])),
                name="duty_shift_rank_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyshift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handed_over_at__isnull", True), ("handover_note", "")),
                    models.Q(
                        ("handed_over_at__isnull", False),
                        models.Q(("handover_note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="duty_shift_handover_has_note",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyshift",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("rank", "primary")),
                expressions=[
                    (
                        models.Func(
                            models.F("duty"),
                            models.F("duty"),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("starts_at"), models.F("ends_at"), function="tstzrange"
                        ),
                        "&&",
                    ),
                ],
                name="duty_shift_one_primary",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyshift",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("rank", "backup")),
                expressions=[
                    (
                        models.Func(
                            models.F("duty"),
                            models.F("duty"),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("starts_at"), models.F("ends_at"), function="tstzrange"
                        ),
                        "&&",
                    ),
                ],
                name="duty_shift_one_backup",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyshift",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("rank", "strategic")),
                expressions=[
                    (
                        models.Func(
                            models.F("duty"),
                            models.F("duty"),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("starts_at"), models.F("ends_at"), function="tstzrange"
                        ),
                        "&&",
                    ),
                ],
                name="duty_shift_one_strategic",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutyshift",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            models.F("duty"),
                            models.F("duty"),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("user"),
                            models.F("user"),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("starts_at"), models.F("ends_at"), function="tstzrange"
                        ),
                        "&&",
                    ),
                ],
                name="duty_shift_one_rank_each",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["channel", "due_at"],
                name="delivery_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("call", "user", "channel"), name="delivery_once_each_way"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("token_hash", ""), _negated=True),
                fields=("token_hash",),
                name="delivery_token_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["queued", "sent", "failed", "undeliverable", "acknowledged", "stopped"],
                    )
                ),
                name="delivery_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_at", None), ("state__in", ("queued", "failed")), _connector="OR"
                ),
                name="delivery_due_only_to_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("user__isnull", False), ("channel", "phone"), _connector="OR"),
                name="delivery_to_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phone_result", ""), ("phoned_at", None), ("phoned_by", None)),
                    models.Q(
                        ("channel", "phone"),
                        ("phoned_at__isnull", False),
                        ("phoned_by__isnull", False),
                        models.Q(("phone_result", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="delivery_phone_whole",
            ),
        ),
        migrations.RunPython(fill, keep),
    ]
