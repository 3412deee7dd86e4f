from __future__ import annotations

from django.urls import path

from fourleaf.web.home import views

app_name = "home"
urlpatterns = [
    path("", views.home, name="home"),
    path("home/tiles/<slug:code>/", views.tile, name="tile"),
]
