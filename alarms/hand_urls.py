"""Addresses of what is done by hand, under /larm/: manual alarms, calls, dispatches, code words."""

from __future__ import annotations

from django.urls import URLPattern, path

from alarms.views import by_hand, calls, code_words

_ONE = "<uuid:public_id>/"
_INSTALLATION = f"anlaggningar/{_ONE}kodord/"

urlpatterns: list[URLPattern] = [
    path("nytt/", by_hand.manual, name="manual"),
    path("nytt/platser/", by_hand.manual_places, name="manual-places"),
    path("nytt/oppna/", by_hand.manual_open, name="manual-open"),
    path(f"{_ONE}samtal/", calls.call, name="call"),
    path(f"{_ONE}raddningstjanst/", calls.rescue, name="rescue"),
    path(f"{_ONE}utskick/", calls.dispatch, name="dispatch"),
    path(f"{_ONE}utskick/<int:call_id>/", calls.dispatch_step, name="dispatch-step"),
    path(f"{_ONE}kodord/", calls.code_word, name="code-word"),
    path(_INSTALLATION, code_words.code_words, name="code-words"),
    path(f"{_INSTALLATION}ta-bort/", code_words.remove_code_words, name="code-words-remove"),
]
