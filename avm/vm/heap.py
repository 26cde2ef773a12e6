"""Composite values of a run by number: one number for one value, wherever it is held."""

from __future__ import annotations

from collections.abc import Iterable

from avm.account.address import address_text
from avm.data.future import Future
from avm.data.plaintext import Array, Struct
from avm.data.record import Record
from avm.data.types import ArrayType, FutureValue, RecordValue, StructType
from avm.isa.machine import MachineValue
from avm.isa.types import RegisterType
from avm.program.scope import Scope
from avm.vm.state import HeapObject, HeapPart
from avm.vm.trace import Trace
from avm.vm.values import value_text

Composite = Struct | Array | Record | Future


class Heap:
    """Numbers composite values in the order in which the run first held them."""

    def __init__(self, trace: Trace) -> None:
        self._ids: dict[int, int] = {}
        for frame in trace.frames:
            for value in frame.inputs:
                self._number(value)
        for step in trace.steps:
            for access in (*step.reads, *step.writes):
                self._number(access.value)

    def _number(self, value: MachineValue) -> None:
        if isinstance(value, Composite) and id(value) not in self._ids:
            self._ids[id(value)] = len(self._ids)
            for _, part in _parts(value):
                self._number(part)

    def id_of(self, value: MachineValue) -> int | None:
        """Return the number of a composite value of the run, None for literals."""
        return self._ids.get(id(value)) if isinstance(value, Composite) else None

    def objects(
        self, roots: Iterable[tuple[str, MachineValue, RegisterType | None, Scope]]
    ) -> tuple[HeapObject, ...]:
        """Describe what can be reached from named values with their types, by number."""
        found: dict[int, tuple[Composite, str]] = {}
        names: dict[int, list[str]] = {}
        for name, value, type_, scope in roots:
            number = self.id_of(value)
            if number is not None:
                names.setdefault(number, []).append(name)
                self._reach(value, type_, scope, found)
        return tuple(
            HeapObject(number, type_text, self._describe(value), tuple(names.get(number, ())))
            for number, (value, type_text) in sorted(found.items())
        )

    def _reach(
        self,
        value: MachineValue,
        type_: RegisterType | None,
        scope: Scope,
        found: dict[int, tuple[Composite, str]],
    ) -> None:
        number = self.id_of(value)
        if number is None or number in found or not isinstance(value, Composite):
            return
        found[number] = (value, str(type_) if type_ is not None else type(value).__name__.lower())
        types = _part_types(value, type_, scope)
        for (_, part), part_type in zip(_parts(value), types):
            self._reach(part, part_type, scope, found)

    def _describe(self, value: Composite) -> tuple[HeapPart, ...]:
        parts = [HeapPart(n, value_text(p), self.id_of(p)) for n, p in _parts(value)]
        if isinstance(value, Record):
            parts.insert(0, HeapPart("owner", address_text(value.owner), None))
            parts.append(HeapPart("_nonce", f"{value.nonce[0]}group", None))
            parts.append(HeapPart("_version", f"{value.version}u8", None))
        return tuple(parts)


def _parts(value: Composite) -> list[tuple[str, MachineValue]]:
    if isinstance(value, Struct):
        return list(value.members)
    if isinstance(value, Array):
        return [(f"[{i}]", e) for i, e in enumerate(value.elements)]
    if isinstance(value, Record):
        return [(name, entry.value) for name, entry in value.data]
    return [(f"[{i}]", a) for i, a in enumerate(value.arguments)]


def _part_types(value: Composite, type_: RegisterType | None, scope: Scope) -> list[RegisterType | None]:
    if isinstance(type_, ArrayType) and isinstance(value, Array):
        return [type_.element] * len(value.elements)
    if isinstance(type_, StructType):
        return [t for _, t in scope.members(type_)]
    if isinstance(value, Record) and isinstance(type_, RecordValue):
        return [t for _, _, t in scope.entries(type_)]
    if isinstance(type_, FutureValue):
        return list(scope.future_arguments(type_))
    return [None] * len(_parts(value))
