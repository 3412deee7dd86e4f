from __future__ import annotations

from django.urls import path

from fourleaf.web.kit import views

app_name = "kit"
urlpatterns = [
    path("kit/", views.kit, name="kit"),
]
