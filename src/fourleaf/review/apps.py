from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "fourleaf.review"
    label = "review"
    verbose_name = "Review"

    def ready(self) -> None:
        # Registers permissions, audit codes, jobs and listeners.
        from fourleaf.review import registered  # noqa: F401 - imported for its effect
