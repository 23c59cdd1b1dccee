"""The objektskort: one site, and changing what stands on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for, signed_in_user
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.files.models import RetentionClass, StoredFile
from trygghetscentral.files.services import store_file
from trygghetscentral.places import forms, geometry, selectors, services
from trygghetscentral.places.models import Site, SiteInstruction
from trygghetscentral.places.views.common import editable_site, explains, may_edit, visible_site
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor


@requires(Permission.SITE_VIEW)
@require_GET
def site_card(request: HttpRequest, slug: str) -> HttpResponse:
    """All protection for one site on one page (domain.md R16)."""
    user = signed_in_user(request)
    site = visible_site(request, slug)
    readable = StoredFile.objects.visible_to(user).filter(
        pk__in=[link.file_id for link in site.files.all()]
    )
    readable_ids = set(readable.values_list("pk", flat=True))
    context = {
        "site": site,
        "warnings": selectors.current_warnings(site, clock.now()),
        "files": [link for link in site.files.all() if link.file_id in readable_ids],
        "feature": _feature(site),
        "may_edit": may_edit(user, site),
        "may_add_file": _may_add_file(request, site),
        "may_see_installations": user.may(Permission.INSTALLATION_VIEW),
        "may_ask": user.may(Permission.SITE_ACCESS_CODE, site.controller_id),
        "steps": _steps(site),
        "code_request_form": forms.CodeRequestForm(),
    }
    return render(request, "places/site.html", context)


@requires(Permission.SITE_VIEW)
@require_GET
def site_map_fragment(request: HttpRequest, slug: str) -> HttpResponse:
    """Only the map of a site, for pages of the floors above."""
    site = visible_site(request, slug)
    return render(request, "places/_site_map.html", {"site": site, "feature": _feature(site)})


def _steps(site: Site) -> list[dict[str, Any]]:
    """Steps by kind of alarm, kinds and steps in the order they are written."""
    labels = dict(forms.ALARM_CATEGORIES)
    groups: dict[str, list[SiteInstruction]] = {}
    for step in site.instructions.all():
        groups.setdefault(step.category, []).append(step)
    return [{"label": labels.get(code, code), "steps": rows} for code, rows in groups.items()]


def _feature(site: Site) -> dict[str, Any]:
    return geometry.feature_collection(
        [
            geometry.feature(
                geometry.point_geojson(site.position),
                {"id": str(site.public_id), "name": site.name, "address": site.full_address},
            )
        ]
    )


def _may_add_file(request: HttpRequest, site: Site) -> bool:
    user = signed_in_user(request)
    return may_edit(user, site) and user.may(Permission.FILE_ADD, site.controller_id)


@requires(Permission.SITE_EDIT)
@require_http_methods(["GET", "POST"])
def site_new(request: HttpRequest) -> HttpResponse:
    """Enter a site."""
    user = signed_in_user(request)
    form = forms.SiteForm(request.POST or None, editor=user)
    site = attempt(
        form,
        lambda: services.create_site(
            actor=actor_for(user), now=clock.now(), data=form.data_for_service()
        ),
    )
    if site:
        messages.success(request, _("Objektet är sparat. Lägg nu till kontakter och åtgärder."))
        return HttpResponseRedirect(site.get_absolute_url())
    return render(request, "places/site_form.html", {"form": form})


@requires(Permission.SITE_EDIT)
@require_http_methods(["GET", "POST"])
@explains
def site_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the site itself."""
    user = signed_in_user(request)
    site = editable_site(request, slug)
    form = forms.SiteForm(request.POST or None, editor=user, site=site)
    changed = attempt(
        form,
        lambda: services.update_site(
            actor=actor_for(user), now=clock.now(), site_id=site.pk, data=form.data_for_service()
        ),
    )
    if changed:
        messages.success(request, _("Ändringarna är sparade."))
        # A site given to a group that the editor is not in is hidden from now on.
        seen = Site.objects.visible_to(user).filter(pk=site.pk).exists()
        return HttpResponseRedirect(
            site.get_absolute_url() if seen else reverse("places:site-list")
        )
    return render(request, "places/site_form.html", {"form": form, "site": site})


@requires(Permission.SITE_EDIT)
@require_POST
@explains
def site_close(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the site out of the register; its history stays."""
    user = signed_in_user(request)
    site = editable_site(request, slug)
    return act(
        request,
        lambda: services.close_site(actor=actor_for(user), now=clock.now(), site_id=site.pk),
        done=_("Objektet är avslutat och visas inte längre i listan."),
        back=reverse("places:site-list"),
    )


Save = Callable[[Actor, Site, Any], None]


def _edit_rows(
    request: HttpRequest,
    slug: str,
    *,
    formset_class: Any,
    initial: Callable[[Site], list[dict[str, Any]]],
    save: Save,
    texts: dict[str, Any],
) -> HttpResponse:
    site = editable_site(request, slug)
    formset = formset_class(request.POST or None, initial=initial(site))
    if request.method == "POST" and formset.is_valid():
        save(actor_for(signed_in_user(request)), site, formset)
        messages.success(request, _("Ändringarna är sparade."))
        return HttpResponseRedirect(site.get_absolute_url())
    return render(request, "places/rows_form.html", {"site": site, "formset": formset, **texts})


@requires(Permission.SITE_EDIT)
@require_http_methods(["GET", "POST"])
@explains
def contacts_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom to ring, in order."""
    return _edit_rows(
        request,
        slug,
        formset_class=forms.ContactFormSet,
        initial=lambda site: forms.rows_initial(
            site.contacts.all(), ("name", "role_title", "phone", "when", "note")
        ),
        save=lambda actor, site, rows: services.set_contacts(
            actor=actor, now=clock.now(), site_id=site.pk, contacts=forms.contacts_of(rows)
        ),
        texts={
            "title": gettext_lazy("Kontakter"),
            "why": gettext_lazy(
                "Operatören ringer uppifrån och ner. Skriv hellre en funktion än ett namn."
            ),
        },
    )


@requires(Permission.SITE_EDIT)
@require_http_methods(["GET", "POST"])
@explains
def instructions_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The åtgärdsinstruktion, step by step."""
    return _edit_rows(
        request,
        slug,
        formset_class=forms.InstructionFormSet,
        initial=lambda site: forms.rows_initial(
            site.instructions.all(), ("text", "category", "required")
        ),
        save=lambda actor, site, rows: services.set_instructions(
            actor=actor, now=clock.now(), site_id=site.pk, steps=forms.instructions_of(rows)
        ),
        texts={
            "title": gettext_lazy("Åtgärder"),
            "why": gettext_lazy(
                "Det operatören gör vid larm, i ordning. Ett steg på varje rad, med vem och hur."
            ),
        },
    )


@requires(Permission.SITE_EDIT)
@require_http_methods(["GET", "POST"])
@explains
def warnings_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What whoever goes there must know."""
    return _edit_rows(
        request,
        slug,
        formset_class=forms.WarningFormSet,
        initial=lambda site: forms.rows_initial(
            site.warnings.all(), ("category", "severity", "text", "valid_until")
        ),
        save=lambda actor, site, rows: services.set_warnings(
            actor=actor, now=clock.now(), site_id=site.pk, warnings=forms.warnings_of(rows)
        ),
        texts={
            "title": gettext_lazy("Varningar"),
            "why": gettext_lazy(
                "Syns överst vid varje larm. Sätt ett slut på det som går över, till exempel ett "
                "bygge."
            ),
        },
    )


@requires(Permission.SITE_EDIT, Permission.FILE_ADD)
@require_http_methods(["GET", "POST"])
@explains
def file_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand in a file about the site."""
    site = editable_site(request, slug)
    form = forms.SiteFileForm(request.POST or None, request.FILES or None)
    user = signed_in_user(request)

    def keep() -> object:
        upload = form.cleaned_data["file"]
        stored = store_file(
            actor=actor_for(user),
            now=clock.now(),
            chunks=upload.chunks(),
            name=upload.name,
            controller_id=site.controller_id,
            retention_class=RetentionClass.SITE,
            secrecy_grounds=form.grounds(),
            restricted_group_id=site.restricted_group_id,
            exercise_id=site.exercise_id,
        )
        return services.attach_file(
            actor=actor_for(user),
            now=clock.now(),
            site_id=site.pk,
            stored=stored,
            title=form.cleaned_data["title"],
        )

    if attempt(form, keep):
        messages.success(request, _("Filen är sparad."))
        return HttpResponseRedirect(site.get_absolute_url())
    return render(request, "places/file_form.html", {"form": form, "site": site})


@requires(Permission.SITE_EDIT)
@require_POST
@explains
def file_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a file off the site; the file itself is kept until it is disposed of."""
    site = editable_site(request, slug)
    return act(
        request,
        lambda: services.detach_file(
            actor=actor_for(signed_in_user(request)),
            now=clock.now(),
            site_id=site.pk,
            site_file_id=pk,
        ),
        done=_("Filen visas inte längre på objektet."),
        back=site.get_absolute_url(),
    )
