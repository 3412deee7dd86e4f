"""The roadmap template and the arithmetic over it, against the stated facts."""

from __future__ import annotations

from datetime import date

import pytest

from fourleaf.engine.alignment.plan import RoadmapItem
from fourleaf.engine.alignment.roadmap import Roadmap, RoadmapCycleError, dependency_cycle
from fourleaf.engine.alignment.roadmap_dates import critical, days_of, slack_weeks
from fourleaf.engine.alignment.roadmap_template import PHASES, TEMPLATE

#: Phase 1 but 1.E4, and three of phase 2.
DONE = "0.O 0.A 0.R 0.C 1.I1 1.I2 1.I3 1.I4 1.I5 1.E1 1.E2 1.E3 2.I2 2.I3 2.E2"


def roadmap(done: str = "", in_progress: str = "", **more: RoadmapItem) -> Roadmap:
    items = {name: RoadmapItem(id=name, state="done") for name in done.split()}
    items |= {name: RoadmapItem(id=name, state="in_progress") for name in in_progress.split()}
    return Roadmap([*items.values(), *more.values()])


def test_the_template_has_38_activities_of_which_none_needs_a_later_phase() -> None:
    assert len(TEMPLATE) == 38
    assert len(PHASES) == 5
    later = [
        (a.id, name)
        for a in TEMPLATE.values()
        for name in a.hard
        if name not in TEMPLATE or TEMPLATE[name].phase > a.phase
    ]
    assert later == []


def test_the_template_goes_round_in_no_circle() -> None:
    assert dependency_cycle({a.id: a.hard + a.soft for a in TEMPLATE.values()}) is None


def test_the_phases_finish_at_the_earliest_in_weeks_5_22_42_54_and_102() -> None:
    assert [roadmap().phase_finish(phase) for phase in range(5)] == [5, 22, 42, 54, 102]


def test_at_the_beginning_only_what_needs_nothing_is_ready() -> None:
    assert roadmap().ready == ("0.O", "0.C")


def test_an_item_is_ready_once_its_hard_dependencies_are_done_whatever_its_phase() -> None:
    way = roadmap(done="0.O 1.I1 1.I2")
    assert way.state("3.I4") == "ready"  # needs 1.I2 only; its soft dependency does not hold it
    assert way.unmet_soft("3.I4") == ("2.E3",)
    assert way.unmet_hard("1.I5") == ("0.R",)
    assert way.state("1.I5") == "planned"


def test_dropped_counts_as_finished_only_with_a_reason() -> None:
    assert roadmap(x=RoadmapItem(id="0.O", state="dropped", reason="Set by the board.")).state("0.A") == "ready"
    assert roadmap(x=RoadmapItem(id="0.O", state="dropped")).state("0.A") == "planned"


def test_the_active_phase_is_the_first_with_something_unfinished() -> None:
    assert roadmap().active_phase == 0
    assert roadmap(done=DONE).active_phase == 1
    assert roadmap(done=f"{DONE} 1.E4").active_phase == 2
    assert roadmap(done=" ".join(TEMPLATE)).active_phase == 4


def test_lag_is_counted_to_the_earliest_unfinished_internal_ancestor() -> None:
    way = roadmap(done=DONE, in_progress="2.I1 2.I4 2.E1 2.E3 3.E2 4.E1")
    assert (way.lags["3.E2"].phases, way.lags["3.E2"].behind) == (1, "2.I1")
    assert (way.lags["4.E1"].phases, way.lags["4.E1"].behind) == (2, "2.I1")
    assert {way.lags[name].phases for name in ("2.E1", "2.E3")} == {0}
    assert way.alignment_lag == 2
    assert way.started_too_early == ("3.E2", "4.E1")


def test_planned_external_items_have_no_lag() -> None:
    way = roadmap(done="0.O")
    assert way.lags == {}
    assert way.alignment_lag == 0


def test_a_circle_is_named() -> None:
    with pytest.raises(RoadmapCycleError) as caught:
        roadmap(x=RoadmapItem(id="1.I1", hard=("1.I2",)))
    assert caught.value.cycle == ("1.I1", "1.I2", "1.I1")


def test_a_circle_is_named_in_the_direction_of_need() -> None:
    assert dependency_cycle({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) == ("a", "b", "c", "a")
    assert dependency_cycle({"a": ["a"]}) == ("a", "a")
    assert dependency_cycle({"a": ["b"], "b": []}) is None


def test_own_items_join_the_graph() -> None:
    own = RoadmapItem(id="OWN", title="Own", side="internal", phase=1, weeks=30, hard=("0.O",))
    way = roadmap(x=own)
    assert way.earliest["OWN"] == (2, 32)
    assert way.phase_finish(1) == 32


def test_the_forecast_starts_today_and_keeps_what_was_recorded() -> None:
    day = date(2026, 3, 2)
    way = roadmap(
        x=RoadmapItem(id="0.O", state="done", started_on=date(2026, 1, 5), done_on=date(2026, 2, 2)),
        y=RoadmapItem(id="0.A", state="in_progress", started_on=date(2026, 2, 23)),
        z=RoadmapItem(id="1.I1", planned_start=date(2026, 4, 6)),
        late=RoadmapItem(id="0.R", state="in_progress", started_on=date(2026, 1, 5)),
    )
    dates = way.forecast(day)
    assert dates["0.O"] == (date(2026, 1, 5), date(2026, 2, 2))
    assert dates["0.A"] == (date(2026, 2, 23), date(2026, 3, 16))
    assert dates["1.I1"] == (date(2026, 4, 6), date(2026, 5, 4))
    assert dates["0.R"][1] == day  # overdue: today at the earliest
    assert dates["1.I2"][0] == date(2026, 5, 4)


def test_what_is_worked_out_begins_after_planned_ends_however_late() -> None:
    late = RoadmapItem(id="1.I1", planned_start=date(2027, 1, 4), planned_end=date(2027, 12, 31))
    found = days_of(Roadmap([late]), date(2026, 1, 5), date(2026, 1, 5))
    assert (found["1.I1"].end, found["1.I1"].guessed) == (date(2027, 12, 31), False)
    assert found["1.I2"].start == date(2028, 1, 1)
    assert found["1.I5"].start >= found["1.I2"].end
    assert found["0.O"].start == date(2026, 1, 5)


def test_critical_means_no_slack_and_reaches_the_last_end() -> None:
    path, day = Roadmap([]), date(2026, 1, 5)
    slack, tight = slack_weeks(path, day), critical(path, day)
    assert {key for key, weeks in slack.items() if weeks == 0} == set(tight)
    assert path.forecast(day)[tight[-1]][1] == max(end for _, end in path.forecast(day).values())
    # From the start on they hang together by hard dependencies, as long as the whole.
    assert all(TEMPLATE[key].hard == () or set(TEMPLATE[key].hard) & set(tight) for key in tight)
    assert max(path.earliest[key][1] for key in tight) == 102
