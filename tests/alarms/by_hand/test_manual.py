"""N: an alarm by hand, and the warning when the place already has one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from alarms.by_hand import MANUAL_TYPES
from alarms.kinds import DEFAULT_PRIORITY
from alarms.models import Alarm, AlarmCall, AlarmType, Desk, Installation
from alarms.selectors.by_hand import open_at_place
from alarms.selectors.calls import hand_part
from alarms.selectors.details import visible_alarms
from alarms.selectors.rows import row_of
from alarms.services.by_hand import Report, raise_by_hand
from alarms.services.desk import close_alarm
from tests.accounts.factories import person
from tests.ledger.support import in_threads
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Invalid
from trygghetscentral.shared.models import NumberSeries

ClientOf = Callable[[User], Client]
CALLER = ("Ada Märkt", "070-999 88 77")


@pytest.fixture
def put_up(by_alma: Actor, alma: User, site: Site, now: dt.datetime) -> Callable[..., Alarm]:
    """`put_up(type_code="AL-BRK")` puts an alarm on the board, at the school unless told."""

    def raise_it(*, take: bool = False, actor: Actor = by_alma, **fields: Any) -> Alarm:
        given = {"public_id": uuid4(), "type_code": "AL-TEL", "site": site, **fields}
        report = Report(audiences=alma.audiences(), **given)
        return raise_by_hand(actor=actor, now=now, report=report, take=take)

    return raise_it


def filled(site: Site | None, **fields: str) -> dict[str, str]:
    """The form as a browser sends it."""
    return {
        "form_id": str(uuid4()),
        "type": "AL-BRK",
        "site": site.slug if site else "",
        "text": "Bråk i matsalen",
        "caller": CALLER[0],
        "phone": CALLER[1],
        "how": "queue",
        **fields,
    }


def test_it_stands_on_the_board_as_a_new_alarm_with_its_clock(
    put_up: Callable[..., Alarm], site: Site, alma: User, now: dt.datetime
) -> None:
    alarm = put_up(type_code="AL-BRK", text="Bråk i matsalen", caller=CALLER[0], phone=CALLER[1])
    row = row_of(visible_alarms(alma).get(pk=alarm.pk))
    assert (row.kind_label, row.site_name, row.text) == ("Bråklarm", site.name, "Bråk i matsalen")
    assert (row.state, row.owner_id, row.priority) == ("new", None, 2)
    assert alarm.target_at == now + dt.timedelta(seconds=60)
    assert alarm.number.startswith("L-2026-")
    assert alarm.controller_id == site.controller_id
    assert alarm.signal_count == 0
    (call,) = AlarmCall.objects.all()
    assert (call.name, call.phone, call.channel, call.direction, call.whom) == (
        *CALLER,
        "phone",
        "in",
        "caller",
    )
    names = LedgerRow.objects.filter(subject_id=str(alarm.pk)).values_list("name", flat=True)
    assert list(names.order_by("seq")) == ["alarm.raised", "alarm.called"]


def test_the_caller_is_in_no_row_and_no_ledger(
    put_up: Callable[..., Alarm], alma: User, now: dt.datetime
) -> None:
    alarm = put_up(caller=CALLER[0], phone=CALLER[1])
    ledger = json.dumps(list(LedgerPayload.objects.values_list("body", flat=True)))
    row = str(row_of(visible_alarms(alma).get(pk=alarm.pk)))
    assert not [mark for mark in CALLER if mark in ledger + row]


def test_taking_it_at_once_is_one_act(
    put_up: Callable[..., Alarm], alma: User, now: dt.datetime
) -> None:
    alarm = put_up(take=True)
    alarm.refresh_from_db()
    assert (alarm.owner, alarm.state, alarm.target_met_at) == (alma, "acknowledged", now)


def test_every_type_has_its_row_and_a_bråklarm_is_no_överfallslarm(
    put_up: Callable[..., Alarm],
) -> None:
    codes = [kind.code for kind in MANUAL_TYPES]
    assert set(codes) <= set(DEFAULT_PRIORITY)
    assert not {"AL-TST", "AL-SAB", "AL-OKD"} & set(codes)
    found = {code: put_up(type_code=code, seen=everything()) for code in codes}
    for code, alarm in found.items():
        assert alarm.type == AlarmType.objects.get(code=code)
    assert found["AL-BRK"].category == found["AL-OVF"].category == "holdup"
    assert found["AL-BRK"].priority > found["AL-OVF"].priority


def everything() -> frozenset[UUID]:
    """As if the person had been shown every open alarm."""
    return frozenset(Alarm.objects.values_list("public_id", flat=True))


def test_a_felanmälan_goes_to_its_own_desk_while_that_is_in_use(
    put_up: Callable[..., Alarm], deliver_all: Callable[..., int]
) -> None:
    alarm = put_up(type_code="AL-FEL")
    assert alarm.desk == Desk.objects.get(code="felanmalan")
    Desk.objects.filter(code="felanmalan").update(active=False)
    other = put_up(type_code="AL-FEL", seen=everything())
    assert other.desk is None
    deliver_all()
    other.refresh_from_db()
    assert other.desk is not None


def test_a_fire_by_telephone_is_ours_to_alarm(put_up: Callable[..., Alarm], alma: User) -> None:
    alarm = put_up(type_code="AL-BRM", take=True)
    shown = visible_alarms(alma).get(pk=alarm.pk)
    assert hand_part(shown, user=alma, hidden=False).awaits_rescue
    assert row_of(shown).rescue == "vi larmar"


def test_a_trygghetslarm_says_where_and_what_in_the_protected_row_only(
    put_up: Callable[..., Alarm], alma: User, city: City
) -> None:
    alarm = put_up(type_code="AL-TRY", site=None, address="Hemliga gatan 5", text="har ramlat")
    assert (alarm.text, alarm.area_label) == ("", "")
    call = AlarmCall.objects.get()
    assert (call.place, call.note) == ("Hemliga gatan 5", "har ramlat")
    found = open_at_place(alma.audiences(), site_id=None, address="Hemliga gatan 5")
    assert not found.exists()


def test_without_an_object_the_centre_answers_for_it(
    put_up: Callable[..., Alarm], city: City, alma: User
) -> None:
    alarm = put_up(site=None, address="Påhittade gatan 1")
    assert alarm.controller == city.root
    row = row_of(visible_alarms(alma).get(pk=alarm.pk))
    assert (row.site_name, row.place_line) == ("", "Påhittade gatan 1")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"type_code": "AL-ZZZ"}, "Välj vad"),
        ({"type_code": "AL-TST"}, "Välj vad"),
        ({"site": None}, "saknas en plats"),
        ({"text": "x" * 10_000}, "för lång"),
        ({"caller": "x" * 10_000}, "för lång"),
        ({"site": None, "address": "x" * 81}, "för lång"),
    ],
)
def test_what_cannot_be_put_up_is_refused_and_takes_no_number(
    put_up: Callable[..., Alarm], fields: dict[str, Any], why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        put_up(**fields)
    assert not Alarm.objects.exists()
    assert not NumberSeries.objects.exclude(last=0).exists()


def test_a_closed_object_is_refused(
    put_up: Callable[..., Alarm], site: Site, now: dt.datetime
) -> None:
    site.closed_at = now
    with pytest.raises(Invalid, match="avslutat"):
        put_up()


def test_a_place_with_an_open_alarm_must_have_been_shown(
    put_up: Callable[..., Alarm], by_alma: Actor, now: dt.datetime
) -> None:
    first = put_up()
    with pytest.raises(Conflict, match=first.number) as told:
        put_up()
    assert told.value.code == "place_has_open"
    second = put_up(seen=frozenset({first.public_id}))
    assert second.number != first.number
    address = {"site": None, "address": "Gatan 9"}
    third = put_up(**address)
    with pytest.raises(Conflict, match=third.number):
        put_up(site=None, address=" gatan 9 ")
    for alarm in (first, second):
        alarm.refresh_from_db()
        put = {"actor": by_alma, "now": now, "public_id": alarm.public_id}
        Alarm.objects.filter(pk=alarm.pk).update(owner=by_alma.user_id, state="acknowledged")
        Alarm.objects.filter(pk=alarm.pk).update(unanswered=False)
        close_alarm(**put, code="unknown_cause")  # type: ignore[arg-type]
    assert put_up().state == "new"


def test_a_place_with_more_open_alarms_than_are_shown_can_have_another(
    put_up: Callable[..., Alarm], site: Site, alma: User
) -> None:
    seen: set[UUID] = set()
    for _ in range(12):
        put_up(seen=frozenset(seen))
        there = open_at_place(alma.audiences(), site_id=site.pk, address="")[:10]
        seen = {alarm.public_id for alarm in there}
    with pytest.raises(Conflict):
        put_up(seen=frozenset(list(seen)[1:]))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_put_up_the_same_at_once_the_second_is_told_of_the_first(
    put_up: Callable[..., Alarm], by_bo: Actor
) -> None:
    refused: list[str] = []

    def go(**fields: Any) -> None:
        try:
            put_up(**fields)
        except Conflict as error:
            refused.append(error.code)

    in_threads(go, lambda: go(actor=by_bo))
    assert refused == ["place_has_open"]
    (alarm,) = Alarm.objects.all()
    assert NumberSeries.objects.get(series="L").last == int(alarm.number[-6:])


def test_the_form_sent_twice_is_one_alarm(site: Site, alma: User, client_of: ClientOf) -> None:
    browser, sent = client_of(alma), filled(site)
    first, again = (browser.post("/larm/nytt/", sent) for _ in range(2))
    alarm = Alarm.objects.get()
    assert first.status_code == 302
    # Without scripts the page asks again, since the place has an open alarm now: its own.
    assert again.status_code in {302, 400}
    again = browser.post("/larm/nytt/", {**sent, "attach": "new", "seen": str(alarm.public_id)})
    assert again["Location"] == f"/larm/{alarm.public_id}/"
    assert Alarm.objects.count() == 1


def test_the_page_warns_before_and_records_the_call_on_the_open_one_instead(
    site: Site, alma: User, put_up: Callable[..., Alarm], client_of: ClientOf
) -> None:
    alarm = put_up()
    browser, sent = client_of(alma), filled(site)
    shown = browser.post("/larm/nytt/oppna/", {"site": site.slug}).content.decode()
    assert alarm.number in shown
    asked = browser.post("/larm/nytt/", sent)
    assert asked.status_code == 400
    assert "Bråk i matsalen" in asked.content.decode()
    assert CALLER[0] in asked.content.decode()
    assert Alarm.objects.count() == 1
    done = browser.post("/larm/nytt/", {**sent, "attach": str(alarm.public_id)})
    assert done["Location"] == f"/larm/{alarm.public_id}/"
    assert Alarm.objects.count() == 1
    call = AlarmCall.objects.latest("pk")
    assert (call.alarm, call.name, call.note) == (alarm, CALLER[0], "Bråk i matsalen")


def test_the_dialog_is_told_what_to_open(site: Site, alma: User, client_of: ClientOf) -> None:
    answer = client_of(alma).post("/larm/nytt/", filled(site), headers={"HX-Request": "true"})
    alarm = Alarm.objects.get()
    told = json.loads(answer["HX-Trigger"])["manual-done"]
    assert told == {"key": f"alarm:{alarm.public_id}", "url": f"/larm/{alarm.public_id}/"}
    refused = client_of(alma).post("/larm/nytt/", filled(None), headers={"HX-Request": "true"})
    assert refused.status_code == 200
    assert "saknas en plats" in refused.content.decode()


def test_places_are_found_while_they_are_typed_and_only_own_ones(
    site: Site, alma: User, cia: User, city: City, client_of: ClientOf
) -> None:
    found = client_of(alma).post("/larm/nytt/platser/", {"q": "skol"}).content.decode()
    assert site.slug in found
    for text in ("s", "", "%", "zzzz", "x" * 10_000, "<script>"):
        answer = client_of(alma).post("/larm/nytt/platser/", {"q": text})
        assert answer.status_code == 200
        assert site.slug not in answer.content.decode()
        assert "<script>" not in answer.content.decode()
    assert client_of(cia).post("/larm/nytt/platser/", {"q": "skol"}).status_code == 403
    other = person("OPERATOR", city.service, username="otto", name="Otto", signature="OP 9")
    assert (
        site.slug not in client_of(other).post("/larm/nytt/platser/", {"q": "sk"}).content.decode()
    )


def test_an_operator_of_another_namnd_reaches_neither_place_nor_alarm(
    site: Site, city: City, put_up: Callable[..., Alarm], client_of: ClientOf
) -> None:
    other = person("OPERATOR", city.service, username="otto", name="Otto", signature="OP 9")
    browser, alarm = client_of(other), put_up()
    refused = browser.post("/larm/nytt/", filled(site))
    assert refused.status_code == 400
    assert "finns inte" in refused.content.decode()
    assert browser.post("/larm/nytt/", filled(None, address="Gatan")).status_code == 403
    assert (
        alarm.number not in browser.post("/larm/nytt/oppna/", {"site": site.slug}).content.decode()
    )
    for act in ("samtal", "utskick", "utskick/1", "raddningstjanst", "kodord"):
        assert browser.post(f"/larm/{alarm.public_id}/{act}/").status_code == 404
    attach = browser.post("/larm/nytt/", filled(site, attach=str(alarm.public_id)))
    assert attach.status_code == 400
    assert AlarmCall.objects.count() == 1


@pytest.mark.parametrize(
    "garbage",
    [
        {"form_id": "nej"},
        {"type": "'; DROP"},
        {"site": "../../etc"},
        {"city_area": "nowhere"},
        {"text": "x" * 10_000},
        {"phone": "\x00" * 50},
        {"seen": "nej", "site": "finns-inte"},
    ],
)
def test_garbage_is_told_and_puts_nothing_up(
    site: Site, alma: User, client_of: ClientOf, garbage: dict[str, str]
) -> None:
    answer = client_of(alma).post("/larm/nytt/", {**filled(site), **garbage})
    assert answer.status_code == 400
    assert not Alarm.objects.exists()


def test_markup_is_shown_as_it_was_written(
    site: Site, alma: User, installation: Installation, client_of: ClientOf
) -> None:
    text = "<img src=x onerror=alert(1)>"
    browser = client_of(alma)
    browser.post("/larm/nytt/", filled(site, text=text, caller=text, how="take"))
    alarm = Alarm.objects.get()
    url = f"/larm/{alarm.public_id}/"
    browser.post(f"{url}samtal/", {"whom": "police", "note": text, "name": text})
    browser.post(f"{url}avsluta/", {"code": "real", "said_by": text, "said": text})
    for page in (url, "/larm/"):
        shown = browser.get(page).content.decode()
        assert "<img src=x" not in shown
    assert browser.get(url).content.decode().count("&lt;img src=x") >= 4


def test_the_views_act_and_answer_with_the_alarm(
    site: Site, alma: User, put_up: Callable[..., Alarm], client_of: ClientOf
) -> None:
    alarm = put_up(type_code="AL-BRM", take=True)
    browser, url = client_of(alma), f"/larm/{alarm.public_id}/"
    posts: list[tuple[str, dict[str, str], int]] = [
        ("samtal/", {"whom": "police", "result": "answered"}, 302),
        ("samtal/", {"whom": "police", "contact": "9" * 30}, 302),
        ("samtal/", {"whom": "<b>"}, 400),
        ("raddningstjanst/", {}, 302),
        ("utskick/", {"whom": "guard", "name": "Bolaget"}, 302),
        ("utskick/", {"whom": "caller"}, 400),
        ("kodord/", {"not_given": "1"}, 302),
        ("kodord/", {"said_word": " "}, 400),
        ("utskick/999999/", {"step": "done"}, 400),
    ]
    for path, data, status in posts:
        assert browser.post(url + path, data).status_code == status, path
    sent = AlarmCall.objects.get(whom="guard")
    answer = browser.post(
        f"{url}utskick/{sent.pk}/", {"step": "arrived"}, headers={"HX-Request": "true"}
    )
    assert "framme" in answer.content.decode()
    assert "Bolaget" in answer.content.decode()


def test_without_scripts_the_place_is_searched_and_what_was_written_stays(
    site: Site, alma: User, client_of: ClientOf
) -> None:
    answer = client_of(alma).post(
        "/larm/nytt/", filled(None, q="skolan", search="1", text="Det luktar rök")
    )
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert site.slug in shown
    assert "Det luktar rök" in shown
    assert CALLER[0] in shown
