"""What came in: signals, alarms and what is done about them."""

from django.apps import AppConfig


class AlarmsConfig(AppConfig):
    """Registers subscriptions and live rows."""

    name = "alarms"
    label = "alarms"

    def ready(self) -> None:
        """Wire up; nothing else happens here."""
        from alarms import live_rows, subscriptions

        subscriptions.register()
        live_rows.register()
