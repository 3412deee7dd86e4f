"""The gap log through its services."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fourleaf.governance.models import Gap, GapState, Policy, PolicyVersion
from fourleaf.governance.public import gap_facts, report_gap
from fourleaf.governance.rules_bodies import may_see_gap
from fourleaf.governance.selectors.gaps import gap_standing, get_gap_for, sections_to_revise, visible_gaps
from fourleaf.governance.services.gaps import close_gap, decide_gap, reopen_gap, triage_gap
from fourleaf.kernel import clock
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, TransitionError
from fourleaf.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def policy() -> PolicyVersion:
    made = Policy.objects.create(kind="P-MOD", title="Public moderation", created_at=NOW, created_by="the test")
    return PolicyVersion.objects.create(policy=made, state="in_force", created_at=NOW, changed_at=NOW)


def test_a_gap_goes_from_report_to_version_and_each_step_is_in_the_trail(
    member: Any, strategist: Any, policy: PolicyVersion
) -> None:
    with clock.frozen(NOW):
        gap_id = report_gap(
            actor=member.actor,
            channel="H8",
            situation="A dealer asks us to delete a review.",
            source=("page", "/listen/mentions/"),
            severity="high",
        )
        with pytest.raises(TransitionError):
            decide_gap(actor=strategist.actor, gap_id=gap_id, accept=True, reason="Yes.")
        triage_gap(
            actor=strategist.actor,
            gap_id=gap_id,
            severity="low",
            owner_id=strategist.person.pk,
            policy_id=policy.policy_id,
            section="Removal",
        )
        with pytest.raises(InvalidError) as fault:
            decide_gap(actor=strategist.actor, gap_id=gap_id, accept=False, reason=" ")
        assert "reason" in fault.value.fields
        decide_gap(actor=strategist.actor, gap_id=gap_id, accept=False, reason="Section 3 says it.")
        reopen_gap(actor=strategist.actor, gap_id=gap_id)
        decide_gap(actor=strategist.actor, gap_id=gap_id, accept=True, reason="It does not.")
        gap = close_gap(actor=strategist.actor, gap_id=gap_id, version_id=policy.pk)
    assert (gap.state, gap.closed_on, gap.closing_version_id) == ("in_version", date(2026, 6, 15), policy.pk)
    codes = AuditEvent.objects.filter(subject_kind="governance.gap").order_by("sequence").values_list("code", flat=True)
    assert [code.rpartition(".")[2] for code in codes] == [
        "reported",
        "triaged",
        "declined",
        "reopened",
        "accepted",
        "closed",
    ]
    facts = gap_facts()[0]
    assert (facts.kind, facts.channel, facts.state) == ("P-MOD", "H8", "in_version")
    # The one who reported it sees what became of it.
    assert get_gap_for(member.actor, gap_id).reason == "It does not."


def test_others_see_no_gap_and_absent_looks_like_forbidden(member: Any, other_unit: Any, strategist: Any) -> None:
    gap_id = report_gap(actor=member.actor, situation="May I?")
    for missing in (gap_id, gap_id + 99):
        with pytest.raises(NotFoundError):
            triage_gap(actor=other_unit.actor, gap_id=missing, severity="low", owner_id=member.person.pk)
    with pytest.raises(NotAllowedError):
        triage_gap(actor=member.actor, gap_id=gap_id, severity="low", owner_id=member.person.pk)
    gap = Gap.objects.get()
    for who in (member, other_unit, strategist):
        assert may_see_gap(who.actor, gap) == visible_gaps(who.actor).filter(pk=gap.pk).exists()


def test_what_is_wrong_is_said_beside_the_field(member: Any, strategist: Any, policy: PolicyVersion) -> None:
    with pytest.raises(InvalidError) as fault:
        report_gap(actor=member.actor, situation=" ", severity="urgent", section="x" * 151)
    assert set(fault.value.fields) == {"situation", "severity", "section"}
    gap_id = report_gap(actor=member.actor, situation="May I?")
    with pytest.raises(InvalidError) as fault:
        triage_gap(actor=strategist.actor, gap_id=gap_id, severity="low", owner_id=None, policy_id=policy.policy_id + 9)
    assert set(fault.value.fields) == {"owner", "policy_id"}
    triage_gap(actor=strategist.actor, gap_id=gap_id, severity="low", owner_id=member.person.pk, version=1)
    with pytest.raises(ConflictError):
        triage_gap(actor=strategist.actor, gap_id=gap_id, severity="high", owner_id=member.person.pk, version=1)
    decide_gap(actor=strategist.actor, gap_id=gap_id, accept=True, reason="Yes.")
    PolicyVersion.objects.filter(pk=policy.pk).update(state="draft")
    with pytest.raises(InvalidError) as fault:
        close_gap(actor=strategist.actor, gap_id=gap_id, version_id=policy.pk)
    assert "version_id" in fault.value.fields


def test_ages_are_those_of_gaps_that_nobody_decided(member: Any, strategist: Any) -> None:
    with clock.frozen(NOW):
        for days, state in ((71, "open"), (9, "open"), (20, "triaged"), (300, "declined")):
            Gap.objects.create(
                situation="?",
                found_by_name="x",
                found_on=clock.today() - timedelta(days=days),
                created_at=NOW,
                state=state,
                reason="Because.",
            )
        found = gap_standing(strategist.actor)
        assert (found.undecided, found.median_age, found.oldest, found.to_triage) == (3, 20.0, 71, 2)
        assert gap_standing(member.actor).undecided == 0


def test_three_gaps_on_a_section_call_for_a_revision(strategist: Any, member: Any, policy: PolicyVersion) -> None:
    with clock.frozen(NOW):
        # The same section, as people write it.
        for days, section in ((1, "Removal"), (40, "3. Removal"), (89, "removal"), (95, "Removal"), (2, "Hours")):
            Gap.objects.create(
                situation="?",
                found_by_name="x",
                found_on=clock.today() - timedelta(days=days),
                created_at=NOW,
                policy=policy.policy,
                section=section,
            )
        assert [(one.section, one.count) for one in sections_to_revise(strategist.actor)] == [("3. Removal", 3)]
        assert sections_to_revise(member.actor) == []
        Gap.objects.filter(found_on=clock.today() - timedelta(days=89)).update(closing_version=policy)
        assert sections_to_revise(strategist.actor) == []


def test_the_machine_has_no_way_past_looking() -> None:
    assert not GapState.allows("open", "accepted")
    assert not GapState.allows("open", "in_version")
    assert GapState.sources("in_version") == ["accepted"]
