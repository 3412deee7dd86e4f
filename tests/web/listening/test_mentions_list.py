"""The list of mentions: filters, search, pages by key, honest counts, files, saved views, rights."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest

from web.listening.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def ids(response: Any) -> list[str]:
    """The ids of the rows, in order."""
    return re.findall(r'class="row-link" href="/mentions/one/([^/]+)/"', response.content.decode())


@pytest.fixture
def talk(analyst: Any, stock: Any, listen: Any) -> dict[str, int]:
    long_ago = (NOW - timedelta(days=60)).isoformat()
    stock(
        analyst.actor,
        [
            {"text": "I love my ember grill, it is wonderful", "platform": "video", "author_followers": 10},
            {"text": "The ember lid is terrible and broken, awful", "author": "ann", "author_followers": 900},
            {"text": "rival grills are on sale", "kind": "reply", "parent_id": "p0"},
            {"text": "Der ember Grill steht im Garten und die Wurst ist fertig", "platform": "forum"},
            {"text": "ember in spring", "created_at": long_ago},
            {"text": "nothing of interest whatever"},
        ],
    )
    return {
        "ember": listen(analyst.actor, "ember", name="Ember", role="own").pk,
        "rival": listen(analyst.actor, "rival", name="Rival", role="competitor").pk,
    }


def test_rows_show_what_matters(client_for: Any, analyst: Any, talk: Any) -> None:
    page = text_of(client_for(analyst).get("/mentions/"))
    assert "5 mentions" in page
    assert "24 May 2026 to 20 June 2026, days of UTC" in page
    assert "I love my <mark>ember</mark> grill" in page
    assert "@ann" in page
    assert "Positive" in page
    assert ">Ember</a>" in page


FILTERS: list[tuple[str, list[str]]] = [
    ("", ["p0", "p1", "p2", "p3", "p5"]),
    ("period=all", ["p0", "p1", "p2", "p3", "p5", "p4"]),
    ("period=own&first=2026-04-01&last=2026-04-30", ["p4"]),
    ("period=1", ["p0", "p1", "p2", "p3", "p5"]),
    ("query={ember}", ["p0", "p1", "p3"]),
    ("query={ember}&query={rival}", ["p0", "p1", "p2", "p3"]),
    ("role=competitor", ["p2"]),
    ("role=topic", []),
    ("role=own&query={rival}", []),
    ("platform=forum", ["p3"]),
    ("platform=forum&platform=video", ["p0", "p3"]),
    ("language=de", ["p3"]),
    ("kind=reply", ["p2"]),
    ("author=ann", ["p1"]),
    ("author=@ANN", ["p1"]),
    ("q=grill", ["p0", "p3"]),
    ("q=grill+NOT+love", ["p3"]),
    ("q=lid+NEAR/3+terrible", ["p1"]),
    ("sort=oldest&query={ember}", ["p3", "p1", "p0"]),
    ("sort=reach&query={ember}", ["p1", "p0", "p3"]),
    ("query=99999", []),
    ("platform=nowhere", []),
]


def test_filters_narrow_the_list(client_for: Any, analyst: Any, talk: Any) -> None:
    client = client_for(analyst)
    wrong = {}
    for query, expected in FILTERS:
        response = client.get("/mentions/?" + query.format(**talk))
        if response.status_code != 200 or ids(response) != expected:
            wrong[query] = (response.status_code, ids(response), expected)
    assert wrong == {}


def test_what_people_said_about_it_can_be_asked_for(client_for: Any, analyst: Any, talk: Any) -> None:
    from django.test import Client

    from fourleaf.kernel.services.tokens import available_scopes, make_token
    from fourleaf.listening.services.judgements import correct_sentiment, mark_irrelevant, mark_relevant

    client = client_for(analyst)

    def found(review: str, more: str = "") -> list[str]:
        return ids(client.get(f"/mentions/?review={review}{more}"))

    assert (found("none"), found("sentiment"), found("some")) == (["p0", "p1", "p2", "p3", "p5"], [], [])
    correct_sentiment(actor=analyst.actor, mention_id="p1", sentiment="neutral")
    mark_irrelevant(actor=analyst.actor, mention_id="p2")
    mark_relevant(actor=analyst.actor, mention_id="p3")
    # Said and taken back is nothing said.
    correct_sentiment(actor=analyst.actor, mention_id="p5", sentiment="positive")
    correct_sentiment(actor=analyst.actor, mention_id="p5", sentiment=None)
    assert found("none") == ["p0", "p5"]
    assert found("none", f"&query={talk['ember']}") == ["p0"]
    assert found("sentiment") == ["p1"]
    assert found("some") == ["p1", "p2", "p3"]
    assert found("some", f"&query={talk['rival']}") == ["p2"]
    assert found("some", "&relevance=relevant") == ["p3"]
    page = text_of(client.get("/mentions/?review=none"))
    assert "Not yet reviewed" in page
    assert "2 mentions" in page
    assert 'class="chip" href="/mentions/"' in page
    scopes = [code for code, _ in available_scopes(analyst.actor)]
    key = make_token(actor=analyst.actor, name="test", scopes=scopes).key
    api = Client(headers={"authorization": f"Bearer {key}"})
    for review, expected in (("none", ["p0", "p5"]), ("some", ["p1", "p2", "p3"])):
        answer = api.get(f"/api/v1/mentions?review={review}&first_day=2026-06-20&last_day=2026-06-20")
        assert [item["id"] for item in answer.json()["items"]] == expected


def test_an_impossible_period_is_named_and_the_default_holds(client_for: Any, analyst: Any, talk: Any) -> None:
    response = client_for(analyst).get("/mentions/?period=own&first=2026-06-30&last=2026-06-01")
    assert "This lies before the first day." in text_of(response)
    assert len(ids(response)) == 5


def test_a_search_that_is_no_query_is_explained_and_searched_as_words(client_for: Any, analyst: Any, talk: Any) -> None:
    response = client_for(analyst).get("/mentions/?q=love+my+(ember")
    page = text_of(response)
    assert "This parenthesis is never closed." in page
    assert 'href="/mentions/?q=love+my+%28ember%29"' in page
    assert ids(response) == []
    assert "Nothing fits these filters" in page
    assert "6 posts are stored" in page


def test_filters_in_use_can_be_taken_away_one_by_one(client_for: Any, analyst: Any, talk: Any) -> None:
    page = text_of(client_for(analyst).get("/mentions/?platform=video&kind=post&sort=oldest"))
    assert 'class="chip" href="/mentions/?kind=post&amp;sort=oldest"' in page
    assert 'class="chip" href="/mentions/?platform=video&amp;sort=oldest"' in page


def test_near_duplicates_stand_once_when_asked(client_for: Any, analyst: Any, stock: Any) -> None:
    text = "Win a grill today at the great summer fair, just follow and share this post with friends"
    stock(analyst.actor, [{"text": f"{text} {n}"} for n in range(3)] + [{"text": "something else"}])
    client = client_for(analyst)
    assert len(ids(client.get("/mentions/"))) == 4
    response = client.get("/mentions/?collapse=1")
    assert ids(response) == ["p0", "p3"]
    detail = text_of(client.get("/mentions/one/p0/"))
    assert "3 posts say nearly the same" in detail
    near = re.search(r'href="(/mentions/\?cluster=[^"]+)">Show them all', detail)
    assert near is not None
    assert ids(client.get(near[1].replace("&amp;", "&"))) == ["p0", "p1", "p2"]


def test_pages_lead_through_every_mention_once_and_back(client_for: Any, analyst: Any, stock: Any) -> None:
    stock(analyst.actor, [{"text": f"post {n * 7919}"} for n in range(60)])
    client = client_for(analyst)
    first = client.get("/mentions/?size=25")
    seen, response = ids(first), first
    assert "60 mentions" in text_of(first)
    while (found := re.search(r'href="([^"]+)"[^>]*rel="next"|rel="next"[^>]*href="([^"]+)"', text_of(response))) or (
        found := re.search(r'<a href="([^"]+)"[^>]*id="mentions-next"', text_of(response))
    ):
        response = client.get((found[1] or found[2]).replace("&amp;", "&"))
        seen += ids(response)
    assert seen == [f"p{n}" for n in range(60)]
    back = re.search(r'<a href="([^"]+)"[^>]*id="mentions-previous"', text_of(response))
    assert back is not None
    assert ids(client.get(back[1].replace("&amp;", "&"))) == [f"p{n}" for n in range(25, 50)]
    assert ids(client.get("/mentions/?after=rubbish&size=25")) == [f"p{n}" for n in range(25)]


def test_ten_thousand_mentions_cost_no_more_than_fifty(
    client_for: Any,
    analyst: Any,
    stock: Any,
    query_budget: Any,
    monkeypatch: pytest.MonkeyPatch,
    looked_after_once: Any,
) -> None:
    from fourleaf.web.listening import mentions_list

    minutes = [(NOW - timedelta(minutes=n + 1)).isoformat() for n in range(10_050)]
    stock(analyst.actor, [{"text": f"number {n * 7919}", "created_at": at} for n, at in enumerate(minutes)])
    client = client_for(analyst)
    client.get("/mentions/")
    looked_after_once()
    # Three for who asks; queries, corrections (have they changed; those of the page), own accounts, notes, views.
    with query_budget(9):
        response = client.get("/mentions/")
    assert len(ids(response)) == 50
    assert "10,050 mentions" in text_of(response)
    assert len(response.content) < 450_000
    monkeypatch.setattr(mentions_list, "CHEAP", 1_000)
    page = text_of(client.get("/mentions/"))
    assert "more than 50 mentions" in page
    assert 'href="/mentions/?count=1"' in page
    assert "10,050 mentions" in text_of(client.get("/mentions/?count=1"))


def test_htmx_gets_the_list_alone_and_the_address_follows(client_for: Any, analyst: Any, talk: Any) -> None:
    headers = {"HX-Request": "true", "HX-Target": "mentions-part"}
    response = client_for(analyst).get("/mentions/?platform=forum&sort=newest&period=28&author=", headers=headers)
    assert response["HX-Push-Url"] == "/mentions/?platform=forum"
    assert text_of(response).startswith('<div class="mentions-part')
    assert ids(response) == ["p3"]


def test_exports_hold_everything_that_fits(client_for: Any, analyst: Any, talk: Any, hire: Any) -> None:
    client = client_for(analyst)
    response = client.get("/mentions/?export=csv&platform=video")
    assert response.streaming
    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert [(row["Id"], row["Queries"], row["Sentiment"]) for row in rows] == [("p0", "Ember", "positive")]
    assert rows[0]["Time"] == "2026-06-20T13:00:00+02:00"
    book = client.get("/mentions/?export=xlsx")
    assert b"".join(book)[:2] == b"PK"
    reader = client_for(hire("Stan Steering", role="steering"))
    assert "Export" not in text_of(reader.get("/mentions/"))
    assert reader.get("/mentions/?export=csv").status_code == 403


def test_views_are_saved_and_come_back(client_for: Any, analyst: Any, talk: Any) -> None:
    client = client_for(analyst)
    first = client.get("/mentions/?platform=forum").content.decode()
    canonical = re.search(r'<input type="hidden" name="query" value="([^"]+)"', first)
    assert canonical is not None
    sent = {"page": "listening-mentions", "name": "Forums", "query": canonical[1], "next": "/mentions/"}
    client.post("/views/", sent)
    page = text_of(client.get("/mentions/?platform=forum"))
    assert re.search(r'href="/mentions/\?platform=forum"[^>]*aria-current[^>]*>Forums', page)


def test_nothing_at_all_and_nothing_that_fits_are_told_apart(
    client_for: Any, analyst: Any, hire: Any, stock: Any
) -> None:
    client = client_for(analyst)
    page = text_of(client.get("/mentions/"))
    assert "No mentions yet" in page
    assert "Import a file of posts" in page
    assert "Import a file" not in text_of(client_for(hire("Cara Care", role="care")).get("/mentions/"))
    stock(analyst.actor, [{"text": "ember", "created_at": (NOW - timedelta(days=60)).isoformat()}])
    page = text_of(client.get("/mentions/"))
    assert "Nothing fits these filters" in page
    assert 'href="/mentions/?period=all"' in page


def test_who_may_not_see_authors_sees_none(client_for: Any, hire: Any, talk: Any) -> None:
    client = client_for(hire("Cara Care", role="care"))
    page = text_of(client.get("/mentions/"))
    assert "@ann" not in page
    assert 'name="author"' not in page
    assert len(ids(client.get("/mentions/?author=ann"))) == 5
    content = b"".join(client.get("/mentions/?export=csv")).decode("utf-8-sig")
    assert "ann" not in content.splitlines()[2].split(",")
    assert "Author" not in content.splitlines()[0].split(",")


def test_without_rights_nothing_is_there(client_for: Any, member: Any, stranger: Any, talk: Any) -> None:
    client = client_for(member)
    assert client.get("/mentions/").status_code == 403
    assert client.get("/mentions/one/p0/").status_code == 404
    assert client.get("/mentions/one/absent/").status_code == 404
    assert client.post("/mentions/one/p0/relevance?version=0", {"relevant": "no"}).status_code in (403, 404)
    assert stranger.get("/mentions/").status_code == 302


def test_a_role_for_one_brand_sees_what_its_queries_found(
    client_for: Any, hire: Any, analyst: Any, organisation: Any, stock: Any, listen: Any
) -> None:
    stock(analyst.actor, [{"text": "ember"}, {"text": "loom"}])
    listen(analyst.actor, "ember", brand_id=organisation.ember.pk)
    listen(analyst.actor, "loom", brand_id=organisation.loom.pk)
    client = client_for(hire("Bea Brand", role="analyst", brand=organisation.ember))
    assert ids(client.get("/mentions/")) == ["p0"]
    assert client.get("/mentions/one/p1/").status_code == 404
    lines = b"".join(client.get("/mentions/?export=csv")).decode().splitlines()
    assert len(lines) == 2


def test_search_offers_the_list_while_typing_and_posts_on_its_page(analyst: Any, member: Any, talk: Any) -> None:
    from fourleaf.web.search import find

    def labels(limit: int) -> list[str]:
        groups = {group.code: group for group in find(analyst.actor, "lid", limit)}
        return [result.label for result in groups["listening-mentions"].results]

    assert labels(5) == ["Mentions that contain “lid”"]
    assert labels(50) == ["Mentions that contain “lid”", "The ember lid is terrible and broken, awful"]
    assert all(group.code != "listening-mentions" for group in find(member.actor, "lid", 50))


def test_the_bar_of_a_narrow_screen_goes_by_the_role(client_for: Any, analyst: Any, member: Any) -> None:
    def bar(who: Any) -> list[str]:
        part = client_for(who).get("/people/").content.decode().split('class="bottom-bar"')[1]
        return re.findall(r"<span>([^<]+)</span>", part.split("</nav>")[0])

    assert bar(analyst) == ["Home", "Mentions", "Share of voice", "Queries", "More"]
    assert (bar(member)[0], bar(member)[-1]) == ("Home", "More")
    assert "Mentions" not in bar(member)
