"""Lägesrapporter with their lists and mails, disclosures, and what is to be registered."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION sitrep_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'det som är skickat eller beslutat ändras inte (% på %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER sitrep_fixed BEFORE UPDATE OR DELETE ON incidents_sitrep
    FOR EACH ROW EXECUTE FUNCTION sitrep_refuse();
CREATE TRIGGER sitrep_kept BEFORE TRUNCATE ON incidents_sitrep
    FOR EACH STATEMENT EXECUTE FUNCTION sitrep_refuse();
CREATE TRIGGER sitrep_release_fixed BEFORE UPDATE OR DELETE ON incidents_sitreprelease
    FOR EACH ROW EXECUTE FUNCTION sitrep_refuse();
CREATE TRIGGER sitrep_release_kept BEFORE TRUNCATE ON incidents_sitreprelease
    FOR EACH STATEMENT EXECUTE FUNCTION sitrep_refuse();
CREATE TRIGGER disclosure_fixed BEFORE UPDATE OR DELETE ON incidents_disclosure
    FOR EACH ROW EXECUTE FUNCTION sitrep_refuse();
CREATE TRIGGER disclosure_kept BEFORE TRUNCATE ON incidents_disclosure
    FOR EACH STATEMENT EXECUTE FUNCTION sitrep_refuse();
CREATE TRIGGER diary_entry_kept BEFORE DELETE ON incidents_diaryentry
    FOR EACH ROW EXECUTE FUNCTION sitrep_refuse();
CREATE TRIGGER diary_entry_whole BEFORE TRUNCATE ON incidents_diaryentry
    FOR EACH STATEMENT EXECUTE FUNCTION sitrep_refuse();

-- 1, 2, 3 for each incident, without gaps. The incident's row is locked by whoever sends.
CREATE FUNCTION sitrep_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last integer;
BEGIN
    SELECT coalesce(max(number), 0) INTO last FROM incidents_sitrep
        WHERE incident_id = NEW.incident_id;
    IF NEW.number <> last + 1 THEN
        RAISE EXCEPTION 'lägesrapport % följer inte på %', NEW.number, last
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sitrep_in_order BEFORE INSERT ON incidents_sitrep
    FOR EACH ROW EXECUTE FUNCTION sitrep_follows();

-- LEH 2 kap. 9 §: händelseutvecklingen, tillståndet, den förväntade utvecklingen, vidtagna och
-- planerade åtgärder.
ALTER TABLE incidents_sitrep ADD CONSTRAINT sitrep_leh_2_9 CHECK (
    btrim(coalesce(content #>> '{texts,course}', '')) <> ''
    AND btrim(coalesce(content #>> '{texts,state}', '')) <> ''
    AND btrim(coalesce(content #>> '{texts,outlook}', '')) <> ''
    AND btrim(coalesce(content #>> '{texts,taken}', '')) <> ''
    AND btrim(coalesce(content #>> '{texts,planned}', '')) <> ''
);

-- Nothing of an entry changes but the number, which is given once.
CREATE FUNCTION diary_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.diary_number = '' AND (NEW.public_id, NEW.kind, NEW.subject_id, NEW.title,
        NEW.controller_id, NEW.made_at, NEW.due_at)
        = (OLD.public_id, OLD.kind, OLD.subject_id, OLD.title,
        OLD.controller_id, OLD.made_at, OLD.due_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'det som är diariefört ändras inte'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER diary_entry_fixed BEFORE UPDATE ON incidents_diaryentry
    FOR EACH ROW EXECUTE FUNCTION diary_entry_guard();
"""

BACKWARD = """
DROP TRIGGER diary_entry_fixed ON incidents_diaryentry;
DROP FUNCTION diary_entry_guard();
ALTER TABLE incidents_sitrep DROP CONSTRAINT sitrep_leh_2_9;
DROP TRIGGER sitrep_in_order ON incidents_sitrep;
DROP FUNCTION sitrep_follows();
DROP TRIGGER diary_entry_whole ON incidents_diaryentry;
DROP TRIGGER diary_entry_kept ON incidents_diaryentry;
DROP TRIGGER disclosure_kept ON incidents_disclosure;
DROP TRIGGER disclosure_fixed ON incidents_disclosure;
DROP TRIGGER sitrep_release_kept ON incidents_sitreprelease;
DROP TRIGGER sitrep_release_fixed ON incidents_sitreprelease;
DROP TRIGGER sitrep_kept ON incidents_sitrep;
DROP TRIGGER sitrep_fixed ON incidents_sitrep;
DROP FUNCTION sitrep_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("incidents", "0001_incidents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DistributionList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("active", models.BooleanField(default=True)),
                (
                    "controller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="DistributionRecipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("address", models.EmailField(max_length=254)),
                (
                    "version",
                    models.CharField(
                        choices=[("full", "Fullständig"), ("open", "Öppen")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("marked_allowed", models.BooleanField(default=False)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recipients",
                        to="incidents.distributionlist",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Sitrep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("next_at", models.DateTimeField(null=True)),
                ("sender", models.CharField(max_length=120)),
                ("role", models.CharField(max_length=120)),
                ("sent_at", models.DateTimeField()),
                ("sha256", models.CharField(max_length=64)),
                ("exercise_id", models.BigIntegerField(null=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_sitreps",
                        to="incidents.incident",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
            },
        ),
        migrations.CreateModel(
            name="SitrepRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.CharField(
                        choices=[("full", "Fullständig"), ("open", "Öppen")], max_length=8
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300)),
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
                    "sitrep",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="incidents.sitrep",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="SitrepSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("next_at", models.DateTimeField(null=True)),
                ("remind_at", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField()),
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sitreps",
                        to="incidents.incident",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SitrepMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("address", models.EmailField(max_length=254)),
                (
                    "version",
                    models.CharField(
                        choices=[("full", "Fullständig"), ("open", "Öppen")],
                        default="open",
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
                ("receipt_at", models.DateTimeField(null=True)),
                (
                    "sitrep",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="incidents.sitrep",
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
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="incidents.sitrepseries",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="SitrepDraftSection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=16)),
                ("texts", models.JSONField(default=dict)),
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
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="incidents.sitrepseries",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DiaryEntry",
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
                            ("sitrep", "Lägesrapport"),
                            ("disclosure", "Beslut om utlämnande"),
                            ("weekly", "Veckorapport"),
                        ],
                        max_length=16,
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("crisis", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("diary_number", models.CharField(blank=True, default="", max_length=40)),
                ("registered_at", models.DateTimeField(null=True)),
                (
                    "controller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.incident",
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
            ],
            options={
                "ordering": ("-made_at", "-pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("diary_number", "")),
                        fields=["controller", "due_at"],
                        name="diary_owed",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "subject_id"), name="diary_entry_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("diary_number", ""),
                                ("registered_at__isnull", True),
                                ("registered_by__isnull", True),
                            ),
                            models.Q(
                                models.Q(("diary_number", ""), _negated=True),
                                ("registered_at__isnull", False),
                                ("registered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="diary_entry_registered_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "asker",
                    models.CharField(
                        choices=[
                            ("police", "Polisen"),
                            ("authority", "Annan myndighet"),
                            ("public", "Allmänheten"),
                            ("party", "Part, eller den som uppgiften rör"),
                        ],
                        max_length=12,
                    ),
                ),
                ("asker_name", models.CharField(blank=True, default="", max_length=160)),
                ("asked_at", models.DateTimeField()),
                ("what", models.TextField()),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("2025:170:4", "4 § lagen (2025:170) om uppgiftsskyldighet"),
                            ("2025:170:6", "6 § lagen (2025:170) om uppgiftsskyldighet"),
                            ("2025:170:7", "7 § lagen (2025:170) om uppgiftsskyldighet"),
                            ("2025:170:8", "8 § lagen (2025:170) om uppgiftsskyldighet"),
                            ("TF:2", "2 kap. tryckfrihetsförordningen (allmän handling)"),
                            ("OSL:6:5", "6 kap. 5 § OSL (uppgift till annan myndighet)"),
                            ("OSL:10", "10 kap. OSL (till part eller med samtycke)"),
                        ],
                        max_length=16,
                    ),
                ),
                ("test", models.TextField()),
                ("masked", models.TextField(blank=True, default="")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("released", "Lämnas ut"),
                            ("partly", "Lämnas ut i delar"),
                            ("refused", "Lämnas inte ut"),
                        ],
                        max_length=12,
                    ),
                ),
                ("appeal", models.TextField(blank=True, default="")),
                ("decided_by_name", models.CharField(max_length=160)),
                ("decided_at", models.DateTimeField()),
                ("registered_at", models.DateTimeField()),
                (
                    "controller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="incidents.disclosure",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="incidents.incident",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-decided_at", "-pk"),
                "indexes": [
                    models.Index(fields=["controller", "-decided_at"], name="disclosure_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("what", ""), _negated=True),
                            models.Q(("test", ""), _negated=True),
                            models.Q(("decided_by_name", ""), _negated=True),
                        ),
                        name="disclosure_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asker__in", ("public", "party")),
                            models.Q(("asker_name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="disclosure_authority_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("masked", ""), ("outcome", "released")),
                            models.Q(
                                ("outcome", "partly"), models.Q(("masked", ""), _negated=True)
                            ),
                            models.Q(("masked", ""), ("outcome", "refused")),
                            _connector="OR",
                        ),
                        name="disclosure_masked_when_partly",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "released"),
                            models.Q(("appeal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="disclosure_appeal_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_at__gte", models.F("asked_at"))),
                        name="disclosure_after_asked",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="distributionlist",
            constraint=models.UniqueConstraint(
                fields=("controller", "name"), name="distribution_list_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="distributionlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="distribution_list_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="distributionrecipient",
            constraint=models.UniqueConstraint(
                fields=("list", "address"), name="distribution_address_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="distributionrecipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__in", ["full", "open"])),
                name="distribution_version_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="distributionrecipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("marked_allowed", False), ("version", "full"), _connector="OR"),
                name="distribution_marked_is_full",
            ),
        ),
        migrations.AddConstraint(
            model_name="distributionrecipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="distribution_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrep",
            constraint=models.UniqueConstraint(
                fields=("incident", "number"), name="sitrep_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrep",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="sitrep_number_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrep",
            constraint=models.CheckConstraint(
                condition=models.Q(("sender", ""), _negated=True), name="sitrep_sender_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrep",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="sitrep_sha256_hex"
            ),
        ),
        migrations.AddConstraint(
            model_name="sitreprelease",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__in", ["full", "open"])), name="sitrep_release_version"
            ),
        ),
        migrations.AddIndex(
            model_name="sitrepseries",
            index=models.Index(
                condition=models.Q(("remind_at__isnull", False)),
                fields=["remind_at"],
                name="sitrep_remind",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrepseries",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("remind_at__isnull", True), ("next_at__isnull", False), _connector="OR"
                ),
                name="sitrep_remind_of_next",
            ),
        ),
        migrations.AddIndex(
            model_name="sitrepmail",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at"],
                name="sitrep_mail_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrepmail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sitrep__isnull", False)),
                fields=("sitrep", "address"),
                name="sitrep_mail_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrepmail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("token_hash", ""), _negated=True),
                fields=("token_hash",),
                name="sitrep_mail_token_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrepmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["queued", "sent", "failed", "undeliverable", "acknowledged", "stopped"],
                    )
                ),
                name="sitrep_mail_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrepmail",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__in", ["full", "open"])),
                name="sitrep_mail_version_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrepmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_at__isnull", True), ("state__in", ("queued", "failed")), _connector="OR"
                ),
                name="sitrep_mail_due_only_to_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrepmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sitrep__isnull", False), ("user__isnull", True)),
                    models.Q(
                        ("receipt_at__isnull", True),
                        ("sitrep__isnull", True),
                        ("user__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="sitrep_mail_report_or_reminder",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrepdraftsection",
            constraint=models.UniqueConstraint(
                fields=("series", "code"), name="sitrep_section_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrepdraftsection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "code__in",
                        (
                            "course",
                            "state",
                            "actions",
                            "outlook",
                            "needs",
                            "communication",
                            "sources",
                            "maps",
                        ),
                    )
                ),
                name="sitrep_section_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitrepdraftsection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "ground__in",
                        (
                            "",
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
                        ),
                    )
                ),
                name="sitrep_section_ground",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
