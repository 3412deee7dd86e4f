"""Ticks that somebody who decides corrects, items withdrawn in place of their author, and rounds that begin anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core import mail

from fourleaf.kernel import audit, clock
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent, Job
from fourleaf.review import services
from fourleaf.review.errors import LinkError
from fourleaf.review.models import Draft, ReviewItem, Waiting
from fourleaf.review.public import clearance
from fourleaf.review.services import DraftFields, RouteFields, StepFields, Verdict, submitting

YES = Verdict(True)


def now(item: ReviewItem) -> ReviewItem:
    return ReviewItem.objects.get(pk=item.pk)


def told() -> list[str]:
    """The mails that authors get, by what stands in them."""
    from fourleaf.kernel.jobs import run_until_idle

    mail.outbox.clear()
    run_until_idle()
    return [str(one.body) for one in mail.outbox if one.subject.startswith("About your item")]


def test_a_reviewer_brings_the_specialists_in_and_approvals_hold(house: Any) -> None:
    # Two must approve, so that one verdict is there when the other finds what was not ticked.
    both = StepFields(house.groups["approvers"].pk, m=2)
    services.save_route(actor=house.keeper.actor, fields=RouteFields("Launch", [both], tier="R2"))
    services.save_route(
        actor=house.keeper.actor,
        fields=RouteFields("Counsel on prices", [StepFields(house.groups["legal"].pk)], role="added", flags=["price"]),
    )
    services.archive_route(actor=house.keeper.actor, route_id=house.routes["claims"].pk)
    item = house.submit(["product_launch"])
    services.decide(actor=house.lead.actor, item_id=item.pk, verdict=YES)
    before = now(item)
    assert [one.given for one in clearance("draft", item.subject_id).steps] == [1]
    done = services.correct_flags(
        actor=house.second.actor, item_id=item.pk, flags=["product_launch", "price"], reason="49 Euro.",
        version=before.version,
    )  # fmt: skip
    assert (done.tier, done.flags, done.state) == ("R3", ["price", "product_launch"], "in_review")
    # Another base route holds for R3: its own step is open, as it is after an edit.
    assert done.route == "Ember, and Counsel on prices"
    assert Waiting.objects.filter(item=item, person=house.counsel.person).exists()
    event = AuditEvent.objects.get(code="review.item.corrected")
    assert (event.data["on"], event.data["to"]["tier"]) == (["price"], "R3")
    [body] = told()
    assert "Sam Second" in body
    assert "States a price" in body
    assert "Its tier is R3 now instead of R2. 49 Euro." in body
    # Once more, at the same tier and by the same route: the approval that is there holds.
    services.decide(actor=house.lead.actor, item_id=item.pk, verdict=YES)
    assert [one.given for one in clearance("draft", item.subject_id).steps] == [1, 0]
    services.correct_flags(actor=house.counsel.actor, item_id=item.pk, flags=[*done.flags, "minors"], reason="A child.")
    assert [one.given for one in clearance("draft", item.subject_id).steps] == [1, 0]
    with pytest.raises(ConflictError):
        services.correct_flags(
            actor=house.counsel.actor, item_id=item.pk, flags=done.flags, reason="No.", version=before.version
        )
    # The author's next edit does not shake it off; a reviewer may take it off again.
    draft = Draft.objects.get()
    names = ("title", "text", "brand_id", "region_id")
    fields = DraftFields(**{name: getattr(draft, name) for name in names})
    services.change_draft(actor=house.author.actor, draft_id=draft.pk, fields=replace(fields, text="For 49 Euro."))
    assert (now(item).flags, now(item).tier) == (["minors", "price"], "R3")
    services.correct_flags(actor=house.counsel.actor, item_id=item.pk, flags=["price"], reason="No child.")
    assert now(item).flags == ["price"]
    assert [one for one in audit.verify() if isinstance(one, audit.Break)] == []


def test_who_corrects_what(house: Any) -> None:
    item = house.submit(["health_claim"])

    def correct(who: Any, *flags: str, reason: str = "It does.") -> ReviewItem:
        return services.correct_flags(actor=who.actor, item_id=item.pk, flags=flags, reason=reason)

    with pytest.raises(NotAllowedError):
        correct(house.author, "health_claim", "price")
    with pytest.raises(NotFoundError):
        correct(house.outsider, "health_claim", "price")
    for flags, reason, field in (
        (["price"], "It does.", "flags"),
        (["health_claim", "established_topic"], "It does.", "flags"),
        (["health_claim"], "It does.", "flags"),
        (["health_claim", "prices"], "It does.", "flags"),
        (["health_claim", "price"], " ", "reason"),
    ):
        with pytest.raises(InvalidError) as caught:
            correct(house.lead, *flags, reason=reason)
        assert set(caught.value.fields) == {field}
    assert now(item).version == item.version


def test_what_was_corrected_is_reviewed_whatever_the_draw_says(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    always = RouteFields("Always", [StepFields(house.groups["legal"].pk)], tier="R1", role="added", always=True)
    services.save_route(actor=house.keeper.actor, fields=always)
    unseen = submitting.select(submitting.sampling_key(), "1", "Q3", submission=1)
    monkeypatch.setattr(submitting, "select", lambda *args, **more: replace(unseen, before=False, audit=False))
    item = house.submit()
    assert (item.before, item.state) == (False, "submitted")
    done = services.correct_flags(actor=house.counsel.actor, item_id=item.pk, flags=["product_launch"], reason="New.")
    # The part that always holds is for R1 only; without the rule nobody would look any more.
    assert (done.tier, done.before, done.state) == ("R2", True, "submitted")


def test_who_is_not_the_author_withdraws_with_a_reason_and_the_author_is_told(house: Any) -> None:
    item = house.submit()
    with pytest.raises(NotAllowedError):
        services.withdraw(actor=house.lead.actor, item_id=item.pk, reason="No.")
    with pytest.raises(InvalidError) as caught:
        services.withdraw(actor=house.keeper.actor, item_id=item.pk)
    assert set(caught.value.fields) == {"reason"}
    services.withdraw(actor=house.keeper.actor, item_id=item.pk, reason="The stall is closed.")
    [body] = told()
    assert "Kim Keeper on your item “Grill season”" in body
    assert "Withdrew this item in place of its author. The stall is closed." in body
    assert now(item).comments.get().internal is False
    # One's own needs no reason, and nobody is told.
    own = house.submit()
    services.withdraw(actor=house.author.actor, item_id=own.pk)
    assert not Job.objects.filter(kind="review.author_told", state="due").exists()


def test_an_invitation_ends_with_the_round_for_which_it_was_made(house: Any, time: Any) -> None:
    item = house.submit(["health_claim"])
    step = next(one["id"] for one in item.need["all_of"] if one["guest"])
    _, secret = services.invite_guest(actor=house.lead.actor, item_id=item.pk, step=step, label="Birch", days=30)
    services.withdraw(actor=house.author.actor, item_id=item.pk)
    with pytest.raises(LinkError, match="was taken back before it was decided"):
        services.follow_guest_link(secret)
    services.submit(actor=house.author.actor, kind="draft", subject_id=item.subject_id)
    with pytest.raises(LinkError, match="no longer holds: it was taken back, or the item was"):
        services.follow_guest_link(secret)
    # An approval that ran out: the second guest of the round before was not asked again either.
    _, secret = services.invite_guest(actor=house.lead.actor, item_id=item.pk, step=step, label="Birch", days=30)
    for who in (house.lead, house.counsel):
        services.decide(actor=who.actor, item_id=item.pk, verdict=YES)
    with pytest.raises(LinkError, match="was approved in the meantime"):
        services.follow_guest_link(secret)
    time.move(days=15)
    services.expire_approvals(actor=house.keeper.actor)
    services.submit(actor=house.author.actor, kind="draft", subject_id=item.subject_id)
    assert clock.now() < item.guest_links.last().expires_at
    with pytest.raises(LinkError, match="no longer holds"):
        services.follow_guest_link(secret)
