"""The editor: faults with their place and ways to mend, the preview, versions, two people at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.listening.errors import QueryTextError
from fourleaf.listening.models import ListeningQuery, QueryVersion
from fourleaf.listening.query_text import check_text
from fourleaf.web.listening.queries_diff import diff_html, word_diff
from fourleaf.web.listening.queries_help import lessons
from fourleaf.web.listening.queries_mending import faults_of, place_of, remark_of
from fourleaf.web.listening.queries_reading import reading

database = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


def with_database(function: Any) -> Any:
    for mark in database:
        function = mark(function)
    return function


def form(query: ListeningQuery | None = None, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"name": "Ember", "text": "ember", "role": "topic"}
    if query is not None:
        values |= {"name": query.name, "text": query.text, "role": query.role, "owner": query.owner.email}  # type: ignore[union-attr]  # has one here
        values |= {"version": query.version, "text_version": query.text_version}
    return values | changes


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


# --- mending -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("lan:en grill", "lang:en grill"),
        ("lang:german grill", "lang:de grill"),
        ("grill (lid OR fire", "grill (lid OR fire)"),
        ('grill "flare up', 'grill "flare up"'),
        ("grill) OR lid", "(grill) OR lid"),
        ("lid NEAR fire", "lid NEAR/5 fire"),
        ("grill AND", "grill "),
        ("gr*ll", "grll"),
        ("https:grill", '"https:grill"'),
        ("#hot-dog", "#hot"),
    ],
)
def test_the_first_way_to_mend_makes_the_text_readable(text: str, mended: str) -> None:
    with pytest.raises(QueryTextError) as caught:
        check_text(text)
    ways = faults_of(text, caught.value)[0].mends
    assert ways[0].applied(text) == mended
    check_text(mended)


def position_of_fault(text: str) -> int | None:
    try:
        check_text(text)
    except QueryTextError as error:
        return int(error.faults[0][0])
    return None


@given(st.text(st.sampled_from('ab ()"*#@:-ANDOR/5'), max_size=40))
def test_every_offered_way_moves_the_fault(text: str) -> None:
    try:
        check_text(text)
    except QueryTextError as error:
        for fault in faults_of(text, error):
            for mend in fault.mends:
                assert position_of_fault(mend.applied(text)) != fault.position


def test_a_hidden_fault_does_not_stop_mending_the_shown_one() -> None:
    with pytest.raises(QueryTextError) as caught:
        check_text("(ember OR lan:en AND lid")
    labels = [mend.label for mend in faults_of("(ember OR lan:en AND lid", caught.value)[0].mends]
    assert labels[0] == "Did you mean lang:"


def test_the_caret_stands_below_the_fault() -> None:
    place = place_of("first line\nember and (grill", 21, 1)
    assert (place.number, place.before, place.here, place.after) == (2, "ember and ", "(", "grill")
    assert place.caret == " " * 10 + "^"
    far = place_of("x" * 500 + "(", 500, 1)
    assert far.before == "…" + "x" * 22


def test_small_operators_can_be_made_operators() -> None:
    fault = remark_of("ember and lid", 6, 3, "m", "s")
    assert [mend.applied("ember and lid") for mend in fault.mends] == ["ember AND lid"]
    assert remark_of("a b OR lid", 4, 2, "m", "s").mends == ()


# --- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ember OR #ember", "Posts that contain “ember” or “#ember”."),
        ('ember NOT "baby name"', "Posts that contain “ember”, but do not contain “baby name”."),
        ("ember NOT (lynn OR daughter)", "Posts that contain “ember”, but contain none of “lynn” or “daughter”."),
        ("lid NEAR/3 (fire OR burn*)", "Posts that contain “lid” and “fire” or “burn…” at most 3 words apart."),
        (
            "oven lang:de,fr source:forum",
            "Posts that contain “oven”, and are in German or French, and come from “forum”.",
        ),
        ("author:ann -lang:de", "Posts that are by @ann, but are not in German."),
        ("a OR (b c)", "Posts that either contain “a” or contain “b” and “c”."),
        ("a OR (b lang:de)", "Posts that either contain “a”; or contain “b”, and are in German."),
        ("a NOT (b c)", "Posts that contain “a”, but do not contain all of “b” and “c”."),
    ],
)
def test_a_query_is_read_aloud(text: str, said: str) -> None:
    assert reading(text) == said


def test_every_example_of_the_language_holds() -> None:
    for example in lessons():
        fits, fits_not = example.posts
        assert fits.matched, example.lesson.text
        assert not fits_not.matched, example.lesson.text
        assert example.meaning.startswith("Posts that ")


_query_like = st.lists(st.sampled_from(["ember", "OR", "AND", '"a b"', "(", ")", "#tag", " ", "\n"]), max_size=14).map(
    " ".join
)


@given(_query_like, _query_like)
def test_a_diff_holds_both_texts(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before


def test_a_diff_is_escaped() -> None:
    html = diff_html("<b>old</b>", "<script>new</script>")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


# --- pages ---------------------------------------------------------------------------------------------------------


@with_database
def test_adding_puts_the_query_to_work(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    assert "Put version 1 to work" in text_of(client.get("/queries/add"))
    response = client.post("/queries/add", form(text="ember OR #ember", owner=analyst.person.email))
    query = ListeningQuery.objects.get()
    assert response["Location"] == f"/queries/{query.pk}/"
    assert (query.text, query.owner) == ("ember OR #ember", analyst.person)


@with_database
def test_wrong_fields_are_named_beside_them(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    response = client.post("/queries/add", form(name="", text="ember (", owner="nobody@example.org"))
    assert response.status_code == 422
    response = client.post("/queries/add", form(text="ember (", owner=""))
    page = text_of(response)
    assert response.status_code == 422
    assert "This parenthesis is never closed." in page
    assert 'data-start="6"' in page
    assert "aria-invalid" in page
    response = client.post("/queries/add", form(owner="nobody@example.org"))
    assert "Nobody with this e-mail address works here." in text_of(response)
    assert ListeningQuery.objects.count() == 0


@with_database
def test_the_preview_counts_marks_and_escapes(client_for: Any, analyst: Any, stock: Any, query_budget: Any) -> None:
    hostile = '<script>alert(1)</script> ember & <b onclick="x">grill</b>'
    stock(analyst.actor, [{"text": hostile}, {"text": "an ember glows"}, {"text": "nothing"}])
    client = client_for(analyst)
    client.post("/queries/preview", {"text": "ember"})
    with query_budget(8):
        response = client.post("/queries/preview", {"text": "ember"})
    page = text_of(response)
    assert response.status_code == 200
    assert "<strong>2</strong> found of 3 posts looked at, which are all that are stored" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>ember</mark> &amp; &lt;b onclick=" in page
    assert "<script>alert" not in page
    assert "Posts that contain “ember”." in page


@with_database
def test_a_preview_brings_what_marks_it_as_out_of_date(client_for: Any, analyst: Any, member: Any) -> None:
    client = client_for(analyst)
    marker = r'<div hx-get="(/queries/preview/stale)" hx-trigger="input from:textarea.query-text once"[^>]*></div>'
    for page in (client.get("/queries/add"), *(client.post("/queries/preview", {"text": t}) for t in ("", "a", "(a"))):
        found = re.findall(marker, page.content.decode())
        assert found == ["/queries/preview/stale"]
    assert 'hx-trigger="input delay:400ms, change from:input[name=role]"' in text_of(client.get("/queries/add"))
    said = client.get(found[0])
    assert "Not up to date: the text has changed" in text_of(said)
    assert said["Cache-Control"] == "private, max-age=86400"
    assert client_for(member).get(found[0]).status_code == 403


def test_the_preview_names_faults_and_is_no_failed_request(client_for: Any, analyst: Any) -> None:
    response = client_for(analyst).post("/queries/preview", {"text": "lan:en ember"})
    assert response.status_code == 200
    assert "Did you mean lang:" in text_of(response)


@with_database
def test_the_role_is_chosen_by_a_person(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    page = client.get("/queries/add").content.decode()
    assert len(re.findall(r'name="role"[^>]*>', page)) == 3
    assert not re.search(r'name="role"[^>]*checked', page)
    assert "Topic: counted and shown by itself, never in share of voice." in page
    response = client.post("/queries/add", form(role=""))
    assert response.status_code == 422
    assert "Choose what the query stands for" in text_of(response)
    assert ListeningQuery.objects.count() == 0


@with_database
def test_without_javascript_a_button_previews_and_mends(client_for: Any, analyst: Any, stock: Any) -> None:
    stock(analyst.actor, [{"text": "an ember glows"}])
    client = client_for(analyst)
    seen = text_of(client.post("/queries/add", form(name="Kept", text="ember", preview="1")))
    assert "<strong>1</strong> found of 1 posts" in seen
    assert 'value="Kept"' in seen
    mended = client.post("/queries/add", form(name="Kept", text="ember and lid", mend="0"))
    assert re.search(r"<textarea[^>]*>\s*ember AND lid</textarea>", mended.content.decode())
    assert ListeningQuery.objects.count() == 0


@with_database
def test_the_save_button_says_what_it_does(client_for: Any, analyst: Any, listen: Any) -> None:
    query = listen(analyst.actor, "ember", name="Ember")
    client = client_for(analyst)
    assert "Save the details, keep version 1" in text_of(client.get(f"/queries/{query.pk}/edit"))
    changed = client.post("/queries/preview", {"text": "ember OR lid", "query": query.pk})
    assert "Put version 2 to work" in text_of(changed)
    assert "<ins>" in changed.content.decode()


@with_database
def test_competitors_built_differently_are_pointed_out(client_for: Any, analyst: Any, listen: Any) -> None:
    listen(analyst.actor, "ember NOT lynn", name="Ember", role="own")
    client = client_for(analyst)
    page = text_of(client.post("/queries/preview", {"text": "rival", "role": "competitor"}))
    assert "Own queries use exclusions, competitor queries do not" in page
    page = text_of(client.post("/queries/preview", {"text": "rival NOT song", "role": "competitor"}))
    assert "Built differently" not in page


@with_database
def test_the_other_persons_change_is_shown(client_for: Any, analyst: Any, strategist: Any, listen: Any) -> None:
    query = listen(analyst.actor, "ember OR lid", name="Ember")
    mine = form(query, text="ember OR grill")
    theirs = form(query, text="ember OR lid OR fire", name="Ember, wide")
    assert client_for(strategist).post(f"/queries/{query.pk}/edit", theirs).status_code == 302
    client = client_for(analyst)
    response = client.post(f"/queries/{query.pk}/edit", mine)
    page = text_of(response)
    assert response.status_code == 422
    assert "Somebody else changed this query" in page
    assert "by Stella Strategist" in page
    assert "Ember, wide" in page
    assert re.search(r"<ins><span[^>]*> added: </span> OR fire</ins>", page) or "OR fire</ins>" in page
    assert "ember OR grill" in page
    again = mine | {
        "version": re.search(r'name="version" value="(\d+)"', page)[1],  # type: ignore[index]  # is there
        "text_version": 2,
    }
    assert client.post(f"/queries/{query.pk}/edit", again).status_code == 302
    query.refresh_from_db()
    assert (query.text, query.text_version) == ("ember OR grill", 3)


@with_database
def test_an_old_text_is_put_to_work_again_and_back(client_for: Any, analyst: Any, listen: Any) -> None:
    query = listen(analyst.actor, "ember", name="Ember")
    client = client_for(analyst)
    client.post(f"/queries/{query.pk}/edit", form(query, text="ember OR lid"))
    history = text_of(client.get(f"/queries/{query.pk}/history"))
    assert "<ins>" in history
    assert "Put version 1 to work again" in history
    page = client.post(f"/queries/{query.pk}/history/1/restore", follow=True).content.decode()
    query.refresh_from_db()
    assert (query.text, query.text_version) == ("ember", 3)
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    client.post("/undo/", {"token": token[1]})
    query.refresh_from_db()
    assert (query.text, query.text_version) == ("ember OR lid", 4)
    assert QueryVersion.objects.filter(query=query).count() == 4


@with_database
def test_pages_carry_no_style_or_handler(client_for: Any, analyst: Any, listen: Any, stock: Any) -> None:
    stock(analyst.actor, [{"text": "ember"}])
    query = listen(analyst.actor, "ember", name="Ember")
    client = client_for(analyst)
    for address in ("", "add", "language", f"{query.pk}/", f"{query.pk}/edit", f"{query.pk}/history"):
        page = client.get(f"/queries/{address}").content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)=", page), address
        assert not re.search(r"<script(?![^>]+src=)", page), address
