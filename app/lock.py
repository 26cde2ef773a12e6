"""A lock on a file that ends with its process, however that ends; the system holds it, nobody cleans up."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from avm.base.errors import AvmError
from avm.base.files import FILE_MODE, make_folder
from avm.base.locks import try_lock


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
            locked = try_lock(handle)
        except OSError:
            locked = False
        if not locked:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        if self.held:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            self._handle = -1
