"""What the settings of listening add to the frame."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from fourleaf.kernel.actors import Actor
from fourleaf.listening.selectors.privacy import own_accounts_visible_to
from fourleaf.web import navigation, search
from fourleaf.web.listening import settings_undo  # noqa: F401 - registers what can be undone
from fourleaf.web.navigation import Entry
from fourleaf.web.search import Result

navigation.register(
    "listen",
    Entry(
        "Listening settings",
        "listening:settings",
        "adjustments-horizontal",
        permission="listening.erase_mentions",
        order=90,
        about="Own accounts, how long posts are kept, erasure of authors, privacy.",
    ),
)


def find_accounts(actor: Actor, text: str, limit: int) -> Iterator[Result]:
    """Own accounts by handle."""
    wanted = text.strip().removeprefix("@")
    for account in own_accounts_visible_to(actor).filter(handle__icontains=wanted)[:limit]:
        about = f"Own account, {account.platform or 'every platform'}"
        yield Result(
            f"@{account.handle}", f"{reverse('listening:accounts')}?q={account.handle}", about, "identification"
        )


search.register("own-accounts", "Own accounts", find_accounts, permission="listening.edit_queries", order=65)
