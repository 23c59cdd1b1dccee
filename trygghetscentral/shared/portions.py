"""A portion of due work in one unit, where what fails takes nothing of the rest with it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import structlog
from django.db import models, transaction

from trygghetscentral.shared.db import current_unit

Row = TypeVar("Row", bound=models.Model)

log = structlog.get_logger(__name__)


def do_each(rows: Sequence[Row], act: Callable[[list[Row]], Any], *, what: str) -> int:
    """Do all the rows at once; where that fails, each half apart, down to the row that fails.

    Inside an open unit, with the rows locked. Returns how many were done. Of a row that fails
    neither a write nor a ledger row is kept: it is logged under `what` with its key, it is due
    still, so that the next run tries again and the auditor sees it late. `act` gets copies,
    since an attempt that fails leaves its marks on the objects.
    """
    if not rows:
        return 0
    said = len(current_unit().pending)
    try:
        with transaction.atomic():
            act([copy.copy(row) for row in rows])
    except Exception:
        del current_unit().pending[said:]
        if len(rows) == 1:
            log.exception("due_failed", what=what, row_id=rows[0].pk)
            return 0
    else:
        return len(rows)
    half = len(rows) // 2
    return do_each(rows[:half], act, what=what) + do_each(rows[half:], act, what=what)
