"""The pages people watch."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """Owns pages, no tables."""

    name = "trygghetscentral.board"
    label = "board"
