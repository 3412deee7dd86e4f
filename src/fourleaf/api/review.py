"""The review queue, routes and trust over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from fourleaf.api.authentication import actor_of
from fourleaf.api.pages import Page, cursor_page
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.review import public, services
from fourleaf.review.contracts import FLAGS
from fourleaf.review.models import ReviewItem, Stratum
from fourleaf.review.routing import Scope
from fourleaf.review.selectors import get_item_for, get_stratum_for, preview, queue_of, shown, visible_strata
from fourleaf.review.services import DraftFields, Verdict

__all__ = ["router"]

router = Router(tags=["Review"])


class ReviewItemOut(Schema):
    """An item under review."""

    id: int
    kind: str
    subject_id: str
    title: str
    state: str
    tier: str
    level: str = Field(description="Level of review when it was handed in: QH, QT, Q0 to Q3.")
    author_id: int
    brand_id: int | None
    region_id: int | None
    channel: str
    content_class: str
    flags: list[str]
    content_hash: str = Field(description="Send it back with a verdict, so that it is about what you have read.")
    submitted_at: datetime | None
    due_at: datetime | None
    decided_at: datetime | None
    expires_at: datetime | None


class ReviewStepOut(Schema):
    """One step of a route."""

    label: str
    needed: int
    given: int


class ClearanceOut(ReviewItemOut):
    """An item with its text, its route, and whether it may go out."""

    content: dict[str, str]
    cleared: bool = Field(
        description="True only while it is approved, not expired, nothing halts its stratum, and its author still has "
        "what handing it in asked for: the belt, a policy in force and its acknowledgement, all asked again now."
    )
    reasons: list[str]
    rules: list[str] = Field(description="Every rule that gave it its tier, gravest first.")
    steps: list[ReviewStepOut]


class DraftIn(Schema):
    """A draft."""

    title: str = Field(max_length=150)
    text: str
    link: str = ""
    disclosure: str = ""
    channel: str = ""
    brand_id: int | None = None
    region_id: int | None = None
    language: str = "en"
    content_class: str = "post"
    flags: list[str] = []


class VerdictIn(Schema):
    """A verdict. Changes asked for need a note; whatever is not clean needs the kinds of defect."""

    verdict: Literal["approved", "returned"]
    severity: Literal["clean", "minor", "major", "critical"] = Field(
        description="What you found. It is evidence for the level of review, so nothing is taken for granted."
    )
    defects: list[str] = []
    note: str = ""
    content_hash: str = Field(description="Of the text that you have read; 409 if it was changed since.")


class PreviewIn(Schema):
    """The facts of an item that nobody has written yet."""

    content_class: str = "post"
    flags: list[str] = Field(default=[], description="What holds for it; 422 for a word that is not asked about.")
    brand_id: int | None = None
    region_id: int | None = None
    channel: str = ""


class PreviewOut(Schema):
    """What would happen to it."""

    tier: str
    rules: list[str]
    level: str
    review_probability: float = Field(description="Chance of review before publishing, 0 to 1.")
    audit_probability: float = Field(description="Chance of a look afterwards, 0 to 1.")
    route: str
    steps: list[dict[str, Any]]
    due_at: datetime | None
    obstacles: list[str] = Field(description="Why you could not hand it in today.")


class StratumOut(Schema):
    """How much is reviewed of a kind of content. Never about a person."""

    id: int
    brand_id: int | None
    content_class: str
    author_group: str
    level: str
    since: date
    reviewed: int
    clean: int
    majors: int
    walk: float
    proposed: str | None = Field(description="The level that is proposed and waits for a person.")
    at_most: float = Field(description="Exact one-sided 95 % limit of the rate of major defects, 0 to 1.")
    review_share: float
    words: list[str]


class DefectIn(Schema):
    """A defect that came to light after an item went out."""

    source: Literal["complaint", "correction", "takedown"]
    severity: Literal["minor", "major", "critical"]
    defects: list[str]
    note: str


class ConfirmIn(Schema):
    """Why review is relaxed."""

    reason: str = Field(max_length=500)


def _item(row: ReviewItem) -> ReviewItemOut:
    return ReviewItemOut.from_orm(row)


def _whole(row: ReviewItem) -> dict[str, Any]:
    found = public.clearance(row.kind, row.subject_id)
    return {
        **_item(row).dict(),
        "content": row.content,
        "cleared": found.cleared,
        "reasons": list(found.reasons),
        "rules": row.reasons,
        "steps": [{"label": one.label, "needed": one.needed, "given": one.given} for one in found.steps],
    }


def _stratum(row: Stratum) -> StratumOut:
    facts = shown(row)
    state = facts.state
    return StratumOut(
        id=row.pk,
        brand_id=row.brand_id,
        content_class=row.content_class,
        author_group=row.author_group,
        level=state.level,
        since=state.since,
        reviewed=state.reviewed,
        clean=state.clean,
        majors=state.majors,
        walk=state.s,
        proposed=state.proposal.after if state.proposal else None,
        at_most=facts.bounds.exact,
        review_share=facts.share,
        words=list(facts.sentences),
    )


@router.get("/review/items", response=Page[ReviewItemOut], summary="List items under review")
def items(
    request: HttpRequest,
    queue: Literal["mine", "others", "own", "done", "all"] = "mine",
    cursor: str | None = None,
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> Page[ReviewItemOut]:
    """One of your queues, in the order in which items were handed in first."""
    return cursor_page(queue_of(actor_of(request), queue), order=("pk",), cursor=cursor, limit=limit, show=_item)


@router.get("/review/items/{item_id}", response=ClearanceOut, summary="Get an item")
def item(request: HttpRequest, item_id: int) -> dict[str, Any]:
    """One item with its route and whether it may go out."""
    return _whole(get_item_for(actor_of(request), item_id))


@router.post("/review/drafts", response={201: ClearanceOut}, summary="Write a draft")
def add_draft(request: HttpRequest, draft: DraftIn) -> Status[dict[str, Any]]:
    """Begin a draft; hand it in with the next call."""
    made = services.add_draft(actor=actor_of(request), fields=DraftFields(**draft.dict()))
    return Status(201, _whole(ReviewItem.objects.get(kind="draft", subject_id=str(made.pk))))


@router.post("/review/items/{item_id}/submit", response=ClearanceOut, summary="Hand in an item")
def submit(request: HttpRequest, item_id: int) -> dict[str, Any]:
    """Tier, draw and route are settled now. 422 says what is missing: a belt, an acknowledged policy, a route."""
    actor = actor_of(request)
    row = get_item_for(actor, item_id)
    return _whole(services.submit(actor=actor, kind=row.kind, subject_id=row.subject_id))


@router.post("/review/items/{item_id}/decisions", response=ClearanceOut, summary="Decide an item")
def decide(request: HttpRequest, item_id: int, verdict: VerdictIn) -> dict[str, Any]:
    """Your verdict on every open step that you may decide."""
    actor = actor_of(request)
    given = Verdict(verdict.verdict == "approved", verdict.severity, tuple(verdict.defects), verdict.note)
    services.decide(actor=actor, item_id=item_id, verdict=given, content=verdict.content_hash, via="api")
    return _whole(get_item_for(actor, item_id))


@router.post("/review/items/{item_id}/defects", response=ClearanceOut, summary="Report a defect")
def report_defect(request: HttpRequest, item_id: int, defect: DefectIn) -> dict[str, Any]:
    """An upheld complaint, a correction or a take-down of what went out; counts once for each text."""
    actor = actor_of(request)
    services.report_defect(
        actor=actor,
        item_id=item_id,
        source=defect.source,
        severity=defect.severity,
        defects=tuple(defect.defects),
        note=defect.note,
    )
    return _whole(get_item_for(actor, item_id))


@router.post("/review/preview", response=PreviewOut, summary="What would happen to this post")
def what_if(request: HttpRequest, facts: PreviewIn) -> dict[str, Any]:
    """Tier, rules, route with people, times and chances. Nothing is written, nothing is drawn."""
    actor = actor_of(request)
    require(actor, "review.submit")
    if unknown := sorted(set(facts.flags) - set(FLAGS)):
        raise InvalidError(fields={"flags": [f"“{unknown[0]}” is nothing that is asked about items."]})
    scope = Scope(facts.content_class, frozenset(facts.flags), facts.brand_id, facts.region_id, facts.channel)
    found = preview(scope, author_id=actor.person_id)
    return {
        "tier": found.tier,
        "rules": [f"{rule.tier}: this item {rule.sentence}." for rule in found.spoke],
        "level": found.level,
        "review_probability": found.share,
        "audit_probability": found.audit,
        "route": found.route,
        "steps": [
            {"label": one.label, "needed": one.needed, "people": [name for name, _ in one.people]}
            for one in found.steps
        ],
        "due_at": found.due_at,
        "obstacles": list(found.obstacles),
    }


@router.get("/review/strata", response=list[StratumOut], summary="List strata of trust")
def strata(request: HttpRequest) -> list[StratumOut]:
    """How much is reviewed of each kind of content, and why."""
    actor = actor_of(request)
    require(actor, "review.view_trust")
    return [_stratum(row) for row in visible_strata(actor)]


@router.post("/review/strata/{stratum_id}/confirm", response=StratumOut, summary="Confirm less review")
def confirm(request: HttpRequest, stratum_id: int, body: ConfirmIn) -> StratumOut:
    """Relax by one level, as proposed; 422 says what is still missing."""
    actor = actor_of(request)
    services.confirm_relaxation(actor=actor, stratum_id=stratum_id, reason=body.reason)
    return _stratum(get_stratum_for(actor, stratum_id))
