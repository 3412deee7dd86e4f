"""The addresses of governance, put together from the sets of pages that are there."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver

__all__ = ["app_name", "urlpatterns"]

app_name = "governance"
_SETS = ("urls_policies", "urls_bodies")

urlpatterns: list[URLPattern | URLResolver] = []
for _name in _SETS:
    if find_spec(f"{__package__}.{_name}"):
        urlpatterns += import_module(f"{__package__}.{_name}").urlpatterns
