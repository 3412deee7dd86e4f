"""Sentiment, mixes, authors, words and the report's foot against plain recounts."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.lake import Lake
from fourleaf.engine.metrics import metric, net_share, report_footer, wilson

START = dt.datetime(2024, 3, 30, tzinfo=dt.UTC)
SINCE, UNTIL = START, START + dt.timedelta(days=20)
PERIOD = {"since": SINCE, "until": UNTIL}
DAYS = {"first": dt.date(2024, 3, 1), "last": dt.date(2024, 5, 1)}


def test_sentiment_by_day_and_in_all(views):
    day = dt.timedelta(days=1)
    rows = (
        [{"sentiment": "positive"}] * 6
        + [{"sentiment": "negative"}] * 2
        + [{"sentiment": "neutral"}] * 8
        + [{"sentiment": None}, {"sentiment": "negative", "kind": "reshare"}]
        + [{"sentiment": "negative", "created_at": START + day}] * 3
    )
    first, second = metric("sentiment_daily").run(views(rows), queries=[1], **DAYS).to_pylist()
    assert (first["negative"], first["neutral"], first["positive"], first["unjudged"]) == (2, 8, 6, 1)
    assert (first["net_of_opinions"], first["net"], first["neutral_share"]) == (0.5, 0.25, 0.5)
    assert (first["low"], first["high"]) == net_share(6, 2, 16)
    assert (second["net_of_opinions"], second["net"], second["unjudged"]) == (-1.0, -1.0, 0)
    (overall,) = metric("K04").run(views(rows), queries=[1], **DAYS).to_pylist()
    assert (overall["negative"], overall["judged"], overall["net"]) == (5, 19, pytest.approx(1 / 19))
    (repeated,) = metric("K04").run(views(rows), queries=[1], reshares=True, **DAYS).to_pylist()
    assert repeated["negative"] == 6


def test_only_neutral_has_no_net_of_opinions(views):
    (row,) = metric("K04").run(views([{"sentiment": "neutral"}]), queries=[1], **DAYS).to_pylist()
    assert (row["net_of_opinions"], row["net"]) == (None, 0.0)


def test_mentions_by_day_follow_the_local_day(views):
    rows = [{"created_at": START + dt.timedelta(hours=hour)} for hour in (0, 22.9, 23, 46)]
    result = metric("K03").run(views(rows), queries=[1], **DAYS).to_pylist()
    assert [(row["day"].day, row["mentions"]) for row in result] == [(30, 2), (31, 1), (1, 1)]


@given(
    st.lists(st.tuples(st.sampled_from(["forum", "video", "web"]), st.sampled_from([None, "en", "und"])), max_size=30)
)
@settings(max_examples=25, deadline=None)
def test_mixes_equal_a_plain_recount(views, rows):
    connection = views([{"platform": platform, "lang": lang} for platform, lang in rows])
    for key, column, place in (("platform_mix", "platform", 0), ("language_mix", "lang", 1)):
        result = metric(key).run(connection, queries=[1], **DAYS).to_pylist()
        assert {row[column]: row["posts"] for row in result} == Counter(row[place] for row in rows)
        for row in result:
            assert row["share"] == row["posts"] / len(rows)
            assert (row["low"], row["high"]) == wilson(row["posts"], len(rows))


def test_the_busiest_hundredth(views):
    rows = [{"author": "busy"}] * 30 + [{"author": f"a{n}"} for n in range(150)] + [{"author": None}] * 5
    rows += [{"author": "second", "suspected": "why", "lang": "de"}] * 20 + [{"author": "third", "lang": "und"}] * 3
    (row,) = metric("R03").run(views(rows), queries=[1], **PERIOD).to_pylist()
    # 153 authors: the busiest two
    assert row["top_share"] == pytest.approx(50 / 203)
    assert (row["posts"], row["authors"], row["without_author"]) == (208, 153, 5)
    assert (row["suspected"], row["platforms"], row["languages"]) == (20, 1, 1)


def test_a_post_found_by_two_queries_is_one_post(views):
    rows = [{"mention_id": "m", "author": "a", "query_id": query} for query in (1, 2)]
    (row,) = metric("R03").run(views(rows), queries=[1, 2], **PERIOD).to_pylist()
    assert (row["posts"], row["authors"], row["top_share"]) == (1, 1, 1.0)


def test_three_ranks_of_authors_and_never_one(views):
    def post(n, author, **fields):
        return {"id": f"m{n}", "author": author, "created_at": START + dt.timedelta(days=1), **fields}

    mentions = [
        post(0, "reach", author_followers=9000, shares=0),
        post(1, "echo", author_followers=10, shares=50),
        post(2, "echo", author_followers=10, shares=None),
        post(3, "quiet", shares=1, views=700),
        post(4, "reach", author_followers=9000),  # off topic
        post(5, "reach", author_followers=9000, created_at=START - dt.timedelta(days=200)),  # off topic, long ago
        post(6, "echo", author_followers=10, kind="reshare"),
        post(7, "unknown", shares=None),
    ]
    matches = [{"mention_id": f"m{n}", "created_at": START + dt.timedelta(days=1)} for n in (0, 1, 2, 3, 6, 7)]
    result = metric("R04").run(views(matches, mentions), queries=[1], **PERIOD)
    assert not any("score" in name for name in result.column_names)
    found = {row["author"]: row for row in result.to_pylist()}
    assert [row["author"] for row in result.to_pylist()] == ["echo", "quiet", "reach", "unknown"]
    assert {name: row["posts"] for name, row in found.items()} == {"echo": 2, "quiet": 1, "reach": 1, "unknown": 1}
    assert [found[name]["reach"] for name in ("reach", "quiet", "echo", "unknown")] == [9000, 700, 10, None]
    assert [found[name]["reach_rank"] for name in ("reach", "quiet", "echo", "unknown")] == [1.0, 0.5, 0.0, None]
    assert [found[name]["resonance"] for name in ("echo", "quiet", "reach", "unknown")] == [50.0, 1.0, 0.0, None]
    assert [found[name]["resonance_rank"] for name in ("echo", "quiet", "reach", "unknown")] == [1.0, 0.5, 0.0, None]
    assert [found[name]["relevance"] for name in ("echo", "reach")] == [1.0, 0.5]
    assert found["reach"]["relevance_rank"] == 0.0
    few = metric("R04").run(views(matches, mentions), queries=[1], min_posts=2, **PERIOD)
    assert few["author"].to_pylist() == ["echo"]
    assert metric("R04").run(views(matches, mentions), queries=[1], top=2, **PERIOD).num_rows == 2


BEFORE = {"before_since": START - dt.timedelta(days=20), "before_until": START}


def words_metric(views, now, before, **options):
    texts = [(text, START + dt.timedelta(days=1)) for text in now] + [
        (text, START - dt.timedelta(days=1)) for text in before
    ]
    mentions = [{"text": text, "created_at": moment} for text, moment in texts]
    matches = [{"created_at": moment} for _, moment in texts]
    connection = views(matches, mentions)
    return metric("R05").run(connection, queries=[1], **PERIOD, **BEFORE, **options).to_pylist()


def test_words_that_rose_come_first_and_common_words_fall_out(views):
    now = ["the river floods the mill"] * 20 + ["the mill stands"] * 20
    before = ["the mill stands"] * 40
    result = words_metric(views, now, before)
    assert [row["term"] for row in result[:2]] == ["floods", "river"]
    assert all(row["z"] > 1.96 for row in result[:2])
    assert not {row["term"] for row in result} & {"mill", "stands"}
    assert next((row["z"] for row in result if row["term"] == "the"), 0.0) < 1.96


def test_hashtags_are_words_and_links_and_handles_are_not(views):
    now = ["#FloodWatch at https://example.test/river?x=1 says @mill.keeper don’t über-naïve 水 日本"] * 9
    found = {row["term"] for row in words_metric(views, now, ["quiet words"] * 9)}
    assert found == {"#floodwatch", "at", "says", "don’t", "über-naïve", "日本"}


def test_rare_words_and_empty_periods(views):
    assert words_metric(views, ["rare word"] * 4, ["other things"] * 9) == []
    assert {row["term"] for row in words_metric(views, ["rare word"] * 5, [])} == set()
    assert words_metric(views, [], ["word here"] * 9) == []
    assert words_metric(views, ["single"] * 9, []) == []


@given(
    st.lists(st.lists(st.sampled_from(["aa", "bb", "cc", "#dd"]), max_size=4), max_size=12),
    st.lists(st.lists(st.sampled_from(["aa", "bb", "cc", "ee"]), max_size=4), max_size=12),
    st.sampled_from([10.0, 500.0]),
)
@settings(max_examples=30, deadline=None)
def test_log_odds_equal_the_published_formula(views, now, before, prior):
    counted = [Counter(word for words in texts for word in set(words)) for texts in (now, before)]
    all_now, all_before = (sum(counts.values()) for counts in counted)
    expected = {}
    for word in set(counted[0]) | set(counted[1]):
        i, j = counted[0][word], counted[1][word]
        if i + j == all_now + all_before or i < 2:
            continue
        a = prior * (i + j) / (all_now + all_before)
        delta = math.log((i + a) / (all_now + prior - i - a)) - math.log((j + a) / (all_before + prior - j - a))
        if delta > 1e-9:
            expected[word] = delta / math.sqrt(1 / (i + a) + 1 / (j + a))
    result = words_metric(
        views, [" ".join(words) for words in now], [" ".join(words) for words in before], min_count=2, prior=prior
    )
    found = {row["term"]: row["z"] for row in result if row["log_odds"] > 1e-9}
    assert found == pytest.approx(expected)


def test_the_reports_foot(views):
    rows = [{"author": "a", "lang": "en", "platform": "forum"}] * 3 + [
        {"author": None, "lang": "und", "platform": "web"}
    ]
    foot = report_footer(views(rows), queries=[1], **PERIOD, **DAYS)
    assert (foot.posts, foot.authors, foot.without_author, foot.top_share) == (4, 1, 1, 1.0)
    assert foot.platforms == (("forum", 3, 0.75), ("web", 1, 0.25))
    assert foot.languages == (("en", 3, 0.75), ("und", 1, 0.25))
    nothing = report_footer(views([]), queries=[1], **PERIOD, **DAYS)
    assert (nothing.posts, nothing.top_share, nothing.platforms) == (0, None, ())


def test_metrics_run_on_the_store(tmp_path):
    """One pass over the real views, locked-down connection included."""
    import pyarrow as pa

    lake = Lake(tmp_path / "lake", zone="Europe/Berlin")
    n = 300
    posts = pa.table(
        {
            "id": [f"p{i}" for i in range(n)],
            "platform": ["forum"] * n,
            "author": [f"a{i % 17}" for i in range(n)],
            "created_at": pa.array([START + dt.timedelta(hours=i) for i in range(n)], pa.timestamp("us", tz="UTC")),
            "text": [f"some words and number {i % 9}" for i in range(n)],
            "kind": ["post"] * n,
            "sentiment": [("negative", "neutral", "positive")[i % 3] for i in range(n)],
        }
    )
    lake.append(posts, ingest_id="a")
    matches = posts.rename_columns(["mention_id", *posts.column_names[1:]]).drop_columns(["text"])
    lake.put_matches(matches.slice(0, 200), query_id=1, query_version=1, ingest_id="a")
    lake.put_matches(matches.slice(100), query_id=2, query_version=1, ingest_id="a")
    connection = lake.snapshot().connect(threads=1)
    assert metric("K01").run(connection, own=[1], competitors=[2], **PERIOD)["share"].to_pylist()[0] == 0.5
    by_day = metric("K01-day-fast").run(connection, own=[1], competitors=[2], **DAYS)
    since = dt.datetime(2024, 2, 29, 23, tzinfo=dt.UTC)
    slow = metric("K01-day-raw").run(
        connection, own=[1], competitors=[2], since=since, until=dt.datetime(2024, 5, 1, 22, tzinfo=dt.UTC)
    )
    assert by_day.to_pylist() == slow.to_pylist()
    assert sum(by_day["total"].to_pylist()) == 400
    assert metric("R04").run(connection, queries=[1], **PERIOD).num_rows == 17
    connection.close()
