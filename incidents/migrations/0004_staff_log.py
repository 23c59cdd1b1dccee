"""The staff room and its log, which the database itself refuses to change."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import trygghetscentral.places.fields
import trygghetscentral.shared.fields

FORWARD = """
CREATE FUNCTION staff_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stabsdagboken ändras inte (% på %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- The only permitted change: the same words under another key of the house (rotate_field_key),
-- which the hash of the row, over the words in the clear, does not notice.
CREATE FUNCTION staff_row_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    resealed incidents_staffrow := NEW;
BEGIN
    resealed.sealed := OLD.sealed;
    IF resealed = OLD AND OLD.sealed <> '' AND NEW.sealed <> ''
       AND split_part(OLD.sealed, ':', 1) <> split_part(NEW.sealed, ':', 1) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'stabsdagboken ändras inte (UPDATE på %)', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER staff_row_fixed BEFORE UPDATE ON incidents_staffrow
    FOR EACH ROW EXECUTE FUNCTION staff_row_guard();
CREATE TRIGGER staff_row_kept BEFORE DELETE ON incidents_staffrow
    FOR EACH ROW EXECUTE FUNCTION staff_log_refuse();
CREATE TRIGGER staff_row_whole BEFORE TRUNCATE ON incidents_staffrow
    FOR EACH STATEMENT EXECUTE FUNCTION staff_log_refuse();
CREATE TRIGGER staff_attachment_fixed BEFORE UPDATE OR DELETE ON incidents_staffattachment
    FOR EACH ROW EXECUTE FUNCTION staff_log_refuse();
CREATE TRIGGER staff_attachment_whole BEFORE TRUNCATE ON incidents_staffattachment
    FOR EACH STATEMENT EXECUTE FUNCTION staff_log_refuse();
"""

BACKWARD = """
DROP TRIGGER staff_attachment_whole ON incidents_staffattachment;
DROP TRIGGER staff_attachment_fixed ON incidents_staffattachment;
DROP TRIGGER staff_row_whole ON incidents_staffrow;
DROP TRIGGER staff_row_kept ON incidents_staffrow;
DROP TRIGGER staff_row_fixed ON incidents_staffrow;
DROP FUNCTION staff_row_guard();
DROP FUNCTION staff_log_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_stored_files"),
        ("incidents", "0003_picture"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Staff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Nivå 1 (grön)"), (2, "Nivå 2 (gul)"), (3, "Nivå 3 (röd)")]
                    ),
                ),
                ("reason", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("closing", models.TextField(blank=True, default="")),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staffs",
                        to="incidents.incident",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-opened_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="StaffPresence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="presences",
                        to="incidents.staff",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StaffRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("incoming", "Inkommande"),
                            ("outgoing", "Utgående"),
                            ("event", "Händelse"),
                            ("situation", "Lägesuppdatering"),
                            ("decision", "Beslut"),
                            ("task", "Åtgärd/uppgift"),
                            ("resource", "Resurs"),
                            ("liaison", "Samverkan"),
                            ("media", "Media"),
                            ("correction", "Fel/rättelse"),
                        ],
                        max_length=12,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("registered_at", models.DateTimeField()),
                ("signature", models.CharField(max_length=20)),
                (
                    "function",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("tib", "TiB"),
                            ("leader", "Krisledningschef"),
                            ("chief", "Stabschef"),
                            ("situation", "Lägesbild"),
                            ("analysis", "Analys och prognos"),
                            ("communication", "Kommunikation"),
                            ("liaison", "Samverkan"),
                            ("personnel", "Personal och bemanning"),
                            ("logistics", "Logistik och resurser"),
                            ("law", "Ekonomi och juridik"),
                            ("documentation", "Dokumentation"),
                            ("security", "Säkerhet"),
                            ("it", "IT och teknik"),
                            ("support", "Krisstöd"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("phone", "Telefon"),
                            ("radio", "Rakel"),
                            ("mail", "E-post"),
                            ("message", "Sms eller chatt"),
                            ("meeting", "Möte"),
                            ("on_site", "På plats"),
                            ("web", "Webb och medier"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
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
                        default="",
                        max_length=16,
                    ),
                ),
                ("text", models.TextField(blank=True, default="")),
                ("sender", models.CharField(blank=True, default="", max_length=80)),
                ("recipient", models.CharField(blank=True, default="", max_length=80)),
                ("decider", models.CharField(blank=True, default="", max_length=80)),
                ("reasons", models.TextField(blank=True, default="")),
                (
                    "sealed",
                    trygghetscentral.shared.fields.EncryptedTextField(blank=True, default=""),
                ),
                ("decision_number", models.PositiveIntegerField(null=True)),
                ("valid_until", models.DateTimeField(null=True)),
                ("salt", models.BinaryField()),
                ("previous_sha256", models.BinaryField()),
                ("sha256", models.BinaryField()),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="incidents.staffrow",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="incidents.staffrow",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="incidents.staff",
                    ),
                ),
            ],
            options={
                "ordering": ("staff", "number"),
            },
        ),
        migrations.CreateModel(
            name="StaffDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("expired_at", models.DateTimeField(null=True)),
                (
                    "row",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="incidents.staffrow",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StaffAttachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("position", trygghetscentral.places.fields.PointField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="incidents.staffrow",
                    ),
                ),
            ],
            options={
                "ordering": ("place",),
            },
        ),
        migrations.AddConstraint(
            model_name="staff",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("incident",),
                name="staff_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="staff",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__range", (1, 3))), name="staff_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="staff",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="staff_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="staff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", True), ("closed_by__isnull", True), ("closing", "")
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        models.Q(("closing", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="staff_closed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffpresence",
            constraint=models.UniqueConstraint(
                fields=("staff", "user"), name="staff_presence_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="staffrow",
            constraint=models.UniqueConstraint(fields=("staff", "number"), name="staff_row_number"),
        ),
        migrations.AddConstraint(
            model_name="staffrow",
            constraint=models.UniqueConstraint(
                fields=("staff", "decision_number"), name="staff_row_decision_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="staffrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="staff_row_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="staffrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "incoming",
                            "outgoing",
                            "event",
                            "situation",
                            "decision",
                            "task",
                            "resource",
                            "liaison",
                            "media",
                            "correction",
                        ],
                    )
                ),
                name="staff_row_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ground", ""),
                    (
                        "ground__in",
                        [
                            "OSL15_2",
                            "OSL18_1",
                            "OSL18_8",
                            "OSL18_9",
                            "OSL18_13",
                            "OSL21_1",
                            "OSL21_3",
                            "OSL25_1",
                            "OSL26_1",
                            "OSL32_3",
                            "OSL35_1",
                            "OSL38",
                            "OSL39",
                            "LEH7_1",
                            "LOV17",
                            "GDPR_INTERN",
                        ],
                    ),
                    _connector="OR",
                ),
                name="staff_row_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ground", ""), ("sealed", ""), models.Q(("text", ""), _negated=True)),
                    models.Q(
                        models.Q(("ground", ""), _negated=True),
                        models.Q(("sealed", ""), _negated=True),
                        ("decider", ""),
                        ("reasons", ""),
                        ("recipient", ""),
                        ("sender", ""),
                        ("text", ""),
                    ),
                    _connector="OR",
                ),
                name="staff_row_sealed_when_marked",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision_number__isnull", False), ("kind", "decision")),
                    models.Q(
                        models.Q(("kind", "decision"), _negated=True),
                        ("decision_number__isnull", True),
                        ("valid_until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="staff_row_decision_numbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrects__isnull", False), ("kind", "correction")),
                    models.Q(
                        models.Q(("kind", "correction"), _negated=True), ("corrects__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="staff_row_correction_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("happened_at__lte", models.F("registered_at"))),
                name="staff_row_has_happened",
            ),
        ),
        migrations.AddIndex(
            model_name="staffdecision",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at"],
                name="staff_decision_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_at__isnull", True), ("expired_at__isnull", True), _connector="OR"
                ),
                name="staff_decision_one_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffattachment",
            constraint=models.UniqueConstraint(
                fields=("row", "place"), name="staff_attachment_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="staffattachment",
            constraint=models.UniqueConstraint(fields=("file",), name="staff_attachment_once"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
