"""Who posts: invented accounts with few posts or many, few followers or many, and the house's own accounts.

An account is (group, index). The handle is computed from the index by a one-to-one mapping, so that two accounts of
one group never share a handle and no list of accounts has to be kept, however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa

from fourleaf.demo.mentions.chance import Chance, Integers, Keys
from fourleaf.demo.mentions.columns import capital, join, numbers, put, replace, take, where
from fourleaf.demo.mentions.entities import PLATFORMS
from fourleaf.demo.names import FIRST_NAMES, mail_name

__all__ = [
    "BOTS",
    "ORDINARY_GROUPS",
    "OUTLETS",
    "OWN",
    "OWN_ACCOUNTS",
    "OWN_CHANNELS",
    "REGION_CODES",
    "Accounts",
    "OwnChannel",
    "accounts",
    "pool_index",
]

REGION_CODES: Final = ("DE", "UK", "ND", "NA", "IB")
#: Groups below this number are region * len(PLATFORMS) + platform; the rest are the special groups.
ORDINARY_GROUPS: Final = len(REGION_CODES) * len(PLATFORMS)
BOTS, OUTLETS, OWN = ORDINARY_GROUPS, ORDINARY_GROUPS + 1, ORDINARY_GROUPS + 2


@dataclass(frozen=True, slots=True)
class OwnChannel:
    """An account of the house: a channel of the plan (H1 to H11), or an expert's own (channel None)."""

    handle: str
    name: str
    platform: str
    channel: str | None
    brand: str
    language: str
    followers: int


OWN_CHANNELS: Final[tuple[OwnChannel, ...]] = (
    OwnChannel("emberlyn_de", "Emberlyn Deutschland", "video", "H1", "EM", "de", 84_200),
    OwnChannel("emberlyn_na", "Emberlyn Grills", "video", "H2", "EM", "en", 61_900),
    OwnChannel("loomvale_uk", "Loomvale", "photo", "H3", "LV", "en", 47_300),
    OwnChannel("loomvale_norden", "Loomvale Norden", "photo", "H4", "LV", "sv", 18_800),
    OwnChannel("quillstone", "Quillstone Kitchens", "professional", "H5", "QS", "en", 23_500),
    OwnChannel("quillstone_blog", "Quillstone expert blog", "professional", "H6", "QS", "de", 6_100),
    OwnChannel("tarnbeck", "Tarnbeck Group", "microblog", "H7", "EM", "en", 31_400),
    OwnChannel("emberlyn_iberia", "Emberlyn Iberia", "shortvideo", "H8", "EM", "es", 29_700),
    OwnChannel("loomvale_trails", "Loomvale trail community", "forum", "H9", "LV", "en", 12_900),
    OwnChannel("osterfeld_safety", "Hartwig Osterfeld", "microblog", None, "EM", "en", 2_150),
    OwnChannel("amelsberg_steam", "Volker Amelsberg", "professional", None, "QS", "de", 3_480),
    OwnChannel("chef_marchetti", "Lucille Marchetti-Dorn", "professional", None, "QS", "en", 5_720),
)
#: Handles of the house and its experts; share of voice leaves them out.
OWN_ACCOUNTS: Final[tuple[str, ...]] = tuple(channel.handle for channel in OWN_CHANNELS)

_WORDS: Final[dict[str, str]] = {
    "DE": "grillt kocht draussen garten rauch berge radelt hof werkstatt balkon kiel nord sued wandert glut feierabend "
    "laube kueche zelt koehler",
    "UK": "outdoors bakes hikes allotment kettle moor garden shed walks tweed pitch fell harbour stoves rambles "
    "smokes lane crumpet tarn brews",
    "ND": "fjell skog friluft koker grillar hytta tur hav nord vandrar telt glod stuga brygge kaffe bal vidda ski "
    "fisker lav",
    "NA": "bbq smokes ranch cooks patio trails outdoors pitmaster mesquite tailgate camper lake creek eats porch "
    "builds gulf maple dad grills",
    "IB": "cocina brasas sierra campo mar huerto parrilla terraza monte senda fuego costa lena pinar rio cumbre "
    "barro olivo patio sal",
}
_OUTLET_WORDS: Final = "wire ledger kitchen backyard trade herald morning outdoor courier market steam flame"
_OUTLET_PLACES: Final = "daily weekly north midlands sued west journal desk online report"
_NUMBERS: Final = 120
# The share of posts falls with the index of an account: with exponent g, the first x of the accounts write x^(1/g).
_CONCENTRATION: Final = 1.75
_MEDIAN_FOLLOWERS: Final = {
    "video": 140,
    "photo": 310,
    "microblog": 190,
    "professional": 420,
    "shortvideo": 230,
    "forum": 12,
    "review": 3,
}


def pool_index(chance: Chance, keys: Keys, size: Integers) -> Integers:
    """Account numbers below ``size``, small numbers far more often: a few accounts write a large part."""
    capped = np.minimum(size, _capacity())
    drawn = np.floor(capped * chance.uniform(keys, "account") ** _CONCENTRATION)
    return np.asarray(np.minimum(drawn, capped - 1), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The columns of the accounts of some rows."""

    handle: pa.StringArray
    name: pa.StringArray
    followers: Integers


@cache
def _capacity() -> int:
    """How many different handles every region has at least."""
    return min(len(FIRST_NAMES[r]) * len(_WORDS[r].split()) * _NUMBERS for r in REGION_CODES)


@cache
def _parts() -> tuple[pa.StringArray, pa.StringArray, Integers, pa.StringArray, Integers, pa.StringArray]:
    """First names as typed in handles and as displayed with their offsets, words with offsets, numbers."""
    plain: list[str] = []
    shown: list[str] = []
    words: list[str] = []
    first_at, word_at = [0], [0]
    for region in REGION_CODES:
        names = FIRST_NAMES[region]
        shown += names
        plain += [mail_name(name, "").rstrip(".") for name in names]
        words += _WORDS[region].split()
        first_at.append(len(shown))
        word_at.append(len(words))
    endings = ["", "_", "1", "x"] + [f"{i:02d}" for i in range(5, 100)] + [f"_{1985 + i}" for i in range(21)]
    return (
        pa.array(plain, pa.string()),
        pa.array(shown, pa.string()),
        np.array(first_at, dtype=np.int64),
        pa.array(words, pa.string()),
        np.array(word_at, dtype=np.int64),
        pa.array(endings, pa.string()),
    )


def accounts(chance: Chance, group: Integers, index: Integers) -> Accounts:
    """Handle, display name and followers for each (group, index); equal pairs give equal columns."""
    keys = (group.astype(np.uint64) << np.uint64(40)) | index.astype(np.uint64)
    handle, name = _people(group, index)
    platform = np.where(group < ORDINARY_GROUPS, group % len(PLATFORMS), 2)
    median = np.array([_MEDIAN_FOLLOWERS[p] for p in PLATFORMS], dtype=float)[platform]
    spread = np.exp(1.45 * chance.normal(keys, "followers"))
    famous = np.where(chance.uniform(keys, "famous") < 0.004, 60.0, 1.0)
    # Those who write often are followed by more, up to about four times as many.
    active = 1.0 + 3.0 / (1.0 + index / 40.0)
    followers = np.floor(median * spread * famous * active).astype(np.int64)
    for special, build in ((BOTS, _bots), (OUTLETS, _outlets), (OWN, _own)):
        here = group == special
        if here.any():
            found = build(chance, index[here], keys[here])
            handle = put(handle, here, found.handle)
            name = put(name, here, found.name)
            followers[here] = found.followers
    return Accounts(handle, name, followers)


def _people(group: Integers, index: Integers) -> tuple[pa.StringArray, pa.StringArray]:
    plain, shown, first_at, words, word_at, endings = _parts()
    region = np.where(group < ORDINARY_GROUPS, group // len(PLATFORMS), 0)
    firsts = first_at[region + 1] - first_at[region]
    kinds = word_at[region + 1] - word_at[region]
    size = firsts * kinds * _NUMBERS
    # A step that shares no factor with any size spreads neighbouring indices over the whole name space.
    spread = (index * 15_485_863 + group * 104_729) % size
    first = first_at[region] + spread % firsts
    word = word_at[region] + spread // firsts % kinds
    number = spread // firsts // kinds
    chosen = take(words, word)
    handle = join(take(plain, first), "_", chosen, take(endings, number))
    # "Anna K." from the first letter of the word: as much of a surname as most accounts show.
    display = join(take(shown, first), " ", capital(replace(chosen, "^(.).*", r"\1")), ".")
    return handle, where(spread % 7 < 3, handle, display)


def _bots(chance: Chance, index: Integers, keys: Keys) -> Accounts:
    plain, shown, first_at, *_ = _parts()
    first = index * 31 % first_at[-1]
    digits = numbers(10_000_000 + chance.below(keys, "bot digits", 89_999_999), 8)
    return Accounts(join(take(plain, first), digits), take(shown, first), chance.below(keys, "bot followers", 24))


def _outlets(chance: Chance, index: Integers, keys: Keys) -> Accounts:
    words, places = _OUTLET_WORDS.split(), _OUTLET_PLACES.split()
    handles = [f"{w}_{p}" for w in words for p in places]
    at = index % len(handles)
    handle = take(handles, at)
    name = take([h.replace("_", " ").title() for h in handles], at)
    return Accounts(handle, name, 900 + chance.below(keys, "outlet followers", 48_000))


def _own(chance: Chance, index: Integers, keys: Keys) -> Accounts:
    return Accounts(
        take(OWN_ACCOUNTS, index),
        take([c.name for c in OWN_CHANNELS], index),
        np.array([c.followers for c in OWN_CHANNELS], dtype=np.int64)[index],
    )
