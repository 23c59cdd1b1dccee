"""One open alarm at a time saying that no receiver listens."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The third partial unique constraint of alarms."""

    dependencies = (("alarms", "0002_sequence_and_reference"),)
    operations = (
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.UniqueConstraint(
                fields=("kind",),
                condition=models.Q(installation__isnull=True, kind="intake.silent")
                & ~models.Q(state="closed"),
                name="alarm_one_open_silent",
            ),
        ),
    )
