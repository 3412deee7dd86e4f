"""Who may see which wave. The twin of `may_see_results` is `selectors.waves_visible_to`."""

from __future__ import annotations

from fourleaf.assessment.models import Wave
from fourleaf.kernel.actors import Actor

__all__ = ["may_see_results", "works_here"]


def may_see_results(actor: Actor, wave: object = None) -> bool:
    """Published waves for those who may see results; every wave for those who run them; None asks "any at all?"."""
    if actor.may("assessment.run_waves"):
        return True
    if not actor.may("assessment.view_results"):
        return False
    return not isinstance(wave, Wave) or wave.state == "published"


def works_here(actor: Actor, wave: object = None) -> bool:
    """Whoever is signed in, and machine work: those to whom a wave may be published as a whole."""
    return actor.account_id is not None or actor.kind == "system"
