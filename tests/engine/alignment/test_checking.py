"""The check as a whole: what the sample organisation must and must not show, waivers, increments, what is held up."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fourleaf.engine.alignment.checking import RULES, LintDefaults, apply_waivers, blocks, by_blocked, check
from fourleaf.engine.alignment.checking import check_changed as changed
from fourleaf.engine.alignment.findings import SEVERITIES
from fourleaf.engine.alignment.loading import load_plan
from fourleaf.engine.alignment.observed_model import observed_model, steps_between
from fourleaf.engine.alignment.plan import ObservedModel, Plan, Waiver
from fourleaf.engine.alignment.plan.base import Named
from fourleaf.engine.alignment.snapshot import Snapshot

EXAMPLE: Final = Path(__file__).resolve().parents[3] / "examples" / "tarnbeck.yaml"

#: Rule -> objects at which it must fire in the sample (domain §11.4), and at no other.
MUST_FIRE: Final[dict[str, dict[str, set[str]]]] = {
    "error": {
        "A01": {"programmes/P07"},
        "A08": {"channels/H8"},
        "A09": {"policies/P-CRI"},
        "A10": {"regions/NA"},
        "A13": {"channels/H8"},
        "A14": {"people/R32"},
        "A17": {"people/R32"},
        "A18": {"routes/QS"},
        "A19": {"regions/NA"},
        "A20": {"regions/NA", "regions/IB"},
        "A22": {"channels/H8"},
        "A30": {"programmes/P07"},
        "A39": {"pilots/T5"},
        "A45": {"roadmap/4.E1"},
        "A51": {"regions/DE"},
        "A53": {"programmes/P07"},
        "A57": {"roadmap/3.E2", "roadmap/4.E1"},
    },
    "warning": {
        "A04": {"audiences/A8"},
        "A05": {"resources/CSV-NA"},
        "A06": {"effort_lines"},
        "A10": {"regions/IB"},
        "A12": {"gaps/GAP5"},
        "A15": {"programmes/P04", "programmes/P07"},
        "A29": {"brands/QS"},
        "A31": {"programmes/P07"},
        "A33": {"leader_activity/LA-2026-08"},
        "A34": {f"programmes/{key}" for key in ("P01", "P02", "P03", "P04", "P09")},
        "A35": {f"departments/{key}" for key in ("COM", "CSV", "INS", "MKT", "PPL", "PRD", "SAL")},
        "A38": {"early_voices/EV-R38"},
        "A41": {"objectives/O5"},
        "A45": {"roadmap/3.E2"},
        "A47": {"ideas"},
        "A54": {"programmes/P07"},
        "A58": {"regions/IB"},
    },
    "hint": {
        "A24": {"strata/EM-replies-DE"},
        "A49": {"departments"},
        "A50": {"stakeholder_groups/suppliers", "stakeholder_groups/ecosystem"},
        "A55": {"pilots/T1"},
    },
}
_SILENT: Final = (2, 3, 7, 11, 16, 21, 23, 25, 26, 27, 28, 32, 36, 37, 40, 42, 43, 44, 46, 48, 52, 56)
MUST_NOT_FIRE: Final = [f"A{number:02}" for number in _SILENT]


@pytest.fixture(scope="module")
def tarnbeck() -> Plan:
    plan = load_plan(EXAMPLE).plan
    assert plan is not None
    return plan


@pytest.mark.parametrize("severity", SEVERITIES)
def test_the_sample_shows_what_it_was_made_to_show_and_nothing_else(tarnbeck: Plan, severity: str) -> None:
    found: dict[str, set[str]] = {}
    for finding in check(Snapshot(tarnbeck)):
        if finding.severity == severity:
            found.setdefault(finding.rule, set()).add(finding.object)
    assert found == MUST_FIRE[severity]


@pytest.mark.parametrize("key", MUST_NOT_FIRE)
def test_the_sample_is_silent_where_it_is_in_order(tarnbeck: Plan, key: str) -> None:
    assert check(Snapshot(tarnbeck), [key]) == []


def test_the_functions_without_a_programme_are_named(tarnbeck: Plan) -> None:
    (finding,) = check(Snapshot(tarnbeck), ["A49"])
    assert finding.evidence == ("departments/INS", "departments/LRI")


def test_an_unknown_rule_is_named(tarnbeck: Plan) -> None:
    with pytest.raises(KeyError, match="A99"):
        check(Snapshot(tarnbeck), ["A99"])


def test_thresholds_can_be_moved(tarnbeck: Plan) -> None:
    assert check(Snapshot(tarnbeck), ["A06"], LintDefaults(technology_max=0.4)) == []
    (finding,) = check(Snapshot(tarnbeck), ["A06"], LintDefaults(technology_error=0.3))
    assert finding.severity == "error"


# --- waivers ----------------------------------------------------------------------------------------------------


def _waiver(granted: date, days: int, rule: str = "A31", at: str = "programmes/P07") -> Waiver:
    until = granted + timedelta(days=days)
    return Waiver(id="w", rule=rule, object=at, reason="A season", owner="R05", granted_on=granted, until=until)


@pytest.mark.parametrize(
    ("granted", "days", "holds"),
    [
        (date(2026, 9, 30), 0, True),
        (date(2026, 7, 2), 90, True),
        (date(2026, 7, 1), 90, False),
        (date(2026, 9, 1), 91, False),
        (date(2026, 10, 1), 30, False),
    ],
)
def test_a_waiver_holds_for_its_days_and_ninety_at_most(tarnbeck: Plan, granted: date, days: int, holds: bool) -> None:
    findings = check(Snapshot(tarnbeck), ["A30", "A31"])
    waiver = _waiver(granted, days)
    still_open, waived = apply_waivers(findings, [waiver], date(2026, 9, 30))
    assert [finding.rule for finding in still_open] == (["A30"] if holds else ["A30", "A31"])
    assert [(finding.rule, leave) for finding, leave in waived] == ([("A31", waiver)] if holds else [])


def test_a_waiver_holds_for_its_object_only(tarnbeck: Plan) -> None:
    findings = check(Snapshot(tarnbeck), ["A57"])
    waiver = _waiver(date(2026, 9, 1), 60, "A57", "roadmap/3.E2")
    still_open, _ = apply_waivers(findings, [waiver], tarnbeck.as_of)
    assert [finding.object for finding in still_open] == ["roadmap/4.E1"]


# --- what is held up --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "at", "held"),
    [
        ("A08", "channels/H8", ("programmes/P07",)),
        ("A14", "people/R32", ("programmes/P07",)),
        ("A18", "routes/QS", ("programmes/P03", "programmes/P04")),
        ("A20", "regions/IB", ("programmes/P07",)),
        ("A38", "early_voices/EV-R38", ("programmes/P03",)),
        ("A39", "pilots/T5", ("programmes/P07",)),
        ("A41", "objectives/O5", ("programmes/P08",)),
        ("A45", "roadmap/4.E1", ("roadmap/4.E1",)),
        ("A47", "ideas", ("roadmap/4.E4",)),
        ("A06", "effort_lines", ()),
    ],
)
def test_a_finding_says_what_it_holds_up(tarnbeck: Plan, rule: str, at: str, held: tuple[str, ...]) -> None:
    snapshot = Snapshot(tarnbeck)
    (finding,) = (found for found in check(snapshot, [rule]) if found.object == at)
    assert blocks(finding, snapshot) == held


def test_findings_are_grouped_by_what_they_hold_up(tarnbeck: Plan) -> None:
    snapshot = Snapshot(tarnbeck)
    findings = check(snapshot)
    groups = by_blocked(findings, snapshot)
    assert {finding for held in groups.values() for finding in held} == set(findings)
    assert {f.rule for f in groups["programmes/P07"]} >= {"A01", "A08", "A13", "A14", "A22", "A30", "A39", "A53"}
    assert "A06" in {finding.rule for finding in groups[""]}
    assert all(blocks(finding, snapshot) for address, held in groups.items() if address for finding in held)


# --- only what changed ------------------------------------------------------------------------------------------


class _Watched:
    """A plan that notes which sections are asked for."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name in Plan.model_fields:
            self.asked.add(name)
        return getattr(self._plan, name)


@pytest.mark.parametrize("key", sorted(RULES))
def test_a_rule_reads_what_it_says_it_reads(tarnbeck: Plan, key: str) -> None:
    watched = _Watched(tarnbeck)
    list(RULES[key].findings(Snapshot(watched), LintDefaults()))  # type: ignore[arg-type]  # stands in for the plan
    assert watched.asked - {"as_of"} <= set(RULES[key].reads)


SECTIONS: Final = sorted(name for name in Plan.model_fields if name not in ("format", "as_of", "currency"))


class Damaged(NamedTuple):
    """A plan with a short name: a whole plan is too long to be printed."""

    plan: Plan
    touched: set[str]

    def __repr__(self) -> str:
        return f"Damaged({sorted(self.touched)})"


@st.composite
def damaged(draw: st.DrawFn) -> Damaged:
    """The sample with sections and objects taken out, fields emptied and items repeated; not always in keeping with
    what loading would allow. And the sections that were touched."""
    plan = load_cached()
    names = draw(st.lists(st.sampled_from(SECTIONS), max_size=6, unique=True))
    new: dict[str, Any] = {}
    for name in names:
        value = getattr(plan, name)
        if not isinstance(value, tuple) or draw(st.booleans()):
            new[name] = Plan.model_fields[name].default
            continue
        kept = [thing for thing in value if draw(st.integers(0, 3))]
        new[name] = tuple(_emptied(draw, thing) if draw(st.booleans()) else thing for thing in kept)
    return Damaged(plan.model_copy(update=new), set(names))


def _emptied(draw: st.DrawFn, thing: Named) -> Named:
    optional = sorted(name for name, field in type(thing).model_fields.items() if not field.is_required())
    if not optional:
        return thing
    name = draw(st.sampled_from(optional))
    return thing.model_copy(update={name: type(thing).model_fields[name].default})


_LOADED: list[Plan] = []


def load_cached() -> Plan:
    if not _LOADED:
        plan = load_plan(EXAMPLE).plan
        assert plan is not None
        _LOADED.append(plan)
    return _LOADED[0]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged())
def test_any_plan_is_checked_and_the_increment_gives_the_same(case: Damaged) -> None:
    plan, touched = case
    before, after = Snapshot(load_cached()), Snapshot(plan)
    findings = check(after)
    places = [(SEVERITIES.index(f.severity), f.rule, f.object) for f in findings]
    assert places == sorted(places)
    assert len({(f.rule, f.object) for f in findings}) == len(findings)
    for finding in findings:
        section, _, key = finding.object.partition("/")
        assert section in Plan.model_fields
        assert finding.message
        assert finding.evidence
        assert finding.object in finding.hint
        assert isinstance(blocks(finding, after), tuple)
        assert not key or after.find(finding.object) is not None or section == "roadmap"
    assert changed(check(before), before, after, touched) == findings
    assert changed(check(before), before, after) == findings


def test_another_day_makes_all_rules_run(tarnbeck: Plan) -> None:
    before, after = Snapshot(tarnbeck), Snapshot(tarnbeck, date(2027, 9, 30))
    assert changed(check(before), before, after, ()) == check(after)
    assert len(check(after)) > len(check(before))


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_of_the_calendar_are_no_trouble(tarnbeck: Plan, day: date) -> None:
    assert check(Snapshot(tarnbeck, day))


# --- organisation models ----------------------------------------------------------------------------------------

_SAMPLE: Final = {
    "centre_share": 0.48,
    "approval_share": 0.81,
    "active_units": 0.55,
    "hub_ties": 0.57,
    "standard": 0.71,
}


@pytest.mark.parametrize(
    ("changes", "model"),
    [
        ({}, "hub_and_spoke"),
        ({"centre_share": 0.75}, "centralised"),
        ({"approval_share": 0.9, "active_units": 0.29}, "centralised"),
        ({"standard": 0.59}, "organic"),
        ({"sub_hubs": 2, "active_units": 0.6, "centre_share": 0.3, "approval_share": 0.3}, "dandelion"),
        ({"participation": 0.4, "evenness": 0.85, "standard": 0.8, "ei_norm": -0.25}, "honeycomb"),
        ({"hub_ties": None}, None),
    ],
)
def test_the_observed_model(changes: dict[str, Any], model: str | None) -> None:
    assert observed_model(ObservedModel(**(_SAMPLE | changes))) == model


def test_steps_between_models() -> None:
    assert steps_between("organic", "organic") == 0
    assert steps_between("organic", "dandelion") == 3
    assert steps_between("honeycomb", "dandelion") == 1
    assert steps_between("centralised", "honeycomb") == 2


def test_withdrawing_the_crisis_policy_is_no_way_out_of_its_overdue_review() -> None:
    plan = load_plan(EXAMPLE).plan
    assert plan is not None
    policies = tuple(
        policy.model_copy(update={"state": "withdrawn"}) if policy.kind == "P-CRI" else policy
        for policy in plan.policies
    )
    before, after = (
        {(finding.rule, finding.object) for finding in check(Snapshot(one))}
        for one in (plan, plan.model_copy(update={"policies": policies}))
    )
    assert before - after == {("A09", "policies/P-CRI")}
    assert after - before == {("A21", "policies/P-CRI")}
