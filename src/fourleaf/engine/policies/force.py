"""Which version of a policy is in force, for whom and when (domain §4.2).

A version is in force for a question (channel, region, brand, group, language, day) if its scope covers the question,
``effective_on <= day < ended_on``, the text exists in the reader's language, and no newer version of the same policy
covers the same question. Days are local days of the reader's region, so that each region has its own midnight: a
version begins in each region when its day begins there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

__all__ = ["IN_FORCE_STATES", "Question", "Scope", "Standing", "reasons_against", "select"]

T = TypeVar("T")
#: A scheduled version counts from its day on, even if the job that notes it is late; ended ones count until their end.
IN_FORCE_STATES: Final = frozenset({"scheduled", "in_force", "superseded", "withdrawn"})


@dataclass(frozen=True)
class Scope:
    """What a version covers; an empty set covers all. ``except_channels`` are taken out again."""

    channels: frozenset[str] = frozenset()
    except_channels: frozenset[str] = frozenset()
    regions: frozenset[int] = frozenset()
    brands: frozenset[int] = frozenset()
    groups: frozenset[str] = frozenset()

    def includes(self, other: Scope) -> bool:
        """Whether everything that ``other`` covers is covered here too."""
        return (
            _within(other.channels, self.channels)
            and not (self.except_channels - other.except_channels) & (other.channels or self.except_channels)
            and _within(other.regions, self.regions)
            and _within(other.brands, self.brands)
            and _within(other.groups, self.groups)
        )

    def meets(self, other: Scope) -> bool:
        """Whether something can be covered by both. Groups of different sorts (a department, a belt) may share people;
        two departments do not."""
        both = self.channels & other.channels if self.channels and other.channels else self.channels | other.channels
        left = both - self.except_channels - other.except_channels
        departments = all(
            one.groups and all(code.startswith("department:") for code in one.groups) for one in (self, other)
        )
        return (
            (bool(left) or not (self.channels or other.channels))
            and _touch(self.regions, other.regions)
            and _touch(self.brands, other.brands)
            and (not departments or _touch(self.groups, other.groups))
        )


def _touch(one: frozenset[T], other: frozenset[T]) -> bool:
    return not one or not other or not one.isdisjoint(other)


def _within(inner: frozenset[T], outer: frozenset[T]) -> bool:
    return not outer or (bool(inner) and inner <= outer)


@dataclass(frozen=True)
class Question:
    """What is asked. What is left out narrows nothing. ``groups`` are all groups that the reader belongs to."""

    channel: str = ""
    region: int | None = None
    brands: frozenset[int] | None = None
    groups: frozenset[str] | None = None
    language: str = ""


@dataclass(frozen=True)
class Standing:
    """A version as the rule needs it. ``number`` orders versions that begin on the same day."""

    policy: int
    version: int
    number: tuple[int, int, int]
    state: str
    scope: Scope
    effective_on: date | None
    ended_on: date | None
    languages: tuple[str, ...] = field(default=())


def _covers(scope: Scope, question: Question) -> list[str]:
    """The dimensions in which the scope does not cover the question."""
    missing = []
    if question.channel and (
        (scope.channels and question.channel not in scope.channels) or question.channel in scope.except_channels
    ):
        missing.append("channel")
    if question.region is not None and scope.regions and question.region not in scope.regions:
        missing.append("region")
    if question.brands is not None and scope.brands and not question.brands & scope.brands:
        missing.append("brand")
    if question.groups is not None and scope.groups and not question.groups & scope.groups:
        missing.append("group")
    return missing


def reasons_against(standing: Standing, question: Question, on: date) -> list[str]:
    """Why a version, looked at alone, is not in force: codes "state", "early", "ended", dimensions, "language"."""
    if standing.state not in IN_FORCE_STATES or standing.effective_on is None:
        return ["state"]
    if on < standing.effective_on:
        return ["early"]
    if standing.ended_on is not None and on >= standing.ended_on:
        return ["ended"]
    missing = _covers(standing.scope, question)
    if question.language and question.language not in standing.languages:
        missing.append("language")
    return missing


def _takes_over(new: Standing, old: Standing, question: Question, on: date) -> bool:
    """Whether ``new`` stands in the place of ``old`` for all that the question leaves open.

    Language plays no part: a newer version without a translation does not bring the old one back to life.
    """
    if new.policy != old.policy or new.version == old.version:
        return False
    if (new.effective_on or date.max, new.number) <= (old.effective_on or date.max, old.number):
        return False
    plain = Question(question.channel, question.region, question.brands, question.groups)
    if reasons_against(new, plain, on):
        return False
    return _asked(new.scope, question).includes(_asked(old.scope, question))


def _asked(scope: Scope, question: Question) -> Scope:
    """The scope without the dimensions that the question has settled."""
    return Scope(
        channels=frozenset() if question.channel else scope.channels,
        except_channels=frozenset() if question.channel else scope.except_channels,
        regions=frozenset() if question.region is not None else scope.regions,
        brands=frozenset() if question.brands is not None else scope.brands,
        groups=frozenset() if question.groups is not None else scope.groups,
    )


def select(standings: Iterable[Standing], question: Question, on: date) -> list[Standing]:
    """The versions in force for the question, in the order given. One per policy where the question is complete."""
    known = list(standings)
    chosen = [one for one in known if not reasons_against(one, question, on)]
    return [one for one in chosen if not any(_takes_over(new, one, question, on) for new in known)]
