"""Every page without arguments: it is there, it leads somewhere, or it refuses in one way; nothing ever breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.django_db

#: Not pages: they answer to machines, or hand out files.
_NOT_PAGES = ("api/", "static/", "health", "media/")
#: Answers to a form; a plain visit is told so.
_POST_ONLY = 405


def addresses(patterns: list[Any], before: str = "") -> Iterator[str]:
    """The address of every registered pattern that takes no arguments."""
    for pattern in patterns:
        part = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, part)
        elif isinstance(pattern, URLPattern) and not any(sign in part for sign in "<(?*\\"):
            path = part.replace("^", "").removesuffix("$")
            if not path.startswith(_NOT_PAGES):
                yield f"/{path}"


def _title(answer: HttpResponse) -> str:
    return answer.content.decode().partition("<h1>")[2].partition("</h1>")[0] if not answer.streaming else ""


@pytest.fixture
def walked(lake_dir: Any) -> list[str]:
    """All of them, each once; there are too many for this to be an empty walk."""
    found = sorted(set(addresses(get_resolver().url_patterns)))
    assert len(found) > 60
    assert {"/", "/mentions/", "/voice/", "/people/", "/audit/", "/plan/", "/sentiment/model/"} <= set(found)
    return found


def test_a_plain_member_gets_each_page_or_one_refusal(client_for: Any, member: Any, walked: list[str]) -> None:
    client = client_for(member)
    wrong, refused = [], 0
    for path in walked:
        if path.startswith("/account/"):
            continue  # signing in and out has rules of its own
        answer = client.get(path)
        if answer.status_code == 403:
            refused += 1
            if _title(answer) != "Not allowed":
                wrong.append((path, 403, _title(answer)))
        elif answer.status_code not in (200, 302, _POST_ONLY):
            wrong.append((path, answer.status_code, _title(answer)))
    assert not wrong, wrong
    assert refused > 10


def test_nobody_gets_the_sign_in_everywhere(stranger: Any, walked: list[str]) -> None:
    wrong = []
    for path in walked:
        answer = stranger.get(path)
        to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/account/")
        # Pages outside: signing in itself and what it needs, and the survey, which people enter with a link.
        outside = path.startswith(("/account/", "/theme/", "/charts/", "/survey/"))
        if answer.status_code >= 500 or not (to_sign_in or outside):
            wrong.append((path, answer.status_code))
    assert not wrong, wrong


@pytest.mark.parametrize("path", ["/mentions/", "/voice/", "/queries/", "/imports/", "/sentiment/model/", "/audit/"])
def test_a_hidden_page_says_which_right_it_needs(client_for: Any, member: Any, path: str) -> None:
    answer = client_for(member).get(path)
    assert answer.status_code == 403
    assert "it needs the right “" in answer.content.decode()


def test_a_row_that_may_not_be_seen_looks_absent(client_for: Any, member: Any) -> None:
    client = client_for(member)
    assert {client.get(path).status_code for path in ("/mentions/one/none/", "/queries/1/", "/imports/1/")} == {404}
