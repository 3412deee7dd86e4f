"""What if: what is said before saving is what the check says after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fourleaf.alignment.changes import Change, tried
from fourleaf.alignment.models import FindingRecord
from fourleaf.alignment.providers import Facts, with_facts
from fourleaf.alignment.services import save_changes
from fourleaf.alignment.snapshot import checked
from fourleaf.alignment.trying import what_if
from fourleaf.engine.alignment.checking import check
from fourleaf.engine.alignment.plan import Region
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError
from fourleaf.planning.selectors import get_object_for

pytestmark = pytest.mark.django_db


def open_ones(plan: Any) -> set[tuple[str, str]]:
    return set(FindingRecord.objects.filter(plan=plan, state="open").values_list("rule", "object"))


CHANGES = [
    [Change("programmes", "P07", "counterparts", ["N2"])],
    [Change("policies", "P-CRI", "review_due", "2099-01-01"), Change("channels", "H8", "single_pause", True)],
    [Change("programmes", "P05", "counterparts", [])],
    [Change("programmes", "P07", "state", "ended")],
    [Change("roadmap", "3.E2", "state", "planned"), Change("objectives", "O1", "goal", None)],
    [Change("ideas", "", "median_answer_days", 3)],
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: "-".join(c.field for c in changes))
def test_what_is_said_before_saving_is_so_after_it(sample: Any, strategist: Any, changes: list[Change]) -> None:
    before = open_ones(sample)
    said = what_if(strategist.actor, sample.pk, changes)
    assert open_ones(sample) == before
    save_changes(actor=strategist.actor, plan_id=sample.pk, changes=changes)
    after = open_ones(sample)
    assert {(f.rule, f.object) for f in said.goes} >= before - after
    assert {(f.rule, f.object) for f in said.comes} >= after - before
    assert said.goes or said.comes


def test_trying_is_the_full_check(sample: Any, strategist: Any) -> None:
    seen = checked(strategist.actor, sample.pk)
    for changes in CHANGES:
        outcome = what_if(strategist.actor, sample.pk, changes)
        full = check(tried(seen.snapshot, changes))
        assert sum(outcome.after.values()) == len(full)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Change("policies", "P-CRI", "review_due", "soon"), "date"),
        (Change("policies", "P-CRI", "state", "fine"), "draft"),
        (Change("programmes", "P07", "owner", "R999"), "not among the people"),
        (Change("programmes", "P07", "colour", "red"), "no field"),
        (Change("programmes", "P99", "owner", "R01"), "no programmes/P99"),
        (Change("nothing", "P99", "owner", "R01"), "no nothing/P99"),
        (Change("programmes", "P07", "ends_on", "2001-01-01"), "lies after"),
        (Change("programmes", "P07", "name", {1, 2}), "no value"),
    ],
    ids=["day", "choice", "reference", "field", "object", "section", "order", "set"],
)
def test_what_cannot_be_is_said_in_words(sample: Any, strategist: Any, change: Change, sentence: str) -> None:
    changes = [change]
    if change.field == "ends_on":
        changes.insert(0, Change("programmes", "P07", "starts_on", "2026-01-01"))
    with pytest.raises(InvalidError, match=sentence):
        what_if(strategist.actor, sample.pk, changes)


def test_saving_is_all_or_nothing(sample: Any, strategist: Any) -> None:
    version = get_object_for(strategist.actor, sample.pk, "programmes", "P07").version
    changes = [
        Change("programmes", "P07", "counterparts", ["N2"], version),
        Change("programmes", "P01", "counterparts", ["N4"], 99),
    ]
    with pytest.raises(ConflictError):
        save_changes(actor=strategist.actor, plan_id=sample.pk, changes=changes)
    assert get_object_for(strategist.actor, sample.pk, "programmes", "P07").version == version
    assert ("A30", "programmes/P07") in open_ones(sample)


def test_the_gate_holds_for_what_was_tried_too(sample: Any, strategist: Any, put: Callable[..., Any]) -> None:
    put("programmes", "P07", state="paused")
    with pytest.raises(InvalidError, match="A08"):
        save_changes(actor=strategist.actor, plan_id=sample.pk, changes=[Change("programmes", "P07", "state", "live")])


def test_who_may_not_change_the_plan_may_try_but_not_save(sample: Any, analyst: Any) -> None:
    changes = CHANGES[0]
    assert what_if(analyst.actor, sample.pk, changes).goes
    with pytest.raises(NotAllowedError):
        save_changes(actor=analyst.actor, plan_id=sample.pk, changes=changes)


def test_facts_of_contexts_take_the_place_of_the_plan(sample: Any, strategist: Any) -> None:
    model = checked(strategist.actor, sample.pk).snapshot.plan
    region = Region(id="XX", name="Elsewhere", time_zone="Europe/Rome")
    changed = with_facts(
        model,
        Facts(
            objects={"regions": [region], "unknown": []}, fields={"departments": {"MKT": {"headcount": 3}, "no": {}}}
        ),
    )
    assert changed.regions[-1] == region
    assert next(d for d in changed.departments if d.id == "MKT").headcount == 3
    assert with_facts(model, Facts()) is model
