"""How fast `fourleaf listen analyse` is: posts per CPU second over the whole path from file to result.

    python benchmarks/analyse.py                 # 300,000 posts, 1,000 queries
    python benchmarks/analyse.py --gigabyte      # and the peak memory over a generated CSV of 1 GB
    python benchmarks/analyse.py --profile       # where the time goes

The posts are made up: 8 to 24 words out of 30,000 by Zipf's law, the commonest of them English, some with quotation
marks, line ends and emoji, one in twenty a copy of an earlier one. The queries have two alternatives and an exclusion
each, out of rare words, so that about one post in six matches; in a second run nearly every post matches.

The baseline is what one would write first: `csv.DictReader`, one `pyahocorasick` automaton over the small letters of
each text with a check of word boundaries, sets for the boolean part and counters. It does without language, sentiment
and near-duplicates, which the path measured here includes; a run of ours without them is printed beside it.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

SYLLABLES = [first + last for first in "bdklmnr" for last in "aeiou"]
#: The commonest words of the posts are English, so that the language model has what it needs.
_COMMON_WORDS = """
the a to and of in is it you that he was for on are with as I his they be at one have this from or had by but not
what all were we when your can said there use an each which she do how their if will up other about out many then them
these so some her would make like him into time has look two more go see no way could my than first been who its now
people did get made over after think only also back work year where most very just good new want because any give day
us here thing well even tell never still old great need try ask call hand keep let put help show every start might
turn last long little own house again same another old right home big such why run read large spell add land must
high different does kind off play small end let men move live year came found city small between name should answer
school grow study learn food sun four state night money price service customer order delivery late phone waiting email
website app account email card store flight train hotel coffee morning today tomorrow weekend week month friend family
happy angry sad love hate thanks please sorry wrong broken fixed problem issue question team product brand quality
cheap expensive free worst best ever really always already maybe yes anyone someone nobody nothing everything hours
minutes finally again away open close ready line support chat agent refund ticket seat bag lost found sent received
paid bought return shop buy sell deal offer sale discount update version bug crash slow fast easy hard nice cool bad
"""
COMMON = list(dict.fromkeys(_COMMON_WORDS.split()))


def make_words(count: int, rng: random.Random) -> list[str]:
    """Different made-up words of two to four syllables."""
    words = dict.fromkeys(COMMON)
    while len(words) < count:
        words.setdefault("".join(rng.choices(SYLLABLES, k=rng.choice((2, 3, 3, 4)))))
    return list(words)


def make_queries(words: list[str], count: int, rng: random.Random) -> list[dict[str, str]]:
    """Queries out of rare words: two alternatives, one exclusion."""
    rare = words[len(words) // 3 :]
    roles = ["own"] + ["competitor"] * 5 + ["topic"] * (count - 6)
    queries = []
    for number in range(count):
        one, two, third = rng.sample(rare, 3)
        queries.append({"name": f"query {number}", "role": roles[number], "query": f"({one} OR {two}) NOT {third}"})
    return queries


def write_posts(path: Path, words: list[str], rng: random.Random, *, posts: int = 0, size: int = 0) -> int:
    """A CSV of made-up posts, so many or of so many bytes; gives the number of posts."""
    weights = np.cumsum(1 / (np.arange(len(words)) + 2.7))
    numbers = np.random.default_rng(rng.randrange(1 << 30))
    written, recent = 0, [""] * 500
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["tweet_id", "created_at", "author", "text", "retweet_count"])
        while (posts and written < posts) or (size and handle.tell() < size):
            picked = np.searchsorted(weights, numbers.random((2_000, 24)) * weights[-1])
            lengths, dice = numbers.integers(8, 25, 2_000), numbers.random(2_000)
            who = numbers.zipf(1.3, 2_000) % 400_000
            for row in range(2_000):
                text = " ".join([words[at] for at in picked[row, : lengths[row]]])
                if dice[row] < 0.05:
                    text = recent[written % 500] or text
                elif dice[row] < 0.08:
                    text = text.replace(" ", '\n"', 1) + '"'
                elif dice[row] < 0.13:
                    text += " \U0001f600 caf\u00e9"
                recent[written % 500] = text
                minute = written // 40
                hour, day = minute // 60, minute // 1_440
                stamp = f"2024-{1 + day // 28 % 12:02d}-{1 + day % 28:02d}T{hour % 24:02d}:{minute % 60:02d}:00Z"
                writer.writerow([10**17 + written, stamp, f"user{who[row]}", text, row % 7])
                written += 1
    return written


def write_queries(path: Path, queries: list[dict[str, str]]) -> None:
    path.write_text("".join(f"- {json.dumps(query)}\n" for query in queries), encoding="utf-8")


def run_ours(path: Path, queries_path: Path, *, annotated: bool = True) -> tuple[Any, float]:
    """(analysis, CPU seconds); compiling the queries is part of it."""
    from fourleaf.engine.files import read_posts
    from fourleaf.engine.files.queries import read_queries
    from fourleaf.engine.listening.analysis import analyse
    from fourleaf.engine.listening.annotate import ANNOTATION_SCHEMA

    def nothing(batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = [pa.nulls(batch.num_rows, field.type) for field in ANNOTATION_SCHEMA]
        columns[ANNOTATION_SCHEMA.get_field_index("cluster")] = pa.array(np.zeros(batch.num_rows, np.int64))
        return pa.RecordBatch.from_arrays(columns, schema=ANNOTATION_SCHEMA)

    start = time.process_time()
    specs, matcher = read_queries(queries_path)
    batches = (batch.posts for batch in read_posts(path))
    analysis = analyse(batches, specs, matcher=matcher, annotate=None if annotated else nothing)
    return analysis, time.process_time() - start


def run_baseline(path: Path, queries: list[dict[str, str]]) -> tuple[Counter[str], float]:
    """(raw counts, CPU seconds) of the straightforward way."""
    import ahocorasick

    start = time.process_time()
    parts = []
    automaton = ahocorasick.Automaton()
    where: dict[str, list[tuple[int, bool]]] = {}
    for number, query in enumerate(queries):
        inside, _, excluded = query["query"].partition(" NOT ")
        for word in inside.strip("()").split(" OR "):
            where.setdefault(word, []).append((number, True))
        where.setdefault(excluded, []).append((number, False))
        parts.append(query["name"])
    for word in where:
        automaton.add_word(word, word)
    automaton.make_automaton()
    raw: Counter[str] = Counter()
    authors: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            text = row["text"].lower()
            wanted, unwanted = set(), set()
            for end, word in automaton.iter(text):
                before, after = end - len(word), end + 1
                if (before >= 0 and text[before].isalnum()) or (after < len(text) and text[after].isalnum()):
                    continue
                for number, positive in where[word]:
                    (wanted if positive else unwanted).add(number)
            for number in wanted - unwanted:
                raw[parts[number]] += 1
                authors.setdefault(parts[number], set()).add(row["author"])
    return raw, time.process_time() - start


def measure_memory(folder: Path, words: list[str], queries_path: Path, rng: random.Random) -> None:
    """Peak resident memory of the command over 1 GB, in a process of its own."""
    path = folder / "gigabyte.csv"
    posts = write_posts(path, words, rng, size=10**9)
    command = [sys.executable, "-m", "fourleaf.cli", "listen", "analyse", str(path), "-q", str(queries_path), "--json"]
    if not (Path(__file__).parents[1] / "src/fourleaf/cli/__main__.py").exists():
        command[1:3] = ["-c", "from fourleaf.cli import main; main()"]
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True)
    wall = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    document = json.loads(done.stdout)
    assert document["posts"] == posts, (document["posts"], posts)
    cpu = used.ru_utime + used.ru_stime
    print(
        f"1 GB CSV: {posts:,} posts, {document['matched'] / posts:.1%} match, "
        f"peak RSS {used.ru_maxrss / 1024:,.0f} MiB, "
        f"{cpu:.1f} CPU s ({posts / cpu:,.0f} posts per CPU second), {wall:.1f} s by the clock"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=300_000)
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--gigabyte", action="store_true", help="measure memory over a generated 1 GB CSV too")
    parser.add_argument("--profile", action="store_true", help="print where the time of our run goes, and stop")
    options = parser.parse_args()
    rng = random.Random(20240531)
    words = make_words(30_000, rng)
    queries = make_queries(words, options.queries, rng)
    print(f"pyarrow {pa.__version__}, numpy {np.__version__}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, queries_path, all_path = folder / "posts.csv", folder / "queries.yaml", folder / "all.yaml"
        write_posts(path, words, rng, posts=options.posts)
        write_queries(queries_path, queries)
        everything = {"name": "everything", "role": "topic", "query": " OR ".join(COMMON[:40])}
        write_queries(all_path, [*queries[:-1], everything])
        warm = folder / "warm.csv"
        write_posts(warm, words, rng, posts=2_000)
        run_ours(warm, all_path)  # loads the models; a run over a real file does that once
        if options.profile:
            import cProfile
            import pstats

            with cProfile.Profile() as profile:
                run_ours(path, queries_path)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
            return
        ours, seconds = run_ours(path, queries_path)
        rate = ours.posts / seconds
        share = ours.matched / ours.posts
        print(f"{ours.posts:,} posts ({path.stat().st_size / 1e6:.0f} MB), {options.queries:,} queries")
        print(f"whole path, {share:.1%} of the posts match: {rate:,.0f} posts per CPU second")
        full, seconds_full = run_ours(path, all_path)
        print(
            f"whole path, {full.matched / full.posts:.1%} match: {full.posts / seconds_full:,.0f} posts per CPU second"
        )
        _, seconds_bare = run_ours(path, queries_path, annotated=False)
        print(f"without language, sentiment, clusters: {ours.posts / seconds_bare:,.0f} posts per CPU second")
        raw, seconds_base = run_baseline(path, queries)
        base_rate = ours.posts / seconds_base
        print(f"baseline (DictReader + pyahocorasick, without these): {base_rate:,.0f} posts per CPU second")
        print(f"ratio: whole path {rate / base_rate:.1f}, like with like {seconds_base / seconds_bare:.1f}")
        different = [q.name for q in ours.queries if q.raw != raw[q.name]]
        print(f"raw counts equal to the baseline's: {'yes' if not different else different[:5]}")
        if options.gigabyte:
            measure_memory(folder, words, queries_path, rng)


if __name__ == "__main__":
    main()
