"""Links of the menu under one's initials."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

__all__ = ["AccountLink", "account_links"]


@dataclass(frozen=True)
class AccountLink:
    """One entry of the menu."""

    label: str
    url: str
    icon: str


def account_links(request: HttpRequest) -> dict[str, list[AccountLink]]:
    """Context of the top bar: one's own page and account."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {}
    links = [AccountLink("Your account", reverse("me:settings"), "cog-6-tooth")]
    if actor.person_id is not None:
        links.insert(0, AccountLink("Your page", reverse("people:person", args=[actor.person_id]), "user"))
    return {"account_links": links}
