"""How many posts of which sort, and when: the steady streams as counts by hour, the rest as drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from fourleaf.demo.mentions.accounts import BOTS, OUTLETS, OWN, OWN_CHANNELS, REGION_CODES, pool_index
from fourleaf.demo.mentions.chance import Chance, Floats, Integers, Keys
from fourleaf.demo.mentions.drafts import (
    BOT,
    HOMONYM,
    OWN_VOICE,
    PARENT_RECENT,
    PRESS,
    QUOTE,
    REPLY,
    RESHARE,
    Drafts,
)
from fourleaf.demo.mentions.entities import (
    ENTITIES,
    INDEX,
    LANGUAGES,
    PLATFORMS,
    SECTORS,
    STREAMS,
    sentiment_shares,
)
from fourleaf.demo.mentions.incident import incident_drafts, incident_start
from fourleaf.demo.mentions.rhythm import HOUR, SPAN_DAYS, cells, hour_weights, span_start
from fourleaf.demo.mentions.wording import wording

__all__ = ["DEFAULT_N", "QUIET_MINUTES", "SMALLEST_N", "Plan", "make_plan", "organic_drafts"]

DEFAULT_N: Final = 200_000
SMALLEST_N: Final = 500
#: Steady negative posts about Emberlyn in English are left out of this many minutes after the clip, so that the
#: scripted nine stay nine.
QUIET_MINUTES: Final = 15
# Negative English posts about Emberlyn an hour, at the hour of the week of the clip, over the eight weeks before
# it (for DEFAULT_N posts): the .8 of the script.
_BASELINE: Final = 0.8

_SHARES: Final = {"own": 0.011, "homonym": 0.018, "bot": 0.020, "press": 0.014}
_FIRST_KEY: Final = {"homonym": 1 << 40, "own": 2 << 40, "bot": 3 << 40, "press": 4 << 40, "incident": 5 << 40}

# Where people write, by sector and (where it differs) language; in the order of PLATFORMS.
_PLATFORM_SHARES: Final[dict[str, tuple[float, ...]]] = {
    "grill": (0.24, 0.13, 0.27, 0.01, 0.13, 0.12, 0.10),
    "kitchen": (0.06, 0.03, 0.24, 0.44, 0.01, 0.14, 0.08),
    "camping": (0.09, 0.27, 0.24, 0.00, 0.07, 0.19, 0.14),
}
_KIND_SHARES: Final[dict[str, tuple[float, float, float]]] = {  # reply, re-share, quote
    "video": (0.55, 0.0, 0.0),
    "photo": (0.40, 0.0, 0.0),
    "microblog": (0.18, 0.25, 0.06),
    "professional": (0.28, 0.10, 0.02),
    "shortvideo": (0.46, 0.0, 0.02),
    "forum": (0.60, 0.0, 0.0),
    "review": (0.0, 0.0, 0.0),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that has to be known before the first post is written.

    ``hour_counts`` are steady posts by hour; ``running`` is the running sum of the expected posts over hours and
    cells in that order, from which the cell of each steady post is drawn; ``scripted`` is sorted by time.
    """

    start: int  # microseconds since the epoch
    n: int
    until: date
    hour_counts: Integers
    running: Floats
    cell_pairs: Integers  # (cell, 2): stream and entity
    pool: int  # accounts in an ordinary group
    scripted: Drafts


def make_plan(n: int, seed: int, until: date, chance: Chance) -> Plan:
    """Plan ``n`` posts up to ``until``. Raises ValueError where n is too small to hold the scripted parts."""
    if n < SMALLEST_N:
        raise ValueError(
            f"The sample needs at least {SMALLEST_N} posts to hold its scripted Saturday, and {n} were asked for; "
            "ask for more, and slice the result if you need fewer."
        )
    rng = np.random.default_rng([seed, until.toordinal(), n])
    weights = hour_weights(until, rng)
    pool = max(40, round(n * 0.03))
    start = round(span_start(until).timestamp() * 1e6)
    size = n / DEFAULT_N
    counts = {name: round(n * share) for name, share in _SHARES.items()}
    scripted = Drafts.join(
        _homonyms(counts["homonym"], start, pool, chance),
        _own(counts["own"], start, chance),
        _bots(counts["bot"], start, chance),
        _press(counts["press"], start, chance),
        incident_drafts(until, size, _FIRST_KEY["incident"], pool, chance),
    ).sorted()
    steady = n - len(scripted)
    _set_baseline(weights, steady, until, size)
    hour_counts = rng.multinomial(steady, weights.sum(axis=1) / weights.sum())
    return Plan(
        start=start,
        n=n,
        until=until,
        hour_counts=hour_counts,
        running=np.concatenate([[0.0], np.cumsum(weights)]),
        cell_pairs=np.array(cells(), dtype=np.int64),
        pool=pool,
        scripted=scripted,
    )


def _set_baseline(weights: Floats, steady: int, until: date, size: float) -> None:
    """Raise or lower English talk of grills at the hour of the clip in the weeks before, to the stated baseline.

    All brands alike, and the hours beside it too: a weekly peak, not a needle on one brand.
    """
    pairs = cells()
    places = [(STREAMS[s].sector, STREAMS[s].language) for s, _ in pairs]
    english = np.array([i for i, place in enumerate(places) if place == ("grill", "en")])
    ours = np.array([i for i in english if pairs[i][1] == INDEX["EM"]])
    clip = int((incident_start(until) - span_start(until)) / timedelta(hours=1))
    weeks = np.array([clip - 168 * w for w in range(9)])
    negative = sentiment_shares("EM", "en")[0]
    expected = weights[np.ix_(weeks[1:], ours)].sum(axis=1).mean() * negative * steady / weights.sum()
    factor = np.clip(_BASELINE * size / expected, 0.4, 5.0)
    for shift, strength in ((-2, 0.5), (-1, 1.0), (0, 1.0), (1, 1.0), (2, 0.5)):
        weights[np.ix_(weeks + shift, english)] *= 1.0 + (factor - 1.0) * strength


def organic_drafts(plan: Plan, first_hour: int, last_hour: int, first_key: int, chance: Chance) -> Drafts:
    """The steady posts of some hours; the same post is the same in whatever piece it is asked for."""
    counts = plan.hour_counts[first_hour:last_hour]
    hour = np.repeat(np.arange(first_hour, last_hour), counts)
    key: Keys = np.arange(first_key, first_key + len(hour), dtype=np.uint64)
    width = len(plan.cell_pairs)
    low, high = plan.running[hour * width], plan.running[(hour + 1) * width]
    column = np.searchsorted(plan.running, low + chance.uniform(key, "cell") * (high - low), side="right") - 1
    column = np.clip(column - hour * width, 0, width - 1)
    at = plan.start + hour * HOUR + (chance.uniform(key, "moment") * HOUR / 1e6).astype(np.int64) * 1_000_000
    drafts = Drafts.blank(key, at)
    stream, drafts.entity[:] = plan.cell_pairs[column].T
    sector = np.array([SECTORS.index(s.sector) for s in STREAMS], dtype=np.int64)[stream]
    drafts.language[:] = np.array([LANGUAGES.index(s.language) for s in STREAMS])[stream]
    drafts.region[:] = np.array([REGION_CODES.index(s.region) for s in STREAMS])[stream]
    drafts.platform[:] = _platforms(sector, key, chance)
    drafts.sentiment[:] = _sentiments(drafts, chance)
    _keep_quiet(drafts, plan)
    sections = [f"{name} {mood}" for name in SECTORS for mood in ("negative", "neutral", "positive")]
    drafts.cell[:] = wording().cells(sections)[sector * 3 + drafts.sentiment, drafts.language]
    drafts.group[:] = drafts.region * len(PLATFORMS) + drafts.platform
    drafts.account[:] = pool_index(chance, key, np.full(len(key), plan.pool))
    _kinds(drafts, chance)
    return drafts


def _platforms(sector: Integers, key: Keys, chance: Chance) -> Integers:
    shares = np.cumsum([_PLATFORM_SHARES[name] for name in SECTORS], axis=1)
    above = chance.uniform(key, "platform")[:, None] >= shares[sector, :-1]
    return np.asarray(above.sum(axis=1), dtype=np.int64)


def _sentiments(drafts: Drafts, chance: Chance) -> Integers:
    table = np.array([[sentiment_shares(entity.code, lang) for lang in LANGUAGES] for entity in ENTITIES], dtype=float)
    shares = table[drafts.entity, drafts.language]
    u = chance.uniform(drafts.key, "sentiment")
    above = (u >= shares[:, 0]).astype(np.int64) + (u >= shares[:, 0] + shares[:, 1])
    return np.asarray(above, dtype=np.int64)


def _keep_quiet(drafts: Drafts, plan: Plan) -> None:
    clip = round(incident_start(plan.until).timestamp() * 1e6)
    inside = (drafts.at >= clip) & (drafts.at < clip + QUIET_MINUTES * 60_000_000)
    inside &= (drafts.entity == INDEX["EM"]) & (drafts.language == 0) & (drafts.sentiment == 0)
    drafts.sentiment[inside] = 1


def _kinds(drafts: Drafts, chance: Chance) -> None:
    shares = np.cumsum([_KIND_SHARES[name] for name in PLATFORMS], axis=1)[drafts.platform]
    u = chance.uniform(drafts.key, "kind")
    drafts.kind[:] = np.select(
        [u < shares[:, 0], u < shares[:, 1], u < shares[:, 2]], [REPLY, RESHARE, QUOTE], default=0
    )
    drafts.parent[drafts.kind > 0] = PARENT_RECENT


def _moments(keys: Keys, start: int, chance: Chance) -> Integers:
    """Moments of the span: any day, mostly between 6 and 22 UTC."""
    day = chance.below(keys, "day", SPAN_DAYS)
    u = (chance.uniform(keys, "hour a") + chance.uniform(keys, "hour b")) / 2.0
    return start + day * 24 * HOUR + (u * 24 * 3600).astype(np.int64) * 1_000_000


def _homonyms(n: int, start: int, pool: int, chance: Chance) -> Drafts:
    """The singer Ember Lynn, girls named Emberlyn, a novel, a parish: words that match and mean something else."""
    keys: Keys = np.arange(_FIRST_KEY["homonym"], _FIRST_KEY["homonym"] + n, dtype=np.uint64)
    drafts = Drafts.blank(keys, _moments(keys, start, chance))
    kinds = (("EM", "en", 0.40), ("EM", "de", 0.10), ("QS", "en", 0.18), ("LV", "en", 0.18), ("RO", "en", 0.04),
             ("GA", "en", 0.05), ("FJ", "en", 0.05))  # fmt: skip
    at = np.searchsorted(np.cumsum([k[2] for k in kinds])[:-1], chance.uniform(keys, "homonym"), side="right")
    drafts.origin[:] = HOMONYM
    drafts.entity[:] = np.array([INDEX[code] for code, _, _ in kinds])[at]
    drafts.language[:] = np.array([LANGUAGES.index(lang) for _, lang, _ in kinds])[at]
    drafts.cell[:] = np.array([wording().cell(f"homonym {code}", lang) for code, lang, _ in kinds])[at]
    english = np.where(chance.uniform(keys, "homonym place") < 0.6, REGION_CODES.index("NA"), REGION_CODES.index("UK"))
    drafts.region[:] = np.where(drafts.language == 0, english, REGION_CODES.index("DE"))
    drafts.platform[:] = np.array([2, 1, 4, 2])[chance.below(keys, "homonym platform", 4)]
    drafts.group[:] = drafts.region * len(PLATFORMS) + drafts.platform
    drafts.account[:] = pool + pool_index(chance, keys, np.full(n, pool))  # other people than the brand's public
    return drafts


def _own(n: int, start: int, chance: Chance) -> Drafts:
    """Posts of the house's channels, and of three experts who write under their own names."""
    keys: Keys = np.arange(_FIRST_KEY["own"], _FIRST_KEY["own"] + n, dtype=np.uint64)
    drafts = Drafts.blank(keys, _moments(keys, start, chance))
    channel = chance.below(keys, "channel", len(OWN_CHANNELS))
    drafts.origin[:] = OWN_VOICE
    drafts.entity[:] = np.array([INDEX[c.brand] for c in OWN_CHANNELS])[channel]
    drafts.language[:] = np.array([LANGUAGES.index(c.language) for c in OWN_CHANNELS])[channel]
    drafts.platform[:] = np.array([PLATFORMS.index(c.platform) for c in OWN_CHANNELS])[channel]
    drafts.cell[:] = np.array([wording().cell(f"own {c.brand}", c.language) for c in OWN_CHANNELS])[channel]
    drafts.region[:] = np.array([{"de": 0, "sv": 2, "es": 4}.get(c.language, 1) for c in OWN_CHANNELS])[channel]
    drafts.group[:], drafts.account[:] = OWN, channel
    return drafts


def _bots(n: int, start: int, chance: Chance) -> Drafts:
    """Automated accounts: each writes one text over and over at a regular interval, only the code changes."""
    keys: Keys = np.arange(_FIRST_KEY["bot"], _FIRST_KEY["bot"] + n, dtype=np.uint64)
    each = min(250, max(20, n // 10))  # posts of one bot
    bot, turn = np.divmod(np.arange(n), each)
    one = keys - turn.astype(np.uint64)  # the key of the bot's first post: what is constant for the bot
    period = 11 + chance.below(one, "period", 50)  # minutes
    span = SPAN_DAYS * 24 * 60 - each * period
    # Most bots work in the last third of the span: new accounts.
    begin = span * (1.0 - 0.5 * chance.uniform(one, "begin") ** 1.5)
    minute = np.floor(begin).astype(np.int64) + turn.astype(np.int64) * period
    jitter = chance.below(keys, "jitter", 9)  # seconds
    at = start + (minute * 60 + jitter) * 1_000_000
    drafts = Drafts.blank(keys, at)
    kinds = (
        ("EM", "en"),
        ("EM", "de"),
        ("LV", "en"),
        ("QS", "en"),
        ("RO", "en"),
        ("RO", "en"),
        ("PY", "en"),
        ("KO", "de"),
        ("GA", "en"),
        ("FJ", "en"),
    )
    sort = chance.below(one, "bot kind", len(kinds))
    texts = wording()
    of = {"grill": "EM", "kitchen": "QS", "camping": "LV"}  # the competitors' bots say the same
    drafts.origin[:], drafts.salt[:] = BOT, one
    drafts.entity[:] = np.array([INDEX[code] for code, _ in kinds])[sort]
    drafts.language[:] = np.array([LANGUAGES.index(lang) for _, lang in kinds])[sort]
    drafts.cell[:] = np.array([texts.cell(f"bot {of[ENTITIES[INDEX[code]].sector]}", lang) for code, lang in kinds])[
        sort
    ]
    drafts.sentence[:] = texts.cell_first[drafts.cell] + chance.below(one, "bot text", texts.cell_count[drafts.cell])
    drafts.region[:], drafts.platform[:] = REGION_CODES.index("NA"), PLATFORMS.index("microblog")
    drafts.group[:], drafts.account[:] = BOTS, bot
    return drafts


def _press(n: int, start: int, chance: Chance) -> Drafts:
    """Releases that many outlets print within two days with small edits of their own."""
    keys: Keys = np.arange(_FIRST_KEY["press"], _FIRST_KEY["press"] + n, dtype=np.uint64)
    each = 28
    copy = np.arange(n) % each
    one = keys - copy.astype(np.uint64)
    drafts = Drafts.blank(keys, _moments(one, start, chance))
    delay = chance.uniform(keys, "press delay") ** 3 * 40 * HOUR
    drafts.at += np.where(copy == 0, 0.0, delay).astype(np.int64)
    drafts.at[:] = np.minimum(drafts.at, start + SPAN_DAYS * 24 * HOUR - 60_000_000)
    kinds = [("EM", "EM", "en"), ("EM", "EM", "de"), ("QS", "QS", "en"), ("QS", "QS", "de"), ("LV", "LV", "en")]
    kinds += [(e.code, "RI", lang) for e in ENTITIES if not e.own for lang in ("en", "de")]
    at = chance.below(one, "press kind", len(kinds))
    texts = wording()
    drafts.origin[:], drafts.salt[:] = PRESS, one
    drafts.entity[:] = np.array([INDEX[code] for code, _, _ in kinds])[at]
    drafts.language[:] = np.array([LANGUAGES.index(lang) for _, _, lang in kinds])[at]
    drafts.cell[:] = np.array([texts.cell(f"press {cell}", lang) for _, cell, lang in kinds])[at]
    drafts.sentence[:] = texts.cell_first[drafts.cell] + chance.below(one, "release", texts.cell_count[drafts.cell])
    drafts.region[:] = np.where(drafts.language == 0, REGION_CODES.index("NA"), REGION_CODES.index("DE"))
    drafts.platform[:] = np.array([2, 2, 2, 3, 5])[chance.below(keys, "press platform", 5)]
    drafts.group[:], drafts.account[:] = OUTLETS, (chance.below(one, "outlet", 120) + copy * 7) % 120
    return drafts
