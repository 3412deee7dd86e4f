"""What assessment adds to the frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from fourleaf.assessment.models import Wave
from fourleaf.assessment.reach import part_labels
from fourleaf.assessment.selectors import waves_visible_to
from fourleaf.assessment.selectors.results import later_parts, latest_result, shared_result
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import allowed
from fourleaf.web import navigation, needs, search
from fourleaf.web.assessment import shown, undo  # noqa: F401 - undo registers what can be taken back
from fourleaf.web.home import tiles

navigation.register(
    "assess",
    navigation.Entry(
        "Clover",
        "assessment:home",
        "clipboard-document-check",
        permission="assessment.view_results",
        order=10,
        key="c",
        about="Culture, leadership, governance and technology, by the answers of the people.",
    ),
)
navigation.register(
    "assess",
    navigation.Entry(
        "Maturity",
        "assessment:maturity",
        "chart-bar-square",
        permission="assessment.view_results",
        order=20,
        about="How far people, process and platform have come, by evidence.",
    ),
)
navigation.register(
    "assess",
    navigation.Entry(
        "Organisation model",
        "assessment:model",
        "share",
        permission="assessment.view_results",
        order=30,
        about="The declared model beside the one that the data show.",
    ),
)
navigation.register(
    "assess",
    navigation.Entry(
        "Survey waves",
        "assessment:waves",
        "envelope-open",
        permission="assessment.run_waves",
        order=40,
        about="Prepare, send and close surveys.",
    ),
)


def find_waves(actor: Actor, text: str, limit: int) -> Iterable[search.Result]:
    """Waves by name."""
    for wave in waves_visible_to(actor).filter(name__icontains=text)[:limit]:
        shows = wave.state == "published" or not actor.may("assessment.run_waves")
        url = reverse("assessment:overview" if shows else "assessment:wave", args=[wave.pk])
        yield search.Result(wave.name, url, wave.get_state_display(), "clipboard-document-check")


search.register("waves", "Survey waves", find_waves, permission="assessment.view_results", order=40)


def waiting_waves(actor: Actor) -> list[needs.Need]:
    """Closed waves whose results nobody has published."""
    if not actor.may("assessment.run_waves"):
        return []
    waiting = list(Wave.objects.filter(state="closed", result__isnull=False).values_list("pk", flat=True)[:10])
    url = reverse("assessment:wave", args=waiting[:1]) if waiting else ""
    return [needs.Need("Survey results to publish", len(waiting), url, "clipboard-document-check")]


needs.register("assessment.waves", waiting_waves)


def clover_tile(actor: Actor) -> Mapping[str, Any] | None:
    """The newest clover, small."""
    result = latest_result(actor)
    if result is None or not result.report.get("clover"):
        return None
    return {
        "clover": shown.clover_of(result.wave, result.report, id="clover-tile"),
        "wave": result.wave,
        "n": result.report["response"]["n"],
        "index": result.report["clover"]["index"],
        "limit": shown.limit_words(result.report),
        "later": _later(actor),
    }


def _later(actor: Actor) -> list[tuple[str, str]]:
    """Waves that asked a part after the whole organisation: name and whom they asked."""
    waves = later_parts(actor)
    labels = part_labels(waves)
    return [(wave.name, labels[wave.pk]) for wave in waves]


def shared_tile(actor: Actor) -> Mapping[str, Any] | None:
    """The clover that was published for everybody, for those who may not see results otherwise."""
    if allowed(actor, "assessment.view_results"):
        return None
    result = shared_result(actor)
    if result is None or not result.report.get("clover"):
        return None
    return {
        "clover": shown.clover_of(result.wave, result.report, id="clover-tile", links=False),
        "wave": result.wave,
        "n": result.report["response"]["n"],
        "index": result.report["clover"]["index"],
        "limit": shown.limit_words(result.report),
    }


tiles.register(
    tiles.Tile(
        "clover-shared",
        "How we work together",
        "web/assessment/tile.html",
        shared_tile,
        permission="assessment.view_shared",
        url_name="assessment:home",
        order=5,
    )
)


tiles.register(
    tiles.Tile(
        "clover",
        "Clover",
        "web/assessment/tile.html",
        clover_tile,
        permission="assessment.view_results",
        url_name="assessment:home",
        order=5,
    )
)
tiles.register_start(
    tiles.Start(
        "survey",
        "Ask your people",
        "A survey of eight minutes says which of the four leaves limits you. Answers cannot be traced to anybody.",
        "assessment:add",
        "clipboard-document-check",
        "assessment.run_waves",
        lambda actor: Wave.objects.exists(),
        order=30,
    )
)
