"""Signals in, alarms out. The same doors as the pages; writes go through intake."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.db import OperationalError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework import status, viewsets
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from alarms.api.authentication import PatientBearerAuthentication
from alarms.api.bodies import alarm_body, signal_body
from alarms.api.filters import AlarmCursor, AlarmFilter
from alarms.api.parsing import LimitedJSONParser, NotReceived
from alarms.api.receiving import Answer, receive
from alarms.api.serializers import (
    MAX_SIGNALS,
    AlarmSerializer,
    ErrorSerializer,
    ReceiptSerializer,
    ResultsSerializer,
    SignalBatchSerializer,
    SignalPostSerializer,
    SignalSerializer,
)
from alarms.models import Alarm, Signal
from alarms.selectors.signals import receipt_rows, visible_signals
from trygghetscentral.accounts.access import any_of, requires
from trygghetscentral.accounts.actors import signed_in_user
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared import clock

ANY_ERRORS: Final = OpenApiTypes.OBJECT
READ_ERRORS: Final[dict[int, Any]] = {
    401: ErrorSerializer,
    403: ErrorSerializer,
    404: ErrorSerializer,
    406: ErrorSerializer,
}
RECEIPTS: Final = PolymorphicProxySerializer(
    component_name="SignalAnswer",
    serializers=[ReceiptSerializer, ResultsSerializer],
    resource_type_field_name=None,
)


@any_of(Permission.INTAKE_SEND, Permission.ALARM_VIEW)
class SignalViewSet(viewsets.GenericViewSet[Signal]):
    """Signals from other systems."""

    queryset = Signal.objects.none()
    serializer_class = SignalSerializer
    authentication_classes = (PatientBearerAuthentication, SessionAuthentication)
    parser_classes = (LimitedJSONParser,)
    filter_backends = ()
    lookup_value_regex = "[0-9]{1,18}"

    def handle_exception(self, exc: Exception) -> Response:
        """A database that does not answer is no fault of the sender, who must send again."""
        if isinstance(exc, OperationalError):
            exc = NotReceived()
        return super().handle_exception(exc)

    def get_queryset(self) -> QuerySet[Signal]:
        """One's own, and those of alarms and installations one may see."""
        return visible_signals(signed_in_user(self.request))

    @extend_schema(
        operation_id="signals_send",
        request=PolymorphicProxySerializer(
            component_name="SignalPostAny",
            serializers=[
                SignalPostSerializer,
                SignalPostSerializer(many=True),
                SignalBatchSerializer,
            ],
            resource_type_field_name=None,
            many=False,
        ),
        responses={
            200: RECEIPTS,
            201: RECEIPTS,
            400: ANY_ERRORS,
            401: ErrorSerializer,
            403: ANY_ERRORS,
            406: ErrorSerializer,
            413: ErrorSerializer,
            415: ErrorSerializer,
            503: ANY_ERRORS,
        },
    )
    @requires(Permission.INTAKE_SEND)
    def create(self, request: Request) -> Response:
        """Take in one signal, a list of signals, or `{"signals": [...]}` with at most 500.

        The answer comes after the commit: 201 with the signal and its alarm, 200 when the same
        `source_id` came before. A batch is answered in its order with a status for each.
        """
        user = signed_in_user(request)
        data = request.data
        if isinstance(data, dict) and "signals" in data:
            data = data["signals"]
            if not isinstance(data, list):
                raise ValidationError({"signals": [_("Skriv en lista med signaler.")]})
        if isinstance(data, list):
            return _answer_batch(data, user)
        return _answer_one(data, user)

    @extend_schema(responses={200: SignalSerializer, **READ_ERRORS})
    def retrieve(self, _request: Request, pk: str) -> Response:
        """A stored signal."""
        signal = get_object_or_404(self.get_queryset().defer("raw", "extended"), pk=int(pk))
        reader = signed_in_user(self.request)
        return Response(SignalSerializer(signal, context={"reader_id": reader.pk}).data)


def _answer_one(data: Any, user: User) -> Response:
    checked = _checked(SignalPostSerializer(), data)
    if isinstance(checked, Answer):
        raise ValidationError(checked.errors)
    (answer,) = receive([checked], originals=[data], user=user, now=clock.now())
    if answer.status == status.HTTP_403_FORBIDDEN:
        raise PermissionDenied(answer.errors)
    if answer.stored is None:
        raise NotReceived
    (body,) = _bodies([answer], user)
    return Response({"signal": body["signal"], "alarm": body["alarm"]}, status=answer.status)


def _answer_batch(data: list[Any], user: User) -> Response:
    if not 1 <= len(data) <= MAX_SIGNALS:
        raise ValidationError(
            {"signals": [_("Skicka 1 till %(most)s signaler åt gången.") % {"most": MAX_SIGNALS}]}
        )
    # One serializer for all: each new one copies its fields, which cost more than the checks.
    form = SignalPostSerializer()
    checked = [_checked(form, item) for item in data]
    valid = [(one, item) for one, item in zip(checked, data, strict=True) if isinstance(one, dict)]
    received = iter(
        receive(
            [one for one, _item in valid],
            originals=[item for _one, item in valid],
            user=user,
            now=clock.now(),
        )
        if valid
        else ()
    )
    answers = [one if isinstance(one, Answer) else next(received) for one in checked]
    whole = _status_of_all({answer.status for answer in answers})
    headers = {"Retry-After": str(NotReceived.wait)} if whole == NotReceived.status_code else None
    return Response({"results": _bodies(answers, user)}, status=whole, headers=headers)


def _checked(form: SignalPostSerializer, item: Any) -> dict[str, Any] | Answer:
    """The checked signal, or the answer that says what is wrong with it."""
    try:
        checked: dict[str, Any] = form.run_validation(item)
    except ValidationError as error:
        return _invalid(item, error)
    return checked


def _invalid(item: Any, error: ValidationError) -> Answer:
    found: Any = error.detail
    problems = found if isinstance(found, dict) else {api_settings.NON_FIELD_ERRORS_KEY: found}
    errors = {
        str(field): [str(problem) for problem in _flat(found)] for field, found in problems.items()
    }
    source_id = item.get("source_id") if isinstance(item, dict) else None
    shown = source_id if isinstance(source_id, str) else ""
    return Answer(status.HTTP_400_BAD_REQUEST, shown, errors=errors)


def _flat(problems: Any) -> list[Any]:
    return problems if isinstance(problems, list) else [problems]


def _status_of_all(found: set[int]) -> int:
    """201 when anything is new, else 200 when anything was known, else the gravest error."""
    for one in (status.HTTP_201_CREATED, status.HTTP_200_OK):
        if one in found:
            return one
    return max(found)


def _bodies(answers: list[Answer], user: User) -> list[dict[str, Any]]:
    """The results with their signals and alarms, in one query."""
    ids = {answer.stored.signal_id for answer in answers if answer.stored}
    rows = receipt_rows(user, [pk for pk in ids if pk is not None])
    bodies = []
    for answer in answers:
        pk = answer.stored.signal_id if answer.stored else None
        row = rows.get(pk) if pk is not None else None
        bodies.append(
            {
                "status": answer.status,
                "source_id": answer.source_id,
                "signal": signal_body(row) if row else None,
                "alarm": alarm_body(row) if row else None,
                "errors": answer.errors,
            }
        )
    return bodies


@requires(Permission.ALARM_VIEW)
class AlarmViewSet(viewsets.ReadOnlyModelViewSet[Alarm]):
    """Alarms that the caller may see, newest first."""

    queryset = Alarm.objects.none()
    serializer_class = AlarmSerializer
    filterset_class = AlarmFilter
    pagination_class = AlarmCursor
    lookup_url_kwarg = "key"
    lookup_value_regex = "[0-9A-Za-z-]{1,64}"

    def get_queryset(self) -> QuerySet[Alarm]:
        """The same door as the board, closed alarms included."""
        return Alarm.objects.visible_to(signed_in_user(self.request)).select_related(
            "controller", "site", "owner", "lead"
        )

    def get_object(self) -> Alarm:
        """By public id or by number."""
        key = self.kwargs["key"]
        try:
            wanted: dict[str, Any] = {"public_id": UUID(key)}
        except ValueError:
            wanted = {"number": key.upper()}
        return get_object_or_404(self.get_queryset(), **wanted)

    @extend_schema(responses={200: AlarmSerializer(many=True), 400: ANY_ERRORS, **READ_ERRORS})
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first, 100 a page; `page_size` up to 500."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "key",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                description=gettext_lazy("Larmets nummer (L-2026-004812) eller publika id."),
                pattern="^[0-9A-Za-z-]{1,64}$",
            )
        ],
        responses={200: AlarmSerializer, **READ_ERRORS},
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One alarm."""
        return super().retrieve(request, *args, **kwargs)
