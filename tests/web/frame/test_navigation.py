"""The rail shows groups and entries by permission."""

from __future__ import annotations

import pytest

from fourleaf.kernel.actors import Actor
from fourleaf.web import navigation
from fourleaf.web.navigation import Entry


@pytest.fixture
def entries(monkeypatch):
    """A rail of the test's own."""
    monkeypatch.setattr(navigation, "_ENTRIES", {code: [] for code in navigation.GROUPS})
    navigation.register("listen", Entry("Second", "search", "map", order=2))
    navigation.register("listen", Entry("First", "home:home", "map", permission="kernel.view_people", order=1, key="f"))
    navigation.register("administration", Entry("Kit", "kit:kit", "map", permission="kernel.view_audit"))


def labels(actor: Actor, path: str = "") -> list[tuple[str, list[str]]]:
    return [(shown.group.label, [entry.label for entry in shown.entries]) for shown in navigation.rail(actor, path)]


def test_entries_appear_with_their_right_and_groups_with_their_entries(entries) -> None:
    nobody = Actor("person", "Nobody")
    reader = Actor("person", "Reader", permissions=frozenset({"kernel.view_people"}))
    auditor = Actor("person", "Auditor", permissions=frozenset({"kernel.view_audit"}))
    assert labels(nobody) == [("Listen", ["Second"])]
    assert labels(reader) == [("Listen", ["First", "Second"])]
    assert labels(auditor) == [("Listen", ["Second"]), ("Administration", ["Kit"])]


def test_a_right_for_one_brand_is_enough_to_see_the_page(entries) -> None:
    actor = Actor("person", "Scoped", scoped=frozenset({("kernel.view_people", "brand", 3)}))
    assert labels(actor) == [("Listen", ["First", "Second"])]


def test_the_longest_address_is_the_current_one(entries) -> None:
    auditor = Actor("person", "A", permissions=frozenset({"kernel.view_audit"}))
    shown = {e.label: e.current for group in navigation.rail(auditor, "/kit/side/") for e in group.entries}
    assert shown == {"Second": False, "Kit": True}


def test_parts_take_one_line_and_are_tabs_of_their_own_pages_only(entries) -> None:
    for place, (label, name) in enumerate((("One", "kit:side"), ("Two", "me:settings"))):
        navigation.register("plan", Entry(label, name, "map", order=place, part_of="Both", tab=label[0]))
    navigation.register("plan", Entry("Barred", "kit:demo", "map", "kernel.view_audit", part_of="Both"))
    nobody = Actor("person", "Nobody")
    groups = navigation.rail(nobody, "/kit/side/")
    assert labels(nobody)[0] == ("Plan", ["Both"])
    assert groups[0].entries[0].current
    assert [page.label for _, _, page in navigation.pages(groups)] == ["One", "Two", "Second"]
    line = navigation.tabs(groups, "/kit/side/")
    assert line is not None
    assert [(part.tab, part.current) for part in line.parts] == [("O", True), ("T", False)]
    assert navigation.tabs(groups, "/kit/side/3/") is None


@pytest.mark.django_db
def test_prepare_stays_short(admin) -> None:
    prepare = next(shown for shown in navigation.rail(admin.actor) if shown.group.code == "prepare")
    assert [line.label for line in prepare.entries] == [
        "Policies", "Gaps", "Training", "Review", "Bodies", "Registers",
    ]  # fmt: skip


def test_an_entry_without_an_installed_page_is_left_out(entries) -> None:
    navigation.register("plan", Entry("Later", "nowhere:page", "map"))
    assert labels(Actor("person", "Nobody")) == [("Listen", ["Second"])]


@pytest.mark.parametrize(
    ("group", "entry", "error"),
    [
        ("nowhere", Entry("A", "a", "map"), KeyError),
        ("listen", Entry("Again", "search", "map"), ValueError),
        ("plan", Entry("Same letter", "b", "map", key="f"), ValueError),
    ],
)
def test_wrong_declarations_are_refused(entries, group, entry, error) -> None:
    with pytest.raises(error):
        navigation.register(group, entry)


def test_what_is_registered_has_a_page_a_permission_and_an_icon() -> None:
    from django.urls import reverse

    from fourleaf.kernel.permissions import PERMISSIONS
    from fourleaf.web.kit.icons import icon

    found = list(navigation.entries())
    assert found
    for entry in found:
        assert reverse(entry.url_name)
        assert entry.permission is None or entry.permission in PERMISSIONS
        assert str(icon(entry.icon, 20, "outline")).startswith("<svg")
    keys = [entry.key for entry in found if entry.key]
    assert len(set(keys)) == len(keys)
    assert "h" not in keys


@pytest.mark.django_db
def test_the_page_holds_the_rail_once_and_marks_home(client_for, admin) -> None:
    text = client_for(admin).get("/").content.decode()
    assert text.count('id="rail"') == 1
    assert text.count('<main id="main"') == 1
    assert 'href="#main"' in text
    assert text.count("<h1>") == 1
    assert 'data-key="h" aria-current="page"' in text
