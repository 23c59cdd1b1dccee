"""What is routed, and a row whose zones grow, is changed in place.

PostgreSQL writes a changed row's entries in all indexes anew, unless no indexed column changed and
its page has room (HOT). An alarm stands in some twenty of them, is routed once, and is updated by
each further zone of its row.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0014_sealed_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="alarm", name="alarm_unrouted"),
        migrations.RemoveIndex(model_name="alarm", name="alarm_mine"),
        migrations.AlterField(
            model_name="alarm",
            name="owner",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(
                condition=models.Q(
                    ("owner__isnull", False), models.Q(("state", "closed"), _negated=True)
                ),
                fields=["owner"],
                name="alarm_mine",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE alarms_alarm SET (fillfactor = 70)",
            "ALTER TABLE alarms_alarm RESET (fillfactor)",
        ),
    ]
