"""Who decides an item corrects what its author ticked: tier and route follow, and the author is told."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, TransitionError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.review.contracts import FLAGS
from fourleaf.review.errors import StaleError
from fourleaf.review.kinds import fixed_route_of, kind_named
from fourleaf.review.models import ReviewItem, Waiting
from fourleaf.review.selectors.items import get_item_for, has_spoken
from fourleaf.review.services.comments import checked_reason, note_to_author
from fourleaf.review.services.submitting import effective_flags, finish_or_ask, worked_out_anew
from fourleaf.review.store import again_on_race, save_item
from fourleaf.review.strata import stratum_for

__all__ = ["correct_flags", "may_correct"]

#: What asks for less care where it holds; everything else asks for more.
_LIGHT: Final = frozenset({"established_topic", "approved_source"})


def may_correct(actor: Actor, item: ReviewItem) -> bool:
    """Whether somebody may correct what holds for an item: who may decide it, or keeps the routes; never its author."""
    if not item.is_open or fixed_route_of(item.kind) is not None or actor.person_id in (None, item.author_id):
        return False
    if allowed(actor, "review.configure"):
        return True
    waits = Waiting.objects.filter(item=item, person_id=actor.person_id or 0).exists()
    return allowed(actor, "review.decide") and (waits or has_spoken(actor, item))


@again_on_race
def correct_flags(
    *, actor: Actor, item_id: int, flags: Collection[str], reason: str, version: int | None = None
) -> ReviewItem:
    """Say what really holds for an item under review; ``flags`` are all that do, of `contracts.FLAGS`.

    Care is added, never taken off: what the author ticked stays ticked, unless it is what lightens review. A reviewer's
    own correction, or another's, may be changed. The correction outlives edits, and an item that was corrected is
    reviewed before it goes out whatever the draw says. Tier, route and due time are worked out anew; approvals hold
    where the same step judges the same text. Raises `InvalidError` by field, ConflictError for another ``version``.
    """
    item = get_item_for(actor, item_id)
    _check_may(actor, item)
    if version is not None and version != item.version:
        raise ConflictError(
            "Something happened to the item since you opened it. Look at what it says now, then correct."
        )
    subject = kind_named(item.kind)
    declared, wanted, was = subject.snapshot(actor, item.subject_id).flags, frozenset(flags), frozenset(item.flags)
    _check_flags(declared, wanted, was)
    reason = checked_reason(reason)
    on, off = sorted(wanted - was), sorted(was - wanted)
    entry = {"on": on, "off": off, "by": actor.label[:200], "at": clock.now().isoformat(), "reason": reason}
    item.corrections = {
        "on": sorted(wanted - declared),
        "off": sorted(declared - wanted),
        "log": [*item.corrections.get("log", ()), entry],
    }
    item.flags = sorted(effective_flags(declared, item.corrections))
    before: dict[str, Any] = {"tier": item.tier, "route": item.route}
    crew = worked_out_anew(item, stratum_for(item))
    save_item(
        item, "flags", "corrections", "tier", "level", "stratum_id", "route", "need", "submission", "before", "audit",
        "blind", "guests", "answer_minutes", "submitted_at", "due_at", "reasons",
    )  # fmt: skip
    audit.record(
        actor,
        "review.item.corrected",
        item,
        data={"on": on, "off": off, "from": before, "to": {"tier": item.tier, "route": item.route}},
    )
    note_to_author(actor, item, f"{_said(on, off)} {_moved(before['tier'], item)} {reason}")
    finish_or_ask(actor, item, crew, subject)
    return item


def _check_may(actor: Actor, item: ReviewItem) -> None:
    if fixed_route_of(item.kind) is not None:
        raise TransitionError(f"{kind_named(item.kind).label}: it goes a way of its own, and nothing is ticked for it.")
    if actor.person_id == item.author_id:
        raise NotAllowedError("An author says what holds on the page of the draft.")
    if not allowed(actor, "review.configure"):
        require(actor, "review.decide")
    if not item.is_open:
        raise StaleError(
            f"This item is {item.get_state_display().lower()}; what holds for it is corrected under review."
        )
    if not may_correct(actor, item):
        raise NotAllowedError("What holds for an item is corrected by somebody who may decide it.")


def _check_flags(declared: Collection[str], wanted: frozenset[str], was: frozenset[str]) -> None:
    wrong = []
    if unknown := sorted(wanted - set(FLAGS)):
        wrong.append(f"“{unknown[0]}” is nothing that is asked about items.")
    elif taken := sorted(frozenset(declared) - wanted - _LIGHT):
        wrong.append(f"Its author says: “{FLAGS[taken[0]]}”. Only they take that off; ask for changes with a note.")
    elif light := sorted((wanted & _LIGHT) - frozenset(declared)):
        wrong.append(f"“{FLAGS[light[0]]}” asks for less care. Only the author says so; ask for changes with a note.")
    elif wanted == was:
        wrong.append("This is what holds for it already. Tick what is missing.")
    if wrong:
        raise InvalidError(fields={"flags": wrong})


def _said(on: Collection[str], off: Collection[str]) -> str:
    parts = [f"holds: {', '.join(FLAGS[flag] for flag in on)}"] if on else []
    parts += [f"does not hold: {', '.join(FLAGS.get(flag, flag) for flag in off)}"] if off else []
    return f"Corrected what was ticked ({'; '.join(parts)})."


def _moved(before: str, item: ReviewItem) -> str:
    return (
        f"Its tier stays {item.tier}." if item.tier == before else f"Its tier is {item.tier} now instead of {before}."
    )
