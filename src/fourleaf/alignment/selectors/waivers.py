"""Waivers of a plan: which hold, which end soon, which have ended, and which hold for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from fourleaf.alignment.models import FindingRecord
from fourleaf.alignment.selectors.findings import findings_visible_to
from fourleaf.alignment.snapshot import checked
from fourleaf.engine.alignment.checking import idle_waivers
from fourleaf.engine.alignment.plan import Waiver
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor

__all__ = ["SOON", "ShownWaiver", "ending_soon", "waivers_of"]

#: A waiver that ends within so many days is said to end soon.
SOON: Final = timedelta(days=14)
#: One that has ended is shown for so long, while what it waived is still found.
_AFTER: Final = timedelta(days=30)
WaiverState = Literal["ended", "soon", "idle", "holds", "past"]
_ORDER: Final[tuple[WaiverState, ...]] = ("ended", "soon", "idle", "holds", "past")


@dataclass(frozen=True)
class ShownWaiver:
    """A waiver with what it does today.

    ended: its day has passed and the finding is open again; past: nothing is found there any more. idle: it runs, and
    ``why`` says why it holds for nothing. ``finding`` is the record of what it waives, where there is one.
    """

    waiver: Waiver
    state: WaiverState
    why: str
    finding: FindingRecord | None


def waivers_of(actor: Actor, plan_id: int) -> list[ShownWaiver]:
    """All waivers of a plan, those first that somebody has to look at."""
    seen, today = checked(actor, plan_id), clock.today()
    idle = {waiver.id: why for waiver, why in idle_waivers(seen.findings, seen.snapshot)}
    records = {(r.rule, r.object): r for r in findings_visible_to(actor, plan_id).exclude(state="gone")}
    found = {(f.rule, f.object) for f in seen.findings}
    running = {(w.rule, w.object) for w in seen.snapshot.plan.waivers if w.granted_on <= today <= w.until}
    shown = []
    for waiver in seen.snapshot.plan.waivers:
        at = waiver.rule, waiver.object
        lapsed = waiver.until < today and at in found and at not in running
        state: WaiverState = (
            ("ended" if lapsed else "past")
            if waiver.until < today
            else "idle"
            if waiver.id in idle
            else "soon"
            if waiver.until <= today + SOON
            else "holds"
        )
        shown.append(ShownWaiver(waiver, state, idle.get(waiver.id, ""), records.get(at)))
    return sorted(shown, key=lambda s: (_ORDER.index(s.state), s.waiver.until, s.waiver.id))


def ending_soon(actor: Actor, plan_id: int) -> tuple[int, int]:
    """(waivers that end within `SOON`, findings open again since a waiver ended lately). Two queries."""
    today: date = clock.today()
    rows = findings_visible_to(actor, plan_id)
    soon = rows.filter(state="waived", waived_until__lte=today + SOON).count()
    since = clock.now() - _AFTER
    lapsed = rows.filter(state="open", events__kind="unwaived", events__by="", events__at__gte=since)
    return soon, lapsed.distinct().count()
