"""Calls and dispatches: recorded in order, counted as acts, and nothing of them in the ledger."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from alarms.models import Alarm, AlarmCall
from alarms.selectors.calls import hand_part
from alarms.selectors.history import history_of
from alarms.services.calls import CallData, dispatch, record_call, step_dispatch
from alarms.services.desk import claim_alarm, close_alarm
from tests.ledger.support import in_threads
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.places.models import SiteContact
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing

Raise = Callable[..., Alarm]
MINUTE = dt.timedelta(minutes=1)
MARKS = ("Ada Märkt", "070-999 88 77", "hemlig anteckning")


def test_a_call_out_takes_the_alarm_and_says_that_it_is_being_verified(
    raised: Raise, contact: SiteContact, by_alma: Actor, alma: User, now: dt.datetime
) -> None:
    alarm = raised("BA")
    data = CallData(whom="site_contact", contact_id=contact.pk, result="no_answer")
    call = record_call(actor=by_alma, now=now, public_id=alarm.public_id, call=data)
    alarm.refresh_from_db()
    assert (alarm.owner, alarm.state, alarm.unanswered) == (alma, "verifying", False)
    assert (call.name, call.phone) == ("Rektor Påhittad", "040-12 34 56")
    assert alarm.acts_by is None


def test_a_call_in_takes_nothing(raised: Raise, by_alma: Actor, now: dt.datetime) -> None:
    alarm = raised("BA")
    data = CallData(whom="caller", direction="in")
    record_call(actor=by_alma, now=now, public_id=alarm.public_id, call=data)
    alarm.refresh_from_db()
    assert (alarm.owner, alarm.state) == (None, "new")


def test_a_colleague_may_record_a_call_and_takes_nothing_by_it(
    taken: Raise, by_bo: Actor, alma: User, now: dt.datetime
) -> None:
    alarm = taken("BA")
    data = CallData(whom="police", result="answered")
    record_call(actor=by_bo, now=now, public_id=alarm.public_id, call=data)
    alarm.refresh_from_db()
    assert (alarm.owner, alarm.state) == (alma, "acknowledged")


def test_a_call_never_takes_an_alarm_back_from_action(
    taken: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = taken("BA")
    dispatch(actor=by_alma, now=now, public_id=alarm.public_id, whom="guard")
    record_call(
        actor=by_alma, now=now, public_id=alarm.public_id, call=CallData(whom="site_contact")
    )
    alarm.refresh_from_db()
    assert alarm.state == "in_progress"


def test_a_dispatch_goes_step_by_step_and_each_step_once(
    taken: Raise, by_alma: Actor, by_bo: Actor, now: dt.datetime
) -> None:
    alarm = taken("BA")
    key = alarm.public_id
    sent = dispatch(actor=by_alma, now=now, public_id=key, whom="guard", name="Bolaget")
    for minutes, step in ((1, "on_the_way"), (2, "arrived"), (3, "arrived"), (4, "done")):
        step_dispatch(
            actor=by_bo, now=now + minutes * MINUTE, public_id=key, call_id=sent.pk, step=step
        )
    sent.refresh_from_db()
    times = (sent.at, sent.on_the_way_at, sent.arrived_at, sent.done_at)
    assert times == (now, now + MINUTE, now + 2 * MINUTE, now + 4 * MINUTE)
    with pytest.raises(Conflict):
        step_dispatch(actor=by_bo, now=now, public_id=key, call_id=sent.pk, step="declined")
    steps = [body["step"] for body in bodies("alarm.dispatched")]
    assert steps == ["alarmed", "on_the_way", "arrived", "done"]


def test_the_same_unit_is_sent_once_and_another_beside_it(
    taken: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = taken("BA")
    first, again, other = (
        dispatch(actor=by_alma, now=now, public_id=alarm.public_id, whom="guard", name=name)
        for name in ("Bolaget", "Bolaget", "Andra bolaget")
    )
    assert first.pk == again.pk != other.pk
    assert len(bodies("alarm.dispatched")) == 2


def test_only_the_owner_sends_anybody(taken: Raise, by_bo: Actor, now: dt.datetime) -> None:
    alarm = taken("BA")
    with pytest.raises(Conflict, match="taget av OP 1"):
        dispatch(actor=by_bo, now=now, public_id=alarm.public_id, whom="guard")
    assert not AlarmCall.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_at_once_one_owns_it_and_the_other_is_told(
    raised: Raise, by_alma: Actor, by_bo: Actor, now: dt.datetime
) -> None:
    alarm = raised("BA")
    refused: list[Conflict] = []

    def send(actor: Actor) -> None:
        try:
            dispatch(actor=actor, now=now, public_id=alarm.public_id, whom="guard")
        except Conflict as error:
            refused.append(error)

    in_threads(lambda: send(by_alma), lambda: send(by_bo))
    assert AlarmCall.objects.count() == 1
    assert [error.code for error in refused] == ["taken"]


def bodies(name: str) -> list[dict[str, str]]:
    """The payloads of one name, in order."""
    seqs = LedgerRow.objects.filter(name=name).order_by("seq").values_list("seq", flat=True)
    found = dict(LedgerPayload.objects.values_list("seq", "body"))
    return [body for seq in seqs if (body := found[seq])]


def test_name_number_and_words_are_nowhere_in_clear(
    taken: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = taken("BA")
    name, phone, note = MARKS
    data = CallData(whom="caller", direction="in", name=name, phone=phone, note=note)
    record_call(actor=by_alma, now=now, public_id=alarm.public_id, call=data)
    ledger = json.dumps(list(LedgerPayload.objects.values_list("body", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM alarms_alarmcall AS c")
        stored = str(cursor.fetchall())
        cursor.execute("SELECT a::text FROM alarms_alarm AS a")
        stored += str(cursor.fetchall())
    assert not [mark for mark in MARKS if mark in ledger or mark in stored]
    assert AlarmCall.objects.get().note == note


def test_who_reads_but_does_not_handle_sees_roles_and_results_only(
    taken: Raise, by_alma: Actor, alma: User, dan: User, now: dt.datetime
) -> None:
    alarm = taken("BA")
    name, phone, note = MARKS
    data = CallData(whom="police", name=name, phone=phone, note=note)
    record_call(actor=by_alma, now=now, public_id=alarm.public_id, call=data)
    (full,) = hand_part(alarm, user=alma, hidden=False).lines
    (thin,) = hand_part(alarm, user=dan, hidden=False).lines
    assert (full.name, full.phone, full.note) == MARKS
    assert (thin.name, thin.phone, thin.note) == ("", "", "")
    assert thin.what == full.what == "Utgående, telefon: Polisen"
    assert not hand_part(alarm, user=alma, hidden=True).lines


def test_the_log_tells_them_in_order(taken: Raise, by_alma: Actor, now: dt.datetime) -> None:
    alarm = taken("BA")
    key = alarm.public_id
    record_call(
        actor=by_alma,
        now=now + MINUTE,
        public_id=key,
        call=CallData(whom="site_contact", result="no_answer"),
    )
    dispatch(actor=by_alma, now=now + 2 * MINUTE, public_id=key, whom="guard")
    told = [line.text for line in history_of(alarm)][-2:]
    assert told == ["Samtal: Kontaktperson, utgående, svarade inte", "Utskick: Väktare, larmad"]


@pytest.mark.parametrize(
    "bad",
    [
        {"whom": "nobody"},
        {"whom": "police", "channel": "pigeon"},
        {"whom": "police", "direction": "up"},
        {"whom": "police", "result": ""},
        {"whom": "police", "result": "<script>"},
        {"whom": "police", "note": "x" * 10_000},
        {"whom": "police", "name": "x" * 121},
        {"whom": "police", "contact_id": 10**18},
    ],
)
def test_what_is_not_a_call_is_refused_and_leaves_nothing(
    taken: Raise, by_alma: Actor, now: dt.datetime, bad: dict[str, str]
) -> None:
    alarm = taken("BA")
    with pytest.raises(Invalid):
        record_call(actor=by_alma, now=now, public_id=alarm.public_id, call=CallData(**bad))  # type: ignore[arg-type]
    assert not AlarmCall.objects.exists()


def test_a_contact_of_another_site_is_refused(
    taken: Raise, contact: SiteContact, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = taken("BA")
    Alarm.objects.update(site=None)
    with pytest.raises(Invalid, match="objektskortet"):
        record_call(
            actor=by_alma,
            now=now,
            public_id=alarm.public_id,
            call=CallData(whom="site_contact", contact_id=contact.pk),
        )


def test_nothing_is_recorded_on_a_closed_alarm_or_by_the_system(
    taken: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = taken("BA")
    sent = dispatch(actor=by_alma, now=now, public_id=alarm.public_id, whom="guard")
    with pytest.raises(Forbidden):
        record_call(
            actor=Actor.system("test"),
            now=now,
            public_id=alarm.public_id,
            call=CallData(whom="police"),
        )
    close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code="test")
    acts: tuple[Callable[[], object], ...] = (
        lambda: record_call(
            actor=by_alma, now=now, public_id=alarm.public_id, call=CallData(whom="police")
        ),
        lambda: dispatch(actor=by_alma, now=now, public_id=alarm.public_id, whom="police"),
        lambda: step_dispatch(
            actor=by_alma, now=now, public_id=alarm.public_id, call_id=sent.pk, step="done"
        ),
    )
    for act in acts:
        with pytest.raises(Conflict, match="redan avslutat"):
            act()


def test_a_dispatch_of_another_alarm_is_not_found(
    taken: Raise, raised: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    sent = dispatch(actor=by_alma, now=now, public_id=taken("BA").public_id, whom="guard")
    other = claim_alarm(actor=by_alma, now=now, public_id=raised("FA").public_id)
    with pytest.raises(Invalid, match="finns inte"):
        step_dispatch(
            actor=by_alma, now=now, public_id=other.public_id, call_id=sent.pk, step="done"
        )
    with pytest.raises(Invalid, match="Steget"):
        step_dispatch(
            actor=by_alma, now=now, public_id=other.public_id, call_id=sent.pk, step="back"
        )
    with pytest.raises(Invalid, match="skickas"):
        dispatch(actor=by_alma, now=now, public_id=other.public_id, whom="caller")


def test_an_alarm_that_does_not_exist_is_missing(by_alma: Actor, now: dt.datetime) -> None:
    with pytest.raises(Missing):
        record_call(actor=by_alma, now=now, public_id=uuid4(), call=CallData(whom="police"))


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "call", "result": ""},
        {"kind": "call", "result": "answered", "arrived_at": "now"},
        {"kind": "dispatch", "whom": "caller", "result": ""},
        {"kind": "dispatch", "whom": "guard", "result": "busy"},
        {"kind": "dispatch", "whom": "guard", "result": "", "done_at": "before"},
    ],
)
def test_the_database_holds_the_shape(
    taken: Raise, alma: User, now: dt.datetime, broken: dict[str, str]
) -> None:
    times = {"now": now, "before": now - MINUTE}
    fields = {name: times.get(value, value) for name, value in broken.items()}
    alarm = taken("BA")
    with pytest.raises(IntegrityError), transaction.atomic():
        AlarmCall.objects.create(
            **{"alarm": alarm, "at": now, "author": alma, "whom": "guard", **fields}
        )
