"""Pictures of a query: a true axis of time, the days where posts are, and nothing counted before it is."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.web.listening.queries_charts import every, span_words

_DAYS = st.dates(date(2012, 1, 1), date(2026, 6, 1))


@given(st.dictionaries(_DAYS, st.integers(1, 50), min_size=1, max_size=20))
def test_bars_hold_every_post_and_leave_no_stretch_out(counts: dict[date, int]) -> None:
    grain, bars = every(counts)
    days = [day for day, _ in bars]
    assert sum(many for _, many in bars) == sum(counts.values())
    steps = {(after - before).days for before, after in pairwise(days)}
    assert steps <= {"day": {1}, "week": {7}, "month": {28, 29, 30, 31}}[grain]
    assert days[0] <= min(counts)
    assert days[-1] <= max(counts)
    assert (grain == "day") == ((max(counts) - min(counts)).days < 92)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2015-02-16", "2015-02-24", "16 to 24 February 2015"),
        ("2026-05-28", "2026-06-03", "28 May to 3 June 2026"),
        ("2025-12-30", "2026-01-02", "30 December 2025 to 2 January 2026"),
        ("2026-05-28", "2026-05-28", "28 May 2026"),
    ],
)
def test_a_stretch_of_days_is_said_in_words(first: str, last: str, said: str) -> None:
    assert span_words(date.fromisoformat(first), date.fromisoformat(last)) == said


def seen(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


@pytest.mark.django_db
@pytest.mark.usefixtures("place")
def test_nothing_is_counted_before_it_is_matched(client_for: Any, analyst: Any, stock: Any) -> None:
    from fourleaf.kernel import jobs
    from fourleaf.listening.services.queries import QueryFields, add_query

    old = [{"text": f"an ember glows {n}", "created_at": f"2015-02-{16 + n}T09:00:00Z"} for n in range(9)]
    stock(analyst.actor, [*old, {"text": "nothing of it"}])
    query = add_query(actor=analyst.actor, fields=QueryFields("Ember", "ember"))
    client = client_for(analyst)
    before = seen(client.get(f"/queries/{query.pk}/"))
    assert "Being matched" in before
    assert "Not counted yet" in before
    assert "0 posts" not in before
    assert 'id="query-found"' not in seen(client.get(f"/queries/{query.pk}/status"))
    jobs.run_until_idle()
    part = seen(client.get(f"/queries/{query.pk}/status"))
    assert 'id="query-found" class="stack" hx-swap-oob="true"' in part
    after = seen(client.get(f"/queries/{query.pk}/"))
    assert after.count('id="query-found"') == 1
    for page in (part, after):
        assert "Mentions by day, 16 to 24 February 2015" in page
        assert "None of its posts is of the last 28 days" in page
        assert "9 posts found in these days" in page
        assert "first=2015-02-16&amp;last=2015-02-24" in page
        assert "Show the 9 posts, 16 to 24 February 2015" in page


@pytest.mark.django_db
def test_the_preview_names_its_grain_and_keeps_gaps(client_for: Any, analyst: Any, stock: Any) -> None:
    stock(analyst.actor, [{"text": "ember"}, {"text": "ember", "created_at": "2015-02-16T09:00:00Z"}])
    page = seen(client_for(analyst).post("/queries/preview", {"text": "ember"}))
    assert "Posts found, by month" in page
    assert "16 February 2015 to 20 June 2026" in page
    rows = page[page.index("<tbody") :]
    assert rows[: rows.index("</tbody>")].count("<tr") == 11 * 12 + 5
    few = [{"text": "lid", "created_at": (date(2026, 3, 1) + timedelta(days=40 * n)).isoformat()} for n in range(3)]
    stock(analyst.actor, [{"id": f"lid{n}", **row} for n, row in enumerate(few)])
    page = seen(client_for(analyst).post("/queries/preview", {"text": "lid"}))
    assert "Posts found, by day" in page
    assert "1 March to 20 May 2026" in page


def test_labels_of_months_name_no_day_and_stay_within_the_picture() -> None:
    from fourleaf.listening.selectors.preview import Preview
    from fourleaf.web.listening.queries_charts import preview_chart

    days = [(date(2015, 2, 16), 3, 3), (date(2026, 6, 20), 1, 9)]
    chart = preview_chart(Preview("", [], 4, 12, 12, None, None, days, []))
    assert chart is not None
    axis = chart.panels[0].spec["encoding"]["x"]["axis"]
    assert axis["labelBound"] is True
    assert "datum.label" in axis["labelExpr"]
    short = preview_chart(Preview("", [], 3, 3, 3, None, None, days[:1], []))
    assert short is not None
    assert "labelExpr" not in short.panels[0].spec["encoding"]["x"]["axis"]
