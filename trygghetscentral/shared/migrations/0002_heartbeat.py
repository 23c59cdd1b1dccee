"""Signs of life of parts that only the database knows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One small table."""

    dependencies = (("shared", "0001_number_series"),)
    operations = (
        migrations.CreateModel(
            name="Heartbeat",
            fields=(
                ("part", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ),
        ),
    )
