"""What a file on disk holds, byte for byte: read with its BOM and line ends, written back with them.

An editor's text has line feeds only. `Stored` remembers what the file had instead, and a digest of its
bytes, so that a save gives back every byte that was not edited and can tell whether another program has
written the file since.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from avm.base.errors import AvmError
from avm.base.files import read_bytes

BREAK = re.compile("\r\n|\n|\r")
Signature = tuple[int, int, int]


class Gone(AvmError):
    """The file is not there any more: deleted, renamed, or its folder is."""

    default_code = "ESTU0002"


class Unfit(AvmError):
    """What lies there is no text that an editor can keep."""

    default_code = "ESTU0001"


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def signature(path: Path) -> Signature | None:
    """(time of change in ns, size, inode): when these are the same the bytes are; None without a file."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


@dataclass(frozen=True, slots=True)
class Stored:
    """The bytes of a file as they were read or written: their text with line feeds, and what is not text."""

    text: str = field(repr=False)
    digest: str
    signature: Signature | None
    bom: bool = False
    newline: str = "\n"
    breaks: tuple[str, ...] = field(default=(), repr=False)
    """The line ends one by one, only where a file has several kinds."""

    def data(self, text: str) -> bytes:
        """The bytes of an edited text, with the BOM and the line ends of the file."""
        whole = text.replace("\n", self.newline) if not self.breaks else self._mixed(text)
        return (codecs.BOM_UTF8 if self.bom else b"") + whole.encode("utf-8")

    def _mixed(self, text: str) -> str:
        """Lines before and after the edited ones keep their own ends, so does the last edited one; the
        others take the usual end.
        """
        old, new = self.text.split("\n"), text.split("\n")
        most = min(len(old), len(new)) - 1
        before = next((n for n in range(most) if old[n] != new[n]), most)
        rest = most - before
        after = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
        middle = len(new) - 1 - before - after
        ends = self.breaks[:before] + (self.newline,) * middle + self.breaks[len(self.breaks) - after :]
        return "".join(line + end for line, end in zip(new, (*ends, ""), strict=True))


def stored_of(data: bytes, path: Path) -> Stored:
    """Takes bytes apart; `Unfit` when they are no text that the editor gives back as it was."""
    bom = data.startswith(codecs.BOM_UTF8)
    try:
        whole = data[len(codecs.BOM_UTF8) :].decode("utf-8") if bom else data.decode("utf-8")
    except UnicodeDecodeError as why:
        raise Unfit(
            f"{path.name} is not UTF-8 text: byte {why.start} is 0x{data[why.start]:02x}",
            hint="save it as UTF-8 first",
        ) from None
    odd = next((c for c in whole if c in "\0\u2028\u2029\ufdd0\ufdd1"), "")
    if odd:
        raise Unfit(
            f"{path.name} holds the character U+{ord(odd):04X}, which the editor could not give back",
            hint="it is left as it is",
        )
    found = BREAK.findall(whole)
    kinds = list(dict.fromkeys(found))
    newline = max(kinds, key=found.count) if kinds else "\n"
    breaks = tuple(found) if len(kinds) > 1 else ()
    return Stored(BREAK.sub("\n", whole), digest_of(data), signature(path), bom, newline, breaks)


def read(path: Path) -> Stored:
    """Reads a file; `Gone` when there is none, `Unfit` when it cannot be shown as text."""
    try:
        data = read_bytes(path)
    except AvmError as why:
        if isinstance(why.__cause__, FileNotFoundError | NotADirectoryError):
            raise Gone(f"{path.name} is not there any more") from why
        raise Unfit(why.message, hint=why.hint) from why
    return stored_of(data, path)
