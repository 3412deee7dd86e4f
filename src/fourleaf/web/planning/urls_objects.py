from __future__ import annotations

from django.urls import path

from fourleaf.web.planning import (
    inventory_views,
    objects_acts,
    objects_views,
    plans_acts,
    plans_views,
    programmes_views,
    transfer_views,
)

_PLAN = "plan/<int:plan_id>"
_IN = f"{_PLAN}/in/<str:name>"
_OF = f"{_IN}/of/<str:key>"

urlpatterns = [
    path("plan/", plans_views.overview, name="plan"),
    path("plans/", plans_views.plans, name="plans"),
    path("plans/begin/", plans_views.begin, name="plan_begin"),
    path("plans/new/", plans_acts.new, name="new_plan"),
    path("plans/template/<str:code>/", plans_acts.from_template, name="plan_from_template"),
    path("plans/import/", transfer_views.upload, name="import_new"),
    path("plans/schema.json", transfer_views.schema, name="plan_schema"),
    path(f"{_PLAN}/", plans_views.overview, name="plan_of"),
    path(f"{_PLAN}/settings/", plans_acts.settings, name="plan_settings"),
    path(f"{_PLAN}/state/", plans_acts.state, name="plan_state"),
    path(f"{_PLAN}/copy/", plans_acts.copy, name="plan_copy"),
    path(f"{_PLAN}/organisation/", plans_acts.organisation, name="plan_organisation"),
    path(f"{_PLAN}/history/", plans_views.changes, name="plan_history"),
    path(f"{_PLAN}/comments/", plans_views.discussion, name="plan_comments"),
    path(f"{_PLAN}/suggest/", objects_acts.suggest, name="suggest"),
    path(f"{_PLAN}/back/<int:change_id>/", objects_acts.give_back, name="give_back"),
    path(f"{_PLAN}/resolve/<int:comment_id>/", objects_acts.resolve, name="resolve_comment"),
    path(f"{_PLAN}/programmes/<str:key>/", programmes_views.programme, name="programme"),
    path(f"{_PLAN}/programmes/<str:key>/state/", programmes_views.state, name="programme_state"),
    path(f"{_PLAN}/inventory/", inventory_views.inventory, name="inventory"),
    path(f"{_PLAN}/inventory/import/", inventory_views.upload, name="inventory_import"),
    path(f"{_PLAN}/inventory/<str:key>/decide/", inventory_views.decide, name="inventory_decide"),
    path(f"{_PLAN}/import/", transfer_views.upload, name="plan_import"),
    path(f"{_PLAN}/export.yaml", transfer_views.export, name="plan_export"),
    path(f"{_IN}/", objects_views.section, name="section"),
    path(f"{_IN}/add/", objects_acts.add, name="add"),
    path(f"{_IN}/lines/", objects_acts.lines, name="lines"),
    path(f"{_IN}/change/", objects_acts.change, name="change_single"),
    path(f"{_IN}/remove/", objects_acts.remove, name="remove_single"),
    path(f"{_IN}/comment/", objects_acts.comment, name="comment_single"),
    path(f"{_OF}/", objects_views.object_page, name="object"),
    path(f"{_OF}/change/", objects_acts.change, name="change"),
    path(f"{_OF}/remove/", objects_acts.remove, name="remove"),
    path(f"{_OF}/comment/", objects_acts.comment, name="comment"),
]
