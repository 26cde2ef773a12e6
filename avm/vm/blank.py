"""Values that stand for any value of a type, where only the shape of a circuit is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from avm.account.keys import PrivateKey
from avm.account.signature import sign
from avm.base.errors import CheckFailure, Unsupported
from avm.data.dynamic import DynamicFuture, DynamicRecord
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct
from avm.data.record import Entry, Record
from avm.data.types import (
    ArrayType,
    ExternalRecordValue,
    FutureValue,
    PlaintextType,
    PlaintextValue,
    RecordValue,
    StructType,
    Visibility,
)
from avm.data.types import (
    DynamicFuture as DynamicFutureType,
)
from avm.data.types import (
    DynamicRecord as DynamicRecordType,
)
from avm.isa.machine import MachineValue
from avm.isa.sizes import literal_count
from avm.isa.types import RegisterType, register_type
from avm.primitives.hash_to_curve import generator
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType, LiteralValue

MOST_LITERALS = 1 << 16
"""Literals of the largest inputs for which a circuit is made; larger ones have circuits out of reach."""
_SPECIAL: dict[LiteralType, LiteralValue] = {
    LiteralType.ADDRESS: (0, 1),
    LiteralType.BOOLEAN: True,
    LiteralType.GROUP: (0, 1),
    LiteralType.IDENTIFIER: "name",
}


@cache
def nobody() -> PrivateKey:
    """Return the key of an account that owns what is made up."""
    return PrivateKey(1)


@dataclass
class Blanks:
    """Makes values until they have ``left`` literals together; then, and for other types, ``Unsupported``."""

    left: int

    def value(self, type_: RegisterType, scope: Scope) -> MachineValue:
        """Return a value of a type as the body of ``scope`` names it; records belong to ``nobody``."""
        if isinstance(type_, FutureValue):
            return self._future(type_, scope)
        if isinstance(type_, RecordValue | ExternalRecordValue):
            return self._record(type_, scope)
        if isinstance(type_, DynamicRecordType):
            return DynamicRecord(nobody().address, 1, generator())
        if isinstance(type_, DynamicFutureType):
            return DynamicFuture(1, 1, 1, 1)
        return self._counted(type_, scope)

    def outputs(self, scope: Scope) -> tuple[MachineValue, ...]:
        """Return values of the outputs of a function."""
        return self.values([output.type for output in scope.body.outputs], scope)

    def values(self, types: Sequence[object], scope: Scope) -> tuple[MachineValue, ...]:
        """Return values of declared types."""
        return tuple(self.value(register_type(type_), scope) for type_ in types)  # type: ignore[arg-type]

    def opened(self, name: str, type_: PlaintextType | PlaintextValue, scope: Scope) -> DynamicRecord:
        """Return a dynamic record that is known to have one entry, private unless the type says else."""
        seen = type_.visibility if isinstance(type_, PlaintextValue) else Visibility.PRIVATE
        plain = type_.type if isinstance(type_, PlaintextValue) else type_
        entry = Entry(seen, self._counted(plain, scope))
        return DynamicRecord(nobody().address, 1, generator(), data=((name, entry),))

    def _counted(self, type_: PlaintextType, scope: Scope) -> Plaintext:
        self.left -= literal_count(type_, scope)
        if self.left < 0:
            raise Unsupported("the inputs and outputs have too many literals")
        return self._plaintext(type_, scope)

    def _record(self, type_: RecordValue | ExternalRecordValue, scope: Scope) -> Record:
        home = scope.external(type_.program) if isinstance(type_, ExternalRecordValue) else scope.owner
        data = tuple((name, Entry(seen, self._counted(t, scope))) for name, seen, t in scope.entries(type_))
        private = home.records[type_.name].owner is Visibility.PRIVATE
        return Record(nobody().address, private, data, generator())

    def _future(self, type_: FutureValue, scope: Scope) -> Future:
        home = scope.external(type_.program) if type_.program != scope.program else scope.owner
        block = home.functions[type_.function].finalize
        if block is None:
            raise CheckFailure(f"'{type_.program}/{type_.function}' does not have a finalize block")
        inside = Scope(home, block, scope.programs)
        values = self.values([item.type for item in block.inputs], inside)
        return Future(type_.program, type_.function, values)  # type: ignore[arg-type]

    def _plaintext(self, type_: PlaintextType, scope: Scope) -> Plaintext:
        if isinstance(type_, ArrayType):
            return Array((self._plaintext(type_.element, scope),) * type_.length)
        if isinstance(type_, StructType):
            return Struct(tuple((name, self._plaintext(t, scope)) for name, t in scope.members(type_)))
        if type_ is LiteralType.STRING:
            raise Unsupported(f"the constraints of a value of type {type_} are not built yet")
        if type_ is LiteralType.SIGNATURE:
            return Literal(type_, _signature())
        return Literal(type_, _SPECIAL.get(type_, 1))


@cache
def _signature() -> LiteralValue:
    return sign(nobody(), [1], nonce=1)
