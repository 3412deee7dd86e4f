"""Whom a wave asked: the whole organisation or a part of it, and which two waves may be compared.

Only a wave that asked (nearly) everybody stands for the organisation: at least nine of ten people who worked here when
it was opened, or one that was declared to ask the whole organisation when it was prepared. Any other is a part, says
so wherever it is shown, and neither replaces the organisation's clover nor is compared with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fourleaf.assessment.models import Wave
from fourleaf.kernel import public

__all__ = ["WHOLE_SHARE", "compared_with", "is_whole", "part_label", "part_labels", "part_names", "same_scope",
           "same_units"]  # fmt: skip

#: From this share of the people at its opening on, a wave stands for the organisation.
WHOLE_SHARE: Final = 0.9
#: So many units are named; more are counted.
_MOST_NAMED: Final = 4


def is_whole(wave: Wave) -> bool:
    """Whether the wave stands for the organisation. One that has not been opened is judged by whom it chooses."""
    if wave.declared_whole:
        return True
    if wave.asked is not None and wave.staff:
        return wave.asked >= WHOLE_SHARE * wave.staff
    return not wave.department_ids and not wave.region_ids


def same_scope(one: Wave, other: Wave) -> bool:
    """Whether two waves asked alike: both the organisation, or both the same part."""
    whole = is_whole(one), is_whole(other)
    if any(whole):
        return all(whole)
    return set(one.department_ids) == set(other.department_ids) and set(one.region_ids) == set(other.region_ids)


def same_units(one: Wave, other: Wave) -> bool:
    """Whether a department that both asked was asked alike: in the same regions."""
    return set(one.region_ids) == set(other.region_ids) or (is_whole(one) and is_whole(other))


def compared_with(wave: Wave) -> Wave | None:
    """The wave to compare with: the newest published one that asked alike, else the organisation's, else any."""
    rows = Wave.objects.filter(state="published").exclude(pk=wave.pk).order_by("-closed_on", "-pk")
    before = list(rows.defer("instrument", "mail_texts"))
    alike = (one for one in before if same_scope(one, wave))
    return next(alike, None) or next((one for one in before if is_whole(one)), None) or next(iter(before), None)


def _listed(ids: Iterable[int], names: dict[int, str], kind: str) -> str:
    found = sorted(names.get(one, "a unit that is gone") for one in ids)
    return ", ".join(found) if len(found) <= _MOST_NAMED else f"{len(found)} {kind}"


def part_names(waves: Iterable[Wave]) -> dict[int, str]:
    """Wave id -> “Communications, Insights in Germany”, of those that asked a part. At most two queries."""
    parts = [wave for wave in waves if not is_whole(wave)]
    if not parts:
        return {}
    departments = {one.id: one.name for one in public.departments().values()}
    regions = {one.id: one.name for one in public.regions().values()}
    named = {}
    for wave in parts:
        chosen = (wave.department_ids, departments, "departments"), (wave.region_ids, regions, "regions")
        units = [_listed(ids, names, kind) for ids, names, kind in chosen if ids]
        named[wave.pk] = " in ".join(units) or "some of the people"
    return named


def part_labels(waves: Iterable[Wave]) -> dict[int, str]:
    """Wave id -> “Part: Communications, Insights: 82 asked”, of those that asked a part. At most two queries."""
    rows = list(waves)
    asked = {wave.pk: f": {wave.asked:,} asked" if wave.asked is not None else "" for wave in rows}
    return {key: f"Part: {name}{asked[key]}" for key, name in part_names(rows).items()}


def part_label(wave: Wave) -> str:
    """“Part: Communications, Insights: 82 asked”; empty for a wave that stands for the organisation."""
    return part_labels([wave]).get(wave.pk, "")
