"""What all parts of the plan share: frozen objects, identifiers, and references that say where they point.

A reference is a string that carries a `Ref` in its annotation. Loading checks references from these annotations alone,
so a new reference field needs nothing but its type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = [
    "ActivityId",
    "AnyRef",
    "AudienceId",
    "Belt",
    "BrandId",
    "ChannelId",
    "DepartmentId",
    "Duty",
    "Function",
    "GoalId",
    "Hours",
    "Identifier",
    "KpiId",
    "Language",
    "ListeningQueryId",
    "Named",
    "ObjectiveId",
    "Part",
    "PartnerId",
    "PersonId",
    "PilotId",
    "Points",
    "PolicyId",
    "ProgrammeId",
    "Ref",
    "RegionId",
    "ResourceId",
    "RoadmapId",
    "RouteId",
    "ScenarioId",
    "Share",
    "Text",
    "ZoneName",
]


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a string as the id of an object.

    sections: names of the sections of the plan where the object may be. Empty: the string is written `section/id`
    and may point at anything.
    """

    sections: tuple[str, ...] = ()

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """In the JSON Schema, where the reference leads."""
        return {**handler(core), "x-refers-to": list(self.sections) or ["any"]}


class Part(BaseModel):
    """A frozen piece of the plan; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)

    #: Pairs of fields (dates, times or numbers) of which the first may not be later or larger than the second.
    IN_ORDER: ClassVar[tuple[tuple[str, str], ...]] = ()
    #: (first, last, days): the two dates may lie at most so many days apart.
    AT_MOST_DAYS: ClassVar[tuple[tuple[str, str, int], ...]] = ()


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("there is no such time zone; names look like Europe/Berlin") from None
    return name


ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._:+-]*$"
Identifier = Annotated[str, Field(pattern=ID_PATTERN, max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
#: BCP 47, such as en or pt-BR.
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
#: IANA name of a time zone.
ZoneName = Annotated[str, AfterValidator(_zone)]
#: A share from 0 to 1.
Share = Annotated[float, Field(ge=0, le=1)]
#: Points of a leaf, 0 to 100.
Points = Annotated[float, Field(ge=0, le=100)]
Hours = Annotated[float, Field(ge=0)]

PersonId = Annotated[str, Ref(("people",))]
DepartmentId = Annotated[str, Ref(("departments",))]
RegionId = Annotated[str, Ref(("regions",))]
BrandId = Annotated[str, Ref(("brands",))]
PartnerId = Annotated[str, Ref(("partners",))]
GoalId = Annotated[str, Ref(("goals",))]
ObjectiveId = Annotated[str, Ref(("objectives",))]
AudienceId = Annotated[str, Ref(("audiences",))]
ResourceId = Annotated[str, Ref(("resources",))]
ProgrammeId = Annotated[str, Ref(("programmes",))]
ActivityId = Annotated[str, Ref(("activities",))]
ChannelId = Annotated[str, Ref(("channels",))]
PolicyId = Annotated[str, Ref(("policies",))]
RouteId = Annotated[str, Ref(("routes",))]
RoadmapId = Annotated[str, Ref(("roadmap",))]
PilotId = Annotated[str, Ref(("pilots",))]
KpiId = Annotated[str, Ref(("kpis",))]
ListeningQueryId = Annotated[str, Ref(("listening_queries",))]
ScenarioId = Annotated[str, Ref(("crisis_scenarios",))]
#: `section/id`, pointing at anything in the plan.
AnyRef = Annotated[str, Ref()]

#: The eight business functions after S1.
Function = Literal["marketing", "communications", "service", "insights", "sales", "product", "people", "legal_risk_it"]

#: Belts from the lowest to the highest (domain §3); compare with `fourleaf.engine.alignment.belts.rank`.
Belt = Literal["none", "white", "yellow", "orange", "green", "blue", "black"]

#: What a person does in public or for it.
Duty = Literal["share", "route", "author", "reply", "moderate", "publish", "review", "crisis"]


class Named(Part):
    """A part with an id; its address in findings is `section/id`."""

    id: Identifier = Field(description="Unique in its section; letters, digits and . _ : + -.")
