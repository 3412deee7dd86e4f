"""The rule "in force": first and last day, scope and its exceptions, languages, newer versions. No database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.engine.policies.force import Question, Scope, Standing, reasons_against, select

DAY = date(2026, 3, 1)


def standing(version: int = 1, major: int = 1, **fields: object) -> Standing:
    values: dict[str, object] = {
        "policy": 1,
        "version": version,
        "number": (major, 0, 0),
        "state": "in_force",
        "scope": Scope(),
        "effective_on": DAY,
        "ended_on": None,
        "languages": ("en", "de"),
    }
    return Standing(**{**values, **fields})  # type: ignore[arg-type]  # values by name


def test_the_first_day_counts_and_the_end_does_not() -> None:
    one = standing(ended_on=DAY + timedelta(days=10), state="superseded")
    assert reasons_against(one, Question(), DAY - timedelta(days=1)) == ["early"]
    assert reasons_against(one, Question(), DAY) == []
    assert reasons_against(one, Question(), DAY + timedelta(days=9)) == []
    assert reasons_against(one, Question(), DAY + timedelta(days=10)) == ["ended"]


@pytest.mark.parametrize("state", ["draft", "legal_review", "consultation", "approved"])
def test_what_is_not_decided_is_never_in_force(state: str) -> None:
    assert reasons_against(standing(state=state), Question(), DAY) == ["state"]


def test_a_scheduled_version_is_in_force_from_its_day_even_if_nobody_noted_it() -> None:
    assert reasons_against(standing(state="scheduled"), Question(), DAY) == []


def test_an_exception_takes_a_channel_out_of_a_scope_of_all() -> None:
    one = standing(scope=Scope(except_channels=frozenset({"H8"})))
    assert reasons_against(one, Question(channel="H8"), DAY) == ["channel"]
    assert reasons_against(one, Question(channel="H1"), DAY) == []


def test_the_readers_language_must_exist() -> None:
    assert reasons_against(standing(), Question(language="es"), DAY) == ["language"]


def test_a_newer_version_takes_over_only_where_it_covers() -> None:
    old = standing(1, 1)
    new = standing(2, 2, scope=Scope(regions=frozenset({7})), effective_on=DAY + timedelta(days=5))
    on = DAY + timedelta(days=5)
    assert [one.version for one in select([new, old], Question(region=7), on)] == [2]
    assert [one.version for one in select([new, old], Question(region=8), on)] == [1]
    # Without a region the answer is both: each is in force somewhere.
    assert [one.version for one in select([new, old], Question(), on)] == [2, 1]
    assert [one.version for one in select([new, old], Question(region=7), on - timedelta(days=1))] == [1]


def test_a_missing_translation_does_not_bring_the_old_version_back() -> None:
    old = standing(1, 1, languages=("en", "es"))
    new = standing(2, 2, languages=("en",))
    assert select([old, new], Question(language="es"), DAY) == []


scopes = st.builds(
    Scope,
    channels=st.frozensets(st.sampled_from(["H1", "H2", "H8"]), max_size=2),
    except_channels=st.frozensets(st.sampled_from(["H3", "H8"]), max_size=1),
    regions=st.frozensets(st.integers(1, 3), max_size=2),
)


@given(
    st.lists(st.tuples(scopes, st.integers(0, 9), st.one_of(st.none(), st.integers(1, 9))), max_size=5),
    st.integers(0, 12),
)
def test_a_complete_question_has_one_answer_at_most(made: list[tuple[Scope, int, int | None]], offset: int) -> None:
    rows = [
        standing(
            place,
            place,
            scope=scope,
            effective_on=DAY + timedelta(days=begins),
            ended_on=None if lasts is None else DAY + timedelta(days=begins + lasts),
        )
        for place, (scope, begins, lasts) in enumerate(made, 1)
    ]
    question = Question("H1", 1, frozenset({1}), frozenset({"department:A"}), "en")
    chosen = select(rows, question, DAY + timedelta(days=offset))
    assert len(chosen) <= 1
    able = [one for one in rows if not reasons_against(one, question, DAY + timedelta(days=offset))]
    assert bool(chosen) == bool(able)


@given(scopes, scopes)
def test_a_scope_that_includes_another_covers_all_that_it_covers(outer: Scope, inner: Scope) -> None:
    if outer.includes(inner):
        for channel in ("H1", "H2", "H3", "H8", "I1"):
            for region in (1, 2, 3, 4):
                question = Question(channel, region)
                if not reasons_against(standing(scope=inner), question, DAY):
                    assert reasons_against(standing(scope=outer), question, DAY) == []
