"""The largest resident memory of this process while a block runs."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from avm.api import memory

_CLEAR_REFS = Path("/proc/self/clear_refs")


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
        peak = memory._status("VmHWM:")
        self.bytes = memory._peak_of_process() if peak is None else peak
