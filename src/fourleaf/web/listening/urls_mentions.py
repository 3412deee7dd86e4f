"""Addresses of mentions. The id of a mention comes from its source, so it may hold any sign; see `MentionId`."""

from __future__ import annotations

from django.urls import path, register_converter

from fourleaf.web.listening import mentions_views as views
from fourleaf.web.listening.mentions_shown import MentionId

register_converter(MentionId, "mention")

urlpatterns = [
    path("mentions/", views.mentions, name="mentions"),
    path("mentions/mark", views.mark_several, name="mark_mentions"),
    path("mentions/one/<mention:mention_id>/", views.mention, name="mention"),
    path("mentions/one/<mention:mention_id>/sentiment", views.sentiment, name="correct_mention"),
    path("mentions/one/<mention:mention_id>/relevance", views.relevance, name="mark_mention"),
    path("mentions/one/<mention:mention_id>/note", views.note, name="note_mention"),
    path("mentions/one/<mention:mention_id>/note/<int:note_id>/remove", views.unnote, name="unnote_mention"),
    path("mentions/one/<mention:mention_id>/erase", views.erase, name="erase_mention"),
]
