"""Inputs of the circuits of hashes, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from avm.base.bits import bits_to_bytes_le, bytes_to_bits_le
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar

Cost = tuple[int, int, int]


def fields(cs: ConstraintSystem, values: Sequence[int], mode: Mode = Mode.PRIVATE) -> list[FieldVar]:
    """Inject field elements."""
    return [FieldVar.new(cs, mode, value) for value in values]


def bits(cs: ConstraintSystem, values: Sequence[bool], mode: Mode = Mode.PRIVATE) -> list[BooleanVar]:
    """Inject bits."""
    return [BooleanVar.new(cs, mode, value) for value in values]


def on_bits(digest: Callable[[int, bytes], bytes], variant: int, given: Sequence[bool]) -> list[bool]:
    """Return the digest of packed bits (a partial last byte is zero-extended) as bits."""
    return bytes_to_bits_le(digest(variant, bits_to_bytes_le(given)))


def spent(cs: ConstraintSystem, gadget: Callable[..., Any], *operands: Any) -> tuple[Any, Cost]:
    """Return what a gadget gives, and its constants, private variables and constraints; none is public."""
    before = cs.counts()
    out = gadget(*operands)
    counts = cs.counts() - before
    assert counts.public == 0
    return out, (counts.constants, counts.private, counts.constraints)
