"""Metrics: definitions as SQL files with their meaning beside them, and intervals for shares.

The names of the registry are loaded when they are first used, so that the intervals cost no start-up time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from fourleaf.engine.metrics.intervals import net_share, net_share_array, wilson, wilson_array

if TYPE_CHECKING:
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

_REPORT: Final = ("ReportFooter", "report_footer")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{'report' if name in _REPORT else 'registry'}")
    return getattr(module, name)
