"""What happened: incidents and what is done about them."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Registers subscriptions and live rows."""

    name = "incidents"
    label = "incidents"

    def ready(self) -> None:
        """Wire up; nothing else happens here."""
        from incidents import live_rows, staff_live, subscriptions

        subscriptions.register()
        live_rows.register()
        staff_live.register()
