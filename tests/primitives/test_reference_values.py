"""The check values of the network's generators and hashes, and the edges at which each of them halts."""

from __future__ import annotations

from typing import Any

import pytest

from avm.algebra import edwards
from avm.algebra.fields import FR_MODULUS, FS_MODULUS, Fr
from avm.base.errors import Halt
from avm.primitives import elligator2, hash_to_curve, merkle, poseidon
from avm.primitives.bhp import bhp
from avm.primitives.blake2xs import blake2xs
from avm.primitives.domain import domain_separator
from avm.primitives.pedersen import pedersen

P = FR_MODULUS


def test_the_account_generator_comes_from_the_second_try() -> None:
    domain = hash_to_curve.ACCOUNT_DOMAIN
    assert hash_to_curve._try(f"{domain} in 0") is None
    assert hash_to_curve.generator() == (
        522678458525321116977504528531602186870683848189190546523208313015552693483,
        4625467284263880392848236339834904393692054417272076479096796531274999498606,
    )
    assert len(hash_to_curve.generator_powers()) == 251


def test_a_generator_is_a_digests_point_times_the_cofactor() -> None:
    """Found again from the digest: 253 bits of x, the highest bit for the larger y, then times four."""
    for name in ("AleoSymmetricEncryption0", "AleoGraphKey0", "AleoSerialNumber0", "AleoCommitment0"):
        for k in range(128):
            digest = blake2xs(f"{name} in {k}".encode(), 32, b"AleoHtC0")
            x = int.from_bytes(digest, "little") % 2**253
            if x == 0 or x >= P or not Fr.is_square((1 + x * x) * pow(1 - edwards.D * x * x, -1, P) % P):
                continue
            y = Fr.sqrt((1 + x * x) * pow(1 - edwards.D * x * x, -1, P) % P)
            y = max(y, P - y) if digest[31] >> 7 else min(y, P - y)
            point = edwards.double(edwards.double((x, y)))
            break
        assert hash_to_curve.hash_to_curve(name) == point
        assert edwards.mul(point, FS_MODULUS) == edwards.IDENTITY != point


def test_domain_separators_are_little_endian_text() -> None:
    assert domain_separator("AleoPoseidon2") == int.from_bytes(b"AleoPoseidon2", "little")
    assert domain_separator("") == 0


@pytest.mark.parametrize("rate", [2, 4, 8])
def test_hashes_to_scalars_and_groups_follow_from_the_outputs(rate: int) -> None:
    for inputs in ([0], [1], [P - 1] * rate, list(range(2 * rate + 1))):
        first, second = poseidon.hash_many(rate, inputs, 2)
        assert poseidon.hash(rate, inputs) == first
        assert poseidon.hash_to_scalar(rate, inputs) == first % 2**250
        images = elligator2.encode(first), elligator2.encode(second)
        assert poseidon.hash_to_group(rate, inputs) == edwards.add(*images)
        assert poseidon.prf(rate, inputs[0], inputs[1:]) == first
    with pytest.raises(Halt):
        poseidon.hash_to_group(rate, [])
    assert poseidon.hash(rate, [1], domain="Other") != poseidon.hash(rate, [1])


def test_elligator_fails_for_zero_alone() -> None:
    """Each of its other conditions would make a square of a non-residue, so no element meets one."""
    a = edwards.MONTGOMERY_A * pow(edwards.MONTGOMERY_B, -1, P) % P
    b = pow(edwards.MONTGOMERY_B, -2, P)
    assert Fr.legendre(edwards.D) == -1
    assert Fr.legendre(P - 1) == 1  # so 1 + D r^2 has no root
    assert Fr.legendre(b) == 1  # so a^2 D r^2 = b (1 + D r^2)^2 has none but 0
    assert Fr.legendre((a * a - 4 * b) % P) == -1  # so x^3 + a x^2 + b x vanishes at 0 alone
    for element in (1, 2, P - 1, (P + 1) // 2):
        assert edwards.is_in_subgroup(elligator2.encode(element))
    with pytest.raises(Halt):
        elligator2.encode(0)


def test_bhp_has_the_shapes_and_the_generator_of_the_network() -> None:
    assert bhp(1024).bases[0][0] == (
        229990669822893910552997096038343266001822502853367381003784857039183359535
    )
    shapes = {
        n: (h.windows, h.window_size, h.max_bits, h.min_bits) for n in (256, 512, 768, 1024) for h in [bhp(n)]
    }
    assert shapes == {
        256: (3, 57, 261, 171), 512: (6, 43, 522, 129), 768: (15, 23, 783, 69), 1024: (8, 54, 1044, 162),
    }  # fmt: skip
    bits = bhp(256).domain_bits
    assert len(bits) == 188 and sum(bit << 187 - i for i, bit in enumerate(bits)) == domain_separator(
        "AleoBHP256"
    )


@pytest.mark.parametrize("size", [256, 512, 768, 1024])
def test_a_bhp_commitment_is_the_hash_plus_the_blinding(size: int) -> None:
    h, bits = bhp(size), [True, False, True, True]
    for scalar in (0, 1, 5, FS_MODULUS - 1):
        blinding = edwards.mul(h.random_base[0], scalar)
        assert h.commit_to_group(bits, scalar) == edwards.add(h.hash_to_group(bits), blinding)
        assert h.commit(bits, scalar) == h.commit_to_group(bits, scalar)[0]
    assert h.commit(bits, 0) == h.hash(bits)


@pytest.mark.parametrize("size", [64, 128])
def test_a_pedersen_hash_is_a_multiple_of_its_base(size: int) -> None:
    h = pedersen(size)
    for value in (0, 1, 6, (1 << size) - 1):
        bits = [bool(value >> i & 1) for i in range(value.bit_length())]
        point = edwards.mul(h.bases[0], value)
        assert h.hash_to_group(bits) == point == h.hash_to_group([*bits, False][:size])
        for scalar in (0, 3, FS_MODULUS - 1):
            blinded = edwards.add(point, edwards.mul(h.random_base[0], scalar))
            assert h.commit_to_group(bits, scalar) == blinded
            assert h.commit(bits, scalar) == blinded[0]
    assert h.hash_to_group([]) == edwards.IDENTITY
    for refused in (h.hash, lambda bits: h.commit(bits, 1)):
        with pytest.raises(Halt):
            refused([False] * (size + 1))
    assert pedersen(64).bases[0] != pedersen(128).bases[0] != h.random_base[0]


@pytest.mark.parametrize(
    ("node", "tree"), [(merkle.bhp_node, merkle.bhp_tree), (merkle.poseidon_node, merkle.poseidon_tree)]
)
def test_an_empty_tree_is_its_padding_hashed_upwards(node: Any, tree: Any) -> None:
    empty = root = node(0, 0)
    for _ in range(3):
        root = node(root, empty)
    assert tree(3).root == root


def test_the_padding_of_trees_is_the_hash_of_two_zeros() -> None:
    empty = 1968744456708140273592514502445919160293513504480815438011602914490959402372
    assert merkle.bhp_tree(1).empty == bhp(512).hash([True] + [False] * 506) == empty
    assert merkle.poseidon_tree(1).empty == poseidon.hash(2, [1, 0, 0])
