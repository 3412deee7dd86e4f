"""What belongs to one cluster, numbers that stay, the bound on memory, and storing the index."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.listening.duplicates import ClusterIndex, ClusterIndexError, normalise
from fourleaf.engine.listening.duplicates.memory import Aliases, ExactNumbers

ORIGINAL = "Our summer market opens on Saturday at ten, with music, food and a free workshop for children"


def same(*texts: str | None) -> bool:
    return len(set(ClusterIndex().add(None, list(texts)).tolist())) == 1


@pytest.mark.parametrize(
    "copy",
    [
        f"RT @market_uk: {ORIGINAL}",
        f"rt @market_uk {ORIGINAL}",
        f"{ORIGINAL} https://t.example/a1b2",
        f"{ORIGINAL} 😀🎉",
        ORIGINAL.upper(),
        f"@anna @ben {ORIGINAL}",
        f"  {ORIGINAL.replace(' ', '   ')}\n",
        f"{ORIGINAL} via @friend",
        ORIGINAL.replace("ten", "noon"),
        ORIGINAL[:-9] + "… https://t.ex…",
    ],
)
def test_a_reshare_or_copy_joins_the_original(copy: str) -> None:
    assert same(ORIGINAL, copy)


@pytest.mark.parametrize(
    "other",
    [
        "Our winter fair closes on Sunday at six, without music, food or any workshop for adults",
        ORIGINAL[:40],
        "",
        "😀",
    ],
)
def test_another_text_is_apart(other: str) -> None:
    assert not same(ORIGINAL, other)


@pytest.mark.parametrize(("one", "other"), [("thanks!!", "thanks!"), ("Ja", "Nein"), ("so good", "so gold")])
def test_very_short_texts_must_be_equal(one: str, other: str) -> None:
    assert not same(one, other)
    assert same(one, f"@you {one.upper()}  https://t.example/x")


def test_texts_of_links_or_emoji_are_one_cluster_only_when_equal() -> None:
    texts = ["😀", "🎉", "https://a.example/1", "https://a.example/2", "😀", "https://a.example/1", "", None]
    numbers = ClusterIndex().add(None, texts)
    assert numbers[4] == numbers[0]
    assert numbers[5] == numbers[2]
    assert numbers[6] == numbers[7]
    assert len(set(numbers.tolist())) == 5


def test_a_cluster_has_the_id_of_its_first_post() -> None:
    index = ClusterIndex()
    ids = np.array([40, 10, 30, 20])
    assert index.add(ids, [ORIGINAL, "something else entirely", ORIGINAL + "!", "ok"]).tolist() == [40, 10, 40, 20]
    assert index.add(np.array([5, 6]), [f"RT @x: {ORIGINAL}", "OK"]).tolist() == [40, 20]


def test_numbers_without_ids_are_the_same_in_every_run() -> None:
    first = ClusterIndex().add(None, ["one text of some length", "another text of some length"])
    second = ClusterIndex().add(None, pa.array(["one text of some length", "another text of some length"]))
    assert first.tolist() == second.tolist()
    assert (first >= 0).all()


def _posts(count: int, seed: int) -> list[str]:
    chance = np.random.default_rng(seed)
    vocabulary = ["".join(chance.choice(list("abcdefghijklmnop"), 5)) for _ in range(400)]
    base = [" ".join(chance.choice(vocabulary, 12)) for _ in range(count // 3)]
    picked = chance.choice(base, count)
    ends = chance.choice(["", "!", " now", " https://t.example/q", " 😀"], count)
    return [f"{text}{end}" for text, end in zip(picked, ends, strict=True)]


def test_how_posts_are_cut_into_batches_does_not_matter() -> None:
    texts = _posts(3_000, 1)
    whole = ClusterIndex().add(None, texts)
    index = ClusterIndex()
    parts = [index.add(None, texts[start : start + 37]) for start in range(0, len(texts), 37)]
    assert np.array_equal(whole, np.concatenate(parts))
    assert len(np.unique(whole)) <= 1_000


def test_a_stored_index_goes_on_where_it_stopped() -> None:
    texts = _posts(2_000, 2)
    index = ClusterIndex()
    before = index.add(None, texts[:1_000])
    restored = ClusterIndex.from_bytes(index.to_bytes())
    assert np.array_equal(index.add(None, texts[1_000:]), restored.add(None, texts[1_000:]))
    assert np.array_equal(restored.add(None, texts[:1_000]), before)


def test_a_stored_index_holds_no_text() -> None:
    index = ClusterIndex()
    index.add(None, ["a very particular sentence about turquoise umbrellas"])
    assert b"turquoise" not in index.to_bytes()


@pytest.mark.parametrize("data", [b"", b"nonsense", b"PK\x03\x04broken"])
def test_bytes_of_something_else_are_refused(data: bytes) -> None:
    with pytest.raises(ClusterIndexError, match="not a stored cluster index"):
        ClusterIndex.from_bytes(data)


def test_an_index_with_columns_that_do_not_fit_is_refused() -> None:
    index = ClusterIndex()
    index.add(None, [ORIGINAL])
    with np.load(io.BytesIO(index.to_bytes())) as stored:
        state = {name: stored[name] for name in stored.files}
    for name in ("young_words", "exact_young_keys", "joined_order"):
        buffer = io.BytesIO()
        np.savez(buffer, **{**state, name: np.zeros((7, 3))})
        with pytest.raises(ClusterIndexError, match="not a stored cluster index"):
            ClusterIndex.from_bytes(buffer.getvalue())


def test_an_index_of_another_format_is_refused_by_its_number() -> None:
    with np.load(io.BytesIO(ClusterIndex().to_bytes())) as stored:
        state = {name: stored[name] for name in stored.files}
    buffer = io.BytesIO()
    np.savez(buffer, **{**state, "format": np.array([99, 1_000])})
    with pytest.raises(ClusterIndexError, match="format 99"):
        ClusterIndex.from_bytes(buffer.getvalue())


def test_memory_is_bounded_and_recent_texts_are_still_known() -> None:
    index = ClusterIndex(capacity=1_000)
    chance = np.random.default_rng(9)
    texts = [" ".join(chance.choice(list("abcdefghijklmnopqrstuvwxyz"), 60)) for _ in range(12_000)]
    numbers = index.add(None, texts)
    sizes = [len(index.to_bytes())]
    index.add(None, [text[::-1] for text in texts])
    sizes.append(len(index.to_bytes()))
    assert sizes[1] <= 1.2 * sizes[0]
    assert index.add(None, [texts[-1][::-1] + " x"]).tolist() == index.add(None, [texts[-1][::-1]]).tolist()
    assert len(np.unique(numbers)) == 12_000


def test_a_post_between_two_clusters_joins_them_under_the_older_number() -> None:
    base = "abcdefghijklmnopqrstuvwxyz0123456789 the quick brown fox jumps over the lazy dog and runs far away"
    left, right = f"{base} one two three", f"{base} 77 88 99 66 5"
    between = base
    index = ClusterIndex()
    ids = index.add(np.array([1, 2]), [left, right])
    joined = index.add(np.array([3]), [between])
    assert joined.tolist() == [1]
    assert set(index.current(ids).tolist()) in ({1}, {1, 2})
    assert index.current(joined).tolist() == [1]


def test_joined_clusters_resolve_through_chains_and_forget_the_oldest() -> None:
    aliases = Aliases(capacity=2)
    aliases.join(np.array([5]), np.array([4]))
    aliases.join(np.array([4]), np.array([3]))
    assert aliases.resolve(np.array([5, 4, 3, 9])).tolist() == [3, 3, 3, 9]
    aliases.join(np.array([8]), np.array([7]))
    assert aliases.resolve(np.array([5, 4, 8])).tolist() == [5, 3, 7]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sets(st.integers(0, 2**64 - 1), max_size=30), max_size=12))
def test_known_hashes_are_found_among_merged_runs(batches: list[set[int]]) -> None:
    exact, expected = ExactNumbers(10_000), {}
    for number, batch in enumerate(batches):
        new = np.array(sorted(batch - expected.keys()), np.uint64)
        exact.put(new, np.full(len(new), number))
        expected.update(dict.fromkeys(new.tolist(), number))
    if expected:
        numbers, known = exact.find(np.array(list(expected), np.uint64))
        assert known.all()
        assert numbers.tolist() == list(expected.values())


@pytest.mark.parametrize("capacity", [0, 999, 5_000_000])
def test_a_capacity_out_of_range_is_refused(capacity: int) -> None:
    with pytest.raises(ClusterIndexError, match="1,000 to 4,000,000"):
        ClusterIndex(capacity)


@pytest.mark.parametrize("ids", [np.array([1]), np.array([[1, 2]]), np.array([1.0, 2.0])])
def test_ids_that_do_not_fit_the_texts_are_refused(ids: np.ndarray) -> None:
    with pytest.raises(ClusterIndexError, match="There are 2 texts"):
        ClusterIndex().add(ids, ["one", "two"])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_any_texts_get_numbers_and_equal_ones_the_same(texts: list[str]) -> None:
    numbers = ClusterIndex().add(None, texts + texts)
    assert numbers[: len(texts)].tolist() == numbers[len(texts) :].tolist()


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == normalise(normalise(once))
    assert once == once.strip()
    assert "  " not in once


def test_hostile_texts_get_numbers() -> None:
    texts = ["\x00" * 50, "half \ud83d", "x" * 1_000_000, "RT @a: " * 10_000, "\u202e" * 500, "http" * 20_000]
    assert len(ClusterIndex().add(None, texts)) == len(texts)
