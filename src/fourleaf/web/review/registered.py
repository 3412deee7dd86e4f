"""What review adds to the frame."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from fourleaf.kernel.actors import Actor
from fourleaf.review.selectors import visible_items, visible_strata, waiting_soon
from fourleaf.web import navigation, needs, search

_ENTRIES = (
    ("Review queue", "review:queue", "inbox-arrow-down", "review.decide", 60, "",
     "What waits for a verdict, the next due first."),
    ("What would happen", "review:what_if", "eye", "review.submit", 65, "",
     "Tier, route, people and times for a post, before anybody writes it."),
    ("Routes", "review:routes", "arrows-right-left", "review.submit", 70, "",
     "Who decides what, who stands in, and where one absence would stop everything."),
    ("Trust", "review:strata", "scale", "review.view_trust", 75, "",
     "How much is reviewed of each kind of content, and why."),
)  # fmt: skip
for label, name, icon, permission, order, key, about in _ENTRIES:
    navigation.register(
        "prepare",
        navigation.Entry(label, name, icon, permission=permission, order=order, about=about, key=key, part_of="Review"),
    )


def find_items(actor: Actor, text: str, limit: int) -> Iterator[search.Result]:
    """Items by title."""
    for item in visible_items(actor).filter(title__icontains=text).order_by("-pk")[:limit]:
        yield search.Result(
            item.title, reverse("review:item", args=[item.pk]), item.get_state_display(), "inbox-arrow-down"
        )


search.register("review", "Review", find_items, permission="review.submit", order=45)


def waiting_items(actor: Actor) -> list[needs.Need]:
    """What waits for the actor, and when the first of it is due."""
    if actor.person_id is None:
        return []
    count, left = waiting_soon(actor)
    about, kind = "", "attention"
    if left is not None:
        minutes = int(left.total_seconds() // 60)
        if minutes < 0:
            about, kind = "One is overdue.", "blocking"
        elif minutes == 0:
            about, kind = "One is due now.", "blocking"
        elif minutes < 24 * 60:
            about = f"One is due in {minutes} min." if minutes < 90 else f"One is due in {minutes // 60} h."
    label = "Item waits for your verdict" if count == 1 else "Items wait for your verdict"
    return [needs.Need(label, count, reverse("review:queue"), "inbox-arrow-down", kind, about)]


needs.register("review.items", waiting_items)


def waiting_strata(actor: Actor) -> list[needs.Need]:
    """Strata for which less review is proposed."""
    if not actor.may("review.confirm_trust"):
        return []
    count = visible_strata(actor).filter(proposed=True).count()
    return [needs.Need("Less review is proposed", count, reverse("review:strata"), "scale")]


needs.register("review.strata", waiting_strata)
