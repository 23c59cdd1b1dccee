"""Every way out keeps to one signature, the fake too, and each failure has one of our codes."""

from __future__ import annotations

import inspect
from uuid import uuid4

import pytest

from tests.callout.fakes import FakeGateway
from tests.callout.receivers import Mailbox, free_port, mail_server, web_server
from trygghetscentral.callout.gateways import web
from trygghetscentral.callout.gateways.base import Gateway, GatewayError, Message
from trygghetscentral.callout.gateways.mail import MailGateway
from trygghetscentral.callout.gateways.web import SmsGateway
from trygghetscentral.shared.env_outside import MailServer

KINDS = (FakeGateway, MailGateway, SmsGateway)
METHODS = [name for name in vars(Gateway) if not name.startswith("_")]


def message(**given: object) -> Message:
    """Something to send."""
    about = {"address": "a@b.example", "subject": "Åäö", "text": "Åäö", "exercise_id": None}
    return Message(**{**about, "dedupe_id": uuid4(), **given})  # type: ignore[arg-type]  # mixed


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_every_gateway_has_the_protocols_signature(kind: type, method: str) -> None:
    real = inspect.signature(getattr(Gateway, method))
    assert inspect.signature(getattr(kind, method)) == real


def test_the_protocol_is_the_three_steps() -> None:
    assert METHODS == ["open", "send", "close"]


@pytest.mark.parametrize(
    "gateway",
    [
        FakeGateway(),
        MailGateway(MailServer(host="127.0.0.1", port=1)),
        SmsGateway("http://127.0.0.1:1/"),
    ],
    ids=["fake", "mail", "sms"],
)
def test_every_gateway_refuses_an_exercise(gateway: Gateway) -> None:
    with pytest.raises(GatewayError) as refused:
        gateway.send(message(exercise_id=1))
    assert (refused.value.code, refused.value.permanent) == ("exercise", True)


def test_the_fake_keeps_what_it_gets() -> None:
    fake: Gateway = FakeGateway()
    fake.open()
    fake.send(message())
    fake.close()
    assert isinstance(fake, FakeGateway)
    assert [one.text for one in fake.messages] == ["Åäö"]


def sent(box: Mailbox, **given: object) -> GatewayError | None:
    """Send one mail; the error if it was refused."""
    gateway = MailGateway(MailServer(host="127.0.0.1", port=box.port))
    try:
        gateway.open()
        gateway.send(message(**given))
    except GatewayError as error:
        return error
    finally:
        gateway.close()
    return None


@pytest.mark.parametrize(
    ("answer", "code", "permanent"),
    [
        ("554 no", "mail_refused", True),
        ("451 later", "mail_refused", False),
        ("421 busy", "mail_refused", False),
    ],
)
def test_a_refusal_for_good_is_told_from_one_for_now(
    answer: str, code: str, permanent: bool
) -> None:
    with mail_server() as box:
        box.answers = [answer]
        error = sent(box)
    assert error is not None
    assert (error.code, error.permanent) == (code, permanent)


def test_an_address_that_would_add_a_header_is_refused() -> None:
    with mail_server() as box:
        error = sent(box, address="a@b.example\nBcc: c@d.example")
        assert box.mails == []
    assert error is not None
    assert (error.code, error.permanent) == ("bad_address", True)


def test_an_error_carries_a_code_and_nothing_that_a_server_said() -> None:
    with mail_server() as box:
        error = sent(box, address="okand@b.example")
    assert error is not None
    assert str(error) == "recipient_refused"


def test_a_server_that_is_away_is_tried_again() -> None:
    mail = MailGateway(MailServer(host="127.0.0.1", port=free_port()))
    with pytest.raises(GatewayError) as away:
        mail.open()
    mail.close()
    assert not away.value.permanent
    with pytest.raises(GatewayError) as away:
        SmsGateway(f"http://127.0.0.1:{free_port()}/").send(message())
    assert not away.value.permanent


def test_a_redirect_is_not_followed_with_our_secret() -> None:
    with web_server() as hits:
        hits.statuses = [307]
        with pytest.raises(GatewayError) as refused:
            SmsGateway(hits.url.replace("http://", "http://:hemlig@")).send(message())
        assert refused.value.permanent
        assert len(hits.paths) == 1


def test_a_ping_is_a_get_with_its_token() -> None:
    with web_server() as hits:
        web.ping(hits.url.replace("http://", "http://:hemlig@") + "/ping/abc")
        assert hits.paths == ["/ping/abc"]
        assert hits.headers[0]["authorization"] == "Bearer hemlig"
        hits.statuses = [500]
        with pytest.raises(GatewayError):
            web.ping(hits.url)
