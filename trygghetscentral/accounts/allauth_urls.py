"""The pages of allauth that we use, at Swedish addresses. The rest of allauth is not reachable.

Names are allauth's own and stand without a namespace, because allauth reverses them.
What each demands is in declarations.THIRD_PARTY.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import include, path, re_path

from trygghetscentral.accounts import views

totp_patterns = [
    path("", totp.activate_totp, name="mfa_activate_totp"),
    path("ta-bort/", totp.deactivate_totp, name="mfa_deactivate_totp"),
]
recovery_patterns = [
    path("", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("nya/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("hamta/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
webauthn_patterns = [
    path("", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("ny/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("bekrafta/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("<int:pk>/ta-bort/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]
mfa_patterns = [
    path("", mfa.index, name="mfa_index"),
    path("kod/", mfa.authenticate, name="mfa_authenticate"),
    path("bekrafta/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/", include(totp_patterns)),
    path("reservkoder/", include(recovery_patterns)),
    path("sakerhetsnyckel/", include(webauthn_patterns)),
]
# allauth sends whoever has no password to account_set_password. Someone who signs in by the
# city's IdP must not make a way round it, so that page only says whom to ask.
password_patterns = [
    path("glomt/", views.forgotten_password, name="account_reset_password"),
    re_path(
        r"^nytt/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "nytt/klart/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("byt/", account.password_change, name="account_change_password"),
    path("saknas/", views.forgotten_password, name="account_set_password"),
]
oidc_patterns = [
    path("avbruten/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("fel/", social.login_error, name="socialaccount_login_error"),
    path("<slug:provider_id>/", oidc.login, name="openid_connect_login"),
    path("<slug:provider_id>/svar/", oidc.callback, name="openid_connect_callback"),
]

urlpatterns = [
    path("logga-in/", account.login, name="account_login"),
    path("logga-ut/", account.logout, name="account_logout"),
    path("avstangt/", account.account_inactive, name="account_inactive"),
    path("bekrafta/", account.reauthenticate, name="account_reauthenticate"),
    path("losenord/", include(password_patterns)),
    path("tvafaktor/", include(mfa_patterns)),
    path("inloggning/", include(oidc_patterns)),
]
