"""Addresses of queries."""

from __future__ import annotations

from django.urls import path

from fourleaf.web.listening import queries_precision as checks
from fourleaf.web.listening import queries_views as views

urlpatterns = [
    path("queries/", views.queries, name="queries"),
    path("queries/add", views.add, name="add_query"),
    path("queries/preview", views.preview, name="preview_query"),
    path("queries/preview/stale", views.preview_stale, name="stale_preview"),
    path("queries/archive", views.archive_several, name="archive_queries"),
    path("queries/language", views.language, name="query_language"),
    path("queries/<int:query_id>/", views.query, name="query"),
    path("queries/<int:query_id>/status", views.status, name="query_status"),
    path("queries/<int:query_id>/edit", views.edit, name="edit_query"),
    path("queries/<int:query_id>/archive", views.archive, name="archive_query"),
    path("queries/<int:query_id>/restore", views.restore, name="restore_query"),
    path("queries/<int:query_id>/history", views.history, name="query_history"),
    path("queries/<int:query_id>/precision/", checks.precision, name="query_precision"),
    path("queries/<int:query_id>/precision/<int:sample_id>/", checks.sample, name="precision_sample"),
    path("queries/<int:query_id>/precision/<int:sample_id>/label", checks.label, name="label_mention"),
    path("queries/<int:query_id>/precision/<int:sample_id>/give-up", checks.give_up, name="give_up_sample"),
    path(
        "queries/<int:query_id>/history/<int:number_wanted>/restore",
        views.restore_version,
        name="restore_query_version",
    ),
]
