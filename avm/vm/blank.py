"""Values that stand for any value of a type, where only the shape of a circuit is asked."""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.errors import CheckFailure, Unsupported
from avm.data.future import Future
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct
from avm.data.types import ArrayType, FutureValue, PlaintextType, StructType
from avm.isa.machine import MachineValue
from avm.isa.sizes import literal_count
from avm.isa.types import RegisterType, register_type
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
_NONE = (LiteralType.SIGNATURE, LiteralType.STRING)


@dataclass
class Blanks:
    """Makes values until they have ``left`` literals together; then, and for other types, ``Unsupported``."""

    left: int

    def value(self, type_: RegisterType, scope: Scope) -> MachineValue:
        """Return a value of a type as the body of ``scope`` names it."""
        if isinstance(type_, FutureValue):
            return self._future(type_, scope)
        if not isinstance(type_, LiteralType | StructType | ArrayType):
            raise Unsupported(f"the constraints of a value of type {type_} are not built yet")
        self.left -= literal_count(type_, scope)
        if self.left < 0:
            raise Unsupported("the inputs and outputs have too many literals")
        return self._plaintext(type_, scope)

    def outputs(self, scope: Scope) -> tuple[MachineValue, ...]:
        """Return values of the outputs of a function."""
        return tuple(self.value(register_type(output.type), scope) for output in scope.body.outputs)

    def _future(self, type_: FutureValue, scope: Scope) -> Future:
        home = scope.external(type_.program) if type_.program != scope.program else scope.owner
        block = home.functions[type_.function].finalize
        if block is None:
            raise CheckFailure(f"'{type_.program}/{type_.function}' does not have a finalize block")
        inside = Scope(home, block, scope.programs)
        values = tuple(self.value(register_type(item.type), inside) for item in block.inputs)
        return Future(type_.program, type_.function, values)  # type: ignore[arg-type]

    def _plaintext(self, type_: PlaintextType, scope: Scope) -> Plaintext:
        if isinstance(type_, ArrayType):
            return Array((self._plaintext(type_.element, scope),) * type_.length)
        if isinstance(type_, StructType):
            return Struct(tuple((name, self._plaintext(t, scope)) for name, t in scope.members(type_)))
        if type_ in _NONE:
            raise Unsupported(f"the constraints of a value of type {type_} are not built yet")
        return Literal(type_, _SPECIAL.get(type_, 1))
