"""Who may see which version of a policy. The twin of `may_see_version` is `selectors.policies.visible_versions`."""

from __future__ import annotations

from fourleaf.engine.policies.force import IN_FORCE_STATES
from fourleaf.governance.models import Policy, PolicyVersion
from fourleaf.kernel.actors import Actor

__all__ = ["WORKS_ON_POLICIES", "may_see_policies", "works_on_policies"]

#: Whoever has one of these sees drafts too.
WORKS_ON_POLICIES = ("governance.edit_policies", "governance.review_policies", "governance.approve_policies")


def works_on_policies(actor: Actor) -> bool:
    """Whether the actor writes, reviews or approves policies."""
    return any(actor.may(code) for code in WORKS_ON_POLICIES)


def may_see_policies(actor: Actor, subject: object = None) -> bool:
    """Everybody sees what is, was or will be in force; drafts are for those who work on them or must approve them."""
    if not actor.may("governance.view_policies"):
        return False
    if works_on_policies(actor):
        return True
    if isinstance(subject, PolicyVersion):
        return _shown(subject) or (
            actor.person_id is not None and subject.approvers.filter(pk=actor.person_id).exists()
        )
    if isinstance(subject, Policy):
        return any(may_see_policies(actor, version) for version in subject.versions.all())
    return True


def _shown(version: PolicyVersion) -> bool:
    return version.state in IN_FORCE_STATES and version.effective_on is not None
