"""Resident memory of this process, for job cards and benches; 0 where the system does not tell."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")


def _status(field: str) -> int | None:
    try:
        text = _STATUS.read_text(encoding="ascii")
    except OSError:
        return None
    for line in text.splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    return None


def _peak_of_process() -> int:
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def resident_bytes() -> int:
    """Resident memory now; where only the peak so far is known, that."""
    value = _status("VmRSS:")
    return _peak_of_process() if value is None else value


class Peak:
    """The largest resident memory while a block ran, in ``bytes``.

    Linux counts it from the block's start; other systems give the process's peak so far.
    """

    def __init__(self) -> None:
        self.bytes = 0

    def __enter__(self) -> Peak:
        try:
            _CLEAR_REFS.write_text("5")
        except OSError:
            self.bytes = 0
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        peak = _status("VmHWM:")
        self.bytes = _peak_of_process() if peak is None else peak
