"""Which ledgers' files this process has open, so that nobody opens one of them a second time by hand.

SQLite tells other processes by locks on the file that it is in use. Such locks belong to the process: when it
closes any handle of that file, they end, whoever opened it (POSIX). Another process would then take the
write-ahead log away from under an open ledger, and blocks written afterwards would be lost at a kill.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

File = tuple[int, int]
"""Device and inode."""

_LOCK = threading.Lock()
_HELD: Counter[File] = Counter()


def hold(path: Path, examine: Callable[[], None]) -> File:
    """Count a file as open here; ``examine``, which may open and close it, is called when it was not yet.

    Raises:
        OSError: there is no such file; and whatever ``examine`` raises.
    """
    with _LOCK:
        status = path.lstat()
        file = status.st_dev, status.st_ino
        if file not in _HELD:
            examine()
        _HELD[file] += 1
        return file


def release(file: File) -> None:
    """Take back one ``hold``, after the connection is closed."""
    with _LOCK:
        _HELD[file] -= 1
        if not _HELD[file]:
            del _HELD[file]
