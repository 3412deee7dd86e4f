"""Which business function each department serves, asked once when the organisation comes into a plan."""

from __future__ import annotations

from typing import get_args

from django import forms
from django.http import QueryDict

from fourleaf.engine.alignment.plan import Function
from fourleaf.web.planning.objects_words import choice_label

__all__ = ["FunctionsForm"]


class FunctionsForm(forms.Form):
    """A choice for each department, filled in where its name suggests one."""

    def __init__(self, departments: list[tuple[str, str, str | None]], post: QueryDict | None = None) -> None:
        super().__init__(post)
        choices = [("", "Leave it out for now"), *((code, choice_label(code)) for code in get_args(Function))]
        self.codes = {f"function_{at}": code for at, (code, _, _) in enumerate(departments)}
        for at, (_, name, suggested) in enumerate(departments):
            self.fields[f"function_{at}"] = forms.ChoiceField(
                label=name, required=False, choices=choices, initial=suggested or ""
            )

    @property
    def functions(self) -> dict[str, str]:
        """code of the department -> function, of those that have one."""
        return {code: self.cleaned_data[name] for name, code in self.codes.items() if self.cleaned_data.get(name)}
