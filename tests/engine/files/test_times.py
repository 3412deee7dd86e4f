"""Times in the ways in which exports write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.files.times import DayOrderError, TimeRules, parse_times, slash_evidence

NOON = datetime(2015, 2, 24, 11, 35, 52, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2015-02-24T11:35:52Z",
        "2015-02-24 11:35:52",
        "2015-02-24 11:35:52 UTC",
        "2015-02-24 03:35:52 -0800",
        "2015-02-24T12:35:52+01:00",
        "2015-02-24 12:35:52+01",
        "2015/02/24 11:35:52",
        "Tue Feb 24 11:35:52 +0000 2015",
        "Tue, 24 Feb 2015 11:35:52 GMT",
        "24.02.2015 11:35:52",
        "24/02/2015 11:35:52",
        "24/2/2015 11:35:52 AM",
        "1424777752",
        "1424777752000",
        "1424777752000000",
        "2015-02-24T11:35:52.000000000Z",
        "  2015-02-24T11:35:52Z ",
    ],
)
def test_one_instant_in_many_forms(written: str) -> None:
    parsed = parse_times(pa.array([written, None, ""]), TimeRules(day_first=True))
    assert parsed.instants.to_pylist() == [NOON, None, None]
    assert len(parsed.bad) == 0


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2015-02-31 10:00", "no such day"),
        ("31.02.2015", "no such day"),
        ("2015-02-24 25:00", "no such day"),
        ("24/02/2015 13:00 PM", "no such day"),
        ("0001-01-01T00:00:00Z", "before 1990"),
        ("9999-12-31T23:59:59Z", "future"),
        ("2026-01-01T00:00:00Z", "future"),
        ("yesterday", "not a time"),
        ("12345", "not a time"),
        ("2015-02-24 10:00 PST", "not a time"),
    ],
)
def test_what_is_no_time_says_why(written: str, reason: str) -> None:
    rules = TimeRules(day_first=True, latest=datetime(2025, 1, 1, tzinfo=UTC))
    parsed = parse_times(pa.array(["2015-02-24T11:35:52Z", written]), rules)
    assert parsed.instants.to_pylist() == [NOON, None]
    assert parsed.bad.tolist() == [1]
    assert reason in parsed.sentences[0]


def test_times_without_zone_belong_to_the_zone_given() -> None:
    rules = TimeRules(zone="Europe/Berlin")
    parsed = parse_times(pa.array(["2024-07-01 12:00:00", "2024-01-01 12:00:00"]), rules)
    assert parsed.instants.to_pylist() == [datetime(2024, 7, 1, 10, tzinfo=UTC), datetime(2024, 1, 1, 11, tzinfo=UTC)]


def test_hours_that_clocks_repeat_or_skip() -> None:
    rules = TimeRules(zone="Europe/Berlin")
    parsed = parse_times(pa.array(["2024-10-27 02:30:00", "2024-03-31 02:30:00"]), rules)
    # Repeated: the first time round (summer time). Skipped: the moment of the change.
    assert parsed.instants.to_pylist() == [
        datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
        datetime(2024, 3, 31, 1, 0, tzinfo=UTC),
    ]


def test_doubtful_order_of_day_and_month_is_asked_for() -> None:
    with pytest.raises(DayOrderError):
        parse_times(pa.array(["03/04/2024 10:00"]), TimeRules())
    days = [
        parse_times(pa.array(["03/04/2024 10:00"]), TimeRules(day_first=first)).instants[0].as_py()
        for first in (True, False)
    ]
    assert [(day.month, day.day) for day in days] == [(4, 3), (3, 4)]


def test_evidence_for_the_order() -> None:
    assert slash_evidence(pa.array(["2024-01-01"])) == (False, False, False)
    assert slash_evidence(pa.array(["03/04/2024"])) == (True, False, False)
    assert slash_evidence(pa.array(["03/04/2024", "13/04/2024"])) == (True, True, False)
    assert slash_evidence(pa.array(["03/14/2024", None])) == (True, False, True)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([NOON.replace(tzinfo=None)], pa.timestamp("ns")),
        pa.array([NOON], pa.timestamp("s", tz="Europe/Berlin")),
        pa.array([1424777752], pa.int64()),
        pa.array([1424777752.0], pa.float64()),
        pa.array(["2015-02-24T11:35:52Z"]).dictionary_encode().dictionary_decode(),
    ],
)
def test_columns_that_are_not_strings(column: pa.Array) -> None:
    assert parse_times(column, TimeRules()).instants.to_pylist() == [NOON]


def test_dates_are_midnight() -> None:
    parsed = parse_times(pa.array([date(2024, 5, 1)]), TimeRules(zone="Europe/Berlin"))
    assert parsed.instants.to_pylist() == [datetime(2024, 4, 30, 22, tzinfo=UTC)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(1995, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - local times are the subject
            st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S.%f"]),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_mixed_forms_agree_with_python(times: list[tuple[datetime, str]]) -> None:
    zone = ZoneInfo("America/New_York")
    written = [moment.strftime(form) for moment, form in times]
    parsed = parse_times(pa.array(written), TimeRules(zone="America/New_York", day_first=True))
    for (moment, form), found in zip(times, parsed.instants.to_pylist(), strict=True):
        local = moment if "%f" in form else moment.replace(microsecond=0)
        expected = local.replace(tzinfo=zone).astimezone(UTC)
        if expected.astimezone(zone).replace(tzinfo=None) == local:  # leave out the hour that clocks skip
            assert found == expected


def test_a_whole_column_in_the_form_of_unix() -> None:
    written = ["Tue Feb 24 11:35:52 +0000 2015", None, "Fri Mar 06 00:00:01 -0500 2020"]
    parsed = parse_times(pa.array(written), TimeRules())
    assert parsed.instants.to_pylist() == [NOON, None, datetime(2020, 3, 6, 5, 0, 1, tzinfo=UTC)]
    for bad in ("Tue Feb 31 11:35:52 +0000 2015", "Tue Fbb 24 11:35:52 +0000 2015", "Tue Feb 24 11:35:52 x0000 2015"):
        parsed = parse_times(pa.array([*written, bad]), TimeRules())
        assert parsed.instants.to_pylist()[:3] == [NOON, None, datetime(2020, 3, 6, 5, 0, 1, tzinfo=UTC)]
        assert parsed.bad.tolist() == [3]
