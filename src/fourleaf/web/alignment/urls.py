from __future__ import annotations

from django.urls import path

from fourleaf.web.alignment import findings_views, views, waivers_views, what_if_views

app_name = "alignment"
urlpatterns = [
    path("alignment/", views.at_a_glance, name="glance"),
    path("alignment/check/", views.check, name="check"),
    path("alignment/trend/", views.trend_page, name="trend"),
    path("alignment/rules/", views.rules, name="rules"),
    path("alignment/rules/<str:rule>/", views.rule, name="rule"),
    path("alignment/for/<str:section>/<str:key>/", views.about, name="about"),
    path("alignment/findings/", findings_views.front, name="findings"),
    path("alignment/findings/list/", findings_views.findings, name="list"),
    path("alignment/findings/by/<str:by>/", findings_views.groups, name="grouped"),
    path("alignment/findings/waive/", findings_views.waive_several, name="waive_several"),
    path("alignment/waivers/", waivers_views.waivers, name="waivers"),
    path("alignment/waivers/add/", waivers_views.add, name="waiver_add"),
    path("alignment/findings/assign/", findings_views.assign, name="assign"),
    path("alignment/findings/<int:finding_id>/", findings_views.finding, name="finding"),
    path("alignment/findings/<int:finding_id>/waive/", findings_views.waive, name="waive"),
    path("alignment/findings/<int:finding_id>/withdraw/", findings_views.withdraw, name="withdraw"),
    path("alignment/ahead/<int:plan_id>/<str:key>/<str:rule>/waive/", findings_views.waive_ahead, name="waive_ahead"),
    path("alignment/people/", findings_views.suggest, name="suggest"),
    path("alignment/what-if/", what_if_views.what_if_page, name="what_if"),
    path("alignment/what-if/save/", what_if_views.save, name="what_if_save"),
    path("alignment/what-if/clear/", what_if_views.clear, name="what_if_clear"),
    path("alignment/what-if/<int:place>/out/", what_if_views.take_out, name="what_if_out"),
]
