"""Records of findings follow the plan: found, gone, back again; and the counts of each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fourleaf.alignment.models import CheckDay, FindingEvent, FindingRecord
from fourleaf.alignment.selectors import findings_about, findings_visible_to, glance, last_check, trend
from fourleaf.alignment.services import check_plan, look_back
from fourleaf.alignment.snapshot import checked
from fourleaf.engine.alignment.checking import check
from fourleaf.kernel import clock as time
from fourleaf.kernel.errors import InvalidError, NotAllowedError, NotFoundError

pytestmark = pytest.mark.django_db


def test_the_records_are_what_the_rules_find(sample: Any, strategist: Any) -> None:
    seen = checked(strategist.actor, sample.pk)
    wanted = {(f.rule, f.object) for f in check(seen.snapshot)}
    stored = set(FindingRecord.objects.filter(plan=sample).values_list("rule", "object"))
    assert stored == wanted
    assert ("A08", "channels/H8") in stored


def test_checking_again_writes_nothing_new(sample: Any, strategist: Any) -> None:
    events = FindingEvent.objects.count()
    assert check_plan(actor=strategist.actor, plan_id=sample.pk) is None
    again = check_plan(actor=strategist.actor, plan_id=sample.pk, force=True)
    assert again is not None
    assert (again.found, again.gone, again.returned, again.changed) == (0, 0, 0, 0)
    assert FindingEvent.objects.count() == events


def test_a_finding_goes_and_comes_back(
    sample: Any, strategist: Any, finding: Callable[..., Any], put: Callable[..., Any], clock: Any
) -> None:
    first = finding("A30", "programmes/P07")
    put("programmes", "P07", counterparts=["N2"])
    clock.move(hours=1)
    check_plan(actor=strategist.actor, plan_id=sample.pk)
    assert finding("A30", "programmes/P07").state == "gone"
    clock.move(hours=1)
    put("programmes", "P07", counterparts=[])
    check_plan(actor=strategist.actor, plan_id=sample.pk)
    back = finding("A30", "programmes/P07")
    assert (back.pk, back.state, back.gone_at) == (first.pk, "open", None)
    assert back.first_seen == first.first_seen
    assert back.since == time.now()
    assert list(back.events.values_list("kind", flat=True)) == ["returned", "gone", "found"]


@pytest.mark.django_db(transaction=True)
def test_a_change_of_the_plan_is_checked_after_commit(finding: Callable[..., Any], put: Callable[..., Any]) -> None:
    put("programmes", "P07", counterparts=["N2"])
    assert finding("A30", "programmes/P07").state == "gone"


def test_ages_move_with_the_days(sample: Any, strategist: Any, clock: Any) -> None:
    before = set(FindingRecord.objects.exclude(state="gone").values_list("rule", "object"))
    clock.move(days=200)
    result = check_plan(actor=strategist.actor, plan_id=sample.pk)
    assert result is not None
    after = set(FindingRecord.objects.exclude(state="gone").values_list("rule", "object"))
    assert result.found == len(after - before) > 0
    assert CheckDay.objects.filter(plan=sample).count() == 2


def test_a_check_costs_few_queries(sample: Any, strategist: Any, query_budget: Callable[[int], Any]) -> None:
    with query_budget(25):
        check_plan(actor=strategist.actor, plan_id=sample.pk, force=True)


def test_a_plan_in_memory_is_read_with_few_queries(
    sample: Any, strategist: Any, query_budget: Callable[[int], Any]
) -> None:
    checked(strategist.actor, sample.pk)
    with query_budget(7):
        checked(strategist.actor, sample.pk)


def test_somebody_who_joins_or_moves_makes_a_new_snapshot(sample: Any, strategist: Any) -> None:
    from fourleaf.kernel.models import Person

    before = checked(strategist.actor, sample.pk)
    Person.objects.filter(pk=strategist.person.pk).update(version=9)
    assert checked(strategist.actor, sample.pk) is not before


def test_the_glance_says_who_is_held_back(sample: Any, strategist: Any, query_budget: Callable[[int], Any]) -> None:
    with query_budget(9):
        picture = glance(strategist.actor, sample.pk)
    assert picture.rows[0].programme is not None
    assert picture.rows[0].programme.id == "P07"
    errors = [row.errors for row in picture.rows]
    assert errors == sorted(errors, reverse=True)
    # The crisis policy covers every programme and the missing consultation most: both stand once.
    assert picture.common is not None
    assert {f.rule for cell in picture.common.cells for f in cell.findings if f.gravity == 0} == {"A09", "A51"}
    assert not {f.rule for row in picture.rows for cell in row.cells for f in cell.findings} & {"A09", "A51"}
    # Recounted from the stored records alone.
    held = sorted(
        (
            sum(address.startswith("programmes/") for address in record.blocks)
            for record in FindingRecord.objects.filter(plan=sample, state="open", gravity=0, rule__in=("A09", "A51"))
        ),
        reverse=True,
    )
    assert (held[0], len(picture.rows)) == (10, 10)
    assert picture.common_counts == tuple(held)
    assert held[1] < 10
    assert picture.sentence.startswith(f"One error holds back all 10 programmes, another {held[1]}. ")
    own = Counter(
        rule
        for row in picture.rows
        for rule in {
            r.rule
            for r in FindingRecord.objects.filter(plan=sample, state="open", gravity=0).exclude(rule__in=("A09", "A51"))
            if row.address in r.blocks
        }
    )
    level = sorted(rule for rule, number in own.items() if number == max(own.values()))
    assert (list(picture.reasons), picture.reason_programmes) == (level, max(own.values()))
    assert all(f"({rule})" in picture.sentence for rule in level)
    assert picture.held_back == sum(row.errors > 0 for row in picture.rows) < 10
    policy = next(cell for cell in picture.rows[0].cells if cell.column.code == "policy")
    assert policy.state == "missing"
    assert {"A08", "A13"} <= {f.rule for f in policy.findings}


def test_findings_about_an_object_are_those_at_it_and_those_that_hold_it_up(sample: Any, strategist: Any) -> None:
    rows = findings_about(strategist.actor, sample.pk, "programmes", "P07")
    assert {"A30", "A08"} <= set(rows.values_list("rule", flat=True))
    assert set(findings_about(strategist.actor, sample.pk, "roadmap", "4.E1").values_list("rule", flat=True)) == {
        "A45",
        "A57",
    }


def test_the_last_check_knows_the_lag(sample: Any, strategist: Any) -> None:
    last = last_check(strategist.actor, sample.pk)
    assert last is not None
    assert (last.lag, last.lag_item) == (2, "4.E1")


def test_looking_back_adds_days_and_leaves_those_that_were_checked(sample: Any, strategist: Any) -> None:
    today = time.today()
    days = [today - timedelta(weeks=n) for n in range(1, 5)]
    assert look_back(actor=strategist.actor, plan_id=sample.pk, days=days) == 4
    assert look_back(actor=strategist.actor, plan_id=sample.pk, days=days) == 0
    found = trend(strategist.actor, sample.pk)
    assert [day.looked_back for day in found] == [True] * 4 + [False]
    assert found[0].errors == sum(
        f.severity == "error" for f in checked(strategist.actor, sample.pk, found[0].day).split[0]
    )
    with pytest.raises(InvalidError, match="before today"):
        look_back(actor=strategist.actor, plan_id=sample.pk, days=[today])


def test_who_may_not_see_findings_sees_none(sample: Any, member: Any, analyst: Any) -> None:
    assert not findings_visible_to(member.actor).exists()
    assert findings_visible_to(analyst.actor, sample.pk).exists()
    with pytest.raises(NotAllowedError):
        checked(member.actor, sample.pk)
    with pytest.raises(NotFoundError):
        checked(analyst.actor, sample.pk + 1)


def test_published_scores_of_departments_take_the_place_of_the_plans(
    sample: Any, strategist: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fourleaf.alignment.parts import assessment as parts
    from fourleaf.assessment.contracts import DepartmentScore, LeafScore

    def scored(code: str, points: float | None, band: str | None) -> DepartmentScore:
        leaf = LeafScore("leadership", points, None, None, "shown" if points is not None else "hidden")
        return DepartmentScore(None, code, band, (leaf,))

    published = [scored("SAL", 71.5, "50+"), scored("CSV", None, None), scored("MKT", 12.0, "5-9")]
    monkeypatch.setattr(parts, "department_scores", lambda actor: published)
    seen = checked(strategist.actor, sample.pk)
    leaves = {d.id: d.leaves for d in seen.snapshot.plan.departments}
    assert (leaves["SAL"].leadership, leaves["SAL"].n) == (71.5, 50)
    assert (leaves["CSV"].leadership, leaves["CSV"].n) == (None, 0)
    weak = {f.object for f in seen.findings if f.rule == "A34"}
    assert "programmes/P03" not in weak  # sponsored by sales, which scores well now
    assert "programmes/P06" in weak  # marketing scores badly now
    monkeypatch.setattr(parts, "department_scores", lambda actor: published[1:])
    assert checked(strategist.actor, sample.pk) is not seen
