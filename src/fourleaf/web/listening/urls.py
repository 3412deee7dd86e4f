"""The addresses of listening, put together from the sets of pages that are there."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver

__all__ = ["app_name", "urlpatterns"]

app_name = "listening"
_SETS = ("urls_queries", "urls_mentions", "urls_reports", "urls_imports", "urls_settings")

urlpatterns: list[URLPattern | URLResolver] = []
for _name in _SETS:
    if find_spec(f"{__package__}.{_name}"):
        urlpatterns += import_module(f"{__package__}.{_name}").urlpatterns
