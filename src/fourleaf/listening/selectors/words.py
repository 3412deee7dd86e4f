"""Words that are used more than before.

For each word: in how many posts of this period and of the one right before it stands. Whether it rose is decided by
Fisher's exact test (one-sided: a hypergeometric tail), which also holds for words that stood in no post before. There
the log-odds ratio with a prior, as the metric `rising_words` has it, cannot help: with 14 posts against none its z is
at most 2.8 whatever the prior, since the standard error of its logarithm grows with the zero. As many words are tried
as there are, so the bar is Benjamini and Hochberg's (Journal of the Royal Statistical Society B 57, 1995), over the
words whose counts could pass at all (Gilbert, Applied Statistics 54, 2005): of the words named, at most one in twenty
is expected to have risen by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require
from fourleaf.listening.contracts import MentionFilter, Period
from fourleaf.listening.selectors.filtering import where
from fourleaf.listening.store import View, reading

__all__ = ["FALSE_SHARE", "LEAST_COMPARED", "LEAST_POSTS", "RisingWord", "RisingWords", "words_that_rose"]

#: Posts of each period that are looked at; of more, a random part.
MOST_POSTS = 20_000
#: Posts that either period must have: of fewer, the words of a handful of people would pass for a trend.
LEAST_COMPARED = 30
#: Posts that a word must stand in, as for every share that is shown.
LEAST_POSTS = 5
#: Part of the named words that may have risen by chance.
FALSE_SHARE = 0.05
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_NO_WORD = r"https?://\S+|@\w+"
_WORD = r"[#]?[\p{L}][\p{L}\p{N}_’'-]+"


@dataclass(frozen=True)
class RisingWord:
    """A word with the posts that hold it now and before, out of those looked at; ``z`` says how surely it rose.

    It is the normal deviate of the exact test's p-value, at most about 37, where that leaves the range of numbers.
    """

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
    words = sorted(word for word, count in now.items() if count >= LEAST_POSTS)
    result: list[RisingWord] = []
    if words and min(posts_now, posts_before) >= LEAST_COMPARED:
        a = np.array([now[word] for word in words], np.int64)
        b = np.array([before.get(word, 0) for word in words], np.int64)
        p = _by_chance(a, a + b, posts_now, posts_before)
        least = _by_chance(np.minimum(a + b, posts_now), a + b, posts_now, posts_before)
        named = _within_false_share(p, least)
        # Equal probabilities, as of all that are too small for a number, go by the difference of the shares.
        order = np.lexsort((b / posts_before - a / posts_now, p))
        from scipy.special import ndtri  # here, since it takes half a second of every start

        z = -ndtri(p)
        result = [RisingWord(words[i], int(a[i]), int(b[i]), float(z[i])) for i in order if named[i]][:size]
    return RisingWords(result, posts_now, posts_before, found_now, found_before)


def _by_chance(a: Counts, total: Counts, posts_a: int, posts_b: int) -> Floats:
    """How likely (n,) words that did not rise stand in ``a`` or more of posts_a, given ``total`` in all; never 0."""
    from scipy.stats import hypergeom  # late: it takes a second to load, and every process reads this file

    p: Floats = hypergeom.sf(a - 1, posts_a + posts_b, total, posts_a)
    return np.maximum(p, 1e-300)


def _within_false_share(p: Floats, least: Floats) -> npt.NDArray[np.bool_]:
    """Which of (n,) p-values are significant at `FALSE_SHARE`; ``least`` is what each could be at the least.

    Rare words that could never pass do not raise the bar for the others: the tests that count are the fewest k of
    which k at most could pass a bar for k.
    """
    ranked_least = np.sort(least)
    k = np.arange(1, len(p) + 1)
    possible = np.searchsorted(ranked_least, FALSE_SHARE / k, side="right")
    tried = int(k[np.argmax(possible <= k)])
    counted = least <= FALSE_SHARE / tried
    ranked = np.sort(p[counted])
    below = np.flatnonzero(ranked <= FALSE_SHARE * np.arange(1, len(ranked) + 1) / max(1, len(ranked)))
    return counted & (p <= (ranked[below[-1]] if len(below) else -1.0))


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
