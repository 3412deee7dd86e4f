"""Template tags of the product, available in every template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString

from fourleaf.web.kit import numbers, times
from fourleaf.web.kit.flash import Flash, flashes
from fourleaf.web.kit.icons import STATE_ICONS
from fourleaf.web.kit.icons import icon as icon_svg

register = template.Library()


class RememberNode(template.Node):
    """Renders its content once and keeps it in the context under a name."""

    child_nodelists = ("nodelist",)

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return SafeString("")


@register.tag
def remember(parser: Parser, token: Token) -> RememberNode:
    """``{% remember page_title %}{% block title %}{% endblock %}{% endremember %}``: one block, used in two places."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endremember",))
    parser.delete_first_token()
    return RememberNode(name, nodelist)


@register.simple_tag
def icon(name: str, size: int = 20, style: str = "") -> SafeString:
    """``{% icon "plus" %}``: a heroicon as inline SVG, hidden from screen readers."""
    return icon_svg(str(name), int(size), str(style))


@register.simple_tag
def fresh_id(prefix: str = "part") -> str:
    """``{% fresh_id "term" as id %}``: an id that no other element has, also not one that htmx brings later."""
    return f"{prefix}-{token_hex(4)}"


@register.filter
def state_icon(kind: str) -> str:
    """The icon of a state."""
    return STATE_ICONS.get(str(kind), "minus-circle")


@register.simple_tag(takes_context=True)
def waiting_flashes(context: Context) -> list[Flash]:
    """The messages that wait for this page."""
    request = context.get("request")
    return flashes(request) if isinstance(request, HttpRequest) else []


@register.simple_tag
def moment(value: datetime | date | None, focusable: bool = True) -> SafeString:
    """``{% moment run.started_at %}``: relative time, the exact one on hover and focus."""
    return times.moment_html(value, focusable=focusable)


@register.filter
def exact(value: datetime | None) -> str:
    """``{{ run.started_at|exact }}``: the exact time with its zone."""
    return times.exact(value) if value else ""


@register.filter
def grouped(value: float | int | None) -> str:
    """``{{ 1204|grouped }}``: 1,204."""
    return "" if value is None else numbers.number(value)


@register.filter
def share(value: numbers.Share) -> SafeString:
    """``{{ share|share }}``: 31 % (27-35), of 1,204 posts found."""
    return numbers.share_html(value)


@register.filter
def rule_links(sentence: str) -> SafeString:
    """``{{ sentence|rule_links }}``: each rule of alignment that is named leads to its page."""
    from fourleaf.web.alignment.places import with_rule_links

    return with_rule_links(str(sentence))


@register.simple_tag
def plural(value: int, singular: str, plural: str = "") -> str:
    """``{% plural 3 "person" "people" %}``: 3 people."""
    return numbers.count(int(value), singular, plural or None)


@register.filter
def attributes(attrs: Mapping[str, Any] | None) -> SafeString:
    """A component's remaining attributes as HTML, escaped (the component library's own output is not)."""
    parts: list[str] = []
    for key, value in (attrs or {}).items():
        if value is True:
            parts.append(format_html(" {}", key))
        elif value is not False and value is not None:
            parts.append(format_html(' {}="{}"', key, conditional_escape(value)))
    return SafeString("".join(parts))


@register.simple_tag
def rest(attrs: Any) -> SafeString:
    """Inside a component: the attributes that it does not declare, escaped."""
    return attributes(attrs.attrs_dict()) if hasattr(attrs, "attrs_dict") else SafeString("")


@register.filter
def anchor(field: BoundField) -> str:
    """The id that an error summary links to: the control, or the first of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def widget_kind(field: BoundField) -> str:
    """``check`` for a single tick box, ``group`` for several controls, ``plain`` otherwise."""
    kind = getattr(field.field.widget, "input_type", "")
    if field.use_fieldset:
        return "group"
    return "check" if kind == "checkbox" else "plain"


@register.filter
def initials(name: str) -> str:
    """``Ada Admin``: AA."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


@register.filter
def as_json(value: Any) -> SafeString:
    """JSON that is safe in the text of an element: ``<``, ``>`` and ``&`` are escaped."""
    # json_script escapes for a script element; only its payload is wanted here.
    script = json_script(value)
    return SafeString(script[script.index(">") + 1 : script.rindex("</script>")])


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """``{% query_with page=2 show=None %}``: the query string of this page with changes; None takes one away."""
    # Django's own tag needs a RequestContext, which an isolated component does not have.
    request = context.get("request")
    query = request.GET.copy() if isinstance(request, HttpRequest) else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag
def chart_bundle() -> str:
    """The address of the drawing library."""
    from django.urls import reverse

    from fourleaf.web.kit.charts.delivery import bundle_version

    return reverse("kit:chart_bundle", args=[bundle_version()])


class ExampleNode(template.Node):
    """An example of the kit page: its source, and what it renders to."""

    def __init__(self, name: FilterExpression) -> None:
        self.name = name

    def render(self, context: Context) -> SafeString:
        from django.template.loader import get_template  # imported late: the engine loads this library itself

        found: Any = get_template(f"web/kit/examples/{self.name.resolve(context)}.html")
        # The cotton loader compiles on reading, so the file itself is what a developer would write.
        source = Path(found.origin.name).read_text(encoding="utf-8").strip()
        with context.push():
            shown = found.template.render(context)
        return format_html(
            '<div class="example"><div class="example-shown">{}</div>'
            '<details class="example-code"><summary>Code</summary>'
            '<pre tabindex="0"><code>{}</code></pre></details></div>',
            SafeString(shown),
            source,
        )


@register.tag
def example(parser: Parser, token: Token) -> ExampleNode:
    """``{% example "buttons" %}``: renders ``web/kit/examples/buttons.html`` and shows its source."""
    _, name = token.split_contents()
    return ExampleNode(parser.compile_filter(name))


@register.filter
def percent(value: float) -> str:
    """``{{ 0.314|percent }}``: 31 %."""
    return numbers.percent(value)


@register.filter
def interval(value: numbers.Share) -> str:
    """The interval of a share: 27-35."""
    return value.interval


@register.filter
def hundredfold(value: float) -> str:
    """A share as a coordinate from 0 to 100."""
    return f"{100 * value:.2f}"


@register.filter
def width(value: numbers.Share) -> str:
    """The width of a share's interval on an axis from 0 to 100."""
    return f"{100 * (value.high - value.low):.2f}"
