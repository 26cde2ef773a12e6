"""The circuits of Keccak and SHA-3: the network's counts, and the digests of the native half."""

from __future__ import annotations

import random
from functools import partial

import pytest

from avm.base.errors import Halt
from avm.primitives.keccak import (
    keccak,
    keccak_bits_circuit,
    sha3,
    sha3_bits_circuit,
)
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar
from tests.primitives.circuits import bits, on_bits, spent

HALVES = {
    "keccak": (partial(on_bits, keccak), keccak_bits_circuit),
    "sha3": (partial(on_bits, sha3), sha3_bits_circuit),
}


def message(count: int, seed: int = 0) -> list[bool]:
    random_ = random.Random(seed)
    return [random_.random() < 0.5 for _ in range(count)]


def test_a_block_costs_what_the_network_counts() -> None:
    cs = ConstraintSystem()
    given = bits(cs, message(64))
    digest, cost = spent(cs, keccak_bits_circuit, cs, 256, given)
    assert cost == (0, 146650, 146650)
    assert [bit.value for bit in digest] == on_bits(keccak, 256, message(64)) and cs.is_satisfied


@pytest.mark.parametrize("variant", [256, 384, 512])
@pytest.mark.parametrize("name", HALVES)
def test_the_digest_of_constants_is_the_native_one_and_costs_nothing(name: str, variant: int) -> None:
    native, circuit = HALVES[name]
    rate = 1600 - 2 * variant
    for count in (13, rate - 3):
        given = message(count, count)
        cs = ConstraintSystem()
        digest = circuit(cs, variant, [BooleanVar.constant(cs, bit) for bit in given])
        assert [bit.value for bit in digest] == native(variant, given), count
        assert cs.num_variables == 1 and not cs.num_constraints


def test_no_bits_have_no_digest() -> None:
    with pytest.raises(Halt, match="empty"):
        keccak_bits_circuit(ConstraintSystem(), 256, [])
