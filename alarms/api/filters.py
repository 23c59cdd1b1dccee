"""What the list of alarms may be narrowed to, and how it is paged."""

from __future__ import annotations

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
    since = django_filters.IsoDateTimeFilter(
        field_name="received_at", lookup_expr="gte", label=_("Mottagna från och med")
    )

    class Meta:
        model = Alarm
        fields = ()

    def by_account(self, alarms: QuerySet[Alarm], _name: str, value: str) -> QuerySet[Alarm]:
        """Exactly, whatever the case."""
        return alarms.filter(account=value.upper())


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
