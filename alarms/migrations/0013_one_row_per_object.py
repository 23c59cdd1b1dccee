import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The rows of an object, as intake looks for them; why a function, and why it costs so much, is
# told in 0005. That it is unique is the promise: one row for each kind of alarm at an object.
# Alarms from before have no object and stay rows of their own.
FUNCTION = """
CREATE FUNCTION alarm_object(group_key text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000000 AS $$
BEGIN
    RETURN group_key;
END $$
"""
INDEX = """
CREATE UNIQUE INDEX alarm_one_row ON alarms_alarm (alarm_object(group_key), kind)
    WHERE NOT state = 'closed' AND lead_id IS NULL AND group_key <> ''
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("alarms", "0012_floods"),
        ("places", "0003_access_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="alarm",
            name="again_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="alarm",
            name="again_spent",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="alarm",
            name="followers",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="alarm",
            name="followers_active",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="alarm",
            name="group_key",
            field=models.CharField(blank=True, db_default="", default="", max_length=48),
        ),
        migrations.AddField(
            model_name="alarm",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="zones",
                to="alarms.alarm",
            ),
        ),
        migrations.AddField(
            model_name="alarm",
            name="runaway_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(
                condition=models.Q(("lead__isnull", False)),
                fields=["lead", "id"],
                name="alarm_zones",
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lead__isnull", True),
                    models.Q(
                        ("held", False),
                        ("owner__isnull", True),
                        ("state__in", ("new", "closed")),
                        ("unanswered", False),
                        ("escalates_at__isnull", True),
                        ("followers", 0),
                        ("target_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="alarm_zone_promises_nothing",
            ),
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION alarm_object(text)"),
        migrations.RunSQL(INDEX, "DROP INDEX alarm_one_row"),
    ]
