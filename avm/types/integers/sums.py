"""Sums, differences, signs and order of integers in a circuit.

Second layer of ``IntegerVar``: operands are added as field elements and the result is taken apart into bits
again (`circuit/types/integers/src/{add,sub,abs}_*.rs`, `neg.rs`, `compare.rs`).
"""

from __future__ import annotations

from typing import Self

from avm.base.errors import Halt
from avm.r1cs.hints import BITS
from avm.r1cs.linear import ONE, ZERO, Mode
from avm.r1cs.scopes import gadget
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.integers import values
from avm.types.integers.bits import IntegerBits
from avm.types.linear_var import Ordered


class IntegerSums(IntegerBits, Ordered):
    """Integers that can be added, subtracted, negated and compared."""

    __slots__ = ()

    @gadget("add")
    def add(self, other: Self) -> Self:
        """Return self + other; overflow is unsatisfied."""
        if self.is_constant and other.is_constant:
            return self._constant(values.add(self.type, self.value, other.value))
        cs, size = self.cs, self.type.bits
        if self.type.is_signed:
            sum_ = self.to_field().add(other.to_field())
            out = self._of(sum_.to_lower_bits_le(size + 1)[:size])
            same_sign = self.msb.is_eq(other.msb)
            overflow = same_sign.and_(out.msb.is_neq(self.msb))
            cs.assert_eq(overflow.lc, ZERO)
            return out
        total = self.lc() + other.lc()
        out = self.derive(cs, self.type, BITS, [total], Mode.PRIVATE)
        cs.assert_eq(total, out.lc())
        return out

    @gadget("add.w")
    def add_w(self, other: Self) -> Self:
        """Return self + other, wrapping."""
        if self.is_constant and other.is_constant:
            return self._constant(self.value + other.value)
        total = self.to_field().add(other.to_field())
        return self._of(total.to_lower_bits_le(self.type.bits + 1)[:-1])

    def _difference_bits(self, other: Self) -> list[BooleanVar]:
        """Return the bits of self + not other + 1, the last of which is set when nothing was borrowed."""
        difference = self.to_field().add(other.not_().to_field()).add(FieldVar.one(self.cs))
        return difference.to_lower_bits_le(self.type.bits + 1)

    @gadget("sub")
    def sub(self, other: Self) -> Self:
        """Return self - other; overflow is unsatisfied."""
        if self.is_constant and other.is_constant:
            return self._constant(values.sub(self.type, self.value, other.value))
        bits = self._difference_bits(other)
        out = self._of(bits[:-1])
        if self.type.is_signed:
            different_signs = self.msb.is_neq(other.msb)
            underflow = different_signs.and_(out.msb.is_eq(other.msb))
            self.cs.assert_eq(underflow.lc, ZERO)
        else:
            self.cs.assert_eq(bits[-1].lc, ONE)
        return out

    @gadget("sub.w")
    def sub_w(self, other: Self) -> Self:
        """Return self - other, wrapping."""
        if self.is_constant and other.is_constant:
            return self._constant(self.value - other.value)
        return self._of(self._difference_bits(other)[:-1])

    @gadget("abs")
    def abs_(self) -> Self:
        """Return the absolute value; that of the smallest value is unsatisfied."""
        if not self.type.is_signed:
            return self
        if self.is_constant:
            values.abs_(self.type, self.value)
        return self.ternary(self.msb, self._zero().sub(self), self)

    @gadget("abs.w")
    def abs_w(self) -> Self:
        """Return the absolute value; the smallest value stays itself."""
        if not self.type.is_signed:
            return self
        return self.ternary(self.msb, self._zero().sub_w(self), self)

    @gadget("neg")
    def neg(self) -> Self:
        """Return -self as 1 + not self; the smallest value is unsatisfied.

        Raises:
            Halt: the type is unsigned.
        """
        if not self.type.is_signed:
            raise Halt(f"an unsigned {self.type} cannot be negated")
        if self.is_constant:
            values.neg(self.type, self.value)
        return self._one().add(self.not_())

    @gadget("compare")
    def lt(self, other: Self) -> BooleanVar:
        """Return self < other, from the carry of a difference in the field."""
        cs, type, size = self.cs, self.type, self.type.bits
        if self.is_constant and other.is_constant:
            return BooleanVar.new(cs, Mode.CONSTANT, self.value < other.value)
        if not type.is_signed:
            return self._carry(other, type.max).not_()
        same_sign = self.msb.is_eq(other.msb)
        only_self_negative = self.msb.and_(other.msb.not_())
        carry = self._carry(other, (1 << size) - 1)
        return BooleanVar.ternary(same_sign, carry.not_(), only_self_negative)

    def _carry(self, other: Self, base: int) -> BooleanVar:
        """Return the top bit of ``base + self - other + 1``."""
        offset = self._constant(base).to_field()
        shifted = offset.add(self.to_field()).sub(other.to_field()).add(FieldVar.one(self.cs))
        return shifted.to_lower_bits_le(self.type.bits + 1)[-1]
