"""A policy in the queue, by pages, links and the API: what legal people see, and how they decide."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from fourleaf.governance.models import PolicyVersion
from fourleaf.governance.services import policies_life as life
from fourleaf.governance.services import policies_writing as writing
from fourleaf.review import services
from fourleaf.review.models import ReviewItem
from fourleaf.review.services.links import new_link

pytestmark = pytest.mark.django_db
BODY = "## Purpose\n\nTalk with **people**.\n\n## Contests\n\nSay the terms.\n"
OLD = BODY.replace("the terms", "nothing")


@pytest.fixture
def second(
    hire: Any, belts: Any, time: Any, django_capture_on_commit_callbacks: Any
) -> tuple[Any, Any, PolicyVersion, ReviewItem]:
    """Writer, counsel, the second version of a policy in legal review, its item. The first is in force."""
    writer, counsel = hire("Wim Writer", role="strategist"), hire("Lea Law", role="legal")
    first = writing.add_policy(actor=writer.actor, kind="P-LIS", title="Listening", body=OLD)
    life.submit_version(actor=writer.actor, version_id=first.pk)
    life.decide_legal(actor=counsel.actor, version_id=first.pk, agreed=True)
    life.approve_version(actor=writer.actor, version_id=first.pk)
    life.schedule_version(actor=writer.actor, version_id=first.pk)
    row = writing.start_version(actor=writer.actor, policy_id=first.policy_id, change="minor", note="Clearer.")
    writing.write_text(actor=writer.actor, version_id=row.pk, language="en", title="Listening", body=BODY)
    with django_capture_on_commit_callbacks(execute=True):
        life.submit_version(actor=writer.actor, version_id=row.pk)
    return writer, counsel, row, ReviewItem.objects.get()


def test_counsel_comes_from_the_policy_to_the_queue_and_decides(
    second: Any, client_for: Any, query_budget: Any, member: Any
) -> None:
    writer, counsel, row, item = second
    law, author = client_for(counsel), client_for(writer)
    page, address = reverse("governance:policy", args=[row.policy_id]), reverse("review:item", args=[item.pk])
    with query_budget(45):
        shown = law.get(page).content.decode()
    assert f'href="{address}"' in shown
    assert "Review it in the queue" in shown
    assert "See it in the queue" in author.get(page).content.decode()
    assert "Listening 1.1.0" in law.get(reverse("review:queue")).content.decode()
    law.get(address)
    with query_budget(48):
        shown = law.get(address).content.decode()
    # Markdown as HTML, the difference to what is in force word by word, why it is read at all, no grading.
    assert "Talk with <strong>people</strong>." in shown
    assert "What is different from version 1.0.0, which is in force" in shown
    assert "<del>nothing</del><ins>the terms</ins>" in shown
    assert "nothing relaxes that" in shown
    assert "What did you find?" not in shown
    assert shown.index("Purpose (English)") < shown.index("Contests (English)")
    assert "Open the policy" in shown
    remark = {"text": "Ask the works council.", "internal": "on"}
    assert law.post(reverse("review:comment", args=[item.pk]), remark).status_code == 302
    seen_by_author = author.get(address).content.decode()
    assert "Ask the works council." not in seen_by_author
    assert "Take it back" not in seen_by_author
    decide = reverse("review:decide", args=[item.pk])
    assert client_for(member).post(decide, {"verdict": "approved"}).status_code == 404
    refused = law.post(decide, {"verdict": "returned", "content": item.content_hash})
    assert refused.status_code == 422
    assert "Say what should change" in refused.content.decode()
    done = law.post(decide, {"verdict": "approved", "content": item.content_hash}, follow=True)
    assert "“Listening 1.1.0” is approved by you." in done.content.decode()
    assert PolicyVersion.objects.get(pk=row.pk).legal_agreed
    assert "Approve 1.1.0" in author.get(page).content.decode()


def test_counsel_sees_hints_on_wording_and_the_verdict_says_how_many_stood(
    hire: Any, belts: Any, time: Any, client_for: Any, django_capture_on_commit_callbacks: Any
) -> None:
    writer, counsel = hire("Wim Writer", role="strategist"), hire("Lea Law", role="legal")
    body = "## Press\n\nDo not speak to the media, because it confuses people.\n"
    row = writing.add_policy(actor=writer.actor, kind="P-LIS", title="Listening", body=body)
    writing.write_text(
        actor=writer.actor, version_id=row.pk, language="de", title="Zuhören", body="## Presse\n\nNein.\n"
    )
    with django_capture_on_commit_callbacks(execute=True):
        life.submit_version(actor=writer.actor, version_id=row.pk)
    item = ReviewItem.objects.get()
    law = client_for(counsel)
    shown = law.get(reverse("review:item", args=[item.pk])).content.decode()
    assert '<span class="muted">Press (English):</span> Do not <mark>speak to the media</mark>, because' in shown
    assert "Not read for this: German." in shown
    law.post(reverse("review:decide", args=[item.pk]), {"verdict": "approved", "content": item.content_hash})
    assert PolicyVersion.objects.get().decisions.get(step="legal").reason == "1 hint on wording stood open."


def test_a_mailed_link_and_a_guests_link_decide_one_item(second: Any, stranger: Any) -> None:
    _, counsel, row, item = second
    _, secret = services.invite_guest(actor=counsel.actor, item_id=item.pk, step="advice", label="Kanzlei Nord")
    outside = reverse("review:by_guest", args=[secret])
    shown = stranger.get(outside).content.decode()
    assert "Talk with <strong>people</strong>." in shown
    assert "What did you find?" not in shown
    verdict = {"verdict": "approved", "content": item.content_hash}
    assert stranger.post(outside, verdict).status_code == 422
    assert "Thank you" in stranger.post(outside, {**verdict, "name": "Dr Nord"}).content.decode()
    assert not PolicyVersion.objects.get(pk=row.pk).legal_agreed
    item.refresh_from_db()
    link = reverse("review:by_link", args=[new_link(item=item, person_id=counsel.person.pk)])
    returned = {"verdict": "returned", "note": "Shorter.", "content": item.content_hash}
    assert "Thank you" in stranger.post(link, returned).content.decode()
    after = PolicyVersion.objects.get(pk=row.pk)
    assert (after.state, after.decisions.get(step="legal").reason) == ("draft", "Shorter.")
