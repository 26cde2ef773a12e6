"""Integers of a circuit as rows of bits: injection, bitwise operations, and the way into the field.

First layer of ``IntegerVar``; the layers above add sums, products, quotients and shifts
(`circuit/types/integers/src/{lib,and,or,xor,not,equal,ternary}.rs`, `helpers/*`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from avm.r1cs.hints import Hint
from avm.r1cs.linear import LinearCombination, Mode, weighted_sum
from avm.r1cs.scopes import gadget
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar, assert_all_zero, derived_bits, new_bits
from avm.types.field import SIZE_IN_DATA_BITS, FieldVar
from avm.types.integers.values import unsigned, wrap
from avm.types.literal_type import LiteralType

_SIGNED = (LiteralType.I8, LiteralType.I16, LiteralType.I32, LiteralType.I64, LiteralType.I128)
_UNSIGNED = (LiteralType.U8, LiteralType.U16, LiteralType.U32, LiteralType.U64, LiteralType.U128)
_DUAL = dict(zip(_SIGNED + _UNSIGNED, _UNSIGNED + _SIGNED))


class IntegerBits:
    """An integer of a circuit; ``bits`` are little-endian and as many as the type is wide."""

    __slots__ = ("bits", "cs", "type")

    def __init__(self, cs: ConstraintSystem, type: LiteralType, bits: Sequence[BooleanVar]) -> None:
        self.cs = cs
        self.type = type
        self.bits = tuple(bits)

    @classmethod
    def new(cls, cs: ConstraintSystem, type: LiteralType, mode: Mode, value: int) -> Self:
        """Inject a value: a bit of the given mode for each place, lowest first."""
        return cls(cs, type, new_bits(cs, mode, unsigned(type, value), type.bits))

    @classmethod
    def constant(cls, cs: ConstraintSystem, type: LiteralType, value: int) -> Self:
        """Return a fixed integer; counts one constant for each bit."""
        return cls.new(cs, type, Mode.CONSTANT, value)

    @classmethod
    def from_bits_le(cls, cs: ConstraintSystem, type: LiteralType, bits: Sequence[BooleanVar]) -> Self:
        """Return the integer with these low bits; bits above its width are required to be zero."""
        if len(bits) > type.bits:
            assert_all_zero(cs, bits[type.bits :])
        padding = [BooleanVar.constant(cs, False)] * (type.bits - len(bits))
        return cls(cs, type, [*bits[: type.bits], *padding])

    @classmethod
    def from_field(cls, field: FieldVar, type: LiteralType) -> Self:
        """Return the integer with the bits of a field element that must fit its width."""
        return cls(field.cs, type, field.to_lower_bits_le(type.bits))

    @classmethod
    def from_field_lossy(cls, field: FieldVar, type: LiteralType) -> Self:
        """Return the integer with the low bits of a field element."""
        return cls(field.cs, type, field.to_bits_le()[: type.bits])

    @classmethod
    def derive(
        cls,
        cs: ConstraintSystem,
        type: LiteralType,
        hint: Hint,
        inputs: Sequence[LinearCombination],
        mode: Mode | None = None,
    ) -> Self:
        """Return the integer whose bits a hint makes from combinations."""
        return cls(cs, type, derived_bits(cs, hint, inputs, type.bits, mode))

    def _constant(self, value: int) -> Self:
        return self.constant(self.cs, self.type, value)

    def _zero(self) -> Self:
        return self._constant(0)

    def _one(self) -> Self:
        return self._constant(1)

    def _of(self, bits: Sequence[BooleanVar]) -> Self:
        return self.__class__(self.cs, self.type, bits)

    def _as_dual(self) -> Self:
        return self.__class__(self.cs, _DUAL[self.type], self.bits)

    @property
    def value(self) -> int:
        """The integer of the witness."""
        return wrap(self.type, self.cs.value(self.lc()))

    @property
    def is_constant(self) -> bool:
        """True when no bit has a variable."""
        return not any(bit.lc.terms for bit in self.bits)

    @property
    def mode(self) -> Mode:
        """Constant or Public when all bits are, else Private."""
        modes = {bit.mode for bit in self.bits}
        return modes.pop() if len(modes) == 1 else Mode.PRIVATE

    @property
    def msb(self) -> BooleanVar:
        """The highest bit: the sign of a signed integer."""
        return self.bits[-1]

    @property
    def fits_twice(self) -> bool:
        """True when a product of two such integers fits one field element."""
        return 2 * self.type.bits < SIZE_IN_DATA_BITS

    def clone(self) -> Self:
        """Return the integer itself: integers hold no cache."""
        return self

    def lc(self) -> LinearCombination:
        """Return the bit pattern as one combination: the sum of ``2^i * bit_i``."""
        return weighted_sum([bit.lc for bit in self.bits])

    def to_field(self) -> FieldVar:
        """Return the bit pattern as a field element, free."""
        return FieldVar.from_bits_le(self.cs, self.bits)

    def to_bits_le(self) -> tuple[BooleanVar, ...]:
        """Return the bits, lowest first."""
        return self.bits

    @gadget("and")
    def and_(self, other: Self) -> Self:
        """Return the bitwise and."""
        return self._of([a.and_(b) for a, b in zip(self.bits, other.bits)])

    @gadget("or")
    def or_(self, other: Self) -> Self:
        """Return the bitwise or."""
        return self._of([a.or_(b) for a, b in zip(self.bits, other.bits)])

    @gadget("xor")
    def xor(self, other: Self) -> Self:
        """Return the bitwise exclusive or."""
        return self._of([a.xor(b) for a, b in zip(self.bits, other.bits)])

    def not_(self) -> Self:
        """Return every bit inverted, free."""
        return self._of([bit.not_() for bit in self.bits])

    def is_eq(self, other: Self) -> BooleanVar:
        """Return whether both are the same, compared as field elements."""
        if self.is_constant and other.is_constant:
            return BooleanVar.constant(self.cs, self.value == other.value)
        return self.to_field().is_eq(other.to_field())

    def is_neq(self, other: Self) -> BooleanVar:
        """Return whether they differ."""
        return self.is_eq(other).not_()

    @classmethod
    def ternary(cls, condition: BooleanVar, a: Self, b: Self) -> Self:
        """Return a when the condition holds, else b, bit by bit."""
        if condition.is_constant:
            return a if condition.value else b
        with a.cs.gadget("ternary"):
            return a._of([BooleanVar.ternary(condition, x, y) for x, y in zip(a.bits, b.bits)])

    def __repr__(self) -> str:
        return f"IntegerVar({self.value}{self.type}, {self.mode.name.lower()})"
