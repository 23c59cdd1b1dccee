"""How far the publisher has come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table of one row."""

    initial = True

    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("beat_at", models.DateTimeField()),
                ("leader", models.TextField()),
                ("behind_seconds", models.FloatField(default=0)),
                ("rows_rendered", models.BigIntegerField(default=0)),
                ("messages_sent", models.BigIntegerField(default=0)),
            ],
            options={"db_table": "live_cursor"},
        ),
    )
