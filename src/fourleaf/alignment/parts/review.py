"""What review adds: the routes with their people, and the trust states with their changes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Final, cast

from fourleaf.alignment.parts.known import Known, slug, unique
from fourleaf.alignment.parts.news import remembered
from fourleaf.alignment.providers import Facts, Provider, register_provider
from fourleaf.engine.alignment import plan as model_of
from fourleaf.engine.alignment.plan import Named
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.kernel.actors import Actor
from fourleaf.review import public
from fourleaf.review.contracts import RouteFact, StratumFact

__all__ = ["review"]


def _read() -> tuple[Sequence[RouteFact], Sequence[StratumFact]]:
    return public.route_facts(), public.trust_facts()


def _facts(actor: Actor, model: PlanModel) -> Facts:
    routes, strata = remembered("review", _read)
    named = {pk for route in routes for group in route.groups for pk in group.person_ids}
    named |= {step.confirmed_by for one in strata for step in one.transitions if step.confirmed_by is not None}
    known = Known(model, named)
    whole: dict[str, Sequence[Named]] = {}
    places: dict[str, tuple[str, int]] = {}
    taken: set[str] = set()
    if made := [(_route(route, known, taken), route.id) for route in routes if not _outside(route, known)]:
        whole["routes"] = [thing for thing, _ in made]
        places |= {f"routes/{thing.id}": ("route", number) for thing, number in made}
    names: set[str] = set()
    if states := [(_stratum(one, known, names), one.id) for one in strata]:
        whole["strata"] = [thing for thing, _ in states]
        places |= {f"strata/{thing.id}": ("stratum", number) for thing, number in states}
    return Facts(whole=whole, missing={"people": tuple(known.people.values())}, places=places | known.places)


def _outside(route: RouteFact, known: Known) -> bool:
    """Whether the route is only for what this plan does not have."""
    return bool(
        (route.brand_id and not known.brand(route.brand_id))
        or (route.region_id and not known.region(route.region_id))
        or (route.channel and not known.channel(route.channel))
    )


def _route(route: RouteFact, known: Known, taken: set[str]) -> Named:
    groups = tuple(
        model_of.ApproverGroup(name=group.name, any_of=known.persons(group.person_ids), quorum=group.m)
        for group in route.groups
    )
    if route.mode == "any_of" and len(groups) > 1:
        # One of the groups is enough, so anybody in any of them can.
        everybody = tuple(dict.fromkeys(key for group in groups for key in group.any_of))
        groups = (model_of.ApproverGroup(name=route.name, any_of=everybody, quorum=min(g.quorum for g in groups)),)
    region = known.region(route.region_id)
    return model_of.Route(
        id=unique(slug(route.name), taken, route.id),
        name=route.name,
        brand=known.brand(route.brand_id),
        regions=(region,) if region else (),
        channels=known.channels((route.channel,) if route.channel else ()),
        tier=cast("Any", route.tier or None),
        content_class=route.content_class or None,
        all_of=groups,
        answer_hours=route.answer_minutes / 60 if route.answer_minutes else None,
    )


def _stratum(one: StratumFact, known: Known, taken: set[str]) -> Named:
    brand = known.brand(one.brand_id)
    name = "-".join(filter(None, (brand, slug(one.content_class), one.author_group and slug(one.author_group))))
    return model_of.Stratum(
        id=unique(name, taken, one.id),
        brand=brand,
        content_class=one.content_class,
        author_group=one.author_group or None,
        tier=cast("Any", one.tier or None),
        level=cast("Any", one.level),
        reviewed=one.reviewed,
        clean=min(one.clean, one.reviewed),
        since=one.since,
        transitions=tuple(
            model_of.TrustTransition(
                on=step.on,
                before=cast("Any", step.before),
                after=cast("Any", step.after),
                confirmed_by=known.person(step.confirmed_by),
                reviewed=step.reviewed,
                majors=step.majors,
                reviewers=step.reviewers,
                reason=step.reason or None,
            )
            for step in one.transitions
        ),
    )


def _stamp(actor: Actor) -> Hashable:
    """Nothing of its own: that of governance follows changes here too."""
    return None


review: Final = register_provider(Provider("review", _facts, _stamp))
