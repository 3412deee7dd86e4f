"""What is decided about listening: own accounts, how long posts are kept, who is not collected."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require
from fourleaf.listening import store
from fourleaf.listening.models import ListeningSettings, OwnAccount, SuppressedAuthor
from fourleaf.listening.suppression import folded_handle, settings_row

__all__ = [
    "listening_settings_for",
    "own_accounts_visible_to",
    "posts_of_author",
    "posts_older_than",
    "stored_platforms",
    "suppressed_visible_to",
]

_ERASE, _EDIT = "listening.erase_mentions", "listening.edit_queries"


def own_accounts_visible_to(actor: Actor) -> QuerySet[OwnAccount]:
    """Accounts whose posts are left out of reports; nothing for those who may not change queries."""
    rows = OwnAccount.objects.select_related("brand")
    return rows if actor.may(_EDIT) else rows.none()


def suppressed_visible_to(actor: Actor) -> QuerySet[SuppressedAuthor]:
    """Authors who are not collected: references only, since the handles are not kept."""
    rows = SuppressedAuthor.objects.all()
    return rows if actor.may(_ERASE) else rows.none()


def listening_settings_for(actor: Actor) -> ListeningSettings:
    """The one row of settings."""
    require(actor, _ERASE)
    return settings_row()


def posts_of_author(actor: Actor, handle: str) -> int:
    """How many stored posts an erasure of this author would take, on all platforms and however it is written."""
    require(actor, _ERASE)
    folded = folded_handle(handle)
    if not folded:
        return 0
    with store.reading() as view:
        rows = view.cursor().execute("SELECT author, count(*) FROM mentions WHERE author IS NOT NULL GROUP BY author")
        return sum(int(count) for author, count in rows.fetchall() if folded_handle(author) == folded)


def posts_older_than(actor: Actor, days: int) -> int:
    """How many stored posts are older than so many days; 0 days means that nothing expires."""
    require(actor, _ERASE)
    if days == 0:
        return 0
    limit = clock.now() - timedelta(days=days)
    with store.reading() as view:
        row = view.cursor().execute("SELECT count(*) FROM mentions WHERE created_at < ?", [limit]).fetchone()
    return int(row[0]) if row else 0


def stored_platforms() -> list[str]:
    """The platforms that stored posts come from, in alphabetical order."""
    with store.reading() as view:
        rows = view.cursor().execute("SELECT DISTINCT platform FROM mentions ORDER BY platform").fetchall()
    return [str(platform) for (platform,) in rows]
