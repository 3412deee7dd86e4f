"""Finding the stratum of an item, and moving a stratum by one step of its walk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, cast

from fourleaf.engine.review import CAPS, PRESETS, TrustState, new_state, walk
from fourleaf.engine.review import idle as after_idle_days
from fourleaf.engine.review.tiers import Tier
from fourleaf.kernel import audit, clock, events
from fourleaf.kernel.actors import Actor
from fourleaf.review.contracts import TrustChanged
from fourleaf.review.models import ReviewItem, Stratum, TrustStep
from fourleaf.review.store import save_stratum
from fourleaf.review.stored import state_from_json, state_to_json
from fourleaf.review.terms import GROUP_WINDOW, LEAST_IN_WINDOW

__all__ = ["begin_stratum", "grow_idle", "halts", "move_stratum", "note_step", "state_of", "stratum_for"]


def state_of(stratum: Stratum) -> TrustState:
    """The trust state of a stratum."""
    return state_from_json(stratum.state)


def begin_stratum(
    brand_id: int | None, content_class: str, author_group: str, *, tier: str = "", on: date | None = None
) -> Stratum:
    """The stratum with this name; a new one starts at full review."""
    named = Stratum.objects.filter(content_class=content_class, author_group=author_group).select_related("brand")
    found = (named.filter(brand=None) if brand_id is None else named.filter(brand_id=brand_id)).first()
    if found is not None:
        return found
    day = on or clock.today()
    cap = CAPS.get(cast("Tier", tier), "Q3")
    state = replace(new_state(day, cap=cap), incidents=_incidents_of(brand_id))
    return Stratum.objects.create(
        brand_id=brand_id,
        content_class=content_class,
        author_group=author_group,
        tier=tier,
        level=state.level,
        state=state_to_json(state),
        last_item_on=day,
        changed_at=clock.now(),
    )


def _incidents_of(brand_id: int | None) -> frozenset[str]:
    """What runs for the brand just now, as its other strata know it: a new one is no way around it."""
    alike = Stratum.objects.filter(brand=None) if brand_id is None else Stratum.objects.filter(brand_id=brand_id)
    other = alike.order_by("-pk").first()
    return state_of(other).incidents if other is not None else frozenset()


def stratum_for(item: ReviewItem) -> Stratum:
    """The stratum of an item: its author group's where that hands in ten a month, else that of brand and class."""
    group = ""
    if item.author_group:
        since = clock.now() - GROUP_WINDOW
        alike = ReviewItem.objects.filter(
            content_class=item.content_class, author_group=item.author_group, submitted_at__gte=since
        ).exclude(pk=item.pk)
        alike = alike.filter(brand=None) if item.brand_id is None else alike.filter(brand_id=item.brand_id)
        if alike.count() + 1 >= LEAST_IN_WINDOW:
            group = item.author_group
    return begin_stratum(item.brand_id, item.content_class, group)


def move_stratum(
    actor: Actor,
    stratum: Stratum,
    change: Callable[[TrustState], TrustState],
    what: str,
    *,
    item: ReviewItem | None = None,
    used: bool = False,
) -> TrustState:
    """Apply a step of the engine to a stratum, note it in the walk, audit and tell a change of level.

    ``used``: an item came in, which ends idleness. Raises `LostRaceError`, and what the engine raises.
    """
    before = state_of(stratum)
    after = change(before)
    if after == before and not used:
        return before
    stratum.state, stratum.level, stratum.proposed = state_to_json(after), after.level, after.proposal is not None
    stratum.changed_at = clock.now()
    if used:
        stratum.last_item_on = max(stratum.last_item_on, clock.today())
    save_stratum(stratum, "state", "level", "proposed", "changed_at", "last_item_on")
    if after != before:
        note_step(stratum, before, after, what, item, person_id=actor.person_id)
    if after.level != before.level:
        data: dict[str, Any] = {"from": before.level, "to": after.level, "why": what}
        audit.record(actor, "review.trust.changed", stratum, data=data)
        events.publish(TrustChanged(stratum.pk, before.level, after.level, what, stratum.brand_id))
    return after


def note_step(
    stratum: Stratum,
    before: TrustState,
    after: TrustState,
    what: str,
    item: ReviewItem | None,
    *,
    person_id: int | None = None,
) -> None:
    """A point of the walk. ``person_id`` is who acted; kept where they confirmed a change of level."""
    point = walk([after], PRESETS[stratum.preset])[0]
    change = after.change if after.change is not before.change and after.change != before.change else None
    TrustStep.objects.create(
        stratum=stratum,
        at=clock.now(),
        what=what,
        item_id_text=str(item.pk) if item is not None else "",
        level=after.level,
        seen=after.seen,
        reviewed=after.reviewed,
        s=after.s,
        c=after.c,
        lower=point.lower,
        upper=point.upper,
        before=change.before if change is not None else "",
        cause=change.cause if change is not None else "",
        by=change.by[:200] if change is not None else "",
        confirmed_by_id=person_id if change is not None and change.by else None,
        reason=change.reason[:500] if change is not None else "",
        majors=change.majors if change is not None else after.majors,
        reviewers=change.reviewers if change is not None else 0,
        evidence=change.reviewed if change is not None else 0,
    )


def grow_idle(actor: Actor, stratum: Stratum) -> None:
    """One level back for every ninety days without an item, before the next one is judged by the old level."""
    parameters = PRESETS[stratum.preset]
    today = clock.today()
    move_stratum(
        actor,
        stratum,
        lambda state: after_idle_days(state, today, last_item_on=stratum.last_item_on, parameters=parameters),
        "idle",
    )


def halts(stratum: Stratum, author_id: int) -> list[str]:
    """Why nothing may go out from this author in this stratum just now; empty if it may."""
    state = state_of(stratum)
    found = []
    if state.level == "QH":
        found.append(
            f"Publishing is halted for {stratum} until the centre of excellence accepts a remedy. Ask its lead."
        )
    if str(author_id) in state.halted_authors:
        found.append(
            "A critical defect was found in an item of this author; the centre of excellence must clear it first."
        )
    return found
