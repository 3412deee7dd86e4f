"""Writing the curriculum: list, editor with preview, pictures, import and export, curricula to begin with."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fourleaf.engine.training.curriculum_file import FileFaultsError, read_questions, write_questions
from fourleaf.engine.training.ladder import LADDER
from fourleaf.engine.training.quiz import Question
from fourleaf.engine.training.reading import minutes_said, seconds_to_read, too_long, words_in
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.permissions import require
from fourleaf.training.images import LARGEST
from fourleaf.training.models import Module
from fourleaf.training.selectors.curriculum import get_module_for, questions_of
from fourleaf.training.services.curriculum import (
    ModuleFields,
    add_image,
    add_module,
    change_module,
    publish_module,
    remove_image,
    restore_module,
    retire_module,
)
from fourleaf.training.services.exports import note_export
from fourleaf.training.services.transfer import STARTERS, add_starter, export_curriculum, import_curriculum
from fourleaf.web.kit import undo
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.numbers import count
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import Column, Empty, State, Table
from fourleaf.web.training.forms import ImageForm, ImportForm, ModuleForm, WorkFilter, by_kind_and_belt
from fourleaf.web.training.shown import belt_mark
from fourleaf.web.training.text import module_html

__all__ = ["act", "add", "curriculum", "edit", "export", "imported", "picture", "starter"]

_EDIT: Final = "training.edit_curriculum"
_GET_POST: Final = ["GET", "HEAD", "POST"]
_STATES: Final = {
    "draft": State("neutral", "In preparation", "pencil"),
    "published": State("good", "Published"),
    "retired": State("neutral", "Retired", "archive-box"),
}
_RESTORE = undo.register(
    "training.retired",
    lambda actor, data: f"“{restore_module(actor=actor, module_id=data['id'])}” is back.",
)


class CurriculumFilter(WorkFilter):
    """What the list is narrowed to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = [("", "All"), *Module.Kind.choices]


def _search(rows: QuerySet[Module], text: str) -> QuerySet[Module]:
    for word in text.split():
        rows = rows.filter(title__icontains=word) | rows.filter(code__icontains=word)
    return rows


MODULES = Table(
    key="training-modules",
    name="Modules",
    one="module",
    many="modules",
    columns=(
        Column("title", "Module", kind="link", href=lambda m: reverse("training:edit", args=[m.pk]), sort="title",
               main=True),
        Column("belt", "Belt", kind="custom", value="belt", show=lambda m: belt_mark(m.belt),
               export=lambda m: LADDER[m.belt].label, sort=("belt", "place")),
        Column("place", "Place", kind="number", sort=("place", "title")),
        Column("state", "State", kind="state", states=_STATES, sort=("state", "title")),
        Column("time", "Reading time", value=lambda m: minutes_said(m.newest.seconds) if m.newest else ""),
        Column("number", "Version", kind="number", value="newest.number", priority=3),
        Column("changed_at", "Changed", kind="time", sort="changed_at", priority=3),
        Column("code", "Code", sort="code", shown=False),
    ),
    sort="belt",
    filters=CurriculumFilter,
    filter=by_kind_and_belt,
    search=_search,
    search_label="Search title or code",
    empty=Empty(
        "No modules yet",
        "A module is a text of at most five minutes with a few questions. Begin with the curricula for White, Yellow "
        "and Orange that come with the product; change them as you like.",
        icon="book-open",
    ),
    export_permission=_EDIT,
    exported=note_export,
)  # fmt: skip


@require_safe
def curriculum(request: PageRequest) -> HttpResponseBase:
    """All modules."""
    require(request.actor, _EDIT)
    rows = Module.objects.select_related("newest")
    if request.GET.get("retired") != "1":
        rows = rows.exclude(state="retired")
    table = MODULES.bind(request, rows)
    there = set(Module.objects.filter(kind="lesson").values_list("belt", flat=True))
    starters = [(belt, LADDER[belt].label) for belt in STARTERS if belt not in there]
    return table.respond("web/training/curriculum.html", {"starters": starters})


def _initial(module: Module) -> dict[str, Any]:
    names = ("title", "code", "kind", "belt", "place", "brand_id", "summary", "body", "version")
    values = {name: getattr(module, name) for name in names}
    policy = "" if module.policy_id is None else f"{module.policy_id}:{module.policy_major or ''}"
    return values | {"policy": policy, "questions_text": write_questions(questions_of(module.questions))}


def _read(form: ModuleForm) -> list[Question] | None:
    """The questions of the editor; None, with sentences on the form, where they cannot be read."""
    try:
        return read_questions(form.cleaned_data["questions_text"])
    except FileFaultsError as error:
        for fault in error.faults[:10]:
            field = f"{fault.field}: " if fault.field else ""
            form.add_error("questions_text", f"Line {fault.line}, {field}{fault.message}")
        return None


def _fields(form: ModuleForm, questions: list[Question]) -> ModuleFields:
    data = form.cleaned_data
    policy, major = form.policy_named if data["kind"] == "delta" else (None, None)
    return ModuleFields(
        code=data["code"], kind=data["kind"], belt=data["belt"], place=data["place"], brand_id=data["brand_id"],
        policy_id=policy, policy_major=major, title=data["title"], summary=data["summary"], body=data["body"],
        questions=questions,
    )  # fmt: skip


def _preview(module_id: int, form: ModuleForm) -> dict[str, Any]:
    """How the text looks, whatever else is still missing."""
    body = str(form["body"].value() or "")
    seconds = seconds_to_read(body)
    return {
        "html": module_html(module_id, body),
        "words": words_in(body),
        "minutes": minutes_said(seconds),
        "too_long": too_long(body),
    }


@require_http_methods(_GET_POST)
def add(request: PageRequest) -> HttpResponse:
    """Begin a module."""
    require(request.actor, _EDIT)
    form = ModuleForm(
        request.POST if request.method == "POST" else None,
        initial={"belt": request.GET.get("belt", "white")},
        fresh=True,
    )
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and request.POST.get("do") == "preview":
        form = form.unjudged()
        context = {"form": form, "preview": _preview(0, form)}
    elif request.method == "POST" and form.is_valid():
        with domain_errors(form):
            module = add_module(actor=request.actor, **_fields(form, []))
            flash(request, f"“{module.title}” is begun. Nobody but authors sees it until it is published.")
            asked = request.POST.get("do") == "question"
            return redirect("training:question_add" if asked else "training:edit", module.pk)
    return page(request, "web/training/edit.html", context)


@require_http_methods(_GET_POST)
def edit(request: PageRequest, module_id: int) -> HttpResponse:
    """Change a module; preview, save, or save and publish."""
    require(request.actor, _EDIT)
    module = get_module_for(request.actor, module_id)
    form = ModuleForm(request.POST if request.method == "POST" else None, initial=_initial(module))
    context: dict[str, Any] = {"module": module, "image_form": ImageForm(), "limit": LARGEST // 1024}
    if request.method == "POST" and request.POST.get("do") == "preview":
        form = form.unjudged()
        context["preview"] = _preview(module_id, form)
    elif request.method == "POST" and form.is_valid():
        questions = _read(form)
        if questions is not None:
            with domain_errors(form):
                fields = _fields(form, questions)
                change_module(actor=request.actor, module_id=module_id, version=form.cleaned_data["version"], **fields)
                if request.POST.get("do") == "publish":
                    made = publish_module(actor=request.actor, module_id=module_id)
                    flash(request, f"Version {made.number} is published: {minutes_said(made.seconds)} to read.")
                else:
                    flash(request, "Saved. Learners go on with the published version.")
                return redirect("training:edit", module_id)
    stored = module.body
    context |= {
        "form": form,
        "images": list(module.images.defer("content")),
        "minutes": minutes_said(seconds_to_read(stored)),
        "versions": list(module.versions.all()[:10]),
        "questions": questions_of(module.questions),
        "unpublished": module.newest is None
        or (module.newest.body, module.newest.questions, module.newest.title)
        != (module.body, module.questions, module.title),
    }
    return page(request, "web/training/edit.html", context)


@require_POST
def act(request: PageRequest, module_id: int, what: str) -> HttpResponse:
    """Retire a module, or bring it back."""
    require(request.actor, _EDIT)
    try:
        if what == "retire":
            module = retire_module(actor=request.actor, module_id=module_id)
            link = undo.link(request.actor, _RESTORE, {"id": module_id})
            flash(request, f"“{module}” is retired.", undo=link)
            return redirect("training:curriculum")
        module = restore_module(actor=request.actor, module_id=module_id)
        flash(request, f"“{module}” is back.")
    except DomainError as error:
        flash(request, error.message, "attention")
    return redirect("training:edit", module_id)


@require_POST
def picture(request: PageRequest, module_id: int) -> HttpResponse:
    """Add a picture, or remove one."""
    require(request.actor, _EDIT)
    try:
        if name := request.POST.get("remove"):
            remove_image(actor=request.actor, module_id=module_id, name=name)
            flash(request, f"{name} was removed.")
        elif upload := request.FILES.get("image"):
            content = upload.read(LARGEST + 1)
            added = add_image(actor=request.actor, module_id=module_id, name=upload.name or "", content=content)
            flash(request, f"Use it as ![what it shows](image:{added.name})")
        else:
            flash(request, "Choose a picture first.", "attention")
    except DomainError as error:
        flash(request, error.message, "attention")
    return redirect("training:edit", module_id)


@require_http_methods(_GET_POST)
def imported(request: PageRequest) -> HttpResponse:
    """A curriculum from a file."""
    require(request.actor, _EDIT)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        with domain_errors(form):
            done = import_curriculum(
                actor=request.actor, name=upload.name or "curriculum.md", content=upload.read(),
                publish=form.cleaned_data["publish"],
            )  # fmt: skip
            flash(
                request,
                f"{count(done.added, 'module')} added, {done.changed} changed, {done.unchanged} as before, "
                f"{done.published} published.",
            )
            return redirect("training:curriculum")
    return page(request, "web/training/import.html", {"form": form})


@require_safe
def export(request: PageRequest) -> HttpResponse:
    """The curriculum as a file, whole or of one belt."""
    belt = request.GET.get("belt", "")
    name, content = export_curriculum(actor=request.actor, belt=belt if belt in LADDER else "")
    kind = "application/zip" if name.endswith(".zip") else "text/markdown; charset=utf-8"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def starter(request: PageRequest, belt: str) -> HttpResponse:
    """Put a curriculum to begin with in place."""
    require(request.actor, _EDIT)
    if belt in STARTERS:
        done = add_starter(actor=request.actor, belt=belt)
        flash(
            request,
            f"{count(done.published, 'module')} for {LADDER[belt].label} published. Read them, and make them yours.",
        )
    return redirect("training:curriculum")
