"""Composite values of a run by number: one number for one value, wherever it is held."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import overload

from avm.account.address import address_text
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Struct
from avm.data.record import Record
from avm.data.types import ArrayType, FutureValue, RecordValue, StructType
from avm.isa.machine import MachineValue
from avm.isa.types import RegisterType
from avm.program.scope import Scope
from avm.vm.frame_registers import FrameRegisters
from avm.vm.state import HeapObject, HeapPart
from avm.vm.trace import Trace
from avm.vm.values import value_text

Composite = Struct | Array | Record | Future
Holder = tuple[int, tuple[str, str], int, list[tuple[int, Composite, str]]]
"""A register that holds a composite value: its place in its frame, both names, the number of the value, and
all that the value reaches with the text of each type."""


class HeapObjects(Sequence[HeapObject]):
    """Composite values by number; each is described only when it is asked for."""

    def __init__(
        self,
        found: dict[int, tuple[Composite, str]],
        names: dict[int, list[tuple[str, str]]],
        describe: Callable[[int, Composite], tuple[HeapPart, ...]],
    ) -> None:
        self._found, self._names, self._describe = found, names, describe
        self._numbers = sorted(found)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> HeapObject: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[HeapObject]: ...

    def __getitem__(self, at: int | slice) -> HeapObject | Sequence[HeapObject]:
        if isinstance(at, slice):
            return tuple(self[n] for n in range(*at.indices(len(self))))
        number = self._numbers[at]
        value, type_text = self._found[number]
        return HeapObject(
            number, type_text, self._describe(number, value), tuple(self._names.get(number, ()))
        )


class Heap:
    """Numbers composite values in the order in which the run first held them."""

    def __init__(self, trace: Trace) -> None:
        self._ids: dict[int, int] = {}
        self._frames: dict[int, list[Holder]] = {}
        self._kept: tuple[tuple[tuple[int, int], ...], HeapObjects] | None = None
        self._parts: dict[int, tuple[HeapPart, ...]] = {}
        for frame in trace.frames:
            for value in frame.inputs:
                self._number(value)
        steps = trace.steps
        for number, start, end, position in steps.stretches():
            composite = steps.frames[number].body.composite
            first = bisect_left(composite, position)
            for each in composite[first : bisect_left(composite, position + end - start)]:
                done = steps.done(start + each - position)
                for access in (*steps.reads(number, each), *(steps.writes(number, each) if done else ())):
                    self._number(access.value)

    def _number(self, value: MachineValue) -> None:
        if isinstance(value, Composite) and id(value) not in self._ids:
            self._ids[id(value)] = len(self._ids)
            if isinstance(value, Array) and isinstance(value.elements[0], Literal):
                return
            for _, part in _parts(value):
                self._number(part)

    def id_of(self, value: MachineValue) -> int | None:
        """Return the number of a composite value of the run, None for literals."""
        return self._ids.get(id(value)) if isinstance(value, Composite) else None

    def at(self, held: Iterable[tuple[FrameRegisters, Scope, int]]) -> Sequence[HeapObject]:
        """Describe what the first registers of frames reach (how many of each), by number.

        The same object as before while the frames hold the same; its members are made when asked for.
        """
        frames = []
        for registers, scope, count in held:
            holders = self._frames.get(registers.frame.id)
            if holders is None:
                holders = self._frames[registers.frame.id] = self._holders(registers, scope)
            number = bisect_left(holders, count, key=lambda holder: holder[0])
            frames.append((registers.frame.id, number, holders))
        key = tuple((frame, number) for frame, number, _ in frames)
        if self._kept is None or self._kept[0] != key:
            found: dict[int, tuple[Composite, str]] = {}
            names: dict[int, list[tuple[str, str]]] = {}
            for _, number, holders in frames:
                for _, name, object_, reached in holders[:number]:
                    names.setdefault(object_, []).append(name)
                    for each, value, text in reached:
                        found.setdefault(each, (value, text))
            self._kept = (key, HeapObjects(found, names, self._describe))
        return self._kept[1]

    def _holders(self, registers: FrameRegisters, scope: Scope) -> list[Holder]:
        """The registers of a frame that hold composite values, with all that each reaches."""
        made: list[Holder] = []
        for place, value in enumerate(registers.values):
            number = self.id_of(value)
            if number is not None:
                reached: dict[int, tuple[Composite, str]] = {}
                self._reach(value, registers.type_of(place), scope, reached)
                name = registers.frame.name, f"r{registers.numbers[place]}"
                made.append((place, name, number, [(n, v, t) for n, (v, t) in reached.items()]))
        return made

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

    def _describe(self, number: int, value: Composite) -> tuple[HeapPart, ...]:
        if number not in self._parts:
            self._parts[number] = self._parts_of(value)
        return self._parts[number]

    def _parts_of(self, value: Composite) -> tuple[HeapPart, ...]:
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
