"""One question of a module, field by field: answers are added, moved and taken out by buttons that post the form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from fourleaf.engine.training.quiz import KINDS, Option, Question
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.training.models import Module
from fourleaf.training.selectors.curriculum import get_module_for, questions_of
from fourleaf.training.services.curriculum import change_module
from fourleaf.web.kit.flash import flash
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page

__all__ = ["QuestionForm", "question", "question_add", "question_remove"]

_EDIT: Final = "training.edit_curriculum"
#: Answers that one question may have; more than that nobody reads on a phone.
MOST: Final = 10
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


class QuestionForm(forms.Form):
    """A question with a row for each answer. ``options`` are the rows to begin with; a posted form brings its own."""

    kind = forms.ChoiceField(label="What is asked for", choices=list(KINDS.items()))
    text = forms.CharField(label="Question", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    explanation = forms.CharField(
        label="Explanation", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown afterwards, whatever was answered: it is what people learn from.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    order = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, options: Sequence[Option] = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.ids = [option.id for option in options]
        if data is not None:
            given = [one for one in data.get("order", "").split(",") if one.replace("-", "").replace("_", "").isalnum()]
            self.ids = list(dict.fromkeys(given))[:MOST]
        by_id = {option.id: option for option in options}
        for number, one in enumerate(self.ids, 1):
            known = by_id.get(one, Option(one, ""))
            self.fields[f"text_{one}"] = forms.CharField(
                label=f"Answer {number}", max_length=300, required=False, initial=known.text
            )
            self.fields[f"right_{one}"] = forms.BooleanField(
                label=f"Answer {number} is right", required=False, initial=known.right
            )
        self.initial["order"] = ",".join(self.ids)

    @property
    def rows(self) -> list[tuple[str, Any, Any]]:
        """(id, text, mark) of each answer, as bound fields."""
        return [(one, self[f"text_{one}"], self[f"right_{one}"]) for one in self.ids]

    @property
    def typed(self) -> tuple[Option, ...]:
        """The answers as they stand in the browser, whether or not they make sense."""
        return tuple(
            Option(one, str(self.data.get(f"text_{one}", "")), f"right_{one}" in self.data) for one in self.ids
        )

    def asked(self, question_id: str) -> Question:
        """The question; empty rows at its end are left out. For "order" the rows stand in their right order."""
        data = self.cleaned_data
        options = [Option(one.id, one.text.strip(), one.right and data["kind"] != "order") for one in self.typed]
        kept = [one for one in options if one.text or one.right]
        return Question(question_id, data["kind"], data["text"], tuple(kept), data["explanation"])


def _with(options: Sequence[Option], do: str) -> tuple[Option, ...]:
    """The rows after a button: "more", "drop:b", "up:b"."""
    rows = list(options)
    what, _, one = do.partition(":")
    place = next((number for number, option in enumerate(rows) if option.id == one), None)
    if what == "more" and len(rows) < MOST:
        used = {option.id for option in rows}
        rows.append(Option(next(letter for letter in _LETTERS if letter not in used), ""))
    elif what == "drop" and place is not None and len(rows) > 2:
        del rows[place]
    elif what == "up" and place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return tuple(rows)


def _turned(form: QuestionForm, do: str) -> QuestionForm:
    """The form again with its rows changed; everything typed stays, and nothing is judged yet."""
    rows = _with(form.typed, do)
    initial = {name: form.data.get(name, "") for name in ("kind", "text", "explanation", "version")}
    return QuestionForm(options=rows, initial=initial)


def _save(request: PageRequest, module: Module, form: QuestionForm, made: Question) -> bool:
    old = questions_of(module.questions)
    known = any(one.id == made.id for one in old)
    new = [made if one.id == made.id else one for one in old] if known else [*old, made]
    if made.faults:
        for sentence in made.faults:
            form.add_error(None, sentence)
        return False
    with domain_errors(form):
        change_module(actor=request.actor, module_id=module.pk, version=form.cleaned_data["version"], questions=new)
    return not form.errors


def _edit(request: PageRequest, module: Module, stored: Question, *, fresh: bool) -> HttpResponse:
    initial = {
        "kind": stored.kind, "text": stored.text, "explanation": stored.explanation, "version": module.version,
    }  # fmt: skip
    form = QuestionForm(request.POST if request.method == "POST" else None, options=stored.options, initial=initial)
    do = request.POST.get("do", "")
    if request.method == "POST" and do not in ("", "save", "another"):
        form = _turned(form, do)
    elif request.method == "POST" and form.is_valid() and _save(request, module, form, form.asked(stored.id)):
        flash(request, "The question is saved. Learners meet it when the module is published.")
        if do == "another":
            return redirect("training:question_add", module.pk)
        return redirect("training:edit", module.pk)
    numbers = [one.id for one in questions_of(module.questions)]
    context = {
        "module": module,
        "form": form,
        "fresh": fresh,
        "question": stored,
        "number": len(numbers) + 1 if fresh else numbers.index(stored.id) + 1,
        "ordered": form["kind"].value() == "order",
        "may_add": len(form.ids) < MOST,
        "may_drop": len(form.ids) > 2,
    }
    return page(request, "web/training/question.html", context)


def _named(module: Module, question_id: str) -> Question:
    found = next((one for one in questions_of(module.questions) if one.id == question_id), None)
    if found is None:
        raise NotFoundError
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: PageRequest, module_id: int, question_id: str) -> HttpResponse:
    """Change one question."""
    require(request.actor, _EDIT)
    module = get_module_for(request.actor, module_id)
    return _edit(request, module, _named(module, question_id), fresh=False)


@require_http_methods(["GET", "HEAD", "POST"])
def question_add(request: PageRequest, module_id: int) -> HttpResponse:
    """Write another question."""
    require(request.actor, _EDIT)
    module = get_module_for(request.actor, module_id)
    used = {one.id for one in questions_of(module.questions)}
    number = next(number for number in range(1, 1000) if f"q{number}" not in used)
    rows = tuple(Option(letter, "") for letter in _LETTERS[:4])
    return _edit(request, module, Question(f"q{number}", "one", "", rows), fresh=True)


@require_POST
def question_remove(request: PageRequest, module_id: int, question_id: str) -> HttpResponse:
    """Take a question out of what is being written."""
    require(request.actor, _EDIT)
    module = get_module_for(request.actor, module_id)
    gone = _named(module, question_id)
    left = [one for one in questions_of(module.questions) if one.id != gone.id]
    change_module(actor=request.actor, module_id=module.pk, version=module.version, questions=left)
    flash(request, f"The question “{gone.text[:60]}” was taken out. The published version still asks it.")
    return redirect("training:edit", module.pk)
