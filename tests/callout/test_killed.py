"""A sender that is killed between handing over and commit: the process itself is killed."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
import time_machine
from django.conf import settings

from tests.callout.conftest import Caller, Shift
from tests.callout.receivers import Mailbox
from trygghetscentral.accounts.models import User
from trygghetscentral.callout import tasks
from trygghetscentral.callout.models import Delivery, DutyContact
from trygghetscentral.callout.services.sending import LEASE
from trygghetscentral.callout.states import Channel, DeliveryState
from trygghetscentral.shared import clock

Travel = Callable[[dt.datetime], time_machine.Traveller]

# What a worker runs, until the mail server has said yes and nothing is committed yet.
SENDER = """
import os, signal, django
django.setup()
from trygghetscentral.callout import tasks
from trygghetscentral.callout.services import sending
sending.record_of = lambda *_args: os.kill(os.getpid(), signal.SIGKILL)
tasks.send_mail()
"""


def run_and_die(port: int) -> int:
    """Run a worker of its own against the test's database; returns how it ended."""
    database = settings.DATABASES["default"]
    place = f"{database['HOST'] or 'localhost'}:{database['PORT'] or 5432}"
    secret = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    who = f"{database['USER']}{secret}@" if database["USER"] else ""
    if str(database["HOST"]).startswith("/"):
        address = f"postgres://{who}/{database['NAME']}?host={database['HOST']}"
    else:
        address = f"postgres://{who}{place}/{database['NAME']}"
    own = {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "trygghetscentral.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}?from=larm@stad.example",
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "TC_DATA_DIR": str(settings.TC_DATA_DIR),
    }
    done = subprocess.run(
        [sys.executable, "-c", SENDER], env={**os.environ, **own}, timeout=60, check=False
    )
    return done.returncode


@pytest.mark.django_db(transaction=True)
def test_a_killed_sender_costs_one_repetition_with_the_same_id(
    disa: User, shift: Shift, call: Caller, mailbox: Mailbox, travel: Travel
) -> None:
    # The process that is killed reads the real clock.
    hour = dt.timedelta(hours=1)
    shift(disa, starts_at=clock.now() - hour, ends_at=clock.now() + hour)
    DutyContact.objects.create(user=disa, email="disa@tib.example")
    made = call(now=clock.now())
    assert run_and_die(mailbox.port) == -signal.SIGKILL
    mail = Delivery.objects.get(channel=Channel.EMAIL)
    assert (len(mailbox.mails), mail.state, mail.attempts) == (1, DeliveryState.QUEUED, 1)
    travel(clock.now() + LEASE)
    assert (tasks.send_mail(), tasks.send_mail()) == (1, 0)
    assert [mail["Message-ID"] for mail in mailbox.mails] == [
        f"<{mail.dedupe_id}@stad.example>",
        f"<{mail.dedupe_id}@stad.example>",
    ]
    made.refresh_from_db()
    assert made.is_waiting
