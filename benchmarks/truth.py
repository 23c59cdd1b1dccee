"""`manage.py shell -c "from benchmarks.truth import tell; tell('operator')"`: the board as the
database has it, as JSON."""

from __future__ import annotations

import json
import sys

from trygghetscentral.accounts.models import User
from trygghetscentral.live.snapshots import snapshot


def tell(username: str) -> None:
    """The seq of each row by its key, and the counts."""
    shown = snapshot("alarms", User.objects.get(username=username))
    rows = {row["key"]: row["seq"] for row in shown.rows}
    sys.stdout.write(json.dumps({"rows": rows, "counts": shown.counts}))
