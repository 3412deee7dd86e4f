from __future__ import annotations

from django.apps import AppConfig


class ListeningConfig(AppConfig):
    name = "fourleaf.listening"
    label = "listening"
    verbose_name = "Listening"
