"""What training adds to the frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse

from fourleaf.engine.training.ladder import LADDER, above
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.training.models import Module, PracticalWork, TrainingDue
from fourleaf.training.selectors.curriculum import modules_visible_to
from fourleaf.training.selectors.path import path_of
from fourleaf.training.selectors.standings import ending_awards, standings
from fourleaf.training.selectors.trainers import may_train
from fourleaf.training.selectors.work import dues_to_sign_off, waiting_work
from fourleaf.web import navigation, needs, search
from fourleaf.web.home import tiles
from fourleaf.web.training.shown import way_said

for _label, _name, _icon, _permission, _order, _about in (
    ("My belt", "training:home", "academic-cap", "training.learn", 40, "What you may do, and what comes next."),
    ("Sessions", "training:sessions", "calendar-days", "training.learn", 50, "Show-and-tell lunches and course days."),
    ("Work to check", "training:queue", "check-badge", "training.assess", 60, "Practical work for a trainer."),
    ("Belts", "training:coverage", "chart-bar", "training.view_coverage", 70, "Who may do what, by region and unit."),
    ("Curriculum", "training:curriculum", "book-open", "training.edit_curriculum", 80, "Modules and questions."),
    ("Waves", "training:waves", "user-group", "training.run_waves", 90, "Groups that learn together, and their gates."),
):  # fmt: skip
    navigation.register(
        "prepare",
        navigation.Entry(_label, _name, _icon, permission=_permission, order=_order, about=_about, part_of="Training"),
    )


def find_modules(actor: Actor, text: str, limit: int) -> Iterable[search.Result]:
    """Modules by title."""
    rows = modules_visible_to(actor).filter(title__icontains=text).exclude(newest=None).order_by("belt", "place")
    for module in rows[:limit]:
        url = reverse("training:module", args=[module.pk])
        yield search.Result(module.title, url, f"{LADDER[module.belt].label} belt", "book-open")


search.register("modules", "Modules", find_modules, permission="training.learn", order=45)


def waiting(actor: Actor) -> list[needs.Need]:
    """Belts that end, things to learn, work that came back; for trainers what waits."""
    found: list[needs.Need] = []
    home = reverse("training:home")
    if actor.person_id is not None and actor.may("training.learn"):
        today = clock.today()
        due = TrainingDue.objects.filter(person_id=actor.person_id, state="waiting")
        found.append(needs.Need("To be learned or taken again", due.count(), home, "academic-cap"))
        ending = len(ending_awards(today + timedelta(days=30), person_id=actor.person_id))
        found.append(needs.Need("Belt to renew", ending, home, "academic-cap"))
        back = PracticalWork.objects.filter(person_id=actor.person_id, state="returned").count()
        found.append(needs.Need("Work returned to you", back, home, "arrow-uturn-left"))
    if may_train(actor):
        number = waiting_work(actor).count() + dues_to_sign_off(actor).filter(kind="retest").count()
        found.append(needs.Need("Practical work to check", number, reverse("training:queue"), "check-badge"))
    return found


needs.register("training.waiting", waiting)


def belt_tile(actor: Actor) -> Mapping[str, Any] | None:
    """My belt and the next step, small."""
    if actor.person_id is None:
        return None
    worth = standings([actor.person_id])[actor.person_id]
    following = above(worth.held)
    path = path_of(actor.person_id, following) if following else None
    if path is not None and not path.lessons and worth.held == "none":
        return None
    return {
        "standing": worth,
        "held": LADDER[worth.held],
        "next": path if path and path.lessons else None,
        "next_step": LADDER[following] if following else None,
        "way": way_said(path) if path and path.lessons else "",
    }


tiles.register(
    tiles.Tile(
        "belt", "My belt", "web/training/tile.html", belt_tile, permission="training.learn", url_name="training:home",
        order=30, later=True,
    )
)  # fmt: skip
tiles.register_start(
    tiles.Start(
        "training",
        "Begin with White belts",
        "Six short modules and a quiz: what is said in public, by whom, and where help is. Yours to change.",
        "training:curriculum",
        "academic-cap",
        "training.edit_curriculum",
        lambda actor: Module.objects.exists(),
        order=40,
    )
)
