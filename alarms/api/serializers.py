"""The shapes of signals and alarms on the wire (design.md 10)."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any, Final, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alarms.api.bodies import ALARM_FIELDS, MASKED
from alarms.codes import Category
from alarms.incoming import Position
from alarms.models import Alarm, Signal, SignalOutcome
from alarms.selectors.rows import is_masked
from alarms.states import AlarmState

Row = TypeVar("Row", bound=models.Model)

MAX_SIGNALS: Final = 500
HEX_ACCOUNT: Final = r"^[0-9A-Fa-f]{3,16}$"
HEX_LINE: Final = r"^[0-9A-Fa-f]{0,6}$"
LINE_WORDS: Final[dict[str, Any]] = {"invalid": _("Skriv högst 6 tecken av 0–9 och A–F.")}
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")

POSITION_SCHEMA: Final[dict[str, Any]] = {
    "oneOf": [
        {
            "type": "object",
            "properties": {
                "longitude": {"type": "number", "minimum": -180, "maximum": 180},
                "latitude": {"type": "number", "minimum": -90, "maximum": 90},
            },
            "required": ["longitude", "latitude"],
            "additionalProperties": False,
        },
        {
            "type": "array",
            "items": {"type": "number", "minimum": -90, "maximum": 90},
            "minItems": 2,
            "maxItems": 2,
        },
    ],
    "nullable": True,
    "description": _("WGS 84: ett objekt eller [longitud, latitud]."),
}


@extend_schema_field(POSITION_SCHEMA)
class PositionField(serializers.Field[Position, Any, Any, Any]):
    """`{"longitude": 13.0, "latitude": 55.6}` or `[13.0, 55.6]`."""

    default_error_messages = {
        "shape": _("Skriv {{“longitude”: tal, “latitude”: tal}} eller [longitud, latitud]."),
        "range": _("Longituden är -180 till 180 och latituden -90 till 90."),
    }

    def to_internal_value(self, data: Any) -> Position:
        """Numbers only, within the globe."""
        if isinstance(data, dict) and data.keys() == {"longitude", "latitude"}:
            pair = [data["longitude"], data["latitude"]]
        elif isinstance(data, list) and len(data) == 2:
            pair = data
        else:
            self.fail("shape")
        if any(isinstance(part, bool) or not isinstance(part, int | float) for part in pair):
            self.fail("shape")
        try:
            longitude, latitude = float(pair[0]), float(pair[1])
        except OverflowError:
            self.fail("range")
        if not (math.isfinite(longitude) and abs(longitude) <= 180 and abs(latitude) <= 90):
            self.fail("range")
        return Position(longitude, latitude)

    def to_representation(self, value: Position) -> dict[str, float]:
        """The object form."""
        return {"longitude": value.longitude, "latitude": value.latitude}


class TextField(serializers.CharField):
    """Free text. What a database cannot hold becomes U+FFFD: the alarm is worth more than it."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Replace before the validators look."""
        if isinstance(data, str):
            data = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", data)
        return super().run_validation(data)


class MomentField(serializers.DateTimeField):
    """An ISO 8601 time; without offset it is Swedish time. Kept in UTC."""

    def to_internal_value(self, value: Any) -> dt.datetime:
        """Refuse what has no place in UTC."""
        moment = super().to_internal_value(value)
        try:
            return moment.astimezone(dt.UTC)
        except OverflowError:
            self.fail("overflow")


class UtcField(serializers.DateTimeField):
    """Times go out in UTC: the city's own offsets before 1900 have seconds, which no one reads."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"default_timezone": dt.UTC, **kwargs})


class RowSerializer(serializers.ModelSerializer[Row]):
    """A stored row, with its times in UTC."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: UtcField,
    }


class SignalPostSerializer(serializers.Serializer[Any]):
    """One signal from another system."""

    source_id = serializers.CharField(
        max_length=128,
        required=False,
        allow_blank=True,
        default="",
        help_text=_("Avsändarens eget id. Samma id igen inom 30 dagar ger samma signal och 200."),
    )
    account = serializers.RegexField(
        HEX_ACCOUNT,
        help_text=_("Larmsändarens konto: 3–16 hexadecimala tecken."),
        error_messages={"invalid": _("Skriv kontot som 3–16 tecken av 0–9 och A–F.")},
    )
    receiver = serializers.RegexField(
        HEX_LINE, required=False, allow_blank=True, default="", error_messages=LINE_WORDS
    )
    line = serializers.RegexField(
        HEX_LINE, required=False, allow_blank=True, default="", error_messages=LINE_WORDS
    )
    code = serializers.CharField(
        max_length=32,
        help_text=_("Till exempel SIA:BA, CID:E130, 1130, fire eller fire.restore."),
    )
    area = serializers.CharField(max_length=16, required=False, allow_blank=True, default="")
    zone = serializers.CharField(max_length=16, required=False, allow_blank=True, default="")
    text = TextField(max_length=2_000, required=False, allow_blank=True, default="")
    occurred_at = MomentField(required=False, allow_null=True, default=None)
    position = PositionField(required=False, allow_null=True, default=None)


class SignalBatchSerializer(serializers.Serializer[Any]):
    """Many signals in one message."""

    signals = serializers.ListField(
        child=SignalPostSerializer(), min_length=1, max_length=MAX_SIGNALS
    )


class SignalSerializer(RowSerializer[Signal]):
    """A stored signal. What a trygghetslarm says, and where, is shown only to who sent it
    (`context["reader_id"]`; domain.md 00.8)."""

    outcome = serializers.ChoiceField(choices=SignalOutcome.choices)
    code = serializers.SerializerMethodField()
    position = serializers.SerializerMethodField()
    flags = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Signal
        fields = (
            "id",
            "received_at",
            "outcome",
            "receiver",
            "line",
            "account",
            "code",
            "category",
            "area",
            "zone",
            "text",
            "occurred_at",
            "position",
            "flags",
        )
        read_only_fields = fields

    def to_representation(self, instance: Signal) -> dict[str, Any]:
        """Masked where alarms are."""
        shown: dict[str, Any] = super().to_representation(instance)
        own = instance.api_client_id is not None and (
            instance.api_client_id == self.context.get("reader_id")
        )
        if instance.category == Category.MEDICAL and not own:
            shown |= {"area": "", "zone": "", "text": "", "position": None}
        return shown

    def get_code(self, signal: Signal) -> str:
        """As on the alarm: `SIA:BA`, `CID:1130`, `TC:fire`."""
        return f"{signal.scheme}:{signal.qualifier}{signal.code}" if signal.scheme else ""

    @extend_schema_field({**POSITION_SCHEMA["oneOf"][0], "nullable": True})
    def get_position(self, signal: Signal) -> dict[str, float] | None:
        """Where the sender said that it was."""
        if signal.longitude is None or signal.latitude is None:
            return None
        return {"longitude": signal.longitude, "latitude": signal.latitude}


@extend_schema_serializer(component_name="Alarm")
class AlarmSerializer(RowSerializer[Alarm]):
    """An alarm. Where a trygghetslarm is and what it says is not shown here (domain.md 00.8)."""

    state = serializers.ChoiceField(choices=AlarmState.choices)
    category = serializers.ChoiceField(choices=[(one.value, one.value) for one in Category])
    priority = serializers.IntegerField(min_value=1, max_value=5)
    controller = serializers.CharField(source="controller.slug")
    site = serializers.SerializerMethodField()
    owner = serializers.SerializerMethodField()
    lead = serializers.SerializerMethodField()
    zones = serializers.SerializerMethodField()

    class Meta:
        model = Alarm
        fields = ALARM_FIELDS
        read_only_fields = fields

    def get_site(self, alarm: Alarm) -> str | None:
        """The object's slug."""
        return alarm.site.slug if alarm.site else None

    def get_owner(self, alarm: Alarm) -> str | None:
        """The signature of the operator who has it."""
        return alarm.owner.signature if alarm.owner else None

    def get_lead(self, alarm: Alarm) -> str | None:
        """The number of the alarm whose row it is a zone of."""
        return alarm.lead.number if alarm.lead else None

    def get_zones(self, alarm: Alarm) -> int:
        """How many zones its row has, 1 for most."""
        return alarm.followers + 1

    def to_representation(self, instance: Alarm) -> dict[str, Any]:
        """Masked where lists are."""
        shown: dict[str, Any] = super().to_representation(instance)
        if is_masked(instance):
            shown |= MASKED
        return shown


class ReceiptSerializer(serializers.Serializer[Any]):
    """What became of a signal. `alarm` is null when there is none that the caller may see."""

    signal = SignalSerializer()
    alarm = AlarmSerializer(allow_null=True)


class ResultSerializer(serializers.Serializer[Any]):
    """One of a batch: what the signal would have been answered alone."""

    status = serializers.ChoiceField(choices=(200, 201, 400, 403, 503))
    source_id = serializers.CharField(allow_blank=True)
    signal = SignalSerializer(allow_null=True)
    alarm = AlarmSerializer(allow_null=True)
    errors = serializers.DictField(  # type: ignore[assignment]  # as the wire calls it
        child=serializers.ListField(child=serializers.CharField()), allow_null=True
    )


class ResultsSerializer(serializers.Serializer[Any]):
    """Answers in the order of the signals."""

    results = ResultSerializer(many=True)


class ErrorSerializer(serializers.Serializer[Any]):
    """A refusal in words."""

    detail = serializers.CharField()
