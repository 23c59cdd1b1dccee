"""Desks that can be switched, who works them, and handovers."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

# SS-EN 50518 category I: security alarms; II: fire, social alarms and others (domain.md R21).
CATEGORIES = {"inbrott": "I", "brand": "II", "trygghetslarm": "II", "teknik": "II"}

DESKS = (
    ("trygghetslarm", "Trygghetslarm"),
    ("brand", "Brand"),
    ("inbrott", "Inbrott och överfall"),
    ("teknik", "Teknik"),
    ("felanmalan", "Felanmälan"),
    ("vaxel", "Växelnotiser"),
)


def fill(apps: Any, _schema_editor: Any) -> None:
    """The six services of the centre, with their category where none is set."""
    table = apps.get_model("alarms", "Desk")
    for position, (code, name) in enumerate(DESKS):
        table.objects.get_or_create(code=code, defaults={"name": name, "position": position})
    for code, category in CATEGORIES.items():
        table.objects.filter(code=code, arc_category="").update(arc_category=category)


def keep(_apps: Any, _schema_editor: Any) -> None:
    """Going back leaves the rows: alarms may point at them."""


class Migration(migrations.Migration):
    """Small tables; `alarms_desk` has a handful of rows, and constant defaults rewrite nothing."""

    dependencies = [
        ("alarms", "0006_fewer_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.AddField(
            model_name="desk", name="active", field=models.BooleanField(default=True)
        ),
        migrations.AddField(
            model_name="desk",
            name="arc_category",
            field=models.CharField(
                blank=True,
                choices=[("I", "kategori I"), ("II", "kategori II")],
                default="",
                max_length=2,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="desk",
            name="instructions",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(fill, keep),
        migrations.AddConstraint(
            model_name="desk",
            constraint=models.CheckConstraint(
                condition=models.Q(("arc_category__in", ("", "I", "II"))), name="desk_arc_known"
            ),
        ),
        migrations.CreateModel(
            name="DeskSignOn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signed_on_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("away_since", models.DateTimeField(null=True)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_ons",
                        to="alarms.desk",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["desk"],
                        name="desk_sign_on_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("user", "desk"),
                        name="desk_sign_on_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ended_at__gte", models.F("signed_on_at")),
                            _connector="OR",
                        ),
                        name="desk_sign_on_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("away_since__isnull", True),
                            ("away_since__gte", models.F("signed_on_at")),
                            _connector="OR",
                        ),
                        name="desk_sign_on_away_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("written_at", models.DateTimeField(db_index=True)),
                ("notes", models.TextField(blank=True)),
                ("figures", models.JSONField(default=dict)),
                ("accepted_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(
                                ("accepted_at__gte", models.F("written_at")),
                                ("accepted_at__isnull", False),
                                ("accepted_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="handover_accepted_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_by__isnull", True),
                            models.Q(("accepted_by", models.F("written_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="handover_accepted_by_another",
                    ),
                ],
            },
        ),
    ]
