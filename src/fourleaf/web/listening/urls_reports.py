"""Addresses of the reports."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from fourleaf.web.listening import model_card, reports_overview, reports_sentiment, reports_voice

urlpatterns: list[URLPattern | URLResolver] = [
    path("voice/", reports_voice.voice, name="voice"),
    path("sentiment/", reports_sentiment.sentiment, name="sentiment"),
    path("sentiment/model/", model_card.model_card, name="sentiment_model"),
    path("overview/", reports_overview.overview, name="overview"),
]
