"""Metrics: definitions as SQL files with their meaning beside them, and intervals for shares."""

from __future__ import annotations

from fourleaf.engine.metrics.intervals import net_share, net_share_array, wilson, wilson_array
from fourleaf.engine.metrics.registry import Metric, MetricError, Parameter, metric, metrics
from fourleaf.engine.metrics.report import ReportFooter, report_footer

__all__ = [
    "Metric",
    "MetricError",
    "Parameter",
    "ReportFooter",
    "metric",
    "metrics",
    "net_share",
    "net_share_array",
    "report_footer",
    "wilson",
    "wilson_array",
]
