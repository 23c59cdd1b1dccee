"""Each month of the figures counted once, and which are to be counted again; open incidents."""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models

# A change and the word of it are committed together. Only inserts, so that two who change
# incidents of the same month do not wait for each other.
FORWARD = """
CREATE FUNCTION incident_month(moment timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT date_trunc('month', moment AT TIME ZONE 'Europe/Stockholm')::date
$$;
CREATE FUNCTION incident_month_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO incidents_changedmonth (month)
            SELECT DISTINCT incident_month(n.occurred_from) FROM new_rows n;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO incidents_changedmonth (month)
            SELECT DISTINCT incident_month(o.occurred_from) FROM old_rows o;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION incident_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO incidents_changedmonth (month)
            SELECT DISTINCT incident_month(i.occurred_from) FROM new_rows n
            JOIN incidents_incident i ON i.id = n.incident_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO incidents_changedmonth (month)
            SELECT DISTINCT incident_month(i.occurred_from) FROM old_rows o
            JOIN incidents_incident i ON i.id = o.incident_id;
    END IF;
    RETURN NULL;
END $$;
-- What a restricted kind is never changes; its group stands in its code.
INSERT INTO incidents_changedmonth (month)
    SELECT DISTINCT incident_month(i.occurred_from) FROM incidents_incident i;
"""
TABLES = {
    "incidents_incident": "incident_month_changed",
    "incidents_damage": "incident_part_changed",
    "incidents_incidentmove": "incident_part_changed",
    "incidents_partsecrecy": "incident_part_changed",
}
ROWS = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}
TRIGGERS = [
    (f"{table}_month_{act.lower()}", table, act, rows, function)
    for table, function in TABLES.items()
    for act, rows in ROWS.items()
]
FORWARD += "".join(
    f"CREATE TRIGGER {name} AFTER {act} ON {table} REFERENCING {rows}\n"
    f"    FOR EACH STATEMENT EXECUTE FUNCTION {function}();\n"
    for name, table, act, rows, function in TRIGGERS
)
BACKWARD = "".join(f"DROP TRIGGER {name} ON {table};\n" for name, table, *_ in TRIGGERS)
BACKWARD += "DROP FUNCTION incident_month_changed();\nDROP FUNCTION incident_part_changed();\n"
BACKWARD += "DROP FUNCTION incident_month(timestamptz);\n"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("incidents", "0006_from_flood"),
        ("places", "0003_access_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="MonthTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("controller_id", models.BigIntegerField()),
                (
                    "audiences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("confined", models.BooleanField()),
                ("dimension", models.CharField(max_length=12)),
                ("key", models.BigIntegerField()),
                ("incidents", models.IntegerField()),
                ("near_miss", models.IntegerField()),
                ("harm", models.IntegerField()),
                ("severe", models.IntegerField()),
                ("costed", models.IntegerField()),
                ("material", models.BigIntegerField()),
                ("work", models.BigIntegerField()),
                ("deductible", models.BigIntegerField()),
                ("reimbursed", models.BigIntegerField()),
            ],
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                models.OrderBy(models.F("occurred_from"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(
                    (
                        "stage__in",
                        [
                            "assessed",
                            "assigned",
                            "ended",
                            "follow_up",
                            "handling",
                            "monitored",
                            "reported",
                        ],
                    )
                ),
                name="incident_open",
            ),
        ),
        migrations.AddIndex(
            model_name="changedmonth",
            index=models.Index(fields=["month"], name="incident_changed_month"),
        ),
        migrations.AddIndex(
            model_name="monthtally",
            index=models.Index(fields=["month", "dimension"], name="incident_tally_month"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
