"""Values in a circuit that are not plaintext: the future an ``async`` makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CircuitFuture:
    """Program and function are constants; the arguments are assigned values."""

    program: str
    function: str
    arguments: tuple[Any, ...]

    def clone(self) -> CircuitFuture:
        """Copy for a register load."""
        return CircuitFuture(self.program, self.function, tuple(a.clone() for a in self.arguments))
