from __future__ import annotations

from django.urls import path

from fourleaf.web.planning import pilots_acts, pilots_people, pilots_views

_PLAN = "pilots/<int:plan_id>"
_PILOT = f"{_PLAN}/pilot/<str:key>"

urlpatterns = [
    path("pilots/", pilots_views.pilots, name="pilots"),
    path(f"{_PLAN}/", pilots_views.pilots, name="pilots_of"),
    path(f"{_PLAN}/add/", pilots_acts.add, name="pilot_add"),
    path(f"{_PLAN}/people/", pilots_people.people, name="pilot_people"),
    path(f"{_PLAN}/people/voice/", pilots_people.voice, name="pilot_voice_add"),
    path(f"{_PLAN}/people/voice/<str:key>/", pilots_people.voice, name="pilot_voice"),
    path(f"{_PLAN}/people/team/", pilots_people.team, name="pilot_team_add"),
    path(f"{_PLAN}/people/team/<str:key>/", pilots_people.team, name="pilot_team"),
    path(f"{_PILOT}/", pilots_views.pilot, name="pilot"),
    path(f"{_PILOT}/change/", pilots_acts.change, name="pilot_change"),
    path(f"{_PILOT}/step/", pilots_acts.step, name="pilot_step"),
    path(f"{_PILOT}/observe/", pilots_acts.observe, name="pilot_observe"),
    path(f"{_PILOT}/learn/", pilots_acts.learn, name="pilot_learn"),
    path(f"{_PILOT}/comment/", pilots_acts.comment, name="pilot_comment"),
    path(f"{_PILOT}/copy/", pilots_acts.copy, name="pilot_copy"),
]
