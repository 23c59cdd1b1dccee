"""Mails about lägesrapporter at a real mail server: who gets what, once, and who has confirmed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from incidents import tasks
from incidents.models import DistributionList, Incident, SitrepMail, SitrepSeries
from incidents.selectors.sitreps import overdue_promises, state_of
from incidents.services import parts
from incidents.services.parts import Protection
from incidents.services.sitreps import lists, mailing
from incidents.services.sitreps.lists import RecipientData
from tests.callout.receivers import Mailbox
from tests.incidents.conftest import HOUR
from tests.incidents.sitreps.conftest import SECRET, Send, Write
from tests.incidents.sitreps.papers import words_of
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Invalid, Missing

LINK = re.compile(r"http\S+/mottaget/([0-9a-f]{64})/")
MINUTE = dt.timedelta(minutes=1)


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def paper(mail: EmailMessage) -> bytes:
    (attached,) = mail.iter_attachments()
    content = attached.get_content()
    assert isinstance(content, bytes)
    return content


@pytest.fixture
def sent(outage: Incident, write: Write, send: Send, mailing_list: DistributionList) -> Incident:
    """A report with a marked part, queued to the three."""
    write(outage, {"needs": SECRET}, needs="OSL18_13")
    send(outage, lists=[mailing_list.pk])
    return outage


def test_each_gets_its_version_once_with_a_link(sent: Incident, mailbox: Mailbox) -> None:
    assert tasks.send_sitreps() == 3
    assert tasks.send_sitreps() == 0
    mails = dict(zip(mailbox.recipients, mailbox.mails, strict=True))
    assert set(mails) == {"ledning@stad.example", "tib@lansstyrelse.example", "press@stad.example"}
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 3
    for address, mail in mails.items():
        whole = address.startswith("ledning")
        assert LINK.search(body(mail))
        assert "Strömmen bröts 14.10" in body(mail)
        words = words_of(paper(mail))
        assert "Strömmen" in words
        # Neither in the mail nor in its paper, nor hidden in its bytes.
        assert (SECRET in body(mail)) == whole
        assert ("Reservkraften" in words) == whole
        removed = "Uppgift borttagen: 18 kap. 13 § OSL" in body(mail)
        assert removed != whole
        if not whole:
            assert b"Reservkraften" not in bytes(mail)
    assert {mail.state for mail in SitrepMail.objects.all()} == {"sent"}


def test_whom_the_list_lets_have_marked_parts_gets_them_when_tested(
    outage: Incident,
    write: Write,
    send: Send,
    mailing_list: DistributionList,
    by_cia: Actor,
    now: dt.datetime,
) -> None:
    lists.add_recipient(
        actor=by_cia,
        now=now,
        list_id=mailing_list.pk,
        data=RecipientData(
            name="Räddningstjänsten",
            address="rtj@example.com",
            version="full",
            marked_allowed=True,
        ),
    )
    write(outage, {"needs": SECRET}, needs="OSL18_13")
    with pytest.raises(Invalid, match="öppna versionen"):
        send(outage, lists=[mailing_list.pk], tested_open=False)
    with pytest.raises(Invalid, match="utanför"):
        send(outage, lists=[mailing_list.pk])
    report = send(outage, lists=[mailing_list.pk], tested_marked=True)
    versions = dict(SitrepMail.objects.values_list("name", "version"))
    assert versions == {
        "Ledningen": "full",
        "Länsstyrelsen": "open",
        "Pressen": "open",
        "Räddningstjänsten": "full",
    }
    assert {one.version for one in report.releases.all()} == {"open", "full"}


def test_an_address_on_two_lists_gets_one_mail_with_the_less(
    outage: Incident,
    write: Write,
    send: Send,
    mailing_list: DistributionList,
    by_cia: Actor,
    now: dt.datetime,
) -> None:
    other = lists.make_list(actor=by_cia, now=now, controller_id=outage.controller_id, name="Press")
    data = RecipientData(name="Ledningen, press", address="LEDNING@stad.example")
    lists.add_recipient(actor=by_cia, now=now, list_id=other.pk, data=data)
    with pytest.raises(Conflict):
        lists.add_recipient(actor=by_cia, now=now, list_id=other.pk, data=data)
    write(outage)
    send(outage, lists=[mailing_list.pk, other.pk])
    mail = SitrepMail.objects.get(address__iexact="ledning@stad.example")
    assert mail.version == "open"


def test_what_is_not_taken_is_tried_again_and_then_red(
    sent: Incident,
    mailbox: Mailbox,
    now: dt.datetime,
    travel: Callable[..., Any],
    cia: User,
    client_of: Callable[[User], Client],
) -> None:
    SitrepMail.objects.filter(name="Pressen").update(address="okand@stad.example")
    SitrepMail.objects.filter(name="Ledningen").delete()
    mailbox.answers.append("451 come back")
    tasks.send_sitreps()
    states = dict(SitrepMail.objects.values_list("name", "state"))
    assert states == {"Länsstyrelsen": "failed", "Pressen": "undeliverable"}
    travel(now + MINUTE)
    assert tasks.send_sitreps() == 1
    assert SitrepMail.objects.get(name="Länsstyrelsen").state == "sent"
    report = reverse("incidents:sitrep", args=(sent.public_id, 1))
    page = client_of(cia).get(report).content.decode()
    assert "kom inte fram: adressen tas inte emot" in page
    assert "skickat" in page
    detail = client_of(cia).get(sent.get_absolute_url()).content.decode()
    assert "1 mottagare nåddes inte" in detail
    assert LedgerRow.objects.filter(name="sitrep.mail_ended").count() == 2
    # Somebody mends the mailbox and tries anew.
    lost = SitrepMail.objects.get(name="Pressen")
    SitrepMail.objects.filter(pk=lost.pk).update(address="press@stad.example")
    again = reverse("incidents:sitrep-retry", args=(sent.public_id, 1, lost.pk))
    client_of(cia).post(again)
    assert tasks.send_sitreps() == 1
    assert "press@stad.example" in mailbox.recipients
    refused = client_of(cia).post(again, follow=True).content.decode()
    assert "är inte misslyckat" in refused


def test_a_sender_that_dies_costs_an_attempt_and_no_mail(sent: Incident, now: dt.datetime) -> None:
    actor = Actor.system("test")
    SitrepMail.objects.exclude(name="Pressen").delete()
    taken = mailing.claim_due(actor=actor, now=now)
    assert taken is not None
    assert mailing.claim_due(actor=actor, now=now) is None
    assert overdue_promises(now + mailing.LEASE + 2 * MINUTE) == 1
    moment = now
    for _attempt in range(mailing.MOST_ATTEMPTS - 1):
        moment += mailing.LEASE
        assert mailing.claim_due(actor=actor, now=moment) is not None
    assert mailing.claim_due(actor=actor, now=moment + mailing.LEASE) is None
    assert (SitrepMail.objects.get().state, SitrepMail.objects.get().error) == (
        "undeliverable",
        "gave_up",
    )


def test_an_exercise_never_leaves_the_house(sent: Incident, mailbox: Mailbox) -> None:
    Incident.objects.update(exercise_id=7)
    tasks.send_sitreps()
    assert mailbox.mails == []
    assert set(SitrepMail.objects.values_list("state", "error")) == {("undeliverable", "exercise")}


def test_a_restricted_incident_tells_nothing_in_mails_and_receipts(
    sent: Incident,
    mailbox: Mailbox,
    group: NeedToKnowGroup,
    by_cia: Actor,
    now: dt.datetime,
    client: Client,
) -> None:
    """Also when it became restricted after the report was queued."""
    parts.protect(
        actor=by_cia,
        now=now,
        public_id=sent.public_id,
        seen="",
        protection=Protection(restricted_group_id=group.pk, grounds={}),
    )
    tasks.send_sitreps()
    assert len(mailbox.mails) == 3
    for mail in mailbox.mails:
        assert "Strömmen" not in body(mail)
        assert sent.title not in body(mail)
        assert list(mail.iter_attachments()) == []
    found = LINK.search(body(mailbox.mails[0]))
    assert found
    page = client.get(f"/mottaget/{found[1]}/").content.decode()
    assert sent.number in page
    assert sent.title not in page
    assert "Strömmen" not in page


def test_a_receipt_is_a_pressed_button_and_counts_once(
    sent: Incident, mailbox: Mailbox, client: Client, now: dt.datetime, travel: Callable[..., Any]
) -> None:
    tasks.send_sitreps()
    found = LINK.search(body(mailbox.mails[0]))
    assert found
    link = f"/mottaget/{found[1]}/"
    client.get(link)
    assert not SitrepMail.objects.filter(receipt_at__isnull=False).exists()
    travel(now + HOUR)
    assert "Mottagandet är bekräftat" in client.post(link).content.decode()
    travel(now + 2 * HOUR)
    client.post(link)
    (mail,) = SitrepMail.objects.filter(receipt_at__isnull=False)
    assert (mail.receipt_at, mail.state) == (now + HOUR, "acknowledged")
    assert LedgerRow.objects.filter(name="sitrep.received").count() == 1
    travel(now + 40 * 24 * HOUR)
    assert client.post(link).status_code == 404
    assert client.get("/mottaget/" + "0" * 64 + "/").status_code == 404


def test_a_report_that_does_not_come_is_said_and_the_owner_told_once(
    outage: Incident,
    write: Write,
    send: Send,
    mailbox: Mailbox,
    cia: User,
    now: dt.datetime,
    travel: Callable[..., Any],
    client_of: Callable[[User], Client],
) -> None:
    Incident.objects.update(owner=cia)
    User.objects.filter(pk=cia.pk).update(email="cia@stad.example")
    write(outage)
    send(outage, next_at=now + HOUR)
    assert tasks.remind_sitreps() == 0
    assert not state_of(outage, now=now).late
    travel(now + HOUR + MINUTE)
    assert tasks.remind_sitreps() == 1
    assert tasks.remind_sitreps() == 0
    tasks.send_sitreps()
    assert mailbox.recipients == ["cia@stad.example"]
    assert "försenad" in mailbox.mails[0]["Subject"]
    assert "Nästa lägesrapport skulle ha kommit" in (
        client_of(cia).get(outage.get_absolute_url()).content.decode()
    )
    assert LedgerRow.objects.filter(name="sitrep.overdue").count() == 1
    send(outage, now=now + HOUR + MINUTE)
    assert not state_of(Incident.objects.get(), now=now + HOUR + 2 * MINUTE).late


def test_nobody_is_reminded_when_the_report_came_or_the_incident_is_over(
    outage: Incident,
    write: Write,
    send: Send,
    mailbox: Mailbox,
    cia: User,
    now: dt.datetime,
    travel: Callable[..., Any],
) -> None:
    User.objects.filter(pk=cia.pk).update(email="cia@stad.example")
    write(outage)
    send(outage, next_at=now + HOUR)
    later = now + HOUR + MINUTE
    travel(later)
    tasks.remind_sitreps()
    # The report came between the reminder's making and its sending.
    send(outage, now=later)
    tasks.send_sitreps()
    assert SitrepMail.objects.get().state == "stopped"
    Incident.objects.update(stage="closed", closed_at=now, severity=1, urgency=4)
    travel(later + 3 * HOUR)
    assert tasks.remind_sitreps() == 1
    assert SitrepSeries.objects.get().remind_at is None
    assert SitrepMail.objects.count() == 1
    assert mailbox.mails == []


def test_lists_are_kept_by_the_own_namnd(
    mailing_list: DistributionList, tor: User, by_cia: Actor, now: dt.datetime
) -> None:
    assert not DistributionList.objects.visible_to(tor).exists()
    for name, address in (("", "a@b.se"), ("Funktion", "ingen adress")):
        with pytest.raises(Invalid):
            lists.add_recipient(
                actor=by_cia,
                now=now,
                list_id=mailing_list.pk,
                data=RecipientData(name=name, address=address),
            )
    one = mailing_list.recipients.get(name="Pressen")
    who: dict[str, Any] = {"actor": by_cia, "now": now, "list_id": mailing_list.pk}
    lists.remove_recipient(**who, recipient_id=one.pk)
    with pytest.raises(Missing):
        lists.remove_recipient(**who, recipient_id=one.pk)
    with pytest.raises(Conflict):
        lists.make_list(
            actor=by_cia, now=now, controller_id=mailing_list.controller_id, name="Elavbrott"
        )
