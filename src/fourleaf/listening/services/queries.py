"""Adding and changing queries. A changed text makes a new version and has the stored mentions matched again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from fourleaf.kernel import audit, clock, jobs
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError
from fourleaf.kernel.models import Brand, Person, Region
from fourleaf.kernel.permissions import require
from fourleaf.listening import selectors
from fourleaf.listening.errors import QueryTextError
from fourleaf.listening.models import ListeningQuery, QueryState, QueryVersion
from fourleaf.listening.query_text import check_text
from fourleaf.listening.rules import anywhere

__all__ = [
    "QueryFields",
    "add_query",
    "archive_query",
    "change_query",
    "may_edit_somewhere",
    "restore_query",
]

_CODE = "listening.edit_queries"


@dataclass(frozen=True)
class QueryFields:
    """What a person may say about a query."""

    name: str
    text: str
    role: str = "topic"
    brand_id: int | None = None
    region_ids: Sequence[int] = ()
    languages: Sequence[str] = ()
    notes: str = ""
    owner_id: int | None = None


def _check_fields(actor: Actor, fields: QueryFields) -> None:
    wrong: dict[str, list[str]] = {}
    if not fields.name.strip():
        wrong["name"] = ["Give the query a name."]
    elif len(fields.name) > 120:
        wrong["name"] = [f"The name has {len(fields.name)} characters; 120 are possible."]
    if fields.role not in ListeningQuery.Role.values:
        wrong["role"] = ["Choose own brand, competitor or topic."]
    if fields.brand_id is not None and not Brand.objects.filter(pk=fields.brand_id, archived_at=None).exists():
        wrong["brand"] = ["This brand does not exist."]
    regions = set(fields.region_ids)
    if regions and Region.objects.filter(pk__in=regions).count() != len(regions):
        wrong["regions"] = ["One of these regions does not exist."]
    if fields.owner_id is not None and not Person.objects.filter(pk=fields.owner_id).exists():
        wrong["owner"] = ["This person does not exist."]
    if bad := [code for code in fields.languages if not (len(code) == 2 and code.isascii() and code.islower())]:
        wrong["languages"] = [f"“{bad[0]}” is not a language code; write two small letters such as en or de."]
    try:
        check_text(fields.text)
    except QueryTextError as error:
        raise QueryTextError(error.faults, fields={**wrong, **error.fields}) from error
    if wrong:
        raise InvalidError(fields=wrong)
    _check_scope(actor, fields)


def _check_scope(actor: Actor, fields: QueryFields) -> None:
    """Somebody who may edit the queries of one brand or region must stay there."""
    if actor.may_for(_CODE, "brand", fields.brand_id):
        return
    if any(actor.may_for(_CODE, "region", region) for region in fields.region_ids):
        return
    raise NotAllowedError(
        "You may edit the queries of certain brands or regions only. Choose one of them for this query."
    )


def _values(fields: QueryFields) -> dict[str, Any]:
    return {
        "name": " ".join(fields.name.split()),
        "role": fields.role,
        "text": fields.text.strip(),
        "brand_id": fields.brand_id,
        "languages": sorted(set(fields.languages)),
        "notes": fields.notes.strip(),
        "owner_id": fields.owner_id,
    }


_TAKEN = "Another active query has this name. Choose another name, or archive the other query."


def _match_again(actor: Actor, query: ListeningQuery) -> None:
    jobs.enqueue(
        "listening.matches_fresh",
        {"query_id": query.pk},
        actor=actor,
        key=f"listening.matches_fresh:{query.pk}:{query.version}",
    )


def add_query(*, actor: Actor, fields: QueryFields) -> ListeningQuery:
    """Add an active query and have the stored mentions matched with it."""
    require(actor, _CODE)
    _check_fields(actor, fields)
    now = clock.now()
    try:
        with transaction.atomic():
            values = _values(fields)
            if values["owner_id"] is None:
                values["owner_id"] = actor.person_id
            query = ListeningQuery.objects.create(**values, created_at=now, created_by=actor.label, changed_at=now)
            query.regions.set(fields.region_ids)
            QueryVersion.objects.create(query=query, number=1, text=query.text, at=now, by=actor.label)
            audit.record(actor, "listening.query.added", query, data={"text": query.text, "role": query.role})
            _match_again(actor, query)
    except IntegrityError as error:
        raise InvalidError(fields={"name": [_TAKEN]}) from error
    return query


def change_query(*, actor: Actor, query_id: int, fields: QueryFields, version: int | None = None) -> ListeningQuery:
    """Change a query; with ``version`` only if nobody else has changed it since that version was shown."""
    query = selectors.get_query_for(actor, query_id)
    require(actor, _CODE, query, seen_by="listening.view_queries")
    if query.state != "active":
        raise ConflictError("This query is archived. Bring it back before you change it.")
    _check_fields(actor, fields)
    values, regions = _values(fields), sorted(set(fields.region_ids))
    before = {name: getattr(query, name) for name in values} | {"regions": _ids(query.regions.values_list("pk"))}
    changes = audit.changes_between(before, {**values, "regions": regions})
    if not changes:
        _expect(query, version)
        return query
    new_text = "text" in changes
    try:
        with transaction.atomic():
            now = clock.now()
            updates = {**values, "changed_at": now, "version": query.version + 1}
            if new_text:
                updates["text_version"] = query.text_version + 1
            expected = query.version if version is None else version
            if not ListeningQuery.objects.filter(pk=query.pk, version=expected, state="active").update(**updates):
                raise ConflictError(_CHANGED)
            query.regions.set(regions)
            query.refresh_from_db()
            if new_text:
                QueryVersion.objects.create(
                    query=query, number=query.text_version, text=query.text, at=now, by=actor.label
                )
                _match_again(actor, query)
            audit.record(actor, "listening.query.changed", query, data=changes)
    except IntegrityError as error:
        raise InvalidError(fields={"name": [_TAKEN]}) from error
    return query


_CHANGED = "Somebody else has changed this query in the meantime. Reload it to see the change, then make yours again."


def _ids(rows: Iterable[tuple[int]]) -> list[int]:
    return sorted(row[0] for row in rows)


def _expect(query: ListeningQuery, version: int | None) -> None:
    if version is not None and query.version != version:
        raise ConflictError(_CHANGED)


def archive_query(*, actor: Actor, query_id: int, version: int | None = None) -> ListeningQuery:
    """Stop collecting for a query. What it found so far stays readable; `restore_query` undoes this."""
    return _turn(actor, query_id, version, "archived", "listening.query.archived")


def restore_query(*, actor: Actor, query_id: int, version: int | None = None) -> ListeningQuery:
    """Let an archived query collect again; mentions that came in between are matched."""
    return _turn(actor, query_id, version, "active", "listening.query.restored")


def _turn(actor: Actor, query_id: int, version: int | None, target: str, code: str) -> ListeningQuery:
    query = selectors.get_query_for(actor, query_id)
    require(actor, _CODE, query, seen_by="listening.view_queries")
    if query.state == target:
        return query
    QueryState.check(query.state, target)
    _expect(query, version)
    try:
        with transaction.atomic():
            changed = ListeningQuery.objects.filter(pk=query.pk, version=query.version, state=query.state).update(
                state=target, version=query.version + 1, changed_at=clock.now()
            )
            if not changed:
                raise ConflictError(_CHANGED)
            query.refresh_from_db()
            audit.record(actor, code, query)
            if target == "active":
                ListeningQuery.objects.filter(pk=query.pk).update(matched_version=None)
                query.refresh_from_db()
                _match_again(actor, query)
    except IntegrityError as error:
        raise InvalidError(fields={"name": [_TAKEN]}) from error
    return query


def may_edit_somewhere(actor: Actor) -> bool:
    """Whether to offer the button that adds a query."""
    return anywhere(actor, _CODE)
