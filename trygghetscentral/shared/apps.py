"""The ground floor: clock, actor, errors, transactions, encryption, numbers."""

from django.apps import AppConfig


class SharedConfig(AppConfig):
    """Imports no other app."""

    name = "trygghetscentral.shared"
    label = "shared"
