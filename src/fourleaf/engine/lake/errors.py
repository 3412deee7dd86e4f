"""What can go wrong with the mention store, said in sentences that name the place and the way out."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

import pyarrow as pa

__all__ = ["LakeBusyError", "LakeError", "LakeInputError", "LakeSnapshotGoneError", "LakeVersionError", "explained"]


class LakeError(Exception):
    """The mention store could not do what was asked; nothing was left half done."""


class LakeInputError(LakeError):
    """Rows handed to the store do not have the promised shape."""


class LakeVersionError(LakeError):
    """The store on disk was written by a newer release than this one."""


class LakeBusyError(LakeError):
    """Another writer kept the store's lock, or kept winning the commit, for too long."""


class LakeSnapshotGoneError(LakeError):
    """Files of a snapshot were erased after it was taken; take a new snapshot."""


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM}
_FULL_WORDS = ("No space left", "Disk quota exceeded", "File too large")
_REFUSED_WORDS = ("Read-only file system", "Permission denied", "Operation not permitted")


def _sentence(what: str, where: str, error: Exception) -> str:
    code = getattr(error, "errno", None)
    text = str(error)
    if code in _FULL or any(words in text for words in _FULL_WORDS):
        return (
            f"Could not {what}: the disk that holds {where} is full (or a quota is used up). Nothing was "
            "changed. Free some space and try again."
        )
    if code in _REFUSED or any(words in text for words in _REFUSED_WORDS):
        return (
            f"Could not {what}: {where} cannot be written. Nothing was changed. Check that the file system is "
            "not mounted read-only and that this user owns the folder."
        )
    return f"Could not {what} in {where}: {text}"


@contextlib.contextmanager
def explained(what: str, where: str) -> Iterator[None]:
    """Turn an error of the disk or of the Delta library into a LakeError that says what was being done."""
    from deltalake.exceptions import CommitFailedError, DeltaError

    try:
        yield
    except (LakeError, CommitFailedError):
        raise
    except (OSError, DeltaError, pa.ArrowInvalid) as error:
        raise LakeError(_sentence(what, where, error)) from error
