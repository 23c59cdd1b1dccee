"""What happened: incidents and what is done about them."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Registers subscriptions."""

    name = "incidents"
    label = "incidents"

    def ready(self) -> None:
        """Wire up; nothing else happens here."""
        from incidents import subscriptions

        subscriptions.register()
