"""The sheet: for anybody with a link, without an account, without scripts, made for a phone.

The link is followed once; from then on a cookie of this browser holds it, so that it stands in no further address and
no log. Nothing of a sheet is written to the session.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from fourleaf.assessment.errors import LinkError
from fourleaf.assessment.models import Wave
from fourleaf.assessment.questionnaire import languages_of
from fourleaf.assessment.services.answering import (
    LONGEST_REMARK,
    Link,
    clean_answers,
    follow,
    hand_in,
    load_draft,
    save_draft,
)
from fourleaf.assessment.tokens import item_seed, read_token
from fourleaf.engine.survey.instrument import LEAVES
from fourleaf.web.assessment.words import preferred, words_in

__all__ = ["enter", "later", "link", "page_of_sheet", "thanks"]

_COOKIE: Final = "survey"
_LANGUAGE: Final = "survey_language"
#: Long enough for a pause, short enough for a shared device.
_TWO_HOURS: Final = 2 * 60 * 60
_STATUS: Final = {"unknown": 404, "used": 410, "ended": 410, "left": 410}
View = Callable[..., HttpResponse]


def _set(response: HttpResponse, name: str, value: str, request: HttpRequest) -> None:
    response.set_cookie(
        name, value, max_age=_TWO_HOURS, path="/survey/", samesite="Lax", httponly=True, secure=request.is_secure()
    )


def _language(request: HttpRequest, wave: Wave | None) -> str:
    offered = [code for code, _ in languages_of(wave.instrument)] if wave else ["en", "de"]
    chosen = request.COOKIES.get(_LANGUAGE, "")
    return chosen if chosen in offered else preferred(request.headers.get("Accept-Language", ""), offered)


def _day(wave: Wave, words: Mapping[str, Any]) -> str:
    day = wave.last_day
    if day is None:
        return ""
    months = words["months"]
    return f"{day.day}. {months[day.month - 1]} {day.year}" if months else f"{day.day} {day:%B %Y}"


def _show(
    request: HttpRequest, template: str, wave: Wave | None, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    language = str(context.get("language") or _language(request, wave))
    words = words_in(language)
    places = {
        "k": wave.k_scores if wave else 5,
        "count": len(wave.instrument["items"]) if wave else 0,
        "last_day": _day(wave, words) if wave else "",
        **context.get("places", {}),
    }
    said = {key: _filled(text, places) if isinstance(text, str) else text for key, text in words.items()}
    if wave is not None:
        # Remarks have a threshold of their own.
        said["remark_help"] = _filled(str(words["remark_help"]), {**places, "k": wave.k_verbatim})
    values = {
        "words": said,
        "language": language,
        "languages": languages_of(wave.instrument) if wave else [],
        "wave": wave,
        **context,
    }
    return render(request, template, values, status=status)


def _filled(text: str, places: Mapping[str, Any]) -> str:
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def _turned_away(request: HttpRequest, error: LinkError) -> HttpResponse:
    """One calm sentence; the cookie goes, since it leads nowhere."""
    language = _language(request, None)
    # English keeps the day on which it ended; the others say that it has.
    text = error.message if language == "en" else str(words_in(language)[error.kind])
    context = {"text": text, "kind": error.kind, "language": language}
    response = _show(request, "web/assessment/answer/turned_away.html", None, context, _STATUS[error.kind])
    response.delete_cookie(_COOKIE, path="/survey/")
    return response


def _sheet(view: Callable[..., HttpResponse]) -> View:
    """For anybody whose browser holds a link: hands the `Link` to the view, or says why there is no sheet."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = request.COOKIES.get(_COOKIE, "")
        if not token:
            return redirect("assessment:enter")
        try:
            return view(request, follow(token), *args, **kwargs)
        except LinkError as error:
            return _turned_away(request, error)

    return login_not_required(never_cache(sensitive_post_parameters()(inner)))


@login_not_required
@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """``/s/<token>/``: looks whether the link leads to a sheet, hands it to the browser, changes nothing."""
    try:
        followed = follow(token)
    except LinkError as error:
        return _turned_away(request, error)
    response = redirect("assessment:enter")
    _set(response, _COOKIE, followed.token, request)
    return response


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """``/survey/``: what this is, and where to begin; without a link, a field for the code."""
    if request.method == "POST" and "code" in request.POST:
        token = read_token(request.POST["code"])
        if token is None:
            return _show(request, "web/assessment/answer/code.html", None, {"wrong": True}, 422)
        return link_by_code(request, token)
    token = request.COOKIES.get(_COOKIE, "")
    if not token:
        return _show(request, "web/assessment/answer/code.html", None, {"wrong": False})
    try:
        followed = follow(token)
    except LinkError as error:
        return _turned_away(request, error)
    if request.method == "POST":
        return _choose_language(request, redirect("assessment:enter"))
    begun = bool(load_draft(followed).get("seen"))
    return _show(request, "web/assessment/answer/start.html", followed.wave, {"begun": begun})


def link_by_code(request: HttpRequest, token: str) -> HttpResponse:
    """A typed code does what following the link does."""
    try:
        followed = follow(token)
    except LinkError as error:
        return _turned_away(request, error)
    response = redirect("assessment:enter")
    _set(response, _COOKIE, followed.token, request)
    return response


def _choose_language(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    _set(response, _LANGUAGE, request.POST.get("language", "")[:5], request)
    return response


def _pages(wave: Wave, token: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """The pages of this sheet: each leaf with its statements in this sheet's own order, then those apart."""
    rows = wave.instrument["items"]
    pages = []
    for leaf in LEAVES:
        items = [row for row in rows if row["leaf"] == leaf]
        random.Random(f"{item_seed(token)}:{leaf}").shuffle(items)  # noqa: S311 - an order, not a secret
        if items:
            pages.append((leaf, items))
    return [*pages, ("end", [row for row in rows if row["leaf"] is None])]


def _entered(request: HttpRequest, items: list[dict[str, Any]], draft: dict[str, Any], leaf: str) -> dict[str, Any]:
    """The draft with what the form brought for this page. 0 stands for "cannot say"."""
    answers = dict(draft.get("answers", {}))
    for row in items:
        value = request.POST.get(f"item-{row['id']}", "")
        if value in ("0", "1", "2", "3", "4", "5"):
            answers[row["id"]] = int(value)
    remark = request.POST.get("remark", draft.get("remark", ""))[:LONGEST_REMARK]
    return {"answers": answers, "remark": remark, "seen": sorted({*draft.get("seen", []), leaf})}


@_sheet
@require_http_methods(["GET", "HEAD", "POST"])
def page_of_sheet(request: HttpRequest, followed: Link, page: int) -> HttpResponse:
    """One leaf, or the last page. Every button saves first; only "hand in" ends it."""
    pages = _pages(followed.wave, followed.token)
    if not 1 <= page <= len(pages):
        return redirect("assessment:enter")
    leaf, items = pages[page - 1]
    draft = load_draft(followed)
    if request.method == "POST":
        draft = _entered(request, items, draft, leaf)
        if "hand_in" in request.POST and page == len(pages):
            hand_in(followed, clean_answers(followed.wave, draft["answers"]), draft["remark"])
            response = redirect("assessment:thanks")
            response.delete_cookie(_COOKIE, path="/survey/")
            return response
        save_draft(followed, draft)
        return _after_saving(request, page, len(pages))
    return _page(request, followed, page, pages, draft)


def _after_saving(request: HttpRequest, page: int, pages: int) -> HttpResponse:
    if "language" in request.POST:
        return _choose_language(request, redirect("assessment:sheet", page))
    if "later" in request.POST:
        response = redirect("assessment:later")
        response.delete_cookie(_COOKIE, path="/survey/")
        _set(response, "survey_until", request.POST.get("until", "")[:40], request)
        return response
    if "back" in request.POST:
        return redirect("assessment:sheet", page - 1) if page > 1 else redirect("assessment:enter")
    return redirect("assessment:sheet", min(page + 1, pages))


def _page(
    request: HttpRequest,
    followed: Link,
    page: int,
    pages: list[tuple[str, list[dict[str, Any]]]],
    draft: dict[str, Any],
) -> HttpResponse:
    wave, answers = followed.wave, draft.get("answers", {})
    leaf, items = pages[page - 1]
    language = _language(request, wave)
    shown = [
        {"id": row["id"], "text": row["texts"].get(language) or row["texts"]["en"], "value": answers.get(row["id"])}
        for row in items
    ]
    count = len(wave.instrument["items"])
    done = sum(row["id"] in answers for row in wave.instrument["items"])
    last = page == len(pages)
    left = [
        (number, sum(row["id"] not in answers for row in rows)) for number, (_, rows) in enumerate(pages[:-1], start=1)
    ]
    open_pages = [(number, missing) for number, missing in left if missing]
    return _show(
        request,
        "web/assessment/answer/sheet.html",
        wave,
        {
            "language": language,
            "page": page,
            "pages": len(pages),
            "leaf": leaf,
            "items": shown,
            "remark": draft.get("remark", ""),
            "last": last,
            "done": done,
            "count": count,
            "open_pages": open_pages if last else [],
            "longest": LONGEST_REMARK,
            "last_day": _day(wave, words_in(language)),
            "places": {"page": page, "pages": len(pages), "done": done, "count": count},
            "open_words": _filled(
                str(words_in(language)["open"]), {"count": sum(missing for _, missing in open_pages)}
            ),
        },
    )


@login_not_required
@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """The answer is in."""
    return _show(request, "web/assessment/answer/thanks.html", None, {})


@login_not_required
@never_cache
@require_safe
def later(request: HttpRequest) -> HttpResponse:
    """What was entered is saved; the browser has forgotten the link, since the device may be shared."""
    until = request.COOKIES.get("survey_until", "")
    return _show(request, "web/assessment/answer/later.html", None, {"places": {"last_day": until}})
