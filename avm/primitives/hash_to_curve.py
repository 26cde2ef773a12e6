"""Generators of the Edwards curve by hashing a text: nobody knows relations between them.

Source: snarkVM ``console/algorithms/src/blake2xs/hash_to_curve.rs``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from avm.algebra.edwards import IDENTITY, FixedBase, Point, double, fixed_base, mul_by_cofactor, ys_from_x
from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.base.errors import Halt
from avm.primitives.blake2xs import blake2xs
from avm.types.boolean import BooleanVar
from avm.types.group import GroupVar
from avm.types.scalar import ScalarVar

ACCOUNT_DOMAIN = "AleoAccountEncryptionAndSignatureScheme0"
SCALAR_BITS = FS_MODULUS.bit_length()


def _try(message: str) -> Point | None:
    digest = blake2xs(message.encode(), 32, b"AleoHtC0")
    x = int.from_bytes(digest, "little") & (1 << 253) - 1
    if x == 0 or x >= FR_MODULUS:
        return None
    try:
        smaller, larger = ys_from_x(x)
    except Halt:
        return None
    point = mul_by_cofactor((x, larger if digest[31] & 0x80 else smaller))
    return None if point == IDENTITY else point


@cache
def hash_to_curve(message: str) -> Point:
    """Return the first point of the prime subgroup that "message in 0", "message in 1", … lead to."""
    for k in range(128):
        point = _try(f"{message} in {k}")
        if point is not None:
            return point
    raise Halt(f"no generator was found for {message!r}")


def powers_of_two(point: Point, count: int = SCALAR_BITS) -> tuple[Point, ...]:
    """Return ``point`` times 1, 2, 4, … (``count`` of them)."""
    powers = [point]
    for _ in range(count - 1):
        powers.append(double(powers[-1]))
    return tuple(powers)


def generator() -> Point:
    """Return the account generator G."""
    return hash_to_curve(ACCOUNT_DOMAIN)


@cache
def generator_powers() -> tuple[Point, ...]:
    """Return G, 2G, 4G, … for each bit of a scalar."""
    return powers_of_two(generator())


@cache
def _generator_table() -> FixedBase:
    return fixed_base(generator())


def mul_generator(scalar: int) -> Point:
    """Return ``scalar`` times the account generator G."""
    return _generator_table().mul(scalar)


# --- circuit ---


def mul_generator_circuit(scalar: ScalarVar) -> GroupVar:
    """Return ``scalar`` times G: one of its powers is added for each bit, the lowest first.

    500 constants, 1250 variables and constraints, besides the bits of the scalar
    (`circuit/network/src/v0.rs`, ``g_scalar_multiply``).
    """
    cs = scalar.cs
    bits = scalar.to_bits_le()
    outer = cs.enter("generator")
    out = GroupVar.zero(cs)
    for bit, power in zip(bits, generator_powers(), strict=True):
        out = GroupVar.ternary(bit, out.add(GroupVar.fixed(cs, power)), out)
    cs.leave(outer)
    return out


def add_chosen(point: GroupVar, bits: Sequence[BooleanVar], powers: Sequence[Point]) -> GroupVar:
    """Return a point plus the fixed points whose bits are set: six constraints for each variable bit."""
    cs = point.cs
    zero = GroupVar.zero(cs)
    for bit, power in zip(bits, powers, strict=True):
        point = point.add(GroupVar.ternary(bit, GroupVar.fixed(cs, power), zero))
    return point
