"""The metrics: one SQL file each, whose first comment says what the figure means.

A file's comment is YAML: id, name, unit, direction, formula, source, counts, bias, parameters, and optionally the
interval to add. The statement is DuckDB's dialect over the views `mentions`, `matches` and `daily` of a snapshot's
connection; values are always bound, never written into the text. SQLGlot gives the same statement for Spark.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, Literal

import duckdb
import numpy as np
import pyarrow as pa
import sqlglot
import yaml
from sqlglot import exp

from fourleaf.engine.metrics.intervals import net_share_array, wilson_array

__all__ = ["Metric", "MetricError", "Parameter", "metric", "metrics"]

DIRECTIONS: Final = ("up", "down", "none")


class MetricError(ValueError):
    """A metric does not exist, its file is wrong, or it was asked with the wrong parameters."""


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_KINDS: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "int": (_is_int, "a whole number"),
    "number": (lambda value: _is_int(value) or isinstance(value, float), "a number"),
    "bool": (lambda value: isinstance(value, bool), "true or false"),
    "date": (lambda value: isinstance(value, dt.date) and not isinstance(value, dt.datetime), "a date"),
    "instant": (lambda value: isinstance(value, dt.datetime) and value.tzinfo is not None, "a time with its zone"),
    "int[]": (lambda value: isinstance(value, list) and all(map(_is_int, value)), "a list of whole numbers"),
    "text[]": (
        lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
        "a list of texts",
    ),
}


@dataclass(frozen=True)
class Parameter:
    """A value that a metric needs; without a default it must be given."""

    name: str
    kind: str
    required: bool
    default: Any = None


@dataclass(frozen=True)
class Metric:
    """A defined figure. `key` is the file's name; `id` is the one that the KPI dictionary and reports use."""

    key: str
    id: str
    name: str
    unit: str
    direction: Literal["up", "down", "none"]
    formula: str
    source: str
    counts: str
    bias: str
    parameters: Mapping[str, Parameter]
    interval: Mapping[str, str] | None
    sql: str

    def run(self, connection: duckdb.DuckDBPyConnection, /, **values: Any) -> pa.Table:
        """The metric's rows; with an interval, the columns `low` and `high` (95 %) at the end.

        The connection is one of `Snapshot.connect`. MetricError names a parameter that is missing or wrong.
        """
        rows = connection.sql(self.sql, params=self.bound(values)).to_arrow_table()
        return self._with_interval(rows)

    def bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters with their values, checked, in the form that is bound to the statement."""
        unknown = sorted(set(values) - set(self.parameters))
        if unknown:
            raise MetricError(
                f"The metric {self.key} has no parameter {unknown[0]!r}; it takes {', '.join(self.parameters)}."
            )
        bound = {}
        for name, parameter in self.parameters.items():
            if name not in values and parameter.required:
                raise MetricError(f"The metric {self.key} needs the parameter {name!r}.")
            value = values.get(name, parameter.default)
            if isinstance(value, tuple | set | frozenset):
                value = sorted(value)
            fits, wording = _KINDS[parameter.kind]
            if not fits(value):
                raise MetricError(f"The parameter {name!r} of the metric {self.key} must be {wording}, not {value!r}.")
            bound[name] = value
        if isinstance(bound.get("own_accounts"), list):
            bound["own_accounts"] = [handle.removeprefix("@").lower() for handle in bound["own_accounts"]]
        return bound

    def _with_interval(self, rows: pa.Table) -> pa.Table:
        if self.interval is None:
            return rows

        def column(role: str) -> np.ndarray[Any, np.dtype[np.float64]]:
            values = rows[(self.interval or {})[role]].to_numpy()
            return np.asarray(values, np.float64)

        if self.interval["kind"] == "wilson":
            low, high = wilson_array(column("successes"), column("n"))
        else:
            low, high = net_share_array(column("positive"), column("negative"), column("n"))
        return rows.append_column("low", pa.array(low)).append_column("high", pa.array(high))

    def spark_sql(self) -> str:
        """The statement for Spark SQL, with `:name` parameters; it also needs `:zone` where it uses local days.

        The Spark session's time zone must be UTC.
        """
        tree = sqlglot.parse_one(self.sql, read="duckdb")
        return _for_spark(tree).sql(dialect="spark", pretty=True)


def _for_spark(tree: exp.Expr) -> exp.Expr:
    """Named markers as Spark writes them, and `local_day` spelled out."""

    def change(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Parameter):
            return exp.Placeholder(this=node.name)
        if isinstance(node, exp.Anonymous) and node.name.lower() == "local_day":
            local = exp.func("FROM_UTC_TIMESTAMP", *node.expressions, exp.Placeholder(this="zone"))
            return exp.func("TO_DATE", local, dialect="spark")
        return node

    return tree.transform(change)


@functools.cache
def metrics() -> Mapping[str, Metric]:
    """All metrics by key, in the order of their ids."""
    folder = resources.files("fourleaf.engine.metrics") / "sql"
    found = [_read(item.name.removesuffix(".sql"), item.read_text("utf-8")) for item in folder.iterdir()]
    return {one.key: one for one in sorted(found, key=lambda one: (one.id, one.key))}


def metric(key: str) -> Metric:
    """One metric by key or id; MetricError when there is none."""
    every = metrics()
    if key in every:
        return every[key]
    for one in every.values():
        if one.id == key:
            return one
    raise MetricError(f"There is no metric {key!r}; there are {', '.join(every)}.")


def _read(key: str, text: str) -> Metric:
    match = re.match(r"\s*/\*(?P<about>.*?)\*/(?P<sql>.*)\Z", text, re.DOTALL)
    if match is None:
        raise MetricError(f"The file {key}.sql does not begin with a comment that says what it means.")
    try:
        about = yaml.safe_load(match["about"])
        parameters = {
            name: Parameter(name, given["type"], "default" not in given, given.get("default"))
            for name, given in about.pop("parameters").items()
        }
        interval = about.pop("interval", None)
        words = {name: " ".join(str(value).split()) for name, value in about.items() if name != "direction"}
        return Metric(
            key=key,
            direction=about["direction"],
            parameters=parameters,
            interval=interval,
            sql=match["sql"].strip(),
            **words,
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise MetricError(f"The comment of {key}.sql cannot be read: {error}") from error
