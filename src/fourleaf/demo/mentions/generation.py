"""From the plan to record batches: parents, words, accounts, engagement, in the order of time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa

from fourleaf.demo.mentions.accounts import Accounts, accounts
from fourleaf.demo.mentions.chance import Chance, Integers
from fourleaf.demo.mentions.columns import chain, join, numbers, put, take, where
from fourleaf.demo.mentions.drafts import (
    BOT,
    ORIGINS,
    POST,
    REPLY,
    RESHARE,
    Drafts,
)
from fourleaf.demo.mentions.engagement import engagement
from fourleaf.demo.mentions.entities import ENTITIES, LANGUAGES, PLATFORMS
from fourleaf.demo.mentions.parents import Recent, find_parents
from fourleaf.demo.mentions.plan import DEFAULT_N, Plan, make_plan, organic_drafts
from fourleaf.demo.mentions.rhythm import HOUR
from fourleaf.demo.mentions.texts import choose_sentences, render
from fourleaf.demo.mentions.wording import wording
from fourleaf.engine.posts import KINDS, POST_SCHEMA, SENTIMENTS

__all__ = ["TRUTH_SCHEMA", "generate", "generate_with_truth"]

_TRUTH: Final[list[Any]] = [
    pa.field("id", pa.string(), nullable=False),
    pa.field("origin", pa.string(), nullable=False),  # one of drafts.ORIGINS
    pa.field("entity", pa.string(), nullable=False),  # code; for a homonym the brand that it sounds like
    pa.field("lang", pa.string(), nullable=False),
    pa.field("sentiment", pa.string(), nullable=False),
    pa.field("topic", pa.string(), nullable=False),
    pa.field("relevant", pa.bool_(), nullable=False),  # false for homonyms and for automated posts
]
#: What the program meant by each post; one row for each row of the posts.
TRUTH_SCHEMA: Final = pa.schema(_TRUTH)
_BATCH_ROWS: Final = 50_000
# Platforms on which a reply begins with the handle that it answers, and those that call a re-share "RT".
_ADDRESSING: Final = [PLATFORMS.index(p) for p in ("microblog", "photo", "shortvideo")]
_EPOCH_DAY: Final = 24 * HOUR


def generate(n: int = DEFAULT_N, *, seed: int = 1, until: date) -> Iterator[pa.RecordBatch]:
    """``n`` posts of the thirteen months before ``until`` (midnight UTC, exclusive), oldest first.

    The same arguments give the same rows; batches hold about 50,000. Raises ValueError for n under 500.
    """
    for posts, _ in generate_with_truth(n, seed=seed, until=until):
        yield posts


def generate_with_truth(
    n: int = DEFAULT_N, *, seed: int = 1, until: date
) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
    """As ``generate``, each batch with its truth in TRUTH_SCHEMA."""
    chance = Chance(seed)
    plan = make_plan(n, seed, until, chance)
    mark = f"{zlib.crc32(f'{n} {seed} {until}'.encode()) & 0xFFFF:04x}"
    return _batches(plan, mark, chance)


def _batches(plan: Plan, mark: str, chance: Chance) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
    hours = len(plan.hour_counts)
    keys_before = np.concatenate([[0], np.cumsum(plan.hour_counts)])
    hour_of_script = (plan.scripted.at - plan.start) // HOUR
    rows_before = keys_before + np.searchsorted(hour_of_script, np.arange(hours + 1))
    recent = Recent.none()
    hour, done = 0, 0
    while hour < hours:
        end = int(np.searchsorted(rows_before, rows_before[hour] + _BATCH_ROWS, side="left"))
        end = min(max(end, hour + 1), hours)
        low, high = np.searchsorted(hour_of_script, [hour, end])
        drafts = Drafts.join(
            organic_drafts(plan, hour, end, int(keys_before[hour]), chance),
            plan.scripted.take(np.arange(low, high)),
        ).sorted()
        if len(drafts):
            posts, truth, recent = _write(drafts, done, mark, recent, chance)
            yield posts, truth
        done += len(drafts)
        hour = end


@dataclass(frozen=True, slots=True)
class _Written:
    """Columns of the rows that parents are looked up in: those carried over, then those of this batch."""

    ids: pa.StringArray
    handles: pa.StringArray


def _write(
    drafts: Drafts, done: int, mark: str, recent: Recent, chance: Chance
) -> tuple[pa.RecordBatch, pa.RecordBatch, Recent]:
    ids = _ids(len(drafts), done, mark)
    month = (drafts.at // _EPOCH_DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    who = accounts(chance, drafts.group, drafts.account)
    parent = find_parents(drafts, recent, chance)
    orphan = (drafts.parent > 0) & (parent < 0)
    drafts.kind[orphan] = POST
    _inherit(drafts, parent, recent)
    choose_sentences(drafts, month, chance)
    known = _Written(
        chain(recent.ids, ids),
        chain(recent.handles, who.handle),
    )
    text = render(drafts, month, _addressees(drafts, parent, known), chance)
    text, topic_of = _reshared(drafts, parent, text, known, recent)
    topic = np.where(topic_of >= 0, topic_of, wording().topic[drafts.sentence])
    posts = _posts(drafts, ids, who, parent, known, len(recent), text, chance)
    truth = _truth(drafts, ids, topic)
    return posts, truth, recent.extended(drafts, ids, who.handle, text, topic)


def _ids(n: int, done: int, mark: str) -> pa.StringArray:
    return join(f"demo-{mark}-", numbers(np.arange(done, done + n), 8))


def _inherit(drafts: Drafts, parent: Integers, recent: Recent) -> None:
    """A re-share says what its parent says."""
    rows = np.flatnonzero((drafts.kind == RESHARE) & (parent >= 0))
    at = parent[rows]
    sentiment = np.concatenate([recent.sentiment, drafts.sentiment])
    drafts.sentiment[rows] = sentiment[at]


def _addressees(drafts: Drafts, parent: Integers, known: _Written) -> pa.StringArray:
    named = (drafts.kind == REPLY) & (parent >= 0) & np.isin(drafts.platform, _ADDRESSING)
    handle = join("@", take(known.handles, np.maximum(parent, 0)))
    return where(named, handle, pa.array([""] * len(drafts), pa.string()))


def _reshared(
    drafts: Drafts, parent: Integers, text: pa.StringArray, known: _Written, recent: Recent
) -> tuple[pa.StringArray, Integers]:
    """Texts with those of the re-shares put in, and for each re-share its parent's topic (-1 elsewhere)."""
    rows = (drafts.kind == RESHARE) & (parent >= 0)
    at = parent[rows]
    topic = np.full(len(drafts), -1, dtype=np.int64)
    topic[rows] = np.concatenate([recent.topic, wording().topic[drafts.sentence]])[at]
    before = take(chain(recent.texts, text), at)
    quoted = join("RT @", take(known.handles, at), ": ", before)
    return put(text, rows, quoted), topic


def _posts(
    drafts: Drafts,
    ids: pa.StringArray,
    who: Accounts,
    parent: Integers,
    known: _Written,
    carried: int,
    text: pa.StringArray,
    chance: Chance,
) -> pa.RecordBatch:
    platform = take(PLATFORMS, drafts.platform)
    children = np.bincount(parent[(drafts.kind == RESHARE) & (parent >= carried)] - carried, minlength=len(drafts))
    answers = np.bincount(parent[(drafts.kind == REPLY) & (parent >= carried)] - carried, minlength=len(drafts))
    counts = engagement(drafts, who.followers, children, answers, chance)
    hidden = (drafts.platform == PLATFORMS.index("review")) & (chance.uniform(drafts.key, "hidden author") < 0.12)
    columns: dict[str, Any] = {
        "id": ids,
        "platform": platform,
        "author": where(hidden, None, who.handle),
        "author_name": where(hidden, None, who.name),
        "author_followers": pa.array(who.followers, pa.int64(), mask=hidden),
        "created_at": pa.array(drafts.at, pa.int64()).cast(pa.timestamp("us", tz="UTC")),
        "text": text,
        "url": join("https://", platform, ".example/p/", ids),
        "kind": take(KINDS, drafts.kind),
        "parent_id": take(known.ids, np.maximum(parent, 0), (parent < 0) | (drafts.kind == POST)),
        **counts,
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in POST_SCHEMA.names], schema=POST_SCHEMA)


def _truth(drafts: Drafts, ids: pa.StringArray, topic: Integers) -> pa.RecordBatch:
    def named(names: tuple[str, ...], at: Integers) -> pa.StringArray:
        return take(names, at)

    irrelevant = np.isin(drafts.origin, [BOT, ORIGINS.index("homonym")])
    return pa.RecordBatch.from_arrays(
        [
            ids,
            named(ORIGINS, drafts.origin),
            named(tuple(e.code for e in ENTITIES), drafts.entity),
            named(LANGUAGES, drafts.language),
            named(SENTIMENTS, drafts.sentiment),
            named(wording().topics, topic),
            pa.array(~irrelevant),
        ],
        schema=TRUTH_SCHEMA,
    )
