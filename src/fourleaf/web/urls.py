"""The addresses of the pages. Each package below ``fourleaf.web`` that has a ``urls`` module is found by itself.

Its ``urls.py`` sets ``app_name`` and ``urlpatterns`` with whole paths (``path("people/", ...)``).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.urls import URLPattern, URLResolver, include, path

from fourleaf import web
from fourleaf.web import frame, search

__all__ = ["urlpatterns"]


def _contexts() -> list[URLResolver]:
    names = sorted(module.name for module in iter_modules(web.__path__, f"{web.__name__}.") if module.ispkg)
    return [path("", include(import_module(f"{name}.urls"))) for name in names if find_spec(f"{name}.urls")]


urlpatterns: list[URLPattern | URLResolver] = [
    path("search", search.page, name="search"),
    path("undo/", frame.undo, name="undo"),
    path("theme/", frame.theme, name="theme"),
    path("needs/", frame.needs, name="needs"),
    *_contexts(),
]
