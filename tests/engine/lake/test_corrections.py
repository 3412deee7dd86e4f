"""Corrections by people count everywhere, and the daily counts equal a full recount."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from fourleaf.engine.lake import CORRECTION_SCHEMA, LakeInputError

COUNTS = """
    SELECT query_id, day, platform, lang, sentiment, is_reshare, suspected, sum(count)::BIGINT
    FROM daily GROUP BY ALL ORDER BY ALL
"""
RECOUNT = """
    SELECT query_id, local_day(created_at), platform, lang, sentiment, kind = 'reshare', suspected IS NOT NULL, count(*)
    FROM matches GROUP BY ALL ORDER BY ALL
"""


@pytest.fixture
def filled(lake, posts, matches_of):
    rows = posts(range(60))
    lake.append(rows, ingest_id="a")
    lake.put_matches(matches_of(rows), query_id=1, query_version=1, ingest_id="a")
    lake.put_matches(matches_of(rows.slice(10, 20)), query_id=2, query_version=1, ingest_id="a")
    return lake


def overlay(*rows):
    return pa.Table.from_pylist(
        [dict(zip(CORRECTION_SCHEMA.names, row, strict=True)) for row in rows], schema=CORRECTION_SCHEMA
    )


SOME = overlay(
    ("p3", "positive", None),  # had no sentiment
    ("p12", "positive", None),  # was negative, in both queries
    ("p13", None, False),  # not relevant, in both
    ("p14", "negative", True),
    ("p20", "negative", False),
    ("p21", None, None),  # nothing corrected
    ("gone", "neutral", None),  # no such mention
)


def test_sentiment_is_replaced_everywhere(filled, fetch):
    asked = "WHERE {} IN ('p3', 'p12', 'p14', 'p21', 'p22') ORDER BY 1, 2"
    assert fetch(filled, f"SELECT id, sentiment FROM mentions {asked.format('id')}", overlay=SOME) == [
        ("p12", "positive"),
        ("p14", "negative"),
        ("p21", "neutral"),
        ("p22", "positive"),
        ("p3", "positive"),
    ]
    assert fetch(filled, "SELECT sentiment FROM matches WHERE mention_id = 'p12'", overlay=SOME) == [("positive",)] * 2


def test_what_is_not_relevant_counts_for_no_query_and_is_still_a_mention(filled, fetch):
    assert fetch(filled, "SELECT count(*) FROM matches", overlay=SOME) == [(76,)]
    assert fetch(filled, "SELECT count(*) FROM matches WHERE mention_id IN ('p13', 'p20')", overlay=SOME) == [(0,)]
    assert fetch(filled, "SELECT count(*) FROM mentions WHERE id IN ('p13', 'p20')", overlay=SOME) == [(2,)]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"query_ids": [2]},
        {"since": dt.datetime(2024, 3, 30, 23, tzinfo=dt.UTC), "until": dt.datetime(2024, 3, 31, 22, tzinfo=dt.UTC)},
        {"since": dt.datetime(2024, 3, 31, 0, 17, tzinfo=dt.UTC)},
    ],
)
def test_daily_counts_equal_a_full_recount(filled, fetch, options):
    assert filled.snapshot().daily_current
    counted = fetch(filled, COUNTS, overlay=SOME, **options)
    assert counted == fetch(filled, RECOUNT, overlay=SOME, **options)
    assert counted != fetch(filled, RECOUNT, **options)


def test_daily_counts_equal_plain_python(filled, fetch, posts):
    corrected = {row["mention_id"]: row for row in SOME.to_pylist()}
    expected: Counter[tuple[object, ...]] = Counter()
    for n, row in enumerate(posts(range(60)).to_pylist()):
        correction = corrected.get(row["id"], {"sentiment": None, "relevant": None})
        if correction["relevant"] is False:
            continue
        day = row["created_at"].astimezone(ZoneInfo("Europe/Berlin")).date()
        for query in (1, 2) if 10 <= n < 30 else (1,):
            expected[(query, day, correction["sentiment"] or row["sentiment"])] += 1
    rows = fetch(filled, "SELECT query_id, day, sentiment, sum(count)::BIGINT FROM daily GROUP BY ALL", overlay=SOME)
    assert {row[:3]: row[3] for row in rows} == expected


def test_no_corrections_change_nothing(filled, fetch):
    empty = CORRECTION_SCHEMA.empty_table()
    for sql in ("SELECT * FROM mentions ORDER BY id", COUNTS):
        assert fetch(filled, sql, overlay=empty) == fetch(filled, sql)


def test_corrections_survive_a_new_import_of_the_matches(filled, fetch, matches_of, posts):
    before = fetch(filled, RECOUNT, overlay=SOME)
    filled.replace_matches(1, 2, [matches_of(posts(range(60)))])
    assert fetch(filled, RECOUNT, overlay=SOME) == before
    assert fetch(filled, COUNTS, overlay=SOME) == before


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("p1", "negative", None), ("p1", None, False)], "names? a mention twice"),
        ([("p1", "angry", None)], "'angry'; known are negative, neutral, positive"),
    ],
)
def test_corrections_that_make_no_sense_are_refused(filled, rows, words):
    with pytest.raises(LakeInputError, match=words):
        filled.snapshot().connect(overlay=overlay(*rows))
