"""The sample organisation has exactly the shape that its description states."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fourleaf.demo.organisation import BRANDS, DEPARTMENTS, HEADCOUNT, PRODUCT_ROLES, REGIONS, ROLES, role
from fourleaf.demo.people import COLUMNS, DEFAULT_AS_OF, LEAVERS, people, write_people_csv


def test_head_counts_agree_in_both_directions() -> None:
    assert sum(r.headcount for r in REGIONS) == sum(d.headcount for d in DEPARTMENTS) == 1850
    for department in DEPARTMENTS:
        assert sum(HEADCOUNT[department.code].values()) == department.headcount
    for region in REGIONS:
        assert sum(HEADCOUNT[d.code][region.code] for d in DEPARTMENTS) == region.headcount


def test_expected_mixing_across_departments_is_that_of_the_description() -> None:
    """E-I under random mixing is 1 - 2 * sum of squared shares; the description says +.62."""
    total = sum(d.headcount for d in DEPARTMENTS)
    inside = sum((d.headcount / total) ** 2 for d in DEPARTMENTS)
    assert 1 - 2 * inside == pytest.approx(0.62, abs=0.005)


def test_regions_have_real_zones_and_the_stated_analytics_modes() -> None:
    modes = {r.code: r.analytics_mode for r in REGIONS}
    assert modes["DE"] == "team_only"
    assert modes["IB"] is None
    assert all(ZoneInfo(r.time_zone).key == r.time_zone for r in REGIONS)
    assert all(r.analytics_reason for r in REGIONS)


def test_there_are_sixty_roles_with_one_login_each() -> None:
    assert [r.id for r in ROLES] == [f"R{i:02d}" for i in range(1, 61)]
    assert len({r.email for r in ROLES}) == len({r.name for r in ROLES}) == 60
    assert all(r.demo_login and r.email.endswith("@tarnbeck.example") and r.email.isascii() for r in ROLES)
    assert set(PRODUCT_ROLES.values()) == {
        "admin", "strategist", "analyst", "editor", "care", "legal", "people", "steering", "member",
    }  # fmt: skip
    assert PRODUCT_ROLES["R58"] == "admin"


def test_belts_and_crisis_appointments_are_those_of_the_description() -> None:
    appointed = {r.id for r in ROLES if r.appointed_for_crisis}
    assert appointed == {"R02", "R05", "R06", "R09", "R11", "R19", "R26", "R56"}
    assert {r.id for r in ROLES if r.belt == "black"} == {"R05", "R06", "R11", "R19", "R26"}
    assert {r.id for r in ROLES if r.belt == "blue"} == {"R07", "R09", "R10", "R12", "R14", "R16", "R17"}
    assert {r.id for r in ROLES if r.belt == "none"} == {"R04", "R45", "R60"}
    assert Counter(r.region for r in ROLES)["IB"] == 3
    assert [r.id for r in ROLES if r.department is None] == ["R01", "R02", "R03", "R04"]


def test_every_chain_of_managers_ends_at_the_chief_executive() -> None:
    for each in ROLES:
        above, steps = each, 0
        while above.manager is not None:
            above, steps = role(above.manager), steps + 1
            assert steps < 10
        assert above.id == "R01"


def test_an_unknown_role_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        role("R61")


def test_brands_have_distinct_colours() -> None:
    assert [b.code for b in BRANDS] == ["EM", "QS", "LV"]
    assert len({b.colour for b in BRANDS}) == 3


@pytest.mark.parametrize("seed", [1, 7])
def test_people_have_exact_head_counts_and_live_managers(seed: int) -> None:
    rows = people(seed)
    employed = [p for p in rows if p.left_on is None]
    assert len(employed) == 1850
    assert len(rows) == 1850 + LEAVERS
    cells = Counter((p.department, p.region) for p in employed)
    assert cells == {(d, r): n for d, by_region in HEADCOUNT.items() for r, n in by_region.items()}
    assert len({p.external_id for p in rows}) == len({p.email for p in rows}) == len(rows)
    assert {p.manager for p in rows} - {""} <= {p.external_id for p in employed}
    assert [p.external_id for p in rows if not p.manager] == ["R01"]


def test_people_dates_are_in_order() -> None:
    rows = people(3, as_of=date(2026, 3, 1))
    assert all(p.started_on < date(2026, 3, 1) for p in rows)
    left = [(p.started_on, p.left_on) for p in rows if p.left_on]
    assert len(left) == LEAVERS
    assert all(end is not None and start < end < date(2026, 3, 1) for start, end in left)


def test_same_seed_same_people_and_another_seed_others() -> None:
    assert people(5) == people(5)
    assert people(5)[60:] != people(6)[60:]


def test_the_csv_reads_back(tmp_path: Path) -> None:
    rows = people(1, as_of=DEFAULT_AS_OF)
    write_people_csv(tmp_path / "people.csv", rows)
    with (tmp_path / "people.csv").open(encoding="utf-8", newline="") as stream:
        back = list(csv.DictReader(stream))
    assert tuple(back[0]) == COLUMNS
    assert [line["name"] for line in back] == [p.name for p in rows]
    assert back[0]["left_on"] == ""
    assert date.fromisoformat(back[-1]["left_on"]) == rows[-1].left_on
