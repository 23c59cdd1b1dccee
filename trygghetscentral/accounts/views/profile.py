"""One's own account, and what the roles mean."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from trygghetscentral.accounts import selectors, services
from trygghetscentral.accounts.access import public, signed_in
from trygghetscentral.accounts.actors import actor_for, signed_in_user
from trygghetscentral.accounts.forms import LanguageForm
from trygghetscentral.accounts.views.common import act
from trygghetscentral.shared import clock


@signed_in
@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am here: signature, roles, language, and where to change the rest."""
    user = signed_in_user(request)
    context = {
        "grants": selectors.grants_of(user),
        "form": LanguageForm(initial={"language": user.language}),
        "now": clock.now(),
    }
    return render(request, "accounts/profile.html", context)


@signed_in
@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the screen."""
    user = signed_in_user(request)
    return act(
        request,
        lambda: services.change_language(
            actor=actor_for(user),
            now=clock.now(),
            user=user,
            language=request.POST.get("language", ""),
        ),
        done=_("Språket är ändrat."),
        back=reverse("accounts:profile"),
    )


@signed_in
@require_GET
def role_list(request: HttpRequest) -> HttpResponse:
    """Every role with its description, and the table of roles and permissions."""
    return render(request, "accounts/roles.html", selectors.role_table())


@public
@require_GET
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Whom to ask. No e-mail is sent: the account may be all that a thief of a mailbox lacks."""
    return render(request, "account/forgotten_password.html")
