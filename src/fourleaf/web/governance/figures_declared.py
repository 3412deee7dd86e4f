"""Which pages, API operations and commands show people, and why none of them gives a figure of a single person's work.

What counts as such a figure, and where one may be had, is said in `fourleaf.governance.analytics`. A page that is not
named here fails a test (tests/architecture/test_analytics_mode.py), which also walks everything with a marked person.
"""

from __future__ import annotations

from typing import Final

__all__ = ["COMMANDS", "GUARDED", "NAMED", "NOBODY", "OPERATIONS", "WHOLE"]

#: Pages that show people as what they are, hold or did, each set with the reason why that is no figure of their work.
NAMED: Final[dict[str, str]] = {
    "people:people people:person people:change people:leave people:return people:sign_in_email people:grant "
    "people:roles people:suggest people:import people:import_findings people:imports": "The list of people itself.",
    "administration:audit administration:event": (
        "The trail that law asks for; searches of it say no number, and its files withhold names beside work "
        "unless a case is stated."
    ),
    "administration:work administration:job administration:system": "Who started background work, entry by entry.",
    "alignment:findings alignment:list alignment:grouped alignment:finding alignment:assign alignment:suggest "
    "alignment:about alignment:glance alignment:rule alignment:waive alignment:waive_ahead alignment:waive_several "
    "alignment:waivers alignment:waiver_add alignment:what_if alignment:what_if_out": "Who owns an open finding.",
    "assessment:maturity assessment:evidence assessment:model assessment:measures assessment:waves assessment:wave": (
        "Who noted evidence, or runs a wave; answers are never tied to a person."
    ),
    "governance:gaps governance:gap governance:request governance:requests": "Who reported, and who deals with it.",
    "governance:processing governance:processing_entry governance:change_processing governance:consultations "
    "governance:consultation governance:change_consultation governance:registers_printed": "Who answers for an entry.",
    "governance:committees governance:committee governance:change_committee governance:decisions governance:decision "
    "governance:change_decision governance:roles governance:centre governance:change_centre": "Who holds which office.",
    "governance:suggest_people": "Names to choose from.",
    "governance:policies governance:policy governance:policy_read governance:policy_add governance:policy_change "
    "governance:policy_start "
    "governance:policy_scope governance:policy_step": "Who answers for a policy, and who approved which version.",
    "governance:policy_coverage": "Who has yet to acknowledge, where a region allows names: an obligation, no figure "
    "of work. Shares by unit are suppressed.",
    "governance:evidence": "Proof of acknowledgement, entry by entry; without names where a region shows teams only.",
    "training:people training:person training:set_belt": "Who holds which belt: what they may do.",
    "training:queue training:check training:record training:sign_off": (
        "Who handed in what waits for a trainer; what was decided is not listed, by learner or by trainer."
    ),
    "training:wave training:wave_people training:waves training:wave_act training:ties": "Who learns in which group.",
    "training:session training:sessions training:session_change": "Who leads a session, and who said they come.",
    "training:edit": "Who published a module.",
    "review:queue review:bulk": "Who wrote what waits for the reader, or was decided, item by item.",
    "review:item review:decide review:comment review:invite review:defect": "Who wrote and who decided this one item.",
    "review:routes review:route review:group review:away review:what_if review:draft review:add": (
        "Who is asked, stands in, or is away: what they are to do, not what they did."
    ),
    "review:strata review:stratum review:confirm review:lift review:clear review:stratum_rules": (
        "Strata of a brand and a class of content; who confirmed a change of level, and whom an author's hold concerns."
    ),
    "home:home home:tile me:settings": "What the reader has to do.",
    "listening:query listening:query_history listening:mention listening:imports listening:import listening:settings "
    "listening:accounts listening:suppressed listening:query_precision listening:precision_sample": (
        "Who wrote, corrected or noted one thing; corrections are not counted by person."
    ),
    "planning:plan planning:plan_of planning:plan_history planning:plan_comments planning:suggest planning:programme "
    "planning:inventory planning:section planning:object planning:change planning:change_single planning:add "
    "planning:pilot_people planning:pilot_voice planning:pilot_voice_add planning:pilot_team planning:pilot_team_add "
    "planning:pilot planning:pilot_change planning:roadmap planning:roadmap_of planning:roadmap_item "
    "planning:roadmap_change planning:roadmap_add planning:plan_settings planning:plan_export": (
        "Who is planned for what; hours are those that somebody offered, not those worked."
    ),
    "search": "Whatever the reader may see, thing by thing.",
}
#: Pages on which nobody but the reader appears, and addresses that only take a form or give a file without people.
_NOBODY: Final = """
    health undo theme needs me:end_sessions me:add_token me:revoke_token me:demo_sign_in administration:retry
    administration:cancel administration:retry-selected alignment:check alignment:trend alignment:rules
    alignment:withdraw alignment:what_if_save alignment:what_if_clear assessment:link assessment:enter
    assessment:sheet assessment:thanks assessment:later assessment:home assessment:overview assessment:leaf
    assessment:units assessment:statements_shown assessment:answers assessment:export assessment:add
    assessment:change assessment:mails assessment:statements assessment:item assessment:act assessment:links
    assessment:import governance:report_gap governance:gap_act governance:add_processing governance:starters
    governance:add_consultation governance:answer_consultation governance:reopen_consultation governance:figures
    governance:add_committee governance:archive_committee governance:give_seat governance:note_meeting
    governance:end_seat governance:add_decision governance:give_role governance:end_role governance:put_member
    governance:remove_member governance:add_service governance:change_service governance:ask_centre
    governance:request_act kit:kit kit:side kit:demo kit:save_view kit:views kit:rename_view kit:share_view
    kit:delete_view kit:chart_bundle listening:queries listening:add_query listening:preview_query
    listening:stale_preview listening:archive_queries listening:query_language listening:query_status
    listening:edit_query listening:archive_query listening:restore_query listening:label_mention
    listening:give_up_sample listening:restore_query_version listening:mentions listening:mark_mentions
    listening:correct_mention listening:mark_mention listening:note_mention listening:unnote_mention
    listening:erase_mention listening:voice listening:sentiment listening:sentiment_model listening:overview
    listening:import-new listening:import-columns listening:import-start listening:import-cancel
    listening:import-faults listening:import-trial-faults listening:account-add listening:accounts-remove
    listening:keeping listening:author-erase listening:author-release listening:authors-release
    organisation:overview organisation:units organisation:add organisation:unit organisation:archive people:add
    people:import_missing people:import_decide people:import_discard people:import_sample people:account
    people:end_role planning:plans planning:plan_begin planning:new_plan planning:plan_from_template
    planning:import_new planning:plan_schema planning:plan_state planning:plan_copy planning:plan_organisation
    planning:give_back planning:resolve_comment planning:programme_state planning:inventory_import
    planning:inventory_decide planning:plan_import planning:lines planning:remove_single planning:comment_single
    planning:remove planning:comment planning:roadmap_experiments planning:roadmap_phases
    planning:roadmap_baseline planning:roadmap_calendar planning:roadmap_feed planning:roadmap_dates
    planning:roadmap_moves planning:roadmap_state planning:roadmap_comment planning:pilots planning:pilots_of
    planning:pilot_add planning:pilot_step planning:pilot_observe planning:pilot_learn planning:pilot_comment
    planning:pilot_copy governance:policies_mine governance:policies_apply governance:policy_compare
    governance:policy_text governance:policy_text_add governance:policy_text_remove governance:policy_quiz
    training:home training:belt training:used training:wishes training:absence training:absence_end
    training:module training:read training:image training:begin training:quiz training:samples training:work
    training:withdraw training:hand_in training:coverage training:curriculum training:module_add training:import
    training:export training:starter training:picture training:module_act training:wave_add training:session_add
    training:session_calendar training:session_act review:by_link review:by_guest review:submit review:withdraw
    review:correct
    training:question training:question_add training:question_remove review:revoke review:rules review:route_add
    review:route_archive review:route_restore review:group_add
"""
NOBODY: Final = frozenset(_NOBODY.split())
#: Pages that give figures of single people, by `governance.public.person_level_condition`. None does today.
GUARDED: Final[dict[str, str]] = {}
#: Beginnings of names that are declared as a whole: no figure by person in them, walked like all others.
WHOLE: Final[dict[str, str]] = {
    "account_": "The reader's own account.",
    "mfa_": "The reader's own account.",
    "socialaccount_": "The reader's own account.",
    "openid_": "The reader's own account.",
    "usersessions_": "The reader's own account.",
}
#: Operations of the API that read: path or its beginning -> what they give of people.
OPERATIONS: Final[dict[str, str]] = {
    "/api/v1/me": "The reader.",
    "/api/v1/people": "The list of people itself.",
    "/api/v1/regions": "Nobody.",
    "/api/v1/departments": "Nobody.",
    "/api/v1/brands": "Nobody.",
    "/api/v1/audit": "The trail; names beside people's work are withheld by region, unless a case is stated.",
    "/api/v1/jobs": "Nobody.",
    "/api/v1/queries": "Nobody.",
    "/api/v1/mentions": "Authors outside, under their own right.",
    "/api/v1/reports/": "Nobody; counts of mentions.",
    "/api/v1/imports": "Nobody.",
    "/api/v1/policies": "The reader's own obligations; coverage by unit, suppressed.",
    "/api/v1/gaps": "Who deals with a gap.",
    "/api/v1/registers/": "Nobody.",
    "/api/v1/committees": "Who holds which office.",
    "/api/v1/centre": "Who holds which office.",
    "/api/v1/decisions": "Nobody.",
    "/api/v1/training": "The reader's own training; coverage by region and role.",
    "/api/v1/belts": "What somebody may do.",
    "/api/v1/review": "Items and strata, not people.",
    "/api/v1/plans": "Who is planned for what.",
    "/api/v1/clover": "Nobody; answers are suppressed.",
    "/api/v1/organisation-model": "Nobody; shares of the centre as a whole.",
    "/api/v1/alignment/": "Who owns a finding.",
}
#: Commands that print JSON -> what they give of people.
COMMANDS: Final[dict[str, str]] = {
    "audit verify": "Nobody; whether the chain holds.",
    "doctor": "Nobody; the state of the installation.",
    "listen analyse": "Nobody; posts of a file.",
    "listen import": "Nobody; rows of a file.",
    "people import": "People of a file, as they are in it.",
    "plan check": "A file, as it is.",
    "plan import": "A file, as it is.",
    "policy lint": "Nobody; the text of a file.",
    "review simulate": "Nobody; simulated.",
    "survey score": "Answers of a file, suppressed.",
}
