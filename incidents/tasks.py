"""The room's work in the workers. Each may run twice: the second run finds nothing to do."""

from __future__ import annotations

import time
from typing import Any, Final

from celery import shared_task

from incidents.documents import sitreps
from incidents.models import SitrepMail, Version
from incidents.selectors.sitreps import sitrep_of_mail
from incidents.services import figures
from incidents.services.est import weeks
from incidents.services.picture import functions, zones
from incidents.services.sitreps import mailing, reminding
from incidents.services.staff import decisions
from trygghetscentral.callout.gateways.base import GatewayError
from trygghetscentral.callout.gateways.configured import gateway_for
from trygghetscentral.callout.states import Channel
from trygghetscentral.files.press.orders import PressFailed
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor

RUN_SECONDS: Final = 5.0
SITREPS: Final = Actor.system("sitreps")
PICTURE: Final = Actor.system("picture")
FIGURES: Final = Actor.system("figures")

Papers = dict[tuple[int, str], bytes]


@shared_task(name="incidents.send_sitreps")
def send_sitreps(**_: Any) -> int:
    """Send the mails about lägesrapporter that are due."""
    started = time.monotonic()
    taken = 0
    papers: Papers = {}
    while time.monotonic() - started < RUN_SECONDS:
        mail = mailing.claim_due(actor=SITREPS, now=clock.now())
        if mail is None:
            break
        _send_one(mail, papers)
        taken += 1
    return taken


def _send_one(mail: SitrepMail, papers: Papers) -> None:
    about: dict[str, Any] = {"actor": SITREPS, "pk": mail.pk, "attempt": mail.attempts}
    gateway = gateway_for(Channel.EMAIL)
    try:
        # What takes time comes first, so that the last look at the row is just before it leaves.
        paper = _paper(mail, papers)
        gateway.open()
        mailing.hand_over(**about, now=clock.now(), gateway=gateway, paper=paper)
    except GatewayError as error:
        mailing.note_failure(**about, now=clock.now(), error=error)
    finally:
        gateway.close()


def _paper(mail: SitrepMail, papers: Papers) -> bytes | None:
    sitrep = sitrep_of_mail(mail)
    if sitrep is None:
        return None
    key = (sitrep.pk, mail.version)
    try:
        # One list is many mails with the same paper.
        if key not in papers:
            papers[key] = sitreps.pdf_of(sitrep, Version(mail.version))
    except PressFailed as error:
        raise GatewayError("no_paper", permanent=False) from error
    return papers[key]


@shared_task(name="incidents.remind_sitreps")
def remind_sitreps(**_: Any) -> int:
    """Remind of lägesrapporter that did not come when they should."""
    return reminding.remind_due(actor=SITREPS, now=clock.now())


@shared_task(name="incidents.run_picture")
def run_picture(**_: Any) -> int:
    """End zones whose time is out, and say which functions have not been judged anew."""
    now = clock.now()
    return zones.end_due(actor=PICTURE, now=now) + functions.mark_stale(actor=PICTURE, now=now)


@shared_task(name="incidents.expire_decisions")
def expire_decisions(**_: Any) -> int:
    """Mark decisions of a staff that no longer hold."""
    return decisions.expire_due(actor=Actor.system("staff"), now=clock.now())


@shared_task(name="incidents.open_est_weeks")
def open_est_weeks(**_: Any) -> int:
    """Open the veckorapport of the week that has begun."""
    return weeks.open_due(actor=Actor.system("est"), now=clock.now())


@shared_task(name="incidents.count_months")
def count_months(**_: Any) -> int:
    """Count the months of the figures in which something has changed."""
    started = time.monotonic()
    taken = 0
    while time.monotonic() - started < RUN_SECONDS:
        changes = figures.recount(actor=FIGURES, now=clock.now())
        if not changes:
            break
        taken += changes
    return taken
