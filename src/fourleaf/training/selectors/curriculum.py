"""Reads of modules: what learners get, what authors see."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from fourleaf.engine.training.curriculum_file import ModuleText
from fourleaf.engine.training.quiz import Question, question_from
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.training.models import Module, ModuleImage

__all__ = [
    "delta_modules", "get_image_for", "get_module_for", "module_text", "modules_visible_to", "questions_of", "teaching",
]  # fmt: skip


def modules_visible_to(actor: Actor) -> QuerySet[Module]:
    """Published modules for those who learn; all of them for authors and trainers."""
    if actor.may("training.edit_curriculum") or actor.may("training.assess"):
        return Module.objects.all()
    if actor.may("training.learn"):
        return Module.objects.filter(state="published", newest__isnull=False)
    return Module.objects.none()


def get_module_for(actor: Actor, module_id: int) -> Module:
    """One module with its newest version and brand; `NotFoundError` if absent or not visible."""
    module = modules_visible_to(actor).select_related("newest", "brand").filter(pk=module_id).first()
    if module is None:
        raise NotFoundError
    return module


def get_image_for(actor: Actor, module_id: int, name: str) -> ModuleImage:
    """A picture of a visible module; `NotFoundError` otherwise."""
    image = ModuleImage.objects.filter(
        module__in=modules_visible_to(actor).filter(pk=module_id).values("pk"), name=name
    ).first()
    if image is None:
        raise NotFoundError
    return image


def questions_of(data: list[dict[str, object]]) -> list[Question]:
    """Stored questions as the engine reads them."""
    return [question_from(one) for one in data]


def module_text(module: Module) -> ModuleText:
    """What is being written, as a file holds it."""
    return ModuleText(
        code=module.code,
        title=module.title,
        belt=module.belt,
        place=module.place,
        kind=module.kind,
        brand=module.brand.code if module.brand else "",
        summary=module.summary,
        body=module.body,
        questions=tuple(questions_of(module.questions)),
    )


def teaching(modules: Mapping[tuple[int, int | None], Module], policy_id: int, major: int) -> Module | None:
    """Of `delta_modules` the one for this major version; where there is none, the one for any version."""
    return modules.get((policy_id, major)) or modules.get((policy_id, None))


def delta_modules() -> dict[tuple[int, int | None], Module]:
    """(policy, major version or None for any) -> the published module that teaches what changed. One query."""
    rows = Module.objects.filter(kind="delta", state="published", newest__isnull=False, policy_id__isnull=False)
    return {(one.policy_id, one.policy_major): one for one in rows.order_by("pk") if one.policy_id is not None}
