"""One measured figure, and how to repeat a measurement."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A named value with its unit."""

    name: str
    value: float
    unit: str

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as a JSON object."""
        return asdict(self)


def best_of(times: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs."""
    best = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best
