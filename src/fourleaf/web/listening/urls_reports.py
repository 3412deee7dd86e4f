"""Addresses of the reports."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from fourleaf.web.listening import reports_overview, reports_sentiment, reports_voice

urlpatterns: list[URLPattern | URLResolver] = [
    path("listen/voice/", reports_voice.voice, name="voice"),
    path("listen/sentiment/", reports_sentiment.sentiment, name="sentiment"),
    path("listen/overview/", reports_overview.overview, name="overview"),
]
