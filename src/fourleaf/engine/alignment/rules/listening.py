"""Listening, outside and inside: queries, ideas, stakeholders, the anonymous voice (A46, A47, A50, A52)."""

from __future__ import annotations

from collections.abc import Iterator

from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a46", "a47", "a50", "a52"]


@rule(
    "A46",
    severity="warning",
    title="Every listening query has an owner, a route and an answer target",
    rationale="Listening without anybody who acts on it is surveillance; feedback belongs to those who make the "
    "product.",
    source="S1 listen, feedback; S3 two-way",
    satisfied="Owner, route and hours to an answer; a product owner for queries on own brands.",
    reads=("listening_queries", "programmes"),
    blocks="roadmap",
    milestone="1.I3",
    hint="In {object}, fill in {what}.",
)
def a46(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """All queries; none at all: a finding once an external programme is live."""
    if snapshot.live and not snapshot.plan.listening_queries:
        live = refs("programmes", (p.id for p in snapshot.live))
        message = "Programmes are live, but nobody listens: there is no query."
        yield at("listening_queries", message, live, what="a query with owner, route and answer_hours")
    for query in snapshot.plan.listening_queries:
        lacking = [] if query.owner else ["owner"]
        lacking += [] if query.route else ["route"]
        lacking += [] if query.answer_hours is not None else ["answer_hours"]
        lacking += ["product_owner"] if query.role == "own" and not query.product_owner else []
        if lacking:
            ref = f"listening_queries/{query.id}"
            message = f"The query {named(query)} has no {listed(lacking).replace('_', ' ')}."
            yield at(ref, message, refs(ref, lacking), what=listed(lacking))


@rule(
    "A47",
    severity="warning",
    title="Ideas are answered within 14 days",
    rationale="An idea without an answer is the last one that person hands in.",
    source="S1 innovation; S2 co-creation",
    satisfied="A median first answer within 14 days.",
    reads=("ideas",),
    blocks="roadmap",
    milestone="4.E4",
    hint="For {object}: {what}.",
)
def a47(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Where ideas were submitted; then an answer time that nobody measured is a finding. No ideas: silent."""
    ideas = snapshot.plan.ideas
    if ideas is None or (not ideas.submitted and ideas.median_answer_days is None):
        return
    days, share = ideas.median_answer_days, ideas.answered_in_time_share
    if days is None and share is None:
        message = "Ideas were submitted, but nobody measured when they are answered."
    elif days is not None and days > defaults.ideas_days:
        message = f"Ideas are first answered after {days:g} days (median); {defaults.ideas_days:g} are the limit."
    elif days is None and share is not None and share < 0.5:
        message = f"Only {share:.0%} of ideas are answered within {defaults.ideas_days:g} days."
    else:
        return
    yield at(
        "ideas",
        message,
        ("ideas/median_answer_days",),
        what="give the curator time, or fill in median_answer_days once it is measured",
    )


@rule(
    "A50",
    severity="hint",
    title="Every stakeholder group has an owner or a decision",
    rationale="Groups are engaged one by one. To leave one out is fine if somebody decided it.",
    source="S1 engage each group",
    satisfied="An owner, or the reason for not now.",
    reads=("stakeholder_groups", "programmes"),
    blocks="plan",
    hint="In {object}, fill in {what}.",
)
def a50(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """All groups listed; no list at all: a hint once an external programme is live."""
    if snapshot.live and not snapshot.plan.stakeholder_groups:
        live = refs("programmes", (p.id for p in snapshot.live))
        message = "Programmes are live, but no stakeholder groups are listed."
        yield at(
            "stakeholder_groups", message, live, what="customers, employees, dealers, suppliers, partners and so on"
        )
    for group in snapshot.plan.stakeholder_groups:
        if not group.owner and not group.not_now:
            ref = f"stakeholder_groups/{group.id}"
            message = f"Nobody looks after {named(group)}, and nobody decided to leave the group for later."
            yield at(ref, message, (f"{ref}/owner", f"{ref}/not_now"), what="owner or not_now")


@rule(
    "A52",
    severity="warning",
    title="There is an anonymous voice, answered in time and safe",
    rationale="What nobody dares to say openly is what leaders most need to hear.",
    source="S0 Nokia forum; own safety rule k",
    satisfied="A live voice, answers due within ten working days, no breakdown of fewer than five people.",
    reads=("voice", "programmes"),
    blocks="plan",
    hint="In {object}, fill in {what}.",
)
def a52(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Its settings where there is a voice; that there is one, once an external programme is live."""
    voice = snapshot.plan.voice
    if voice is None or not voice.live:
        if snapshot.live:
            live = refs("programmes", (p.id for p in snapshot.live))
            message = "Programmes are live, but employees have no anonymous voice."
            yield at("voice", message, live, what="live, with answer_days and smallest_group")
        return
    faults: list[str] = []
    if voice.answer_days is None or voice.answer_days > defaults.voice_answer_days:
        faults.append("answer_days")
    if voice.smallest_group < defaults.smallest_cell:
        faults.append("smallest_group")
    least = max(voice.smallest_group, defaults.smallest_cell)
    if voice.smallest_breakdown_shown is not None and voice.smallest_breakdown_shown < least:
        faults.append("smallest_breakdown_shown")
    if faults:
        yield at(
            "voice",
            f"The anonymous voice is not safe or not answered in time: see {listed(faults).replace('_', ' ')}.",
            refs("voice", faults),
            what=f"answer_days of at most {defaults.voice_answer_days}, and no group shown below {least}",
        )
