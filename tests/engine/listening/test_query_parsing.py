"""What a query text means, and how it is said back."""

from __future__ import annotations

import pytest

from fourleaf.engine.listening import describe, parse_query
from fourleaf.engine.listening.query import And, Field, Near, Not, Or, Term, canonical


def word(text: str) -> Term:
    return Term("word", text)


A, B, C, D = map(word, "abcd")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a b AND c", And((A, B, C))),
        ("a OR b OR c", Or((A, B, C))),
        ("a OR (b OR c)", Or((A, B, C))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("a -b", And((A, Not(B)))),
        ('a -"b c"', And((A, Not(Term("phrase", "b c"))))),
        ("a -(b OR c)", And((A, Not(Or((B, C)))))),
        ("a -#b -@c", And((A, Not(Term("tag", "b")), Not(Term("handle", "c"))))),
        ("NOT NOT a", Not(Not(A))),
        ("a NOT b NEAR/3 c", And((A, Not(Near((B,), (C,), 3))))),
        ("(a OR b) NEAR/2 c d", And((Near((A, B), (C,), 2), D))),
        ("wi-fi", word("wi-fi")),
        ("((a))", A),
        ("（a OR b）c", And((Or((A, B)), C))),
        ("customer*", Term("word", "customer", wildcard=True)),
        ('"customer serv*"', Term("phrase", "customer serv", wildcard=True)),
        ("#deal*", Term("tag", "deal", wildcard=True)),
        ("@unit*", Term("handle", "unit", wildcard=True)),
        ("苹果*", Term("word", "苹果", wildcard=True)),
        ("삼성*", Term("word", "삼성", wildcard=True)),
        ("@name@example.social", Term("handle", "name@example.social")),
        ("lang:en a", And((Field("lang", ("en",)), A))),
        ("Lang:EN,de,en a", And((Field("lang", ("en", "de")), A))),
        ("author:@Bob", Field("author", ("bob",))),
        ('author:"Bob Smith"', Field("author", ("bob smith",))),
        ("source:microblog a", And((Field("source", ("microblog",)), A))),
        ("10:30", word("10:30")),
        ("https://example.org/a", word("https://example.org/a")),
        ("and", word("and")),
        ("And", word("And")),
        ("ANDROID", word("ANDROID")),
        ("❤️", word("❤️")),
        ("a\n\tb", And((A, B))),
    ],
)
def test_a_text_reads_as_its_tree(text: str, tree: object) -> None:
    assert parse_query(text).root == tree


@pytest.mark.parametrize("opening", '"“”„‟«»＂〝〞')
@pytest.mark.parametrize("closing", ['"', "”", "“", "»"])
def test_typographic_quotes_are_quotes(opening: str, closing: str) -> None:
    assert parse_query(f"{opening}customer   service{closing}").root == Term("phrase", "customer service")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("a  b", "a AND b"),
        ("a -b", "a AND NOT b"),
        ("((a OR b)) c", "(a OR b) AND c"),
        ("a OR b c", "a OR (b AND c)"),
        ("c -(a b)", "c AND NOT (a AND b)"),
        ("“customer  care”", '"customer care"'),
        ("(a OR b) NEAR/2 “c day*”", '(a OR b) NEAR/2 "c day*"'),
        ("Lang:DE x", "lang:de AND x"),
        ("author:“Bob Smith”", 'author:"bob smith"'),
    ],
)
def test_the_canonical_form(text: str, form: str) -> None:
    query = parse_query(text)
    assert query.canonical() == form
    assert parse_query(form) == query


def test_equality_is_about_meaning_not_place() -> None:
    assert parse_query("a    AND b") == parse_query("(a) b")
    assert parse_query("a b") != parse_query("a OR b")


def test_terms_come_in_reading_order_with_their_places() -> None:
    text = 'united -"old news" #deal NEAR/3 @bob'
    terms = parse_query(text).terms()
    assert [(term.kind, term.text) for term in terms] == [
        ("word", "united"),
        ("phrase", "old news"),
        ("tag", "deal"),
        ("handle", "bob"),
    ]
    assert [text[term.position : term.position + term.length] for term in terms] == [
        "united",
        '"old news"',
        "#deal",
        "@bob",
    ]


def test_a_description_in_plain_words() -> None:
    words = describe(parse_query('grill NEAR/4 "new lid" -recall lang:en (a OR b) serv*'))
    assert words == (
        "Posts in which the word «grill» stands within 4 words of the phrase «new lid» and it is not so that the word "
        "«recall» stands and the language is en and (the word «a» or the word «b» stands) and the word beginning with "
        "«serv» stands."
    )


def test_a_deep_canonical_form_stays_within_the_limits() -> None:
    text = "a"
    for _ in range(20):
        text = f"({text} OR b) c"
    query = parse_query(text)
    assert canonical(query.root) == query.canonical()
    assert parse_query(query.canonical()) == query
