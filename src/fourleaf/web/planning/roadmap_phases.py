"""The phases of the roadmap: what must hold before each is complete, and answers by hand where nothing is known."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from fourleaf.engine.alignment.roadmap_template import PHASES
from fourleaf.kernel import clock
from fourleaf.kernel.permissions import allowed, require
from fourleaf.planning.models import PhaseTick
from fourleaf.planning.phase_exit import Criterion, exit_criteria
from fourleaf.planning.selectors import get_plan_for, model_of
from fourleaf.planning.services import answer_criterion
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.planning.objects_kept import Kept

__all__ = ["phases"]


class AnswerForm(forms.Form):
    """An answer to one question."""

    code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    holds = forms.BooleanField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(label="How do you know?", max_length=300, required=False)


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion with the answer that was given by hand, and the form where one can be given."""

    criterion: Criterion
    tick: PhaseTick | None
    form: AnswerForm

    @property
    def holds(self) -> bool:
        """Whether it is met, by the plan or by somebody's word."""
        return self.criterion.holds(ticked=self.tick is not None)


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase with its criteria."""

    number: int
    name: str
    lines: list[Line]

    @property
    def holding(self) -> int:
        """How many criteria hold."""
        return sum(line.holds for line in self.lines)


@require_http_methods(["GET", "HEAD", "POST"])
def phases(request: PageRequest, plan_id: int) -> HttpResponse:
    """All criteria; a post answers one."""
    require(request.actor, "planning.view_plan")
    plan = get_plan_for(request.actor, plan_id)
    posted = AnswerForm(request.POST) if request.method == "POST" else None
    if posted is not None and posted.is_valid():
        values = posted.cleaned_data
        with domain_errors(posted):
            answer_criterion(actor=request.actor, plan_id=plan_id, **values)
            flash(request, "Your answer is kept." if values["holds"] else "The answer is taken back.")
            return redirect("planning:roadmap_phases", plan_id)
    ticks = {tick.code: tick for tick in PhaseTick.objects.filter(plan=plan)}
    kept = Kept(request.actor, plan_id)
    # With what other contexts keep, for those who may read findings; for others as the plan itself has it.
    model = kept.seen.snapshot.plan if kept.may_read else model_of(request.actor, plan_id)
    criteria = exit_criteria(model, clock.today())

    def line(one: Criterion) -> Line:
        mine = posted is not None and posted.data.get("code") == one.code
        fresh = AnswerForm(initial={"code": one.code, "holds": True}, auto_id=f"{one.code.replace('.', '-')}-%s")
        return Line(one, ticks.get(one.code), posted if mine and posted is not None else fresh)

    asked = {one.code for one in criteria if one.by_hand and one.code not in ticks}
    stray = posted if posted is not None and posted.data.get("code") not in asked else None
    context = {
        "plan": plan,
        "phases": [
            Phase(number, name, [line(one) for one in criteria if one.phase == number])
            for number, name in enumerate(PHASES)
        ],
        "stray": stray,
        "may_edit": plan.state != "archived" and allowed(request.actor, "planning.edit_plan", plan),
    }
    wrong = posted is not None and bool(posted.errors)
    return page(request, "web/planning/roadmap/phases.html", context, status=422 if wrong else 200)
