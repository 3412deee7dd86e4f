"""The route of an item as JSON, and as the need that the engine reasons about.

Stored is which group decides which step; who is in a group, who is away and who holds which belt is asked anew.
A need is ``{"all_of": [...]}``, ``{"any_of": [...]}`` or a step: ``{"id", "label", "group", "m", "fields",
"departments", "guest"}``; ``"group": [..]`` with several numbers means all people of these groups. With ``"right"``
whoever carries that right holds the step; with ``"advice"`` it is asked of guests and nothing waits for it. ``"then"``
is the need of the audit, where something else has to be decided before the item goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from fourleaf.engine.review import AllOf, AnyOf, Need, Step
from fourleaf.engine.review.routes import BELTS, Belt
from fourleaf.review.kinds import FixedRoute

__all__ = [
    "SECOND",
    "NeedJson",
    "advice_in",
    "fixed_need",
    "groups_in",
    "need_of",
    "rights_in",
    "steps_in",
    "with_second",
]

NeedJson = Mapping[str, Any]
#: The step that a second reviewer adds: at QT, and for blind double review.
SECOND = "second"


def steps_in(need: NeedJson) -> Iterator[dict[str, Any]]:
    """All steps of a stored need, in their order."""
    for part in need.get("all_of") or need.get("any_of") or ():
        yield from steps_in(part)
    if "id" in need:
        yield dict(need)


def groups_in(needs: Iterable[NeedJson]) -> set[int]:
    """The numbers of all groups that are named."""
    return {group for need in needs for step in steps_in(need) for group in step["group"]}


def rights_in(needs: Iterable[NeedJson]) -> set[str]:
    """The rights by which steps are held instead of by a group."""
    return {step["right"] for need in needs for step in steps_in(need) if step.get("right")}


def advice_in(need: NeedJson) -> set[str]:
    """The ids of the steps that only advise: nothing waits for them."""
    return {step["id"] for step in steps_in(need) if step.get("advice")}


def fixed_need(fixed: FixedRoute) -> NeedJson:
    """The need of a kind with a way of its own: one of those with the right; guests may advise."""
    held = {"id": "held", "label": fixed.step, "group": [], "right": fixed.right, "m": 1, "fields": []}
    advice = {"id": "advice", "label": fixed.advice, "group": [], "m": 1, "fields": [], "guest": True, "advice": True}
    return {"all_of": [held, advice]}


def with_second(need: NeedJson) -> NeedJson:
    """The need, and that two different people of its groups see the item."""
    groups = sorted(groups_in([need]))
    step = {"id": SECOND, "label": "Second reviewer", "group": groups, "m": 2, "fields": []}
    return {"all_of": [need, step]} if groups else need


def need_of(
    need: NeedJson,
    members: Mapping[int, list[str]],
    belts: Mapping[int, str],
    guests: Mapping[str, list[str]] | None = None,
    holders: Mapping[str, list[str]] | None = None,
) -> Need:
    """The engine's need: members of groups (person ids as text) in their order, least belts, guests by step, holders
    by right. A step that only advises is there while somebody is invited to it."""
    if "all_of" in need:
        return AllOf(tuple(need_of(part, members, belts, guests, holders) for part in need["all_of"]))
    if "any_of" in need:
        return AnyOf(tuple(need_of(part, members, belts, guests, holders) for part in need["any_of"]))
    if "id" not in need:
        return AllOf()
    people = [person for group in need["group"] for person in members.get(group, [])]
    people += (holders or {}).get(need.get("right", ""), [])
    people += (guests or {}).get(need["id"], [])
    if need.get("advice") and not people:
        return AllOf()
    # Of several groups together the highest belt counts, so that nobody gets in by the measure of another group.
    asked = [belts.get(group, "black") for group in need["group"]]
    if need.get("right") or need.get("advice"):
        asked.append("none")
    return Step(
        id=need["id"],
        label=need["label"],
        people=tuple(dict.fromkeys(people)),
        # Everybody who is asked for advice has a place of their own.
        m=len(people) if need.get("advice") else need.get("m", 1),
        belt=cast("Belt", max(asked, key=BELTS.index, default="black")),
        fields=frozenset(need.get("fields") or ()),
        distinct_departments=bool(need.get("departments")),
    )
