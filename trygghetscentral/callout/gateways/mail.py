"""Mail by SMTP, through Django's own backend; in a demo without a server, as files."""

from __future__ import annotations

import smtplib
from contextlib import suppress

from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend as FolderBackend
from django.core.mail.backends.smtp import EmailBackend

from trygghetscentral.callout.gateways.base import (
    TIMEOUT_SECONDS,
    GatewayError,
    Message,
    refuse_exercise,
)
from trygghetscentral.shared.env_outside import MailServer

FIRST_PERMANENT = 500


class MailGateway:
    """One connection to the mail server in EMAIL_URL, or to a demo's folder of mails."""

    def __init__(self, server: MailServer, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._server = server
        self._backend: FolderBackend | EmailBackend = (
            FolderBackend(file_path=str(server.folder))
            if server.folder is not None
            else EmailBackend(
                host=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                use_tls=server.starttls,
                use_ssl=server.tls,
                timeout=int(timeout),
            )
        )

    def open(self) -> None:
        """Connect and sign in. Raises GatewayError, worth trying again."""
        if not self._server.host and self._server.folder is None:
            raise GatewayError("no_gateway", permanent=True)
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise GatewayError("unreachable", permanent=False) from error

    def send(self, message: Message) -> None:
        """One mail. Raises GatewayError, permanent for what the server refuses for good."""
        refuse_exercise(message)
        domain = self._server.sender.rpartition("@")[2]
        mail = EmailMessage(
            subject=message.subject,
            body=message.text,
            from_email=self._server.sender,
            to=[message.address],
            headers={
                "Message-ID": f"<{message.dedupe_id}@{domain}>",
                # So that no holiday reply comes back.
                "Auto-Submitted": "auto-generated",
            },
        )
        for file in message.attachments:
            mail.attach(file.name, file.content, file.content_type)
        try:
            self._backend.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            raise _refused("recipient_refused", min(codes)) from error
        except smtplib.SMTPResponseException as error:
            raise _refused("mail_refused", error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            raise GatewayError("unreachable", permanent=False) from error
        except ValueError as error:
            # Django refuses an address with a line break in it.
            raise GatewayError("bad_address", permanent=True) from error

    def close(self) -> None:
        """Say goodbye to the server, if it still listens."""
        with suppress(OSError, smtplib.SMTPException):
            self._backend.close()


def _refused(code: str, answer: int) -> GatewayError:
    return GatewayError(code, permanent=answer >= FIRST_PERMANENT)
