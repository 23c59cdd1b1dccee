"""Stored files behind doors."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Registers nothing."""

    name = "trygghetscentral.files"
    label = "files"
