"""Writers killed at any moment lose nothing and double nothing."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from fourleaf.engine.lake import Lake

BATCHES, ROWS, OVERLAP = 60, 40, 10
SECONDS = 9.0

WRITER = """
import sys, datetime as dt
import pyarrow as pa
from fourleaf.engine.lake import Lake
from fourleaf.engine.posts import MATCH_SCHEMA

root, batches, rows, overlap = sys.argv[1], *map(int, sys.argv[2:])
lake = Lake(root)
start = dt.datetime(2024, 1, 30, tzinfo=dt.UTC)
print("ready", flush=True)
for number in range(batches):
    first = number * (rows - overlap)
    ids = [f"p{n}" for n in range(first, first + rows)]
    table = pa.table({
        "id": ids, "platform": ["forum"] * rows, "kind": ["post"] * rows, "text": [f"text of {i}" for i in ids],
        "created_at": pa.array([start + dt.timedelta(hours=n) for n in range(first, first + rows)],
                               pa.timestamp("us", tz="UTC")),
    })
    lake.append(table, ingest_id=f"batch-{number}")
    matches = table.rename_columns(["mention_id", *table.column_names[1:]]).drop_columns(["text"])
    lake.put_matches(matches, query_id=1, query_version=1, ingest_id=f"batch-{number}")
    if number % 20 == 19:
        lake.compact()
print("done", flush=True)
"""


@pytest.mark.slow
def test_killed_writers_lose_nothing_and_double_nothing(tmp_path, fetch):
    root = tmp_path / "lake"
    command = [sys.executable, "-c", WRITER, str(root), str(BATCHES), str(ROWS), str(OVERLAP)]
    dice = random.Random(20240330)
    begun, kills, done = time.monotonic(), 0, False
    while not done:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            if kills < 3 or time.monotonic() - begun < SECONDS:
                try:
                    writer.wait(timeout=dice.uniform(0.01, 0.5))
                except subprocess.TimeoutExpired:
                    writer.send_signal(signal.SIGKILL)
                    kills += 1
            done = writer.wait(timeout=60) == 0
    assert kills >= 3, "the writer was done before it could be killed often enough for the test to mean anything"

    lake = Lake(root)
    lake.compact(grace_hours=0)  # clears away what the killed writers left
    expected = Counter(f"p{n}" for n in range((BATCHES - 1) * (ROWS - OVERLAP) + ROWS))
    assert Counter(row[0] for row in fetch(lake, "SELECT id FROM mentions")) == expected
    assert Counter(row[0] for row in fetch(lake, "SELECT mention_id FROM matches")) == expected
    lake.refresh_daily()
    assert lake.snapshot().daily_current
    assert fetch(lake, "SELECT sum(count) FROM daily") == [(len(expected),)]
    for table in ("mentions", "matches"):
        on_disk = {str(path) for path in (root / table).rglob("*.parquet") if "_delta_log" not in path.parts}
        assert on_disk == set(lake.snapshot().files(table))
