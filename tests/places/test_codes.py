"""Sealed codes: encrypted at rest, one key with an own alarm, two persons without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tests.places.conftest import TEST
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.places import selectors, services
from trygghetscentral.places.models import CodeRead, CodeRequest, SealedAccessCode, Site
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid

SECRET = "4711-Sesam"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def code(site: Site, now: dt.datetime) -> SealedAccessCode:
    """The front door of the school."""
    return services.seal_code(
        actor=TEST, now=now, site_id=site.pk, label="Huvudentré", secret=SECRET
    )


@pytest.fixture
def asked(code: SealedAccessCode, alma: User, now: dt.datetime) -> CodeRequest:
    """Alma has asked."""
    return services.request_reveal(
        actor=actor_for(alma), now=now, code_id=code.pk, reason="Vattenläcka"
    )


def events() -> list[str]:
    return list(
        LedgerRow.objects.filter(name__startswith="access_code.")
        .order_by("seq")
        .values_list("name", flat=True)
    )


def test_secret_is_not_readable_in_the_database(code: SealedAccessCode) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM places_sealedaccesscode t")
        (row,) = cursor.fetchone()
        cursor.execute("SELECT string_agg(body::text, ' ') FROM ledger_payload")
        (ledger,) = cursor.fetchone()
    assert "t1:" in row
    assert SECRET not in row
    assert SECRET not in ledger
    assert SealedAccessCode.objects.get(pk=code.pk).secret == SECRET


def test_empty_secret_is_refused(site: Site, now: dt.datetime) -> None:
    with pytest.raises(Invalid):
        services.seal_code(actor=TEST, now=now, site_id=site.pk, label="Dörr", secret="  ")


def test_secret_can_be_replaced_only_at_its_site(
    code: SealedAccessCode, make_site: Callable[..., Site], now: dt.datetime
) -> None:
    services.seal_code(
        actor=TEST, now=now, site_id=code.site_id, code_id=code.pk, label="Ny", secret="9"
    )
    code.refresh_from_db()
    assert (code.label, code.secret) == ("Ny", "9")
    with pytest.raises(Invalid):
        services.seal_code(
            actor=TEST, now=now, site_id=make_site().pk, code_id=code.pk, label="x", secret="y"
        )


def test_removed_code_is_erased_and_shut(
    code: SealedAccessCode, alma: User, now: dt.datetime
) -> None:
    services.remove_code(actor=TEST, now=now, code_id=code.pk)
    assert SealedAccessCode.objects.get(pk=code.pk).secret == ""
    with pytest.raises(Conflict):
        services.request_reveal(actor=actor_for(alma), now=now, code_id=code.pk, reason="x")


def test_owner_of_an_open_alarm_reads_with_one_key(
    code: SealedAccessCode, alma: User, bo: User, now: dt.datetime
) -> None:
    alarm = uuid4()
    ground = services.OpenAlarm(alarm, code.site_id, alma.pk)
    assert (
        services.reveal_code(actor=actor_for(alma), now=now, code_id=code.pk, ground=ground)
        == SECRET
    )
    (read,) = selectors.code_reads(bo)
    assert (read.reader, read.alarm_public_id, read.seen_at) == (alma, alarm, None)
    row = LedgerRow.objects.order_by("-seq")[0]
    assert row.name == "access_code.revealed"
    assert row.audiences == [key(Permission.SITE_ACCESS_CODE_APPROVE, code.site.controller_id)]
    payload = LedgerPayload.objects.get(seq=row.seq).body or {}
    assert payload["alarm_id"] == str(alarm)


def test_somebody_elses_alarm_or_another_site_opens_nothing(
    code: SealedAccessCode, alma: User, bo: User, now: dt.datetime
) -> None:
    for ground in (
        services.OpenAlarm(uuid4(), code.site_id, bo.pk),
        services.OpenAlarm(uuid4(), code.site_id + 1, alma.pk),
    ):
        with pytest.raises(Forbidden):
            services.reveal_code(actor=actor_for(alma), now=now, code_id=code.pk, ground=ground)
    assert not CodeRead.objects.exists()
    assert events() == ["access_code.sealed"]


def test_only_persons_read(code: SealedAccessCode, alma: User, now: dt.datetime) -> None:
    with pytest.raises(Forbidden):
        services.reveal_code(
            actor=TEST,
            now=now,
            code_id=code.pk,
            ground=services.OpenAlarm(uuid4(), code.site_id, alma.pk),
        )


def test_two_persons(asked: CodeRequest, alma: User, bo: User, now: dt.datetime) -> None:
    assert list(selectors.code_requests_to_approve(bo, now)) == [asked]
    services.approve_reveal(actor=actor_for(bo), now=now + 14 * MINUTE, request_id=asked.pk)
    secret = services.read_revealed(
        actor=actor_for(alma), now=now + 28 * MINUTE, request_id=asked.pk
    )
    assert secret == SECRET
    assert events() == [
        "access_code.sealed",
        "access_code.requested",
        "access_code.approved",
        "access_code.revealed",
    ]
    (read,) = selectors.code_reads(bo)
    assert read.request is not None
    assert read.request.approved_by == bo


def test_one_person_is_not_two(asked: CodeRequest, alma: User, now: dt.datetime) -> None:
    with pytest.raises(Forbidden) as refusal:
        services.approve_reveal(actor=actor_for(alma), now=now, request_id=asked.pk)
    assert refusal.value.code == "two_persons"
    assert not selectors.code_requests_to_approve(alma, now).exists()


def test_the_database_too_wants_two(asked: CodeRequest, alma: User, now: dt.datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CodeRequest.objects.filter(pk=asked.pk).update(approved_by=alma, approved_at=now)


def test_nothing_is_read_before_approval(asked: CodeRequest, alma: User, now: dt.datetime) -> None:
    with pytest.raises(Conflict) as refusal:
        services.read_revealed(actor=actor_for(alma), now=now, request_id=asked.pk)
    assert refusal.value.code == "request_waiting"


def test_the_second_person_does_not_read(asked: CodeRequest, bo: User, now: dt.datetime) -> None:
    services.approve_reveal(actor=actor_for(bo), now=now, request_id=asked.pk)
    with pytest.raises(Forbidden):
        services.read_revealed(actor=actor_for(bo), now=now, request_id=asked.pk)


def test_approval_comes_within_fifteen_minutes(
    asked: CodeRequest, bo: User, now: dt.datetime
) -> None:
    late = now + 15 * MINUTE
    assert not selectors.code_requests_to_approve(bo, late).exists()
    with pytest.raises(Conflict) as refusal:
        services.approve_reveal(actor=actor_for(bo), now=late, request_id=asked.pk)
    assert refusal.value.code == "request_expired"


def test_reading_comes_within_fifteen_minutes_of_approval(
    asked: CodeRequest, alma: User, bo: User, now: dt.datetime
) -> None:
    services.approve_reveal(actor=actor_for(bo), now=now, request_id=asked.pk)
    with pytest.raises(Conflict):
        services.read_revealed(actor=actor_for(alma), now=now + 15 * MINUTE, request_id=asked.pk)


def test_it_is_read_once_and_approved_once(
    asked: CodeRequest, alma: User, bo: User, now: dt.datetime
) -> None:
    services.approve_reveal(actor=actor_for(bo), now=now, request_id=asked.pk)
    with pytest.raises(Conflict):
        services.approve_reveal(actor=actor_for(bo), now=now, request_id=asked.pk)
    services.read_revealed(actor=actor_for(alma), now=now, request_id=asked.pk)
    with pytest.raises(Conflict) as refusal:
        services.read_revealed(actor=actor_for(alma), now=now, request_id=asked.pk)
    assert refusal.value.code == "request_spent"
    assert CodeRead.objects.count() == 1


def test_asking_twice_is_asking_once(
    asked: CodeRequest, code: SealedAccessCode, alma: User, now: dt.datetime
) -> None:
    again = services.request_reveal(
        actor=actor_for(alma), now=now + MINUTE, code_id=code.pk, reason="igen"
    )
    assert again == asked
    later = services.request_reveal(
        actor=actor_for(alma), now=now + 16 * MINUTE, code_id=code.pk, reason="igen"
    )
    assert later != asked


def test_a_reason_is_needed(code: SealedAccessCode, alma: User, now: dt.datetime) -> None:
    with pytest.raises(Invalid):
        services.request_reveal(actor=actor_for(alma), now=now, code_id=code.pk, reason=" ")


def test_a_reading_is_looked_at_by_somebody_else(
    code: SealedAccessCode, alma: User, bo: User, now: dt.datetime
) -> None:
    services.reveal_code(
        actor=actor_for(alma),
        now=now,
        code_id=code.pk,
        ground=services.OpenAlarm(uuid4(), code.site_id, alma.pk),
    )
    read = CodeRead.objects.get()
    with pytest.raises(Forbidden):
        services.mark_read_seen(actor=actor_for(alma), now=now, read_id=read.pk)
    for _ in range(2):
        services.mark_read_seen(actor=actor_for(bo), now=now, read_id=read.pk)
    read.refresh_from_db()
    assert read.seen_by == bo
    assert events().count("access_code.read_seen") == 1


def test_other_controllers_and_operators_see_no_log(
    asked: CodeRequest, alma: User, cia: User, dan: User, now: dt.datetime
) -> None:
    for user in (alma, cia, dan):
        assert not selectors.code_requests_to_approve(user, now).exists()
        assert not selectors.code_reads(user).exists()
