from __future__ import annotations

from django.urls import path

from fourleaf.web.training import (
    checking,
    coverage_views,
    curriculum_views,
    learning,
    mine,
    question_views,
    rollout_views,
)

app_name = "training"
urlpatterns = [
    # Mine.
    path("training/", mine.home, name="home"),
    path("training/belts/<slug:belt>/", mine.belt, name="belt"),
    path("training/used/<slug:right>/", mine.used, name="used"),
    path("training/wishes/", mine.wishes, name="wishes"),
    path("training/leave/", mine.absence, name="absence"),
    path("training/leave/<int:absence_id>/back/", mine.absence_end, name="absence_end"),
    # Learning.
    path("training/modules/<int:module_id>/", learning.module, name="module"),
    path("training/modules/<int:module_id>/read/", learning.read, name="read"),
    path("training/modules/<int:module_id>/images/<str:name>", learning.image, name="image"),
    path("training/begin/<slug:kind>/<slug:what>/", learning.begin, name="begin"),
    path("training/quiz/<int:attempt_id>/", learning.quiz, name="quiz"),
    path("training/samples/", learning.samples, name="samples"),
    path("training/work/<int:work_id>/", learning.work, name="work"),
    path("training/work/<int:work_id>/withdraw/", learning.withdraw, name="withdraw"),
    path("training/hand-in/<slug:belt>/<slug:kind>/", learning.hand_work_in, name="hand_in"),
    # Checking.
    path("training/queue/", checking.queue, name="queue"),
    path("training/queue/<int:work_id>/", checking.check, name="check"),
    path("training/queue/record/", checking.record, name="record"),
    path("training/queue/due/<int:due_id>/", checking.sign_off, name="sign_off"),
    # Coverage.
    path("training/coverage/", coverage_views.covered, name="coverage"),
    path("training/people/", coverage_views.people, name="people"),
    path("training/people/<int:person_id>/", coverage_views.person, name="person"),
    path("training/set-belt/", coverage_views.set_by_hand, name="set_belt"),
    # Curriculum.
    path("training/curriculum/", curriculum_views.curriculum, name="curriculum"),
    path("training/curriculum/add/", curriculum_views.add, name="module_add"),
    path("training/curriculum/import/", curriculum_views.imported, name="import"),
    path("training/curriculum/export/", curriculum_views.export, name="export"),
    path("training/curriculum/start/<slug:belt>/", curriculum_views.starter, name="starter"),
    path("training/curriculum/<int:module_id>/", curriculum_views.edit, name="edit"),
    path("training/curriculum/<int:module_id>/questions/add/", question_views.question_add, name="question_add"),
    path("training/curriculum/<int:module_id>/questions/<str:question_id>/", question_views.question, name="question"),
    path(
        "training/curriculum/<int:module_id>/questions/<str:question_id>/remove/",
        question_views.question_remove,
        name="question_remove",
    ),
    path("training/curriculum/<int:module_id>/picture/", curriculum_views.picture, name="picture"),
    path("training/curriculum/<int:module_id>/do/<slug:what>/", curriculum_views.act, name="module_act"),
    # Waves and sessions.
    path("training/waves/", rollout_views.waves, name="waves"),
    path("training/waves/add/", rollout_views.wave_add, name="wave_add"),
    path("training/waves/ties/", rollout_views.ties, name="ties"),
    path("training/waves/<int:cohort_id>/", rollout_views.wave, name="wave"),
    path("training/waves/<int:cohort_id>/people/", rollout_views.wave_people, name="wave_people"),
    path("training/waves/<int:cohort_id>/do/<slug:state>/", rollout_views.wave_act, name="wave_act"),
    path("training/sessions/", rollout_views.sessions, name="sessions"),
    path("training/sessions/add/", rollout_views.session_add, name="session_add"),
    path("training/sessions/<int:session_id>/", rollout_views.session, name="session"),
    path("training/sessions/<int:session_id>/change/", rollout_views.session_change, name="session_change"),
    path("training/sessions/<int:session_id>/calendar.ics", rollout_views.session_calendar, name="session_calendar"),
    path("training/sessions/<int:session_id>/do/<slug:what>/", rollout_views.session_act, name="session_act"),
]
