"""Sections, places to fill in, comparisons, and the templates that the product brings."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.policies.differences import as_text, compare, word_changes
from fourleaf.engine.policies.sections import anchor_of, open_places, plain, sections
from fourleaf.governance.contracts import KINDS
from fourleaf.governance.policy_texts import starting_languages, starting_text, to_translate


def test_sections_keep_their_anchor_when_numbers_move() -> None:
    body = "Before\n\n## 3. Who may speak\n\nYou.\n\n```\n## no heading\n```\n\n## Who may speak\n\nAgain."
    assert [(one.anchor, one.title) for one in sections(body)] == [
        ("", ""),
        ("who-may-speak", "3. Who may speak"),
        ("who-may-speak-2", "Who may speak"),
    ]


def test_every_script_has_anchors_of_its_own() -> None:
    titles = ["目的", "範囲", "Мета", "Größe & Maß", "Où parler"]
    assert [anchor_of(title) for title in titles] == ["目的", "範囲", "мета", "grosse-mass", "ou-parler"]
    assert anchor_of("3. Who may speak?") == anchor_of("who may  speak")


def test_places_to_fill_in_are_no_links_images_boxes_or_code() -> None:
    body = (
        "[company] wrote [a link](https://example.org) and ![a picture](x.png), `[code]`, - [ ] box, [x] box\n"
        "[ref]: https://example.org\n```\n[in code]\n```\nAsk [contact], [contact]."
    )
    assert open_places(body) == ["company", "contact"]
    assert open_places("In [7] days, or [1].[^1]\n\n- [x] done\n[^1]: A note.") == ["7", "1"]


TEMPLATES = [(kind, language) for kind in KINDS if kind != "other" for language in starting_languages(kind)]


@pytest.mark.parametrize(("kind", "language"), TEMPLATES)
def test_every_bracket_of_a_template_is_a_place(kind: str, language: str) -> None:
    body = starting_text(kind, language)
    assert open_places(body) == list(dict.fromkeys(found.strip() for found in re.findall(r"\[([^\]]*)\]", body)))


def test_text_to_be_translated_says_so_in_an_open_place() -> None:
    body = to_translate("## Purpose\n\nTalk.\n", "English")
    assert open_places(body) == ["translate: this text is still in English"]
    assert [one.anchor for one in sections(body)] == ["", "purpose"]


def test_plain_text_keeps_words_and_leaves_out_their_marks() -> None:
    body = "*Why:* **trust** and __more__, 2 * 3 * 4, snake_case_name, `code`, [site](https://example.org) [place]"
    assert plain(body) == "Why: trust and more, 2 * 3 * 4, snake_case_name, code, site (https://example.org) [place]"
    assert plain("```\n*as it is*\n```") == "```\n*as it is*\n```"


def test_a_comparison_marks_words_and_leaves_the_rest_alone() -> None:
    changes = compare("## One\n\nIt is red.\n\n## Two\n\nSame.", "## One\n\nIt is dark green.\n\n## Two\n\nSame.")
    assert [change.kind for change in changes] == ["changed", "same"]
    assert as_text(changes) == "== One: changed\nIt is [-red-]{+dark green+}.\n\n== Two: unchanged\n"


def test_sections_that_came_and_went_stand_where_they_stood() -> None:
    changes = compare("## A\n\na\n\n## B\n\nb\n\n## C\n\nc", "## A\n\na\n\n## C\n\nc\n\n## D\n\nd")
    assert [(one.title, one.kind) for one in changes] == [
        ("A", "same"), ("B", "removed"), ("C", "same"), ("D", "added"),
    ]  # fmt: skip


@given(st.text("ab \n.", max_size=60), st.text("ab \n.", max_size=60))
def test_both_texts_can_be_read_from_a_comparison(old: str, new: str) -> None:
    pieces = word_changes(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "other"])
def test_each_document_has_a_starting_point_with_places_to_fill_in(kind: str) -> None:
    body = starting_text(kind, "en")
    assert starting_languages(kind)[0] == "en"
    assert len(sections(body)) >= 8
    assert open_places(body)
    # What its words mean, and where else to look (domain §4.1); P-SM says the first in its section 2.
    assert kind == "P-SM" or "words" in {one.anchor for one in sections(body)}
    assert "links to related documents" in open_places(body)
    # Restrictions come with a purpose and an example.
    assert "*Why" in body or "because" in body
    assert "*Example:*" in body or "like this" in body


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_social_media_policy_has_its_twenty_sections(language: str) -> None:
    numbered = [one for one in sections(starting_text("P-SM", language)) if one.anchor]
    numbers = [int(one.title.split(".")[0]) for one in numbered]
    assert numbers == list(range(1, 21))
    assert all(after - before == 1 for before, after in pairwise(numbers))
    example = {"en": "*Example:*", "de": "*Beispiel:*"}[language]
    assert [one.title for one in numbered[:19] if example not in one.text] == []
