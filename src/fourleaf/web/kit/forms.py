"""Errors of services on forms.

form = PersonForm(request.POST or None)
if request.method == "POST" and form.is_valid():
    with domain_errors(form):
        person = add_person(actor=request.actor, **form.cleaned_data)
        flash(request, f"{person.name} was added.")
        return redirect("people:person", person.pk)
return page(request, "web/people/add.html", {"form": form})
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from fourleaf.kernel.errors import ConflictError, InvalidError, TransitionError

__all__ = ["add_error", "domain_errors"]


def add_error(form: forms.BaseForm, error: InvalidError | ConflictError | TransitionError) -> None:
    """Put a service's sentences beside the fields that they are about; the rest belongs to the whole form."""
    if not isinstance(error, InvalidError):
        form.add_error(None, error.message)
        return
    for name, sentences in error.fields.items():
        field = name if name in form.fields and not form.fields[name].widget.is_hidden else None
        for sentence in sentences:
            form.add_error(field if field is not None else NON_FIELD_ERRORS, sentence)


@contextmanager
def domain_errors(form: forms.BaseForm) -> Iterator[None]:
    """Within the block, errors that the person can mend end up on the form; the block ends early.

    `NotAllowedError` and `NotFoundError` pass through: they become pages of their own.
    """
    try:
        yield
    except (InvalidError, ConflictError, TransitionError) as error:
        add_error(form, error)
