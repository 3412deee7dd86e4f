"""``fourleaf people import`` and ``fourleaf user add``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fourleaf.cli.people import people, user
from fourleaf.kernel.models import Account, AuditEvent, Person
from fourleaf.kernel.selectors import actor_for

GOOD = "id,name,email,department\n1,Ann Lee,ann@example.org,MKT\n2,Bob Ray,bob@example.org,MKT\n"


@pytest.fixture
def run(organisation: Any, tmp_path: Path) -> Any:
    """``run(text, "--dry-run")`` imports a file with this text."""

    def call(text: str, *options: str) -> Result:
        file = tmp_path / "people.csv"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(people, ["import", str(file), *options])

    return call


def test_a_file_is_imported_and_again_without_doubles(run: Any) -> None:
    first = run(GOOD)
    assert first.exit_code == 0, first.output
    assert "2 added, 0 changed" in first.output
    again = run(GOOD)
    assert "0 added, 0 changed (0 left, 0 returned), 2 as they were" in again.output
    event = AuditEvent.objects.filter(code="kernel.people.imported").first()
    assert event is not None
    assert (event.via, event.actor_label) == ("cli", "system: command line")


def test_a_dry_run_changes_nothing(run: Any) -> None:
    result = run(GOOD, "--dry-run")
    assert result.exit_code == 0
    assert "It would add 2" in result.output
    assert not Person.objects.exists()


def test_errors_keep_everything_out_and_name_their_lines(run: Any) -> None:
    result = run(GOOD + "3,Cy Orr,nonsense,MKT\n")
    assert result.exit_code == 1
    assert "error  line 4, email: This is not an e-mail address. Write it like ann@example.org." in result.output
    assert not Person.objects.exists()
    partly = run(GOOD + "3,Cy Orr,nonsense,MKT\n", "--skip-errors")
    assert partly.exit_code == 1
    assert Person.objects.count() == 2


def test_missing_departments_are_added_when_asked(run: Any) -> None:
    text = GOOD.replace("MKT", "Kitchen")
    assert run(text).exit_code == 1
    result = run(text, "--add-missing")
    assert result.exit_code == 0
    assert "Added departments: Kitchen." in result.output


def test_json_has_every_finding(run: Any) -> None:
    result = run(GOOD + "3,Cy Orr,nonsense,Kitchen\n", "--json")
    found = json.loads(result.output)
    assert (found["imported"], found["counts"]["with_errors"]) == (False, 1)
    assert [finding["line"] for finding in found["findings"]] == [4, 4]
    assert found["missing_units"]["departments"] == {"Kitchen": 1}


def test_a_file_that_cannot_be_read_is_wrong_use(run: Any) -> None:
    result = run("colour\nred\n")
    assert result.exit_code == 2
    assert "no heading that is known" in result.output


def test_the_first_administrator_gets_a_link(db: None) -> None:
    result = CliRunner().invoke(user, ["add", "--email", "ada@example.org", "--name", "Ada", "--role", "admin"])
    assert result.exit_code == 0, result.output
    assert "/account/password/reset/key/" in result.output
    assert actor_for(Account.objects.get()).may("kernel.grant_roles")


def test_a_password_comes_from_standard_input(db: None) -> None:
    arguments = ["add", "--email", "ada@example.org", "--name", "Ada", "--role", "admin", "--password-stdin"]
    result = CliRunner().invoke(user, arguments, input="four quiet meadows\n")
    assert result.exit_code == 0, result.output
    assert Account.objects.get().check_password("four quiet meadows")
    assert "four quiet meadows" not in result.output


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (["--email", "ada@example.org"], 1, "A name is needed"),
        (["--email", "nonsense", "--name", "A"], 1, "not an e-mail address"),
        (["--email", "a@example.org", "--name", "A", "--role", "king"], 1, "is not a role"),
        (["--email", "a@example.org", "--name", "A", "--password-stdin"], 2, "standard input is empty"),
        (["--name", "A"], 2, "--email"),
    ],
)
def test_wrong_users_are_refused_with_a_sentence(db: None, arguments: list[str], code: int, part: str) -> None:
    result = CliRunner().invoke(user, ["add", *arguments])
    assert result.exit_code == code
    assert part in result.output
    assert not Account.objects.exists()
