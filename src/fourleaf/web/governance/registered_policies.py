"""What policies and acknowledgements add to the frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse

from fourleaf.governance.models import Policy
from fourleaf.governance.selectors.acknowledgements_notices import notices
from fourleaf.governance.selectors.policies import overdue_reviews, visible_policies, visible_versions, waiting_for
from fourleaf.governance.services.policies_life import restore_version
from fourleaf.governance.services.policies_writing import write_text
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.web import navigation, needs, search
from fourleaf.web.governance.acknowledging_views import owed_by
from fourleaf.web.governance.policies_shown import review_of
from fourleaf.web.home import tiles
from fourleaf.web.kit import undo
from fourleaf.web.navigation import Entry
from fourleaf.web.needs import Need
from fourleaf.web.search import Result

_SEE = "governance.view_policies"

#: Label, address, icon, permission, order, sentence, tab.
_ENTRIES = (
    ("Policies", "policies", "document-text", _SEE, 10,
     "What holds for everybody who speaks: written, in force, acknowledged.", "All"),
    ("To acknowledge", "policies_mine", "document-check", _SEE, 11,
     "What you have to read, and what you have acknowledged.", ""),
    ("What applies?", "policies_apply", "question-mark-circle", _SEE, 12,
     "Which policy is in force for a channel, a region, a language, on a day.", ""),
    ("Evidence of acknowledgements", "evidence", "archive-box-arrow-down", "governance.review_policies", 13,
     "A file of who acknowledged what, as far as a region allows it.", "Evidence"),
)  # fmt: skip
for _label, _name, _icon, _permission, _order, _about, _tab in _ENTRIES:
    navigation.register(
        "prepare",
        Entry(_label, f"governance:{_name}", _icon, _permission, _order, about=_about, part_of="Policies", tab=_tab),
    )


def find_policies(actor: Actor, text: str, limit: int) -> Iterator[Result]:
    """Policies by title or document."""
    rows = visible_policies(actor).filter(Q(title__icontains=text) | Q(kind__iexact=text)).order_by("title")
    for row in rows[:limit]:
        yield Result(row.title, reverse("governance:policy", args=[row.pk]), row.get_kind_display(), "document-text")


search.register("policies", "Policies", find_policies, permission=_SEE, order=45)


def unread(actor: Actor) -> list[Need]:
    """Policies that wait for the reader."""
    waiting = [one for one in owed_by(actor) if one.state != "done"]
    late = [one for one in waiting if one.state != "open"]
    label = "policy waits for you" if len(waiting) == 1 else "policies wait for you"
    kind = "blocking" if late else "attention"
    about = f"{len(late)} overdue." if late else "Read and acknowledge."
    return [Need(label, len(waiting), reverse("governance:policies_mine"), "document-check", kind, about)]


def clearer(actor: Actor) -> list[Need]:
    """Minor versions of policies that the reader acknowledged before."""
    found = notices([actor.person_id]).get(actor.person_id, []) if actor.person_id is not None else []
    label = "policy became clearer" if len(found) == 1 else "policies became clearer"
    url = reverse("governance:policies_mine") + "#clearer"
    return [Need(label, len(found), url, "document-text", "information", "Nothing to acknowledge.")]


def undecided(actor: Actor) -> list[Need]:
    """Versions that wait for the approval of this person; the legal view waits in the review queue."""
    keys = list(waiting_for(actor).values_list("policy_id", flat=True)[:50]) if actor.person_id else []
    if not keys:
        return []
    url = reverse("governance:policy", args=keys) if len(keys) == 1 else reverse("governance:policies")
    label = "policy waits for your decision" if len(keys) == 1 else "policies wait for your decision"
    return [Need(label, len(keys), url, "scale")]


def unreviewed(actor: Actor) -> list[Need]:
    """Policies whose review is overdue, for those who write them."""
    if not actor.may("governance.edit_policies"):
        return []
    count = overdue_reviews(actor).count()
    label = "review of a policy is overdue" if count == 1 else "reviews of policies are overdue"
    return [Need(label, count, reverse("governance:policies") + "?review=overdue", "document-magnifying-glass")]


needs.register("governance.unread", unread)
needs.register("governance.clearer", clearer)
needs.register("governance.undecided", undecided)
needs.register("governance.unreviewed", unreviewed)


def build_tile(actor: Actor) -> Mapping[str, Any] | None:
    """How many are in force, what is on its way, the next review. Two queries."""
    rows = list(visible_versions(actor).select_related("policy").filter(state__in=_SHOWN).order_by("review_due"))
    if not rows:
        return None
    force = [row for row in rows if row.state == "in_force"]
    dated = [row for row in force if row.review_due is not None]
    return {
        "in_force": len({row.policy_id for row in force}),
        "on_the_way": [row for row in rows if row.state != "in_force"],
        "next": dated[0] if dated else None,
        "review": review_of(dated[0].review_due, clock.today()) if dated else None,
    }


_SHOWN = ("draft", "legal_review", "consultation", "approved", "scheduled", "in_force")

tiles.register(
    tiles.Tile("policies", "Policies", "web/governance/policies/tile.html", build_tile, permission=_SEE,
               url_name="governance:policies", order=30)
)  # fmt: skip
tiles.register_start(
    tiles.Start(
        "policies",
        "Say what holds",
        "The social media policy from its template: twenty sections with examples, places to fill in.",
        "governance:policy_add",
        "document-text",
        "governance.edit_policies",
        lambda actor: Policy.objects.exists(),
        order=40,
    )
)


def _restore(actor: Actor, data: Mapping[str, Any]) -> str:
    row = restore_version(actor=actor, version_id=data["id"])
    return f"{row} is {row.get_state_display().lower()} again."


def _restore_text(actor: Actor, data: Mapping[str, Any]) -> str:
    write_text(actor=actor, version_id=data["id"], language=data["l"], title=data["t"], body=data["b"])
    return "The language is back."


undo.register("governance.withdrawn", _restore)
undo.register("governance.text_removed", _restore_text)
