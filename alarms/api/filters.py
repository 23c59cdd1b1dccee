"""What the list of alarms may be narrowed to, and how it is paged."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from alarms.codes import Category
from alarms.models import Alarm
from alarms.states import AlarmState

LARGEST_ID: Final = 2**63 - 1


class AlarmFilter(django_filters.FilterSet):
    """`state` and `category` may be given several times."""

    state = django_filters.MultipleChoiceFilter(choices=AlarmState.choices, distinct=False)
    category = django_filters.MultipleChoiceFilter(
        choices=[(one.value, one.value) for one in Category], distinct=False
    )
    account = django_filters.CharFilter(method="by_account", label=_("Konto"))
    since = django_filters.IsoDateTimeFilter(method="by_arrival", label=_("Mottagna från och med"))
    lead = django_filters.CharFilter(method="by_lead", label=_("Zoner i raden med det numret"))

    class Meta:
        model = Alarm
        fields = ()

    def filter_queryset(self, queryset: QuerySet[Alarm]) -> QuerySet[Alarm]:
        """Rows, unless the zones of one are asked for."""
        found: QuerySet[Alarm] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("lead") else found.filter(lead__isnull=True)

    def by_arrival(
        self, alarms: QuerySet[Alarm], _name: str, value: dt.datetime
    ) -> QuerySet[Alarm]:
        """From the moment on; the database takes no offset beyond 15:59, and ISO 8601 does."""
        try:
            moment = value.astimezone(dt.UTC)
        except OverflowError:
            return alarms.none() if value.year > dt.MINYEAR else alarms
        return alarms.filter(received_at__gte=moment)

    def by_account(self, alarms: QuerySet[Alarm], _name: str, value: str) -> QuerySet[Alarm]:
        """Exactly, whatever the case."""
        return alarms.filter(account=value.upper())

    def by_lead(self, alarms: QuerySet[Alarm], _name: str, value: str) -> QuerySet[Alarm]:
        """The row's other zones, by its number."""
        return alarms.filter(lead__number=value.upper())


class AlarmCursor(CursorPagination):
    """Newest first; new alarms do not move the pages under the reader."""

    ordering = "-id"
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500
    invalid_cursor_message: Any = _("Sidmärket (cursor) gäller inte. Börja om från första sidan.")

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Raise NotFound for a mark that we did not make."""
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None:
            digits = str(cursor.position)
            if not (digits.isascii() and digits.isdecimal() and int(digits) <= LARGEST_ID):
                raise NotFound(self.invalid_cursor_message)
        return cursor
