"""Addresses: account public keys, each a point of the subgroup known by its x coordinate.

An address behaves as the group element inside it (`circuit/types/address/src/*.rs`).
"""

from __future__ import annotations

from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar, Point


class AddressVar:
    """An address of a circuit."""

    __slots__ = ("cs", "group")

    def __init__(self, group: GroupVar) -> None:
        self.cs = group.cs
        self.group = group

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, value: Point) -> AddressVar:
        """Inject the point of an address and require that it lies in the subgroup."""
        return cls(GroupVar.new(cs, mode, value))

    @classmethod
    def constant(cls, cs: ConstraintSystem, value: Point) -> AddressVar:
        """Return a fixed address; counts ten constants."""
        return cls.new(cs, Mode.CONSTANT, value)

    @classmethod
    def zero(cls, cs: ConstraintSystem) -> AddressVar:
        """Return the address of the identity, not counted."""
        return cls(GroupVar.zero(cs))

    @property
    def value(self) -> Point:
        """The point of the witness."""
        return self.group.value

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return self.group.is_constant

    @property
    def mode(self) -> Mode:
        """Mode of the point."""
        return self.group.mode

    def clone(self) -> AddressVar:
        """Return a copy; bits found later are not shared."""
        return AddressVar(self.group.clone())

    def to_group(self) -> GroupVar:
        """Return a copy of the point."""
        return self.group.clone()

    def to_field(self) -> FieldVar:
        """Return a copy of the x coordinate."""
        return self.group.to_field()

    def to_bits_le(self) -> tuple[BooleanVar, ...]:
        """Return the bits of the x coordinate, and keep them."""
        return self.group.to_bits_le()

    def is_eq(self, other: AddressVar) -> BooleanVar:
        """Return whether both are the same."""
        return self.group.is_eq(other.group)

    def is_neq(self, other: AddressVar) -> BooleanVar:
        """Return whether they differ."""
        return self.group.is_neq(other.group)

    @staticmethod
    def ternary(condition: BooleanVar, a: AddressVar, b: AddressVar) -> AddressVar:
        """Return a when the condition holds, else b."""
        return AddressVar(GroupVar.ternary(condition, a.group, b.group))

    def __repr__(self) -> str:
        return f"AddressVar({self.value[0]}, {self.mode.name.lower()})"
