"""The policies of the sample organisation: written from the templates, decided, in force, acknowledged."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction

from fourleaf.demo.policy_swedish import SWEDISH
from fourleaf.demo.seed import demo_actor
from fourleaf.engine.policies.sections import open_places
from fourleaf.governance.models import Acknowledgement, Policy, PolicyVersion
from fourleaf.governance.policy_texts import starting_text
from fourleaf.governance.services import policies_life as life
from fourleaf.governance.services import policies_writing as writing
from fourleaf.kernel import clock
from fourleaf.kernel.models import Brand, Person
from fourleaf.review.asking import quietly

__all__ = ["seed_policies"]

#: What stands in the places of the templates; a place that is not named here keeps its words.
_FILLED: Final[Mapping[str, str]] = {
    "company": "Tarnbeck Group", "Unternehmen": "Tarnbeck Group", "contact": "the centre of excellence",
    "Kontakt": "das Kompetenzzentrum", "contact and number, day and night": "the duty officer, extension 112",
    "Kontakt und Nummer, Tag und Nacht": "den Bereitschaftsdienst, Durchwahl 112",
    "other examples from your company": "recipes of seasonings and coatings",
    "weitere Beispiele aus Ihrem Unternehmen": "Rezepturen von Beschichtungen",
    "approved tools": "the writing assistant on Hearth", "freigegebene Werkzeuge": "der Schreibassistent in Hearth",
    "tool or person": "the account desk", "Werkzeug oder Person": "die Kontenstelle",
    "link to the list": "Hearth, page Claims", "Link zur Liste": "Hearth, Seite Aussagen",
    "link to the listening policy": "the listening policy", "work rules or agreement": "the works agreement",
    "Link zur Richtlinie für das Zuhören": "Richtlinie für das Zuhören",
    "Arbeitsordnung oder Vereinbarung": "die Betriebsvereinbarung", "reference": "works agreement of Ravenau",
    "duty number": "extension 112", "crisis lead": "the head of communications", "brand lead": "the brand lead",
    "data protection officer": "the data protection officer", "security contact": "the security lead",
    "links to related documents": "the other policies, on the page Policies",
    "Verweise auf verwandte Dokumente": "die übrigen Richtlinien, Seite Policies",
}  # fmt: skip
_QUIZ: Final = [
    {
        "question": "You praise an Emberlyn grill under your own name. Where do you say that you work here?",
        "options": ["In my profile", "In the post itself, near the praise", "Nowhere, it is my own opinion"],
        "answer": 1,
        "section": "disclosure",
    },
    {
        "question": "A tool shortened your post. What do you do before it goes out?",
        "options": ["Check each figure, I answer for it", "Nothing, the tool is approved"],
        "answer": 0,
        "section": "content-made-with-the-help-of-ai",
    },
    {
        "question": "May two colleagues discuss their shift plan in a public group?",
        "options": ["Only with leave from communications", "Yes, this policy has no say in that"],
        "answer": 1,
        "section": "protected-rights",
    },
]
#: Shares of acknowledgement of the social media policy by region (the new major version came last to North America).
_SHARES: Final = {"DE": 0.86, "UK": 0.91, "ND": 0.88, "NA": 0.47, "IB": 0.79}
#: Named people who have not got round to it.
_SLOW: Final = frozenset({"R04", "R24", "R31", "R40", "R42", "R45", "R49", "R54", "R60"})
_PUBLIC: Final = ("H1", "H2", "H3", "H4", "H5", "H6", "H7", "H9")


@dataclass(frozen=True)
class _Document:
    """A document of the sample; days count back from the day that the sample describes."""

    kind: str
    title: str
    number: str
    since: int | None = None
    owner: str = "R07"
    fields: Mapping[str, Any] = field(default_factory=dict)
    groups: Sequence[str] = ()
    brand: str = ""
    share: float = 0.0
    languages: Sequence[str] = ("en",)
    review_overdue: int | None = None
    works_note: str = "Works council of Ravenau, agreed in its meeting"


_DOCUMENTS: Final = (
    _Document("G-ROE", "Rules of engagement", "1.1", 205, groups=("department:COM", "department:CSV"), share=0.9),
    _Document("P-MOD", "Public moderation", "1.0", 240, "R26", {"channels": _PUBLIC},
              groups=("department:CSV", "department:MKT", "department:COM"), share=0.93),
    _Document("P-CRI", "Crisis", "1.1", 260, "R05", groups=("department:COM", "department:LRI"), share=0.96,
              review_overdue=74),
    _Document("P-LIS", "Listening and data", "1.0", 210, "R57"),
    _Document("P-ACC", "Accounts and access", "1.0", 230, "R59"),
    _Document("P-VOI", "Anonymous employee voice", "1.0", 180, "R52",
              works_note="Works agreement “Lantern”, signed"),
    _Document("P-INF", "Influencers and ambassadors", "0.9", None, "R23"),
    _Document("G-VT", "Voice and tone: Emberlyn", "1.2", 150, "R14", brand="EM", share=0.9),
    _Document("G-VT", "Voice and tone: Loomvale", "1.0", 120, "R16", brand="LV", share=0.88),
    _Document("G-VT", "Voice and tone: Quillstone", "1.0", None, "R15", brand="QS"),
)  # fmt: skip


def seed_policies(say: Callable[[str], None], *, as_of: date) -> None:
    """Eleven documents in the states of the sample, and who has acknowledged them. Done once; again changes nothing."""
    if Policy.objects.exists():
        return
    say("Writing policies, and having them acknowledged …")
    named = Person.objects.filter(external_id__startswith="R").values_list("pk", "external_id")
    people: dict[str, int] = {str(key): pk for pk, key in named}
    # What is on its way comes into the review queue by itself; nobody is mailed about it.
    with quietly(), transaction.atomic():
        _social_media(as_of, people)
        for document in _DOCUMENTS:
            _write(document, as_of, people)
    say(f"{Acknowledgement.objects.count():,} acknowledgements are there.")


def _filled_in(text: str) -> str:
    for place in open_places(text):
        text = text.replace(f"[{place}]", _FILLED.get(place, place))
    return text


#: What the change log of the social media policy says of its versions.
_LOG: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "1.0": "first version",
        "2.0": "content made with the help of AI; disclosure in the post itself",
        "2.1": "pay and working conditions are no secrets of the company",
    },
    "de": {
        "1.0": "erste Fassung",
        "2.0": "Inhalte mit Hilfe von KI; Kennzeichnung im Beitrag selbst",
        "2.1": "Bezahlung und Arbeitsbedingungen sind keine Geschäftsgeheimnisse",
    },
}


def _logged(text: str, language: str, days: Sequence[date]) -> str:
    """The text with a line of its change log, which ends it, for each version up to now."""
    rows = zip(_LOG[language].items(), days, strict=False)
    kept = text.rstrip().rpartition("\n")[0]
    return "\n".join([kept, *(f"| {number} | {day.isoformat()} | {what} |" for (number, what), day in rows)]) + "\n"


def _shorter(text: str) -> str:
    """The text with only the first line of its change log."""
    return text.rstrip().rpartition("\n")[0]


def _at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def _decide(version_id: int, note: str) -> None:
    """Through legal review, consultation and approval, as things stand on the frozen day."""
    actor = demo_actor()
    life.submit_version(actor=actor, version_id=version_id)
    row = life.decide_legal(actor=actor, version_id=version_id, agreed=True)
    for one in row.consultations.all():
        life.record_consultation(actor=actor, version_id=version_id, region_id=one.region_id, agreed=True, note=note)
    life.approve_version(actor=actor, version_id=version_id)


def _social_media(as_of: date, people: Mapping[str, int]) -> None:
    """1.0, then 2.0 with questions on what changed, then 2.1; in English, German and Swedish, not in Spanish."""
    actor = demo_actor()
    body = _filled_in(starting_text("P-SM", "en"))
    first_day, second_day, third_day = (as_of - timedelta(days=days) for days in (540, 38, 10))
    with clock.frozen(_at(first_day)):
        # The first version had no word on tools that write.
        older = _logged(re.sub(r"## 11\. .*?(?=## 12\.)", "", body, flags=re.S), "en", [first_day])
        first = writing.add_policy(
            actor=actor, kind="P-SM", title="Social media policy", body=older, owner_id=people.get("R05"),
            except_channels=["H8"],
        )  # fmt: skip
        _decide(first.pk, "Works council of Ravenau, agreed in its meeting")
        life.schedule_version(actor=actor, version_id=first.pk)
    with clock.frozen(_at(second_day)):
        second = writing.start_version(
            actor=actor, policy_id=first.policy_id, change="major",
            note="Content made with the help of AI has rules of its own; disclosure belongs into the post itself.",
        )  # fmt: skip
        for language in ("en", "de"):
            writing.write_text(
                actor=actor,
                version_id=second.pk,
                language=language,
                title={"en": "Social media policy", "de": "Richtlinie für soziale Medien"}[language],
                body=_logged(
                    _filled_in(starting_text("P-SM", language)).replace("ten days", "10 days"),
                    language,
                    [first_day, second_day],
                ),
                quiz=_QUIZ if language == "en" else None,
            )
        writing.write_text(
            actor=actor, version_id=second.pk, language="sv", title="Policy för sociala medier", body=SWEDISH
        )
        _decide(second.pk, "Works council of Ravenau, agreed with version 2")
        life.schedule_version(actor=actor, version_id=second.pk)
    with clock.frozen(_at(third_day)):
        third = writing.start_version(
            actor=actor, policy_id=first.policy_id, change="minor",
            note="Says more clearly that pay and working conditions are no secrets of the company.",
        )  # fmt: skip
        text = third.texts.get(language="en")
        clearer = text.body.replace(
            "Your own pay and working conditions are **not** secrets of the company: you may talk about them "
            "(section 17).",
            "Your own pay, hours, safety and working conditions are **not** secrets of the company. You may talk about "
            "them with anybody, inside and outside (section 17).",
        )
        german = third.texts.get(language="de")
        for old, body in ((text, clearer), (german, german.body)):
            writing.write_text(
                actor=actor,
                version_id=third.pk,
                language=old.language,
                title=old.title,
                body=_logged(_shorter(body), old.language, [first_day, second_day, third_day]),
            )
        _decide(third.pk, "Works council of Ravenau, informed; no objection")
        life.schedule_version(actor=actor, version_id=third.pk)
    _acknowledge(first, _everybody(), dict.fromkeys(_SHARES, 0.95), first_day)
    _acknowledge(second, _everybody(), _SHARES, second_day, slow=_SLOW)


def _write(document: _Document, as_of: date, people: Mapping[str, int]) -> None:
    actor = demo_actor()
    day = as_of - timedelta(days=document.since if document.since is not None else 12)
    fields: dict[str, Any] = dict(document.fields)
    if document.groups:
        fields["groups"] = list(document.groups)
    if document.brand:
        fields["brand_ids"] = list(Brand.objects.filter(code=document.brand).values_list("pk", flat=True))
    text = starting_text(document.kind, "en")
    with clock.frozen(_at(day)):
        # What is on its way still has places to fill in, so that they can be seen.
        body = text if document.since is None else _filled_in(text)
        row = writing.add_policy(
            actor=actor, kind=document.kind, title=document.title, body=body, number=document.number,
            owner_id=people.get(document.owner), **fields,
        )  # fmt: skip
        if document.since is None:
            if document.kind == "P-INF":
                life.submit_version(actor=actor, version_id=row.pk, open_places_named=open_places(body))
            return
        _decide(row.pk, document.works_note)
        life.schedule_version(actor=actor, version_id=row.pk)
    if document.review_overdue is not None:
        overdue = as_of - timedelta(days=document.review_overdue)
        PolicyVersion.objects.filter(pk=row.pk).update(review_due=overdue)
    elif as_of > day + timedelta(days=150):
        # Reviewed in time since, so that only the crisis policy is overdue.
        PolicyVersion.objects.filter(pk=row.pk, review_due__lt=as_of).update(review_due=as_of + timedelta(days=90))
    if document.share:
        chosen = [one for one in _everybody() if _in_scope(one, document)]
        _acknowledge(row, chosen, dict.fromkeys(_SHARES, document.share), day)


@dataclass(frozen=True)
class _Somebody:
    id: int
    number: str
    region: str
    department: str
    brands: frozenset[str]
    started_on: date | None


def _everybody() -> list[_Somebody]:
    brands: dict[int, set[str]] = {}
    for person_id, code in Person.brands.through.objects.values_list("person_id", "brand__code"):
        brands.setdefault(person_id, set()).add(code)
    rows = Person.objects.filter(left_on__isnull=True).values_list(
        "pk", "external_id", "region__code", "department__code", "started_on"
    )
    return [
        _Somebody(pk, number or "", region or "", department or "", frozenset(brands.get(pk, ())), started)
        for pk, number, region, department, started in rows.order_by("pk")
    ]


def _in_scope(one: _Somebody, document: _Document) -> bool:
    if document.brand:
        return document.brand in one.brands
    return not document.groups or f"department:{one.department}" in document.groups


def _rank(one: _Somebody, salt: str) -> str:
    """A fixed order that has nothing to do with who somebody is."""
    return hashlib.sha256(f"{salt}:{one.number or one.id}".encode()).hexdigest()


def _acknowledge(
    row: PolicyVersion,
    people: Sequence[_Somebody],
    shares: Mapping[str, float],
    since: date,
    *,
    slow: frozenset[str] = frozenset(),
) -> None:
    """Acknowledgements of a share of the people of each region, to the nearest person; written in bulk."""
    row.refresh_from_db()
    texts = {text.language: life.text_hash(text) for text in row.texts.order_by("pk")}
    spoken = {region: language for region, language in (("DE", "de"), ("ND", "sv")) if language in texts}
    made = []
    for region, share in shares.items():
        here = [one for one in people if one.region == region]
        # Named people come first, except for the slow ones, who come last.
        here.sort(key=lambda one: (one.number in slow, not one.number.startswith("R"), _rank(one, str(row.pk))))
        for one in here[: round(share * len(here))]:
            language = spoken.get(region, "en")
            hours = int(_rank(one, "time")[:6], 16) % (24 * min(28, 9 + row.major * 9))
            made.append(
                Acknowledgement(
                    person_id=one.id,
                    policy_id=row.policy_id,
                    major=row.major,
                    version=row,
                    language=language,
                    text_hash=texts[language],
                    at=max(_at(since), _at(one.started_on or since)) + timedelta(hours=hours + 1),
                )
            )
    Acknowledgement.objects.bulk_create(made, batch_size=1_000)
