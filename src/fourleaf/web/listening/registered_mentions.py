"""What the pages of mentions add to the frame."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.listening.contracts import MentionFilter
from fourleaf.listening.selectors.mentions import list_mentions
from fourleaf.listening.selectors.reports import last_days
from fourleaf.web import navigation, search
from fourleaf.web.kit.times import relative
from fourleaf.web.listening.texts import plain
from fourleaf.web.navigation import Entry
from fourleaf.web.search import INSTANT, Result

navigation.register(
    "listen",
    Entry(
        "Mentions",
        "listening:mentions",
        "chat-bubble-left-right",
        permission="listening.view_mentions",
        order=20,
        key="m",
        about="What people wrote: read, narrow, correct, export.",
    ),
)
_DAYS, _SHOWN = 91, 10


def find_mentions(actor: Actor, text: str, limit: int) -> Iterator[Result]:
    """A way to the list, and on the search page the newest mentions of the last weeks.

    While somebody types, the store is not asked: every letter would be a search over all texts.
    """
    address = f"{reverse('listening:mentions')}?{urlencode({'q': text, 'period': 'all'})}"
    yield Result(f"Mentions that contain “{plain(text, 60)}”", address, "Search all stored posts", "magnifying-glass")
    if limit <= INSTANT:
        return
    period = last_days(_DAYS, settings.TIME_ZONE, clock.today())
    for mention in list_mentions(actor, period, MentionFilter(search=text), size=min(limit, _SHOWN)).mentions:
        about = f"{plain(mention.platform, 30)}, {relative(mention.created_at)}"
        url = reverse("listening:mention", args=[mention.id])
        yield Result(plain(mention.text, 120), url, about, "chat-bubble-bottom-center-text")


search.register("listening-mentions", "Mentions", find_mentions, permission="listening.view_mentions", order=60)
