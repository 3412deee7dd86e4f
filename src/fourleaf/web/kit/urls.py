from __future__ import annotations

from django.urls import path

from fourleaf.web.kit import saved, views
from fourleaf.web.kit.charts import delivery

app_name = "kit"
urlpatterns = [
    path("kit/", views.kit, name="kit"),
    path("kit/side/", views.side, name="side"),
    path("kit/demo/", views.demo, name="demo"),
    path("views/", saved.save, name="save_view"),
    path("views/<str:key>/", saved.manage, name="views"),
    path("views/<int:view_id>/rename", saved.rename, name="rename_view"),
    path("views/<int:view_id>/share", saved.share, name="share_view"),
    path("views/<int:view_id>/delete", saved.delete, name="delete_view"),
    path("charts/vega-<str:version>.js", delivery.bundle, name="chart_bundle"),
]
