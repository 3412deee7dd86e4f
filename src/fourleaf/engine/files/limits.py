"""How much a file may ask of the machine."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a reader, in bytes unless stated.

    cell            largest value of one field; a row with a larger one becomes a row error
    record          largest row that is held in memory while its end is looked for
    block           how much is parsed at once; the size of a batch follows from it
    unpacked        most that a compressed file may unpack to
    ratio           most that it may grow by (unpacked / packed), looked at once 64 MiB are out; real posts reach
                    3 to 20, deflate's own bound is 1,032
    columns         most columns (a count)
    """

    cell: int = 1 << 20
    record: int = 4 << 20
    block: int = 4 << 20
    unpacked: int = 64 << 30
    ratio: float = 200.0
    columns: int = 2_000
