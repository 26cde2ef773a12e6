"""Products and powers of integers in a circuit.

Third layer of ``IntegerVar``. Up to 64 bits a product fits one field element; 128-bit products are put
together from halves (`circuit/types/integers/src/{mul,pow}_*.rs`).
"""

from __future__ import annotations

from typing import Self

from avm.r1cs.hints import BITS_OF_PRODUCT
from avm.r1cs.linear import ZERO, Mode
from avm.r1cs.scopes import gadget
from avm.types.boolean import BooleanVar, assert_all_zero
from avm.types.field import FieldVar
from avm.types.integers import values
from avm.types.integers.bits import IntegerBits
from avm.types.integers.sums import IntegerSums


class IntegerProducts(IntegerSums):
    """Integers that can also be multiplied and raised to a power."""

    __slots__ = ()

    @gadget("mul")
    def mul(self, other: Self) -> Self:
        """Return self * other; overflow is unsatisfied."""
        if self.is_constant and other.is_constant:
            return self._constant(values.mul(self.type, self.value, other.value))
        if not self.type.is_signed:
            return self._mul_and_check(other)
        cs = self.cs
        product = self.abs_w()._mul_and_check(other.abs_w())
        same_sign = self.msb.is_eq(other.msb)
        cs.assert_eq(same_sign.and_(product.msb).lc, ZERO)
        cs.assert_eq(product._underflows(same_sign).lc, ZERO)
        return self.ternary(same_sign, product, self._zero().sub_w(product))

    @gadget("underflow")
    def _underflows(self, same_sign: BooleanVar) -> BooleanVar:
        """Return whether this product of absolute values is too large to be negated, when it has to be."""
        any_low_bit = BooleanVar.constant(self.cs, False)
        for bit in self.bits[:-1]:
            any_low_bit = any_low_bit.or_(bit)
        in_range = self.msb.not_().or_(self.msb.and_(any_low_bit.not_()))
        return same_sign.not_().and_(in_range.not_())

    def _low_product(self, other: Self) -> Self:
        """Return the low bits of the product of two bit patterns, a constant if both are, not yet bound."""
        mode = None if self.is_constant and other.is_constant else Mode.PRIVATE
        return self.derive(self.cs, self.type, BITS_OF_PRODUCT, [self.lc(), other.lc()], mode)

    @gadget("product")
    def _mul_and_check(self, other: Self) -> Self:
        """Return the product of two bit patterns, required to fit."""
        if self.fits_twice:
            product = self._low_product(other)
            self.cs.enforce(self.lc(), other.lc(), product.lc())
            return product
        product, carry, upper = self._karatsuba(other)
        assert_all_zero(self.cs, carry)
        self.cs.assert_eq(upper.lc, ZERO)
        return product

    @gadget("product")
    def _mul_with_flag(self, other: Self) -> tuple[Self, BooleanVar]:
        """Return the wrapped product of two bit patterns and whether it overflowed."""
        if self.fits_twice:
            product = self._low_product(other)
            exact = self.to_field().mul(other.to_field())
            return product, exact.is_neq(product.to_field())
        product, carry, upper = self._karatsuba(other)
        excess = FieldVar.from_bits_le(self.cs, carry).add(upper)
        return product, excess.is_neq(FieldVar.zero(self.cs))

    def _halves(self) -> tuple[FieldVar, FieldVar]:
        middle = self.type.bits // 2
        upper = FieldVar.from_bits_le(self.cs, self.bits[middle:])
        return upper, FieldVar.from_bits_le(self.cs, self.bits[:middle])

    def _karatsuba(self, other: Self) -> tuple[Self, list[BooleanVar], FieldVar]:
        """Return the low half of the product, the carry bits of its middle part, and its upper part."""
        x1, x0 = self._halves()
        y1, y0 = other._halves()
        z0 = x0.mul(y0)
        z2 = x1.mul(y1)
        z1 = x1.add(x0).mul(y1.add(y0)).sub(z2).sub(z0)
        size = self.type.bits
        bits = z0.add(z1.scale(1 << size // 2)).to_lower_bits_le(size + size // 2 + 1)
        return self._of(bits[:size]), bits[size:], z2

    @gadget("mul.w")
    def mul_w(self, other: Self) -> Self:
        """Return self * other, wrapping."""
        if self.is_constant and other.is_constant:
            return self._constant(self.value * other.value)
        x1, x0 = self._halves()
        y1, y0 = other._halves()
        z0 = x0.mul(y0)
        z1 = x1.mul(y0).add(x0.mul(y1))
        size = self.type.bits
        bits = z0.add(z1.scale(1 << size // 2)).to_lower_bits_le(size + size // 2 + 1)
        return self._of(bits[:size])

    @gadget("pow")
    def pow_(self, exponent: IntegerBits) -> Self:
        """Return self to the power of an unsigned u8, u16 or u32; overflow is unsatisfied."""
        if self.is_constant and exponent.is_constant:
            return self._constant(values.pow_(self.type, self.value, exponent.value))
        out = self._one()
        for bit in reversed(exponent.bits):
            out = out.mul(out)
            out = self.ternary(bit, out._times_if(self, bit), out)
        return out

    def _times_if(self, base: Self, needed: BooleanVar) -> Self:
        """Return self * base, where overflow is allowed unless the product is needed."""
        cs = self.cs
        if not self.type.is_signed:
            product, overflow = self._mul_with_flag(base)
            cs.assert_eq(overflow.and_(needed).lc, ZERO)
            return product
        product, overflow = self.abs_w()._mul_with_flag(base.abs_w())
        same_sign = self.msb.is_eq(base.msb)
        positive_overflow = same_sign.and_(product.msb)
        negative_underflow = product._underflows(same_sign)
        overflow = overflow.or_(positive_overflow).or_(negative_underflow)
        cs.assert_eq(overflow.and_(needed).lc, ZERO)
        return self.ternary(same_sign, product, product.not_().add_w(self._one()))

    @gadget("pow.w")
    def pow_w(self, exponent: IntegerBits) -> Self:
        """Return self to the power of an unsigned u8, u16 or u32, wrapping."""
        if self.is_constant and exponent.is_constant:
            return self._constant(values.pow_w(self.type, self.value, exponent.value))
        out = self._one()
        for bit in reversed(exponent.bits):
            out = out.mul_w(out)
            out = self.ternary(bit, out.mul_w(self), out)
        return out
