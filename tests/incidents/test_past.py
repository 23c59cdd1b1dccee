"""Many of the past at once, and the demo city's year."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import CauseAnalysis, Damage, Incident, IncidentTask
from incidents.selectors.way import facts_of, lacking
from incidents.services.importing import PastIncident, enter_past
from incidents.states import Stage
from tests.accounts.factories import OrganisationFactory, person
from tests.alarms.intake.senders import make_site
from tests.alarms.routing.town import SYSTEM, Town
from tests.incidents.conftest import DAY, kind
from tests.personas import City
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.board.demo import happenings
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.places.models import Site
from trygghetscentral.shared.errors import Invalid


def past(town: Town, cia: User, now: dt.datetime, **fields: object) -> PastIncident:
    given: dict[str, object] = {
        "kind": kind("BR-03"),
        "title": "Ruta",
        "description": "Krossad.",
        "occurred_from": now - 90 * DAY,
        "site": town.school,
        "by": cia,
        "stage": Stage.CLOSED,
        "severity": 3,
        "urgency": 3,
        "cost": 5000,
        "flags": ("damaged",),
        "task": "Byt",
        "cause": "external",
        "closing": "Bytt.",
    }
    return PastIncident(**{**given, **fields})  # type: ignore[arg-type]


def test_they_are_entered_whole_in_order_and_for_the_same_cost(
    town: Town, cia: User, now: dt.datetime
) -> None:
    def enter(count: int) -> int:
        rows = [past(town, cia, now, occurred_from=now - n * DAY) for n in range(1, count + 1)]
        with CaptureQueriesContext(connection) as asked:
            enter_past(actor=SYSTEM, now=now, rows=rows)
        return len(asked)

    enter(1)
    assert enter(2) == enter(40)
    assert Incident.objects.count() == Damage.objects.count() == CauseAnalysis.objects.count() == 43
    assert IncidentTask.objects.filter(done_at__isnull=True).count() == 0
    assert LedgerRow.objects.filter(name="incident.registered").count() == 43
    closed = Incident.objects.first()
    assert closed is not None
    assert lacking(facts_of(closed)) == []


def test_one_that_needs_a_group_and_has_none_stops_them_all(
    town: Town, cia: User, group: NeedToKnowGroup, now: dt.datetime
) -> None:
    fine = past(town, cia, now)
    wrong = past(town, cia, now, kind=kind("OT-01"))
    with pytest.raises(Invalid):
        enter_past(actor=SYSTEM, now=now, rows=[fine, wrong])
    assert not Incident.objects.exists()
    kept = past(town, cia, now, kind=kind("OT-01"), restricted_group_id=group.pk)
    [made] = enter_past(actor=SYSTEM, now=now, rows=[kept])
    assert made.audiences == [f"group:{group.pk}"]


def test_the_demo_city_has_a_year_with_seasons_and_repeats_and_two_that_few_know(
    city: City, tib: User, now: dt.datetime
) -> None:
    schools = OrganisationFactory.create(slug="grundskolenamnden", parent=city.root)
    leisure = OrganisationFactory.create(slug="fritidsnamnden", parent=city.root)
    sam = person("SEC_COORD", schools, username="samordnare", signature="SAM 1")
    person("SEC_COORD", leisure, username="samordnare2", signature="SAM 2")
    for slug in ("skolan-kastanjen", "skolan-vast", "skolan-lonnen"):
        make_site(schools, slug)
    for index, sort in enumerate(("sport", "depot", "office", "library", "parking", "technical")):
        site = make_site(leisure, f"plats-{index}")
        Site.objects.filter(pk=site.pk).update(kind=sort)
    assert happenings.load(actor=SYSTEM, now=now) == 602
    months = set(Incident.objects.values_list("occurred_from__month", flat=True))
    assert months == set(range(1, 13))
    falls = Incident.objects.filter(title="Fall på halt underlag")
    in_winter = falls.filter(occurred_from__month__in=happenings.WINTER)
    assert in_winter.count() > falls.count() / 2
    often = Incident.objects.filter(site__slug="skolan-kastanjen").count()
    assert often > 2 * Incident.objects.filter(site__slug="skolan-vast").count()
    seen = [Incident.objects.visible_to(user).filter(kind__restricted=True) for user in (tib, sam)]
    assert [found.count() for found in seen] == [0, 2]
