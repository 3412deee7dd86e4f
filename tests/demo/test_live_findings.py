"""The running sample says what its file says: the contexts feed the same snapshot."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).resolve().parents[2] / "examples" / "tarnbeck.yaml"


def test_the_seeded_contexts_give_the_findings_of_the_file() -> None:
    """Policies, acknowledgements, belts, routes, trust, committees and registers come from the database."""
    from fourleaf.alignment.snapshot import checked
    from fourleaf.demo import seed
    from fourleaf.demo.governance_bodies import seed_bodies
    from fourleaf.demo.governance_policies import seed_policies
    from fourleaf.demo.planning import seed_planning
    from fourleaf.demo.review import seed_review
    from fourleaf.demo.training import seed_training
    from fourleaf.engine.alignment.checking import check
    from fourleaf.engine.alignment.loading import load_plan
    from fourleaf.engine.alignment.snapshot import Snapshot
    from fourleaf.kernel import clock
    from fourleaf.kernel.actors import system_actor
    from fourleaf.planning.models import Plan
    from fourleaf.review.models import ReviewItem, Waiting

    today = clock.today()
    for step in (seed.seed_organisation, seed_policies, seed_bodies, seed_training, seed_review, seed_planning):
        step(lambda text: None, as_of=today)
    seen = checked(system_actor("test"), Plan.objects.get(state="current").pk)
    assert {"policies", "acknowledgements", "routes", "strata", "committees", "consultations", "gaps"} <= set(seen.kept)
    plan = load_plan(SAMPLE).plan
    assert plan is not None
    # Strata are named for what they are in the database, EM-reply-DE, and by hand in the file, EM-replies-DE.
    live = Counter((f.rule, f.severity, f.object.split("/")[0]) for f in seen.findings)
    told = Counter((f.rule, f.severity, f.object.split("/")[0]) for f in check(Snapshot(plan, plan.as_of)))
    assert live == told
    # The policy that the sample has in legal review waits in the queue, for counsel and not for its owner.
    item = ReviewItem.objects.get(kind="policy", state="submitted")
    assert item.title == "Influencers and ambassadors 0.9.0"
    asked = set(Waiting.objects.filter(item=item, asked=True).values_list("person__external_id", flat=True))
    assert {"R56", "R57"} <= asked
    assert item.author.external_id == "R23"
