from __future__ import annotations

from django.urls import path

from fourleaf.web.account import views

app_name = "me"
urlpatterns = [
    path("account/settings/", views.own_settings, name="settings"),
    path("account/settings/sessions/end/", views.end_sessions, name="end_sessions"),
    path("account/settings/tokens/add/", views.add_token, name="add_token"),
    path("account/settings/tokens/<int:token_id>/revoke/", views.revoke, name="revoke_token"),
    path("account/demo/", views.demo_sign_in, name="demo_sign_in"),
]
