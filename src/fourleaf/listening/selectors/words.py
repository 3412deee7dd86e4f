"""Words that are used more than before.

For each word: in how many posts of this period and of the one right before it stands. Words are ranked by the
weighted log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn, "Fightin' Words", Political
Analysis 16, 2008), divided by its standard error, which neither rare nor merely frequent words can win.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import MentionFilter, Period
from fourleaf.listening.selectors.filtering import where
from fourleaf.listening.store import View, reading

__all__ = ["LEAST_COMPARED", "RisingWord", "RisingWords", "words_that_rose"]

#: Posts of each period that are looked at; of more, a random part.
MOST_POSTS = 20_000
#: Posts that either period must have: of fewer, the words of a handful of people would pass for a trend.
LEAST_COMPARED = 30
#: Posts that a word must stand in, as for every share that is shown.
_LEAST_POSTS = 5
_NO_WORD = r"https?://\S+|@\w+"
_WORD = r"[#]?[\p{L}][\p{L}\p{N}_’'-]+"


@dataclass(frozen=True)
class RisingWord:
    """A word with the posts that hold it now and before, out of those looked at; ``z`` says how surely it rose."""

    word: str
    now: int
    before: int
    z: float


@dataclass(frozen=True)
class RisingWords:
    """The words, and how many posts they were counted in."""

    words: list[RisingWord]
    posts_now: int
    posts_before: int
    found_now: int
    found_before: int

    @property
    def comparable(self) -> bool:
        """Whether both periods have enough posts to say which words rose."""
        return min(self.posts_now, self.posts_before) >= LEAST_COMPARED

    @property
    def sampled(self) -> bool:
        """Whether only a random part of the posts was looked at."""
        return self.posts_now < self.found_now or self.posts_before < self.found_before


def words_that_rose(actor: Actor, period: Period, chosen: MentionFilter, *, size: int = 30) -> RisingWords:
    """Words whose share of posts rose from the period before to this one. Re-shares and near-copies count once.

    None are named where the posts are too few (`RisingWords.comparable`).
    """
    require(actor, "listening.view_reports")
    with reading() as view:
        now, posts_now, found_now = _counted(view, actor, period, chosen)
        before, posts_before, found_before = _counted(view, actor, period.before(), chosen)
    words = sorted(word for word, count in now.items() if count >= _LEAST_POSTS)
    result: list[RisingWord] = []
    if words and min(posts_now, posts_before) >= LEAST_COMPARED:
        a = np.array([now[word] for word in words], np.float64)
        b = np.array([before.get(word, 0) for word in words], np.float64)
        z = _log_odds(a, b, posts_now, posts_before)
        order = np.argsort(-z, kind="stable")[:size]
        # As many words are tried as there are, so the bar is Bonferroni's: 5 % that even one of them rose by chance.
        bar = NormalDist().inv_cdf(1 - 0.05 / len(words))
        result = [RisingWord(words[i], int(a[i]), int(b[i]), float(z[i])) for i in order if z[i] > bar]
    return RisingWords(result, posts_now, posts_before, found_now, found_before)


def _log_odds(a: np.ndarray, b: np.ndarray, posts_a: int, posts_b: int) -> np.ndarray:
    """z-scores of (n,) counts out of posts_a and posts_b; the prior is the share in both, worth ten posts."""
    prior = np.minimum(10.0 * (a + b) / (posts_a + posts_b), 9.9)  # a word in every post leaves the rest something
    rest = 10.0 - prior
    ratio = np.log((a + prior) / (posts_a - a + rest)) - np.log((b + prior) / (posts_b - b + rest))
    variance = 1 / (a + prior) + 1 / (b + prior)
    z: np.ndarray = ratio / np.sqrt(variance)
    return z


def _counted(view: View, actor: Actor, period: Period, chosen: MentionFilter) -> tuple[dict[str, int], int, int]:
    """(word -> posts, posts looked at, posts found); near-duplicates are looked at once."""
    conditions = where(view, actor, period, chosen, code="listening.view_reports")
    key = ("words", conditions.sql, repr(conditions.values))
    if key in view.kept:
        kept: tuple[dict[str, int], int, int] = view.kept[key]
        return kept
    cursor = view.cursor()
    source = (
        "SELECT arg_min(text, id) AS text, min(id) AS id FROM mentions "
        f"WHERE {conditions.sql} GROUP BY coalesce(CAST(cluster AS VARCHAR), id)"
    )
    counted = cursor.execute(f"SELECT count(*) FROM ({source})", conditions.values).fetchone()
    found = int(counted[0]) if counted else 0
    part = f"ORDER BY hash(id) LIMIT {MOST_POSTS}" if found > MOST_POSTS else ""
    rows = cursor.execute(
        f"""SELECT word, count(*) FROM (
            SELECT unnest(list_distinct(regexp_extract_all(lower(regexp_replace(text, ?, ' ', 'g')), ?))) AS word
            FROM (SELECT text FROM ({source}) {part})) GROUP BY word HAVING length(word) > 2""",
        [_NO_WORD, _WORD, *conditions.values],
    ).fetchall()
    result = (dict(rows), min(found, MOST_POSTS), found)
    view.kept[key] = result
    return result
