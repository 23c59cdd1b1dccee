"""Shape and wording of what people fill in about accounts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.audiences import group_key
from trygghetscentral.accounts.models import BreakGlass, NeedToKnowGroup, Organisation, User
from trygghetscentral.accounts.permissions import LABELS, Permission
from trygghetscentral.accounts.roles import ROLES
from trygghetscentral.accounts.services import tokenable
from trygghetscentral.shared.clock import STOCKHOLM


def start_of(day: date | None) -> datetime | None:
    """Midnight in the city at the beginning of the day."""
    return datetime.combine(day, time.min, STOCKHOLM) if day else None


def end_of(day: date | None) -> datetime | None:
    """Midnight in the city at the end of the day: "till och med" includes the day."""
    return start_of(day + timedelta(days=1)) if day else None


class DayInput(forms.DateInput):
    """The browser's own date picker; it wants ISO dates whatever the language is."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class OrganisationChoice(forms.ModelChoiceField):
    """Organisations indented as the tree they form."""

    def __init__(self, label: Any, admin: User, permission: Permission) -> None:
        """Only those where the administrator holds the permission."""
        super().__init__(
            label=label,
            queryset=Organisation.objects.where_may(admin, permission),
            empty_label=None,
        )

    def label_from_instance(self, obj: Organisation) -> str:
        """Non-breaking spaces survive in an option."""
        return "\u00a0\u00a0" * obj.depth + obj.name


class UserForm(forms.Form):
    """An account's details."""

    name = forms.CharField(label=_("Namn"), max_length=120)
    signature = forms.CharField(
        label=_("Signatur"),
        max_length=20,
        help_text=_("Det som andra ser, till exempel OP 3. Aldrig efternamn."),
    )
    email = forms.EmailField(
        label=_("E-post"),
        required=False,
        help_text=_("Behövs för den som loggar in med stadens inloggning."),
    )
    language = forms.ChoiceField(label=_("Språk"), choices=User.Language.choices)

    def __init__(self, *args: Any, admin: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_organisation"] = OrganisationChoice(
            _("Organisation"), admin, Permission.ACCOUNT_USERS
        )


class NewUserForm(UserForm):
    """Opening an account."""

    username = forms.CharField(
        label=_("Användarnamn"),
        max_length=50,
        help_text=_("2-50 tecken: a-z, siffror, punkt, bindestreck eller understreck."),
    )
    is_service = forms.BooleanField(
        label=_("Systemkonto"),
        required=False,
        help_text=_("För ett anslutet system. Kan inte logga in, bara använda API-nycklar."),
    )
    field_order = ("username", "name", "signature", "email", "language", "home_organisation")


class GrantForm(forms.Form):
    """Giving a role."""

    starts = forms.DateField(
        label=_("Från och med"),
        required=False,
        widget=DayInput,
        help_text=_("Tomt betyder genast."),
    )
    ends = forms.DateField(
        label=_("Till och med"),
        required=False,
        widget=DayInput,
        help_text=_("Tomt betyder tills vidare. Tidsbegränsade roller måste ha slutdatum."),
    )

    def __init__(self, *args: Any, admin: User, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [
            (role.code, role.label)
            for role in ROLES.values()
            if role.for_service_accounts == user.is_service
        ]
        self.fields["role"] = forms.ChoiceField(label=_("Roll"), choices=roles)
        self.fields["organisation"] = OrganisationChoice(_("Hos"), admin, Permission.ACCOUNT_GRANTS)
        self.order_fields(["role", "organisation", "starts", "ends"])


class TokenForm(forms.Form):
    """Making an API token."""

    name = forms.CharField(
        label=_("Namn"),
        max_length=80,
        help_text=_("Vad nyckeln används till, så att den går att känna igen."),
    )
    scopes = forms.MultipleChoiceField(label=_("Behörigheter"), widget=forms.CheckboxSelectMultiple)
    ends = forms.DateField(
        label=_("Gäller till och med"),
        required=False,
        widget=DayInput,
        help_text=_("Tomt betyder tills vidare."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"] = forms.MultipleChoiceField(
            label=_("Behörigheter"),
            widget=forms.CheckboxSelectMultiple,
            choices=[(p.value, LABELS[p]) for p in Permission if p in tokenable(user)],
        )


class GroupForm(forms.Form):
    """Setting up a need-to-know group."""

    name = forms.CharField(label=_("Namn"), max_length=120)
    purpose = forms.CharField(
        label=_("Ändamål"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Vad gruppens medlemmar behöver känna till, och varför inte alla."),
    )

    def __init__(self, *args: Any, admin: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = OrganisationChoice(
            _("Ansvarig organisation"), admin, Permission.ACCOUNT_GROUPS
        )
        self.order_fields(["organisation", "name", "purpose"])


class MemberForm(forms.Form):
    """Letting somebody into a group."""

    username = forms.CharField(label=_("Användarnamn"), max_length=50)
    ends = forms.DateField(
        label=_("Till och med"),
        required=False,
        widget=DayInput,
        help_text=_("Tomt betyder tills vidare."),
    )

    def __init__(self, *args: Any, admin: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.admin = admin

    def clean_username(self) -> User:
        """The account itself, if the administrator may see it."""
        wanted = self.cleaned_data["username"].strip().lower()
        users = User.objects.visible_to(self.admin)
        user: User | None = users.filter(username=wanted).first()
        if user is None:
            raise forms.ValidationError(
                _("Det finns inget sådant konto i de organisationer du administrerar.")
            )
        return user


class BreakGlassForm(forms.Form):
    """Opening in an emergency."""

    HOURS = ((1, _("1 timme")), (2, _("2 timmar")), (4, _("4 timmar")))

    target = forms.ChoiceField(label=_("Vad behöver du komma åt?"))
    reason = forms.CharField(
        label=_("Varför?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Skriv så att nämndens chef kan bedöma det i efterhand. Inga personuppgifter."),
    )
    hours = forms.TypedChoiceField(label=_("Hur länge?"), choices=HOURS, coerce=int)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = NeedToKnowGroup.objects.where_may(user, Permission.BREAK_GLASS_OPEN)
        self.fields["target"] = forms.ChoiceField(
            label=_("Vad behöver du komma åt?"),
            choices=[
                (group_key(group.pk), f"{group.organisation.name}: {group.name}")
                for group in groups.select_related("organisation")
            ],
        )
        self.order_fields(["target", "reason", "hours"])


class ReviewForm(forms.Form):
    """Judging an opening."""

    verdict = forms.ChoiceField(
        label=_("Var nödåtkomsten befogad?"),
        choices=BreakGlass.Verdict.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Kommentar"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Behövs när nödåtkomsten var obefogad."),
    )


class LanguageForm(forms.Form):
    """Choosing the language of one's own screen."""

    language = forms.ChoiceField(label=_("Språk"), choices=User.Language.choices)
