"""å ä ö come last, in that order, whatever the database's own collation says."""

from __future__ import annotations

import pytest
from django.db import connection

from trygghetscentral.places.models import Area, Site
from trygghetscentral.shared.db import swedish_order
from trygghetscentral.shared.models import NumberSeries

WORDS = ["Zenit", "ärla", "Ås", "alm", "Öl", "Äng", "zebra", "Oxie", "ål", "ödla", "Alm"]
SORTED = ["alm", "Alm", "Oxie", "zebra", "Zenit", "ål", "Ås", "Äng", "ärla", "ödla", "Öl"]


@pytest.mark.django_db
def test_the_alphabet_ends_with_our_letters() -> None:
    for word in WORDS:
        NumberSeries.objects.create(series=word, year=2026)
    found = NumberSeries.objects.order_by(swedish_order("series"), "-series")
    assert list(found.values_list("series", flat=True)) == SORTED


@pytest.mark.django_db
def test_a_database_with_another_collation_sorts_alike() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'en-x-icu'")
        other = '"en-x-icu"' if cursor.fetchone() else '"POSIX"'
        cursor.execute(
            f"ALTER TABLE shared_numberseries ALTER series TYPE varchar(8) COLLATE {other}"
        )
    for word in WORDS:
        NumberSeries.objects.create(series=word, year=2026)
    found = NumberSeries.objects.order_by(swedish_order("series"))
    assert [word.lower() for word in found.values_list("series", flat=True)] == [
        word.lower() for word in SORTED
    ]


@pytest.mark.parametrize("model", [Area, Site])
def test_registers_are_sorted_so(model: type[Area] | type[Site]) -> None:
    assert swedish_order("name") in (model._meta.ordering or ())
