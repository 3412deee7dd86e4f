"""How far a result can be trusted: response, composition, early and late answers, leader gap, change.

Differences of two means use Welch's interval (B. Welch, Biometrika 34, 1947) and Hedges' g (L. Hedges, Journal of
Educational Statistics 6, 1981).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fourleaf.engine.survey.instrument import SurveyDefaults
from fourleaf.engine.survey.scoring import Estimate
from fourleaf.engine.survey.suppression import Cell, Published, band, publish

__all__ = [
    "Change", "CompositionRow", "Difference", "Response", "change", "composition", "difference", "early_halves",
    "leader_flag", "respondents", "response", "welch",
]  # fmt: skip

_ROUNDING: Final = 1e-12
#: From so many answers on, the last band, a group's response rate may be shown.
_RATE_FROM: Final = 50


@dataclass(frozen=True)
class Response:
    """Who answered. `published`: the company result may be shown; `reasons` say why not. `banner` is a caution."""

    n: int
    invited: int | None
    rate: float | None
    published: bool
    reasons: tuple[str, ...]
    banner: str | None


@dataclass(frozen=True)
class CompositionRow:
    """Invited beside answered for one group; `rate` and the band are None for a hidden group, which is
    `hidden` because "few" answered, or to "protect" another one."""

    dimension: str
    value: str
    invited: int
    answered: str | None
    rate: float | None
    hidden: str = ""


@dataclass(frozen=True)
class Difference:
    """Mean of the first group minus that of the second, in scale points, with Welch's interval and Hedges' g."""

    n_first: int
    n_second: int
    delta: float
    low: float | None
    high: float | None
    df: float | None
    g: float | None
    flag: str | None = None


@dataclass(frozen=True)
class Change:
    """Change of a cell between waves; `difference` is None when `reason` says why it may not be shown."""

    difference: Difference | None
    reason: str = ""


def respondents(answers: NDArray[np.float64], defaults: SurveyDefaults) -> NDArray[np.bool_]:
    """Who answered at least half of the scored items (persons x items, NaN for missing)."""
    return np.asarray((~np.isnan(answers)).mean(axis=1) >= defaults.response_share, np.bool_)


def response(n: int, invited: int | None, defaults: SurveyDefaults | None = None) -> Response:
    """The response rate, whether a company result may be published, and the caution above it."""
    defaults = defaults or SurveyDefaults()
    rate = n / invited if invited else None
    reasons = []
    if n < defaults.min_company_n:
        reasons.append(f"{n} people answered; a result needs {defaults.min_company_n}.")
    if rate is not None and rate < defaults.min_company_rate:
        reasons.append(f"{rate:.0%} of the invited answered; a result needs {defaults.min_company_rate:.0%}.")
    banner = None
    if rate is None:
        banner = "It is not known how many were invited, so nobody can say whom this result represents."
    elif rate < defaults.rate_banner:
        banner = f"{rate:.0%} of the invited answered. The result may not represent everybody."
    return Response(n, invited, rate, not reasons, tuple(reasons), banner)


def _lower(text: str) -> int:
    """The lower end of a band."""
    return int(text.rstrip("+").partition("-")[0])


def composition(
    dimension: str,
    invited: Mapping[str, int],
    answered: Mapping[str, int],
    defaults: SurveyDefaults | None = None,
    *,
    published: Published | None = None,
) -> tuple[CompositionRow, ...]:
    """Invited against answered by group.

    Groups that too few answered in are hidden, and as many others as it takes that they cannot be worked out from the
    company's total. With `published` (keys ((dimension, value),)) its decision is followed instead.

    A rate beside the number invited is an exact count, and would undo the band. It is given only where at least 50
    answered and at least `k_scores` did not. A group in which nobody answered looks like one in which too few did, and
    where a band could mean all of the group, it says no more than that there are enough to show.
    """
    defaults = defaults or SurveyDefaults()
    values = list(dict.fromkeys([*invited, *answered]))
    if published is None:
        cells = [Cell(((dimension, value),), (place,)) for place, value in enumerate(values)]
        cells.append(Cell((), tuple(range(len(values))), 0, keep=True))
        published = publish(cells, [answered.get(value, 0) for value in values], defaults.k_scores)
    rows = []
    for value in values:
        asked, came = invited.get(value, 0), answered.get(value, 0)
        k = defaults.k_scores
        text = band(came, k) if came >= k and published.shows(((dimension, value),)) else None
        rate = round(came / asked, 2) if text and came >= _RATE_FROM and asked - came >= k else None
        if text and asked and asked - _lower(text) < k:
            text = f"{k} or more"
        why = "" if text else "protect" if ((dimension, value),) in published.complementary else "few"
        rows.append(CompositionRow(dimension, value, asked, text, rate, why))
    return tuple(rows)


def welch(first: Estimate, second: Estimate, level: float = 0.95) -> Difference:
    """Difference of two independent means out of their n, mean and standard deviation."""
    delta = first.mean - second.mean
    if first.sd is None or second.sd is None:
        return Difference(first.n, second.n, delta, None, None, None, None)
    parts = first.sd**2 / first.n, second.sd**2 / second.n
    error = sum(parts)
    spare = first.n + second.n - 2
    pooled = ((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / spare
    if error < _ROUNDING:
        return Difference(first.n, second.n, delta, None, None, None, None)
    from scipy import special  # here, since it takes half a second of every start

    df = error**2 / (parts[0] ** 2 / (first.n - 1) + parts[1] ** 2 / (second.n - 1))
    half = float(special.stdtrit(df, 0.5 + level / 2)) * float(np.sqrt(error))
    g = delta / float(np.sqrt(pooled)) * (1 - 3 / (4 * spare - 1))
    return Difference(first.n, second.n, delta, delta - half, delta + half, df, g)


def difference(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Difference | None:
    """`welch` of two columns of scores; None when one of them is empty."""
    from fourleaf.engine.survey.scoring import mean_interval

    one, other = mean_interval(first, level=level), mean_interval(second, level=level)
    return None if one is None or other is None else welch(one, other, level)


def leader_flag(gap: Difference, defaults: SurveyDefaults | None = None) -> Literal["rosier", "gloomier"] | None:
    """ "rosier" when leaders score at least half a scale point above employees and the interval leaves 0 out;
    "gloomier" likewise below."""
    threshold = (defaults or SurveyDefaults()).gap_flag
    if gap.low is None or gap.high is None:
        return None
    if gap.delta >= threshold - _ROUNDING and gap.low > 0:
        return "rosier"
    if gap.delta <= -threshold + _ROUNDING and gap.high < 0:
        return "gloomier"
    return None


def early_halves(days: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """0 for early and 1 for late answers, -1 without a day. The cut lies behind the day that halves the answers best.

    None when all came on one day. People who answer late resemble those who never do more than the early ones do (J. S.
    Armstrong and T. Overton, Journal of Marketing Research 14, 1977), so a difference is a warning.
    """
    known = days[days >= 0]
    values, counts = np.unique(known, return_counts=True)
    if len(values) < 2:
        return None
    cut = int(np.argmin(np.abs(np.cumsum(counts)[:-1] - len(known) / 2)))
    return np.where(days < 0, -1, (days > values[cut]).astype(np.int64))


def change(
    before: Estimate, after: Estimate, *, joined: int, left: int, defaults: SurveyDefaults | None = None
) -> Change:
    """Change of a cell from one wave to the next.

    `joined` and `left` are the people by whom the cell's membership differs. With between 1 and k - 1 of them, the two
    results side by side would tell about these few, so nothing is shown.
    """
    defaults = defaults or SurveyDefaults()
    if min(before.n, after.n) < defaults.k_scores:
        return Change(None, f"One of the waves has fewer than {defaults.k_scores} answers here.")
    if 0 < joined + left < defaults.k_scores:
        return Change(None, f"Fewer than {defaults.k_scores} people joined or left; the change would tell about them.")
    return Change(welch(after, before, defaults.level))
