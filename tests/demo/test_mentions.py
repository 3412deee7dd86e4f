"""The generated posts have the shape that the sample's description states."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from fourleaf.demo.mentions import (
    COMPETITORS,
    ENTITIES,
    MARKETS,
    OWN_ACCOUNTS,
    PLATFORMS,
    SPAN_DAYS,
    TRUTH_SCHEMA,
    Market,
    generate,
    generate_with_truth,
    incident_start,
)
from fourleaf.engine.posts import KINDS, POST_SCHEMA

UNTIL = date(2026, 5, 13)
N = 60_000
RAVENAU = ZoneInfo("Europe/Berlin")
Flags = npt.NDArray[np.bool_]


class Sample:
    """Posts and truth of one run as numpy columns."""

    def __init__(self, n: int, seed: int, until: date) -> None:
        pairs = list(generate_with_truth(n, seed=seed, until=until))
        self.posts = pa.Table.from_batches([posts for posts, _ in pairs])
        self.truth = pa.Table.from_batches([truth for _, truth in pairs])
        self.at = self.posts["created_at"].cast(pa.int64()).to_numpy()
        self._read: dict[str, npt.NDArray[np.object_]] = {}

    def post(self, name: str) -> npt.NDArray[np.object_]:
        if name not in self._read:
            self._read[name] = np.array(self.posts[name].to_pylist(), dtype=object)
        return self._read[name]

    def is_(self, **wanted: str) -> Flags:
        """Rows whose truth has these values."""
        rows = np.ones(self.posts.num_rows, dtype=bool)
        for name, value in wanted.items():
            rows &= pc.equal(self.truth[name], value).to_numpy()
        return rows

    def local(self, zone: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Local hour and week day (Monday is 0) of every post."""
        local = pc.assume_timezone(pc.local_timestamp(self.posts["created_at"].cast(pa.timestamp("us", zone))), "UTC")
        return pc.hour(local).to_numpy(), pc.day_of_week(local).to_numpy()


@pytest.fixture(scope="module")
def sample() -> Sample:
    return Sample(N, 11, UNTIL)


def test_the_same_arguments_give_the_same_posts_whatever_ran_before() -> None:
    first = pa.Table.from_batches(generate(1_000, seed=4, until=UNTIL))
    list(generate(600, seed=9, until=date(2025, 1, 1)))
    assert pa.Table.from_batches(generate(1_000, seed=4, until=UNTIL)).equals(first)
    other = pa.Table.from_batches(generate(1_000, seed=5, until=UNTIL))
    assert not other["text"].equals(first["text"])
    assert not set(other["id"].to_pylist()) & set(first["id"].to_pylist())


@pytest.mark.parametrize("n", [500, 1_234, 20_001])
def test_as_many_posts_as_were_asked_for_with_unique_ids(n: int) -> None:
    posts = pa.Table.from_batches(generate(n, seed=2, until=UNTIL))
    assert posts.num_rows == n
    assert pc.count_distinct(posts["id"]).as_py() == n


def test_too_few_posts_are_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="at least 500 posts"):
        list(generate(499, until=UNTIL))


def test_every_row_fits_the_schema(sample: Sample) -> None:
    assert sample.posts.schema == POST_SCHEMA
    assert sample.truth.schema == TRUTH_SCHEMA
    assert sample.posts["id"].equals(sample.truth["id"])
    for field in POST_SCHEMA:
        assert field.nullable or sample.posts[field.name].null_count == 0
    assert set(sample.post("kind")) == set(KINDS)
    assert set(sample.post("platform")) == set(PLATFORMS)
    assert min(map(len, sample.post("text"))) > 10
    assert not [t for t in sample.post("text") if "{" in t or "}" in t or "  " in t]
    assert all(url.startswith("https://") and ".example/" in url for url in sample.post("url"))


def test_posts_come_in_order_of_time_and_inside_the_thirteen_months(sample: Sample) -> None:
    end = datetime(UNTIL.year, UNTIL.month, UNTIL.day, tzinfo=UTC)
    assert (np.diff(sample.at) >= 0).all()
    assert sample.at[0] >= (end - timedelta(days=SPAN_DAYS)).timestamp() * 1e6
    assert sample.at[-1] < end.timestamp() * 1e6


def test_counts_are_plausible_together(sample: Sample) -> None:
    counts = {name: sample.posts[name] for name in ("views", "likes", "shares")}
    for more, less in (("views", "likes"), ("likes", "shares")):
        assert pc.all(pc.greater_equal(counts[more], counts[less])).as_py()
    review = pc.equal(sample.posts["platform"], "review")
    assert pc.all(pc.is_null(counts["views"].filter(review))).as_py()
    assert counts["views"].filter(pc.invert(review)).null_count == 0


@pytest.mark.parametrize("market", MARKETS, ids=lambda m: m.code)
def test_share_of_voice_and_mood_are_near_the_baselines(sample: Sample, market: Market) -> None:
    own = next(e.code for e in ENTITIES if e.own and e.sector == market.sector)
    steady = sample.is_(origin="organic")
    if market.language:
        steady &= sample.is_(lang=market.language)
    ours = (steady & sample.is_(entity=own)).sum()
    theirs = sum((steady & sample.is_(entity=code)).sum() for code in COMPETITORS[own])
    assert ours / (ours + theirs) == pytest.approx(market.share_of_voice, abs=0.02)
    positive = (steady & sample.is_(entity=own, sentiment="positive")).sum()
    negative = (steady & sample.is_(entity=own, sentiment="negative")).sum()
    assert (positive - negative) / (positive + negative) == pytest.approx(market.net_sentiment, abs=0.08)


def test_languages_and_origins_are_all_there(sample: Sample) -> None:
    languages = Counter(sample.truth["lang"].to_pylist())
    assert set(languages) == {"en", "de", "es", "sv", "no", "da", "pt", "fr"}
    assert languages["en"] > languages["de"] > languages["es"] > 500
    origins = Counter(sample.truth["origin"].to_pylist())
    assert origins["bot"] / N == pytest.approx(0.020, abs=0.001)
    assert origins["press"] / N == pytest.approx(0.014, abs=0.001)
    assert origins["homonym"] / N == pytest.approx(0.018, abs=0.001)
    assert not sample.truth["relevant"].filter(pc.equal(sample.truth["origin"], "homonym")).to_pylist().count(True)


def test_grills_are_talked_of_at_weekends_and_kitchens_on_working_days(sample: Sample) -> None:
    hour, day = sample.local("Europe/Berlin")
    german = sample.is_(lang="de", origin="organic")
    grill = german & (sample.is_(entity="EM") | sample.is_(entity="KO"))
    kitchen = german & (sample.is_(entity="QS") | sample.is_(entity="GA"))
    weekend = day >= 5
    assert 0.36 < weekend[grill].mean() < 0.55  # two days of seven would be .29
    assert weekend[kitchen].mean() < 0.16
    night = hour < 5
    assert night[german].mean() < 0.05
    evening = (hour >= 16) & (hour < 21)
    assert evening[grill].mean() > 1.5 * evening[kitchen].mean()


def test_the_local_evening_stays_where_it_is_when_clocks_change(sample: Sample) -> None:
    """The busiest hours of German grill posts are the same local hours in winter and in summer."""
    hour, _ = sample.local("Europe/Berlin")
    german = sample.is_(lang="de", origin="organic") & (sample.is_(entity="EM") | sample.is_(entity="KO"))
    month = pc.month(sample.posts["created_at"]).to_numpy()
    winter, summer = german & np.isin(month, [12, 1, 2]), german & np.isin(month, [6, 7, 8])
    assert abs(np.mean(hour[winter]) - np.mean(hour[summer])) < 0.35
    assert summer.sum() > 1.8 * winter.sum()  # and grilling has its season


def test_authors_are_many_and_a_few_write_much(sample: Sample) -> None:
    posts = Counter(a for a in np.where(sample.is_(origin="organic"), sample.post("author"), None) if a)
    top = sum(n for _, n in posts.most_common(len(posts) // 100))
    assert len(posts) > N / 4
    assert 0.02 < top / sum(posts.values()) < 0.25
    followers = sample.posts["author_followers"].drop_null().to_numpy()
    assert np.percentile(followers, 99.9) > 100 * np.median(followers)


def test_one_handle_on_one_platform_has_one_count_of_followers(sample: Sample) -> None:
    seen: dict[tuple[str, str], set[int]] = {}
    rows = zip(
        sample.post("platform"),
        sample.post("author"),
        sample.post("author_followers"),
        sample.post("author_name"),
        strict=True,
    )
    for platform, author, followers, _ in rows:
        if author:
            seen.setdefault((platform, author), set()).add(followers)
    several = sum(len(counts) > 1 for counts in seen.values())
    # Regions share a few first names, so that rarely two regions' accounts have the same handle.
    assert several / len(seen) < 0.01


def test_replies_and_reshares_have_an_older_parent_on_the_same_platform(sample: Sample) -> None:
    place = {id_: row for row, id_ in enumerate(sample.post("id"))}
    parents, kinds, texts = sample.post("parent_id"), sample.post("kind"), sample.post("text")
    platform, author = sample.post("platform"), sample.post("author")
    linked = [i for i, p in enumerate(parents) if p is not None]
    assert len(linked) > N / 4
    assert {kinds[i] for i in linked} == {"reply", "reshare", "quote"}
    assert all(sample.at[place[parents[i]]] < sample.at[i] for i in linked)
    assert all(kinds[place[parents[i]]] != "reshare" for i in linked)
    for i in linked:
        if kinds[i] == "reshare":
            parent = place[parents[i]]
            assert texts[i] == f"RT @{author[parent]}: {texts[parent]}"
            assert platform[i] == platform[parent]
    assert not [k for k, p in zip(kinds, parents, strict=True) if k != "post" and p is None]


def test_steady_texts_repeat_as_little_as_designed(sample: Sample) -> None:
    rows = sample.is_(origin="organic") & (sample.post("kind") != "reshare")
    texts = Counter(sample.post("text")[rows])
    assert texts.most_common(1)[0][1] <= 12
    assert 1 - len(texts) / rows.sum() < 0.03


def test_copies_are_where_they_should_be(sample: Sample) -> None:
    """A bot's texts differ in the code alone; a release's copies share most of their five-letter shingles."""
    bots = sample.post("author")[sample.is_(origin="bot")]
    texts = sample.post("text")[sample.is_(origin="bot")]
    times = sample.at[sample.is_(origin="bot")]
    for bot in list(Counter(bots))[:5]:
        mine = bots == bot
        assert len({re.sub(r"\b[A-Z2-9]{4}\b", "", text) for text in texts[mine]}) == 1
        gaps = np.diff(times[mine]) / 60e6
        assert np.ptp(gaps) < 0.5  # minutes: regular as clockwork
    press = sample.post("text")[sample.is_(origin="press")]
    groups: dict[str, list[set[str]]] = {}
    for text in press:
        key = next(e.name for e in ENTITIES if e.name in text)
        groups.setdefault(key, []).append({text[i : i + 5] for i in range(len(text) - 4)})
    near = 0
    for shingles in groups.values():
        for i, one in enumerate(shingles):
            others = (len(one & two) / len(one | two) for j, two in enumerate(shingles) if i != j)
            near += max(others, default=0.0) >= 0.8
    assert near / len(press) > 0.7


def test_own_accounts_are_marked_and_are_a_small_part(sample: Sample) -> None:
    own = np.isin(sample.post("author"), OWN_ACCOUNTS)
    assert set(sample.post("author")[own]) == set(OWN_ACCOUNTS)
    assert 0.008 < own.mean() < 0.02
    assert set(sample.truth["origin"].filter(pa.array(own)).to_pylist()) == {"own", "incident"}


def test_own_and_competitors_are_the_invented_names_only() -> None:
    """The list was looked up in public code and pages by hand; here it is held against change by accident."""
    assert [e.name for e in ENTITIES if e.own] == ["Emberlyn", "Quillstone", "Loomvale"]
    assert {e.name for e in ENTITIES if not e.own} == {
        "Rostavel", "Pyrolund", "Kohlmyra", "Gastrevik", "Ovnmark", "Fjellundra", "Tentwhistle", "Tarpavel",
    }  # fmt: skip
    assert all(len(rivals) >= 2 for rivals in COMPETITORS.values())


@pytest.mark.parametrize(
    ("until", "day"),
    [
        (date(2026, 5, 13), date(2026, 5, 2)),  # a Wednesday: the Wednesday after 9 May is not over
        (date(2026, 5, 14), date(2026, 5, 9)),
        (date(2026, 1, 1), date(2025, 12, 27)),
    ],
)
def test_the_incident_is_on_the_last_saturday_whose_review_is_over(until: date, day: date) -> None:
    start = incident_start(until).astimezone(RAVENAU)
    assert start.date() == day
    assert (start.weekday(), start.hour, start.minute) == (5, 18, 40)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_incident_begins_with_nine_and_ends_on_sunday(seed: int) -> None:
    sample = Sample(200_000 if seed == 1 else 20_000, seed, UNTIL)
    start = incident_start(UNTIL).timestamp() * 1e6
    quarter = (sample.at - start) // (15 * 60e6)
    negative = sample.is_(entity="EM", lang="en", sentiment="negative")
    assert (negative & (quarter == 0)).sum() == 9
    clip = int(np.flatnonzero(sample.is_(origin="incident"))[0])
    assert sample.at[clip] == start
    assert sample.post("platform")[clip] == "video"
    assert "lid" in sample.post("text")[clip].lower()
    wave = sample.is_(origin="incident")
    assert (quarter[wave] <= 65).all()  # Sunday 11:00 is 65 quarters later
    if seed == 1:
        by_hour = [int((wave & negative & (quarter // 4 == h)).sum()) for h in range(16)]
        assert max(by_hour) == max(by_hour[:3]) > 100
        assert by_hour[6] < by_hour[2] / 2
        assert by_hour[15] < 8
        assert (wave & (sample.post("kind") == "reshare")).sum() > 80
        assert (wave & (sample.post("parent_id") == sample.post("id")[clip])).sum() > 200
        weeks = [
            ((sample.at >= start - w * 604_800e6) & (sample.at < start - w * 604_800e6 + 3600e6)) for w in range(1, 9)
        ]
        before = np.mean([(negative & rows).sum() for rows in weeks])
        assert 0.1 <= before <= 1.8  # .8 an hour, give or take what chance does in eight hours


def test_the_house_answers_at_the_scripted_minutes(sample: Sample) -> None:
    start = incident_start(UNTIL).timestamp() * 1e6
    rows = sample.is_(origin="incident") & (sample.post("author") == "emberlyn_na")
    minutes = ((sample.at[rows] - start) / 60e6).tolist()
    assert minutes[:4] == [44, 85, 120, 150]
    assert set(np.diff(minutes[3:])) == {30}
    texts = sample.post("text")[rows]
    assert "close the gas valve" in texts[0]
    assert all(text.endswith((".", "here.", "safety engineer")) for text in texts)  # no slips, no emoji
