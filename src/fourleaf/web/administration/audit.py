"""The audit trail: reading, narrowing, exporting, one event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from fourleaf.kernel import audit as trail_of
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import AuditEvent, AuditHead
from fourleaf.kernel.permissions import require
from fourleaf.kernel.selectors.work import AuditFilter, get_audit_event_for, list_audit_events, narrow_audit_events
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


def _exported(actor: Actor, table: str, format: str) -> None:
    with transaction.atomic():
        trail_of.record(actor, "kernel.audit.exported", ("kernel.audit", "trail"), data={"format": format})


def _changes(row: AuditEvent) -> str:
    return json.dumps(row.data, ensure_ascii=False, sort_keys=True) if row.data else ""


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
    exported=_exported,
)


class _Trail(BoundTable):
    """Counting the trail by a name would make a figure of a single person of it, so a search says no number."""

    @property
    def counted(self) -> str:
        """``1,204 events``; without a number while words narrow the trail."""
        return "events that hold these words" if self.text else super().counted


def trail(request: PageRequest) -> HttpResponseBase:
    """The trail, newest first."""
    require(request.actor, "kernel.view_audit")
    head = AuditHead.objects.filter(pk=1).first()
    table = _Trail(TRAIL, request, list_audit_events(request.actor))
    return table.respond("web/administration/audit.html", {"head": head})


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
