from __future__ import annotations

from django.urls import path

from fourleaf.web.planning import roadmap_acts, roadmap_calendar, roadmap_phases, roadmap_views

_ITEM = "roadmap/<int:plan_id>/items/<str:key>"

urlpatterns = [
    path("roadmap/", roadmap_views.roadmap, name="roadmap"),
    path("roadmap/<int:plan_id>/", roadmap_views.roadmap, name="roadmap_of"),
    path("roadmap/<int:plan_id>/add/", roadmap_acts.add, name="roadmap_add"),
    path("roadmap/<int:plan_id>/experiments/", roadmap_acts.experiment, name="roadmap_experiments"),
    path("roadmap/<int:plan_id>/phases/", roadmap_phases.phases, name="roadmap_phases"),
    path("roadmap/<int:plan_id>/baseline/", roadmap_acts.baseline, name="roadmap_baseline"),
    path("roadmap/<int:plan_id>/calendar/", roadmap_calendar.calendar, name="roadmap_calendar"),
    path("calendar/<str:token>/roadmap.ics", roadmap_calendar.feed, name="roadmap_feed"),
    path(f"{_ITEM}/", roadmap_views.item, name="roadmap_item"),
    path(f"{_ITEM}/change/", roadmap_acts.change, name="roadmap_change"),
    path(f"{_ITEM}/dates/", roadmap_acts.dates, name="roadmap_dates"),
    path(f"{_ITEM}/moves/", roadmap_acts.moves, name="roadmap_moves"),
    path(f"{_ITEM}/state/", roadmap_acts.state, name="roadmap_state"),
    path(f"{_ITEM}/comment/", roadmap_acts.comment, name="roadmap_comment"),
]
