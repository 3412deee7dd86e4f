from __future__ import annotations

from django.urls import path

from fourleaf.web.organisation import views

app_name = "organisation"
urlpatterns = [
    path("organisation/", views.overview, name="overview"),
    path("organisation/<slug:kind>/", views.units, name="units"),
    path("organisation/<slug:kind>/add/", views.add, name="add"),
    path("organisation/<slug:kind>/<int:unit_id>/", views.unit, name="unit"),
    path("organisation/<slug:kind>/<int:unit_id>/archive/", views.archive, name="archive"),
]
