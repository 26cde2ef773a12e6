"""``cast`` and ``cast.lossy``: conversion of literals, and making of structs, arrays and records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from avm.base.errors import CheckFailure
from avm.data.dynamic import DynamicRecord as DynamicRecordValue
from avm.data.literal import Literal
from avm.data.plaintext import Array, Struct
from avm.data.record import Record
from avm.data.types import ArrayType, ExternalRecordValue, RecordValue, StructType
from avm.isa.machine import CircuitMachine, Machine, MachineValue, Results, TypeScope, Values
from avm.isa.op import OFF_CHAIN, Count, Op, Trait, Types
from avm.isa.operand import GeneratorPowers, ProgramId
from avm.isa.operand_syntax import CastForm
from avm.isa.sizes import priced_bytes
from avm.isa.statement import Statement
from avm.isa.types import Coordinate, DynamicRecord, RegisterType
from avm.types.literal_type import LiteralType, LiteralValue

if TYPE_CHECKING:
    from avm.isa.wire import Wire
    from avm.r1cs.system import ConstraintSystem


@dataclass(frozen=True, kw_only=True)
class CastOp(Op):
    """A cast; ``lossy`` drops what does not fit instead of halting."""

    lossy: bool

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        target = statement.types[0]
        if isinstance(target, LiteralType):
            if len(operands) != 1:
                raise CheckFailure(f"'{self.mnemonic}' to {target} takes one operand, not {len(operands)}")
            return (target,)
        if self.lossy:
            raise CheckFailure("'cast.lossy' makes literals only", hint=f"Use 'cast' to make a {target}.")
        if isinstance(target, Coordinate):
            if tuple(operands) != (LiteralType.GROUP,):
                raise self.refuse(operands, hint=f"'{target}' is a coordinate of a group.")
            return (LiteralType.FIELD,)
        if isinstance(target, DynamicRecord):
            if len(operands) != 1 or not isinstance(operands[0], RecordValue | ExternalRecordValue):
                raise self.refuse(operands, hint="Only a record becomes a dynamic record.")
            return (target,)
        if isinstance(target, ExternalRecordValue):
            raise CheckFailure(
                "a record of another program cannot be created", hint="Call that program instead."
            )
        same = scope.same_type
        if scope.place in OFF_CHAIN and any(isinstance(o, GeneratorPowers) for o in statement.operands):
            raise CheckFailure(f"a part of a '{target}' is no generator outside of finalize code")
        if isinstance(target, StructType):
            scope.check_type(target)
            members = [t for _, t in scope.members(target)]
            self._match(members, operands, target.name, "members", partial(scope.same_member, target))
            return (target,)
        if isinstance(target, ArrayType):
            scope.check_type(target)
            elements = [target.element] * target.length
            self._match(elements, operands, str(target), "elements", lambda _, t: same(target.element, t))
            return (target,)
        assert isinstance(target, RecordValue)
        if scope.place not in OFF_CHAIN:
            raise CheckFailure(f"a {scope.place} cannot create records")
        if isinstance(statement.operands[0], ProgramId):
            raise CheckFailure("a program cannot own a record")
        expected = [LiteralType.ADDRESS, *(t for _, _, t in scope.entries(target))]
        self._match(expected, operands, target.name, "entries", lambda index, t: same(expected[index], t))
        for index, (wanted, found) in enumerate(zip(expected, operands, strict=True)):
            if wanted != found:
                raise CheckFailure(
                    f"Record '{target.name}' entry type mismatch: expected '{wanted}', found '{found}'",
                    hint=f"Operand {index + 1} is of the same shape, but an entry takes its own type only.",
                )
        return (target,)

    def cost(self, statement: Statement, operands: Types, scope: TypeScope) -> int:
        target = statement.types[0]
        return self.price + 30 * priced_bytes(target, scope) * isinstance(target, StructType | ArrayType)

    def _match(
        self,
        expected: Sequence[RegisterType],
        operands: Types,
        name: str,
        parts: str,
        fits: Callable[[int, RegisterType], bool],
    ) -> None:
        if len(expected) != len(operands):
            raise CheckFailure(f"'{name}' expected {len(expected)} {parts}, found {len(operands)} {parts}")
        for index, (wanted, found) in enumerate(zip(expected, operands, strict=True)):
            if not fits(index, found):
                raise CheckFailure(
                    f"operand {index + 1} of the cast to '{name}' is a {found}, not a {wanted}"
                )

    def evaluation(
        self, statement: Statement, types: tuple[LiteralType, ...]
    ) -> Callable[[LiteralValue], LiteralValue] | None:
        from avm.primitives.elligator2 import encode
        from avm.types.casts import cast, cast_lossy

        target = statement.types[0]
        if not isinstance(target, LiteralType) or len(types) != 1:
            return None
        source, lossy = types[0], self.lossy
        if lossy:
            return lambda value: cast_lossy(value, source, target, encode)
        return lambda value: cast(value, source, target)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        target = statement.types[0]
        if isinstance(target, LiteralType):
            return (self._literal(values[0], target),)
        if isinstance(target, Coordinate):
            point = values[0]
            assert isinstance(point, Literal)
            return (Literal(LiteralType.FIELD, point.value["xy".index(target.axis)]),)
        if isinstance(target, StructType):
            names = [name for name, _ in machine.scope.members(target)]
            return (Struct(tuple(zip(names, values, strict=True))),)  # type: ignore[arg-type]
        if isinstance(target, ArrayType):
            return (Array(tuple(values)),)  # type: ignore[arg-type]
        if isinstance(target, RecordValue):
            return (machine.make_record(target.name, values, statement.destinations[0]),)
        assert isinstance(target, DynamicRecord) and isinstance(values[0], Record)
        return (DynamicRecordValue.of(values[0]),)

    def _literal(self, value: MachineValue, target: LiteralType) -> Literal:
        from avm.primitives.elligator2 import encode
        from avm.types.casts import cast, cast_lossy

        if not isinstance(value, Literal):
            raise CheckFailure("only a literal can be cast to a literal")
        if self.lossy:
            return Literal(target, cast_lossy(value.value, value.type, target, encode))
        return Literal(target, cast(value.value, value.type, target))

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        from avm.account.signature import SignatureVar
        from avm.data.circuit_dynamic_record import CircuitDynamicRecord
        from avm.data.circuit_record import CircuitRecord
        from avm.data.circuit_values import CircuitArray, CircuitLiteral, CircuitStruct
        from avm.isa.wire import as_literal, as_plaintext
        from avm.primitives.elligator2 import encode_circuit
        from avm.types.casts import cast_lossy_var, cast_var
        from avm.types.group import GroupVar

        target = statement.types[0]
        if isinstance(target, LiteralType):
            var = as_literal(operands[0]).var
            assert not isinstance(var, SignatureVar)
            if self.lossy:
                return (CircuitLiteral(target, cast_lossy_var(var, target, encode_circuit)),)
            return (CircuitLiteral(target, cast_var(var, target)),)
        if isinstance(target, Coordinate):
            point = as_literal(operands[0]).var
            assert isinstance(point, GroupVar)
            return (CircuitLiteral(LiteralType.FIELD, point.x if target.axis == "x" else point.y),)
        if isinstance(target, StructType):
            names = [name for name, _ in machine.scope.members(target)]
            members = tuple(zip(names, map(as_plaintext, operands), strict=True))
            return (CircuitStruct.build(cs, members),)
        if isinstance(target, ArrayType):
            return (CircuitArray(cs, tuple(map(as_plaintext, operands))),)
        if isinstance(target, RecordValue):
            return (machine.make_record(target.name, operands, statement.destinations[0]),)
        if isinstance(target, DynamicRecord):
            record = operands[0]
            assert isinstance(record, CircuitRecord), "the check allows records only"
            return (CircuitDynamicRecord.from_record(record),)
        raise CheckFailure(f"nothing can be cast to {target}")


BOOLEAN, FIELD, SCALAR = LiteralType.BOOLEAN, LiteralType.FIELD, LiteralType.SCALAR
IDENTIFIER = LiteralType.IDENTIFIER
_POINTS = (LiteralType.ADDRESS, LiteralType.GROUP)
_CASTABLE = [t for t in LiteralType if t not in (LiteralType.SIGNATURE, LiteralType.STRING)]


def _from_boolean(target: LiteralType) -> Count:
    if target in _POINTS:
        return Count(10, 0, 0)
    return Count(2 * target.bits if target.is_integer else 2 * (target is SCALAR), 0, 0)


def _checked(source: LiteralType, target: LiteralType) -> Count:
    """The size of ``cast`` between two types that differ, where the value has to fit."""
    size = source.bits if source.is_integer else 0
    if target in _POINTS:
        return Count(4, 13, 13)
    if target is BOOLEAN:
        return Count(2 if source is SCALAR else 2 * size, 5, 6)
    if target is IDENTIFIER:
        letters = size // 8
        return Count(31 - letters, 12 * letters + 3, 18 * letters + 4) if size else Count(0, 880, 1069)
    if target is SCALAR:
        between = Count(0, 247, 247) if source is IDENTIFIER else Count(0, 755, 759)
        return Count(0, 0, 0) if size else between
    if not size:
        return Count(0, 501, 504) if source is SCALAR else Count(0, target.bits, target.bits + 1)
    if source.is_signed and target.is_signed:
        return Count(0, 0, max(0, size - target.bits))
    return Count(0, 0, int(source.is_signed or size > target.bits - target.is_signed))


def _lossy(source: LiteralType, target: LiteralType) -> Count:
    """The size of ``cast.lossy`` between two types that differ."""
    if target in _POINTS:
        return Count(2029, 6745, 6750)
    if source.is_integer:
        return Count(0, 0, 0)
    return Count(0, 501, 503) if source is SCALAR else Count(0, 505, 507)


def _size(source: LiteralType, target: LiteralType, lossy: bool) -> Count:
    if source is target or target is FIELD or (source in _POINTS and target in _POINTS):
        return Count(0, 0, 0)
    if source is BOOLEAN and target is not IDENTIFIER:
        return _from_boolean(target)
    return (_lossy if lossy else _checked)(source, target)


def _counts(types: Sequence[LiteralType], lossy: bool) -> dict[tuple[LiteralType, ...], Count]:
    return {(source, target): _size(source, target, lossy) for source in types for target in types}


CAST = CastOp(
    mnemonic="cast",
    code=9,
    form=CastForm(),
    lossy=False,
    counts=_counts(_CASTABLE, lossy=False),
    summary="Converts a literal to another type, or joins operands into a struct, array or record. "
    "Halts when a literal does not fit the target. "
    "'group.x' and 'group.y' take a coordinate of a group.",
)
CAST_LOSSY = CastOp(
    mnemonic="cast.lossy",
    code=10,
    form=CastForm(),
    lossy=True,
    counts=_counts([t for t in _CASTABLE if t is not IDENTIFIER], lossy=True),
    traits=Trait.PURE,
    summary="Converts a literal to another type and drops the bits that do not fit. Never halts.",
)

OPS: tuple[Op, ...] = (CAST, CAST_LOSSY)
