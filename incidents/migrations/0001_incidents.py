"""The tables of incidents, and the kinds of domain.md D.3."""

import uuid
from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import trygghetscentral.places.fields
import trygghetscentral.shared.fields

# domain.md D.3. A säkerhetssamordnare may rename them, take them out of use and add others.
KINDS = (
    ("BR-01", "Inbrott"),
    ("BR-02", "Stöld"),
    ("BR-03", "Skadegörelse"),
    ("BR-04", "Klotter"),
    ("BR-05", "Stöld/skada fordon"),
    ("BR-06", "Häleri eller hittegods, misstänkt"),
    ("BR-07", "Bedrägeri"),
    ("VA-01", "Misshandel/bråk"),
    ("VA-02", "Olaga hot/trakasseri"),
    ("VA-03", "Hot/våld mot tjänsteperson"),
    ("VA-04", "Hot/våld mot förtroendevald"),
    ("VA-05", "Rån/överfall"),
    ("VA-06", "Kvinnor som antastas/sexuellt ofredande"),
    ("VA-07", "Vapen/skjutning"),
    ("VA-08", "Detonation/sprängning"),
    ("VA-09", "Pågående dödligt våld"),
    ("OS-01", "Störande samling"),
    ("OS-02", "Ungdomsgäng/störning"),
    ("OS-03", "Fylleri/berusad"),
    ("OS-04", "Olaga intrång"),
    ("OS-05", "Nedskräpning"),
    ("OS-06", "Buskörning/A-traktor"),
    ("OS-07", "Demonstration/social oro"),
    ("OS-08", "Boende på plats/otillåten bosättning"),
    ("OS-09", "Annan störning"),
    ("NA-01", "Misstänkt försäljning"),
    ("NA-02", "Bruk/påverkad person"),
    ("NA-03", "Fynd av utrustning/kanyler"),
    ("NA-04", "Alkohol/tobak tillsyn"),
    ("BD-01", "Byggnadsbrand"),
    ("BD-02", "Anlagd brand"),
    ("BD-03", "Fordonsbrand"),
    ("BD-04", "Mark/skräpbrand"),
    ("BD-05", "Brandtillbud"),
    ("BD-06", "Automatlarm obefogat"),
    ("OL-01", "Trafikolycka"),
    ("OL-02", "Drunkning/vattentillbud"),
    ("OL-03", "Fall"),
    ("OL-04", "Sjukdomsfall/olycksfall"),
    ("OL-05", "Försvunnen person"),
    ("OL-06", "Suicidhot"),
    ("OL-07", "Arbetsolycka"),
    ("OL-08", "Anträffad död"),
    ("TF-01", "Elavbrott"),
    ("TF-02", "Vattenavbrott/förorening"),
    ("TF-03", "Värmeavbrott"),
    ("TF-04", "Fjärrvärme/gasläcka"),
    ("TF-05", "Belysning ur funktion"),
    ("TF-06", "Läckage"),
    ("TF-07", "Hiss/ventilation"),
    ("TF-08", "Tele/data-avbrott"),
    ("TF-09", "Ras/byggnadsskada"),
    ("TF-10", "Larm/kamera ur funktion"),
    ("IT-01", "Systemavbrott"),
    ("IT-02", "Intrång/ransomware"),
    ("IT-03", "Överbelastning"),
    ("IT-04", "Phishing"),
    ("IT-05", "Personuppgiftsincident"),
    ("IT-06", "Informationsförlust/felutskick"),
    ("IT-07", "Desinformation/ryktesspridning"),
    ("NV-01", "Storm"),
    ("NV-02", "Skyfall/översvämning"),
    ("NV-03", "Snö/is"),
    ("NV-04", "Värmebölja"),
    ("NV-05", "Höga havsnivåer"),
    ("NV-06", "Utsläpp/farligt gods"),
    ("NV-07", "Skogs-/gräsbrand"),
    ("HS-01", "Smitta/pandemi"),
    ("HS-02", "Livsmedel/måltid störning"),
    ("HS-03", "Läkemedel/varubrist"),
    ("HS-04", "Personalbrist"),
    ("HS-05", "Massmottagande/evakuering"),
    ("OT-01", "Hot mot tjänsteutövning"),
    ("OT-02", "Korruption/muta"),
    ("OT-03", "Välfärdsbrott misstanke"),
    ("OT-04", "Infiltration/påverkan"),
    ("BE-01", "Höjd beredskap"),
    ("BE-02", "Flyglarm/VMA"),
    ("BE-03", "Misstänkt sabotage"),
    ("BE-04", "Drönare"),
    ("BE-05", "Misstänkt kartläggning"),
    ("BE-06", "Bombhot/misstänkt föremål"),
    ("BE-07", "Extremism/terrorhot"),
)
# Known to a need-to-know group only (domain.md E.4).
RESTRICTED = ("OT-01", "OT-02", "OT-03", "OT-04", "VA-04", "IT-05")


def enter_kinds(apps: Any, schema_editor: Any) -> None:
    kind = apps.get_model("incidents", "IncidentKind")
    kind.objects.bulk_create(
        kind(code=code, group=code[:2], label=label, restricted=code in RESTRICTED)
        for code, label in KINDS
    )


def forget_kinds(apps: Any, schema_editor: Any) -> None:
    apps.get_model("incidents", "IncidentKind").objects.all().delete()


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_accounts"),
        ("alarms", "0012_floods"),
        ("places", "0003_access_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IncidentKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=5, unique=True)),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("BR", "Brott mot egendom"),
                            ("VA", "Våld och hot"),
                            ("OS", "Ordningsstörning"),
                            ("NA", "Narkotika och alkohol"),
                            ("BD", "Brand"),
                            ("OL", "Olycka och person"),
                            ("TF", "Teknik, fastighet och infrastruktur"),
                            ("IT", "Cyber och information"),
                            ("NV", "Natur, väder och miljö"),
                            ("HS", "Hälsa och samhälle"),
                            ("OT", "Otillåten påverkan och oegentlighet"),
                            ("BE", "Beredskap och försvar"),
                        ],
                        max_length=2,
                    ),
                ),
                ("label", models.CharField(max_length=80)),
                ("restricted", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ("code",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Z]{2}-[0-9]{2}$")),
                        name="incident_kind_code_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "code__startswith",
                                django.db.models.functions.text.Concat(
                                    models.F("group"), models.Value("-")
                                ),
                            )
                        ),
                        name="incident_kind_in_group",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "group__in",
                                [
                                    "BR",
                                    "VA",
                                    "OS",
                                    "NA",
                                    "BD",
                                    "OL",
                                    "TF",
                                    "IT",
                                    "NV",
                                    "HS",
                                    "OT",
                                    "BE",
                                ],
                            )
                        ),
                        name="incident_kind_group_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("group", "OT"), _negated=True),
                            ("restricted", True),
                            _connector="OR",
                        ),
                        name="incident_kind_ot_restricted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("label", ""), _negated=True), name="incident_kind_named"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True, default="")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("reported", "Rapporterad"),
                            ("assessed", "Bedömd"),
                            ("assigned", "Tilldelad"),
                            ("handling", "Hanteras"),
                            ("monitored", "Övervakas"),
                            ("ended", "Operativt avslutad"),
                            ("follow_up", "Uppföljning"),
                            ("closed", "Avslutad"),
                            ("archived", "Arkiverad"),
                            ("rejected", "Avvisad"),
                            ("merged", "Sammanfogad"),
                        ],
                        default="reported",
                        max_length=12,
                    ),
                ),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "1 Mindre"),
                            (2, "2 Begränsad"),
                            (3, "3 Allvarlig"),
                            (4, "4 Mycket allvarlig"),
                            (5, "5 Extraordinär (prövas)"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "1 Genast"),
                            (2, "2 Inom timmar"),
                            (3, "3 I dag"),
                            (4, "4 I veckan"),
                            (5, "5 När det går"),
                        ],
                        null=True,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("alarm", "Larm"),
                            ("coordinator", "Upplagd för hand"),
                            ("employee", "Anmälan från anställd"),
                        ],
                        max_length=12,
                    ),
                ),
                ("occurred_from", models.DateTimeField()),
                ("occurred_until", models.DateTimeField(null=True)),
                (
                    "occurred_weekday",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.F("occurred_from"),
                            output_field=models.PositiveSmallIntegerField(),
                            template="EXTRACT(isodow FROM %(expressions)s AT TIME ZONE 'Europe/Stockholm')",
                        ),
                        output_field=models.PositiveSmallIntegerField(),
                    ),
                ),
                (
                    "occurred_hour",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.F("occurred_from"),
                            output_field=models.PositiveSmallIntegerField(),
                            template="EXTRACT(hour FROM %(expressions)s AT TIME ZONE 'Europe/Stockholm')",
                        ),
                        output_field=models.PositiveSmallIntegerField(),
                    ),
                ),
                ("place", models.CharField(blank=True, default="", max_length=160)),
                ("position", trygghetscentral.places.fields.PointField(null=True)),
                ("near_miss", models.BooleanField(default=False)),
                ("injured", models.BooleanField(default=False)),
                ("damaged", models.BooleanField(default=False)),
                ("external", models.BooleanField(default=False)),
                ("suspected_crime", models.BooleanField(default=False)),
                ("police_reported", models.BooleanField(default=False)),
                ("police_number", models.CharField(blank=True, default="", max_length=40)),
                ("work_environment", models.BooleanField(default=False)),
                ("personal_data", models.BooleanField(default=False)),
                ("improper_influence", models.BooleanField(default=False)),
                ("closing", models.TextField(blank=True, default="")),
                (
                    "audiences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("exercise_id", models.BigIntegerField(null=True)),
                ("registered_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("affected", models.ManyToManyField(related_name="+", to="accounts.organisation")),
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
                    "controller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="incidents.incident",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "restricted_group",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.needtoknowgroup",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="places.site",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.incidentkind",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("assess", "Bedöm"),
                            ("assign", "Tilldela"),
                            ("start", "Börja hantera"),
                            ("monitor", "Övervaka"),
                            ("resume", "Hantera igen"),
                            ("end", "Avsluta operativt"),
                            ("follow_up", "Följ upp"),
                            ("close", "Avsluta händelsen"),
                            ("reopen", "Öppna igen"),
                            ("archive", "Arkivera"),
                            ("reject", "Avvisa"),
                            ("merge", "Sammanfoga"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("reported", "Rapporterad"),
                            ("assessed", "Bedömd"),
                            ("assigned", "Tilldelad"),
                            ("handling", "Hanteras"),
                            ("monitored", "Övervakas"),
                            ("ended", "Operativt avslutad"),
                            ("follow_up", "Uppföljning"),
                            ("closed", "Avslutad"),
                            ("archived", "Arkiverad"),
                            ("rejected", "Avvisad"),
                            ("merged", "Sammanfogad"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("reported", "Rapporterad"),
                            ("assessed", "Bedömd"),
                            ("assigned", "Tilldelad"),
                            ("handling", "Hanteras"),
                            ("monitored", "Övervakas"),
                            ("ended", "Operativt avslutad"),
                            ("follow_up", "Uppföljning"),
                            ("closed", "Avslutad"),
                            ("archived", "Arkiverad"),
                            ("rejected", "Avvisad"),
                            ("merged", "Sammanfogad"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True, default="")),
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
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="IncidentPerson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("victim", "Drabbad"),
                            ("reporter", "Anmälare"),
                            ("witness", "Vittne"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("contact", "Kunna fråga mer"),
                            ("support", "Ge stöd"),
                            ("insurance", "Försäkringsärende"),
                            ("police", "Polisanmälan"),
                            ("work", "Arbetsmiljöanmälan"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", trygghetscentral.shared.fields.EncryptedTextField()),
                (
                    "contact",
                    trygghetscentral.shared.fields.EncryptedTextField(blank=True, default=""),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="persons",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="IncidentReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("theft", "Något är stulet, skadat eller klottrat"),
                            ("threat", "Hot, våld eller bråk"),
                            ("hurt", "Någon gjorde sig illa, eller kunde ha gjort det"),
                            ("fire", "Brand, rök eller vatten"),
                            ("other", "Något annat som inte stod rätt till"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", models.TextField()),
                ("hurt", models.BooleanField()),
                ("near_miss", models.BooleanField()),
                ("cost", models.PositiveBigIntegerField(null=True)),
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
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="IncidentTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=300)),
                ("due_on", models.DateField()),
                ("added_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=300)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "done_by",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="incidents.incident",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("due_on", "pk"),
            },
        ),
        migrations.CreateModel(
            name="PartSecrecy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("description", "Beskrivning"),
                            ("persons", "Personer"),
                            ("damage", "Skador och kostnader"),
                            ("analysis", "Orsaksanalys"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "ground",
                    models.CharField(
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
                ),
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
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="secrecy",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ("part",),
            },
        ),
        migrations.CreateModel(
            name="Damage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=200)),
                ("material", models.PositiveBigIntegerField(default=0)),
                ("work", models.PositiveBigIntegerField(default=0)),
                ("deductible", models.PositiveBigIntegerField(default=0)),
                ("reimbursed", models.PositiveBigIntegerField(default=0)),
                ("estimated", models.BooleanField(default=False)),
                ("insurer", models.CharField(blank=True, default="", max_length=80)),
                ("case_number", models.CharField(blank=True, default="", max_length=40)),
                (
                    "insurance",
                    models.CharField(
                        choices=[
                            ("none", "Ingen anmälan"),
                            ("to_report", "Ska anmälas"),
                            ("reported", "Anmäld"),
                            ("paid", "Ersatt"),
                            ("refused", "Ersätts inte"),
                        ],
                        default="none",
                        max_length=12,
                    ),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="damages",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deductible__lte", 9999999999),
                            ("material__lte", 9999999999),
                            ("reimbursed__lte", 9999999999),
                            ("work__lte", 9999999999),
                        ),
                        name="damage_within_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("what", ""), _negated=True), name="damage_named"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CauseAnalysis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "causes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("human", "Människa"),
                                ("technical", "Teknik"),
                                ("organisation", "Organisation"),
                                ("external", "Yttre"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "whys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=5
                    ),
                ),
                ("worked", models.TextField(blank=True, default="")),
                ("failed", models.TextField(blank=True, default="")),
                ("lessons", models.TextField(blank=True, default="")),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="analysis",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "causes__contained_by",
                                ["human", "technical", "organisation", "external"],
                            ),
                            ("whys__len__lte", 5),
                        ),
                        name="cause_analysis_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentAlarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attached_at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("split_at", models.DateTimeField(null=True)),
                ("split_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "alarm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="alarms.alarm",
                    ),
                ),
                (
                    "attached_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alarm_links",
                        to="incidents.incident",
                    ),
                ),
                (
                    "split_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("attached_at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("split_at__isnull", True)),
                        fields=("alarm",),
                        name="incident_alarm_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("split_at__isnull", True),
                                ("split_by__isnull", True),
                                ("split_reason", ""),
                            ),
                            models.Q(
                                ("split_at__isnull", False),
                                ("split_by__isnull", False),
                                models.Q(("split_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="incident_alarm_split_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "1 Mindre"),
                            (2, "2 Begränsad"),
                            (3, "3 Allvarlig"),
                            (4, "4 Mycket allvarlig"),
                            (5, "5 Extraordinär (prövas)"),
                        ]
                    ),
                ),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "1 Genast"),
                            (2, "2 Inom timmar"),
                            (3, "3 I dag"),
                            (4, "4 I veckan"),
                            (5, "5 När det går"),
                        ]
                    ),
                ),
                ("reason", models.TextField()),
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
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assessments",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("severity__range", (1, 5)), ("urgency__range", (1, 5))),
                        name="incident_assessment_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="incident_assessment_reason",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                models.OrderBy(models.F("occurred_from"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="incident_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["audiences"], name="incident_audiences"
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=django.contrib.postgres.indexes.GistIndex(
                fields=["position"], name="incident_position"
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["site", "occurred_from"], name="incident_site"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "stage__in",
                        [
                            "reported",
                            "assessed",
                            "assigned",
                            "handling",
                            "monitored",
                            "ended",
                            "follow_up",
                            "closed",
                            "archived",
                            "rejected",
                            "merged",
                        ],
                    )
                ),
                name="incident_stage_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["alarm", "coordinator", "employee"])),
                name="incident_origin_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("severity__isnull", True),
                        ("urgency__isnull", True),
                        ("stage__in", ["merged", "rejected", "reported"]),
                    ),
                    models.Q(("severity__range", (1, 5)), ("urgency__range", (1, 5))),
                    _connector="OR",
                ),
                name="incident_assessed",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("occurred_until__isnull", True),
                    ("occurred_until__gte", models.F("occurred_from")),
                    _connector="OR",
                ),
                name="incident_until_after_from",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("police_number", ""), ("police_reported", True), _connector="OR"
                ),
                name="incident_police_number_of_report",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("merged_into__isnull", False),
                        ("stage", "merged"),
                        models.Q(("merged_into", models.F("id")), _negated=True),
                    ),
                    models.Q(
                        models.Q(("stage", "merged"), _negated=True), ("merged_into__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="incident_merged_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("stage__in", ("closed", "archived"))),
                    models.Q(
                        models.Q(("stage__in", ("closed", "archived")), _negated=True),
                        ("closed_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="incident_closed_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("owner__isnull", False), ("stage", "assigned")),
                    models.Q(("stage", "assigned"), _negated=True),
                    _connector="OR",
                ),
                name="incident_assigned_to_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="incident_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentmove",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "move__in",
                        [
                            "assess",
                            "assign",
                            "start",
                            "monitor",
                            "resume",
                            "end",
                            "follow_up",
                            "close",
                            "reopen",
                            "archive",
                            "reject",
                            "merge",
                        ],
                    )
                ),
                name="incident_move_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["victim", "reporter", "witness"])),
                name="incident_person_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose__in", ["contact", "support", "insurance", "police", "work"])
                ),
                name="incident_person_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="incident_person_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="incident_report_told"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cost__isnull", True), ("cost__lte", 9999999999), _connector="OR"
                ),
                name="incident_report_cost",
            ),
        ),
        migrations.AddIndex(
            model_name="incidenttask",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)),
                fields=["responsible", "due_on"],
                name="incident_task_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidenttask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="incident_task_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidenttask",
            constraint=models.CheckConstraint(
                condition=models.Q(("what", ""), _negated=True), name="incident_task_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="partsecrecy",
            constraint=models.UniqueConstraint(
                fields=("incident", "part"), name="part_secrecy_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="partsecrecy",
            constraint=models.CheckConstraint(
                condition=models.Q(("part__in", ["description", "persons", "damage", "analysis"])),
                name="part_secrecy_part",
            ),
        ),
        migrations.AddConstraint(
            model_name="partsecrecy",
            constraint=models.CheckConstraint(
                condition=models.Q(
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
                    )
                ),
                name="part_secrecy_ground",
            ),
        ),
        migrations.RunPython(enter_kinds, forget_kinds),
    ]
