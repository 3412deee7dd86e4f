"""Forms of pilots. They parse and work out what follows from the figures; rules are the services' matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from fourleaf.engine.alignment.plan import Pilot
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.engine.pilots import IMMERSION_STEPS
from fourleaf.planning.pilot_steps import LOCKED_FIELDS
from fourleaf.web.planning.pilots_pictures import detectable
from fourleaf.web.planning.pilots_shown import COMPARISONS, hypothesis, parts_of, signed

__all__ = ["DesignForm", "LearningForm", "NewPilotForm", "StepForm", "data_of", "initial_of"]

_GUARDRAILS = 3


def _day(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, help_text=help_text, widget=widget)


def _number(
    label: str, help_text: str = "", *, min_value: float | None = None, max_value: float | None = None
) -> forms.FloatField:
    return forms.FloatField(label=label, required=False, help_text=help_text, min_value=min_value, max_value=max_value)


class NewPilotForm(forms.Form):
    """A pilot begins with a short id and a name."""

    id = forms.CharField(label="Short id", max_length=20, help_text="Such as T6.")
    name = forms.CharField(label="Name", max_length=200, help_text="Such as: reply within an hour.")


class StepForm(forms.Form):
    """The next state."""

    state = forms.CharField(max_length=20, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class LearningForm(forms.Form):
    """What was learned."""

    text = forms.CharField(
        label="What was learned",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A sentence that helps a unit that was not there. Failures count as much as successes.",
    )
    unit = forms.ChoiceField(label="Written by", required=False)

    def __init__(self, *args: Any, model: PlanModel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "unit", [("", "No unit"), *((one.id, one.name) for one in model.departments)])


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
    field.choices = list(choices)


class DesignForm(forms.Form):
    """The design of a pilot. ``work_out`` only shows what follows; nothing is stored then."""

    name = forms.CharField(label="Name", max_length=200)
    action = forms.CharField(label="If we …", max_length=300, required=False, help_text="reply within 60 minutes")
    audience = forms.ChoiceField(label="… for", required=False)
    channel = forms.ChoiceField(label="… on", required=False)
    metric = forms.ChoiceField(label="… then this KPI", required=False)
    metric_text = forms.CharField(
        label="Or what is counted, in words", max_length=200, required=False, help_text="Where it is no KPI."
    )
    kind = forms.ChoiceField(
        label="Its kind", choices=[("share", "A share, in per cent"), ("mean", "A number a week or a case")]
    )
    baseline = _number("… moves from", "The value before.")
    threshold = _number(
        "… by at least", "The smallest effect worth having, in points for a share. Where less is better, below 0."
    )
    weeks = _number("… within weeks", min_value=0)
    because = forms.CharField(label="… because", max_length=300, required=False, help_text="people still stand there")
    hypothesis = forms.CharField(
        label="The hypothesis in your own words",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Left empty, the sentence is made of the fields above.",
    )
    prerequisites = forms.MultipleChoiceField(
        label="What must stand inside first", required=False, widget=forms.CheckboxSelectMultiple
    )
    programme = forms.ChoiceField(label="Programme", required=False)
    baseline_weeks = _number("Weeks of the baseline", "Four at least.", min_value=0)
    comparison = forms.ChoiceField(
        label="Compared with",
        required=False,
        choices=[("", "Not chosen yet"), *COMPARISONS.items()],
        help_text="The higher, the stronger the proof.",
    )
    n = forms.IntegerField(
        label="Cases a side", required=False, min_value=1, help_text="As many as can be reached in these weeks."
    )
    deviation = _number("Standard deviation", "For a number: how much it varies from case to case.", min_value=0)
    learning_only = forms.BooleanField(
        label="Learning, not proof",
        required=False,
        help_text="It may run although its numbers cannot prove the effect. It is no reason to scale then.",
    )
    decision_rule = forms.CharField(
        label="How it will be decided",
        max_length=500,
        required=False,
        help_text="Scale if the interval is above 0 and the effect reaches the threshold; stop if all of it is below.",
    )
    decision_on = _day("Day of the decision", "Nobody looks at the effect before: peeking finds what is not there.")
    decider = forms.ChoiceField(label="Who decides", required=False)
    budget_cap = _number("Largest amount of money", min_value=0)
    guard_1 = forms.CharField(label="Guardrail 1", max_length=120, required=False)
    limit_1 = forms.CharField(label="… is breached when", max_length=120, required=False)
    guard_2 = forms.CharField(label="Guardrail 2", max_length=120, required=False)
    limit_2 = forms.CharField(label="… is breached when", max_length=120, required=False)
    guard_3 = forms.CharField(label="Guardrail 3", max_length=120, required=False)
    limit_3 = forms.CharField(label="… is breached when", max_length=120, required=False)
    narrow_beta = forms.BooleanField(
        label="Narrow-focus beta",
        required=False,
        help_text="One new service, few staff, a small part of the operation, costs and benefits in sight.",
    )
    staff = forms.IntegerField(label="Staff", required=False, min_value=0, help_text="Eight at most.")
    operations_share = _number("Share of operations, in per cent", "Five at most.", min_value=0, max_value=100)
    leader = forms.ChoiceField(label="Leader who takes part", required=False)
    immersion_done = forms.TypedChoiceField(
        label="Steps of the leader done",
        coerce=int,
        required=False,
        choices=[(str(n), f"{n} of {len(IMMERSION_STEPS)}") for n in range(len(IMMERSION_STEPS) + 1)],
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, model: PlanModel, pilot: Pilot, locked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locked = locked
        people = [(person.id, f"{person.role} ({person.id})") for person in model.people]
        for name, none, things in (
            ("audience", "Not chosen yet", [(one.id, one.name) for one in model.audiences]),
            ("channel", "Not chosen yet", [(one.id, one.name) for one in model.channels]),
            ("metric", "No KPI", [(one.id, one.name) for one in model.kpis]),
            ("programme", "None", [(one.id, f"{one.id} {one.name}") for one in model.programmes]),
            ("decider", "Not chosen yet", people),
            ("leader", "Nobody yet", people),
        ):
            _choose(self, name, [("", none), *things])
        own = [(item.id, f"{item.id} {item.title or ''}".strip()) for item in model.roadmap if item.id not in TEMPLATE]
        inside = [(one.id, f"{one.id} {one.name}") for one in model.programmes if one.side == "internal"]
        steps = [(key, f"{key} {one.title}") for key, one in TEMPLATE.items() if one.side != "external"]
        others = [(key, key) for key in pilot.prerequisites if key not in dict([*steps, *own, *inside])]
        _choose(self, "prerequisites", [*steps, *own, *inside, *others])
        if locked:
            for name in ("action", "because", "hypothesis", "metric", "metric_text", "threshold"):
                self.fields[name].disabled = True

    def worked_out(self, model: PlanModel) -> dict[str, Any]:
        """What follows from the values: the sentence, and the smallest effect that can be shown."""
        values = self.cleaned_data
        names = {
            name: next((one.name for one in things if one.id == values.get(name)), "")
            for name, things in (("audience", model.audiences), ("channel", model.channels), ("metric", model.kpis))
        }
        metric = names["metric"] or values.get("metric_text", "")
        values = {**values, "threshold": signed(model, values.get("metric"), values.get("threshold"))}
        sentence = hypothesis(values, audience=names["audience"], channel=names["channel"], metric=metric)
        smallest = None
        if values.get("baseline") is not None and values.get("n"):
            down = (values["threshold"] or 0) < 0
            smallest = detectable(values["kind"], values["baseline"], values["n"], values.get("deviation"), down=down)
        said = "" if smallest is None else f"{smallest:g}"
        return {"sentence": sentence, "smallest": smallest, "smallest_said": said, "threshold": values["threshold"]}


def initial_of(pilot: Pilot, unit: str, version: int) -> dict[str, Any]:
    """The values that the form begins with."""
    dumped = pilot.model_dump(mode="json", exclude_defaults=True)
    values = {name: int(v) if isinstance(v, float) and v.is_integer() else v for name, v in dumped.items()}
    guards = {}
    for number, guard in enumerate(pilot.guardrails, start=1):
        guards[f"guard_{number}"] = guard.text or guard.kpi or ""
        guards[f"limit_{number}"] = guard.limit or ""
    parts = parts_of(pilot.hypothesis)
    return {
        **values,
        **guards,
        **parts,
        "hypothesis": "" if parts["action"] else pilot.hypothesis or "",
        "kind": "mean" if unit and "%" not in unit and "share" not in unit.lower() else "share",
        "operations_share": None if pilot.operations_share is None else 100 * pilot.operations_share,
        "leader": pilot.immersion.leader if pilot.immersion else "",
        "immersion_done": pilot.immersion.done if pilot.immersion else 0,
        "version": version,
    }


_KEPT = (
    "name", "audience", "channel", "metric", "metric_text", "baseline", "threshold", "weeks", "programme",
    "baseline_weeks", "comparison", "n", "learning_only", "decision_rule", "decision_on", "decider", "budget_cap",
    "narrow_beta", "staff", "prerequisites",
)  # fmt: skip


def data_of(form: DesignForm, before: Mapping[str, Any], model: PlanModel) -> dict[str, Any]:
    """The pilot's data with the form's values: what is empty goes, what is locked and not asked here stays."""
    values, follows = form.cleaned_data, form.worked_out(model)
    locked = LOCKED_FIELDS if form.locked else ()
    data = {name: value for name, value in before.items() if name not in _KEPT or name in locked}
    for name in _KEPT:
        value = values.get(name)
        if name not in locked and value not in (None, "", [], False):
            data[name] = value.isoformat() if isinstance(value, date) else value
    if not form.locked:
        _put(data, "hypothesis", values["hypothesis"].strip() or follows["sentence"])
    smallest = follows["smallest"]
    if smallest is not None:
        data["minimum_detectable_effect"] = smallest
    elif not values.get("n"):
        data.pop("minimum_detectable_effect", None)
    share = values.get("operations_share")
    _put(data, "operations_share", None if share is None else share / 100)
    leader = values.get("leader")
    _put(data, "immersion", {"leader": leader, "done": values.get("immersion_done") or 0} if leader else None)
    _put(data, "guardrails", _guardrails(values, before.get("guardrails", ()), model))
    return data


def _put(data: dict[str, Any], name: str, value: Any) -> None:
    if value in (None, "", []):
        data.pop(name, None)
    else:
        data[name] = value


def _guardrails(values: Mapping[str, Any], before: Any, model: PlanModel) -> list[dict[str, Any]]:
    """Up to three; one that is written like a KPI's id is that KPI, and what was breached stays so."""
    kpis = {kpi.id for kpi in model.kpis}
    breached = {one.get("kpi") or one.get("text") for one in before if one.get("breached")}
    found = []
    for number in range(1, _GUARDRAILS + 1):
        text, limit = values[f"guard_{number}"].strip(), values[f"limit_{number}"].strip()
        if text:
            one: dict[str, Any] = {"kpi": text} if text in kpis else {"text": text}
            if limit:
                one["limit"] = limit
            if text in breached:
                one["breached"] = True
            found.append(one)
    return found
