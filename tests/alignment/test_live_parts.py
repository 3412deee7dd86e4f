"""What governance, training and review keep takes the place of what the plan says, and findings move with it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourleaf.planning.models import Plan


def _open(actor: Any, plan: Plan) -> set[tuple[str, str]]:
    from fourleaf.alignment.snapshot import checked

    return {(finding.rule, finding.object) for finding in checked(actor, plan.pk).split[0]}


def _policy(title: str, kind: str, day: date, **fields: Any) -> Any:
    from fourleaf.governance.models import Policy, PolicyText, PolicyVersion
    from fourleaf.kernel import audit, clock
    from fourleaf.kernel.actors import system_actor

    at = clock.now()
    policy = Policy.objects.create(kind=kind, title=title, created_at=at, created_by="the test")
    version = PolicyVersion.objects.create(
        policy=policy, state="in_force", effective_on=day, review_due=day + timedelta(days=180),
        created_at=at, changed_at=at, **fields,
    )  # fmt: skip
    for language in ("de", "en", "sv", "es"):
        PolicyText.objects.create(version=version, language=language, title=title, body="## One\n\nText.")
    audit.record(system_actor("test"), "governance.policy.came_into_force", policy)
    return version


def test_an_empty_database_leaves_the_plan_as_it_is(sample: Plan, strategist: Any) -> None:
    from fourleaf.alignment.snapshot import organisation_snapshot
    from fourleaf.planning.public import model_of

    seen = organisation_snapshot(strategist.actor, sample.pk).plan
    stored = model_of(strategist.actor, sample.pk)
    for section in ("policies", "gaps", "routes", "strata", "committees", "consultations", "training_waves", "people"):
        assert getattr(seen, section) == getattr(stored, section), section


def test_a_policy_that_covers_the_channel_ends_its_finding(sample: Plan, strategist: Any, clock: Any) -> None:
    assert ("A08", "channels/H8") in _open(strategist.actor, sample)
    _policy("Social media policy", "P-SM", sample.as_of - timedelta(days=10))
    after = _open(strategist.actor, sample)
    assert ("A08", "channels/H8") not in after
    # The plan's moderation policy no longer counts: governance keeps the section now.
    assert ("A13", "channels/H1") in after


def test_a_policy_for_another_brand_does_not_become_one_for_all(
    sample: Plan, strategist: Any, organisation: Any, clock: Any
) -> None:
    _policy("Social media policy", "P-SM", sample.as_of, brand_ids=[organisation.ember.pk + 1000])
    from fourleaf.alignment.snapshot import organisation_snapshot

    assert not [p for p in organisation_snapshot(strategist.actor, sample.pk).plan.policies if p.kind == "P-SM"][1:]


def test_a_belt_that_is_granted_ends_the_finding_of_its_holder(
    sample: Plan, strategist: Any, admin: Any, hire: Callable[..., Any], clock: Any
) -> None:
    from fourleaf.training.public import set_belt

    agent = hire("Ines Iberia", external_id="R32")
    before = _open(strategist.actor, sample)
    assert {("A14", "people/R32"), ("A17", "people/R32")} <= before
    first = sample.as_of - timedelta(days=200)
    set_belt(actor=admin.actor, person_id=agent.person.pk, belt="green", valid_from=first, reason="From the old list")
    after = _open(strategist.actor, sample)
    assert ("A14", "people/R32") not in after
    assert ("A17", "people/R32") not in after


def test_a_committee_of_the_database_is_asked_for_its_functions(
    sample: Plan, strategist: Any, admin: Any, clock: Any
) -> None:
    from fourleaf.governance.services.bodies import add_committee

    assert not {rule for rule, _ in _open(strategist.actor, sample)} & {"A27"}
    add_committee(actor=admin.actor, name="Steering committee", kind="steering")
    assert "A27" in {rule for rule, _ in _open(strategist.actor, sample)}


def test_nothing_is_read_again_while_nothing_happens(
    sample: Plan, strategist: Any, query_budget: Any, clock: Any
) -> None:
    from fourleaf.alignment.snapshot import checked

    _policy("Social media policy", "P-SM", sample.as_of)
    first = checked(strategist.actor, sample.pk)
    with query_budget(8):
        assert checked(strategist.actor, sample.pk) is first


def test_what_is_kept_elsewhere_is_tried_but_not_saved_in_the_plan(sample: Plan, strategist: Any, clock: Any) -> None:
    import pytest

    from fourleaf.alignment.changes import Change
    from fourleaf.alignment.services import save_changes
    from fourleaf.kernel.errors import InvalidError

    _policy("Social media policy", "P-SM", sample.as_of)
    with pytest.raises(InvalidError) as refused:
        save_changes(
            actor=strategist.actor, plan_id=sample.pk, changes=[Change("policies", "P-SM", "state", "withdrawn")]
        )
    assert "not kept in the plan" in refused.value.fields[""][0]


def test_news_of_a_belt_has_the_current_plan_checked(
    sample: Plan,
    strategist: Any,
    admin: Any,
    hire: Callable[..., Any],
    clock: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from fourleaf.alignment.models import FindingRecord
    from fourleaf.kernel import jobs
    from fourleaf.training.public import set_belt

    agent = hire("Ines Iberia", external_id="R32")
    first = sample.as_of - timedelta(days=200)
    with django_capture_on_commit_callbacks(execute=True):
        set_belt(actor=admin.actor, person_id=agent.person.pk, belt="green", valid_from=first, reason="Old list")
    jobs.run_until_idle()
    assert FindingRecord.objects.get(plan=sample, rule="A14", object="people/R32").state == "gone"
