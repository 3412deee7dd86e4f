"""Share of voice against the domain's vector and a plain recount."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.metrics import metric, wilson

START = dt.datetime(2024, 3, 30, tzinfo=dt.UTC)
SINCE, UNTIL = START, START + dt.timedelta(days=20)
PERIOD = {"since": SINCE, "until": UNTIL}

matches = st.lists(
    st.fixed_dictionaries(
        {
            "query_id": st.integers(1, 5),
            "mention_id": st.integers(0, 30).map(str),
            "created_at": st.integers(-30, 500).map(lambda hours: START + dt.timedelta(hours=hours)),
            "platform": st.sampled_from(["forum", "video"]),
            "author": st.sampled_from([None, "a", "b", "C", "own"]),
            "kind": st.sampled_from(["post", "reshare"]),
            "cluster": st.sampled_from([None, 1, 2, 3]),
            "suspected": st.sampled_from([None, "posts every minute"]),
        }
    ),
    max_size=40,
)
queries = st.lists(st.integers(1, 5), max_size=3, unique=True)


def distinct(rows, variant):
    """The plain definition of the three versions for the rows of one side."""
    if variant == "raw":
        return len(rows)
    if variant == "clusters":
        known = {row["cluster"] for row in rows if row["cluster"] is not None}
        return len(known) + sum(row["cluster"] is None for row in rows)
    return len({(row["platform"], row["author"]) for row in rows if row["author"] is not None})


def recount(rows, own, competitors, variant):
    rivals = [query for query in competitors if query not in own]
    mine = distinct([row for row in rows if row["query_id"] in own], variant)
    theirs = sum(distinct([row for row in rows if row["query_id"] == query], variant) for query in rivals)
    return mine, theirs


def test_the_domains_vector(views):
    rows = [{"query_id": query} for query, n in ((1, 120), (2, 200), (3, 80)) for _ in range(n)]
    result = metric("K01").run(views(rows), own=[1], competitors=[2, 3], **PERIOD).to_pylist()
    raw = result[0]
    assert (raw["variant"], raw["own"], raw["competitors"], raw["total"]) == ("raw", 120, 280, 400)
    assert raw["share"] == pytest.approx(0.30)
    assert (raw["low"], raw["high"]) == wilson(120, 400)


@given(matches, queries, queries, st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_all_versions_equal_a_plain_recount(views, rows, own, competitors, reshares, suspected, without_own):
    accounts = ["@OWN", "c"] if without_own else []
    result = metric("share_of_voice").run(
        views(rows), own=own, competitors=competitors, reshares=reshares, suspected=suspected, own_accounts=accounts,
        **PERIOD,
    )  # fmt: skip
    kept = [
        row
        for row in rows
        if SINCE <= row["created_at"] < UNTIL
        and (reshares or row["kind"] != "reshare")
        and (suspected or row["suspected"] is None)
        and not (without_own and row["author"] in ("own", "C"))
    ]
    for row in result.to_pylist():
        mine, theirs = recount(kept, own, competitors, row["variant"])
        assert (row["own"], row["competitors"], row["total"]) == (mine, theirs, mine + theirs)
        assert row["share"] == (mine / (mine + theirs) if mine + theirs else None)
        assert (row["low"], row["high"]) == wilson(mine, mine + theirs)


@given(matches, queries, queries, st.booleans(), st.booleans())
@settings(max_examples=25, deadline=None)
def test_each_day_equals_a_plain_recount(views, rows, own, competitors, reshares, suspected):
    chosen = {"own": own, "competitors": competitors, "reshares": reshares, "suspected": suspected}
    connection = views(rows)
    days = defaultdict(list)
    for row in rows:
        counts = (reshares or row["kind"] != "reshare") and (suspected or row["suspected"] is None)
        if SINCE <= row["created_at"] < UNTIL and counts and row["query_id"] in {*own, *competitors}:
            days[row["created_at"].astimezone(ZoneInfo("Europe/Berlin")).date()].append(row)
    result = metric("share_of_voice_daily").run(connection, **chosen, **PERIOD).to_pylist()
    assert [row["day"] for row in result] == sorted(days)
    for row in result:
        for variant, mine, total in (
            ("raw", row["own"], row["total"]),
            ("clusters", row["own_clusters"], row["total_clusters"]),
            ("authors", row["own_authors"], row["total_authors"]),
        ):
            expected = recount(days[row["day"]], own, competitors, variant)
            assert (mine, total) == (expected[0], sum(expected))
    plain = metric("share_of_voice_daily_raw").run(connection, **chosen, **PERIOD)
    assert plain.to_pylist() == [{name: row[name] for name in plain.column_names} for row in result]


@given(matches, queries, queries, st.booleans(), st.booleans())
@settings(max_examples=25, deadline=None)
def test_the_daily_counts_give_the_same_for_whole_days(views, rows, own, competitors, reshares, suspected):
    chosen = {"own": own, "competitors": competitors, "reshares": reshares, "suspected": suspected}
    connection = views(rows)
    berlin = {"since": START - dt.timedelta(hours=1), "until": START + dt.timedelta(days=10, hours=-2)}
    slow = metric("share_of_voice_daily_raw").run(connection, **chosen, **berlin)
    fast = metric("share_of_voice_daily_fast").run(
        connection, **chosen, first=dt.date(2024, 3, 30), last=dt.date(2024, 4, 8)
    )
    assert fast.to_pylist() == slow.to_pylist()


@pytest.mark.parametrize(
    ("own", "competitors", "share"), [([], [1], 0.0), ([1], [], 1.0), ([], [], None), ([9], [8], None), ([9], [1], 0.0)]
)
def test_missing_sides_are_defined(views, own, competitors, share):
    rows = [{"author": "a", "cluster": 1}, {"author": "b", "cluster": 2}]
    result = metric("K01").run(views(rows), own=own, competitors=competitors, **PERIOD).to_pylist()
    assert [row["share"] for row in result] == [share] * 3


def test_parts_of_each_query(views):
    rows = [
        {"query_id": 1, "author": "a", "cluster": 7},
        {"query_id": 1, "author": "a", "cluster": 7},
        {"query_id": 1, "author": None, "cluster": None},
        {"query_id": 2, "author": "b", "cluster": None, "kind": "reshare"},
    ]
    result = metric("voice_by_query").run(views(rows), queries=[1, 2, 3], **PERIOD).to_pylist()
    assert [tuple(row.values()) for row in result] == [(1, 3, 2, 1), (2, 1, 1, 1)]
    without = metric("voice_by_query").run(views(rows), queries=[2], reshares=False, **PERIOD)
    assert without.num_rows == 0
