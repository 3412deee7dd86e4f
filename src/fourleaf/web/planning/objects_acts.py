"""What is done to a plan's objects: added, one or many at once, changed, removed, brought back, commented."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotFoundError, TransitionError
from fourleaf.kernel.permissions import allowed, require
from fourleaf.kernel.selectors import PeopleFilter, list_people
from fourleaf.planning.errors import ArchivedError, GateError, InUseError, LockedError, PlanContentError
from fourleaf.planning.models import Plan, PlanObject
from fourleaf.planning.selectors import get_plan_for, history, objects
from fourleaf.planning.services import add_comment, put_object, remove_object, resolve_comment, restore_object
from fourleaf.planning.services.organisation import ensure_person
from fourleaf.web.kit import numbers
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.requests import PageRequest, safe_next
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.undo import link, register
from fourleaf.web.planning.objects_changes import field_changes
from fourleaf.web.planning.objects_fields import Somebody
from fourleaf.web.planning.objects_form import ObjectForm, rows_in, say_problems
from fourleaf.web.planning.objects_ids import next_id
from fourleaf.web.planning.objects_kept import Kept
from fourleaf.web.planning.objects_names import Names, title_of, users_said
from fourleaf.web.planning.objects_quick import QuickForm, QuickLine, read_lines
from fourleaf.web.planning.objects_shown import address_of
from fourleaf.web.planning.objects_words import in_words, shown

__all__ = ["add", "change", "comment", "editable", "give_back", "lines", "remove", "resolve", "save", "suggest"]

_SEE, _EDIT = "planning.view_plan", "planning.edit_plan"


def _return(actor: Actor, data: Mapping[str, Any]) -> str:
    row = restore_object(actor=actor, plan_id=data["plan"], change_id=data["change"])
    return f"{title_of(row.section, row.data)} is back as it was."


def _take_out(actor: Actor, data: Mapping[str, Any]) -> str:
    with transaction.atomic():
        for key in data["keys"]:
            remove_object(actor=actor, plan_id=data["plan"], section=data["section"], key=key)
    return f"{numbers.count(len(data['keys']), 'entry was', 'entries were')} taken out again."


UNDO_CHANGE = register("planning.object.change", _return)
UNDO_ADD = register("planning.object.add", _take_out)


def editable(request: PageRequest, plan_id: int, *, archived: bool = False) -> Plan:
    """The plan, for somebody who may change it. Raises `ArchivedError` unless that is fine."""
    plan = get_plan_for(request.actor, plan_id)
    require(request.actor, _EDIT, plan, seen_by=_SEE)
    if plan.state == "archived" and not archived:
        raise ArchivedError(plan.name)
    return plan


# --- one object -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: PageRequest, plan_id: int, name: str) -> HttpResponse:
    """Add one object; what the address says (``?programme=P01``) is filled in."""
    plan, words, names = editable(request, plan_id), shown(name), Names(request.actor, plan_id)
    if elsewhere := _kept(request, plan, name):
        return elsewhere
    begin = _begun(request, name)
    form = _form(request, name, names, begin, new=True, version=0)
    if request.method == "POST" and not form.quiet and form.is_valid():
        data = form.values
        if words.many and not data.get("id"):
            data = {"id": next_id(name, data, names.titles(name).keys()), **data}
        row = save(request, plan, form, data, version=0)
        if row is not None:
            if carried := _tied(request, plan, row):
                flash(request, f"{title_of(name, row.data)} was added, and carries {carried} inside.")
                return redirect(address_of(plan_id, "programmes", carried))
            flash(
                request,
                f"{title_of(name, row.data, Names(request.actor, plan_id))} was added.",
                undo=link(request.actor, UNDO_ADD, {"plan": plan_id, "section": name, "keys": [row.key]}),
            )
            if "another" in request.POST:
                return redirect("planning:add", plan_id, name)
            return redirect(address_of(plan_id, name, row.key))
    context = {"plan": plan, "words": words, "form": form, "new": True, "cancel": address_of(plan_id, name, "")}
    return page(request, "web/planning/objects/form.html", context)


def _tied(request: PageRequest, plan: Plan, row: PlanObject) -> str:
    """Name a new programme inside as the counterpart of the one that it was made for (``?carries=P01``)."""
    key = request.GET.get("carries", "")
    if row.section != "programmes" or row.data.get("side") != "internal" or not key:
        return ""
    other = objects(request.actor, plan.pk, "programmes").filter(key=key).first()
    if other is None:
        return ""
    data = {**other.data, "counterparts": [*other.data.get("counterparts", []), row.key]}
    put_object(actor=request.actor, plan_id=plan.pk, section="programmes", data=data, version=other.version)
    return key


def _begun(request: PageRequest, name: str) -> dict[str, Any]:
    """What an address fills in: names of fields that a link may give."""
    given = {
        key: value for key, value in request.GET.items() if key in ("programme", "side", "goal", "department", "kind")
    }
    for key in ("objectives", "audiences", "counterparts"):
        if key in request.GET:
            given[key] = request.GET.getlist(key)  # type: ignore[assignment]  # lists for fields that are lists
    return given


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PageRequest, plan_id: int, name: str, key: str = "") -> HttpResponse:
    """Change an object on top of the version that was shown; if it has moved on, both are shown."""
    plan, words, names = editable(request, plan_id), shown(name), Names(request.actor, plan_id)
    if elsewhere := _kept(request, plan, name):
        return elsewhere
    row = objects(request.actor, plan_id, name).filter(key=key).first()
    if row is None and words.many:
        raise NotFoundError
    data, version = (row.data, row.version) if row is not None else ({}, 0)
    kept = Kept(request.actor, plan_id)
    form = _form(request, name, names, data, new=False, version=version, without=kept.fields(name, key))
    context: dict[str, Any] = {
        "plan": plan,
        "words": words,
        "form": form,
        "new": row is None,
        "title": title_of(name, data, names) if row is not None and words.many else words.title,
        "cancel": address_of(plan_id, name, key),
        "better": kept.keepers_of_fields(name, key),
    }
    if request.method == "POST" and not form.quiet and form.is_valid():
        seen = form.cleaned_data["seen"]
        if row is not None and seen is not None and seen != row.version:
            return _conflict(request, context, form, row, names)
        saved = save(request, plan, form, form.values, version=seen if row is not None else None)
        if saved is not None:
            _say_changed(request, plan, saved, version, names)
            return redirect(address_of(plan_id, name, key))
    return page(request, "web/planning/objects/form.html", context)


def _kept(request: PageRequest, plan: Plan, name: str) -> HttpResponse | None:
    """Back to the section with a sentence on where it is kept, if that is not in the plan any more."""
    keeper = Kept(request.actor, plan.pk).section(name)
    if keeper is None:
        return None
    flash(request, f"{keeper.sentence} Change it there: here nothing would come of it.", "attention")
    return redirect("planning:section", plan.pk, name)


def _say_changed(request: PageRequest, plan: Plan, saved: PlanObject, version: int, names: Names) -> None:
    if saved.version == version:
        flash(request, "Nothing was different, so nothing was changed.", "information")
        return
    last = history(request.actor, plan.pk, saved.section, saved.key).first()
    undo = None
    if last is not None and last.before is not None:
        undo = link(request.actor, UNDO_CHANGE, {"plan": plan.pk, "change": last.pk})
    title = title_of(saved.section, saved.data, names) if shown(saved.section).many else shown(saved.section).title
    flash(request, f"{title} was changed.", undo=undo)


def _form(
    request: PageRequest,
    name: str,
    names: Names,
    data: Mapping[str, Any],
    *,
    new: bool,
    version: int,
    without: Collection[str] = (),
) -> ObjectForm:
    if request.method != "POST":
        return ObjectForm(name, names, data, new=new, version=version, without=without)
    act = request.POST.get("rows", "")
    if not act:
        return ObjectForm(name, names, data, request.POST, new=new, version=version, without=without)
    post = _with_rows(request.POST, act)
    return ObjectForm(name, names, data, post, new=new, version=version, quiet=True, without=without)


def _with_rows(post: QueryDict, act: str) -> QueryDict:
    """What was posted, with a row more ("add:responders") or less ("remove:responders:2")."""
    changed = post.copy()
    kind, _, rest = act.partition(":")
    name, _, at = rest.partition(":")
    count = rows_in(post, name)
    if kind == "add":
        changed[f"{name}-rows"] = str(count + 1)
        return changed
    if kind != "remove" or not at.isdigit() or int(at) >= count:
        return changed
    for key in [key for key in changed if key.startswith(f"{name}-") and key != f"{name}-rows"]:
        number, _, field = key[len(name) + 1 :].partition("-")
        if not number.isdigit() or int(number) < int(at):
            continue
        values = changed.getlist(key)
        del changed[key]
        if int(number) > int(at):
            changed.setlist(f"{name}-{int(number) - 1}-{field}", values)
    changed[f"{name}-rows"] = str(count - 1)
    return changed


def save(
    request: PageRequest, plan: Plan, form: ObjectForm, data: Mapping[str, Any], *, version: int | None
) -> PlanObject | None:
    """Store what a form says, with people of the organisation that it names; None when the form says why not."""
    try:
        with transaction.atomic():
            return put_object(
                actor=request.actor,
                plan_id=plan.pk,
                section=form.section,
                data=_with_people(request.actor, plan, data),
                version=version,
            )
    except PlanContentError as error:
        say_problems(form, error)
    except InvalidError as error:
        for field, sentences in error.fields.items():
            for sentence in sentences:
                form.add_error(field if field in form.fields else None, in_words(form.section, sentence))
    except (GateError, LockedError, ConflictError) as error:
        form.add_error(None, error.message)
    except TransitionError as error:
        form.add_error("state" if "state" in form.fields else None, error.message)
    return None


def _with_people(actor: Actor, plan: Plan, value: Any) -> Any:
    if isinstance(value, Somebody):
        return ensure_person(actor=actor, plan_id=plan.pk, person_id=value.pk)
    if isinstance(value, Mapping):
        return {name: _with_people(actor, plan, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_people(actor, plan, inner) for inner in value]
    return value


def _conflict(
    request: PageRequest, context: dict[str, Any], form: ObjectForm, row: PlanObject, names: Names
) -> HttpResponse:
    """Both versions beside each other, and the form with both joined: fields that only one changed are that one's."""
    seen = form.cleaned_data["seen"]
    later = list(history(request.actor, row.plan_id, row.section, row.key)[: max(0, row.version - seen)])
    base = later[-1].before if later and later[-1].before is not None else row.data
    mine: dict[str, Any] = form.values
    joined = {**row.data}
    for field in {*base, *mine}:
        if mine.get(field) != base.get(field):
            joined.pop(field, None) if field not in mine else joined.update({field: mine[field]})
    fresh = ObjectForm(form.section, names, joined, new=False, version=row.version, without=form.without)
    context |= {
        "form": fresh,
        "theirs": field_changes(form.section, base, row.data, names),
        "mine": field_changes(form.section, base, mine, names),
        "who": row.changed_by,
        "when": row.changed_at,
    }
    return page(request, "web/planning/objects/form.html", context, status=409)


@require_POST
def remove(request: PageRequest, plan_id: int, name: str, key: str = "") -> HttpResponse:
    """Take an object out, with undo; one that others refer to stays, and they are named."""
    plan = editable(request, plan_id)
    row = objects(request.actor, plan_id, name).filter(key=key).first()
    if row is None:
        raise NotFoundError
    title = title_of(name, row.data, Names(request.actor, plan_id)) if shown(name).many else shown(name).title
    try:
        gone = remove_object(actor=request.actor, plan_id=plan.pk, section=name, key=key)
    except InUseError as error:
        said = users_said(error.users, Names(request.actor, plan_id))
        flash(request, f"{title} stays. {said} Change these first; they are listed below with links.", "attention")
        return redirect(address_of(plan_id, name, key))
    undo = link(request.actor, UNDO_CHANGE, {"plan": plan_id, "change": gone.pk})
    flash(request, f"{title} was removed.", undo=undo)
    return redirect("planning:section", plan_id, name)


@require_POST
def give_back(request: PageRequest, plan_id: int, change_id: int) -> HttpResponse:
    """Bring back what was there before a change."""
    editable(request, plan_id)
    try:
        row = restore_object(actor=request.actor, plan_id=plan_id, change_id=change_id)
    except PlanContentError as error:
        said = " ".join(in_words("", sentence) for _, sentence in error.problems)
        flash(request, f"It cannot come back as it was. {said}", "attention")
        return redirect(safe_next(request))
    except (GateError, LockedError) as error:
        flash(request, error.message, "attention")
        return redirect(safe_next(request))
    title = title_of(row.section, row.data, Names(request.actor, plan_id)) if row.key else shown(row.section).title
    flash(request, f"{title} is back as it was.")
    return redirect(address_of(plan_id, row.section, row.key))


# --- many at once ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: PageRequest, plan_id: int, name: str) -> HttpResponse:
    """Several objects at once, one a line; all of them or, with a sentence for each line that is wrong, none."""
    plan, words, names = editable(request, plan_id), shown(name), Names(request.actor, plan_id)
    if elsewhere := _kept(request, plan, name):
        return elsewhere
    if not words.lines:
        return redirect("planning:add", plan_id, name)
    form = QuickForm(name, names, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        # Lines are read even where something else is missing, so that all mistakes are named in one go.
        whole = form.is_valid()
        found = read_lines(name, form.cleaned_data.get("lines", ""), form.common, names)
        if whole and not any(line.error for line in found):
            _store(request, plan, name, found)
        wrong = [line for line in found if line.error]
        for line in wrong:
            form.add_error("lines", f"Line {line.number}: {line.error}")
        if not found and whole:
            form.add_error("lines", f"Write at least one {words.one}.")
        if whole and found and not wrong:
            keys = [line.data["id"] for line in found]
            undo = link(request.actor, UNDO_ADD, {"plan": plan_id, "section": name, "keys": keys})
            flash(request, f"{numbers.count(len(keys), words.one, words.low)} added.", undo=undo)
            return redirect(safe_next(request, "") if request.POST.get("next") else address_of(plan_id, name, ""))
    context = {"plan": plan, "words": words, "quick": form, "form": form}
    return page(request, "web/planning/objects/lines.html", context)


def _store(request: PageRequest, plan: Plan, name: str, found: list[QuickLine]) -> None:
    """All lines, or none when one is refused; sentences come to stand with their lines."""
    with transaction.atomic():
        for line in found:
            try:
                with transaction.atomic():
                    data = _with_people(request.actor, plan, line.data)
                    put_object(actor=request.actor, plan_id=plan.pk, section=name, data=data, version=0)
            except PlanContentError as error:
                line.error = " ".join(in_words(name, sentence) for _, sentence in error.problems)
            except InvalidError as error:
                line.error = " ".join(sentence for said in error.fields.values() for sentence in said)
            except (ConflictError, GateError, TransitionError) as error:
                line.error = error.message
        if any(line.error for line in found):
            transaction.set_rollback(True)


# --- comments and suggestions ---------------------------------------------------------------------------------------


@require_POST
def comment(request: PageRequest, plan_id: int, name: str, key: str = "") -> HttpResponse:
    """Say something about an object or a section."""
    try:
        add_comment(actor=request.actor, plan_id=plan_id, section=name, key=key, text=request.POST.get("text", ""))
    except InvalidError as error:
        flash(request, " ".join(error.fields.get("text", [error.message])), "attention")
    else:
        flash(request, "Your comment is there.")
    return redirect(safe_next(request, address_of(plan_id, name, key)))


@require_POST
def resolve(request: PageRequest, plan_id: int, comment_id: int) -> HttpResponse:
    """Mark a comment as dealt with, or open it again."""
    again = request.POST.get("open") == "1"
    found = resolve_comment(actor=request.actor, plan_id=plan_id, comment_id=comment_id, resolved=not again)
    flash(request, "The comment is open again." if again else "The comment is marked as dealt with.")
    return redirect(safe_next(request, address_of(plan_id, found.section, found.key)))


@require_safe
def suggest(request: PageRequest, plan_id: int) -> HttpResponse:
    """People for a field: those of the plan, then those of the organisation whom the reader may see."""
    get_plan_for(request.actor, plan_id)
    text = str(next(iter(request.GET.values()), "")).strip()[:100]
    folded = text.casefold()
    labels = [label for _, label in Names(request.actor, plan_id).choices(("people",)) if folded in label.casefold()][
        :8
    ]
    people: list[str] = []
    if text and allowed(request.actor, "kernel.view_people"):
        rows = list_people(request.actor, PeopleFilter(search=text))[:8]
        people = [f"{p.name} <{p.email}>" if p.email else p.name for p in rows]
    return page(request, "web/planning/objects/suggest.html", {"labels": [*labels, *people]})
