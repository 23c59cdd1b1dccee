"""The code words of an installation: set or taken away, and never shown."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alarms.forms.by_hand import CodeWordsForm
from alarms.selectors.installations import code_words_of
from alarms.services import code_words as services
from alarms.views.common import form_page, managed_installation, posted
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock


@requires(Permission.INSTALLATION_MANAGE)
@require_http_methods(["GET", "POST"])
def code_words(request: Request, public_id: UUID) -> HttpResponse:
    """Set both words; the page says only whether there are any."""
    found = managed_installation(request.user, public_id)
    form = CodeWordsForm(posted(request))
    made = attempt(
        form,
        lambda: services.set_code_words(
            actor=actor_for(request.user),
            now=clock.now(),
            installation_id=found.pk,
            word=form.cleaned_data["word"],
            duress=form.cleaned_data["duress"],
        ),
    )
    if made is not None:
        messages.success(request, _("Kodorden är sparade. De visas inte igen."))
        return HttpResponseRedirect(reverse("alarms:installation", args=(public_id,)))
    context = {"installation": found, "words": code_words_of(found)}
    return form_page(request, "alarms/code_words.html", form, context)


@requires(Permission.INSTALLATION_MANAGE)
@require_POST
def remove_code_words(request: Request, public_id: UUID) -> HttpResponse:
    """Take both words away."""
    found = managed_installation(request.user, public_id)
    return act(
        request,
        lambda: services.remove_code_words(
            actor=actor_for(request.user), now=clock.now(), installation_id=found.pk
        ),
        done=_("Kodorden är borttagna."),
        back=reverse("alarms:installation", args=(public_id,)),
    )
