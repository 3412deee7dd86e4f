"""What the pages of alignment add to the frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse

from fourleaf.alignment.selectors import due_for, ending_soon, findings_visible_to
from fourleaf.engine.alignment.checking import RULES
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import allowed
from fourleaf.planning.public import current_plan
from fourleaf.web import navigation, needs, search
from fourleaf.web.alignment.places import Places
from fourleaf.web.home import tiles

_SEE = "alignment.view_findings"
#: Programmes that the tile names.
_SHOWN = 3

for _label, _name, _icon, _order, _key, _about in (
    ("Alignment", "glance", "scale", 45, "l", "Programmes, and what each needs inside: what is met, what is missing."),
    ("Findings", "findings", "flag", 46, "f", "What the rules find in the plan, who deals with it, what is waived."),
    ("What if", "what_if", "light-bulb", 47, "", "Try changes of the plan, and see which findings come and go."),
):
    navigation.register(
        "plan",
        navigation.Entry(_label, f"alignment:{_name}", _icon, permission=_SEE, order=_order, key=_key, about=_about),
    )


def find_findings(actor: Actor, text: str, limit: int) -> Iterable[search.Result]:
    """Findings of the current plan by words, and rules by number or title."""
    words = text.lower().split()
    for key, rule in RULES.items():
        if all(word in f"{key} {rule.title}".lower() for word in words) and limit > 0:
            limit -= 1
            yield search.Result(f"{key} {rule.title}", reverse("alignment:rule", args=[key]), "Rule", "scale")
    plan = current_plan(actor)
    if plan is None or limit <= 0:
        return
    rows = findings_visible_to(actor, plan.id).exclude(state="gone")
    for word in words:
        rows = rows.filter(Q(message__icontains=word) | Q(object__icontains=word))
    for row in rows[:limit]:
        yield search.Result(
            row.message, reverse("alignment:finding", args=[row.pk]), f"{row.rule} at {row.object}", "flag"
        )


def due_findings(actor: Actor) -> Iterable[needs.Need]:
    """Findings of one's own that are due."""
    count = due_for(actor).count()
    about = "Open findings that you own and whose day has come."
    yield needs.Need("Findings due", count, f"{reverse('alignment:list')}?owner=me", "flag", "attention", about)


def build_tile(actor: Actor) -> Mapping[str, Any] | None:
    """How many errors hold back how many programmes; nothing while there is no current plan."""
    plan = current_plan(actor)
    if plan is None:
        return None
    found = findings_visible_to(actor, plan.id).filter(state="open", gravity=0)
    counts: Counter[str] = Counter()
    errors = 0
    for row in found.select_related(None).only("held_up"):
        held = [address for address in row.blocks if address.startswith("programmes/")]
        counts.update(held)
        errors += bool(held)
    worst = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_SHOWN]
    places = Places(actor, plan.id)
    named = [(address, places.title(address), count) for address, count in worst]
    return {"errors": errors, "programmes": len(counts), "worst": named}


def waivers_ending(actor: Actor) -> Iterable[needs.Need]:
    """Waivers of the current plan that end soon, and findings that are open again since one ended."""
    plan = current_plan(actor) if allowed(actor, "alignment.waive_findings") else None
    if plan is None:
        return
    soon, ended = ending_soon(actor, plan.id)
    url = f"{reverse('alignment:waivers')}?plan={plan.id}"
    yield needs.Need(
        "Waivers that ended", ended, url, "exclamation-circle", "blocking", "Their findings are open again."
    )
    about = "Mend what they waive, or waive it once more, before they end."
    yield needs.Need("Waivers that end within two weeks", soon, url, "clock", "attention", about)


search.register("alignment", "Findings and rules", find_findings, permission=_SEE, order=40)
needs.register("alignment.due", due_findings)
needs.register("alignment.waivers", waivers_ending)
tiles.register(
    tiles.Tile(
        "alignment",
        "Alignment",
        "web/alignment/tile.html",
        build_tile,
        permission=_SEE,
        url_name="alignment:glance",
        order=15,
    )
)
