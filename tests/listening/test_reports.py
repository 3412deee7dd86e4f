"""Reports equal a plain recount in Python, whatever is asked; pages of a list hold each mention once."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from statistics import NormalDist
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fourleaf.engine.metrics.intervals import wilson
from fourleaf.kernel.errors import InvalidError, NotAllowedError
from fourleaf.listening import public
from fourleaf.listening.contracts import MentionFilter, Period
from fourleaf.listening.selectors.authors import top_authors
from fourleaf.listening.selectors.mentions import count_mentions, facets, list_mentions
from fourleaf.listening.selectors.preview import preview_query
from fourleaf.listening.selectors.reports import (
    mention_counts,
    mix,
    population,
    sentiment_over_time,
    share_of_voice,
)
from fourleaf.listening.selectors.words import words_that_rose
from fourleaf.listening.services.judgements import correct_sentiment, mark_irrelevant
from fourleaf.listening.services.privacy import add_own_account
from listening.conftest import START, as_csv, post

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30), "Europe/Berlin")
WORDS = ("ember", "rival", "grill")


@pytest.fixture
def world(analyst: Any, ask: Any, collect: Any) -> Any:
    """Sixty days of posts by the hour; every third of ember, every fourth of a rival."""
    own = ask(analyst.actor, "ember", name="Ember", role="own")
    rival = ask(analyst.actor, "rival", name="Rival", role="competitor")
    topic = ask(analyst.actor, "grill", name="Grill")
    rows = []
    for n in range(300):
        words = [w for w, every in zip(WORDS, (3, 4, 5), strict=True) if n % every == 0]
        mood = ("lovely", "awful", "plain")[n % 3]
        rows.append(
            post(
                n,
                f"{' '.join(words)} number{n} is {mood} for a{n % 11} and b{n % 7}",
                created_at=(START + timedelta(hours=5 * n)).isoformat(),
                platform=("microblog", "video")[n % 2],
                author=f"author{n % 13}" if n % 17 else "",
                kind="reshare" if n % 9 == 0 else "post",
            )
        )
    collect(analyst.actor, rows)
    return {"own": own, "rival": rival, "topic": topic, "rows": rows}


def in_june(row: dict[str, Any]) -> bool:
    return datetime.fromisoformat(row["created_at"]).astimezone(BERLIN).month == 6


def holding(rows: list[dict[str, Any]], word: str) -> list[dict[str, Any]]:
    return [row for row in rows if word in row["text"].split()]


def test_share_of_voice_is_a_plain_recount(analyst: Any, world: Any) -> None:
    rows = [row for row in world["rows"] if in_june(row)]
    own, rival = len(holding(rows, "ember")), len(holding(rows, "rival"))
    report = share_of_voice(analyst.actor, JUNE, grain="day")
    share = report.own["raw"]
    assert (share.value, share.base) == (pytest.approx(own / (own + rival)), own + rival)
    assert (share.low, share.high) == pytest.approx(wilson(own, own + rival))
    assert [c.counts.raw for c in report.contenders] == [own, rival]
    authors = {(r["platform"], r["author"]) for r in holding(rows, "ember") if r["author"]}
    assert report.contenders[0].counts.authors == len(authors)
    days = Counter(
        (datetime.fromisoformat(r["created_at"]).astimezone(BERLIN).date(), word)
        for word in ("ember", "rival")
        for r in holding(rows, word)
    )
    assert len(report.buckets) == 30
    for number, bucket in enumerate(report.buckets):
        day = JUNE.first + timedelta(days=number)
        assert bucket.counts == (days[day, "ember"], days[day, "rival"])


@pytest.mark.parametrize("grain", ["hour", "day", "week", "month"])
def test_buckets_of_every_grain_add_up(analyst: Any, world: Any, grain: Any) -> None:
    period = Period(date(2026, 6, 3), date(2026, 7, 20), "America/New_York")
    counts = mention_counts(analyst.actor, period, grain=grain)
    for query in (world["own"], world["rival"], world["topic"]):
        chosen = MentionFilter(queries=(query.pk,))
        assert sum(n for _, n in counts[query.pk]) == count_mentions(analyst.actor, period, chosen)
        edges = period.edges(grain)
        assert [start for start, _ in counts[query.pk]] == edges[:-1]
        for (_, n), start, end in zip(counts[query.pk], edges[:-1], edges[1:], strict=True):
            word = query.text
            expected = sum(start <= datetime.fromisoformat(r["created_at"]) < end for r in holding(world["rows"], word))
            assert n == expected


def test_own_accounts_and_irrelevant_mentions_do_not_speak(analyst: Any, world: Any) -> None:
    add_own_account(actor=analyst.actor, handle="author3")
    mark_irrelevant(actor=analyst.actor, mention_id="p12")
    rows = [r for r in world["rows"] if in_june(r) and r["author"] != "author3" and r["id"] != "p12"]
    report = share_of_voice(analyst.actor, JUNE)
    assert [c.counts.raw for c in report.contenders] == [len(holding(rows, "ember")), len(holding(rows, "rival"))]
    for contender in report.contenders:
        behind = replace(report.chosen, queries=contender.query_ids)
        assert count_mentions(analyst.actor, JUNE, behind) == contender.counts.raw


def test_own_accounts_are_read_once_and_anew_when_they_change(
    analyst: Any, world: Any, query_budget: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from fourleaf.listening import store
    from fourleaf.listening.services.privacy import remove_own_account

    monkeypatch.setattr(store, "_TRUST_SECONDS", 3_600.0)
    store.changed()
    before = count_mentions(analyst.actor, JUNE, MentionFilter())
    with query_budget(0):
        assert count_mentions(analyst.actor, JUNE, MentionFilter(platforms=("video",))) < before
    account = add_own_account(actor=analyst.actor, handle="author3")
    assert count_mentions(analyst.actor, JUNE, MentionFilter()) < before
    remove_own_account(actor=analyst.actor, account_id=account.pk)
    assert count_mentions(analyst.actor, JUNE, MentionFilter()) == before


def test_sentiment_leaves_re_shares_out_and_corrections_in(analyst: Any, world: Any) -> None:
    only = MentionFilter(queries=(world["own"].pk,))
    before = sentiment_over_time(analyst.actor, JUNE, only)[0]
    rows = [r for r in holding(world["rows"], "ember") if in_june(r) and r["kind"] != "reshare"]
    assert before.whole.total == len(rows)
    victim = rows[0]["id"]
    for label in ("negative", "positive"):
        correct_sentiment(actor=analyst.actor, mention_id=victim, sentiment=label)
        after = sentiment_over_time(analyst.actor, JUNE, only)[0]
        assert after.whole.total == len(rows)
        listed = list_mentions(analyst.actor, JUNE, after.chosen, size=500).mentions
        recount = Counter(mention.sentiment for mention in listed)
        assert (after.whole.negative, after.whole.positive) == (recount["negative"], recount["positive"])
        assert next(m.sentiment for m in listed if m.id == victim) == label
    net = after.whole
    assert net.net == pytest.approx((net.positive - net.negative) / (net.positive + net.negative))


def test_mix_and_population_count_each_post_once(analyst: Any, world: Any) -> None:
    rows = [r for r in world["rows"] if in_june(r) and any(word in r["text"].split() for word in WORDS)]
    found = mix(analyst.actor, JUNE)
    assert found.total == len(rows)
    assert dict(found.platforms) == Counter(r["platform"] for r in rows)
    who = population(analyst.actor, JUNE)
    assert (who.posts, who.without_author) == (len(rows), sum(not r["author"] for r in rows))
    per_author = Counter((r["platform"], r["author"]) for r in rows if r["author"])
    assert who.authors == len(per_author)
    assert who.top_author_share == pytest.approx(per_author.most_common(1)[0][1] / per_author.total())
    assert who.reshares == sum(r["kind"] == "reshare" for r in rows)


def test_pages_hold_every_mention_once_in_order(analyst: Any, world: Any) -> None:
    queries = tuple(world[name].pk for name in ("own", "rival", "topic"))
    for chosen in (MentionFilter(), MentionFilter(queries=queries), MentionFilter(collapse=True)):
        for sort in ("newest", "oldest", "reach"):
            seen, keys, after = [], [], None
            while True:
                page = list_mentions(analyst.actor, JUNE, chosen, sort=sort, size=37, after=after)  # type: ignore[arg-type]
                seen += [mention.id for mention in page.mentions]
                keys += [
                    (m.author_followers, m.created_at, m.id) if sort == "reach" else (m.created_at, m.id)
                    for m in page.mentions
                ]
                if page.after is None:
                    break
                after = page.after
            assert len(seen) == len(set(seen)) == count_mentions(analyst.actor, JUNE, chosen)
            assert keys == sorted(keys, reverse=sort != "oldest")


def test_going_back_shows_the_page_before(analyst: Any, world: Any) -> None:
    first = list_mentions(analyst.actor, JUNE, MentionFilter(), size=10)
    second = list_mentions(analyst.actor, JUNE, MentionFilter(), size=10, after=first.after)
    back = list_mentions(analyst.actor, JUNE, MentionFilter(), size=10, before=second.before)
    assert [m.id for m in back.mentions] == [m.id for m in first.mentions]
    assert (first.before, back.before) == (None, None)
    assert list_mentions(analyst.actor, JUNE, MentionFilter(), size=10, after=back.after).mentions == second.mentions
    with pytest.raises(InvalidError):
        list_mentions(analyst.actor, JUNE, MentionFilter(), after="tampered")


def test_a_page_costs_few_queries(analyst: Any, world: Any, query_budget: Callable[[int], Any]) -> None:
    list_mentions(analyst.actor, JUNE, MentionFilter())
    with query_budget(5):
        assert len(list_mentions(analyst.actor, JUNE, MentionFilter(), size=100).mentions) == 100


def test_search_speaks_the_query_language_and_plain_words(analyst: Any, world: Any) -> None:
    rows = [r for r in world["rows"] if in_june(r)]
    both = [r for r in rows if {"ember", "rival"} <= set(r["text"].split())]
    assert count_mentions(analyst.actor, JUNE, MentionFilter(search="ember AND rival")) == len(both)
    assert count_mentions(analyst.actor, JUNE, MentionFilter(search="(ember number24")) == 0
    filters = MentionFilter(search="ember", platforms=("video",), kinds=("post",))
    expected = [r for r in holding(rows, "ember") if r["platform"] == "video" and r["kind"] == "post"]
    assert count_mentions(analyst.actor, JUNE, filters) == len(expected)
    assert dict(facets(analyst.actor, JUNE, filters).platforms) == {"video": len(expected)}


def test_authors_have_three_ranks_and_no_score(analyst: Any, hire: Any, world: Any) -> None:
    found = top_authors(analyst.actor, JUNE, MentionFilter(queries=(world["own"].pk,)))
    authors = found.rows
    rows = [r for r in holding(world["rows"], "ember") if in_june(r) and r["author"]]
    assert {(a.platform, a.author): a.posts for a in authors} == Counter((r["platform"], r["author"]) for r in rows)
    for author in authors:
        assert count_mentions(analyst.actor, JUNE, author.chosen) == author.posts
        assert 0 <= author.on_topic <= author.of_all
    # Those with five stored posts or more are ranked by relevance, and nobody else.
    assert [a.author for a in authors if (a.relevance_rank is None) == (a.of_all >= 5)] == []
    ranks = [a.relevance_rank for a in authors if a.relevance_rank is not None]
    assert (min(ranks), len(ranks)) == (0.0, found.rankable["relevance"])
    # Nobody has five posts on the topic, so that shares per post are ranked for nobody.
    assert max(a.posts for a in authors) < 5
    assert found.not_ranked == ["resonance"]
    assert {a.resonance_rank for a in authors} == {None}
    steering = hire("Sam Steering", role="steering")
    with pytest.raises(NotAllowedError):
        top_authors(steering.actor, JUNE, MentionFilter())


def different(n: int) -> str:
    """Words that no other number has, so that posts are no near-duplicates."""
    return " ".join(f"w{(n * 7919 + k * 104729) % 99991}" for k in range(12))


def test_words_rise_only_when_they_did(analyst: Any, collect: Any) -> None:
    rows = [
        post(n, f"the usual talk {different(n)}", created_at=f"2026-06-0{1 + n % 9}T10:00:00+00:00") for n in range(90)
    ]
    rows += [
        post(200 + n, f"flames and recall {different(n)} talk", created_at=f"2026-06-1{1 + n % 8}T10:00:00+00:00")
        for n in range(90, 130)
    ]
    collect(analyst.actor, rows)
    second = Period(date(2026, 6, 10), date(2026, 6, 18))
    rose = words_that_rose(analyst.actor, second, MentionFilter())
    assert {"flames", "recall"} <= {word.word for word in rose.words}
    assert "usual" not in {word.word for word in rose.words}
    assert words_that_rose(analyst.actor, Period(date(2030, 1, 1), date(2030, 1, 2)), MentionFilter()).words == []


def test_a_word_that_stood_in_no_post_before_can_rise(analyst: Any, collect: Any) -> None:
    """14 posts against none, among two thousand words of which each stands in five posts or more."""
    times = ("2026-06-05T10:00:00+00:00", "2026-06-12T10:00:00+00:00")
    rows = []
    for n in range(240):
        usual = " ".join(f"usual{(n * 7919 + k * 104729 + n * n * k) % 1999}" for k in range(100))
        rows.append(post(n, f"{usual} {'flames' if n % 2 and n < 28 else ''}", created_at=times[n % 2]))
    collect(analyst.actor, rows)
    rose = words_that_rose(analyst.actor, Period(date(2026, 6, 8), date(2026, 6, 14)), MentionFilter())
    assert [(word.word, word.now, word.before) for word in rose.words] == [("flames", 14, 0)]
    # Fisher's exact test by hand: the 14 posts all fall into one half of 240.
    chance = math.comb(120, 14) / math.comb(240, 14)
    assert rose.words[0].z == pytest.approx(NormalDist().inv_cdf(1 - chance), rel=1e-6)


def test_reach_ranks_everybody_whose_followers_are_known(analyst: Any, collect: Any) -> None:
    rows = [post(n, f"talk {different(n)}", author=f"one{n}", author_followers=n) for n in range(12)]
    rows.append(post(90, f"talk {different(90)}", author="famous", author_followers=500_000))
    rows.append(post(91, f"talk {different(91)}", author="hidden", author_followers=""))
    collect(analyst.actor, rows)
    found = top_authors(analyst.actor, JUNE, MentionFilter(), order="reach", size=3)
    assert found.rankable == {"reach": 13, "resonance": 0, "relevance": 0}
    assert [(row.author, row.posts, row.reach_rank) for row in found.rows][:1] == [("famous", 1, 1.0)]


@pytest.mark.parametrize(("now", "before", "comparable"), [(30, 29, False), (29, 40, False), (31, 30, True)])
def test_words_are_not_ranked_among_a_handful_of_posts(
    analyst: Any, collect: Any, now: int, before: int, comparable: bool
) -> None:
    times = {"before": "2026-06-05T10:00:00+00:00", "now": "2026-06-12T10:00:00+00:00"}
    rows = [post(n, different(n), created_at=times["before"]) for n in range(before)]
    rows += [post(500 + n, f"flames {different(500 + n)}", created_at=times["now"]) for n in range(now)]
    collect(analyst.actor, rows)
    rose = words_that_rose(analyst.actor, Period(date(2026, 6, 8), date(2026, 6, 14)), MentionFilter())
    assert (rose.posts_now, rose.posts_before) == (now, before)
    assert rose.comparable is comparable
    assert [word.word for word in rose.words] == (["flames"] if comparable else [])


def test_a_preview_says_what_it_looked_at(analyst: Any, world: Any) -> None:
    preview = preview_query(analyst.actor, "ember OR rival", samples=5)
    assert preview.complete
    assert preview.matches == len([r for r in world["rows"] if {"ember", "rival"} & set(r["text"].split())])
    assert sum(seen for _, _, seen in preview.per_day) == preview.scanned == 300
    assert len(preview.samples) == 5
    times = [sample.created_at for sample in preview.samples]
    assert times == sorted(times, reverse=True)
    for sample in preview.samples:
        assert all(sample.text[a:b].lower() in ("ember", "rival") for a, b in sample.spans)


def test_everything_answers_on_an_empty_store(analyst: Any, ask: Any) -> None:
    ask(analyst.actor, "ember", role="own")
    assert list_mentions(analyst.actor, JUNE, MentionFilter()).mentions == []
    assert share_of_voice(analyst.actor, JUNE).own["raw"].value is None
    assert sentiment_over_time(analyst.actor, JUNE)[0].whole.net is None
    assert population(analyst.actor, JUNE).top_author_share is None
    assert mix(analyst.actor, JUNE).total == 0
    assert preview_query(analyst.actor, "ember").scanned == 0
    assert top_authors(analyst.actor, JUNE, MentionFilter()).rows == []


def test_queries_of_different_build_are_remarked_on(analyst: Any, ask: Any) -> None:
    ask(analyst.actor, "ember -recall", role="own")
    ask(analyst.actor, "rival", role="competitor")
    assert any("exclusions" in remark for remark in share_of_voice(analyst.actor, JUNE).remarks)


@pytest.mark.parametrize(
    ("own", "rival", "remarked"),
    [
        ("ember -recall", "rival -(family NEAR/2 tree)", []),
        ("ember -recall", "(rival NEAR/2 grill) -recall", ["Competitor queries use NEAR"]),
        ("ember -recall", "rival -lang:de", ["Competitor queries use lang:"]),
        ("ember -recall", "rival", ["Own queries use exclusions"]),
    ],
)
def test_remarks_are_made_on_means_not_on_how_exclusions_are_worded(own: str, rival: str, remarked: list[str]) -> None:
    from fourleaf.listening.models import ListeningQuery
    from fourleaf.listening.rules import asymmetries

    found = asymmetries([ListeningQuery(text=own, role="own"), ListeningQuery(text=rival, role="competitor")])
    assert [sentence.split(",")[0] for sentence in found] == remarked


def test_the_samples_own_and_competitor_queries_are_built_alike() -> None:
    from fourleaf.demo.queries import QUERIES
    from fourleaf.engine.listening import QuerySpec
    from fourleaf.engine.listening.analysis.symmetry import asymmetries as asymmetries_of_files
    from fourleaf.listening.models import ListeningQuery
    from fourleaf.listening.rules import asymmetries

    compared = [query for query in QUERIES if query.role != "topic"]
    assert {query.role for query in compared} == {"own", "competitor"}
    assert asymmetries([ListeningQuery(text=query.query, role=query.role) for query in compared]) == []
    specs = [QuerySpec(number, query.name, query.query, query.role) for number, query in enumerate(compared, 1)]
    assert asymmetries_of_files(specs) == []


def test_a_brands_reader_sees_its_mentions_alone(
    analyst: Any, hire: Any, ask: Any, collect: Any, organisation: Any
) -> None:
    query = ask(analyst.actor, "ember", role="own", brand_id=organisation.ember.pk)
    ask(analyst.actor, "rival", role="competitor")
    collect(analyst.actor, [post(1, "ember"), post(2, "rival"), post(3, "neither")])
    bea = hire("Bea Brand", role="analyst", brand=organisation.ember)
    assert [m.id for m in list_mentions(bea.actor, None, MentionFilter()).mentions] == ["p1"]
    assert count_mentions(bea.actor, None, MentionFilter()) == 1
    assert list(mention_counts(bea.actor, JUNE)) == [query.pk]
    nobody = hire("Nia None")
    with pytest.raises(NotAllowedError):
        list_mentions(nobody.actor, None, MentionFilter())
    with pytest.raises(NotAllowedError):
        share_of_voice(nobody.actor, JUNE)


def test_the_radar_gets_counts_by_window(analyst: Any, world: Any) -> None:
    until = START + timedelta(days=3)
    counts = public.counts_in_windows(analyst.actor, [world["own"].pk], until=until, minutes=60, windows=72)
    expected = [0] * 72
    for row in holding(world["rows"], "ember"):
        hour = (datetime.fromisoformat(row["created_at"]) - START) // timedelta(hours=1)
        if 0 <= hour < 72:
            expected[hour] += 1
    assert counts == {world["own"].pk: expected}
    assert [query.name for query in public.active_queries(analyst.actor)] == ["Ember", "Grill", "Rival"]


rows_drawn = st.lists(
    st.tuples(
        st.integers(0, 15),
        st.lists(st.sampled_from(["ember", "rival", "grill", "tent"]), min_size=1, max_size=4),
        st.integers(0, 24 * 40),
        st.sampled_from(["microblog", "video"]),
        st.sampled_from(["ann", "Bob", "bob", ""]),
        st.sampled_from(["post", "reply", "reshare"]),
    ),
    max_size=25,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=rows_drawn)
def test_whatever_is_imported_counts_equal_a_recount(
    drawn: list[Any], analyst: Any, collect: Any, settings: Any, run_jobs: Any
) -> None:
    from fourleaf.listening.models import ListeningQuery, MentionImport
    from fourleaf.listening.services.queries import QueryFields, add_query

    settings.LAKE_DIR = tempfile.mkdtemp(dir=settings.MEDIA_ROOT.parent)
    MentionImport.objects.all().delete()
    ListeningQuery.objects.all().delete()
    own = add_query(actor=analyst.actor, fields=QueryFields("o", "ember -tent", role="own"))
    rival = add_query(actor=analyst.actor, fields=QueryFields("r", "rival OR grill", role="competitor"))
    rows = [
        post(number, " ".join(words), platform=platform, author=author, kind=kind,
             created_at=(START + timedelta(hours=hours)).isoformat())
        for number, words, hours, platform, author, kind in drawn
    ]  # fmt: skip
    run_jobs()
    if rows:
        upload = collect(analyst.actor, as_csv(rows))
        assert (upload.state, upload.rows_read) == ("done", len(rows))
    # A post is its platform and its id; the id of a second platform is stored with the platform before it.
    kept: dict[tuple[str, str], dict[str, Any]] = {}
    first: dict[str, str] = {}
    for row in rows:
        plain = first.setdefault(row["id"], row["platform"]) == row["platform"]
        stored = row["id"] if plain else f"{row['platform']}:{row['id']}"
        kept.setdefault((row["platform"], row["id"]), {**row, "id": stored})
    june = [row for row in kept.values() if in_june(row)]
    of_own = [r for r in june if "ember" in r["text"].split() and "tent" not in r["text"].split()]
    of_rival = [r for r in june if {"rival", "grill"} & set(r["text"].split())]
    report = share_of_voice(analyst.actor, JUNE)
    assert [c.counts.raw for c in report.contenders] == [len(of_own), len(of_rival)]
    for contender, found in zip(report.contenders, (of_own, of_rival), strict=True):
        assert contender.counts.authors == len({(r["platform"], r["author"].lower()) for r in found if r["author"]})
        assert contender.counts.clusters <= contender.counts.raw
    assert {m.id for m in list_mentions(analyst.actor, JUNE, MentionFilter(queries=(own.pk,))).mentions} == {
        r["id"] for r in of_own
    }
    assert count_mentions(analyst.actor, JUNE, MentionFilter(queries=(own.pk, rival.pk))) == len(
        {r["id"] for r in [*of_own, *of_rival]}
    )


@pytest.mark.data
def test_airline_posts_come_out_as_a_plain_count_of_ids(
    analyst: Any, collect: Any, ask: Any, real_data: Callable[[str], Any]
) -> None:
    import csv
    import gzip
    import re

    path = next(iter(sorted(real_data("us_airline_sentiment").glob("*.csv*"))))
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace")
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    query = ask(analyst.actor, "delayed OR delay")
    upload = collect(analyst.actor, raw, name=path.name)
    assert upload.state == "done", upload.problem
    assert upload.rows_read == len(rows)
    kept: dict[str, str] = {}
    for row in rows:
        kept.setdefault(row["tweet_id"], row["text"])
    everything = MentionFilter(own="include", relevance="all")
    assert count_mentions(analyst.actor, None, everything) == len(kept) == upload.rows_stored
    word = re.compile(r"(?<!\w)(?:delayed|delay)(?!\w)", re.IGNORECASE)
    expected = sum(1 for words in kept.values() if word.search(words))
    assert count_mentions(analyst.actor, None, replace(everything, queries=(query.pk,))) == expected
