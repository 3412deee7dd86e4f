from __future__ import annotations

from django.urls import path

from fourleaf.web.governance import acknowledging_views, coverage_views, policies_acts, policies_views

_VERSION = "policies/versions/<int:version_id>"

urlpatterns = [
    path("policies/", policies_views.policies, name="policies"),
    path("policies/add/", policies_acts.add, name="policy_add"),
    path("policies/mine/", acknowledging_views.mine, name="policies_mine"),
    path("policies/applies/", policies_views.applies, name="policies_apply"),
    path("policies/evidence/", acknowledging_views.evidence_page, name="evidence"),
    path("policies/<int:policy_id>/", policies_views.policy, name="policy"),
    path("policies/<int:policy_id>/change/", policies_acts.change, name="policy_change"),
    path("policies/<int:policy_id>/start/", policies_acts.start, name="policy_start"),
    path("policies/<int:policy_id>/read/", acknowledging_views.read, name="policy_read"),
    path("policies/<int:policy_id>/compare/", policies_views.compared, name="policy_compare"),
    path("policies/<int:policy_id>/coverage/", coverage_views.coverage, name="policy_coverage"),
    path(f"{_VERSION}/scope/", policies_acts.scope, name="policy_scope"),
    path(f"{_VERSION}/text/add/", policies_acts.text_add, name="policy_text_add"),
    path(f"{_VERSION}/text/<str:language>/", policies_acts.text, name="policy_text"),
    path(f"{_VERSION}/text/<str:language>/remove/", policies_acts.text_remove, name="policy_text_remove"),
    path(f"{_VERSION}/text/<str:language>/questions/", policies_acts.quiz, name="policy_quiz"),
    path(f"{_VERSION}/do/<str:what>/", policies_acts.step, name="policy_step"),
]
