"""Locks of the system on open files and folders: they end with their process, however that ends."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_STEP_SECONDS = 0.002


def try_lock(handle: int) -> bool:
    """Lock an open file or folder for this handle alone, without waiting; False while another one has it.

    It is held until the handle is closed. Another handle is refused in this process too.

    Raises:
        OSError: the file system or the system has no such locks (Windows: none on folders).
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextlib.contextmanager
def turn_in(folder: Path, seconds: float) -> Iterator[bool]:
    """Take turns with everybody who does so in ``folder``; wait at most ``seconds``.

    Yields whether it is this one's turn alone. It is not when the time is over, or where a folder cannot be
    locked; what takes turns must be right even so.
    """
    handle, mine = -1, False
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        end = time.monotonic() + seconds
        while not (mine := try_lock(handle)) and time.monotonic() < end:
            time.sleep(_STEP_SECONDS)
    try:
        yield mine
    finally:
        if handle >= 0:
            os.close(handle)
