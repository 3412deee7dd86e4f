"""The culture survey: questionnaire, scores, reliability, agreement, precision, suppression, maturity.

`score(read_answers(path))` gives everything that may be shown of a survey. The parts can be used on their own; names
are loaded when they are first used, so that importing the package costs no start-up time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fourleaf.engine.survey.answers import AnswerErrors, read_answers, read_people
    from fourleaf.engine.survey.breakdown import CellScore, Population, ShownCell
    from fourleaf.engine.survey.instrument import STANDARD, Instrument, InstrumentError, Item, SurveyDefaults
    from fourleaf.engine.survey.maturity import GATES, Gate, Maturity, maturity_of
    from fourleaf.engine.survey.precision import change
    from fourleaf.engine.survey.report import LeafResult, SurveyReport, population_of, score
    from fourleaf.engine.survey.suppression import Cell, Node, Published, band, publish, publish_crossed, publish_tree

__all__ = [
    "GATES", "STANDARD", "AnswerErrors", "Cell", "CellScore", "Gate", "Instrument", "InstrumentError", "Item",
    "LeafResult", "Maturity", "Node", "Population", "Published", "ShownCell", "SurveyDefaults", "SurveyReport", "band",
    "change", "maturity_of", "population_of", "publish", "publish_crossed", "publish_tree", "read_answers",
    "read_people", "score",
]  # fmt: skip

_HOMES: Final = {
    "answers": ("AnswerErrors", "read_answers", "read_people"),
    "breakdown": ("CellScore", "Population", "ShownCell"),
    "instrument": ("STANDARD", "Instrument", "InstrumentError", "Item", "SurveyDefaults"),
    "maturity": ("GATES", "Gate", "Maturity", "maturity_of"),
    "precision": ("change",),
    "report": ("LeafResult", "SurveyReport", "population_of", "score"),
    "suppression": ("Cell", "Node", "Published", "band", "publish", "publish_crossed", "publish_tree"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
