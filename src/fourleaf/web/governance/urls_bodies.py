from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from fourleaf.web.governance import bodies_views, centre_views, fields, gaps_views, registers_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("governance/people/", fields.suggest_people, name="suggest_people"),
    # Gaps.
    path("gaps/", gaps_views.gaps, name="gaps"),
    path("gaps/report/", gaps_views.report, name="report_gap"),
    path("gaps/<int:gap_id>/", gaps_views.gap, name="gap"),
    path("gaps/<int:gap_id>/do/<str:what>/", gaps_views.act, name="gap_act"),
    # Registers.
    path("registers/processing/", registers_views.processing, name="processing"),
    path("registers/processing/add/", registers_views.processing_add, name="add_processing"),
    path("registers/processing/starters/", registers_views.starters, name="starters"),
    path("registers/processing/<int:processing_id>/", registers_views.processing_entry, name="processing_entry"),
    path(
        "registers/processing/<int:processing_id>/change/", registers_views.processing_change, name="change_processing"
    ),
    path("registers/consultations/", registers_views.consultations, name="consultations"),
    path("registers/consultations/add/", registers_views.consultation_add, name="add_consultation"),
    path("registers/consultations/<int:consultation_id>/", registers_views.consultation, name="consultation"),
    path(
        "registers/consultations/<int:consultation_id>/change/",
        registers_views.consultation_change,
        name="change_consultation",
    ),
    path(
        "registers/consultations/<int:consultation_id>/answer/",
        registers_views.consultation_answer,
        name="answer_consultation",
    ),
    path(
        "registers/consultations/<int:consultation_id>/reopen/",
        registers_views.consultation_reopen,
        name="reopen_consultation",
    ),
    path("registers/print/", registers_views.printed, name="registers_printed"),
    path("registers/figures/", registers_views.figures, name="figures"),
    # Committees, decisions, roles.
    path("committees/", bodies_views.committees, name="committees"),
    path("committees/add/", bodies_views.committee_add, name="add_committee"),
    path("committees/<int:committee_id>/", bodies_views.committee, name="committee"),
    path("committees/<int:committee_id>/change/", bodies_views.committee_change, name="change_committee"),
    path("committees/<int:committee_id>/archive/", bodies_views.archive, name="archive_committee"),
    path("committees/<int:committee_id>/seat/", bodies_views.seat, name="give_seat"),
    path("committees/<int:committee_id>/meeting/", bodies_views.meeting, name="note_meeting"),
    path("committees/seats/<int:seat_id>/end/", bodies_views.seat_end, name="end_seat"),
    path("decisions/", bodies_views.decisions, name="decisions"),
    path("decisions/add/", bodies_views.decision_add, name="add_decision"),
    path("decisions/<int:decision_id>/", bodies_views.decision, name="decision"),
    path("decisions/<int:decision_id>/change/", bodies_views.decision_change, name="change_decision"),
    path("role-catalogue/", bodies_views.roles, name="roles"),
    path("role-catalogue/give/", bodies_views.role_give, name="give_role"),
    path("role-catalogue/<int:holding_id>/end/", bodies_views.role_end, name="end_role"),
    # The centre of excellence.
    path("centre/", centre_views.centre, name="centre"),
    path("centre/charter/", centre_views.centre_change, name="change_centre"),
    path("centre/members/", centre_views.member, name="put_member"),
    path("centre/members/<int:person_id>/remove/", centre_views.member_remove, name="remove_member"),
    path("centre/services/add/", centre_views.service, name="add_service"),
    path("centre/services/<int:service_id>/", centre_views.service, name="change_service"),
    path("centre/requests/", centre_views.requests, name="requests"),
    path("centre/requests/ask/", centre_views.ask, name="ask_centre"),
    path("centre/requests/<int:request_id>/", centre_views.request_page, name="request"),
    path("centre/requests/<int:request_id>/do/<str:what>/", centre_views.request_act, name="request_act"),
]
