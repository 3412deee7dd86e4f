"""What went out unseen and is looked at afterwards, and what comes to light later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fourleaf.engine.review import Selection
from fourleaf.kernel import clock
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.review import services, strata
from fourleaf.review.models import Draft, ReviewItem, Stratum, TrustStep, Waiting
from fourleaf.review.public import clearance
from fourleaf.review.services import DraftFields, RouteFields, StepFields, Verdict, submitting
from fourleaf.review.store import save_stratum
from fourleaf.review.stored import state_to_json
from fourleaf.review.strata import state_of

YES = Verdict(True)


def now(item: ReviewItem) -> ReviewItem:
    return ReviewItem.objects.get(pk=item.pk)


@pytest.fixture
def audited(house: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The house at Q3, where every item is drawn for an audit, by two if it were for the draw."""
    monkeypatch.setattr(strata, "LEAST_IN_WINDOW", 1000)
    drawn = Selection(before=False, audit=True, reviewers=2, blind=True, audit_hours=24)
    monkeypatch.setattr(submitting, "select", lambda *args, **more: drawn)
    row = strata.begin_stratum(house.organisation.ember.pk, "post", "")
    row.level, row.state = "Q3", state_to_json(replace(state_of(row), level="Q3"))
    save_stratum(row, "level", "state")
    return house


def test_an_audit_is_due_a_day_after_the_public_has_seen_it(audited: Any) -> None:
    from fourleaf.web.review.tables import due_state

    item = audited.submit()
    assert (item.state, item.due_at) == ("approved", clock.now() + timedelta(hours=24))
    # One verdict ends an audit, so nobody is promised two who know nothing of each other.
    assert not item.blind
    assert {one.asked for one in Waiting.objects.filter(item=item)} == {True}
    state = due_state(now(item))
    assert state is not None
    assert state.label == "Tue 16 Jun, 09:00 UTC"
    services.decide(actor=audited.lead.actor, item_id=item.pk, verdict=YES)
    assert due_state(now(item)) is None


def test_what_is_always_decided_is_decided_before_an_audit(audited: Any) -> None:
    legal = StepFields(audited.groups["legal"].pk)
    services.save_route(
        actor=audited.keeper.actor, fields=RouteFields("North: counsel", [legal], role="added", always=True)
    )
    item = audited.submit()
    assert item.state == "submitted"
    assert not clearance("draft", item.subject_id).cleared
    waiting = set(Waiting.objects.filter(item=item).values_list("person_id", flat=True))
    assert waiting == {audited.counsel.person.pk, audited.keeper.person.pk}
    decision = services.decide(actor=audited.counsel.actor, item_id=item.pk, verdict=YES)
    assert clearance("draft", item.subject_id).cleared
    assert state_of(Stratum.objects.get()).reviewed == 0
    # Then the whole route may look at it.
    waiting = set(Waiting.objects.filter(item=item).values_list("person_id", flat=True))
    assert {audited.lead.person.pk, audited.second.person.pk} <= waiting
    services.undo_decision(actor=audited.counsel.actor, decision_id=decision.pk)
    assert (now(item).state, now(item).due_at) == ("submitted", item.due_at)
    services.decide(actor=audited.keeper.actor, item_id=item.pk, verdict=YES)
    services.decide(actor=audited.lead.actor, item_id=item.pk, verdict=YES)
    assert state_of(Stratum.objects.get()).reviewed == 1
    # An edit of what always has to be decided opens it before the public sees it.
    draft = Draft.objects.get()
    fields = DraftFields(title=draft.title, text="Late.", brand_id=draft.brand_id, region_id=draft.region_id)
    services.change_draft(actor=audited.author.actor, draft_id=draft.pk, fields=fields)
    assert not clearance("draft", item.subject_id).cleared


def test_what_is_noted_without_being_judged_is_kept(house: Any) -> None:
    item = house.submit()
    services.decide(actor=house.lead.actor, item_id=item.pk, verdict=YES)
    draft = Draft.objects.get()
    fields = DraftFields(
        title=draft.title, text=draft.text, brand_id=draft.brand_id, region_id=draft.region_id, language="de"
    )
    services.change_draft(actor=house.author.actor, draft_id=draft.pk, fields=fields)
    assert (now(item).language, now(item).state) == ("de", "approved")


@pytest.mark.parametrize(
    ("source", "severity", "defects", "state"),
    [
        ("complaint", "minor", ("wording",), "approved"),
        ("complaint", "major", ("fact",), "returned"),
        ("correction", "critical", ("law",), "returned"),
        ("takedown", "minor", ("format",), "returned"),
    ],
)
def test_a_defect_that_came_to_light_counts_once_and_is_told(
    house: Any, source: Any, severity: Any, defects: tuple[str, ...], state: str
) -> None:
    item = house.submit()
    services.decide(actor=house.lead.actor, item_id=item.pk, verdict=YES)

    def report(who: Any = house.keeper) -> Any:
        return services.report_defect(
            actor=who.actor,
            item_id=item.pk,
            source=source,
            severity=severity,
            defects=defects,
            note="Seen by a reader.",
        )

    with pytest.raises(NotFoundError):
        report(house.outsider)
    report()
    after = now(item)
    assert (after.state, clearance("draft", item.subject_id).cleared) == (state, state == "approved")
    assert after.counted == ("critical" if severity == "critical" else "major")
    assert after.decisions.get(via=source).note == "Seen by a reader."
    assert TrustStep.objects.get(what=source).seen == 2
    with pytest.raises(InvalidError):
        report()
    assert TrustStep.objects.filter(what=source).count() == 1


def test_only_what_went_out_can_have_come_to_light(house: Any) -> None:
    item = house.submit()
    with pytest.raises(InvalidError, match="Ask for changes"):
        services.report_defect(
            actor=house.keeper.actor, item_id=item.pk, source="complaint", severity="major", defects=("fact",), note="x"
        )
    services.decide(actor=house.lead.actor, item_id=item.pk, verdict=YES)
    with pytest.raises(InvalidError) as caught:
        services.report_defect(
            actor=house.keeper.actor, item_id=item.pk, source="rumour", severity="clean", defects=(), note=" "
        )  # type: ignore[arg-type]  # "rumour" is no source
    assert set(caught.value.fields) == {"source", "severity", "note"}
