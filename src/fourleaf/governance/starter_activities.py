"""A register of processing to begin with: what the product itself does with data of people.

Legal bases and periods are proposals after common practice in the European Union (GDPR Art. 6, 14, 30, 88); counsel and
the data protection officer decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["PROCESSING_KINDS", "STARTERS", "SUBJECTS", "Starter"]

#: Kinds of processing, as in the plan model.
PROCESSING_KINDS: Final = {
    "author_logs": "Who wrote and approved",
    "trust": "Trust in content",
    "training": "Training and acknowledgement",
    "survey": "Survey",
    "voice": "Anonymous voice",
    "mentions": "Mentions",
    "influencers": "Influencers",
    "personal_metrics": "Figures of single people",
    "other": "Other",
}
#: What representatives are asked about.
SUBJECTS: Final = {
    "comments": "Pages on which others may comment",
    "author_logs": "Records of who wrote and approved",
    "personal_metrics": "Figures of single people",
    "survey": "Survey",
    "voice": "Anonymous voice",
    "other": "Other",
}


@dataclass(frozen=True)
class Starter:
    """One proposed entry."""

    name: str
    kind: str
    purpose: str
    data_categories: str
    people_concerned: str
    legal_basis: str
    retention: str
    safeguards: str


STARTERS: Final[tuple[Starter, ...]] = (
    Starter(
        "Log of approval and publication",
        "author_logs",
        "Show who approved what, for law and for learning from mistakes.",
        "Name, time, item, decision, comment",
        "Authors and approvers",
        "Legitimate interest, legal defence",
        "24 months, then without the author",
        "Nobody is ranked by it. Views go by role, and the log is no ground for appraisal.",
    ),
    Starter(
        "Trust state of content",
        "trust",
        "Review less where evidence shows that less is enough.",
        "Outcomes of reviews by brand, class of content and author group",
        "Authors, as members of a group",
        "Legitimate interest",
        "The present state and 12 months",
        "Counted for groups first. Never for pay or discipline.",
    ),
    Starter(
        "Training and acknowledgement",
        "training",
        "Know who was taught which rules, and who may do what.",
        "Name, module, result, belt, day of acknowledgement and language",
        "Employees",
        "Legal obligation, employment contract",
        "Employment and 12 months",
        "An acknowledgement proves receipt, not agreement. Small groups are not shown.",
    ),
    Starter(
        "Clover survey",
        "survey",
        "Learn where culture, leadership, governance and technology hold the company back.",
        "Answers without names, department and region in bands",
        "Employees who answer",
        "Legitimate interest or works agreement",
        "Answers 24 months, aggregates without limit",
        "Answers cannot be traced to a person. Groups below the limit are hidden.",
    ),
    Starter(
        "Anonymous voice",
        "voice",
        "Let people speak who would not do so under their name.",
        "Text without names, day",
        "Employees who write",
        "Legitimate interest or works agreement",
        "12 months",
        "No network address and no device is kept. It does not replace the channel that the law demands.",
    ),
    Starter(
        "Hand-over to the whistleblowing channel",
        "other",
        "Bring reports of wrongdoing to where the law wants them.",
        "The report, in confidence",
        "Reporters and those reported on",
        "Legal obligation",
        "As the law says",
        "Receipt is confirmed within 7 days and an answer given within 3 months, in the European Union.",
    ),
    Starter(
        "Mentions found by listening",
        "mentions",
        "Hear what people say about the brands, and answer.",
        "Public posts, names of authors as published",
        "People who post in public",
        "Legitimate interest, weighed in writing; notice after GDPR Art. 14",
        "Text 90 days, ids 12 months, aggregates without limit",
        "Deleted where the source deletes. Authors are shown only to those who need them.",
    ),
    Starter(
        "Records of influencers",
        "influencers",
        "Work with people whom others listen to, openly.",
        "Name, channels, subjects, contracts, disclosures",
        "Influencers and ambassadors",
        "Legitimate interest, contract",
        "12 months after the last contact",
        "An objection is honoured at once.",
    ),
)
