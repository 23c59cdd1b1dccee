"""Stored files."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                (
                    "content_type",
                    models.CharField(
                        choices=[
                            ("application/pdf", "PDF"),
                            ("image/png", "PNG"),
                            ("image/jpeg", "JPEG"),
                            ("image/webp", "WebP"),
                            ("text/plain", "text"),
                        ],
                        max_length=40,
                    ),
                ),
                ("original_name", models.CharField(max_length=160)),
                (
                    "audiences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "secrecy_grounds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("OSL15_2", "15 kap. 2 § OSL: försvarssekretess"),
                                ("OSL18_1", "18 kap. 1 § OSL: förundersökning"),
                                ("OSL18_8", "18 kap. 8 § OSL: säkerhets- eller bevakningsåtgärd"),
                                ("OSL18_9", "18 kap. 9 § OSL: chiffer eller säkerhetskod"),
                                ("OSL18_13", "18 kap. 13 § OSL: risk- och sårbarhetsanalys"),
                                ("OSL21_1", "21 kap. 1 § OSL: hälsa och sexualliv"),
                                ("OSL21_3", "21 kap. 3 § OSL: skyddade uppgifter eller adress"),
                                ("OSL25_1", "25 kap. 1 § OSL: hälso- och sjukvård"),
                                ("OSL26_1", "26 kap. 1 § OSL: socialtjänst"),
                                ("OSL32_3", "32 kap. 3 § OSL: kamerabevakning"),
                                ("OSL35_1", "35 kap. 1 § OSL: brottsutredning"),
                                ("OSL38", "38 kap. OSL: totalförsvarets personal"),
                                ("OSL39", "39 kap. OSL: personaladministration"),
                                ("LEH7_1", "7 kap. LEH: tystnadsplikt för deltagare"),
                                ("LOV17", "17 § lagen (2023:421) om ordningsvakter"),
                                ("GDPR_INTERN", "Personuppgifter, utan sekretess"),
                            ],
                            max_length=16,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "retention_class",
                    models.CharField(
                        choices=[
                            ("working", "Arbetsmaterial, 2 år"),
                            ("site", "Så länge objektet finns kvar"),
                            ("alarm", "Larmhandling, 2 år efter avslut"),
                            ("incident", "Händelse, 3 till 10 år"),
                            ("kept", "Bevaras"),
                        ],
                        max_length=16,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                ("exercise_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "controller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "restricted_group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.needtoknowgroup",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["audiences"], name="stored_file_audiences"
                    ),
                    models.Index(fields=["sha256"], name="stored_file_sha256"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="stored_file_sha256_hex",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="stored_file_not_empty"
                    ),
                ],
            },
        ),
    ]
