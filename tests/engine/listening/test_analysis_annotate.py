"""Annotations: each text judged once, and what makes an author suspected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from fourleaf.engine.listening.annotate import (
    ANNOTATION_SCHEMA,
    HOURLY_POSTS,
    LEAST_REPEATS,
    Annotator,
    AuthorWatch,
    annotate,
)

HOUR = 3_600_000_000


class Judges:
    """Stand-ins that remember which texts they saw."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def classify(self, texts: Any) -> tuple[pa.Array, np.ndarray]:
        self.seen += texts.to_pylist()
        labels = ["positive" if "good" in text else "neutral" for text in texts.to_pylist()]
        p = np.array([[0.0, 0.2, 0.8] if label == "positive" else [0.1, 0.8, 0.1] for label in labels], np.float32)
        return pa.array(labels, pa.string()), p.reshape(-1, 3)

    def detect(self, texts: Any) -> tuple[pa.Array, np.ndarray]:
        return pa.array(["en"] * len(texts), pa.string()), np.ones(len(texts), np.float32)

    def add(self, ids: object, texts: Any) -> np.ndarray:
        return np.array([sum(map(ord, text)) for text in texts.to_pylist()], np.int64)

    def annotator(self) -> Annotator:
        return Annotator(self, classify=self.classify, detect=self.detect, model_name="stand-in")


def posts(
    texts: list[str], authors: list[str | None] | None = None, hours: list[int | None] | None = None
) -> pa.RecordBatch:
    n = len(texts)
    micros = [None if hour is None else hour * HOUR + 5 for hour in (hours or [1] * n)]
    return pa.RecordBatch.from_arrays(
        [
            pa.array(texts, pa.string()),
            pa.array(authors or [None] * n, pa.string()),
            pa.array(micros, pa.int64()).cast(pa.timestamp("us", tz="UTC")),
        ],
        names=["text", "author", "created_at"],
    )


def test_equal_texts_are_judged_once() -> None:
    judges = Judges()
    annotator = judges.annotator()
    first = annotator.annotate(posts(["good", "b", "good", "c"]))
    second = annotator.annotate(posts(["d", "c", "good", "d"]))
    assert judges.seen == ["good", "b", "c", "d"]
    assert first.column("sentiment").to_pylist() == ["positive", "neutral", "positive", "neutral"]
    assert second.column("sentiment").to_pylist() == ["neutral", "neutral", "positive", "neutral"]
    assert second.column("cluster").to_pylist() == [100, 99, sum(map(ord, "good")), 100]
    assert first.schema.equals(ANNOTATION_SCHEMA)
    second.validate(full=True)


def test_judgements_are_right_after_old_ones_are_forgotten() -> None:
    judges = Judges()
    annotator = judges.annotator()
    annotator._recent._most = 50
    for start in range(0, 400, 20):
        texts = [f"{'good' if number % 3 else 'bad'} {number % 130}" for number in range(start, start + 40)]
        found = annotator.annotate(posts(texts))
        assert found.column("sentiment").to_pylist() == ["positive" if "good" in t else "neutral" for t in texts]
        assert found.column("cluster").to_pylist() == [sum(map(ord, text)) for text in texts]


def test_rows_that_did_not_match_stay_empty() -> None:
    judges = Judges()
    batch = posts(["a", "good", "b"])
    found = judges.annotator().annotate(batch, np.array([False, True, False]))
    assert judges.seen == ["good"]
    assert found.column("sentiment").to_pylist() == [None, "positive", None]
    assert found.column("sentiment_model").to_pylist() == [None, "stand-in", None]
    none = judges.annotator().annotate(batch, np.zeros(3, bool))
    assert none.column("cluster").null_count == 3


def test_a_language_that_is_known_is_kept() -> None:
    batch = posts(["a", "b"]).append_column("lang", pa.array(["de", None], pa.string()))
    found = Judges().annotator().annotate(batch)
    assert found.column("lang").to_pylist() == ["de", "en"]


def test_many_posts_in_one_hour_are_suspected_also_across_batches() -> None:
    annotator = Judges().annotator()
    half = HOURLY_POSTS // 2 + 1
    texts = [f"text {number}" for number in range(half)]
    early = annotator.annotate(posts(texts, ["fast"] * half, [7] * half))
    late = annotator.annotate(posts([t + "!" for t in texts], ["fast"] * half, [7] * half))
    other = annotator.annotate(posts(texts, ["slow"] * half, list(range(half))))
    assert early.column("suspected").null_count == half
    assert late.column("suspected").to_pylist()[0] == f"{2 * half} posts within one hour"
    assert other.column("suspected").null_count == half


def test_the_same_text_over_and_over_is_suspected() -> None:
    annotator = Judges().annotator()
    hours = list(range(LEAST_REPEATS))
    found = annotator.annotate(posts(["buy now"] * LEAST_REPEATS, ["ad"] * LEAST_REPEATS, hours))
    assert found.column("suspected").to_pylist()[0] == f"{LEAST_REPEATS} of {LEAST_REPEATS} posts nearly the same"
    varied = annotator.annotate(posts([f"{n} " * (n + 1) for n in hours], ["person"] * len(hours), hours))
    assert varied.column("suspected").null_count == len(hours)


def test_posts_without_author_or_time_are_never_suspected() -> None:
    annotator = Judges().annotator()
    found = annotator.annotate(posts(["same"] * 100, [None] * 100))
    assert found.column("suspected").null_count == 100
    timeless = annotator.annotate(posts([f"{n}" for n in range(100)], ["x"] * 100, [None] * 100))
    assert timeless.column("suspected").null_count == 100


def test_the_busiest_authors_are_never_forgotten() -> None:
    """A table of 16 slots, a thousand passing authors, one who posts in every batch."""
    watch = AuthorWatch(slots=16)
    rng = np.random.default_rng(3)
    total = 0
    for number in range(200):
        passing = rng.integers(1 << 40, 1 << 60, 5).astype(np.uint64)
        authors = np.concatenate((np.full(20, 77, np.uint64), passing))
        total += 20
        clusters = np.where(authors == 77, 5, 9)
        seen, peak, alike, known = watch.see(authors, np.full(25, number // 50), clusters)
        assert (seen[0], alike[0], known[0]) == (total, total, 1)
        assert peak[0] == (number % 50 + 1) * 20 if number < 50 else peak[0] == 1_000
    with pytest.raises(ValueError, match="power of two"):
        AuthorWatch(slots=10)


def test_the_real_judges_fit() -> None:
    found = annotate(posts(["what a lovely day, thank you all", "this is awful, I am very angry"], ["a", "b"]))
    assert found.schema.equals(ANNOTATION_SCHEMA)
    found.validate(full=True)
    assert found.column("sentiment").to_pylist() == ["positive", "negative"]
    assert found.column("lang").to_pylist() == ["en", "en"]
    clusters = found.column("cluster").to_pylist()
    assert clusters[0] != clusters[1]
