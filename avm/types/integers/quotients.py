"""Quotients and remainders of integers in a circuit.

Fourth layer of ``IntegerVar``: quotient and remainder are witnesses, bound by ``a = q * b + r`` and ``r < b``
(`circuit/types/integers/src/{div,rem}_*.rs`, `modulo.rs`).
"""

from __future__ import annotations

from typing import Self

from avm.base.errors import Halt
from avm.r1cs.hints import DIVIDED
from avm.r1cs.linear import Mode
from avm.r1cs.scopes import gadget
from avm.types.boolean import derived_bits
from avm.types.integers import values
from avm.types.integers.products import IntegerProducts


class IntegerQuotients(IntegerProducts):
    """Integers that can also be divided."""

    __slots__ = ()

    @gadget("div")
    def div(self, other: Self) -> Self:
        """Return self / other towards zero; zero and the smallest value by -1 are unsatisfied."""
        self._refuse_zero(other, "/", "div")
        if self.is_constant and other.is_constant:
            return self._constant(values.div(self.type, self.value, other.value))
        if not self.type.is_signed:
            return self._divide(other)[0]
        self._assert_no_overflow(other)
        return self._signed_quotient(other)

    @gadget("div.w")
    def div_w(self, other: Self) -> Self:
        """Return self / other towards zero, wrapping; zero is unsatisfied."""
        self._refuse_zero(other, "/", "div.w")
        if self.is_constant and other.is_constant:
            return self._constant(values.div_w(self.type, self.value, other.value))
        return self._signed_quotient(other) if self.type.is_signed else self._divide(other)[0]

    @gadget("rem")
    def rem(self, other: Self) -> Self:
        """Return the remainder with the sign of self; zero and the smallest value by -1 are unsatisfied."""
        self._refuse_zero(other, "%", "rem")
        if self.is_constant and other.is_constant:
            return self._constant(values.rem(self.type, self.value, other.value))
        if not self.type.is_signed:
            return self._divide(other)[1]
        self._assert_no_overflow(other)
        return self._signed_remainder(other)

    @gadget("rem.w")
    def rem_w(self, other: Self) -> Self:
        """Return the remainder with the sign of self; zero is unsatisfied."""
        self._refuse_zero(other, "%", "rem.w")
        if self.is_constant and other.is_constant:
            return self._constant(values.rem_w(self.type, self.value, other.value))
        return self._signed_remainder(other) if self.type.is_signed else self._divide(other)[1]

    @gadget("mod")
    def mod(self, other: Self) -> Self:
        """Return self modulo other.

        Raises:
            Halt: the type is signed, or other is the constant zero.
        """
        if self.type.is_signed:
            raise Halt(f"mod takes unsigned integers, not {self.type}")
        self._refuse_zero(other, "mod", "mod")
        return self.rem_w(other)

    def _refuse_zero(self, other: Self, sign: str, op: str) -> None:
        if other.is_constant and other.value == 0:
            raise Halt(f"{self.value}{self.type} {sign} 0{self.type} divides by zero, so {op} halts")

    def _assert_no_overflow(self, other: Self) -> None:
        smallest, minus_one = self._constant(self.type.min), self._constant(-1)
        overflows = self.is_eq(smallest).and_(other.is_eq(minus_one))
        self.cs.assert_true(overflows.not_().lc)

    @gadget("quotient")
    def _divide(self, other: Self) -> tuple[Self, Self]:
        """Return quotient and remainder of two bit patterns taken as unsigned."""
        cs, type = self.cs, self.type
        operands = [self.lc(), other.lc()]
        bits = derived_bits(cs, DIVIDED, operands, 2 * type.bits, Mode.PRIVATE)
        quotient, remainder = self._of(bits[: type.bits]), self._of(bits[type.bits :])
        if self.fits_twice:
            recombined = quotient.to_field().mul(other.to_field()).add(remainder.to_field())
            cs.assert_eq(self.lc(), recombined.lc)
        else:
            cs.assert_eq(self.lc(), quotient.mul(other).add(remainder).lc())
        cs.assert_true(remainder.lt(other).lc)
        return quotient, remainder

    def _signed_quotient(self, other: Self) -> Self:
        # Absolute values wrap: the smallest value becomes its own magnitude once read as unsigned.
        dividend, divisor = self.abs_w()._as_dual(), other.abs_w()._as_dual()
        quotient = self._of(dividend.div_w(divisor).bits)
        same_sign = self.msb.is_eq(other.msb)
        return self.ternary(same_sign, quotient, self._zero().sub_w(quotient))

    def _signed_remainder(self, other: Self) -> Self:
        dividend, divisor = self.abs_w()._as_dual(), other.abs_w()._as_dual()
        remainder = self._of(dividend.rem_w(divisor).bits)
        return self.ternary(self.msb.not_(), remainder, self._zero().sub_w(remainder))
