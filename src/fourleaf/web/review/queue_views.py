"""The queue, an item's page, verdicts, comments, guests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import DomainError, NotAllowedError, NotFoundError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.review import services
from fourleaf.review.contracts import DEFECTS, FLAGS
from fourleaf.review.kinds import KINDS, fixed_route_of
from fourleaf.review.models import Decision, ReviewItem, Waiting
from fourleaf.review.needs import steps_in
from fourleaf.review.routing import Scope
from fourleaf.review.selectors import (
    QUEUES,
    comments_for,
    get_item_for,
    has_spoken,
    queue_counts,
    queue_of,
    standing_of,
)
from fourleaf.review.selectors.items import IN_TURN, may_see_verdicts
from fourleaf.review.terms import BULK_TIERS, UNDO
from fourleaf.web.kit import undo
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.review.ahead import BEFORE, ahead, hints_for_item
from fourleaf.web.review.correcting import CORRECT_ID, CorrectForm, corrections_of, void_words
from fourleaf.web.review.forms import CommentForm, DefectForm, GuestForm, ReasonForm
from fourleaf.web.review.reading import changed_since, content_of, form_for, kind_context
from fourleaf.web.review.settled import settled_page
from fourleaf.web.review.tables import LEVELS, QUEUE, STATES, due_state, due_there
from fourleaf.web.review.wording import wording_of

__all__ = ["act", "bulk", "comment", "correct", "decide", "defect", "invite", "item", "queue", "revoke"]

#: So many are approved at once at the most.
_MOST = 200
#: Another form with the same fields may be on the page.
_DEFECT_ID: Final = "defect_%s"
_WITHDRAW_ID: Final = "withdraw_%s"
_TAKEN_BACK: Final = ("submitted", "in_review", "approved", "draft", "returned", "expired")
_VIA: Final[dict[str, str]] = {
    "mail": "by mail",
    "guest": "as a guest",
    "bulk": "with others",
    **{str(how): f"after {name[0].lower()}{name[1:]}" for how, name in services.FOUND_BY.items()},
}


def _undone(actor: Actor, data: Mapping[str, Any]) -> str:
    back, stayed = 0, []
    titles = dict(Decision.objects.filter(pk__in=data["decisions"]).values_list("pk", "item__title"))
    # The last first: each can be taken back only while nothing has happened after it.
    for pk in reversed(data["decisions"]):
        try:
            services.undo_decision(actor=actor, decision_id=pk)
            back += 1
        except DomainError as error:
            stayed.append((titles.get(pk, "An item"), error.message))
    why = " ".join(f"{names}: {reason}" for reason, names in _by_reason(stayed))
    if not back:
        raise NotAllowedError(why)
    return f"{back} {'verdict was' if back == 1 else 'verdicts were'} taken back. {why}".strip()


def _by_reason(left: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(reason, all titles for which it holds, in words), in the order in which the reasons come up."""
    found: dict[str, list[str]] = {}
    for title, reason in left:
        found.setdefault(reason, []).append(f"“{title}”")
    return [(reason, ", ".join(titles)) for reason, titles in found.items()]


_UNDO = undo.register("review.decided", _undone)
_WITHIN = f"You can undo your verdict for {UNDO.seconds} seconds."


@require_safe
def queue(request: PageRequest) -> HttpResponseBase:
    """One of the queues, by due time."""
    asked = request.GET.get("queue", "mine")
    name = asked if asked in QUEUES else "mine"
    counts = queue_counts(request.actor)
    tabs = [
        (f"{request.path}?queue={code}", label, counts.get(code, ""), code == name) for code, label in QUEUES.items()
    ]
    table = QUEUE.bind(request, queue_of(request.actor, name))  # type: ignore[arg-type]  # one of the queues
    return table.respond("web/review/queue.html", {"tabs": tabs, "queue": name})


def _shown(request: PageRequest, row: ReviewItem, **more: Any) -> HttpResponse:
    """The page of an item, with a form that was not good put back into it."""
    actor = request.actor
    sees = may_see_verdicts(actor, row)
    waiting = list(Waiting.objects.filter(item=row).select_related("person"))
    mine = next((one for one in waiting if one.person_id == actor.person_id), None)
    own = actor.person_id == row.author_id
    decides = mine is not None and not own and not has_spoken(actor, row)
    form_class = form_for(row)
    decisions = list(row.decisions.select_related("person"))
    versions = list(row.versions.all())
    guest_steps = [(one["id"], one["label"]) for one in steps_in(row.need) if one.get("guest")]
    context = {
        "item": row,
        "state": STATES[row.state],
        "level": LEVELS.get(row.level),
        "due": due_state(row),
        "due_there": due_there(row),
        "hints": hints_for_item(row),
        "wording": wording_of(row),
        **(_before(row) if own else {}),
        "kind": KINDS[row.kind].label if row.kind in KINDS else row.kind,
        "content": content_of(row),
        "flags": [FLAGS.get(flag, flag) for flag in row.flags],
        "steps": standing_of(row) if sees and row.state != "draft" else (),
        "hidden": not sees,
        "waiting": [one for one in waiting if one.asked],
        "others": [one for one in waiting if not one.asked],
        "decides": decides,
        "form": form_class(initial={"content": row.content_hash}) if decides else None,
        "decisions": [
            (
                one,
                [DEFECTS[code][1] for code in one.defects if code in DEFECTS],
                _VIA.get(one.via, ""),
                void_words(row, one),
            )
            for one in decisions
            if sees or one.person_id == actor.person_id
        ],
        "comments": comments_for(actor, row),
        "comment_form": CommentForm(),
        "own": own,
        "url": KINDS[row.kind].url(row.subject_id) if row.kind in KINDS else "",
        "may_withdraw": own and row.state in _TAKEN_BACK,
        "withdraw_form": ReasonForm(auto_id=_WITHDRAW_ID)
        if not own and row.state in _TAKEN_BACK and row.state != "draft" and allowed(actor, "review.configure")
        else None,
        "corrected": corrections_of(row),
        "correct_form": CorrectForm(initial={"flags": row.flags, "version": row.version}, auto_id=CORRECT_ID)
        if services.may_correct(actor, row)
        else None,
        "changes": changed_since(versions),
        "versions": len(versions),
        "guests": [
            (one, one.invited_by_id == actor.person_id or allowed(actor, "review.configure"))
            for one in (row.guest_links.all() if not own else ())
        ],
        "defect_form": DefectForm(auto_id=_DEFECT_ID)
        if row.state in ("approved", "expired") and allowed(actor, "review.confirm_trust")
        else None,
        "guest_form": GuestForm(steps=guest_steps) if guest_steps and row.is_open and not own and mine else None,
        **kind_context(actor, row),
        **more,
    }
    return page(request, "web/review/item.html", context)


def _before(row: ReviewItem) -> dict[str, Any]:
    """What would happen, for the author of what has yet to be handed in."""
    if row.state not in BEFORE or fixed_route_of(row.kind) is not None:
        return {}
    scope = Scope(row.content_class, frozenset(row.flags), row.brand_id, row.region_id, row.channel)
    return ahead(scope, author_id=row.author_id, language=row.language, kind=row.kind)


@require_safe
def item(request: PageRequest, item_id: int) -> HttpResponse:
    """One item: text, route, why it takes it, and the form to decide it."""
    return _shown(request, get_item_for(request.actor, item_id))


@require_POST
def decide(request: PageRequest, item_id: int) -> HttpResponse:
    """A verdict; the next item of the queue comes up."""
    try:
        row = get_item_for(request.actor, item_id)
    except NotFoundError:
        # Whoever knows the hash of the text has read it, and may be told what became of it.
        seen = request.POST.get("content", "")
        gone = ReviewItem.objects.filter(pk=item_id, content_hash=seen).first() if seen else None
        if gone is None:
            raise
        return settled_page(request, gone)
    form = form_for(row)(request.POST)
    if (row.is_open or row.awaits_audit) and form.is_valid():
        with domain_errors(form):
            verdict = form.as_verdict
            decision = services.decide(
                actor=request.actor, item_id=item_id, verdict=verdict, content=form.cleaned_data["content"]
            )
            found = verdict.severity if verdict.severity == "clean" else f"{verdict.severity} defect"
            found = "" if fixed_route_of(row.kind) else f" ({found})"
            what = {
                "approved": f"is approved by you{found}",
                "returned": f"goes back with your note{found}",
                "audited": f"is audited{found}",
            }
            link = undo.link(request.actor, _UNDO, {"decisions": [decision.pk]}) if decision.undo else None
            flash(request, f"“{row.title}” {what[decision.verdict]}." + (f" {_WITHIN}" if link else ""), undo=link)
            following = queue_of(request.actor, "mine").exclude(pk=item_id).order_by(*IN_TURN).first()
            return redirect("review:item", following.pk) if following else redirect("review:queue")
    row = get_item_for(request.actor, item_id)
    if not (row.is_open or row.awaits_audit):
        return settled_page(request, row)
    return _shown(request, row, form=form, decides=True)


@require_POST
def comment(request: PageRequest, item_id: int) -> HttpResponse:
    """A remark."""
    row = get_item_for(request.actor, item_id)
    form = CommentForm(request.POST)
    if form.is_valid():
        with domain_errors(form):
            services.add_comment(actor=request.actor, item_id=item_id, **form.cleaned_data)
            flash(request, "Your comment is there.")
            return redirect("review:item", item_id)
    return _shown(request, row, comment_form=form)


@require_POST
def defect(request: PageRequest, item_id: int) -> HttpResponse:
    """A defect that came to light after the item went out."""
    row = get_item_for(request.actor, item_id)
    form = DefectForm(request.POST, auto_id=_DEFECT_ID)
    if form.is_valid():
        with domain_errors(form):
            services.report_defect(actor=request.actor, item_id=item_id, **form.cleaned_data)
            after = get_item_for(request.actor, item_id)
            more = " It may not go out again before its author has mended it." if after.state == "returned" else ""
            flash(request, f"Noted: it counts as a reviewed item with a defect.{more}")
            return redirect("review:item", item_id)
    return _shown(request, row, defect_form=form)


@require_POST
def act(request: PageRequest, item_id: int, what: str) -> HttpResponse:
    """Hand in, or take back."""
    row = get_item_for(request.actor, item_id)
    if what == "withdraw" and row.author_id != request.actor.person_id and not fixed_route_of(row.kind):
        return _withdrawn_for(request, row)
    try:
        if what == "submit":
            done = services.submit(actor=request.actor, kind=row.kind, subject_id=row.subject_id)
            if done.state == "approved":
                sentence = f"“{row.title}” was not drawn for review and may go out."
                sentence += " It may be looked at afterwards." if done.audit else ""
            else:
                sentence = f"“{row.title}” is handed in: {done.tier}, by the route {done.route}."
            flash(request, sentence)
        else:
            services.withdraw(actor=request.actor, item_id=item_id)
            flash(request, f"“{row.title}” was taken back.")
    except (NotAllowedError, DomainError) as error:
        flash(request, error.message, "attention")
    return redirect("review:item", item_id)


def _withdrawn_for(request: PageRequest, row: ReviewItem) -> HttpResponse:
    """Take back somebody else's item: with a reason, which its author reads."""
    form = ReasonForm(request.POST, auto_id=_WITHDRAW_ID)
    if form.is_valid():
        with domain_errors(form):
            services.withdraw(actor=request.actor, item_id=row.pk, reason=form.cleaned_data["reason"])
            flash(request, f"“{row.title}” was withdrawn. {row.author.name} is told, with your reason.")
            return redirect("review:item", row.pk)
    return _shown(request, row, withdraw_form=form)


@require_POST
def correct(request: PageRequest, item_id: int) -> HttpResponse:
    """Correct what holds for an item; tier and route follow."""
    row = get_item_for(request.actor, item_id)
    form = CorrectForm(request.POST, auto_id=CORRECT_ID)
    if form.is_valid():
        with domain_errors(form):
            done = services.correct_flags(actor=request.actor, item_id=item_id, **form.cleaned_data)
            flash(request, f"Corrected: {done.tier}, by the route {done.route}. {row.author.name} is told.")
            return redirect("review:item", item_id)
    return _shown(request, row, correct_form=form)


@require_POST
def bulk(request: PageRequest) -> HttpResponse:
    """Approve many: first what would be approved and what is left out, then the act."""
    require(request.actor, "review.decide")
    if "chosen" in request.POST:
        pairs = [part.partition(":") for part in request.POST.get("chosen", "").split(",") if ":" in part]
        items = [(int(pk), seen) for pk, _, seen in pairs[:_MOST] if pk.isdigit()]
        found = services.decide_many(actor=request.actor, items=items, verdict=services.Verdict(True))
        ids = [one.pk for one in found.decisions]
        if ids:
            said = f"{len(ids)} {'item is' if len(ids) == 1 else 'items are'} approved by you. {_WITHIN}"
            flash(request, said, undo=undo.link(request.actor, _UNDO, {"decisions": ids}))
        if found.left_out:
            return page(request, "web/review/bulk.html", {"done": len(ids), "why": _by_reason(found.left_out)})
        return redirect("review:queue")
    source = QUEUE.selection(request, queue_of(request.actor, "mine"))
    rows = list(source.rows([], 0, _MOST))
    ready = [row for row in rows if row.is_open and row.tier in BULK_TIERS]
    context = {
        "ready": ready,
        "left": [row for row in rows if row not in ready],
        "chosen": ",".join(f"{row.pk}:{row.content_hash}" for row in ready),
        "more": source.count(_MOST) > _MOST,
        "most": _MOST,
    }
    return page(request, "web/review/bulk.html", context)


@require_POST
def invite(request: PageRequest, item_id: int) -> HttpResponse:
    """Invite a guest; the link is shown once."""
    row = get_item_for(request.actor, item_id)
    steps = [(one["id"], one["label"]) for one in steps_in(row.need) if one.get("guest")]
    form = GuestForm(request.POST, steps=steps)
    if form.is_valid():
        with domain_errors(form):
            guest, secret = services.invite_guest(actor=request.actor, item_id=item_id, **form.cleaned_data)
            address = request.build_absolute_uri(reverse("review:by_guest", args=[secret]))
            return page(request, "web/review/guest_invited.html", {"guest": guest, "address": address, "item": row})
    return _shown(request, row, guest_form=form)


@require_POST
def revoke(request: PageRequest, guest_id: int) -> HttpResponse:
    """Take a guest's invitation back."""
    guest = services.revoke_guest(actor=request.actor, guest_id=guest_id)
    flash(request, f"The invitation of {guest.label} was taken back.")
    return redirect("review:item", guest.item_id)
