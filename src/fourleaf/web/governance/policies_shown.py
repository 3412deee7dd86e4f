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
from fourleaf.governance.selectors.policies_force import Answer, Loaded, beside
from fourleaf.kernel import clock
from fourleaf.kernel import public as organisation
from fourleaf.kernel.actors import Actor
from fourleaf.planning.selectors import current_plan, objects
from fourleaf.web.kit.tables import State

__all__ = [
    "RIGHTS", "STATES", "UNDO_FITS", "Review", "actor_words", "beside_words", "channels_known", "language_names",
    "reasons", "reasons_between", "review_of", "rights_words", "scope_words", "turn", "way",
]  # fmt: skip

STATES: Final[Mapping[Any, State]] = {
    "draft": State("neutral", "Draft", "pencil-square"),
    "legal_review": State("information", "In legal review", "scale"),
    "consultation": State("information", "In consultation", "chat-bubble-left-right"),
    # No state of its own: all views are in, and approval is what it waits for.
    "approval": State("attention", "Waits for approval", "clock"),
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


def beside_words(row: PolicyVersion) -> list[str]:
    """A sentence for each other policy of the same kind that holds in the same place. Two queries, or three."""
    found = beside(row)
    regions = organisation.regions() if any(shared for _, shared in found) else {}
    sentences = []
    for one, shared in found:
        where = f"in {', '.join(sorted(regions[key].name for key in shared if key in regions))}" if shared else "too"
        held = "is in force" if one.standing.state == "in_force" else f"begins on {_day(one.standing.effective_on)}"
        sentences.append(f"“{one.title}” {one.number} {held} {where}.")
    return sentences


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


def channels_known(actor: Actor) -> dict[str, str]:
    """Channels in the current plan, code -> name; none without a plan or without the right to see it."""
    plan = current_plan(actor)
    if plan is None:
        return {}
    rows = objects(actor, plan.pk, "channels").order_by("key")
    return {row.key: str(row.data.get("name", "")) for row in rows}


def rights_words(codes: Iterable[str]) -> str:
    """Rights that rest while something is not acknowledged, in words; "" for none."""
    wanted = set(codes)
    said = "; ".join(label for code, label in RIGHTS.items() if code in wanted)
    return f"everything that your belt allows ({said})" if wanted >= set(ALL_RIGHTS) else said


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


_STATIONS = {
    "draft": "Draft", "legal_review": "Legal review", "consultation": "Consultation", "approval": "Approval",
    "approved": "Approved", "scheduled": "Scheduled", "in_force": "In force",
}  # fmt: skip
_NAMED = 3


def way(station: str, consulted: bool) -> list[tuple[str, str]]:
    """The stations of the life cycle with what they are for this version: past, here, ahead."""
    stations = [one for one in _STATIONS if consulted or one != "consultation"]
    at = stations.index(station) if station in stations else 0
    return [
        ("past" if place < at else "here" if place == at else "ahead", _STATIONS[state])
        for place, state in enumerate(stations)
    ]


def turn(row: PolicyVersion, station: str, waits: Iterable[str], approvers: list[str]) -> str:
    """Whose turn it is, as a sentence; "" where the step itself says so."""
    author = row.author.name if row.author else ""
    if station == "draft":
        return f"{author} writes it." if author else ""
    if station == "legal_review":
        return "Counsel gives the legal view next, in the review queue."
    if station == "consultation":
        names = ", ".join(waits)
        return f"The employee representatives of {names} answer next; whoever writes policies notes it here."
    if station == "approval":
        more = f" or {len(approvers) - _NAMED} more" if len(approvers) > _NAMED else ""
        who = f" by {', '.join(approvers[:_NAMED])}{more}" if approvers else ""
        return f"Nothing else is missing: it waits for approval{who}."
    return "Whoever may approve policies gives it its first day." if station == "approved" else ""
