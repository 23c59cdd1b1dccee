"""Calls, dispatches, what was said on the site, code words, and when a target was met."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import trygghetscentral.shared.fields


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0009_prov"),
        ("places", "0003_access_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="alarm",
            name="duress_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alarm",
            name="target_met_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="installation",
            name="alarm_class",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="AlarmCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "alarm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="alarms.alarm",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("call", "Samtal"), ("dispatch", "Utskick")],
                        default="call",
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "inkommande"), ("out", "utgående")],
                        default="out",
                        max_length=3,
                    ),
                ),
                (
                    "whom",
                    models.CharField(
                        choices=[
                            ("site_contact", "Kontaktperson"),
                            ("guard", "Väktare"),
                            ("rescue_service", "Räddningstjänsten"),
                            ("police", "Polisen"),
                            ("care_team", "Hemtjänsten"),
                            ("next_of_kin", "Anhörig"),
                            ("technician", "Larmtekniker"),
                            ("caller", "Den som ringde"),
                            ("other", "Någon annan"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="places.sitecontact",
                    ),
                ),
                ("name", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                ("phone", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                ("place", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                ("note", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "telefon"),
                            ("radio", "radio"),
                            ("sms", "sms"),
                            ("email", "e-post"),
                            ("in_person", "på plats"),
                        ],
                        default="phone",
                        max_length=12,
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "Svarade"),
                            ("no_answer", "Svarade inte"),
                            ("busy", "Upptaget"),
                            ("message_left", "Lämnade meddelande"),
                            ("on_the_way", "Är på väg"),
                            ("arrived", "Är på plats"),
                            ("declined", "Kan inte"),
                            ("wrong_number", "Fel nummer"),
                        ],
                        max_length=16,
                    ),
                ),
                ("on_the_way_at", models.DateTimeField(null=True)),
                ("arrived_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ("at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("arrived_at__isnull", True),
                                ("done_at__isnull", True),
                                ("kind", "call"),
                                ("on_the_way_at__isnull", True),
                                (
                                    "result__in",
                                    [
                                        "answered",
                                        "no_answer",
                                        "busy",
                                        "message_left",
                                        "on_the_way",
                                        "arrived",
                                        "declined",
                                        "wrong_number",
                                    ],
                                ),
                            ),
                            models.Q(
                                ("direction", "out"),
                                ("kind", "dispatch"),
                                ("result__in", ("", "declined")),
                                (
                                    "whom__in",
                                    (
                                        "guard",
                                        "rescue_service",
                                        "police",
                                        "technician",
                                        "care_team",
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="alarm_call_shape",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "whom__in",
                                [
                                    "site_contact",
                                    "guard",
                                    "rescue_service",
                                    "police",
                                    "care_team",
                                    "next_of_kin",
                                    "technician",
                                    "caller",
                                    "other",
                                ],
                            ),
                            ("channel__in", ["phone", "radio", "sms", "email", "in_person"]),
                            ("direction__in", ["in", "out"]),
                        ),
                        name="alarm_call_codes_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("on_the_way_at__isnull", True),
                                ("on_the_way_at__gte", models.F("at")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("arrived_at__isnull", True),
                                ("arrived_at__gte", models.F("at")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("done_at__isnull", True),
                                ("done_at__gte", models.F("at")),
                                _connector="OR",
                            ),
                        ),
                        name="alarm_call_times_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlarmStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "alarm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statements",
                        to="alarms.alarm",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("said_by", trygghetscentral.shared.fields.EncryptedTextField()),
                ("said", trygghetscentral.shared.fields.EncryptedTextField()),
            ],
            options={
                "ordering": ("at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("said_by", ""), _negated=True),
                            models.Q(("said", ""), _negated=True),
                        ),
                        name="alarm_statement_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CodeWordCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "alarm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="code_checks",
                        to="alarms.alarm",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("correct", "Rätt kodord"),
                            ("wrong", "Fel kodord"),
                            ("duress", "Hot"),
                            ("not_given", "Inget kodord gavs"),
                        ],
                        max_length=12,
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["correct", "wrong", "duress", "not_given"])
                        ),
                        name="code_word_check_outcome",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CodeWords",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "installation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="code_words",
                        to="alarms.installation",
                    ),
                ),
                ("word", trygghetscentral.shared.fields.EncryptedTextField()),
                ("duress", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                (
                    "set_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("word", ""), _negated=True), name="code_words_not_empty"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="installation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("alarm_class__isnull", True), ("alarm_class__range", (1, 4)), _connector="OR"
                ),
                name="installation_alarm_class",
            ),
        ),
        # Until now every target ran to the answer.
        migrations.RunSQL(
            "UPDATE alarms_alarm SET target_met_at = acknowledged_at"
            " WHERE target_met_at IS NULL AND acknowledged_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
