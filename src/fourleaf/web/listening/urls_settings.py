"""Addresses of the settings of listening."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from fourleaf.web.listening import settings_views as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("listening/settings/", views.overview, name="settings"),
    path("listening/settings/accounts/", views.accounts, name="accounts"),
    path("listening/settings/accounts/add/", views.account_add, name="account-add"),
    path("listening/settings/accounts/remove/", views.accounts_remove, name="accounts-remove"),
    path("listening/settings/keeping/", views.keeping, name="keeping"),
    path("listening/settings/authors/", views.suppressed, name="suppressed"),
    path("listening/settings/authors/erase/", views.erase, name="author-erase"),
    path("listening/settings/authors/release/", views.release, name="author-release"),
    path("listening/settings/authors/release-selected/", views.release_one, name="authors-release"),
]
