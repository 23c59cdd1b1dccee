"""Administration of accounts and roles."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trygghetscentral.accounts import selectors, services
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for, signed_in_user
from trygghetscentral.accounts.forms import GrantForm, NewUserForm, UserForm, end_of, start_of
from trygghetscentral.accounts.models import Grant, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock


def _page_of(user: User) -> str:
    return reverse("accounts:user", args=[user.username])


def _visible(request: HttpRequest, username: str) -> User:
    users = User.objects.visible_to(signed_in_user(request)).select_related("home_organisation")
    user: User = get_object_or_404(users, username=username)
    return user


@requires(Permission.ACCOUNT_USERS)
@require_GET
def user_list(request: HttpRequest) -> HttpResponse:
    """The accounts of the organisations one administers."""
    users = selectors.user_rows(
        signed_in_user(request), search=request.GET.get("q", ""), now=clock.now()
    )
    return render(request, "accounts/users.html", {"users": users, "q": request.GET.get("q", "")})


@requires(Permission.ACCOUNT_USERS)
@require_http_methods(["GET", "POST"])
def user_create(request: HttpRequest) -> HttpResponse:
    """Open an account; roles and password come on its page."""
    admin = signed_in_user(request)
    form = NewUserForm(request.POST or None, admin=admin)
    user = attempt(
        form,
        lambda: services.create_user(actor=actor_for(admin), now=clock.now(), **form.cleaned_data),
    )
    if user:
        return HttpResponseRedirect(_page_of(user))
    return render(request, "accounts/user_form.html", {"form": form})


@requires(Permission.ACCOUNT_USERS)
@require_GET
def user_detail(request: HttpRequest, username: str) -> HttpResponse:
    """One account: details, roles, groups, and what can be done with it."""
    admin = signed_in_user(request)
    user = _visible(request, username)
    context = {
        "account": user,
        "grants": selectors.grants_of(user),
        "memberships": selectors.memberships_of(user, now=clock.now()),
        "grant_form": GrantForm(admin=admin, user=user),
        "now": clock.now(),
    }
    return render(request, "accounts/user.html", context)


@requires(Permission.ACCOUNT_USERS)
@require_http_methods(["GET", "POST"])
def user_edit(request: HttpRequest, username: str) -> HttpResponse:
    """Correct an account's details."""
    admin = signed_in_user(request)
    user = _visible(request, username)
    names = ("name", "signature", "email", "language", "home_organisation")
    form = UserForm(
        request.POST or None,
        admin=admin,
        initial={name: getattr(user, name) for name in names},
    )
    changed = attempt(
        form,
        lambda: services.change_user(
            actor=actor_for(admin), now=clock.now(), user=user, **form.cleaned_data
        ),
    )
    if changed:
        return HttpResponseRedirect(_page_of(user))
    return render(request, "accounts/user_form.html", {"form": form, "account": user})


@requires(Permission.ACCOUNT_USERS)
@require_POST
def user_deactivate(request: HttpRequest, username: str) -> HttpResponse:
    """Close an account at once."""
    admin = signed_in_user(request)
    user = _visible(request, username)
    return act(
        request,
        lambda: services.deactivate_user(actor=actor_for(admin), now=clock.now(), user=user),
        done=_("Kontot är avstängt. Inloggningar är avslutade och nycklar spärrade."),
        back=_page_of(user),
    )


@requires(Permission.ACCOUNT_USERS)
@require_POST
def user_reactivate(request: HttpRequest, username: str) -> HttpResponse:
    """Open a closed account again."""
    admin = signed_in_user(request)
    user = _visible(request, username)
    return act(
        request,
        lambda: services.reactivate_user(actor=actor_for(admin), now=clock.now(), user=user),
        done=_("Kontot är öppet igen. Spärrade nycklar är fortfarande spärrade."),
        back=_page_of(user),
    )


@requires(Permission.ACCOUNT_USERS)
@never_cache
@require_POST
def user_password_link(request: HttpRequest, username: str) -> HttpResponse:
    """Make a one-time link where the user chooses a password; shown once, to be handed over."""
    admin = signed_in_user(request)
    user = _visible(request, username)
    made: list[tuple[str, str]] = []
    answer = act(
        request,
        lambda: made.append(
            services.make_password_link(actor=actor_for(admin), now=clock.now(), user=user)
        ),
        done=_("Länken är skapad."),
        back=_page_of(user),
    )
    if not made:
        return answer
    uid, key = made[0]
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
    context = {"account": user, "link": request.build_absolute_uri(path)}
    return render(request, "accounts/password_link.html", context)


@requires(Permission.ACCOUNT_USERS, Permission.ACCOUNT_GRANTS)
@require_POST
def grant_create(request: HttpRequest, username: str) -> HttpResponse:
    """Give a role."""
    admin = signed_in_user(request)
    user = _visible(request, username)
    form = GrantForm(request.POST, admin=admin, user=user)
    grant = attempt(
        form,
        lambda: services.grant_role(
            actor=actor_for(admin),
            now=clock.now(),
            user=user,
            role=form.cleaned_data["role"],
            organisation=form.cleaned_data["organisation"],
            valid_from=start_of(form.cleaned_data["starts"]),
            valid_until=end_of(form.cleaned_data["ends"]),
        ),
    )
    if grant:
        return HttpResponseRedirect(_page_of(user))
    return render(request, "accounts/grant_form.html", {"form": form, "account": user})


@requires(Permission.ACCOUNT_GRANTS)
@require_POST
def grant_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role back."""
    admin = signed_in_user(request)
    grants = Grant.objects.given_out_by(admin).select_related("user", "organisation")
    grant = get_object_or_404(grants, pk=pk)
    return act(
        request,
        lambda: services.withdraw_grant(actor=actor_for(admin), now=clock.now(), grant=grant),
        done=_("Rollen är tillbakatagen."),
        back=_page_of(grant.user),
    )
