"""API tokens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trygghetscentral.accounts import services
from trygghetscentral.accounts.access import any_of, requires
from trygghetscentral.accounts.actors import actor_for, signed_in_user
from trygghetscentral.accounts.forms import TokenForm, end_of
from trygghetscentral.accounts.models import ApiToken
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock


@any_of(Permission.ACCOUNT_TOKENS, Permission.ACCOUNT_USERS)
@require_GET
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own tokens; for administrators of accounts also those of their users."""
    tokens = ApiToken.objects.visible_to(signed_in_user(request)).select_related("user")
    return render(request, "accounts/tokens.html", {"tokens": tokens, "now": clock.now()})


@requires(Permission.ACCOUNT_TOKENS)
@never_cache
@require_http_methods(["GET", "POST"])
def token_create(request: HttpRequest) -> HttpResponse:
    """Make a token of one's own. The secret stands on the answer and nowhere else."""
    user = signed_in_user(request)
    form = TokenForm(request.POST or None, user=user)
    made = attempt(
        form,
        lambda: services.create_api_token(
            actor=actor_for(user),
            now=clock.now(),
            user=user,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=end_of(form.cleaned_data["ends"]),
        ),
    )
    if made:
        token, secret = made
        return render(request, "accounts/token_made.html", {"token": token, "secret": secret})
    return render(request, "accounts/token_form.html", {"form": form})


@any_of(Permission.ACCOUNT_TOKENS, Permission.ACCOUNT_USERS)
@require_POST
def token_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a token useless."""
    user = signed_in_user(request)
    token = get_object_or_404(ApiToken.objects.visible_to(user), public_id=public_id)
    return act(
        request,
        lambda: services.revoke_api_token(actor=actor_for(user), now=clock.now(), token=token),
        done=_("Nyckeln är spärrad."),
        back=reverse("accounts:token-list"),
    )
