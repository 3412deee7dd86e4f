"""The precision check: drawing, labelling one by one and in the list, the result and what it means."""

from __future__ import annotations

from typing import Any

import pytest

from fourleaf.listening.models import PrecisionSample
from fourleaf.web.listening.queries_precision import result_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


@pytest.fixture
def drawn(client_for: Any, analyst: Any, stock: Any, listen: Any) -> PrecisionSample:
    stock(analyst.actor, [{"text": f"ember number {n * 7919}"} for n in range(12)])
    query = listen(analyst.actor, "ember", name="Ember")
    response = client_for(analyst).post(f"/queries/{query.pk}/precision/")
    sample = PrecisionSample.objects.get()
    assert response["Location"] == f"/queries/{query.pk}/precision/{sample.pk}/"
    return sample


def address(sample: PrecisionSample, part: str = "") -> str:
    return f"/queries/{sample.query_id}/precision/{sample.pk}/{part}"


def test_reading_goes_on_where_it_stopped(client_for: Any, analyst: Any, drawn: PrecisionSample) -> None:
    client = client_for(analyst)
    assert "Post 1 of 12" in text_of(client.get(address(drawn)))
    first = drawn.mention_ids[0]
    response = client.post(address(drawn, "label"), {"mention": first, "relevant": "yes"})
    assert response["Location"].endswith("?at=2")
    page = text_of(client.get(address(drawn)))
    assert "Post 2 of 12" in page
    assert "1 of 12" in page
    overview = text_of(client.get(f"/queries/{drawn.query_id}/precision/"))
    assert "Go on reading" in overview
    assert "1 of 12 read" in overview


def test_with_htmx_the_next_post_comes_and_the_label_can_be_taken_back(
    client_for: Any, analyst: Any, drawn: PrecisionSample
) -> None:
    client = client_for(analyst)
    first = drawn.mention_ids[0]
    headers = {"HX-Request": "true", "HX-Target": "labelling"}
    response = client.post(address(drawn, "label"), {"mention": first, "relevant": "no"}, headers=headers)
    page = text_of(response)
    assert page.startswith("<div id=")
    assert "Post 2 of 12" in page
    assert "Take the last label back" in page
    client.post(address(drawn, "label"), {"mention": first, "relevant": ""}, headers=headers)
    drawn.refresh_from_db()
    assert drawn.labels == {}


def test_the_finished_sample_says_what_it_means(
    client_for: Any, analyst: Any, drawn: PrecisionSample, query_budget: Any
) -> None:
    client = client_for(analyst)
    for mention_id in drawn.mention_ids:
        client.post(address(drawn, "label"), {"mention": mention_id, "relevant": "yes"})
    drawn.refresh_from_db()
    assert drawn.state == "finished"
    page = text_of(client.get(address(drawn)))
    assert "Precise enough" in page
    # Wilson's interval of 12 in 12 begins at .757.
    assert "(76-100)" in page
    with query_budget(10):
        assert "enough" in text_of(client.get("/queries/"))
    assert "(76-100)" in text_of(client.get(f"/queries/{drawn.query_id}/"))


@pytest.mark.parametrize(
    ("relevant", "read", "word"),
    [(84, 100, "Precise enough"), (50, 100, "Not precise enough"), (72, 100, "Not certain"), (2, 3, "Too early")],
)
def test_the_result_is_judged_by_its_interval(relevant: int, read: int, word: str) -> None:
    from fourleaf.engine.metrics.intervals import wilson

    low, high = wilson(relevant, read)
    labels = {str(n): n < relevant for n in range(read)}
    result = result_of(PrecisionSample(labels=labels, low=low, high=high))
    assert result is not None
    assert result.word == word


def test_the_list_brings_each_post_when_it_is_seen(
    client_for: Any, analyst: Any, drawn: PrecisionSample, query_budget: Any
) -> None:
    client = client_for(analyst)
    with query_budget(8):
        page = client.get(address(drawn, "?view=list")).content.decode()
    assert page.count('hx-trigger="revealed"') == 12
    headers = {"HX-Request": "true", "HX-Target": "item-3"}
    item = text_of(client.get(address(drawn, "?at=3"), headers=headers))
    assert 'id="item-3"' in item
    assert "<mark>ember</mark>" in item
    client.post(address(drawn, "label"), {"mention": drawn.mention_ids[2], "relevant": "no"}, headers=headers)
    only = client.get(address(drawn, "?view=list&show=irrelevant")).content.decode()
    assert only.count('hx-trigger="revealed"') == 1


def test_a_sample_can_be_given_up(client_for: Any, analyst: Any, drawn: PrecisionSample) -> None:
    client = client_for(analyst)
    page = text_of(client.post(address(drawn, "give-up"), follow=True))
    assert "Given up" in page
    client.post(f"/queries/{drawn.query_id}/precision/")
    assert PrecisionSample.objects.filter(state="labelling").count() == 1


def test_nothing_found_is_said_instead_of_an_empty_sample(client_for: Any, analyst: Any, listen: Any) -> None:
    query = listen(analyst.actor, "ember", name="Ember")
    page = text_of(client_for(analyst).post(f"/queries/{query.pk}/precision/", follow=True))
    assert "nothing to label" in page
    assert "Not checked yet" in page


def test_readers_see_but_cannot_label(client_for: Any, hire: Any, member: Any, drawn: PrecisionSample) -> None:
    reader = client_for(hire("Stan Steering", role="steering"))
    page = text_of(reader.get(address(drawn)))
    assert "Post 1 of 12" in page
    assert 'name="relevant"' not in page
    sent = {"mention": drawn.mention_ids[0], "relevant": "yes"}
    assert reader.post(address(drawn, "label"), sent).status_code == 403
    assert client_for(member).get(address(drawn)).status_code == 404
    drawn.refresh_from_db()
    assert drawn.labels == {}
