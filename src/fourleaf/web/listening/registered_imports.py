"""What the import wizard adds to the frame."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from fourleaf.kernel.actors import Actor
from fourleaf.listening.selectors.imports import imports_visible_to
from fourleaf.web import navigation, needs
from fourleaf.web.navigation import Entry
from fourleaf.web.needs import Need

navigation.register(
    "listen",
    Entry(
        "Imports",
        "listening:imports",
        "inbox-arrow-down",
        permission="listening.import_mentions",
        order=40,
        key="i",
        about="Files of posts on their way into the store.",
    ),
)


def _failed(actor: Actor) -> Iterator[Need]:
    yield Need(
        "Imports that failed",
        imports_visible_to(actor).filter(state="failed").count(),
        reverse("listening:imports") + "?state=failed",
        icon="inbox-arrow-down",
        kind="blocking",
        about="Read why, mend it, and continue where it stopped.",
    )
    yield Need(
        "Files waiting for you",
        imports_visible_to(actor).filter(state__in=("uploaded", "mapped")).count(),
        reverse("listening:imports"),
        icon="inbox-arrow-down",
        about="Uploaded, but not imported yet.",
    )


needs.register("listening.imports", _failed)
