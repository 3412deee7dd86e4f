"""How numbers are written: grouped digits, shares with their interval and base, and nothing under the threshold."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

__all__ = ["FEW", "Share", "count", "number", "percent", "share_html"]

#: Bases below this are not shown as a share: the interval would say nothing, and few people could be recognised.
FEW = 5


@dataclass(frozen=True)
class Share:
    """A share in 0 to 1 with its interval, out of ``base`` things called ``of`` ("posts found")."""

    value: float
    low: float
    high: float
    base: int
    of: str = ""

    @property
    def too_few(self) -> bool:
        """Whether the base is too small to show the share."""
        return self.base < FEW

    @property
    def interval(self) -> str:
        """``27-35``, in per cent."""
        return f"{_bound(self.low)}-{_bound(self.high)}"

    def __str__(self) -> str:
        if self.too_few:
            return "too few to show"
        of = f" {self.of}" if self.of else ""
        return f"{percent(self.value)} ({self.interval}), of {number(self.base)}{of}"


def number(value: float | int, places: int = 0) -> str:
    """Digits in groups of three: ``1,204``."""
    return f"{value:,.{places}f}" if not isinstance(value, int) or places else f"{value:,}"


def count(value: int, singular: str, plural: str | None = None) -> str:
    """``1 person``, ``1,204 people``."""
    return f"{number(value)} {singular if value == 1 else plural or singular + 's'}"


def _bound(value: float) -> str:
    # Below 10 % a whole number would hide differences of a tenth of the share; what rounds to 10.0 is written 10.
    whole = 0.0995 <= value <= 0.99 or value in (0, 1)
    return f"{100 * value:.0f}" if whole else f"{100 * value:.1f}"


def percent(value: float) -> str:
    """A share in 0 to 1 in per cent; small ones keep a decimal."""
    return f"{_bound(value)}\u00a0%"


def share_html(share: Share, *, base: bool = True) -> SafeString:
    """``31 % (27-35), of 1,204 posts found``."""
    if share.too_few:
        return SafeString('<span class="few">too few to show</span>')
    return format_html(
        '<span class="share">{} <span class="share-interval">({})</span></span>{}',
        percent(share.value),
        share.interval,
        format_html(", of {}{}", number(share.base), f" {share.of}" if share.of else "") if base else "",
    )
