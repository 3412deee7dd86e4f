"""A wave that asked a part neither replaces the organisation's clover nor is compared with it."""

from __future__ import annotations

import random
from typing import Any

import pytest

from fourleaf.assessment import public, reach
from fourleaf.assessment.models import Invitation, Wave
from fourleaf.assessment.selectors.maturity import standing_of
from fourleaf.assessment.selectors.results import latest_result, shared_result
from fourleaf.assessment.services.bulk import BulkAnswer, add_answers
from fourleaf.assessment.services.waves import add_wave, close_wave, open_wave, publish_wave
from fourleaf.engine.survey import STANDARD
from fourleaf.kernel import jobs
from fourleaf.kernel.errors import NotAllowedError


def _ask(actor: Any, name: str, last_day: Any, *, plus: int = 0, **fields: Any) -> Wave:
    """A published wave of its own, everybody answering some value around 3 + plus."""
    wave = add_wave(actor=actor, name=name, last_day=last_day, **fields)
    wave = open_wave(actor=actor, wave_id=wave.pk)
    chance, turned = random.Random(3), {item.id for item in STANDARD.scored if item.reverse}
    rows = []
    for invitation in Invitation.objects.filter(wave=wave).order_by("pk"):
        value = min(5, max(1, 3 + plus + chance.choice((-1, 0, 1))))
        answers = {item: 6 - value if item in turned else value for item in STANDARD.ids}
        answers["C1"] = chance.choice((2, 3, 4))
        rows.append(BulkAnswer(invitation.pk, answers, False, ""))
    add_answers(actor=actor, wave_id=wave.pk, rows=rows)
    close_wave(actor=actor, wave_id=wave.pk)
    jobs.run_until_idle()
    publish_wave(actor=actor, wave_id=wave.pk, for_everybody=True)
    return Wave.objects.select_related("result").get(pk=wave.pk)


@pytest.mark.django_db
class TestParts:
    def test_a_part_stands_beside_the_whole(
        self, published: Any, strategist: Any, analyst: Any, member: Any, organisation: Any
    ) -> None:
        whole = published(60)
        before = {one.code: one for one in public.department_scores(analyst.actor)}
        part = _ask(strategist.actor, "Marketing", whole.last_day, plus=1,
                    department_ids=[organisation.marketing.pk])  # fmt: skip
        assert (reach.is_whole(whole), reach.is_whole(part)) == (True, False)
        assert reach.part_label(part) == f"Part: {organisation.marketing.name}: {part.asked} asked"
        facts, latest = public.clover(analyst.actor), latest_result(analyst.actor)
        assert facts is not None
        assert latest is not None
        assert (facts.wave, latest.wave_id) == (whole.name, whole.pk)
        assert standing_of(analyst.actor).clover == facts
        scores = {one.code: one for one in public.department_scores(analyst.actor)}
        assert scores["MKT"].wave == "Marketing"
        assert scores["CSV"] == before["CSV"]
        shared = shared_result(member.actor)
        assert shared is not None
        assert shared.wave_id == whole.pk

    def test_only_like_is_compared_with_like(self, published: Any, strategist: Any, organisation: Any) -> None:
        whole = published(60)
        part = _ask(strategist.actor, "Part", whole.last_day, department_ids=[organisation.marketing.pk])
        changes = part.result.report["changes"]
        assert part.previous_id == whole.pk
        assert all(one["delta"] is None and "cannot be compared" in one["reason"] for one in changes[""].values())
        assert f"{whole.name} asked 61 people" in changes[""]["culture"]["reason"]
        assert changes["MKT"]["culture"]["delta"] is not None
        again = _ask(strategist.actor, "Part again", whole.last_day, department_ids=[organisation.marketing.pk])
        assert again.previous_id == part.pk
        assert again.result.report["changes"][""]["leadership"]["delta"] is not None
        third = _ask(strategist.actor, "Whole again", whole.last_day)
        assert third.previous_id == whole.pk
        assert third.result.report["changes"][""]["culture"]["delta"] is not None

    def test_departments_asked_in_other_regions_are_not_compared(
        self, published: Any, strategist: Any, analyst: Any, organisation: Any
    ) -> None:
        whole = published(80)
        units = {"department_ids": [organisation.marketing.pk], "region_ids": [organisation.north.pk]}
        part = _ask(strategist.actor, "North", whole.last_day, **units)
        assert set(part.result.report["changes"]) == {""}
        assert {one.wave for one in public.department_scores(analyst.actor)} == {whole.name}

    def test_nine_of_ten_or_a_declaration_make_a_whole(self) -> None:
        assert reach.is_whole(Wave(department_ids=[1], asked=90, staff=100))
        assert not reach.is_whole(Wave(department_ids=[1], asked=89, staff=100))
        assert reach.is_whole(Wave(department_ids=[1], asked=10, staff=100, declared_whole=True))
        assert not reach.is_whole(Wave(region_ids=[1]))

    def test_what_is_not_for_everybody_is_for_few(self, published: Any, member: Any, strategist: Any) -> None:
        wave = published(60, publish=False)
        publish_wave(actor=strategist.actor, wave_id=wave.pk, for_everybody=False)
        assert shared_result(member.actor, wave.pk) is None
        with pytest.raises(NotAllowedError):
            public.clover(member.actor)
