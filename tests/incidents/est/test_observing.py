"""Observations: what is refused, who sees them when, and who has reported."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from incidents.est_states import OBSERVATION_TABLE, ObservationState, refuse_observation_move
from incidents.models import EstNothing, EstObservation
from incidents.selectors.est.overview import week_page
from incidents.selectors.est.weeks import Week, coverage_of
from incidents.services.est import observing
from incidents.services.est.anonymising import anonymise, to_anonymise
from tests.alarms.routing.town import Town
from tests.incidents.est.conftest import Observe
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import DisposalDecision, LedgerPayload, LedgerRow
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing


def sees(user: User) -> int:
    return EstObservation.objects.visible_to(User.objects.get(pk=user.pk)).count()


def test_nobody_else_reads_it_before_its_namnd_has_let_it_go(
    observe: Observe, cia: User, tor: User, bea: User, alma: User, now: dt.datetime
) -> None:
    row = observe()
    assert [sees(user) for user in (cia, tor, bea, alma)] == [1, 0, 0, 0]
    with pytest.raises(Missing):
        observing.release(actor=actor_for(tor), now=now, public_ids=[row.public_id])
    observing.release(actor=actor_for(cia), now=now, public_ids=[row.public_id])
    assert [sees(user) for user in (cia, tor, bea, alma)] == [1, 1, 1, 0]
    with pytest.raises(Forbidden):
        observing.withdraw(actor=actor_for(tor), now=now, public_id=row.public_id)
    observing.withdraw(actor=actor_for(cia), now=now, public_id=row.public_id)
    assert [sees(user) for user in (cia, tor, bea)] == [1, 0, 0]


def test_what_may_be_secret_is_seen_by_those_who_compile_and_no_other_namnd(
    observe: Observe, tor: User, bea: User
) -> None:
    observe(released=True, ground="OSL18_8")
    assert [sees(user) for user in (tor, bea)] == [0, 1]


def test_a_namnd_cannot_write_for_another(
    observe: Observe, town: Town, tor: User, eva: User
) -> None:
    with pytest.raises(Forbidden):
        observe(by=tor, at=town.schools)
    with pytest.raises(Forbidden):
        observe(by=eva)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": "Ring 070-123 45 67"}, "est_blocked"),
        ({"action": "Bilen ABC 123 bortforslad"}, "est_blocked"),
        ({"site": None, "place": "Storgatan 12"}, "est_blocked"),
        ({"text": "Åsa Öberg stör"}, "est_names"),
        ({"text": "  "}, "est_empty"),
        ({"site": None}, "est_nowhere"),
        ({"week": Week(2026, 5)}, "est_week_shut"),
        ({"week": Week(2026, 13)}, "est_week_shut"),
    ],
)
def test_it_is_refused(observe: Observe, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        observe(**fields)
    assert refused.value.code == code
    assert not EstObservation.objects.exists()
    assert not LedgerRow.objects.filter(name__startswith="est.").exists()


def test_names_that_are_none_are_answered_for(observe: Observe) -> None:
    assert observe(text="Vi såg Linnea blomma", names_answered=True).names_answered
    assert not observe(text="Skräp", names_answered=True).names_answered


def test_the_ledger_says_nothing_of_what_was_written(observe: Observe) -> None:
    observe(text="Glaskross vid rutschkanan", released=True)
    said = "".join(str(body) for body in LedgerPayload.objects.values_list("body", flat=True))
    assert "est.observed" in LedgerRow.objects.values_list("name", flat=True)
    assert "Glaskross" not in said


@pytest.mark.parametrize("source", ObservationState)
@pytest.mark.parametrize("target", ObservationState)
def test_the_table_of_states_holds_both_ways(source: str, target: ObservationState) -> None:
    if (source, target) in OBSERVATION_TABLE:
        refuse_observation_move(source, target)
    else:
        with pytest.raises(Conflict):
            refuse_observation_move(source, target)


def test_only_a_new_one_is_written_anew(observe: Observe, cia: User, now: dt.datetime) -> None:
    row = observe()
    data = observing.ObservationData(
        kind="unsafe", week=Week(row.year, row.week), text="Trasig lampa.", site=row.site
    )
    args: dict[str, Any] = {"actor": actor_for(cia), "now": now, "public_id": row.public_id}
    assert observing.change(**args, data=data).kind == "unsafe"
    observing.release(actor=actor_for(cia), now=now, public_ids=[row.public_id])
    with pytest.raises(Conflict):
        observing.change(**args, data=data)


def test_nothing_is_a_report_too(
    observe: Observe, town: Town, cia: User, tor: User, week: Week, now: dt.datetime
) -> None:
    assert len(coverage_of(week).reported) == 0
    reminded = {organisation for organisation, _week in week_page(tor, now)["remind"]}
    assert town.streets in reminded
    args: dict[str, Any] = {"actor": actor_for(tor), "now": now, "week": week}
    for _twice in range(2):
        observing.nothing(**args, organisation_id=town.streets.pk)
    assert EstNothing.objects.count() == 1
    assert week_page(tor, now)["remind"] == []
    observe()
    # Written and not yet released: the nämnd is not reminded, and has not reported.
    assert week_page(cia, now)["remind"] == []
    assert coverage_of(week).reported == [town.streets]
    with pytest.raises(Conflict):
        observing.nothing(actor=actor_for(cia), now=now, week=week, organisation_id=town.schools.pk)


def test_it_is_anonymised_by_decision_when_its_time_is_over(
    observe: Observe, cia: User, bea: User, now: dt.datetime
) -> None:
    row = observe(released=True)
    later = now.replace(year=now.year + 3)
    assert not to_anonymise(now.replace(year=now.year + 2)).exists()
    assert to_anonymise(later).count() == 1
    decision = DisposalDecision.objects.create(
        number="G-1", decided_at=later + dt.timedelta(days=1), registered_by="ARK 1"
    )
    with pytest.raises(Invalid):
        anonymise(actor=actor_for(bea), now=later, decision=decision)
    decision.decided_at = later
    with pytest.raises(Forbidden):
        anonymise(actor=actor_for(cia), now=later, decision=decision)
    assert anonymise(actor=actor_for(bea), now=later, decision=decision) == 1
    row.refresh_from_db()
    assert (row.text, row.site, row.created_by, row.kind) == ("", None, None, "litter")
    assert anonymise(actor=actor_for(bea), now=later, decision=decision) == 0


def test_the_page_keeps_what_was_written_and_asks_about_names(
    observe: Observe, town: Town, cia: User, week: Week, client_of: Any
) -> None:
    client: Client = client_of(cia)
    given = {
        "organisation": town.schools.pk,
        "kind": "unsafe",
        "week": f"{week.year}-{week.number}",
        "text": "Mörkt. Ring 070-123 45 67",
        "site": town.school.public_id,
    }
    refused = client.post(reverse("est:new"), given)
    assert refused.status_code == 400
    assert "ett telefonnummer" in refused.content.decode()
    assert "Mörkt. Ring" in refused.content.decode()
    given["text"] = "Mörkt där Linnea brukar stå"
    asked = client.post(reverse("est:new"), given)
    assert asked.status_code == 400
    assert "Linnea" in asked.content.decode()
    assert client.post(reverse("est:new"), given | {"names_answered": "on"}).status_code == 302
    assert EstObservation.objects.get().names_answered


def test_release_and_withdraw_through_the_page(
    observe: Observe, cia: User, tor: User, client_of: Any
) -> None:
    row = observe()
    page = client_of(cia).get(reverse("est:week")).content.decode()
    assert row.text in page
    assert row.text not in client_of(tor).get(reverse("est:week")).content.decode()
    here = reverse("est:observation", args=(row.public_id,))
    assert client_of(tor).get(here).status_code == 404
    client_of(tor).post(reverse("est:release"), {"public_id": row.public_id})
    row.refresh_from_db()
    assert row.state == ObservationState.NEW
    client_of(cia).post(reverse("est:release"), {"public_id": [row.public_id, "x"]})
    row.refresh_from_db()
    assert row.state == ObservationState.RELEASED
    assert client_of(tor).get(here).status_code == 200
    client_of(cia).post(reverse("est:withdraw", args=(row.public_id,)))
    assert client_of(tor).get(here).status_code == 404
