"""Listening: which posts speak of what, in which language and tone, and which are copies of one another.

Names are looked up when first used, so importing this package loads no model.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fourleaf.engine.listening.matching.explain import ExplainedNode, Explanation, explain
    from fourleaf.engine.listening.matching.matcher import MATCHER_SCHEMA, Matcher, compile_queries
    from fourleaf.engine.listening.matching.plan import QuerySpec
    from fourleaf.engine.listening.query.ast import Query
    from fourleaf.engine.listening.query.describe import describe
    from fourleaf.engine.listening.query.errors import QueryError, QueryErrors, QueryWarning
    from fourleaf.engine.listening.query.parser import parse_query

__all__ = [
    "MATCHER_SCHEMA",
    "ExplainedNode",
    "Explanation",
    "Matcher",
    "Query",
    "QueryError",
    "QueryErrors",
    "QuerySpec",
    "QueryWarning",
    "compile_queries",
    "describe",
    "explain",
    "parse_query",
]

_WHERE: Final = {
    "MATCHER_SCHEMA": "matching.matcher",
    "ExplainedNode": "matching.explain",
    "Explanation": "matching.explain",
    "Matcher": "matching.matcher",
    "Query": "query.ast",
    "QueryError": "query.errors",
    "QueryErrors": "query.errors",
    "QuerySpec": "matching.plan",
    "QueryWarning": "query.errors",
    "compile_queries": "matching.matcher",
    "describe": "query.describe",
    "explain": "matching.explain",
    "parse_query": "query.parser",
}


def __getattr__(name: str) -> object:
    if name in _WHERE:
        return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None


def __dir__() -> list[str]:
    return sorted(__all__)
