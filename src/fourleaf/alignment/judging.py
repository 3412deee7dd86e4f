"""Which waivers would hold for nothing: asked by planning before one is stored, and when a whole plan comes in."""

from __future__ import annotations

from collections.abc import Iterable

from fourleaf.alignment.foresight import obstacles_in
from fourleaf.alignment.providers import providers, with_facts
from fourleaf.alignment.snapshot import READER, checked
from fourleaf.engine.alignment.checking import check, idle_waivers, nothing_to_waive
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.snapshot import Snapshot
from fourleaf.kernel import clock

__all__ = ["Judge"]

#: Steps that the readiness gate looks at. What would refuse one may be waived before it is taken.
_STEPS = {"programmes": ("live",), "roadmap": ("in_progress",), "pilots": ("running", "scale")}


class Judge:
    """Judges by what the rules find today, and by what they would find after a step that is still to come."""

    def objection(self, plan_id: int, rule: str, at: str) -> str:
        """Why a waiver would hold for nothing; "" where it would hold."""
        seen = checked(READER, plan_id)
        sentence = nothing_to_waive(rule, at, seen.findings, seen.snapshot)
        if not sentence:
            return ""
        section, _, key = at.partition("/")
        for step in _STEPS.get(section, ()):
            if any(
                (f.rule, f.object) == (rule, at) for f in obstacles_in(seen.snapshot, seen.findings, section, key, step)
            ):
                return ""
        planned = (p.id for p in seen.snapshot.external if p.state != "live")
        if any((f.rule, f.object) == (rule, at) for key in planned for f in seen.refused(key)):
            return ""
        return sentence

    def idle(self, model: PlanModel) -> Iterable[str]:
        """A sentence for each waiver of a plan, seen with what other contexts keep, that holds for nothing today."""
        if not model.waivers:
            return
        for provider in providers():
            model = with_facts(model, provider.facts(READER, model))
        snapshot = Snapshot(model, clock.today())
        for waiver, sentence in idle_waivers(check(snapshot), snapshot):
            yield f"Waiver {waiver.id} holds for nothing. {sentence}"
