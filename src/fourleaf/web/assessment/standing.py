"""Maturity by evidence, and the organisation model declared against observed."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from fourleaf.assessment.selectors.maturity import Standing, evidence_of, model_of, standing_of
from fourleaf.assessment.services.maturity import assess_fact, declare_model, note_measures
from fourleaf.engine.organisation_model import LABELS, MEASURES, MODELS
from fourleaf.engine.survey.maturity import GATES, LEVELS, Gate
from fourleaf.kernel import clock
from fourleaf.kernel.permissions import require
from fourleaf.web.assessment.shown import LEAF_WORDS
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["evidence", "maturity", "measures", "model"]

_SEE, _RUN = "assessment.view_results", "assessment.run_waves"
_GET_POST: Final = ["GET", "HEAD", "POST"]
_ABOUT: Final = {
    "organic": "Efforts arise at the edges, without coordination.",
    "centralised": "One group plans and publishes for all.",
    "hub_and_spoke": "A centre sets rules, trains and shares; units carry it out.",
    "dandelion": "A hub of hubs: brands or regions run their own, tied loosely to a centre.",
    "honeycomb": "Everybody is enabled, and organised alike.",
}


class EvidenceForm(forms.Form):
    """What is known of a fact."""

    value = forms.CharField(label="What holds", required=False)
    note = forms.CharField(
        label="How one can tell",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who is named, which document, what was counted and when.",
    )
    link = forms.URLField(label="Link", required=False, max_length=500, assume_scheme="https")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, gate: Gate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._numeric = gate.at_least is not None or gate.at_most is not None
        if self._numeric:
            self.fields["value"] = forms.FloatField(
                label="Number",
                required=False,
                help_text="Shares as 0.80 for 80 %. Empty takes the evidence back.",
                widget=forms.NumberInput(attrs={"step": "any"}),
            )
        else:
            self.fields["value"] = forms.ChoiceField(
                label="Does it hold?",
                required=False,
                choices=[("", "Not known"), ("yes", "Yes"), ("no", "No")],
            )
        self.order_fields(["value", "note", "link", "version"])

    def known(self) -> bool | float | None:
        """The value as the service takes it."""
        value = self.cleaned_data["value"]
        if self._numeric:
            return None if value is None else float(value)
        return {"yes": True, "no": False}.get(value)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else ""


def _ladder(standing: Standing) -> list[dict[str, Any]]:
    """Pillars with their rungs, and each rung with its gates."""
    pillars = []
    for one in standing.maturity.pillars:
        rungs = []
        for level in range(1, len(LEVELS)):
            gates: list[dict[str, Any]] = [
                {
                    "result": result,
                    "evidence": standing.evidence.get(result.gate.fact),
                    "written": _written(result.value),
                }
                for result in standing.maturity.gates
                if result.gate.pillar == one.pillar and result.gate.level == level
            ]
            rungs.append(
                {
                    "level": level,
                    "name": LEVELS[level].capitalize(),
                    "gates": gates,
                    "reached": one.level >= level,
                    "next": one.level + 1 == level,
                    "held": sum(gate["result"].state == "held" for gate in gates),
                }
            )
        pillars.append({"name": one.pillar.capitalize(), "level": one.level, "word": one.name, "rungs": rungs})
    return pillars


@require_safe
def maturity(request: PageRequest) -> HttpResponse:
    """The ladder of the three pillars."""
    standing = standing_of(request.actor)
    found = standing.maturity
    return page(
        request,
        "web/assessment/standing/maturity.html",
        {
            "standing": standing,
            "word": found.name,
            "level": found.level,
            "pillars": _ladder(standing),
            "capped": [LEAF_WORDS[leaf][0].lower() for leaf in found.capped_by],
            "lowest": [one.pillar for one in found.pillars if one.level == found.evidence_level],
            "may_run": request.actor.may(_RUN),
        },
    )


@require_http_methods(_GET_POST)
def evidence(request: PageRequest, fact: str) -> HttpResponse:
    """What is known of one fact, and by whom."""
    require(request.actor, _SEE)
    gate = next((one for one in GATES if one.fact == fact), None)
    if gate is None:
        raise Http404
    known = evidence_of(request.actor, fact)
    may_run = request.actor.may(_RUN)
    initial = {
        "value": _written(known.value) if known else "",
        "note": known.note if known else "",
        "link": known.link if known else "",
        "version": known.version if known else 0,
    }
    form = EvidenceForm(request.POST if request.method == "POST" else None, gate=gate, initial=initial)
    if request.method == "POST":
        require(request.actor, _RUN)
        if form.is_valid():
            with domain_errors(form):
                assess_fact(
                    actor=request.actor,
                    fact=fact,
                    value=form.known(),
                    note=form.cleaned_data["note"],
                    link=form.cleaned_data["link"],
                    version=form.cleaned_data["version"],
                )
                flash(request, "Noted.")
                return redirect("assessment:maturity")
    context = {
        "gate": gate,
        "known": known,
        "written": _written(known.value) if known else "",
        "form": form,
        "may_run": may_run,
    }
    return page(request, "web/assessment/standing/evidence.html", context)


class ModelForm(forms.Form):
    """The declared model."""

    model = forms.ChoiceField(label="Model", choices=[(code, f"{LABELS[code]}: {_ABOUT[code]}") for code in MODELS],
                              widget=forms.RadioSelect)  # fmt: skip
    reason = forms.CharField(label="Why", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class MeasuresForm(forms.Form):
    """What was measured."""

    window_end = forms.DateField(
        label="Last of the ninety days", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(label="Where the figures come from", required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for measure in MEASURES.values():
            self.fields[measure.code] = forms.FloatField(
                label=measure.label,
                required=False,
                min_value=measure.low,
                max_value=measure.high,
                help_text=measure.about,
                widget=forms.NumberInput(attrs={"step": "any"}),
            )


@require_http_methods(_GET_POST)
def model(request: PageRequest) -> HttpResponse:
    """Declared against observed; declaring another model."""
    require(request.actor, _SEE)
    state = model_of(request.actor)
    form = ModelForm(
        request.POST if request.method == "POST" else None,
        initial={"model": state.declared.model if state.declared else ""},
    )
    if request.method == "POST":
        require(request.actor, _RUN)
        if form.is_valid():
            with domain_errors(form):
                declared = declare_model(actor=request.actor, **form.cleaned_data)
                flash(request, f"{LABELS[declared.model]} is the declared model from today on.")
                return redirect("assessment:model")
    seen = state.observation
    values = state.measures.values if state.measures else {}
    return page(
        request,
        "web/assessment/standing/model.html",
        {
            "state": state,
            "form": form,
            "declared": LABELS[state.declared.model] if state.declared else "",
            "observed": LABELS[seen.model] if seen and seen.model else "",
            "about": _ABOUT,
            "possible": [LABELS[one] for one in seen.possible] if seen else [],
            "moves": [(MEASURES[move.measure], move) for move in state.comparison.moves] if state.comparison else [],
            "measures": [
                (measure, values.get(code), bool(seen and code in seen.deciding)) for code, measure in MEASURES.items()
            ],
            "may_run": request.actor.may(_RUN),
        },
    )


@require_http_methods(_GET_POST)
def measures(request: PageRequest) -> HttpResponse:
    """Note what was measured."""
    require(request.actor, _RUN)
    last = model_of(request.actor).measures
    initial = {**(last.values if last else {}), "window_end": clock.today(), "source": last.source if last else ""}
    form = MeasuresForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with domain_errors(form):
            values = {code: form.cleaned_data[code] for code in MEASURES}
            note_measures(
                actor=request.actor,
                values=values,
                window_end=form.cleaned_data["window_end"],
                source=form.cleaned_data["source"],
            )
            flash(request, "The measures were noted.")
            return redirect("assessment:model")
    return page(request, "web/assessment/standing/measures.html", {"form": form})
