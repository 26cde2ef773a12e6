"""Scalars: numbers modulo the order of the Edwards subgroup, held in a circuit as one field element.

A scalar of a circuit is not range-checked until its bits are asked for; the bits are then kept
(`circuit/types/scalar/src/*.rs`).
"""

from __future__ import annotations

from avm.algebra.fields import FS_MODULUS
from avm.r1cs.linear import Mode
from avm.r1cs.scopes import gadget
from avm.types.boolean import BooleanVar, assert_at_most
from avm.types.field import FieldVar
from avm.types.linear_var import LinearVar
from avm.types.literal_type import LiteralType

SIZE_IN_BITS = 251
SIZE_IN_DATA_BITS = 250

# --- values ---


def add(_type: LiteralType, a: int, b: int) -> int:
    """Return a + b modulo the group order."""
    return (a + b) % FS_MODULUS


class ScalarVar(LinearVar):
    """A scalar of a circuit; zero and one are counted constants too."""

    __slots__ = ()
    type = LiteralType.SCALAR
    modulus = FS_MODULUS

    @classmethod
    def from_field(cls, field: FieldVar) -> ScalarVar:
        """Return the scalar equal to a field element, which must be below the order."""
        return cls.from_bits_le(field.cs, field.to_bits_le())

    @classmethod
    def from_field_lossy(cls, field: FieldVar) -> ScalarVar:
        """Return the scalar with the low 250 bits of a field element."""
        return cls.from_bits_le(field.cs, field.to_bits_le()[:SIZE_IN_DATA_BITS])

    def to_field(self) -> FieldVar:
        """Return the scalar as a field element, free and without known bits."""
        return FieldVar(self.cs, self.lc)

    @gadget("bits")
    def to_bits_le(self) -> tuple[BooleanVar, ...]:
        """Return the 251 bits, required to be below the order, and keep them for the next time."""
        if self._bits is None:
            bits = tuple(self.to_field().to_lower_bits_le(SIZE_IN_BITS))
            assert_at_most(self.cs, bits, FS_MODULUS - 1)
            self._bits = bits
        return self._bits

    @gadget("add")
    def add(self, other: ScalarVar) -> ScalarVar:
        """Return self + other modulo the order."""
        cs = self.cs
        if self.is_constant and other.is_constant:
            return ScalarVar.constant(cs, self.value + other.value)
        total = FieldVar.from_bits_le(
            cs, self.to_field().add(other.to_field()).to_lower_bits_le(SIZE_IN_BITS + 1)
        )
        order = FieldVar.constant(cs, FS_MODULUS)
        reduced = FieldVar.ternary(total.lt(order), total, total.sub(order))
        return ScalarVar(cs, reduced.lc, tuple(reduced.to_lower_bits_le(SIZE_IN_BITS)))

    def is_eq(self, other: ScalarVar) -> BooleanVar:
        """Return whether both are the same."""
        return self.to_field().is_eq(other.to_field())

    def is_neq(self, other: ScalarVar) -> BooleanVar:
        """Return whether they differ."""
        return self.is_eq(other).not_()

    @gadget("compare")
    def lt(self, other: ScalarVar) -> BooleanVar:
        """Return self < other: the lowest bit of ``2 (self - other)``, which wraps when negative."""
        if self.is_constant and other.is_constant:
            return BooleanVar.new(self.cs, Mode.CONSTANT, self.value < other.value)
        return self.to_field().sub(other.to_field()).double().to_bits_le()[0]

    @staticmethod
    def ternary(condition: BooleanVar, a: ScalarVar, b: ScalarVar) -> ScalarVar:
        """Return a when the condition holds, else b."""
        return ScalarVar(condition.cs, FieldVar.ternary(condition, a.to_field(), b.to_field()).lc)
