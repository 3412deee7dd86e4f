"""What administration brings to the frame."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.selectors.work import failed_job_count
from fourleaf.web import navigation, needs
from fourleaf.web.navigation import Entry
from fourleaf.web.needs import Need

navigation.register(
    "administration",
    Entry(
        "Audit trail",
        "administration:audit",
        "document-magnifying-glass",
        permission="kernel.view_audit",
        order=10,
        key="a",
        about="Every change, who made it, and whether the chain holds.",
    ),
)
navigation.register(
    "administration",
    Entry(
        "Background work",
        "administration:work",
        "queue-list",
        permission="kernel.view_jobs",
        order=20,
        key="w",
        about="Imports and other work that runs by itself.",
    ),
)
navigation.register(
    "administration",
    Entry(
        "System",
        "administration:system",
        "wrench-screwdriver",
        permission="kernel.manage_jobs",
        order=30,
        about="Database, mention store, mail, clock, disk: what is in order and how to mend the rest.",
    ),
)


def _failed(actor: Actor) -> Iterator[Need]:
    yield Need(
        "Jobs that failed",
        failed_job_count(actor),
        reverse("administration:work") + "?state=failed",
        icon="exclamation-triangle",
        about="Look at the reason, mend it, then try again.",
    )


needs.register("administration.failed_jobs", _failed)
