"""Findings of the rules, the rules themselves, and what if."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from fourleaf.alignment.models import FindingRecord
from fourleaf.alignment.selectors import findings_visible_to, held_up_by
from fourleaf.alignment.trying import Change, Outcome, what_if
from fourleaf.api.authentication import actor_of
from fourleaf.api.pages import Page, cursor_page
from fourleaf.engine.alignment.checking import RULES
from fourleaf.engine.alignment.findings import Finding
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.planning.public import current_plan, plan_info

__all__ = ["router"]

router = Router(tags=["Alignment"])


class FindingOut(Schema):
    """What a rule has to say about an object of the plan."""

    id: int
    rule: str
    severity: Literal["error", "warning", "hint"]
    object: str = Field(description="Address `section/id`, or a section.")
    state: Literal["open", "waived", "gone"]
    message: str
    hint: str
    evidence: list[str]
    holds_up: list[str] = Field(description="Addresses of what it holds up; empty: the plan as a whole.")
    first_seen: datetime
    since: datetime
    last_seen: datetime
    owner_id: int | None
    due_on: date | None
    waived_until: date | None
    note: str
    explanation: str


class FindingsQuery(Schema):
    """Filters of the list of findings."""

    plan_id: int | None = Field(None, description="Left out: the current plan.")
    state: Literal["there", "open", "waived", "gone", "all"] = Field("there", description="there: open and waived.")
    severity: Literal["error", "warning", "hint"] | None = None
    rule: str | None = None
    object: str | None = None
    holds_up: str | None = Field(None, description="An address, such as programmes/P07.")


class RuleOut(Schema):
    """A rule of alignment."""

    id: str
    severity: str
    title: str
    rationale: str
    source: str
    satisfied: str
    reads: list[str]
    blocks: str = Field(description="What its findings hold up: programme, roadmap or plan.")
    milestone: str | None


class ChangeIn(Schema):
    """One field of one object of the plan, set to a value as in a plan file."""

    section: str
    id: str = Field("", description="Id of the object; empty for a section that is one object.")
    field: str
    value: Any = None


class WhatIfIn(Schema):
    """Changes to try. Nothing is saved."""

    plan_id: int | None = Field(None, description="Left out: the current plan.")
    changes: list[ChangeIn] = Field(min_length=1, max_length=100)


class TriedFinding(Schema):
    """A finding that is not stored."""

    rule: str
    severity: str
    object: str
    message: str
    hint: str


class TriedProgramme(Schema):
    """What the changes do for a programme."""

    id: str
    name: str
    live: bool = Field(description="Whether it is live now; otherwise the errors are those that refuse its going live.")
    errors_before: int
    errors_after: int
    sentence: str


class WhatIfOut(Schema):
    """What the changes bring about."""

    sentence: str
    programmes: list[TriedProgramme] = Field(description="Programmes with another number of errors in their way.")
    comes: list[TriedFinding]
    goes: list[TriedFinding]
    changes: list[TriedFinding] = Field(description="Findings at the same object that say something else.")
    before: dict[str, int] = Field(description="Open findings by severity.")
    after: dict[str, int]


def _plan(actor: Actor, plan_id: int | None) -> int:
    require(actor, "alignment.view_findings")
    if plan_id is not None:
        return plan_info(actor, plan_id).id
    plan = current_plan(actor)
    if plan is None:
        raise NotFoundError("There is no current plan, or you may not see it.")
    return plan.id


def _show(row: FindingRecord) -> FindingOut:
    return FindingOut(
        id=row.pk,
        rule=row.rule,
        severity=row.severity,  # type: ignore[arg-type]  # the model's choices are these three
        object=row.object,
        state=row.state,  # type: ignore[arg-type]  # likewise
        message=row.message,
        hint=row.hint,
        evidence=row.evidence,
        holds_up=list(row.blocks),
        first_seen=row.first_seen,
        since=row.since,
        last_seen=row.last_seen,
        owner_id=row.owner_id,
        due_on=row.due_on,
        waived_until=row.waived_until,
        note=row.note,
        explanation=row.explanation,
    )


@router.get("/alignment/findings", response=Page[FindingOut], summary="List findings")
def findings(
    request: HttpRequest,
    filters: Query[FindingsQuery],
    cursor: str | None = None,
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> Page[FindingOut]:
    """Findings of a plan as of its last check, errors first."""
    actor = actor_of(request)
    rows = findings_visible_to(actor, _plan(actor, filters.plan_id))
    if filters.state == "there":
        rows = rows.exclude(state="gone")
    elif filters.state != "all":
        rows = rows.filter(state=filters.state)
    wanted = {"severity": filters.severity, "rule": filters.rule, "object": filters.object}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if filters.holds_up:
        rows = held_up_by(rows, filters.holds_up)
    return cursor_page(rows, order=("gravity", "rule", "pk"), cursor=cursor, limit=limit, show=_show)


@router.get("/alignment/rules", response=list[RuleOut], summary="List rules")
def rules(request: HttpRequest) -> list[RuleOut]:
    """All rules with why they are there and what satisfies them."""
    require(actor_of(request), "alignment.view_findings")
    return [
        RuleOut(
            id=rule.id,
            severity=rule.severity,
            title=rule.title,
            rationale=rule.rationale,
            source=rule.source,
            satisfied=rule.satisfied,
            reads=list(rule.reads),
            blocks=rule.blocks,
            milestone=rule.milestone,
        )
        for rule in RULES.values()
    ]


@router.post("/alignment/what-if", response=WhatIfOut, summary="Try changes of the plan")
def try_changes(request: HttpRequest, body: WhatIfIn) -> WhatIfOut:
    """Which findings come and go if these fields had these values. Nothing is saved."""
    actor = actor_of(request)
    changes = [Change(change.section, change.id, change.field, change.value) for change in body.changes]
    return _tried(what_if(actor, _plan(actor, body.plan_id), changes))


def _tried(outcome: Outcome) -> WhatIfOut:
    return WhatIfOut(
        sentence=outcome.sentence,
        programmes=[
            TriedProgramme(
                id=p.key,
                name=p.name,
                live=p.live,
                errors_before=p.before,
                errors_after=p.after,
                sentence=f"{p.name} {p.sentence}.",
            )
            for p in outcome.programmes
        ],
        comes=[_brief(f) for f in outcome.comes],
        goes=[_brief(f) for f in outcome.goes],
        changes=[_brief(moved.after) for moved in outcome.moved],
        before=dict(outcome.before),
        after=dict(outcome.after),
    )


def _brief(f: Finding) -> TriedFinding:
    return TriedFinding(rule=f.rule, severity=f.severity, object=f.object, message=f.message, hint=f.hint)
