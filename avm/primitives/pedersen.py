"""Pedersen hashes and commitments: the sum of generator powers chosen by the bits of a short input.

Source: snarkVM ``console/algorithms/src/pedersen``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property

from avm.algebra.edwards import IDENTITY, Point, add
from avm.base.bits import bits_to_int_le
from avm.base.errors import Halt
from avm.primitives.hash_to_curve import add_chosen, hash_to_curve, powers_of_two
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from avm.types.group import GroupVar
from avm.types.scalar import ScalarVar


class Pedersen:
    """The Pedersen hash for inputs of at most ``size`` bits under a domain."""

    def __init__(self, size: int, domain: str) -> None:
        self.size = size
        self.domain = domain

    @cached_property
    def bases(self) -> tuple[Point, ...]:
        """The generator times 1, 2, 4, … for each bit of the input."""
        return powers_of_two(hash_to_curve(f"Aleo.Pedersen.Base.{self.domain}"), self.size)

    @cached_property
    def random_base(self) -> tuple[Point, ...]:
        """The commitment's generator times 1, 2, 4, … for each bit of the randomizer."""
        return powers_of_two(hash_to_curve(f"Aleo.Pedersen.RandomBase.{self.domain}"))

    def hash_packed(self, bits: int, count: int) -> Point:
        """Return the hash of ``count`` bits, the first lowest, as a point; Halt when there are too many."""
        if count > self.size:
            raise Halt(f"the input has {count} bits, {self.domain} takes at most {self.size}")
        point = IDENTITY
        for i, base in enumerate(self.bases[:count]):
            if bits >> i & 1:
                point = add(point, base)
        return point

    def hash_to_group(self, bits: Sequence[bool]) -> Point:
        """Return the hash of a bit list as a point; Halt when the list is too long."""
        return self.hash_packed(bits_to_int_le(bits), len(bits))

    def hash(self, bits: Sequence[bool]) -> int:
        """Return the hash of a bit list as a field element: the point's x."""
        return self.hash_to_group(bits)[0]

    def commit_to_group(self, bits: Sequence[bool], randomizer: int) -> Point:
        """Return the hash plus ``randomizer`` (a scalar) times the random base, as a point."""
        point = self.hash_to_group(bits)
        for i, base in enumerate(self.random_base):
            if randomizer >> i & 1:
                point = add(point, base)
        return point

    def commit(self, bits: Sequence[bool], randomizer: int) -> int:
        """Return the commitment as a field element."""
        return self.commit_to_group(bits, randomizer)[0]

    # --- circuit ---

    def hash_to_group_circuit(self, cs: ConstraintSystem, bits: Sequence[BooleanVar]) -> GroupVar:
        """Return the hash of a bit list as a point; Halt when the list is too long.

        Six variables and constraints for each bit after the first
        (`circuit/algorithms/src/pedersen/hash_uncompressed.rs`).
        """
        if len(bits) > self.size:
            raise Halt(f"the input has {len(bits)} bits, {self.domain} takes at most {self.size}")
        with cs.gadget(f"pedersen{self.size}"):
            return add_chosen(GroupVar.zero(cs), bits, self.bases[: len(bits)])

    def commit_to_group_circuit(
        self, cs: ConstraintSystem, bits: Sequence[BooleanVar], randomizer: ScalarVar
    ) -> GroupVar:
        """Return the hash plus ``randomizer`` times the random base, a power of it for each bit."""
        point = self.hash_to_group_circuit(cs, bits)
        with cs.gadget(f"pedersen{self.size}"):
            return add_chosen(point, randomizer.to_bits_le(), self.random_base)


@cache
def pedersen(size: int, domain: str = "") -> Pedersen:
    """Return Pedersen64 or Pedersen128; its domain is ``AleoPedersen{size}`` unless given."""
    return Pedersen(size, domain or f"AleoPedersen{size}")
