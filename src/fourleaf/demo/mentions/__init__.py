"""Thirteen months of invented posts about the sample's brands, their competitors and some things that only sound alike.

``generate`` streams record batches in ``fourleaf.engine.posts.POST_SCHEMA``; ``generate_with_truth`` gives with
each batch what the program meant by every post, so that classifiers and labels can be checked against it.
"""

from __future__ import annotations

from fourleaf.demo.mentions.accounts import OWN_ACCOUNTS, OWN_CHANNELS, OwnChannel
from fourleaf.demo.mentions.entities import COMPETITORS, ENTITIES, MARKETS, PLATFORMS, Entity, Market
from fourleaf.demo.mentions.generation import TRUTH_SCHEMA, generate, generate_with_truth
from fourleaf.demo.mentions.incident import STATEMENT_OFFSETS, incident_start
from fourleaf.demo.mentions.rhythm import SPAN_DAYS

__all__ = [
    "COMPETITORS",
    "ENTITIES",
    "MARKETS",
    "OWN_ACCOUNTS",
    "OWN_CHANNELS",
    "PLATFORMS",
    "SPAN_DAYS",
    "STATEMENT_OFFSETS",
    "TRUTH_SCHEMA",
    "Entity",
    "Market",
    "OwnChannel",
    "generate",
    "generate_with_truth",
    "incident_start",
]
