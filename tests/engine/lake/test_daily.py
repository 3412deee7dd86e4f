"""The daily counts equal a plain recount after anything that can happen to the matches."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.lake import DAILY_SCHEMA, Lake, LakeInputError

COUNTS = """
    SELECT query_id, day, platform, lang, sentiment, is_reshare, suspected, sum(count)::BIGINT
    FROM daily GROUP BY ALL ORDER BY ALL
"""
RECOUNT = """
    SELECT query_id, local_day(created_at), platform, lang, sentiment, kind = 'reshare', suspected IS NOT NULL, count(*)
    FROM matches GROUP BY ALL ORDER BY ALL
"""


def put(lake, rows, query=1, version=1, ingest="a"):
    return lake.put_matches(rows, query_id=query, query_version=version, ingest_id=ingest)


def check(lake, fetch):
    """The daily table is up to date and says what the matches say."""
    assert lake.snapshot().daily_current
    counted = fetch(lake, COUNTS)
    assert counted == fetch(lake, RECOUNT)
    return counted


def test_counts_are_those_of_plain_python(lake, posts, matches_of):
    rows = posts(range(120))
    put(lake, matches_of(rows))
    berlin = ZoneInfo("Europe/Berlin")
    expected = Counter(
        (
            1,
            row["created_at"].astimezone(berlin).date(),
            row["platform"],
            row["lang"],
            row["sentiment"],
            row["kind"] == "reshare",
            row["suspected"] is not None,
        )
        for row in rows.to_pylist()
    )
    table = lake.daily()
    assert table.schema == DAILY_SCHEMA
    assert {tuple(row.values())[:-1]: row["count"] for row in table.to_pylist()} == expected


def test_hours_of_a_clock_change_count_on_their_local_day(lake, posts, matches_of):
    rows = posts(range(24 * 4), start=dt.datetime(2024, 3, 29, 23, tzinfo=dt.UTC))  # 30 March, 00:00 in Berlin
    put(lake, matches_of(rows))
    days = Counter()
    for row in lake.daily().to_pylist():
        days[row["day"].isoformat()] += row["count"]
    assert days == {"2024-03-30": 24, "2024-03-31": 23, "2024-04-01": 24, "2024-04-02": 24, "2024-04-03": 1}


def test_counts_follow_appends_replacements_drops_and_erasures(lake, posts, matches_of, fetch):
    lake.append(posts(range(60)), ingest_id="a")
    put(lake, matches_of(posts(range(40))))
    check(lake, fetch)
    put(lake, matches_of(posts(range(60))), ingest="b")
    put(lake, matches_of(posts(range(0, 60, 2))), query=2)
    check(lake, fetch)
    lake.replace_matches(1, 2, [matches_of(posts(range(30, 50)))])
    check(lake, fetch)
    lake.erase(ids=["p30", "p44"])
    assert sum(row[-1] for row in check(lake, fetch)) == 18 + 28
    lake.erase(author="author-3")
    check(lake, fetch)
    lake.compact(grace_hours=0)
    check(lake, fetch)
    lake.drop_query(2)
    assert {row[0] for row in check(lake, fetch)} == {1}


def test_many_appends_keep_few_files(lake, posts, matches_of, fetch):
    for number in range(30):
        put(lake, matches_of(posts(range(number * 3, number * 3 + 5))), ingest=str(number))
    assert len(lake.snapshot().files("daily")) <= 12
    check(lake, fetch)


def test_only_touched_days_are_counted_again(lake, posts, matches_of, fetch, monkeypatch):
    put(lake, matches_of(posts(range(100))))
    put(lake, matches_of(posts(range(100, 110))), query=2)
    from fourleaf.engine.lake.daily import DailyCounts

    counted = []
    original = DailyCounts._count
    monkeypatch.setattr(
        DailyCounts,
        "_count",
        lambda self, matches, actions: (
            counted.append(sum(actions["num_records"].to_pylist())) or original(self, matches, actions)
        ),
    )
    lake.replace_matches(2, 2, [matches_of(posts(range(100, 105)))])
    assert sum(counted) == 5
    check(lake, fetch)


def test_a_crash_before_the_counts_costs_time_and_no_figure(lake, posts, matches_of, fetch, monkeypatch):
    put(lake, matches_of(posts(range(40))))
    monkeypatch.setattr(lake._daily, "refresh", lambda: None)  # as if the process had died here
    put(lake, matches_of(posts(range(60))), ingest="b")
    monkeypatch.undo()
    assert not lake.snapshot().daily_current
    assert fetch(lake, COUNTS) == fetch(lake, RECOUNT)
    assert lake.refresh_daily()
    assert not lake.refresh_daily()
    check(lake, fetch)


def test_another_zone_counts_everything_again(lake, posts, matches_of, fetch, tmp_path):
    put(lake, matches_of(posts(range(100))))
    berlin = check(lake, fetch)
    auckland = Lake(tmp_path / "lake", zone="Pacific/Auckland")
    assert not auckland.snapshot().daily_current
    assert fetch(auckland, COUNTS) == fetch(auckland, RECOUNT)  # right even before
    assert auckland.refresh_daily()
    assert check(auckland, fetch) != berlin
    assert not lake.snapshot().daily_current
    lake.refresh_daily()
    assert check(lake, fetch) == berlin


def test_a_rebuild_gives_the_same(lake, posts, matches_of, fetch):
    put(lake, matches_of(posts(range(100))))
    put(lake, matches_of(posts(range(50, 150))), ingest="b")
    before = check(lake, fetch)
    assert lake.refresh_daily(rebuild=True)
    assert check(lake, fetch) == before
    assert len(lake.snapshot().files("daily")) == 1


def test_ranges_and_queries_narrow_the_counts(lake, posts, matches_of):
    put(lake, matches_of(posts(range(100))))
    put(lake, matches_of(posts(range(100))), query=2)
    day = dt.date(2024, 3, 31)
    rows = lake.daily(query_ids=[2], first=day, last=day).to_pylist()
    assert {(row["query_id"], row["day"]) for row in rows} == {(2, day)}
    assert sum(row["count"] for row in rows) == 23


def test_a_range_that_cuts_a_day_is_still_exact(lake, posts, matches_of, fetch):
    put(lake, matches_of(posts(range(100))))
    since = dt.datetime(2024, 3, 31, 9, 30, tzinfo=dt.UTC)
    rows = fetch(lake, COUNTS, since=since)
    assert rows == fetch(lake, RECOUNT, since=since)
    assert sum(row[-1] for row in rows) == 100 - 22


def test_a_time_without_zone_is_refused(lake, posts, matches_of):
    put(lake, matches_of(posts(range(3))))
    with pytest.raises(LakeInputError, match="without a time zone"):
        lake.snapshot().connect(since=dt.datetime(2024, 1, 1))  # noqa: DTZ001 - this is what must fail


steps = st.lists(
    st.tuples(
        st.sampled_from(["put", "replace", "erase", "drop", "compact"]),
        st.integers(1, 2),
        st.integers(0, 8),
        st.integers(1, 8),
    ),
    min_size=1,
    max_size=5,
)


@given(steps)
@settings(max_examples=12, deadline=None)
def test_any_history_of_writes_counts_right(history):
    """Against a model: a set of mention numbers for each query."""
    model: dict[int, set[int]] = {}
    at = dt.datetime(2024, 10, 26, 18, tzinfo=dt.UTC)

    def rows(numbers):
        import pyarrow as pa

        moments = [at + dt.timedelta(hours=5 * n) for n in numbers]
        return pa.table(
            {
                "mention_id": pa.array([f"p{n}" for n in numbers], pa.string()),
                "created_at": pa.array(moments, pa.timestamp("us", tz="UTC")),
                "platform": pa.array(["forum"] * len(numbers), pa.string()),
                "kind": pa.array(["post"] * len(numbers), pa.string()),
            }
        )

    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(folder, zone="Europe/Berlin")
        for step, (action, query, first, length) in enumerate(history):
            numbers = range(first, first + length)
            if action == "put":
                lake.put_matches(rows(numbers), query_id=query, query_version=9, ingest_id=str(step))
                model.setdefault(query, set()).update(numbers)
            elif action == "replace":
                lake.replace_matches(query, 9, [rows(numbers)])
                model[query] = set(numbers)
            elif action == "erase":
                lake.erase(ids=[f"p{n}" for n in numbers])
                model = {key: kept - set(numbers) for key, kept in model.items()}
            elif action == "drop":
                lake.drop_query(query)
                model.pop(query, None)
            else:
                lake.compact(grace_hours=0)
        expected = Counter(
            (query, (at + dt.timedelta(hours=5 * n)).astimezone(ZoneInfo("Europe/Berlin")).date())
            for query, numbers in model.items()
            for n in numbers
        )
        snapshot = lake.snapshot()
        assert snapshot.daily_current or not lake.location.folder.joinpath("matches").exists()
        connection = snapshot.connect()
        counted = connection.execute("SELECT query_id, day, sum(count)::BIGINT FROM daily GROUP BY ALL").fetchall()
        connection.close()
        assert {(query, day): count for query, day, count in counted} == expected
