"""Plan files: every mistake in one run, at its line, with a way to mend it; limits; places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fourleaf.engine.alignment import Plan, load_plan, verify
from fourleaf.engine.alignment.loading import Problem, tree
from fourleaf.engine.alignment.plan import Person, Programme, Region

HEAD = "format: 1\nas_of: 2026-01-31\n"

BAD = """\
format: 1
as_of: 2026-13-01
as_off: x
organisation:
  name: X
  size: many
people:
  - id: R01
    role: Chief
    region: DE
  - id: R01
    role: Other
    region: [DE]
    belt: grene
programmes:
  - id: P1
    name: A
    side: extrenal
    channels: H1
    objectives: [O1, O2]
    starts_on: 2026-05-01
    ends_on: 2026-04-01
    content_mix: {promotional: 72 %, dialogue: 1.5}
    launch_at: 2026-05-01T09:00:00
    name: B
  - name: no id
    side: internal
  - just text
regions:
  - {id: DEU, name: Germany, time_zone: Europe/Berlni}
roadmap:
  - id: 1.I1
    hard: [1.I2]
  - id: mine
waivers:
  - {id: W1, rule: A31, object: programmes/P9, reason: r, owner: R01, granted_on: 2026-01-01, until: 2026-12-01}
"""


def problems_of(text: str) -> tuple[Problem, ...]:
    loaded = load_plan(text)
    assert (loaded.plan is None) == bool(loaded.problems)
    return loaded.problems


def only(text: str) -> Problem:
    (problem,) = problems_of(text)
    return problem


def test_every_mistake_is_named_in_one_run() -> None:
    found = {(problem.line, problem.kind) for problem in problems_of(BAD)}
    assert found == {
        (2, "value"),
        (3, "unknown_key"),
        (6, "value"),
        (10, "unknown_reference"),
        (11, "duplicate_id"),
        (13, "structure"),
        (14, "value"),
        (18, "value"),
        (19, "structure"),
        (20, "unknown_reference"),
        (21, "order"),
        (23, "value"),
        (24, "value"),
        (25, "duplicate_key"),
        (26, "missing"),
        (28, "structure"),
        (30, "value"),
        (32, "cycle"),
        (34, "missing"),
        (36, "order"),
        (36, "unknown_reference"),
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (3, "Did you mean as_of?"),
        (10, "Did you mean DEU?"),
        (14, "Did you mean green?"),
        (18, "Did you mean external?"),
        (19, "Write [H1]."),
        (20, "and 1 more references like it, but the file has no section objectives"),
        (21, "starts_on (2026-05-01) lies after ends_on (2026-04-01)"),
        (24, "has no zone"),
        (30, "there is no such time zone"),
        (32, "1.I1 needs 1.I2 needs 1.I1"),
        (34, "title, side, phase"),
        (36, "90 are allowed"),
    ],
)
def test_sentences_say_what_is_wrong_and_how_to_mend_it(line: int, said: str) -> None:
    assert said in " ".join(str(problem) for problem in problems_of(BAD) if problem.line == line)


def test_columns_count_from_one() -> None:
    problem = only(
        HEAD + "people:\n  - {id: R1, role: Chief, region: XX}\nregions: [{id: DE, name: D, time_zone: UTC}]"
    )
    assert (problem.line, problem.column, problem.path) == (4, 35, "people/R1/region")


def test_a_plan_of_two_lines_is_a_plan() -> None:
    plan = load_plan(HEAD).plan
    assert plan is not None
    assert plan.people == ()
    assert not plan.there("people")
    assert not plan.there("voice")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("- a", "must be a mapping"),
        ("a: [1", "not YAML"),
        ("a: &x 1", "anchor &x"),
        ("a: *x", "alias *x"),
        ("a: !!python/name:os.system x", "tag"),
        ("<<: {a: 1}", "Merge keys"),
        ("? [a]\n: 1", "key must be a word"),
        ("a: 1\n---\nb: 1", "second document"),
        ("a: " + "[" * 50 + "]" * 50, "nested too deeply"),
        ("a: \x00", "U+0000"),
        ('{"format": 1,}', "not JSON"),
        ('{"format": 1 "as_of": 2}', "a comma or }"),
        ('{"a": "\\ud800"}', "half a character"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text: str, said: str) -> None:
    (problem,) = problems_of(text)
    assert said in problem.message
    assert problem.line >= 1


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert only("\n".join(lines)).kind == "syntax"


def test_too_many_nodes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_NODES", 10)
    assert only(HEAD + "a: [1, 2, 3, 4, 5, 6, 7, 8]").kind == "limit"


@pytest.mark.parametrize("count", [10_050])
def test_endless_mistakes_are_cut_off_and_counted(count: int) -> None:
    found = load_plan(HEAD + "\n".join(f"k{n}: 1" for n in range(count))).problems
    assert len(found) == 10_001
    assert "50 more problems" in found[-1].message


def test_scalars_are_read_by_the_type_of_their_field() -> None:
    text = HEAD + "regions:\n  - {id: 12, name: 2026-01-01, time_zone: UTC, languages: [no, en]}\n"
    plan = load_plan(text).plan
    assert plan is not None
    assert plan.regions[0].id == "12"
    assert plan.regions[0].name == "2026-01-01"
    assert plan.regions[0].languages == ("no", "en")


def test_days_are_not_guessed_from_numbers() -> None:
    assert only("format: 1\nas_of: 20260131").kind == "value"
    assert only("format: 2\nas_of: 2026-01-31").path == "format"


def test_json_says_the_same_as_yaml() -> None:
    document = {
        "format": 1,
        "as_of": "2026-01-31",
        "regions": [{"id": "DE", "name": "D\U0001f600", "time_zone": "UTC"}],
    }
    for text in (json.dumps(document), json.dumps(document, indent="\t", ensure_ascii=False)):
        plan = load_plan(text).plan
        assert plan is not None
        assert plan.regions[0].name == "D\U0001f600"
    wrong = json.dumps(document | {"people": [{"id": "R1", "role": "x", "region": "DEE"}]}, indent=1)
    problem = only(wrong)
    assert wrong.splitlines()[problem.line - 1][problem.column - 1 :] == '"DEE"'


def test_places_point_at_objects_fields_and_sections() -> None:
    text = HEAD + "regions:\n  - id: DE\n    name: Germany\n    time_zone: UTC\nvoice:\n  live: true\n"
    places = load_plan(text).places
    assert places["regions/DE"] == (4, 5)
    assert places["regions/DE/name"] == (5, 5)
    assert places["regions"] == (3, 1)
    assert places["voice/live"] == (8, 3)
    assert places.nearest("regions/DE/nothing") == (4, 5)
    assert places.nearest("people/R1") is None
    assert {"regions/DE", "regions/DE/time_zone", "voice"} <= set(places)
    assert len(places) == len(list(places))
    with pytest.raises(KeyError):
        places["regions/XX"]


def test_files_that_cannot_be_opened_are_a_problem_not_an_exception(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"format: 1\nas_of: \xfc")
    kinds = [load_plan(path).problems[0] for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "latin.yaml")]
    assert [problem.kind for problem in kinds] == ["unreadable"] * 3
    assert "no file" in kinds[0].message
    assert "directory" in kinds[1].message
    assert (kinds[2].line, kinds[2].column) == (2, 8)


def test_references_to_template_items_need_no_roadmap() -> None:
    text = HEAD + "programmes:\n  - {id: P1, name: A, side: external, counterparts: [2.I3]}\n"
    assert problems_of(text) == ()
    assert "2.I3" in str(only(text.replace("2.I3", "2.I33")).hint)


def test_a_plan_made_in_code_can_be_verified() -> None:
    day = "2026-01-31"
    good = Plan.model_validate(
        {"format": 1, "as_of": day, "regions": (Region(id="DE", name="D", time_zone="UTC"),),
         "people": (Person(id="R1", role="Chief", region="DE"),)}
    )  # fmt: skip
    assert verify(good) == ()
    backwards = Programme(
        id="P", name="P", side="external", owner="R9", starts_on=good.as_of, ends_on=good.as_of.replace(day=1)
    )
    twice = good.model_copy(update={"people": good.people * 2, "programmes": (backwards,)})
    assert sorted(problem.kind for problem in verify(twice)) == ["duplicate_id", "order", "unknown_reference"]
