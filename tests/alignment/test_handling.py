"""Owners, due dates and waivers of findings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fourleaf.alignment.selectors import due_for, ending_soon, waivers_of
from fourleaf.alignment.services import (
    check_plan,
    grant_waiver,
    handle_finding,
    handle_findings,
    waive_finding,
    waive_findings,
    withdraw_waiver,
)
from fourleaf.engine.alignment.loading import load_plan
from fourleaf.kernel import clock as time
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent
from fourleaf.planning.services import export_plan

pytestmark = pytest.mark.django_db
P07 = ("A30", "programmes/P07")


@pytest.fixture
def steering(hire: Callable[..., Any]) -> Any:
    """May waive, but neither change the plan nor handle findings."""
    return hire("Cora Committee", role="steering")


def test_a_finding_gets_an_owner_and_a_day(finding: Callable[..., Any], strategist: Any) -> None:
    record = finding(*P07)
    due = time.today() + timedelta(days=7)
    handled = handle_finding(
        actor=strategist.actor,
        finding_id=record.pk,
        owner_id=strategist.person.pk,
        due_on=due,
        note=" Talks with the agency. ",
        version=record.version,
    )
    assert (handled.owner_id, handled.due_on, handled.note) == (strategist.person.pk, due, "Talks with the agency.")
    event = handled.events.first()
    assert event is not None
    assert (event.kind, event.by) == ("handled", strategist.actor.label)
    trail = AuditEvent.objects.get(code="alignment.finding.handled")
    assert "agency" not in str(trail.data)


def test_handling_needs_the_version_that_was_seen(finding: Callable[..., Any], strategist: Any) -> None:
    record = finding(*P07)
    with pytest.raises(ConflictError, match="has changed since"):
        handle_finding(
            actor=strategist.actor,
            finding_id=record.pk,
            owner_id=None,
            due_on=None,
            note="x",
            version=record.version + 1,
        )


def test_a_day_that_is_past_and_somebody_who_left_are_refused(
    finding: Callable[..., Any], strategist: Any, hire: Callable[..., Any]
) -> None:
    gone = hire("Lea Left", left_on=time.today() - timedelta(days=1))
    with pytest.raises(InvalidError) as caught:
        handle_finding(
            actor=strategist.actor,
            finding_id=finding(*P07).pk,
            owner_id=gone.person.pk,
            due_on=time.today() - timedelta(days=1),
        )
    assert set(caught.value.fields) == {"owner", "due_on"}


def test_several_get_the_same_owner(sample: Any, finding: Callable[..., Any], strategist: Any) -> None:
    ids = [finding(*P07).pk, finding("A08", "channels/H8").pk]
    due = time.today()
    count = handle_findings(actor=strategist.actor, finding_ids=ids, owner_id=strategist.person.pk, due_on=due)
    assert count == 2
    assert set(due_for(strategist.actor).values_list("pk", flat=True)) == set(ids)
    with pytest.raises(InvalidError, match="Say who"):
        handle_findings(actor=strategist.actor, finding_ids=ids)


def test_who_may_only_look_does_not_handle(
    finding: Callable[..., Any], analyst: Any, member: Any, strategist: Any
) -> None:
    record = finding(*P07)
    with pytest.raises(NotAllowedError):
        handle_finding(actor=analyst.actor, finding_id=record.pk, owner_id=None, due_on=None, note="x")
    with pytest.raises(NotFoundError):
        handle_finding(actor=member.actor, finding_id=record.pk, owner_id=None, due_on=None, note="x")
    with pytest.raises(NotAllowedError):
        waive_finding(actor=analyst.actor, finding_id=record.pk, reason="Because", owner="R23", until=time.today())


def test_a_waiver_is_kept_in_the_plan_and_ends_by_itself(
    sample: Any, finding: Callable[..., Any], steering: Any, strategist: Any, clock: Any
) -> None:
    until = time.today() + timedelta(days=30)
    waived = waive_finding(
        actor=steering.actor, finding_id=finding(*P07).pk, reason="Agency first.", owner="R23", until=until
    )
    assert (waived.state, waived.waived_until, waived.waiver) == ("waived", until, "W-A30-P07")
    assert waived.events.get(kind="waived").by == steering.actor.label
    assert AuditEvent.objects.get(code="alignment.finding.waived").actor_label == steering.actor.label
    exported = export_plan(actor=strategist.actor, plan_id=sample.pk)
    kept = load_plan(exported).plan.waivers
    assert [(w.rule, w.object, w.owner, w.until) for w in kept] == [("A30", "programmes/P07", "R23", until)]

    clock.move(days=30)
    check_plan(actor=strategist.actor, plan_id=sample.pk)
    assert finding(*P07).state == "waived"
    clock.move(days=1)
    check_plan(actor=strategist.actor, plan_id=sample.pk)
    ended = finding(*P07)
    assert (ended.state, ended.waived_until) == ("open", None)
    assert ended.events.filter(kind="unwaived").exists()


def test_a_waiver_is_withdrawn(finding: Callable[..., Any], steering: Any, clock: Any) -> None:
    pk = finding(*P07).pk
    waive_finding(actor=steering.actor, finding_id=pk, reason="For now.", owner="R23", until=time.today())
    assert withdraw_waiver(actor=steering.actor, finding_id=pk).state == "open"
    with pytest.raises(ConflictError, match="none to withdraw"):
        withdraw_waiver(actor=steering.actor, finding_id=pk)


@pytest.mark.parametrize(
    ("reason", "owner", "days", "wrong"),
    [("", "R23", 5, "reason"), ("So", "", 5, "owner"), ("So", "R23", 91, "until"), ("So", "R23", -1, "until"),
     ("So", "nobody", 5, "owner")],
)  # fmt: skip
def test_a_waiver_has_a_reason_an_owner_and_an_end(
    finding: Callable[..., Any], steering: Any, reason: str, owner: str, days: int, wrong: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        waive_finding(
            actor=steering.actor,
            finding_id=finding(*P07).pk,
            reason=reason,
            owner=owner,
            until=time.today() + timedelta(days=days),
        )
    assert set(caught.value.fields) == {wrong}
    assert finding(*P07).state == "open"


def test_only_what_is_open_is_waived(finding: Callable[..., Any], steering: Any) -> None:
    pk = finding(*P07).pk
    waive_finding(actor=steering.actor, finding_id=pk, reason="For now.", owner="R23", until=time.today())
    with pytest.raises(ConflictError, match="not open"):
        waive_finding(actor=steering.actor, finding_id=pk, reason="Again.", owner="R23", until=time.today())


def test_a_waiver_that_would_hold_for_nothing_is_refused(sample: Any, strategist: Any) -> None:
    def refused(rule: str, at: str) -> str:
        with pytest.raises(InvalidError) as caught:
            grant_waiver(
                actor=strategist.actor,
                plan_id=sample.pk,
                rule=rule,
                object=at,
                reason="So",
                owner="R23",
                until=time.today(),
            )
        return " ".join(sentence for said in caught.value.fields.values() for sentence in said)

    assert "There is no rule A99" in refused("A99", "programmes/P07")
    assert "There is no programmes/P99 in this plan" in refused("A30", "programmes/P99")
    assert "A30 finds nothing at programmes/P01 now. It does at" in refused("A30", "programmes/P01")


def test_several_findings_are_waived_in_one_go(
    sample: Any, finding: Callable[..., Any], strategist: Any, clock: Any
) -> None:
    ids = [finding(*P07).pk, finding("A08", "channels/H8").pk]
    until = time.today() + timedelta(days=10)
    assert ending_soon(strategist.actor, sample.pk) == (0, 0)
    done = waive_findings(actor=strategist.actor, finding_ids=ids, reason="So", owner="R23", until=until)
    assert (done, finding(*P07).state, finding("A08", "channels/H8").waived_until) == (2, "waived", until)
    assert finding(*P07).events.filter(kind="waived", by=strategist.actor.label).exists()
    assert ending_soon(strategist.actor, sample.pk) == (2, 0)
    assert {s.state for s in waivers_of(strategist.actor, sample.pk) if s.waiver.until == until} == {"soon"}
    with pytest.raises(InvalidError, match="nothing to waive"):
        waive_findings(actor=strategist.actor, finding_ids=ids, reason="So", owner="R23", until=until)
    clock.move(days=11)
    check_plan(actor=strategist.actor, plan_id=sample.pk)
    assert ending_soon(strategist.actor, sample.pk) == (0, 2)
    assert {s.state for s in waivers_of(strategist.actor, sample.pk) if s.waiver.until == until} == {"ended"}
