"""Estimated similarity and clusters against exact Jaccard similarity of five-character shingles."""

from __future__ import annotations

import random

import numpy as np
import pytest

from fourleaf.engine.listening.duplicates import ClusterIndex, normalise
from fourleaf.engine.listening.duplicates.normalising import points_of, text_hashes
from fourleaf.engine.listening.duplicates.signatures import (
    BINS,
    band_keys,
    estimate,
    pack,
    shingle_hashes,
    sketch,
    unpack,
)
from fourleaf.engine.listening.text_column import as_text_column

SYLLABLES = [one + other for one in "bklmnrst" for other in "aeio"]


def words(chance: random.Random, count: int) -> str:
    return " ".join("".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(count))


def changed(chance: random.Random, text: str) -> str:
    """The text with one to four small edits, as people make them when they copy."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:at] + chance.choice("abcdefgh !") + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + chance.randint(1, 4) :]
        elif kind == 2:
            text = f"{text} {words(chance, 2)}"
        else:
            text = text[: max(20, len(text) - chance.randint(1, 12))]
    return text


def jaccard(left: str, right: str) -> float:
    one, other = ({text[at : at + 5] for at in range(len(text) - 4)} for text in (left, right))
    return len(one & other) / len(one | other)


def signatures(texts: list[str]) -> np.ndarray:
    points, starts = points_of(as_text_column(texts))
    return sketch(points, starts[:-1], np.diff(starts))


@pytest.fixture(scope="module")
def pairs() -> tuple[list[str], list[str], np.ndarray]:
    chance = random.Random(8)
    left = [normalise_words(chance) for _ in range(4_000)]
    right = [" ".join(changed(chance, text).split()) for text in left]
    return left, right, np.array([jaccard(*pair) for pair in zip(left, right, strict=True)])


def normalise_words(chance: random.Random) -> str:
    return words(chance, chance.randint(5, 24))


def test_the_estimate_is_unbiased_and_as_exact_as_128_permutations(
    pairs: tuple[list[str], list[str], np.ndarray],
) -> None:
    left, right, exact = pairs
    error = estimate(pack(signatures(left)), pack(signatures(right))) - exact
    near = (exact > 0.7) & (exact < 0.9)
    assert abs(error[near].mean()) < 0.005
    # 128 independent permutations would have a standard deviation of sqrt(.8 * .2 / 128) = .035 here
    assert error[near].std() < 0.035


def test_every_near_duplicate_is_a_candidate(pairs: tuple[list[str], list[str], np.ndarray]) -> None:
    left, right, exact = pairs
    same_band = (band_keys(signatures(left)) == band_keys(signatures(right))).any(axis=0)
    assert same_band[exact >= 0.8].mean() >= 0.999


def test_clusters_agree_with_exact_similarity(pairs: tuple[list[str], list[str], np.ndarray]) -> None:
    left, right, exact = pairs
    index = ClusterIndex()
    together = index.add(None, left) == index.add(None, right)
    assert together[exact >= 0.85].mean() >= 0.98
    assert together[exact < 0.75].mean() <= 0.02
    recall, precision = together[exact >= 0.8].mean(), (exact[together] >= 0.8).mean()
    assert recall >= 0.90
    assert precision >= 0.90


def test_different_texts_stay_apart() -> None:
    chance = random.Random(3)
    texts = [words(chance, 14) for _ in range(5_000)]
    assert len(np.unique(ClusterIndex().add(None, texts))) == len(set(texts))


def test_signatures_pack_without_loss() -> None:
    values = signatures([words(random.Random(seed), 12) for seed in range(50)])
    assert values.shape == (50, BINS)
    assert np.array_equal(unpack(pack(values)), values)


def test_a_signature_does_not_depend_on_its_neighbours() -> None:
    chance = random.Random(4)
    texts = [words(chance, 9) for _ in range(20)]
    assert np.array_equal(signatures(texts), np.concatenate([signatures([text]) for text in texts]))


def test_shingles_hash_alike_wherever_they_stand() -> None:
    points, _ = points_of(as_text_column(["xxabcdeyyabcde"]))
    hashes = shingle_hashes(points)
    assert hashes[2] == hashes[9]
    assert len(set(hashes.tolist())) == len(hashes) - 1


def test_text_hashes_tell_texts_apart() -> None:
    texts = ["", "a", "b", "ab", "ba", "aa", "a\x00", "\x00a", "é", "日本", "ab" * 2_000, "ab" * 1_999 + "ba"]
    hashes = text_hashes(*points_of(as_text_column(texts)))
    assert len(set(hashes.tolist())) == len(texts)
    assert [text_hashes(*points_of(as_text_column([text])))[0] for text in texts] == hashes.tolist()


def test_normalised_texts_are_what_is_compared() -> None:
    assert normalise("RT @bob: Hello   WORLD 😀 https://t.example/x @me &amp; co…") == "hello world & co"
