"""The list of queries, and archiving: figures, filters, files, undo, rights and the number of questions asked."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest

from fourleaf.listening.models import ListeningQuery
from web.listening.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def undo_token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def three(analyst: Any, organisation: Any, stock: Any, listen: Any) -> list[ListeningQuery]:
    stock(analyst.actor, [{"text": f"ember grill {n * 7919}"} for n in range(4)] + [{"text": "rival grill"}])
    return [
        listen(analyst.actor, "ember", name="Ember", role="own", brand_id=organisation.ember.pk),
        listen(analyst.actor, "rival", name="Rival", role="competitor", brand_id=organisation.ember.pk),
        listen(analyst.actor, "weather", name="Weather"),
    ]


def test_rows_say_role_brand_count_and_precision(client_for: Any, analyst: Any, three: Any, query_budget: Any) -> None:
    client = client_for(analyst)
    client.get("/queries/")
    with query_budget(10):
        response = client.get("/queries/")
    page = text_of(response)
    assert response.status_code == 200
    assert "3 queries" in page
    row = page[page.index(">Ember</a>") :].split("</tr>")[0]
    assert "Own brand" in row
    assert re.search(r">4 <svg", row), row
    assert "not checked" in row
    assert "Anton Analyst" in row


def test_the_count_is_that_of_the_mentions_it_leads_to(client_for: Any, analyst: Any, stock: Any, listen: Any) -> None:
    days = (0, 27, 28, 29)
    stock(analyst.actor, [{"text": f"ember {n}", "created_at": (NOW - timedelta(days=n)).isoformat()} for n in days])
    query = listen(analyst.actor, "ember", name="Ember", role="own")
    client = client_for(analyst)
    assert re.search(r">2 <svg", text_of(client.get("/queries/")))
    assert "2 mentions" in text_of(client.get(f"/mentions/?query={query.pk}"))


def test_filters_search_and_order_narrow_the_list(client_for: Any, analyst: Any, three: Any) -> None:
    client = client_for(analyst)

    def names(query: str) -> list[str]:
        return re.findall(r'class="row-link"[^>]*>([^<]+)</a>', client.get(f"/queries/?{query}").content.decode())

    assert names("role=own") == ["Ember"]
    assert names(f"brand={three[0].brand_id}") == ["Ember", "Rival"]
    assert names("q=rival") == ["Rival"]
    assert names("sort=-name") == ["Weather", "Rival", "Ember"]
    assert names("precision=none") == ["Ember", "Rival", "Weather"]
    assert names("precision=low") == []
    client.post(f"/queries/{three[2].pk}/archive")
    assert names("") == ["Ember", "Rival"]
    assert names("state=archived") == ["Weather"]
    assert names("state=all") == ["Ember", "Rival", "Weather"]


def test_an_exported_name_cannot_run_as_a_formula(client_for: Any, analyst: Any, listen: Any) -> None:
    listen(analyst.actor, "ember", name="=HYPERLINK(1)")
    content = b"".join(client_for(analyst).get("/queries/?export=csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["Query"] for row in rows] == ["'=HYPERLINK(1)"]
    assert rows[0]["Mentions, 28 days"] == "0"


def test_archiving_can_be_undone(client_for: Any, analyst: Any, three: Any) -> None:
    client = client_for(analyst)
    page = client.post(f"/queries/{three[0].pk}/archive", follow=True).content.decode()
    assert ListeningQuery.objects.get(pk=three[0].pk).state == "archived"
    client.post("/undo/", {"token": undo_token(page)})
    assert ListeningQuery.objects.get(pk=three[0].pk).state == "active"


def test_several_are_archived_and_brought_back_at_once(client_for: Any, analyst: Any, three: Any) -> None:
    client = client_for(analyst)
    sent = {"selected": [three[0].pk, three[2].pk], "next": "/queries/"}
    page = client.post("/queries/archive", sent, follow=True).content.decode()
    assert "2 queries archived" in page
    assert set(ListeningQuery.objects.filter(state="active")) == {three[1]}
    client.post("/undo/", {"token": undo_token(page)})
    assert ListeningQuery.objects.filter(state="active").count() == 3


def test_nothing_yet_says_what_a_query_is_and_offers_one(client_for: Any, analyst: Any, hire: Any) -> None:
    page = text_of(client_for(analyst).get("/queries/"))
    assert "A query says what to listen for" in page
    assert "(emberlyn OR #emberlyn)" in page
    assert 'href="/queries/add"' in page
    reader = text_of(client_for(hire("Stan Steering", role="steering")).get("/queries/"))
    assert 'href="/queries/add"' not in reader


def test_readers_cannot_change_and_strangers_see_nothing(
    client_for: Any, hire: Any, member: Any, stranger: Any, three: Any
) -> None:
    query = three[0]
    reader = client_for(hire("Stan Steering", role="steering"))
    assert reader.get(f"/queries/{query.pk}/").status_code == 200
    assert "Archive" not in text_of(reader.get(f"/queries/{query.pk}/"))
    assert reader.get(f"/queries/{query.pk}/edit").status_code == 403
    assert reader.get("/queries/add").status_code == 403
    assert reader.post("/queries/preview", {"text": "ember"}).status_code == 403
    assert reader.post(f"/queries/{query.pk}/archive").status_code == 403
    outsider = client_for(member)
    for address in (f"/queries/{query.pk}/", f"/queries/{query.pk}/edit", "/queries/99/"):
        assert outsider.get(address).status_code == 404, address
    for address in ("/queries/", "/queries/add"):
        assert outsider.get(address).status_code == 403, address
    assert "rail-listen" not in outsider.get("/").content.decode()
    assert stranger.get("/queries/").status_code == 302
    assert ListeningQuery.objects.get(pk=query.pk).state == "active"


def test_a_role_for_one_brand_sees_that_brand(client_for: Any, hire: Any, organisation: Any, three: Any) -> None:
    ours = hire("Bea Brand", role="analyst", brand=organisation.ember)
    client = client_for(ours)
    page = text_of(client.get("/queries/"))
    assert ">Ember</a>" in page
    assert ">Weather</a>" not in page
    assert client.get(f"/queries/{three[2].pk}/").status_code == 404


def test_one_query_shows_its_reading_chart_and_facts(
    client_for: Any, analyst: Any, three: Any, query_budget: Any
) -> None:
    client = client_for(analyst)
    client.get(f"/queries/{three[0].pk}/")
    with query_budget(11):
        page = text_of(client.get(f"/queries/{three[0].pk}/"))
    assert "Posts that contain “ember”." in page
    assert "4 posts found in these days" in page
    assert "At work" in page


def test_search_finds_queries_by_name_and_text(analyst: Any, member: Any, three: Any) -> None:
    from fourleaf.web.search import find

    groups = {group.code: group for group in find(analyst.actor, "weather", 5)}
    assert [result.label for result in groups["listening-queries"].results] == ["Weather"]
    assert find(member.actor, "weather", 5) == []


def test_search_finds_a_query_by_its_exact_name_among_many(client_for: Any, analyst: Any, listen: Any) -> None:
    from fourleaf.listening.models import ListeningQuery

    exact = listen(analyst.actor, "grill", name="Zinc")
    rows = [
        ListeningQuery(
            name=f"About {n}",
            text="zinc OR tin",
            role="topic",
            state="active",
            created_at=exact.created_at,
            changed_at=exact.changed_at,
        )
        for n in range(30)
    ]
    ListeningQuery.objects.bulk_create(rows)
    text = client_for(analyst).get("/search", {"q": "zinc"}, headers={"HX-Request": "true"}).content.decode()
    assert text.index(f'href="/queries/{exact.pk}/"') < text.index("About 0")
    assert text.index('id="instant-listening-queries"') < text.index('id="instant-listening-mentions"')
