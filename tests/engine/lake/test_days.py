"""Local days: right at every clock change, in every zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.lake import LakeInputError
from fourleaf.engine.lake.days import day_start, local_day_sql, zone_named

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",  # +05:45
    "Pacific/Apia",  # skipped 30 December 2011
    "Africa/Casablanca",  # leaves its offset for Ramadan
    "America/Sao_Paulo",  # clocks went forward at midnight
]
instants = st.integers(1_230_768_000, 1_924_992_000).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))


@given(st.lists(instants, min_size=1, max_size=40), st.sampled_from(ZONES))
@settings(max_examples=40, deadline=None)
def test_the_sql_agrees_with_the_calendar(moments, zone):
    expression = local_day_sql("t", min(moments), max(moments), zone)
    connection = duckdb.connect()
    values = ", ".join(f"({n}, make_timestamptz({round(m.timestamp() * 1_000_000)}))" for n, m in enumerate(moments))
    days = connection.execute(f"SELECT {expression} FROM (VALUES {values}) AS v(n, t) ORDER BY n").fetchall()
    connection.close()
    assert [day for (day,) in days] == [moment.astimezone(ZoneInfo(zone)).date() for moment in moments]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2024-03-30T22:59:59.999999", "2024-03-30T23:00:00"),  # the day before the change still ends at 23 UTC
        ("2024-03-31T21:59:59.999999", "2024-03-31T22:00:00"),  # the short day ends at 22 UTC
        ("2024-10-26T21:59:59.999999", "2024-10-26T22:00:00"),
        ("2024-10-27T22:59:59.999999", "2024-10-27T23:00:00"),  # the long day
    ],
)
def test_days_turn_at_local_midnight_on_change_days(before, after):
    moments = [dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) for text in (before, after)]
    first, last = dt.datetime(2024, 1, 1, tzinfo=dt.UTC), dt.datetime(2024, 12, 31, tzinfo=dt.UTC)
    expression = local_day_sql("t", first, last, "Europe/Berlin")
    connection = duckdb.connect()
    sql = f"SELECT {expression} FROM (SELECT $t::TIMESTAMPTZ AS t)"
    days = [connection.execute(sql, {"t": moment.isoformat()}).fetchall()[0][0] for moment in moments]
    connection.close()
    assert days[1] - days[0] == dt.timedelta(days=1)


@given(st.dates(dt.date(2009, 1, 2), dt.date(2030, 12, 30)), st.sampled_from(ZONES))
@settings(max_examples=150, deadline=None)
def test_a_day_starts_at_its_first_instant(day, zone):
    start, info = day_start(day, zone), zone_named(zone)
    if zone == "Pacific/Apia" and day == dt.date(2011, 12, 30):
        assert start.astimezone(info).date() == dt.date(2011, 12, 31)  # this day did not exist
        return
    assert start.astimezone(info).date() == day
    assert (start - dt.timedelta(microseconds=1)).astimezone(info).date() < day


def test_a_long_range_falls_back_to_the_engine():
    ends = (dt.datetime(1930, 1, 1, tzinfo=dt.UTC), dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    assert "AT TIME ZONE 'Europe/Berlin'" in local_day_sql("t", *ends, "Europe/Berlin")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe/Berlin'"])
def test_an_unknown_zone_is_named(name):
    with pytest.raises(LakeInputError, match="no time zone"):
        zone_named(name)
