"""The listening query language: reading, checking, and saying back what a query means.

Words, "phrases", #tags, @handles; AND, OR, NOT (a hyphen before a term is NOT too; terms side by side mean AND);
parentheses; ``NEAR/n``; ``lang:``, ``author:``, ``source:``; a star at the end of a word.
"""

from __future__ import annotations

from fourleaf.engine.listening.query.ast import And, Field, Near, Node, Not, Or, Query, Term
from fourleaf.engine.listening.query.describe import canonical, describe
from fourleaf.engine.listening.query.errors import QueryError, QueryErrors, QueryWarning
from fourleaf.engine.listening.query.parser import parse_query

__all__ = [
    "And",
    "Field",
    "Near",
    "Node",
    "Not",
    "Or",
    "Query",
    "QueryError",
    "QueryErrors",
    "QueryWarning",
    "Term",
    "canonical",
    "describe",
    "parse_query",
]
