"""Everything that happened, append-only."""

from django.apps import AppConfig

from trygghetscentral.shared import db


class LedgerConfig(AppConfig):
    """Gives `unit_of_work` its last statement."""

    name = "trygghetscentral.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Register the writer; models are loaded by now."""
        from trygghetscentral.ledger import append

        db.on_flush(append.flush)
