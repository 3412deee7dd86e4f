"""The scripted Saturday: flames under a grill lid, seen on the North American video channel.

Saturday 18:40 in Ravenau somebody posts a clip; nine negative posts in the first quarter of an hour against less than
one an hour before; a wave through the American afternoon; contained on Sunday at 11:00.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from fourleaf.demo.mentions.accounts import OUTLETS, OWN, OWN_ACCOUNTS, REGION_CODES
from fourleaf.demo.mentions.chance import Chance, Integers, Keys
from fourleaf.demo.mentions.drafts import INCIDENT, PARENT_CLIP, PARENT_RECENT, QUOTE, REPLY, RESHARE, Drafts
from fourleaf.demo.mentions.entities import INDEX, LANGUAGES, PLATFORMS
from fourleaf.demo.mentions.wording import wording

__all__ = ["FIRST_WINDOW", "STATEMENT_OFFSETS", "incident_drafts", "incident_start"]

_RAVENAU: Final = ZoneInfo("Europe/Berlin")
_MINUTE: Final = 60_000_000
#: Negative posts in the first quarter of an hour, the clip included.
FIRST_WINDOW: Final = 9
# Posts for each quarter of an hour from 18:55 on, at a size of 1: the wave rises for an hour and a half ...
_RISE: Final = (15, 26, 36, 44, 50, 54)
# ... stands until the statement at 20:40 has been read, then halves about every two hours until Sunday 11:00.
_QUARTERS: Final = 65
_FADE: Final = 0.917
#: Minutes after the clip at which the house speaks: holding text 19:24, facts 20:05, statement 20:40, then updates.
STATEMENT_OFFSETS: Final = {"holding": 44, "facts": 85, "statement": 120}
_UPDATES: Final = tuple(range(150, 980, 30))  # every half hour until Sunday 10:40 or so


def incident_start(until: date) -> datetime:
    """When the clip appears: 18:40 Ravenau time on the last Saturday whose Wednesday after lies before ``until``.

    The Wednesday is the day of the review, so that a sample made for ``until`` can tell the whole story.
    """
    day = until - timedelta(days=5)
    day -= timedelta(days=(day.weekday() - 5) % 7)
    return datetime.combine(day, time(18, 40), _RAVENAU).astimezone(UTC)


def incident_drafts(until: date, size: float, first_key: int, pool: int, chance: Chance) -> Drafts:
    """All posts of the incident; ``size`` 1 is about 1,100 posts. The first window never has fewer than nine."""
    start = round(incident_start(until).timestamp() * 1e6)
    first = max(FIRST_WINDOW, round(FIRST_WINDOW * size)) - 1
    wave = [round(size * n) for n in (*_RISE, *(_RISE[-1] * _FADE**i for i in range(_QUARTERS - len(_RISE))))]
    quarter = np.concatenate([np.zeros(first + 1, dtype=np.int64), np.repeat(np.arange(1, len(wave) + 1), wave)])
    keys = np.arange(first_key, first_key + len(quarter), dtype=np.uint64)
    inside = np.sort(chance.uniform(keys, "moment")) if len(quarter) == first + 1 else chance.uniform(keys, "moment")
    # The first window starts a minute after the clip and ends before the quarter is over.
    at = start + ((quarter + np.where(quarter == 0, 0.07 + 0.9 * inside, inside)) * 15 * _MINUTE).astype(np.int64)
    drafts = Drafts.blank(keys, at)
    drafts.at[0] = start
    _fill_public(drafts, quarter, pool, chance)
    return Drafts.join(drafts, _statements(start, first_key + len(quarter)))


def _fill_public(drafts: Drafts, quarter: Integers, pool: int, chance: Chance) -> None:
    """What the public says: negative at first, more questions and some praise after the first answers."""
    keys, texts = drafts.key, wording()
    drafts.origin[:] = INCIDENT
    drafts.entity[:] = INDEX["EM"]
    later = np.clip((quarter - 3) / 16.0, 0.0, 1.0)
    u = chance.uniform(keys, "incident mood")
    drafts.sentiment[:] = np.where(
        quarter == 0, 0, np.where(u < 0.86 - 0.3 * later, 0, np.where(u < 0.95 - 0.09 * later, 1, 2))
    )
    tongue = chance.uniform(keys, "incident tongue")
    german = (quarter > 4) & (tongue < 0.12)
    spanish = (quarter > 5) & (tongue > 0.96) & (drafts.sentiment == 0)
    drafts.sentiment[german & (drafts.sentiment == 2)] = 1
    drafts.language[:] = np.where(german, LANGUAGES.index("de"), np.where(spanish, LANGUAGES.index("es"), 0))
    cells = texts.cells([f"incident {mood}" for mood in ("negative", "neutral", "positive")])
    drafts.cell[:] = cells[drafts.sentiment, drafts.language]
    place = chance.uniform(keys, "incident place")
    abroad = np.where(place < 0.82, REGION_CODES.index("NA"), REGION_CODES.index("UK"))
    drafts.region[:] = np.where(german, REGION_CODES.index("DE"), np.where(spanish, REGION_CODES.index("IB"), abroad))
    where = chance.uniform(keys, "incident platform")
    video, microblog = PLATFORMS.index("video"), PLATFORMS.index("microblog")
    spread = np.clip(quarter / 6.0, 0.0, 1.0)
    drafts.platform[:] = np.where(where < 1.0 - 0.62 * spread, video, microblog)
    drafts.platform[where > 0.985] = PLATFORMS.index("forum")
    _fill_kinds(drafts, quarter, chance)
    drafts.group[:] = drafts.region * len(PLATFORMS) + drafts.platform
    drafts.account[:] = chance.below(keys, "incident account", 4 * pool)
    press = (quarter > 5) & (chance.uniform(keys, "incident press") < 0.025)
    drafts.cell[press] = texts.cell("incident press", "en")
    drafts.salt[press] = keys[0]  # one agency text, many outlets
    drafts.kind[press], drafts.parent[press] = 0, 0
    drafts.language[press], drafts.sentiment[press] = 0, 0
    drafts.group[press] = OUTLETS
    drafts.account[press] = chance.below(keys[press], "incident outlet", 120)
    drafts.platform[press] = microblog
    # The clip itself: on video, in English, by an ordinary account.
    drafts.cell[0], drafts.language[0], drafts.sentiment[0] = texts.cell("incident clip", "en"), 0, 0
    drafts.platform[0], drafts.region[0], drafts.kind[0], drafts.parent[0] = video, REGION_CODES.index("NA"), 0, 0
    drafts.group[0] = drafts.region[0] * len(PLATFORMS) + video
    drafts.account[0] = pool + 17


def _fill_kinds(drafts: Drafts, quarter: Integers, chance: Chance) -> None:
    """On video, comments under the clip; on the microblog, posts, quotes, and re-shares of each other."""
    u = chance.uniform(drafts.key, "incident kind")
    micro = drafts.platform == PLATFORMS.index("microblog")
    reshare = micro & (u < 0.42) & (quarter > 1)
    quote = micro & ~reshare & (u < 0.55)
    comment = (drafts.platform == PLATFORMS.index("video")) & (u < 0.93)
    drafts.kind[:] = np.where(reshare, RESHARE, np.where(quote, QUOTE, np.where(comment, REPLY, 0)))
    drafts.parent[:] = np.where(reshare, PARENT_RECENT, np.where(quote | comment, PARENT_CLIP, 0))


def _statements(start: int, first_key: int) -> Drafts:
    """What the house says, on the channel concerned and on the group's microblog account."""
    plan = [(name, minutes) for name, minutes in STATEMENT_OFFSETS.items()]
    plan += [("update", minutes) for minutes in _UPDATES]
    rows = [(name, minutes, handle) for name, minutes in plan for handle in ("emberlyn_na", "tarnbeck")]
    keys: Keys = np.arange(first_key, first_key + len(rows), dtype=np.uint64)
    drafts = Drafts.blank(keys, np.array([start + minutes * _MINUTE for _, minutes, _ in rows], dtype=np.int64))
    drafts.at[1::2] += 40 * 1_000_000  # the second account follows within the minute
    drafts.salt[1::2] = drafts.salt[0::2]
    drafts.origin[:] = INCIDENT
    drafts.entity[:] = INDEX["EM"]
    drafts.region[:] = REGION_CODES.index("NA")
    drafts.cell[:] = [wording().cell(f"incident statement {name}", "en") for name, _, _ in rows]
    drafts.group[:] = OWN
    drafts.account[:] = [OWN_ACCOUNTS.index(handle) for _, _, handle in rows]
    drafts.platform[:] = [PLATFORMS.index("video" if h == "emberlyn_na" else "microblog") for _, _, h in rows]
    return drafts
