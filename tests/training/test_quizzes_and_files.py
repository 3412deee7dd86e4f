"""Drawing and marking by key, reading time, practical work, curriculum files, waves: the pure parts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf import training
from fourleaf.engine.training.curriculum_file import (
    FileFaultsError,
    ModuleText,
    read_curriculum,
    read_questions,
    write_curriculum,
    write_questions,
)
from fourleaf.engine.training.practice import Piece, progress, triage_passes
from fourleaf.engine.training.quiz import (
    Option,
    Question,
    draw,
    drawn_from,
    mark,
    next_try_at,
    option_codes,
    passes,
    right_needed,
    solutions_after,
)
from fourleaf.engine.training.reading import minutes_said, seconds_to_read, too_long, words_in
from fourleaf.engine.training.rollout import (
    Candidate,
    GateFacts,
    band,
    density,
    first_group,
    first_group_faults,
    gate_missing,
    neighbours,
    ranked,
)


def question(id: str, kind: str = "one", right: str = "a") -> Question:
    options = tuple(Option(one, f"Answer {one} of {id}", kind != "order" and one in right) for one in "abcd")
    return Question(id, kind, f"What about {id}?", options, "Because.")  # type: ignore[arg-type]  # kinds of the test


BANK = {f"m{number}": [question(f"q{place}", "many", "ab") for place in range(5)] for number in range(6)}


def test_the_key_decides_everything_and_every_module_is_asked() -> None:
    one, again, other = (draw(BANK, key=key, each=2) for key in ("k1", "k1", "k2"))
    assert [d.data() for d in one] == [d.data() for d in again]
    assert [d.id for d in one] != [d.id for d in other]
    assert sorted(d.module for d in one) == sorted([*BANK, *BANK])
    assert [drawn_from(d.data()) for d in one] == one


def test_an_order_question_is_never_shown_solved() -> None:
    for key in range(60):
        drawn = draw({"m": [question("q", "order")]}, key=str(key), each=1)[0]
        assert list(drawn.order) != list("abcd")
        assert sorted(drawn.order) == list("abcd")


def test_marking_wants_exactly_the_right_answers() -> None:
    drawn = draw({"m": [question("one"), question("many", "many", "ac"), question("order", "order")]}, key="k", each=3)
    right = {"m:one": ["a"], "m:many": ["c", "a"], "m:order": list("abcd")}
    assert mark(drawn, right).passed
    for asked, wrong in (("m:one", []), ("m:many", ["a"]), ("m:many", ["a", "c", "b"]), ("m:order", list("abdc"))):
        assert asked not in mark(drawn, {**right, asked: wrong}).right_ids
    assert mark(drawn, {}).right == 0


@given(st.integers(0, 200), st.integers(0, 200))
def test_eighty_per_cent_passes_and_less_does_not(right: int, total: int) -> None:
    assert passes(right, total) == (total > 0 and 5 * right >= 4 * total)
    assert right_needed(15) == 12


def test_after_three_failures_there_is_a_day_of_pause() -> None:
    noon = datetime(2026, 6, 15, 12, tzinfo=UTC)
    assert next_try_at([noon, noon]) is None
    assert next_try_at([noon, noon - timedelta(hours=1), noon]) == noon + timedelta(hours=24)
    assert next_try_at([noon] * 4) is None


def test_reading_time_counts_words_and_pictures_not_addresses() -> None:
    assert words_in("A [link of words](https://example.org/a/b/c) here.") == 5
    assert seconds_to_read("") == 0
    assert seconds_to_read("word " * 238) == 60
    assert seconds_to_read("word " * 238 + "![a picture](image:x.png)") == 72
    assert too_long("word " * 1190) == ""
    assert "at most five" in too_long("word " * 1300)


@given(st.lists(st.integers(0, 300), max_size=8))
def test_minutes_of_several_texts_are_the_sum_of_those_said_of_each(seconds: list[int]) -> None:
    said = [int(minutes_said(one).split()[0]) for one in seconds]
    assert minutes_said(*seconds).split()[0] == str(sum(said))
    assert all(60 * (minutes - 1) < one <= 60 * minutes for minutes, one in zip(said, seconds, strict=True) if one)


def test_solutions_come_after_a_pass_or_when_a_pause_begins() -> None:
    assert [solutions_after("failed", number) for number in range(1, 7)] == [False, False, True] * 2
    assert solutions_after("passed", 1)
    assert not solutions_after("running", 3)


def test_practical_work_is_enough_only_as_the_ladder_says() -> None:
    key = {f"s{n}": "care" for n in range(5)}
    assert triage_passes({**key, "s0": "press"}, key)
    assert not triage_passes({**key, "s0": "press", "s1": "press"}, key)
    plays = [Piece("role_play", True)] * 3
    clean = [Piece("reply", True)] * 9
    green = progress("green", [*plays, *clean, Piece("reply", True, "major")])
    assert all(one.enough for one in green)
    assert not progress("green", [*plays, *clean, Piece("reply", False, "critical")])[1].enough
    assert not progress("green", [*plays, *[Piece("reply", True, "major")] * 2, *clean[:8]])[1].enough
    # Replies that nobody accepted are none; ten clean ones after a bad beginning are what counts.
    refused = progress("green", [*plays, *clean, *[Piece("reply", False, "minor")] * 9])[1]
    assert (refused.done, refused.enough) == (9, False)
    assert progress("green", [*plays, *clean, Piece("reply", False, "minor"), Piece("reply", True)])[1].enough
    assert progress("green", [Piece("reply", False, "critical"), *clean, Piece("reply", True)])[1].enough
    drills = [Piece("drill", True), Piece("drill", True)]
    assert not progress("black", drills)[0].enough
    assert progress("black", [*drills, Piece("drill", True, out_of_hours=True)])[0].enough
    assert not progress("blue", [Piece("project", True)], clean_items=26)[1].enough


LINE = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=30)
MARKS = st.sampled_from(
    ["=== module x", "=== module", "--- questions", "    --- questions ", "\\\\--- questions", "  two spaces  ", " ",
     "", "\\=== module y", "> q", "? one", "    code", "a\ttab "]
)  # fmt: skip
BODY = st.lists(st.one_of(LINE, MARKS), min_size=1, max_size=6).map(lambda lines: "\n".join(["start", *lines, "end"]))
QUESTIONS = st.lists(
    st.builds(
        lambda number, kind, texts, why: Question(
            f"q{number}", kind,
            f"Is it {texts[0]}?",
            tuple(Option(str(n), f"{n} {t}", kind != "order" and n == 0) for n, t in enumerate(texts[1:])),
            f"Since {why}",
        ),
        st.integers(0, 99), st.sampled_from(["one", "many", "order"]), st.lists(LINE, min_size=3, max_size=5), LINE,
    ),
    max_size=3, unique_by=lambda q: q.id,
)  # fmt: skip


@settings(max_examples=60)
@given(BODY, QUESTIONS)
def test_a_curriculum_comes_back_from_its_file_without_loss(body: str, questions: list[Question]) -> None:
    module = ModuleText("m-1", "A title", "white", 3, "lesson", "", "In a sentence", body, tuple(questions))
    assert read_curriculum(write_curriculum([module])) == [module]
    assert read_questions(write_questions(questions)) == questions


def test_every_fault_names_its_line_and_field() -> None:
    text = (
        "=== module ok\ntitle: Fine\nbelt: white\n\nText.\n\n--- questions\n\n? one q1: Which?\n[x] a: This\n"
        "[x] b: That\n> Why.\n\n=== module Bad_Code\nbelt: purple\nplace: zero\ncolour: red\n\n"
    )
    with pytest.raises(FileFaultsError) as found:
        read_curriculum(text, "white.md")
    said = [str(fault) for fault in found.value.faults]
    assert any(one.startswith("white.md, line 9, question q1: Exactly one answer must be right; 2") for one in said)
    assert any("line 15, belt" in one for one in said)
    assert any("line 16, place" in one for one in said)
    assert any("line 17" in one and "colour" in one for one in said)
    assert any("line 14, title" in one for one in said)
    assert any("line 14, code" in one for one in said)


def test_a_module_that_was_only_begun_can_be_taken_along() -> None:
    begun = ModuleText("m-1", "A title", "white")
    assert read_curriculum(write_curriculum([begun])) == [begun]


def test_a_first_group_is_tied_and_spans_departments() -> None:
    # Two tight teams of one department each, joined by a group of three departments around person 1.
    ties = [(a, b) for a in range(1, 8) for b in range(a + 1, 8)] + [(1, 20), (20, 21), (21, 22)]
    department = {**dict.fromkeys(range(1, 4), 1), **dict.fromkeys(range(4, 6), 2), **dict.fromkeys(range(6, 30), 3)}
    near = neighbours(ties)
    group = first_group(department, department, near, size=7)
    assert first_group_faults(group, department, near) == []
    assert density(group, near) == 1.0
    assert len(first_group_faults([1, 20], department, near)) == 2
    assert first_group([1, 2, 3], department, near) == []


def test_the_next_wave_is_ranked_and_its_gate_says_what_is_missing() -> None:
    order = ranked([Candidate(1, 0), Candidate(2, 3, 4), Candidate(3, 3, 5), Candidate(4, 9, 5, opted_out=True)])
    assert [one.person for one in order] == [3, 2, 1]
    assert gate_missing(GateFacts(10, 8, 8, 5, 0)) == []
    missing = gate_missing(GateFacts(10, 7, 8, 4, 1))
    assert len(missing) == 3
    assert missing[0] == "7 of 10 have finished; the gate asks for 80%."
    assert [band(done, 6) for done in range(7)] == [*[(0, 2)] * 3, *[(3, 4)] * 2, *[(5, 6)] * 2]
    for size in range(5, 40):
        # Nobody's own: none is never told from one, nor all from all but one.
        assert band(0, size) == band(1, size)
        assert band(size, size) == band(size - 1, size)


STARTERS = Path(training.__file__).parent / "curricula"
STRATEGIES: dict[str, Callable[[list[str]], str]] = {
    "the letter a": lambda values: "a",
    "the smallest value": min,
    "the largest value": max,
    "the first shown": lambda values: values[0],
    "the last shown": lambda values: values[-1],
}


@pytest.mark.parametrize("belt", ["white", "yellow", "orange"])
def test_right_answers_are_spread_over_the_places_of_the_file(belt: str) -> None:
    asked = [q for m in read_curriculum((STARTERS / f"{belt}.md").read_text("utf-8"), belt) for q in m.questions]
    singles = [[option.right for option in q.options].index(True) for q in asked if q.kind == "one"]
    for place in range(3):
        assert 0.1 < singles.count(place) / len(singles) < 0.6, (belt, place)
    truths = [q.options[0].right for q in asked if q.kind == "true_false"]
    assert 0.3 < sum(truths) / len(truths) < 0.7, belt
    first_ones = [q for q in asked if q.kind == "many" and q.options[0].right and not q.options[-1].right]
    assert len(first_ones) <= sum(q.kind == "many" for q in asked) / 2


@given(st.binary(min_size=8, max_size=32), st.binary(min_size=8, max_size=32))
def test_values_differ_between_tries_and_say_nothing_of_the_author_s_letters(one: bytes, other: bytes) -> None:
    drawn = draw(BANK, key="k", each=1)[0]
    codes = option_codes(drawn, one)
    assert option_codes(drawn, one) == codes
    assert len(set(codes.values())) == 4
    assert not set(codes.values()) & set(codes)
    assert (option_codes(drawn, other) == codes) == (one.ljust(64, b"\0") == other.ljust(64, b"\0"))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_fixed_way_of_sending_values_passes_no_more_often_than_guessing(strategy: str) -> None:
    bank = {f"m{n}": [question(f"q{place}") for place in range(5)] for n in range(6)}
    right = passed = 0
    for number in range(300):
        drawn = draw(bank, key=f"try {number}", each=2)
        answers = {}
        for one in drawn:
            codes = option_codes(one, f"key {number}".encode())
            sent = STRATEGIES[strategy]([codes[option.id] for option in one.options])
            answers[one.id] = [option for option, code in codes.items() if code == sent]
        marked = mark(drawn, answers)
        right, passed = right + marked.right, passed + marked.passed
    # 3,600 answers with four options each: 900 by guessing with a standard deviation of 26.
    assert right < 900 + 5 * 26
    assert passed == 0
