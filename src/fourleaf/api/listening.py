"""Queries, mentions, reports and imports."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, cast

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, File, Query, Router, Schema, Status, UploadedFile

from fourleaf.api.authentication import actor_of
from fourleaf.api.pages import Page, cursor_page
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.selectors import visible_brands
from fourleaf.listening.contracts import MentionFilter, Period
from fourleaf.listening.models import ListeningQuery, MentionImport
from fourleaf.listening.selectors import get_query_for, visible_to
from fourleaf.listening.selectors.imports import get_import_for, imports_visible_to
from fourleaf.listening.selectors.mentions import Mention, get_mention_for, list_mentions
from fourleaf.listening.selectors.preview import preview_query
from fourleaf.listening.selectors.reports import Contender, Share, sentiment_over_time, share_of_voice
from fourleaf.listening.services.imports import cancel_import, map_columns, start_import, upload_file
from fourleaf.listening.services.judgements import correct_sentiment, mark_irrelevant, mark_relevant
from fourleaf.listening.services.queries import (
    QueryFields,
    add_query,
    archive_query,
    change_query,
    restore_query,
)

__all__ = ["router"]

router = Router(tags=["Listening"])
Limit = Annotated[int, Field(ge=1, le=200)]
Role = Literal["own", "competitor", "topic"]
Sentiment = Literal["negative", "neutral", "positive"]
Grain = Literal["day", "week", "month"]


class QueryOut(Schema):
    """A listening query."""

    id: int
    name: str
    role: Role
    text: str
    brand_id: int | None
    languages: list[str]
    notes: str
    state: str
    version: int = Field(description="Send it back with a change; a change by somebody else in between answers 409.")
    fresh: bool = Field(description="Whether the stored matches follow the present text.")
    changed_at: datetime


class QueryIn(Schema):
    """What can be said about a query."""

    name: str
    text: str
    role: Role = "topic"
    brand_id: int | None = None
    region_ids: list[int] = Field(default_factory=list)
    languages: list[str] = Field(default_factory=list)
    notes: str = ""


class QueryChange(QueryIn):
    """A change; ``version`` is that of the query it was made from."""

    version: int


class PreviewIn(Schema):
    """A text to try."""

    text: str
    days: int | None = Field(None, ge=1, le=3650)


class PreviewOut(Schema):
    """What a text would find among the newest stored posts."""

    meaning: str
    found: int
    looked_at: int = Field(description="How many stored posts were looked at; the newest ones.")
    stored: int
    per_day: list[tuple[date, int]]
    remarks: list[str]


class MentionOut(Schema):
    """A stored post. The author is null for those who may not see authors."""

    id: str
    platform: str
    author: str | None
    created_at: datetime
    text: str
    url: str | None
    kind: str
    lang: str | None
    sentiment: str | None
    sentiment_corrected: bool
    relevant: bool | None
    queries: list[int]
    likes: int | None
    shares: int | None
    replies: int | None
    views: int | None
    suspected: str | None = Field(description="Why the author looks automated; marked, never removed.")
    correction_version: int


class PeriodQuery(Schema):
    """Whole days of the organisation's reporting zone, both ends included; by default the last 28."""

    first_day: date | None = None
    last_day: date | None = None


class MentionQuery(PeriodQuery):
    """Filters of the list of mentions."""

    q: str = Field("", max_length=2000, description="In the query language, or plain words.")
    query: list[int] = Field(default_factory=list)
    platform: list[str] = Field(default_factory=list)
    language: list[str] = Field(default_factory=list)
    sentiment: list[Sentiment] = Field(default_factory=list)
    review: Literal["none", "sentiment", "some"] | None = Field(
        None,
        description="What people said: `none` nothing yet, `sentiment` a corrected sentiment, `some` any correction "
        "or mark, those as not about us included.",
    )


class CorrectionIn(Schema):
    """What a person knows better. Leave out what stays as it is."""

    sentiment: Sentiment | None = None
    relevant: bool | None = None
    version: int = Field(description="`correction_version` of the mention.")


class ShareOut(Schema):
    """A share with its 95 % interval (Wilson) and its base."""

    value: float | None = Field(description="Null when the base is empty.")
    low: float
    high: float
    base: int


class ContenderOut(Schema):
    """Own queries of one brand together, or one competitor query."""

    name: str
    own: bool
    query_ids: list[int]
    raw: int
    clusters: int
    authors: int
    share: ShareOut = Field(description="Of the raw counts.")


class ShareOfVoiceOut(Schema):
    """K01: own / (own + competitors), of posts found; own accounts are left out."""

    first_day: date
    last_day: date
    zone: str
    own: ShareOut
    contenders: list[ContenderOut]
    series: list[dict[str, Any]] = Field(description="Per bucket: start, counts in the order of contenders, own share.")
    remarks: list[str]


class SentimentOut(Schema):
    """Counts of one query; net is (positive - negative) / all."""

    query_id: int
    name: str
    negative: int
    neutral: int
    positive: int
    series: list[dict[str, Any]]


class ImportOut(Schema):
    """A file of posts on its way into the store."""

    id: int
    file_name: str
    state: str
    rows_stored: int
    rows_repeated: int
    rows_skipped: int
    rows_suppressed: int
    warnings: list[str]
    problem: str
    job_id: int | None
    created_at: datetime
    finished_at: datetime | None


class ImportStart(Schema):
    """How the file is to be read."""

    mapping: dict[str, str] = Field(default_factory=dict, description="Column of the file -> field of a post.")
    zone: str | None = Field(None, description="Zone of times that carry none.")
    day_first: bool | None = None
    platform: str = ""


def _query(query: ListeningQuery) -> QueryOut:
    return QueryOut(
        id=query.pk,
        name=query.name,
        role=cast("Role", query.role),
        text=query.text,
        brand_id=query.brand_id,
        languages=query.languages,
        notes=query.notes,
        state=query.state,
        version=query.version,
        fresh=query.matched_version == query.text_version,
        changed_at=query.changed_at,
    )


def _mention(mention: Mention) -> MentionOut:
    same = {
        name: getattr(mention, name)
        for name in MentionOut.model_fields
        if name not in ("queries", "sentiment_corrected")
    }
    return MentionOut(**same, queries=list(mention.queries), sentiment_corrected=mention.corrected)


def _share(share: Share) -> ShareOut:
    return ShareOut(value=share.value, low=share.low, high=share.high, base=share.base)


def _contender(contender: Contender) -> ContenderOut:
    return ContenderOut(
        name=contender.label,
        own=contender.own,
        query_ids=list(contender.query_ids),
        raw=contender.counts.raw,
        clusters=contender.counts.clusters,
        authors=contender.counts.authors,
        share=_share(contender.shares["raw"]),
    )


def _import(upload: MentionImport) -> ImportOut:
    return ImportOut(id=upload.pk, **{name: getattr(upload, name) for name in ImportOut.model_fields if name != "id"})


def _period(asked: PeriodQuery) -> Period:
    last = asked.last_day or clock.today()
    first = asked.first_day or last - timedelta(days=27)
    if last < first:
        raise InvalidError(fields={"first_day": ["The period ends before it begins."]})
    return Period(first, last, settings.TIME_ZONE)


def _market_of(actor: Actor, asked: int | Literal["all", "none"] | None) -> tuple[int | None, bool]:
    """The brand and whether only queries without a brand count, by the same rule as the pages.

    A share belongs to one market, so with own queries in several it must be said which, or that all count together.
    """
    if asked == "all":
        return None, False
    if asked == "none":
        return None, True
    if asked is not None:
        if not visible_brands(actor).filter(pk=asked).exists():
            raise InvalidError(fields={"brand_id": [f"There is no brand {asked}. Send an id, `none` or `all`."]})
        return asked, False
    own = visible_to(actor).filter(state="active", role="own")
    brands = list(own.order_by("brand__name").values_list("brand_id", "brand__name").distinct())
    if len(brands) > 1:
        named = [f"{brand_id} ({name})" for brand_id, name in brands if brand_id is not None]
        listed = ", ".join(named + ["none (queries without a brand)"] * (len(named) < len(brands)))
        sentence = (
            "There are own queries of several brands, whose markets are not one. "
            f"Choose a brand: {listed}; or all, to count them together."
        )
        raise InvalidError(fields={"brand_id": [sentence]})
    return None, False


def _fields(given: QueryIn) -> QueryFields:
    return QueryFields(
        name=given.name,
        text=given.text,
        role=given.role,
        brand_id=given.brand_id,
        region_ids=given.region_ids,
        languages=given.languages,
        notes=given.notes,
    )


@router.get("/queries", response=Page[QueryOut], summary="List queries")
def queries(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[QueryOut]:
    """Queries by name, archived ones included."""
    return cursor_page(visible_to(actor_of(request)), order=("name", "pk"), cursor=cursor, limit=limit, show=_query)


@router.post("/queries", response={201: QueryOut}, summary="Add a query")
def add(request: HttpRequest, given: QueryIn) -> Status[QueryOut]:
    """Add an active query; stored posts are matched with it in the background."""
    return Status(201, _query(add_query(actor=actor_of(request), fields=_fields(given))))


@router.post("/queries/preview", response=PreviewOut, summary="Try a query")
def preview(request: HttpRequest, given: PreviewIn) -> PreviewOut:
    """What a text means and would find; nothing is stored."""
    found = preview_query(actor_of(request), given.text, days=given.days, samples=0)
    return PreviewOut(
        meaning=found.meaning,
        found=found.matches,
        looked_at=found.scanned,
        stored=found.stored,
        per_day=[(day, hits) for day, hits, _ in found.per_day],
        remarks=[remark.message for remark in found.remarks],
    )


@router.get("/queries/{query_id}", response=QueryOut, summary="One query")
def query(request: HttpRequest, query_id: int) -> QueryOut:
    """One query by id."""
    return _query(get_query_for(actor_of(request), query_id))


@router.put("/queries/{query_id}", response=QueryOut, summary="Change a query")
def change(request: HttpRequest, query_id: int, given: QueryChange) -> QueryOut:
    """Change a query; a changed text is matched with the stored posts again."""
    changed = change_query(actor=actor_of(request), query_id=query_id, fields=_fields(given), version=given.version)
    return _query(changed)


@router.post("/queries/{query_id}/archive", response=QueryOut, summary="Archive a query")
def archive(request: HttpRequest, query_id: int) -> QueryOut:
    """Stop listening for it; what it found stays."""
    return _query(archive_query(actor=actor_of(request), query_id=query_id))


@router.post("/queries/{query_id}/restore", response=QueryOut, summary="Bring a query back")
def restore(request: HttpRequest, query_id: int) -> QueryOut:
    """Listen for it again."""
    return _query(restore_query(actor=actor_of(request), query_id=query_id))


@router.get("/mentions", response=Page[MentionOut], summary="List mentions")
def mentions(
    request: HttpRequest, filters: Query[MentionQuery], cursor: str | None = None, limit: Limit = 50
) -> Page[MentionOut]:
    """Stored posts, newest first."""
    chosen = MentionFilter(
        queries=tuple(filters.query),
        platforms=tuple(filters.platform),
        languages=tuple(filters.language),
        sentiments=tuple(filters.sentiment),
        search=filters.q,
        review=filters.review or "",
        relevance="all" if filters.review == "some" else "kept",
    )
    found = list_mentions(actor_of(request), _period(filters), chosen, size=limit, after=cursor)
    return Page[MentionOut](items=[_mention(item) for item in found.mentions], next=found.after)


@router.get("/mentions/{mention_id}", response=MentionOut, summary="One mention")
def mention(request: HttpRequest, mention_id: str) -> MentionOut:
    """One stored post."""
    return _mention(get_mention_for(actor_of(request), mention_id).mention)


@router.patch("/mentions/{mention_id}", response=MentionOut, summary="Correct a mention")
def correct(request: HttpRequest, mention_id: str, given: CorrectionIn) -> MentionOut:
    """Say how it feels, or whether it is about us. Corrections survive a re-import."""
    actor, version = actor_of(request), given.version
    if given.sentiment is None and given.relevant is None:
        raise InvalidError("Send a sentiment, or whether the mention is relevant.")
    if given.sentiment is not None:
        version = correct_sentiment(
            actor=actor, mention_id=mention_id, sentiment=given.sentiment, version=version
        ).version
    if given.relevant is not None:
        mark = mark_relevant if given.relevant else mark_irrelevant
        mark(actor=actor, mention_id=mention_id, version=version)
    return _mention(get_mention_for(actor, mention_id).mention)


@router.get("/reports/share-of-voice", response=ShareOfVoiceOut, summary="Share of voice")
def voice(
    request: HttpRequest,
    period: Query[PeriodQuery],
    brand_id: Annotated[
        int | Literal["all", "none"] | None,
        Field(
            description="Whose share: a brand's id; `none` for queries without a brand; `all` for all brands together, "
            "with a remark. May be left out while all own queries in sight are of one market, else 422. "
            "The pages have the same choices."
        ),
    ] = None,
    grain: Grain = "week",
) -> ShareOfVoiceOut:
    """K01 over a period, with its series, for one market: own queries against the competitors of that market.

    With a brand, competitor queries of another brand are left out, and those without a brand stand against each. With
    `none`, only queries without a brand count, on both sides.
    """
    actor = actor_of(request)
    brand, brandless = _market_of(actor, brand_id)
    found = share_of_voice(actor, _period(period), brand_id=brand, brandless=brandless, grain=grain)
    return ShareOfVoiceOut(
        first_day=found.period.first,
        last_day=found.period.last,
        zone=found.period.zone,
        own=_share(found.own["raw"]),
        contenders=[_contender(contender) for contender in found.contenders],
        series=[
            {"start": bucket.start, "counts": list(bucket.counts), "own": _share(bucket.own).model_dump()}
            for bucket in found.buckets
        ],
        remarks=found.remarks,
    )


@router.get("/reports/sentiment", response=list[SentimentOut], summary="Sentiment over time")
def sentiment(request: HttpRequest, period: Query[PeriodQuery], grain: Grain = "week") -> list[SentimentOut]:
    """Counts of negative, neutral and positive posts for each query, with corrections applied."""

    def counts(bucket: Any) -> dict[str, int]:
        return {"negative": bucket.negative, "neutral": bucket.neutral, "positive": bucket.positive}

    return [
        SentimentOut(
            query_id=series.query_id,
            name=series.name,
            **counts(series.whole),
            series=[{"start": bucket.start, **counts(bucket)} for bucket in series.buckets],
        )
        for series in sentiment_over_time(actor_of(request), _period(period), grain=grain)
    ]


@router.get("/imports", response=Page[ImportOut], summary="List imports")
def imports(request: HttpRequest, cursor: str | None = None, limit: Limit = 50) -> Page[ImportOut]:
    """Files of posts, newest first."""
    rows = imports_visible_to(actor_of(request))
    return cursor_page(rows, order=("-pk",), cursor=cursor, limit=limit, show=_import)


@router.post("/imports", response={201: ImportOut, 200: ImportOut}, summary="Upload a file of posts")
def upload(request: HttpRequest, file: File[UploadedFile]) -> Status[ImportOut]:
    """Take in a file. The same content again answers 200 with the import that is there."""
    taken = upload_file(actor=actor_of(request), name=file.name or "posts", pieces=file.chunks())
    return Status(200 if taken.again else 201, _import(taken.import_))


@router.get("/imports/{import_id}", response=ImportOut, summary="One import")
def one_import(request: HttpRequest, import_id: int) -> ImportOut:
    """State and counts of an import; its job has the progress."""
    return _import(get_import_for(actor_of(request), import_id))


@router.post("/imports/{import_id}/start", response=ImportOut, summary="Start an import")
def start(request: HttpRequest, import_id: int, given: ImportStart) -> ImportOut:
    """Say how the file is read, and import it in the background. One that stopped is continued."""
    actor = actor_of(request)
    if get_import_for(actor, import_id).state in ("uploaded", "mapped"):
        map_columns(
            actor=actor,
            import_id=import_id,
            mapping=given.mapping,
            zone=given.zone,
            day_first=given.day_first,
            platform=given.platform,
        )
    return _import(start_import(actor=actor, import_id=import_id))


@router.post("/imports/{import_id}/cancel", response=ImportOut, summary="Stop an import")
def stop(request: HttpRequest, import_id: int) -> ImportOut:
    """Stop it; what it has stored stays, and it can be continued."""
    return _import(cancel_import(actor=actor_of(request), import_id=import_id))
