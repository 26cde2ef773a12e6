"""What all holders of secrets share: they cannot be pickled or copied, and no core is dumped beside them."""

from __future__ import annotations

import ctypes
import sys
import threading
from typing import NoReturn, SupportsIndex

_GET_DUMPABLE, _SET_DUMPABLE = 3, 4


class Uncopyable:
    """A class whose objects ``pickle``, ``copy`` and ``deepcopy`` refuse with a TypeError."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds a secret and cannot be pickled or copied")

    def __reduce__(self) -> NoReturn:
        self.__reduce_ex__(2)

    def __getstate__(self) -> NoReturn:
        self.__reduce_ex__(2)

    def __copy__(self) -> NoReturn:
        self.__reduce_ex__(2)

    def __deepcopy__(self, memo: dict[int, object]) -> NoReturn:
        self.__reduce_ex__(2)


_lock = threading.Lock()
_guards = 0
_before: tuple[int | None, int | None] = (None, None)


class NoCoreDump:
    """While one of these is held, a crash leaves no image of this process's memory on the disk.

    The soft limit of core files is 0 and, on Linux, the process is not dumpable, which also keeps others of
    the same user from reading its memory. With the last guard both are as before, where the system allows it.
    Systems without these calls (Windows) go on without.
    """

    __slots__ = ("_held",)

    def __init__(self) -> None:
        global _guards, _before
        with _lock:
            if _guards == 0:
                _before = (_core_limit(0), _dumpable(0))
            _guards += 1
            self._held = True

    def release(self) -> None:
        """Let go; a second time does nothing."""
        global _guards
        with _lock:
            if self._held:
                self._held = False
                _guards -= 1
                if _guards == 0:
                    limit, dumpable = _before
                    _core_limit(limit)
                    _dumpable(dumpable)

    def __del__(self) -> None:
        if getattr(self, "_held", False) and _lock is not None:
            self.release()

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a guard cannot be pickled or copied")


def _core_limit(soft: int | None) -> int | None:
    """Set the soft limit of core files and return the one before; None where there is none to set."""
    if soft is None:
        return None
    try:
        import resource

        before, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
    except (ImportError, OSError, ValueError):
        return None
    return before


def _dumpable(wanted: int | None) -> int | None:
    """Make the process dumpable or not and return what it was; None where that cannot be said."""
    if wanted is None or sys.platform != "linux":
        return None
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        before = int(prctl(_GET_DUMPABLE, 0, 0, 0, 0))
        prctl(_SET_DUMPABLE, wanted, 0, 0, 0)
    except (OSError, AttributeError):
        return None
    return before if before in (0, 1) else None
