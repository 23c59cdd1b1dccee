"""Sealed codes: setting, asking, approving, reading."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trygghetscentral.accounts.access import any_of, requires
from trygghetscentral.accounts.actors import actor_for, signed_in_user
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.places import forms, selectors, services
from trygghetscentral.places.models import CodeRequest, SealedAccessCode, Site
from trygghetscentral.places.views.common import demand, editable_site, explains, visible_site
from trygghetscentral.shared import clock

MOST_READS = 100


def _code(site: Site, public_id: UUID) -> SealedAccessCode:
    for code in site.codes.all():
        if code.public_id == public_id:
            return code
    raise Http404


@requires(Permission.SITE_EDIT)
@require_http_methods(["GET", "POST"])
@never_cache
@explains
def code_set(request: HttpRequest, slug: str, public_id: UUID | None = None) -> HttpResponse:
    """Set a new code, or replace the secret of one."""
    user = signed_in_user(request)
    site = editable_site(request, slug)
    code = _code(site, public_id) if public_id else None
    form = forms.CodeForm(request.POST or None, initial={"label": code.label} if code else None)
    done = attempt(
        form,
        lambda: services.seal_code(
            actor=actor_for(user),
            now=clock.now(),
            site_id=site.pk,
            code_id=code.pk if code else None,
            **form.cleaned_data,
        ),
    )
    if done:
        messages.success(request, _("Koden är förseglad."))
        return HttpResponseRedirect(site.get_absolute_url())
    return render(request, "places/code_form.html", {"form": form, "site": site, "code": code})


@requires(Permission.SITE_EDIT)
@require_POST
@explains
def code_remove(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Erase a code."""
    site = editable_site(request, slug)
    code = _code(site, public_id)
    return act(
        request,
        lambda: services.remove_code(
            actor=actor_for(signed_in_user(request)), now=clock.now(), code_id=code.pk
        ),
        done=_("Koden är raderad."),
        back=site.get_absolute_url(),
    )


@requires(Permission.SITE_ACCESS_CODE)
@require_http_methods(["GET", "POST"])
@explains
def code_ask(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Ask to read a code without an open alarm."""
    user = signed_in_user(request)
    site = visible_site(request, slug)
    demand(user, Permission.SITE_ACCESS_CODE, site)
    code = _code(site, public_id)
    form = forms.CodeRequestForm(request.POST or None)
    asked = attempt(
        form,
        lambda: services.request_reveal(
            actor=actor_for(user),
            now=clock.now(),
            code_id=code.pk,
            reason=form.cleaned_data["reason"],
        ),
    )
    if asked:
        return HttpResponseRedirect(reverse("places:code-request", args=(asked.public_id,)))
    return render(request, "places/code_ask.html", {"form": form, "site": site, "code": code})


def _own_request(request: HttpRequest, public_id: UUID) -> CodeRequest:
    return get_object_or_404(
        selectors.own_code_requests(signed_in_user(request)), public_id=public_id
    )


@requires(Permission.SITE_ACCESS_CODE)
@require_GET
@never_cache
def code_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far one's own request has come; asks again by itself while it waits."""
    asked = _own_request(request, public_id)
    now = clock.now()
    context = {"asked": asked, "late": now >= asked.expires_at, "site": asked.code.site}
    partial = bool(request.headers.get("HX-Request"))
    return render(
        request, "places/_code_request.html" if partial else "places/code_request.html", context
    )


@requires(Permission.SITE_ACCESS_CODE)
@require_POST
@never_cache
@explains
def code_read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the secret, once."""
    asked = _own_request(request, public_id)
    user = signed_in_user(request)
    secret = services.read_revealed(actor=actor_for(user), now=clock.now(), request_id=asked.pk)
    context = {"asked": asked, "secret": secret, "site": asked.code.site}
    return render(request, "places/code_shown.html", context)


@any_of(Permission.SITE_ACCESS_CODE_APPROVE)
@require_GET
@never_cache
def code_log(request: HttpRequest) -> HttpResponse:
    """For the shift lead: requests that wait, and readings to look at."""
    user = signed_in_user(request)
    context = {
        "waiting": selectors.code_requests_to_approve(user, clock.now()),
        "reads": selectors.code_reads(user)[:MOST_READS],
    }
    return render(request, "places/code_log.html", context)


@requires(Permission.SITE_ACCESS_CODE_APPROVE)
@require_POST
@explains
def code_approve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Be the second person."""
    user = signed_in_user(request)
    asked = get_object_or_404(
        selectors.code_requests_to_approve(user, clock.now()), public_id=public_id
    )
    return act(
        request,
        lambda: services.approve_reveal(
            actor=actor_for(user), now=clock.now(), request_id=asked.pk
        ),
        done=_("Godkänt. Den som bad om koden kan läsa den en gång, inom 15 minuter."),
        back=reverse("places:code-log"),
    )


@requires(Permission.SITE_ACCESS_CODE_APPROVE)
@require_POST
@explains
def code_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a reading has been looked at."""
    user = signed_in_user(request)
    read = get_object_or_404(selectors.code_reads(user), pk=pk)
    return act(
        request,
        lambda: services.mark_read_seen(actor=actor_for(user), now=clock.now(), read_id=read.pk),
        done=_("Visningen är granskad."),
        back=reverse("places:code-log"),
    )
