"""Shifts of integers in a circuit, and the complete ``IntegerVar``.

Last layer. A shift by a constant is rewiring; by a variable, the value is multiplied in the field by 2^(2^i)
for each set bit of the magnitude (`circuit/types/integers/src/{shl,shr}_*.rs`).
"""

from __future__ import annotations

from typing import Self

from avm.r1cs.scopes import gadget
from avm.types.boolean import BooleanVar, assert_all_zero
from avm.types.field import SIZE_IN_DATA_BITS, FieldVar
from avm.types.integers import values
from avm.types.integers.bits import IntegerBits
from avm.types.integers.quotients import IntegerQuotients


class IntegerVar(IntegerQuotients):
    """An integer of a circuit with every operation of the instruction set."""

    __slots__ = ()

    @property
    def _log_bits(self) -> int:
        return self.type.bits.bit_length() - 1

    @gadget("shl")
    def shl(self, n: IntegerBits) -> Self:
        """Return self * 2^n; a shift by the width or more, and overflow, are unsatisfied."""
        if n.is_constant:
            values.check_shift(self.type, self.value, "<<", n.value, "shl")
            if self.is_constant:
                values.shl(self.type, self.value, n.value)
        cs, size = self.cs, self.type.bits
        two = self._one().add(self._one())
        if not self.type.is_signed:
            if not self.fits_twice:
                return self.mul(two.pow_(n))
            assert_all_zero(cs, n.bits[self._log_bits :])
            bits = self._shift_field(self.to_field(), n).to_lower_bits_le(2 * size)
            assert_all_zero(cs, bits[size:])
            return self._of(bits[:size])
        if 3 * size < SIZE_IN_DATA_BITS:
            assert_all_zero(cs, n.bits[self._log_bits :])
            extended = FieldVar.from_bits_le(cs, self.bits + (self.msb,) * size)
            bits = self._shift_field(extended, n).to_lower_bits_le(3 * size)
            out = self._of(bits[:size])
            for bit in bits[size : 2 * size]:
                cs.assert_eq(bit.lc, out.msb.lc)
            return out
        return self._shl_by_power(two, n)

    def _shl_by_power(self, two: Self, n: IntegerBits) -> Self:
        factor = self._of(two._as_dual().pow_(n).bits)
        factor_is_smallest = factor.is_eq(self._constant(self.type.min))
        # 2^(width-1) reads as the smallest value, so the other factor is negated to balance the sign.
        left = self.ternary(factor_is_smallest, self._zero().sub_w(self), self)
        return left.mul(factor)

    @gadget("shl.w")
    def shl_w(self, n: IntegerBits) -> Self:
        """Return self * 2^(n mod width), wrapping."""
        if self.is_constant and n.is_constant:
            return self._constant(values.shl_w(self.type, self.value, n.value))
        size = self.type.bits
        amount = self._fixed_amount(n)
        if amount is not None:
            return self._of(((BooleanVar.constant(self.cs, False),) * amount + self.bits)[:size])
        if self.fits_twice:
            return self._of(self._shift_field(self.to_field(), n).to_lower_bits_le(2 * size)[:size])
        return self.mul_w(self._power_of_two(n))

    @gadget("shr")
    def shr(self, n: IntegerBits) -> Self:
        """Return self shifted right, rounding down; a shift by the width or more is unsatisfied."""
        if self.is_constant and n.is_constant:
            return self._constant(values.shr(self.type, self.value, n.value))
        if n.is_constant:
            values.check_shift(self.type, self.value, ">>", n.value, "shr")
        assert_all_zero(self.cs, n.bits[self._log_bits :])
        return self.shr_w(n)

    @gadget("shr.w")
    def shr_w(self, n: IntegerBits) -> Self:
        """Return self shifted right by n mod width, rounding down."""
        if self.is_constant and n.is_constant:
            return self._constant(values.shr_w(self.type, self.value, n.value))
        cs, size = self.cs, self.type.bits
        amount = self._fixed_amount(n)
        if amount is not None:
            filler = self.msb if self.type.is_signed else BooleanVar.constant(cs, False)
            return self._of((self.bits + (filler,) * amount)[amount:])
        if self.fits_twice:
            mirrored = FieldVar.from_bits_le(cs, self.bits[::-1])
            filler_field = FieldVar.from_boolean(self.msb) if self.type.is_signed else None
            shifted = self._shift_field(mirrored, n, filler_field).to_lower_bits_le(2 * size)
            return self._of(shifted[:size][::-1])
        divisor = self._power_of_two(n)
        return self._divide_rounding_down(divisor) if self.type.is_signed else self.div_w(divisor)

    def _fixed_amount(self, n: IntegerBits) -> int | None:
        """Return the shift modulo the width when the bits that decide it are constant."""
        low = n.bits[: self._log_bits]
        if any(bit.lc.terms for bit in low):
            return None
        return sum(bit.lc.constant << i for i, bit in enumerate(low))

    @gadget("shift")
    def _shift_field(self, start: FieldVar, n: IntegerBits, filler: FieldVar | None = None) -> FieldVar:
        """Return start * 2^(n mod width), with the freed low places filled by copies of a bit."""
        out = start
        for i, bit in enumerate(n.bits[: self._log_bits]):
            factor = FieldVar.constant(self.cs, 1 << (1 << i))
            shifted = out.mul(factor)
            if filler is not None:
                mask = FieldVar.constant(self.cs, factor.value - 1)
                shifted = shifted.add(mask.mul(filler))
            out = FieldVar.ternary(bit, shifted, out)
        return out

    @gadget("power of two")
    def _power_of_two(self, n: IntegerBits) -> Self:
        """Return 2^(n mod width) as a bit pattern, for 128-bit integers."""
        power = FieldVar.one(self.cs)
        for bit in reversed(n.bits[: self._log_bits]):
            power = power.square()
            power = FieldVar.ternary(bit, power.double(), power)
        return self._of(power.to_lower_bits_le(self.type.bits))

    def _divide_rounding_down(self, divisor: Self) -> Self:
        quotient_bits, remainder = self.abs_w()._as_dual()._divide(divisor._as_dual())
        quotient = self._of(quotient_bits.bits)
        negated = quotient.not_().add_w(self._one())
        exact = remainder.to_field().is_eq(FieldVar.zero(self.cs))
        rounded = self.ternary(exact, negated, negated.sub_w(self._one()))
        return self.ternary(self.msb, rounded, quotient)
