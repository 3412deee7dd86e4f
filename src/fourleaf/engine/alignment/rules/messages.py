"""What is said: disclosure, and dialogue rather than selling (A53, A54)."""

from __future__ import annotations

from collections.abc import Iterator

from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a53", "a54"]


@rule(
    "A53",
    severity="error",
    title="Every share kit has words of disclosure",
    rationale="Who praises what their employer sells says so in the post itself; anything else deceives.",
    source="S1 no manipulation; US FTC guides",
    satisfied="A disclosure text in each kit for employees or influencers that is in use.",
    reads=("programmes",),
    blocks="programme",
    hint="In {object}, withdraw the kit or fill in {what}.",
)
def a53(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Kits in use, of programmes that are not ended. Drafts and withdrawn kits: silent."""
    for programme in snapshot.plan.programmes:
        if programme.state == "ended":
            continue
        bare = [kit for kit in programme.share_kits if kit.state == "live" and not kit.disclosure_text]
        if bare:
            ref = f"programmes/{programme.id}"
            kits = listed(f"{kit.id} ({kit.kind})" for kit in bare)
            message = f"Share kits of {named(programme)} come without words of disclosure: {kits}."
            yield at(ref, message, (f"{ref}/share_kits",), what=f"disclosure_text of {listed(kit.id for kit in bare)}")


@rule(
    "A54",
    severity="warning",
    title="At most 30 % of items promote, at least 40 % are dialogue",
    rationale="People came to talk with each other; whoever only sells is somebody they walk past.",
    source="S1 do not push or sell",
    satisfied="Shares of items by verb over 30 days within the limits.",
    reads=("programmes",),
    blocks="programme",
    hint="In {object}, {what}.",
)
def a54(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Live external programmes. Items not counted: a finding once the programme has run for 30 days, silent before."""
    for programme in snapshot.live:
        mix, ref = programme.content_mix, f"programmes/{programme.id}"
        if mix is None:
            first = programme.starts_on
            if first and (snapshot.as_of - first).days > defaults.mix_days:
                message = f"{named(programme)} has run since {first}, but nobody counted what its items are."
                yield at(ref, message, (f"{ref}/content_mix",), what="tag items by verb and fill in content_mix")
            continue
        if mix.promotional > defaults.promotional_max or mix.dialogue < defaults.dialogue_min:
            yield at(
                ref,
                f"{named(programme)} is {mix.promotional:.0%} promotion and {mix.dialogue:.0%} dialogue.",
                refs(ref, ("content_mix",)),
                what=f"plan for at most {defaults.promotional_max:.0%} promotion and at least "
                f"{defaults.dialogue_min:.0%} replies and questions",
            )
