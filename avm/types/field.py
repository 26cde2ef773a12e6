"""Field elements: arithmetic modulo r on plain integers, and on linear combinations of a circuit.

The circuit follows `circuit/types/field/src/*.rs`. Additions are free; a product of two variables costs one
constraint. The bits of a variable are found once and kept (``to_bits_le``): a second decomposition is free,
but a ``clone`` made before the first one must pay for its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.algebra.fields import Fr
from avm.base.errors import Halt
from avm.r1cs.hints import BITS, EVEN_ROOT, IS_NONZERO, SMALLER_ROOT, Hint
from avm.r1cs.linear import MODULUS, ONE, ZERO, LinearCombination, Mode, inner_product, weighted_sum
from avm.r1cs.scopes import gadget
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar, assert_at_most, derived_bits
from avm.types.linear_var import LinearVar
from avm.types.literal_type import LiteralType

SIZE_IN_BITS = 253
SIZE_IN_DATA_BITS = 252
HALF = (MODULUS - 1) // 2
"""The largest element that counts as a smaller root."""

# --- values ---


def add(_type: LiteralType, a: int, b: int) -> int:
    """Return a + b."""
    return (a + b) % MODULUS


def sub(_type: LiteralType, a: int, b: int) -> int:
    """Return a - b."""
    return (a - b) % MODULUS


def mul(_type: LiteralType, a: int, b: int) -> int:
    """Return a * b."""
    return a * b % MODULUS


def inv(_type: LiteralType, a: int) -> int:
    """Return 1 / a; zero halts."""
    if a == 0:
        raise Halt("0field has no inverse, so inv halts")
    return pow(a, -1, MODULUS)


def div(_type: LiteralType, a: int, b: int) -> int:
    """Return a / b; division by zero halts."""
    if b == 0:
        raise Halt(f"{a}field / 0field divides by zero, so div halts")
    return a * pow(b, -1, MODULUS) % MODULUS


def double(_type: LiteralType, a: int) -> int:
    """Return 2a."""
    return a * 2 % MODULUS


def square(_type: LiteralType, a: int) -> int:
    """Return a squared."""
    return a * a % MODULUS


def sqrt(_type: LiteralType, a: int) -> int:
    """Return the smaller square root; an element that is not a square halts."""
    if not Fr.is_square(a):
        raise Halt(f"{a}field is not a square, so sqrt halts")
    return Fr.sqrt(a)


def neg(_type: LiteralType, a: int) -> int:
    """Return -a."""
    return -a % MODULUS


def pow_(_type: LiteralType, a: int, b: int) -> int:
    """Return a to the power of the canonical integer b; 0 to the 0 is 1."""
    return pow(a, b, MODULUS)


class FieldVar(LinearVar):
    """A field element of a circuit."""

    __slots__ = ()
    type = LiteralType.FIELD
    modulus = MODULUS

    @classmethod
    def zero(cls, cs: ConstraintSystem) -> FieldVar:
        """Return 0, not counted."""
        return cls(cs, ZERO)

    @classmethod
    def one(cls, cs: ConstraintSystem) -> FieldVar:
        """Return 1, not counted."""
        return cls(cs, ONE)

    @classmethod
    def fixed(cls, cs: ConstraintSystem, value: int) -> FieldVar:
        """Return a canonical number of a table, not counted."""
        return cls(cs, LinearCombination(value, {}))

    @classmethod
    def from_boolean(cls, bit: BooleanVar) -> FieldVar:
        """Return the bit as 0 or 1, free."""
        return cls(bit.cs, bit.lc)

    def derive(self, hint: Hint, mode: Mode | None = None) -> FieldVar:
        """Return what a hint makes of this: constant when this is and no mode is given, private otherwise."""
        return FieldVar(self.cs, self.cs.derive(hint, [self.lc], mode=mode)[0])

    def over(self, divisor: FieldVar, *others: FieldVar) -> FieldVar:
        """Return the quotient q with ``q * divisor = self`` required.

        It is private unless this, the divisor and the ``others`` are constant; a divisor of zero leaves it
        open, so the caller makes sure that there is none.
        """
        cs = self.cs
        if divisor.lc.terms or self.lc.terms or any(other.lc.terms for other in others):
            return FieldVar(cs, cs.solve_left(divisor.lc, self.lc))
        quotient = cs.new_constant(self.lc.constant * pow(divisor.lc.constant, -1, MODULUS) % MODULUS)
        cs.enforce(quotient, divisor.lc, self.lc)
        return FieldVar(cs, quotient)

    def add(self, other: FieldVar) -> FieldVar:
        """Return self + other, free."""
        return FieldVar(self.cs, self.lc + other.lc)

    def sub(self, other: FieldVar) -> FieldVar:
        """Return self - other, free."""
        return FieldVar(self.cs, self.lc - other.lc)

    def neg(self) -> FieldVar:
        """Return -self, free."""
        return FieldVar(self.cs, -self.lc)

    def double(self) -> FieldVar:
        """Return 2 self, free."""
        return FieldVar(self.cs, self.lc + self.lc)

    def scale(self, factor: int) -> FieldVar:
        """Return self times a fixed number, free and not counted."""
        return FieldVar(self.cs, self.lc.scale(factor % MODULUS))

    @classmethod
    def combine(
        cls, cs: ConstraintSystem, weights: Sequence[int], parts: Sequence[FieldVar], shift: int = 0
    ) -> FieldVar:
        """Return ``shift + sum(weight_i * part_i)`` for fixed canonical numbers, free and not counted."""
        return cls(cs, inner_product(weights, [part.lc for part in parts], shift))

    def mul(self, other: FieldVar) -> FieldVar:
        """Return self * other: free when one is constant, else ``self * other = product``."""
        a, b = self.lc, other.lc
        if not b.terms:
            return FieldVar(self.cs, a.scale(b.constant))
        if not a.terms:
            return FieldVar(self.cs, b.scale(a.constant))
        return FieldVar(self.cs, self.cs.solve_product(a, b))

    def square(self) -> FieldVar:
        """Return self * self."""
        return self.mul(self)

    @gadget("inv")
    def inv(self) -> FieldVar:
        """Return 1 / self: ``self * inverse = 1``; a constant zero halts, a variable zero is unsatisfied."""
        cs, lc = self.cs, self.lc
        if lc.terms:
            return FieldVar(cs, cs.solve_right(lc, ONE))
        if not lc.constant:
            raise Halt("0field has no inverse, so inv halts")
        return FieldVar(cs, cs.new_constant(pow(lc.constant, -1, MODULUS)))

    @gadget("div")
    def div(self, other: FieldVar) -> FieldVar:
        """Return self / other, by the inverse of other; a constant zero divisor halts."""
        if other.is_constant and not other.value:
            raise Halt(f"{self.value}field / 0field divides by zero, so div halts")
        return self.mul(other.inv())

    def div_unchecked(self, other: FieldVar) -> FieldVar:
        """Return self / other where both are never zero: ``quotient * other = self`` for two variables.

        0 / 0 would be any number. Where one is constant this is ``div``.
        """
        if self.is_constant or other.is_constant:
            return self.div(other)
        return FieldVar(self.cs, self.cs.solve_left(other.lc, self.lc))

    @gadget("sqrt")
    def sqrt(self) -> FieldVar:
        """Return the root that is at most (r - 1) / 2; an element without root is unsatisfied."""
        root = self.derive(SMALLER_ROOT)
        self._assert_square(root, "sqrt")
        self.cs.assert_true(root.lte(FieldVar.constant(self.cs, HALF)).lc)
        return root

    @gadget("sqrt")
    def even_sqrt(self) -> FieldVar:
        """Return the root whose canonical integer is even; an element without root is unsatisfied."""
        root = self.derive(EVEN_ROOT)
        self._assert_square(root, "sqrt")
        self.cs.assert_true(root.to_bits_le()[0].not_().lc)
        return root

    def _assert_square(self, root: FieldVar, name: str) -> None:
        if self.is_constant and root.value * root.value % MODULUS != self.value:
            raise Halt(f"{self.value}field is not a square, so {name} halts")
        self.cs.enforce(root.lc, root.lc, self.lc)

    @gadget("square roots")
    def square_roots_flagged(self) -> tuple[FieldVar, FieldVar, BooleanVar]:
        """Return both square roots in no enforced order, and a flag that is set when there are none.

        Without a root both results are zero (`square_root.rs`, the nondeterministic variant).
        """
        cs = self.cs
        euler = self.pow_(FieldVar.constant(cs, HALF))
        is_nonzero_square = euler.is_eq(FieldVar.one(cs))
        square = FieldVar.ternary(is_nonzero_square, self, FieldVar.zero(cs))
        first = self.derive(SMALLER_ROOT)
        cs.enforce(first.lc, first.lc, square.lc)
        second = first.neg()
        is_nonzero = self.is_eq(FieldVar.zero(cs)).not_()
        return first, second, is_nonzero.and_(is_nonzero_square.not_())

    @gadget("pow")
    def pow_(self, exponent: FieldVar) -> FieldVar:
        """Return self to the power of the exponent's canonical integer, by squaring from the top bit."""
        out = FieldVar.one(self.cs)
        bits = exponent.to_bits_le()
        if exponent.is_constant:
            for bit in reversed(bits):
                out = out.square()
                if bit.value:
                    out = out.mul(self)
            return out
        for bit in reversed(bits):
            out = out.square()
            out = FieldVar.ternary(bit, out.mul(self), out)
        return out

    def to_bits_le(self) -> tuple[BooleanVar, ...]:
        """Return the 253 bits of the canonical integer, and keep them for the next time."""
        if self._bits is None:
            bits = tuple(self.to_lower_bits_le(SIZE_IN_BITS))
            assert_at_most(self.cs, bits, MODULUS - 1)
            self._bits = bits
        return self._bits

    @gadget("bits")
    def to_lower_bits_le(self, size: int) -> list[BooleanVar]:
        """Return ``size`` fresh bits and require that they make up the whole element."""
        if size > SIZE_IN_BITS:
            raise Halt(f"Attempted to extract {size} bits from a {SIZE_IN_BITS}-bit base field element")
        bits = derived_bits(self.cs, BITS, [self.lc], size)
        self.cs.assert_eq(self.lc, weighted_sum([bit.lc for bit in bits]))
        return bits

    @gadget("equality")
    def is_neq(self, other: FieldVar) -> BooleanVar:
        """Return whether they differ: ``d * m = out`` and ``d * (1 - out) = 0`` for the difference d."""
        cs = self.cs
        if self.is_constant and other.is_constant:
            return BooleanVar.new(cs, Mode.CONSTANT, self.value != other.value)
        delta = self.lc - other.lc
        (differ,) = cs.derive(IS_NONZERO, [delta], mode=Mode.PRIVATE)
        if delta.terms:
            cs.solve_right(delta, differ, or_one=True)
        else:
            inverse = pow(delta.constant, -1, MODULUS) if delta.constant else 1
            cs.enforce(delta, cs.new_constant(inverse), differ)
        out = BooleanVar(cs, differ)
        cs.enforce(delta, out.not_().lc, ZERO)
        return out

    def is_eq(self, other: FieldVar) -> BooleanVar:
        """Return whether they are the same."""
        return self.is_neq(other).not_()

    @gadget("compare")
    def lt(self, other: FieldVar) -> BooleanVar:
        """Return self < other as canonical integers, folding over the bits from the least significant."""
        cs = self.cs
        less = BooleanVar.constant(cs, self.is_constant and other.is_constant and self.value < other.value)
        if self.is_constant and other.is_constant:
            return less
        if self.is_constant:
            for i, that in enumerate(other.to_bits_le()):
                less = that.and_(less) if self.value >> i & 1 else that.or_(less)
        elif other.is_constant:
            for i, this in enumerate(self.to_bits_le()):
                less = this.not_().or_(less) if other.value >> i & 1 else this.not_().and_(less)
        else:
            mine = self.to_bits_le()
            for this, that in zip(mine, other.to_bits_le()):
                less = BooleanVar.ternary(this.xor(that), that, less)
        return less

    @staticmethod
    def ternary(condition: BooleanVar, a: FieldVar, b: FieldVar) -> FieldVar:
        """Return a when the condition holds, else b: ``(a - b) * condition = out - b``."""
        cs = condition.cs
        if condition.is_constant:
            return (a if condition.value else b).clone()
        if a.is_constant and b.is_constant:
            return FieldVar(cs, condition.lc.scale(a.value) + condition.not_().lc.scale(b.value))
        return FieldVar(cs, cs.solve_product(a.lc - b.lc, condition.lc, -b.lc))
