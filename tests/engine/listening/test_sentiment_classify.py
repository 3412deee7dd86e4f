"""The fast tier as callers see it: shape, hostile input, agreement of one and many, explanations, measured quality."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.listening import sentiment
from fourleaf.engine.listening.sentiment.explaining import EVERY_TEXT, WHOLE_TEXT
from fourleaf.engine.listening.sentiment.model import Weights, load_model
from fourleaf.engine.posts import SENTIMENTS

#: What the model card claims, rounded down; the card has the exact figures.
CLAIMED_VALIDATION = 67.8
CLAIMED_UMSAB = {
    "arabic": 54,
    "french": 56,
    "german": 61,
    "italian": 54,
    "portuguese": 51,
    "spanish": 50,
}


def test_a_batch_gets_a_label_and_three_probabilities_each() -> None:
    labels, shares = sentiment.classify(["What a lovely day, thank you", "This is awful, I hate it", "Meeting at 5"])
    assert labels.type == pa.string()
    assert labels.to_pylist() == ["positive", "negative", "neutral"]
    assert shares.shape == (3, 3)
    assert shares.dtype == np.float32
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert [SENTIMENTS[place] for place in shares.argmax(axis=1)] == labels.to_pylist()


@pytest.mark.parametrize("texts", [[], pa.array([], pa.string()), pa.chunked_array([], pa.string())])
def test_no_text_gives_no_label(texts: pa.Array) -> None:
    labels, shares = sentiment.classify(texts)
    assert len(labels) == 0
    assert shares.shape == (0, 3)


def test_a_missing_or_empty_text_is_neutral() -> None:
    labels, _ = sentiment.classify([None, "", "   ", "\u200b", "https://example.org/only-a-link"])
    assert set(labels.to_pylist()) == {"neutral"}


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["fine", None, "bad"]),
        pa.array(["fine", None, "bad"], pa.large_string()),
        pa.array(["fine", None, "bad"]).dictionary_encode(),
        pa.array(["fine", None, "bad"], pa.string_view()),
        pa.chunked_array([["fine"], [None, "bad"]]),
        pa.array(["left out", "fine", None, "bad"]).slice(1),
    ],
)
def test_every_kind_of_text_column_gives_the_same(column: pa.Array) -> None:
    assert np.array_equal(sentiment.classify(column)[1], sentiment.classify(["fine", "", "bad"])[1])


@pytest.mark.parametrize("texts", [pa.array([1, 2]), pa.array([b"bytes"]), "one string"])
def test_a_column_without_text_is_refused(texts: pa.Array) -> None:
    with pytest.raises(TypeError, match=r"strings|one string"):
        sentiment.classify(texts)


def test_hostile_texts_are_answered() -> None:
    hostile = [
        "\x00" * 100,
        "half \ud83d a pair",
        "a" * 1_000_000,
        "good " * 200_000,
        "@" * 5_000,
        "&amp;" * 5_000,
        "\u202e\u0300\u0300" * 3_000,
        "😡" * 3_000,
        "http://" + "x" * 10_000,
        "''''''",
    ]
    labels, shares = sentiment.classify(hostile)
    assert len(labels) == len(hostile)
    assert np.isfinite(shares).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=8))
def test_a_text_is_judged_alike_alone_and_among_others(texts: list[str]) -> None:
    together = sentiment.classify(texts)[1]
    alone = np.concatenate([sentiment.classify([text])[1] for text in texts])
    assert np.allclose(together, alone, atol=1e-6)


def test_the_answer_does_not_change_from_call_to_call() -> None:
    texts = [f"post {number} is {word}" for number in range(3_000) for word in ("great", "awful")]
    assert np.array_equal(sentiment.classify(texts)[1], sentiment.classify(pa.array(texts))[1])


def test_how_users_and_links_are_written_does_not_matter() -> None:
    raw = ["@some_body thanks! https://t.example/abc", "@user thanks! http"]
    shares = sentiment.classify(raw)[1]
    assert np.allclose(shares[0], shares[1], atol=1e-6)


def test_an_unknown_tier_is_refused_with_the_names_of_the_others() -> None:
    with pytest.raises(sentiment.UnknownTierError, match='no sentiment tier "accurate"; the tiers are: fast'):
        sentiment.classify(["text"], tier="accurate")  # type: ignore[arg-type]  # the refusal is the point


def test_contributions_sum_to_the_score() -> None:
    text = "@someone I do NOT like this sooo much !!! 😡 https://example.org"
    parts = sentiment.explain(text)
    total = np.array([part[1:] for part in parts]).sum(axis=0)
    shares = np.exp(total) / np.exp(total).sum()
    assert np.allclose(shares, sentiment.classify([text])[1][0], atol=1e-4)
    assert [part.token for part in parts[:5]] == ["@user", "I", "do", "NOT", "like"]
    assert [part.token for part in parts[-2:]] == [WHOLE_TEXT, EVERY_TEXT]


def test_an_explanation_shows_the_words_as_they_stand_in_the_text() -> None:
    text = "Opens 17:45 on 2024-06-12, SOOOO long\u200b!! \u200b ５ cafe\u0301 www.example.org"
    shown = [part.token for part in sentiment.explain(text)[:-2]]
    assert shown == ["Opens", "17:45", "on", "2024-06-12,", "SOOOO", "long\u200b!!", "５", "cafe\u0301", "link"]


def test_an_explanation_points_at_the_words_that_carry_the_feeling() -> None:
    parts = sentiment.explain("the train was horrible today")
    assert max(parts, key=lambda part: part.negative).token == "horrible"
    parts = sentiment.explain("the train was wonderful today")
    assert max(parts, key=lambda part: part.positive).token == "wonderful"


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\x00", "a", "half \ud83d"])
def test_a_bare_text_is_explained_too(text: str) -> None:
    parts = sentiment.explain(text)
    assert parts[-1].token == EVERY_TEXT
    assert np.isfinite([part[1:] for part in parts]).all()


def test_a_model_of_another_size_is_refused(tmp_path: Path) -> None:
    small = np.zeros((8, 3), np.int8)
    path = tmp_path / "small.npz"
    Weights(small, small, np.ones((2, 3), np.float32), np.zeros(3, np.float32), np.zeros(8, np.uint32)).write(path)
    with pytest.raises(ValueError, match="has tables"):
        Weights.read(path)


def test_the_model_is_read_once() -> None:
    assert load_model(sentiment.MODEL_NAME) is load_model(sentiment.MODEL_NAME)


def _macro_recall(labels: np.ndarray, guessed: np.ndarray) -> float:
    return 100 * float(np.mean([(guessed[labels == kind] == kind).mean() for kind in range(3)]))


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.data
def test_the_validation_figure_is_what_the_card_claims(real_data: Callable[[str], Path]) -> None:
    rows = [row for row in _rows(real_data("tweeteval/sentiment.csv.gz")) if row["split"] == "val"]
    shares = sentiment.classify([row["text"] for row in rows])[1]
    assert _macro_recall(np.array([int(row["label"]) for row in rows]), shares.argmax(axis=1)) >= CLAIMED_VALIDATION


@pytest.mark.data
@pytest.mark.parametrize("language", sorted(CLAIMED_UMSAB))
def test_the_other_languages_are_what_the_card_claims(real_data: Callable[[str], Path], language: str) -> None:
    rows = _rows(real_data("umsab_multilingual_sentiment/umsab.csv.gz"))
    rows = [row for row in rows if row["split"] == "val" and row["lang"] == language]
    shares = sentiment.classify([row["text"] for row in rows])[1]
    found = _macro_recall(np.array([int(row["label"]) for row in rows]), shares.argmax(axis=1))
    assert found >= CLAIMED_UMSAB[language]
