"""Regions, departments, brands: what is accepted, refused, archived and restored."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.kernel import working_hours
from fourleaf.kernel.errors import ConflictError, DomainError, InvalidError, NotAllowedError
from fourleaf.kernel.models import AuditEvent, Brand
from fourleaf.kernel.selectors import descendants, get_region_for, visible_departments, visible_regions
from fourleaf.kernel.services import organisation as services

WEEK = [[["09:00", "12:30"], ["13:30", "17:00"]]] * 5 + [[], []]


def test_a_region_is_added_with_its_clock_and_hours(admin: Any) -> None:
    region = services.add_region(
        actor=admin.actor, code="IB", name=" Iberia ", time_zone="Europe/Madrid", working_hours=WEEK, works_council=True
    )
    region.refresh_from_db()
    assert (region.name, region.time_zone, region.working_hours[0]) == ("Iberia", "Europe/Madrid", WEEK[0])
    assert AuditEvent.objects.filter(code="kernel.region.added", subject_id=str(region.pk)).count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "part"),
    [
        ({"code": "X Y", "name": "N"}, "code", "letters, digits"),
        ({"code": "no", "name": "N"}, "code", "already belongs to North"),
        ({"code": "XX", "name": " "}, "name", "1 to 100"),
        ({"code": "XX"}, "name", "needed"),
        ({"code": "XX", "name": "N", "time_zone": "Mars/Olympus"}, "time_zone", "Europe/Berlin"),
        ({"code": "XX", "name": "N", "analytics_mode": "spy"}, "analytics_mode", "team_only"),
        ({"code": "XX", "name": "N", "working_hours": [[]] * 6}, "working_hours", "seven days"),
        ({"code": "XX", "name": "N", "working_hours": [[["9:00", "10:00"]]] + [[]] * 6}, "working_hours", "09:00"),
        ({"code": "XX", "name": "N", "analytics_reason": "x" * 301}, "analytics_reason", "300 fit"),
    ],
)
def test_wrong_regions_are_refused_beside_the_field(
    admin: Any, organisation: Any, fields: dict[str, Any], field: str, part: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        services.add_region(actor=admin.actor, **fields)
    assert part in " ".join(caught.value.fields[field])


@pytest.mark.parametrize(
    ("day", "part"),
    [
        ([["09:00", "12:00"], ["11:00", "13:00"]], "overlaps"),
        ([["13:00", "15:00"], ["09:00", "12:00"]], "out of order"),
        ([["12:00", "12:00"]], "ends before"),
        ([["22:00", "02:00"]], "two days"),
        ([["09:00", "24:30"]], "not a time"),
        ([["09:00"]], "beginning and an end"),
    ],
)
def test_wrong_hours_are_named_by_their_day(day: list[list[str]], part: str) -> None:
    with pytest.raises(ValueError, match=part):
        working_hours.checked([[], day, [], [], [], [], []])


@given(st.lists(st.tuples(st.integers(0, 287), st.integers(1, 60)), max_size=4))
def test_hours_survive_writing_and_reading(steps: list[tuple[int, int]]) -> None:
    day, at = [], 0
    for gap, length in steps:
        begins, ends = at + gap * 5 % 240, 0
        ends = begins + length
        if ends > 1440:
            break
        day.append([f"{begins // 60:02d}:{begins % 60:02d}", f"{ends // 60:02d}:{ends % 60:02d}"])
        at = ends
    assert working_hours.parse_day(working_hours.day_text(day)) == day
    assert working_hours.week_minutes([day]) == sum(
        int(e[:2]) * 60 + int(e[3:]) - int(b[:2]) * 60 - int(b[3:]) for b, e in day
    )


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        day = working_hours.parse_day(text)
    except ValueError as error:
        assert str(error).startswith("This day")  # noqa: PT017 - either outcome is right
    else:
        assert working_hours.checked([day, [], [], [], [], [], []])[0] == day


def test_short_forms_of_hours_are_understood() -> None:
    assert working_hours.parse_day("9-12.30; 13:30 – 24") == [["09:00", "12:30"], ["13:30", "24:00"]]
    assert working_hours.parse_day("closed") == []


def test_a_department_cannot_be_put_below_itself(admin: Any, organisation: Any) -> None:
    marketing = organisation.marketing
    below = services.add_department(actor=admin.actor, code="MK1", name="Campaigns", parent_id=marketing.pk)
    lowest = services.add_department(actor=admin.actor, code="MK2", name="Posters", parent_id=below.pk)
    assert descendants(marketing.pk) == {marketing.pk, below.pk, lowest.pk}
    with pytest.raises(InvalidError, match="below itself"):
        services.change_department(actor=admin.actor, department_id=marketing.pk, parent_id=lowest.pk)
    with pytest.raises(InvalidError, match="below itself"):
        services.change_department(actor=admin.actor, department_id=marketing.pk, parent_id=marketing.pk)


def test_a_change_on_top_of_an_old_version_is_refused(admin: Any, organisation: Any) -> None:
    region = organisation.north
    services.change_region(actor=admin.actor, region_id=region.pk, version=1, name="Far North")
    with pytest.raises(ConflictError, match="Somebody else changed"):
        services.change_region(actor=admin.actor, region_id=region.pk, version=1, name="Near North")
    assert get_region_for(admin.actor, region.pk).name == "Far North"


def test_saying_the_same_again_is_no_event(admin: Any, organisation: Any) -> None:
    services.change_region(actor=admin.actor, region_id=organisation.north.pk, name="North")
    assert not AuditEvent.objects.filter(code="kernel.region.changed").exists()


def test_archiving_waits_until_nobody_is_left(admin: Any, member: Any, organisation: Any) -> None:
    with pytest.raises(DomainError, match="2 people still belong to North"):
        services.archive_region(actor=admin.actor, region_id=organisation.north.pk)
    services.archive_region(actor=admin.actor, region_id=organisation.south.pk)
    assert [r.name for r in visible_regions(admin.actor)] == ["North"]
    services.restore_region(actor=admin.actor, region_id=organisation.south.pk)
    assert {r.name: r.people_count for r in visible_regions(admin.actor)} == {"North": 2, "South": 0}


def test_a_department_with_departments_below_stays(admin: Any, organisation: Any) -> None:
    services.add_department(actor=admin.actor, code="L1", name="Patents", parent_id=organisation.legal.pk)
    with pytest.raises(DomainError, match="Patents"):
        services.archive_department(actor=admin.actor, department_id=organisation.legal.pk)


def test_a_brand_gets_the_colour_used_least(admin: Any, organisation: Any) -> None:
    brand = services.add_brand(actor=admin.actor, code="QS", name="Quill")
    assert brand.colour == 2
    with pytest.raises(InvalidError, match="8 colours"):
        services.change_brand(actor=admin.actor, brand_id=brand.pk, colour=8)
    services.archive_brand(actor=admin.actor, brand_id=brand.pk)
    assert Brand.objects.get(pk=brand.pk).archived_at is not None


def test_members_see_the_organisation_and_do_not_change_it(member: Any, organisation: Any) -> None:
    assert visible_departments(member.actor).count() == 3
    with pytest.raises(NotAllowedError, match="needs the right"):
        services.change_department(actor=member.actor, department_id=organisation.legal.pk, name="Law")
    with pytest.raises(NotAllowedError):
        services.add_brand(actor=member.actor, code="ZZ", name="Z")
