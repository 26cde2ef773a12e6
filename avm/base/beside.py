"""What is written beside its place until it is whole, and the end of what a killed process left of that.

A new file or folder is called ``.NAME.RANDOM.avm-new`` until it gets its name in one step. Its maker holds a
lock on it that ends with the process: whatever bears such a name and is not locked has no maker any more, and
is removed by the next one who makes something in the same folder. Where the system has no such locks, it is
removed when it has not been touched for a day.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from avm.base.locks import try_lock

SUFFIX = ".avm-new"
_NAME = re.compile(r"\..+\.[a-z0-9_]{8}" + re.escape(SUFFIX), re.DOTALL)
_NAME_CHARACTERS = 48
_OLD_SECONDS = 24 * 3600.0


class Beside:
    """A file or folder that is being made; ``path`` is where it lies until ``put``."""

    def __init__(self, target: Path, folder: bool) -> None:
        self.target = target
        self.path, self._handle = _make(target, folder)

    def open(self) -> BinaryIO:
        """Open the new file to write it."""
        flags = os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(self.path, flags), "wb")

    def put(self) -> None:
        """Give it its name, in the place of what has that name now (of a folder: only of an empty one)."""
        if os.name == "nt":
            self._release()
            if self.path.is_dir() and self.target.is_dir():
                self.target.rmdir()
        os.replace(self.path, self.target)

    def _release(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def end(self) -> None:
        """Remove it unless it has its name; then the lock ends."""
        try:
            _remove(self.path)
        finally:
            self._release()


@contextlib.contextmanager
def new_file(target: Path) -> Iterator[Beside]:
    """Make an empty file (0600) beside ``target``, whose name it will get; OSError if it cannot."""
    yield from _made(target, False)


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Beside]:
    """Make an empty folder (0700) beside ``target``, whose name it will get; OSError if it cannot."""
    yield from _made(target, True)


def _made(target: Path, folder: bool) -> Iterator[Beside]:
    clean(target.parent)
    made = Beside(target, folder)
    try:
        yield made
    finally:
        made.end()


def clean(folder: Path) -> None:
    """Remove what makers that have ended left in ``folder``; what is not this user's own stays."""
    left = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        left = [Path(entry.path) for entry in entries if _NAME.fullmatch(entry.name)]
    for path in left:
        with contextlib.suppress(OSError):
            _clean(path)


def _clean(path: Path) -> None:
    status = path.lstat()
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        return
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        return
    if os.name == "nt":
        if time.time() - status.st_mtime > _OLD_SECONDS:
            _remove(path)
        return
    handle = _open(path)
    try:
        if _holds(handle, path) and _is_free(handle, status):
            _remove(path)
    finally:
        os.close(handle)


def _is_free(handle: int, status: os.stat_result) -> bool:
    try:
        return try_lock(handle)
    except OSError:
        return time.time() - status.st_mtime > _OLD_SECONDS


def _make(target: Path, folder: bool) -> tuple[Path, int]:
    """Make something new and lock it; again when it was cleaned up before it was locked."""
    prefix = f".{target.name[:_NAME_CHARACTERS]}."
    while True:
        if folder:
            path = Path(tempfile.mkdtemp(prefix=prefix, suffix=SUFFIX, dir=target.parent))
            if os.name == "nt":
                return path, -1
            try:
                handle = _open(path)
            except FileNotFoundError:
                continue
        else:
            handle, name = tempfile.mkstemp(prefix=prefix, suffix=SUFFIX, dir=target.parent)
            path = Path(name)
            if os.name == "nt":
                os.close(handle)
                return path, -1
        try:
            locked = try_lock(handle)
        except OSError:
            locked = True
        if locked and _holds(handle, path):
            return path, handle
        os.close(handle)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def _holds(handle: int, path: Path) -> bool:
    """Whether a path still leads to what was opened."""
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _remove(path: Path) -> None:
    # Folders of a thousand levels, which no maker of ours leaves, are too deep for rmtree before Python 3.13.
    with contextlib.suppress(OSError, RecursionError):
        if stat.S_ISDIR(path.lstat().st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
