"""The bytes of a file: opened safely, unpacked within limits, and as UTF-8.

A `Source` hands out blocks of bytes. gzip and single-member zip files are recognised by their first bytes and
unpacked as a stream, so a decompression bomb meets a limit instead of the memory. UTF-16 (with a byte order mark)
and windows-1252 are recoded to UTF-8 on the way.

Which encoding it is, is decided at the first bytes that are not ASCII: valid UTF-8 there means UTF-8 for good (a
later bad byte is then damage, and its row is reported); otherwise windows-1252 is assumed from there on, and a
warning names the place.
"""

from __future__ import annotations

import codecs
import errno
import gzip
import os
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, Literal, cast

import numpy as np

from fourleaf.engine.files.errors import FileProblemError, shorten
from fourleaf.engine.files.limits import Limits

__all__ = ["Compression", "Encoding", "Source", "detect_compression"]

Compression = Literal["none", "gzip", "zip"]
Encoding = Literal["utf-8", "utf-16", "windows-1252"]

_RATIO_FROM: Final = 64 << 20
_HEAD: Final = 1 << 20
_STRAY_BYTES: Final = 8
_FOREIGN_PACKERS: Final = {
    b"BZh": ("bzip2", "bunzip2"),
    b"\xfd7zXZ\x00": ("xz", "unxz"),
    b"\x28\xb5\x2f\xfd": ("zstd", "unzstd"),
    b"7z\xbc\xaf\x27\x1c": ("7z", "7z x"),
    b"Rar!\x1a\x07": ("rar", "unrar x"),
}


def detect_compression(head: bytes) -> Compression:
    """Which packing the first bytes of a file announce."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    return "none"


def _open_regular(path: Path) -> IO[bytes]:
    """Open a file for reading, or say in words why not."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise FileProblemError(path, "This is a directory, not a file.", "Name the files in it one by one.")
        handle = path.open("rb")
    except FileNotFoundError:
        raise FileProblemError(path, "There is no such file.", "Check the spelling and the folder.") from None
    except PermissionError:
        raise FileProblemError(
            path, "You are not allowed to read this file.", "Ask its owner, or change its permissions (chmod)."
        ) from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        hint = "The name is too long." if error.errno == errno.ENAMETOOLONG else ""
        raise FileProblemError(path, f"The file cannot be opened: {reason}.", hint) from None
    except ValueError:
        raise FileProblemError(shorten(path), "The name of the file holds a NUL character.") from None
    return handle


class Source:
    """Blocks of UTF-8 out of one file.

    `read(n)` gives about n bytes (fewer only at the end), b"" at the end. Bytes that are not valid UTF-8 in a file
    taken for UTF-8 are passed on as they are: the row parser reports them with their line. `packed_read` is how far
    the file on disk has been read, for progress; `packed_size` its size.
    """

    def __init__(
        self,
        path: str | Path,
        limits: Limits | None = None,
        *,
        on_warning: Callable[[str], None] | None = None,
        encoding: Encoding | None = None,
    ) -> None:
        self.path = Path(path)
        self.limits = limits or Limits()
        self._warn = on_warning or (lambda _sentence: None)
        self._raw = _open_regular(self.path)
        self.packed_size = os.fstat(self._raw.fileno()).st_size
        head = self._raw.read(16)
        self._raw.seek(0)
        self.compression: Compression = detect_compression(head)
        self._zip: zipfile.ZipFile | None = None
        try:
            self._refuse_unreadable(head)
            self._stream = self._unpacker()
            self._out = 0  # unpacked bytes so far
            self._lines = 0  # newlines handed out before the encoding was decided
            self._carry_cr = False
            self._old_mac = False
            self._decoder: codecs.IncrementalDecoder | None = None
            self._pushed = b""
            self.encoding: Encoding = "utf-8"
            self._decided = False
            self._start(encoding)
        except BaseException:
            self.close()
            raise

    # --- opening --------------------------------------------------------------------------------------------

    def _refuse_unreadable(self, head: bytes) -> None:
        if not head and self.packed_size == 0:
            raise FileProblemError(self.path, "The file is empty.", "Export it again.")
        for magic, (name, command) in _FOREIGN_PACKERS.items():
            if head.startswith(magic):
                raise FileProblemError(
                    self.path, f"This is a {name} file.", f"Unpack it first ({command}), or pack it with gzip."
                )
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            raise FileProblemError(self.path, "This is an old Excel workbook.", "Save it as CSV (UTF-8) and read that.")
        if head.startswith(b"%PDF"):
            raise FileProblemError(self.path, "This is a PDF.", "Export the posts as CSV or JSON.")

    def _unpacker(self) -> IO[bytes]:
        if self.compression == "gzip":
            return cast(IO[bytes], gzip.GzipFile(fileobj=self._raw, mode="rb"))
        if self.compression == "zip":
            return self._zip_member()
        return self._raw

    def _zip_member(self) -> IO[bytes]:
        try:
            self._zip = zipfile.ZipFile(self._raw)
        except zipfile.BadZipFile:
            raise FileProblemError(self.path, "This zip file is damaged.", "Copy or download it again.") from None
        members = [
            info
            for info in self._zip.infolist()
            if not info.is_dir() and not info.filename.startswith("__MACOSX/") and info.filename != ".DS_Store"
        ]
        names = {info.filename for info in members}
        if "[Content_Types].xml" in names:
            raise FileProblemError(
                self.path, "This is an Office document.", "Save the sheet as CSV (UTF-8) and read that."
            )
        if not members:
            raise FileProblemError(self.path, "This zip file holds no file.")
        if len(members) > 1:
            shown = ", ".join(shorten(info.filename) for info in members[:3])
            raise FileProblemError(
                self.path,
                f"This zip file holds {len(members):,} files ({shown}{', …' if len(members) > 3 else ''}).",
                "Unpack it and name the files that you mean.",
            )
        if members[0].flag_bits & 0x1:
            raise FileProblemError(self.path, "This zip file is encrypted.", "Unpack it with its password first.")
        try:
            return self._zip.open(members[0])
        except (NotImplementedError, zipfile.BadZipFile) as error:
            raise FileProblemError(
                self.path, f"This zip file cannot be unpacked: {error}.", "Unpack it first, or pack it with gzip."
            ) from None

    def _start(self, forced: Encoding | None) -> None:
        """Look at the first block: byte order marks, binary junk, old line ends."""
        head = self._unpacked(_HEAD)
        if not head:
            raise FileProblemError(self.path, "The file is empty.", "Export it again.")
        if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            raise FileProblemError(self.path, "The file is in UTF-32.", "Save it as UTF-8.")
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            forced = forced or "utf-16"
        if forced == "utf-16":
            self.encoding, self._decided = "utf-16", True
            self._decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
        elif forced == "windows-1252":
            self.encoding, self._decided = "windows-1252", True
        else:
            self._decided = forced == "utf-8"
            if head.startswith(codecs.BOM_UTF8):
                head, self._decided = head[3:], True
            self._refuse_binary(head)
        self._old_mac = self.encoding != "utf-16" and b"\r" in head and b"\n" not in head
        self._pushed = self._recode(head)

    def _refuse_binary(self, head: bytes) -> None:
        if head.startswith(b"PAR1"):
            return
        sample = head[:65_536]
        nuls = sample.count(0)
        # A few stray bytes in a small file are the matter of their rows; more than a few are no text.
        if nuls * 5 > len(sample) and nuls >= _STRAY_BYTES:
            even, odd = sample[::2].count(0), sample[1::2].count(0)
            if max(even, odd) > 4 * min(even, odd):
                raise FileProblemError(
                    self.path,
                    "This looks like UTF-16 text without a byte order mark.",
                    "Save it as UTF-8, or as UTF-16 with a byte order mark.",
                )
        controls = sum(sample.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13, 27))
        if controls * 20 > len(sample) and controls >= _STRAY_BYTES:
            raise FileProblemError(
                self.path,
                "This does not look like text: a good part of it are control characters.",
                "Readable are CSV, TSV, JSON lines, a JSON array and Parquet, also packed with gzip or zip.",
            )

    # --- reading --------------------------------------------------------------------------------------------

    @property
    def packed_read(self) -> int:
        """How many bytes of the file on disk have been read."""
        return self.packed_size if self._raw.closed else self._raw.tell()

    def _unpacked(self, n: int) -> bytes:
        """The next n bytes after unpacking; enforces the limits of growth."""
        try:
            block = self._stream.read(n)
        except EOFError:
            raise FileProblemError(
                self.path,
                f"The packed file ends too early, after {self._out:,} unpacked bytes: it was cut off.",
                "Copy or download it again.",
            ) from None
        except (zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise FileProblemError(
                self.path, f"The packed file is damaged ({error}).", "Copy or download it again."
            ) from None
        except OSError as error:
            raise FileProblemError(self.path, f"The file cannot be read further: {error}.") from None
        self._out += len(block)
        if self.compression != "none":
            self._check_growth()
        return block

    def _check_growth(self) -> None:
        if self._out > self.limits.unpacked:
            raise FileProblemError(
                self.path,
                f"The packed file unpacks to more than {self.limits.unpacked:,} bytes, which is the limit.",
                "If that is right, unpack it and read the plain file.",
            )
        if self._out > _RATIO_FROM and self._out > self.limits.ratio * max(self._raw.tell(), 1):
            raise FileProblemError(
                self.path,
                f"The packed file grows to more than {self.limits.ratio:,.0f} times its size when unpacked; "
                "that is how a decompression bomb looks.",
                "If that is right, unpack it and read the plain file.",
            )

    def read(self, n: int) -> bytes:
        """The next block of UTF-8, about n bytes; b"" at the end."""
        if self._pushed:
            block, self._pushed = self._pushed[:n], self._pushed[n:]
            if len(block) == n or not block:
                return block
            return block + self.read(n - len(block))
        block = self._unpacked(n)
        while block:
            recoded = self._recode(block)
            if recoded:
                return recoded
            block = self._unpacked(n)
        return self._recode(b"", final=True) if self._decoder is not None else b""

    def _recode(self, block: bytes, *, final: bool = False) -> bytes:
        if self._decoder is not None:
            text = self._decoder.decode(block, final)
            if "\ufffd" in text:
                self._warn(f"{self.path}: parts are not valid UTF-16; U+FFFD (\ufffd) stands in their place.")
            return text.encode("utf-8", "replace")
        if self._old_mac:
            block = block.replace(b"\r", b"\n")
        if not self._decided:
            block = self._decide(block)
        if self.encoding == "windows-1252" and not block.isascii():
            block = block.decode("cp1252", "replace").encode("utf-8")
        return block

    def _decide(self, block: bytes) -> bytes:
        """Settle the encoding at the first block that is not ASCII."""
        if block.isascii():
            self._lines += block.count(b"\n")
            return block
        if block.startswith(b"PAR1"):
            self._decided = True
            return block
        bad, first_bad, good = _judge_utf8(block)
        self._decided = True
        if bad > good:
            self.encoding = "windows-1252"
            line = self._lines + block.count(b"\n", 0, first_bad) + 1
            self._warn(
                f"{self.path}: not UTF-8 (byte 0x{block[first_bad]:02X} on line {line:,}); "
                "read as windows-1252. If accents look wrong, save the file as UTF-8."
            )
        return block

    def close(self) -> None:
        """Close the file."""
        if self._zip is not None:
            self._zip.close()
        self._raw.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


def _judge_utf8(block: bytes) -> tuple[int, int, int]:
    """(number of bad places, position of the first, number of good multi-byte characters) of a block.

    A character cut off at the end of the block is not bad. Looks at the first 100 bad places only.
    """
    bad, first, good, at = 0, -1, 0, 0
    while at < len(block) and bad < 100:
        try:
            text = block[at:].decode("utf-8")
        except UnicodeDecodeError as error:
            good += _multibyte(block[at : at + error.start])
            if error.end + at >= len(block) and error.reason == "unexpected end of data":
                break
            bad += 1
            first = at + error.start if first < 0 else first
            at += max(error.end, error.start + 1)
        else:
            good += _multibyte(text[:100_000].encode())
            break
    return bad, first, good


def _multibyte(valid: bytes) -> int:
    """Characters beyond ASCII in valid UTF-8 (counted up to about 100,000 bytes)."""
    return int(np.count_nonzero(np.frombuffer(valid[:100_000], np.uint8) >= 0xC0))
