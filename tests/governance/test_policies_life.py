"""The life cycle: who may do which step, what binds to which text, what ends what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fourleaf.governance.contracts import PolicyCameIntoForce, PolicyEnded
from fourleaf.governance.errors import OpenPlacesError
from fourleaf.governance.models import Policy, PolicyVersion
from fourleaf.governance.public import in_force
from fourleaf.governance.selectors.policies import visible_policies, visible_versions, waiting_for
from fourleaf.governance.services import policies_life as life
from fourleaf.governance.services import policies_writing as writing
from fourleaf.governance.services.policies_due import put_due_in_force
from fourleaf.kernel import clock, events
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import (
    ConflictError,
    DomainError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    TransitionError,
)
from fourleaf.kernel.models import AuditEvent, Region
from fourleaf.kernel.permissions import allowed

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MACHINE = system_actor("test")


def approved(actor: Any, kind: str = "P-LIS", body: str = "## Purpose\n\nListen.", **fields: Any) -> PolicyVersion:
    row = writing.add_policy(actor=actor, kind=kind, title=fields.pop("title", f"Title {kind}"), body=body, **fields)
    life.submit_version(actor=actor, version_id=row.pk)
    life.decide_legal(actor=actor, version_id=row.pk, agreed=True)
    return life.approve_version(actor=actor, version_id=row.pk)


def test_from_a_template_into_force_for_one_region(admin: Any, organisation: Any) -> None:
    row = writing.add_policy(actor=admin.actor, kind="P-SM", title="Social media", region_ids=[organisation.south.pk])
    with pytest.raises(OpenPlacesError) as error:
        life.submit_version(actor=admin.actor, version_id=row.pk)
    assert "company" in error.value.places
    life.submit_version(actor=admin.actor, version_id=row.pk, open_places_named=error.value.places)
    life.decide_legal(actor=admin.actor, version_id=row.pk, agreed=True)
    with pytest.raises(TransitionError, match="Places are still open"):
        life.approve_version(actor=admin.actor, version_id=row.pk)
    life.return_version(actor=admin.actor, version_id=row.pk, reason="Fill it in.")
    writing.write_text(actor=admin.actor, version_id=row.pk, language="en", title="SM", body="## Purpose\n\nTalk.")
    life.submit_version(actor=admin.actor, version_id=row.pk)
    life.decide_legal(actor=admin.actor, version_id=row.pk, agreed=True)
    life.approve_version(actor=admin.actor, version_id=row.pk)
    done = life.schedule_version(actor=admin.actor, version_id=row.pk)
    assert done.state == "in_force"
    assert [one.kind for one in in_force(region_id=organisation.south.pk)] == ["P-SM"]
    assert in_force(region_id=organisation.north.pk) == []
    codes = set(AuditEvent.objects.values_list("code", flat=True))
    assert {"governance.policy.submitted", "governance.policy.returned", "governance.policy.came_into_force"} <= codes


def test_a_works_council_is_heard_before_approval(admin: Any, organisation: Any) -> None:
    Region.objects.filter(pk=organisation.north.pk).update(works_council=True)
    row = writing.add_policy(actor=admin.actor, kind="P-MOD", title="Moderation", body="## A\n\nText.")
    life.submit_version(actor=admin.actor, version_id=row.pk)
    row = life.decide_legal(actor=admin.actor, version_id=row.pk, agreed=True)
    assert row.state == "consultation"
    with pytest.raises(TransitionError, match="North"):
        life.approve_version(actor=admin.actor, version_id=row.pk)
    life.record_consultation(
        actor=admin.actor, version_id=row.pk, region_id=organisation.north.pk, agreed=True, note="Minutes of 2 March"
    )
    assert life.approve_version(actor=admin.actor, version_id=row.pk).state == "approved"


def test_all_named_approvers_must_agree(admin: Any, strategist: Any, hire: Callable[..., Any]) -> None:
    chair = hire("Cora Chair", role="steering")
    row = writing.add_policy(
        actor=admin.actor, kind="P-ACC", title="Access", body="## A\n\nText.",
        approver_ids=[strategist.person.pk, chair.person.pk],
    )  # fmt: skip
    life.submit_version(actor=admin.actor, version_id=row.pk)
    life.decide_legal(actor=admin.actor, version_id=row.pk, agreed=True)
    with pytest.raises(NotAllowedError):
        life.approve_version(actor=admin.actor, version_id=row.pk)
    assert life.approve_version(actor=strategist.actor, version_id=row.pk).state == "legal_review"
    assert life.approve_version(actor=chair.actor, version_id=row.pk).state == "approved"


def test_somebody_else_approves_if_there_is_anybody(admin: Any, hire: Callable[..., Any]) -> None:
    alone = approved(admin.actor)
    assert alone.state == "approved"
    chair = hire("Cora Chair", role="steering")
    row = writing.add_policy(actor=admin.actor, kind="P-ACC", title="Access", body="## A\n\nText.")
    with pytest.raises(InvalidError) as error:
        writing.change_draft(actor=admin.actor, version_id=row.pk, approver_ids=[admin.person.pk])
    assert "approver_ids" in error.value.fields
    life.submit_version(actor=admin.actor, version_id=row.pk)
    life.decide_legal(actor=admin.actor, version_id=row.pk, agreed=True)
    assert not waiting_for(admin.actor).exists()
    assert waiting_for(chair.actor).get() == row
    with pytest.raises(NotAllowedError, match="somebody else approves"):
        life.approve_version(actor=admin.actor, version_id=row.pk)
    assert life.approve_version(actor=chair.actor, version_id=row.pk).state == "approved"


def test_what_is_approved_cannot_be_edited_and_what_is_returned_starts_again(admin: Any) -> None:
    row = approved(admin.actor)
    with pytest.raises(TransitionError, match="no longer change"):
        writing.write_text(actor=admin.actor, version_id=row.pk, language="en", title="T", body="## A\n\nOther.")
    other = writing.add_policy(actor=admin.actor, kind="P-INF", title="Influencers", body="## A\n\nText.")
    life.submit_version(actor=admin.actor, version_id=other.pk)
    life.decide_legal(actor=admin.actor, version_id=other.pk, agreed=True)
    life.approve_version(actor=admin.actor, version_id=other.pk, agreed=False, reason="Too long.")
    life.submit_version(actor=admin.actor, version_id=other.pk)
    with pytest.raises(TransitionError, match="legal view"):
        life.approve_version(actor=admin.actor, version_id=other.pk)


def test_each_region_has_its_own_midnight(
    admin: Any, organisation: Any, django_capture_on_commit_callbacks: Any
) -> None:
    came: list[PolicyCameIntoForce] = []
    events.subscribe(PolicyCameIntoForce)(came.append)
    with clock.frozen(NOON) as time:
        row = approved(admin.actor)
        life.schedule_version(actor=admin.actor, version_id=row.pk, effective_on=date(2026, 3, 3))
        assert put_due_in_force(actor=MACHINE) == 0
        time.move(hours=11, minutes=30)  # 00:30 in Berlin, 18:30 the day before in New York
        with django_capture_on_commit_callbacks(execute=True):
            assert put_due_in_force(actor=MACHINE) == 1
        assert len(in_force(region_id=organisation.north.pk)) == 1
        assert in_force(region_id=organisation.south.pk) == []
        time.move(hours=6)
        assert len(in_force(region_id=organisation.south.pk)) == 1
    assert [(event.version_id, event.major) for event in came if event.version_id == row.pk] == [(row.pk, True)]


def test_the_next_version_supersedes_the_one_whose_scope_it_covers(
    admin: Any, organisation: Any, django_capture_on_commit_callbacks: Any
) -> None:
    ended: list[PolicyEnded] = []
    events.subscribe(PolicyEnded)(ended.append)
    first = approved(admin.actor)
    life.schedule_version(actor=admin.actor, version_id=first.pk)
    second = writing.start_version(actor=admin.actor, policy_id=first.policy_id, change="minor", note="Clearer.")
    assert second.number == "1.1.0"
    writing.change_draft(actor=admin.actor, version_id=second.pk, region_ids=[organisation.south.pk])
    with pytest.raises(ConflictError, match="in work"):
        writing.start_version(actor=admin.actor, policy_id=first.policy_id, change="patch")
    for step in (life.submit_version, life.approve_version):
        step(actor=admin.actor, version_id=second.pk)
        if step is life.submit_version:
            life.decide_legal(actor=admin.actor, version_id=second.pk, agreed=True)
    life.schedule_version(actor=admin.actor, version_id=second.pk)
    first.refresh_from_db()
    assert first.state == "in_force"  # still the one for North
    third = writing.start_version(actor=admin.actor, policy_id=first.policy_id, change="patch", note="A typo.")
    writing.change_draft(actor=admin.actor, version_id=third.pk, region_ids=[])
    life.submit_version(actor=admin.actor, version_id=third.pk)
    life.decide_legal(actor=admin.actor, version_id=third.pk, agreed=True)
    life.approve_version(actor=admin.actor, version_id=third.pk)
    with django_capture_on_commit_callbacks(execute=True):
        life.schedule_version(actor=admin.actor, version_id=third.pk)
    states = dict(PolicyVersion.objects.values_list("pk", "state"))
    assert states == {first.pk: "superseded", second.pk: "superseded", third.pk: "in_force"}
    assert {event.version_id for event in ended} >= {first.pk, second.pk}


def test_a_withdrawal_can_be_undone_the_same_day_only(admin: Any) -> None:
    with clock.frozen(NOON) as time:
        row = approved(admin.actor)
        life.schedule_version(actor=admin.actor, version_id=row.pk)
        life.withdraw_version(actor=admin.actor, version_id=row.pk, reason="Wrong day.")
        assert in_force() == []
        life.restore_version(actor=admin.actor, version_id=row.pk)
        assert len(in_force()) == 1
        life.withdraw_version(actor=admin.actor, version_id=row.pk, reason="Really.")
        time.move(days=1)
        with pytest.raises(TransitionError, match="earlier day"):
            life.restore_version(actor=admin.actor, version_id=row.pk)


def test_a_day_that_has_begun_is_not_taken_back_though_no_work_noted_it(admin: Any) -> None:
    with clock.frozen(NOON) as time:
        row = approved(admin.actor)
        life.schedule_version(actor=admin.actor, version_id=row.pk, effective_on=date(2026, 3, 4))
        time.move(days=2)
        assert [one.version_id for one in in_force()] == [row.pk]
        with pytest.raises(TransitionError, match="has begun"):
            life.unschedule_version(actor=admin.actor, version_id=row.pk)
        with pytest.raises(TransitionError, match="has begun"):
            life.schedule_version(actor=admin.actor, version_id=row.pk, effective_on=date(2026, 5, 1))
        ended = life.withdraw_version(actor=admin.actor, version_id=row.pk, reason="A fault in it.")
        assert (ended.state, ended.effective_on, ended.ended_on) == ("withdrawn", date(2026, 3, 4), date(2026, 3, 4))
        codes = list(
            AuditEvent.objects.filter(subject_id=str(row.pk)).order_by("sequence").values_list("code", flat=True)
        )
        assert codes[-2:] == ["governance.policy.came_into_force", "governance.policy.withdrawn"]


def test_a_new_major_version_needs_questions_and_a_note(admin: Any) -> None:
    first = approved(admin.actor, kind="P-INF")
    life.schedule_version(actor=admin.actor, version_id=first.pk)
    row = writing.start_version(actor=admin.actor, policy_id=first.policy_id, change="major")
    with pytest.raises(InvalidError) as error:
        life.submit_version(actor=admin.actor, version_id=row.pk)
    assert "note" in error.value.fields
    writing.change_draft(actor=admin.actor, version_id=row.pk, note="Gifts count now.")
    with pytest.raises(InvalidError) as error:
        life.submit_version(actor=admin.actor, version_id=row.pk)
    assert "quiz" in error.value.fields
    question = {"question": "Do gifts count?", "options": ["Yes", "No"], "answer": 0, "section": "purpose"}
    for wrong in ([question], [{**question, "answer": 5}] * 2, [{**question, "section": "nowhere"}] * 2):
        with pytest.raises(InvalidError):
            writing.write_text(
                actor=admin.actor, version_id=row.pk, language="en", title="T", body="## Purpose\n\nX.", quiz=wrong
            )
    writing.write_text(
        actor=admin.actor, version_id=row.pk, language="en", title="T", body="## Purpose\n\nX.", quiz=[question] * 2
    )
    assert life.submit_version(actor=admin.actor, version_id=row.pk).state == "legal_review"


def test_two_who_saw_the_same_draft(admin: Any, strategist: Any) -> None:
    row = writing.add_policy(actor=admin.actor, kind="other", title="House rules", body="## A\n\nText.")
    writing.change_draft(actor=strategist.actor, version_id=row.pk, note="Mine.", version=row.version)
    with pytest.raises(ConflictError, match="Somebody else"):
        writing.change_draft(actor=admin.actor, version_id=row.pk, note="No, mine.", version=row.version)


def test_drafts_are_hidden_from_those_who_do_not_work_on_them(admin: Any, member: Any, hire: Any) -> None:
    draft = writing.add_policy(actor=admin.actor, kind="other", title="Secret", body="## A\n\nText.")
    shown = approved(admin.actor)
    life.schedule_version(actor=admin.actor, version_id=shown.pk)
    named = hire("Nora Named")
    other = writing.add_policy(
        actor=admin.actor, kind="other", title="For Nora", body="## A\n\nText.", approver_ids=[named.person.pk]
    )
    for who in (admin, member, named):
        seen = set(visible_versions(who.actor).values_list("pk", flat=True))
        by_rule = {row.pk for row in PolicyVersion.objects.all() if allowed(who.actor, "governance.view_policies", row)}
        assert seen == by_rule
        policies = set(visible_policies(who.actor).values_list("pk", flat=True))
        assert policies == {
            row.pk for row in Policy.objects.all() if allowed(who.actor, "governance.view_policies", row)
        }
    assert draft.pk not in set(visible_versions(member.actor).values_list("pk", flat=True))
    assert other.pk in set(visible_versions(named.actor).values_list("pk", flat=True))
    for service in (life.submit_version, life.unschedule_version):
        with pytest.raises(NotFoundError):
            service(actor=member.actor, version_id=draft.pk)
        with pytest.raises(NotAllowedError):
            service(actor=member.actor, version_id=shown.pk)


STEPS: dict[str, Callable[..., Any]] = {
    "submit": life.submit_version,
    "legal": lambda **kw: life.decide_legal(agreed=True, **kw),
    "legal_no": lambda **kw: life.decide_legal(agreed=False, reason="No.", **kw),
    "approve": life.approve_version,
    "return": lambda **kw: life.return_version(reason="No.", **kw),
    "schedule": lambda **kw: life.schedule_version(effective_on=date(2026, 4, 1), **kw),
    "now": life.schedule_version,
    "unschedule": life.unschedule_version,
    "withdraw": lambda **kw: life.withdraw_version(reason="No.", **kw),
    "restore": life.restore_version,
    "write": lambda **kw: writing.write_text(language="en", title="T", body="## A\n\nNew.", **kw),
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=4, max_size=14))
def test_no_history_brings_an_unapproved_text_into_force(db: None, steps: list[str]) -> None:
    """Whatever is tried in whatever order: what is in force was approved in this round, with this very text."""
    with clock.frozen(NOON):
        row = writing.add_policy(actor=MACHINE, kind="P-LIS", title=f"T{Policy.objects.count()}", body="## A\n\nOld.")
        for step in ["submit", "legal", *steps]:
            try:
                STEPS[step](actor=MACHINE, version_id=row.pk)
            except DomainError:
                continue
            row.refresh_from_db()
            if row.state in ("approved", "scheduled", "in_force"):
                given_ = row.decisions.filter(step="approval", agreed=True, round=row.round)
                assert [one.content_hash for one in given_] == [row.content_hash]
                text = row.texts.get()
                assert text.content_hash == life.text_hash(text)
            assert (row.state == "in_force") == bool(in_force(kind="P-LIS", on=date(2026, 3, 2)))
        Policy.objects.all().delete()
