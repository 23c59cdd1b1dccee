"""Sealed access codes, requests and readings."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import trygghetscentral.shared.fields


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("places", "0002_site_cards"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealedAccessCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("label", models.CharField(max_length=80)),
                ("secret", trygghetscentral.shared.fields.EncryptedTextField()),
                ("set_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("label", "pk"),
            },
        ),
        migrations.CreateModel(
            name="CodeRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reason", models.CharField(max_length=200)),
                ("requested_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests",
                        to="places.sealedaccesscode",
                    ),
                ),
            ],
            options={
                "ordering": ("-requested_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="CodeRead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("read_at", models.DateTimeField()),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("open_alarm", "Eget öppet larm på platsen"),
                            ("two_persons", "Två personer"),
                        ],
                        max_length=12,
                    ),
                ),
                ("alarm_public_id", models.UUIDField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.coderequest",
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reads",
                        to="places.sealedaccesscode",
                    ),
                ),
            ],
            options={
                "ordering": ("-read_at", "-pk"),
            },
        ),
        migrations.AddField(
            model_name="sealedaccesscode",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="places.site"
            ),
        ),
        migrations.AddConstraint(
            model_name="coderequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="code_request_approval_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="coderequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("requested_by")), _negated=True),
                    _connector="OR",
                ),
                name="code_request_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="coderequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("read_at__isnull", True), ("approved_at__isnull", False), _connector="OR"
                ),
                name="code_request_read_after_approval",
            ),
        ),
        migrations.AddIndex(
            model_name="coderead",
            index=models.Index(
                condition=models.Q(("seen_at__isnull", True)),
                fields=["read_at"],
                name="code_read_unseen",
            ),
        ),
        migrations.AddConstraint(
            model_name="coderead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("alarm_public_id__isnull", False),
                        ("ground", "open_alarm"),
                        ("request", None),
                    ),
                    models.Q(
                        ("alarm_public_id", None),
                        ("ground", "two_persons"),
                        ("request__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="code_read_has_its_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="coderead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seen_at__isnull", True), ("seen_by__isnull", True)),
                    models.Q(("seen_at__isnull", False), ("seen_by__isnull", False)),
                    _connector="OR",
                ),
                name="code_read_seen_whole",
            ),
        ),
    ]
