"""Fields that the forms of governance share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fourleaf.governance.models import Policy
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.audit import CODES
from fourleaf.kernel.models import AuditEvent, Person
from fourleaf.kernel.selectors import PeopleFilter, find_named, list_people, unit_choices
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = [
    "PersonForm",
    "choose",
    "day",
    "form_page",
    "history_shown",
    "long_text",
    "policy_choices",
    "suggest_people",
    "unit_choice",
    "version_field",
    "written",
]


def written(person: Person | None) -> str:
    """A person as a form writes them, so that it finds them again."""
    if person is None:
        return ""
    return f"{person.name} <{person.email}>" if person.email else person.external_id or person.name


class PersonForm(forms.Form):
    """A form whose fields named in ``people`` are written as text and cleaned to a `Person` or None."""

    people: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        for name in self.people:
            self.fields[name].widget.attrs.update(
                {
                    "list": "people-names",
                    "autocomplete": "off",
                    "hx-get": "/governance/people/",
                    "hx-trigger": "input changed delay:200ms",
                    "hx-target": "#people-names",
                    "hx-swap": "innerHTML",
                }
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in self.people:
            if name in values:
                values[name] = self._person(name, str(values[name] or "").strip())
        return values

    def _person(self, name: str, text: str) -> Person | None:
        if not text:
            return None
        found = find_named(self.actor, text)
        if len(found) == 1:
            return found[0]
        if found:
            self.add_error(name, f"{len(found)} people are called {text}. Write the e-mail or number instead.")
        else:
            self.add_error(name, f"Nobody is called {text}. Choose one of the suggestions, or write an e-mail.")
        return None

    def id_of(self, name: str) -> int | None:
        """The id of the person in this field."""
        person = self.cleaned_data.get(name)
        return person.pk if person is not None else None


@require_GET
def suggest_people(request: PageRequest) -> HttpResponse:
    """Options for any field that names a person; the field's own name is the parameter."""
    text = str(next(iter(request.GET.values()), "")).strip()[:200]
    found = list_people(request.actor, PeopleFilter(search=text))[:8] if text else []
    return render(request, "web/people/suggest.html", {"people": found})


def form_page(request: PageRequest, form: forms.Form, *, title: str, submit: str, up: tuple[str, str]) -> HttpResponse:
    """A page with nothing but a form; ``up`` is the address by name and the label of the list that it belongs to."""
    context = {"form": form, "title": title, "submit": submit, "up": up[0], "up_label": up[1]}
    return page(request, "web/governance/bodies/form.html", context)


def day(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    """A day, with the browser's own picker."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def long_text(label: str, *, rows: int = 3, required: bool = False, help_text: str = "") -> forms.CharField:
    """A text of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=5000, help_text=help_text, widget=widget)


def version_field() -> forms.IntegerField:
    """The version that the author saw."""
    return forms.IntegerField(widget=forms.HiddenInput, required=False)


def choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    """Give a field its choices."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is no field with choices.")
    field.choices = choices


def unit_choice(kind: str, empty: str = "") -> list[tuple[str, str]]:
    """Regions, departments or brands to choose from; ``empty`` is the label of no choice, "" leaves that out."""
    return [*([("", empty)] if empty else []), *((str(pk), name) for pk, name in unit_choices()[kind])]


def policy_choices(empty: str, policies: QuerySet[Policy]) -> list[tuple[str, str]]:
    """Policies by title; of which, the caller says: titles of drafts are not for everybody. One query."""
    return [("", empty), *((str(pk), title) for pk, title in policies.order_by("title").values_list("pk", "title"))]


def history_shown(events: Any) -> list[dict[str, Any]]:
    """Events of the trail with their labels, for the history part of a page."""
    shown: list[AuditEvent] = list(events)
    return [{"what": CODES.get(one.code, one.code), "who": one.actor_label, "at": one.at} for one in shown]
