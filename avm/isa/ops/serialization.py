"""``serialize.bits`` and ``deserialize.bits``: values as arrays of booleans and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from avm.algebra.fields import FR_MODULUS
from avm.base.bits import bits_to_int_le
from avm.base.errors import CheckFailure, DecodeError, Halt
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, boolean_array
from avm.data.types import ArrayType, PlaintextType, StructType
from avm.isa.machine import CircuitMachine, Machine, Results, TypeScope, Values
from avm.isa.op import Count, Op, Trait, Types
from avm.isa.operand_syntax import BitsForm
from avm.isa.sizes import array_bits, literal_bits, plaintext_bits, priced_bytes
from avm.isa.statement import Statement
from avm.types.literal_type import LiteralType

if TYPE_CHECKING:
    from avm.data.circuit_values import CircuitPlaintext
    from avm.isa.wire import Wire
    from avm.r1cs.system import ConstraintSystem
    from avm.types.boolean import BooleanVar


@dataclass(frozen=True, kw_only=True)
class BitsOp(Op):
    """Conversion between a value and its bits, with type tags or ``raw``."""

    raw: bool

    def cost(self, statement: Statement, operands: Types, scope: TypeScope) -> int:
        bits = next((t for t in statement.types if isinstance(t, ArrayType) and self._is_bits(t)), None)
        return self.price + 30 * priced_bytes(bits, scope)

    def sample(self) -> Statement:
        sample, bits = self.form.sample(), literal_bits(LiteralType.U8, raw=self.raw)
        types = [ArrayType(t.element, bits) if isinstance(t, ArrayType) else t for t in sample.types]
        return replace(sample, types=tuple(types))

    @staticmethod
    def _is_bits(type_: ArrayType) -> bool:
        return type_.element is LiteralType.BOOLEAN

    def _check(self, value: object, bits: object, scope: TypeScope) -> tuple[PlaintextType, ArrayType]:
        """The two types, which the form has read, agree."""
        assert isinstance(value, LiteralType | ArrayType) and isinstance(bits, ArrayType)
        size = plaintext_bits(value, scope, raw=self.raw)
        if bits.length != size:
            raise CheckFailure(f"a {value} has {size} bits, not {bits.length}")
        return value, bits


@dataclass(frozen=True, kw_only=True)
class SerializeOp(BitsOp):
    """``serialize.bits`` and ``serialize.bits.raw``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        value, bits = self._check(statement.types[0], statement.types[1], scope)
        if not scope.same_type(operands[0], value):
            raise self.refuse(operands, hint=f"The instruction says the operand is a {value}.")
        return (bits,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        value = values[0]
        assert isinstance(value, Literal | Array)
        bits = value.raw_bits() if self.raw else value.tagged_bits()
        return (boolean_array(bits),)

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        from avm.data.circuit_values import CircuitArray, CircuitLiteral
        from avm.isa.wire import as_plaintext

        value = as_plaintext(operands[0])
        bits = value.raw_bits() if self.raw else value.tagged_bits()
        return (CircuitArray(cs, [CircuitLiteral(LiteralType.BOOLEAN, bit) for bit in bits]),)


@dataclass(frozen=True, kw_only=True)
class DeserializeOp(BitsOp):
    """``deserialize.bits`` and ``deserialize.bits.raw``."""

    def result_types(self, statement: Statement, operands: Types, scope: TypeScope) -> Types:
        value, bits = self._check(statement.types[1], statement.types[0], scope)
        if not scope.same_type(operands[0], bits):
            raise self.refuse(operands, hint=f"The instruction says the operand is a {bits}.")
        return (value,)

    def evaluate(self, values: Values, statement: Statement, machine: Machine) -> Results:
        array, target = values[0], statement.types[1]
        assert isinstance(array, Array) and isinstance(target, LiteralType | ArrayType)
        bits = [bool(e.value) for e in array.elements if isinstance(e, Literal)]
        value, rest = _read(bits, target, self.raw)
        assert not rest, "the type check fixed the number of bits"
        return (value,)

    def synthesize(
        self, cs: ConstraintSystem, operands: Sequence[Wire], statement: Statement, machine: CircuitMachine
    ) -> tuple[Wire, ...]:
        from avm.data.circuit_values import CircuitArray, CircuitLiteral

        array, target = operands[0], statement.types[1]
        assert isinstance(array, CircuitArray) and isinstance(target, LiteralType | ArrayType)
        bits = [e.var for e in array.elements if isinstance(e, CircuitLiteral)]
        return (_read_circuit(cs, iter(cast("list[BooleanVar]", bits)), target, self.raw),)


def _take(bits: list[bool], size: int) -> tuple[int, list[bool]]:
    return bits_to_int_le(bits[:size]), bits[size:]


def _read(bits: list[bool], type_: PlaintextType, raw: bool) -> tuple[Plaintext, list[bool]]:
    """Read one value of ``type_`` from the front; halts on wrong tags and values that are not canonical."""
    if isinstance(type_, LiteralType):
        if not raw:
            tag, bits = _take(bits, 2)
            variant, bits = _take(bits, 8)
            size, bits = _take(bits, 16)
            if (tag, variant, size) != (0, type_.value, type_.size_in_bits):
                raise Halt(f"the bits are not the tag of a {type_}, so the value cannot be read")
        width = type_.size_in_bits or 0
        if type_ in (LiteralType.ADDRESS, LiteralType.GROUP) and bits_to_int_le(bits[:width]) >= FR_MODULUS:
            raise Halt(f"the bits are not a {type_}: the x-coordinate is not below the modulus")
        try:
            return Literal.from_bits_le(type_, bits[:width]), bits[width:]
        except DecodeError as failure:
            raise Halt(f"the bits are not a {type_}: {failure.message}") from failure
    assert not isinstance(type_, StructType)
    if not raw:
        tag, bits = _take(bits, 2)
        length, bits = _take(bits, 32)
        if (tag, length) != (1, type_.length):
            raise Halt(f"the bits are not the tag of a {type_}, so the value cannot be read")
    elements: list[Plaintext] = []
    for _ in range(type_.length):
        if not raw:
            size, bits = _take(bits, 16)
        before = len(bits)
        element, bits = _read(bits, type_.element, raw)
        if not raw and size != before - len(bits):
            raise Halt("an element of the array has the wrong size")
        elements.append(element)
    return Array(tuple(elements)), bits


def _read_circuit(
    cs: ConstraintSystem, bits: Iterator[BooleanVar], type_: PlaintextType, raw: bool
) -> CircuitPlaintext:
    """Read one value of ``type_``: its tags and sizes are required to be those of the type.

    Source: ``execute_deserialize_internal`` of `synthesizer/program/src/logic/instruction/operation`.
    """
    from avm.data.circuit_values import CircuitArray, CircuitLiteral
    from avm.types.boolean import BooleanVar
    from avm.types.casts import var_from_bits
    from avm.types.integers import IntegerVar

    def require(size: LiteralType, expected: int) -> None:
        found = IntegerVar(cs, size, [next(bits) for _ in range(size.bits)])
        cs.assert_eq(found.lc(), IntegerVar.constant(cs, size, expected).lc())

    def tag(first: bool, second: bool) -> None:
        found = [next(bits), next(bits)]
        for expected, bit in zip((first, second), found, strict=True):
            cs.assert_eq(BooleanVar.constant(cs, expected).lc, bit.lc)

    if isinstance(type_, LiteralType):
        width = type_.size_in_bits or 0
        if not raw:
            tag(False, False)
            require(LiteralType.U8, type_.value)
            require(LiteralType.U16, width)
        IntegerVar.constant(cs, LiteralType.U8, type_.value)
        return CircuitLiteral(type_, var_from_bits(cs, type_, [next(bits) for _ in range(width)]))
    assert isinstance(type_, ArrayType)
    if not raw:
        tag(True, False)
        require(LiteralType.U32, type_.length)
    elements = []
    for _ in range(type_.length):
        if not raw:
            require(LiteralType.U16, _literal_array_bits(type_.element))
        elements.append(_read_circuit(cs, bits, type_.element, raw))
    return CircuitArray(cs, elements)


def _literal_array_bits(type_: PlaintextType) -> int:
    """Bits of the tagged encoding of a literal or of an array of literals."""
    if isinstance(type_, ArrayType):
        return array_bits(type_.length, _literal_array_bits(type_.element), raw=False)
    assert isinstance(type_, LiteralType)
    return literal_bits(type_, raw=False)


_COUNTED = [t for t in LiteralType if t not in (LiteralType.SIGNATURE, LiteralType.STRING)]
_FIELDS = (LiteralType.ADDRESS, LiteralType.FIELD, LiteralType.GROUP)


def _count(type_: LiteralType, raw: bool) -> Count:
    """What the bits of a literal cost: those of a field element or scalar are found first."""
    tags = 0 if raw else 24
    if type_ is LiteralType.SCALAR:
        return Count(tags, 501, 503)
    return Count(tags, 505, 507) if type_ in _FIELDS else Count(tags, 0, 0)


_READ = {
    LiteralType.ADDRESS: (4, 265, 266),
    LiteralType.FIELD: (0, 252, 253),
    LiteralType.GROUP: (4, 265, 266),
    LiteralType.IDENTIFIER: (0, 375, 561),
    LiteralType.SCALAR: (0, 250, 251),
}


def _read_count(type_: LiteralType, raw: bool) -> Count:
    """What a literal made from its bits costs: they are required to be one, and the tags to be right."""
    constants, private, constraints = _READ.get(type_, (0, 0, 0))
    return Count(8 + constants + (0 if raw else 24), private, constraints + (0 if raw else 4))


OPS: tuple[Op, ...] = tuple(
    kind(
        mnemonic=f"{word}.bits{'.raw' if raw else ''}",
        code=code + raw,
        form=BitsForm(reads=kind is DeserializeOp),
        raw=raw,
        counts={(t,): (_count if kind is SerializeOp else _read_count)(t, raw) for t in _COUNTED},
        traits=Trait.PURE | (Trait.CAN_HALT if kind is DeserializeOp else Trait.NONE),
        summary=summary + (" Type tags are left out." if raw else " Type tags are part of the bits."),
    )
    for kind, word, code, summary in (
        (
            SerializeOp,
            "serialize",
            117,
            "Turns a literal or array of literals into an array of booleans. Never halts.",
        ),
        (
            DeserializeOp,
            "deserialize",
            68,
            "Reads a literal or array of literals from its bits. Halts on bits that are no canonical value.",
        ),
    )
    for raw in (False, True)
)
