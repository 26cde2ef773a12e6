"""What fields and scalars of a circuit share: numbers below a modulus, each one linear combination."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from avm.r1cs.linear import LinearCombination, Mode, weighted_sum
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar, assert_all_zero, assert_at_most
from avm.types.literal_type import LiteralType


class Ordered:
    """A variable that is compared by ``lt``, from which the other comparisons follow."""

    __slots__ = ()

    def lt(self, other: Self) -> BooleanVar:
        """Return self < other as canonical integers."""
        raise NotImplementedError

    def gt(self, other: Self) -> BooleanVar:
        """Return self > other."""
        return other.lt(self)

    def gte(self, other: Self) -> BooleanVar:
        """Return self >= other."""
        return self.lt(other).not_()

    def lte(self, other: Self) -> BooleanVar:
        """Return self <= other."""
        return other.gte(self)


class LinearVar(Ordered):
    """A number below ``modulus``; its bits are found once and kept; a ``clone`` knows those found so far."""

    __slots__ = ("_bits", "cs", "lc")
    type: ClassVar[LiteralType]
    modulus: ClassVar[int]

    def __init__(
        self, cs: ConstraintSystem, lc: LinearCombination, bits: tuple[BooleanVar, ...] | None = None
    ) -> None:
        self.cs = cs
        self.lc = lc
        self._bits = bits

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, value: int) -> Self:
        """Inject a value: one variable (a constant counts too), no constraint."""
        return cls(cs, cs.new_variable(mode, value))

    @classmethod
    def constant(cls, cs: ConstraintSystem, value: int) -> Self:
        """Return a fixed number, counted as one constant."""
        return cls(cs, cs.new_constant(value % cls.modulus))

    @classmethod
    def from_bits_le(cls, cs: ConstraintSystem, bits: Sequence[BooleanVar]) -> Self:
        """Return the number with these little-endian bits and keep the bits.

        Bits beyond those of the modulus are required to be zero; with as many as it has, or more, the number
        is required to be below it.
        """
        size = cls.modulus.bit_length()
        if len(bits) > size:
            assert_all_zero(cs, bits[size:])
        kept = tuple(bits[:size])
        if len(bits) >= size:
            assert_at_most(cs, kept, cls.modulus - 1)
        padding = (BooleanVar.constant(cs, False),) * (size - len(kept))
        return cls(cs, weighted_sum([bit.lc for bit in kept]), kept + padding)

    @property
    def value(self) -> int:
        """The number of the witness."""
        return self.cs.value(self.lc)

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return not self.lc.terms

    @property
    def mode(self) -> Mode:
        """Mode of the combination."""
        return self.lc.mode

    def clone(self) -> Self:
        """Return a copy with the bits known so far; later decompositions are not shared."""
        return type(self)(self.cs, self.lc, self._bits)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value}{self.type}, {self.mode.name.lower()})"
