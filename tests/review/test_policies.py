"""Policies in the review queue: who decides, what follows in governance, and what happens where news is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from fourleaf.governance.models import PolicyDecision, PolicyVersion
from fourleaf.governance.services import policies_life as life
from fourleaf.governance.services import policies_writing as writing
from fourleaf.kernel import jobs
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import ConflictError, NotAllowedError, NotFoundError, TransitionError
from fourleaf.kernel.models import AuditEvent, Person, Region
from fourleaf.review import services
from fourleaf.review.errors import StaleError
from fourleaf.review.models import Decision, ReviewItem, Stratum, TrustStep, Waiting
from fourleaf.review.public import clearance, submit
from fourleaf.review.services import Verdict

pytestmark = pytest.mark.django_db
YES = Verdict(True)
NO = Verdict(False, note="Say which contests.")
BODY = "## Purpose\n\nTalk with **people**.\n\n## Contests\n\nSay the terms.\n"


@dataclass
class Counsel:
    """Who is who: `writer` writes, `law` and `second` give the legal view."""

    writer: Any
    law: Any
    second: Any
    hand_over: Callable[..., PolicyVersion]
    news: Callable[..., Any]


@pytest.fixture
def counsel(hire: Any, organisation: Any, belts: Any, time: Any, django_capture_on_commit_callbacks: Any) -> Counsel:
    writer = hire("Wim Writer", role="strategist")

    def hand_over(kind: str = "P-LIS", by: Any = writer, **fields: Any) -> PolicyVersion:
        row = writing.add_policy(actor=by.actor, kind=kind, title=fields.pop("title", "Listening"), body=BODY, **fields)
        with django_capture_on_commit_callbacks(execute=True):
            return life.submit_version(actor=by.actor, version_id=row.pk)

    return Counsel(
        writer,
        hire("Lea Law", role="legal"),
        hire("Leo Law", role="legal"),
        hand_over,
        lambda: django_capture_on_commit_callbacks(execute=True),
    )


def item_of(row: PolicyVersion) -> ReviewItem:
    return ReviewItem.objects.get(kind="policy", subject_id=str(row.pk))


def by(who: Any, item: ReviewItem, verdict: Verdict = YES, **more: Any) -> Decision:
    return services.decide(actor=who.actor, item_id=item.pk, verdict=verdict, **more)


def asked(item: ReviewItem) -> set[str]:
    return set(Waiting.objects.filter(item=item, asked=True).values_list("person__name", flat=True))


def heal() -> Any:
    run = jobs.Run(job_id=0, kind="review.policies_followed", arguments={}, attempt=1, actor=system_actor("test"))
    return jobs.KINDS["review.policies_followed"].function(run)["items"]


def test_a_version_that_is_handed_over_waits_for_all_with_the_right_and_is_agreed_to(
    counsel: Counsel, organisation: Any
) -> None:
    Region.objects.filter(pk=organisation.north.pk).update(works_council=True)
    row = counsel.hand_over()
    item = item_of(row)
    assert asked(item) == {"Lea Law", "Leo Law"}
    assert list(item.content["order"].split("\n")) == [
        "Scope", "Title (English)", "Purpose (English)", "Contests (English)",
    ]  # fmt: skip
    # Two working weeks after Monday, eleven o'clock; no tier, no stratum, no draw: nothing can relax it.
    assert item.due_at is not None
    assert item.due_at.date() == date(2026, 6, 29)
    assert (item.tier, item.level, item.stratum, item.before, item.blind) == ("", "", None, True, False)
    assert "nothing relaxes that" in " ".join(item.reasons)
    decision = by(counsel.law, item, content=item.content_hash)
    row.refresh_from_db()
    assert (row.state, row.legal_agreed) == ("consultation", True)
    assert PolicyDecision.objects.get(step="legal").person_id == counsel.law.person.pk
    assert clearance("policy", str(row.pk)).cleared
    assert (Stratum.objects.count(), TrustStep.objects.count(), Waiting.objects.count()) == (0, 0, 0)
    noted = AuditEvent.objects.filter(actor_person_id=counsel.law.person.pk).values_list("code", flat=True)
    assert {"review.item.decided", "review.item.approved", "governance.policy.legal_agreed"} == set(noted)
    with pytest.raises(StaleError):
        services.undo_decision(actor=counsel.law.actor, decision_id=decision.pk)


def test_changes_are_asked_for_with_a_reason_and_each_round_is_decided_anew(counsel: Counsel) -> None:
    row = counsel.hand_over()
    item = item_of(row)
    by(counsel.law, item, NO)
    row.refresh_from_db()
    assert (row.state, row.decisions.get().reason) == ("draft", "Say which contests.")
    assert item_of(row).state == "returned"
    seen = item.content_hash
    with counsel.news():
        writing.write_text(
            actor=counsel.writer.actor, version_id=row.pk, language="en", title="Listening", body=BODY + "All.\n"
        )
        life.submit_version(actor=counsel.writer.actor, version_id=row.pk)
    item = item_of(row)
    assert (item.state, item.submission, item.versions.count()) == ("submitted", 2, 2)
    with pytest.raises(StaleError, match="changed since"):
        by(counsel.law, item, content=seen)
    by(counsel.law, item)
    # An approver returns it; the same text again is a new round, and no earlier agreement counts.
    with counsel.news():
        life.approve_version(actor=counsel.writer.actor, version_id=row.pk, agreed=False, reason="Too long.")
    assert item_of(row).state == "withdrawn"
    with counsel.news():
        life.submit_version(actor=counsel.writer.actor, version_id=row.pk)
    item = item_of(row)
    assert (item.state, asked(item)) == ("submitted", {"Lea Law", "Leo Law"})


def test_nobody_decides_what_they_wrote_and_nobody_without_the_right(counsel: Counsel, member: Any) -> None:
    own = item_of(counsel.hand_over(by=counsel.law))
    assert asked(own) == {"Leo Law"}
    with pytest.raises(NotAllowedError, match="their own"):
        by(counsel.law, own)
    # Who keeps the routes sees it; the others are told the same as if it were not there.
    with pytest.raises(NotAllowedError, match="no group"):
        by(counsel.writer, own)
    for absent in (own.pk, own.pk + 1):
        with pytest.raises(NotFoundError):
            services.decide(actor=member.actor, item_id=absent, verdict=YES)
    assert PolicyDecision.objects.count() == 0
    for act in (lambda: submit(counsel.law.actor, "policy", own.subject_id),
                lambda: services.withdraw(actor=counsel.law.actor, item_id=own.pk)):  # fmt: skip
        with pytest.raises(TransitionError, match="its own page"):
            act()
    Person.objects.filter(pk=counsel.second.person.pk).update(left_on=date(2026, 1, 1))
    services.set_deputies(actor=counsel.law.actor, person_id=counsel.law.person.pk, deputy_ids=[])
    assert asked(own) == set()


def test_deputies_of_counsel_decide_in_their_place(counsel: Counsel, member: Any) -> None:
    item = item_of(counsel.hand_over())
    day = date(2026, 6, 15)
    services.set_deputies(actor=counsel.law.actor, person_id=counsel.law.person.pk, deputy_ids=[member.person.pk])
    assert "Mia Member" not in asked(item)
    services.note_absence(actor=counsel.law.actor, person_id=counsel.law.person.pk, first=day, last=day)
    assert asked(item) == {"Leo Law", "Mia Member"}
    by(member, item)
    assert PolicyVersion.objects.get().legal_agreed
    assert PolicyDecision.objects.get().person_id == member.person.pk


def test_what_is_taken_back_waits_for_nobody(counsel: Counsel) -> None:
    row = counsel.hand_over()
    item = item_of(row)
    with counsel.news():
        life.return_version(actor=counsel.writer.actor, version_id=row.pk, reason="A mistake.")
    assert (item_of(row).state, asked(item)) == ("withdrawn", set())
    with pytest.raises(NotFoundError):
        by(counsel.law, item)


def test_an_outside_lawyer_advises_by_link_and_sends_it_back(counsel: Counsel) -> None:
    row = counsel.hand_over()
    item = item_of(row)

    def invited() -> str:
        return services.invite_guest(actor=counsel.law.actor, item_id=item.pk, step="advice", label="Kanzlei Nord")[1]

    def decided(verdict: Verdict) -> None:
        content = item_of(row).content_hash
        services.decide_by_guest_link(secret=invited(), name="Dr Nord", verdict=verdict, content=content)

    decided(YES)
    # Agreement from outside is noted; the house decides.
    assert (item_of(row).state, asked(item)) == ("in_review", {"Lea Law", "Leo Law"})
    steps = {one.label: (one.given, one.needed) for one in clearance("policy", str(row.pk)).steps}
    assert steps == {"Legal view": (0, 1), "Outside counsel, who advises": (1, 1)}
    decided(NO)
    row.refresh_from_db()
    assert (row.state, item_of(row).state) == ("draft", "returned")
    assert "Kanzlei Nord" in row.decisions.get().person_name
    with counsel.news():
        life.submit_version(actor=counsel.writer.actor, version_id=row.pk)
    # Nobody waits for a guest who was asked and says nothing.
    invited()
    by(counsel.law, item_of(row))
    assert PolicyVersion.objects.get().legal_agreed


def test_lost_news_is_found_by_the_due_work(counsel: Counsel) -> None:
    row = writing.add_policy(actor=counsel.writer.actor, kind="P-LIS", title="Listening", body=BODY)
    life.submit_version(actor=counsel.writer.actor, version_id=row.pk)
    assert ReviewItem.objects.count() == 0
    assert (heal(), heal()) == (1, 0)
    item = item_of(row)
    assert asked(item) == {"Lea Law", "Leo Law"}
    # Taken back and nobody told: the verdict is refused, and nothing of it stays.
    life.return_version(actor=counsel.writer.actor, version_id=row.pk, reason="A mistake.")
    with pytest.raises(TransitionError):
        by(counsel.law, item)
    assert (item_of(row).state, Decision.objects.count()) == ("submitted", 0)
    # Handed over again with another text, and nobody told of that either.
    writing.write_text(actor=counsel.writer.actor, version_id=row.pk, language="en", title="L", body=BODY + "More.\n")
    life.submit_version(actor=counsel.writer.actor, version_id=row.pk)
    with pytest.raises(ConflictError, match="another text"):
        by(counsel.law, item)
    assert (heal(), heal()) == (1, 0)
    item = item_of(row)
    by(counsel.law, item, content=item.content_hash)
    assert PolicyVersion.objects.get().legal_agreed
    assert heal() == 0


def test_without_author_and_owner_it_waits_until_an_owner_is_named(counsel: Counsel) -> None:
    row = writing.add_policy(actor=system_actor("test"), kind="P-LIS", title="Listening", body=BODY)
    life.submit_version(actor=system_actor("test"), version_id=row.pk)
    assert heal() == 0
    writing.change_policy(
        actor=counsel.writer.actor, policy_id=row.policy_id, title="Listening", review_months=12,
        owner_id=counsel.second.person.pk,
    )  # fmt: skip
    assert heal() == 1
    assert asked(item_of(row)) == {"Lea Law"}
