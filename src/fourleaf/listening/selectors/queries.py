"""Which queries somebody may see, and with that which mentions."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.listening.models import ListeningQuery, PrecisionSample, QueryVersion
from fourleaf.listening.rules import scopes

__all__ = ["active_queries", "get_query_for", "mention_scope", "samples_of", "versions_of", "visible_to"]


def visible_to(actor: Actor, code: str = "listening.view_queries") -> QuerySet[ListeningQuery]:
    """Queries for which the actor carries the code: everywhere, for their brand, or for one of their regions."""
    rows = ListeningQuery.objects.select_related("brand", "owner")
    if actor.may(code):
        return rows
    brands, regions = scopes(actor, code)
    if not brands and not regions:
        return rows.none()
    reached = ListeningQuery.regions.through.objects.filter(region_id__in=regions).values("listeningquery_id")
    return rows.filter(Q(brand_id__in=brands) | Q(pk__in=reached))


def active_queries(actor: Actor) -> QuerySet[ListeningQuery]:
    """The active ones of them."""
    return visible_to(actor).filter(state="active")


def get_query_for(actor: Actor, query_id: int) -> ListeningQuery:
    """One query; `NotFoundError` for absent and forbidden alike."""
    try:
        return visible_to(actor).get(pk=query_id)
    except (ListeningQuery.DoesNotExist, ValueError, OverflowError) as error:
        raise NotFoundError from error


def versions_of(actor: Actor, query_id: int) -> QuerySet[QueryVersion]:
    """The history of a query's text, newest first."""
    return QueryVersion.objects.filter(query=get_query_for(actor, query_id))


def samples_of(actor: Actor, query_id: int) -> QuerySet[PrecisionSample]:
    """The precision samples of a query, newest first."""
    return PrecisionSample.objects.filter(query=get_query_for(actor, query_id))


def mention_scope(actor: Actor, code: str = "listening.view_mentions") -> tuple[int, ...] | None:
    """The queries whose mentions the actor may see under this code; None means every stored mention."""
    if actor.may(code):
        return None
    return tuple(visible_to(actor, code).order_by("pk").values_list("pk", flat=True))
