"""Booleans: the logic of two values, and bits of a circuit held as linear combinations that are 0 or 1.

Constraints follow `circuit/types/boolean/src/*.rs`: an operand that is constant folds away; otherwise an
operation costs one private variable and one constraint, and NOT is free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from avm.r1cs.hints import Hint
from avm.r1cs.linear import ONE, PUBLIC_ONE, ZERO, LinearCombination, Mode, total
from avm.r1cs.system import ConstraintSystem
from avm.types.literal_type import LiteralType

# --- values ---


def and_(_type: LiteralType, a: bool, b: bool) -> bool:
    """Return a and b."""
    return a and b


def or_(_type: LiteralType, a: bool, b: bool) -> bool:
    """Return a or b."""
    return a or b


def xor(_type: LiteralType, a: bool, b: bool) -> bool:
    """Return whether exactly one is true."""
    return a != b


def nand(_type: LiteralType, a: bool, b: bool) -> bool:
    """Return not (a and b)."""
    return not (a and b)


def nor(_type: LiteralType, a: bool, b: bool) -> bool:
    """Return not (a or b)."""
    return not (a or b)


def not_(_type: LiteralType, a: bool) -> bool:
    """Return not a."""
    return not a


# --- circuit ---


class BooleanVar:
    """A bit of a circuit; ``lc`` comes to 0 or 1."""

    __slots__ = ("cs", "lc")

    def __init__(self, cs: ConstraintSystem, lc: LinearCombination) -> None:
        self.cs = cs
        self.lc = lc

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, value: bool) -> BooleanVar:
        """Inject a value: one variable (a constant counts too), and one constraint unless constant."""
        return cls(cs, cs.new_boolean(mode, value))

    @classmethod
    def constant(cls, cs: ConstraintSystem, value: bool) -> BooleanVar:
        """Return a fixed bit that is not counted."""
        return cls(cs, ONE if value else ZERO)

    @property
    def value(self) -> bool:
        """The bit of the witness."""
        return self.cs.value(self.lc) == 1

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return not self.lc.terms

    @property
    def mode(self) -> Mode:
        """Mode of the combination."""
        return self.lc.mode

    def clone(self) -> BooleanVar:
        """Return the bit itself: bits hold no cache."""
        return self

    def to_bits_le(self) -> tuple[BooleanVar, ...]:
        """Return the bit alone."""
        return (self,)

    def and_(self, other: BooleanVar) -> BooleanVar:
        """Return self and other: ``a * b = out``."""
        a, b = self.lc, other.lc
        if not a.terms:
            return other if a.constant else self
        if not b.terms:
            return self if b.constant else other
        return BooleanVar(self.cs, self.cs.solve_product(a, b))

    def or_(self, other: BooleanVar) -> BooleanVar:
        """Return self or other: ``(1 - a) * (1 - b) = 1 - out``."""
        a, b = self.lc, other.lc
        if not a.terms:
            return self if a.constant else other
        if not b.terms:
            return other if b.constant else self
        return BooleanVar(self.cs, self.cs.solve_product(ONE - a, ONE - b, ONE, minus=True))

    def xor(self, other: BooleanVar) -> BooleanVar:
        """Return self xor other: ``2a * b = a + b - out``."""
        a, b = self.lc, other.lc
        if not a.terms:
            return other.not_() if a.constant else other
        if not b.terms:
            return self.not_() if b.constant else self
        return BooleanVar(self.cs, self.cs.solve_product(a + a, b, a + b, minus=True))

    def nand(self, other: BooleanVar) -> BooleanVar:
        """Return not (self and other): ``a * b = 1 - out``."""
        a, b = self.lc, other.lc
        if not a.terms:
            return other.not_() if a.constant else self.not_()
        if not b.terms:
            return self.not_() if b.constant else other.not_()
        return BooleanVar(self.cs, self.cs.solve_product(a, b, ONE, minus=True))

    def nor(self, other: BooleanVar) -> BooleanVar:
        """Return not (self or other): ``(1 - a) * (1 - b) = out``."""
        a, b = self.lc, other.lc
        if not a.terms:
            return self.not_() if a.constant else other.not_()
        if not b.terms:
            return other.not_() if b.constant else self.not_()
        return BooleanVar(self.cs, self.cs.solve_product(ONE - a, ONE - b))

    def not_(self) -> BooleanVar:
        """Return not self, free: an explicit term on public variable 0 minus the bit."""
        if not self.lc.terms:
            return BooleanVar(self.cs, ZERO if self.lc.constant else ONE)
        return BooleanVar(self.cs, PUBLIC_ONE - self.lc)

    def is_neq(self, other: BooleanVar) -> BooleanVar:
        """Return whether the bits differ."""
        return self.xor(other)

    def is_eq(self, other: BooleanVar) -> BooleanVar:
        """Return whether the bits are the same."""
        return self.xor(other).not_()

    @staticmethod
    def ternary(condition: BooleanVar, a: BooleanVar, b: BooleanVar) -> BooleanVar:
        """Return a when the condition holds, else b: ``condition * (a - b) = out - b``."""
        c = condition.lc
        if not c.terms:
            return a if c.constant else b
        if not a.lc.terms:
            return condition.or_(b) if a.lc.constant else condition.not_().and_(b)
        if not b.lc.terms:
            return condition.not_().or_(a) if b.lc.constant else condition.and_(a)
        cs = condition.cs
        return BooleanVar(cs, cs.solve_product(c, a.lc - b.lc, -b.lc))

    def __repr__(self) -> str:
        return f"BooleanVar({str(self.value).lower()}, {self.mode.name.lower()})"


def new_bits(cs: ConstraintSystem, mode: Mode, value: int, size: int) -> list[BooleanVar]:
    """Inject the ``size`` low bits of a value, least significant first."""
    return [BooleanVar(cs, bit) for bit in cs.new_booleans(mode, value, size)]


def derived_bits(
    cs: ConstraintSystem, hint: Hint, inputs: Sequence[LinearCombination], size: int, mode: Mode | None = None
) -> list[BooleanVar]:
    """Return ``size`` bits that a hint makes from combinations, each with its constraint unless constant."""
    return [BooleanVar(cs, bit) for bit in cs.derive_booleans(hint, inputs, size, mode)]


def is_at_most(cs: ConstraintSystem, bits: Sequence[BooleanVar], limit: int) -> BooleanVar:
    """Return whether the number with these little-endian bits is at most a fixed limit of the same length."""
    above = BooleanVar.constant(cs, False)
    for i, bit in enumerate(bits):
        above = bit.and_(above) if limit >> i & 1 else bit.or_(above)
    return above.not_()


def assert_at_most(cs: ConstraintSystem, bits: Sequence[BooleanVar], limit: int) -> None:
    """Require that the number with these little-endian bits is at most a fixed limit of the same length."""
    with cs.gadget("range"):
        cs.assert_true(is_at_most(cs, bits, limit).lc)


def assert_all_zero(cs: ConstraintSystem, bits: Iterable[BooleanVar]) -> None:
    """Require that every bit is zero, with one constraint on their sum."""
    cs.assert_eq(total(bit.lc for bit in bits), ZERO)
