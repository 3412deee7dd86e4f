"""The rail: groups in the order of the loop, and a registry of entries that the contexts fill.

A context registers its entries in ``fourleaf/web/<context>/registered.py``, which is imported once at start:

    navigation.register("listen", Entry("Mentions", "listening:mentions", "chat-bubble-left-right",
                                        permission="listening.view_mentions", order=10, key="m"))

A group is shown only when it holds an entry that the actor may see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import PERMISSIONS, allowed

__all__ = ["GROUPS", "Entry", "Group", "Shown", "ShownGroup", "barred", "carried", "entries", "rail", "register"]


@dataclass(frozen=True)
class Group:
    """One station of the loop; ``idea`` is its sentence on the home page."""

    code: str
    label: str
    idea: str
    icon: str
    in_loop: bool = True


GROUPS: dict[str, Group] = {
    group.code: group
    for group in (
        Group(
            "assess",
            "Assess",
            "Where the organisation stands, by its own people's answers.",
            "clipboard-document-check",
        ),
        Group("plan", "Plan", "Objectives, programmes and what each needs inside.", "map"),
        Group("prepare", "Prepare", "Policies, acknowledgements, training and belts.", "academic-cap"),
        Group("inside", "Inside", "The in-house network: questions, ideas, experts.", "building-office"),
        Group("outside", "Outside", "What the organisation says, and through which channels.", "megaphone"),
        Group("listen", "Listen", "What people say about the brands and the field.", "chat-bubble-left-right"),
        Group("care", "Care", "Answering people, within the promised time.", "lifebuoy"),
        Group("crisis", "Crisis", "Playbooks, duty and incidents.", "shield-exclamation"),
        Group("measure", "Measure", "Figures that can be trusted, and what to do about them.", "chart-bar"),
        Group("organisation", "Organisation", "People, regions, departments and brands.", "user-group", in_loop=False),
        Group("administration", "Administration", "Running the installation.", "cog-6-tooth", in_loop=False),
    )
}


@dataclass(frozen=True)
class Entry:
    """A page in the rail.

    ``permission`` is a code of the kernel's registry, or None for everybody who is signed in. ``key`` is the letter
    that leads here after ``g``. ``about`` is the page's sentence, shown in search.
    """

    label: str
    url_name: str
    icon: str
    permission: str | None = None
    order: int = 100
    key: str = ""
    about: str = ""


@dataclass(frozen=True)
class Shown:
    """An entry as this actor sees it."""

    label: str
    url: str
    icon: str
    key: str
    about: str
    current: bool


@dataclass(frozen=True)
class ShownGroup:
    """A group with at least one entry that this actor may see."""

    group: Group
    entries: tuple[Shown, ...]


_ENTRIES: dict[str, list[Entry]] = {code: [] for code in GROUPS}


def register(group: str, entry: Entry) -> Entry:
    """Add an entry to a group. An unknown group, a name used twice or a letter used twice is a programming error."""
    if group not in GROUPS:
        raise KeyError(f"No group of the rail is called {group}.")
    for other in entries():
        if other.url_name == entry.url_name:
            raise ValueError(f"The rail has {entry.url_name} already.")
        if entry.key and other.key == entry.key:
            raise ValueError(f"The letter {entry.key} leads to {other.url_name} already.")
    _ENTRIES[group].append(entry)
    _ENTRIES[group].sort(key=lambda item: (item.order, item.label))
    return entry


def entries() -> Iterator[Entry]:
    """Every registered entry, in the order of the rail."""
    for items in _ENTRIES.values():
        yield from items


def carried(actor: Actor, permission: str | None) -> bool:
    """Whether the actor carries the permission at all: everywhere, or for one brand or region."""
    if permission is None:
        return True
    if permission not in PERMISSIONS:
        return False
    return allowed(actor, permission) or any(code == permission for code, _, _ in actor.scoped)


def barred(actor: Actor, path: str) -> Entry | None:
    """The hidden entry that a page belongs to: the one with the longest address before ``path``, if not carried."""
    nearest: tuple[str, Entry] | None = None
    for entry in entries():
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        inside = path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))
        if inside and (nearest is None or len(url) > len(nearest[0])):
            nearest = (url, entry)
    return nearest[1] if nearest is not None and not carried(actor, nearest[1].permission) else None


def rail(actor: Actor, path: str = "") -> list[ShownGroup]:
    """What this actor sees; the entry whose address is the longest prefix of ``path`` is current."""
    visible: list[tuple[str, Entry, str]] = []
    for code, items in _ENTRIES.items():
        for entry in items:
            if not carried(actor, entry.permission):
                continue
            try:
                visible.append((code, entry, reverse(entry.url_name)))
            except NoReverseMatch:
                # The page's addresses are not installed (a context switched off): no entry rather than a broken page.
                continue
    prefixes = [url for _, _, url in visible if path == url or path.startswith(url.rstrip("/") + "/")]
    current = max(prefixes, key=len, default="")
    groups: list[ShownGroup] = []
    for code, group in GROUPS.items():
        shown = tuple(
            Shown(entry.label, url, entry.icon, entry.key, entry.about, current=url == current)
            for owner, entry, url in visible
            if owner == code
        )
        if shown:
            groups.append(ShownGroup(group, shown))
    return groups
