"""Installations, their areas and zones, transmitters, and whose an unknown account is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alarms import identities
from alarms.models import Installation, SupervisionCategory, Transmitter
from alarms.selectors.installations import manageable_controllers
from alarms.services.installations import TransmitterData, version_of
from trygghetscentral.accounts.models import User
from trygghetscentral.places.models import Site
from trygghetscentral.shared.errors import Invalid

MOST_SECONDS = 32 * 86_400


class SearchForm(forms.Form):
    """What the list is narrowed to."""

    q = forms.CharField(
        label=_("Namn, objekt eller konto"),
        required=False,
        max_length=80,
        widget=forms.SearchInput,
    )


class InstallationForm(forms.Form):
    """An installation's own fields."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Namn"), max_length=120)
    fire_call = forms.ChoiceField(
        label=_("Vem larmar räddningstjänsten vid brandlarm?"),
        choices=Installation.FireCall.choices,
        initial=Installation.FireCall.SOS,
        widget=forms.RadioSelect,
        help_text=_("Svaret står på larmraden, så att ingen tror att någon annan har ringt."),
    )
    alarm_class = forms.TypedChoiceField(
        label=_("Larmklass"),
        choices=(("", _("inte angiven")), (1, "1"), (2, "2"), (3, "3"), (4, "4")),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Enligt anläggarintyget (SSF 130)."),
    )


class NewInstallationForm(InstallationForm):
    """An installation at one of the objects where the user may set them up."""

    site = forms.ModelChoiceField(
        label=_("Objekt"), queryset=Site.objects.none(), to_field_name="slug"
    )
    field_order = ("site", "name", "fire_call", "alarm_class")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = open_sites(user)  # type: ignore[attr-defined]


class ChangeInstallationForm(InstallationForm):
    """The same, and whether it is in use."""

    active = forms.BooleanField(
        label=_("Anläggningen är i bruk"),
        required=False,
        help_text=_(
            "En anläggning som inte är i bruk övervakas inte. Larm från den kommer ändå in."
        ),
    )


def open_sites(user: User) -> Any:
    """Objects where the user may set up installations."""
    return Site.objects.visible_to(user).filter(
        closed_at=None, controller__in=manageable_controllers(user)
    )


class AreaForm(forms.Form):
    """A partition's name."""

    prefix = "area"
    number = forms.CharField(label=_("Sektion, nummer"), max_length=16)
    name = forms.CharField(label=_("Namn"), max_length=80)


class ZoneForm(forms.Form):
    """A zone's name."""

    prefix = "zone"
    area = forms.CharField(
        label=_("Sektion"), max_length=16, required=False, help_text=_("Tom gäller alla sektioner.")
    )
    number = forms.CharField(label=_("Zon, nummer"), max_length=16)
    name = forms.CharField(label=_("Namn"), max_length=80)


KEEP, NEW, REMOVE = "keep", "new", "remove"


class TransmitterForm(forms.Form):
    """A transmitter. Its key is typed in and never shown again."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    account = forms.CharField(
        label=_("Konto"),
        max_length=16,
        help_text=_(
            "3–16 tecken av 0–9 och A–F, som sändaren är programmerad. Inledande nollor räknas."
        ),
    )
    receiver = forms.CharField(label=_("Mottagare (R)"), max_length=6, required=False)
    line = forms.CharField(
        label=_("Linje (L)"),
        max_length=6,
        required=False,
        help_text=_("Lämna mottagare och linje tomma om kontot gäller oavsett dem."),
    )
    key_change = forms.ChoiceField(
        label=_("Nyckel"),
        choices=(
            (KEEP, _("behåll som den är")),
            (NEW, _("ny nyckel")),
            (REMOVE, _("ingen nyckel")),
        ),
        widget=forms.RadioSelect,
    )
    key_format = forms.ChoiceField(
        label=_("Nyckeln är skriven som"),
        choices=Transmitter.KeyFormat.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "32 tecken av 0–9 och A–F kan läsas på båda sätten. Vi gissar aldrig: se efter "
            "i larmteknikerns protokoll."
        ),
    )
    key = forms.CharField(
        label=_("Ny nyckel"),
        required=False,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(
            render_value=False, attrs={"autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=_(
            "Hexadecimal: 32, 48 eller 64 tecken. Text: 16, 24 eller 32 tecken. "
            "Nyckeln visas aldrig igen."
        ),
    )
    require_encryption = forms.BooleanField(
        label=_("Avvisa meddelanden som inte är krypterade"), required=False
    )
    supervision = forms.ChoiceField(
        label=_("Längsta tystnad"),
        choices=SupervisionCategory.choices,
        help_text=_("När linjen varit tyst så länge blir det larm om tappad förbindelse."),
    )
    interval_seconds = forms.IntegerField(
        label=_("Sändarens eget intervall i sekunder"),
        required=False,
        min_value=1,
        max_value=MOST_SECONDS,
        help_text=_("Utökar den längsta tystnaden när intervallet är längre. Ett dygn är 86400."),
    )
    ack_with_pipe = forms.BooleanField(
        label=_("Svara med avslutande | (äldre sändare)"), required=False
    )
    strict_length = forms.BooleanField(label=_("Kräv rätt längd i meddelandet"), required=False)

    def __init__(self, *args: Any, transmitter: Transmitter | None = None, **kwargs: Any) -> None:
        if transmitter is not None:
            kwargs.setdefault("initial", _initial_of(transmitter))
        else:
            kwargs.setdefault("initial", {"key_change": REMOVE})
        super().__init__(*args, **kwargs)
        if transmitter is None or not transmitter.key:
            choice: Any = self.fields["key_change"]
            choice.choices = [pair for pair in choice.choices if pair[0] != KEEP]

    def clean(self) -> dict[str, Any]:
        """Say at the field what is wrong with account and key."""
        cleaned = super().clean() or {}
        self._check("account", identities.account)
        for name in ("receiver", "line"):
            self._check(name, identities.prefix)
        if cleaned.get("key_change") == NEW:
            key_format = str(cleaned.get("key_format", ""))
            if not key_format:
                self.add_error("key_format", _("Säg om nyckeln är hexadecimal eller text."))
            else:
                self._check("key", lambda text: identities.key(text, key_format))
        return cleaned

    def _check(self, name: str, rule: Any) -> None:
        if name not in self.cleaned_data:
            return
        try:
            rule(self.cleaned_data[name])
        except Invalid as error:
            self.add_error(name, error.sentence())

    def data_for_service(self) -> TransmitterData:
        """What was filled in, once valid."""
        values = self.cleaned_data
        keys = {KEEP: None, NEW: values["key"], REMOVE: ""}
        return TransmitterData(
            account=values["account"],
            receiver=values["receiver"],
            line=values["line"],
            key=keys[values["key_change"]],
            key_format=values["key_format"],
            require_encryption=values["require_encryption"],
            ack_with_pipe=values["ack_with_pipe"],
            strict_length=values["strict_length"],
            supervision=values["supervision"],
            interval_seconds=values["interval_seconds"],
        )


def _initial_of(transmitter: Transmitter) -> dict[str, Any]:
    return {
        "seen": version_of(transmitter),
        "account": transmitter.account,
        "receiver": transmitter.receiver,
        "line": transmitter.line,
        "key_change": KEEP if transmitter.key else REMOVE,
        "require_encryption": transmitter.require_encryption,
        "supervision": transmitter.supervision,
        "interval_seconds": transmitter.interval_seconds,
        "ack_with_pipe": transmitter.ack_with_pipe,
        "strict_length": transmitter.strict_length,
    }


class AdoptForm(forms.Form):
    """Whose the account is: an installation there is, or a new one at an object."""

    installation = forms.ModelChoiceField(
        label=_("Anläggning"),
        queryset=Installation.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Ny anläggning"),
    )
    site = forms.ModelChoiceField(
        label=_("Objekt för en ny anläggning"),
        queryset=Site.objects.none(),
        to_field_name="slug",
        required=False,
    )
    name = forms.CharField(label=_("Den nya anläggningens namn"), max_length=120, required=False)
    supervision = forms.ChoiceField(
        label=_("Längsta tystnad"),
        choices=SupervisionCategory.choices,
        initial=SupervisionCategory.NONE,
        help_text=_("Går att ändra senare på sändarens sida."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        where = manageable_controllers(user)
        self.fields["installation"].queryset = (  # type: ignore[attr-defined]
            Installation.objects.visible_to(user)
            .filter(controller__in=where, active=True)
            .select_related("site")
            .order_by("site__name", "name")
        )
        self.fields["installation"].label_from_instance = (  # type: ignore[attr-defined]
            lambda row: f"{row.site.name} – {row.name}"
        )
        self.fields["site"].queryset = open_sites(user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two, not both."""
        cleaned = super().clean() or {}
        if cleaned.get("installation"):
            return cleaned
        if not cleaned.get("site"):
            self.add_error("site", _("Välj en anläggning ovan, eller ett objekt för en ny."))
        elif not str(cleaned.get("name", "")).strip():
            self.add_error("name", _("Ge den nya anläggningen ett namn."))
        return cleaned
