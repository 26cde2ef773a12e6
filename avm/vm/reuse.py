"""Circuits are made once: a later run of the same function hands its values to the circuit of the first.

The circuit of a function depends on the programs alone (the check allows no constant inputs). What a run puts
into it has an ``Origin``: an input, an address, or what a call returned.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from avm.base.errors import Unsupported
from avm.data.given_values import given_values
from avm.isa.machine import MachineValue
from avm.vm.circuit import Circuit

MOST, MOST_ROWS = 8, 1 << 20
"""Circuits that are kept, and their constraints together; the one not used for longest goes first."""

Origin: TypeAlias = tuple[str, int, int]
"""Where an injected value comes from: ``input`` and its position, an address by its name, or ``result`` with
the number of the call and of its output."""
Key: TypeAlias = tuple[str, str]
"""Program and function."""
Find: TypeAlias = Callable[[Origin], MachineValue]


@dataclass
class KeptCircuits:
    """The circuits of an environment with the origins of the values that they take."""

    _circuits: OrderedDict[Key, tuple[Circuit, tuple[Origin, ...]]] = field(default_factory=OrderedDict)

    def find(self, key: Key, find: Find, limit: int | None) -> Circuit | None:
        """Return the circuit for the values of a run, None when it is not kept or passes the limit."""
        kept = self._circuits.get(key)
        if kept is None or (limit is not None and kept[0].system.num_constraints > limit):
            return None
        circuit, origins = kept
        try:
            given = [number for origin in origins for number in given_values(find(origin))]
        except Unsupported:
            return None
        self._circuits[key] = kept
        self._circuits.move_to_end(key)
        return replace(circuit, system=circuit.system.with_given(given))

    def keep(self, key: Key, circuit: Circuit, origins: Sequence[Origin], find: Find) -> None:
        """Keep a circuit that was made, but not the values that it was made with."""
        try:
            given = [number for origin in origins for number in given_values(find(origin))]
        except Unsupported:
            return
        assert tuple(given) == circuit.system.given, "an injected value has no origin"
        blank = circuit.system.with_given([0] * len(given))
        self._circuits[key] = replace(circuit, system=blank), tuple(origins)
        while len(self._circuits) > 1 and self._is_full():
            self._circuits.popitem(last=False)

    def _is_full(self) -> bool:
        rows = sum(circuit.system.num_constraints for circuit, _ in self._circuits.values())
        return len(self._circuits) > MOST or rows > MOST_ROWS
