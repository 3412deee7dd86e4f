"""Product roles: named bundles of permissions. A person may hold several, each for everything, a brand or a region."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ROLES", "ProductRole", "role_permissions"]


@dataclass(frozen=True)
class ProductRole:
    """A role as the product knows it; ``permissions`` are codes, checked against the registry by a test."""

    code: str
    label: str
    description: str
    permissions: frozenset[str]


_EVERYONE = frozenset(
    {
        "kernel.view_people",
        "kernel.view_organisation",
        "governance.view_policies",
        "governance.report_gaps",
        "governance.view_bodies",
        "governance.ask_centre",
        "training.learn",
        "review.submit",
        "review.decide",
    }
)
_READ_PREPARED = frozenset(
    {"governance.view_coverage", "governance.view_registers", "training.view_coverage", "review.view_trust"}
)
_TRAIN = frozenset({"training.edit_curriculum", "training.assess", "training.run_waves", "training.view_coverage"})
_COUNSEL = frozenset(
    {
        "governance.edit_policies",
        "governance.review_policies",
        "governance.edit_registers",
        "governance.handle_gaps",
    }
)
_RUN_PREPARED = (
    _READ_PREPARED
    | _TRAIN
    | {
        "governance.edit_policies",
        "governance.approve_policies",
        "governance.edit_registers",
        "governance.handle_gaps",
        "governance.edit_bodies",
        "governance.serve_centre",
        "review.configure",
        "review.confirm_trust",
    }
)
_READ_LISTENING = frozenset({"listening.view_mentions", "listening.view_queries", "listening.view_reports"})
_WORK_LISTENING = _READ_LISTENING | {"listening.correct_mentions", "listening.export_mentions"}
_RUN_LISTENING = _WORK_LISTENING | {
    "listening.edit_queries",
    "listening.import_mentions",
    "listening.erase_mentions",
    "listening.view_authors",
}

_READ_PLAN = frozenset(
    {"planning.view_plan", "planning.comment_plan", "alignment.view_findings", "assessment.view_results"}
)
_RUN_PLAN = _READ_PLAN | {
    "planning.edit_plan",
    "alignment.handle_findings",
    "alignment.waive_findings",
    "assessment.run_waves",
}

ROLES: dict[str, ProductRole] = {
    role.code: role
    for role in (
        ProductRole("member", "Member", "Every employee: sees people and the organisation.", _EVERYONE),
        ProductRole(
            "admin",
            "Administrator",
            "Runs the installation: people, roles, jobs, audit trail, settings.",
            _EVERYONE
            | _RUN_LISTENING
            | _RUN_PLAN
            | _RUN_PREPARED
            | _COUNSEL
            | {
                "kernel.edit_people",
                "kernel.edit_organisation",
                "kernel.grant_roles",
                "kernel.view_jobs",
                "kernel.manage_jobs",
                "kernel.view_audit",
                "kernel.export_audit",
                "kernel.manage_tokens",
                "training.set_belts",
            },
        ),
        ProductRole(
            "strategist",
            "Social strategist",
            "Leads the centre of excellence: surveys, plan, policies, training, review, queries, organisation.",
            _EVERYONE | _RUN_LISTENING | _RUN_PLAN | _RUN_PREPARED | {"kernel.edit_organisation", "kernel.view_jobs"},
        ),
        ProductRole(
            "analyst",
            "Analyst",
            "Listens: queries, imports, corrections, reports.",
            _EVERYONE | _RUN_LISTENING | _READ_PLAN,
        ),
        ProductRole(
            "editor",
            "Community manager",
            "Runs channels: reads and corrects mentions, sees how much is reviewed.",
            _EVERYONE | _WORK_LISTENING | _READ_PLAN | {"review.view_trust"},
        ),
        ProductRole("care", "Care agent", "Answers people: reads and corrects mentions.", _EVERYONE | _WORK_LISTENING),
        ProductRole(
            "people",
            "People team",
            "Keeps the list of people, departments and regions; trains.",
            _EVERYONE | _TRAIN | {"kernel.edit_people", "kernel.edit_organisation", "governance.view_coverage"},
        ),
        ProductRole(
            "legal",
            "Legal and data protection",
            "Reviews policies, keeps the registers, reads the audit trail and answers erasure requests.",
            _EVERYONE
            | _READ_LISTENING
            | _READ_PLAN
            | _READ_PREPARED
            | _COUNSEL
            | {"kernel.view_audit", "kernel.export_audit", "listening.erase_mentions", "listening.view_authors"},
        ),
        ProductRole(
            "steering",
            "Steering committee",
            "Reads reports, plan and findings, waives findings, approves policies, records decisions.",
            _EVERYONE
            | _READ_LISTENING
            | _READ_PLAN
            | _READ_PREPARED
            | {"alignment.waive_findings", "governance.approve_policies", "governance.edit_bodies"},
        ),
    )
}


def role_permissions(code: str) -> frozenset[str]:
    """The permissions of a role; none for a role that no longer exists."""
    role = ROLES.get(code)
    return role.permissions if role else frozenset()
