"""Cotton and partials both compile: with both default app configs one silently switches the other off."""

from __future__ import annotations

from django.template import engines
from django.template.loader import get_template, render_to_string


def test_a_component_renders() -> None:
    text = render_to_string("web/kit/examples/states.html")
    assert "<c-state" not in text
    assert 'class="state good"' in text


def test_a_partial_renders_by_itself_with_components_in_it(rf) -> None:
    text = get_template("web/frame/search.html#instant").render({"text": "x", "groups": []}, rf.get("/"))
    assert "Nothing found" in text
    assert "<html" not in text
    assert "<c-" not in text


def test_a_component_does_not_see_the_page_around_it() -> None:
    template = engines["django"].from_string("{% cotton state kind='good' %}word{% endcotton %}")
    assert "map" not in template.render({"icon": "map", "kind": "blocking"}).split("</svg>")[1]
    assert 'class="state good"' in template.render({"kind": "blocking"})


def test_attributes_handed_to_a_component_are_escaped() -> None:
    template = engines["django"].from_string("{% cotton button :title='bad' data-x='{{ bad }}' %}go{% endcotton %}")
    text = template.render({"bad": '"><script>alert(1)</script>'})
    assert "<script>" not in text
    assert text.count("&lt;script&gt;") == 2
