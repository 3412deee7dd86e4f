"""A wrong setting stops the start with a sentence that says which, what and how to mend it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fourleaf.config import env
from fourleaf.config.env import SettingsError


@pytest.fixture(autouse=True)
def _registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "REGISTRY", {})


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("eight", "X: “eight” is not a whole number. Write digits, from 1 to 10."),
        ("11", "X: “11” is not a whole number. It must lie between 1 and 10."),
    ],
)
def test_numbers(monkeypatch: pytest.MonkeyPatch, value: str, sentence: str) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(SettingsError) as caught:
        env.integer("X", 5, minimum=1, maximum=10, help="")
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("mysql://host/db", "begin with postgres://"),
        ("postgres://host:99999/db", "Write it like"),
        ("postgres://host", "name of the database is missing"),
        ("sqlite://", "a path must follow"),
    ],
)
def test_database_addresses(monkeypatch: pytest.MonkeyPatch, address: str, part: str) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    with pytest.raises(SettingsError) as caught:
        env.database("DATABASE_URL", {}, help="", shown="")
    assert part in str(caught.value)


def test_a_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:hunter2@host:port/db")
    with pytest.raises(SettingsError) as caught:
        env.database("DATABASE_URL", {}, help="", shown="")
    assert "hunter2" not in str(caught.value)


def test_passwords_in_addresses_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:p%40ss@db.example:5433/four?sslmode=require")
    read = env.database("DATABASE_URL", {}, help="", shown="")
    assert (read["PASSWORD"], read["HOST"], read["PORT"], read["NAME"]) == ("p@ss", "db.example", "5433", "four")
    assert read["OPTIONS"] == {"sslmode": "require"}


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv("X_FILE", str(tmp_path / "secret"))
    assert env.text("X", help="", secret=True) == "from the file"
    monkeypatch.setenv("X", "also here")
    with pytest.raises(SettingsError, match="Both X and X_FILE are set"):
        env.text("X", help="")


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_FILE", "/nowhere/at/all")
    with pytest.raises(SettingsError, match="X_FILE names /nowhere/at/all, which cannot be read"):
        env.text("X", help="")


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("FOURLEAF_TIME_ZONE", "Europe/Ravenau", "Write an IANA name"),
        ("FOURLEAF_PORT", "70000", "between 1 and 65535"),
        ("FOURLEAF_BASE_URL", "fourleaf.example.org", "begins with http://"),
        ("FOURLEAF_SECRET_KEY", "short", "shorter than 50"),
        ("FOURLEAF_DATA_DIR", "/proc/nowhere", "cannot be used"),
        ("FOURLEAF_OIDC_SERVER", "https://id.example.org", "FOURLEAF_OIDC_CLIENT_ID is not"),
    ],
)
def test_the_command_stops_with_the_sentence_and_code_2(tmp_path: Path, name: str, value: str, part: str) -> None:
    environ = {key: val for key, val in os.environ.items() if not key.startswith(("FOURLEAF_", "DJANGO_"))}
    environ |= {"FOURLEAF_DATA_DIR": str(tmp_path), name: value}
    done = subprocess.run(
        [sys.executable, "-m", "fourleaf", "migrate", "--check"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistyped_setting_is_said_with_the_nearest_name_and_never_with_its_value() -> None:
    for name in ("FOURLEAF_TIME_ZONE", "FOURLEAF_SECRET_KEY", "FOURLEAF_PORT"):
        env.text(name, help="")
    environ = {
        "FOURLEAF_TIME_ZON": "Europe/Berlin",
        "FOURLEAF_SECRETKEY": "hunter2",
        "fourleaf_port": "1",
        "FOURLEAF_COFFEE": "x",
        "FOURLEAF_PORT": "1",
        "FOURLEAF_SECRET_KEY_FILE": "/run/secret",
        "FOURLEAF_TEST_DATA": "/data",
        "PATH": "/bin",
    }
    said = env.unknown_settings(environ)
    assert [sentence.split(" ")[0] for sentence in said] == [
        "FOURLEAF_COFFEE", "FOURLEAF_SECRETKEY", "FOURLEAF_TIME_ZON", "fourleaf_port",
    ]  # fmt: skip
    assert said[0].endswith("The names are listed in docs/reference/settings.md.")
    assert said[1].endswith("Did you mean FOURLEAF_SECRET_KEY?")
    assert said[2] == "FOURLEAF_TIME_ZON is no setting of Fourleaf and has no effect. Did you mean FOURLEAF_TIME_ZONE?"
    assert said[3].endswith("Did you mean FOURLEAF_PORT?")
    assert "hunter2" not in " ".join(said)


def test_doctor_warns_of_a_mistyped_setting_and_goes_on(tmp_path: Path) -> None:
    environ = {key: val for key, val in os.environ.items() if not key.startswith(("FOURLEAF_", "DJANGO_"))}
    environ |= {"FOURLEAF_DATA_DIR": str(tmp_path), "FOURLEAF_WORKER": "2"}
    command = [sys.executable, "-m", "fourleaf", "doctor", "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    findings = json.loads(done.stdout)["findings"]
    assert {
        "check": "settings",
        "state": "warning",
        "found": "FOURLEAF_WORKER is no setting of Fourleaf and has no effect",
        "mend": "Did you mean FOURLEAF_WORKERS?",
    } in findings
