"""What a check finds and we keep, each with its reason. An entry that finds nothing must go."""

from __future__ import annotations

ALLOWED: dict[str, dict[str, str]] = {
    "writes_outside_services": {
        "trygghetscentral/shared/numbers.py: skriver med SQL": "the allocator is itself a service "
        "of the ground floor, inside the caller's unit of work",
    },
    "rows_without_a_door": {
        "trygghetscentral/places/views/register.py: hämtar med SiteWarning.objects.filter": "a "
        "subquery that only marks sites which came through their door",
    },
    "promises_in_the_broker": {},
    "leaves_the_process": {},
    "network_outside_gateways": {
        "alarms/management/commands/run_receivers.py: importerar socket": "the machine's own name",
        "trygghetscentral/live/publisher.py: importerar socket": "the machine's own name",
        "trygghetscentral/live/idp.py: importerar requests": "the name of the error of allauth's "
        "own session with the IdP",
        "trygghetscentral/board/simulation/lines.py: importerar urllib.request": "the simulated "
        "transmitters stand outside the house and send to its real ports",
        "trygghetscentral/board/simulation/web.py: importerar urllib.request": "the simulated "
        "operators stand outside the house and use its pages",
    },
    "late_imports": {
        "alarms/apps.py: importerar i ready": "models exist only when apps are ready",
        "incidents/apps.py: importerar i ready": "models exist only when apps are ready",
        "alarms/documents/sheets.py: importerar i xlsx_from": "openpyxl weighs 29 MB and half a "
        "second of every start",
        "trygghetscentral/ledger/apps.py: importerar i ready": "models exist only when apps are "
        "ready",
    },
    "long_functions": {},
    "broad_excepts": {
        "alarms/services/intake/committer.py: fångar vad som helst": "the edge: a batch that we "
        "fail on is not acknowledged, and the thread that all wait for lives on",
        "alarms/gateways/dc09/handling.py: fångar vad som helst": "the edge: one frame that we "
        "fail on must not cost the next its ACK",
        "alarms/api/receipts.py: fångar vad som helst": "the edge: one question that fails is told "
        "to those who asked it, and the next are still read",
        "trygghetscentral/shared/portions.py: fångar vad som helst": "whatever goes wrong with one "
        "of what is due, the others are done, and it is late until it can be",
        "trygghetscentral/ledger/delivery.py: fångar vad som helst": "the edge: whatever a handler "
        "does wrong, the next row gets its turn",
        "trygghetscentral/live/consumer.py: fångar vad som helst": "the edge: a socket that can no "
        "longer follow is closed, never left looking calm",
        "trygghetscentral/live/publisher.py: fångar vad som helst": "the edge: one row that cannot "
        "be shown must not freeze the others",
    },
    "loose_services": {
        "alarms/services/intake/batch.py: store_batch tar argument efter plats": "the one hot "
        "path; docs/adr/0006",
        "alarms/services/intake/batch.py: store_batch saknar actor": "the device is the actor of "
        "every batch; docs/adr/0006",
        "trygghetscentral/ledger/services.py: seal saknar actor": "nobody seals; the clock does",
    },
    "reads_the_clock": {
        "alarms/services/intake/committer.py: läser klockan med clock.now": "the committer's "
        "thread is an edge: nobody calls it",
        "trygghetscentral/accounts/models/users.py: läser klockan med clock.now": "rights are "
        "asked for as they are this moment, by every view, through one cached property",
        "trygghetscentral/accounts/selectors.py: läser klockan med clock.now": "rights are asked "
        "for as they are this moment; `at` overrides it",
        "alarms/selectors/board.py: läser klockan med clock.now": "the live registry calls it "
        "without a moment to pass on",
    },
    "reads_the_environment": {
        "trygghetscentral/board/measures.py: läser miljön": "prometheus_client's own variable, "
        "which it reads itself at import",
    },
    "undocumented": {},
    "unbounded_retries": {},
    "imports_in_migrations": {},
    "one_way_migrations": {},
}
