"""The clover: four leaves whose areas are their points. A pure function from numbers to a picture.

A leaf of 100 points would fill the thin dotted outline. Technology is drawn smaller by its weight. The limiting leaf
has an outline, the interval is a soft edge, the wave before a thin contour. All colours come from classes, so that the
picture follows light, dark and print.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

__all__ = ["Leaf", "clover"]

_WIDTH: Final = 520
_HEIGHT: Final = 500
_CENTRE: Final = (260.0, 226.0)
#: Length of a leaf of 100 points and full weight.
_LENGTH: Final = 206.0
#: A heart with its tip in the origin, one long, pointing up; control points of its curves.
_HEART: Final = (
    ((0.0, 0.0),),
    ((-0.13, -0.17), (-0.53, -0.30), (-0.53, -0.66)),
    ((-0.53, -0.88), (-0.38, -1.00), (-0.23, -1.00)),
    ((-0.09, -1.00), (0.0, -0.93), (0.0, -0.85)),
    ((0.0, -0.93), (0.09, -1.00), (0.23, -1.00)),
    ((0.38, -1.00), (0.53, -0.88), (0.53, -0.66)),
    ((0.53, -0.30), (0.13, -0.17), (0.0, 0.0)),
)
#: The pale mark across a clover leaf.
_MARK: Final = (
    ((-0.40, -0.50),),
    ((-0.22, -0.62), (-0.10, -0.70), (0.0, -0.77)),
    ((0.10, -0.70), (0.22, -0.62), (0.40, -0.50)),
    ((0.22, -0.54), (0.10, -0.58), (0.0, -0.64)),
    ((-0.10, -0.58), (-0.22, -0.54), (-0.40, -0.50)),
)
_ANGLES: Final = (-45.0, 45.0, -135.0, 135.0)
#: Where the words of each leaf stand, and how they are aligned.
_WORDS: Final = ((10, 30, "start"), (510, 30, "end"), (10, 452, "start"), (510, 452, "end"))


@dataclass(frozen=True)
class Leaf:
    """One leaf. ``points``, ``low``, ``high``, ``before`` are 0 to 100; ``weight`` is relative to the largest (1)."""

    label: str
    points: float
    low: float | None = None
    high: float | None = None
    before: float | None = None
    weight: float = 1.0
    href: str = ""
    limiting: bool = False
    limit_word: str = "limiting leaf"
    #: "divided", "scattered" or "mixed" where views differ too much for a mean.
    views: str = ""


def _length(points: float, weight: float) -> float:
    """The length whose square, and so the leaf's area, follows points and weight."""
    return _LENGTH * math.sqrt(max(points, 0.0) / 100 * weight)


def _path(shape: Sequence[Sequence[tuple[float, float]]], length: float, angle: float) -> str:
    turn = math.radians(angle)
    cosine, sine = math.cos(turn), math.sin(turn)

    def place(point: tuple[float, float]) -> str:
        x, y = point[0] * length, point[1] * length
        return f"{_CENTRE[0] + x * cosine - y * sine:.1f} {_CENTRE[1] + x * sine + y * cosine:.1f}"

    start, *curves = shape
    return f"M{place(start[0])}" + "".join("C" + ",".join(place(point) for point in curve) for curve in curves) + "Z"


def _spot(length: float, angle: float) -> tuple[float, float]:
    turn = math.radians(angle)
    return _CENTRE[0] + length * math.sin(turn), _CENTRE[1] - length * math.cos(turn)


def _leaf(leaf: Leaf, angle: float, words: tuple[int, int, str]) -> SafeString:
    low = leaf.points if leaf.low is None else max(leaf.low, 0)
    high = leaf.points if leaf.high is None else min(leaf.high, 100)
    length = _length(leaf.points, leaf.weight)
    parts = [
        format_html('<path class="clover-edge" d="{}"/>', _path(_HEART, _length(high, leaf.weight), angle)),
        format_html('<path class="clover-core" d="{}"/>', _path(_HEART, _length(low, leaf.weight), angle)),
        format_html('<path class="clover-mark" d="{}"/>', _path(_MARK, length, angle)),
    ]
    if leaf.limiting:
        parts.append(format_html('<path class="clover-limit" d="{}"/>', _path(_HEART, length, angle)))
    if leaf.before is not None:
        parts.append(
            format_html('<path class="clover-before" d="{}"/>', _path(_HEART, _length(leaf.before, leaf.weight), angle))
        )
    inside = leaf.points * leaf.weight >= 20
    spot = _spot(length * 0.44 if inside else _length(100, leaf.weight) * 0.7, angle)
    parts.append(
        format_html(
            '<text class="clover-points{}" x="{}" y="{}" text-anchor="middle">{}</text>',
            "" if inside else " outside",
            f"{spot[0]:.1f}",
            f"{spot[1] + 9:.1f}",
            f"{leaf.points:.0f}",
        )
    )
    x, y, anchor = words
    parts.append(
        format_html('<text class="clover-name" x="{}" y="{}" text-anchor="{}">{}</text>', x, y, anchor, leaf.label)
    )
    said = [leaf.limit_word] if leaf.limiting else []
    if leaf.views:
        said.append(f"views {leaf.views}")
    if said:
        parts.append(
            format_html(
                '<text class="clover-said" x="{}" y="{}" text-anchor="{}">{}</text>', x, y + 20, anchor, ", ".join(said)
            )
        )
    drawn = format_html_join("", "{}", ((part,) for part in parts))
    spoken = f"{leaf.label}: {leaf.points:.0f} points" + (f", {', '.join(said)}" if said else "")
    if leaf.href:
        return format_html('<a class="clover-leaf" href="{}" aria-label="{}">{}</a>', leaf.href, spoken, drawn)
    return format_html('<g class="clover-leaf">{}</g>', drawn)


def clover(leaves: Sequence[Leaf], *, id: str, title: str, description: str) -> SafeString:
    """The picture as SVG: at most four leaves, clockwise pairs from the upper left. ``id`` is unique in the page."""
    x, y = _CENTRE
    stem = (
        f"M{x - 3:.0f} {y:.0f}C{x - 2:.0f} {y + 90:.0f},{x - 14:.0f} {y + 180:.0f},{x - 52:.0f} {y + 262:.0f}"
        f"L{x - 42:.0f} {y + 266:.0f}C{x - 4:.0f} {y + 184:.0f},{x + 5:.0f} {y + 92:.0f},{x + 3:.0f} {y:.0f}Z"
    )
    placed = list(zip(leaves, _ANGLES, _WORDS, strict=False))
    # Outlines lie below all leaves, so that none crosses a neighbour.
    full = format_html_join(
        "",
        '<path class="clover-full" d="{}"/>',
        ((_path(_HEART, _length(100, leaf.weight), angle),) for leaf, angle, _ in placed),
    )
    # The limiting leaf comes last, so that its outline is whole.
    placed.sort(key=lambda one: one[0].limiting)
    drawn = format_html_join("", "{}", ((_leaf(leaf, angle, words),) for leaf, angle, words in placed))
    return format_html(
        '<svg class="clover" viewBox="0 0 {} {}" role="group" aria-labelledby="{}-title {}-about" '
        'xmlns="http://www.w3.org/2000/svg"><title id="{}-title">{}</title><desc id="{}-about">{}</desc>'
        '<path class="clover-stem" d="{}"/>{}{}</svg>',
        _WIDTH, _HEIGHT, id, id, id, title, id, description, stem, full, drawn,
    )  # fmt: skip
