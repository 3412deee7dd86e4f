"""What the import wizard adds to the frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse

from fourleaf.kernel.actors import Actor
from fourleaf.listening.selectors import visible_to
from fourleaf.listening.selectors.imports import imports_visible_to
from fourleaf.web import navigation, needs
from fourleaf.web.administration import concerns
from fourleaf.web.administration.concerns import Concern
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


def _imports(actor: Actor, ids: Sequence[Any]) -> Mapping[Any, Concern]:
    rows = imports_visible_to(actor).filter(pk__in=ids).values_list("pk", "file_name")
    return {pk: Concern(name, reverse("listening:import", args=[pk])) for pk, name in rows}


def _queries(actor: Actor, ids: Sequence[Any]) -> Mapping[Any, Concern]:
    rows = visible_to(actor).filter(pk__in=ids).values_list("pk", "name")
    return {pk: Concern(name, reverse("listening:query", args=[pk])) for pk, name in rows}


concerns.register("listening.mentions_imported", "import_id", _imports)
concerns.register("listening.matches_fresh", "query_id", _queries)
