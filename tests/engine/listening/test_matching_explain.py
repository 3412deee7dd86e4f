"""Why a post matches, or why not, in words."""

from __future__ import annotations

import pytest

from fourleaf.engine.listening import QueryError, QuerySpec, explain


def sentence(query: str, text: str, **fields: str) -> str:
    return explain(QuerySpec(1, "q", query), {"text": text, **fields}).sentence


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        (
            '"grill lid" -recall',
            "My brand new grill lid",
            "Matches because «grill lid» stands at 13-22 and NOT recall found nothing.",
        ),
        (
            '"grill lid" -recall',
            "grill lid recall",
            "Does not match because NOT recall does not hold: «recall» stands at 10-16.",
        ),
        ("a b", "a", "Does not match because «b» found nothing."),
        ("a OR b", "c", "Does not match because «a» found nothing and «b» found nothing."),
        ("a OR b", "b", "Matches because «b» stands at 0-1."),
        ("a", "a a a a a", "Matches because «a» stands at 0-1, 2-3, 4-5 and 2 more."),
        ("a NEAR/2 b", "a x b", "Matches because a NEAR/2 b stands at 0-1, 4-5."),
        ("a NEAR/2 b", "a x x b", "Does not match because a NEAR/2 b found nothing."),
        ("#deal", "a #Deal!", "Matches because «#deal» stands at 2-7."),
        ("serv*", "servers", "Matches because «serv*» stands at 0-7."),
    ],
)
def test_sentences(query: str, text: str, words: str) -> None:
    assert sentence(query, text) == words


def test_fields_in_sentences() -> None:
    assert sentence("a lang:en", "a", lang="en") == "Matches because «a» stands at 0-1 and the language is en."
    assert sentence("a lang:en,de", "a", lang="fr") == "Does not match because the language is not en or de."
    assert sentence("a -lang:en", "a", lang="fr") == ("Matches because «a» stands at 0-1 and the language is not en.")
    assert sentence("author:bob", "x", author="Bob") == "Matches because the author is bob."
    assert sentence("a source:web", "a") == "Does not match because the source is not web."


def test_the_tree_says_which_part_matched_where() -> None:
    found = explain(QuerySpec(1, "q", "(united OR delta) -recall"), {"text": "Delta and delta"})
    assert found.matched
    assert (found.root.text, found.root.matched) == ("(united OR delta) AND NOT recall", True)
    either, without = found.root.children
    assert (either.text, either.matched, either.spans) == ("united OR delta", True, ((0, 5), (10, 15)))
    assert [(node.text, node.matched) for node in either.children] == [("united", False), ("delta", True)]
    assert (without.text, without.matched) == ("NOT recall", True)
    assert without.children[0].spans == ()


def test_an_unreadable_query_raises_its_error() -> None:
    with pytest.raises(QueryError) as caught:
        explain(QuerySpec(1, "Mine", "a ("), {"text": "a"})
    assert caught.value.query_name == "Mine"


@pytest.mark.parametrize("post", [{}, {"text": None}, {"text": "half a pair \ud83d here"}])
def test_odd_posts_are_explained_too(post: dict[str, object]) -> None:
    assert explain(QuerySpec(1, "q", "here"), post).matched == ("here" in str(post.get("text")))
