"""What is in force: the rows behind `engine.policies.force`, and the answer for a question and a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from fourleaf.engine.policies.force import IN_FORCE_STATES, Question, Standing, reasons_against, select
from fourleaf.governance.contracts import PolicyInForce
from fourleaf.governance.models import PolicyText, PolicyVersion
from fourleaf.kernel import clock
from fourleaf.kernel import public as organisation

__all__ = [
    "Answer",
    "Loaded",
    "answers",
    "beside",
    "first_day_anywhere",
    "in_force",
    "in_force_by_region",
    "load",
    "today_in",
]


@dataclass(frozen=True)
class Loaded:
    """A version as far as rules need it. ``titles`` by language, in the order in which the texts were added."""

    standing: Standing
    kind: str
    title: str
    titles: dict[str, str]
    acknowledged: bool
    rights: tuple[str, ...]
    review_due: date | None

    @property
    def policy_id(self) -> int:
        return self.standing.policy

    @property
    def version_id(self) -> int:
        return self.standing.version

    @property
    def major(self) -> int:
        return self.standing.number[0]

    @property
    def number(self) -> str:
        return ".".join(map(str, self.standing.number))

    @property
    def language(self) -> str:
        """The first language that the text has."""
        return self.standing.languages[0] if self.standing.languages else ""

    def fact(self, language: str = "") -> PolicyInForce:
        """The version as other contexts see it."""
        shown = language or self.language
        return PolicyInForce(
            policy_id=self.policy_id,
            version_id=self.version_id,
            kind=self.kind,
            title=self.titles.get(shown) or self.title,
            version=self.number,
            major=self.major,
            effective_on=self.standing.effective_on or date.max,
            language=shown,
            languages=self.standing.languages,
        )


@dataclass(frozen=True)
class Answer:
    """A version with the reasons why it is not in force for a question; no reasons: it is. See `reasons_against`;
    "newer" says that another version of the policy stands in its place."""

    loaded: Loaded
    against: tuple[str, ...]


def load(*, kind: str | None = None, policy_id: int | None = None, all_states: bool = False) -> list[Loaded]:
    """Versions that are, were or will be in force, by kind and number. Two queries, however many there are."""
    rows = PolicyVersion.objects.all() if all_states else PolicyVersion.objects.filter(state__in=IN_FORCE_STATES)
    if not all_states:
        rows = rows.filter(effective_on__isnull=False)
    if kind:
        rows = rows.filter(policy__kind=kind)
    if policy_id is not None:
        rows = rows.filter(policy_id=policy_id)
    titles: dict[int, dict[str, str]] = {}
    texts = PolicyText.objects.filter(version__in=rows.order_by().values("pk")).order_by("pk")
    for version_id, language, title in texts.values_list("version_id", "language", "title"):
        titles.setdefault(version_id, {})[language] = title
    ordered = rows.select_related("policy").order_by(
        "policy__kind", "policy__title", "policy_id", "-major", "-minor", "-patch", "pk"
    )
    return [_loaded(row, titles.get(row.pk, {})) for row in ordered]


def beside(row: PolicyVersion) -> list[tuple[Loaded, frozenset[int]]]:
    """Versions of other policies of the same kind that hold, or will, where this one does too; with the regions that
    both are limited to, none for all. Two queries.

    Nothing says which of two such policies comes first, so whoever writes one should know of the other.
    """
    if row.policy.kind == "other":
        return []
    today = clock.today()
    found = []
    for one in load(kind=row.policy.kind):
        standing = one.standing
        living = standing.state in ("scheduled", "in_force") and (not standing.ended_on or standing.ended_on > today)
        if living and one.policy_id != row.policy_id and standing.scope.meets(row.scope):
            mine, theirs = row.scope.regions, standing.scope.regions
            found.append((one, mine & theirs if mine and theirs else mine or theirs))
    return found


def _loaded(row: PolicyVersion, titles: dict[str, str]) -> Loaded:
    standing = Standing(
        policy=row.policy_id,
        version=row.pk,
        number=(row.major, row.minor, row.patch),
        state=row.state,
        scope=row.scope,
        effective_on=row.effective_on,
        ended_on=row.ended_on,
        languages=tuple(titles),
    )
    policy = row.policy
    return Loaded(standing, policy.kind, policy.title, titles, row.acknowledged, tuple(row.rights), row.review_due)


def today_in(region_id: int | None) -> date:
    """The present day in a region, or in the organisation's zone."""
    region = organisation.regions().get(region_id) if region_id is not None else None
    return clock.today(ZoneInfo(region.time_zone) if region else None)


def first_day_anywhere(region_ids: Iterable[int] = ()) -> date:
    """The latest local date among these regions (all, if none are named): where the day begins first."""
    chosen = set(region_ids)
    known = organisation.regions()
    zones = {region.time_zone for region in known.values() if not chosen or region.id in chosen}
    return max((clock.today(ZoneInfo(zone)) for zone in zones), default=clock.today())


def _question(channel: str, region_id: int | None, brand_id: int | None, group: str, language: str) -> Question:
    return Question(
        channel=channel,
        region=region_id,
        brands=None if brand_id is None else frozenset({brand_id}),
        groups=frozenset({group}) if group else None,
        language=language,
    )


def in_force(
    *,
    kind: str | None = None,
    channel: str = "",
    region_id: int | None = None,
    brand_id: int | None = None,
    group: str = "",
    language: str = "",
    on: date | None = None,
) -> list[PolicyInForce]:
    """Which versions are in force for this channel, region, brand, group, reader's language, on this day.

    What is left out narrows nothing. ``on`` is a local day of the region; by default its present one. Two queries, and
    one for the zones where no day is given.
    """
    day = on or today_in(region_id)
    known = {one.version_id: one for one in load(kind=kind)}
    question = _question(channel, region_id, brand_id, group, language)
    chosen = select((one.standing for one in known.values()), question, day)
    return [known[one.version].fact(language) for one in chosen]


def answers(
    *,
    channel: str = "",
    region_id: int | None = None,
    brand_id: int | None = None,
    group: str = "",
    language: str = "",
    on: date | None = None,
    kind: str | None = None,
) -> list[Answer]:
    """Every version, also unfinished ones, with the reasons why it is not in force for the question."""
    day = on or today_in(region_id)
    known = load(kind=kind, all_states=True)
    question = _question(channel, region_id, brand_id, group, language)
    chosen = {one.version for one in select((one.standing for one in known), question, day)}
    found = []
    for one in known:
        against = tuple(reasons_against(one.standing, question, day))
        if not against and one.version_id not in chosen:
            against = ("newer",)
        found.append(Answer(one, against))
    return found


def in_force_by_region(policy_id: int) -> dict[int, Loaded | None]:
    """Which version of a policy is in force in each region at its own present day. Three queries."""
    known = load(policy_id=policy_id)
    by_id = {one.version_id: one for one in known}
    found: dict[int, Loaded | None] = {}
    for region in organisation.regions().values():
        day = clock.today(ZoneInfo(region.time_zone))
        chosen = select((one.standing for one in known), Question(region=region.id), day)
        found[region.id] = by_id[chosen[0].version] if chosen else None
    return found
