"""The clover as a picture: areas follow points, nothing inline, hostile names are harmless."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.web.assessment.clover import Leaf, _length, clover

NAMES = ("Culture", "Leadership", "Governance", "Technology")


def drawn(points: list[float], **more: object) -> str:
    leaves = [Leaf(name, value, href=f"/{name}/") for name, value in zip(NAMES, points, strict=True)]
    return str(clover(leaves, id="c", title="Clover", description="In words"))


@given(st.lists(st.floats(0, 100), min_size=4, max_size=4))
def test_it_is_wellformed_for_all_points(points: list[float]) -> None:
    picture = ElementTree.fromstring(drawn(points))
    links = picture.findall("{http://www.w3.org/2000/svg}a")
    assert len(links) == 4
    assert picture.find("{http://www.w3.org/2000/svg}title") is not None
    assert not re.search(r"\bnan\b", drawn(points))


@given(st.floats(1, 100), st.floats(0.2, 1))
def test_area_follows_points_and_weight(points: float, weight: float) -> None:
    ratio = (_length(points, weight) / _length(100, 1)) ** 2
    assert ratio == pytest.approx(points / 100 * weight)


def test_parts_follow_the_facts() -> None:
    leaf = Leaf("Culture", 58, 55, 61, before=50, limiting=True, views="divided")
    text = str(clover([leaf], id="c", title="t", description="d"))
    for name in ("clover-edge", "clover-core", "clover-limit", "clover-before", "clover-said"):
        assert text.count(f'class="{name}"') == 1
    assert "limiting leaf, views divided" in text
    assert not re.search(r'\sstyle="', text)
    assert "clover-before" not in str(clover([Leaf("Culture", 58)], id="c", title="t", description="d"))


def test_words_are_escaped() -> None:
    text = str(clover([Leaf("<b>&", 50, href='"><script>')], id="c", title="<i>", description="&"))
    assert "<b>" not in text
    assert "<script>" not in text
    ElementTree.fromstring(text)
