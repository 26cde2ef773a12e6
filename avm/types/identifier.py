"""Identifier literals such as ``'transfer'``: names as values, 31 bytes padded with zeros.

A name is a letter, then letters, digits and underscores. Identifiers came with
consensus version 14. One can be compared, hashed, serialized and cast as
the field element of its bytes; it has no arithmetic and no ternary. Source: snarkVM
``console/types/string/src/identifier_literal`` and ``circuit/types/string/src/identifier_literal``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from avm.base.errors import DecodeError
from avm.r1cs.linear import ONE, ZERO, LinearCombination, Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar, assert_all_zero, new_bits
from avm.types.field import FieldVar

IDENTIFIER_BYTES = 31
IDENTIFIER_BITS = 8 * IDENTIFIER_BYTES
_SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

# --- values ---


def identifier_literal_fault(text: str) -> str:
    """Return what keeps ``text`` from standing between the quotes of an identifier, or the empty string."""
    if not _SHAPE.fullmatch(text):
        return f"{text[:40]!r} is not an identifier: a letter, then letters, digits and underscores"
    if len(text) > IDENTIFIER_BYTES:
        return f"an identifier has at most {IDENTIFIER_BYTES} characters, not {len(text)}"
    return ""


def identifier_to_field(name: str) -> int:
    """Return the field element of a name: the little-endian integer of its characters."""
    return int.from_bytes(name.encode("ascii"), "little")


def identifier_from_field(number: int) -> str:
    """Return the name of a field element; DecodeError when its bytes are none."""
    text = number.to_bytes(32, "little").rstrip(b"\0").decode("ascii", "replace")
    if fault := identifier_literal_fault(text):
        raise DecodeError(fault)
    return text


# --- circuit ---


class IdentifierVar:
    """An identifier of a circuit: the bits of its 31 bytes, required to be those of a name."""

    __slots__ = ("bits", "cs")

    def __init__(self, cs: ConstraintSystem, bits: Sequence[BooleanVar]) -> None:
        self.cs = cs
        self.bits = tuple(bits)

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, value: str) -> IdentifierVar:
        """Inject a name: 248 bits, and the constraints that they are a name."""
        return cls._checked(cs, new_bits(cs, mode, identifier_to_field(value), IDENTIFIER_BITS))

    @classmethod
    def from_field(cls, field: FieldVar) -> IdentifierVar:
        """Return the name that a field element stands for; one that is no name cannot be satisfied."""
        return cls.from_bits_le(field.cs, field.to_bits_le())

    @classmethod
    def from_bits_le(cls, cs: ConstraintSystem, bits: Sequence[BooleanVar]) -> IdentifierVar:
        """Return the name of these bits; those above 248 are required to be zero, missing ones are zero."""
        if len(bits) > IDENTIFIER_BITS:
            assert_all_zero(cs, bits[IDENTIFIER_BITS:])
        missing = [BooleanVar.constant(cs, False)] * (IDENTIFIER_BITS - len(bits))
        return cls._checked(cs, [*bits[:IDENTIFIER_BITS], *missing])

    @classmethod
    def _checked(cls, cs: ConstraintSystem, bits: Sequence[BooleanVar]) -> IdentifierVar:
        with cs.gadget("identifier"):
            ends = [_check_byte(cs, bits[i : i + 8], first=i == 0) for i in range(0, IDENTIFIER_BITS, 8)]
            for before, here in pairwise(ends):
                cs.enforce(before.lc, here.not_().lc, ZERO)  # after the first zero byte all are zero
        return cls(cs, bits)

    @property
    def value(self) -> str:
        """The name of the witness."""
        number = sum(bit.value << i for i, bit in enumerate(self.bits))
        return number.to_bytes(IDENTIFIER_BYTES, "little").rstrip(b"\0").decode("latin-1")

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return all(bit.is_constant for bit in self.bits)

    @property
    def lc(self) -> LinearCombination:
        """The combination of the bits that is the field element of the name."""
        return self.to_field().lc

    def clone(self) -> IdentifierVar:
        """Return the identifier itself: it holds no cache."""
        return self

    def to_bits_le(self) -> tuple[BooleanVar, ...]:
        """Return the bits of the bytes in order, each lowest bit first."""
        return self.bits

    def to_field(self) -> FieldVar:
        """Return the field element of the name."""
        return FieldVar.from_bits_le(self.cs, self.bits)

    def is_eq(self, other: IdentifierVar) -> BooleanVar:
        """Return whether both are the same."""
        return self.to_field().is_eq(other.to_field())

    def is_neq(self, other: IdentifierVar) -> BooleanVar:
        """Return whether they differ."""
        return self.to_field().is_neq(other.to_field())


def _check_byte(cs: ConstraintSystem, bits: Sequence[BooleanVar], *, first: bool) -> BooleanVar:
    """Require that a byte is a letter, digit, underscore or zero (``first``: a letter), and say whether zero.

    The two bits below the highest choose one of four ranges of 32 characters; in each a rule on the five low
    bits holds: 0 alone; 16 to 25 (digits); 1 to 26 and 31 (upper case, underscore); 1 to 26 (lower case).
    """
    b0, b1, b2, b3, b4, b5, b6, b7 = bits
    cs.assert_eq(b7.lc, ZERO)
    last = b4.and_(b3)  # 24 to 31
    low = b1.and_(b0)
    total = FieldVar.from_boolean(b0)
    for bit in (b1, b2, b3, b4):
        total = total.add(FieldVar.from_boolean(bit))
    zero = total.is_eq(FieldVar(cs, ZERO))
    end = b6.not_().and_(b5.not_())
    lower = b6.and_(b5)
    cs.enforce(end.lc, zero.not_().lc, ZERO)
    no_digit = b3.and_(b2.or_(b1))
    cs.enforce(b5.lc - lower.lc, ONE - b4.lc + no_digit.lc, ZERO)
    no_upper = last.and_(b2.xor(low))
    cs.enforce(b6.lc - lower.lc, zero.lc + no_upper.lc, ZERO)
    no_lower = last.and_(b2.or_(low))
    cs.enforce(lower.lc, zero.lc + no_lower.lc, ZERO)
    if first:
        underscore = last.and_(low).and_(b2)
        cs.assert_true(b6.and_(underscore.not_()).lc)
    return end
