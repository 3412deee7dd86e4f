"""Forms about people. They parse; rules are the services' matter."""

from __future__ import annotations

from typing import Any

from django import forms

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Person
from fourleaf.kernel.roles import ROLES
from fourleaf.kernel.selectors import find_named, unit_choices

__all__ = [
    "GrantForm",
    "InsightFilter",
    "LeaveForm",
    "PeopleFilterForm",
    "PersonForm",
    "ReturnForm",
    "SignInEmailForm",
    "UploadForm",
]


def _choices(units: list[tuple[int, str]], empty: str) -> list[tuple[str, str]]:
    return [("", empty), *((str(pk), name) for pk, name in units)]


def _day(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class PeopleFilterForm(forms.Form):
    """Filters that everybody has; the choices cost one query."""

    department = forms.ChoiceField(label="Department", required=False)
    region = forms.ChoiceField(label="Region", required=False)
    brand = forms.ChoiceField(label="Brand", required=False)
    status = forms.ChoiceField(
        label="Employment", required=False, choices=[("", "Works here"), ("left", "Has left"), ("all", "All")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = unit_choices()
        for name in ("department", "region", "brand"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
            field.choices = _choices(units[f"{name}s"], "All")


class InsightFilter(PeopleFilterForm):
    """With account and role, for those who grant or audit."""

    account = forms.ChoiceField(
        label="Account", required=False, choices=[("", "All"), ("yes", "Open"), ("no", "None or closed")]
    )
    role = forms.ChoiceField(
        label="Role",
        required=False,
        choices=[("", "All"), *((role.code, role.label) for role in ROLES.values() if role.code != "member")],
    )


class PersonForm(forms.Form):
    """A person's facts. The manager is written as text, with suggestions, since lists of thousands help nobody."""

    name = forms.CharField(label="Name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    title = forms.CharField(label="Title", max_length=150, required=False, help_text="What they do, as on their card.")
    email = forms.EmailField(
        label="E-mail", required=False, help_text="Company sign-in finds people by it; each belongs to one person."
    )
    external_id = forms.CharField(
        label="Number",
        max_length=64,
        required=False,
        help_text="The number that the personnel system knows them by. The next import finds them by it.",
    )
    department_id = forms.TypedChoiceField(label="Department", coerce=int, empty_value=None, required=False)
    region_id = forms.TypedChoiceField(label="Region", coerce=int, empty_value=None, required=False)
    manager = forms.CharField(label="Manager", max_length=300, required=False, help_text="Name, e-mail or number.")
    brand_ids = forms.TypedMultipleChoiceField(
        label="Brands", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    started_on = _day("First day")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Actor, person: Person | None = None, **kwargs: Any) -> None:
        if person is not None:
            kwargs["initial"] = {
                "name": person.name,
                "title": person.title,
                "email": person.email or "",
                "external_id": person.external_id or "",
                "department_id": person.department_id,
                "region_id": person.region_id,
                "manager": _written(person.manager),
                "brand_ids": list(person.brands.values_list("pk", flat=True)),
                "started_on": person.started_on,
                "version": person.version,
            }
        super().__init__(*args, **kwargs)
        self._actor = actor
        units = unit_choices()
        for name, unit in (("department", person and person.department), ("region", person and person.region)):
            known = units[f"{name}s"]
            if unit and unit.archived_at is not None:
                known = [(unit.pk, f"{unit.name} (archived)"), *known]
            self._choose(f"{name}_id", _choices(known, f"No {name}"))
        self._choose("brand_ids", [(str(pk), name) for pk, name in units["brands"]])
        if not units["brands"]:
            del self.fields["brand_ids"]
        self.fields["manager"].widget.attrs.update(
            {
                "list": "manager-names",
                "autocomplete": "off",
                "hx-get": "/people/suggest/",
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#manager-names",
                "hx-swap": "innerHTML",
            }
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = choices

    def clean_manager(self) -> Person | None:
        """The one who is meant; a sentence when nobody or several people are."""
        text = self.cleaned_data["manager"].strip()
        if not text:
            return None
        found = find_named(self._actor, text)
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(f"{len(found)} people are called {text}. Write the e-mail or number instead.")
        raise forms.ValidationError(f"Nobody is called {text}. Choose one of the suggestions, or write an e-mail.")

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("manager", "version")}
        if "brand_ids" not in self.fields:
            data.pop("brand_ids", None)
        manager = self.cleaned_data["manager"]
        return {**data, "manager_id": manager.pk if manager is not None else None}


def _written(person: Person | None) -> str:
    if person is None:
        return ""
    return f"{person.name} <{person.email}>" if person.email else person.external_id or person.name


class LeaveForm(forms.Form):
    """The end of somebody's employment."""

    left_on = _day("Last day at work", required=True, help_text="From the day after, access is gone.")
    close_now = forms.BooleanField(
        label="Close access now",
        required=False,
        help_text="Even if the last day lies ahead: sessions end at once, tokens are revoked.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReturnForm(forms.Form):
    """Somebody comes back."""

    started_on = _day("First day of the new employment")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class GrantForm(forms.Form):
    """A role, everywhere or for one brand or region."""

    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    limit = forms.ChoiceField(label="Where", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = unit_choices()
        role, limit = self.fields["role"], self.fields["limit"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101 - tells the type checker
        assert isinstance(limit, forms.ChoiceField)  # noqa: S101 - tells the type checker
        role.choices = [
            (item.code, f"{item.label}: {item.description}") for item in ROLES.values() if item.code != "member"
        ]
        limit.choices = [
            ("", "Everywhere"),
            ("One brand", [(f"brand:{pk}", name) for pk, name in units["brands"]]),
            ("One region", [(f"region:{pk}", name) for pk, name in units["regions"]]),
        ]

    @property
    def limits(self) -> dict[str, int]:
        """What the service takes: {"brand_id": 3}, {"region_id": 2} or nothing."""
        kind, _, pk = self.cleaned_data["limit"].partition(":")
        return {f"{kind}_id": int(pk)} if pk else {}


class SignInEmailForm(forms.Form):
    """The e-mail that an account signs in with."""

    email = forms.EmailField(label="Sign-in e-mail")


class UploadForm(forms.Form):
    """A list of people."""

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        help_text="With a line of headings. UTF-8 is best; other encodings and delimiters are recognised.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )
