"""The inventory: files with mistakes, and decisions that leave nothing open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.alignment.plan import InventoryItem
from fourleaf.kernel import clock
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError
from fourleaf.planning import services
from fourleaf.planning.inventory import open_question, read_inventory, text_of
from fourleaf.planning.models import Plan, PlanObject

Put = Callable[..., PlanObject]
GOOD = "Kind,Name,Official,Objective,Decision\nAccount,Fan page,no,,\ntool,Scheduler,yes,O1,keep\n"


@pytest.fixture
def load(strategist: Any, plan: Plan, put: Put) -> Callable[..., services.InventoryImport]:
    put("objectives", id="O1", text="Cut contacts")

    def load(text: str | bytes, **more: Any) -> services.InventoryImport:
        content = text.encode() if isinstance(text, str) else text
        return services.import_inventory(actor=strategist.actor, plan_id=plan.pk, content=content, **more)

    return load


Load = Callable[..., services.InventoryImport]


def _data() -> dict[str, Any]:
    return dict(PlanObject.objects.filter(section="inventory").order_by("position").values_list("key", "data"))


def test_a_file_is_added_and_again_changes_nothing(load: Load) -> None:
    first = load(GOOD)
    assert (first.added, first.errors, first.stored) == (["V1", "V2"], [], True)
    assert _data()["V2"] == {
        "id": "V2",
        "kind": "tool",
        "name": "Scheduler",
        "official": True,
        "objective": "O1",
        "decision": "keep",
    }
    changed = load("id;kind;name\nV1;account;Fan page of a dealer\nV2;tool;Scheduler\n")
    assert (changed.added, changed.changed, changed.unchanged) == ([], ["V1"], 1)
    assert (_data()["V1"]["name"], _data()["V1"]["official"]) == ("Fan page of a dealer", False)


def test_rows_with_errors_are_named_and_nothing_is_stored(load: Load) -> None:
    text = GOOD + 'acount,Page,,,\nblog,"Two\nlines",perhaps,O2,\ntool,Too,many,,cells,here\n'
    done = load(text)
    lines = {line for line, _ in done.errors}
    said = " ".join(sentence for _, sentence in done.errors)
    assert lines == {4, 5, 7}
    assert "Did you mean account?" in said
    assert "“O2” is not among the objectives" in said
    assert "6 cells, the header 5" in said
    assert (done.stored, _data()) == (False, {})
    partly = load(text, skip_errors=True)
    assert (partly.stored, list(_data())) == (True, ["V1", "V2"])


def test_a_look_stores_nothing(load: Load, plan: Plan) -> None:
    version = Plan.objects.get().content_version
    done = load(GOOD, dry_run=True)
    assert (done.added, done.stored, _data()) == (["V1", "V2"], False, {})
    assert Plan.objects.get().content_version == version


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "no column kind"),
        (b"kind,title,colour\n", 1, "“colour” is not known"),
        (b"kind,name,type\n", 1, "twice"),
        (b"kind,name\ntool,a\0b\n", 0, "NUL"),
        (b'kind,name\ntool,"open\n', 2, "not CSV"),
        (b"id,kind,name\nA,tool,One\nA,tool,Two\n", 3, "already in line 2"),
        (b"x" * (3 << 20), 0, "larger"),
    ],
    ids=["empty", "column", "twice", "nul", "quote", "id", "size"],
)
def test_files_that_cannot_be_used(content: bytes, line: int, words: str) -> None:
    errors = read_inventory(content).errors
    assert errors[0][0] == line
    assert words in errors[0][1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_other_encodings_are_read(encoding: str) -> None:
    content = "kind;name;link\ntool;Gerät;https://example.org/ä\n".encode(encoding)
    assert read_inventory(content).rows[0].data == {
        "id": "V1",
        "kind": "tool",
        "name": "Gerät",
        "url": "https://example.org/ä",
    }
    assert ("windows-1252" in text_of(content)[1]) == (encoding == "windows-1252")


def test_an_experiment_has_an_end(load: Load) -> None:
    done = load("kind,name,decision,ends_on\ntool,Bot,experiment,\ntool,Other,experiment,2027-01-31\n", dry_run=True)
    assert done.errors == [(2, "Bot: say in ends_on until which day the experiment runs.")]
    assert done.added == ["V2"]


def test_given_ids_do_not_collide_with_written_ones() -> None:
    read = read_inventory(b"id,kind,name\n,tool,One\nV1,tool,Two\n,tool,Three\n", {"V3"})
    keys = [row.data["id"] for row in read.rows]
    assert len({*keys, "V3"}) == 4
    assert keys[1] == "V1"


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: b"kind,name\n" + text.encode(errors="replace")))
@settings(max_examples=80, deadline=None)
def test_whatever_comes_in_is_rows_or_sentences(content: bytes) -> None:
    read = read_inventory(content)
    assert all(row.data["id"] and row.line > 1 for row in read.rows)
    assert all(sentence.endswith(".") for _, sentence in read.errors)


def test_a_decision_leaves_nothing_open(strategist: Any, analyst: Any, plan: Plan, load: Load) -> None:
    load(GOOD)
    decide: dict[str, Any] = {"actor": strategist.actor, "plan_id": plan.pk, "key": "V1"}
    with pytest.raises(InvalidError, match="which objective"):
        services.decide_inventory(**decide, decision="keep")
    with pytest.raises(InvalidError, match="until which day"):
        services.decide_inventory(**decide, decision="experiment")
    with pytest.raises(InvalidError, match="ended on"):
        services.decide_inventory(**decide, decision="experiment", ends_on=clock.today() - timedelta(days=1))
    row = services.decide_inventory(**decide, decision="experiment", ends_on=clock.today())
    assert row.data["decision"] == "experiment"
    row = services.decide_inventory(**decide, decision="stop", version=row.version)
    assert "ends_on" not in row.data
    with pytest.raises(ConflictError):
        services.decide_inventory(**decide, decision="keep", objective="O1", version=1)
    with pytest.raises(NotAllowedError):
        services.decide_inventory(**{**decide, "actor": analyst.actor}, decision="stop")


@pytest.mark.parametrize(
    ("decision", "more", "open_"),
    [
        ("undecided", {}, True),
        ("keep", {}, True),
        ("keep", {"objective": "O1"}, False),
        ("merge", {"objective": "O1"}, False),
        ("experiment", {"ends_on": date(2026, 6, 1)}, False),
        ("experiment", {"ends_on": date(2026, 5, 31)}, True),
        ("stop", {}, False),
        ("close", {}, False),
    ],
)
def test_what_is_still_open(decision: str, more: dict[str, Any], open_: bool) -> None:
    item = InventoryItem.model_validate({"id": "V1", "kind": "tool", "name": "T", "decision": decision, **more})
    assert (open_question(item, date(2026, 6, 1)) is not None) is open_


def test_an_experiment_that_is_over_is_refused_wherever_it_comes_from(strategist: Any, plan: Plan, put: Put) -> None:
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    over = {"id": "V1", "kind": "blog", "name": "Old blog", "decision": "experiment", "ends_on": yesterday}
    with pytest.raises(InvalidError) as refused:
        put("inventory", **over)
    assert "would have ended on" in refused.value.fields["ends_on"][0]
    content = f"kind,name,decision,ends_on\nblog,Old blog,experiment,{yesterday}\n".encode()
    done = services.import_inventory(actor=strategist.actor, plan_id=plan.pk, content=content)
    assert [line for line, _ in done.errors] == [2]
    assert "would have ended on" in done.errors[0][1]
    put("inventory", **{**over, "ends_on": clock.today().isoformat()})
    with pytest.raises(InvalidError):
        put("inventory", **over)
