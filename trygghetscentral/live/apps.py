"""Live pages: publisher, socket and what a page missed."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Rooms register their streams in their own `ready`."""

    name = "trygghetscentral.live"
    label = "live"
