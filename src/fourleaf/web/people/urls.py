from __future__ import annotations

from django.urls import path

from fourleaf.web.people import views, views_access, views_edit, views_import

app_name = "people"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/suggest/", views.suggest, name="suggest"),
    path("people/add/", views_edit.add, name="add"),
    path("people/import/", views_import.uploads, name="imports"),
    path("people/import/<int:import_id>/", views_import.upload, name="import"),
    path("people/import/<int:import_id>/missing/", views_import.missing, name="import_missing"),
    path("people/import/<int:import_id>/decide/", views_import.decide, name="import_decide"),
    path("people/import/<int:import_id>/discard/", views_import.discard, name="import_discard"),
    path("people/import/<int:import_id>/findings.csv", views_import.findings, name="import_findings"),
    path("people/import/sample.csv", views_import.sample, name="import_sample"),
    path("people/<int:person_id>/", views.person, name="person"),
    path("people/<int:person_id>/change/", views_edit.change, name="change"),
    path("people/<int:person_id>/leave/", views_edit.leave, name="leave"),
    path("people/<int:person_id>/return/", views_edit.come_back, name="return"),
    path("people/<int:person_id>/account/", views_access.account, name="account"),
    path("people/<int:person_id>/account/email/", views_access.sign_in_email, name="sign_in_email"),
    path("people/<int:person_id>/roles/", views_access.grant, name="grant"),
    path("roles/", views_access.roles, name="roles"),
    path("roles/<int:grant_id>/end/", views_access.end, name="end_role"),
]
