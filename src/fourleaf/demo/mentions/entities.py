"""Who is talked about: the three brands, their invented competitors, and how often and how kindly in each market.

The shares of voice and net sentiments of the own brands are the baselines K01 and K04 of the sample; those of the
competitors are invented around them. Competitor names were searched for in public code and pages and not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = [
    "COMPETITORS",
    "ENTITIES",
    "INDEX",
    "LANGUAGES",
    "MARKETS",
    "PLATFORMS",
    "SECTORS",
    "STREAMS",
    "Entity",
    "Market",
    "Stream",
    "sentiment_shares",
    "voice_shares",
]

SECTORS: Final = ("grill", "kitchen", "camping")
LANGUAGES: Final = ("en", "de", "es", "sv", "no", "da", "pt", "fr")
#: Names without spaces or hyphens, so that ``source:`` in a query can hold them.
PLATFORMS: Final = ("video", "photo", "microblog", "professional", "shortvideo", "forum", "review")


@dataclass(frozen=True, slots=True)
class Entity:
    """A brand that posts are about. ``misspelling`` is one that people really type; ``tag`` has no "#"."""

    code: str
    name: str
    sector: str
    own: bool
    models: tuple[str, ...]
    misspelling: str
    tag: str
    handle: str


@dataclass(frozen=True, slots=True)
class Market:
    """One cell in which share of voice is read: the entities of a sector, and the language that stands for a region.

    ``language`` None means every language of the sector.
    """

    code: str
    sector: str
    language: str | None
    share_of_voice: float
    net_sentiment: float


@dataclass(frozen=True, slots=True)
class Stream:
    """A steady source of posts: one sector in one language from one place; ``weight`` is relative volume."""

    sector: str
    language: str
    region: str
    time_zone: str
    weight: float


def _entity(code: str, name: str, sector: str, own: bool, models: str, misspelling: str) -> Entity:
    tag = name.lower()
    return Entity(code, name, sector, own, tuple(models.split(", ")), misspelling, tag, tag)


ENTITIES: Final[tuple[Entity, ...]] = (
    _entity("EM", "Emberlyn", "grill", True, "Hearth 3, Hearth 2, Picco, Duo 210, Terrazza, Camino", "Emberlin"),
    _entity("RO", "Rostavel", "grill", False, "R40, R60, Balcon, Forge 2, Patio XL", "Rostavell"),
    _entity("PY", "Pyrolund", "grill", False, "Basecamp, Viking 4, Mini, Svea, Nord 300", "Pyrolundt"),
    _entity("KO", "Kohlmyra", "grill", False, "Kugel 57, Kompakt, Trio, Garten 3", "Kolmyra"),
    _entity("QS", "Quillstone", "kitchen", True, "C6, C10, Vapor 20, Range 900, Hood 4", "Quilstone"),
    _entity("GA", "Gastrevik", "kitchen", False, "Steam 6, Steam 12, Pro 900, Aria", "Gastrevick"),
    _entity("OV", "Ovnmark", "kitchen", False, "One, Duo, K20, Linea", "Ovenmark"),
    _entity("LV", "Loomvale", "camping", True, "Fell 2, Fell 4, Tarn, Meadow 5, Skerry", "Lomvale"),
    _entity("FJ", "Fjellundra", "camping", False, "Vidda 3, Tind 2, Fjord 5, Lett", "Fjelundra"),
    _entity("TE", "Tentwhistle", "camping", False, "Sparrow, Swift 2, Heron 4, Wren", "Tentwhisle"),
    _entity("TA", "Tarpavel", "camping", False, "Nomad, Ridge 3, Luna, Family 6", "Tarpavell"),
)
INDEX: Final = {entity.code: i for i, entity in enumerate(ENTITIES)}

#: Own brand to its competitors.
COMPETITORS: Final[dict[str, tuple[str, ...]]] = {
    own.code: tuple(e.code for e in ENTITIES if e.sector == own.sector and not e.own) for own in ENTITIES if own.own
}

MARKETS: Final[tuple[Market, ...]] = (
    Market("EM-DE", "grill", "de", 0.31, 0.18),
    Market("EM-NA", "grill", "en", 0.12, 0.05),
    Market("QS", "kitchen", None, 0.22, 0.31),
    Market("LV", "camping", None, 0.18, 0.40),
)

# Shares of voice by sector and language; "*" stands for every language without a row of its own.
_VOICE: Final[dict[tuple[str, str], dict[str, float]]] = {
    ("grill", "de"): {"EM": 0.31, "RO": 0.20, "PY": 0.13, "KO": 0.36},
    ("grill", "en"): {"EM": 0.12, "RO": 0.47, "PY": 0.25, "KO": 0.16},
    ("grill", "*"): {"EM": 0.20, "RO": 0.34, "PY": 0.30, "KO": 0.16},
    ("kitchen", "*"): {"QS": 0.22, "GA": 0.45, "OV": 0.33},
    ("camping", "*"): {"LV": 0.18, "FJ": 0.36, "TE": 0.29, "TA": 0.17},
}

# Net sentiment (pos - neg) / (pos + neg) and share of neutral posts; EM by language, the rest everywhere alike.
_MOOD: Final[dict[str, tuple[float, float]]] = {
    "EM de": (0.18, 0.38),
    "EM en": (0.05, 0.38),
    "EM": (0.12, 0.40),
    "RO": (0.22, 0.40),
    "PY": (0.10, 0.42),
    "KO": (0.26, 0.40),
    "QS": (0.31, 0.50),
    "GA": (0.24, 0.50),
    "OV": (0.12, 0.52),
    "LV": (0.40, 0.36),
    "FJ": (0.34, 0.38),
    "TE": (0.18, 0.38),
    "TA": (0.08, 0.40),
}

_PLACES: Final[tuple[tuple[str, str, str, str, float], ...]] = (
    ("grill", "de", "DE", "Europe/Berlin", 18.0),
    ("grill", "en", "NA", "America/New_York", 19.0),
    ("grill", "en", "NA", "America/Los_Angeles", 7.0),
    ("grill", "en", "UK", "Europe/London", 4.0),
    ("grill", "es", "IB", "Europe/Madrid", 4.5),
    ("grill", "pt", "IB", "Europe/Lisbon", 1.4),
    ("grill", "fr", "IB", "Europe/Paris", 0.8),
    ("grill", "sv", "ND", "Europe/Stockholm", 1.2),
    ("grill", "no", "ND", "Europe/Oslo", 0.8),
    ("grill", "da", "ND", "Europe/Copenhagen", 0.8),
    ("kitchen", "de", "DE", "Europe/Berlin", 5.0),
    ("kitchen", "en", "NA", "America/New_York", 3.8),
    ("kitchen", "en", "UK", "Europe/London", 2.2),
    ("kitchen", "es", "IB", "Europe/Madrid", 1.2),
    ("kitchen", "fr", "IB", "Europe/Paris", 0.8),
    ("kitchen", "sv", "ND", "Europe/Stockholm", 0.6),
    ("kitchen", "no", "ND", "Europe/Oslo", 0.3),
    ("kitchen", "da", "ND", "Europe/Copenhagen", 0.3),
    ("camping", "en", "UK", "Europe/London", 13.0),
    ("camping", "sv", "ND", "Europe/Stockholm", 4.4),
    ("camping", "no", "ND", "Europe/Oslo", 2.6),
    ("camping", "da", "ND", "Europe/Copenhagen", 1.8),
    ("camping", "de", "DE", "Europe/Berlin", 4.4),
    ("camping", "es", "IB", "Europe/Madrid", 0.9),
    ("camping", "fr", "IB", "Europe/Paris", 0.7),
)
STREAMS: Final[tuple[Stream, ...]] = tuple(Stream(*place) for place in _PLACES)


def voice_shares(sector: str, language: str) -> dict[str, float]:
    """Share of voice by entity code; they sum to 1."""
    return _VOICE.get((sector, language)) or _VOICE[sector, "*"]


def sentiment_shares(code: str, language: str) -> tuple[float, float, float]:
    """Shares of negative, neutral and positive posts that give the entity its net sentiment in that language."""
    net, neutral = _MOOD.get(f"{code} {language}") or _MOOD[code]
    rest = 1.0 - neutral
    return (rest * (1.0 - net) / 2.0, neutral, rest * (1.0 + net) / 2.0)
