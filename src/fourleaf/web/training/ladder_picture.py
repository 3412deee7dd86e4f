"""The ladder as a picture: six rungs from White to Black, what is held, what rests, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

__all__ = ["Rung", "ladder"]

_WIDTH: Final = 360
_ROW: Final = 62
_LEFT, _RIGHT = 14, 118  # the rails
_TEXT: Final = 140


@dataclass(frozen=True)
class Rung:
    """One belt on the ladder. ``state``: "held", "resting", "next" or "later"; ``share`` of the way to it, 0 to 1."""

    belt: str
    label: str
    name: str
    state: str
    said: str
    share: float = 0.0
    href: str = ""


def _ribbon(rung: Rung, y: float) -> SafeString:
    """The rung between the rails: filled when held, hatched when its rights rest, partly filled on the way to it."""
    left, width = _LEFT + 6, _RIGHT - _LEFT - 12
    base = format_html(
        '<rect class="rung belt-{} {}" x="{}" y="{}" width="{}" height="20" rx="3" />',
        rung.belt, rung.state, left, y + 12, width,
    )  # fmt: skip
    if rung.state == "held":
        # The knot of a belt.
        x = left + width / 2
        return base + format_html(
            '<path class="knot belt-{}" d="M{} {}l-9 16 6 1 6-11 6 11 6-1-9-16z" />', rung.belt, x - 3, y + 25
        )
    if rung.state == "resting":
        return base + format_html(
            '<rect class="hatch" x="{}" y="{}" width="{}" height="20" rx="3" fill="url(#ladder-hatch)" />',
            left, y + 12, width,
        )  # fmt: skip
    if rung.state == "next" and rung.share > 0:
        return base + format_html(
            '<rect class="rung-way belt-{}" x="{}" y="{}" width="{}" height="20" rx="3" />',
            rung.belt, left, y + 12, f"{width * min(1.0, rung.share):.1f}",
        )  # fmt: skip
    return base


def ladder(rungs: Sequence[Rung], *, description: str) -> SafeString:
    """The picture; ``rungs`` from the lowest to the highest, drawn from the bottom up. Colours come from classes."""
    height = _ROW * len(rungs) + 12
    rows = []
    for place, rung in enumerate(reversed(rungs)):
        y = place * _ROW + 4
        words = format_html(
            '<text class="ladder-name" x="{x}" y="{a}">{label} <tspan class="ladder-word">{name}</tspan></text>'
            '<text class="ladder-said" x="{x}" y="{b}">{said}</text>',
            x=_TEXT, a=y + 20, b=y + 39, label=rung.label, name=rung.name, said=rung.said,
        )  # fmt: skip
        inside = _ribbon(rung, y) + words
        rows.append(format_html('<a class="ladder-link" href="{}">{}</a>', rung.href, inside) if rung.href else inside)
    return format_html(
        '<svg class="ladder" viewBox="0 0 {w} {h}" role="group" aria-labelledby="ladder-title ladder-text">'
        '<title id="ladder-title">The ladder of belts</title><desc id="ladder-text">{d}</desc>'
        '<defs><pattern id="ladder-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="hatch-line" d="M0 0v6" /></pattern></defs>'
        '<path class="rail-line" d="M{l} 4V{b}M{r} 4V{b}" />{rows}</svg>',
        w=_WIDTH, h=height, d=description, l=_LEFT, r=_RIGHT, b=height - 4,
        rows=format_html_join("", "{}", ((row,) for row in rows)),
    )  # fmt: skip
