import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import trygghetscentral.shared.fields

# Closed before anybody was asked; nothing is made up about them afterwards.
MARK_UNASKED = """
UPDATE alarms_alarm SET voice_contact = 'unasked' WHERE state = 'closed' AND category = 'medical'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("alarms", "0010_by_hand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="alarm",
            name="voice_contact",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.RunSQL(MARK_UNASKED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.CheckConstraint(
                condition=Q(state="closed", category="medical")
                & Q(voice_contact__in=("yes", "no", "unasked"))
                | (~Q(state="closed") | ~Q(category="medical")) & Q(voice_contact=""),
                name="alarm_voice_contact_said",
            ),
        ),
        migrations.CreateModel(
            name="CareRecipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("area", models.CharField(blank=True, max_length=16)),
                ("zone", models.CharField(blank=True, max_length=16)),
                ("name", trygghetscentral.shared.fields.EncryptedTextField()),
                ("phone", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                ("voice_address", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                ("address", trygghetscentral.shared.fields.EncryptedTextField()),
                ("entry", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                ("key_info", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                ("language", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                ("staff_risks", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                ("care_group", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                (
                    "care_group_phone",
                    trygghetscentral.shared.fields.EncryptedTextField(blank=True),
                ),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "controller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "installation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_recipients",
                        to="alarms.installation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_at__isnull=True),
                        fields=("installation", "area", "zone"),
                        name="care_recipient_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(area="") | ~Q(zone=""), name="care_recipient_area_needs_zone"
                    ),
                    models.CheckConstraint(
                        condition=~Q(name="") & ~Q(address=""),
                        name="care_recipient_can_be_found",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NextOfKin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("name", trygghetscentral.shared.fields.EncryptedTextField()),
                ("relation", trygghetscentral.shared.fields.EncryptedTextField(blank=True)),
                ("phone", trygghetscentral.shared.fields.EncryptedTextField()),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="next_of_kin",
                        to="alarms.carerecipient",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recipient", "position"), name="next_of_kin_order"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CareRead",
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
                            ("alarm", "Besvarat trygghetslarm"),
                            ("lookup", "Uppslag vid larmplatsen"),
                            ("case", "Uppslag i ett ärende"),
                            ("edit", "Underhåll av uppgifterna"),
                        ],
                        max_length=8,
                    ),
                ),
                ("case_number", models.CharField(blank=True, max_length=40)),
                (
                    "alarm",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alarms.alarm",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reads",
                        to="alarms.carerecipient",
                    ),
                ),
            ],
            options={
                "ordering": ("-read_at", "-pk"),
                "indexes": [models.Index(fields=["reader", "-read_at"], name="care_read_reader")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(ground="alarm", alarm__isnull=False, recipient__isnull=False)
                        | ~Q(ground="alarm") & Q(alarm__isnull=True),
                        name="care_read_alarm_fits_ground",
                    ),
                    models.CheckConstraint(
                        condition=Q(ground="case") & ~Q(case_number="")
                        | ~Q(ground="case") & Q(case_number=""),
                        name="care_read_case_fits_ground",
                    ),
                    models.CheckConstraint(
                        condition=Q(recipient__isnull=False) | Q(ground__in=("lookup", "case")),
                        name="care_read_of_somebody",
                    ),
                ],
            },
        ),
    ]
