"""The reports as pages: right figures with their interval and base, empty states, exports, budgets, rights."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fourleaf.kernel import clock, jobs
from fourleaf.listening.selectors.words import RisingWords
from fourleaf.web.listening.reports_overview import part_looked_at

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 20, 12, 0, tzinfo=UTC)
SPAN = "period=own&first=2026-06-01&last=2026-06-20"


@pytest.fixture(autouse=True)
def _at_noon(lake_dir: Path, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    with clock.frozen(NOW):
        yield


@pytest.fixture
def conversation(analyst: Any, organisation: Any) -> None:
    """Twelve posts of Ember by six authors, eight of a rival, one that names both; on both sides of midnight."""
    from fourleaf.listening.services.imports import map_columns, start_import, upload_file
    from fourleaf.listening.services.queries import QueryFields, add_query

    actor = analyst.actor
    add_query(actor=actor, fields=QueryFields("Ember", "emberlyn", "own", brand_id=organisation.ember.pk))
    add_query(actor=actor, fields=QueryFields("Rival", "rivalgrill", "competitor", brand_id=organisation.ember.pk))
    rows = ["id,created_at,author,platform,text,followers"]
    for n in range(11):
        words = ["I love my emberlyn grill", "The emberlyn lid is terrible and broken", "emberlyn sells grills"][n % 3]
        rows.append(f"e{n},2026-06-{1 + n:02}T22:30:00Z,author{n % 6},video,{words} number {n * 7919},{n * 100}")
    for n in range(7):
        rows.append(f"r{n},2026-06-{1 + n:02}T09:00:00Z,rival{n},forum,rivalgrill is what it is {n * 104729},10")
    rows.append("b0,2026-06-12T09:00:00Z,author1,video,emberlyn or rivalgrill,5")
    upload = upload_file(actor=actor, name="posts.csv", pieces=["\n".join(rows).encode()]).import_
    map_columns(actor=actor, import_id=upload.pk)
    start_import(actor=actor, import_id=upload.pk)
    jobs.run_until_idle()
    upload.refresh_from_db()
    assert (upload.state, upload.rows_stored) == ("done", 19)


def figures(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_share_of_voice_says_the_share_its_interval_and_its_base(
    client_for: Any, analyst: Any, conversation: None
) -> None:
    text = figures(client_for(analyst).get(f"/voice/?{SPAN}").content.decode())
    # 12 of 12 + 8; Wilson's interval of 12 in 20 is .387 to .781.
    assert "60 %" in text
    assert "(39-78)" in text
    assert "of 20 brand mentions found" in text
    assert "of posts found, never of customers" in text


def test_counting_by_authors_counts_each_once(client_for: Any, analyst: Any, conversation: None) -> None:
    text = figures(client_for(analyst).get(f"/voice/?{SPAN}&count=authors").content.decode())
    # Six authors of Ember; eight of the rival, one of whom also wrote about Ember.
    assert "of 14 authors found" in text
    assert "43 %" in text


def test_a_platform_narrows_everything(client_for: Any, analyst: Any, conversation: None) -> None:
    text = figures(client_for(analyst).get(f"/voice/?{SPAN}&platform=forum").content.decode())
    assert "of 7 brand mentions found" in text


def test_each_figure_leads_to_its_posts(client_for: Any, analyst: Any, conversation: None) -> None:
    client = client_for(analyst)
    text = client.get(f"/voice/?{SPAN}").content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/mentions/\?[^"]+)"', text)]
    assert links
    shown = client.get(links[0]).content.decode()
    assert "12 " in figures(shown)
    assert "rivalgrill is what it is" not in shown


def test_days_are_those_of_the_reporting_zone(client_for: Any, analyst: Any, conversation: None, settings: Any) -> None:
    client = client_for(analyst)
    one_day = "period=own&first=2026-06-01&last=2026-06-01"
    # 22:30 UTC on 1 June is 00:30 on 2 June in Berlin.
    settings.TIME_ZONE = "UTC"
    in_utc = figures(client.get(f"/overview/?{one_day}").content.decode())
    settings.TIME_ZONE = "Europe/Berlin"
    in_berlin = figures(client.get(f"/overview/?{one_day}").content.decode())
    assert "1 posts in the whole period" in in_utc
    assert "0 posts in the whole period" in in_berlin


def test_the_export_adds_up(client_for: Any, analyst: Any, conversation: None) -> None:
    answer = client_for(analyst).get(f"/voice/?{SPAN}&export=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    span = ("2026-06-01", "2026-06-20")
    whole = {row["Name"]: row for row in rows if (row["From"], row["To"]) == span}
    parts: dict[str, int] = {}
    for row in rows:
        if (row["From"], row["To"]) != span:
            parts[row["Name"]] = parts.get(row["Name"], 0) + int(row["Number"])
    assert {name: int(row["Number"]) for name, row in whole.items()} == {"Ember": 12, "Rival": 8} == parts
    # Each row has its own share of the same base, with its own interval.
    assert [(float(whole[n]["Share"]), whole[n]["Base"]) for n in ("Ember", "Rival")] == [(0.6, "20"), (0.4, "20")]
    assert float(whole["Rival"]["Low"]) == pytest.approx(1 - float(whole["Ember"]["High"]))
    lone = [row for row in rows if row["From"] == row["To"] == "2026-06-09"]
    assert [(row["Name"], row["Number"], float(row["Share"]), row["Base"]) for row in lone] == [
        ("Ember", "1", 1.0, "1"),
        ("Rival", "0", 0.0, "1"),
    ]
    # What nobody wrote about has no share.
    assert {row["Share"] for row in rows if row["Base"] == "0"} == {""}


def _part(text: str, name: str) -> str:
    """The element of that id, up to its place's end, as htmx would take it out of the answer."""
    return text.split(f'id="{name}"')[1].split("</div>\n")[0]


@pytest.mark.parametrize("path", ["/voice/", "/sentiment/"])
def test_the_exports_follow_the_filters_that_are_shown(
    client_for: Any, analyst: Any, conversation: None, path: str
) -> None:
    client = client_for(analyst)
    shown = client.get(f"{path}?{SPAN}").content.decode()
    # The form swaps the export's place along with the report, and the place is there even where nothing can be taken.
    form = shown.split('aria-label="Narrow the report"')[1].split(">")[0]
    assert 'hx-select-oob="#report-export"' in form
    query = f"{SPAN}&platform=forum&reshares=with&brand=all"
    narrowed = client.get(f"{path}?{query}", headers={"HX-Request": "true", "HX-Target": "report"}).content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', _part(narrowed, "report-export"))]
    assert [link.rpartition("export=")[2] for link in links] == ["csv", "xlsx"]
    for link in links:
        assert "platform=forum" in link
        assert "brand=all" in link
    rows = list(csv.DictReader(io.StringIO(b"".join(client.get(links[0])).decode("utf-8-sig"))))
    counted = sum(int(row.get("Number") or 0) for row in rows if row["From"] == "2026-06-01")
    counted += sum(int(row[name]) for row in rows for name in ("Negative", "Neutral", "Positive") if name in row)
    # Seven posts of the forum, all by the rival.
    assert counted == (7 + 1 if path == "/voice/" else 7)


def test_all_brands_stay_all_brands_in_tabs_and_exports(
    client_for: Any, analyst: Any, organisation: Any, conversation: None
) -> None:
    from fourleaf.listening.services.queries import QueryFields, add_query

    add_query(actor=analyst.actor, fields=QueryFields("Loom", "sells", "own", brand_id=organisation.loom.pk))
    jobs.run_until_idle()
    answer = client_for(analyst).get(f"/voice/?{SPAN}&brand=")
    assert '<option value="all" selected>All brands</option>' in answer.content.decode()
    assert "brand=all" in answer.context["csv_url"]
    assert all("brand=all" in url for _, url, _ in answer.context["tabs"])


def test_sentiment_shows_and_exports_every_query(
    client_for: Any, analyst: Any, organisation: Any, conversation: None
) -> None:
    from fourleaf.listening.services.queries import QueryFields, add_query

    # Fourteen queries of one brand; the first by name finds nothing.
    for number in range(11):
        fields = QueryFields(f"Topic {number:02}", f"number AND ({number} OR emberlyn)", brand_id=organisation.ember.pk)
        add_query(actor=analyst.actor, fields=fields)
    empty = QueryFields("Aardvark", "aardvark", "own", brand_id=organisation.ember.pk)
    add_query(actor=analyst.actor, fields=empty)
    jobs.run_until_idle()
    client = client_for(analyst)
    answer = client.get(f"/sentiment/?{SPAN}")
    names = [line.series.name for line in answer.context["lines"]]
    assert names[:2] == ["Ember", "Aardvark"]  # own first, the most posts first
    assert len(names) == 14
    rows = list(csv.DictReader(io.StringIO(b"".join(client.get(f"/sentiment/?{SPAN}&export=csv")).decode("utf-8-sig"))))
    assert {row["Query"] for row in rows} == set(names)
    # What is drawn large and what the figures stand for is never a query of which there are no posts.
    assert answer.context["first"].name == "Ember"
    assert answer.context["footer"].population.posts == 19
    asked = client.get(f"/sentiment/?{SPAN}&query={answer.context['lines'][1].series.query_id}").content.decode()
    assert "Nothing was found for Aardvark" in asked
    quiet = figures(client.get("/sentiment/?period=own&first=2026-01-01&last=2026-01-02").content.decode())
    assert "None of the 14 queries of this choice found a post in it." in quiet
    assert "What these figures stand for" not in quiet


def test_net_sentiment_is_drawn_by_weeks_where_days_are_too_thin(
    client_for: Any, analyst: Any, conversation: None
) -> None:
    context = client_for(analyst).get(f"/sentiment/?{SPAN}").context
    assert context["net"].title == "Net sentiment by week"
    # 1 June 2026 is a Monday: three weeks, the last one cut short; all posts are in them, and enough in the first.
    assert [row[0] for row in context["net"].rows] == ["1 June 2026", "8 June 2026", "15 June 2026"]
    assert context["net"].rows[0][1] != "too few to show"
    assert sum(part[1] for part in context["lines"][0].parts) == 12


def test_a_report_begins_with_a_brand_that_is_spoken_of(
    client_for: Any, analyst: Any, organisation: Any, conversation: None
) -> None:
    from fourleaf.listening.services.queries import QueryFields, add_query

    organisation.ember.name = "Zember"
    organisation.ember.save()
    silent = QueryFields("Loom", "loomington", "own", brand_id=organisation.loom.pk)
    add_query(actor=analyst.actor, fields=silent)
    jobs.run_until_idle()
    client = client_for(analyst)
    for path in ("/voice/", "/sentiment/"):
        assert client.get(f"{path}?{SPAN}").context["asked"].brand == organisation.ember, path


def test_charts_carry_their_data_and_come_as_pictures(client_for: Any, analyst: Any, conversation: None) -> None:
    client = client_for(analyst)
    text = client.get(f"/voice/?{SPAN}").content.decode()
    specs = [part.split("</template>")[0] for part in text.split("<template data-spec>")[1:]]
    assert len(specs) == 2
    assert all(json.loads(spec.replace("&quot;", '"').replace("&amp;", "&"))["datasets"]["rows"] for spec in specs)
    picture = client.get(f"/voice/?{SPAN}&chart=course.svg")
    assert picture["Content-Type"].startswith("image/svg+xml")
    assert b"<svg" in picture.content


@pytest.mark.parametrize(("path", "budget"), [("/voice/", 8), ("/sentiment/", 9), ("/overview/", 9)])
def test_each_report_keeps_its_budget(
    client_for: Any, analyst: Any, conversation: None, query_budget: Any, looked_after_once: Any, path: str, budget: int
) -> None:
    client = client_for(analyst)
    client.get(f"{path}?{SPAN}")
    looked_after_once()
    with query_budget(budget):
        assert client.get(f"{path}?{SPAN}").status_code == 200


def test_sentiment_counts_and_follows_corrections(client_for: Any, analyst: Any, conversation: None) -> None:
    from fourleaf.listening.services.judgements import correct_sentiment

    client = client_for(analyst)
    before = figures(client.get(f"/sentiment/?{SPAN}").content.decode())
    for n in range(11):
        correct_sentiment(actor=analyst.actor, mention_id=f"e{n}", sentiment="negative")
    after = figures(client.get(f"/sentiment/?{SPAN}").content.decode())
    assert after != before
    assert (
        '>11<span class="vh"> negative posts of Ember' in after
        or '>12<span class="vh"> negative posts of Ember' in after
    )


def test_sentiment_says_whether_re_shares_count(client_for: Any, analyst: Any, conversation: None) -> None:
    from fourleaf.listening.services.imports import map_columns, start_import, upload_file

    row = "x1,2026-06-09T09:00:00Z,ann,video,RT I love my emberlyn grill,5,reshare"
    content = f"id,created_at,author,platform,text,followers,kind\n{row}\n".encode()
    upload = upload_file(actor=analyst.actor, name="more.csv", pieces=[content]).import_
    map_columns(actor=analyst.actor, import_id=upload.pk)
    start_import(actor=analyst.actor, import_id=upload.pk)
    jobs.run_until_idle()
    client = client_for(analyst)

    def counted(query: str) -> tuple[int, str, str]:
        text = figures(client.get(f"/sentiment/?{SPAN}{query}").content.decode())
        posts = re.findall(r">(\d+)<span class=\"vh\"> \w+ posts of Ember", text)
        choice = re.findall(r'<option value="(with\w*)" selected>', text)
        return sum(map(int, posts)), choice[0], text

    total, choice, text = counted("")
    assert (total, choice) == (12, "without")
    assert "Re-shares only repeat an opinion and are left out." in text
    tabs = re.findall(r'href="(/voice/\?[^"]+)"', text)
    assert tabs
    assert [tab for tab in tabs if "reshares" in tab] == []  # share of voice has its own default
    total, choice, text = counted("&reshares=with")
    assert (total, choice) == (13, "with")
    assert "Counted are posts, replies, quotes and re-shares" in text
    assert counted("&reshares=")[:2] == (12, "without")
    voice = figures(client.get(f"/voice/?{SPAN}").content.decode())
    assert '<option value="with" selected>' in voice
    assert "of 21 brand mentions found" in voice


def test_what_is_rarely_changed_is_folded_unless_in_use(client_for: Any, analyst: Any, conversation: None) -> None:
    client = client_for(analyst)

    def parts(path: str) -> tuple[str, str]:
        form = figures(client.get(path).content.decode()).split('aria-label="Narrow the report"')[1].split("</form>")[0]
        before, _, folded = form.partition("<details")
        return before, folded

    before, folded = parts(f"/voice/?{SPAN}")
    assert [name for name in ("period", "first", "last", "brand") if f'name="{name}"' not in before] == []
    assert [
        n for n in ("platform", "language", "count", "reshares", "suspected") if f'<select name="{n}"' not in folded
    ] == []
    assert folded.startswith(' class="more">')
    for query in ("platform=video", "count=authors", "reshares=without", "suspected=exclude"):
        assert parts(f"/voice/?{SPAN}&{query}")[1].startswith(' class="more" open>'), query
    assert parts(f"/sentiment/?{SPAN}&reshares=without")[1].startswith(' class="more">')
    # Sentiment knows one way to count: it only hands the choice on.
    folded = parts(f"/sentiment/?{SPAN}&count=authors")[1]
    assert '<input type="hidden" name="count" value="authors"' in folded
    assert folded.startswith(' class="more">')


def test_the_card_of_the_model_is_at_hand(client_for: Any, analyst: Any, member: Any, conversation: None) -> None:
    from fourleaf.web.listening.model_card import CARD

    root = Path(__file__).resolve().parents[3]
    reference = root / "docs" / "reference" / "model-card-sentiment.md"
    assert CARD.read_text("utf-8") == reference.read_text("utf-8"), f"copy {reference.name} to {CARD}"
    client = client_for(analyst)
    assert 'href="/sentiment/model/"' in client.get(f"/sentiment/?{SPAN}").content.decode()
    assert 'href="/sentiment/model/"' in client.get("/mentions/one/e0/").content.decode()
    card = client.get("/sentiment/model/").content.decode()
    assert "<h2>Known errors and bias</h2>" in card
    assert card.count('<table class="table">') == 3
    assert client_for(member).get("/sentiment/model/").status_code == 403


@pytest.mark.parametrize(
    ("path", "said"), [("/voice/", "No posts yet"), ("/sentiment/", "No posts yet"), ("/overview/", "No posts yet")]
)
def test_an_empty_installation_is_told_what_to_do(client_for: Any, analyst: Any, path: str, said: str) -> None:
    text = client_for(analyst).get(path).content.decode()
    assert said in text
    assert 'href="/imports/"' in text


def test_one_side_alone_is_no_share(client_for: Any, analyst: Any, conversation: None) -> None:
    from fourleaf.listening.models import ListeningQuery
    from fourleaf.listening.services.queries import archive_query

    archive_query(actor=analyst.actor, query_id=ListeningQuery.objects.get(name="Rival").pk)
    text = client_for(analyst).get(f"/voice/?{SPAN}").content.decode()
    assert "A share needs two sides" in text
    assert "“competitor”" in text


def test_queries_without_a_brand_are_a_market_of_their_own(
    client_for: Any, analyst: Any, organisation: Any, conversation: None
) -> None:
    from fourleaf.listening.models import ListeningQuery
    from fourleaf.listening.services.queries import QueryFields, add_query, archive_query

    client = client_for(analyst)
    assert "Without a brand" not in client.get(f"/voice/?{SPAN}").content.decode()
    for name, role, text in (("Grills", "own", "grills"), ("Lids", "competitor", "lid")):
        add_query(actor=analyst.actor, fields=QueryFields(name, text, role))
    jobs.run_until_idle()

    def contenders(address: str) -> list[str]:
        context = client.get(address).context
        return sorted(contender.label for contender in context["found"].contenders)

    # The brand comes first, and says that a competitor may be of the other market.
    first = figures(client.get(f"/voice/?{SPAN}").content.decode())
    assert contenders(f"/voice/?{SPAN}") == ["Ember", "Lids", "Rival"]
    assert "Competitor queries without a brand stand against every brand, here too: Lids." in first
    assert '<option value="none">Without a brand</option>' in first
    assert contenders(f"/voice/?{SPAN}&brand=none") == ["Grills", "Lids"]
    alone = client.get(f"/voice/?{SPAN}&brand=none").content.decode()
    assert "Own queries of several markets" not in alone
    assert contenders(f"/voice/?{SPAN}&brand=") == ["Ember", "Grills", "Lids", "Rival"]
    together = figures(client.get(f"/voice/?{SPAN}&brand=").content.decode())
    assert f"counted together: {organisation.ember.name}, without a brand. Choose one" in together
    for page in ("/sentiment/", "/overview/"):
        assert client.get(f"{page}?{SPAN}&brand=none").status_code == 200
    tile = figures(client.get("/home/tiles/listening-voice/").content.decode())
    assert "Without a brand" in tile
    assert "/voice/?brand=none" in tile
    # A brand that nothing is listened for is not what the page begins with.
    for name in ("Ember", "Rival"):
        archive_query(actor=analyst.actor, query_id=ListeningQuery.objects.get(name=name).pk)
    assert contenders(f"/voice/?{SPAN}") == ["Grills", "Lids"]


@pytest.mark.parametrize(
    "query", ["period=own", "period=own&first=2026-06-09&last=2026-06-01", "period=x&platform=<b>&brand=z"]
)
def test_wrong_filters_are_said_or_ignored_never_an_error(
    client_for: Any, analyst: Any, conversation: None, query: str
) -> None:
    answer = client_for(analyst).get(f"/voice/?{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/voice/", "/sentiment/", "/overview/"])
@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("first=2026-06-09&last=2026-06-01&export=csv", "This lies before the first day."),
        ("first=2026-06-09", "Choose both days."),
    ],
)
def test_days_that_are_no_period_show_no_figures(
    client_for: Any, analyst: Any, conversation: None, path: str, days: str, said: str
) -> None:
    answer = client_for(analyst).get(f"{path}?period=own&{days}").content.decode()
    assert said in answer
    assert "No figures for these days" in answer
    assert 'class="report-period"' not in answer
    assert "<figure" not in answer


@pytest.mark.parametrize("path", ["/voice/", "/sentiment/", "/overview/"])
def test_members_without_the_right_are_refused(client_for: Any, member: Any, path: str) -> None:
    assert client_for(member).get(path).status_code == 403


def test_authors_are_shown_only_to_those_who_may(client_for: Any, hire: Any, analyst: Any, conversation: None) -> None:
    steering = hire("Sten Steering", role="steering")
    assert "@author1" in client_for(analyst).get(f"/overview/?{SPAN}").content.decode()
    assert "@author1" not in client_for(steering).get(f"/overview/?{SPAN}").content.decode()


def test_the_overview_says_what_cannot_be_ranked(client_for: Any, analyst: Any, conversation: None) -> None:
    text = figures(client_for(analyst).get(f"/overview/?{SPAN}").content.decode())
    assert "Nothing is stored of the period before" in text
    assert "Reach cannot be ranked with fewer than 10 authors whose number of followers is known; there are" in text
    assert (
        "Resonance cannot be ranked with fewer than 10 authors with 5 posts on the topic or more; there are 0." in text
    )
    short = figures(client_for(analyst).get("/overview/?period=own&first=2026-06-08&last=2026-06-12").content.decode())
    few = "Words cannot be ranked with fewer than 30 different posts in either period: there are"
    assert re.search(few + r" \d in this one and \d in the one before\.", short)


def test_the_home_page_shows_each_brands_share(client_for: Any, analyst: Any, conversation: None) -> None:
    text = figures(client_for(analyst).get("/home/tiles/listening-voice/").content.decode())
    assert "60 %" in text


def test_an_export_of_mentions_is_noted_without_what_was_searched(
    client_for: Any, analyst: Any, conversation: None
) -> None:
    from fourleaf.kernel.models import AuditEvent

    answer = client_for(analyst).get(f"/mentions/?{SPAN}&q=terrible&export=csv")
    assert b"terrible" in b"".join(answer.streaming_content)
    event = AuditEvent.objects.get(code="listening.mentions.exported")
    assert event.actor_person_id == analyst.person.pk
    assert "terrible" not in str(event.data)


def test_words_say_of_how_many_posts_their_numbers_are() -> None:
    part = part_looked_at(RisingWords([], 20_000, 300, 43_211, 300))
    assert "20,000 of 43,211 now and 300 of 300 before" in part
    assert part_looked_at(RisingWords([], 40, 300, 40, 300)) == ""
