"""What gaps, registers, committees and the centre add to the frame."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from fourleaf.governance.selectors.bodies import decisions_to_review, visible_committees, visible_decisions
from fourleaf.governance.selectors.centre import requests_to_answer
from fourleaf.governance.selectors.gaps import gaps_to_triage, visible_gaps
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import allowed
from fourleaf.web import navigation, needs, search
from fourleaf.web.navigation import Entry
from fourleaf.web.needs import Need
from fourleaf.web.search import Result

_BODIES = "governance.view_bodies"
_REGISTERS = "governance.view_registers"
#: Label, address, icon, permission, order, sentence, the line of the rail that it is a part of.
_ENTRIES = (
    ("Gaps", "gaps", "puzzle-piece", "governance.view_gap", 20,
     "The rules don't say: report it, and see what becomes of it.", ""),
    ("Committees", "committees", "user-group", _BODIES, 90, "Who decides: committees, seats, meetings.", "Bodies"),
    ("Decisions", "decisions", "scale", _BODIES, 91, "What was decided, when, by whom and why.", "Bodies"),
    ("Roles", "roles", "identification", _BODIES, 92, "Twenty roles, who holds them, and what is missing.", "Bodies"),
    ("Centre of excellence", "centre", "lifebuoy", _BODIES, 93, "Charter, members, services; ask for one.", "Bodies"),
    ("Requests to the centre", "requests", "inbox", "governance.view_request", 94,
     "What the centre was asked for, and by when it answers.", "Bodies"),
    ("Processing of personal data", "processing", "clipboard-document-list", _REGISTERS, 95,
     "What is done with data about people, on which basis, for how long.", "Registers"),
    ("Consultation", "consultations", "chat-bubble-left-right", _REGISTERS, 96,
     "What employee representatives were asked, and what they said.", "Registers"),
    ("Figures of people", "figures", "chart-bar", _REGISTERS, 97,
     "In which regions figures of single people may be had, and what counts as one.", "Registers"),
)  # fmt: skip
_TABS = {"centre": "Centre", "requests": "Requests", "processing": "Processing"}
for _label, _name, _icon, _permission, _order, _about, _line in _ENTRIES:
    navigation.register(
        "prepare",
        Entry(_label, f"governance:{_name}", _icon, _permission, _order, about=_about, part_of=_line,
              tab=_TABS.get(_name, "")),
    )  # fmt: skip


def find_gaps(actor: Actor, text: str, limit: int) -> Iterator[Result]:
    """Gaps by what happened; last, the offer to report that the rules don't say it."""
    found = visible_gaps(actor).filter(Q(situation__icontains=text) | Q(section__icontains=text))
    for gap in found[:limit]:
        yield Result(str(gap), reverse("governance:gap", args=[gap.pk]), gap.get_state_display(), "puzzle-piece")


def find_bodies(actor: Actor, text: str, limit: int) -> Iterator[Result]:
    """Committees and decisions by name."""
    for body in visible_committees(actor).filter(name__icontains=text)[:limit]:
        yield Result(body.name, reverse("governance:committee", args=[body.pk]), "Committee", "user-group")
    for made in visible_decisions(actor).filter(title__icontains=text)[:limit]:
        yield Result(made.title, reverse("governance:decision", args=[made.pk]), f"Decided {made.decided_on}", "scale")


#: Words by which somebody looks for the way to report a gap.
_ASKING = ("rule", "gap", "report", "allowed", "may i", "can i", "don't say", "unclear")


def offer_report(actor: Actor, text: str, limit: int) -> Iterator[Result]:
    """The way to the report, with what was typed."""
    if any(word in text.lower() for word in _ASKING):
        yield Result("The rules don't say", reverse("governance:report_gap"), "Report a gap", "pencil-square")


search.register("gaps", "Gaps", find_gaps, permission="governance.view_gap", order=60)
search.register("bodies", "Committees and decisions", find_bodies, permission="governance.view_bodies", order=62)
search.register("report_gap", "Report", offer_report, permission="governance.report_gaps", order=90)


def waiting_gaps(actor: Actor) -> list[Need]:
    """Gaps that nobody has looked at."""
    if not allowed(actor, "governance.handle_gaps"):
        return []
    url = reverse("governance:gaps") + "?state=open"
    return [Need("Gaps in the rules to look at", gaps_to_triage(actor), url, "puzzle-piece")]


def waiting_requests(actor: Actor) -> list[Need]:
    """Requests to the centre without an answer."""
    if not allowed(actor, "governance.serve_centre"):
        return []
    waiting, overdue = requests_to_answer(actor)
    url = reverse("governance:requests") + "?state=asked"
    kind = "blocking" if overdue else "attention"
    about = f"{overdue} beyond the promised day" if overdue else ""
    return [Need("Requests to the centre", waiting, url, "lifebuoy", kind, about)]


def waiting_decisions(actor: Actor) -> list[Need]:
    """Decisions whose day of review has come."""
    if not allowed(actor, "governance.edit_bodies"):
        return []
    url = reverse("governance:decisions") + "?standing=due"
    return [Need("Decisions to look at again", decisions_to_review(actor), url, "scale", "information")]


needs.register("governance.gaps", waiting_gaps)
needs.register("governance.requests", waiting_requests)
needs.register("governance.decisions", waiting_decisions)
