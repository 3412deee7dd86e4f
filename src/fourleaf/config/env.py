"""Typed readers for settings from the environment.

A value comes from ``NAME``, or from the file that ``NAME_FILE`` names (for secrets mounted as files). A value that
cannot be understood raises `SettingsError` with a sentence; the command line prints it and the start stops. Every
setting that is read is remembered in `REGISTRY`, from which the reference page and the documentation test are made.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = [
    "REGISTRY",
    "Setting",
    "SettingsError",
    "boolean",
    "choice",
    "database",
    "integer",
    "mail",
    "path",
    "text",
    "texts",
    "time_zone",
    "unknown_settings",
    "url",
]

T = TypeVar("T")


class SettingsError(Exception):
    """A setting has a value that cannot be used. The message is a whole sentence for the operator."""


@dataclass(frozen=True)
class Setting:
    """One setting, as the reference page lists it."""

    name: str
    kind: str
    default: str
    help: str
    secret: bool = False


REGISTRY: dict[str, Setting] = {}

_OURS = "FOURLEAF_"
#: Names below this belong to the tests, which read them outside the settings.
_OF_TESTS = "FOURLEAF_TEST_"

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def _raw(name: str, environ: Mapping[str, str] | None = None) -> str | None:
    env = os.environ if environ is None else environ
    file_name = env.get(f"{name}_FILE")
    if name in env and file_name:
        raise SettingsError(f"Both {name} and {name}_FILE are set. Keep one of them.")
    if file_name:
        try:
            return Path(file_name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{name}_FILE names {file_name}, which cannot be read: {error.strerror}.") from error
    value = env.get(name)
    return value.strip() if value is not None else None


def _read(
    name: str, default: T, parse: Callable[[str], T], *, kind: str, help: str, shown: str | None, secret: bool = False
) -> T:
    REGISTRY[name] = Setting(name, kind, shown if shown is not None else str(default), help, secret)
    raw = _raw(name)
    if raw is None or raw == "":
        return default
    try:
        return parse(raw)
    except SettingsError:
        raise
    except ValueError as error:
        seen = "the value" if secret else f"“{raw}”"
        raise SettingsError(f"{name}: {seen} is not {kind}. {error}".strip()) from error


def unknown_settings(environ: Mapping[str, str] | None = None) -> list[str]:
    """A sentence for each ``FOURLEAF_`` name in the environment that no setting has, with the nearest that one has.

    Values are never repeated: a mistyped name may hold a secret. Call it after the settings have been read.
    """
    env = os.environ if environ is None else environ
    short = sorted(name.removeprefix(_OURS) for name in REGISTRY if name.startswith(_OURS))
    known = {*short, *(f"{name}_FILE" for name in short)}
    sentences = []
    for name in sorted(env):
        given = name[len(_OURS) :]
        if (
            not name.upper().startswith(_OURS)
            or (name.startswith(_OURS) and given in known)
            or name.startswith(_OF_TESTS)
        ):
            continue
        # The names of files are near to everything; they are meant only where the given name ends so.
        near = [f"{one}_FILE" for one in short] if given.upper().endswith("_FILE") else short
        close = difflib.get_close_matches(given.upper(), near, n=1, cutoff=0.7)
        meant = f"Did you mean {_OURS}{close[0]}?" if close else "The names are listed in docs/reference/settings.md."
        sentences.append(f"{name} is no setting of Fourleaf and has no effect. {meant}")
    return sentences


def text(name: str, default: str = "", *, help: str, secret: bool = False, shown: str | None = None) -> str:
    """A piece of text."""
    return _read(name, default, lambda raw: raw, kind="text", help=help, shown=shown, secret=secret)


def texts(name: str, default: Sequence[str] = (), *, help: str) -> list[str]:
    """A list, separated by commas."""
    return _read(
        name,
        list(default),
        lambda raw: [part.strip() for part in raw.split(",") if part.strip()],
        kind="a list separated by commas",
        help=help,
        shown=", ".join(default),
    )


def boolean(name: str, default: bool, *, help: str) -> bool:
    """A switch: 1/0, true/false, yes/no, on/off."""

    def parse(raw: str) -> bool:
        lowered = raw.lower()
        if lowered in _TRUE:
            return True
        if lowered in _FALSE:
            return False
        raise ValueError("Write true or false.")

    return _read(name, default, parse, kind="a switch", help=help, shown="true" if default else "false")


def integer(name: str, default: int, *, minimum: int, maximum: int, help: str) -> int:
    """A whole number within stated bounds."""

    def parse(raw: str) -> int:
        try:
            value = int(raw)
        except ValueError:
            raise ValueError(f"Write digits, from {minimum} to {maximum}.") from None
        if not minimum <= value <= maximum:
            raise ValueError(f"It must lie between {minimum} and {maximum}.")
        return value

    return _read(name, default, parse, kind="a whole number", help=help, shown=None)


def choice(name: str, default: str, options: Sequence[str], *, help: str) -> str:
    """One of a few words."""

    def parse(raw: str) -> str:
        if raw not in options:
            raise ValueError(f"Choose one of: {', '.join(options)}.")
        return raw

    return _read(name, default, parse, kind="one of the choices", help=help, shown=None)


def path(name: str, default: Path, *, help: str, shown: str) -> Path:
    """A folder or file; `~` is understood."""
    return _read(name, default, lambda raw: Path(raw).expanduser().resolve(), kind="a path", help=help, shown=shown)


def time_zone(name: str, default: str, *, help: str) -> str:
    """An IANA time zone such as Europe/Berlin."""

    def parse(raw: str) -> str:
        try:
            ZoneInfo(raw)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("Write an IANA name such as Europe/Berlin.") from None
        return raw

    return _read(name, default, parse, kind="a time zone", help=help, shown=None)


def url(name: str, default: str, *, schemes: Sequence[str], help: str) -> str:
    """An absolute address without a trailing slash."""

    def parse(raw: str) -> str:
        parts = urlsplit(raw)
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(f"Write a whole address that begins with {' or '.join(s + '://' for s in schemes)}.")
        return raw.rstrip("/")

    return _read(name, default, parse, kind="an address", help=help, shown=None)


def _parts(raw: str, schemes: Mapping[str, str], example: str) -> SplitResult:
    try:
        parts = urlsplit(raw)
        _ = parts.port
    except ValueError:
        raise ValueError(f"Write it like {example}.") from None
    if parts.scheme not in schemes:
        raise ValueError(f"It must begin with {' or '.join(s + '://' for s in schemes)}, for example {example}.")
    return parts


def database(name: str, default: dict[str, object], *, help: str, shown: str) -> dict[str, object]:
    """A database address: ``postgres://user:password@host:port/name`` or ``sqlite:///path``."""

    def parse(raw: str) -> dict[str, object]:
        schemes = {"postgres": "pg", "postgresql": "pg", "sqlite": "sqlite"}
        parts = _parts(raw, schemes, "postgres://fourleaf:password@localhost:5432/fourleaf")
        if parts.scheme == "sqlite":
            if not parts.path or parts.path == "/":
                raise ValueError("After sqlite:// a path must follow, for example sqlite:////srv/fourleaf/db.sqlite3.")
            return {**default, "NAME": unquote(parts.path)}
        name = unquote(parts.path.lstrip("/"))
        if not name:
            raise ValueError("The name of the database is missing at the end.")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 300,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }

    return _read(name, default, parse, kind="a database address", help=help, shown=shown, secret=True)


def mail(name: str, *, help: str) -> dict[str, object]:
    """A mail address of the form ``smtp://user:password@host:587?tls=1``; empty prints mail to the log."""

    def parse(raw: str) -> dict[str, object]:
        parts = _parts(raw, {"smtp": "", "smtps": ""}, "smtp://user:password@mail.example.org:587?tls=1")
        if not parts.hostname:
            raise ValueError("The host is missing.")
        query = dict(parse_qsl(parts.query))
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": query.get("tls", "0").lower() in _TRUE,
            "EMAIL_TIMEOUT": 10,
        }

    default: dict[str, object] = {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    return _read(
        name, default, parse, kind="a mail address", help=help, shown="mail is printed to the log", secret=True
    )
