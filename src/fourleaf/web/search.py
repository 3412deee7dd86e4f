"""Search over everything: a registry of providers and the two ways to show what they find."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import normalize_newlines

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models.organisation import search_key
from fourleaf.web import navigation

__all__ = ["PROVIDERS", "Provider", "Result", "ResultGroup", "find", "page", "register"]

_log = logging.getLogger(__name__)
INSTANT, FULL = 5, 50


@dataclass(frozen=True)
class Result:
    """One find."""

    label: str
    url: str
    about: str = ""
    icon: str = "document-text"


@dataclass(frozen=True)
class Provider:
    """``find(actor, text, limit)`` gives at most ``limit`` results that the actor may see, best first."""

    code: str
    label: str
    find: Callable[[Actor, str, int], Iterable[Result]]
    permission: str | None
    order: int


@dataclass(frozen=True)
class ResultGroup:
    """What one provider found."""

    code: str
    label: str
    results: tuple[Result, ...]


PROVIDERS: dict[str, Provider] = {}


def register(
    code: str,
    label: str,
    find: Callable[[Actor, str, int], Iterable[Result]],
    *,
    permission: str | None = None,
    order: int = 100,
) -> None:
    """Add a provider: ``search.register("people", "People", find_people, permission="kernel.view_people")``."""
    if code in PROVIDERS:
        raise ValueError(f"The search provider {code} is registered twice.")
    PROVIDERS[code] = Provider(code, label, find, permission, order)


def find(actor: Actor, text: str, limit: int) -> list[ResultGroup]:
    """Ask every provider that the actor may use; what is called exactly so comes first. One that fails is left out."""
    text = normalize_newlines(text).strip()[:200]
    if not text:
        return []
    groups: list[ResultGroup] = []
    for provider in sorted(PROVIDERS.values(), key=lambda item: (item.order, item.label)):
        if not navigation.carried(actor, provider.permission):
            continue
        try:
            results = tuple(provider.find(actor, text, limit))[:limit]
        except Exception:
            _log.exception("The search provider %s failed.", provider.code)
            continue
        if results:
            best_first = tuple(sorted(results, key=lambda result: _distance(result, text)))
            groups.append(ResultGroup(provider.code, provider.label, best_first))
    return sorted(groups, key=lambda group: _distance(group.results[0], text) > 0)


def _distance(result: Result, text: str) -> int:
    """0 where a thing is called exactly what was looked for, 1 where its name begins with it, else 2."""
    name, wanted = (search_key(words).lstrip("@#") for words in (result.label, text))
    return 0 if name == wanted else 1 if name.startswith(wanted) else 2


def _pages(actor: Actor, text: str, limit: int) -> list[Result]:
    """Pages of the rail whose name or sentence holds every word."""
    words = search_key(text).split()
    found: list[tuple[bool, Result]] = []
    for group, line, entry in navigation.pages(navigation.rail(actor)):
        name = search_key(entry.label)
        if all(word in search_key(entry.label, entry.about, line, group.label) for word in words):
            about = entry.about or group.label
            found.append((not name.startswith(words[0]), Result(entry.label, entry.url, about, entry.icon)))
    return [result for _, result in sorted(found, key=lambda pair: pair[0])][:limit]


register("pages", "Pages", _pages, order=10)


def page(request: HttpRequest) -> HttpResponse:
    """``/search?q=``: the page; for the field in the top bar, a short list."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by ActorMiddleware
    text = request.GET.get("q", "")
    instant = bool(request.headers.get("HX-Request"))
    groups = find(actor, text, INSTANT if instant else FULL)
    template = "web/frame/search.html#instant" if instant else "web/frame/search.html"
    return render(request, template, {"text": text.strip(), "groups": groups})
