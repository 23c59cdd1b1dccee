"""What this room listens to in the ledger, and which promises it lets the auditor count."""

from __future__ import annotations

from collections.abc import Sequence

from incidents.documents import archive, weekly
from incidents.models import DiaryEntry
from incidents.selectors.promises import overdue_decisions
from incidents.selectors.sitreps import overdue_promises
from incidents.services.parts import follow_sites
from trygghetscentral.callout import auditor
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.ledger.subscriptions import subscribe
from trygghetscentral.places.events import SiteChanged
from trygghetscentral.shared.db import current_unit


def follow_changed_sites(seqs: Sequence[int]) -> None:
    """Let the incidents of changed sites be seen by those who may know of the sites."""
    ids = LedgerRow.objects.filter(seq__in=seqs).values_list("subject_id", flat=True)
    unit = current_unit()
    follow_sites(actor=unit.actor, now=unit.now, site_ids={int(pk) for pk in ids})


def register() -> None:
    """Called once from `ready`."""
    subscribe(SiteChanged.name, subscriber="incidents.audiences", handler=follow_changed_sites)
    auditor.register("incidents.sitreps", overdue_promises)
    auditor.register("incidents.decisions", overdue_decisions)
    archive.set_paper(DiaryEntry.Kind.WEEKLY, weekly.archived)
