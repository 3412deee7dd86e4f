"""Counting: hashes, pairs and tallies agree with plain Python sets and dictionaries."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.listening import QuerySpec
from fourleaf.engine.listening.analysis import Tally, analyse
from fourleaf.engine.listening.analysis.hashing import hash_strings, mix
from fourleaf.engine.listening.analysis.pairs import PairCounts
from fourleaf.engine.listening.annotate import ANNOTATION_SCHEMA
from fourleaf.engine.metrics.intervals import wilson
from fourleaf.engine.posts import POST_SCHEMA

SPECS = [
    QuerySpec(id=30, name="ours", query="alpha", role="own"),
    QuerySpec(id=10, name="theirs", query="beta OR gamma", role="competitor"),
    QuerySpec(id=20, name="weather", query="rain", role="topic"),
]
WORDS = {"ours": {"alpha"}, "theirs": {"beta", "gamma"}, "weather": {"rain"}}


@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=30), st.integers(0, 5))
def test_equal_strings_have_equal_hashes(values: list[str | None], start: int) -> None:
    whole = pa.array(values, pa.string())
    hashes = hash_strings(whole)
    by_value: dict[str, int] = {}
    for value, found in zip(values, hashes.tolist(), strict=True):
        assert by_value.setdefault(value or "", found) == found
    assert len(set(by_value.values())) == len(by_value)
    assert hash_strings(whole.slice(start)).tolist() == hashes[start:].tolist()
    assert hash_strings(whole.cast(pa.large_string())).tolist() == hashes.tolist()


def test_hashes_of_similar_strings_differ() -> None:
    values = [f"user{number}" for number in range(100_000)] + ["\0" * n for n in range(1, 40)]
    hashes = hash_strings(pa.array(values))
    assert len(np.unique(hashes)) == len(values)
    assert len(np.unique(hashes >> np.uint64(40))) > 90_000  # the upper bits alone spread too


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 40),
    st.lists(st.lists(st.tuples(st.integers(0, 39), st.integers(0, 25)), max_size=60), max_size=6),
    st.booleans(),
)
def test_pairs_are_counted_as_a_dictionary_would(
    groups: int, batches: list[list[tuple[int, int]]], counted: bool
) -> None:
    halves = PairCounts(groups, counted=counted), PairCounts(groups, counted=counted)
    expected: Counter[tuple[int, int]] = Counter()
    for number, batch in enumerate(batches):
        pairs = [(group % groups, item) for group, item in batch]
        expected.update(pairs)
        items = mix(np.array([item for _, item in pairs], np.uint64))
        halves[number % 2].add(np.array([group for group, _ in pairs], np.int64), items)
        if number == 2:
            halves[0].distinct()
    pairs_ = halves[0]
    pairs_.merge(halves[1])
    assert pairs_.distinct().tolist() == [sum(1 for key in expected if key[0] == group) for group in range(groups)]
    if counted:
        some = mix(np.array([3, 7], np.uint64))
        assert pairs_.count_of(some).tolist() == [
            sum(count for key, count in expected.items() if key[0] == group and key[1] in (3, 7))
            for group in range(groups)
        ]
        for group, share in enumerate(pairs_.top_share(0.01).tolist()):
            counts = [count for key, count in expected.items() if key[0] == group]
            assert np.isnan(share) if not counts else share == pytest.approx(max(counts) / sum(counts))


def test_sorting_in_between_changes_nothing() -> None:
    rng = np.random.default_rng(4)
    pairs = PairCounts(3)
    items = mix(rng.integers(0, 400_000, 2_500_000).astype(np.uint64))
    groups = rng.integers(0, 3, len(items))
    for start in range(0, len(items), 100_000):
        pairs.add(groups[start : start + 100_000], items[start : start + 100_000])
    assert pairs.distinct().tolist() == [len(np.unique(items[groups == group])) for group in range(3)]
    assert pairs.count_of(np.unique(items)).tolist() == np.bincount(groups).tolist()


def made(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Made-up posts as dictionaries."""
    rng = random.Random(seed)
    start = datetime(2024, 3, 30, 20, tzinfo=UTC)
    posts = []
    for number in range(count):
        words = rng.choices(["alpha", "beta", "gamma", "rain", "stone", "cloud"], k=rng.randrange(0, 4))
        posts.append(
            {
                "id": str(rng.randrange(count)),
                "platform": rng.choice(["blog", "video"]),
                "author": rng.choice([None, *(f"a{at}" for at in range(12))]),
                "created_at": None if rng.random() < 0.05 else start + timedelta(minutes=37 * number),
                "text": " ".join(words),
                "kind": rng.choice(["post", "reply"]),
            }
        )
    return posts


def batch_of(posts: list[dict[str, Any]]) -> pa.RecordBatch:
    at = POST_SCHEMA.get_field_index("created_at")
    schema = POST_SCHEMA.set(at, POST_SCHEMA.field(at).with_nullable(True))
    return pa.RecordBatch.from_pylist(posts, schema=schema)


def notes_of(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Annotations that plain Python can repeat: sentiment by length, cluster by text, author a1 suspected."""
    rows = []
    for text, author in zip(batch.column("text").to_pylist(), batch.column("author").to_pylist(), strict=True):
        label = ["negative", "neutral", "positive"][len(text) % 3]
        rows.append(
            {
                "lang": "en" if len(text) % 2 else None,
                "sentiment": label,
                "sentiment_model": "rule",
                "cluster": sum(map(ord, text)),
                "suspected": "because" if author == "a1" else None,
            }
        )
    return pa.RecordBatch.from_pylist(rows, schema=ANNOTATION_SCHEMA)


def by_hand(posts: list[dict[str, Any]], zone: str) -> dict[str, dict[str, Any]]:
    """The same counts without Arrow."""
    found = {}
    for spec in SPECS:
        mine = [post for post in posts if WORDS[spec.name] & set(post["text"].split())]
        named = Counter(post["author"] for post in mine if post["author"])
        sentiment = Counter(["negative", "neutral", "positive"][len(post["text"]) % 3] for post in mine)
        local = ZoneInfo(zone)
        days = Counter(post["created_at"].astimezone(local).date().isoformat() for post in mine if post["created_at"])
        found[spec.name] = {
            "raw": len(mine),
            "repeated_ids": len(mine) - len({(post["platform"], post["id"]) for post in mine}),
            "clusters": len({sum(map(ord, post["text"])) for post in mine}),
            "authors": len(named),
            "without_author": sum(post["author"] is None for post in mine),
            "sentiment": {label: sentiment[label] for label in ("negative", "neutral", "positive")},
            "languages": Counter("en" if len(post["text"]) % 2 else "und" for post in mine),
            "platforms": Counter(post["platform"] for post in mine),
            "kinds": Counter(post["kind"] for post in mine),
            "per_day": dict(sorted(days.items())),
            "without_time": sum(post["created_at"] is None for post in mine),
            "top_author_share": max(named.values()) / sum(named.values()),
            "suspected": named["a1"],
        }
    return found


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kathmandu"])
@pytest.mark.parametrize("size", [7, 1_000])
def test_an_analysis_counts_what_plain_python_counts(zone: str, size: int) -> None:
    posts = made(600)
    batches = [batch_of(posts[start : start + size]) for start in range(0, len(posts), size)]
    found = analyse(batches, SPECS, zone=zone, annotate=notes_of)
    expected = by_hand(posts, zone)
    assert found.posts == 600
    assert found.repeated_ids == 600 - len({(post["platform"], post["id"]) for post in posts})
    assert found.matched == sum(bool(set(post["text"].split()) & {"alpha", "beta", "gamma", "rain"}) for post in posts)
    for query in found.queries:
        for name, value in expected[query.name].items():
            assert getattr(query, name) == value, (query.name, name)
    base = expected["ours"]["raw"] + expected["theirs"]["raw"]
    ours = found.queries[0]
    assert ours.share_of_voice is not None
    assert ours.share_of_voice.value == expected["ours"]["raw"] / base
    assert (ours.share_of_voice.low, ours.share_of_voice.high) == pytest.approx(wilson(expected["ours"]["raw"], base))
    assert found.queries[2].share_of_voice is None
    counts = ours.sentiment
    assert ours.net_sentiment == (counts["positive"] - counts["negative"]) / (counts["positive"] + counts["negative"])
    assert ours.net_sentiment_all == (counts["positive"] - counts["negative"]) / ours.raw


def tallied(batches: list[pa.RecordBatch]) -> Tally:
    tally = Tally(SPECS, zone="UTC")
    from fourleaf.engine.listening import compile_queries

    matcher = compile_queries(SPECS)
    for batch in batches:
        matches = matcher.match(batch, spans=False)
        kept = batch.filter(pa.array([bool(ids) for ids in matches.column("queries").to_pylist()]))
        tally.add(batch, matches, kept, notes_of(kept) if kept.num_rows else None)
    return tally


def test_tallies_of_parts_merge_to_the_tally_of_the_whole() -> None:
    batches = [batch_of(made(200, seed)) for seed in range(5)]
    whole = tallied(batches)
    parts = tallied(batches[:2])
    parts.merge(tallied([]))
    parts.merge(tallied(batches[2:]))
    assert parts.result() == whole.result()
    with pytest.raises(ValueError, match="same queries"):
        parts.merge(Tally(SPECS, zone="Europe/Berlin"))


def test_nothing_found_and_nothing_read() -> None:
    empty = analyse([], SPECS, annotate=notes_of)
    assert (empty.posts, empty.queries[0].raw, empty.queries[0].share_of_voice) == (0, 0, None)
    assert empty.queries[0].per_day is None
    none = analyse([batch_of([dict(made(1)[0], text="stone", created_at=None)])], SPECS, annotate=notes_of)
    assert (none.posts, none.matched, none.queries[1].net_sentiment) == (1, 0, None)
    assert any("no times" in sentence for sentence in none.warnings)


def test_names_beyond_the_limit_share_one_place() -> None:
    posts = [dict(made(1)[0], text="alpha", platform=f"p{number}") for number in range(500)]
    found = analyse([batch_of(posts)], SPECS, annotate=notes_of)
    assert found.platforms["(other)"] == 300
    assert sum(found.platforms.values()) == 500


def test_share_of_voice_of_the_published_example() -> None:
    """Own 120, rivals 200 and 80: 30.0 %."""
    specs = [
        QuerySpec(id=1, name="a", query="alpha", role="own"),
        QuerySpec(id=2, name="b", query="beta", role="competitor"),
        QuerySpec(id=3, name="c", query="gamma", role="competitor"),
    ]
    texts = ["alpha"] * 120 + ["beta"] * 200 + ["gamma"] * 80
    found = analyse([batch_of([dict(made(1)[0], text=text) for text in texts])], specs, annotate=notes_of)
    voice = found.queries[0].share_of_voice
    assert voice is not None
    assert (voice.value, voice.base) == (0.3, 400)


@pytest.mark.parametrize(
    ("own", "rival", "says"),
    [
        ("alpha", "beta", []),
        ("alpha NOT rain", "beta NOT snow", []),
        ("alpha NOT (rain OR snow OR hail OR fog)", "beta NOT snow", []),
        ("alpha NOT rain", "beta", ["'own' has exclusions, 'rival' has none"]),
        ("alpha", "beta lang:en", ["'rival' has a condition lang:, 'own' has none"]),
        ("alpha", "beta OR gamma OR delta OR epsilon", ["'rival' looks for 4 terms, 'own' for 1"]),
    ],
)
def test_queries_that_are_not_built_alike_are_flagged(own: str, rival: str, says: list[str]) -> None:
    specs = [
        QuerySpec(id=1, name="own", query=own, role="own"),
        QuerySpec(id=2, name="rival", query=rival, role="competitor"),
        QuerySpec(id=3, name="topic", query="a OR b OR c OR d OR e OR f NOT g", role="topic"),
    ]
    warnings = [sentence for sentence in analyse([], specs, annotate=notes_of).warnings if "built alike" in sentence]
    assert len(warnings) == len(says)
    for sentence, part in zip(warnings, says, strict=True):
        assert part in sentence
