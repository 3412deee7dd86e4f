"""Fit the linear sentiment model and print every figure of its model card.

    python scripts/sentiment_vectors.py DATA minilm vectors.npz --lexicon vader_lexicon.txt
    python scripts/train_sentiment.py DATA vectors.npz --lexicon vader_lexicon.txt --output linear-v1.npz

DATA is a folder with the data sets named below, each a gzipped CSV; they aren't part of the project. The lexicon is
`vader_lexicon.txt` of the package vaderSentiment 3.3.2 (MIT; Hutto and Gilbert 2014). Needs the dependency group
"train". The same input gives the same file: folds are dealt out with a fixed seed, the solver has no randomness.

Protocol
- Training rows: SemEval 2013 to 2016 task 4 (English) and the training split of UMSAB (eight languages). Rows that
  equal a row of TweetEval's validation part after normalising are left out, and UMSAB rows that equal a SemEval row.
- No row of TweetEval's test part, of UMSAB's test split or of SemEval 2017 is read. The validation parts are read to
  report figures of the finished model; nothing is fitted on them.
- Settings were chosen by a split in time (fit without "2016test", score on it), because a model in use always meets
  later topics than it was fitted on; the validation figure was looked at beside it. Some 35 settings were tried, so
  both figures flatter the chosen one. Five-fold cross-validation was run for the chosen setting only.
- Calibration (one temperature, an offset per class) is fitted on the out-of-fold scores.

The fit is a softmax regression with rows weighted so that the classes are equally common. Beside
the hashed features it has a few hundred shared ones: the lexicon's valence of each word and the first 128 principal
components of its MiniLM vector, both for plain and for negated words. These are linear in the words, so afterwards they
are added to the weights of the words themselves and cost nothing in use.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from fourleaf.engine.listening.sentiment.features import (
    TABLE_BITS,
    WORD_BITS,
    featurise,
    symbol_table,
    word_hash,
    word_numbers,
)
from fourleaf.engine.listening.sentiment.model import PAIR_FACTOR, LinearModel, Weights
from fourleaf.engine.listening.text_column import as_text_column

Array = npt.NDArray[Any]
SEED, FOLDS, CLASSES = 20170612, 5, 3
COMPONENTS = 128
STRENGTH = 0.3  # inverse of the L2 penalty, over the summed loss
WORD_FACTOR = 2.0  # a word counts twice as much as an n-gram before the penalty, like a pair
VECTOR_FACTOR = 0.1


@dataclass
class Part:
    """Rows of one source: texts, labels 0 to 2, and for each row where it comes from."""

    name: str
    texts: list[str]
    labels: Array
    origin: Array

    def keep(self, chosen: Array) -> Part:
        texts = [text for text, use in zip(self.texts, chosen, strict=True) if use]
        return Part(self.name, texts, self.labels[chosen], self.origin[chosen])


def read_rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def part_of(name: str, rows: list[dict[str, str]], label: str = "label", origin: str = "") -> Part:
    return Part(
        name,
        [row["text"] for row in rows],
        np.array([int(row[label]) for row in rows]),
        np.array([row[origin] if origin else name for row in rows]),
    )


def bare(text: str) -> str:
    """What of a text decides whether two rows are the same post."""
    text = re.sub(r"https?\S*|@\w+", " ", text.lower().replace("&amp;", "&"))
    return re.sub(r"\W+", " ", text).strip()


def read_validation(data: Path) -> Part:
    return part_of(
        "TweetEval validation", [r for r in read_rows(data / "tweeteval/sentiment.csv.gz") if r["split"] == "val"]
    )


def read_umsab(data: Path, split: str) -> Part:
    rows = read_rows(data / "umsab_multilingual_sentiment/umsab.csv.gz")
    return part_of("UMSAB", [row for row in rows if row["split"] == split], origin="lang")


def read_training(data: Path) -> tuple[Part, Part]:
    """SemEval and UMSAB training rows after leaving out what overlaps."""
    seen = {bare(text) for text in read_validation(data).texts}
    rows = read_rows(data / "tweeteval/sentiment_train_from_semeval.csv.gz")
    rows = [row for row in rows if not row["source"].startswith("2017")]
    semeval = part_of("SemEval", rows, origin="source")
    semeval = semeval.keep(np.array([bare(text) not in seen for text in semeval.texts]))
    seen.update(bare(text) for text in semeval.texts)
    umsab = read_umsab(data, "train")
    return semeval, umsab.keep(np.array([bare(text) not in seen for text in umsab.texts]))


def read_airline(data: Path) -> Part:
    rows = read_rows(data / "us_airline_sentiment/tweets.csv.gz")
    names = {"negative": "0", "neutral": "1", "positive": "2"}
    return part_of("US airline", [{**row, "label": names[row["sentiment"]]} for row in rows])


def read_lexicon(path: Path) -> dict[str, float]:
    """Word to mean valence, -4 to 4."""
    lines = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line.strip())
    return {fields[0]: float(fields[1]) for fields in lines}


def words_of(texts: list[str]) -> Iterator[str]:
    """The words of the texts as the model folds them."""
    for _, features in featurise(as_text_column(texts), symbol_table()):
        symbols = "".join(map(chr, features.symbols.tolist()))
        ends = [*features.word_at[1:].tolist(), len(symbols)]
        for start, end in zip(features.word_at.tolist(), ends, strict=True):
            yield symbols[start:end].rstrip(" ")


class Vocabulary:
    """Words with the shared features: (v, 4) of the lexicon and (v, COMPONENTS) of the vectors."""

    def __init__(self, vectors: Path, lexicon: Path) -> None:
        valence = read_lexicon(lexicon)
        with np.load(vectors, allow_pickle=False) as stored:
            words, counts = stored["words"].tolist(), stored["counts"]
            components = _components(stored["vectors"].astype(np.float32), counts)
        more = sorted(word for word in valence if " " not in word and word not in set(words))
        words += more
        self.counts = np.append(counts, np.zeros(len(more), np.int64))
        self.components = np.concatenate([components, np.zeros((len(more), COMPONENTS), np.float32)])
        rated = np.array([valence.get(word, 0.0) for word in words], np.float32)
        self.rated = np.stack([rated.clip(0), (-rated).clip(0), rated > 1.5, rated < -1.5], 1).astype(np.float32)
        self.hashes = np.array([word_hash(word, symbol_table()) for word in words], np.uint64)
        self._order = np.argsort(self.hashes)

    def find(self, hashes: Array) -> Array:
        """Position of each hashed word, -1 for none."""
        ordered = self.hashes[self._order]
        places = np.minimum(np.searchsorted(ordered, hashes), len(ordered) - 1)
        return np.where(ordered[places] == hashes, self._order[places], -1)


def _components(vectors: Array, counts: Array) -> Array:
    """Principal components, weighted by how often a word occurs but at most 50 times."""
    root = np.sqrt(counts)
    centred = vectors - (vectors * root[:, None]).sum(axis=0) / root.sum()
    weighted = centred * np.sqrt(np.minimum(counts, 50))[:, None]
    directions = np.linalg.eigh(weighted.T @ weighted)[1][:, ::-1]
    turned = centred @ directions
    return np.asarray(turned[:, :COMPONENTS] / turned.std(), np.float32)


def design(texts: list[str], vocabulary: Vocabulary) -> sp.csr_matrix:
    """(n, features): other hashed features, words, then the shared ones; each row divided by its size."""
    cells: dict[str, tuple[list[Array], list[Array]]] = {
        name: ([], []) for name in ("others", "pairs", "words", "plain", "marked")
    }

    def put(name: str, rows: Array, columns: Array) -> None:
        cells[name][0].append(rows[columns >= 0])
        cells[name][1].append(columns[columns >= 0])

    sizes = np.empty(len(texts), np.float32)
    for first, features in featurise(as_text_column(texts), symbol_table()):
        count = len(features.sizes)
        sizes[first : first + count] = features.sizes
        by_symbol = np.repeat(np.arange(first, first + count), np.diff(features.starts))
        by_word = np.repeat(np.arange(first, first + count), np.diff(features.word_starts))
        for numbers in features.grams:
            put("others", by_symbol, numbers[:-1])  # the last blank belongs to no text
        put("others", np.repeat(np.arange(first, first + count), features.whole.shape[1]), features.whole.ravel())
        put("pairs", by_word, features.pairs)
        put("words", by_word, features.words)
        known = vocabulary.find(features.hashes)
        put("plain", by_word, np.where(features.marked, -1, known))
        put("marked", by_word, np.where(features.marked, known, -1))
    widths = {"others": 1 << TABLE_BITS, "pairs": 1 << TABLE_BITS, "words": 1 << WORD_BITS}
    widths |= dict.fromkeys(("plain", "marked"), len(vocabulary.hashes))
    counted = {name: _counts(parts, (len(texts), widths[name])) for name, parts in cells.items()}
    shared = np.hstack(
        [
            counted["plain"] @ vocabulary.rated,
            counted["marked"] @ vocabulary.rated,
            (counted["plain"] + counted["marked"]) @ vocabulary.components * VECTOR_FACTOR,
            counted["marked"] @ vocabulary.components * VECTOR_FACTOR,
        ]
    ).astype(np.float32)
    hashed = [counted["others"] + PAIR_FACTOR * counted["pairs"], WORD_FACTOR * counted["words"], sp.csr_matrix(shared)]
    return (sp.diags(1 / sizes) @ sp.hstack(hashed)).tocsr().astype(np.float32)


def _counts(parts: tuple[list[Array], list[Array]], shape: tuple[int, int]) -> sp.csr_matrix:
    rows, columns = (np.concatenate(part) for part in parts)
    counted = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    counted.sum_duplicates()
    return counted


def row_weights(labels: Array, is_english: Array) -> Array:
    """Weights that make the classes equally common within the English rows and within the others.

    Over both together it wouldn't do: UMSAB is balanced and SemEval isn't, so the language would tell the class.
    """
    found = np.empty(len(labels))
    for stratum in (True, False):
        rows = is_english == stratum
        counts = np.bincount(labels[rows], minlength=CLASSES)
        found[rows] = rows.sum() / (CLASSES * np.maximum(counts, 1))[labels[rows]]
    return found


def fit(features: sp.csr_matrix, labels: Array, weights: Array, strength: float = STRENGTH) -> tuple[Array, Array]:
    """Weights (features, 3) and bias (3,)."""
    solver = LogisticRegression(C=strength, max_iter=200, tol=1e-3)
    solver.fit(features, labels, sample_weight=weights)
    return solver.coef_.T, solver.intercept_


def fold_weights(coefficients: Array, vocabulary: Vocabulary) -> tuple[Array, Array]:
    """Tables of words, (2**WORD_BITS, 3), and of the others, (2**TABLE_BITS, 3).

    The shared features are added to the weights of the words. Where words share a number, the most frequent one decides
    what is added.
    """
    rated, parts = vocabulary.rated.shape[1], COMPONENTS
    others, words, shared = np.split(coefficients, [1 << TABLE_BITS, (1 << TABLE_BITS) + (1 << WORD_BITS)])
    rated_plain, rated_marked, every, marked = np.split(shared, [rated, 2 * rated, 2 * rated + parts])
    table = WORD_FACTOR * words
    common = VECTOR_FACTOR * vocabulary.components @ every
    plain = vocabulary.rated @ rated_plain + common
    negated = vocabulary.rated @ rated_marked + common + VECTOR_FACTOR * vocabulary.components @ marked
    order = np.argsort(vocabulary.counts, kind="stable")
    added = np.zeros_like(table)
    for values, flag in ((negated, True), (plain, False)):
        numbers = word_numbers(vocabulary.hashes[order], np.full(len(order), flag))
        added[numbers] = values[order]
    return table + added, others


def macro_recall(labels: Array, guessed: Array) -> float:
    return float(np.mean([(guessed[labels == kind] == kind).mean() for kind in range(CLASSES)]))


def probabilities(scores: Array) -> Array:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def calibration_error(labels: Array, shares: Array, bins: int = 15) -> float:
    """Expected calibration error of the most probable class, every class weighted alike."""
    weights = (1 / np.bincount(labels, minlength=CLASSES))[labels]
    weights = weights / weights.sum()
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == labels
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gap = [abs((weights * (right - sure))[place == one].sum()) for one in range(bins)]
    return float(sum(gap))


def calibrate(labels: Array, scores: Array, weights: Array) -> tuple[float, Array]:
    """Temperature and offsets with the least weighted log loss."""

    def loss(values: Array) -> float:
        shares = probabilities(scores / np.exp(values[0]) + np.append(values[1:], 0.0))
        return float(-(weights * np.log(shares[np.arange(len(labels)), labels] + 1e-12)).sum())

    best = minimize(loss, np.zeros(CLASSES), method="Nelder-Mead", options={"maxiter": 400}).x
    return float(np.exp(best[0])), np.append(best[1:], 0.0)


def line(name: str, labels: Array, scores: Array) -> None:
    guessed = scores.argmax(axis=1)
    recalls = " ".join(f"{100 * (guessed[labels == kind] == kind).mean():.1f}" for kind in range(CLASSES))
    print(
        f"{name:34} n={len(labels):6,}  macro-recall {100 * macro_recall(labels, guessed):.2f}  "
        f"recall neg/neu/pos {recalls}  accuracy {100 * (guessed == labels).mean():.2f}",
        flush=True,
    )


def folds_of(labels: Array, origin: Array) -> Array:
    """A fold 0 to 4 for each row, so that each has its share of every source and label."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    order = generator.permutation(len(labels))
    keys = np.array([f"{where}/{label}" for where, label in zip(origin, labels, strict=True)])
    found = np.empty(len(labels), np.int64)
    for key in np.unique(keys):
        rows = order[keys[order] == key]
        found[rows] = np.arange(len(rows)) % FOLDS
    return found


def quantised(words: Array, others: Array, bias: Array) -> Weights:
    scales = np.stack([np.quantile(np.abs(table[table != 0]), 0.9999) / 127 for table in (words, others)])
    small = [
        np.clip(np.rint(table / scale), -127, 127).astype(np.int8)
        for table, scale in zip((words, others), scales, strict=True)
    ]
    spread = np.repeat(scales[:, None], CLASSES, axis=1).astype(np.float32)
    return Weights(small[0], small[1], spread, bias.astype(np.float32), symbol_table())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--lexicon", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--strength", type=float, nargs="*", default=[STRENGTH], help="the first one is used")
    parser.add_argument("--quick", action="store_true", help="no cross-validation, so no calibration either")
    arguments = parser.parse_args()
    semeval, umsab = read_training(arguments.data)
    vocabulary = Vocabulary(arguments.vectors, arguments.lexicon)
    texts, labels = semeval.texts + umsab.texts, np.append(semeval.labels, umsab.labels)
    origin = np.append(semeval.origin, umsab.origin)
    is_english = np.arange(len(labels)) < len(semeval.texts)
    print(
        f"{len(semeval.texts):,} SemEval rows, {len(umsab.texts):,} UMSAB rows, "
        f"{len(vocabulary.hashes):,} words with shared features"
    )
    features = design(texts, vocabulary)

    for strength in arguments.strength:
        later = origin == "2016test"
        balance = row_weights(labels[~later], is_english[~later])
        weights, bias = fit(features[~later], labels[~later], balance, strength)
        line(f"split in time, strength {strength}", labels[later], features[later] @ weights + bias)

    strength, temperature, offsets = arguments.strength[0], 1.0, np.zeros(CLASSES)
    if not arguments.quick:
        temperature, offsets = cross_validate(features, labels, origin, is_english, strength)
    weights, bias = fit(features, labels, row_weights(labels, is_english), strength)
    words, others = fold_weights(weights / temperature, vocabulary)
    found = quantised(words, others, bias / temperature + offsets)
    found.write(arguments.output)
    report(LinearModel(found), arguments.data, {bare(text) for text in texts})


def cross_validate(
    features: Any, labels: Array, origin: Array, is_english: Array, strength: float
) -> tuple[float, Array]:
    """Print the figures of five-fold cross-validation; temperature and offsets from its scores."""
    fold, scores = folds_of(labels, origin), np.empty((len(labels), CLASSES))
    for one in range(FOLDS):
        rows = fold != one
        weights, bias = fit(features[rows], labels[rows], row_weights(labels[rows], is_english[rows]), strength)
        scores[fold == one] = features[fold == one] @ weights + bias
    each = [
        100 * macro_recall(labels[chosen], scores[chosen].argmax(axis=1))
        for chosen in (is_english & (fold == one) for one in range(FOLDS))
    ]
    print(f"five folds, SemEval rows: {np.mean(each):.2f}, standard deviation {np.std(each, ddof=1):.2f}")
    line("cross-validation, SemEval rows", labels[is_english], scores[is_english])
    for language in np.unique(origin[~is_english & (origin != "english")]):  # of UMSAB's English rows few are left
        line(f"cross-validation, {language}", labels[origin == language], scores[origin == language])
    temperature, offsets = calibrate(labels, scores, row_weights(labels, is_english))
    print(f"temperature {temperature:.3f}, offsets {offsets.round(3).tolist()}")
    line("  the same, calibrated (SemEval)", labels[is_english], (scores / temperature + offsets)[is_english])
    return temperature, offsets


def report(model: LinearModel, data: Path, trained: set[str]) -> None:
    """Figures of the finished, quantised model on rows that nothing was fitted on."""
    print("finished model:")
    umsab = read_umsab(data, "val")
    umsab = umsab.keep(np.array([bare(text) not in trained for text in umsab.texts]))
    languages = [umsab.keep(umsab.origin == name) for name in np.unique(umsab.origin)]
    for part in (read_validation(data), umsab, *languages, read_airline(data)):
        scores = model.scores(as_text_column(part.texts))
        one_language = part.name == "UMSAB" and len(set(part.origin.tolist())) == 1
        line(f"UMSAB {part.origin[0]}" if one_language else part.name, part.labels, scores)
        error = calibration_error(part.labels, probabilities(scores))
        print(f"{'':34} expected calibration error {100 * error:.1f} (classes weighted alike)")


if __name__ == "__main__":
    main()
