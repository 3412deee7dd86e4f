"""What pages say about belts: rungs of the ladder, steps of a belt, states as words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fourleaf.engine.training.ladder import BELTS, LADDER, RIGHT_LABELS, RIGHTS, Belt, above, rank
from fourleaf.engine.training.reading import minutes_said
from fourleaf.engine.training.validity import day_said
from fourleaf.training.contracts import BeltStanding
from fourleaf.training.selectors.path import BeltPath
from fourleaf.web.kit.numbers import count
from fourleaf.web.training.ladder_picture import Rung, ladder

__all__ = ["ShownRight", "belt_mark", "ladder_of", "rights_shown", "way_said"]


@dataclass(frozen=True)
class ShownRight:
    """A right as the page lists it."""

    label: str
    belt: str
    resting: bool


def belt_mark(belt: str) -> SafeString:
    """A small square in the belt's colour and its word."""
    return format_html(
        '<span class="belt-mark"><svg width="22" height="12" viewBox="0 0 22 12" aria-hidden="true" focusable="false">'
        '<rect class="belt-dot belt-{}" x="1" y="1" width="20" height="10" rx="2" /></svg>{}</span>',
        belt,
        LADDER[belt].label,
    )


def rights_shown(standing: BeltStanding) -> list[ShownRight]:
    """What may be done now, then what rests, in the order of the ladder."""
    held = [ShownRight(RIGHT_LABELS[one], RIGHTS[one], resting=False) for one in RIGHTS if one in standing.rights]
    return held + [
        ShownRight(RIGHT_LABELS[one], RIGHTS[one], resting=True) for one in RIGHTS if one in standing.suspended
    ]


def _rung(belt: Belt, standing: BeltStanding, path: BeltPath | None, *, links: bool) -> Rung:
    step = LADDER[belt]
    href = reverse("training:belt", args=[belt]) if links else ""
    following = above(standing.held)
    if rank(belt) <= rank(standing.held):
        own = frozenset(step.rights)
        if own & standing.rights:
            said = "Held"
            if belt == standing.belt and standing.valid_until:
                said = f"Until {day_said(standing.valid_until)}"
            if own & standing.suspended:
                said += ", partly resting"
            return Rung(belt, step.label, step.name, "held", said, href=href)
        return Rung(belt, step.label, step.name, "resting", "Rights are resting", href=href)
    if belt == following:
        share, said = 0.0, "Next"
        if path is not None:
            done, total = path.steps_done
            share = done / total if total else 0.0
            said = f"Next: {done} of {total} steps done" if path.lessons else "Next; nothing published yet"
        return Rung(belt, step.label, step.name, "next", said, share, href)
    return Rung(belt, step.label, step.name, "later", step.about if len(step.about) < 34 else "", href=href)


def ladder_of(standing: BeltStanding, paths: Mapping[str, BeltPath], *, links: bool = True) -> SafeString:
    """The picture of somebody's ladder with a description that says the same."""
    rungs = [_rung(belt, standing, paths.get(belt), links=links) for belt in BELTS[1:]]
    words = {"held": "held", "resting": "held, rights resting", "next": "next", "later": "later"}
    text = "; ".join(f"{rung.label}: {words[rung.state]}" for rung in rungs)
    return ladder(rungs, description=f"{text}.")


def way_said(path: BeltPath) -> str:
    """``6 modules (8 minutes to read), a quiz of 12 questions, five sample posts``: what is left on the way."""
    parts = []
    if path.unread:
        left = minutes_said(*(lesson.seconds for lesson in path.lessons if lesson.read_on is None))
        parts.append(f"{count(path.unread, 'module')} ({left} to read)")
    if path.quiz.passed_on is None:
        parts.append("a quiz")
    parts += [
        one.work.label[0].lower() + one.work.label[1:] + (f" ({one.done} done)" if one.done else "")
        for one in path.work
        if not one.enough
    ]
    return ", ".join(parts)
