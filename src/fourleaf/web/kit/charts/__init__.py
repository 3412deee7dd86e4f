"""Charts: specs made on the server, drawn in the browser, with a title, a description and a data table each.

    chart = line_over_time(
        id="voice", title="Share of voice, by week", description="Ember fell from a third to a quarter in May.",
        points=[Point(date(2026, 5, 4), 0.31, low=0.27, high=0.35, series="Ember", base=1204)],
        share=True, colours={"Ember": brand.colour}, note="Public posts in English only.",
    )

In the template ``<c-chart :chart="chart" />``. For pictures to take away, a view begins with
``if (picture := charts.picture(request, chart)): return picture`` and its template says
``<c-chart :chart="chart" downloads />``.

Colours in specs are names of tokens ("token:series-1"); the browser and `picture` put in the colours of the theme.
"""

from __future__ import annotations

from fourleaf.web.kit.charts.chart import Chart, Panel
from fourleaf.web.kit.charts.delivery import picture
from fourleaf.web.kit.charts.shapes import Bar, Point, bars, line_over_time, small_multiples, stacked_bars
from fourleaf.web.kit.charts.theme import SERIES, series_colours

__all__ = [
    "SERIES",
    "Bar",
    "Chart",
    "Panel",
    "Point",
    "bars",
    "line_over_time",
    "picture",
    "series_colours",
    "small_multiples",
    "stacked_bars",
]
