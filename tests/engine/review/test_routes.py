"""Routes: who may approve, what is missing, what an edit opens again, and which routes cannot work."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.review.routes import (
    BELTS,
    AllOf,
    AnyOf,
    Approval,
    Delegation,
    Facts,
    Person,
    RegionalRule,
    Step,
    candidates,
    content_hash,
    finished,
    lint,
    missing,
    reopened,
    route,
    steps,
)
from fourleaf.engine.review.tiers import Item

DAY = date(2026, 3, 2)
CONTENT = {"text": "Spring is here.", "image": "a.png", "channel": "page"}


def person(name: str, department: str = "MKT", **more: object) -> Person:
    return Person(name, department, more.pop("belt", "blue"), **more)


FACTS = Facts(
    {
        one.id: one
        for one in [
            person("ann"),
            person("bob", "LEG"),
            person("cy", "LEG"),
            person("dee", "COM", deputies=("eve",)),
            person("eve", "COM"),
            person("fay", "SVC", belt="green"),
        ]
    }
)
BRAND = Step("brand", "Brand approver", ("ann", "bob", "fay"), belt="blue")
LEGAL = Step("legal", "Legal", ("bob", "cy"), fields=frozenset({"text"}))
IMAGE = Step("image", "Image rights", ("dee", "cy"), fields=frozenset({"image"}))


def approval(step: Step, by: str, day: date = DAY, content: dict[str, object] = CONTENT, **more: str) -> Approval:
    at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=int(more.pop("hour", "9")))
    return Approval(step.id, by, at, content_hash(content, step.fields), **more)


def still(need, approvals, author: str = "zoe", facts: Facts = FACTS, content=CONTENT, day: date = DAY):
    return missing(need, approvals, facts, author=author, content=content, day=day)


def names(step: Step, author: str = "zoe", facts: Facts = FACTS, day: date = DAY) -> list[str]:
    return [candidate.person for candidate in candidates(step, facts, day, author)]


def with_person(name: str, **changes: object) -> Facts:
    return replace(FACTS, people={**FACTS.people, name: replace(FACTS.people[name], **changes)})


# Who may --------------------------------------------------------------------------------------------------------------


def test_belts_decide() -> None:
    assert names(BRAND) == ["ann", "bob"]
    assert names(replace(BRAND, belt="green")) == ["ann", "bob", "fay"]
    assert names(replace(BRAND, belt="black")) == []
    assert BELTS[0] == "none"


def test_a_belt_ends() -> None:
    facts = with_person("ann", belt_until=DAY)
    assert names(BRAND, facts=facts) == ["ann", "bob"]
    assert names(BRAND, facts=facts, day=DAY + timedelta(days=1)) == ["bob"]
    assert names(replace(BRAND, belt="none"), facts=facts, day=DAY + timedelta(days=1)) == ["ann", "bob", "fay"]


def test_nobody_approves_their_own() -> None:
    assert names(BRAND, author="ann") == ["bob"]
    handed = replace(FACTS, delegations=(Delegation("ann", "eve", DAY, DAY), Delegation("bob", "ann", DAY, DAY)))
    assert names(BRAND, author="ann", facts=handed) == ["bob"]


def test_deputies_act_while_a_member_is_absent() -> None:
    assert names(IMAGE) == ["dee", "cy"]
    away = with_person("dee", absent=((DAY, DAY + timedelta(days=2)),))
    for days, acting in [(-1, "dee"), (0, "eve"), (2, "eve"), (3, "dee")]:
        assert names(IMAGE, facts=away, day=DAY + timedelta(days=days)) == [acting, "cy"]
    both = replace(away, people={**away.people, "eve": replace(away.people["eve"], absent=((DAY, DAY),))})
    assert names(IMAGE, facts=both) == ["cy"]
    assert names(IMAGE, author="eve", facts=away) == ["cy"]
    found = candidates(IMAGE, away, DAY, "zoe")[0]
    assert (found.person, found.seat, found.because) == ("eve", "dee", "deputy")


def test_a_delegation_has_an_end() -> None:
    handed = replace(FACTS, delegations=(Delegation("bob", "eve", DAY, DAY + timedelta(days=1)),))
    for days, people in [(-1, ["bob", "cy"]), (0, ["bob", "eve", "cy"]), (1, ["bob", "eve", "cy"]), (2, ["bob", "cy"])]:
        assert names(LEGAL, facts=handed, day=DAY + timedelta(days=days)) == people
    assert candidates(LEGAL, handed, DAY, "zoe")[1].because == "delegate"
    with pytest.raises(ValueError, match="ends before it begins"):
        Delegation("bob", "eve", DAY, DAY - timedelta(days=1))


def test_a_delegate_needs_the_belt_and_must_be_known() -> None:
    handed = replace(FACTS, delegations=(Delegation("ann", "fay", DAY, DAY), Delegation("ann", "gus", DAY, DAY)))
    assert names(BRAND, facts=handed) == ["ann", "bob"]
    assert names(Step("x", "X", ("gus", "ann"))) == ["ann"]


# What is missing ------------------------------------------------------------------------------------------------------


def test_any_of_a_group() -> None:
    [open_one] = still(BRAND, [])
    assert (open_one.step, open_one.lacking, open_one.stuck) == (BRAND, 1, False)
    assert open_one.sentence == "Brand approver: 1 more approval is needed, from ann, bob."
    assert still(BRAND, [approval(BRAND, "bob")]) == ()


def test_all_of_and_choices() -> None:
    both = AllOf((BRAND, LEGAL))
    assert [one.step.id for one in still(both, [])] == ["brand", "legal"]
    assert [one.step.id for one in still(both, [approval(LEGAL, "cy")])] == ["brand"]
    either = AnyOf((AllOf((LEGAL, IMAGE)), BRAND))
    assert [one.step.id for one in still(either, [approval(LEGAL, "cy")])] == ["image", "brand"]
    assert still(either, [approval(BRAND, "ann")]) == ()
    assert still(either, [approval(LEGAL, "cy"), approval(IMAGE, "cy")]) == ()
    assert still(AllOf(), []) == ()
    with pytest.raises(ValueError, match="at least one part"):
        AnyOf(())
    assert [step.id for step in steps(AllOf((either, BRAND)))] == ["legal", "image", "brand", "brand"]
    assert len(still(AllOf((BRAND, BRAND)), [])) == 1


def test_what_does_not_count() -> None:
    for wrong in [
        approval(BRAND, "fay"),
        approval(BRAND, "eve"),
        approval(LEGAL, "bob"),
        approval(BRAND, "bob", verdict="returned"),
        approval(BRAND, "bob", content={**CONTENT, "text": "Summer is here."}),
    ]:
        assert len(still(BRAND, [wrong])) == 1
    assert len(still(BRAND, [approval(BRAND, "bob")], author="bob")) == 1


def test_the_latest_verdict_of_a_person_counts() -> None:
    yes, no = approval(BRAND, "bob", hour="9"), approval(BRAND, "bob", hour="10", verdict="returned")
    assert len(still(BRAND, [no, yes])) == 1
    assert still(BRAND, [approval(BRAND, "bob", hour="11"), no, yes]) == ()


def test_an_approval_keeps_the_right_of_its_day() -> None:
    facts = with_person("ann", belt_until=DAY)
    later = DAY + timedelta(days=9)
    assert still(BRAND, [approval(BRAND, "ann")], facts=facts, day=later) == ()
    assert finished(BRAND, [approval(BRAND, "ann")], facts, author="zoe", content=CONTENT)
    assert len(still(BRAND, [approval(BRAND, "ann", later)], facts=facts, day=later)) == 1
    assert not finished(BRAND, [], facts, author="zoe", content=CONTENT)


def test_quorum() -> None:
    two = Step("crisis", "Crisis pool", ("ann", "bob", "cy"), m=2, distinct_departments=True)
    [open_one] = still(two, [approval(two, "bob")])
    assert (open_one.lacking, [c.person for c in open_one.candidates]) == (1, ["ann"])
    assert len(still(two, [approval(two, "bob"), approval(two, "cy")])) == 1
    assert still(two, [approval(two, "bob"), approval(two, "cy"), approval(two, "ann")]) == ()
    any_two = Step("crisis", "Crisis pool", ("ann", "bob", "cy"), m=2)
    assert still(any_two, [approval(two, "bob"), approval(two, "cy")]) == ()
    assert still(two, [])[0].sentence == "Crisis pool: 2 more approvals are needed, from ann, bob, cy."


def test_a_member_and_their_delegate_fill_one_place() -> None:
    two = Step("two", "Two of them", ("bob", "cy"), m=2)
    handed = replace(FACTS, delegations=(Delegation("bob", "eve", DAY, DAY),))
    given_twice = [approval(two, "bob"), approval(two, "eve")]
    [open_one] = still(two, given_twice, facts=handed)
    assert (open_one.lacking, [c.person for c in open_one.candidates]) == (1, ["cy"])


def test_places_are_shared_out_so_that_most_approvals_count() -> None:
    """eve may act for bob and for cy; bob only for himself, so eve takes cy's place."""
    two = Step("two", "Two of them", ("bob", "cy"), m=2)
    handed = replace(FACTS, delegations=(Delegation("bob", "eve", DAY, DAY), Delegation("cy", "eve", DAY, DAY)))
    assert still(two, [approval(two, "eve"), approval(two, "bob")], facts=handed) == ()
    [open_one] = still(two, [approval(two, "eve")], facts=handed)
    assert [c.person for c in open_one.candidates] == ["bob", "cy"]


def test_when_nobody_is_left() -> None:
    [open_one] = still(Step("x", "Sole approver", ("zoe", "ann")), [], author="ann")
    assert open_one.stuck
    assert "too few people may give them today" in open_one.sentence
    two = Step("two", "Two", ("bob", "cy"), m=2, distinct_departments=True)
    assert still(two, [])[0].stuck
    assert not still(replace(two, distinct_departments=False), [])[0].stuck


@given(
    st.integers(1, 4),
    st.booleans(),
    st.sets(st.sampled_from(["ann", "bob", "cy", "dee", "eve", "fay"])),
    st.lists(
        st.tuples(st.sampled_from(["ann", "bob", "cy", "dee"]), st.sampled_from(["eve", "fay", "ann", "bob"])),
        max_size=4,
    ),
    st.sampled_from(["zoe", "ann", "eve"]),
)
def test_a_quorum_against_trying_everything(
    m: int, distinct: bool, approvers: set[str], handed: list[tuple[str, str]], author: str
) -> None:
    step = Step("q", "Quorum", ("ann", "bob", "cy", "dee"), m=m, distinct_departments=distinct)
    facts = replace(FACTS, delegations=tuple(Delegation(giver, to, DAY, DAY) for giver, to in handed))
    found = still(step, [approval(step, name) for name in sorted(approvers)], author=author, facts=facts)
    able = [(c.person, c.seat) for c in candidates(step, facts, DAY, author) if c.person in approvers]
    best = 0
    for size in range(1, min(m, 4) + 1):
        for chosen in itertools.combinations(able, size):
            people, seats = {p for p, _ in chosen}, {s for _, s in chosen}
            departments = {FACTS.people[p].department for p in people}
            if len(people) == len(seats) == size and (not distinct or len(departments) == size):
                best = size
    assert (best >= m) == (found == ())
    if found:
        assert found[0].lacking == m - best
        assert author not in {c.person for c in found[0].candidates}


# Content --------------------------------------------------------------------------------------------------------------


def test_an_edit_opens_the_steps_it_concerns() -> None:
    need = AllOf((BRAND, LEGAL, IMAGE))
    given = [approval(BRAND, "ann"), approval(LEGAL, "bob"), approval(IMAGE, "dee")]
    assert still(need, given) == ()
    edited = {**CONTENT, "image": "b.png"}
    assert [step.id for step in reopened(need, CONTENT, edited)] == ["brand", "image"]
    assert [one.step.id for one in still(need, given, content=edited)] == ["brand", "image"]
    assert [step.id for step in reopened(need, CONTENT, {**CONTENT, "channel": "feed"})] == ["brand"]
    assert reopened(need, CONTENT, dict(reversed(CONTENT.items()))) == ()
    assert still(need, given, content={**edited, "image": "a.png"}) == ()


def test_content_hash() -> None:
    assert content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    assert content_hash({"a": 1, "b": 2}, frozenset({"a"})) == content_hash({"a": 1})
    assert content_hash({"a": None}) != content_hash({})
    assert content_hash({"a": "é"}) != content_hash({"a": "e"})
    assert len(content_hash({})) == 64
    with pytest.raises(ValueError, match=r"."):
        content_hash({"a": float("nan")})


# Routes ---------------------------------------------------------------------------------------------------------------


def test_tier_and_region_together() -> None:
    by_tier = {"R1": BRAND, "R3": AllOf((BRAND, LEGAL)), "R0": AllOf()}
    rules = [
        RegionalRule("de-images", "DE", "images need rights", IMAGE, frozenset({"minors"})),
        RegionalRule("de-legal", "DE", "legal sees everything", LEGAL),
        RegionalRule("uk", "UK", "brand sees everything", BRAND),
    ]
    assert route(Item(region="FR"), by_tier, rules) == BRAND
    assert route(Item(region="UK"), by_tier, rules) == BRAND
    assert route(Item(region="DE"), by_tier, rules) == AllOf((BRAND, LEGAL))
    found = route(Item(region="DE", flags=frozenset({"minors"})), by_tier, rules)
    assert found == AllOf((AllOf((BRAND, LEGAL)), IMAGE, LEGAL))
    assert [one.step.id for one in still(found, [])] == ["brand", "legal", "image"]
    with pytest.raises(ValueError, match="no route for tier R2"):
        route(Item(flags=frozenset({"product_launch"})), by_tier)


def test_a_step_without_approvals_is_refused() -> None:
    with pytest.raises(ValueError, match="asks for 0 approvals"):
        Step("zero", "Zero", ("ann", "bob"), m=0)


def test_lint() -> None:
    assert lint(AllOf((BRAND, LEGAL, BRAND))) == ()
    problems = lint(
        AllOf(
            (
                Step("one", "One", ("ann",)),
                Step("twice", "Twice", ("ann", "ann")),
                Step("none", "None", ()),
                Step("many", "Many", ("ann", "bob"), m=3),
                Step("all", "All", ("ann", "bob"), m=2),
            )
        )
    )
    assert [(p.step, p.severity) for p in problems] == [
        ("one", "error"),
        ("twice", "error"),
        ("none", "error"),
        ("many", "error"),
        ("all", "warning"),
    ]
    assert "has one approver" in problems[0].sentence
    assert "asks for 3 of 2 people" in problems[3].sentence
    assert "needs all its 2 people" in problems[4].sentence
