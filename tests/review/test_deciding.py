"""Verdicts, edits, blind double review, undo, expiry, audit, trust."""

from __future__ import annotations

from typing import Any

import pytest

from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent
from fourleaf.review import services, strata
from fourleaf.review.models import Decision, Draft, ReviewItem, Stratum, TrustStep
from fourleaf.review.public import clearance, route_facts, trust_facts
from fourleaf.review.services import DraftFields, Verdict
from fourleaf.review.strata import state_of

YES = Verdict(True)
MAJOR = Verdict(False, "major", ("fact",), "The date is wrong.")


def by(who: Any, item: ReviewItem, verdict: Verdict = YES, **more: Any) -> Decision:
    return services.decide(actor=who.actor, item_id=item.pk, verdict=verdict, **more)


def now(item: ReviewItem) -> ReviewItem:
    return ReviewItem.objects.get(pk=item.pk)


def edit(house: Any, item: ReviewItem, **fields: Any) -> None:
    draft = Draft.objects.get(pk=item.subject_id)
    given = {name: getattr(draft, name) for name in ("title", "text", "link", "brand_id", "region_id", "flags")}
    services.change_draft(actor=house.author.actor, draft_id=draft.pk, fields=DraftFields(**{**given, **fields}))


def test_an_approval_clears_exactly_this_content(house: Any) -> None:
    item = house.submit()
    assert not clearance("draft", item.subject_id).cleared
    by(house.lead, item, content=item.content_hash)
    found = clearance("draft", item.subject_id)
    assert found.cleared
    assert found.content_hash == item.content_hash
    assert found.steps[0].approved_by == ("Lea Lead",)
    assert AuditEvent.objects.filter(code="review.item.approved").count() == 1


@pytest.mark.parametrize(
    ("who", "error"), [("author", NotAllowedError), ("outsider", NotFoundError), ("counsel", NotFoundError)]
)
def test_nobody_else_decides(house: Any, who: str, error: type[Exception]) -> None:
    item = house.submit()
    with pytest.raises(error):
        by(getattr(house, who), item)
    assert not Decision.objects.exists()


def test_without_the_belt_nobody_approves(house: Any) -> None:
    item = house.submit()
    house.belts.belts[house.lead.person.pk] = "green"
    with pytest.raises(NotAllowedError, match="belt"):
        by(house.lead, item)
    house.belts.resting.add(house.second.person.pk)
    with pytest.raises(NotAllowedError):
        by(house.second, item)
    assert now(item).state == "submitted"


@pytest.mark.parametrize(
    ("verdict", "field"),
    [
        (Verdict(False, "minor", ("wording",)), "note"),
        (Verdict(True, "major", ("fact",)), "severity"),
        (Verdict(True, "minor", ("law",)), "severity"),
        (Verdict(False, "major", (), "why"), "defects"),
        (Verdict(True, "clean", ("wording",)), "severity"),
    ],
    ids=["no reason", "approves a major", "too mild", "no kind", "clean with a defect"],
)
def test_a_verdict_must_make_sense(house: Any, verdict: Verdict, field: str) -> None:
    item = house.submit()
    with pytest.raises(InvalidError) as caught:
        by(house.lead, item, verdict)
    assert set(caught.value.fields) == {field}


def test_an_edit_opens_exactly_the_steps_that_it_concerns(house: Any) -> None:
    item = house.submit(["health_claim"])
    by(house.lead, item)
    by(house.counsel, item)
    assert now(item).state == "approved"
    edit(house, item, link="https://example.org/grill")
    # Legal judges the text alone, so its approval stands.
    assert now(item).state == "in_review"
    assert {one.label: one.given for one in clearance("draft", item.subject_id).steps} == {
        "Ember approvers": 0,
        "Legal": 1,
    }
    by(house.second, now(item))
    assert clearance("draft", item.subject_id).cleared
    edit(house, item, text="Light the coals late.")
    assert {one.given for one in clearance("draft", item.subject_id).steps} == {0}


def test_who_read_an_older_text_is_told(house: Any) -> None:
    item = house.submit()
    edit(house, item, text="Another text.")
    with pytest.raises(ConflictError, match="changed since"):
        by(house.lead, item, content=item.content_hash)
    assert now(item).is_open


def test_a_return_counts_once_and_moves_the_walk(house: Any) -> None:
    item = house.submit()
    by(house.lead, item, MAJOR)
    assert now(item).state == "returned"
    state = state_of(Stratum.objects.get())
    assert (state.reviewed, state.majors) == (1, 1)
    edit(house, item, text="The date is right.")
    again = services.submit(actor=house.author.actor, kind="draft", subject_id=item.subject_id)
    by(house.lead, again)
    assert clearance("draft", item.subject_id).cleared
    assert state_of(Stratum.objects.get()).reviewed == 1


def test_a_critical_defect_halts_the_author_and_tightens_the_stratum(house: Any) -> None:
    waiting = house.submit(title="Waits")
    by(house.lead, house.submit(), Verdict(False, "critical", ("personal_data",), "A customer's name."))
    stratum = Stratum.objects.get()
    assert (stratum.level, state_of(stratum).halted_authors) == ("QT", frozenset({str(house.author.person.pk)}))
    with pytest.raises(InvalidError, match="must clear it"):
        house.submit(title="Next")
    with pytest.raises(NotAllowedError, match="must clear it"):
        by(house.lead, waiting)
    services.clear_author(actor=house.keeper.actor, stratum_id=stratum.pk, author_id=house.author.person.pk)
    item = house.submit(title="After")
    # Two reviewers at QT, neither of whom sees the other's verdict.
    by(house.lead, item)
    assert now(item).state == "in_review"
    by(house.second, item)
    assert now(item).state == "approved"


def test_a_blind_first_return_waits_for_the_second_verdict(house: Any) -> None:
    from fourleaf.review.selectors.items import may_see_verdicts

    item = house.submit()
    need = {"all_of": [item.need, {"id": "second", "label": "Second", "group": [house.groups["approvers"].pk], "m": 2}]}
    ReviewItem.objects.filter(pk=item.pk).update(blind=True, need=need)
    by(house.lead, item, MAJOR)
    assert now(item).state == "in_review"
    assert not may_see_verdicts(house.second.actor, now(item))
    by(house.second, item)
    assert now(item).state == "returned"
    assert TrustStep.objects.get(what="major")


def test_blind_pairs_stay_known_when_an_item_is_handed_in_again(house: Any, client_for: Any) -> None:
    from django.urls import reverse

    from fourleaf.review.selectors import agreement_of

    for number in range(5):
        item = house.submit(title=f"Item {number}")
        second = {"id": "second", "label": "Second", "group": [house.groups["approvers"].pk], "m": 2}
        ReviewItem.objects.filter(pk=item.pk).update(blind=True, need={"all_of": [item.need, second]})
        by(house.lead, item, MAJOR if number else YES)
        by(house.second, item, YES if number else MAJOR)
        services.submit(actor=house.author.actor, kind="draft", subject_id=item.subject_id)
    found = agreement_of(actor=house.keeper.actor)
    assert found is not None
    assert (found.items, found.miss.missed, found.miss.found, found.enough) == (5, 1, 1, False)
    assert "judge the same items differently" in client_for(house.keeper).get(reverse("review:strata")).content.decode()


def test_a_decision_can_be_taken_back_within_a_minute(house: Any, time: Any) -> None:
    item = house.submit()
    decision = by(house.lead, item)
    services.undo_decision(actor=house.lead.actor, decision_id=decision.pk)
    assert now(item).state == "submitted"
    assert state_of(Stratum.objects.get()).reviewed == 0
    assert not clearance("draft", item.subject_id).cleared
    decision = by(house.lead, now(item))
    with pytest.raises(NotFoundError):
        services.undo_decision(actor=house.second.actor, decision_id=decision.pk)
    time.move(seconds=61)
    with pytest.raises(ConflictError, match="one minute"):
        services.undo_decision(actor=house.lead.actor, decision_id=decision.pk)
    first, second = house.submit(title="One"), house.submit(title="Two")
    decision = by(house.lead, first)
    by(house.lead, second)
    with pytest.raises(ConflictError, match="happened"):
        services.undo_decision(actor=house.lead.actor, decision_id=decision.pk)


def test_an_approval_ends_and_does_not_come_back_by_itself(house: Any, time: Any) -> None:
    item = house.submit()
    by(house.lead, item)
    time.move(days=31)
    assert clearance("draft", item.subject_id).state == "expired"
    assert services.expire_approvals(actor=system_actor("test")) == 1
    again = services.submit(actor=house.author.actor, kind="draft", subject_id=item.subject_id)
    assert again.state == "submitted"
    assert not clearance("draft", item.subject_id).cleared


def test_bulk_leaves_out_what_must_be_opened(house: Any) -> None:
    light, grave = house.submit(), house.submit(["price"], title="Price")
    found = services.decide_many(
        actor=house.lead.actor, items=[(light.pk, light.content_hash), (grave.pk, "")], verdict=YES
    )
    assert [one.item_id for one in found.decisions] == [light.pk]
    assert found.left_out == (("Price", "Items of tier R3 are opened and decided one by one."),)


def test_trust_is_relaxed_by_a_person_after_days_reviewers_and_evidence(
    house: Any, time: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strata, "LEAST_IN_WINDOW", 1000)
    for number in range(27):
        by(house.lead if number % 2 else house.second, house.submit(title=f"Item {number}"))
    stratum = Stratum.objects.get()
    assert stratum.proposed
    with pytest.raises(InvalidError, match="21 days"):
        services.confirm_relaxation(actor=house.keeper.actor, stratum_id=stratum.pk, reason="Clean")
    time.move(days=22)
    with pytest.raises(NotFoundError):
        services.confirm_relaxation(actor=house.author.actor, stratum_id=stratum.pk, reason="Clean")
    with pytest.raises(InvalidError, match="reason"):
        services.confirm_relaxation(actor=house.keeper.actor, stratum_id=stratum.pk, reason=" ")
    with pytest.raises(ConflictError):
        services.confirm_relaxation(actor=house.keeper.actor, stratum_id=stratum.pk, reason="Clean", version=1)
    services.confirm_relaxation(actor=house.keeper.actor, stratum_id=stratum.pk, reason="27 clean items")
    fact = trust_facts()[0]
    assert (fact.level, fact.transitions[0].after, fact.transitions[0].reason) == ("Q1", "Q1", "27 clean items")
    assert len(route_facts()) == 2
    # At Q1 some are drawn and wait, others are approved at once, each with its reason in the trail.
    states = {house.submit(title=f"Later {number}").state for number in range(16)}
    assert states == {"submitted", "approved"}


def test_a_stratum_at_q3_is_audited_afterwards(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from fourleaf.review.stored import state_to_json

    monkeypatch.setattr(strata, "LEAST_IN_WINDOW", 1000)
    house.submit()
    stratum = Stratum.objects.get()
    at_q3 = replace(state_of(stratum), level="Q3")
    Stratum.objects.update(level="Q3", state=state_to_json(at_q3))
    drawn: list[ReviewItem] = []
    for number in range(300):
        item = now(house.submit(title=f"Item {number}"))
        assert item.state == "approved"
        if item.awaits_audit:
            drawn.append(item)
            break
    else:
        pytest.fail("One item in ten is audited; none of three hundred was.")
    by(house.lead, drawn[0], Verdict(False, "major", ("fact",), "Wrong."))
    assert now(drawn[0]).state == "returned"
    assert Stratum.objects.get().level == "Q2"


def test_news_of_a_major_version_and_of_an_incident(house: Any) -> None:
    from fourleaf.governance.contracts import PolicyCameIntoForce
    from fourleaf.review.listeners import policy_changed

    for number in range(3):
        by(house.lead, house.submit(title=f"Item {number}"))
    policy_changed(PolicyCameIntoForce(1, 1, "P-SM", True, (), (house.organisation.ember.pk,), ()))
    assert state_of(Stratum.objects.get()).reviewed == 0
    services.declare_incident(actor=system_actor("crisis"), number="I1", severity=3, brand_ids=[])
    assert state_of(Stratum.objects.get()).review_level == "Q0"
    assert state_of(Stratum.objects.get()).incidents == {"I1"}
    services.end_incident(actor=system_actor("crisis"), number="I1")
    assert state_of(Stratum.objects.get()).incidents == frozenset()


def test_changes_asked_for_without_a_defect_are_no_clean_evidence(house: Any) -> None:
    item = house.submit()
    by(house.lead, item, Verdict(False, "clean", (), "Not before Thursday."))
    assert now(item).state == "returned"
    assert state_of(Stratum.objects.get()).reviewed == 0
    again = services.submit(actor=house.author.actor, kind="draft", subject_id=item.subject_id)
    by(house.second, again)
    state = state_of(Stratum.objects.get())
    assert (state.reviewed, state.clean) == (1, 1)


def test_everybody_of_a_route_counts_as_a_reviewer_of_the_level(house: Any) -> None:
    item = house.submit(["health_claim"])
    by(house.lead, item)
    by(house.counsel, item)
    assert state_of(Stratum.objects.get()).reviewers == {str(house.lead.person.pk), str(house.counsel.person.pk)}


def test_under_two_reviewers_the_author_is_told_of_every_defect(house: Any) -> None:
    item = house.submit()
    ReviewItem.objects.filter(pk=item.pk).update(level="QT")
    with pytest.raises(InvalidError) as caught:
        by(house.lead, item, Verdict(True, "minor", ("wording",)))
    assert set(caught.value.fields) == {"note"}
    assert by(house.lead, item, Verdict(True, "minor", ("wording",), "Shorter.")).note == "Shorter."


def test_a_level_that_an_undone_verdict_had_changed_is_audited_and_told(house: Any) -> None:
    by(house.second, house.submit(title="First"), MAJOR)
    decision = by(house.lead, house.submit(title="Second"), MAJOR)
    assert Stratum.objects.get().level == "QT"
    services.undo_decision(actor=house.lead.actor, decision_id=decision.pk)
    assert Stratum.objects.get().level == "Q0"
    changes = [one.data for one in AuditEvent.objects.filter(code="review.trust.changed").order_by("pk")]
    assert [(one["from"], one["to"], one["why"]) for one in changes] == [("Q0", "QT", "major"), ("QT", "Q0", "undone")]


def test_a_guest_whose_invitation_is_taken_back_has_decided_nothing(house: Any) -> None:
    item = house.submit(["health_claim"])
    step = next(one["id"] for one in item.need["all_of"] if one["guest"])
    guest, secret = services.invite_guest(actor=house.lead.actor, item_id=item.pk, step=step, label="Birch", days=3)
    services.decide_by_guest_link(secret=secret, name="Bea", verdict=YES, content=item.content_hash)
    assert [one.given for one in clearance("draft", item.subject_id).steps] == [0, 1]
    services.revoke_guest(actor=house.lead.actor, guest_id=guest.pk)
    by(house.lead, now(item))
    assert not clearance("draft", item.subject_id).cleared
    assert [one.given for one in clearance("draft", item.subject_id).steps] == [1, 0]
