"""Risk tiers: each line of the table, the highest wins, every rule that spoke is named."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.review import CAPS, LEVELS, RULES, TIERS, Item, level_for, tier_of
from fourleaf.engine.review.tiers import Flag, Kind

CASES = [
    ("R4", "crisis_statement", ""),
    *(
        ("R4", "post", f)
        for f in ["admission", "legal_dispute", "financial_guidance", "personnel_case", "safety_recall"]
    ),
    *(("R3", "post", f) for f in ["health_claim", "safety_claim", "environment_claim", "price", "contest_terms"]),
    *(("R3", "post", f) for f in ["named_third_party", "minors", "paid_endorsement", "ai_image_of_people", "politics"]),
    ("R3", "post", "employee_data"),
    *(("R2", "post", f) for f in ["campaign_new", "product_launch", "competitor_comparison", "first_in_format"]),
    *(("R2", "post", f) for f in ["first_in_channel", "first_in_language"]),
    *(("R1", kind, "") for kind in ["post", "expert_blog", "event", "job_post", "reply", "reshare"]),
    ("R1", "post", "established_topic"),
    ("R1", "reply", "approved_source"),
    ("R1", "reshare", "established_topic"),
    ("R0", "reply", "established_topic"),
    ("R0", "reshare", "approved_source"),
]


def item(kind: str, *flags: str) -> Item:
    return Item(kind, frozenset(flag for flag in flags if flag))


@pytest.mark.parametrize(("tier", "kind", "flag"), CASES)
def test_each_line_of_the_table(tier: str, kind: str, flag: str) -> None:
    found = tier_of(item(kind, flag))
    assert found.tier == tier
    assert [rule.tier for rule in found.deciding] == [tier]


def test_every_flag_is_tried_above() -> None:
    assert {flag for _, _, flag in CASES if flag} == set(get_args(Flag))
    assert {kind for _, kind, _ in CASES} == set(get_args(Kind))


def test_the_highest_wins_and_all_are_named() -> None:
    found = tier_of(item("reply", "established_topic", "price", "minors", "safety_recall"))
    assert found.tier == "R4"
    assert [rule.id for rule in found.spoke] == ["recall", "terms", "minors", "light"]
    assert [rule.id for rule in found.deciding] == ["recall"]
    assert found.sentences[0] == "R4: this item concerns a safety recall."
    assert found.cap == "Q0"


@given(st.sampled_from(get_args(Kind)), st.frozensets(st.sampled_from(get_args(Flag))), st.sampled_from(get_args(Flag)))
def test_another_trigger_never_lowers_the_tier(kind: Kind, flags: frozenset[Flag], more: Flag) -> None:
    if more in ("established_topic", "approved_source"):
        return
    before, after = tier_of(Item(kind, flags)), tier_of(Item(kind, flags | {more}))
    assert TIERS.index(after.tier) >= TIERS.index(before.tier)
    assert set(before.spoke) <= set(after.spoke)
    assert after.spoke


def test_ids_and_sentences_are_distinct() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert len({rule.sentence for rule in RULES}) == len(RULES)


def test_without_rules_an_item_is_routine() -> None:
    assert tier_of(item("post"), ()).tier == "R1"


def test_how_far_each_tier_may_be_relaxed() -> None:
    assert dict(CAPS) == {"R0": "Q3", "R1": "Q3", "R2": "Q2", "R3": "Q1", "R4": "Q0"}
    assert [level_for("R3", level) for level in LEVELS] == ["QH", "QT", "Q0", "Q1", "Q1", "Q1"]
    assert [level_for("R4", level) for level in LEVELS] == ["QH", "QT", "Q0", "Q0", "Q0", "Q0"]
    assert [level_for("R0", level) for level in LEVELS] == list(LEVELS)


@pytest.mark.parametrize(("kind", "flag", "said"), [("film", "", "kind is one of"), ("post", "loud", "flag 'loud'")])
def test_unknown_words_are_refused(kind: str, flag: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        item(kind, flag)
