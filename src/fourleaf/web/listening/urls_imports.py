"""Addresses of the import wizard."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from fourleaf.web.listening import imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.upload, name="import-new"),
    path("imports/<int:import_id>/", imports.one, name="import"),
    path("imports/<int:import_id>/columns/", imports.columns, name="import-columns"),
    path("imports/<int:import_id>/start/", imports.start, name="import-start"),
    path("imports/<int:import_id>/cancel/", imports.cancel, name="import-cancel"),
    path("imports/<int:import_id>/left-out.csv", imports.faults, name="import-faults"),
    path("imports/<int:import_id>/faults.csv", imports.trial_faults, name="import-trial-faults"),
]
