"""The import wizard as somebody walks through it, with good files and bad ones."""

from __future__ import annotations

import csv
import gzip
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fourleaf.kernel import clock, jobs
from fourleaf.listening.models import MentionImport

pytestmark = pytest.mark.django_db
GOOD = b"id,created_at,author,text\n" + b"".join(
    b"p%d,2026-06-01T10:%02d:00Z,ann,emberlyn number %d\n" % (n, n, n) for n in range(30)
)
FAULTY = GOOD + b"x1,31.02.2026,ben,impossible day\nx2,,ben,no day\n=x3,2026-06-01T12:00:00Z,=HYPERLINK(1),fine text\n"


@pytest.fixture(autouse=True)
def _place(lake_dir: Path, settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    with clock.frozen(datetime(2026, 6, 20, 12, 0, tzinfo=UTC)):
        yield


def send(client: Any, content: bytes, name: str = "posts.csv") -> Any:
    return client.post("/imports/new/", {"file": SimpleUploadedFile(name, content)})


def go_on(client: Any, import_id: int, **changes: str) -> Any:
    """Send the columns form as it was filled in, with changes by column name."""
    text = client.get(f"/imports/{import_id}/columns/").content.decode()
    values: dict[str, str] = {}
    for block in re.findall(r"<select[^>]*name=\"([^\"]+)\"[^>]*>(.*?)</select>", text, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', block[1])
        values[block[0]] = chosen.group(1) if chosen else ""
    return client.post(f"/imports/{import_id}/columns/", values | changes)


def test_dates_that_can_be_read_both_ways_are_asked_about_beside_the_field(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    send(client, b"created_at,text\n03/04/2026,hello\n")
    found = MentionImport.objects.get()
    answer = go_on(client, found.pk)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "--dates" not in text
    beside = text.split('id="id_day_first_error"')[1].split("</ul>")[0]
    assert "can mean day/month or month/day" in beside
    assert go_on(client, found.pk, day_first="yes").status_code == 302


def test_the_whole_way_from_file_to_mentions(client_for: Any, analyst: Any, query_budget: Any) -> None:
    client = client_for(analyst)
    answer = send(client, GOOD)
    found = MentionImport.objects.get()
    assert answer["Location"] == f"/imports/{found.pk}/"
    columns = client.get(answer["Location"], follow=True).content.decode()
    assert "emberlyn number 0" in columns
    assert go_on(client, found.pk).status_code == 302
    with query_budget(8):
        preview = client.get(f"/imports/{found.pk}/").content.decode()
    assert "The file has 30 rows: 30 can be stored, none is faulty." in preview
    assert "Import 30 posts" in preview
    assert preview.count("emberlyn number") == 20
    client.post(f"/imports/{found.pk}/start/")
    running = client.get(f"/imports/{found.pk}/").content.decode()
    assert 'hx-trigger="every 1500ms"' in running
    live = running[running.index('id="import-live"') : running.index("<noscript")]
    assert "Waiting for a worker" in live
    assert "No row read yet" in live
    assert "Running" not in live
    assert "of 100" not in live
    listed = client.get("/imports/").content.decode().partition("<tbody")[2]
    assert "Waiting" in listed
    assert "Running" not in listed
    jobs.run_until_idle()
    done = client.get(f"/imports/{found.pk}/?part=live").content.decode()
    assert "<html" not in done
    assert "hx-trigger" not in done
    assert "No query finds any of them yet." in done
    found.refresh_from_db()
    assert (found.state, found.rows_stored) == ("done", 30)
    assert "30 mentions" in client.get("/mentions/?period=all").content.decode()


def test_the_same_file_again_is_recognised(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    send(client, GOOD)
    answer = client.post("/imports/new/", {"file": SimpleUploadedFile("again.csv", GOOD)}, follow=True).content.decode()
    assert "This file was uploaded before, as posts.csv." in answer
    assert MentionImport.objects.count() == 1


def test_faulty_rows_are_listed_downloadable_and_left_out(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    send(client, FAULTY)
    found = MentionImport.objects.get()
    go_on(client, found.pk)
    preview = client.get(f"/imports/{found.pk}/").content.decode()
    assert "2 cannot be used" in preview
    assert "31.02.2026" in preview
    content = b"".join(client.get(f"/imports/{found.pk}/faults.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["line"] for row in rows] == ["32", "33"]
    assert all(row["how to mend it"] for row in rows)
    client.post(f"/imports/{found.pk}/start/")
    jobs.run_until_idle()
    found.refresh_from_db()
    assert (found.rows_stored, found.rows_skipped) == (31, 2)
    assert "31.02.2026" in client.get(f"/imports/{found.pk}/").content.decode()


def test_the_end_leads_to_the_imports_own_days_and_query(
    client_for: Any, analyst: Any, organisation: Any, query_budget: Any
) -> None:
    from fourleaf.listening.services.imports import map_columns, start_import, upload_file
    from fourleaf.listening.services.queries import QueryFields, add_query

    def take(name: str, content: bytes) -> int:
        upload = upload_file(actor=analyst.actor, name=name, pieces=[content]).import_
        map_columns(actor=analyst.actor, import_id=upload.pk)
        start_import(actor=analyst.actor, import_id=upload.pk)
        jobs.run_until_idle()
        return upload.pk

    # Another brand's posts are stored, of other days; this file is of the second brand alone.
    for name, brand in (("Emberlyn", organisation.ember), ("Loomery", organisation.loom)):
        add_query(actor=analyst.actor, fields=QueryFields(name, name.lower(), "own", brand_id=brand.pk))
    add_query(actor=analyst.actor, fields=QueryFields("Rival", "weaver", "competitor"))
    take("first.csv", GOOD)
    rows = [f"l{n},2025-03-{n + 10}T12:00:00Z,ann,{'loomery' if n % 3 else 'weaver'} {n * 7919}" for n in range(6)]
    mine = take("second.csv", ("id,created_at,author,text\n" + "\n".join(rows)).encode())
    client = client_for(analyst)
    text = client.get(f"/imports/{mine}/").content.decode().partition('id="import-live"')[2]
    assert "10 to 15 March 2025" in text
    assert re.search(r">Loomery</a> \(4\), <a [^>]+>Rival</a> \(2\)\.", text)
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', text)]
    (mentions,) = [link for link in links if link.startswith("/mentions/") and "query=" not in link]
    (voice,) = [link for link in links if link.startswith("/voice/")]
    assert mentions == "/mentions/?period=own&first=2025-03-10&last=2025-03-15"
    answer = client.get(voice)
    assert answer.context["asked"].brand == organisation.loom
    assert answer.context["found"].own["raw"].base == 6
    # The same posts once more bring nothing new, and the page says so.
    again = take("third.csv", ("id,created_at,author,text\n" + "\n".join(rows[:2])).encode())
    assert "It brought no post that was not stored before." in client.get(f"/imports/{again}/").content.decode()


def test_faults_stand_in_the_order_of_the_file(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    send(client, b"id,created_at,text\n1,never,a\n2,2026-06-01T10:00:00Z,\n3,never,c\n4,2026-06-01,d,,,\n5,soon,e\n")
    found = MentionImport.objects.get()
    go_on(client, found.pk)
    content = b"".join(client.get(f"/imports/{found.pk}/faults.csv").streaming_content).decode()
    assert [row["line"] for row in csv.DictReader(io.StringIO(content))] == ["2", "3", "4", "5", "6"]


def test_columns_can_be_renamed_and_wrong_choices_are_said(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    content = b"when;who;what was said\n2026-06-01 10:00;ann;emberlyn one\n2026-06-01 11:00;ben;emberlyn two\n"
    send(client, content)
    found = MentionImport.objects.get()
    refused = go_on(client, found.pk, column_0="", column_2="")
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "Say which column holds: text of the post." in text
    assert "Say which column holds: when it was published." in text
    twice = go_on(client, found.pk, column_0="created_at", column_1="text", column_2="text")
    assert "is said to hold this already" in twice.content.decode()
    assert (
        go_on(
            client, found.pk, column_0="created_at", column_1="author", column_2="text", zone="Europe/Berlin"
        ).status_code
        == 302
    )
    preview = client.get(f"/imports/{found.pk}/").content.decode()
    assert "emberlyn two" in preview
    found.refresh_from_db()
    assert found.mapping == {"when": "created_at", "who": "author", "what was said": "text"}


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "empty.csv"), (b"\x00\x01\x02\x03" * 500, "noise.bin"), (gzip.compress(GOOD, mtime=0)[:60], "cut.csv.gz")],
    ids=["empty", "noise", "cut off"],
)
def test_files_that_are_none_are_refused_with_a_sentence(
    client_for: Any, analyst: Any, content: bytes, name: str
) -> None:
    answer = send(client_for(analyst), content, name)
    assert answer.status_code == 422
    assert "field-errors" in answer.content.decode() or "notice" in answer.content.decode()
    assert MentionImport.objects.count() == 0


def test_no_file_at_all_is_said(client_for: Any, analyst: Any) -> None:
    answer = client_for(analyst).post("/imports/new/", {})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()


def test_a_file_above_the_limit_is_refused_and_nothing_is_kept(client_for: Any, analyst: Any, settings: Any) -> None:
    settings.UPLOAD_LIMIT_MB = 0
    answer = send(client_for(analyst), GOOD)
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()
    assert not any(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


def test_an_import_can_be_given_up_and_is_not_run(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    send(client, GOOD)
    found = MentionImport.objects.get()
    go_on(client, found.pk)
    client.post(f"/imports/{found.pk}/cancel/")
    jobs.run_until_idle()
    found.refresh_from_db()
    assert (found.state, found.rows_stored) == ("cancelled", 0)
    assert "Continue the import" in client.get(f"/imports/{found.pk}/").content.decode()


def test_texts_of_a_file_are_shown_as_texts(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    send(
        client, b'id,created_at,text\n1,2026-06-01T10:00:00Z,"<script>alert(1)</script><img src=x onerror=alert(1)>"\n'
    )
    found = MentionImport.objects.get()
    for path in (f"/imports/{found.pk}/columns/", None):
        if path is None:
            go_on(client, found.pk)
            path = f"/imports/{found.pk}/"
        text = client.get(path).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    "path", ["/imports/", "/imports/new/", "/imports/1/", "/imports/1/columns/", "/imports/1/faults.csv"]
)
def test_who_may_not_import_finds_nothing(client_for: Any, analyst: Any, member: Any, path: str) -> None:
    send(client_for(analyst), GOOD)
    assert client_for(member).get(path).status_code == (404 if "1" in path else 403)


def test_the_list_keeps_its_budget_at_ten_thousand_files(client_for: Any, analyst: Any, query_budget: Any) -> None:
    MentionImport.objects.bulk_create(
        [
            MentionImport(file_name=f"f{n}.csv", size=1, digest=f"{n:064}", created_at=clock.now(), created_by="x")
            for n in range(10_001)
        ],
        batch_size=2000,
    )
    client = client_for(analyst)
    with query_budget(8):
        text = client.get("/imports/?sort=file_name&page=7").content.decode()
    assert "more than 10,000 files" in text


def previewed(client: Any, content: bytes, name: str = "posts.csv", **changes: str) -> tuple[MentionImport, str]:
    """Upload, accept the columns, and give the preview."""
    send(client, content, name)
    found = MentionImport.objects.latest("pk")
    assert go_on(client, found.pk, **changes).status_code == 302
    return found, client.get(f"/imports/{found.pk}/").content.decode()


def test_a_nul_and_blank_texts_cost_their_rows_only(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    bad = b"n1,2026-06-01T12:00:00Z,ann,nul\0here\nn2,2026-06-01T12:00:00Z,ann,\nn3,2026-06-01T12:00:00Z,ann,   \n"
    found, preview = previewed(client, GOOD + bad)
    assert "The file has 33 rows: 30 can be stored, 3 cannot be used" in preview
    client.post(f"/imports/{found.pk}/start/")
    jobs.run_until_idle()
    found.refresh_from_db()
    assert (found.state, found.rows_stored, found.rows_skipped, found.rows_read) == ("done", 30, 3, 33)
    content = b"".join(client.get(f"/imports/{found.pk}/left-out.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [(row["line"], row["column"]) for row in rows] == [("32", "text"), ("33", "text"), ("34", "text")]
    assert "NUL" in rows[0]["problem"]
    assert {row["problem"] for row in rows[1:]} == {"The post has no text."}


def test_a_file_that_is_faulty_to_its_last_row_adds_up(client_for: Any, analyst: Any) -> None:
    _, preview = previewed(
        client_for(analyst), b"id,created_at,text\n1,2026-06-01T10:00:00Z,\n2,2026-06-01T10:00:00Z,\n"
    )
    assert "The file has 2 rows: 0 can be stored, 2 cannot be used" in preview
    assert "/start/" not in preview


def test_a_quote_that_is_never_closed_is_one_faulty_row_and_no_contradiction(client_for: Any, analyst: Any) -> None:
    head, rows = GOOD.split(b"\n", 1)
    _, preview = previewed(client_for(analyst), head + b'\nq1,2026-06-01T10:00:00Z,ann,"never closed\n' + rows)
    assert "The file has 31 rows: 30 can be stored, 1 cannot be used" in preview
    assert "no row that can be read" not in preview
    assert "A quotation mark opened on this line is not closed properly." in preview


def test_ids_that_are_stored_with_another_text_are_said_before(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    found, _ = previewed(client, GOOD)
    client.post(f"/imports/{found.pk}/start/")
    jobs.run_until_idle()
    other = b"id,created_at,author,text\n" + b"".join(
        b"p%d,2026-06-02T10:%02d:00Z,ben,%s\n" % (n, n, b"emberlyn number %d" % n if n < 3 else b"other words %d" % n)
        for n in range(10)
    )
    _, preview = previewed(client, other, "other.csv")
    assert "7 rows are known already, stored with another text" in preview
    assert "10 rows are known already: the post, by its platform and id, is stored" in preview
    assert "The first 5 of 7." in preview
    assert "The file has 10 rows: 0 can be stored, none is faulty." in preview
    assert "there is nothing to import" in preview
    assert "/start/" not in preview
    table = preview.split("Ids that are stored with another text")[1].split("</table>")[0]
    assert "other words 3" in table
    assert "emberlyn number 3" in table
    assert "other words 8" not in table


def test_ids_that_clash_within_the_file_are_said_and_none_without(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    _, preview = previewed(client, GOOD + b"p1,2026-06-02T10:00:00Z,ann,quite another\n")
    assert "1 row is known already, from an earlier row of this file with another text" in preview
    assert "The file has 31 rows: 30 can be stored" in preview
    assert "Import 30 posts" in preview
    _, preview = previewed(client, GOOD + b"p30,2026-06-02T10:00:00Z,ann,new\n", "more.csv")
    assert "another text" not in preview


def test_the_platform_is_asked_for_when_no_column_has_it(client_for: Any, analyst: Any) -> None:
    client = client_for(analyst)
    send(client, GOOD)
    first = MentionImport.objects.get()
    assert (
        "No column says where these posts were published"
        in client.get(f"/imports/{first.pk}/columns/").content.decode()
    )
    go_on(client, first.pk)
    assert "Nothing says where these posts were published" in client.get(f"/imports/{first.pk}/").content.decode()
    go_on(client, first.pk, platform="Microblog")
    named = client.get(f"/imports/{first.pk}/").content.decode()
    assert "Nothing says where" not in named
    assert ">microblog<" in named
    send(client, GOOD.replace(b"author", b"platform"), "with.csv")
    second = MentionImport.objects.latest("pk")
    assert "No column says where" not in client.get(f"/imports/{second.pk}/columns/").content.decode()
