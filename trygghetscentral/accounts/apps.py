"""Who: organisations, users, roles, permissions, audiences."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Sign-in, rights and their administration."""

    name = "trygghetscentral.accounts"
    label = "accounts"
    verbose_name = _("Konton och behörigheter")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what is recorded about signing in; both modules read models, so not earlier."""
        import_module("trygghetscentral.accounts.receivers")
        import_module("trygghetscentral.accounts.openapi")
