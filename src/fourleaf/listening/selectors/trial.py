"""A trial reading of an uploaded file: its first posts as they would be stored, and the rows that could not be used."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from fourleaf.engine.files import FileProblemError, RowError, RowErrors, read_posts
from fourleaf.engine.files.export import safe_row
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import allowed
from fourleaf.listening import store
from fourleaf.listening.errors import BadFileError
from fourleaf.listening.selectors.imports import get_import_for
from fourleaf.listening.uploads import file_of, read_rules

__all__ = ["Clash", "Known", "Trial", "trial_fault_lines", "trial_of"]

#: How many data rows are looked at before somebody waits too long for a page.
LOOKED_AT = 50_000
_KEPT = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLASHES_SHOWN = 5


@dataclass(frozen=True)
class Clash:
    """A post of the file whose id is stored with another text. ``stored`` is empty for who may not see mentions."""

    id: str
    text: str
    stored: str
    stored_at: datetime | None
    stored_platform: str


@dataclass(frozen=True)
class Known:
    """Posts of the file whose id is stored already: with the same text, or with another one (``clashing``)."""

    #: Posts whose id is neither stored nor seen earlier in the file.
    new: int = 0
    same: int = 0
    clashing: int = 0
    #: Posts of the file that repeat the id of an earlier row of it with another text.
    within: int = 0
    first: list[Clash] = field(default_factory=list)


@dataclass(frozen=True)
class Trial:
    """``posts`` are the first ones; ``looked_at`` rows were read, which is the whole file when ``complete``."""

    posts: list[dict[str, Any]]
    looked_at: int
    usable: int
    complete: bool
    faults: list[RowError]
    faults_total: int
    warnings: list[str]
    known: Known
    #: Whether the posts were held against each other and the stored ones.
    compared: bool = False

    @property
    def known_already(self) -> int:
        """Usable rows that bring no new post: stored before, or repeating an earlier row of the file."""
        return self.usable - self.known.new if self.compared else 0


def trial_of(actor: Actor, import_id: int, *, posts: int = 20, compare: bool = True) -> Trial:
    """Read the beginning of a file as it would be imported; nothing is stored.

    With ``compare`` the posts are held against the stored ones of the same ids.
    Raises `NotFoundError`, or `BadFileError` with a sentence when the file cannot be read with these columns.
    """
    upload = get_import_for(actor, import_id)
    path = file_of(upload)
    if not upload.path or not path.exists():
        raise BadFileError(fields={"file": ["The uploaded file is no longer here. Upload it again."]})
    faults = RowErrors(keep=_KEPT)
    warnings: list[str] = []
    shown: list[dict[str, Any]] = []
    read: list[pa.RecordBatch] = []
    usable, bad, complete = 0, 0, True
    try:
        batches = read_posts(
            path, upload.mapping, rules=read_rules(upload), on_error=faults, on_warning=warnings.append
        )
        for batch in batches:
            if len(shown) < posts:
                shown += batch.posts.slice(0, posts - len(shown)).to_pylist()
            read.append(batch.posts.select(["id", "platform", "text"]))
            usable, bad = usable + batch.posts.num_rows, faults.total
            if batch.offset >= LOOKED_AT:
                complete = next(batches, None) is None
                batches.close()  # it says then which cells were left empty
                break
    except FileProblemError as error:
        raise BadFileError.of(error, "file") from error
    # Faults behind the last usable row belong to a file that was read to its end, else to what was not looked at.
    bad = faults.total if complete else bad
    said = [sentence.replace(str(path), upload.file_name) for sentence in warnings]
    known = _known(actor, read) if compare and read else Known()
    # A batch is read in several passes (cells, times, texts); people go through their file from top to bottom.
    shown_faults = sorted(faults.kept[:bad], key=lambda fault: fault.line)
    return Trial(shown, usable + bad, usable, complete, shown_faults, bad, said, known, compare and bool(read))


def _known(actor: Actor, read: list[pa.RecordBatch]) -> Known:
    """Hold ids and texts of a file against each other and against the store."""
    with store.reading() as view:
        cursor = view.cursor()
        cursor.register("given_rows", pa.Table.from_batches(read))
        try:
            cursor.execute("CREATE TEMP TABLE trial_rows AS SELECT *, row_number() OVER () AS place FROM given_rows")
            within = cursor.execute(
                "SELECT count(*) FROM trial_rows r JOIN (SELECT id, platform, min_by(text, place) AS text "
                "FROM trial_rows GROUP BY id, platform HAVING count(*) > 1) f USING (id, platform) "
                "WHERE r.text <> f.text"
            ).fetchall()[0]
            cursor.execute(
                # A post is told by platform and id; see `fourleaf.engine.lake.identity` for the second spelling.
                "CREATE TEMP TABLE trial_known AS SELECT r.id, r.text, r.place, m.text AS stored, m.created_at, "
                "m.platform FROM trial_rows r JOIN mentions m ON m.platform = r.platform AND m.id = r.id UNION ALL "
                "SELECT r.id, r.text, r.place, m.text, m.created_at, m.platform FROM trial_rows r "
                "JOIN mentions m ON m.platform = r.platform AND m.id = r.platform || ':' || r.id"
            )
            counts = cursor.execute(
                "SELECT count(*) FILTER (text = stored), count(*) FILTER (text <> stored) FROM trial_known"
            ).fetchall()[0]
            new = cursor.execute(
                "SELECT count(*) FROM (SELECT DISTINCT id, platform FROM trial_rows) r "
                "ANTI JOIN trial_known k ON k.id = r.id AND k.platform = r.platform"
            ).fetchall()[0]
            # Times as whole numbers: the database's own would need another package to become Python's.
            rows = cursor.execute(
                "SELECT id, text, stored, epoch_us(created_at), platform FROM trial_known "
                f"WHERE text <> stored ORDER BY place LIMIT {_CLASHES_SHOWN}"
            ).fetchall()
        finally:
            cursor.close()  # and with it its temporary tables
    sees = allowed(actor, "listening.view_mentions")
    first = [
        Clash(id_, text, stored, _EPOCH + timedelta(microseconds=at), platform)
        if sees
        else Clash(id_, text, "", None, "")
        for id_, text, stored, at, platform in rows
    ]
    return Known(int(new[0]), int(counts[0]), int(counts[1]), int(within[0]), first)


def trial_fault_lines(trial: Trial) -> Iterator[str]:
    """The faults of a trial as lines of a CSV file that no spreadsheet takes for formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["line", "column", "problem", "value", "how to mend it"])
    for fault in trial.faults:
        writer.writerow(safe_row([fault.line, fault.column or "", fault.message, fault.value, fault.hint]))
    yield buffer.getvalue()
