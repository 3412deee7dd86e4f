"""The organisation on one day: the plan's content with what contexts know, and what all rules say about it.

Both are kept in memory for the last few plans, until the plan's content, the kernel's people and regions or a
provider's facts change.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from threading import Lock
from typing import Final

from django.db.models import Count, Sum

from fourleaf.alignment.foresight import obstacles_in
from fourleaf.alignment.providers import providers, with_facts
from fourleaf.engine.alignment.checking import apply_waivers, by_blocked, check
from fourleaf.engine.alignment.findings import Finding
from fourleaf.engine.alignment.plan import Waiver
from fourleaf.engine.alignment.snapshot import Snapshot
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.models import Region
from fourleaf.kernel.permissions import require
from fourleaf.kernel.public import people_stamp
from fourleaf.planning.contracts import PlanInfo
from fourleaf.planning.public import plan_info, snapshot_of

__all__ = ["READER", "Checked", "checked", "organisation_snapshot"]

#: Snapshots kept in memory; with those of what-if, a few times the size of the plan.
_MOST_KEPT: Final = 4
#: Findings are the same for everybody, so providers give what every reader of findings may know.
READER: Final = system_actor("alignment")


@dataclass(frozen=True)
class Checked:
    """A snapshot with everything that follows from it, each worked out when it is first asked for."""

    info: PlanInfo
    stamp: str
    snapshot: Snapshot
    #: address -> (kind, number of the row) of objects that another context keeps, not the plan.
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    #: address -> field of a plan object that another context knows better -> name of its provider.
    known_better: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: section that another context keeps as a whole -> name of its provider.
    kept: Mapping[str, str] = field(default_factory=dict)

    def kept_elsewhere(self, section: str, key: str, name: str = "") -> bool:
        """Whether an object, or this field of it, is kept by another context, so that the plan's is not read."""
        address = f"{section}/{key}" if key else section
        return section in self.kept or address in self.places or name in self.known_better.get(address, {})

    @cached_property
    def findings(self) -> list[Finding]:
        """All findings, waived ones too."""
        return check(self.snapshot)

    @cached_property
    def split(self) -> tuple[list[Finding], list[tuple[Finding, Waiver]]]:
        """(open, waived with their waiver)."""
        return apply_waivers(self.findings, self.snapshot.plan.waivers, self.snapshot.as_of)

    @cached_property
    def held_up(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """(rule, object) -> addresses of what is held up."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        for address, findings in by_blocked(self.findings, self.snapshot).items():
            for finding in findings:
                found.setdefault((finding.rule, finding.object), {}).update({address: None} if address else {})
        return {key: tuple(addresses) for key, addresses in found.items()}

    @cached_property
    def _refusals(self) -> dict[str, list[Finding]]:
        return {}

    def refused(self, programme: str) -> list[Finding]:
        """Errors that would refuse a programme's going live; worked out once."""
        if programme not in self._refusals:
            self._refusals[programme] = obstacles_in(self.snapshot, self.findings, "programmes", programme, "live")
        return self._refusals[programme]


_kept: Final[OrderedDict[tuple[int, date], Checked]] = OrderedDict()
_lock: Final = Lock()


def organisation_snapshot(actor: Actor, plan_id: int, as_of: date | None = None) -> Snapshot:
    """What rules see on a day (today). `NotFoundError` for a plan that is absent or not to be seen."""
    return checked(actor, plan_id, as_of).snapshot


def checked(actor: Actor, plan_id: int, as_of: date | None = None) -> Checked:
    """The snapshot with its findings. Three queries, and those of the providers' stamps, while nothing has changed."""
    require(actor, "alignment.view_findings")
    info, day = plan_info(actor, plan_id), as_of or clock.today()
    stamp = _stamp(info)
    with _lock:
        found = _kept.get((plan_id, day))
        if found is not None and found.stamp == stamp:
            _kept.move_to_end((plan_id, day))
            return found
    snapshot = snapshot_of(actor, plan_id, day)
    model = snapshot.plan
    places: dict[str, tuple[str, int]] = {}
    better: dict[str, dict[str, str]] = {}
    kept: dict[str, str] = {}
    for provider in providers():
        facts = provider.facts(READER, model)
        model = with_facts(model, facts)
        places.update(facts.places)
        kept.update(dict.fromkeys((*facts.whole, *facts.single), provider.name))
        for section, over in facts.fields.items():
            for key, fields in over.items():
                better.setdefault(f"{section}/{key}", {}).update(dict.fromkeys(fields, provider.name))
    made = Checked(info, stamp, snapshot if model is snapshot.plan else Snapshot(model, day), places, better, kept)
    with _lock:
        _kept[plan_id, day] = made
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _stamp(info: PlanInfo) -> str:
    """One text for the plan's content, the kernel's people and regions, and the providers' facts."""
    regions = Region.objects.aggregate(n=Count("pk"), moved=Sum("version"))
    parts = [(p.name, p.stamp(READER)) for p in providers()]
    return sha256(repr((info.id, info.content_key, people_stamp(), regions, parts)).encode()).hexdigest()
