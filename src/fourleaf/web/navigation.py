"""The rail: groups in the order of the loop, and a registry of entries that the contexts fill.

A context registers its entries in ``fourleaf/web/<context>/registered.py``, which is imported once at start:

    navigation.register("listen", Entry("Mentions", "listening:mentions", "chat-bubble-left-right",
                                        permission="listening.view_mentions", order=10, key="m"))

A group is shown only when it holds an entry that the actor may see. Entries with the same ``part_of`` take one line of
the rail under that name, and are tabs above each other's pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from django.urls import NoReverseMatch, reverse

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import PERMISSIONS, allowed

__all__ = [
    "GROUPS",
    "Entry",
    "Group",
    "Shown",
    "ShownGroup",
    "bar",
    "barred",
    "carried",
    "entries",
    "pages",
    "rail",
    "register",
    "tabs",
]


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
    that leads here after ``g``; of parts, only the first one's counts. ``about`` is the page's sentence, shown in
    search. ``tab`` is the label of a part among its tabs, if it is not the page's name.
    """

    label: str
    url_name: str
    icon: str
    permission: str | None = None
    order: int = 100
    key: str = ""
    about: str = ""
    part_of: str = ""
    tab: str = ""


@dataclass(frozen=True)
class Shown:
    """An entry as this actor sees it; a line for several pages has them in ``parts``, and the address of the first."""

    label: str
    url: str
    icon: str
    key: str
    about: str
    current: bool
    tab: str = ""
    parts: tuple[Shown, ...] = ()


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
        lines: dict[str, list[Shown]] = {}
        for owner, entry, url in visible:
            if owner == code:
                page = Shown(
                    entry.label, url, entry.icon, entry.key, entry.about, url == current, entry.tab or entry.label
                )
                lines.setdefault(entry.part_of or entry.url_name, []).append(page)
        if lines:
            groups.append(ShownGroup(group, tuple(_line(name, parts) for name, parts in lines.items())))
    return groups


#: What somebody with a role opens most, for the bar of a narrow screen; what they may not see is passed over.
_FIRST_OF_ROLE: dict[str, tuple[str, ...]] = {
    "analyst": ("listening:mentions", "listening:voice", "listening:queries"),
    "care": ("review:queue", "listening:mentions", "listening:sentiment"),
    "editor": ("review:queue",),
    "legal": ("review:queue",),
    "strategist": ("review:queue",),
}
#: Anybody may sit in a group of reviewers: where the stations leave room, their queue is in the bar.
_FILLS = ("review:queue",)
_BAR = 3


def bar(actor: Actor, groups: Iterable[ShownGroup]) -> list[Shown]:
    """Three pages for the bar of a narrow screen: those of the person's role, then the first of each station."""
    shown = list(groups)
    single = {page.url: page for group in shown for line in group.entries for page in (line.parts or (line,))}
    # There is little room: the first page of a line may go by the name of the line.
    single |= {
        line.url: replace(line.parts[0], label=line.label)
        for group in shown
        for line in group.entries
        if line.parts and len(line.label) < len(line.parts[0].label)
    }
    chosen: dict[str, Shown] = {}
    for role, names in _FIRST_OF_ROLE.items():
        for name in names if role in actor.roles else ():
            with suppress(NoReverseMatch):
                if (url := reverse(name)) in single:
                    chosen.setdefault(url, single[url])
    for group in shown:
        chosen.setdefault(group.entries[0].url, group.entries[0])
    for name in _FILLS:
        with suppress(NoReverseMatch):
            if (url := reverse(name)) in single:
                chosen.setdefault(url, single[url])
    return list(chosen.values())[:_BAR]


def _line(name: str, parts: list[Shown]) -> Shown:
    """One line of the rail; somebody who may see only one part finds that page under its own name."""
    first = parts[0]
    if len(parts) == 1:
        return first
    current = any(part.current for part in parts)
    return Shown(name, first.url, first.icon, first.key, first.about, current, parts=tuple(parts))


def pages(groups: Iterable[ShownGroup]) -> Iterator[tuple[Group, str, Shown]]:
    """Every page of a rail, parts singly: the group, the name of the line, the page."""
    for shown in groups:
        for line in shown.entries:
            for page in line.parts or (line,):
                yield shown.group, line.label, page


def tabs(groups: Iterable[ShownGroup], path: str) -> Shown | None:
    """The line whose parts are tabs on this page: only on the pages that they lead to, not on those below them."""
    lines = (line for shown in groups for line in shown.entries)
    return next((line for line in lines if any(part.url == path for part in line.parts)), None)
