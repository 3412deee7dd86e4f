"""The import of lists in the browser: upload, preview, decision, result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fourleaf.kernel import jobs
from fourleaf.kernel.models import PeopleImport, Person
from fourleaf.kernel.services.people_import import stored

Signed = Callable[[Any], Client]
GOOD = "external_id,name,email,department\n1,Ann Lee,ann@example.org,MKT\n2,Bob Ray,bob@example.org,MKT\n"


def send(client: Client, text: str) -> Any:
    return client.post("/people/import/", {"file": SimpleUploadedFile("people.csv", text.encode(), "text/csv")})


def test_a_list_goes_from_upload_to_result(client_for: Signed, admin: Any) -> None:
    client = client_for(admin)
    response = send(client, GOOD)
    upload = PeopleImport.objects.get()
    assert response["Location"] == f"/people/import/{upload.pk}/"
    preview = client.get(f"/people/import/{upload.pk}/").content.decode()
    assert "Put 2 records in place" in preview
    assert not Person.objects.filter(external_id="1").exists()
    done = client.post(f"/people/import/{upload.pk}/decide/", {"fingerprint": upload.fingerprint}, follow=True)
    assert "2 people added" in done.content.decode()
    upload.refresh_from_db()
    assert f"/audit/{upload.audit_sequence}/" in done.content.decode()
    assert Person.objects.get(external_id="1").department.name == "Marketing"  # type: ignore[union-attr]
    send(client, GOOD)
    again = PeopleImport.objects.first()
    assert again is not None
    assert "nothing to put in place" in client.get(f"/people/import/{again.pk}/").content.decode()


def test_errors_are_listed_by_line_and_taken_away_as_csv(client_for: Signed, admin: Any) -> None:
    client = client_for(admin)
    send(client, GOOD + "3,Cy Orr,=nonsense,Kitchen\n")
    upload = PeopleImport.objects.get()
    page = client.get(f"/people/import/{upload.pk}/").content.decode()
    assert "This is not an e-mail address." in page
    assert "Add missing departments" in page
    refused = client.post(f"/people/import/{upload.pk}/decide/", {"fingerprint": upload.fingerprint}, follow=True)
    assert "leave those rows out" in refused.content.decode()
    file = client.get(f"/people/import/{upload.pk}/findings.csv").content.decode("utf-8-sig")
    assert "4,error,department,Kitchen" in file
    assert "'=nonsense" in file
    client.post(f"/people/import/{upload.pk}/missing/", {"add": ["departments"]})
    upload.refresh_from_db()
    data = {"fingerprint": upload.fingerprint, "skip_errors": "1"}
    done = client.post(f"/people/import/{upload.pk}/decide/", data, follow=True).content.decode()
    assert "1 row with errors left out" in done


def test_the_same_error_on_many_lines_is_said_once_with_its_lines(client_for: Signed, admin: Any) -> None:
    client = client_for(admin)
    rows = "".join(f"{n},Person {n},p{n}@example.org,Kitchen\n" for n in range(10, 20))
    send(client, GOOD.splitlines(keepends=True)[0] + rows)
    upload = PeopleImport.objects.get()
    page = client.get(f"/people/import/{upload.pk}/").content.decode()
    assert "10 errors" in page
    assert page.count("There is no department called Kitchen.") == 1
    assert "2, 3, 4, 5, 6, 7 and 4 more" in page
    assert '<strong>Kitchen</strong> <span class="muted">(10 rows)</span>' in page
    assert "Read as UTF-8, separated by commas." in page
    assert "No row can be put in place as it is. Let the import add the missing units above" in page
    assert 'name="skip_errors"' not in page


@pytest.mark.parametrize(
    ("content", "part"), [("", "empty"), ("PK\x03\x04", "spreadsheet"), ("a,b\n1,2\n", "no heading that is known")]
)
def test_files_that_cannot_be_read_say_so_beside_the_field(
    client_for: Signed, admin: Any, content: str, part: str
) -> None:
    response = send(client_for(admin), content)
    assert response.status_code == 422
    assert part in response.content.decode()


def test_a_preview_that_is_no_longer_true_is_shown_afresh(client_for: Signed, admin: Any, organisation: Any) -> None:
    client = client_for(admin)
    send(client, GOOD)
    upload = PeopleImport.objects.get()
    send(client, GOOD)
    other = PeopleImport.objects.first()
    assert other is not None
    client.post(f"/people/import/{other.pk}/decide/", {"fingerprint": other.fingerprint})
    page = client.post(f"/people/import/{upload.pk}/decide/", {"fingerprint": upload.fingerprint}, follow=True)
    assert "changed since this preview" in page.content.decode()
    assert "nothing to put in place" in page.content.decode()
    assert Person.objects.filter(external_id="1").count() == 1


def test_a_long_list_shows_its_progress(client_for: Signed, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "INLINE_ROWS", 1)
    client = client_for(admin)
    send(client, GOOD)
    upload = PeopleImport.objects.get()
    page = client.post(f"/people/import/{upload.pk}/decide/", {"fingerprint": upload.fingerprint}, follow=True)
    assert "Waits for a worker" in page.content.decode()
    headers = {"HX-Request": "true", "HX-Target": "import-progress"}
    part = client.get(f"/people/import/{upload.pk}/", headers=headers).content.decode()
    assert part.strip().startswith('<div id="import-progress"')
    jobs.run_until_idle()
    assert client.get(f"/people/import/{upload.pk}/", headers=headers)["HX-Refresh"] == "true"
    assert "2 people added" in client.get(f"/people/import/{upload.pk}/").content.decode()


def test_an_upload_is_thrown_away(client_for: Signed, admin: Any) -> None:
    client = client_for(admin)
    send(client, GOOD)
    upload = PeopleImport.objects.get()
    client.post(f"/people/import/{upload.pk}/discard/")
    upload.refresh_from_db()
    assert (upload.state, upload.content) == ("discarded", None)


def test_the_example_file_is_readable(client_for: Signed, admin: Any, organisation: Any) -> None:
    client = client_for(admin)
    example = client.get("/people/import/sample.csv").content.decode()
    send(client, example)
    assert PeopleImport.objects.get().preview["faulty"] == 0
