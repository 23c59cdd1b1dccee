"""Areas and sites, with their geometric and text indexes."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import trygghetscentral.places.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_accounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("city_area", "Stadsområde"),
                            ("guard_area", "Ordningsvaktsområde"),
                            ("vulnerable_area", "Utsatt område (Polisens benämning)"),
                            ("event", "Evenemang"),
                            ("other", "Annat område"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("slug", models.SlugField(max_length=140, unique=True)),
                ("polygon", trygghetscentral.places.fields.PolygonField()),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
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
                "ordering": (
                    models.Func(
                        django.db.models.functions.text.Lower(models.F("name")),
                        models.Value("åäöÅÄÖ"),
                        models.Value("{|}{|}"),
                        function="translate",
                        template='%(function)s(%(expressions)s) COLLATE "C"',
                        output_field=models.CharField(),
                    ),
                    "pk",
                ),
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("slug", models.SlugField(max_length=140, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(max_length=160)),
                ("postal_code", models.CharField(blank=True, default="", max_length=6)),
                ("locality", models.CharField(max_length=60)),
                ("position", trygghetscentral.places.fields.PointField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("school", "Skola"),
                            ("preschool", "Förskola"),
                            ("library", "Bibliotek"),
                            ("care_home", "Särskilt boende"),
                            ("office", "Kontor"),
                            ("sport", "Idrott och bad"),
                            ("culture", "Kultur"),
                            ("park", "Park, torg eller gata"),
                            ("technical", "Teknisk anläggning"),
                            ("parking", "Parkering"),
                            ("depot", "Förråd eller depå"),
                            ("other", "Annat"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "place_type",
                    models.CharField(
                        choices=[
                            ("public", "Plats dit allmänheten har tillträde"),
                            ("partly_public", "Delvis tillgänglig för allmänheten"),
                            ("closed", "Inte tillgänglig för allmänheten"),
                        ],
                        max_length=20,
                    ),
                ),
                ("protection", models.TextField(blank=True, default="")),
                ("notes", models.TextField(blank=True, default="")),
                (
                    "audiences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("exercise_id", models.BigIntegerField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.SearchVector(
                                "name", "address", "locality", config="swedish"
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector(
                                "name", "address", "locality", config="simple"
                            ),
                            django.contrib.postgres.search.SearchConfig("swedish"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
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
                    "occupant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "restricted_group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.needtoknowgroup",
                    ),
                ),
            ],
            options={
                "ordering": (
                    models.Func(
                        django.db.models.functions.text.Lower(models.F("name")),
                        models.Value("åäöÅÄÖ"),
                        models.Value("{|}{|}"),
                        function="translate",
                        template='%(function)s(%(expressions)s) COLLATE "C"',
                        output_field=models.CharField(),
                    ),
                    "pk",
                ),
            },
        ),
        migrations.AddIndex(
            model_name="area",
            index=django.contrib.postgres.indexes.GistIndex(
                fields=["polygon"], name="area_polygon"
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True),
                    ("valid_to__gt", models.F("valid_from")),
                    _connector="OR",
                ),
                name="area_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="site",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["audiences"], name="site_audiences"
            ),
        ),
        migrations.AddIndex(
            model_name="site",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="site_search"),
        ),
        migrations.AddIndex(
            model_name="site",
            index=django.contrib.postgres.indexes.GistIndex(
                fields=["position"], name="site_position"
            ),
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(
                models.Func(
                    django.db.models.functions.text.Lower(models.F("name")),
                    models.Value("åäöÅÄÖ"),
                    models.Value("{|}{|}"),
                    function="translate",
                    template='%(function)s(%(expressions)s) COLLATE "C"',
                    output_field=models.CharField(),
                ),
                models.F("id"),
                name="site_swedish_order",
            ),
        ),
    ]
