"""Lists over a queryset: sorting, filters, search, pages, columns, exports, choices of rows."""

from __future__ import annotations

import contextlib
import csv
import io

import pytest
from django import forms
from django.urls import reverse

from fourleaf.kernel.errors import NotAllowedError
from fourleaf.kernel.models import Department, Person
from fourleaf.web.kit.tables import Bulk, Column, Empty, ListSource, Order, QuerySource, State, Table
from fourleaf.web.kit.tables import table as module

pytestmark = pytest.mark.django_db
NOON = "2026-06-15T12:00:00Z"


class Filter(forms.Form):
    department = forms.ModelChoiceField(Department.objects.all(), required=False, label="Department")
    left = forms.BooleanField(required=False, label="Has left")
    kind = forms.MultipleChoiceField(required=False, label="Kind", choices=[("a", "Anna"), ("b", "Bert")])


def narrow(rows, values):
    if department := values.get("department"):
        rows = rows.filter(department=department)
    if kinds := values.get("kind"):
        rows = rows.filter(title__in=kinds)
    return rows.filter(left_on__isnull=False) if values.get("left") else rows


PEOPLE = Table(
    key="people-test",
    name="People",
    one="person",
    many="people",
    columns=(
        Column("name", "Name", kind="link", href=lambda row: f"/people/{row.pk}/", sort="name", main=True, side=True),
        Column("department", "Department", value="department.name", sort="department__name"),
        Column("title", "Title"),
        Column("state", "State", kind="state", value="version", states={1: State("good", "In")}),
        Column("left_on", "Left", kind="date", sort="left_on", priority=3),
        Column("email", "E-mail", shown=False, sort="email"),
    ),
    sort="name",
    size=25,
    filters=Filter,
    filter=narrow,
    search=lambda rows, text: rows.filter(search__contains=text.casefold()),
    empty=Empty("No people yet", "People are …", action="Add", url_name="home:home", permission="kernel.edit_people"),
    bulk=(Bulk("Archive", "home:home"), Bulk("Secret", "home:home", permission="kernel.view_audit")),
)


@pytest.fixture
def people(organisation):
    units = [organisation.marketing, organisation.service, None]
    return Person.objects.bulk_create(
        Person(
            name=f"Person {number:03d}",
            search=f"person {number:03d}",
            email=f"p{number}@example.org",
            title="ab"[number % 2],
            department=units[number % 3],
            left_on=f"2026-01-{1 + number % 28:02d}" if number % 4 == 0 else None,
            created_at=NOON,
            changed_at=NOON,
        )
        for number in range(120)
    )


@pytest.fixture
def bound(rf, member, people):
    def make(query: str = "", table: Table = PEOPLE, rows=None, actor=None, **headers):
        request = rf.get(f"/list/?{query}", headers=headers)
        request.actor = actor or member.actor
        people = Person.objects.filter(name__startswith="Person").select_related("department")
        return table.bind(request, people if rows is None else rows)

    return make


def names(bound) -> list[str]:
    return [row.name.split(">")[1].split("<")[0] for row in bound.rows]


def test_the_first_page_in_the_default_order(bound, query_budget) -> None:
    with query_budget(2):
        table = bound()
        assert names(table)[:2] == ["Person 000", "Person 001"]
        assert len(table.rows) == 25
        assert table.counted == "120 people"
    assert (table.pages.number, table.pages.last, table.pages.first_row, table.pages.last_row) == (1, 5, 1, 25)
    assert table.pages.previous == ""
    assert table.pages.next == "/list/?page=2"


def test_sorting_turns_and_puts_empty_values_last(bound) -> None:
    assert names(bound("sort=-name"))[0] == "Person 119"
    for sort in ("left_on", "-left_on", "department", "-department"):
        shown = [row for page in range(1, 6) for row in bound(f"sort={sort}&page={page}").rows]
        place = 4 if "left" in sort else 1
        filled = [bool(row.cells[place].html) for row in shown]
        assert len(shown) == 120
        assert filled == sorted(filled, reverse=True), sort
    head = {heading.column.key: heading for heading in bound("sort=-name").headings}
    assert head["name"].state == "descending"
    assert head["name"].url == "/list/"
    assert head["department"].url == "/list/?sort=department"
    assert head["title"].url == ""


@pytest.mark.parametrize("sort", ["title", "nonsense", "--name", "password", ""])
def test_what_cannot_be_sorted_is_sorted_as_usual(bound, sort) -> None:
    assert bound(f"sort={sort}").sort == "name"


def test_every_row_is_on_one_page_whatever_the_order(bound) -> None:
    for sort in ("department", "-left_on"):
        seen = [name for page in range(1, 6) for name in names(bound(f"sort={sort}&page={page}"))]
        assert len(set(seen)) == 120


@pytest.mark.parametrize(
    ("asked", "number"), [("0", 1), ("-1", 1), ("99", 5), ("²", 1), ("x", 1), ("9" * 40, 1), ("3", 3)]
)
def test_pages_stay_within_the_list(bound, asked, number) -> None:
    assert bound(f"page={asked}").pages.number == number


def test_long_lists_are_counted_and_leafed_through_to_a_limit(bound, monkeypatch) -> None:
    monkeypatch.setattr(module, "COUNT_LIMIT", 60)
    table = bound("page=9")
    assert table.counted == "more than 60 people"
    assert (table.pages.number, table.pages.last, table.pages.next, table.pages.cut) == (3, 3, "", True)


def test_filters_and_search_narrow_and_give_chips(bound, organisation) -> None:
    table = bound(f"q=person&department={organisation.marketing.pk}&left=on&kind=a&kind=b&size=50")
    assert table.count == 10
    chips = {chip.label: (chip.value, chip.url) for chip in table.chips}
    assert chips["Department"][0] == "Marketing"
    assert "department" not in chips["Department"][1]
    assert "left=on" in chips["Department"][1]
    assert chips["Search"][0] == "person"
    assert chips["Has left"][0] == "yes"
    assert chips["Kind"][0] == "Anna, Bert"
    assert table.clear_url == "/list/?size=50"


def test_a_filter_that_is_not_valid_filters_nothing(bound) -> None:
    table = bound("department=99999&kind=zzz")
    assert table.count == 120
    assert table.chips == []


def test_the_canonical_address_is_short_and_stable(bound) -> None:
    assert bound("q=&sort=name&page=2&size=25&left=&kind=").canonical() == ""
    assert bound("sort=-name&size=100&kind=b&kind=a&page=3").canonical() == "kind=b&kind=a&sort=-name&size=100"


def test_columns_can_be_chosen_and_the_name_stays(bound) -> None:
    assert [column.key for column in bound("columns=email").columns] == ["name", "email"]
    assert [column.key for column in bound("columns=email,title").columns] == ["name", "title", "email"]
    assert [column.key for column in bound("columns=nonsense").columns][:2] == ["name"]
    assert [column.key for column in bound().columns][-1] == "left_on"


def test_cells_are_escaped(bound, people) -> None:
    Person.objects.filter(pk=people[0].pk).update(name='Person 000 <b>"x"', title="<script>")
    cells = next(row for row in bound("sort=name").rows if "&lt;b&gt;" in row.name).cells
    assert "<script>" not in "".join(cell.html for cell in cells)
    assert "data-side" in cells[0].html


def test_an_export_holds_every_row_of_the_filters_in_order(bound) -> None:
    response = bound("export=csv&sort=-name&kind=a&columns=name,email,left_on&page=2").export()
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["Name", "Left", "E-mail"]
    assert len(rows) == 61
    assert rows[1] == ["Person 118", "", "p118@example.org"]


def test_an_export_is_guarded_and_reported(bound, admin) -> None:
    told = []
    guarded = Table(
        key="guarded",
        name="Guarded",
        columns=PEOPLE.columns,
        export_permission="kernel.export_audit",
        exported=lambda actor, key, kind: told.append((actor.label, key, kind)),
    )
    assert bound(table=guarded).may_export is False
    with pytest.raises(NotAllowedError):
        bound("export=csv", guarded).export()
    assert told == []
    response = bound("export=xlsx", guarded, actor=admin.actor).export()
    with contextlib.closing(response.file_to_stream):
        assert response.status_code == 200
    assert told == [("Ada Admin", "guarded", "xlsx")]


def test_the_chosen_rows(rf, member, people) -> None:
    rows = Person.objects.filter(name__startswith="Person")
    request = rf.post("/", {"selected": [people[3].pk, people[7].pk]})
    request.actor = member.actor
    chosen = PEOPLE.selection(request, rows)
    assert [row.name for row in chosen.stream([Order("name")])] == ["Person 003", "Person 007"]
    request = rf.post("/", {"all_matching": "1", "query": "kind=a", "selected": [people[3].pk]})
    request.actor = member.actor
    assert PEOPLE.selection(request, rows).count(1000) == 60


def test_acts_on_rows_follow_rights(bound, admin) -> None:
    assert [act.label for act, _ in bound().bulk] == ["Archive"]
    assert [act.label for act, _ in bound(actor=admin.actor).bulk] == ["Archive", "Secret"]


def test_wrong_declarations_are_refused() -> None:
    class Taken(forms.Form):
        sort = forms.CharField()

    with pytest.raises(ValueError, match="twice"):
        Table(key="x", name="x", columns=(Column("a", "A"), Column("a", "B")))
    with pytest.raises(ValueError, match="sort"):
        Table(key="x", name="x", columns=(), filters=Taken)
    with pytest.raises(ValueError, match="sorted"):
        Table(key="x", name="x", columns=(Column("a", "A"),), sort="a")


def test_a_list_in_memory_behaves_alike(bound) -> None:
    rows = [{"name": f"n{n}", "n": n if n % 2 else None} for n in range(5)]
    source = ListSource(rows, key=lambda row: row["name"])
    assert source.count(3) == 4
    assert [row["n"] for row in source.rows([Order("n", True)], 0, 9)] == [3, 1, None, None, None]
    assert [row["name"] for row in source.chosen(["n2"]).stream([])] == ["n2"]


def test_a_queryset_is_counted_without_its_order(people, django_assert_num_queries) -> None:
    source = QuerySource(Person.objects.filter(name__startswith="Person").order_by("title"))
    with django_assert_num_queries(1) as captured:
        assert source.count(50) == 51
    assert "ORDER BY" not in captured.captured_queries[0]["sql"]


# --- the kit page's table, through the client -------------------------------------------------------------------------


def test_the_page_says_how_it_is_sorted(client_for, admin) -> None:
    text = client_for(admin).get("/kit/?sort=-posts").content.decode()
    assert text.count('aria-sort="descending"') == 1


def test_htmx_gets_the_list_alone_and_the_address_in_its_shortest_form(client_for, admin) -> None:
    response = client_for(admin).get(
        "/kit/?q=field&region=&sort=name", headers={"HX-Request": "true", "HX-Target": "table-kit-demo"}
    )
    text = response.content.decode()
    assert text.lstrip().startswith('<div class="table-part" id="table-kit-demo"')
    assert "10 programmes" in text
    assert response["HX-Push-Url"] == "/kit/?q=field"


def test_nothing_at_all_and_nothing_for_these_filters_differ(client_for, admin) -> None:
    client = client_for(admin)
    text = client.get("/kit/?q=zzzz").content.decode()
    assert "Nothing fits these filters" in text
    assert "No programmes yet" in text


def test_saved_views_are_kept_shared_renamed_deleted_and_brought_back(client_for, admin, member) -> None:
    client, other = client_for(admin), client_for(member)
    kept = {"page": "kit-demo", "name": "  By   owner ", "query": "sort=owner", "next": "/kit/?sort=owner"}
    assert client.post("/views/", kept)["Location"] == "/kit/?sort=owner"
    text = client.get("/kit/?sort=owner").content.decode()
    assert "By owner" in text
    assert 'href="/kit/?sort=owner"' in text
    from fourleaf.kernel.models import SavedView

    view = SavedView.objects.get()
    for act in ("rename", "share", "delete"):
        assert other.post(f"/views/{view.pk}/{act}", {"name": "Mine"}).status_code == 404
    client.post(f"/views/{view.pk}/share", {"shared": "1"})
    client.post(f"/views/{view.pk}/rename", {"name": "Owners"})
    view.refresh_from_db()
    assert (view.name, view.shared) == ("Owners", True)
    assert "Owners" in client.get("/views/kit-demo/").content.decode()
    assert "Owners" not in other.get("/views/kit-demo/").content.decode()
    client.post(f"/views/{view.pk}/delete", {"next": "/kit/"})
    assert not SavedView.objects.exists()
    token = client.get("/").content.decode().split('name="token" value="')[1].split('"')[0]
    client.post("/undo/", {"token": token})
    assert SavedView.objects.get().shared is True
    client.post("/undo/", {"token": token})
    assert "not brought back" in client.get("/").content.decode()


def test_a_view_needs_a_name(client_for, member) -> None:
    client = client_for(member)
    client.post("/views/", {"page": "kit-demo", "name": " ", "query": ""})
    assert "was not saved" in client.get("/").content.decode()


def test_a_view_leads_nowhere_else(client_for, member) -> None:
    response = client_for(member).post(
        reverse("kit:save_view"), {"page": "p", "name": "n", "query": "", "next": "//evil.example/"}
    )
    assert response["Location"] == "/"
