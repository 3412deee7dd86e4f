"""One mention: why it was found and judged, corrections with undo, notes, erasure; and texts that mean harm."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.listening.models import MentionCorrection, MentionNote, SuppressedAuthor
from fourleaf.web.listening.mentions_shown import MentionId, row_id
from fourleaf.web.listening.texts import excerpt, marked, plain

database = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


def with_database(function: Any) -> Any:
    for mark in database:
        function = mark(function)
    return function


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def undo(client: Any, page: str) -> None:
    found = re.findall(r'name="token" value="([^"]+)"', page)
    assert found
    client.post("/undo/", {"token": found[-1]})


@pytest.fixture
def one(analyst: Any, stock: Any, listen: Any) -> int:
    stock(
        analyst.actor,
        [
            {"text": "I love my ember grill, it is wonderful", "author": "ann", "url": "https://example.org/p/1"},
            {"text": "ember again", "kind": "reply", "parent_id": "p0", "url": "javascript:alert(1)", "author": "ann"},
            {"text": "nobody asked"},
        ],
    )
    return int(listen(analyst.actor, '(ember OR "big lid") NOT (lynn OR daughter)', name="Ember").pk)


# --- texts ---------------------------------------------------------------------------------------------------------

_texts = st.text(max_size=120)
_spans = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=4)


@given(_texts, _spans, st.integers(1, 120))
def test_no_text_and_no_span_breaks_out_of_its_element(text: str, spans: list[tuple[int, int]], longest: int) -> None:
    html = excerpt(f"<i>{text}", sorted(spans), longest).html
    assert "<" not in html.replace("<mark>", "").replace("</mark>", "")
    assert html.count("<mark>") == html.count("</mark>")


@given(_texts)
def test_marks_change_nothing_but_the_marks(text: str) -> None:
    from html import unescape

    html = marked(text, [(1, 3), (5, 9)])
    assert unescape(html.replace("<mark>", "").replace("</mark>", "")) == text or "&" in text


def test_an_excerpt_holds_the_first_marked_place() -> None:
    text = "word " * 400 + "ember " + "word " * 400
    start = text.index("ember")
    shown = excerpt(text, [(start, start + 5)])
    assert "<mark>ember</mark>" in shown.html
    assert shown.html.startswith("… word")
    assert shown.html.endswith(" …")
    assert shown.left > 3_000


def test_titles_hold_no_signs_that_turn_the_page() -> None:
    assert plain("ab\u202ecd\u2066e\n f") == "abcde f"
    assert plain("x" * 500) == "x" * 199 + "…"


@given(st.text(min_size=1, max_size=60))
def test_any_id_survives_its_address(mention_id: str) -> None:
    made = MentionId().to_url(mention_id.encode("utf-8", "replace").decode())
    assert re.fullmatch(MentionId.regex, made)
    assert made not in (".", "..")
    assert MentionId().to_python(made) == mention_id.encode("utf-8", "replace").decode()


@with_database
def test_texts_that_mean_harm_stay_texts(client_for: Any, analyst: Any, stock: Any, listen: Any) -> None:
    stock(
        analyst.actor,
        [
            {"id": "../x?y#z", "text": '<script>alert("ember")</script>\u202eegdirb', "author": "<b>\u202eeve"},
            {"text": "=HYPERLINK(1) ember"},
            {"text": "@SUM(A1) ember", "platform": "<img src=x>"},
        ],
    )
    listen(analyst.actor, "ember")
    client = client_for(analyst)
    listed = client.get("/mentions/").content.decode()
    assert "<script>alert" not in listed
    assert "&lt;script&gt;alert(&quot;<mark>ember</mark>&quot;)" in listed
    assert "<img src" not in listed
    assert 'dir="auto"' in listed
    detail = re.search(r'class="row-link" href="(/mentions/one/~[^"]+)"', listed)
    assert detail is not None
    page = client.get(detail[1]).content.decode()
    assert "<script>alert" not in page
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title is not None
    assert "\u202e" not in title[1]
    assert "&lt;b&gt;eve" in title[1]
    rows = list(csv.DictReader(io.StringIO(b"".join(client.get("/mentions/?export=csv")).decode("utf-8-sig"))))
    assert [row["Text"][:2] for row in rows] == ["<s", "'=", "'@"]
    assert not re.search(r"<[^>]+\s(style|on\w+)=", listed)
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page)


@with_database
def test_a_very_long_text_is_cut_until_somebody_asks(client_for: Any, analyst: Any, stock: Any) -> None:
    stock(analyst.actor, [{"text": "grill " * 174_000}])
    client = client_for(analyst)
    assert len(client.get("/mentions/").content) < 150_000
    page = text_of(client.get("/mentions/one/p0/"))
    assert "Show all, 1,039,0" in page
    assert len(page) < 150_000
    assert len(client.get("/mentions/one/p0/?whole=1").content) > 1_000_000


# --- one mention ---------------------------------------------------------------------------------------------------


@with_database
def test_the_page_leads_along_the_conversation(client_for: Any, analyst: Any, stock: Any) -> None:
    rows = [{"text": "ember grills are on sale"}]
    rows += [{"text": f"what about the lid {n * 7919}", "kind": "reply", "parent_id": "p0"} for n in range(6)]
    rows += [
        {"text": "see this", "kind": "quote", "parent_id": "p0"},
        {"kind": "reshare", "parent_id": "p0", "text": "x"},
    ]
    rows += [{"text": "no", "kind": "reply", "parent_id": "gone"}]
    stock(analyst.actor, rows)
    client = client_for(analyst)
    page = text_of(client.get("/mentions/one/p0/"))
    part = page[page.index("Answers to it") :].split("</section>")[0]
    assert re.findall(r'href="/mentions/one/([^/]+)/" data-side', part) == ["p7", "p6", "p5", "p4", "p3"]
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/mentions/\?[^"]+)"', part)]
    assert "Show all 7 replies and quotes" in part
    assert "1 re-share<" in part
    row = r'class="row-link" href="/mentions/one/([^/]+)/"'
    assert re.findall(row, text_of(client.get(links[0]))) == ["p7", "p6", "p5", "p4", "p3", "p2", "p1"]
    assert re.findall(row, text_of(client.get(links[1]))) == ["p8"]
    reply = text_of(client.get("/mentions/one/p1/"))
    assert 'Answers <a href="/mentions/one/p0/" data-side>a post' in reply
    assert "Answers to it" not in reply
    assert "It answers a post that is not among those stored for you." in text_of(client.get("/mentions/one/p9/"))


@with_database
def test_answers_stay_within_what_somebody_may_see(
    client_for: Any, hire: Any, analyst: Any, organisation: Any, stock: Any, listen: Any
) -> None:
    answer = {"kind": "reply", "parent_id": "p0"}
    stock(analyst.actor, [{"text": "ember"}, {"text": "ember and loom", **answer}, {"text": "loom secret", **answer}])
    listen(analyst.actor, "ember", brand_id=organisation.ember.pk)
    page = text_of(client_for(hire("Bea Brand", role="analyst", brand=organisation.ember)).get("/mentions/one/p0/"))
    assert "ember and loom" in page.replace("<mark>", "").replace("</mark>", "")
    assert "loom secret" not in page
    assert ">1 reply or quote</a>. Only posts in the store" in page


@with_database
def test_the_page_says_why(client_for: Any, analyst: Any, one: int, query_budget: Any) -> None:
    client = client_for(analyst)
    with query_budget(14):
        page = text_of(client.get("/mentions/one/p0/"))
    assert "Post by @ann" in page
    assert '<code>ember</code> <span class="muted">stands as</span> <mark><bdi>ember</bdi></mark>' in page
    assert "1 other possibility not in the post" in page
    assert '<code>lynn OR daughter</code> <span class="muted">is not there</span>' in page
    assert "Why positive" in page
    assert re.search(r"<bdi>wonderful</bdi>", page)
    assert 'href="https://example.org/p/1" rel="noopener noreferrer nofollow ugc"' in page


@with_database
def test_an_answer_shows_what_it_answers_and_links_only_to_the_web(client_for: Any, analyst: Any, one: int) -> None:
    page = text_of(client_for(analyst).get("/mentions/one/p1/"))
    assert "a post by @ann" in page
    assert "I love my" in page
    assert "javascript:" not in page


@with_database
def test_in_the_panel_the_page_is_drawn_without_its_frame(client_for: Any, analyst: Any, one: int) -> None:
    headers = {"HX-Request": "true", "HX-Target": "side"}
    page = text_of(client_for(analyst).get("/mentions/one/p0/", headers=headers))
    assert page.startswith('<div class="side-head">')
    assert 'hx-target="#side"' in page


@with_database
def test_a_correction_counts_at_once_and_can_be_undone(client_for: Any, analyst: Any, one: int) -> None:
    client = client_for(analyst)
    page = client.post("/mentions/one/p0/sentiment?version=0", {"sentiment": "negative"}, follow=True).content.decode()
    assert "Marked as negative." in page
    assert "Negative, corrected" in page
    assert "Last corrected" in page
    undo(client, page)
    assert MentionCorrection.objects.get().sentiment is None
    assert "corrected" not in text_of(client.get("/mentions/?sentiment=positive")).split("mention-foot")[1][:200]


@with_database
def test_the_models_word_can_be_restored(client_for: Any, analyst: Any, one: int) -> None:
    client = client_for(analyst)
    client.post("/mentions/one/p0/sentiment?version=0", {"sentiment": "negative"})
    assert "Back to what the model says" in text_of(client.get("/mentions/one/p0/"))
    client.post("/mentions/one/p0/sentiment?version=1", {"sentiment": "model"})
    assert MentionCorrection.objects.get().sentiment is None
    assert client.post("/mentions/one/p0/sentiment?version=2", {"sentiment": "cheerful"}).status_code == 404


@with_database
def test_in_the_list_the_row_comes_back(client_for: Any, analyst: Any, one: int) -> None:
    headers = {"HX-Request": "true", "HX-Target": row_id("p0")}
    response = client_for(analyst).post("/mentions/one/p0/relevance?version=0", {"relevant": "no"}, headers=headers)
    page = text_of(response)
    assert page.startswith(f'<li class="mention set-aside" id="{row_id("p0")}"')
    assert "Not about us" in page
    assert "it no longer counts anywhere" in page


@with_database
def test_in_the_panel_page_and_row_come_back_and_the_address_stays(client_for: Any, analyst: Any, one: int) -> None:
    headers = {"HX-Request": "true", "HX-Target": "side"}
    response = client_for(analyst).post("/mentions/one/p0/relevance?version=0", {"relevant": "no"}, headers=headers)
    page = text_of(response)
    assert response["HX-Push-Url"] == "false"
    assert 'href="/mentions/one/p0/"' in page.split("</a>")[0]
    assert f'id="{row_id("p0")}" hx-swap-oob="true"' in page


@with_database
def test_somebody_elses_correction_is_not_overwritten_unseen(
    client_for: Any, analyst: Any, strategist: Any, one: int
) -> None:
    client_for(strategist).post("/mentions/one/p0/sentiment?version=0", {"sentiment": "neutral"})
    client = client_for(analyst)
    page = text_of(client.post("/mentions/one/p0/sentiment?version=0", {"sentiment": "negative"}, follow=True))
    assert "Somebody else has corrected this mention" in page
    assert MentionCorrection.objects.get().sentiment == "neutral"


@with_database
def test_several_are_set_aside_and_brought_back(client_for: Any, analyst: Any, one: int) -> None:
    client = client_for(analyst)
    sent = {"selected": ["p0", "p2", "absent"], "next": "/mentions/"}
    page = client.post("/mentions/mark", sent, follow=True).content.decode()
    assert "2 mentions marked as not about us" in page
    assert "1 mention not marked" in page
    assert re.findall(r'row-link" href="/mentions/one/([^/]+)/', page) == ["p1"]
    listed = client.get("/mentions/?relevance=irrelevant").content.decode()
    assert re.findall(r'row-link" href="/mentions/one/([^/]+)/', listed) == ["p0", "p2"]
    undo(client, page)
    assert MentionCorrection.objects.filter(relevant=False).count() == 0


@with_database
def test_readers_cannot_correct(client_for: Any, hire: Any, one: int) -> None:
    client = client_for(hire("Stan Steering", role="steering"))
    page = text_of(client.get("/mentions/one/p0/"))
    assert "It is negative" not in page
    assert "Erase" not in page
    assert client.post("/mentions/one/p0/sentiment?version=0", {"sentiment": "negative"}).status_code == 403
    assert client.post("/mentions/mark", {"selected": ["p0"]}).status_code == 403
    assert client.get("/mentions/one/p0/erase").status_code == 403
    assert MentionCorrection.objects.count() == 0


@with_database
def test_notes_are_kept_removed_and_brought_back(client_for: Any, analyst: Any, one: int) -> None:
    client = client_for(analyst)
    empty = client.post("/mentions/one/p0/note", {"text": "  "})
    assert empty.status_code == 422
    client.post("/mentions/one/p0/note", {"text": "<b>Call</b> the workshop"})
    assert "&lt;b&gt;Call&lt;/b&gt; the workshop" in text_of(client.get("/mentions/one/p0/"))
    assert "1 note" in text_of(client.get("/mentions/"))
    note = MentionNote.objects.get()
    page = client.post(f"/mentions/one/p0/note/{note.pk}/remove", follow=True).content.decode()
    assert MentionNote.objects.count() == 0
    undo(client, page)
    assert MentionNote.objects.get().text == "<b>Call</b> the workshop"


@with_database
def test_an_erased_post_is_gone_for_good(client_for: Any, analyst: Any, one: int) -> None:
    client = client_for(analyst)
    client.post("/mentions/one/p0/note", {"text": "a note"})
    page = text_of(client.get("/mentions/one/p0/erase"))
    assert "This cannot be undone." in page
    assert "1 note" in page
    answer = text_of(client.post("/mentions/one/p0/erase", {"what": "post", "reference": "R-17"}, follow=True))
    assert "The post was erased" in answer
    assert 'name="token"' not in answer
    assert client.get("/mentions/one/p0/").status_code == 404
    assert client.get("/mentions/one/p1/").status_code == 200
    assert MentionNote.objects.count() == 0


@with_database
def test_everything_by_an_author_can_be_erased(client_for: Any, analyst: Any, one: int) -> None:
    client = client_for(analyst)
    wrong = client.post("/mentions/one/p0/erase", {"what": "all"})
    assert wrong.status_code == 422
    answer = text_of(client.post("/mentions/one/p0/erase", {"what": "author"}, follow=True))
    assert "2 posts erased, and the author will not be collected again" in answer
    assert SuppressedAuthor.objects.count() == 1
    assert client.get("/mentions/one/p2/").status_code == 200
