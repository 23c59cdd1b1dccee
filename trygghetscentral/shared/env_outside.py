"""Settings of the systems that the house speaks to: mail, text messages, the dead-man's ear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from trygghetscentral.shared.env_values import LAST_PORT, SettingsError

MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
MAIL_FOLDER = "mail"
DEFAULT_SENDER = "trygghetscentralen@localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """An SMTP server. `host` is empty when there is none; a demo then puts each mail as a file in
    `folder`."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False
    sender: str = DEFAULT_SENDER
    folder: Path | None = None


def mail(raw: Mapping[str, str], *, folder: Path | None = None) -> MailServer:
    """EMAIL_URL, such as `smtp+tls://user:password@host:587?from=larm@exempel.se`; without it the
    mails go to `folder`, if there is one."""
    value = raw["EMAIL_URL"]
    if not value:
        return MailServer(folder=folder)
    parts = urlsplit(value)
    if parts.scheme not in MAIL_PORTS:
        raise SettingsError("EMAIL_URL ska börja med smtp://, smtp+tls:// eller smtps://.")
    try:
        port = parts.port or MAIL_PORTS[parts.scheme]
    except ValueError:
        port = LAST_PORT + 1
    sender = parse_qs(parts.query).get("from", [DEFAULT_SENDER])[0]
    if not parts.hostname or port > LAST_PORT or "@" not in sender:
        raise SettingsError(
            "EMAIL_URL går inte att tolka; skriv till exempel "
            "smtp+tls://användare:lösenord@värd:587?from=larm@exempel.se."
        )
    return MailServer(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme == "smtps",
        sender=sender,
    )


def web_address(raw: Mapping[str, str], name: str, default: str = "") -> str:
    """An address that begins with http:// or https://, or the default when none is given."""
    value = raw[name] or default
    if value and not (urlsplit(value).scheme in {"http", "https"} and urlsplit(value).hostname):
        raise SettingsError(f"{name} ska vara en adress som börjar med https:// eller http://.")
    return value


def settings(raw: Mapping[str, str], data_dir: Path, *, demo: bool) -> dict[str, Any]:
    """The settings of this file, by the names that `Env` has for them."""
    own = web_address(raw, "PUBLIC_URL", f"http://localhost:{raw['PORT'] or 8000}")
    return {
        "public_url": own.rstrip("/"),
        "email_url": mail(raw, folder=data_dir / MAIL_FOLDER if demo else None),
        "sms_gateway_url": web_address(raw, "SMS_GATEWAY_URL"),
        "deadman_url": web_address(raw, "DEADMAN_URL"),
        "whistleblowing_url": web_address(raw, "WHISTLEBLOWING_URL"),
    }
