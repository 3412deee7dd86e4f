"""The route of an item as JSON, and as the need that the engine reasons about.

Stored is which group decides which step; who is in a group, who is away and who holds which belt is asked anew.
A need is ``{"all_of": [...]}``, ``{"any_of": [...]}`` or a step: ``{"id", "label", "group", "m", "fields",
"departments", "guest"}``; ``"group": [..]`` with several numbers means all people of these groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from fourleaf.engine.review import AllOf, AnyOf, Need, Step
from fourleaf.engine.review.routes import BELTS, Belt

__all__ = ["SECOND", "NeedJson", "groups_in", "need_of", "steps_in", "with_second"]

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
) -> Need:
    """The engine's need: members of groups (person ids as text) in their order, least belts, guests by step."""
    if "all_of" in need:
        return AllOf(tuple(need_of(part, members, belts, guests) for part in need["all_of"]))
    if "any_of" in need:
        return AnyOf(tuple(need_of(part, members, belts, guests) for part in need["any_of"]))
    if "id" not in need:
        return AllOf()
    people = [person for group in need["group"] for person in members.get(group, [])]
    people += (guests or {}).get(need["id"], [])
    # Of several groups together the highest belt counts, so that nobody gets in by the measure of another group.
    asked = [belts.get(group, "black") for group in need["group"]]
    return Step(
        id=need["id"],
        label=need["label"],
        people=tuple(dict.fromkeys(people)),
        m=need.get("m", 1),
        belt=cast("Belt", max(asked, key=BELTS.index, default="black")),
        fields=frozenset(need.get("fields") or ()),
        distinct_departments=bool(need.get("departments")),
    )
