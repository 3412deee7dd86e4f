"""Forms of alignment."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from fourleaf.alignment.models import FindingRecord
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Person
from fourleaf.kernel.selectors import PeopleFilter, find_named, list_people

__all__ = ["AssignForm", "GrantForm", "HandleForm", "WaiveForm"]


#: People named where a text may mean several.
_NAMED: Final = 5


def _day(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _written(person: Person | None) -> str:
    if person is None:
        return ""
    return f"{person.name} <{person.email}>" if person.email else person.name


class _WithOwner(forms.Form):
    """An owner as a text with suggestions, since lists of thousands help nobody."""

    owner = forms.CharField(
        label="Owner", max_length=300, required=False, help_text="A name or part of one, an e-mail or a number."
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actor = actor
        self.fields["owner"].widget.attrs.update(
            {
                "list": "owner-names",
                "autocomplete": "off",
                "hx-get": "/alignment/people/",
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#owner-names",
                "hx-swap": "innerHTML",
            }
        )

    def clean_owner(self) -> Person | None:
        """The one who is meant; a sentence when nobody or several people are."""
        text = self.cleaned_data["owner"].strip()
        if not text:
            return None
        found = find_named(self._actor, text) or list_people(self._actor, PeopleFilter(search=text))[:_NAMED]
        if len(found) == 1:
            return found[0]
        if found:
            named = ", ".join(_written(person) for person in found[:_NAMED])
            raise forms.ValidationError(
                f"“{text}” may be several people: {named}. Write more of the name, or an e-mail."
            )
        raise forms.ValidationError(f"Nobody is called {text}. Choose one of the suggestions, or write an e-mail.")

    @property
    def owner_id(self) -> int | None:
        """The row of the owner."""
        owner = self.cleaned_data.get("owner")
        return owner.pk if isinstance(owner, Person) else None


class HandleForm(_WithOwner):
    """Who deals with a finding and what they say."""

    due_on = _day("Due")
    note = forms.CharField(
        label="Note", required=False, help_text="What is done about it.", widget=forms.Textarea(attrs={"rows": 2})
    )
    explanation = forms.CharField(
        label="Explanation",
        required=False,
        help_text="Why it is as it is. A warning needs one where it is to stay.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Actor, finding: FindingRecord, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "owner": _written(finding.owner),
            "due_on": finding.due_on,
            "note": finding.note,
            "explanation": finding.explanation,
            "version": finding.version,
        }
        super().__init__(*args, actor=actor, **kwargs)


class AssignForm(_WithOwner):
    """An owner or a day for several findings."""

    due_on = _day("Due", help_text="Left empty, each keeps its own.")


class WaiveForm(forms.Form):
    """Leave to let a finding stand."""

    reason = forms.CharField(
        label="Reason",
        help_text="Everybody who sees the finding reads it.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    owner = forms.ChoiceField(label="Who answers for it", help_text="A person of the plan.")
    until = _day("Until", required=True, help_text="At most 90 days from today. Then it is open again by itself.")

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [("", "Choose a person"), *people]


class GrantForm(WaiveForm):
    """Leave to let stand what a rule finds at an object."""

    rule = forms.CharField(label="Rule", max_length=10, help_text="Its number, such as A31.")
    object = forms.CharField(
        label="At",
        max_length=200,
        help_text="Address of the object, such as programmes/P07.",
        widget=forms.TextInput(attrs={"list": "found-at", "autocomplete": "off"}),
    )
    field_order = ("rule", "object", "reason", "owner", "until")

    def clean_rule(self) -> str:
        """A number is a number in small letters too."""
        return str(self.cleaned_data["rule"]).strip().upper()

    def clean_object(self) -> str:
        """The address without spaces around it."""
        return str(self.cleaned_data["object"]).strip()
