"""The audit trail: reading, narrowing, exporting, one event."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fourleaf.governance.trail import NOTE, Taken, take_trail
from fourleaf.kernel import audit as trail_of
from fourleaf.kernel.models import AuditEvent, AuditHead
from fourleaf.kernel.permissions import require
from fourleaf.kernel.selectors.work import AuditFilter, get_audit_event_for, list_audit_events, narrow_audit_events
from fourleaf.web.kit.export import csv_response, xlsx_response
from fourleaf.web.kit.forms import domain_errors
from fourleaf.web.kit.requests import PageRequest
from fourleaf.web.kit.respond import page
from fourleaf.web.kit.tables import BoundTable, Column, Empty, Table

__all__ = ["event", "trail"]

_VIA = {"web": "Pages", "api": "API", "cli": "Command line", "worker": "By itself"}


class TrailFilters(forms.Form):
    """What the trail can be narrowed to."""

    code = forms.ChoiceField(label="What", required=False)
    via = forms.ChoiceField(label="Through", required=False, choices=[("", "Anything"), *_VIA.items()])
    first = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    subject_kind = forms.CharField(required=False, widget=forms.HiddenInput)
    subject_id = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = sorted(trail_of.CODES.items(), key=lambda item: item[1])
        self.fields["code"].choices = [("", "Anything"), *choices]  # type: ignore[attr-defined]  # a ChoiceField


def _narrow(rows: QuerySet[AuditEvent], values: Mapping[str, Any]) -> QuerySet[AuditEvent]:
    wanted = AuditFilter(
        codes=[values["code"]] if values.get("code") else (),
        via=values.get("via", ""),
        first_day=values.get("first"),
        last_day=values.get("last"),
        subject_kind=values.get("subject_kind", ""),
        subject_id=values.get("subject_id", ""),
    )
    return narrow_audit_events(rows, wanted)


def _search(rows: QuerySet[AuditEvent], text: str) -> QuerySet[AuditEvent]:
    return narrow_audit_events(rows, AuditFilter(search=text))


class CaseForm(forms.Form):
    """For which case names are taken along."""

    case = forms.CharField(
        label="Case",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What the file is needed for; it is noted in the trail, with your name and what you searched for.",
        error_messages={"required": "Say for which case the names are needed."},
    )
    format = forms.ChoiceField(label="File", choices=[("csv", "CSV"), ("xlsx", "Excel")])


def _changes(row: AuditEvent) -> str:
    return _data(row.data)


def _data(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True) if data else ""


TRAIL = Table(
    key="audit",
    name="Audit trail",
    one="event",
    many="events",
    columns=(
        Column("at", "When", kind="time", sort="sequence"),
        Column(
            "code",
            "What",
            kind="link",
            value=lambda row: trail_of.CODES.get(row.code, row.code),
            href=lambda row: reverse("administration:event", args=[row.sequence]),
            side=True,
            main=True,
        ),
        Column("subject_label", "Which", value="subject_label"),
        Column("actor_label", "Who", value="actor_label"),
        Column("via", "Through", value=lambda row: _VIA.get(row.via, row.via), priority=3),
        Column("sequence", "No.", kind="number", priority=3, help="Its place in the chain."),
        Column("data", "Data", value=_changes, shown=False, priority=3),
        Column("hash", "Hash", shown=False, priority=3),
    ),
    sort="-at",
    filters=TrailFilters,
    filter=_narrow,
    search=_search,
    search_label="Search names and meanings",
    empty=Empty("No event yet", "Each change in the product is written here, with who made it.", icon="document-text"),
    export_permission="kernel.export_audit",
)


class _Trail(BoundTable):
    """Counting the trail by a name would make a figure of a single person of it: a search says no number, and a file
    withholds names where the region permits no such figures, unless a case is stated."""

    @property
    def counted(self) -> str:
        """``1,204 events``; without a number while words, or one subject, narrow the trail."""
        if self.text:
            return "events that hold these words"
        return "events about this" if self.values.get("subject_id") else super().counted

    def export(self) -> HttpResponseBase | None:
        """The file that the address asks for, by the rules for files without a case."""
        kind = self.request.GET.get("export", "")
        if kind not in ("csv", "xlsx"):
            return None
        return self.file(kind, take_trail(actor=self.actor, format=kind))

    def file(self, kind: str, taken: Taken) -> HttpResponseBase:
        """All events of these filters by the rules of ``taken``; the first line says what is left out and why."""
        self._rows = taken.narrowed(self._rows, search=self.text, subject_kind=str(self.values.get("subject_kind", "")))
        columns = self.columns
        first = f"Case: {taken.case}" if taken.case else NOTE

        def rows() -> Iterator[list[object]]:
            yield [first, *[""] * (len(columns) - 1)]
            for row in self.source.stream(self.order):
                yield [_given(column, row, taken) for column in columns]

        make = csv_response if kind == "csv" else xlsx_response
        return make(self.table.name, [column.label for column in columns], rows(), self.zone)


def _given(column: Column, row: AuditEvent, taken: Taken) -> object:
    given = taken.given(row)
    replaced: dict[str, object] = {
        "at": given.at,
        "subject_label": given.subject,
        "actor_label": given.actor,
        "data": _data(given.data),
        "hash": taken.seal(row.hash),
    }
    return replaced[column.key] if column.key in replaced else column.exported(row)


@require_http_methods(["GET", "HEAD", "POST"])
def trail(request: PageRequest) -> HttpResponseBase:
    """The trail, newest first; as a file with names when a case is sent."""
    require(request.actor, "kernel.view_audit")
    head = AuditHead.objects.filter(pk=1).first()
    table = _Trail(TRAIL, request, list_audit_events(request.actor))
    form = CaseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.actor, "kernel.export_audit")
        if form.is_valid():
            kind = form.cleaned_data["format"]
            with domain_errors(form):
                asked = dict(table.kept_all)
                taken = take_trail(actor=request.actor, format=kind, case=form.cleaned_data["case"], asked=asked)
                return table.file(kind, taken)
        return page(request, "web/administration/audit.html", {"head": head, "form": form, "table": table})
    return table.respond("web/administration/audit.html", {"head": head, "form": form})


def event(request: PageRequest, sequence: int) -> HttpResponse:
    """One event whole, with its links in the chain."""
    found = get_audit_event_for(request.actor, sequence)
    changes, facts = [], []
    for name, value in found.data.items():
        if isinstance(value, list) and len(value) == 2:
            changes.append((name, _plain(value[0]), _plain(value[1])))
        else:
            facts.append((name, _plain(value)))
    same = f"?subject_kind={found.subject_kind}&subject_id={found.subject_id}"
    context = {
        "event": found,
        "meaning": trail_of.CODES.get(found.code, found.code),
        "via": _VIA.get(found.via, found.via),
        "changes": changes,
        "facts": facts,
        "same_url": reverse("administration:audit") + same,
    }
    return page(request, "web/administration/event.html", context)


def _plain(value: object) -> str:
    if value is None or value == "":
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
