"""Lists of people compared and put in place: nothing twice, nothing by halves, nothing beyond one's rights."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fourleaf.demo.people import people as sample_people
from fourleaf.demo.people import write_people_csv
from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.errors import ConflictError, DomainError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import (
    Account,
    AuditEvent,
    Brand,
    Department,
    PeopleImport,
    Person,
    Region,
    RoleGrant,
)
from fourleaf.kernel.selectors import actor_for, get_people_import_for, history_of
from fourleaf.kernel.services.people import change_person
from fourleaf.kernel.services.people_import import Plan, import_people, preview_people, stored

HEAD = "external_id,name,email,department,region,manager,title,brand,started_on,left_on\n"


def lines(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows) + "\n").encode()


def faults(plan: Plan) -> list[str]:
    return [f"{finding.line} {finding.column}: {finding.message}" for finding in plan.errors]


LEE = "1,Ann Lee,ann@example.org,MKT,north,,Head,EM; LO,2020-01-01,"
RAY = "2,Bob Ray,bob@example.org,Customer Service,NO,1,Agent,,2021-01-01,"
SUE = "3,Sue Ott,sue@example.org,MKT,SO,bob@example.org,Writer,EM,2022-01-01,"


@pytest.fixture
def three(admin: Any, organisation: Any) -> bytes:
    """Ann leads Bob, Bob leads Sue; the rows stand in the wrong order on purpose."""
    content = lines(SUE, RAY, LEE)
    import_people(actor=admin.actor, content=content, file_name="three.csv")
    return content


def person(number: str) -> Person:
    return Person.objects.get(external_id=number)


def test_new_people_come_with_everything(three: bytes, admin: Any) -> None:
    sue, ann = person("3"), person("1")
    assert sue.manager == person("2")
    assert person("2").manager == ann
    assert (sue.department.name, sue.region.name) == ("Marketing", "South")
    assert {brand.code for brand in ann.brands.all()} == {"EM", "LO"}
    assert "sue ott" in sue.search
    assert [event.code for event in history_of(admin.actor, sue)] == ["kernel.person.added"]
    assert list(audit.verify())[-1] == AuditEvent.objects.count()


def test_the_same_file_again_changes_nothing(three: bytes, admin: Any) -> None:
    before = AuditEvent.objects.count()
    result = import_people(actor=admin.actor, content=three, file_name="three.csv")
    assert (result.added, result.changed, result.unchanged) == (0, 0, 3)
    assert AuditEvent.objects.count() == before + 1
    assert person("3").version == 1


def test_only_what_differs_changes_and_is_shown(three: bytes, admin: Any, organisation: Any) -> None:
    content = lines(SUE.replace("Writer", "Editor").replace("EM,2022", "LO,2022"), RAY, LEE)
    plan = preview_people(actor=admin.actor, content=content)
    assert (len(plan.new), len(plan.changed), plan.unchanged, plan.absent) == (0, 1, 2, 1)
    assert plan.rows[plan.changed[0]].changes["title"] == ["Writer", "Editor"]
    assert person("3").title == "Writer"
    import_people(actor=admin.actor, content=content, file_name="x.csv")
    assert person("3").title == "Editor"
    assert [brand.code for brand in person("3").brands.all()] == ["LO"]
    assert person("3").version == 2
    event = history_of(admin.actor, person("3"))[0]
    assert event.data["brands"] == [[organisation.ember.pk], [organisation.loom.pk]]


def test_columns_that_are_missing_are_left_alone_and_empty_cells_empty(three: bytes, admin: Any) -> None:
    import_people(actor=admin.actor, content=b"external_id,name,title\n3,Sue Ott,\n", file_name="x.csv")
    sue = person("3")
    assert (sue.title, sue.email, sue.department.code) == ("", "sue@example.org", "MKT")


def test_a_person_is_matched_by_email_and_gets_the_number(admin: Any, member: Any) -> None:
    import_people(actor=admin.actor, content=b"id,name,email\n77,Mia Member,MIA.member@example.org\n", file_name="x")
    assert person("77") == member.person


def test_people_who_are_not_in_the_file_stay(three: bytes, admin: Any) -> None:
    result = import_people(actor=admin.actor, content=lines(LEE), file_name="x.csv")
    assert (result.left, Person.objects.filter(left_on__isnull=False).count()) == (0, 0)


def test_leavers_leave_by_their_date_and_lose_access(admin: Any, analyst: Any) -> None:
    content = f"name,email,left_on\nAnton Analyst,{analyst.person.email},2026-01-31\n".encode()
    result = import_people(actor=admin.actor, content=content, file_name="x.csv")
    assert result.left == 1
    assert not Account.objects.get(pk=analyst.account.pk).is_active
    grant = RoleGrant.objects.get(person=analyst.person)
    assert grant.ended_at is not None
    assert AuditEvent.objects.get(code="kernel.person.left").data["grants"] == [grant.pk]
    back = f"name,email,left_on\nAnton Analyst,{analyst.person.email},\n".encode()
    assert import_people(actor=admin.actor, content=back, file_name="x.csv").returned == 1
    assert not Account.objects.get(pk=analyst.account.pk).is_active


def test_the_last_administrator_cannot_leave_by_a_file(admin: Any) -> None:
    content = b"name,email,left_on\nAda Admin,ada.admin@example.org,2026-01-31\n"
    assert "nobody could administer" in faults(preview_people(actor=admin.actor, content=content))[0]


@pytest.mark.parametrize(
    ("rows", "part"),
    [
        (["9,New One,new@example.org,Marktng,NO,,,,,"], "2 department: There is no department called Marktng. Did you"),
        (["9,New One,new@example.org,,Nowhere,,,,,"], "2 region: There is no region called Nowhere"),
        (["9,New One,new@example.org,,,,,XX,,"], "2 brand: There is no brand called XX"),
        (["9,New One,new@example.org,,,42,,,,"], "2 manager: The manager 42 is neither"),
        (["9,New One,new@example.org,,,9,,,,"], "2 manager: Nobody is their own manager"),
        (["9,A,a@example.org,,,,,,,", "9,B,b@example.org,,,,,,,"], "3 external_id: 9 stands in line 2"),
        (["8,A,a@example.org,,,,,,,", "9,B,A@example.org,,,,,,,"], "3 email: a@example.org stands in line 2"),
        (["9,New One,ann@example.org,,,,,,,"], "2 email: This e-mail belongs to Ann Lee, who has the number 1"),
        (["3,Sue Ott,ann@example.org,,,,,,,"], "2 email: This e-mail belongs to Ann Lee"),
        (["1,Ann Lee,ann@example.org,,,3,,,,"], "2 manager: These people would report to each other in a circle"),
        (["1,Ann Lee,ann@example.org,,,,,,"], "9 cells, the headings have 10"),
        (["1,Ann Lee,ann@example.org,,,,,,2020-01-01,2019-01-01"], "2 left_on: The last day lies before"),
        (["8,X,x@example.org,,,9,,,,", "9,Y,y@example.org,,,8,,,,"], "in a circle: X → Y"),
        (["8,X,x@example.org,,,9,,,,", "9,Y,bad,,,,,,,"], "2 manager: The manager's own row, line 3, has an error"),
    ],
)
def test_wrong_rows_are_named_and_nothing_is_written(three: bytes, admin: Any, rows: list[str], part: str) -> None:
    content = lines(*rows)
    found = faults(preview_people(actor=admin.actor, content=content))
    assert any(part in text for text in found), found
    count = Person.objects.count()
    with pytest.raises(InvalidError, match="Nothing was changed"):
        import_people(actor=admin.actor, content=content, file_name="x.csv")
    assert Person.objects.count() == count
    assert not PeopleImport.objects.filter(state="uploaded").exists()


def test_a_date_before_the_known_first_day_is_an_error(three: bytes, admin: Any) -> None:
    content = b"external_id,name,left_on\n3,Sue Ott,2021-01-01\n"
    assert "would lie before the first" in faults(preview_people(actor=admin.actor, content=content))[0]


def test_a_manager_who_stands_there_twice_is_the_row_that_is_accepted(three: bytes, admin: Any) -> None:
    content = lines(
        "Z1,Zed One,z1@example.org,,,,,,,",
        "Z2,Zed Two,z2@example.org,,,Z1,,,,",
        "Z3,Zed Three,z3@example.org,,,Zed One,,,,",
        "Z1,Zed One,other@example.org,,,,,,,",
    )
    found = faults(preview_people(actor=admin.actor, content=content))
    assert [text.split(":")[0] for text in found] == ["5 external_id"]
    import_people(actor=admin.actor, content=content, file_name="x.csv", skip_errors=True)
    assert person("Z2").manager == person("Z3").manager == person("Z1")


def test_rows_with_errors_can_be_left_out(three: bytes, admin: Any) -> None:
    content = lines("8,New One,new@example.org,,,,,,,", "9,Bad,nonsense,,,,,,,")
    result = import_people(actor=admin.actor, content=content, file_name="x.csv", skip_errors=True)
    assert (result.added, result.skipped) == (1, 1)
    assert not Person.objects.filter(external_id="9").exists()


def test_a_row_that_falls_out_makes_no_circle_of_the_rest(three: bytes, admin: Any) -> None:
    # Bob would stand under Sue, and Sue under nobody; Sue's row is wrong, so she stays under Bob.
    content = lines("2,Bob Ray,bob@example.org,,,3,,,,", "3,Sue Ott,nonsense,,,,,,,")
    plan = preview_people(actor=admin.actor, content=content)
    assert plan.rows == []
    import_people(actor=admin.actor, content=content, file_name="x.csv", skip_errors=True)
    assert person("2").manager == person("1")


def test_two_people_swap_their_emails(three: bytes, admin: Any) -> None:
    content = b"id,name,email\n1,Ann Lee,bob@example.org\n2,Bob Ray,ann@example.org\n"
    assert import_people(actor=admin.actor, content=content, file_name="x.csv").changed == 2
    assert (person("1").email, person("2").email) == ("bob@example.org", "ann@example.org")


def test_an_email_passes_on_only_when_its_holder_lets_it_go(three: bytes, admin: Any) -> None:
    content = b"id,name,email\n1,Ann Lee,new@example.org\n9,New One,ann@example.org\n"
    assert import_people(actor=admin.actor, content=content, file_name="x.csv").added == 1
    assert person("9").email == "ann@example.org"
    wrong = b"id,name,email,started_on\n1,Ann Lee,newer@example.org,nonsense\n8,No,new@example.org,\n"
    plan = preview_people(actor=admin.actor, content=wrong)
    assert len(plan.errors) == 2
    assert "belongs to Ann Lee" in plan.errors[1].message


def test_missing_units_are_added_when_asked(admin: Any, organisation: Any) -> None:
    content = lines("1,A,a@example.org,Field Service,Überlingen,,,Quill,,", "2,B,b@example.org,field service,,,,,,")
    plan = preview_people(actor=admin.actor, content=content)
    assert dict(plan.missing.departments) == {"Field Service": 1, "field service": 1}
    result = import_people(
        actor=admin.actor, content=content, file_name="x.csv", add_missing=["departments", "regions", "brands"]
    )
    assert result.units == {"departments": ["Field Service"], "regions": ["Überlingen"], "brands": ["Quill"]}
    assert person("1").department == person("2").department == Department.objects.get(code="Field-Service")
    assert Region.objects.get(name="Überlingen").code == "Uberlingen"
    assert list(person("1").brands.all()) == [Brand.objects.get(name="Quill")]


def test_archived_units_are_not_used(admin: Any, organisation: Any) -> None:
    Department.objects.filter(pk=organisation.legal.pk).update(archived_at=clock.now())
    plan = preview_people(actor=admin.actor, content=lines("1,A,a@example.org,LEG,,,,,,"))
    assert "is archived" in faults(plan)[0]


def test_members_import_nobody(member: Any) -> None:
    with pytest.raises(NotAllowedError):
        preview_people(actor=member.actor, content=lines(LEE))
    with pytest.raises(NotAllowedError):
        import_people(actor=member.actor, content=lines(LEE), file_name="x.csv")


def test_the_people_team_moves_no_email_of_role_holders(hire: Callable[..., Any], analyst: Any, admin: Any) -> None:
    keeper = hire("Petra People", role="people")
    Person.objects.filter(pk=analyst.person.pk).update(external_id="5")
    content = b"id,name,email\n5,Anton Analyst,evil@example.org\n"
    assert "holds roles" in faults(preview_people(actor=keeper.actor, content=content))[0]
    import_people(actor=admin.actor, content=content, file_name="x.csv")
    assert Account.objects.get(pk=analyst.account.pk).email == "evil@example.org"


def test_a_regions_people_team_imports_its_region(hire: Callable[..., Any], organisation: Any, other_unit: Any) -> None:
    who = hire("Rita Regional")
    RoleGrant.objects.create(
        person=who.person, role="people", region=organisation.north, granted_at=clock.now(), granted_by="the test"
    )
    actor = actor_for(Account.objects.get(pk=who.account.pk))
    content = lines("1,A,a@example.org,,NO,,,,,", "2,B,b@example.org,,SO,,,,,", "3,C,c@example.org,,,,,,,")
    plan = preview_people(actor=actor, content=content)
    assert [finding.line for finding in plan.errors] == [3, 4]
    taking = f"name,email,region\nOtto Other,{other_unit.person.email},NO\n".encode()
    assert "certain regions" in faults(preview_people(actor=actor, content=taking))[0]


def test_what_was_shown_is_what_is_put_in_place(three: bytes, admin: Any) -> None:
    content = lines(SUE.replace("Writer", "Editor"), RAY, LEE)
    plan = preview_people(actor=admin.actor, content=content)
    change_person(actor=admin.actor, person_id=person("2").pk, title="Lead agent")
    with pytest.raises(ConflictError, match="changed since this preview"):
        import_people(actor=admin.actor, content=content, file_name="x.csv", fingerprint=plan.fingerprint)
    assert person("3").title == "Writer"


def test_an_upload_is_kept_shown_and_put_in_place(admin: Any, organisation: Any) -> None:
    upload = stored.upload_people_file(actor=admin.actor, content=lines(LEE, RAY, SUE), file_name="people.csv")
    assert (upload.preview["new"], upload.preview["faulty"]) == (3, 0)
    done = stored.decide(actor=admin.actor, import_id=upload.pk, fingerprint=upload.fingerprint)
    assert (done.state, done.content, done.result["added"]) == ("done", None, 3)
    assert AuditEvent.objects.get(sequence=done.audit_sequence).code == "kernel.people.imported"
    with pytest.raises(DomainError, match="nothing left to decide"):
        stored.decide(actor=admin.actor, import_id=upload.pk, fingerprint=upload.fingerprint)


def test_an_upload_with_errors_waits_for_a_decision(admin: Any, organisation: Any) -> None:
    content = lines("1,A,a@example.org,Kitchen,,,,,,", "2,B,nonsense,,,,,,,")
    upload = stored.upload_people_file(actor=admin.actor, content=content, file_name="people.csv")
    assert upload.preview["missing"] == {"departments": [["Kitchen", 1]]}
    with pytest.raises(InvalidError, match="leave those rows out"):
        stored.decide(actor=admin.actor, import_id=upload.pk, fingerprint=upload.fingerprint)
    fresh = stored.choose_missing(actor=admin.actor, import_id=upload.pk, add_missing=["departments"])
    assert fresh.preview["faulty"] == 1
    assert [f.line for f in stored.findings_of(actor=admin.actor, import_id=upload.pk)] == [3]
    with pytest.raises(ConflictError, match="no longer the newest"):
        stored.decide(actor=admin.actor, import_id=upload.pk, fingerprint=upload.fingerprint, skip_errors=True)
    done = stored.decide(actor=admin.actor, import_id=upload.pk, fingerprint=fresh.fingerprint, skip_errors=True)
    assert done.result == {
        "added": 1, "changed": 0, "unchanged": 0, "left": 0, "returned": 0, "skipped": 1,
        "units": {"departments": ["Kitchen"]},
    }  # fmt: skip
    json.dumps(done.result)


def test_an_unusable_upload_is_refused(admin: Any) -> None:
    with pytest.raises(InvalidError, match="spreadsheet"):
        stored.upload_people_file(actor=admin.actor, content=b"PK\x03\x04", file_name="people.xlsx")
    assert not PeopleImport.objects.exists()


def test_a_long_upload_goes_to_the_worker(admin: Any, organisation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "INLINE_ROWS", 2)
    upload = stored.upload_people_file(actor=admin.actor, content=lines(LEE, RAY, SUE), file_name="people.csv")
    queued = stored.decide(actor=admin.actor, import_id=upload.pk, fingerprint=upload.fingerprint)
    assert queued.state == "queued"
    assert jobs.run_until_idle() == 1
    assert get_people_import_for(admin.actor, upload.pk).state == "done"
    assert Person.objects.filter(external_id__isnull=False).count() == 3
    assert stored.put_queued_import_in_place(upload.pk, progress=lambda *args: None)["added"] == 3


def test_a_worker_that_must_not_says_so_on_the_upload(
    admin: Any, organisation: Any, hire: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "INLINE_ROWS", 0)
    keeper = hire("Petra People", role="people")
    upload = stored.upload_people_file(actor=keeper.actor, content=lines(LEE), file_name="people.csv")
    stored.decide(actor=keeper.actor, import_id=upload.pk, fingerprint=upload.fingerprint)
    RoleGrant.objects.filter(person=keeper.person).update(ended_at=clock.now())
    jobs.run_until_idle()
    upload = get_people_import_for(admin.actor, upload.pk)
    assert upload.state == "failed"
    assert "needs the right" in upload.last_error


def test_old_uploads_are_removed_and_others_uploads_do_not_exist(admin: Any, organisation: Any, member: Any) -> None:
    upload = stored.upload_people_file(actor=admin.actor, content=lines(LEE), file_name="people.csv")
    with pytest.raises(NotFoundError):
        get_people_import_for(member.actor, upload.pk)
    assert stored.remove_old_uploads() == 0
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert stored.remove_old_uploads() == 1
    assert PeopleImport.objects.get(pk=upload.pk).content is None


def test_the_sample_company_comes_in_with_few_queries(
    admin: Any, tmp_path: Path, query_budget: Callable[[int], Any]
) -> None:
    rows = sample_people(seed=3)
    write_people_csv(tmp_path / "people.csv", rows)
    content = (tmp_path / "people.csv").read_bytes()
    with query_budget(230):  # dozens for units, audit and levels of managers; none a person
        result = import_people(
            actor=admin.actor, content=content, file_name="people.csv", add_missing=["departments", "regions", "brands"]
        )
    assert result.added == len(rows)
    assert import_people(actor=admin.actor, content=content, file_name="people.csv").unchanged == len(rows)
    assert Person.objects.filter(manager__isnull=True, external_id__isnull=False).count() == 1


_ROW = st.tuples(st.integers(1, 6), st.sampled_from(["Ann", "Bob", "Cy"]), st.integers(0, 4), st.integers(0, 6))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(_ROW, max_size=6), min_size=1, max_size=3))
def test_any_sequence_of_files_leaves_a_sound_list(admin: Any, files: list[list[tuple[int, str, int, int]]]) -> None:
    """Whatever comes: no circle, no e-mail twice, and the last file again changes nothing."""
    Person.objects.filter(external_id__isnull=False).update(manager=None)
    Person.objects.filter(external_id__isnull=False).delete()
    for rows in files:
        body = "\n".join(
            f"{number},{name},{f'e{mail}@example.org' if mail else ''},{manager or ''}"
            for number, name, mail, manager in rows
        )
        content = f"external_id,name,email,manager\n{body}\n".encode()
        first = import_people(actor=admin.actor, content=content, file_name="x.csv", skip_errors=True)
        second = import_people(actor=admin.actor, content=content, file_name="x.csv", skip_errors=True)
        assert first.skipped >= second.skipped
        if first.skipped == 0:
            assert (second.added, second.changed) == (0, 0)
        above = dict(Person.objects.values_list("pk", "manager_id"))
        for start in above:
            seen, at = set(), start
            while at is not None:
                assert at not in seen
                seen.add(at)
                at = above[at]
