"""Errors of services land beside the fields they are about."""

from __future__ import annotations

import pytest
from django import forms

from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, TransitionError
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.respond import page


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As outside.")
    version = forms.IntegerField(widget=forms.HiddenInput)


@pytest.fixture
def form() -> Form:
    form = Form({"name": "x", "version": "1"})
    assert form.is_valid()
    return form


def test_fields_get_their_sentences_and_the_rest_is_the_form_s(form) -> None:
    with domain_errors(form):
        raise InvalidError(
            fields={"name": ["Taken.", "Too plain."], "version": ["Old."], "other": ["Odd."], "": ["All."]}
        )
    assert form.errors["name"] == ["Taken.", "Too plain."]
    assert form.non_field_errors() == ["Old.", "Odd.", "All."]
    assert not form.is_valid()


@pytest.mark.parametrize(
    "error", [ConflictError("Changed meanwhile."), TransitionError("Archived."), InvalidError("No.")]
)
def test_what_the_person_can_mend_stays_on_the_form(form, error) -> None:
    with domain_errors(form):
        raise error
    assert form.non_field_errors() == [error.message]


@pytest.mark.parametrize("error", [NotAllowedError("No."), NotFoundError()])
def test_what_they_cannot_passes_through(form, error) -> None:
    with pytest.raises(type(error)), domain_errors(form):
        raise error


@pytest.mark.django_db
def test_a_wrong_form_is_422_with_a_summary_that_leads_to_the_fields(client_for, admin, rf) -> None:
    wrong = Form({"name": "", "version": "1"}, auto_id="f_%s")
    wrong.is_valid()
    request = rf.post("/")
    request.actor = admin.actor
    request.user = admin.account
    request.csp_nonce = ""
    assert page(request, "web/kit/examples/form_errors.html", {"wrong": wrong}).status_code == 422
    assert page(request, "web/kit/examples/form_errors.html", {"wrong": Form(auto_id="f_%s")}).status_code == 200
    text = page(request, "web/kit/examples/form_errors.html", {"wrong": wrong}).content.decode()
    assert 'role="alert"' in text
    assert '<a href="#f_name">Name</a>' in text
    assert 'aria-invalid="true"' in text
    assert 'id="f_name_helptext"' in text
    assert 'id="f_name_error"' in text
    described = text.split('aria-describedby="')[1].split('"')[0].split()
    assert set(described) == {"f_name_helptext", "f_name_error"}
