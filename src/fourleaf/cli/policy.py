"""``fourleaf policy``: policies as files, without a server or a database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from fourleaf.cli.output import ExitCode, console, emit_json, fail, interruptible, new_table, note

__all__ = ["policy"]


@click.group()
def policy() -> None:
    """Work on the texts of policies."""


@policy.command(name="lint")
@click.argument("file", type=click.Path(), metavar="FILE")
@click.option("--language", help="Language of the text, such as en; told by the text itself if not given.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
def lint_policy(file: str, language: str | None, as_json: bool) -> None:
    """Mark wording in a policy that counsel should look at.

    FILE is Markdown in UTF-8; - reads it from standard input. Hints are no verdicts: they mark phrases that reach
    further than they need to, and restrictions that say neither why nor give an example. They follow the NLRB's
    decision Stericycle of 2 August 2023; verify its status. Only English is read.

    Exit codes: 0 no hints; 1 there are hints; 2 wrong use, or a file that cannot be read; 4 the text is in a language
    that is not read; 130 interrupted.
    """
    with interruptible():
        from fourleaf.engine.wording import STATUS, is_read, lint

        text = _text(file)
        language = language or _language(text)
        if not is_read(language):
            _not_read(language, as_json=as_json)
        hints = lint(text, language)
        places = [(text.count("\n", 0, one.start) + 1, one.start - text.rfind("\n", 0, one.start)) for one in hints]
        if as_json:
            rows = [
                {
                    "rule": hint.rule,
                    "line": line,
                    "column": column,
                    "start": hint.start,
                    "end": hint.end,
                    "excerpt": hint.excerpt,
                    "why": hint.why,
                    "suggestion": hint.suggestion,
                }
                for hint, (line, column) in zip(hints, places, strict=True)
            ]
            emit_json({"language": language, "read": True, "status": STATUS, "hints": rows})
        elif hints:
            table = new_table([("line", True), ("rule", False), ("wording", False), ("why, and what instead", False)])
            for hint, (line, _) in zip(hints, places, strict=True):
                table.add_row(str(line), hint.rule, " ".join(hint.excerpt.split()), f"{hint.why} {hint.suggestion}")
            console().print(table)
            note(STATUS)
        if hints:
            sys.exit(int(ExitCode.FOUND))


def _language(text: str) -> str:
    """The language of most of a text's paragraphs; English where none can be told."""
    from collections import Counter

    from fourleaf.engine.listening.language import UNDETERMINED, detect

    parts = [part for part in text.split("\n\n") if part.strip()][:200]
    letters: Counter[str] = Counter()
    for part, language in zip(parts, detect(parts)[0].to_pylist() if parts else (), strict=True):
        if language != UNDETERMINED:
            letters[language] += len(part)
    return letters.most_common(1)[0][0] if letters else "en"


def _not_read(language: str, *, as_json: bool) -> NoReturn:
    name = {"de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch"}.get(language, language)
    note(f"The text is in {name}, which is not read: the rules behind the hints are those of the United States.")
    note("Nothing was found out about its wording. If it is English, say --language en.")
    if as_json:
        emit_json({"language": language, "read": False, "hints": []})
    sys.exit(int(ExitCode.UNREAD))


def _text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")
    except UnicodeDecodeError as error:
        fail(f"{file} is not UTF-8: byte {error.start} cannot be read. Save it as UTF-8.")
