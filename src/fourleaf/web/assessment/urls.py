from __future__ import annotations

from django.urls import path

from fourleaf.web.assessment import answering

app_name = "assessment"
urlpatterns = [
    path("s/<str:token>/", answering.link, name="link"),
    path("survey/", answering.enter, name="enter"),
    path("survey/<int:page>/", answering.page_of_sheet, name="sheet"),
    path("survey/thanks/", answering.thanks, name="thanks"),
    path("survey/later/", answering.later, name="later"),
]
