"""What the pages say about policies: words for states, scopes and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from fourleaf.engine.policies.force import IN_FORCE_STATES
from fourleaf.engine.training.ladder import RIGHT_LABELS
from fourleaf.governance.contracts import ALL_RIGHTS
from fourleaf.governance.languages import NAMES
from fourleaf.governance.models import PolicyVersion
from fourleaf.governance.selectors.policies_force import Answer, Loaded
from fourleaf.kernel import clock
from fourleaf.kernel import public as organisation
from fourleaf.kernel.actors import Actor
from fourleaf.planning.selectors import current_plan, objects
from fourleaf.web.kit.tables import State

__all__ = [
    "RIGHTS", "STATES", "UNDO_FITS", "Review", "actor_words", "channels_known", "language_names", "reasons",
    "reasons_between", "review_of", "rights_words", "scope_words",
]  # fmt: skip

STATES: Final[Mapping[Any, State]] = {
    "draft": State("neutral", "Draft", "pencil-square"),
    "legal_review": State("information", "In legal review", "scale"),
    "consultation": State("information", "In consultation", "chat-bubble-left-right"),
    "approved": State("good", "Approved", "check"),
    "scheduled": State("information", "Scheduled", "calendar-days"),
    "in_force": State("good", "In force", "check-circle"),
    "superseded": State("neutral", "Superseded", "archive-box"),
    "withdrawn": State("attention", "Withdrawn", "x-circle"),
}
#: Rights that a version can name, with their labels: those of the belts, and one that no belt gives.
RIGHTS: Final[Mapping[str, str]] = {**RIGHT_LABELS, "engage_influencers": "Work with influencers"}
#: Characters of a text that fit into a link that brings it back.
UNDO_FITS: Final = 3_000
#: Overdue by more than this is an error in the findings (rule A09), by less a warning.
LATE: Final = 60


@dataclass(frozen=True)
class Review:
    """When a version is read again, as colour, word and day."""

    kind: str
    words: str
    due: date


def review_of(due: date | None, today: date | None = None) -> Review | None:
    """How a review stands; None where no day is set."""
    if due is None:
        return None
    days = ((today or clock.today()) - due).days
    if days > 0:
        return Review(
            "blocking" if days > LATE else "attention", f"Review overdue by {days} day{'s'[: days != 1]}", due
        )
    if days > -60:
        return Review(
            "information", f"Review due in {-days} day{'s'[: -days != 1]}" if days else "Review due today", due
        )
    return Review("neutral", "Review not due yet", due)


def scope_words(row: PolicyVersion) -> list[tuple[str, str]]:
    """Pairs of dimension and words."""
    regions, brands = organisation.regions(), organisation.brands()
    channels = ", ".join(row.channels) or "All"
    if row.except_channels:
        channels += f", but not {', '.join(row.except_channels)}"
    return [
        ("Channels", channels),
        ("Regions", ", ".join(regions[key].name for key in row.region_ids if key in regions) or "All"),
        ("Brands", ", ".join(brands[key].name for key in row.brand_ids if key in brands) or "All"),
        ("Groups", ", ".join(_group(code) for code in row.groups) or "Everybody"),
    ]


def _group(code: str) -> str:
    kind, _, name = code.partition(":")
    return f"{name.capitalize()} belt and higher" if kind == "belt" else name if kind == "department" else code


_WHY: Final[Mapping[str, str]] = {
    "channel": "does not cover this channel",
    "region": "does not cover this region",
    "brand": "does not cover this brand",
    "group": "does not cover this group",
    "language": "has no text in this language",
    "newer": "a newer version stands in its place",
}


def reasons(answer: Answer, names: Mapping[str, str]) -> str:
    """Why a version does not apply, as half a sentence."""
    parts = []
    for code in answer.against:
        if code == "state":
            label = STATES[answer.loaded.standing.state].label.lower()
            parts.append(f"is not in force: {label}")
        elif code == "early":
            parts.append(f"begins on {_day(answer.loaded.standing.effective_on)}")
        elif code == "ended":
            parts.append(f"ended on {_day(_before(answer.loaded))}")
        else:
            said = names.get(code)
            parts.append(f"{_WHY[code]} ({said})" if said else _WHY[code])
    return "; ".join(parts)


def _before(loaded: Loaded) -> date | None:
    ended = loaded.standing.ended_on
    return ended - timedelta(days=1) if ended else None


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "an unknown day"


def channels_known(actor: Actor) -> list[str]:
    """Codes of the channels in the current plan; none without one or without the right to see it."""
    plan = current_plan(actor)
    if plan is None:
        return []
    return [str(key) for key in objects(actor, plan.pk, "channels").order_by("key").values_list("key", flat=True)]


def rights_words(codes: Iterable[str]) -> str:
    """Rights that rest while something is not acknowledged, in words; "" for none."""
    wanted = set(codes)
    if wanted >= set(ALL_RIGHTS):
        return "everything that your belt allows"
    return "; ".join(label for code, label in RIGHTS.items() if code in wanted)


def language_names(codes: Iterable[str]) -> str:
    """Languages by name, with commas."""
    return ", ".join(NAMES.get(code, code) for code in codes)


def reasons_between(versions: Iterable[PolicyVersion], old: PolicyVersion, new: PolicyVersion) -> list[PolicyVersion]:
    """Versions after ``old`` up to ``new`` that say what changed, newest first, if they came into force."""
    lowest, highest = _numbers(old), _numbers(new)
    between = [one for one in versions if one.note and lowest < _numbers(one) <= highest]
    kept = [one for one in between if one.pk == new.pk or (one.effective_on and one.state in IN_FORCE_STATES)]
    return sorted(kept, key=_numbers, reverse=True)


def _numbers(row: PolicyVersion) -> tuple[int, int, int]:
    return (row.major, row.minor, row.patch)


def actor_words(label: str) -> str:
    """Who acted, for a narrow column: machine work without its first word."""
    name = label.removeprefix("system: ")
    return label if name == label else name[:1].upper() + name[1:]
