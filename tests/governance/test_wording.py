"""Hints about wording: measured on sentences of our own, those that should be found and those that should not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.cli import main
from fourleaf.engine.wording import RULES, STATUS, around, lint
from fourleaf.governance.contracts import KINDS
from fourleaf.governance.policy_texts import starting_text

#: Rule -> sentences that counsel should see.
SHOULD = {
    "disparagement": [
        "Never disparage the company, its managers or its products.",
        "Employees must not post negative comments about their team lead.",
        "Refrain from critical remarks on the firm in any forum.",
        "Bad-mouthing your employer is forbidden.",
        "You may not criticise management decisions online.",
        "Negative statements about working here are not permitted.",
        "Employees who make negative comments about the company will be disciplined.",
        "Disparaging remarks are grounds for termination.",
        "You may not complain about your supervisor online.",
        "Employees may not post anything that damages the reputation of the firm.",
        "Do not embarrass the company.",
    ],
    "vague_conduct": [
        "Inappropriate posts are prohibited.",
        "Do not behave in an unprofessional way online.",
        "You must not share inappropriate content.",
        "Unprofessional remarks will not be tolerated, and improper comments are banned.",
        "Inappropriate posts may lead to dismissal.",
        "Unprofessional conduct online is subject to disciplinary action.",
    ],
    "pay_and_conditions": [
        "Do not discuss wages with colleagues.",
        "Employees must not talk about their salaries on social media.",
        "Sharing your own pay in public is prohibited.",
        "You should never post about working conditions in our kitchens.",
        "Staff may not disclose their bonus.",
        "You must not compare shifts with people of other sites.",
        "Keep salaries confidential.",
        "Staff are required to keep their pay to themselves.",
        "Whoever discusses wages with colleagues faces disciplinary action.",
    ],
    "confidential_undefined": [
        "Do not share confidential information.",
        "Never post internal information about the business.",
        "Sensitive company information must not leave the house.",
        "Disclosing proprietary data is forbidden.",
    ],
    "all_matters": [
        "Employees must not comment on any internal matters.",
        "All employee matters are off limits in public.",
        "Never write anything about the workplace.",
        "Do not post about any company business.",
    ],
    "media_contact": [
        "Do not speak to the media.",
        "Employees must not contact the press.",
        "Never answer questions of journalists.",
        "No employee may give an interview to a reporter.",
        "All media enquiries must be referred to the press office.",
        "Only the press office may speak to journalists.",
        "No interviews without the head of communication.",
    ],
    "private_approval": [
        "You must get prior approval before posting on your private account.",
        "Staff have to obtain written permission for personal blogs.",
        "Any post about your work requires prior approval.",
        "Posting in your free time without prior consent is a breach of duty.",
        "Posts about your work have to be approved by your manager.",
    ],
    "logo_ban": [
        "The logo must not be used by employees.",
        "Never show our trademarks in your own posts.",
        "No employee may use the company name.",
        "Photos in uniform are forbidden.",
    ],
    "recording_ban": [
        "Recordings at work are prohibited.",
        "Employees must not record conversations.",
        "Taking photos on the premises is not allowed.",
        "Never film colleagues.",
        "No photography on the premises.",
        "Only the site manager is allowed to take photos at work.",
    ],
    "respect_alone": [
        "Be respectful at all times.",
        "Always be polite.",
        "Treat each other with respect at all times.",
    ],
    "savings_alone": [
        "Nothing in this policy limits your rights under the law.",
        "Nothing in these rules is meant to interfere with rights under section 7.",
    ],
}
#: Rule -> sentences close to these that are narrow, free or about somebody else.
SHOULD_NOT = {
    "disparagement": [
        "We do not delete negative comments.",
        "Negative comments are never removed.",
        "Nothing here stops you from posting critical remarks about us.",
        "A negative comment is a chance to learn.",
        "You may criticise decisions of the management, in public too.",
        "Critical remarks will never lead to dismissal.",
        "Nobody is disciplined for negative comments.",
        "A recall may hurt the image of the brand.",
    ],
    "vague_conduct": [
        "Do not post inappropriate content, such as threats or slurs.",
        "Inappropriate is a word that we avoid because it says nothing, for example in rules.",
        "Never send improper comments. Examples are remarks on somebody's body.",
        "What one reader calls unprofessional another calls warm.",
    ],
    "pay_and_conditions": [
        "Nothing here limits you in discussing wages.",
        "You may talk about pay and working conditions with anybody.",
        "This policy does not restrict employees who discuss salaries.",
        "Everybody is free to share their pay, in public or not.",
        "People who handle payroll must not disclose the salaries of others.",
        "We talk about wages with the works council every spring.",
        "We keep your pay confidential.",
        "The company keeps salaries secret from other firms.",
    ],
    "confidential_undefined": [
        "Do not share confidential information such as unreleased recipes or customer lists.",
        "Confidential information means formulas and customer records. Never share confidential information.",
        "Our policy on confidential information has its own page.",
    ],
    "all_matters": [
        "Internal matters are for the committee.",
        "Nothing here stops you from speaking about any workplace issues.",
        "You may write anything about your job that you could say at a market stall.",
    ],
    "media_contact": [
        "Do not speak to the media on behalf of the company.",
        "Never answer journalists in our name.",
        "You may talk to the press about your own work.",
        "The press office answers reporters within an hour.",
        "Do not reply as our spokesperson to the press.",
        "Press enquiries about the company's own position must be referred to those who answer for the company.",
        "Interviews are recorded in the calendar.",
    ],
    "private_approval": [
        "Posts on official accounts need prior approval.",
        "You must get approval before posting in our name.",
        "Private posts do not need approval.",
        "You must get the customer's consent before posting their photo.",
    ],
    "logo_ban": [
        "Do not use the logo to sell things of your own.",
        "Never use our name in a way that looks official.",
        "You may show the logo when you talk about your work.",
        "The logo has a margin of eight millimetres.",
    ],
    "recording_ban": [
        "Do not film customers.",
        "Recording in changing rooms is forbidden.",
        "Do not take photos of unreleased products.",
        "Each lunch has a recording for those who missed it.",
        "No photos of customers.",
        "Only trainers may use the recording of a lunch with customers.",
    ],
    "respect_alone": [
        "Be respectful at all times: no slurs, no threats.",
        "Always be polite. For example, thank people who point out a fault.",
        "People deserve respect.",
    ],
    "savings_alone": [
        "Nothing in this policy limits your right to discuss wages, hours and working conditions.",
        "Nothing in this drawer is of use.",
    ],
}


@pytest.mark.parametrize("rule", SHOULD)
def test_what_reaches_too_far_is_found_where_it_stands(rule: str) -> None:
    missed = [text for text in SHOULD[rule] if rule not in {hint.rule for hint in lint(text)}]
    assert missed == []


@pytest.mark.parametrize("rule", SHOULD_NOT)
def test_what_is_narrow_or_gives_freedom_is_left_alone(rule: str) -> None:
    wrong = [text for text in SHOULD_NOT[rule] if rule in {hint.rule for hint in lint(text)}]
    assert wrong == []


def test_every_rule_is_measured_and_says_why_and_what_instead() -> None:
    assert {rule.code for rule in RULES} == {*SHOULD, "no_purpose"}
    assert all(rule.why.endswith(".") and rule.suggestion.endswith(".") for rule in RULES)
    assert "Verify status" in STATUS


def test_spans_are_code_points_of_the_text() -> None:
    text = "# Größe 🌱\n\nWe grill.  You must\nnot discuss\nyour wages with “friends” 🙂.\n"
    hint = next(hint for hint in lint(text) if hint.rule == "pay_and_conditions")
    assert text[hint.start : hint.end] == hint.excerpt == "discuss\nyour wages"
    assert hint.start == text.index("discuss")


def test_what_stands_around_a_hint_is_cut_between_words() -> None:
    line = "Those who work in the kitchens of the region " * 3 + "must not discuss wages " + "with anybody outside " * 9
    hint = next(hint for hint in lint(f"First.\n{line}\nLast.") if hint.rule == "pay_and_conditions")
    before, after = around(f"First.\n{line}\nLast.", hint)
    assert before.startswith("… ")
    assert after.endswith(" …")
    words = set(line.split())
    assert {*before.split(), *after.split()} - {"…"} <= words
    assert max(len(before), len(after)) < 70
    assert around("Do not discuss wages.", lint("Do not discuss wages.")[1]) == ("Do not ", ".")


def test_no_hint_quotes_words_that_need_not_be_in_the_text() -> None:
    assert [rule.code for rule in RULES if "“" in rule.why] == []


def test_a_list_is_read_with_the_line_that_leads_into_it() -> None:
    assert [hint.rule for hint in lint("You must not:\n\n- discuss wages\n- speak to the press\n")] == [
        "no_purpose",
        "pay_and_conditions",
        "media_contact",
    ]
    assert lint("You are free to:\n\n- discuss wages\n- speak to the press\n") == []


def test_a_clause_that_gives_freedom_does_not_cover_the_next_one() -> None:
    found = lint("Nothing here limits you in discussing wages, but you must not speak to the press.")
    assert [hint.rule for hint in found if hint.rule != "no_purpose"] == ["media_contact"]


def test_each_section_owes_a_purpose_or_an_example() -> None:
    text = (
        "# Data\n\nDo not post customer data. It belongs to them.\n\n"
        "# Passwords\n\nDo not share passwords, because each account has one owner.\n\n"
        "# Photos\n\nDo not post photos of children.\n\nFor example, no pictures of the summer party's games.\n\n"
        "# Ideas\n\nSend them to the ideas board.\n"
    )
    found = [hint for hint in lint(text) if hint.rule == "no_purpose"]
    assert [hint.excerpt for hint in found] == ["Do not post customer data."]


def test_what_a_text_leaves_open_is_no_restriction() -> None:
    harmless = (
        "Ask the brand lead; report what this guide does not say.",
        "Tell us what these rules don't cover.",
        "If the guide does not say, ask.",
        "If you cannot find an answer here, ask the centre of excellence.",
        'A leader answers, also if the answer is "we do not know yet".',
    )
    assert [text for text in harmless if lint(f"# Questions\n\n{text}\n")] == []
    # A command not to speak stays one, also beside such words.
    for text in ("Do not say what you earn.", "It does not say so here, but you must not speak."):
        assert [hint.rule for hint in lint(text)] == ["no_purpose"], text


def test_code_is_not_read_and_other_languages_give_nothing() -> None:
    assert lint("```\nNever disparage us.\n```\n") == []
    assert lint("Never disparage us.", language="de") == []
    assert lint("Never disparage us.", language="en-GB") != []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "other"])
def test_the_templates_keep_what_they_ask_for(kind: str) -> None:
    assert [(hint.rule, hint.excerpt) for hint in lint(starting_text(kind, "en"))] == []


@given(st.text(alphabet=st.sampled_from("aä🌱 .:;-#>\n`mustnodiscwge'’,"), max_size=200))
def test_any_text_gives_spans_within_it_in_order(text: str) -> None:
    found = lint(text)
    assert all(
        0 <= hint.start < hint.end <= len(text) and text[hint.start : hint.end] == hint.excerpt for hint in found
    )
    assert [(hint.start, hint.end) for hint in found] == sorted((hint.start, hint.end) for hint in found)


class TestCommand:
    def run(self, tmp_path: Path, text: str, *options: str) -> tuple[int, str]:
        path = tmp_path / "policy.md"
        path.write_text(text, encoding="utf-8")
        result = CliRunner().invoke(main, ["policy", "lint", str(path), *options])
        return result.exit_code, result.stdout

    def test_hints_are_1_and_none_is_0(self, tmp_path: Path) -> None:
        code, out = self.run(tmp_path, "# A\n\nDo not speak to the media.\n", "--json")
        hints = json.loads(out)["hints"]
        assert code == 1
        assert {(hint["rule"], hint["line"], hint["column"]) for hint in hints} == {
            ("media_contact", 3, 8),
            ("no_purpose", 3, 1),
        }
        assert self.run(tmp_path, "We grill.\n")[0] == 0
        code, out = self.run(tmp_path, "Do not speak to the media.\n")
        assert code == 1
        assert "media_contact" in out

    def test_a_language_that_is_not_read_is_said_and_is_4(self, tmp_path: Path) -> None:
        german = (
            "# Auftreten\n\nMitarbeitende dürfen sich nicht negativ über das Unternehmen äußern.\n\n"
            "Über das Gehalt wird nicht gesprochen. Mit der Presse spricht nur die Leitung.\n"
        )
        path = tmp_path / "de.md"
        path.write_text(german, encoding="utf-8")
        result = CliRunner().invoke(main, ["policy", "lint", str(path)])
        assert result.exit_code == 4
        assert "German, which is not read" in result.stderr
        assert self.run(tmp_path, "Do not speak to the media.\n", "--language", "fr")[0] == 4
        code, out = self.run(tmp_path, german, "--json")
        assert (code, json.loads(out)) == (4, {"language": "de", "read": False, "hints": []})
        # Whoever knows better says so; a text that tells no language is taken for English.
        assert self.run(tmp_path, german, "--language", "en")[0] == 0
        assert self.run(tmp_path, "# 1\n\n123\n")[0] == 0

    def test_a_file_that_cannot_be_read_is_2(self, tmp_path: Path) -> None:
        (tmp_path / "bad.md").write_bytes(b"\xff\xfe\x00")
        result = CliRunner().invoke(main, ["policy", "lint", str(tmp_path / "bad.md")])
        assert result.exit_code == 2
        assert CliRunner().invoke(main, ["policy", "lint", str(tmp_path / "none.md")]).exit_code == 2
