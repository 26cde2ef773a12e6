"""Strings and signatures: literals that can be compared and passed on, but not calculated with.

Strings were withdrawn from programs in consensus version 12; a circuit holds one as bytes with a witnessed
length (`circuit/types/string/src/{lib,equal}.rs`). Signatures are opaque here; avm.account knows what they
hold.
"""

from __future__ import annotations

from avm.r1cs.hints import COPY
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import SIZE_IN_DATA_BITS, FieldVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType


class StringVar:
    """A string of a circuit, as UTF-8 bytes."""

    __slots__ = ("bytes", "cs", "size")

    def __init__(self, cs: ConstraintSystem, bytes: tuple[IntegerVar, ...], size: FieldVar) -> None:
        self.cs = cs
        self.bytes = bytes
        self.size = size

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, value: str) -> StringVar:
        """Inject a string: its length as a constant and a witness, then its bytes."""
        data = value.encode()
        expected = FieldVar.constant(cs, len(data))
        size = expected.clone() if mode is Mode.CONSTANT else expected.derive(COPY, Mode.PRIVATE)
        cs.assert_eq(expected.lc, size.lc)
        return cls(cs, tuple(IntegerVar.new(cs, LiteralType.U8, mode, byte) for byte in data), size)

    @property
    def value(self) -> str:
        """The string of the witness."""
        return bytes(byte.value for byte in self.bytes).decode()

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return self.size.is_constant and all(byte.is_constant for byte in self.bytes)

    def clone(self) -> StringVar:
        """Return the string itself: its bytes hold no cache."""
        return self

    def to_bits_le(self) -> tuple[BooleanVar, ...]:
        """Return the bits of the bytes in order, each lowest bit first."""
        return tuple(bit for byte in self.bytes for bit in byte.bits)

    def _to_fields(self) -> list[FieldVar]:
        bits = self.to_bits_le()
        step = SIZE_IN_DATA_BITS
        return [FieldVar.from_bits_le(self.cs, bits[i : i + step]) for i in range(0, len(bits), step)]

    def is_eq(self, other: StringVar) -> BooleanVar:
        """Return whether both are the same."""
        same_size = self.size.is_eq(other.size)
        same = BooleanVar.constant(self.cs, True)
        for a, b in zip(self._to_fields(), other._to_fields()):
            same = same.and_(a.is_eq(b))
        return same_size.and_(same)

    def is_neq(self, other: StringVar) -> BooleanVar:
        """Return whether they differ."""
        return self.is_eq(other).not_()
