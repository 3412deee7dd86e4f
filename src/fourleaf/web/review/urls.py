from __future__ import annotations

from django.urls import path

from fourleaf.web.review import draft_views, link_views, queue_views, routes_views, trust_views

app_name = "review"
urlpatterns = [
    # By a link, for anybody who has it.
    path("r/<str:secret>/", link_views.by_link, name="by_link"),
    path("g/<str:secret>/", link_views.by_guest, name="by_guest"),
    # The queue.
    path("review/", queue_views.queue, name="queue"),
    path("review/approve/", queue_views.bulk, name="bulk"),
    path("review/items/<int:item_id>/", queue_views.item, name="item"),
    path("review/items/<int:item_id>/decide/", queue_views.decide, name="decide"),
    path("review/items/<int:item_id>/comment/", queue_views.comment, name="comment"),
    path("review/items/<int:item_id>/defect/", queue_views.defect, name="defect"),
    path("review/items/<int:item_id>/guest/", queue_views.invite, name="invite"),
    path("review/items/<int:item_id>/submit/", queue_views.act, {"what": "submit"}, name="submit"),
    path("review/items/<int:item_id>/withdraw/", queue_views.act, {"what": "withdraw"}, name="withdraw"),
    path("review/items/<int:item_id>/correct/", queue_views.correct, name="correct"),
    path("review/guests/<int:guest_id>/revoke/", queue_views.revoke, name="revoke"),
    # Drafts, and what would happen.
    path("review/drafts/add/", draft_views.add, name="add"),
    path("review/drafts/<int:draft_id>/", draft_views.draft, name="draft"),
    path("review/what-if/", draft_views.what_if, name="what_if"),
    path("review/rules/", draft_views.rules, name="rules"),
    # Routes and groups.
    path("review/routes/", routes_views.routes, name="routes"),
    path("review/routes/add/", routes_views.route, name="route_add"),
    path("review/routes/<int:route_id>/", routes_views.route, name="route"),
    path("review/routes/<int:route_id>/archive/", routes_views.archive, name="route_archive"),
    path("review/routes/<int:route_id>/restore/", routes_views.archive, {"restore": True}, name="route_restore"),
    path("review/groups/add/", routes_views.group, name="group_add"),
    path("review/groups/<int:group_id>/", routes_views.group, name="group"),
    path("review/away/", routes_views.away, name="away"),
    # Trust.
    path("review/trust/", trust_views.strata, name="strata"),
    path("review/trust/<int:stratum_id>/", trust_views.stratum, name="stratum"),
    path("review/trust/<int:stratum_id>/clear/<int:author_id>/", trust_views.clear, name="clear"),
    path("review/trust/<int:stratum_id>/rules/", trust_views.rules, name="stratum_rules"),
    path("review/trust/<int:stratum_id>/confirm/", trust_views.decide_trust, {"what": "confirm"}, name="confirm"),
    path("review/trust/<int:stratum_id>/lift/", trust_views.decide_trust, {"what": "lift"}, name="lift"),
]
