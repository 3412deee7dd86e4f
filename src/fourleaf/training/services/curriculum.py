"""Writing modules: added, changed, published as a version that stays, retired, brought back; pictures."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any, Final, TypedDict, Unpack

from django.db import IntegrityError, transaction

from fourleaf.engine.training.ladder import BELTS
from fourleaf.engine.training.quiz import Question, as_data
from fourleaf.engine.training.reading import seconds_to_read, too_long
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotFoundError
from fourleaf.kernel.models import Brand
from fourleaf.kernel.permissions import require
from fourleaf.kernel.versions import save_at_version
from fourleaf.training.images import MOST, checked_name, cleaned
from fourleaf.training.models import Module, ModuleImage, ModuleVersion
from fourleaf.training.selectors.curriculum import get_module_for, questions_of
from fourleaf.training.standing import policies_to_teach
from fourleaf.training.states import ModuleState

__all__ = [
    "ModuleFields",
    "add_image",
    "add_module",
    "change_module",
    "image_names",
    "publish_module",
    "remove_image",
    "restore_module",
    "retire_module",
]

_EDIT, _SEE = "training.edit_curriculum", "training.learn"
#: The fewest questions of a published lesson: two are drawn, and a second try should not meet the same.
FEWEST_QUESTIONS: Final = 4
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_IMAGE = re.compile(r"\]\(image:([^)\s]+)")


class ModuleFields(TypedDict, total=False):
    """What can be said about a module."""

    code: str
    kind: str
    belt: str
    place: int
    brand_id: int | None
    policy_id: int | None
    policy_major: int | None
    title: str
    summary: str
    body: str
    questions: Sequence[Question]


def image_names(body: str) -> set[str]:
    """Names of the pictures that a text uses."""
    return set(_IMAGE.findall(body))


def _one_line(text: str) -> str:
    """Questions and answers stand on one line each, on pages and in files."""
    return " ".join(text.split())


def _values(module: Module, fields: ModuleFields) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    faults: dict[str, list[str]] = {}
    for name in ("title", "summary"):
        if name in values:
            values[name] = _one_line(values[name])
    if "body" in values:
        values["body"] = values["body"].replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    code = values.get("code", module.code)
    if not _CODE.fullmatch(code or ""):
        faults["code"] = ["Lower-case letters, digits and hyphens, at most 60, such as white-why."]
    elif Module.objects.filter(code=code).exclude(pk=module.pk).exists():
        faults["code"] = [f"A module has the code {code} already."]
    if not values.get("title", module.title):
        faults["title"] = ["A module needs a title."]
    if values.get("belt", module.belt) not in BELTS[1:]:
        faults["belt"] = [f"Choose a belt: {', '.join(BELTS[1:])}."]
    if values.get("kind", module.kind) not in Module.Kind.values:
        faults["kind"] = [f"Choose what it is: {', '.join(Module.Kind.values)}."]
    brand = values.get("brand_id", module.brand_id)
    if values.get("kind", module.kind) == "voice" and brand is None:
        faults["brand_id"] = ["The voice of a brand names the brand."]
    if brand is not None and not Brand.objects.filter(pk=brand).exists():
        faults["brand_id"] = ["This brand does not exist."]
    policy, major = values.get("policy_id"), values.get("policy_major")
    fresh = (policy, major) != (module.policy_id, module.policy_major)
    if policy is not None and fresh and not _teachable(policy, major):
        faults["policy"] = ["This version of a policy does not exist, or is over."]
    for name, most in (("title", 120), ("summary", 300), ("body", 40_000)):
        if len(values.get(name, "")) > most:
            faults[name] = [f"At most {most:,} characters; these are {len(values[name]):,}."]
    if sentence := too_long(values.get("body", "")):
        faults["body"] = [sentence]
    if "questions" in values:
        values["questions"] = [as_data(_tidy(question)) for question in values["questions"]]
        faults |= _question_faults(questions_of(values["questions"]))
    if faults:
        raise InvalidError(fields=faults)
    return values


def _teachable(policy_id: int, major: int | None) -> bool:
    return any(one.policy_id == policy_id and major in (one.major, None) for one in policies_to_teach())


def _tidy(question: Question) -> Question:
    return Question(
        id=question.id,
        kind=question.kind,
        text=_one_line(question.text),
        options=tuple(type(o)(o.id, _one_line(o.text), o.right) for o in question.options),
        explanation=_one_line(question.explanation),
    )


def _question_faults(questions: Sequence[Question]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for number, question in enumerate(questions, 1):
        wrong = list(question.faults)
        if question.id in seen:
            wrong.append(f"Two questions have the id {question.id}.")
        if not re.fullmatch(r"[\w-]{1,40}", question.id):
            wrong.append("The id of a question has letters, digits and hyphens, at most 40.")
        seen.add(question.id)
        if wrong:
            found.setdefault("questions", []).extend(f"Question {number}: {sentence}" for sentence in wrong)
    return found


def add_module(*, actor: Actor, **fields: Unpack[ModuleFields]) -> Module:
    """Begin a module; code, title and belt are required. Nobody but authors sees it until it is published."""
    require(actor, _EDIT)
    module = Module(changed_at=clock.now(), changed_by=actor.label[:200])
    values = _values(module, fields)
    for name, value in values.items():
        setattr(module, name, value)
    try:
        with transaction.atomic():
            module.save()
            audit.record(actor, "training.module.added", module, data={"code": module.code, "belt": module.belt})
    except IntegrityError:
        raise InvalidError(fields={"code": [f"A module has the code {module.code} already."]}) from None
    return module


def change_module(
    *, actor: Actor, module_id: int, version: int | None = None, **fields: Unpack[ModuleFields]
) -> Module:
    """Change what is being written. Learners go on with the published version until the next is published."""
    module = get_module_for(actor, module_id)
    require(actor, _EDIT, module, seen_by=_SEE)
    values = _values(module, fields)
    changed = {name for name, value in values.items() if getattr(module, name) != value}
    if not changed:
        return module
    with transaction.atomic():
        _save(module, values, version, actor)
        audit.record(actor, "training.module.changed", module, data={"changed": sorted(changed)})
    return module


def _save(module: Module, values: dict[str, Any], version: int | None, actor: Actor) -> None:
    values = {**values, "changed_at": clock.now(), "changed_by": actor.label[:200]}
    for name, value in values.items():
        setattr(module, name, value)
    save_at_version(module, values, version=version)


def _publishable(module: Module) -> None:
    faults: dict[str, list[str]] = {}
    if not module.body.strip():
        faults["body"] = ["There is nothing to read yet."]
    elif sentence := too_long(module.body):
        faults["body"] = [sentence]
    missing = image_names(module.body) - set(module.images.values_list("name", flat=True))
    if missing:
        faults["body"] = [f"A picture is used that was not added: {', '.join(sorted(missing))}."]
    questions = questions_of(module.questions)
    if len(questions) < FEWEST_QUESTIONS:
        faults["questions"] = [f"Write at least {FEWEST_QUESTIONS} questions; there are {len(questions)}."]
    faults |= _question_faults(questions)
    if faults:
        raise InvalidError(fields=faults)


def publish_module(*, actor: Actor, module_id: int, version: int | None = None) -> ModuleVersion:
    """Publish what is written as the next version. Quizzes that are running go on with what they began with."""
    module = get_module_for(actor, module_id)
    require(actor, _EDIT, module, seen_by=_SEE)
    if module.state != "published":
        ModuleState.check(module.state, "published")
    _publishable(module)
    with transaction.atomic():
        number = (module.versions.values_list("number", flat=True).first() or 0) + 1
        try:
            with transaction.atomic():
                made = ModuleVersion.objects.create(
                    module=module,
                    number=number,
                    title=module.title,
                    summary=module.summary,
                    body=module.body,
                    questions=module.questions,
                    seconds=seconds_to_read(module.body),
                    published_at=clock.now(),
                    published_by=actor.label[:200],
                )
        except IntegrityError:
            raise ConflictError(f"“{module}” was published by somebody else a moment ago.") from None
        _save(module, {"state": "published", "newest": made}, version, actor)
        audit.record(actor, "training.module.published", module, data={"number": number, "seconds": made.seconds})
    return made


def retire_module(*, actor: Actor, module_id: int) -> Module:
    """Take a module out of the curriculum; what was learned stays learned."""
    return _state(actor, module_id, "retired", "training.module.retired")


def restore_module(*, actor: Actor, module_id: int) -> Module:
    """Undo of `retire_module`: back to published where a version exists, otherwise to writing."""
    module = get_module_for(actor, module_id)
    return _state(actor, module_id, "published" if module.newest_id else "draft", "training.module.restored")


def _state(actor: Actor, module_id: int, state: str, code: str) -> Module:
    module = get_module_for(actor, module_id)
    require(actor, _EDIT, module, seen_by=_SEE)
    ModuleState.check(module.state, state)
    with transaction.atomic():
        _save(module, {"state": state}, None, actor)
        audit.record(actor, code, module)
    return module


def add_image(*, actor: Actor, module_id: int, name: str, content: bytes) -> ModuleImage:
    """Add a picture, or replace the one of this name. Its type is read from its bytes; SVG and others are refused.

    What the file says besides the picture (place, camera, author) is taken out before it is kept.
    """
    module = get_module_for(actor, module_id)
    require(actor, _EDIT, module, seen_by=_SEE)
    name = checked_name(name)
    picture, content = cleaned(content)
    if module.images.exclude(name=name).count() >= MOST:
        raise InvalidError(fields={"image": [f"A module has at most {MOST} pictures."]})
    with transaction.atomic():
        image, _ = ModuleImage.objects.update_or_create(
            module=module,
            name=name,
            defaults={
                "media_type": picture.media_type,
                "width": picture.width,
                "height": picture.height,
                "content": content,
                "sha256": hashlib.sha256(content).hexdigest(),
                "added_at": clock.now(),
                "added_by": actor.label[:200],
            },
        )
        audit.record(actor, "training.image.added", module, data={"name": name, "sha256": image.sha256})
    return image


def remove_image(*, actor: Actor, module_id: int, name: str) -> None:
    """Remove a picture that the text does not use."""
    module = get_module_for(actor, module_id)
    require(actor, _EDIT, module, seen_by=_SEE)
    image = module.images.filter(name=name).first()
    if image is None:
        raise NotFoundError
    used = image_names(module.body) | (image_names(module.newest.body) if module.newest else set())
    if name in used:
        raise InvalidError(f"The text uses {name}; take it out of the text and publish that first.")
    with transaction.atomic():
        image.delete()
        audit.record(actor, "training.image.removed", module, data={"name": name})
