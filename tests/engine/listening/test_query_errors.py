"""What the language refuses, where it points, and what it says; and what it only remarks on."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fourleaf.engine.listening import QueryError, QueryErrors, QuerySpec, compile_queries, parse_query
from fourleaf.engine.listening.query.lexer import MAX_CHARACTERS
from fourleaf.engine.listening.query.parser import MAX_NESTING, MAX_PHRASE_WORDS, MAX_TERMS


def refused(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse_query(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "place", "message", "suggestion"),
    [
        ("", (0, 0), "empty", "at least one word"),
        ("   ", (0, 3), "empty", "at least one word"),
        ('a "b c', (2, 1), "never closed", "second"),
        ("a (b OR c", (2, 1), "never closed", ")"),
        ("(", (0, 1), "never closed", ")"),
        ("a b) c", (3, 1), "closes nothing", "Remove it"),
        (")", (0, 1), "nothing before", "Remove it"),
        ("a ()", (2, 2), "nothing between", "Put a term in"),
        ("a OR", (2, 2), "Nothing follows OR", "Add a term"),
        ("a AND", (2, 3), "Nothing follows AND", "Add a term"),
        ("(a AND) b", (3, 3), "Nothing follows AND", "Add a term"),
        ("a NOT", (2, 3), "Nothing follows NOT", "Add a term"),
        ("a NEAR/3", (2, 6), "Nothing follows NEAR/3", "Add a term"),
        ("OR a", (0, 2), "nothing before it", "Put a term before"),
        ("a AND OR b", (6, 2), "nothing before it", "Put a term before"),
        ("NEAR/2 a", (0, 6), "nothing before it", "between two terms"),
        ("a NEAR b", (2, 4), "number of words", "NEAR/5"),
        ("a NEAR/ b", (2, 5), "number of words", "NEAR/5"),
        ("a NEAR/x b", (2, 6), "number of words", "NEAR/5"),
        ("a NEAR/0 b", (2, 6), "from 1 to 100", "side by side"),
        ("a NEAR/101 b", (2, 8), "from 1 to 100", "AND"),
        ("a NEAR/2 b NEAR/3 c", (11, 6), "two sides", "AND"),
        ("(a b) NEAR/2 c", (0, 5), "only terms", "AND"),
        ("a NEAR/2 lang:en", (9, 7), "only terms", "AND"),
        ("langs:en a", (0, 6), "no field «langs:»", "Did you mean lang:?"),
        ("autor:bob", (0, 6), "no field «autor:»", "Did you mean author:?"),
        ("re:invent", (0, 3), "no field «re:»", '"re:invent"'),
        ("a lang:", (2, 5), "needs a value", "lang:en"),
        ("a lang:english", (2, 12), "not a language code", "lang:de,fr"),
        ("a lang:en,", (2, 8), "missing", "comma"),
        ("author:bo*", (9, 1), "not a star", "commas"),
        ("*", (0, 1), "find everything", "deliver*"),
        ("un*ted", (2, 1), "only at the end", "deliver*"),
        ("*ted", (0, 1), "only at the end", "deliver*"),
        ("ab*", (2, 1), "at least 3", "more of the word"),
        ("果*", (1, 1), "at least 2", "more of the word"),
        ('"great se*"', (9, 1), "at least 3", "more of the word"),
        ('"a * b"', (3, 1), "end of the last word", "NEAR/n"),
        ('"great *"', (7, 1), "stands alone", "after a word"),
        ("❤*", (1, 1), "only letters or digits", "Remove the star"),
        ('""', (0, 2), "nothing between", "Write a word"),
        ("a & b", (2, 1), "no letter, digit or emoji", "Remove it"),
        ("a - b", (2, 1), "stands alone", "-recall"),
        ("#", (0, 1), "needs a tag", "#name"),
        ("a @ b", (2, 1), "needs a handle", "@name"),
        ("#wi-fi", (0, 6), "not one tag", "#wi"),
        ("NOT a", (0, 5), "nearly everything", "must be there"),
        ("-a -b", (0, 5), "nearly everything", "must be there"),
        ("lang:en", (0, 7), "nearly everything", "must be there"),
        ("source:web lang:en", (0, 18), "nearly everything", "must be there"),
        ("a OR NOT b", (0, 10), "nearly everything", "each part of an OR"),
        ("NOT (a b)", (0, 9), "nearly everything", "must be there"),
    ],
)
def test_an_error_says_where_what_and_how_to_mend(
    text: str, place: tuple[int, int], message: str, suggestion: str
) -> None:
    error = refused(text)
    assert (error.position, error.length) == place
    assert message in error.message
    assert suggestion in error.suggestion
    assert error.message.endswith(".")
    assert str(error).startswith(f"Character {place[0] + 1}: ")


@pytest.mark.parametrize("text", ["NOT NOT a", "author:bob", "a OR author:bob", "NOT (NOT a OR lang:en)", "a lang:en"])
def test_a_query_that_needs_a_term_or_an_author_is_taken(text: str) -> None:
    assert parse_query(text).text == text


def test_limits() -> None:
    assert len(parse_query("a " * (MAX_TERMS - 1) + "a").terms()) == MAX_TERMS
    assert refused("a " * (MAX_TERMS + 1)).position == 2 * MAX_TERMS
    assert parse_query("a" * MAX_CHARACTERS).terms()[0].length == MAX_CHARACTERS
    assert refused("a" * (MAX_CHARACTERS + 1)).position == MAX_CHARACTERS
    assert parse_query("(" * MAX_NESTING + "a" + ")" * MAX_NESTING).terms()
    deep = refused("(" * (MAX_NESTING + 1) + "a" + ")" * (MAX_NESTING + 1))
    assert (deep.position, deep.length) == (MAX_NESTING, 1)
    assert "50" in deep.message
    assert refused("a " + "NOT " * (MAX_NESTING + 1) + "b").position == 2 + 4 * MAX_NESTING
    assert refused(f'"{"a " * (MAX_PHRASE_WORDS + 1)}"').position == 0


@pytest.mark.parametrize(
    "text",
    ["(" * 19_999, ")" * 19_999, "-" * 19_999, '"' * 19_999, "a:" * 9_999, "NOT " * 4_999, "a*" * 9_999, "❤" * 19_999],
)
def test_hostile_texts_are_refused(text: str) -> None:
    assert refused(text).message


_ALPHABET = 'ab AORND("“)-*#@:/,NEAR5lang苹ßé❤\u0301\x00\n'


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(_ALPHABET, max_size=60), st.text(max_size=40)))
@example("author:\u0130")
def test_any_text_is_read_or_refused_within_its_bounds(text: str) -> None:
    error = None
    try:
        query = parse_query(text)
    except QueryError as caught:
        error = caught
    if error is not None:
        assert 0 <= error.position <= error.position + error.length <= len(text)
    else:
        assert parse_query(query.canonical()) == query
        for term in query.terms():
            assert 0 <= term.position < term.position + term.length <= len(text)


@pytest.mark.parametrize(
    ("text", "place", "message", "suggestion"),
    [
        ("a and b", (2, 3), "small letters", "AND"),
        ("a Or b", (2, 2), "small letters", "OR"),
        ("a near/5 b", (2, 6), "small letters", "NEAR/5"),
        ("a, b", (1, 1), "joins nothing", "OR"),
        ("a OR b c", (2, 2), "tighter", "Parentheses"),
        ("(a OR b) c OR d", (11, 2), "tighter", "Parentheses"),
    ],
)
def test_a_remark_does_not_stop_a_query(text: str, place: tuple[int, int], message: str, suggestion: str) -> None:
    (warning,) = parse_query(text).warnings
    assert (warning.position, warning.length) == place
    assert message in warning.message
    assert suggestion in warning.suggestion


@pytest.mark.parametrize("text", ["a AND b", "(a b) OR c", "(a OR b) c", '"this and that"', "a b c", "a OR b"])
def test_plain_queries_earn_no_remark(text: str) -> None:
    assert parse_query(text).warnings == ()


def test_all_errors_of_a_set_come_together_with_their_names() -> None:
    specs = [QuerySpec(1, "Own brand", "a ("), QuerySpec(2, "Fine", "a"), QuerySpec(3, "Rival", "NOT a")]
    with pytest.raises(QueryErrors) as caught:
        compile_queries(specs)
    assert [error.query_name for error in caught.value.errors] == ["Own brand", "Rival"]
    assert "Query «Own brand», character 3: This parenthesis is never closed." in str(caught.value)


def test_two_queries_cannot_share_an_id() -> None:
    with pytest.raises(ValueError, match="«One» and «Two»"):
        compile_queries([QuerySpec(1, "One", "a"), QuerySpec(1, "Two", "b")])
