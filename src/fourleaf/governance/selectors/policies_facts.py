"""Policies as a snapshot of the organisation needs them."""

from __future__ import annotations

from fourleaf.governance.contracts import PolicyFacts
from fourleaf.governance.models import PolicyText, PolicyVersion

__all__ = ["policy_facts"]


def policy_facts() -> list[PolicyFacts]:
    """Every version that is not given up, by kind, title and number. Two queries."""
    languages: dict[int, list[str]] = {}
    for version_id, language in PolicyText.objects.order_by("pk").values_list("version_id", "language"):
        languages.setdefault(version_id, []).append(language)
    rows = PolicyVersion.objects.exclude(state="withdrawn", effective_on__isnull=True).select_related("policy")
    return [
        PolicyFacts(
            policy_id=row.policy_id,
            version_id=row.pk,
            kind=row.policy.kind,
            title=row.policy.title,
            version=row.number,
            state=row.state,
            owner_id=row.policy.owner_id,
            effective_on=row.effective_on,
            ended_on=row.ended_on,
            review_due=row.review_due,
            channels=tuple(row.channels),
            except_channels=tuple(row.except_channels),
            region_ids=tuple(row.region_ids),
            brand_ids=tuple(row.brand_ids),
            groups=tuple(row.groups),
            languages=tuple(languages.get(row.pk, ())),
            acknowledged=row.acknowledged,
        )
        for row in rows.order_by("policy__kind", "policy__title", "policy_id", "major", "minor", "patch", "pk")
    ]
