"""What already runs, official or not: found, written down, decided on one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.engine.alignment.plan import InventoryItem
from fourleaf.kernel import clock
from fourleaf.kernel.errors import ConflictError, InvalidError
from fourleaf.planning.inventory import open_question, text_of
from fourleaf.planning.selectors import get_plan_for, history, objects
from fourleaf.planning.services.inventory import decide_inventory, import_inventory
from fourleaf.planning.services.organisation import ensure_person
from fourleaf.web.kit import numbers
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.undo import link
from fourleaf.web.planning.objects_acts import UNDO_CHANGE, editable
from fourleaf.web.planning.objects_fields import PickField, Somebody
from fourleaf.web.planning.objects_names import Names
from fourleaf.web.planning.objects_quick import QuickForm
from fourleaf.web.planning.objects_shown import lines_of, table_for
from fourleaf.web.planning.objects_views import may_edit
from fourleaf.web.planning.objects_words import choice_label, field_label, shown

__all__ = ["decide", "inventory", "upload"]

_AT_ONCE = 10
_LARGEST = 2 << 20


@require_safe
def inventory(request: PageRequest, plan_id: int) -> HttpResponseBase:
    """The list, how far the decisions are, and the next things to decide on."""
    plan, names = get_plan_for(request.actor, plan_id), Names(request.actor, plan_id)
    rows = list(objects(request.actor, plan_id, "inventory"))
    today = clock.today()
    open_rows = [
        {
            "key": row.key,
            "name": row.data["name"],
            "kind": choice_label(row.data["kind"]).lower(),
            "question": said,
            "version": row.version,
            "form": DecisionForm(names, row.key, initial=_initial(row.data)),
        }
        for row in rows
        if (said := open_question(InventoryItem.model_validate(row.data), today)) is not None
    ]
    editable_now = may_edit(request, plan)
    context = {
        "plan": plan,
        "words": shown("inventory"),
        "may_edit": editable_now,
        "any": bool(rows),
        "decided": len(rows) - len(open_rows),
        "total": len(rows),
        "open": open_rows[:_AT_ONCE],
        "waiting": len(open_rows),
        "at_once": _AT_ONCE,
        "quick": QuickForm("inventory", names) if editable_now else None,
    }
    bound = table_for("inventory").bind(request, lines_of(rows, names))
    return bound.respond("web/planning/inventory/inventory.html", context)


def _initial(data: dict[str, Any]) -> dict[str, Any]:
    ends_on = data.get("ends_on")
    decision = data.get("decision", "")
    return {
        "decision": "" if decision == "undecided" else decision,
        "objective": data.get("objective", ""),
        "ends_on": date.fromisoformat(ends_on) if ends_on else None,
    }


class DecisionForm(forms.Form):
    """What becomes of one thing."""

    decision = forms.ChoiceField(label="What becomes of it")
    objective = forms.ChoiceField(label="Objective", required=False)
    ends_on = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, names: Names, key: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": f"decide-{key}-%s"})
        decision, objective = self.fields["decision"], self.fields["objective"]
        assert isinstance(decision, forms.ChoiceField)  # noqa: S101 - tells the type checker
        assert isinstance(objective, forms.ChoiceField)  # noqa: S101 - tells the type checker
        wanted = ("keep", "experiment", "merge", "stop")
        decision.choices = [("", "Choose one"), *((code, choice_label(code)) for code in wanted)]
        short = [
            (code, label if len(label) < 60 else f"{label[:58]}…") for code, label in names.choices(("objectives",))
        ]
        objective.choices = [("", "None"), *short]
        decision.error_messages["required"] = "Choose what becomes of it."


@require_POST
def decide(request: PageRequest, plan_id: int, key: str) -> HttpResponse:
    """Tie a thing to an objective, let it run as an experiment until a day, merge or stop it."""
    editable(request, plan_id)
    names = Names(request.actor, plan_id)
    name = names.title("inventory", key)
    form = DecisionForm(names, key, request.POST)
    said: list[str] = []
    if form.is_valid():
        values = form.cleaned_data
        try:
            row = decide_inventory(
                actor=request.actor,
                plan_id=plan_id,
                key=key,
                decision=values["decision"],
                objective=values["objective"] or None,
                ends_on=values["ends_on"],
            )
        except InvalidError as error:
            said = [sentence for sentences in error.fields.values() for sentence in sentences]
        except ConflictError as error:
            said = [error.message]
        else:
            change = history(request.actor, plan_id, "inventory", key).first()
            undo = link(request.actor, UNDO_CHANGE, {"plan": plan_id, "change": change.pk}) if change else None
            flash(request, f"{row.data['name']}: {choice_label(values['decision']).lower()}.", undo=undo)
    else:
        said = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
    if said:
        flash(request, f"{name} is not decided yet. {' '.join(said)}", "attention")
    return redirect("planning:inventory", plan_id)


class ListForm(forms.Form):
    """A list as a file, or as text that was looked at."""

    file = forms.FileField(
        label="CSV file",
        required=False,
        allow_empty_file=True,
        help_text="With a line of headings: kind and name, and if you have them url, official, owner, decision, "
        "objective, ends_on, channel, note. For an owner a post of the plan, a name or a part of it is enough.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, max_length=_LARGEST, strip=False)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PageRequest, plan_id: int) -> HttpResponse:
    """Look at a list row by row, then put it in place."""
    plan = editable(request, plan_id)
    posted = request.method == "POST"
    form = ListForm(request.POST, request.FILES) if posted else ListForm()
    context: dict[str, Any] = {"plan": plan, "form": form}
    if posted and form.is_valid():
        content = _content(form)
        if not content.strip():
            form.add_error("file", "Choose a file with at least one line below the headings.")
            return page(request, "web/planning/inventory/import.html", context)
        store = request.POST.get("act") == "store"
        done = import_inventory(
            actor=request.actor,
            plan_id=plan_id,
            content=content,
            dry_run=not store,
            skip_errors=True,
            meant=_lookup(request, plan_id),
        )
        if store and done.stored:
            count = numbers.count(len(done.added), "thing", "things")
            flash(request, f"{count} added to the inventory, {len(done.changed)} changed.")
            return redirect("planning:inventory", plan_id)
        whole = [sentence for line, sentence in done.errors if line <= 1]
        if whole and not done.added:
            for sentence in whole:
                form.add_error("file", sentence)
        else:
            text, guessed = text_of(content)
            rows = len(done.added) + len(done.changed)
            context |= {"done": done, "total_rows": rows, "text": text, "guessed": guessed}
    return page(request, "web/planning/inventory/import.html", context)


def _lookup(request: PageRequest, plan_id: int) -> Callable[[str, str], str]:
    """What a written owner, objective or channel means: the same as in forms."""
    names = Names(request.actor, plan_id)
    fields = {
        field: PickField(choices=names.choices((what,)), what=what, names=names if what == "people" else None)
        for field, what in (("owner", "people"), ("objective", "objectives"), ("channel", "channels"))
    }

    def meant(field: str, text: str) -> str:
        try:
            found = fields[field].clean(text)
        except forms.ValidationError as error:
            raise ValueError(f"{field_label('inventory', field)}: {error.messages[0]}") from None
        if isinstance(found, Somebody):
            try:
                return ensure_person(actor=request.actor, plan_id=plan_id, person_id=found.pk)
            except InvalidError as error:
                raise ValueError(f"{text}: {error.message}") from None
        return str(found)

    return meant


def _content(form: ListForm) -> bytes:
    file = form.cleaned_data.get("file")
    if file is None:
        return str(form.cleaned_data.get("text", "")).encode()
    raw: bytes = file.read(_LARGEST + 1)
    return raw
