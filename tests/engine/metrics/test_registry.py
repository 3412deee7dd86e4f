"""Every metric is defined whole, takes only what it names, and is also a statement for Spark."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlglot
from sqlglot import exp

from fourleaf.engine.metrics import MetricError, metric, metrics
from fourleaf.engine.metrics.registry import _KINDS, DIRECTIONS, _read

NOW = dt.datetime(2024, 4, 1, tzinfo=dt.UTC)
SAMPLES = {
    "int": 3,
    "number": 0.5,
    "bool": True,
    "date": dt.date(2024, 4, 1),
    "instant": NOW,
    "int[]": [1, 2],
    "text[]": ["somebody"],
}
WRONG = {"int": True, "number": "1", "bool": 1, "date": NOW, "instant": "2024", "int[]": [1.5], "text[]": "somebody"}


def samples(one):
    return {name: SAMPLES[parameter.kind] for name, parameter in one.parameters.items()}


@pytest.mark.parametrize("key", list(metrics()))
def test_the_definition_is_whole(key):
    one = metrics()[key]
    for text in (one.id, one.name, one.unit, one.formula, one.source, one.counts, one.bias):
        assert text.strip()
    assert one.direction in DIRECTIONS
    assert one.counts.endswith(".")
    assert one.bias.endswith(".")
    assert all(parameter.kind in _KINDS for parameter in one.parameters.values())
    assert metric(one.id) is metric(key)


def test_ids_are_unique():
    assert len({one.id for one in metrics().values()}) == len(metrics())


@pytest.mark.parametrize("key", list(metrics()))
def test_the_statement_uses_exactly_its_parameters(key):
    one = metrics()[key]
    used = {node.name for node in sqlglot.parse_one(one.sql, read="duckdb").find_all(exp.Parameter, exp.Placeholder)}
    assert used == set(one.parameters)


@pytest.mark.parametrize("key", list(metrics()))
def test_the_statement_parses_for_spark_and_keeps_its_parameters(key):
    one = metrics()[key]
    text = one.spark_sql()
    tree = sqlglot.parse_one(text, read="spark")
    names = {node.name for node in tree.find_all(exp.Placeholder)}
    assert names - {"zone"} == set(one.parameters)
    assert "$" not in text
    assert "local_day" not in text
    assert not any(isinstance(node, exp.ApproxQuantile | exp.ApproxDistinct) for node in tree.walk())


@pytest.mark.parametrize("key", list(metrics()))
def test_an_empty_store_gives_a_defined_result(key, views):
    one = metrics()[key]
    rows = one.run(views([]), **samples(one)).to_pylist()
    for row in rows:  # only the metrics that always answer have rows
        assert key in ("share_of_voice", "author_concentration")
        assert all(value in (0, None, 0.0, 1.0) or isinstance(value, str) for value in row.values())


@pytest.mark.parametrize("key", list(metrics()))
def test_wrong_values_are_named(key, views):
    one = metrics()[key]
    for name, parameter in one.parameters.items():
        with pytest.raises(MetricError, match=f"parameter '{name}' of the metric {key} must be"):
            one.run(views([]), **samples(one) | {name: WRONG[parameter.kind]})


def test_missing_and_unknown_parameters_are_named(views):
    with pytest.raises(MetricError, match="needs the parameter 'own'"):
        metric("K01").run(views([]))
    with pytest.raises(MetricError, match="no parameter 'colour'; it takes own, competitors"):
        metric("K01").run(views([]), colour="red")


def test_an_unknown_metric_lists_the_known():
    with pytest.raises(MetricError, match=r"no metric 'K99'; there are .*share_of_voice"):
        metric("K99")


@pytest.mark.parametrize(
    ("text", "words"), [("SELECT 1", "does not begin with a comment"), ("/*\nid: X\n*/ SELECT 1", "cannot be read")]
)
def test_a_file_without_meaning_is_refused(text, words):
    with pytest.raises(MetricError, match=words):
        _read("odd", text)


def test_values_are_bound_and_never_text(views):
    hostile = "x'); DROP VIEW matches; --"
    rows = metric("K01").run(
        views([{"author": hostile}, {"author": "other"}]),
        own=[1],
        competitors=[],
        since=NOW - dt.timedelta(days=9),
        until=NOW,
        own_accounts=[hostile],
    )
    assert rows.to_pylist()[0]["own"] == 1
