"""Gaps, registers, committee, centre, roles and decisions of the sample organisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction

from fourleaf.demo.seed import demo_actor
from fourleaf.governance.models import Committee, ConsultationRecord, Gap, Policy, PolicyVersion, ProcessingActivity
from fourleaf.governance.services.bodies import add_committee, give_role, give_seat, note_meeting, record_decision
from fourleaf.governance.services.centre import answer_request, ask_centre, change_centre, offer_service, put_member
from fourleaf.governance.services.gaps import CLOSING_STATES, close_gap, decide_gap, report_gap, triage_gap
from fourleaf.governance.services.registers import (
    add_consultation,
    add_starter_processing,
    answer_consultation,
    change_processing,
)
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Account, Brand, Person, Region
from fourleaf.kernel.selectors import actor_for

__all__ = ["seed_bodies"]


@dataclass(frozen=True)
class _Gap:
    """A gap of the log; days count back from the day that the sample describes."""

    found: int
    by: str
    situation: str
    kind: str = ""
    section: str = ""
    channel: str = ""
    severity: str = "medium"
    done: str = ""
    proposal: str = ""
    looked: int | None = None
    decided: int | None = None
    accepted: bool = True
    reason: str = ""
    closed: int | None = None
    owner: str = "R07"


_GAPS: Final = (
    _Gap(163, "R19", "A dealer asks us to delete a review.", "P-MOD", "Removal", "H11", done="Left it, and said so.",
         looked=160, decided=150, reason="Criticism stays. The policy should say it to dealers too.", closed=142),
    _Gap(155, "R27", "Private photos of a colleague on a grill video.", "P-SM", "Personal data", "H1", "high",
         "Hid the video and asked the colleague.", looked=149, decided=120,
         reason="Faces of colleagues need their consent, also in the background.", closed=44),
    _Gap(134, "R09", "A politician tags the microblog and wants an answer.", "G-ROE", "Politics", "H7",
         looked=133, decided=120, reason="A sentence on politics is being written."),
    _Gap(119, "R43", "May an expert answer on a competitor's page?", "G-ROE", "Competitors", "H6", "low",
         looked=114, decided=107, accepted=False, reason="Section “Competitors” says it: correct facts, never sell."),
    _Gap(71, "R32", "Who answers reviews in Portuguese?", channel="H11", severity="high",
         done="Answered in Spanish, with an apology."),
    _Gap(43, "R20", "Pictures made with AI in a picture story.", "P-SM", "Content made with the help of AI", "H3",
         proposal="Mark them in the caption, not only in the settings of the network.", looked=41),
    _Gap(36, "R19", "A member of the community sells used tents.", "P-MOD", "Advertising", "H9", "low",
         looked=34, decided=23, reason="Selling among members is welcome in one thread; the text follows."),
    _Gap(22, "R23", "The agency answers at night, without anybody on the rota.", channel="H8", severity="high",
         done="Told the agency to stop until Monday."),
    _Gap(9, "R53", "An applicant asks for pay bands in a comment.", "G-ROE", channel="H10",
         proposal="Say openly what the job advertisement says."),
)  # fmt: skip
#: Name of the activity -> days since it runs, legal basis of the sample or "" for the proposed one.
_LIVE: Final = {
    "Log of approval and publication": (149, ""),
    "Clover survey": (219, "Works agreement"),
    "Anonymous voice": (212, "Works agreement"),
    "Mentions found by listening": (163, ""),
    "Training and acknowledgement": (150, ""),
}
#: Title, subjects, days since they were asked, days since they agreed, document.
_CONSULTED: Final = (
    ("Comments on own pages", ("comments",), 233, 194, "Works agreement 2/14, annex A"),
    ("Survey and anonymous voice", ("survey", "voice"), 254, 219, "Works agreement 2/11"),
    ("Records of authors and approvals", ("author_logs",), 100, None, ""),
)
_SEATS: Final = ("R05", "R13", "R25", "R34", "R52", "R56")
_MEETINGS: Final = (
    (105, "Second phase: who may speak where."),
    (77, "Coverage at weekends; three gaps."),
    (42, "Acknowledgements in North America."),
    (14, "Contracts with influencers in Iberia; author logs in Germany."),
)
_MEMBERS: Final = (
    ("R06", "1", "Lead"),
    ("R07", "1", "Policies, gaps and registers"),
    ("R10", "1", "Themes and editing"),
    ("R11", "1", "Belts and cohorts"),
    ("R12", "0.5", "Rota"),
)
_SERVICES: Final = (
    ("Standards", "A rule, a template, or a second view on one.", 5),
    ("Education", "A course, a lunch, or a talk for a team.", 5),
    ("Shared tools", "Access, and help with it.", 2),
    ("Coaching", "Somebody beside you for your first weeks in public.", 3),
    ("Exchange of practice", "Who has done this before, and how did it go?", 3),
)
#: Service, who, subject, days since, hours to the first answer or None, how it ended.
_ASKED: Final = (
    ("Education", "R44", "A lunch on replies for the shop team", 60, 20, "done", "Held on Tuesday; eleven came."),
    ("Coaching", "R39", "Somebody to read my first expert post", 33, 45, "done", "Read together, posted, liked."),
    ("Shared tools", "R21", "Access to the picture archive", 24, 3, "done", "Open since this morning."),
    ("Standards", "R15", "A route for Quillstone with a deputy", 12, 70, "answered", "A draft by Friday."),
    ("Exchange of practice", "R41", "How do others answer price questions?", 6, None, "asked", ""),
    ("Coaching", "R50", "Is my draft on fabrics too technical?", 1, None, "asked", ""),
)  # fmt: skip
#: Role, who, brand, region.
_ROLES: Final = (
    ("sponsor", "R02", "", ""), ("chair", "R05", "", ""), ("digital_officer", "R02", "", ""),
    ("strategist", "R06", "", ""), ("governance_lead", "R07", "", ""), ("content_strategist", "R10", "", ""),
    ("community_manager", "R17", "EM", ""), ("community_manager", "R19", "LV", ""), ("analyst", "R35", "", ""),
    ("trainer", "R11", "", ""), ("brand_lead", "R14", "EM", ""), ("brand_lead", "R15", "QS", ""),
    ("brand_lead", "R16", "LV", ""), ("regional_lead", "R44", "", "ND"), ("care_lead", "R26", "", ""),
    ("duty_officer", "R09", "", ""), ("incident_lead", "R05", "", ""), ("legal_partner", "R56", "", ""),
    ("data_protection", "R57", "", ""), ("council_liaison", "R55", "", ""), ("ambassador", "R43", "", ""),
    ("ambassador", "R49", "", ""),
)  # fmt: skip


class _Seeding:
    """People by number, actors by number, and the day that the sample describes."""

    def __init__(self, as_of: date) -> None:
        self.as_of = as_of
        self.people = dict(Person.objects.filter(external_id__startswith="R").values_list("external_id", "pk"))
        self._accounts = {one.person_id: one for one in Account.objects.filter(person_id__in=self.people.values())}

    def at(self, days: int, hours: int = 12) -> datetime:
        """That many days ago."""
        return datetime.combine(self.as_of - timedelta(days=days), time(), UTC) + timedelta(hours=hours)

    def actor(self, number: str) -> Actor:
        """Somebody of the sample, or the sample itself where there is no login."""
        account = self._accounts.get(self.people.get(number, 0))
        return actor_for(account) if account is not None else demo_actor()


def seed_bodies(say: Callable[[str], None], *, as_of: date) -> None:
    """Fill gaps, registers and bodies through their services. What is there already is left alone."""
    story = _Seeding(as_of)
    if not story.people:
        return
    say("Founding the committee and the centre of excellence; keeping gaps and registers …")
    with transaction.atomic():
        if not Gap.objects.exists():
            _gaps(story)
        if not ProcessingActivity.objects.exists() and not ConsultationRecord.objects.exists():
            _registers(story)
        if not Committee.objects.exists():
            _bodies(story)
            _centre(story)


def _gaps(story: _Seeding) -> None:
    policies = dict(Policy.objects.order_by("-pk").values_list("kind", "pk"))
    handler = story.actor("R07")
    for gap in _GAPS:
        with clock.frozen(story.at(gap.found)):
            gap_id = report_gap(
                actor=story.actor(gap.by),
                situation=gap.situation,
                what_was_done=gap.done,
                proposal=gap.proposal,
                severity=gap.severity,
                channel=gap.channel,
                section=gap.section,
                policy_id=policies.get(gap.kind),
            )
        if gap.looked is not None:
            with clock.frozen(story.at(gap.looked)):
                triage_gap(
                    actor=handler,
                    gap_id=gap_id,
                    severity=gap.severity,
                    owner_id=story.people[gap.owner],
                    policy_id=policies.get(gap.kind),
                    section=gap.section,
                )
        if gap.decided is not None:
            with clock.frozen(story.at(gap.decided)):
                decide_gap(actor=handler, gap_id=gap_id, accept=gap.accepted, reason=gap.reason)
        version = PolicyVersion.objects.filter(policy__kind=gap.kind, state__in=CLOSING_STATES).order_by("-pk").first()
        if gap.closed is not None and version is not None:
            with clock.frozen(story.at(gap.closed)):
                close_gap(actor=handler, gap_id=gap_id, version_id=version.pk)


def _registers(story: _Seeding) -> None:
    counsel = story.actor("R57")
    counsel = counsel if counsel.may("governance.edit_registers") else demo_actor()
    with clock.frozen(story.at(255)):
        add_starter_processing(actor=counsel)
        entries = {entry.name: entry.pk for entry in ProcessingActivity.objects.all()}
    for name, (days, basis) in sorted(_LIVE.items(), key=lambda item: -item[1][0]):
        known = ProcessingActivity.objects.get(pk=entries[name])
        with clock.frozen(story.at(days)):
            change_processing(
                actor=counsel,
                processing_id=known.pk,
                live=True,
                since=clock.today(),
                legal_basis=basis or known.legal_basis,
                owner_id=story.people.get("R07"),
            )
    with clock.frozen(story.at(90)):
        change_processing(
            actor=counsel,
            processing_id=entries["Log of approval and publication"],
            impact_state="in_work",
            impact_note="Risk: conclusions about single people. Measures: views by role, no ranking, 24 months.",
        )
    germany = Region.objects.filter(code="DE").values_list("pk", flat=True).first()
    if germany is None:
        return
    for title, subjects, asked, agreed, reference in _CONSULTED:
        with clock.frozen(story.at(asked)):
            record = add_consultation(
                actor=counsel, title=title, region_id=germany, subjects=subjects, started_on=clock.today()
            )
        if agreed is not None:
            with clock.frozen(story.at(agreed)):
                answer_consultation(
                    actor=counsel,
                    consultation_id=record.pk,
                    agreed=True,
                    recorded_on=clock.today(),
                    reference=reference,
                )


def _bodies(story: _Seeding) -> None:
    chair = story.actor("R05")
    with clock.frozen(story.at(200)):
        steering = add_committee(
            actor=chair,
            name="Steering committee",
            kind="steering",
            charter="Decides what concerns more than one function: standards, budget, order of regions. Leaves daily "
            "work to brands and the centre.",
            chair_id=story.people["R05"],
            sponsor_id=story.people["R02"],
        )
        for number in _SEATS:
            if number != "R05":
                give_seat(actor=chair, committee_id=steering.pk, person_id=story.people[number])
        brands = dict(Brand.objects.values_list("code", "pk"))
        regions = dict(Region.objects.values_list("code", "pk"))
        for role, number, brand, region in _ROLES:
            give_role(
                actor=chair,
                role=role,
                person_id=story.people[number],
                brand_id=brands.get(brand),
                region_id=regions.get(region),
            )
    for days, topics in _MEETINGS:
        with clock.frozen(story.at(days - 2)):
            note_meeting(
                actor=chair,
                committee_id=steering.pk,
                held_on=story.as_of - timedelta(days=days),
                topics=topics,
                minutes_on=clock.today(),
            )
    _decisions(story, chair, steering.pk)


def _decisions(story: _Seeding, chair: Actor, committee_id: int) -> None:
    def decide(days: int, title: str, reason: str, review: int | None = None, replaces: int | None = None) -> int:
        with clock.frozen(story.at(days)):
            made = record_decision(
                actor=chair,
                title=title,
                reason=reason,
                committee_id=committee_id,
                review_on=story.as_of + timedelta(days=review) if review is not None else None,
                replaces_id=replaces,
            )
        return made.pk

    decide(184, "Hub and spoke is the model", "Three brands need freedom, one voice in a crisis needs a centre.", 180)
    early = decide(105, "Weekend duty is voluntary", "Nobody had asked for it before, and consultation was open.")
    decide(77, "Weekend duty is planned by region", "Two alerts of the summer found nobody awake.", 30, early)
    decide(77, "No figures of single people in the Nordics", "A region of 190 people knows who is meant anyway.", -5)
    decide(14, "No new contracts with influencers before the rules are in force", "Two ran ahead of them.", 60)


def _centre(story: _Seeding) -> None:
    lead = story.actor("R06")
    with clock.frozen(story.at(190)):
        change_centre(
            actor=lead,
            charter="We set the standards for speaking in public, teach them, and serve those who do it.\n"
            "We may decide on rules, tools and belts. Brands and regions decide what they say.\n"
            "We answer within the promised day, and we ask each quarter whether we were of use.",
            lead_id=story.people["R06"],
            hours="Monday to Friday, 08:00 to 17:00 Ravenau time; team room on Hearth",
        )
        for number, share, task in _MEMBERS:
            put_member(actor=lead, person_id=story.people[number], share=Decimal(share), task=task)
        services = {
            name: offer_service(actor=lead, name=name, about=about, answer_days=days).pk
            for name, about, days in _SERVICES
        }
    for service, number, subject, days, hours, state, answer in _ASKED:
        with clock.frozen(story.at(days)):
            asked = ask_centre(actor=story.actor(number), service_id=services[service], subject=subject)
        if hours is not None:
            with clock.frozen(story.at(days, 12 + hours)):
                answer_request(actor=lead, request_id=asked.pk, state=state, answer=answer)
