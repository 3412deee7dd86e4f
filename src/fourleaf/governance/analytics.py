"""Where figures of single people may be had: one place that every query for such a figure asks.

A person-level figure is a count, share, time or rate about the work of one person: items written or approved, answers
given, corrections made, how quickly, how often wrong. It is no figure that somebody holds a role, sits in a committee,
owns an open finding, has acknowledged a policy or holds a belt: those say what a person may or must do. The audit trail
is none either, since law asks for it and few may read it; but counting it by person makes one.

A region that has decided on "individual" permits such figures. One that decided on roles, on teams only, or not at all,
does not; neither does somebody without a region. "role" permits figures of a role without names, of five people or
more (`role_level_allowed`): a role that fewer hold is a person by another name.
"""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from fourleaf.kernel.models import Region

__all__ = [
    "SMALLEST_ROLE",
    "person_level_allowed",
    "person_level_condition",
    "person_level_in",
    "person_level_regions",
    "role_level_allowed",
]

#: A role that fewer people hold is not shown by itself.
SMALLEST_ROLE: Final = 5
_ALLOWED = Region.AnalyticsMode.INDIVIDUAL


def person_level_regions() -> frozenset[int]:
    """Ids of the regions in which figures of single people may be had. One query."""
    return frozenset(Region.objects.filter(analytics_mode=_ALLOWED).values_list("pk", flat=True))


def person_level_allowed(region_id: int | None) -> bool:
    """Whether figures of single people of this region may be had; None is nobody's region. One query."""
    return region_id is not None and Region.objects.filter(pk=region_id, analytics_mode=_ALLOWED).exists()


def role_level_allowed(region_id: int | None, holders: int) -> bool:
    """Whether a figure of a role that so many people of a region hold may be had. One query, or none."""
    modes = (Region.AnalyticsMode.ROLE, _ALLOWED)
    if region_id is None or holders < SMALLEST_ROLE:
        return False
    return Region.objects.filter(pk=region_id, analytics_mode__in=modes).exists()


def person_level_in(region: Region | None) -> bool:
    """As `person_level_allowed`, for a region that is loaded already. No query."""
    return region is not None and region.analytics_mode == _ALLOWED


def person_level_condition(prefix: str = "", *, viewer_person_id: int | None = None) -> Q:
    """The condition for a queryset: rows of people whose region allows it, and one's own.

    ``prefix`` is the path to the person, with its underscores: ``person_level_condition("author__")``.
    """
    allowed = Q(**{f"{prefix}region__analytics_mode": _ALLOWED})
    return allowed | Q(**{f"{prefix}pk": viewer_person_id}) if viewer_person_id is not None else allowed
