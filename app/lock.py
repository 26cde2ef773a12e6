"""A lock on a file that ends with its process, however that ends; the system holds it, nobody cleans up."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from avm.base.errors import AvmError
from avm.base.files import FILE_MODE, make_folder


class FileLock:
    """`take` is True when this process has it now; another one, and another lock of this one, get False."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = -1

    @property
    def held(self) -> bool:
        return self._handle >= 0

    def take(self) -> bool:
        """Tries once and never waits; False too where the folder cannot be written."""
        if self.held:
            return True
        try:
            make_folder(self.path.parent)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
            handle = os.open(self.path, flags, FILE_MODE)
        except (OSError, AvmError):
            return False
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        if self.held:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            self._handle = -1


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
