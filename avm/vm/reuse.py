"""Circuits are made once: a later call of the same function hands its values to the circuit of the first.

The circuit of a function depends on the programs alone (the check allows no constant inputs). Every value
that a call puts into it has an origin in the call, which is written down where the value is injected.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeAlias, TypeVar, cast

from avm.base.errors import Unsupported
from avm.vm.circuit import Circuit

MOST, MOST_ROWS = 8, 1 << 20
"""Circuits that are kept, and their constraints together; the one not used for longest goes first."""

Call = TypeVar("Call")
Value = TypeVar("Value")
Read: TypeAlias = Callable[[Call], Sequence[int]]
"""Finds in a call what it hands to the circuit next."""
Key: TypeAlias = tuple[str, str, str]
"""The kind of circuit, program and function."""


class Origins(Generic[Call]):
    """Where the values that a circuit takes come from, in the order in which they are injected.

    ``reads`` find them in a call, which is asked for each of its values once and in this order. None of
    them is left when one of the values has a circuit of its own.
    """

    def __init__(self) -> None:
        self.reads: list[Read[Call]] | None = []
        self.given: list[int] = []

    def add(
        self, value: Value, numbers: Callable[[Value], Sequence[int]], find: Callable[[Call], Value]
    ) -> None:
        """Write down that a value is injected, what it hands over, and how a call is asked for its own."""
        if self.reads is None:
            return
        try:
            self.given += numbers(value)
        except Unsupported:
            self.reads = None
            return
        self.reads.append(lambda call: numbers(find(call)))

    def refuse(self) -> None:
        """Say that the circuit depends on more than the programs."""
        self.reads = None


@dataclass
class KeptCircuits:
    """The circuits of an environment, with the origins of the values that they take; threads share them."""

    _circuits: OrderedDict[Key, tuple[Circuit, object]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def find(self, key: Key, call: Call, limit: int | None) -> Circuit | None:
        """Return the circuit for the values of a call, None when it is not kept or passes the limit.

        ``call`` is of the type whose origins were kept under this kind of key.
        """
        with self._lock:
            kept = self._circuits.get(key)
            if kept is None or (limit is not None and kept[0].system.num_constraints > limit):
                return None
            self._circuits.move_to_end(key)
        reads = cast("list[Read[Call]]", kept[1])
        given = [number for read in reads for number in read(call)]
        return replace(kept[0], system=kept[0].system.with_given(given))

    def of(
        self,
        key: Key,
        value: Value,
        numbers: Callable[[Value], Sequence[int]],
        make: Callable[[], Circuit],
    ) -> Circuit:
        """Return the circuit of a value that hands all its ``numbers`` over, in their order.

        ``make`` synthesizes it for the value, where none is kept.
        """
        kept = self.find(key, value, None)
        if kept is not None:
            return kept
        circuit, origins = make(), Origins[Value]()
        origins.add(value, numbers, lambda call: call)
        self.keep(key, circuit, origins)
        return circuit

    def keep(self, key: Key, circuit: Circuit, origins: Origins[Call]) -> None:
        """Keep a circuit that was made, but not the values that it was made with."""
        if origins.reads is None:
            return
        assert tuple(origins.given) == circuit.system.given, "a value was injected whose origin is not known"
        blank = circuit.system.with_given([0] * len(origins.given))
        with self._lock:
            self._circuits[key] = replace(circuit, system=blank), origins.reads
            while len(self._circuits) > 1 and self._is_full():
                self._circuits.popitem(last=False)

    def _is_full(self) -> bool:
        rows = sum(circuit.system.num_constraints for circuit, _ in self._circuits.values())
        return len(self._circuits) > MOST or rows > MOST_ROWS
