"""Reporting what the rules do not say, looking at it, deciding, and closing it with a version."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from fourleaf.governance.models import Gap, GapSeverity, GapState, PolicyVersion
from fourleaf.governance.selectors.gaps import get_gap_for
from fourleaf.governance.selectors.policies import visible_policies
from fourleaf.governance.services.checking import LONG, check_texts, known_person, raise_faults
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.kernel.versions import save_at_version

__all__ = ["close_gap", "decide_gap", "note_export", "reopen_gap", "report_gap", "triage_gap"]

_REPORT, _HANDLE, _SEE = "governance.report_gaps", "governance.handle_gaps", "governance.view_gap"
#: States of a version that can carry a new rule; a draft may still lose it.
CLOSING_STATES = ("approved", "scheduled", "in_force", "superseded")


def report_gap(
    *,
    actor: Actor,
    channel: str = "",
    situation: str,
    expected_rule: str = "",
    what_was_done: str = "",
    severity: str = "medium",
    proposal: str = "",
    source: tuple[str, str] | None = None,
    section: str = "",
    policy_id: int | None = None,
) -> int:
    """Report a situation on which the rules are silent; gives the gap's id.

    ``source`` is a kind and an id of where it was noticed, such as ("page", "/listen/mentions/").
    """
    require(actor, _REPORT)
    values: dict[str, Any] = {
        "situation": situation,
        "expected_rule": expected_rule,
        "what_was_done": what_was_done,
        "proposal": proposal,
        "channel": channel,
        "section": section,
    }
    faults: dict[str, list[str]] = {}
    limits = dict.fromkeys(("situation", "expected_rule", "what_was_done", "proposal"), LONG)
    check_texts(faults, values, {**limits, "channel": 40, "section": 150}, needed=("situation",))
    if severity not in GapSeverity.values:
        faults["severity"] = [f"Choose one of {', '.join(GapSeverity.labels).lower()}."]
    if policy_id is not None and not visible_policies(actor).filter(pk=policy_id).exists():
        faults["policy_id"] = ["This policy no longer exists. Choose another one."]
    raise_faults(faults)
    kind, place = source or ("", "")
    with transaction.atomic():
        gap = Gap.objects.create(
            **values,
            severity=severity,
            policy_id=policy_id,
            source_kind=kind[:60],
            source_id=place[:300],
            found_by_id=actor.person_id,
            found_by_name=actor.label[:200],
            found_on=clock.today(),
            created_at=clock.now(),
        )
        audit.record(actor, "governance.gap.reported", gap, data={"severity": severity, "channel": values["channel"]})
    return gap.pk


def _moved(actor: Actor, gap_id: int, state: str, version: int | None) -> tuple[Gap, int]:
    """The gap with its new state, not saved, and the version to save it on."""
    gap = get_gap_for(actor, gap_id)
    require(actor, _HANDLE, gap, seen_by=_SEE)
    GapState.check(gap.state, state)
    gap.state = state
    return gap, gap.version if version is None else version


def triage_gap(
    *,
    actor: Actor,
    gap_id: int,
    severity: str,
    owner_id: int | None,
    policy_id: int | None = None,
    section: str = "",
    version: int | None = None,
) -> Gap:
    """Somebody has looked: how grave it is, who deals with it, which policy and section it concerns."""
    gap = get_gap_for(actor, gap_id)
    require(actor, _HANDLE, gap, seen_by=_SEE)
    # Severity, owner and place may still be put right while nothing is decided.
    if gap.state != "triaged":
        GapState.check(gap.state, "triaged")
    faults: dict[str, list[str]] = {}
    if severity not in GapSeverity.values:
        faults["severity"] = [f"Choose one of {', '.join(GapSeverity.labels).lower()}."]
    if owner_id is None:
        faults["owner"] = ["Name somebody who deals with it."]
    known_person(faults, "owner", owner_id)
    if policy_id is not None and not visible_policies(actor).filter(pk=policy_id).exists():
        faults["policy_id"] = ["This policy no longer exists. Choose another one."]
    if len(section) > 150:
        faults["section"] = ["Write at most 150 characters."]
    raise_faults(faults)
    gap.state, gap.severity, gap.owner_id, gap.policy_id = "triaged", severity, owner_id, policy_id
    gap.section, gap.triaged_on = section.strip(), gap.triaged_on or clock.today()
    with transaction.atomic():
        fields = ("state", "severity", "owner_id", "policy_id", "section", "triaged_on")
        save_at_version(gap, fields, version=version)
        audit.record(actor, "governance.gap.triaged", gap, data={"severity": severity, "owner": owner_id})
    return gap


def decide_gap(*, actor: Actor, gap_id: int, accept: bool, reason: str, version: int | None = None) -> Gap:
    """Accept a gap (the rules will say something) or decline it; the reason is shown to the one who reported it."""
    state = "accepted" if accept else "declined"
    gap, seen = _moved(actor, gap_id, state, version)
    if not reason.strip():
        raise InvalidError(fields={"reason": ["Say why; the one who reported it reads this."]})
    if len(reason) > LONG:
        raise InvalidError(fields={"reason": [f"Write at most {LONG} characters."]})
    gap.reason, gap.decided_on = reason.strip(), clock.today()
    with transaction.atomic():
        save_at_version(gap, ("state", "reason", "decided_on"), version=seen)
        audit.record(actor, f"governance.gap.{state}", gap)
    return gap


def reopen_gap(*, actor: Actor, gap_id: int, version: int | None = None) -> Gap:
    """Take up again what was accepted or declined."""
    gap, seen = _moved(actor, gap_id, "triaged", version)
    gap.decided_on = None
    with transaction.atomic():
        save_at_version(gap, ("state", "decided_on"), version=seen)
        audit.record(actor, "governance.gap.reopened", gap)
    return gap


def close_gap(*, actor: Actor, gap_id: int, version_id: int, version: int | None = None) -> Gap:
    """Link the version of a policy that now says it. The version must be approved, or further than that."""
    gap, seen = _moved(actor, gap_id, "in_version", version)
    closing = PolicyVersion.objects.select_related("policy").filter(pk=version_id).first()
    if closing is None or closing.state not in CLOSING_STATES:
        raise InvalidError(fields={"version_id": ["Choose a version that is approved or in force."]})
    gap.closing_version, gap.policy_id, gap.closed_on = closing, closing.policy_id, clock.today()
    with transaction.atomic():
        save_at_version(gap, ("state", "closing_version_id", "policy_id", "closed_on"), version=seen)
        audit.record(actor, "governance.gap.closed", gap, data={"version": str(closing)})
    return gap


def note_export(*, actor: Actor, what: str, file_format: str) -> None:
    """Write into the trail that a list was taken away: ``what`` is gaps, register or decisions."""
    with transaction.atomic():
        audit.record(actor, f"governance.{what}.exported", ("governance", what), data={"format": file_format})
