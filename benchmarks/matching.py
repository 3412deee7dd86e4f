"""How many posts per CPU second the listening matcher handles, against pyahocorasick text by text.

Run ``python benchmarks/matching.py`` (needs the ``bench`` dependencies). Texts, terms and queries are made from a
fixed seed; both sides find the same terms with exact word boundaries in the same texts, and the results are compared
before anything is timed. Repeats are interleaved, and medians of CPU time are shown.
"""

from __future__ import annotations

import argparse
import gc
import platform
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import ahocorasick
import pyarrow as pa

from fourleaf.engine.listening import Matcher, QuerySpec, compile_queries
from fourleaf.engine.listening.matching.folding import fold_character

SEED = 20_240_229
TERMS_PER_QUERY = 10
SYLLABLES = [a + b for a in (*"bcdfghklmnprstvw", "st", "tr") for b in (*"aeiou", "ai", "ea", "ou")]
TAILS = ["", "", "n", "r", "s", "t", "ll", "ng"]
EMOJI = ["😂", "❤️", "🔥", "🙏🏽", "✈️", "👍"]
ACCENTED = str.maketrans({"a": "á", "e": "é", "o": "ö", "u": "ü"})


@dataclass(frozen=True)
class Workload:
    """Posts, terms as typed in queries, and one query for every ten terms."""

    texts: list[str]
    terms: list[str]
    queries: list[QuerySpec]


def vocabulary(rng: random.Random, size: int) -> list[str]:
    """Pronounceable words, short ones first, as in any language's list by frequency."""
    words: dict[str, None] = {}
    while len(words) < size:
        syllables = 1 + (len(words) > 300) * rng.choice([0, 1, 1, 2]) + (len(words) > 5_000)
        words["".join(rng.choice(SYLLABLES) for _ in range(syllables)) + rng.choice(TAILS)] = None
    return list(words)


def make_texts(rng: random.Random, words: list[str], names: list[str], count: int) -> list[str]:
    """Posts of 4 to 30 words by Zipf's law; a quarter has characters beyond ASCII; one in six names a searched word."""
    weights = [1 / (rank + 3) for rank in range(len(words))]
    pool = rng.choices(words, weights, k=400_000)
    texts = []
    for _ in range(count):
        start = rng.randrange(len(pool) - 40)
        parts = pool[start : start + rng.randint(4, 30)]
        parts = [part.capitalize() if rng.random() < 0.12 else part for part in parts]
        for at in range(len(parts)):
            if rng.random() < 0.09:
                parts[at] += rng.choice([",", ".", "!", "?", "...", " -"])
        if rng.random() < 1 / 6:
            parts.insert(rng.randrange(len(parts)), rng.choice(names))
        if rng.random() < 0.3:
            parts.insert(0, "@" + rng.choice(words[300:3_000]))
        if rng.random() < 0.2:
            parts.append("#" + rng.choice(words[300:3_000]))
        if rng.random() < 0.15:
            parts.append("https://t.example/" + "".join(rng.choices("abcdefghkmnpqrstuvwxyz0123456789", k=10)))
        if rng.random() < 0.25:
            beyond = rng.random()
            if beyond < 0.6:
                parts.append(rng.choice(EMOJI))
            elif beyond < 0.8:
                at = rng.randrange(len(parts))
                parts[at] = parts[at].translate(ACCENTED)
            else:
                parts[0] = f"“{parts[0]}”"
        texts.append(" ".join(parts))
    return texts


def make_workload(count: int, terms: int) -> Workload:
    """Terms are 70 % words, 15 % phrases of two words, 10 % handles, 5 % tags; most are rare, as brand names are."""
    rng = random.Random(SEED)
    words = vocabulary(rng, 60_000)
    names: dict[str, None] = {}
    while len(names) < terms:
        kind = rng.random()
        name = rng.choice(words[20_000:]) if kind < 0.97 else rng.choice(words[1_000:20_000])
        shape = rng.random()
        if shape < 0.15:
            name = f"{name} {rng.choice(words[20_000:])}"
        elif shape < 0.25:
            name = "@" + name
        elif shape < 0.3:
            name = "#" + name
        names[name] = None
    typed = list(names)
    texts = make_texts(rng, words, typed, count)
    queries = [
        QuerySpec(
            number,
            f"query {number}",
            " OR ".join(f'"{name}"' if " " in name else name for name in typed[at : at + TERMS_PER_QUERY]),
        )
        for number, at in enumerate(range(0, terms, TERMS_PER_QUERY))
    ]
    return Workload(texts, typed, queries)


class Baseline:
    """pyahocorasick, text by text: fold, iterate, check both neighbours of every hit.

    Folding is the cheapest that gives the right answer on these texts: ``str.lower`` for ASCII, else one
    ``str.translate``. Neighbours are looked up in a set of word characters.
    """

    def __init__(self, workload: Workload) -> None:
        self.machine = ahocorasick.Automaton()
        for number, name in enumerate(workload.terms):
            self.machine.add_word(name, (number // TERMS_PER_QUERY, len(name), name[0] in "@#"))
        self.machine.make_automaton()
        chars = {char for text in workload.texts for char in text}
        self.table = {ord(char): fold_character(char) if char.isalnum() else char.lower() for char in chars}
        self.inside = {char for text in workload.texts for char in text.lower() if char.isalnum()} | {"_"}

    def match(self, texts: list[str], *, spans: bool) -> list[tuple[list[int], list[tuple[int, int, int]]]]:
        """For each text the queries that match and, when asked, where."""
        results = []
        iterate, inside, table = self.machine.iter, self.inside, self.table
        for text in texts:
            folded = text.lower() if text.isascii() else text.translate(table)
            size = len(folded)
            found = set()
            places = []
            for last, (query, length, _) in iterate(folded):
                start = last - length + 1
                if start and folded[start - 1] in inside:
                    continue
                if last + 1 < size and folded[last + 1] in inside:
                    continue
                found.add(query)
                if spans:
                    places.append((query, start, last + 1))
            places.sort()
            results.append((sorted(found), places))
        return results


class Padded(Baseline):
    """The same with boundaries inside the needles, as the matcher does it: one space for every gap, words only."""

    def __init__(self, workload: Workload) -> None:
        super().__init__(workload)
        self.machine = ahocorasick.Automaton()
        for number, name in enumerate(workload.terms):
            self.machine.add_word(f" {name} ", number // TERMS_PER_QUERY)
            if name[0] not in "@#":
                for sign in "@#":
                    self.machine.add_word(f"{sign}{name} ", number // TERMS_PER_QUERY)
        self.machine.make_automaton()
        kept = self.inside | {"@", "#"}
        folded = {ord(char): fold_character(char) if char.isalnum() else char for char in map(chr, self.table)}
        self.table = {code: value if value in kept else " " for code, value in folded.items()}

    def match(self, texts: list[str], *, spans: bool) -> list[tuple[list[int], list[tuple[int, int, int]]]]:
        """Without spans only; it is here to see what the trick alone is worth."""
        iterate, table = self.machine.iter, self.table
        return [(sorted({query for _, query in iterate(f" {text.translate(table)} ")}), []) for text in texts]


def matcher_results(matcher: Matcher, batch: pa.RecordBatch) -> list[tuple[list[int], list[tuple[int, int, int]]]]:
    """The matcher's answer in the baseline's form."""
    return [
        (row["queries"], [(span["query"], span["start"], span["end"]) for span in row["spans"]])
        for row in matcher.match(batch).to_pylist()
    ]


def cpu(action: Callable[[], object]) -> float:
    """CPU seconds of one call, without garbage collection in between."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    action()
    spent = time.process_time() - start
    gc.enable()
    return spent


def run(count: int, terms: int, repeats: int) -> None:
    """Compare and time one number of terms."""
    workload = make_workload(count, terms)
    batch = pa.RecordBatch.from_pydict({"text": workload.texts})
    baseline, padded = Baseline(workload), Padded(workload)
    matcher = compile_queries(workload.queries)
    expected = baseline.match(workload.texts, spans=True)
    if matcher_results(matcher, batch) != expected:
        raise SystemExit(f"The two sides disagree at {terms} terms; nothing was timed.")
    sample = workload.texts[: count // 5]  # the slow side gets a fifth of the texts; both are per text
    actions: dict[str, tuple[int, Callable[[], object]]] = {
        "pyahocorasick": (len(sample), lambda: baseline.match(sample, spans=False)),
        "pyahocorasick, spans": (len(sample), lambda: baseline.match(sample, spans=True)),
        "pyahocorasick, padded needles": (len(sample), lambda: padded.match(sample, spans=False)),
        "fourleaf": (count, lambda: matcher.match(batch, spans=False)),
        "fourleaf, spans": (count, lambda: matcher.match(batch, spans=True)),
        "fourleaf, compiling included": (
            count,
            lambda: compile_queries(workload.queries).match(batch, spans=False),
        ),
    }
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(repeats):
        for name, (texts, action) in actions.items():
            times[name].append(cpu(action) / texts)
    medians = {name: statistics.median(values) for name, values in times.items()}
    matched = sum(bool(found) for found, _ in expected)
    print(f"\n{terms:,} terms in {len(workload.queries):,} queries; {matched / count:.1%} of the texts match")
    print(f"  {'':32}{'texts per CPU second':>22}{'spread':>10}{'ratio':>8}")
    for name, value in medians.items():
        rates = [1 / one for one in times[name]]
        spread = (max(rates) - min(rates)) / statistics.median(rates)
        against = "pyahocorasick, spans" if name.endswith(", spans") else "pyahocorasick"
        print(f"  {name:32}{1 / value:>22,.0f}{spread:>9.0%}{medians[against] / value:>8.1f}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--terms", type=int, nargs="*", default=[10, 1_000, 10_000])
    options = parser.parse_args()
    workload = make_workload(options.texts, 10)
    size = sum(map(len, workload.texts)) / len(workload.texts)
    beyond = sum(not text.isascii() for text in workload.texts) / len(workload.texts)
    print(f"Python {platform.python_version()}, {platform.machine()}; {options.texts:,} generated posts of {size:.0f}")
    print(f"characters on average, {beyond:.0%} with characters beyond ASCII; medians of {options.repeats} repeats.")
    for terms in options.terms:
        run(options.texts, terms, options.repeats)


if __name__ == "__main__":
    main()
