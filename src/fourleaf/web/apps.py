"""The web application: finds what each context registers for the frame."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Imports ``fourleaf.web.<context>.registered`` once: entries of the rail, search, needs, tiles, undo functions."""

    name = "fourleaf.web"
    label = "web"
    verbose_name = "Web"

    def ready(self) -> None:
        package = import_module("fourleaf.web")
        for module in sorted(iter_modules(package.__path__, "fourleaf.web."), key=lambda found: found.name):
            if module.ispkg and find_spec(f"{module.name}.registered"):
                import_module(f"{module.name}.registered")
