"""When practical work is enough for a belt (domain 03, "assessment")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fourleaf.engine.training.ladder import LADDER, Work

__all__ = ["TRIAGE_RIGHT", "TRIAGE_SAMPLES", "Piece", "Progress", "progress", "renewal_progress", "triage_passes"]

TRIAGE_SAMPLES: Final = 5
TRIAGE_RIGHT: Final = 4


@dataclass(frozen=True)
class Piece:
    """A decided piece of practical work, in order of decision. ``worst``: none, minor, major or critical."""

    kind: str
    accepted: bool
    worst: str = "none"
    out_of_hours: bool = False


@dataclass(frozen=True)
class Progress:
    """How far one kind of work is. ``note`` says what else is asked for, empty where nothing is."""

    work: Work
    done: int
    enough: bool
    note: str = ""


def triage_passes(answers: Mapping[str, str], key: Mapping[str, str]) -> bool:
    """Whether enough samples were sorted rightly: at least four of five, all of them asked for."""
    right = sum(answers.get(sample) == desk for sample, desk in key.items())
    return len(key) >= TRIAGE_SAMPLES and right >= len(key) - (TRIAGE_SAMPLES - TRIAGE_RIGHT)


def _replies(work: Work, pieces: Sequence[Piece]) -> Progress:
    """The last ten accepted replies, and whatever was decided among them: no critical, at most one major defect."""
    replies = [piece for piece in pieces if piece.kind == "reply"]
    accepted = [place for place, piece in enumerate(replies) if piece.accepted][-work.needed :]
    counted = replies[accepted[0] :] if len(accepted) == work.needed else replies[-work.needed :]
    critical = sum(piece.worst == "critical" for piece in counted)
    major = sum(piece.worst == "major" for piece in counted)
    clean = critical == 0 and major <= 1
    note = "" if clean else "Among the last ten there must be no critical and at most one major defect."
    return Progress(work, len(accepted), len(accepted) >= work.needed and clean, note)


def _drills(work: Work, pieces: Sequence[Piece]) -> Progress:
    done = [piece for piece in pieces if piece.kind == "drill" and piece.accepted]
    late = any(piece.out_of_hours for piece in done)
    note = "" if late else "One of them must be out of hours."
    return Progress(work, len(done), len(done) >= work.needed and late, note)


def progress(belt: str, pieces: Sequence[Piece], *, clean_items: int = 0) -> list[Progress]:
    """How far each kind of work of a belt is; ``pieces`` in order of decision."""
    found = []
    for work in LADDER[belt].work:
        if work.kind == "reply":
            found.append(_replies(work, pieces))
        elif work.kind == "drill":
            found.append(_drills(work, pieces))
        elif work.kind == "clean_items":
            found.append(Progress(work, min(clean_items, work.needed), clean_items >= work.needed))
        else:
            found.append(_plain(work, pieces))
    return found


def renewal_progress(belt: str, pieces: Sequence[Piece]) -> list[Progress]:
    """How far the work is that renewing a belt asks for: Blue and Black one drill; ``pieces`` since it began."""
    return [_plain(work, pieces) for work in LADDER[belt].renewal]


def _plain(work: Work, pieces: Sequence[Piece]) -> Progress:
    done = sum(piece.kind == work.kind and piece.accepted for piece in pieces)
    return Progress(work, min(done, work.needed), done >= work.needed)
