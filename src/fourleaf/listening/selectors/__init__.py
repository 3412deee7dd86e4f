"""Reads of listening. Rows are narrowed by ``visible_to``; single things come through ``get_..._for``."""

from fourleaf.listening.selectors.queries import (
    active_queries,
    get_query_for,
    mention_scope,
    visible_to,
)

__all__ = ["active_queries", "get_query_for", "mention_scope", "visible_to"]
