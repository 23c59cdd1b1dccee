"""Where incidents come from: a person, an alarm, an employee."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from alarms.models import Alarm
from incidents.models import Incident, IncidentAlarm, IncidentReport, Origin
from incidents.selectors.duplicates import may_be_same
from incidents.services import alarm_links, registering
from incidents.services.registering import ReportData
from incidents.states import Stage
from tests.alarms.routing.town import MALMO, Town
from tests.incidents.conftest import DAY, HOUR, Make
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.places import geometry
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing

SUMMER = dt.datetime(2025, 7, 6, 22, 30, tzinfo=dt.UTC)


def test_local_weekday_and_hour_are_made_by_the_database(make: Make) -> None:
    incident = make(occurred_from=SUMMER)
    incident.refresh_from_db()
    # 00.30 on Monday in Malmö, while it is Sunday in UTC.
    assert (incident.occurred_weekday, incident.occurred_hour) == (1, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"occurred_from": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)},
        {"occurred_from": dt.datetime(1, 1, 1, tzinfo=dt.UTC)},
        {"occurred_until": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"title": " \x00 "},
        {"description": "ä" * 8001},
        {"place": "x" * 161},
        {"position": Position(0.0, 0.0)},
        {"kind": "VA-04"},
    ],
)
def test_what_can_not_be_so_is_refused_and_nothing_is_kept(
    make: Make, fields: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        make(**fields)
    assert not Incident.objects.exists()


def test_strange_letters_come_through_and_none_reach_the_ledger(make: Make) -> None:
    incident = make(title="<script>å ä ö</script>", description="Ängens\x00 förskola")
    incident.refresh_from_db()
    assert (incident.title, incident.description) == ("<script>å ä ö</script>", "Ängens förskola")
    assert not [row for row in LedgerPayload.objects.all() if "Ängens" in str(row.body)]


def test_an_alarm_becomes_one_incident_and_the_second_goes_to_it(
    alarm: Alarm, town: Town, alma: User, bo: User, now: dt.datetime
) -> None:
    incident, made = registering.from_alarm(
        actor=actor_for(alma), now=now, public_id=alarm.public_id
    )
    assert made
    assert (incident.site, incident.controller, incident.position) == (
        town.school,
        town.schools,
        MALMO,
    )
    assert (incident.occurred_from, incident.origin) == (alarm.received_at, Origin.ALARM)
    assert (incident.kind.code, incident.stage) == ("BR-01", Stage.REPORTED)
    again = registering.from_alarm(actor=actor_for(bo), now=now, public_id=alarm.public_id)
    assert again == (incident, False)
    assert IncidentAlarm.objects.count() == 1


def test_where_a_trygghetslarm_is_stays_out_of_the_incident(
    alarm: Alarm, alma: User, now: dt.datetime
) -> None:
    Alarm.objects.update(category="medical", text="Fru Ek har ramlat", area_label="lgh 1103")
    incident, _made = registering.from_alarm(
        actor=actor_for(alma), now=now, public_id=alarm.public_id
    )
    assert (incident.site, incident.position, incident.place) == (None, None, "")
    assert "Ek" not in incident.title + incident.description
    assert "Ängen" not in incident.title


def test_an_alarm_that_is_hidden_becomes_nothing(
    alarm: Alarm, tor: User, eva: User, now: dt.datetime
) -> None:
    for stranger in (tor, eva):
        with pytest.raises(Missing):
            registering.from_alarm(actor=actor_for(stranger), now=now, public_id=alarm.public_id)


def test_alarms_are_attached_and_split_off_with_who_when_and_why(
    make: Make, town: Town, alarm: Alarm, by_cia: Actor, cia: User, tor: User, now: dt.datetime
) -> None:
    incident, other = make(), make()
    link = alarm_links.attach_alarm(
        actor=by_cia,
        now=now,
        public_id=incident.public_id,
        number=f" {alarm.number.lower()} ",
        reason="Samma fönster",
    )
    with pytest.raises(Conflict):
        alarm_links.attach_alarm(
            actor=by_cia, now=now, public_id=other.public_id, number=alarm.number
        )
    for unreal in ("L-1", "9" * 200, "\x00"):
        with pytest.raises(Missing):
            alarm_links.attach_alarm(
                actor=by_cia, now=now, public_id=incident.public_id, number=unreal
            )
    with pytest.raises(Invalid):
        alarm_links.split_alarm(
            actor=by_cia, now=now, public_id=incident.public_id, link_id=link.pk, reason=" "
        )
    with pytest.raises(Missing):
        alarm_links.split_alarm(
            actor=by_cia, now=now, public_id=other.public_id, link_id=link.pk, reason="x"
        )
    alarm_links.split_alarm(
        actor=by_cia, now=now, public_id=incident.public_id, link_id=link.pk, reason="Annat hus"
    )
    alarm_links.attach_alarm(actor=by_cia, now=now, public_id=other.public_id, number=alarm.number)
    link.refresh_from_db()
    assert (link.split_by, link.split_at, link.split_reason) == (cia, now, "Annat hus")
    told = LedgerRow.objects.filter(name__startswith="incident.alarm_").order_by("seq")
    assert [row.name for row in told] == [
        "incident.alarm_attached",
        "incident.alarm_split",
        "incident.alarm_attached",
    ]


def test_near_in_place_and_time_and_of_one_group_may_be_the_same(
    make: Make, town: Town, cia: User, tor: User, now: dt.datetime
) -> None:
    first = make(kind="BR-01")
    near = geometry.moved(MALMO, east_m=150)
    far = geometry.moved(MALMO, east_m=260)
    same_site = make(kind="BR-04", occurred_from=first.occurred_from - 23 * HOUR)
    close_by = make(kind="BR-02", site=None, position=near)
    make(kind="BR-02", site=None, position=far)
    make(kind="VA-01")
    make(kind="BR-01", occurred_from=first.occurred_from - DAY - HOUR)
    make(
        by=actor_for(tor),
        kind="BR-01",
        site=None,
        position=near,
        controller_id=town.streets.pk,
    )
    assert may_be_same(first, cia) == [close_by, same_site]
    assert may_be_same(make(site=None), cia) == []


def reported(town: Town, now: dt.datetime, **fields: Any) -> ReportData:
    return ReportData(
        **{
            "public_id": uuid.uuid4(),
            "what": "theft",
            "text": "Cykeln är borta.",
            "occurred_from": now - HOUR,
            "site": town.school,
            **fields,
        }
    )


def test_a_report_is_kept_as_it_was_sent_and_one_sent_twice_is_one(
    town: Town, eva: User, now: dt.datetime
) -> None:
    data = reported(town, now, hurt=True, cost=4500)
    incident = registering.report(actor=actor_for(eva), now=now, data=data)
    with pytest.raises(Conflict) as refused:
        registering.report(actor=actor_for(eva), now=now, data=data)
    assert refused.value.code == "already_reported"
    kept = IncidentReport.objects.get()
    assert (kept.incident, kept.text, kept.hurt, kept.cost, kept.by) == (
        incident,
        "Cykeln är borta.",
        True,
        4500,
        eva,
    )
    assert (incident.controller, incident.origin, incident.stage) == (
        town.schools,
        Origin.EMPLOYEE,
        Stage.REPORTED,
    )
    assert (incident.injured, incident.damaged) == (True, True)


def test_without_a_site_it_is_for_the_reporters_own_controller(
    city: City, town: Town, eva: User, now: dt.datetime
) -> None:
    eva.home_organisation = city.service_department
    eva.save(update_fields=("home_organisation",))
    incident = registering.report(
        actor=actor_for(eva), now=now, data=reported(town, now, site=None, place="Bussen")
    )
    assert (incident.controller, incident.place) == (city.service, "Bussen")


@pytest.mark.parametrize(
    "fields",
    [{"text": "\x00 "}, {"what": "whistle"}, {"cost": -1}, {"cost": 10**18}, {"text": "x" * 8001}],
)
def test_an_empty_or_unreasonable_report_is_refused(
    town: Town, eva: User, now: dt.datetime, fields: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        registering.report(actor=actor_for(eva), now=now, data=reported(town, now, **fields))
    assert not Incident.objects.exists()


def test_somebody_without_the_task_reports_nothing(town: Town, dan: User, now: dt.datetime) -> None:
    with pytest.raises(Forbidden):
        registering.report(actor=actor_for(dan), now=now, data=reported(town, now))
