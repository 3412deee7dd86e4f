"""What the reports add to the frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.selectors import visible_brands
from fourleaf.listening.models import ListeningQuery
from fourleaf.listening.selectors import visible_to
from fourleaf.listening.selectors.reports import last_days, share_of_voice
from fourleaf.listening.store import store_is_empty
from fourleaf.web import navigation
from fourleaf.web.home.tiles import Start, Tile, register, register_start
from fourleaf.web.listening.reports_filters import BRANDLESS, EVERY_BRAND
from fourleaf.web.listening.reports_voice import shown
from fourleaf.web.navigation import Entry

navigation.register(
    "listen",
    Entry(
        "Share of voice",
        "listening:voice",
        "chart-pie",
        permission="listening.view_reports",
        order=10,
        key="v",
        about="How much of what is said is about us, with its interval.",
    ),
)
navigation.register(
    "listen",
    Entry(
        "Sentiment",
        "listening:sentiment",
        "face-smile",
        permission="listening.view_reports",
        order=12,
        about="How posts feel, over time and by query.",
    ),
)
navigation.register(
    "listen",
    Entry(
        "Platforms, words, authors",
        "listening:overview",
        "presentation-chart-line",
        permission="listening.view_reports",
        order=14,
        about="Where posts come from, which words rose, who is heard.",
    ),
)


def _voice_tile(actor: Actor) -> Mapping[str, Any] | None:
    """Each brand's share of voice in the last 28 days, and that of queries without a brand."""
    if store_is_empty():
        return None
    period = last_days(28, settings.TIME_ZONE, clock.today())
    lines: list[tuple[str, str, Any]] = []
    for brand in visible_brands(actor).filter(archived_at__isnull=True)[:6]:
        found = share_of_voice(actor, period, brand_id=brand.pk, grain="month")
        if any(c.own for c in found.contenders) and any(not c.own for c in found.contenders):
            lines.append((brand.name, str(brand.pk), shown(found.own["raw"], "brand mentions found")))
    if visible_to(actor).filter(state="active", role="own", brand=None).exists():
        found = share_of_voice(actor, period, brandless=True, grain="month")
        if any(not c.own for c in found.contenders):
            name, code = ("Without a brand", BRANDLESS) if lines else ("Own queries", EVERY_BRAND)
            lines.append((name, code, shown(found.own["raw"], "brand mentions found")))
    return {"lines": lines, "period": period} if lines else None


register(
    Tile(
        "listening-voice",
        "Share of voice, last 28 days",
        "web/listening/reports/tile.html",
        _voice_tile,
        permission="listening.view_reports",
        url_name="listening:voice",
        order=10,
        later=True,
        wide=True,
    )
)
register_start(
    Start(
        "listening-query",
        "Write a query",
        "What to look for: one for each own brand, and one built alike for each competitor.",
        "listening:add_query",
        "magnifying-glass",
        "listening.edit_queries",
        lambda actor: ListeningQuery.objects.filter(state="active").exists(),
        order=11,
    )
)
register_start(
    Start(
        "listening-import",
        "Import a file of posts",
        "What people said in public, exported by a network or a listening tool: CSV, JSON or Parquet.",
        "listening:import-new",
        "inbox-arrow-down",
        "listening.import_mentions",
        lambda actor: not store_is_empty(),
        order=10,
    )
)
