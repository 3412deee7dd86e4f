"""Adding and changing queries: rights, versions, faults with their place, and matching again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fourleaf.kernel.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.models import AuditEvent
from fourleaf.kernel.permissions import allowed
from fourleaf.listening import selectors
from fourleaf.listening.contracts import MentionFilter
from fourleaf.listening.errors import QueryTextError
from fourleaf.listening.models import ListeningQuery, QueryVersion
from fourleaf.listening.selectors.mentions import count_mentions, list_mentions
from fourleaf.listening.services.queries import QueryFields, add_query, archive_query, change_query, restore_query
from listening.conftest import post

pytestmark = pytest.mark.django_db


def fields(query: ListeningQuery, **changes: Any) -> QueryFields:
    return QueryFields(
        **{
            "name": query.name,
            "text": query.text,
            "role": query.role,
            "brand_id": query.brand_id,
            "languages": query.languages,
            "notes": query.notes,
            "owner_id": query.owner_id,
            "region_ids": [region.pk for region in query.regions.all()],
            **changes,
        }
    )


def test_a_fault_in_the_text_names_its_place(analyst: Any) -> None:
    with pytest.raises(QueryTextError) as caught:
        add_query(actor=analyst.actor, fields=QueryFields("Grills", "ember AND (grill OR"))
    (position, _, message, _) = caught.value.faults[0]
    assert 0 <= position <= len("ember AND (grill OR")
    assert message
    assert list(caught.value.fields) == ["text"]
    assert ListeningQuery.objects.count() == 0


def test_all_wrong_fields_are_named_at_once(analyst: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        add_query(actor=analyst.actor, fields=QueryFields(" ", "", role="rival", languages=["english"]))
    assert set(caught.value.fields) == {"name", "text", "role", "languages"}


def test_active_names_are_unique_whatever_their_case(analyst: Any, ask: Any) -> None:
    first = ask(analyst.actor, "ember", name="Ember")
    with pytest.raises(InvalidError) as caught:
        add_query(actor=analyst.actor, fields=QueryFields("EMBER", "ember"))
    assert "name" in caught.value.fields
    archive_query(actor=analyst.actor, query_id=first.pk)
    second = add_query(actor=analyst.actor, fields=QueryFields("EMBER", "ember"))
    assert second.pk != first.pk
    with pytest.raises(InvalidError):
        restore_query(actor=analyst.actor, query_id=first.pk)


def test_a_changed_text_is_a_new_version_and_is_matched_again(
    analyst: Any, ask: Any, collect: Any, run_jobs: Any
) -> None:
    collect(analyst.actor, [post(1, "my ember grill"), post(2, "a loom tent"), post(3, "nothing of note")])
    query = ask(analyst.actor, "ember")
    only = MentionFilter(queries=(query.pk,))
    assert [m.id for m in list_mentions(analyst.actor, None, only).mentions] == ["p1"]
    changed = change_query(actor=analyst.actor, query_id=query.pk, fields=fields(query, text="loom OR note"))
    assert (changed.text_version, changed.is_fresh) == (2, False)
    run_jobs()
    changed.refresh_from_db()
    assert changed.is_fresh
    assert changed.matched_count == 2
    assert [m.id for m in list_mentions(analyst.actor, None, only).mentions] == ["p3", "p2"]
    assert list(QueryVersion.objects.filter(query=query).values_list("number", "text")) == [
        (2, "loom OR note"),
        (1, "ember"),
    ]


def test_a_changed_name_keeps_the_text_version(analyst: Any, ask: Any) -> None:
    query = ask(analyst.actor, "ember")
    changed = change_query(actor=analyst.actor, query_id=query.pk, fields=fields(query, name="Ember grills"))
    assert (changed.version, changed.text_version) == (2, 1)
    assert changed.is_fresh


def test_nothing_changed_leaves_no_trace(analyst: Any, ask: Any) -> None:
    query = ask(analyst.actor, "ember")
    events = AuditEvent.objects.count()
    assert change_query(actor=analyst.actor, query_id=query.pk, fields=fields(query), version=1).version == 1
    assert AuditEvent.objects.count() == events


def test_the_later_of_two_writers_is_told(analyst: Any, strategist: Any, ask: Any) -> None:
    query = ask(analyst.actor, "ember")
    change_query(actor=strategist.actor, query_id=query.pk, fields=fields(query, notes="mine"), version=1)
    with pytest.raises(ConflictError):
        change_query(actor=analyst.actor, query_id=query.pk, fields=fields(query, notes="and mine"), version=1)
    query.refresh_from_db()
    assert query.notes == "mine"


def test_an_archived_query_does_not_collect_until_it_is_back(
    analyst: Any, ask: Any, collect: Any, run_jobs: Any
) -> None:
    query = ask(analyst.actor, "ember")
    only = MentionFilter(queries=(query.pk,))
    collect(analyst.actor, [post(1, "ember one")])
    archive_query(actor=analyst.actor, query_id=query.pk)
    collect(analyst.actor, [post(2, "ember two")])
    assert count_mentions(analyst.actor, None, only) == 1
    restore_query(actor=analyst.actor, query_id=query.pk)
    run_jobs()
    assert count_mentions(analyst.actor, None, only) == 2


def test_members_see_and_do_nothing(analyst: Any, member: Any, ask: Any) -> None:
    query = ask(analyst.actor, "ember")
    assert list(selectors.visible_to(member.actor)) == []
    with pytest.raises(NotFoundError):
        selectors.get_query_for(member.actor, query.pk)
    with pytest.raises(NotAllowedError):
        add_query(actor=member.actor, fields=QueryFields("Mine", "mine"))
    with pytest.raises(NotFoundError):
        archive_query(actor=member.actor, query_id=query.pk)


def test_whoever_may_read_but_not_edit_is_refused_with_a_sentence(analyst: Any, hire: Any, ask: Any) -> None:
    query = ask(analyst.actor, "ember")
    reader = hire("Rita Reader", role="steering")
    assert selectors.get_query_for(reader.actor, query.pk) == query
    with pytest.raises(NotAllowedError, match="right"):
        archive_query(actor=reader.actor, query_id=query.pk)


def test_permission_and_visible_to_agree(analyst: Any, hire: Any, ask: Any, organisation: Any) -> None:
    """The twin test: for everybody and every query, the predicate and the selector say the same."""
    ember = ask(analyst.actor, "ember", brand_id=organisation.ember.pk)
    ask(analyst.actor, "loom", brand_id=organisation.loom.pk)
    ask(analyst.actor, "grill", region_ids=[organisation.south.pk])
    ask(analyst.actor, "tent")
    people = [
        analyst,
        hire("Bea Brand", role="analyst", brand=organisation.ember),
        hire("Sam Steering", role="steering", brand=organisation.loom),
        hire("Nia None"),
    ]
    for code in ("listening.view_queries", "listening.edit_queries", "listening.view_mentions"):
        for who in people:
            seen = set(selectors.visible_to(who.actor, code).values_list("pk", flat=True))
            may = {query.pk for query in ListeningQuery.objects.all() if allowed(who.actor, code, query)}
            assert seen == may, (who.person.name, code)
    assert set(selectors.visible_to(people[1].actor).values_list("pk", flat=True)) == {ember.pk}


def test_a_brands_analyst_stays_with_the_brand(hire: Any, organisation: Any) -> None:
    bea = hire("Bea Brand", role="analyst", brand=organisation.ember)
    with pytest.raises(NotAllowedError):
        add_query(actor=bea.actor, fields=QueryFields("Loom", "loom", brand_id=organisation.loom.pk))
    query = add_query(actor=bea.actor, fields=QueryFields("Ember", "ember", brand_id=organisation.ember.pk))
    with pytest.raises(NotAllowedError):
        change_query(actor=bea.actor, query_id=query.pk, fields=fields(query, brand_id=None))


def test_a_query_list_needs_few_queries(analyst: Any, ask: Any, query_budget: Callable[[int], Any]) -> None:
    for number in range(5):
        ask(analyst.actor, f"word{number}")
    with query_budget(1):
        assert len([(q.name, q.owner and q.owner.name, q.colour) for q in selectors.visible_to(analyst.actor)]) == 5
