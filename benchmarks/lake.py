"""The mention store measured: shares of voice per day, appends, the search for known ids, corrections.

    python benchmarks/lake.py --rows 10_000_000

Everything is generated, in a temporary folder that is deleted again. Printed are medians: first the clock, then the
time of the processor over all threads, which says more on a busy machine. The match rows are the same
for the product's path and for bare DuckDB: the same files, the same threads.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fourleaf.engine.lake import CORRECTION_SCHEMA, Lake
from fourleaf.engine.lake.keys import keys_of
from fourleaf.engine.metrics import metric

START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
DAYS, QUERIES, BATCH = 366, 5, 500_000
PERIOD = {"since": START, "until": START + dt.timedelta(days=DAYS)}
SENTENCE = "the a river mill stands by old bridge and we like this brand very much not at all"
WORDS = np.array(sorted(SENTENCE.split()))


def ids_of(numbers: np.ndarray) -> pa.Array:
    """Ids in no order, so that bounds of columns are of no help in finding them."""
    scrambled = (numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(1)
    return pc.binary_join_element_wise("post", pa.array(scrambled.astype(np.int64)).cast(pa.string()), "-")


def rows(first: int, n: int, total: int, dice: np.random.Generator) -> dict[str, pa.Array]:
    """Posts number first..first+n of a year of `total`, in order of time."""
    numbers = np.arange(first, first + n)
    micros = int(START.timestamp() * 1e6) + (numbers * (DAYS * 86_400_000_000 // total)).astype(np.int64)
    sentiments = pa.DictionaryArray.from_arrays(
        dice.integers(0, 3, n, np.int8), pa.array(["negative", "neutral", "positive"])
    )
    return {
        "mention_id": ids_of(numbers),
        "created_at": pa.array(micros, pa.timestamp("us", tz="UTC")),
        "author": pc.binary_join_element_wise("u", pa.array(dice.zipf(1.3, n) % 900_000).cast(pa.string()), ""),
        "platform": pa.DictionaryArray.from_arrays(
            dice.integers(0, 4, n, np.int8), pa.array(["microblog", "video", "forum", "web"])
        ).cast(pa.string()),
        "kind": pa.DictionaryArray.from_arrays(
            dice.choice(4, n, p=[0.6, 0.2, 0.15, 0.05]).astype(np.int8), pa.array(["post", "reply", "reshare", "quote"])
        ).cast(pa.string()),
        "lang": pa.DictionaryArray.from_arrays(
            dice.choice(4, n, p=[0.7, 0.2, 0.05, 0.05]).astype(np.int8), pa.array(["en", "de", "fr", "und"])
        ).cast(pa.string()),
        "sentiment": sentiments.cast(pa.string()),
        "cluster": pa.array(numbers // 3),
    }


def posts(first: int, n: int, total: int, dice: np.random.Generator) -> pa.Table:
    columns = rows(first, n, total, dice)
    words = WORDS[dice.integers(0, len(WORDS), (n, 12))]
    text = words[:, 0].astype(object)
    for place in range(1, 12):
        text = text + " " + words[:, place]
    return pa.table({"id": columns.pop("mention_id"), **columns, "text": pa.array(text, pa.string())})


def of_query(query: int, total: int) -> Iterator[pa.Table]:
    """A query's share of the year, in batches; the queries differ in size."""
    dice = np.random.default_rng(query)
    share = total * (QUERIES - query) // (QUERIES * (QUERIES + 1) // 2)
    for first in range(0, share, BATCH):
        yield pa.table(rows(first, min(BATCH, share - first), share, dice))


@dataclass(frozen=True)
class Taken:
    """Medians of some calls, in seconds: by the clock, and of the processor (all threads)."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall * 1e3:8.1f} ms {self.cpu * 1e3:8.1f} ms"


def median(call: Callable[[], object], times: int = 7) -> Taken:
    """Medians after one call to warm up."""
    call()
    walls, cpus = [], []
    for _ in range(times):
        begun, worked = time.perf_counter(), time.process_time()
        call()
        walls.append(time.perf_counter() - begun)
        cpus.append(time.process_time() - worked)
    return Taken(statistics.median(walls), statistics.median(cpus))


def share_of_voice(lake: Lake, threads: int) -> None:
    snapshot = lake.snapshot()
    own, competitors = [0], list(range(1, QUERIES))
    values = {"own": own, "competitors": competitors, **PERIOD}
    files = snapshot.files("matches")

    def product() -> pa.Table:
        connection = lake.snapshot().connect(threads=threads)
        result = metric("share_of_voice_daily_raw").run(connection, **values)
        connection.close()
        return result

    bare = duckdb.connect(config={"threads": threads})
    bare.execute("SET TimeZone = 'UTC'")
    bare.execute(f"CREATE MACRO local_day(t) AS {snapshot.local_day('t')}")
    listed = ", ".join(f"'{path}'" for path in files)
    bare.execute(f"CREATE VIEW matches AS SELECT * FROM read_parquet([{listed}], hive_types = {{'query_id': BIGINT}})")
    bound = metric("share_of_voice_daily_raw").bound(values)
    slow_sql = metric("share_of_voice_daily_raw").sql.replace(
        "local_day(created_at)", f"CAST(created_at AT TIME ZONE '{lake.zone}' AS DATE)"
    )

    def plain() -> pa.Table:
        return bare.sql(metric("share_of_voice_daily_raw").sql, params=bound).to_arrow_table()

    def by_engine() -> pa.Table:
        return bare.sql(slow_sql, params=bound).to_arrow_table()

    days = {"first": dt.date(2023, 12, 1), "last": dt.date(2025, 2, 1)}

    def fast() -> pa.Table:
        connection = lake.snapshot().connect(threads=threads)
        result = metric("share_of_voice_daily_fast").run(connection, own=own, competitors=competitors, **days)
        connection.close()
        return result

    open_connection = lake.snapshot().connect(threads=threads)

    def fast_open() -> pa.Table:
        return metric("share_of_voice_daily_fast").run(open_connection, own=own, competitors=competitors, **days)

    def full() -> pa.Table:
        return metric("share_of_voice").run(open_connection, **values)

    assert product().drop_columns(["low", "high"]).equals(plain())
    assert plain().equals(by_engine())
    assert fast().equals(product())
    seconds = {call.__name__: median(call) for call in (product, plain, by_engine, fast, fast_open)}
    whole, base, quick = seconds["product"], seconds["plain"], seconds["fast"]
    print(f"share of voice per day over {snapshot.rows('matches'):,} matches in {len(files)} files, {threads} threads")
    print(f"  product path (snapshot, connect, query)      {whole}")
    print(f"  same SQL on bare DuckDB, connection open     {base}")
    print(
        f"    product / bare                             {whole.wall / base.wall:8.2f}    {whole.cpu / base.cpu:8.2f}"
    )
    print(f"  bare DuckDB with AT TIME ZONE                {seconds['by_engine']}")
    print(f"  daily counts (snapshot, connect, query)      {quick}")
    print(
        f"    product path / daily counts                {whole.wall / quick.wall:8.1f}    {whole.cpu / quick.cpu:8.1f}"
    )
    print(f"  daily counts, connection open                {seconds['fast_open']}")
    print(f"K01 with clusters and authors over the year    {median(full, 3)}")
    open_connection.close()
    bare.close()


def corrections(lake: Lake, threads: int) -> None:
    dice = np.random.default_rng(5)
    ids = ids_of(dice.choice(lake.snapshot().rows("matches") // 3, 2000, replace=False))
    overlay = pa.table({"mention_id": ids, "sentiment": ["positive"] * 1000 + [None] * 1000,
                        "relevant": [None] * 1000 + [False] * 1000}, schema=CORRECTION_SCHEMA)  # fmt: skip

    def connect() -> None:
        lake.snapshot().connect(threads=threads, overlay=overlay).close()

    connection = lake.snapshot().connect(threads=threads, overlay=overlay)
    values = {"own": [0], "competitors": list(range(1, QUERIES))}
    days = {"first": dt.date(2023, 12, 1), "last": dt.date(2025, 2, 1)}
    print("with 2,000 corrections")
    print(f"  connect                                      {median(connect, 3)}")
    fast = median(lambda: metric("share_of_voice_daily_fast").run(connection, **values, **days))
    slow = median(lambda: metric("share_of_voice_daily_raw").run(connection, **values, **PERIOD), 3)
    print(f"  daily counts, connection open                {fast}")
    print(f"  share of voice per day from the matches      {slow}")
    connection.close()


def appends(lake: Lake, stored: int, times: int = 15) -> None:
    """Appends of fresh batches to a store whose index knows `stored` ids; then the dedupe alone, two ways."""
    dice = np.random.default_rng(9)
    for size in (100, 10_000):
        batches = [posts(10**9 + size * 1000 + number * size, size, 10**7, dice) for number in range(2 * times)]
        appended = median(partial(append, lake, iter(batches)), times)
        print(f"append of {size:,} posts to a store of {stored:,}   {appended}")
        matched = median(partial(put, lake, iter(batches)), times)
        print(f"put of {size:,} matches, daily counts kept up   {matched}")


def append(lake: Lake, waiting: Iterator[pa.Table]) -> None:
    batch = next(waiting)
    assert lake.append(batch, ingest_id=str(batch["id"][0])).appended == batch.num_rows


def put(lake: Lake, waiting: Iterator[pa.Table]) -> None:
    batch = next(waiting)
    found = batch.rename_columns(["mention_id", *batch.column_names[1:]]).drop_columns(["text"])
    lake.put_matches(found, query_id=99, query_version=1, ingest_id=str(batch["id"][0]))


def dedupe(lake: Lake) -> None:
    """Are 10,000 ids known? By the key index, and by a semi-join over the stored column."""
    dice = np.random.default_rng(3)
    batch = posts(10**9, 10_000, 10**7, dice)["id"].combine_chunks()
    index = lake._mention_keys
    by_index = median(lambda: index.contains(keys_of(batch)))
    connection = lake.snapshot().connect()
    listed = "SELECT unnest($ids) AS id"
    ids = batch.to_pylist()
    by_join = median(
        lambda: connection.execute(f"SELECT count(*) FROM mentions WHERE id IN ({listed})", {"ids": ids}).fetchall(), 3
    )
    connection.close()
    print(f"which of 10,000 ids are among {len(index):,}: by the index   {by_index}")
    print(f"  by a semi-join over the stored ids           {by_join}")


def main() -> None:
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--rows", type=lambda text: int(text.replace("_", "")), default=1_000_000)
    asks.add_argument("--threads", type=int, default=2)
    asks.add_argument("--zone", default="Europe/Berlin")
    asked = asks.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder) / "lake", zone=asked.zone)
        begun = time.perf_counter()
        for query in range(QUERIES):
            lake.replace_matches(query, 1, of_query(query, asked.rows))
        print(f"matches stored, indexed and counted by day in {time.perf_counter() - begun:.1f} s")
        begun = time.perf_counter()
        lake.refresh_daily(rebuild=True)
        rebuilt = time.perf_counter() - begun
        print(f"daily counts rebuilt in {rebuilt:.2f} s, {rebuilt / DAYS * 1e3:.1f} ms a day, "
              f"{lake.snapshot().rows('daily'):,} rows")  # fmt: skip
        share_of_voice(lake, asked.threads)
        corrections(lake, asked.threads)
        begun = time.perf_counter()
        dice = np.random.default_rng(1)
        for number, first in enumerate(range(0, asked.rows, BATCH)):
            n = min(BATCH, asked.rows - first)
            lake.append(posts(first, n, asked.rows, dice), ingest_id=f"load-{number}")
        print(f"posts generated and stored in {time.perf_counter() - begun:.1f} s")
        appends(lake, asked.rows)
        dedupe(lake)
        begun, worked = time.perf_counter(), time.process_time()
        erased = lake.erase(ids=[str(ids_of(np.array([5]))[0])])
        print(
            f"one post erased from the disk in {time.perf_counter() - begun:.2f} s, "
            f"{time.process_time() - worked:.2f} s of the processor "
            f"({erased.mentions} + {erased.matches} rows)"
        )


if __name__ == "__main__":
    main()
