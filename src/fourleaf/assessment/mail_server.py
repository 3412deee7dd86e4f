"""Whether there is a mail server at all. What is printed to a log or written to a folder reaches nobody.

It would also put links, which open a sheet to whoever has them, where links must not stand.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings

__all__ = ["NO_SERVER", "has_mail_server"]

NO_SERVER: Final = (
    "No mail server is set up, so nothing can be sent. Set FOURLEAF_MAIL_URL, or hand the links out as a list."
)
_REACH_NOBODY: Final = frozenset({"console", "dummy", "filebased"})


def has_mail_server() -> bool:
    """Whether mail leaves this installation."""
    return settings.EMAIL_BACKEND.split(".")[-2] not in _REACH_NOBODY
