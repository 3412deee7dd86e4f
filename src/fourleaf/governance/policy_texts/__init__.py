"""Starting points for the nine documents: Markdown, in files named for kind and language, such as ``p-sm.en.md``.

A first line ``# Title`` names the document; places to fill in stand in square brackets.
"""

from __future__ import annotations

from importlib import resources

__all__ = ["starting_languages", "starting_text", "starting_title", "to_translate"]


def _raw(kind: str, language: str) -> str:
    file = resources.files(__package__).joinpath(f"{kind.lower()}.{language}.md")
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def starting_text(kind: str, language: str) -> str:
    """The body of the template of a kind in a language, without its title; empty where there is none."""
    raw = _raw(kind, language)
    return raw.split("\n", 1)[1].lstrip("\n") if raw.startswith("# ") else raw


def starting_title(kind: str, language: str) -> str:
    """The title that the template proposes; empty where there is none."""
    raw = _raw(kind, language)
    return raw.split("\n", 1)[0][2:].strip() if raw.startswith("# ") else ""


def starting_languages(kind: str) -> list[str]:
    """Languages in which there is a template of a kind, English first."""
    names = [item.name for item in resources.files(__package__).iterdir() if item.name.startswith(f"{kind.lower()}.")]
    found = sorted(name.split(".")[1] for name in names if name.endswith(".md"))
    return sorted(found, key=lambda code: (code != "en", code))


def to_translate(body: str, source: str) -> str:
    """A text as the beginning of a translation. An open place, which blocks approval, says in which language it is."""
    return f"[translate: this text is still in {source}]\n\n{body.lstrip()}"
