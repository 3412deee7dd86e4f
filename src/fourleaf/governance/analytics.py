"""Where figures of single people may be had: one place that every query for such a figure asks.

A person-level figure is a count, share, time or rate about the work of one person: items written or approved, answers
given, corrections made, how quickly, how often wrong. It is no figure that somebody holds a role, sits in a committee,
owns an open finding, has acknowledged a policy or holds a belt: those say what a person may or must do. The audit trail
is none either, since law asks for it and few may read it; but counting it by person makes one.

A region that has decided on "individual" permits such figures. One that decided on teams only, or not at all, does not;
neither does somebody without a region.
"""

from __future__ import annotations

from django.db.models import Q

from fourleaf.kernel.models import Region

__all__ = ["person_level_allowed", "person_level_condition", "person_level_regions"]

_ALLOWED = Region.AnalyticsMode.INDIVIDUAL


def person_level_regions() -> frozenset[int]:
    """Ids of the regions in which figures of single people may be had. One query."""
    return frozenset(Region.objects.filter(analytics_mode=_ALLOWED).values_list("pk", flat=True))


def person_level_allowed(region_id: int | None) -> bool:
    """Whether figures of single people of this region may be had; None is nobody's region. One query."""
    return region_id is not None and Region.objects.filter(pk=region_id, analytics_mode=_ALLOWED).exists()


def person_level_condition(prefix: str = "", *, viewer_person_id: int | None = None) -> Q:
    """The condition for a queryset: rows of people whose region allows it, and one's own.

    ``prefix`` is the path to the person, with its underscores: ``person_level_condition("author__")``.
    """
    allowed = Q(**{f"{prefix}region__analytics_mode": _ALLOWED})
    return allowed | Q(**{f"{prefix}pk": viewer_person_id}) if viewer_person_id is not None else allowed
