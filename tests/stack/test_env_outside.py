"""Settings of the systems outside: mail, text messages, the dead-man's listener."""

from __future__ import annotations

from pathlib import Path

import pytest

from trygghetscentral.shared import env_outside as outside
from trygghetscentral.shared.env import SETTINGS, SettingsError, read
from trygghetscentral.shared.env_outside import MailServer

RAW = {setting.name: "" for setting in SETTINGS}


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"TC_DATA_DIR": str(tmp_path)}


def test_without_settings_nothing_leaves_the_house(home: dict[str, str]) -> None:
    env = read(home)

    assert outside.settings(RAW, Path(home["TC_DATA_DIR"]), demo=False)["email_url"] == MailServer()
    assert (env.sms_gateway_url, env.deadman_url) == ("", "")
    assert env.public_url == "http://localhost:8000"
    assert read({**home, "PORT": "8123"}).public_url == "http://localhost:8123"


def test_a_demo_without_a_mail_server_keeps_its_mails_and_nobody_else_does(
    home: dict[str, str], tmp_path: Path
) -> None:
    assert read(home).email_url == MailServer(folder=tmp_path / "mail")
    assert read({**home, "EMAIL_URL": "smtp://h"}).email_url.folder is None
    assert outside.settings(RAW, tmp_path, demo=False)["email_url"].folder is None


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://h", MailServer(host="h")),
        ("smtp://h:2525", MailServer(host="h", port=2525)),
        (
            "smtp+tls://u%40x:p%2Fq@h?from=larm@stad.example",
            MailServer(
                host="h",
                port=587,
                user="u@x",
                password="p/q",
                starttls=True,
                sender="larm@stad.example",
            ),
        ),
        ("smtps://h", MailServer(host="h", port=465, tls=True)),
    ],
)
def test_a_mail_server_is_read_from_its_address(
    home: dict[str, str], url: str, server: MailServer
) -> None:
    assert read({**home, "EMAIL_URL": url}).email_url == server


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "h:25"),
        ("EMAIL_URL", "http://h"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://h:port"),
        ("EMAIL_URL", "smtp://h:99999"),
        ("EMAIL_URL", "smtp://h?from=larm"),
        ("SMS_GATEWAY_URL", "ftp://h/sms"),
        ("SMS_GATEWAY_URL", "h/sms"),
        ("DEADMAN_URL", "https://"),
        ("PUBLIC_URL", "larm.stad.example"),
    ],
)
def test_a_bad_address_is_refused_in_one_sentence(
    home: dict[str, str], name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        read({**home, name: value})

    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_the_secrets_in_addresses_are_not_printed(home: dict[str, str]) -> None:
    env = read(
        {
            **home,
            "EMAIL_URL": "smtp://u:geheim@h",
            "SMS_GATEWAY_URL": "https://:geheim@h/",
            "DEADMAN_URL": "https://h/geheim",
        }
    )

    assert "geheim" not in repr(env)
    assert env.email_url.password == "geheim"


def test_the_public_address_has_no_slash_at_its_end(home: dict[str, str]) -> None:
    assert read({**home, "PUBLIC_URL": "https://a.example/"}).public_url == "https://a.example"
