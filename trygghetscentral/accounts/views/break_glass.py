"""Break-glass: opening, reading about, reviewing."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from trygghetscentral.accounts import services
from trygghetscentral.accounts.access import any_of, requires
from trygghetscentral.accounts.actors import actor_for, signed_in_user
from trygghetscentral.accounts.forms import BreakGlassForm, ReviewForm
from trygghetscentral.accounts.models import BreakGlass
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.views.common import attempt
from trygghetscentral.shared import clock


@any_of(Permission.BREAK_GLASS_OPEN, Permission.BREAK_GLASS_READ)
@require_GET
def break_glass_list(request: HttpRequest) -> HttpResponse:
    """One's own openings, and those of the controllers one answers for or watches."""
    openings = BreakGlass.objects.visible_to(signed_in_user(request))
    context = {
        "openings": openings.select_related("user", "controller", "reviewed_by")[:200],
        "now": clock.now(),
    }
    return render(request, "accounts/break_glass_list.html", context)


@requires(Permission.BREAK_GLASS_OPEN)
@require_http_methods(["GET", "POST"])
def break_glass_open(request: HttpRequest) -> HttpResponse:
    """Open a need-to-know group's matters for a while."""
    user = signed_in_user(request)
    form = BreakGlassForm(request.POST or None, user=user)
    opening = attempt(
        form,
        lambda: services.open_break_glass(
            actor=actor_for(user),
            now=clock.now(),
            user=user,
            audience=form.cleaned_data["target"],
            reason=form.cleaned_data["reason"],
            lasts=timedelta(hours=form.cleaned_data["hours"]),
        ),
    )
    if opening:
        return HttpResponseRedirect(reverse("accounts:break-glass"))
    return render(request, "accounts/break_glass_form.html", {"form": form})


@requires(Permission.BREAK_GLASS_REVIEW)
@require_http_methods(["GET", "POST"])
def break_glass_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge an opening."""
    reviewer = signed_in_user(request)
    openings = BreakGlass.objects.visible_to(reviewer).select_related("user", "controller")
    opening = get_object_or_404(openings, pk=pk)
    form = ReviewForm(request.POST or None)
    attempt(
        form,
        lambda: services.review_break_glass(
            actor=actor_for(reviewer),
            now=clock.now(),
            opening=opening,
            reviewer=reviewer,
            verdict=form.cleaned_data["verdict"],
            note=form.cleaned_data["note"],
        ),
    )
    if form.is_valid():
        return HttpResponseRedirect(reverse("accounts:break-glass"))
    return render(request, "accounts/break_glass_review.html", {"form": form, "opening": opening})
