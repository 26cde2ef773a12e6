"""Group elements: points of the prime-order subgroup of Edwards-BLS12, as affine coordinates.

The circuit keeps x and y as field elements; a point that is injected is proved to be four times a point of
the curve, hence in the subgroup (`circuit/types/group/src/*.rs`).
"""

from __future__ import annotations

from collections.abc import Sequence

from avm.algebra import edwards
from avm.algebra.fields import FS_MODULUS
from avm.base.errors import Halt
from avm.r1cs.hints import QUARTER, SUBGROUP_Y
from avm.r1cs.linear import LinearCombination, Mode
from avm.r1cs.scopes import gadget
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.literal_type import LiteralType
from avm.types.scalar import ScalarVar

Point = tuple[int, int]
IDENTITY: Point = (0, 1)
GENERATOR: Point = edwards.GENERATOR
_A = -1
"""The coefficient a of ``a x^2 + y^2 = 1 + d x^2 y^2``."""

# --- values ---


def add(_type: LiteralType, a: Point, b: Point) -> Point:
    """Return a + b."""
    return edwards.add(a, b)


def sub(_type: LiteralType, a: Point, b: Point) -> Point:
    """Return a - b."""
    return edwards.add(a, edwards.neg(b))


def neg(_type: LiteralType, a: Point) -> Point:
    """Return -a."""
    return edwards.neg(a)


def double(_type: LiteralType, a: Point) -> Point:
    """Return 2a."""
    return edwards.double(a)


def mul(_type: LiteralType, a: Point, scalar: int) -> Point:
    """Return the scalar multiple of a point."""
    return edwards.mul(a, scalar)


def from_x(x: int) -> Point | None:
    """Return the point of the subgroup with this x coordinate, or None when there is none."""
    try:
        return edwards.from_x(x)
    except Halt:
        return None


# --- circuit ---


class GroupVar:
    """A point of a circuit."""

    __slots__ = ("cs", "x", "y")

    def __init__(self, x: FieldVar, y: FieldVar) -> None:
        self.cs = x.cs
        self.x = x
        self.y = y

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, value: Point) -> GroupVar:
        """Inject a point and require that it lies in the subgroup."""
        x = FieldVar.new(cs, mode, value[0])
        point = cls(x, FieldVar.new(cs, mode, value[1]))
        point.enforce_in_group()
        return point

    @classmethod
    def constant(cls, cs: ConstraintSystem, value: Point) -> GroupVar:
        """Return a fixed point; counts ten constants."""
        return cls.new(cs, Mode.CONSTANT, value)

    @classmethod
    def fixed(cls, cs: ConstraintSystem, value: Point) -> GroupVar:
        """Return a point of a table, not counted."""
        return cls(FieldVar.fixed(cs, value[0]), FieldVar.fixed(cs, value[1]))

    @classmethod
    def zero(cls, cs: ConstraintSystem) -> GroupVar:
        """Return the identity, not counted."""
        return cls(FieldVar.zero(cs), FieldVar.one(cs))

    @classmethod
    def generator(cls, cs: ConstraintSystem) -> GroupVar:
        """Return the generator of the subgroup as a constant."""
        return cls.constant(cs, GENERATOR)

    @classmethod
    def from_x_coordinate(cls, x: FieldVar) -> GroupVar:
        """Return the point of the subgroup with this x; without one the circuit is unsatisfied."""
        if x.is_constant and from_x(x.value) is None:
            raise Halt(f"{x.value}field is not the x-coordinate of a group element")
        found = cls(x, x.derive(SUBGROUP_Y))
        found.enforce_in_group()
        return found

    @classmethod
    def from_x_coordinate_flagged(cls, x: FieldVar) -> tuple[GroupVar, BooleanVar]:
        """Return the point of the subgroup with this x, and a flag that is set when there is none."""
        cs = x.cs
        a, d = _coefficients(cs)
        one = FieldVar.one(cs)
        xx = x.mul(x)
        top = xx.mul(a).sub(one)
        bottom = xx.mul(d).sub(one)
        y1, y2, no_root = top.over(bottom).square_roots_flagged()
        first = cls(x.clone(), y1.clone()).is_in_group()
        second = cls(x.clone(), y2.clone()).is_in_group()
        y = FieldVar.ternary(second, y2, FieldVar.zero(cs))
        y = FieldVar.ternary(first, y1, y)
        y = FieldVar.ternary(no_root, FieldVar.zero(cs), y)
        neither = first.not_().and_(second.not_())
        return cls(x, y), no_root.or_(neither)

    @classmethod
    def from_bits_le(cls, cs: ConstraintSystem, bits: Sequence[BooleanVar]) -> GroupVar:
        """Return the point whose x coordinate has these bits."""
        return cls.from_x_coordinate(FieldVar.from_bits_le(cs, bits))

    @property
    def value(self) -> Point:
        """The point of the witness."""
        return self.x.value, self.y.value

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return self.x.is_constant and self.y.is_constant

    @property
    def mode(self) -> Mode:
        """The mode both coordinates share, else Private."""
        return self.x.mode if self.x.mode is self.y.mode else Mode.PRIVATE

    @property
    def lc(self) -> LinearCombination:
        """A point taken as a combination is its x coordinate."""
        return self.x.lc

    def clone(self) -> GroupVar:
        """Return a copy; bits found later are not shared."""
        return GroupVar(self.x.clone(), self.y.clone())

    def to_field(self) -> FieldVar:
        """Return a copy of the x coordinate."""
        return self.x.clone()

    def to_bits_le(self) -> tuple[BooleanVar, ...]:
        """Return the bits of the x coordinate, and keep them."""
        return self.x.to_bits_le()

    def _is_fixed_zero(self) -> bool:
        return self.is_constant and self.value == IDENTITY

    @gadget("on curve")
    def enforce_on_curve(self) -> None:
        """Require ``y^2 * (d x^2 - 1) = a x^2 - 1``."""
        a, d = _coefficients(self.cs)
        one = FieldVar.one(self.cs)
        x2 = self.x.square()
        y2 = self.y.square()
        self.cs.enforce(y2.lc, x2.mul(d).sub(one).lc, x2.mul(a).sub(one).lc)

    @gadget("subgroup")
    def enforce_in_group(self) -> None:
        """Require that the point is the quadruple of a point of the curve."""
        cs = self.cs
        x, y = cs.derive(QUARTER, [self.x.lc, self.y.lc], 2)
        point = GroupVar(FieldVar(cs, x), FieldVar(cs, y))
        point.enforce_on_curve()
        point.double().enforce_double(self)

    def _double_terms(self) -> tuple[FieldVar, FieldVar, FieldVar, FieldVar]:
        """Return the numerators and denominators (x_top, x_bottom, y_top, y_bottom) of 2 self."""
        a = FieldVar.constant(self.cs, _A)
        xy = self.x.mul(self.y)
        x2 = self.x.square()
        y2 = self.y.square()
        ax2 = x2.mul(a)
        bottom = ax2.add(y2)
        two = FieldVar.one(self.cs).double()
        return xy.double(), bottom, y2.sub(ax2), two.sub(bottom)

    @gadget("double")
    def enforce_double(self, double: GroupVar) -> None:
        """Require that a point is 2 self."""
        x_top, x_bottom, y_top, y_bottom = self._double_terms()
        self.cs.enforce(double.x.lc, x_bottom.lc, x_top.lc)
        self.cs.enforce(double.y.lc, y_bottom.lc, y_top.lc)

    @gadget("double")
    def double(self) -> GroupVar:
        """Return 2 self."""
        if self._is_fixed_zero():
            return self.clone()
        return self._quotient(*self._double_terms())

    def _quotient(self, x_top: FieldVar, x_bottom: FieldVar, y_top: FieldVar, y_bottom: FieldVar) -> GroupVar:
        """Return the point (x_top / x_bottom, y_top / y_bottom) as witnesses bound by two constraints."""
        for bottom in (x_bottom, y_bottom):
            if bottom.is_constant and not bottom.value:
                raise Halt("the sum of points that are not on the curve is undefined")
        x = x_top.over(x_bottom, y_top, y_bottom)
        return GroupVar(x, y_top.over(y_bottom, x_top, x_bottom))

    @gadget("add")
    def add(self, other: GroupVar) -> GroupVar:
        """Return self + other by the complete addition law; a fixed identity folds away."""
        if self._is_fixed_zero():
            return other.clone()
        if other._is_fixed_zero():
            return self.clone()
        this, that = (self, other) if other.is_constant else (other, self)
        a, d = _coefficients(self.cs)
        u = this.x.mul(a.neg()).add(this.y).mul(that.x.add(that.y))
        v0 = this.x.mul(that.y)
        v1 = that.x.mul(this.y)
        v2 = v0.mul(v1).mul(d)
        one = FieldVar.one(self.cs)
        return self._quotient(v0.add(v1), v2.add(one), u.add(v0.mul(a)).sub(v1), one.sub(v2))

    def neg(self) -> GroupVar:
        """Return -self, free."""
        return GroupVar(self.x.neg(), self.y.clone())

    def sub(self, other: GroupVar) -> GroupVar:
        """Return self - other."""
        return self.add(other.neg())

    def mul(self, scalar: ScalarVar) -> GroupVar:
        """Return the scalar multiple of the point."""
        return self.mul_bits(scalar.to_bits_le())

    @gadget("mul")
    def mul_bits(self, bits: Sequence[BooleanVar]) -> GroupVar:
        """Return the multiple by the number with these little-endian bits, doubling from the top bit."""
        out = GroupVar.zero(self.cs)
        for bit in reversed(bits):
            out = out.double()
            out = GroupVar.ternary(bit, self.add(out), out)
        return out

    def mul_by_cofactor(self) -> GroupVar:
        """Return 4 self."""
        return self.double().double()

    @gadget("is in subgroup")
    def is_in_group(self) -> BooleanVar:
        """Return whether a point of the curve lies in the subgroup: its multiple by the order is zero."""
        bits = [BooleanVar.constant(self.cs, bool(FS_MODULUS >> i & 1)) for i in range(251)]
        return self.mul_bits(bits).is_zero()

    def is_zero(self) -> BooleanVar:
        """Return whether the point is the identity."""
        return self.is_eq(GroupVar.zero(self.cs))

    @gadget("equality")
    def is_eq(self, other: GroupVar) -> BooleanVar:
        """Return whether both are the same."""
        same_x = self.x.is_eq(other.x)
        return same_x.and_(self.y.is_eq(other.y))

    def is_neq(self, other: GroupVar) -> BooleanVar:
        """Return whether they differ."""
        return self.is_eq(other).not_()

    @staticmethod
    def ternary(condition: BooleanVar, a: GroupVar, b: GroupVar) -> GroupVar:
        """Return a when the condition holds, else b."""
        x = FieldVar.ternary(condition, a.x, b.x)
        return GroupVar(x, FieldVar.ternary(condition, a.y, b.y))

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}({self.value[0]}group, {self.mode.name.lower()})"


def _coefficients(cs: ConstraintSystem) -> tuple[FieldVar, FieldVar]:
    """Return the coefficients a and d of the curve as counted constants."""
    a = FieldVar.constant(cs, _A)
    return a, FieldVar.constant(cs, edwards.D)
