"""What pages say of an item before anybody decides it: what would happen to it, and what its text reads like."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from fourleaf.engine.review.cues import Cue, cues_in
from fourleaf.kernel.public import regions
from fourleaf.review.contracts import FLAGS
from fourleaf.review.kinds import KINDS, fixed_route_of
from fourleaf.review.models import ReviewItem
from fourleaf.review.reading import in_order
from fourleaf.review.routing import Scope
from fourleaf.review.selectors import preview
from fourleaf.web.review.tables import LEVELS
from fourleaf.web.review.words import target_of, there, working_time

__all__ = ["BEFORE", "Hint", "ahead", "hints_for_item", "hints_on"]

#: States in which an item has yet to be handed in.
BEFORE: Final = ("draft", "returned", "withdrawn", "expired")
#: So many places are quoted for one hint.
_QUOTES: Final = 3


@dataclass(frozen=True)
class Hint:
    """What a text reads like, the words that say so, and the ticks that would answer it."""

    reads_like: str
    quotes: tuple[str, ...]
    labels: tuple[str, ...]


def hints_on(texts: Iterable[str], ticked: Collection[str]) -> list[Hint]:
    """One hint for each family of cues in the texts that no tick answers. They change nothing by themselves."""
    found: dict[Cue, dict[str, None]] = {}
    for text in texts:
        for one in cues_in(text):
            if not set(one.cue.flags) & set(ticked):
                found.setdefault(one.cue, {})[" ".join(one.excerpt.split())] = None
    return [
        Hint(cue.reads_like, tuple(quotes)[:_QUOTES], tuple(FLAGS[flag] for flag in cue.flags))
        for cue, quotes in found.items()
    ]


def hints_for_item(item: ReviewItem) -> list[Hint]:
    """The hints on an item that goes by tiers; none for what has a way of its own."""
    if fixed_route_of(item.kind) is not None:
        return []
    return hints_on(in_order(item.content).values(), item.flags)


def ahead(scope: Scope, *, author_id: int | None, language: str, kind: str = "draft") -> dict[str, Any]:
    """What would happen to an item of this scope, for ``web/review/answer.html``."""
    right = KINDS[kind].asks_right if kind in KINDS else "submit_draft"
    found = preview(scope, author_id=author_id, language=language, right=right or "submit_draft")
    region = regions().get(scope.region_id or 0)
    return {
        "found": found,
        "level": LEVELS[found.level],
        "due_there": there(found.due_at, region.time_zone, region.name) if region else "",
        "given": working_time(found.answer_minutes) if found.answer_minutes else "",
        "usual": target_of(found.tier),
    }
