"""Need-to-know groups."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from trygghetscentral.accounts import selectors, services
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for, signed_in_user
from trygghetscentral.accounts.forms import GroupForm, MemberForm, end_of
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock


def _page_of(group: NeedToKnowGroup) -> str:
    return reverse("accounts:group", args=[group.pk])


def _visible(request: HttpRequest, pk: int) -> NeedToKnowGroup:
    admin = signed_in_user(request)
    groups = NeedToKnowGroup.objects.where_may(admin, Permission.ACCOUNT_GROUPS)
    return get_object_or_404(groups.select_related("organisation"), pk=pk)


@requires(Permission.ACCOUNT_GROUPS)
@require_http_methods(["GET", "POST"])
def group_list(request: HttpRequest) -> HttpResponse:
    """The groups one administers, and a form for another."""
    admin = signed_in_user(request)
    form = GroupForm(request.POST or None, admin=admin)
    group = attempt(
        form,
        lambda: services.create_group(actor=actor_for(admin), now=clock.now(), **form.cleaned_data),
    )
    if group:
        return HttpResponseRedirect(_page_of(group))
    groups = NeedToKnowGroup.objects.where_may(admin, Permission.ACCOUNT_GROUPS)
    context = {"form": form, "groups": groups.select_related("organisation")}
    return render(request, "accounts/groups.html", context)


@requires(Permission.ACCOUNT_GROUPS)
@require_http_methods(["GET", "POST"])
def group_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in a group, and a form for letting somebody in."""
    admin = signed_in_user(request)
    group = _visible(request, pk)
    form = MemberForm(request.POST or None, admin=admin)
    added = attempt(
        form,
        lambda: services.add_to_group(
            actor=actor_for(admin),
            now=clock.now(),
            group=group,
            user=form.cleaned_data["username"],
            valid_until=end_of(form.cleaned_data["ends"]),
        ),
    )
    if added:
        return HttpResponseRedirect(_page_of(group))
    members = selectors.members_of(group, now=clock.now())
    context = {"form": form, "group": group, "members": members}
    return render(request, "accounts/group.html", context)


@requires(Permission.ACCOUNT_GROUPS)
@require_POST
def group_member_remove(request: HttpRequest, pk: int, username: str) -> HttpResponse:
    """End a membership."""
    admin = signed_in_user(request)
    group = _visible(request, pk)
    user = get_object_or_404(User.objects.visible_to(admin), username=username)
    return act(
        request,
        lambda: services.remove_from_group(
            actor=actor_for(admin), now=clock.now(), group=group, user=user
        ),
        done=_("Medlemskapet är avslutat."),
        back=_page_of(group),
    )
