"""What allauth asks us: no sign-up, encrypted secrets, and nobody new from the city's IdP."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render

from trygghetscentral.accounts import policy
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import crypto

CRYPTO_CONTEXT = "mfa.authenticator.data"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are opened by administrators only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_user_display(self, user: User) -> str:
        """The signature."""
        return user.signature


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Second factors: encrypted at rest, and the last one stays where one is required."""

    def encrypt(self, text: str) -> str:
        """TOTP seeds and recovery seeds, under the current field key."""
        return crypto.encrypt(text, context=CRYPTO_CONTEXT)

    def decrypt(self, encrypted_text: str) -> str:
        """Undo `encrypt`."""
        return crypto.decrypt(encrypted_text, context=CRYPTO_CONTEXT)

    def get_totp_issuer(self) -> str:
        """The name beside the code in the app."""
        return "Trygghetscentralen"

    def get_totp_label(self, user: User) -> str:
        """The username; an app on a private phone need not know the e-mail."""
        return user.username

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """What the security key stores about its owner: nothing but the account."""
        return {
            "id": str(user.pk).encode(),
            "display_name": user.signature,
            "name": user.username,
        }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse to remove the last factor where a second factor is required."""
        if not settings.MFA_REQUIRED or authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        return bool(
            Authenticator.objects.filter(user=authenticator.user)
            .exclude(pk=authenticator.pk)
            .exclude(type=Authenticator.Type.RECOVERY_CODES)
            .exists()
        )


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # no types
    """Sign-in by the city's IdP, for accounts that an administrator has opened."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Match by the IdP's id for the person, else once by an e-mail the IdP has verified.

        Anyone else is told that there is no account. A sign-in that the IdP says was made with
        one of OIDC_MFA_ACR needs no second factor of ours.
        """
        user = sociallogin.user if sociallogin.is_existing else _by_verified_email(sociallogin)
        if user is None or not user.is_active or user.is_service:
            raise ImmediateHttpResponse(
                render(request, "socialaccount/no_account.html", status=403)
            )
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)
        claims = sociallogin.account.extra_data.get("id_token") or {}
        # In a session of somebody else (`process=redirect`) it proves nothing.
        visitor = getattr(request, "user", None)
        theirs = visitor is None or visitor.is_anonymous or visitor == user
        if theirs and claims.get("acr") in settings.OIDC_MFA_ACR:
            request.session[policy.SECOND_FACTOR] = True


def _by_verified_email(sociallogin: SocialLogin) -> User | None:
    verified = [address.email for address in sociallogin.email_addresses if address.verified]
    found: User | None = User.objects.filter(email__in=[one for one in verified if one]).first()
    return found
