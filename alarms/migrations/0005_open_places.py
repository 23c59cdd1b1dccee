from django.db import migrations

# Where an open alarm stands, as intake looks for it. The planner believes that the partial
# indexes over open alarms are empty, since among millions of closed ones its sample finds none,
# and would rather read one of them from end to end than look up each place. The cost tells it
# that only this index, which holds the answers, spares it from calling the function.
FUNCTION = """
CREATE FUNCTION alarm_place(
    installation_id bigint, area text, zone text, receiver text, line text, account text
) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000000 AS $$
BEGIN
    RETURN coalesce(
        installation_id || '/' || area || '/' || zone, receiver || ':' || line || ':' || account
    );
END $$
"""
INDEX = """
CREATE INDEX alarm_open_place
    ON alarms_alarm (alarm_place(installation_id, area, zone, receiver, line, account))
    WHERE NOT state = 'closed'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0004_signalled_priority_and_target"),
    ]

    operations = [
        migrations.RunSQL(
            FUNCTION, "DROP FUNCTION alarm_place(bigint, text, text, text, text, text)"
        ),
        migrations.RunSQL(INDEX, "DROP INDEX alarm_open_place"),
    ]
