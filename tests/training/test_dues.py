"""What is to be learned again: new versions of policies, re-tests, drills at a renewal, refreshers after a leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from fourleaf.governance.models import Acknowledgement, Policy, PolicyText, PolicyVersion
from fourleaf.kernel import clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.training import public
from fourleaf.training.jobs import remind
from fourleaf.training.models import BeltAward, Module, TrainingDue
from fourleaf.training.selectors.path import path_of
from fourleaf.training.services.curriculum import restore_module, retire_module
from fourleaf.training.services.dues import change_absence, note_absence, open_deltas
from fourleaf.training.services.learning import begin_module_quiz
from fourleaf.training.services.work import record_work
from training.conftest import answer_all, read_all, take_quiz

pytestmark = pytest.mark.django_db
MACHINE = system_actor("the test")


@pytest.fixture
def moderation(noon: Any) -> PolicyVersion:
    """A moderation policy, in force since 1 June; acknowledging it carries the right to moderate."""
    now = clock.now()
    policy = Policy.objects.create(kind="P-MOD", title="Moderation", created_at=now, created_by="test")
    version = PolicyVersion.objects.create(
        policy=policy, major=1, state="in_force", effective_on=date(2026, 6, 1), rights=["moderate"],
        acknowledged=True, created_at=now, changed_at=now,
    )  # fmt: skip
    PolicyText.objects.create(version=version, language="en", title="Moderation", body="## A\n\nText.")
    return version


@pytest.fixture
def teaching(moderation: PolicyVersion, white: list[Module]) -> Module:
    """The module that teaches what the policy changed."""
    Module.objects.filter(pk=white[0].pk).update(kind="delta", policy_id=moderation.policy_id, policy_major=1)
    return Module.objects.get(pk=white[0].pk)


def test_what_changed_holds_back_the_rights_of_the_policy_and_no_others(
    member: Any, noon: Any, give: Callable[..., Any], moderation: PolicyVersion, teaching: Module
) -> None:
    give(member, "blue")
    assert open_deltas(actor=MACHINE) == 1
    assert open_deltas(actor=MACHINE) == 0
    # Acknowledged, so that governance withholds nothing; the module is still to be passed.
    Acknowledgement.objects.create(
        person=member.person, policy=moderation.policy, major=1, version=moderation, language="en", at=clock.now()
    )
    person = member.person.pk
    noon.move(days=30)
    assert public.holds(person, "moderate")
    noon.move(days=1)
    assert not public.holds(person, "moderate")
    assert public.holds(person, "reply")
    assert public.holds(person, "publish")
    answer_all(member.actor, begin_module_quiz(actor=member.actor, module_id=teaching.pk))
    assert public.holds(person, "moderate")


def test_a_version_without_a_module_is_left_to_its_acknowledgement(
    member: Any, noon: Any, give: Callable[..., Any], moderation: PolicyVersion
) -> None:
    give(member, "blue")
    assert open_deltas(actor=MACHINE) == 0
    noon.move(days=31)
    worth = public.belts_of([member.person.pk])[member.person.pk]
    assert (worth.suspended, "reply" in worth.rights) == ({"moderate"}, True)


def test_what_nobody_could_close_any_more_is_void_and_comes_back_with_its_reason(
    member: Any, noon: Any, give: Callable[..., Any], moderation: PolicyVersion, teaching: Module
) -> None:
    give(member, "green")
    open_deltas(actor=MACHINE)
    due = TrainingDue.objects.get()
    retire_module(actor=MACHINE, module_id=teaching.pk)
    open_deltas(actor=MACHINE)
    due.refresh_from_db()
    assert (due.state, due.closed_on) == ("void", clock.today())
    restore_module(actor=MACHINE, module_id=teaching.pk)
    assert open_deltas(actor=MACHINE) == 1
    due.refresh_from_db()
    assert (due.state, due.closed_on, due.due_on) == ("waiting", None, date(2026, 7, 1))
    PolicyVersion.objects.filter(pk=moderation.pk).update(state="withdrawn", ended_on=clock.today())
    noon.move(days=60)
    open_deltas(actor=MACHINE, policy_id=moderation.policy_id)
    due.refresh_from_db()
    assert due.state == "void"
    assert public.holds(member.person.pk, "moderate")


def test_a_belt_given_by_hand_can_be_tested_again_below_it(
    member: Any, noon: Any, give: Callable[..., Any], white: list[Module]
) -> None:
    give(member, "green")
    public.note_defect(
        actor=MACHINE, person_id=member.person.pk, severity="critical", right="share_approved", note="Shared a draft."
    )
    assert not public.holds(member.person.pk, "reply")
    assert path_of(member.person.pk, "white").purpose == "retest"
    read_all(member.actor, white)
    take_quiz(member.actor, "white")
    assert public.holds(member.person.pk, "reply")
    assert path_of(member.person.pk, "white").work == ()


def test_a_retest_on_the_day_of_the_pass_is_still_asked_for(member: Any, noon: Any, white: list[Module]) -> None:
    read_all(member.actor, white)
    take_quiz(member.actor, "white")
    public.note_defect(
        actor=MACHINE, person_id=member.person.pk, severity="critical", right="share_approved", note="Shared a draft."
    )
    path = path_of(member.person.pk, "white")
    assert (path.purpose, path.quiz_open, path.quiz.passed_on) == ("retest", True, None)
    take_quiz(member.actor, "white")
    assert public.holds(member.person.pk, "internal_post")


def test_blue_is_renewed_by_its_quiz_and_a_drill_of_the_year(
    member: Any, strategist: Any, noon: Any, give: Callable[..., Any], white: list[Module]
) -> None:
    Module.objects.filter(belt="white").update(belt="blue")
    give(member, "blue", begin=date(2025, 7, 1))
    read_all(member.actor, white)
    take_quiz(member.actor, "blue")
    assert [(one.work.kind, one.enough) for one in path_of(member.person.pk, "blue").work] == [("drill", False)]
    assert BeltAward.objects.get(ended_on=None).valid_until == date(2026, 6, 30)
    # A drill of half a year ago, noted only now.
    drill = record_work(
        actor=strategist.actor, person_id=member.person.pk, belt="blue", kind="drill", title="Drill", text="Took part."
    )
    award = BeltAward.objects.get(ended_on=None)
    assert (award.source, award.valid_until) == ("renewed", date(2027, 6, 30))
    assert drill.state == "accepted"


def test_a_drill_half_a_year_before_the_end_counts_for_the_renewal(
    member: Any, strategist: Any, noon: Any, give: Callable[..., Any]
) -> None:
    give(member, "black", begin=date(2025, 7, 1))
    noon.move(days=-180)
    record_work(
        actor=strategist.actor, person_id=member.person.pk, belt="black", kind="drill", title="Drill", text="Led it."
    )
    noon.move(days=180)
    assert [one.enough for one in path_of(member.person.pk, "black").work] == [True]


def test_a_leave_that_turns_out_shorter_needs_no_refresher_and_joined_ones_do(
    member: Any, noon: Any, give: Callable[..., Any]
) -> None:
    give(member, "orange", begin=date(2025, 10, 1), until=date(2027, 3, 1))
    person = member.person.pk
    first = note_absence(actor=member.actor, person_id=person, begins_on=date(2025, 11, 1), ends_on=date(2026, 6, 1))
    assert TrainingDue.objects.get().state == "waiting"
    change_absence(actor=member.actor, absence_id=first.pk, ends_on=date(2026, 2, 28))
    assert TrainingDue.objects.get().state == "void"
    note_absence(actor=member.actor, person_id=person, begins_on=date(2026, 3, 1), ends_on=date(2026, 6, 1))
    assert list(TrainingDue.objects.filter(state="waiting").values_list("kind", "belt")) == [("refresher", "orange")]
    with pytest.raises(InvalidError, match="Another leave"):
        change_absence(actor=member.actor, absence_id=first.pk, ends_on=date(2026, 3, 15))


def test_who_is_on_leave_is_reminded_only_when_back(
    member: Any, noon: Any, give: Callable[..., Any], mailoutbox: list[Any]
) -> None:
    give(member, "white", begin=date(2024, 7, 1))
    today = clock.today()
    away = note_absence(actor=member.actor, person_id=member.person.pk, begins_on=today - timedelta(days=3))
    assert remind() == 0
    change_absence(actor=member.actor, absence_id=away.pk, ends_on=today - timedelta(days=1))
    assert remind() == 1
    assert "ends on 30 June 2026" in mailoutbox[0].subject
