"""What a register of a circuit holds: a plaintext, or the future that an ``async`` makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from avm.base.errors import CheckFailure, Unsupported
from avm.data.circuit_values import CircuitLiteral, CircuitPlaintext


@dataclass(frozen=True)
class CircuitFuture:
    """Program and function are constants; the arguments are assigned values."""

    program: str
    function: str
    arguments: tuple[Wire, ...]

    def clone(self) -> CircuitFuture:
        """Copy for a register load."""
        return CircuitFuture(self.program, self.function, tuple(a.clone() for a in self.arguments))


Wire: TypeAlias = CircuitPlaintext | CircuitFuture


def as_plaintext(wire: Wire) -> CircuitPlaintext:
    """Return a wire that is no future; ``Unsupported`` for one that is."""
    if isinstance(wire, CircuitFuture):
        raise Unsupported("the constraints of a future are not built yet")
    return wire


def as_literal(wire: Wire) -> CircuitLiteral:
    """Return a wire that is a literal; ``CheckFailure`` for any other."""
    if not isinstance(wire, CircuitLiteral):
        raise CheckFailure("only a literal can be cast to a literal")
    return wire
