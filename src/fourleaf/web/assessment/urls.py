from __future__ import annotations

from django.urls import path

from fourleaf.web.assessment import answering, results, standing, steps, waves

app_name = "assessment"
urlpatterns = [
    # The sheet, for anybody with a link.
    path("s/<str:token>/", answering.link, name="link"),
    path("survey/", answering.enter, name="enter"),
    path("survey/<int:page>/", answering.page_of_sheet, name="sheet"),
    path("survey/thanks/", answering.thanks, name="thanks"),
    path("survey/later/", answering.later, name="later"),
    # Results.
    path("assess/", results.home, name="home"),
    path("assess/<int:wave_id>/", results.overview, name="overview"),
    path("assess/<int:wave_id>/leaf/<str:leaf>/", results.leaf, name="leaf"),
    path("assess/<int:wave_id>/units/", results.units, name="units"),
    path("assess/<int:wave_id>/statements/", results.statements, name="statements_shown"),
    path("assess/<int:wave_id>/answers/", results.answers, name="answers"),
    path("assess/<int:wave_id>/<str:table>.csv", results.export, name="export"),
    # Maturity and the organisation model.
    path("assess/maturity/", standing.maturity, name="maturity"),
    path("assess/maturity/<str:fact>/", standing.evidence, name="evidence"),
    path("assess/model/", standing.model, name="model"),
    path("assess/model/measures/", standing.measures, name="measures"),
    # Waves.
    path("waves/", waves.waves, name="waves"),
    path("waves/add/", waves.add, name="add"),
    path("waves/<int:wave_id>/", waves.wave, name="wave"),
    path("waves/<int:wave_id>/change/", waves.change, name="change"),
    path("waves/<int:wave_id>/mails/", waves.mails, name="mails"),
    path("waves/<int:wave_id>/statements/", waves.statements, name="statements"),
    path("waves/<int:wave_id>/item/", waves.item, name="item"),
    path("waves/<int:wave_id>/do/<str:what>/", steps.act, name="act"),
    path("waves/<int:wave_id>/links/", waves.handed_out, name="links"),
    path("waves/<int:wave_id>/import/", waves.imported, name="import"),
]
