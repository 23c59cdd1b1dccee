"""EST: weekly observations, the veckorapport, and what the database refuses to change in it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import trygghetscentral.places.fields

FORWARD = """
CREATE FUNCTION est_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'det publicerade ändras inte (% på %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER estversion_fixed BEFORE UPDATE OR DELETE ON incidents_estversion
    FOR EACH ROW EXECUTE FUNCTION est_refuse();
CREATE TRIGGER estversion_kept BEFORE TRUNCATE ON incidents_estversion
    FOR EACH STATEMENT EXECUTE FUNCTION est_refuse();

CREATE TRIGGER estpaper_fixed BEFORE UPDATE OR DELETE ON incidents_estpaper
    FOR EACH ROW EXECUTE FUNCTION est_refuse();
CREATE TRIGGER estpaper_kept BEFORE TRUNCATE ON incidents_estpaper
    FOR EACH STATEMENT EXECUTE FUNCTION est_refuse();

CREATE TRIGGER estexport_fixed BEFORE UPDATE OR DELETE ON incidents_estexport
    FOR EACH ROW EXECUTE FUNCTION est_refuse();
CREATE TRIGGER estexport_kept BEFORE TRUNCATE ON incidents_estexport
    FOR EACH STATEMENT EXECUTE FUNCTION est_refuse();
"""

BACKWARD = """
DROP TRIGGER estversion_fixed ON incidents_estversion;
DROP TRIGGER estversion_kept ON incidents_estversion;
DROP TRIGGER estpaper_fixed ON incidents_estpaper;
DROP TRIGGER estpaper_kept ON incidents_estpaper;
DROP TRIGGER estexport_fixed ON incidents_estexport;
DROP TRIGGER estexport_kept ON incidents_estexport;
DROP FUNCTION est_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("incidents", "0004_staff_log"),
        ("places", "0003_access_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EstReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("year", models.PositiveSmallIntegerField()),
                ("week", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("gathering", "Samlar in"),
                            ("draft", "Utkast"),
                            ("in_review", "Granskas"),
                            ("approved", "Godkänd"),
                            ("published", "Publicerad"),
                            ("withdrawn", "Återkallad"),
                        ],
                        default="gathering",
                        max_length=10,
                    ),
                ),
                ("observe_by", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("next_at", models.DateTimeField(null=True)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("happened", models.TextField(blank=True, default="")),
                ("happened_closed", models.TextField(blank=True, default="")),
                ("doing", models.TextField(blank=True, default="")),
                ("doing_closed", models.TextField(blank=True, default="")),
                ("forecast", models.TextField(blank=True, default="")),
                ("forecast_closed", models.TextField(blank=True, default="")),
                (
                    "closed_ground",
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
                ("names_answered", models.BooleanField(default=False)),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("green", "Grön: som vanligt"),
                            ("yellow", "Gul: ökad uppmärksamhet"),
                            ("orange", "Orange: ansträngt"),
                            ("red", "Röd: allvarligt"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("level_sentence", models.CharField(blank=True, default="", max_length=300)),
                ("level_at", models.DateTimeField(null=True)),
                ("drafted_at", models.DateTimeField(null=True)),
                ("edited_at", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("remark", models.CharField(blank=True, default="", max_length=300)),
                ("open_content", models.JSONField(null=True)),
                ("restricted_content", models.JSONField(null=True)),
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
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "level_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-year", "-week", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="EstPriority",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                ("place", models.CharField(max_length=120)),
                ("position", trygghetscentral.places.fields.PointField(null=True)),
                ("why", models.CharField(max_length=300)),
                ("responsible", models.CharField(max_length=80)),
                ("action", models.CharField(blank=True, default="", max_length=300)),
                ("open", models.BooleanField(default=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("done", "Klart"),
                            ("continues", "Fortsätter"),
                            ("dropped", "Avfört"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("outcome_text", models.CharField(blank=True, default="", max_length=300)),
                ("outcome_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.area",
                    ),
                ),
                (
                    "outcome_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="priorities",
                        to="incidents.estreport",
                    ),
                ),
            ],
            options={
                "ordering": ("report", "order"),
            },
        ),
        migrations.CreateModel(
            name="EstVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("open", "Öppen version"), ("restricted", "Begränsad version")],
                        max_length=10,
                    ),
                ),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="incidents.estreport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EstPaper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pdf", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper",
                        to="incidents.estversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EstExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "disclosure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="est_export",
                        to="incidents.disclosure",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to="incidents.estversion",
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="EstNothing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("week", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "year", "week"), name="est_nothing_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("week__range", (1, 53))), name="est_nothing_week_range"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EstObservation",
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
                        choices=[
                            ("damage", "Skadegörelse"),
                            ("unsafe", "Otrygg plats"),
                            ("staff", "Incident mot anställd"),
                            ("drugs", "Misstänkt narkotika"),
                            ("litter", "Nedskräpning"),
                            ("gathering", "Samling som stör ordningen"),
                            ("event", "Arrangemang"),
                            ("rumour", "Rykte i sociala medier"),
                        ],
                        max_length=12,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("week", models.PositiveSmallIntegerField()),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Måndag"),
                            (2, "Tisdag"),
                            (3, "Onsdag"),
                            (4, "Torsdag"),
                            (5, "Fredag"),
                            (6, "Lördag"),
                            (7, "Söndag"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("night", "Natt 00-06"),
                            ("morning", "Morgon 06-10"),
                            ("day", "Dag 10-16"),
                            ("evening", "Kväll 16-21"),
                            ("late", "Sen kväll 21-24"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("place", models.CharField(blank=True, default="", max_length=120)),
                ("position", trygghetscentral.places.fields.PointField(null=True)),
                ("text", models.TextField()),
                ("action", models.TextField(blank=True, default="")),
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
                ("names_answered", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Läses av nämnden"),
                            ("released", "Släppt"),
                            ("withdrawn", "Återtagen"),
                        ],
                        default="new",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("anonymised_at", models.DateTimeField(null=True)),
                ("exercise_id", models.BigIntegerField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.area",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.site",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-year", "-week", "organisation", "pk"),
                "indexes": [
                    models.Index(fields=["year", "week", "state"], name="est_observation_week")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "damage",
                                    "unsafe",
                                    "staff",
                                    "drugs",
                                    "litter",
                                    "gathering",
                                    "event",
                                    "rumour",
                                ],
                            )
                        ),
                        name="est_observation_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["new", "released", "withdrawn"])),
                        name="est_observation_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("week__range", (1, 53))),
                        name="est_observation_week_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weekday__isnull", True), ("weekday__range", (1, 7)), _connector="OR"
                        ),
                        name="est_observation_weekday_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "released"), _negated=True),
                            ("released_at__isnull", False),
                            _connector="OR",
                        ),
                        name="est_observation_released_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True),
                            ("anonymised_at__isnull", False),
                            _connector="OR",
                        ),
                        name="est_observation_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("site__isnull", False),
                            ("area__isnull", False),
                            ("position__isnull", False),
                            models.Q(("place", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="est_observation_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_at__isnull", True), ("released_by__isnull", True)),
                            models.Q(
                                ("released_at__isnull", False), ("released_by__isnull", False)
                            ),
                            ("anonymised_at__isnull", False),
                            _connector="OR",
                        ),
                        name="est_observation_released_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)
                            ),
                            models.Q(
                                ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                            ),
                            ("anonymised_at__isnull", False),
                            _connector="OR",
                        ),
                        name="est_observation_withdrawn_whole",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="estreport",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)),
                fields=["next_at"],
                name="est_report_next",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "withdrawn"), _negated=True),
                fields=("year", "week"),
                name="est_report_once_a_week",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("week__range", (1, 53))), name="est_report_week_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["gathering", "draft", "in_review", "approved", "published", "withdrawn"],
                    )
                ),
                name="est_report_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("level", ""),
                        ("level_at__isnull", True),
                        ("level_by__isnull", True),
                        ("level_sentence", ""),
                    ),
                    models.Q(
                        ("level__in", ["green", "yellow", "orange", "red"]),
                        ("level_at__isnull", False),
                        ("level_by__isnull", False),
                        models.Q(("level_sentence", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="est_report_level_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["approved", "in_review", "published", "withdrawn"]),
                        _negated=True,
                    ),
                    models.Q(("level", ""), _negated=True),
                    _connector="OR",
                ),
                name="est_report_levelled",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(
                        models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                        models.Q(("approved_by", models.F("edited_by")), _negated=True),
                        models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="est_report_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("in_review", "approved", "published")), _negated=True),
                    models.Q(
                        ("open_content__isnull", False), ("restricted_content__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="est_report_content",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("drafted_at__isnull", True), ("drafted_by__isnull", True)),
                    models.Q(("drafted_at__isnull", False), ("drafted_by__isnull", False)),
                    _connector="OR",
                ),
                name="est_report_drafted_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("edited_at__isnull", True), ("edited_by__isnull", True)),
                    models.Q(("edited_at__isnull", False), ("edited_by__isnull", False)),
                    _connector="OR",
                ),
                name="est_report_edited_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("submitted_at__isnull", True), ("submitted_by__isnull", True)),
                    models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                    _connector="OR",
                ),
                name="est_report_submitted_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="est_report_approved_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                    models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                    _connector="OR",
                ),
                name="est_report_published_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="estreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="est_report_withdrawn_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="estpriority",
            constraint=models.UniqueConstraint(
                fields=("report", "order"), name="est_priority_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="estpriority",
            constraint=models.CheckConstraint(
                condition=models.Q(("order__range", (1, 5))), name="est_priority_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="estpriority",
            constraint=models.CheckConstraint(
                condition=models.Q(("place", ""), _negated=True), name="est_priority_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="estpriority",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("outcome", ""), ("outcome_at__isnull", True), ("outcome_by__isnull", True)
                    ),
                    models.Q(
                        ("outcome__in", ["done", "continues", "dropped"]),
                        ("outcome_at__isnull", False),
                        ("outcome_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="est_priority_outcome_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="estversion",
            constraint=models.UniqueConstraint(fields=("report", "kind"), name="est_version_once"),
        ),
        migrations.AddConstraint(
            model_name="estversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["open", "restricted"])),
                name="est_version_kind_known",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
