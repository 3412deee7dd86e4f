"""Writing a plan and reading it again loses nothing; the schema knows the example."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fourleaf.engine.alignment import Plan, dump_plan, json_schema, load_plan, verify
from fourleaf.engine.alignment.loading.shapes import FieldShape, shape_of
from fourleaf.engine.alignment.plan import Part
from fourleaf.engine.alignment.roadmap_template import TEMPLATE

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "tarnbeck.yaml"

#: Fields whose text has a form of its own.
_FORMS: dict[str, st.SearchStrategy[str]] = {
    "currency": st.sampled_from(["EUR", "NOK"]),
    "time_zone": st.sampled_from(["UTC", "Europe/Berlin"]),
    "languages": st.sampled_from(["no", "pt-BR", "en"]),
    "language": st.sampled_from(["no", "de"]),
    "version": st.sampled_from(["1.0", "10.2.3"]),
    "catalogue": st.just("K01"),
    "rule": st.just("A07"),
}
#: What YAML readers like to misread, and anything else that can be written.
_TEXTS = (
    st.one_of(
        st.sampled_from(
            [
                "no",
                "null",
                "~",
                "12",
                "1e3",
                "2026-01-01",
                "- a",
                "a: b",
                "#",
                "'",
                '"',
                "é…\u2028x",
                "a\nb\n\nc",
                "x\x85x",
            ]
        ),
        st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20),
    )
    .map(str.strip)
    .filter(bool)
)
_DATES = st.dates(date(2020, 1, 1), date(2030, 1, 1))
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])
_TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).flatmap(  # noqa: DTZ001 - the zone comes next
    lambda moment: _ZONES.map(lambda zone: moment.replace(tzinfo=zone))
)


def _single(field: FieldShape) -> st.SearchStrategy[Any]:
    if field.part is not None:
        return st.deferred(lambda: _part(field.part))
    if field.ref is not None:
        sections = field.ref.sections or ("people",)
        prefix = "" if field.ref.sections else f"{sections[0]}/"
        names = list(TEMPLATE) if sections == ("roadmap",) else [f"{sections[0]}-0"]
        return st.sampled_from(names).map(lambda name: prefix + name)
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "text": _FORMS.get(field.name, _TEXTS),
        "integer": st.integers(1, 2),
        "number": st.sampled_from([0.0, 0.125, 1.0, 1e-7]) if field.name != "leader_enthusiasm" else st.just(2.5),
        "truth": st.booleans(),
        "date": _DATES,
        "time": _TIMES,
    }
    if field.kind == "code":
        return st.just(1)
    return st.sampled_from(field.choices) if field.kind == "choice" else kinds[field.kind]


def _part(part: type[Part] | None, name: str | None = None) -> st.SearchStrategy[dict[str, Any]]:
    assert part is not None
    fields = shape_of(part).fields
    made = {key: st.lists(_single(f), max_size=2) if f.many else _single(f) for key, f in fields.items()}
    if "id" in made:
        made["id"] = st.just(name) if name else st.uuids().map(str)
    for key in ("leader_enthusiasm", "members_enthusiasm"):
        if key in made:
            made[key] = st.sampled_from([1.0, 4.5])
    needed = {key: made[key] for key, f in fields.items() if f.required}
    optional = {key: made[key] for key, f in fields.items() if not f.required}
    return st.fixed_dictionaries(needed, optional=optional).map(lambda data: _mended(part, data))


def _mended(part: type[Part], data: dict[str, Any]) -> dict[str, Any]:
    """Pairs in order, and no circles in the roadmap: what the random choice cannot know."""
    for _ in range(2):
        for first, last in part.IN_ORDER:
            if first in data and last in data and data[first] > data[last]:
                data[last] = data[first]
        for first, last, _days in part.AT_MOST_DAYS:
            if first in data and last in data:
                data[last] = data[first]
    if part.__name__ == "RoadmapItem":
        data |= {"title": "Own", "side": "internal", "phase": 1, "soft": [], "hard": []}
    return data


def _sections() -> dict[str, FieldShape]:
    return {name: f for name, f in shape_of(Plan).fields.items() if f.part is not None and f.many}


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan in which every section that references lead to has an object; a few sections have more."""
    named = _sections()
    data: dict[str, Any] = {"format": 1, "as_of": draw(_DATES), "currency": "SEK"}
    targets = {s for f in named.values() for s in _targets(f.part)} & set(named)
    for name in sorted(targets):
        data[name] = [draw(_part(named[name].part, f"{name}-0"))]
    for name in draw(st.lists(st.sampled_from(sorted(named)), max_size=3, unique=True)):
        data[name] = [*data.get(name, []), draw(_part(named[name].part))]
    for name in draw(st.lists(st.sampled_from(["voice", "ideas", "organisation_model"]), max_size=2, unique=True)):
        data[name] = draw(_part(shape_of(Plan).fields[name].part))
    return Plan.model_validate(data)


def _targets(part: type[Part] | None) -> set[str]:
    assert part is not None
    found: set[str] = {"people"}
    for field in shape_of(part).fields.values():
        found |= set(field.ref.sections[:1]) if field.ref else set()
        found |= _targets(field.part) if field.part else set()
    return found


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking so large a plan takes minutes
)
@given(plans())
def test_what_is_written_is_read_again_without_loss(plan: Plan) -> None:
    assert verify(plan) == ()
    text = dump_plan(plan)
    loaded = load_plan(text)
    assert loaded.problems == ()
    assert loaded.plan == plan
    assert dump_plan(loaded.plan) == text
    as_json = load_plan(plan.model_dump_json(exclude_defaults=True))
    assert as_json.plan == plan


def test_an_object_that_is_there_twice_is_written_out_twice() -> None:
    day = date(2026, 1, 31)
    text = "format: 1\nas_of: 2026-01-31\nprogrammes:\n- id: P1\n  name: A\n  side: external\n"
    plan = load_plan(text).plan
    assert plan is not None
    same = plan.model_copy(
        update={"programmes": (plan.programmes[0].model_copy(update={"starts_on": day, "ends_on": day}),)}
    )
    assert load_plan(dump_plan(same)).plan == same


def test_an_empty_list_where_it_differs_from_nothing_is_kept() -> None:
    text = "format: 1\nas_of: 2026-01-31\nprogrammes:\n- id: P1\n  name: A\n  side: external\n  staffed_regions: []\n"
    plan = load_plan(text).plan
    assert plan is not None
    assert plan.programmes[0].staffed_regions == ()
    assert dump_plan(plan) == text


def test_the_example_is_in_keeping_with_the_published_schema() -> None:
    published = json.loads((ROOT / "docs/reference/plan.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema()
    plan = load_plan(EXAMPLE).plan
    assert plan is not None
    jsonschema.Draft202012Validator.check_schema(published)
    validator = jsonschema.Draft202012Validator(published)
    document = json.loads(plan.model_dump_json(exclude_defaults=True))
    assert list(validator.iter_errors(document)) == []
    assert list(validator.iter_errors(document | {"peple": []})) != []


def test_the_schema_says_where_references_lead() -> None:
    owner = json_schema()["$defs"]["Programme"]["properties"]["owner"]
    assert {"type": "string", "x-refers-to": ["people"]} in owner["anyOf"]


def test_every_field_says_what_it_means() -> None:
    silent = []
    parts: list[type[Part]] = [Plan]
    for part in parts:
        fields = shape_of(part).fields.values()
        parts += [f.part for f in fields if f.part is not None and f.part not in parts]
        silent += [f"{part.__name__}.{f.name}" for f in fields if not f.description]
    assert silent == []
    assert len(parts) > 50


def test_pairs_in_order_name_fields_that_exist() -> None:
    parts: list[type[Part]] = [Plan]
    for part in parts:
        fields = shape_of(part).fields
        parts += [f.part for f in fields.values() if f.part is not None and f.part not in parts]
        assert {name for pair in part.IN_ORDER for name in pair} <= set(fields)
        assert {name for first, last, _ in part.AT_MOST_DAYS for name in (first, last)} <= set(fields)


def test_references_lead_to_sections_that_exist() -> None:
    sections = set(_sections())
    wrong = {
        (f.part.__name__, s) for f in _sections().values() if f.part for s in _targets(f.part) if s not in sections
    }
    assert wrong == set()
