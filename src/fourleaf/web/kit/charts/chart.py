"""A chart as pages and mails use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fourleaf.web.kit.charts.theme import CONFIG, resolve

__all__ = ["Chart", "Panel"]

_CONCAT_WIDTH = 260


@dataclass(frozen=True)
class Panel:
    """One drawing: a Vega-Lite spec without configuration; ``title`` only where a chart has several."""

    spec: Mapping[str, Any]
    title: str = ""


@dataclass(frozen=True)
class Chart:
    """A picture with its words and its numbers.

    ``description`` says what the picture shows, so that it can be read instead of seen. ``head`` and ``rows`` are the
    data table (cells are finished text; the first is the row's heading). ``note`` says base and bias.
    """

    id: str
    title: str
    description: str
    panels: tuple[Panel, ...]
    head: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    unit: str = ""
    note: str = ""
    height: int = 240
    #: Whether the figures of the table are right-aligned, which they are unless the columns are text.
    figures: bool = True

    @property
    def several(self) -> bool:
        """Whether this is a set of small multiples."""
        return len(self.panels) > 1

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.rows

    def specs(self) -> list[dict[str, Any]]:
        """The specs for the browser, one for each panel."""
        return [{**panel.spec, "config": CONFIG} for panel in self.panels]

    @property
    def drawn(self) -> list[tuple[Panel, dict[str, Any]]]:
        """Each panel with its spec, for the template."""
        return list(zip(self.panels, self.specs(), strict=True))

    @property
    def svg_name(self) -> str:
        """The name of the picture as SVG."""
        return f"{self.id}.svg"

    @property
    def png_name(self) -> str:
        """The name of the picture as PNG."""
        return f"{self.id}.png"

    def whole(self, *, width: int = 720, theme: str = "light", titled: bool = True) -> dict[str, Any]:
        """One spec with fixed width and colours, for a picture file; without title and note for use inside the page."""
        title = {"text": self.title, "subtitle": self.note} if self.note else {"text": self.title}
        background = "token:raised"
        stills = [_still(panel.spec) for panel in self.panels]
        if not self.several:
            spec = {**stills[0], "width": width}
        else:
            small = {"width": _CONCAT_WIDTH - 60}
            spec = {
                "columns": max(1, width // _CONCAT_WIDTH),
                "concat": [
                    {**still, **small, "title": panel.title} for still, panel in zip(stills, self.panels, strict=True)
                ],
            }
        spec["$schema"] = self.panels[0].spec["$schema"]
        if titled:
            spec["title"] = title
        found = resolve({**spec, "config": {**CONFIG, "background": background, "padding": 16}}, theme)
        assert isinstance(found, dict)  # noqa: S101 - a mapping resolves to a dict
        return found


def _still(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The spec without what only answers a pointer, and with its rows inside, so that it can stand among others."""
    rows = {"values": spec["datasets"]["rows"]}
    still = {key: value for key, value in spec.items() if key not in ("$schema", "datasets", "data", "params")}
    if "layer" in still:
        still["layer"] = [
            {key: value for key, value in layer.items() if key != "data"}
            for layer in still["layer"]
            if "condition" not in layer["encoding"].get("opacity", {})
        ]
    return {**still, "data": rows}
