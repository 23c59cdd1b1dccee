"""Rosters, who is reached, and did they answer."""

from django.apps import AppConfig


class CalloutConfig(AppConfig):
    """Registers nothing: the floors above call its services and listen to its events."""

    name = "trygghetscentral.callout"
    label = "callout"
