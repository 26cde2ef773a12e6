"""Finds and reads the sources of a project: walks and texts have limits, only regular files are read.

Links to files are followed, links to folders never. Pipes and devices are refused without waiting for them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from avm.base.errors import AvmError, StoreError, shown
from avm.base.files import OWN_FOLDER, read_bytes
from avm.base.sources import Source
from avm.base.span import Span

MAX_SOURCES = 1000
MAX_ENTRIES = 20_000
MAX_DEPTH = 24
SOURCE_LIMIT = 16 << 20
_HIDDEN = {".git", ".venv", "__pycache__", OWN_FOLDER}


class SourceError(StoreError):
    """A source that cannot be read; the message names it below its project."""

    default_code = "EAVM1008"


def walk(folder: Path, strict: bool = False) -> Iterator[os.DirEntry[str]]:
    """Entries below a folder that are no folders, sorted, those of a folder before those of its folders.

    Ends after ``MAX_ENTRIES`` entries and passes over folders deeper than ``MAX_DEPTH``; ``SourceError``
    instead when it is ``strict``. Folders that cannot be read are passed over.
    """
    waiting, seen = [(str(folder), 0)], 0
    while waiting:
        path, depth = waiting.pop()
        try:
            with os.scandir(path) as found:
                entries = sorted(found, key=lambda e: e.name)
        except OSError:
            continue
        folders = []
        for entry in entries:
            seen += 1
            if seen > MAX_ENTRIES:
                if strict:
                    raise SourceError(f"the folder {folder.name} holds more than {MAX_ENTRIES:,} files")
                return
            if entry.is_dir(follow_symlinks=False):
                if strict and depth >= MAX_DEPTH:
                    raise SourceError(
                        f"the folder {folder.name} has folders nested more than {MAX_DEPTH} deep"
                    )
                if entry.name not in _HIDDEN and depth < MAX_DEPTH:
                    folders.append((entry.path, depth + 1))
                if not entry.name.endswith(".leo"):
                    continue
            yield entry
        waiting += reversed(folders)


def files_below(folder: Path) -> tuple[Path, ...]:
    """The files below a folder that a person would want to see, at most ``MAX_ENTRIES``."""
    return tuple(
        Path(e.path) for e in walk(folder) if e.name != ".DS_Store" and not e.is_dir(follow_symlinks=False)
    )


def folders_below(folder: Path) -> tuple[Path, ...]:
    """The folders below a folder, empty ones too, within the limits of ``walk``."""
    found: list[Path] = []
    waiting = [(folder, 0)]
    while waiting and len(found) < MAX_ENTRIES:
        path, depth = waiting.pop()
        try:
            with os.scandir(path) as entries:
                below = sorted(e.name for e in entries if e.is_dir(follow_symlinks=False))
        except OSError:
            continue
        here = [path / name for name in below if name not in _HIDDEN]
        found += here
        waiting += [(each, depth + 1) for each in reversed(here) if depth < MAX_DEPTH]
    return tuple(found[:MAX_ENTRIES])


def leo_files(folder: Path) -> tuple[Path, ...]:
    """The Leo files below a folder of sources, sorted; ``SourceError`` when there are too many.

    The links that editors keep beside a file with unsaved text (``.#main.leo``) and links to folders are
    passed over; other links to nothing, pipes, devices and folders with the name of a Leo file are not:
    reading them says what is wrong.
    """
    found = []
    for entry in walk(folder, strict=True):
        if not entry.name.endswith(".leo"):
            continue
        if entry.is_symlink() and ((entry.name.startswith(".") and not _exists(entry)) or entry.is_dir()):
            continue
        found.append(Path(entry.path))
        if len(found) > MAX_SOURCES:
            raise SourceError(f"{folder.name} holds more than {MAX_SOURCES:,} Leo files")
    return tuple(sorted(found))


def _exists(entry: os.DirEntry[str]) -> bool:
    try:
        entry.stat()
    except OSError:
        return False
    return True


def read_source(path: Path, shown: str) -> Source:
    """A source that people know by ``shown``, with ``\\n`` for each end of a line, as editors have it.

    ``SourceError`` names the file, and the line where there is one.
    """
    place = Span(Source(shown, file=path, seen=False), 0, 0)
    fault = _fault(path)
    if fault:
        raise SourceError(f"{shown} cannot be read: {fault}", place=place)
    try:
        data = read_bytes(path, SOURCE_LIMIT)
    except StoreError as error:
        message = error.message.replace(path.name, shown, 1)
        raise SourceError(message, place=place, hint=error.hint) from error
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{shown} is not UTF-8 text: byte 0x{data[error.start]:02x} in line {line}",
            place=place,
            hint="save it as UTF-8",
        ) from None
    return Source(shown, text.replace("\r\n", "\n").replace("\r", "\n"), path)


def _fault(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "it is a link to nothing" if path.is_symlink() else "it is not there"
    except (OSError, ValueError, RuntimeError) as error:
        return str(getattr(error, "strerror", None) or error)
    if stat.S_ISDIR(mode):
        return "it is a folder, not a Leo file; rename it"
    return "" if stat.S_ISREG(mode) else "it is not a regular file"


def resolved(path: Path | str) -> Path:
    """The absolute path without links; ``AvmError`` for a name that no file can have."""
    try:
        return Path(path).expanduser().resolve()
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise AvmError(f"{shown(str(path))} is not a path: {reason}", code="EAVM1003") from error
