"""A curriculum as one file: a Markdown file, or a zip of it and its pictures. Out and in without loss.

Only which version of a policy a module teaches stays behind: policies have other numbers in another installation. A
module that is there already keeps it.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

from django.db import transaction

from fourleaf.engine.training.curriculum_file import (
    Fault,
    FileFaultsError,
    ModuleText,
    read_curriculum,
    write_curriculum,
)
from fourleaf.engine.training.reading import too_long
from fourleaf.kernel import audit, public
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.training.images import LARGEST, checked_name, cleaned
from fourleaf.training.models import Module
from fourleaf.training.selectors.curriculum import module_text
from fourleaf.training.services.curriculum import (
    FEWEST_QUESTIONS,
    ModuleFields,
    add_image,
    add_module,
    change_module,
    image_names,
    publish_module,
)

__all__ = ["STARTERS", "Imported", "add_starter", "export_curriculum", "import_curriculum", "starter_text"]

_EDIT: Final = "training.edit_curriculum"
_LARGEST_TEXT: Final = 4 * 1024 * 1024
_LARGEST_ZIP: Final = 32 * 1024 * 1024
_TEXT_NAME: Final = "curriculum.md"
#: Belts for which a curriculum to begin with lies in the package.
STARTERS: Final = ("white", "yellow", "orange")


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    added: int
    changed: int
    unchanged: int
    published: int


def starter_text(belt: str) -> str:
    """The curriculum to begin with, as the package has it. An unknown belt raises ``KeyError``."""
    if belt not in STARTERS:
        raise KeyError(f"There is no curriculum to begin with for {belt}.")
    return (resources.files("fourleaf.training") / "curricula" / f"{belt}.md").read_text(encoding="utf-8")


def add_starter(*, actor: Actor, belt: str) -> Imported:
    """Put the curriculum to begin with in place and publish it; modules that are there already are left alone."""
    require(actor, _EDIT)
    modules = read_curriculum(starter_text(belt), f"{belt}.md")
    known = set(Module.objects.filter(code__in=[one.code for one in modules]).values_list("code", flat=True))
    fresh = [one for one in modules if one.code not in known]
    return _put(actor, fresh, {}, {}, publish=True, name=f"{belt}.md")


def export_curriculum(*, actor: Actor, belt: str = "") -> tuple[str, bytes]:
    """All modules that are not retired, or those of one belt: (file name, bytes). A zip where there are pictures."""
    require(actor, _EDIT)
    modules = Module.objects.exclude(state="retired").select_related("brand").prefetch_related("images")
    if belt:
        modules = modules.filter(belt=belt)
    chosen = list(modules.order_by("belt", "place", "pk"))
    text = write_curriculum([module_text(one) for one in chosen]).encode()
    pictures = [(one.code, image) for one in chosen for image in one.images.all()]
    name = f"curriculum-{belt or 'all'}"
    with transaction.atomic():
        audit.record(
            actor, "training.curriculum.exported", ("training.curriculum", belt or "all"), data={"modules": len(chosen)}
        )
    if not pictures:
        return f"{name}.md", text
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_TEXT_NAME, text)
        for code, image in pictures:
            archive.writestr(f"images/{code}/{image.name}", bytes(image.content))
    return f"{name}.zip", packed.getvalue()


def _unpacked(name: str, content: bytes) -> tuple[str, str, dict[tuple[str, str], bytes]]:
    """(name of the text, the text, (module code, picture name) -> bytes); `InvalidError` for what cannot be read."""

    def refuse(message: str) -> InvalidError:
        return InvalidError(fields={"file": [message]})

    pictures: dict[tuple[str, str], bytes] = {}
    raw = content
    text_name = name.rsplit("/", 1)[-1] or _TEXT_NAME
    if content[:4] == b"PK\x03\x04":
        if len(content) > _LARGEST_ZIP:
            raise refuse(f"{name}: at most {_LARGEST_ZIP // 2**20} MB.")
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                entries = [entry for entry in archive.infolist() if not entry.is_dir()]
                if len(entries) > 3000 or sum(entry.file_size for entry in entries) > 2 * _LARGEST_ZIP:
                    raise refuse(f"{name}: it holds too much. Split it.")
                texts = [entry for entry in entries if entry.filename == _TEXT_NAME]
                if not texts:
                    raise refuse(f"{name}: a file named {_TEXT_NAME} is missing in it.")
                raw, text_name = archive.read(texts[0]), _TEXT_NAME
                for entry in entries:
                    parts = entry.filename.split("/")
                    if len(parts) == 3 and parts[0] == "images":
                        if entry.file_size > LARGEST:
                            raise refuse(f"{entry.filename}: a picture has at most {LARGEST // 1024} kB.")
                        pictures[parts[1], parts[2]] = archive.read(entry)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
            raise refuse(f"{name}: this zip file is damaged or encrypted.") from None
    if len(raw) > _LARGEST_TEXT:
        raise refuse(f"{text_name}: at most {_LARGEST_TEXT // 2**20} MB of text.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise refuse(f"{text_name}, line {line}: this is not UTF-8. Save the file as UTF-8.") from None
    if "\0" in text:
        line = text.partition("\0")[0].count("\n") + 1
        raise refuse(f"{text_name}, line {line}: there is a character in it that no text has (number 0). Take it out.")
    return text_name, text, pictures


def import_curriculum(*, actor: Actor, name: str, content: bytes, publish: bool = False) -> Imported:
    """Add the modules of a file, change those with the same code; all of them or none.

    `InvalidError` with every fault: file, line, field. With ``publish`` they are published at once.
    """
    require(actor, _EDIT)
    text_name, text, pictures = _unpacked(name, content)
    try:
        modules = read_curriculum(text, text_name)
    except FileFaultsError as error:
        raise InvalidError(fields={"file": [str(fault) for fault in error.faults[:50]]}) from None
    brands = {one.code: one.id for one in public.brands().values()}
    faults = _faults(text_name, modules, pictures, brands, publish=publish)
    if faults:
        raise InvalidError(fields={"file": [str(fault) for fault in faults[:50]]})
    return _put(actor, modules, pictures, brands, publish=publish, name=text_name)


def _faults(
    file: str, modules: Sequence[ModuleText], pictures: dict[tuple[str, str], bytes], brands: dict[str, int],
    *, publish: bool,
) -> list[Fault]:  # fmt: skip
    """What the form alone cannot know: reading time, brands, pictures, what is to be published."""
    there = {
        (code, name)
        for code, name in Module.objects.filter(code__in=[m.code for m in modules]).values_list("code", "images__name")
    }
    found = []
    for module in modules:
        at = module.line
        if publish and not module.body.strip():
            found.append(Fault(file, at, "body", f"The module {module.code} has no text to be published."))
        if sentence := too_long(module.body):
            found.append(Fault(file, at, "body", sentence))
        if module.brand and module.brand not in brands:
            found.append(Fault(file, at, "brand", f"No brand has the code {module.brand}."))
        for name in sorted(image_names(module.body)):
            if (module.code, name) not in pictures and (module.code, name) not in there:
                path = f"images/{module.code}/{name}"
                found.append(Fault(file, at, "body", f"The picture {name} is missing; put it into the zip as {path}."))
        if publish and len(module.questions) < FEWEST_QUESTIONS:
            found.append(
                Fault(
                    file, at, "questions", f"At least {FEWEST_QUESTIONS} questions; there are {len(module.questions)}."
                )
            )
    return found + _picture_faults({module.code for module in modules}, pictures)


def _picture_faults(codes: Collection[str], pictures: dict[tuple[str, str], bytes]) -> list[Fault]:
    found = []
    for (code, name), content in sorted(pictures.items()):
        path = f"images/{code}/{name}"
        if code not in codes:
            found.append(Fault(path, 0, "", f"No module of the file has the code {code}."))
            continue
        try:
            kept = checked_name(name)
            cleaned(content)
        except InvalidError as error:
            found.append(Fault(path, 0, "", error.message))
        else:
            if kept != name:
                found.append(Fault(path, 0, "", f"Name it {kept}, here and in the text: small letters, no spaces."))
    return found


def _put(
    actor: Actor, modules: Sequence[ModuleText], pictures: dict[tuple[str, str], bytes], brands: dict[str, int],
    *, publish: bool, name: str,
) -> Imported:  # fmt: skip
    known = {module.code: module for module in Module.objects.filter(code__in=[one.code for one in modules])}
    added = changed = published = 0
    with transaction.atomic():
        for one in modules:
            fields = ModuleFields(
                code=one.code,
                kind=one.kind,
                belt=one.belt,
                place=one.place,
                brand_id=brands.get(one.brand),
                title=one.title,
                summary=one.summary,
                body=one.body,
                questions=one.questions,
            )
            module = known.get(one.code)
            if module is None:
                module = add_module(actor=actor, **fields)
                added, different = added + 1, True
            else:
                before = module.version
                module = change_module(actor=actor, module_id=module.pk, **fields)
                different = module.version != before
                changed += different
            for (code, picture), content in pictures.items():
                if code == one.code:
                    add_image(actor=actor, module_id=module.pk, name=picture, content=content)
            if publish and (different or module.state != "published"):
                publish_module(actor=actor, module_id=module.pk)
                published += 1
        audit.record(
            actor, "training.curriculum.imported", ("training.curriculum", name[:100]),
            data={"added": added, "changed": changed, "published": published},
        )  # fmt: skip
    return Imported(added, changed, len(modules) - added - changed, published)
