"""Charts: specs that the library accepts, a data table each, the same colours everywhere, and pictures to take away."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from datetime import date, timedelta
from pathlib import Path

import altair as alt
import numpy as np
import pytest

from fourleaf import web
from fourleaf.web.kit.charts import Point, line_over_time, series_colours, small_multiples, theme
from fourleaf.web.kit.charts.delivery import bundle_path, bundle_version
from fourleaf.web.kit.demo import demo_charts

CHARTS = demo_charts()
CSS = (Path(web.__file__).parent / "static" / "web" / "css" / "tokens.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CHARTS)
def test_every_spec_is_valid(name) -> None:
    chart = CHARTS[name]
    assert chart.panels
    for panel in chart.panels:
        alt.Chart.from_dict(theme.resolve({**panel.spec, "config": theme.CONFIG}), validate=True)
        assert panel.spec["width"] == "container"


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_has_words_and_a_table(name) -> None:
    chart = CHARTS[name]
    assert chart.title
    assert chart.description
    assert chart.note
    assert chart.rows
    assert all(len(row) == len(chart.head) for row in chart.rows)


def test_the_table_says_intervals_bases_and_what_is_too_few() -> None:
    chart = CHARTS["line"]
    assert chart.head == ("Day", "Ember", "Loom", "Fern")
    assert re.fullmatch(r"30\s% \(27-33\), of 900", chart.rows[0][1])
    assert chart.rows[6][3] == "too few to show"


def test_a_gap_stays_a_gap() -> None:
    rows = CHARTS["line"].panels[0].spec["datasets"]["rows"]
    assert sum(row["value"] is None for row in rows) == 1


def test_shapes_are_shared_but_rows_are_not() -> None:
    def chart(value: float) -> dict:
        points = [Point(date(2026, 1, 1) + timedelta(days=day), value) for day in range(3)]
        return line_over_time(id="a", title="A", description="A", points=points).panels[0].spec

    first, second = chart(1), chart(2)
    assert first["datasets"]["rows"][0]["value"] == 1
    assert second["datasets"]["rows"][0]["value"] == 2


def test_small_multiples_share_their_scale() -> None:
    points = [Point(date(2026, 1, 1), value, series=name) for name, value in (("a", 1.0), ("b", 9.0))]
    chart = small_multiples(id="a", title="A", description="A", points=points)
    tops = {json.dumps(panel.spec["layer"][0]["encoding"]["y"]["scale"]["domain"]) for panel in chart.panels}
    assert len(tops) == 1
    assert [panel.title for panel in chart.panels] == ["a", "b"]


def test_an_empty_chart_says_so() -> None:
    assert line_over_time(id="a", title="A", description="A", points=[]).empty


def test_a_brand_keeps_its_colour_and_others_take_what_is_free() -> None:
    fixed = {"Ember": 2, "Loom": 9}
    colours = series_colours(["Loom", "other", "Ember", "another"], fixed)
    assert colours["Ember"] == series_colours(["Ember"], fixed)["Ember"] == "token:series-3"
    assert colours["Loom"] == "token:series-2"
    assert len(set(colours.values())) == 4
    assert len(series_colours([str(number) for number in range(20)])) == 20


# --- the palette ------------------------------------------------------------------------------------------------------

_LMS = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                 [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                 [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip
#: Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
_BLINDNESS = {
    "none": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_series_stand_out_and_apart(name) -> None:
    tokens = theme.TOKENS[name]
    colours = [tokens[f"series-{place}"] for place in range(1, 9)]
    assert min(contrast(colour, tokens["raised"]) for colour in colours) >= 3
    for kind, matrix in _BLINDNESS.items():
        seen = [_LAB @ np.cbrt(np.clip(_LMS @ np.clip(matrix @ linear(colour), 0, 1), 0, None)) for colour in colours]
        nearest = min(float(np.linalg.norm(one - other)) for one, other in itertools.combinations(seen, 2))
        # OKLab distance; about five times what is just noticeable.
        assert nearest > 0.1, kind


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_is_readable_on_its_ground(name) -> None:
    side = 0 if name == "light" else 1
    values = {key: pair[side] for key, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)}
    texts = ("ink", "ink-muted", "leaf", "good", "attention", "blocking", "information", "leaf-strong")
    for text, ground in itertools.product(texts, ("paper", "raised", "sunken")):
        assert contrast(values[text], values[ground]) >= 4.5, (text, ground)
    for state in ("good", "attention", "blocking", "information"):
        assert contrast(values[state], values[f"{state}-soft"]) >= 4.5, state
    for ground in ("paper", "raised"):
        assert contrast(values["control"], values[ground]) >= 3
        assert contrast(values["focus"], values[ground]) >= 3
    assert contrast(values["on-leaf"], values["leaf"]) >= 4.5


def test_pictures_use_the_same_colours_as_pages() -> None:
    written = {key: pair for key, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)}
    for key, value in theme.TOKENS["light"].items():
        assert [value, theme.TOKENS["dark"][key]] == written[key], key


# --- delivery ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def made_bundle(settings, tmp_path) -> None:
    """A stand-in for the drawing library, which takes two seconds to make."""
    settings.DATA_DIR = tmp_path
    bundle_path().parent.mkdir()
    bundle_path().write_bytes(gzip.compress(b"window.vegaEmbed = 1;"))


@pytest.mark.django_db
def test_the_library_is_sent_once_and_kept(stranger, made_bundle) -> None:
    address = f"/charts/vega-{bundle_version()}.js"
    response = stranger.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(b"".join(response.streaming_content)) == b"window.vegaEmbed = 1;"
    response.close()
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Encoding"] == "gzip"
    assert stranger.get(address).content == b"window.vegaEmbed = 1;"
    assert stranger.get("/charts/vega-0.js").status_code == 404


@pytest.mark.slow
def test_the_library_is_made_from_the_installed_package(settings, tmp_path) -> None:
    from fourleaf.web.kit.charts.delivery import prepare_bundle

    settings.DATA_DIR = tmp_path
    made = prepare_bundle()
    text = gzip.decompress(made.read_bytes()).decode()
    assert "window.vegaEmbed" in text
    assert len(text) > 500_000
    before = made.stat().st_mtime_ns
    assert prepare_bundle().stat().st_mtime_ns == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "start"), [("kit-line.svg", b"<svg"), ("kit-small.svg", b"<svg"), ("kit-bars.png", b"\x89PNG")]
)
def test_pictures_are_made_on_the_server(client_for, admin, name, start) -> None:
    response = client_for(admin).get(f"/kit/?chart={name}")
    assert response.content.startswith(start)
    assert name in response["Content-Disposition"]
    assert response["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.django_db
def test_a_text_in_a_spec_cannot_leave_its_element(client_for, admin, rf) -> None:
    from django.template import engines

    chart = line_over_time(
        id="x", title="T", description="D", points=[Point(date(2026, 1, 1), 1, series="</template><script>alert(1)//")]
    )
    text = (
        engines["django"]
        .from_string("{% cotton chart :chart='chart' %}{% endcotton %}")
        .render({"chart": chart}, rf.get("/"))
    )
    assert "<script>alert" not in text
    spec = text.split("<template data-spec>")[1].split("</template>")[0]
    assert json.loads(spec)["datasets"]["rows"][0]["series"] == "</template><script>alert(1)//"


def test_a_value_between_two_gaps_is_marked_since_no_line_reaches_it() -> None:
    values = [0.2, None, 0.4, None, 0.1, 0.3]
    points = [Point(date(2026, 6, day), value, 0.0, 1.0, "A", 9) for day, value in enumerate(values, 1)]
    chart = line_over_time(id="x", title="X", description="Y", points=points, share=True)
    rows = chart.panels[0].spec["datasets"]["rows"]
    assert [row["lone"] for row in rows] == [True, False, True, False, False, False]
