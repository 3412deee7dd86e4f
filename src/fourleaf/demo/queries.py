"""The sample's listening queries: own brands, competitors in the same structure, and topics.

A brand query is: name, misspelling, hashtag or handle, and not what only sounds like it. The own brands' and the
competitors' queries are built by one function, since share of voice is only fair between queries of one structure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from fourleaf.demo.mentions.entities import ENTITIES, INDEX

__all__ = ["QUERIES", "DemoQuery"]

Role = Literal["own", "competitor", "topic"]


@dataclass(frozen=True, slots=True)
class DemoQuery:
    """A query of the sample. ``brand`` is the own brand whose list it belongs to, None for a topic of all brands.

    ``owner`` is the role id of the person who looks after it.
    """

    name: str
    query: str
    role: Role
    brand: str | None
    owner: str
    notes: str


# What only sounds like the brand, by entity. Every brand has such a list, so that the structure is the same. The lists
# are as people write them at first: they miss some (nieces, parishes, amulets), which labelling then finds.
_EXCLUDED: Final[dict[str, str]] = {
    "EM": '"Ember Lynn" OR daughter OR "baby name"',
    "RO": 'genealogy OR "family tree"',
    "PY": "genealogy OR surname",
    "KO": "genealogy OR surname",
    "QS": 'novel OR saga OR "fan fiction"',
    "GA": "football OR derby",
    "OV": "football OR surname",
    "LV": '"Loom Vale" OR cricket',
    "FJ": "album OR concert",
    "TE": "album OR concert",
    "TA": "football OR surname",
}
_OWNERS: Final = {"grill": "R35", "kitchen": "R37", "camping": "R35"}


def _brand_query(code: str) -> DemoQuery:
    entity = ENTITIES[INDEX[code]]
    brand = next(e.code for e in ENTITIES if e.own and e.sector == entity.sector)
    terms = f"{entity.name} OR {entity.misspelling} OR #{entity.tag} OR @{entity.handle}*"
    return DemoQuery(
        name=entity.name,
        query=f"({terms}) AND NOT ({_EXCLUDED[code]})",
        role="own" if entity.own else "competitor",
        brand=brand,
        owner=_OWNERS[entity.sector],
        notes=f"Share of voice and mood of {entity.name}"
        + ("" if entity.own else f", beside {ENTITIES[INDEX[brand]].name}"),
    )


_GRILLS: Final = "(Emberlyn OR Emberlin OR #emberlyn OR @emberlyn*)"
_OURS: Final = (
    "(Emberlyn OR Emberlin OR #emberlyn OR @emberlyn* OR Quillstone OR Quilstone OR #quillstone OR @quillstone* "
    "OR Loomvale OR Lomvale OR #loomvale OR @loomvale*)"
)

_TOPICS: Final[tuple[DemoQuery, ...]] = (
    DemoQuery(
        "Safety: burner and lid",
        f"{_GRILLS} AND ((flame* NEAR/6 lid) OR (lid NEAR/4 fire) OR (burning NEAR/3 lid*) OR (lid NEAR/3 video) "
        'OR (lid NEAR/3 clip) OR (lid NEAR/5 burned) OR "flare-up" OR '
        "Stichflamme* OR (Flammen NEAR/6 Deckel) OR Deckelvideo OR (llamas NEAR/6 tapa) OR (chamas NEAR/6 tampa) "
        "OR (lågor NEAR/6 locket) OR (flammer NEAR/6 lokket))",
        "topic",
        "EM",
        "R48",
        "Anything that could hurt somebody: page at once, do not wait for a second window.",
    ),
    DemoQuery(
        "Warranty and spare parts",
        f'{_OURS} AND (warrant* OR garant* OR "spare part" OR "spare parts" OR Ersatzteil* OR igniter OR Brenner '
        "OR burner OR regulator OR gasket OR (waiting NEAR/4 for) OR (warten NEAR/3 auf) OR (esperando NEAR/4 para))",
        "topic",
        None,
        "R33",
        "What people wait for, for objective O1: fewer contacts for each product sold.",
    ),
    DemoQuery(
        "Delivery",
        f"{_OURS} AND (deliver* OR courier OR shipped OR ships OR geliefert OR Lieferzeit OR Verspätung OR verspätet "
        "OR retraso OR försenad OR forsinket OR Bestellung)",
        "topic",
        None,
        "R41",
        "Late, broken or lost on the way.",
    ),
    DemoQuery(
        "Recipes",
        f"{_GRILLS} AND (recipe* OR Rezept* OR receta* OR ribs OR brisket OR burgers OR salmon OR coleslaw OR "
        "Rippchen OR Hähnchen OR pollo OR chuletón OR frango) AND NOT (flame* OR Flammen OR llamas)",
        "topic",
        "EM",
        "R17",
        "What people cook, for the grill-season answers (P01).",
    ),
    DemoQuery(
        "Tents: leaks and stitching",
        "(Loomvale OR Lomvale OR #loomvale OR @loomvale*) AND (leak* OR puddle OR seam* OR stitching OR zip OR "
        "undicht OR Naht OR Nähte OR Reißverschluss OR läcker OR söm* OR dragkedja* OR lekker OR utæt OR glidelås*)",
        "topic",
        "LV",
        "R50",
        "Signals for the workshop and for product decisions (O4).",
    ),
    DemoQuery(
        "Ovens: calibration and energy",
        "(Quillstone OR Quilstone OR #quillstone OR @quillstone*) AND (calibrat* OR kalibrier* OR calibra* OR "
        "étalonn* OR kalibrer* OR energy OR Energie OR consumption OR kW OR degree* OR Grad)",
        "topic",
        "QS",
        "R43",
        "What planners and head chefs measure; material for the expert blog (P03).",
    ),
    DemoQuery(
        "Ask the professionals",
        "(Quillstone OR Quilstone OR #quillstone) AND source:professional AND (planning OR Planung OR training OR "
        'Schulung* OR "data sheet" OR Datenblatt OR comparison OR Vergleich OR comparing)',
        "topic",
        "QS",
        "R39",
        "Dialogue with planners on the professional network (P04).",
    ),
    DemoQuery(
        "Emberlyn in German",
        '(Emberlyn OR Emberlin OR #emberlyn OR @emberlyn*) AND lang:de AND NOT "Ember Lynn"',
        "topic",
        "EM",
        "R17",
        "The home market by language.",
    ),
    DemoQuery(
        "Coupons and giveaways",
        f"{_OURS} AND (giveaway OR coupon OR (code NEAR/6 off) OR (Code NEAR/8 Rabatt) OR (only NEAR/4 code) OR "
        '"from home")',
        "topic",
        None,
        "R35",
        "Offers in our name that are not ours; mostly automated.",
    ),
)

#: All queries of the sample: own brands first, then competitors, then topics.
QUERIES: Final[tuple[DemoQuery, ...]] = (
    *(_brand_query(e.code) for e in ENTITIES if e.own),
    *(_brand_query(e.code) for e in ENTITIES if not e.own),
    *_TOPICS,
)
