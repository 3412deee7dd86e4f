"""The pages of policies: from the template into force, in the browser; reading; comparing; who has not read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fourleaf.governance.contracts import RIGHTS_BY_KIND
from fourleaf.governance.models import Acknowledgement, Policy, PolicyVersion
from fourleaf.governance.services.gaps import report_gap
from fourleaf.governance.services.policies_life import decide_legal
from fourleaf.kernel import clock
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.models import Person
from fourleaf.training.models import Module, ModuleVersion
from fourleaf.web.governance.policies_text import html_of
from fourleaf.web.governance.registered_policies import build_tile, find_policies, undecided, unread, unreviewed

pytestmark = pytest.mark.django_db
Signed = Callable[[Any], Client]
BODY = "## Purpose\n\nTalk with people.\n\n## Disclosure\n\nSay that you work here.\n"
QUIZ = [
    {"question": "Where?", "options": ["In the post", "Nowhere"], "answer": 0, "section": "disclosure"},
    {"question": "Who?", "options": ["You", "Nobody"], "answer": 0, "section": "purpose"},
]


def test_from_the_template_into_force(client_for: Signed, admin: Any, organisation: Any) -> None:
    client = client_for(admin)
    answer = client.post(
        reverse("governance:policy_add"), {"kind": "P-LIS", "title": "Listening", "language": "en", "begin": "template"}
    )
    row = PolicyVersion.objects.get()
    assert answer["Location"] == reverse("governance:policy_text", args=[row.pk, "en"])

    def step(what: str, **data: Any) -> Any:
        row.refresh_from_db()
        url = reverse("governance:policy_step", args=[row.pk, what])
        return client.post(url, {"version": row.version, **data})

    refused = step("submit")
    assert refused.status_code == 422
    assert "Places are not filled in: [sources]" in refused.content.decode()
    text = reverse("governance:policy_text", args=[row.pk, "en"])
    preview = client.post(text, {"title": "Listening", "body": BODY + "[later]", "act": "preview"})
    assert preview.status_code == 200
    assert "[later]" in preview.content.decode()
    assert "[later]" not in row.texts.get().body
    row.refresh_from_db()
    stale = client.post(text, {"title": "Listening", "body": BODY, "version": row.version - 1})
    assert stale.status_code == 422
    assert "Talk with people" in stale.content.decode()  # nothing typed is lost
    assert client.post(text, {"title": "Listening", "body": BODY, "version": row.version}).status_code == 302
    scope = reverse("governance:policy_scope", args=[row.pk])
    row.refresh_from_db()
    chosen = {"version": row.version, "region_ids": [organisation.south.pk], "channels": "H1, H2"}
    assert client.post(scope, {**chosen, "groups": "nonsense"}).status_code == 422
    assert client.post(scope, chosen).status_code == 302
    assert step("ask", region_id="0").status_code == 422
    assert step("ask", region_id=organisation.north.pk).status_code == 302
    assert step("submit").status_code == 302
    # The legal view is given in the review queue.
    assert step("legal_agree").status_code == 404
    row = decide_legal(actor=admin.actor, version_id=row.pk, agreed=True)
    assert row.state == "consultation"  # asked by choice: approval does not wait for it
    assert (
        "approval waits for it" not in client.get(reverse("governance:policy", args=[row.policy_id])).content.decode()
    )
    assert step("approve").status_code == 302
    assert step("schedule", effective_on="2001-01-01").status_code == 422
    assert step("schedule").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.region_ids, row.channels) == ("in_force", [organisation.south.pk], ["H1", "H2"])
    assert step("withdraw").status_code == 422
    done = client.post(
        reverse("governance:policy_step", args=[row.pk, "withdraw"]),
        {"version": PolicyVersion.objects.get().version, "reason": "By mistake."},
        follow=True,
    )
    assert "Undo" in done.content.decode()


def test_the_page_says_whose_turn_it_is(client_for: Signed, admin: Any, hire: Any, put: Any, organisation: Any) -> None:
    hire("Cora Chair", role="steering")
    row = put("Draft", state="legal_review", effective_on=None, author=admin.person)
    client, url = client_for(admin), reverse("governance:policy", args=[row.policy_id])
    assert "Counsel gives the legal view next" in client.get(url).content.decode()
    PolicyVersion.objects.filter(pk=row.pk).update(state="consultation", legal_agreed=True)
    asked = row.consultations.create(region=organisation.north, required=True, asked_at=clock.now())
    assert "The employee representatives of North answer next" in client.get(url).content.decode()
    asked.state = "agreed"
    asked.save()
    shown = client.get(url).content.decode()
    assert "it waits for approval by Cora Chair." in shown
    assert '<li class="here" aria-current="step"><span>Approval</span></li>' in shown
    assert "Approve 1.0.0" not in shown
    assert "approval waits for it" not in shown
    listed = client.get(reverse("governance:policies"), {"state": "approval"}).content.decode()
    assert ">Draft</a>" in listed


def test_a_member_reads_fails_the_questions_and_acknowledges(
    client_for: Signed, member: Any, put: Any, query_budget: Any
) -> None:
    version = put(quiz=QUIZ, languages=("en", "de"))
    client = client_for(member)
    assert [(need.count, need.kind) for need in unread(member.actor)] == [(1, "attention")]
    mine = reverse("governance:policies_mine")
    with query_budget(16):
        assert "Read and acknowledge" in client.get(mine).content.decode()
    url = reverse("governance:policy_read", args=[version.policy_id])
    with query_budget(22):
        shown = client.get(url).content.decode()
    assert 'id="disclosure"' in shown
    assert all(words in shown for words in ("About this document", "Everybody", "English, German"))
    assert "teaches what changed" not in shown
    module = Module.objects.create(
        code="what-is-new",
        changed_at=clock.now(),
        title="What is new",
        kind="delta",
        belt="white",
        state="published",
        policy_id=version.policy_id,
    )
    module.newest = ModuleVersion.objects.create(
        module=module, number=1, body="New.", questions=[], seconds=120, published_at=clock.now()
    )
    module.save()
    assert f'href="{reverse("training:module", args=[module.pk])}">What is new</a>' in client.get(url).content.decode()
    half = client.post(f"{url}?language=de", {"answer_1": "1"})
    assert half.status_code == 422
    assert "Answer all 2 questions." in half.content.decode()
    assert 'href="#answer_0"' in half.content.decode()
    assert "Not quite" not in half.content.decode()
    wrong = client.post(f"{url}?language=de", {"answer_0": "0", "answer_1": "1"})
    assert wrong.status_code == 422
    assert 'href="#purpose"' in wrong.content.decode()
    assert not Acknowledgement.objects.exists()
    done = client.post(url, {"answer_0": "0", "answer_1": "0", "language": "de", "version": version.pk})
    assert done["Location"] == mine
    assert Acknowledgement.objects.get().language == "de"
    assert unread(member.actor)[0].count == 0


def test_what_changed_is_shown_beside_a_new_major_version(client_for: Signed, member: Any, put: Any) -> None:
    old = put(state="superseded", ended_on=clock.today())
    Acknowledgement.objects.create(
        person=member.person, policy=old.policy, major=1, version=old, language="en", text_hash="x", at=clock.now()
    )
    put(policy=old.policy, major=2, effective_on=clock.today(), body=BODY.replace("here", "for Ember"))
    shown = client_for(member).get(reverse("governance:policy_read", args=[old.policy_id])).content.decode()
    assert "What changed since version 1.0.0" in shown
    assert "for Ember" in shown
    compared = client_for(member).get(reverse("governance:policy_compare", args=[old.policy_id])).content.decode()
    assert compared.count("<ins>") == compared.count("<del>") == 1
    assert "1 section differs, 1 is the same." in compared


def test_skipped_versions_say_their_reasons_too(client_for: Signed, member: Any, put: Any) -> None:
    old = put(state="superseded", ended_on=clock.today(), note="The first.", body=BODY)
    Acknowledgement.objects.create(
        person=member.person, policy=old.policy, major=1, version=old, language="en", text_hash="x", at=clock.now()
    )
    put(policy=old.policy, major=2, state="superseded", ended_on=clock.today(), note="Live streams need two people.")
    body = BODY.replace("Say", "*Why:* trust. Say")
    put(policy=old.policy, major=2, minor=1, effective_on=clock.today(), note="An example was added.", body=body)
    url = reverse("governance:policy_read", args=[old.policy_id])
    shown = client_for(member).get(url).content.decode().partition("What changed since")[2].partition("</details>")[0]
    assert shown.index("An example was added.") < shown.index("Live streams need two people.")
    assert "The first." not in shown
    assert "Why: trust." in shown
    assert "*" not in shown


def test_a_template_in_another_language_is_to_be_translated(client_for: Signed, admin: Any) -> None:
    client, url = client_for(admin), reverse("governance:policy_add")
    shown = client.get(url).content.decode()
    assert "template of each document in English, of the social media policy in German too" in shown
    for kind, language, words in (
        ("P-SM", "de", ["The German template"]),
        ("P-LIS", "de", ["The English template, to be translated"]),
        ("other", "en", []),
    ):
        shown = client.get(url, {"kind": kind, "language": language}).content.decode()
        assert re.findall(r"The \w+ template(?:, to be translated)?", shown) == words
    given = {"kind": "P-LIS", "title": "Escucha", "language": "es"}
    refused = client.post(url, {**given, "begin": "template"})
    assert refused.status_code == 422
    assert "There is no template in Spanish, only in English." in refused.content.decode()
    assert 'value="translate"' in refused.content.decode()
    assert not Policy.objects.exists()
    assert client.post(url, {**given, "begin": "translate"}).status_code == 302
    row = PolicyVersion.objects.get()
    assert row.texts.get().body.startswith("[translate: this text is still in English]")
    stopped = client.post(reverse("governance:policy_step", args=[row.pk, "submit"]), {"version": row.version})
    assert "[translate: this text is still in English]" in stopped.content.decode()
    assert stopped.status_code == 422


def test_unknown_channels_are_confirmed_and_unknown_groups_refused(
    client_for: Signed, admin: Any, put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"H1": "Short videos", "H8": "Live streams"}
    monkeypatch.setattr("fourleaf.web.governance.policies_acts.channels_known", lambda actor: known)
    draft = put(state="draft", effective_on=None, channels=["H7"])
    client, url = client_for(admin), reverse("governance:policy_scope", args=[draft.pk])
    assert '<option value="H8">Live streams</option>' in client.get(url).content.decode()
    asked = client.post(url, {"channels": "H1, H7, H99"})
    assert asked.status_code == 422
    assert "H99 is not a channel of the plan: it will cover nothing until it is one." in asked.content.decode()
    assert 'name="confirmed"' in asked.content.decode()
    group = client.post(url, {"channels": "H1", "groups": "foo:bar"})
    assert group.status_code == 422
    assert "There is no group foo:bar" in group.content.decode()
    both = client.post(url, {"channels": "H1", "groups": "foo:bar, department:NIX"}).content.decode()
    assert "There is no group foo:bar" in both
    assert "No department has the code NIX." in both
    assert client.post(url, {"channels": "H1, H7, H99", "confirmed": "on"}).status_code == 302
    draft.refresh_from_db()
    assert draft.channels == ["H1", "H7", "H99"]


def test_what_applies_begins_with_all_regions_for_those_who_write(
    client_for: Signed, admin: Any, member: Any, put: Any, organisation: Any
) -> None:
    put("Elsewhere", kind="P-ACC", region_ids=[organisation.north.pk, organisation.south.pk])
    put("Gone", kind="P-CRI", state="withdrawn", ended_on=clock.today())
    url = reverse("governance:policies_apply")
    page = client_for(admin).get(url).content.decode()
    assert "only in North, South" in page
    assert "Gone" in page.partition('id="others"')[2]
    assert "; ended on" not in page.partition('id="others"')[2]
    assert "only in" not in client_for(member).get(url).content.decode()


def test_what_applies_says_why_the_rest_does_not(
    client_for: Signed, member: Any, put: Any, organisation: Any, query_budget: Any
) -> None:
    put(except_channels=["H8"])
    put("Crisis", kind="P-CRI", region_ids=[organisation.south.pk])
    put("A draft", kind="other", state="draft", effective_on=None)
    client = client_for(member)
    with query_budget(20):
        page = client.get(reverse("governance:policies_apply"), {"channel": "H8", "language": "es"}).content.decode()
    assert "does not cover this channel (H8); has no text in this language (Spanish)" in page
    assert "A draft" not in page
    page = client.get(reverse("governance:policies_apply"), {"region": organisation.north.pk}).content.decode()
    assert "does not cover this region (North)" in page


def test_the_list_is_quick_and_filters(
    client_for: Signed, strategist: Any, member: Any, put: Any, organisation: Any, query_budget: Any
) -> None:
    for number in range(60):
        put(f"Policy {number:02}", kind="other", major=number % 3 + 1, review_due=clock.today() + timedelta(days=100))
    late = put("Late one", kind="P-CRI", review_due=clock.today() - timedelta(days=74))
    put("South only", kind="P-ACC", region_ids=[organisation.south.pk])
    put("Unseen", kind="P-INF", state="draft", effective_on=None)
    client = client_for(strategist)
    url = reverse("governance:policies")
    with query_budget(14):
        assert client.get(url, {"size": 25}).status_code == 200
    overdue = client.get(url, {"review": "overdue"}).content.decode()
    assert "Late one" in overdue
    assert "Review overdue by 74 days" in overdue
    assert "Policy 01" not in overdue
    assert "South only" not in client.get(url, {"region": organisation.north.pk}).content.decode()
    export = b"".join(client.get(url, {"export": "csv", "kind": "other"})).decode()  # type: ignore[call-overload]  # streamed
    assert "Policy 01,other,2.0.0,In force" in export
    assert "Unseen" in client.get(url, {"kind": "P-INF"}).content.decode()
    assert "Unseen" not in client_for(member).get(url, {"kind": "P-INF"}).content.decode()
    assert unreviewed(strategist.actor)[0].count == 1
    assert [found.label for found in find_policies(strategist.actor, "late", 5)] == ["Late one"]
    tile = build_tile(strategist.actor)
    assert tile is not None
    assert (tile["in_force"], tile["next"].pk, len(tile["on_the_way"])) == (62, late.pk, 1)


def test_readers_and_lists_follow_the_region(client_for: Signed, member: Any, put: Any, organisation: Any) -> None:
    north, south = organisation.north.pk, organisation.south.pk
    here = put("Two regions", kind="P-ACC", acknowledged=False, region_ids=[north])
    there = put("Two regions", kind="P-ACC", major=2, policy=here.policy, acknowledged=False, region_ids=[south])
    # Its day has come, though no work has noted it yet.
    begun = {"state": "scheduled", "effective_on": clock.today() - timedelta(days=1), "region_ids": [south]}
    late = put("Begun", kind="P-LIS", acknowledged=False, **begun)
    client = client_for(member)
    assert "Version 1.0.0" in client.get(reverse("governance:policy_read", args=[there.policy_id])).content.decode()
    for region, wanted in ((north, {"Two regions"}), (south, {"Two regions", late.policy.title})):
        shown = client.get(reverse("governance:policies"), {"region": region}).content.decode()
        assert {title for title in ("Two regions", "Begun") if f">{title}</a>" in shown} == wanted


def test_only_rights_that_a_version_names_are_said_to_rest(client_for: Signed, member: Any, put: Any) -> None:
    begins = clock.today() - timedelta(days=60)
    put("Moderation", kind="P-MOD", effective_on=begins, rights=["moderate"])
    put("Manners", kind="G-ROE", effective_on=begins, rights=[])
    shown = client_for(member).get(reverse("governance:policies_mine")).content.decode()
    assert shown.count("this rests: Hide and remove under the moderation policy.") == 1
    assert shown.count("Overdue") == 2


def test_what_rests_is_shown_and_nothing_is_ticked_that_is_usual(
    client_for: Signed, admin: Any, member: Any, put: Any
) -> None:
    usual = list(RIGHTS_BY_KIND["P-SM"])
    draft = put("Draft", state="draft", effective_on=None, rights=usual)
    client, url = client_for(admin), reverse("governance:policy_scope", args=[draft.pk])
    shown = client.get(url).content.decode()
    assert re.findall(r'name="(\w+)" value="(\w+)"[^>]* checked', shown) == [("rest", "usual")]
    for given, wanted in (({"rest": "none"}, []), ({"rest": "chosen", "rights": ["reply"]}, ["reply"]),
                          ({"rest": "usual"}, sorted(usual))):  # fmt: skip
        assert client.post(url, {**given, "acknowledged": "on"}).status_code == 302
        draft.refresh_from_db()
        assert draft.rights == wanted
    assert client.post(url, {"rest": "none", "rights": ["reply"]}).status_code == 422
    put("Moderation", kind="P-MOD", rights=["moderate"])
    page = client.get(reverse("governance:policy", args=[draft.policy_id])).content.decode()
    assert "Share approved content, with disclosure; " in page.partition("Rests while overdue")[2]
    mine = client_for(member).get(reverse("governance:policies_mine")).content.decode()
    assert "this rests: Hide and remove under the moderation policy." in mine


def test_two_policies_of_a_kind_in_one_place_are_told_of(
    client_for: Signed, admin: Any, member: Any, put: Any, organisation: Any
) -> None:
    north, south = organisation.north.pk, organisation.south.pk
    put("Everywhere", kind="P-MOD", except_channels=["H9"])
    put("Elsewhere", kind="P-MOD", region_ids=[south])
    put("Another kind", kind="P-CRI")
    here = put("Here", kind="P-MOD", region_ids=[north], channels=["H8"])
    said = "“Everywhere” 1.0.0 is in force in North. Both hold there"
    for name in ("policy", "policy_coverage"):
        shown = client_for(admin).get(reverse(f"governance:{name}", args=[here.policy_id])).content.decode()
        assert said in shown
        assert "“Elsewhere”" not in shown
        assert "“Another kind”" not in shown
    assert said not in client_for(member).get(reverse("governance:policy", args=[here.policy_id])).content.decode()
    PolicyVersion.objects.filter(pk=here.pk).update(channels=["H9"])
    shown = client_for(admin).get(reverse("governance:policy", args=[here.policy_id])).content.decode()
    assert "Both hold there" not in shown


def test_drafts_do_not_exist_for_others(client_for: Signed, member: Any, admin: Any, put: Any, hire: Any) -> None:
    draft = put("A draft", kind="P-LIS", state="draft", effective_on=None)
    shown = put("Shown", kind="P-ACC")
    client = client_for(member)
    for name in ("policy", "policy_read", "policy_compare", "policy_coverage", "policy_change", "policy_start"):
        assert client.get(reverse(f"governance:{name}", args=[draft.policy_id])).status_code == 404
        assert client.get(reverse(f"governance:{name}", args=[999_999])).status_code == 404
    for name in ("policy_change", "policy_start", "policy_coverage"):
        assert client.get(reverse(f"governance:{name}", args=[shown.policy_id])).status_code == 403
    assert client.get(reverse("governance:policy_scope", args=[shown.pk])).status_code == 403
    assert client.post(reverse("governance:policy_step", args=[draft.pk, "submit"])).status_code == 404
    assert client_for(admin).post(reverse("governance:policy_step", args=[draft.pk, "nonsense"])).status_code == 404
    PolicyVersion.objects.filter(pk=draft.pk).update(state="legal_review", legal_agreed=True)
    # The approval waits for who may approve; the legal view waits in the review queue.
    assert undecided(admin.actor)[0].count == 1
    assert undecided(hire("Lea Law", role="legal").actor) == []
    assert undecided(member.actor) == []


def test_hints_say_when_a_language_is_not_read(client_for: Signed, admin: Any, put: Any) -> None:
    bans = "## A\n\n" + "Never disparage us.\n\n" * 60
    draft = put("Draft", kind="other", state="draft", effective_on=None, languages=("en", "de"), body=bans)
    client = client_for(admin)

    def shown(language: str) -> str:
        return str(client.get(reverse("governance:policy_text", args=[draft.pk, language])).content.decode())

    english = shown("en")
    assert "And 21 more." in english
    # Each line once, with its section, and a link to where its words are in the field.
    assert re.findall(r'data-mark-from="(\d+)" data-mark-to="(\d+)">Line (\d+)</a>', english)[1] == ("33", "42", "5")
    assert "in “A”" in english
    draft.texts.filter(language="en").update(body="## A\n\nNever disparage us, never disparage them.\n")
    assert shown("en").count(">Line 3</a>") == 1
    assert shown("en").count("data-mark-from") == 4  # the line, and each hint in it
    assert "Verify status" in shown("en")
    assert "Only English texts are read for this" in shown("de")
    assert "Nothing stands out" not in shown("de")


def test_a_long_text_is_removed_only_after_a_warning_a_short_one_comes_back(
    client_for: Signed, admin: Any, put: Any
) -> None:
    draft = put("Draft", kind="other", state="draft", effective_on=None, languages=("en", "de"))
    client, page = client_for(admin), reverse("governance:policy", args=[draft.policy_id])
    assert "for good" not in client.get(page).content.decode()
    draft.texts.filter(language="de").update(body="## A\n\n" + "Long. " * 600)
    assert "Remove German for good" in client.get(page).content.decode()
    removed = client.post(reverse("governance:policy_text_remove", args=[draft.pk, "en"]), follow=True)
    assert "Undo" in removed.content.decode()


def test_questions_are_written_with_an_asterisk(client_for: Signed, admin: Any, put: Any) -> None:
    draft = put(state="draft", effective_on=None)
    url = reverse("governance:policy_quiz", args=[draft.pk, "en"])
    one = {"question_1": "Where?", "options_1": "* In the post\nNowhere", "section_1": "disclosure"}
    refused = client_for(admin).post(
        url, {**one, "question_2": "Who?", "options_2": "You\nNobody", "section_2": "purpose"}
    )
    assert refused.status_code == 422
    assert "Question 2 does not say which answer is right" in refused.content.decode()
    both = {**one, "question_2": "Who?", "options_2": "*You\nNobody", "section_2": "purpose"}
    assert client_for(admin).post(url, both).status_code == 302
    assert draft.texts.get().quiz == QUIZ


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/x.png)",
        '<a href="data:text/html,x" onclick="x()">x</a>',
        "[x](data:text/html;base64,xx)",
        "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
        "<style>*{display:none}</style>",
    ],
)
def test_hostile_markdown_becomes_text(hostile: str) -> None:
    import re

    html = html_of(hostile)
    tags = "".join(re.findall(r"<[^>]*>", html)).lower()
    for bad in ("script", "style", "img", "javascript:", "data:", "onclick", "onerror"):
        assert bad not in tags


def test_headings_inside_a_section_begin_below_it() -> None:
    assert html_of("# Big\n\ntext") == "<h3>Big</h3>\n<p>text</p>\n"


def test_leavers_and_people_without_an_account_break_nothing(client_for: Signed, admin: Any, put: Any) -> None:
    version = put()
    Person.objects.filter(pk=admin.person.pk).update(started_on=date(2999, 1, 1))
    page = client_for(admin).get(reverse("governance:policy_read", args=[version.policy_id]))
    assert page.status_code == 200
    assert "Acknowledge version" not in page.content.decode()


def test_a_gap_reported_from_a_policy_knows_it_and_its_sections(client_for: Signed, member: Any, put: Any) -> None:
    version = put()
    draft = put("Hidden", kind="P-LIS", state="draft", effective_on=None, body="## Secret plans\n\nNone.")
    client, url = client_for(member), reverse("governance:report_gap")
    shown = client.get(url, {"from": reverse("governance:policy_read", args=[version.policy_id])}).content.decode()
    assert f'<option value="{version.policy_id}" selected>' in shown
    assert '<option value="Disclosure"></option>' in shown
    # What nobody decided yet is no business of others: neither its sections nor that it is there.
    shown = client.get(url, {"policy": draft.policy_id}).content.decode()
    assert "Secret plans" not in shown
    assert "Hidden" not in shown
    with pytest.raises(InvalidError):
        report_gap(actor=member.actor, situation="?", policy_id=draft.policy_id)


def test_gaps_on_a_section_lead_to_its_next_version(client_for: Signed, admin: Any, member: Any, put: Any) -> None:
    policy = put().policy
    for number in range(3):
        report_gap(
            actor=member.actor, channel="", situation=f"A live stream, {number}", expected_rule="", what_was_done="",
            severity="low", proposal="", source=None, section="Disclosure", policy_id=policy.pk,
        )  # fmt: skip
    client, url = client_for(admin), reverse("governance:policy", args=[policy.pk])
    text = client.get(url).content.decode()
    assert "3 gaps in 90 days on “Disclosure”" in text
    assert "A live stream, 2" in text
    assert 'value="major"' in text
    note = "3 gaps in 90 days on “Disclosure”."
    assert client.post(reverse("governance:policy_start", args=[policy.pk]), {"change": "minor", "note": note})
    draft = policy.versions.get(state="draft")
    assert (draft.number, draft.note) == ("1.1.0", note)
    after = client.get(url).content.decode()
    assert "Version 1.1.0 is on its way; take it up there." in after
    assert 'value="major"' not in after
    # Somebody who only reported sees their gaps, and no call to revise.
    own = client_for(member).get(url).content.decode()
    assert "A live stream, 0" in own
    assert "revise it" not in own
