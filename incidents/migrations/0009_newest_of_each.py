"""The newest of an area and of a controller; open incidents have one index of this kind, not two."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts"),
        ("incidents", "0008_open_indexes"),
        ("places", "0003_access_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="incident",
            name="incident_open",
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                models.F("area"),
                models.OrderBy(models.F("occurred_from"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="incident_area_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                models.F("controller"),
                models.OrderBy(models.F("occurred_from"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="incident_controller_newest",
            ),
        ),
    ]
