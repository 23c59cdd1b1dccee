"""allauth's forms in our words: labels instead of placeholders, and klarspråk."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

NEW_PASSWORD = _("Nytt lösenord")
NEW_PASSWORD_AGAIN = _("Nytt lösenord en gång till")
CODE = _("Kod från appen")


class _Worded:
    """Takes labels from `words` and removes allauth's placeholders."""

    words: ClassVar[dict[str, Any]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in self.words:
                field.label = self.words[name]
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_Worded, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    """Username and password."""

    words: ClassVar = {"login": _("Användarnamn"), "password": _("Lösenord")}


class ChangePasswordForm(_Worded, account.ChangePasswordForm):  # type: ignore[misc]  # as above
    """Changing one's own password."""

    words: ClassVar = {
        "oldpassword": _("Nuvarande lösenord"),
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD_AGAIN,
    }


class ResetPasswordKeyForm(_Worded, account.ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    """Choosing a password by a one-time link."""

    words: ClassVar = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD_AGAIN}


class ReauthenticateForm(_Worded, account.ReauthenticateForm):  # type: ignore[misc]  # as above
    """The password once more."""

    words: ClassVar = {"password": _("Lösenord")}


class AuthenticateForm(_Worded, mfa.AuthenticateForm):  # type: ignore[misc]  # as above
    """The second factor at sign-in."""

    words: ClassVar = {"code": _("Kod från appen, eller en reservkod")}


class MFAReauthenticateForm(_Worded, mfa.ReauthenticateForm):  # type: ignore[misc]  # as above
    """The second factor once more."""

    words: ClassVar = {"code": _("Kod från appen, eller en reservkod")}


class ActivateTOTPForm(_Worded, totp.ActivateTOTPForm):  # type: ignore[misc]  # as above
    """The first code from a new app."""

    words: ClassVar = {"code": CODE}


class AddWebAuthnForm(_Worded, webauthn.AddWebAuthnForm):  # type: ignore[misc]  # as above
    """A new security key."""

    words: ClassVar = {"name": _("Nyckelns namn")}


class EditWebAuthnForm(_Worded, webauthn.EditWebAuthnForm):  # type: ignore[misc]  # as above
    """A security key's name."""

    words: ClassVar = {"name": _("Nyckelns namn")}
