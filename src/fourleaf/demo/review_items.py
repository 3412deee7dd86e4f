"""What people of the sample wrote and judged: the past of its strata, and the items of these days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fourleaf.engine.review.states import Severity
from fourleaf.review.services import Verdict

__all__ = ["CLASSES", "LIVE", "PAST", "Live", "Past"]


@dataclass(frozen=True)
class Past:
    """How the judged items of a stratum came about: authors, reviewers, where the defects lie, and what they said."""

    authors: tuple[str, ...]
    reviewers: tuple[str, ...]
    channel: str
    defects: Mapping[int, Severity]
    titles: tuple[str, ...]


#: By the id of the stratum in the plan. Item 23 of Emberlyn NA had a wrong product number.
PAST: Final[Mapping[str, Past]] = {
    "EM-replies-DE": Past(
        ("R27", "R17", "R27"),
        ("R14", "R07", "R14"),
        "H1",
        {},
        (
            "Reply: grate size of the Ember 57",
            "Reply: rust after the winter",
            "Reply: which coals",
            "Reply: lid thermometer",
            "Reply: spare burner",
            "Reply: cleaning the drip tray",
        ),
    ),
    "EM-replies-NA": Past(
        ("R28", "R18"),
        ("R14", "R17"),
        "H2",
        {8: "minor", 22: "major", 39: "minor"},
        ("Reply: propane fittings", "Reply: delivery to Alaska", "Reply: warranty card", "Reply: side table"),
    ),
    "QS-blog": Past(
        ("R43", "R49", "R21"),
        ("R15",),
        "H6",
        {5: "minor", 16: "minor"},
        (
            "How a combi oven holds humidity",
            "Planning a kitchen for eighty covers",
            "Induction and old pans",
            "What a service contract should say",
        ),
    ),
    "LV-community": Past(
        ("R20", "R41", "R20"),
        ("R19", "R16"),
        "H9",
        {},
        ("Reply: drying a tent on the trail", "Reply: seam tape", "Reply: first night outside", "Reply: washing down"),
    ),
}
CLASSES: Final = {"reply": "reply", "expert blog": "expert_blog"}
YES: Final = Verdict(True)
TONE: Final = Verdict(False, "minor", ("wording",), "Too salesy for a reply. Say first what helps.")
FACT: Final = Verdict(False, "major", ("fact",), "The oven reaches 270 °C, not 290. Please correct it.")


@dataclass(frozen=True)
class Live:
    """An item of these days. ``acts``: who decides it and how; ``hours`` ago it was handed in, 0: still a draft.

    An approval of weeks ago has run out by now.
    """

    author: str
    title: str
    text: str
    brand: str
    region: str
    channel: str
    content_class: str
    hours: float
    flags: tuple[str, ...] = ()
    acts: tuple[tuple[str, Verdict], ...] = ()
    withdrawn: bool = False


LIVE: Final = (
    Live(
        "R27",
        "Reply: my lid will not close",
        "Thank you for the picture. The hinge pin sits one hole too low; move it "
        "up and the lid closes. If it does not, we send a new pin today.",
        "EM",
        "DE",
        "H1",
        "reply",
        1.2,
        ("established_topic",),
    ),
    Live(
        "R27",
        "Reply: smoke from the left burner",
        "Please turn the gas off and leave the lid open. A colleague from safety calls you within the hour.",
        "EM",
        "DE",
        "H1",
        "reply",
        0.4,
        ("safety_claim",),
    ),
    Live(
        "R17",
        "Weekend: three things to do with cold embers",
        "Roast beetroot overnight, dry herbs, or start tomorrow’s bread. Which have you tried?",
        "EM",
        "DE",
        "H1",
        "post",
        5,
    ),
    Live(
        "R17",
        "Grill season opens: the meet-up tour",
        "Six towns, six evenings, one very large grill. Dates below.",
        "EM",
        "DE",
        "H1",
        "event",
        26,
        ("campaign_new",),
        (("R14", YES),),
    ),
    Live(
        "R18",
        "Tailgate checklist",
        "Ice, gloves, long tongs, a second propane bottle. What did we forget?",
        "EM",
        "NA",
        "H2",
        "post",
        9,
    ),
    Live(
        "R28",
        "Reply: shipping to Hawaii",
        "We ship there, but the propane bottle has to be bought locally.",
        "EM",
        "NA",
        "H2",
        "reply",
        3,
        ("established_topic",),
    ),
    Live(
        "R18",
        "Summer price on the Ember 47",
        "Until the end of the month: 20 % off the Ember 47.",
        "EM",
        "NA",
        "H2",
        "post",
        30,
        ("price",),
    ),
    Live(
        "R23",
        "Creator clip: paella on the Ember 57",
        "With our partner Lola Cocina. Advertisement.",
        "EM",
        "IB",
        "H8",
        "post",
        20,
        ("paid_endorsement", "named_third_party"),
    ),
    Live(
        "R43",
        "Why bakeries choose steam",
        "Crust is a question of the first ninety seconds. Here is what steam does, and when it does nothing.",
        "QS",
        "DE",
        "H6",
        "expert_blog",
        52,
    ),
    Live(
        "R49",
        "A menu for a small induction line",
        "Four burners, sixty covers: what to leave out.",
        "QS",
        "NA",
        "H6",
        "expert_blog",
        31,
    ),
    Live(
        "R21",
        "Cold Start: the oven that waits for you",
        "The new Quillstone oven is ready when the first order is.",
        "QS",
        "DE",
        "H5",
        "post",
        70,
        ("product_launch",),
    ),
    Live(
        "R43",
        "How hot is hot enough?",
        "Our deck oven reaches 290 °C, and here is what that means for pizza.",
        "QS",
        "DE",
        "H6",
        "expert_blog",
        96,
        (),
        (("R15", FACT),),
    ),
    Live(
        "R20",
        "Reply: which sleeping mat for Norway in May",
        "For wet ground take the closed-cell mat, and a dry bag.",
        "LV",
        "ND",
        "H9",
        "reply",
        2,
        ("established_topic",),
    ),
    Live(
        "R41",
        "Reply: pole sleeve split",
        "We mend it free of charge. Send us a picture and your order number by mail.",
        "LV",
        "UK",
        "H9",
        "reply",
        4,
        ("established_topic",),
    ),
    Live(
        "R41",
        "Reply: is the dye safe for children",
        "Our dyes are tested to the textile standard that we print on the label; the certificate is linked below.",
        "LV",
        "UK",
        "H9",
        "reply",
        6,
        ("health_claim",),
    ),
    Live(
        "R20",
        "Photo: first snow on the high route",
        "Taken by a member of our trail community, with their consent.",
        "LV",
        "ND",
        "H4",
        "post",
        28,
        (),
        (("R19", YES),),
    ),
    Live(
        "R41",
        "Waxed cotton, mended",
        "Eleven years, two owners, one patch.",
        "LV",
        "UK",
        "H3",
        "post",
        49,
        (),
        (("R16", YES),),
    ),
    Live(
        "R50",
        "What recycled yarn can and cannot do",
        "It saves a third of the water. It is not stronger.",
        "LV",
        "ND",
        "H3",
        "post",
        22,
        ("environment_claim",),
        (("R10", YES),),
    ),
    Live(
        "R53",
        "Apprentice technicians: the evening in Ravenau",
        "Come and take an oven apart. Bring your parents.",
        "",
        "DE",
        "H10",
        "job_post",
        24,
        (),
        (("R12", YES),),
    ),
    Live(
        "R48",
        "Lid gaskets: how to check yours",
        "A gasket that stays flat when you press it is due for a new one.",
        "",
        "DE",
        "H7",
        "post",
        8,
        ("safety_claim",),
    ),
    Live(
        "R09",
        "We answer on the plant smoke",
        "The smoke on Tuesday came from a test of the furnace.",
        "",
        "DE",
        "H7",
        "crisis_statement",
        3,
        ("admission",),
        (("R05", YES),),
    ),
    Live(
        "R27",
        "Refunds since March: where we stand",
        "We are sorry. All refunds that waited go out today.",
        "EM",
        "DE",
        "H1",
        "post",
        74,
        (),
        (("R14", TONE),),
    ),
    Live(
        "R17",
        "Grill like a chef in ten minutes",
        "A rub, a hot zone, a cold zone.",
        "EM",
        "DE",
        "H1",
        "post",
        40,
        withdrawn=True,
    ),
    Live(
        "R17",
        "Old campaign teaser",
        "Something is smouldering.",
        "EM",
        "DE",
        "H1",
        "post",
        24 * 45,
        (),
        (("R14", YES),),
    ),
    Live(
        "R32", "Receta: pimientos al carbón", "Tres minutos por lado, sal gorda, nada más.", "EM", "IB", "H8", "post", 0
    ),
    Live("R17", "Draft: autumn stews", "Low coals, heavy pot, four hours.", "EM", "DE", "H1", "post", 0),
    Live(
        "R43",
        "Draft: descaling without drama",
        "Hardness, intervals, and who should not do it.",
        "QS",
        "DE",
        "H6",
        "expert_blog",
        0,
    ),
)
