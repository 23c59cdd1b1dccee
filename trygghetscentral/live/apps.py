"""Live pages: publisher, socket and what a page missed."""

from importlib import import_module

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Rooms register their streams in their own `ready`."""

    name = "trygghetscentral.live"
    label = "live"

    def ready(self) -> None:
        """Listen to what the city's IdP answers."""
        import_module("trygghetscentral.live.idp")
