"""The pages of administration: who sees them, what they say, how many queries they make."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.models import AuditEvent, Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "KINDS", {})

    @jobs.job("thing done", label="The thing", max_attempts=1)
    def run(job: jobs.Run) -> dict[str, int] | None:
        if job.attempt == 1:
            raise OSError("the disk is full")
        return {"things": 3}


@pytest.fixture
def events(admin: Any) -> None:
    with transaction.atomic():
        for number in range(60):
            audit.record(admin.actor, "kernel.brand.added", ("kernel.brand", number), label=f"=Brand {number}")
        audit.record(admin.actor, "kernel.brand.changed", ("kernel.brand", 7), label="Seven", data={"name": ["A", "B"]})


@pytest.mark.parametrize("path", ["/audit/", "/audit/1/", "/work/1/", "/system/"])
def test_members_are_told_nothing(client_for: Any, member: Any, events: None, path: str) -> None:
    assert client_for(member).get(path).status_code in (403, 404)


@pytest.mark.parametrize("path", ["/audit/", "/work/", "/system/"])
def test_strangers_are_asked_to_sign_in(stranger: Any, db: None, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_the_trail_is_a_page_within_its_budget(client_for: Any, admin: Any, events: None, query_budget: Any) -> None:
    client = client_for(admin)
    with query_budget(8):
        answer = client.get("/audit/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "61 events" in text
    assert "Brand changed" in text


def test_the_trail_is_narrowed_by_search_and_kind(client_for: Any, admin: Any, events: None) -> None:
    client = client_for(admin)
    assert "1 event" in client.get("/audit/?code=kernel.brand.changed").content.decode()
    assert "Nothing fits these filters" not in client.get("/audit/?q=seven").content.decode()
    assert "Nothing fits these filters" in client.get("/audit/?q=nothing+like+this").content.decode()


def test_an_event_shows_what_changed_and_its_seal(client_for: Any, admin: Any, events: None) -> None:
    found = AuditEvent.objects.get(code="kernel.brand.changed")
    text = client_for(admin).get(f"/audit/{found.sequence}/").content.decode()
    assert found.hash in text
    assert found.previous in text
    assert 'data-label="Before">A</td>' in text


def test_the_export_is_complete_harmless_and_itself_audited(client_for: Any, admin: Any, events: None) -> None:
    answer = client_for(admin).get("/audit/?export=csv&columns=code,subject_label")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 2 + AuditEvent.objects.count()  # the head, and the line on what is left out
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert AuditEvent.objects.filter(code="kernel.audit.exported").count() == 1


def test_work_shows_failures_and_an_admin_tries_again(
    client_for: Any, admin: Any, kinds: None, query_budget: Any
) -> None:
    job = jobs.enqueue("thing done", actor=admin.actor)
    jobs.run_until_idle()
    client = client_for(admin)
    with query_budget(9):
        text = client.get("/work/").content.decode()
    assert "the disk is full" in text
    assert "the disk is full" in client.get(f"/work/{job.pk}/").content.decode()
    assert client.get(f"/work/{job.pk}/retry/").status_code == 405
    assert client.post(f"/work/{job.pk}/retry/").status_code == 302
    jobs.run_until_idle()
    assert "things" in client.get(f"/work/{job.pk}/").content.decode()


def test_selected_jobs_are_tried_again_together(client_for: Any, admin: Any, kinds: None) -> None:
    made = [jobs.enqueue("thing done", actor=admin.actor) for _ in range(3)]
    jobs.run_until_idle()
    client_for(admin).post("/work/retry/", {"selected": [str(made[0].pk), str(made[1].pk)]})
    assert sorted(Job.objects.values_list("state", flat=True)) == ["due", "due", "failed"]


def test_a_strategist_sees_work_but_is_not_offered_to_retry(
    client_for: Any, strategist: Any, admin: Any, kinds: None
) -> None:
    job = jobs.enqueue("thing done", actor=admin.actor)
    jobs.run_until_idle()
    client = client_for(strategist)
    text = client.get(f"/work/{job.pk}/").content.decode()
    assert "Try it again" not in text
    assert client.post(f"/work/{job.pk}/retry/").status_code == 403


def test_work_at_ten_thousand_rows_stays_within_its_budget(
    client_for: Any, admin: Any, kinds: None, query_budget: Any
) -> None:
    template = jobs.enqueue("thing done", actor=admin.actor)
    fields = {f.name: getattr(template, f.name) for f in Job._meta.fields if f.name != "id"}
    Job.objects.bulk_create([Job(**fields) for _ in range(10_000)], batch_size=2000)
    client = client_for(admin)
    with query_budget(9):
        text = client.get("/work/?page=3").content.decode()
    assert "more than 10,000 jobs" in text


def test_each_job_says_what_it_concerns_in_one_question_for_each_kind(
    client_for: Any, admin: Any, member: Any, query_budget: Any, lake_dir: Any
) -> None:
    from fourleaf.listening.models import MentionImport
    from fourleaf.listening.services.queries import QueryFields, add_query

    for number in range(6):
        add_query(actor=admin.actor, fields=QueryFields(name=f"Embers {number}", text=f"ember{number}"))
        kept = MentionImport.objects.create(
            file_name=f"posts-{number}.csv", size=1, digest=f"{number:064}", created_at=clock.now(), created_by="x"
        )
        made = jobs.enqueue("listening.mentions_imported", {"import_id": kept.pk}, actor=admin.actor, key=f"i{number}")
    gone = jobs.enqueue("listening.mentions_imported", {"import_id": 999}, actor=admin.actor, key="gone")
    Job.objects.filter(pk=gone.pk).update(state="failed", last_error="The file <b>vanished</b>.")
    client = client_for(admin)
    with query_budget(11):
        text = client.get("/work/").content.decode()
    for number in range(6):
        assert f">Embers {number}</a>" in text
        assert f">posts-{number}.csv</a>" in text
    assert "The file &lt;b&gt;vanished&lt;/b&gt;." in text
    assert ">posts-5.csv</a>" in client.get(f"/work/{made.pk}/").content.decode()
    exported = b"".join(client.get("/work/?export=csv").streaming_content).decode()
    assert "posts-3.csv" in exported


def test_a_job_does_not_tell_what_its_owner_may_no_longer_see(client_for: Any, member: Any, admin: Any) -> None:
    from fourleaf.listening.services.queries import QueryFields, add_query

    query = add_query(actor=admin.actor, fields=QueryFields(name="Secret words", text="ember"))
    made = jobs.enqueue("listening.matches_fresh", {"query_id": query.pk}, actor=member.actor, key="own")
    text = client_for(member).get(f"/work/{made.pk}/").content.decode()
    assert "Matching stored mentions" in text
    assert "Secret words" not in text


def test_the_system_page_says_that_no_worker_runs(client_for: Any, admin: Any, lake_dir: Any) -> None:
    late = jobs.enqueue("listening.store_compacted", actor=admin.actor)
    Job.objects.filter(pk=late.pk).update(next_attempt_at=clock.now() - timedelta(minutes=3))
    text = client_for(admin).get("/system/").content.decode()
    assert "no worker runs: 1 job has waited up to 3 minutes" in text
    assert "fourleaf work" in text


def test_the_system_page_says_what_the_doctor_says(client_for: Any, admin: Any, lake_dir: Any) -> None:
    text = client_for(admin).get("/system/").content.decode()
    assert "Database" in text
    assert "FOURLEAF_MAIL_URL" in text


def test_routine_work_that_is_done_is_shown_only_when_it_is_asked_for(client_for: Any, admin: Any, kinds: None) -> None:
    at = {"kind": "thing done", "next_attempt_at": clock.now(), "created_at": clock.now()}
    Job.objects.create(state="done", key="every:thing done", created_by="by itself", **at)
    Job.objects.create(state="failed", key="every:thing done", created_by="failed itself", **at)
    Job.objects.create(state="done", created_by="asked for", **at)
    client = client_for(admin)

    def listed(address: str) -> list[str]:
        table = csv.reader(io.StringIO(b"".join(client.get(address)).decode("utf-8-sig")))
        return sorted(cell for row in table for cell in row if cell in ("by itself", "failed itself", "asked for"))

    columns = "export=csv&columns=kind&columns=created_by"
    assert listed(f"/work/?{columns}") == ["asked for", "failed itself"]
    assert listed(f"/work/?{columns}&routine=shown") == ["asked for", "by itself", "failed itself"]
    assert "Hidden once it is done" in client.get("/work/").content.decode()


# --- the trail as a file --------------------------------------------------------------------------------------------


@pytest.fixture
def work(hire: Any, organisation: Any) -> Any:
    """Work of somebody whose region shows teams only, and of somebody whose region permits figures of people."""
    organisation.south.analytics_mode = "individual"
    organisation.south.save()
    teams = hire("Ursel Ungenannt", region=organisation.north)
    alone = hire("Iris Individual", region=organisation.south)
    item = ("review.reviewitem", "77")
    with transaction.atomic():
        for one in (teams, alone):
            audit.record(one.actor, "review.item.decided", item, label="An item", data={"by": one.person.name})
            audit.record(one.actor, "kernel.account.signed_in", ("kernel.account", "5"), label=one.person.name)
            audit.record(one.actor, "kernel.brand.added", ("kernel.brand", "5"), label="A brand")
        audit.record(alone.actor, "training.belt.set", teams.person)
    return teams


ALL_COLUMNS = "&columns=at,code,subject_label,actor_label,via,sequence,data,hash"


def lines_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))[1:]


def test_a_file_of_the_trail_withholds_names_of_work_where_figures_of_people_may_not_be_had(
    client_for: Any, admin: Any, work: Any
) -> None:
    rows = lines_of(client_for(admin).get(f"/audit/?export=csv{ALL_COLUMNS}"))
    assert "withheld" in rows[0][0]
    named = [row[1] for row in rows if "Ursel Ungenannt" in "".join(row)]
    assert named == ["Brand added"]
    decided = [row for row in rows if row[1] == "Verdict given"]
    assert sorted(row[3] for row in decided) == ["Iris Individual", "withheld"]
    assert {len(row[0]) for row in decided if row[3] == "withheld"} == {10}  # a day
    assert {row[6] for row in decided} == {""}
    assert [row[2:4] for row in rows if row[1] == "Belt set by hand"] == [["withheld", "Iris Individual"]]
    assert {row[7] for row in rows[1:]} == {""}  # with a seal one could try names out


def test_searching_for_one_person_does_not_count_them_in_a_file(client_for: Any, admin: Any, work: Any) -> None:
    client = client_for(admin)
    asked = [row[1] for row in lines_of(client.get("/audit/?q=Ursel&export=csv"))[1:]]
    assert asked == ["Brand added"]
    by_id = client.get(f"/audit/?subject_kind=kernel.person&subject_id={work.person.pk}&export=csv")
    assert lines_of(by_id)[1:] == []
    assert len(lines_of(client.get("/audit/?q=verdict&export=csv"))) == 3
    # The page keeps names: law asks who did what.
    assert "Ursel Ungenannt" in client.get("/audit/?q=Ursel").content.decode()


def test_a_case_gives_the_names_and_is_audited(client_for: Any, admin: Any, work: Any) -> None:
    client = client_for(admin)
    assert client.post("/audit/?q=Ursel", {"case": " ", "format": "csv"}).status_code == 422
    rows = lines_of(client.post(f"/audit/?q=Ursel{ALL_COLUMNS}", {"case": "Claim 12", "format": "csv"}))
    assert rows[0][0] == "Case: Claim 12"
    assert {row[1] for row in rows[1:]} == {"Verdict given", "Signed in", "Brand added", "Belt set by hand"}
    noted = AuditEvent.objects.get(code="kernel.audit.exported").data
    assert (noted["case"], noted["asked"]["q"]) == ("Claim 12", "Ursel")


def test_the_api_withholds_the_same(client_for: Any, admin: Any, work: Any) -> None:
    from django.test import Client

    from fourleaf.kernel.services.tokens import make_token

    key = make_token(actor=admin.actor, name="t", scopes=["kernel.view_audit", "kernel.export_audit"]).key
    client = Client(headers={"authorization": f"Bearer {key}"})
    found = client.get("/api/v1/audit?code=review.item.decided").json()["items"]
    assert [(one["actor"], one["withheld"], one["hash"]) for one in found] == [
        ("Iris Individual", False, ""),
        ("withheld", True, ""),
    ]
    assert [one["code"] for one in client.get("/api/v1/audit?q=Ursel").json()["items"]] == ["kernel.brand.added"]
    with_case = client.get("/api/v1/audit?q=Ursel&case=Claim+12").json()["items"]
    assert "review.item.decided" in {one["code"] for one in with_case}
    assert AuditEvent.objects.get(code="kernel.audit.exported").data["case"] == "Claim 12"
