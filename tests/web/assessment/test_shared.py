"""Everybody sees a clover that was published for everybody, and nothing finer; parts say what they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from fourleaf.assessment.models import Wave
from fourleaf.assessment.services.waves import publish_wave


@pytest.mark.django_db
class TestShared:
    def test_a_member_sees_the_clover_and_who_took_part(
        self, published: Any, client_for: Any, member: Any, query_budget: Any
    ) -> None:
        wave = published(60)
        client = client_for(member)
        url = reverse("assessment:overview", args=[wave.pk])
        assert client.get(reverse("assessment:home")).headers["Location"] == url
        with query_budget(20):
            said = client.get(url).content.decode()
        assert "Clover index" in said
        assert "Leadership" in said
        assert f"/assess/{wave.pk}/leaf/" not in said
        assert "How we work together" in client.get("/").content.decode()
        for name in ("units", "statements_shown", "answers"):
            assert client.get(reverse(f"assessment:{name}", args=[wave.pk])).status_code in (403, 404)

    def test_not_without_the_choice(self, published: Any, client_for: Any, member: Any, strategist: Any) -> None:
        wave = published(60, publish=False)
        said = client_for(strategist).get(reverse("assessment:act", args=[wave.pk, "publish"])).content.decode()
        assert 'name="for_everybody" value="yes" checked' in said
        assert "becomes its clover" in said
        client_for(strategist).post(reverse("assessment:act", args=[wave.pk, "publish"]), {})
        assert not Wave.objects.get(pk=wave.pk).for_everybody
        assert client_for(member).get(reverse("assessment:overview", args=[wave.pk])).status_code in (403, 404)

    def test_a_part_says_so_everywhere(
        self, published: Any, client_for: Any, strategist: Any, organisation: Any
    ) -> None:
        wave = published(60, publish=False, department_ids=[organisation.marketing.pk])
        client, label = client_for(strategist), f"Part: {organisation.marketing.name}: {wave.asked} asked"
        said = client.get(reverse("assessment:act", args=[wave.pk, "publish"])).content.decode()
        assert label in said
        assert "The organisation has no clover yet" in said
        publish_wave(actor=strategist.actor, wave_id=wave.pk)
        pages = [reverse(f"assessment:{name}", args=[wave.pk]) for name in ("overview", "units", "wave")]
        for url in (*pages, reverse("assessment:waves")):
            assert label in client.get(url).content.decode()
