"""Generators, BHP and Pedersen hashes against published values of the reference."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra.edwards import IDENTITY, add, is_in_subgroup, mul, neg
from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.base.errors import Halt
from avm.primitives import bhp as bhp_module
from avm.primitives.bhp import bhp
from avm.primitives.blake2xs import blake2s, blake2xs
from avm.primitives.hash_to_curve import generator, generator_powers, hash_to_curve, mul_generator
from avm.primitives.pedersen import pedersen

bit_lists = st.lists(st.booleans(), min_size=1, max_size=700)


@given(st.binary(max_size=200), st.binary(max_size=8))
def test_blake2s_is_the_standard_librarys(data, person):
    assert blake2s(data, person=person) == hashlib.blake2s(data, person=person).digest()
    tree = {"fanout": 2, "depth": 3, "leaf_size": 5, "node_offset": 7, "inner_size": 32}
    assert blake2s(data, **tree) == hashlib.blake2s(data, **tree).digest()


def test_blake2xs_follows_its_published_vectors():
    assert blake2xs(bytes(range(256)), 3).hex() == "72d07f"
    assert blake2xs(bytes(range(256)), 3).hex() == "72d07f"
    assert len(blake2xs(b"abc", 65)) == 65
    assert blake2xs(b"abc", 64)[:32] != blake2xs(b"abc", 65)[:32]


def test_the_account_generator_is_the_references():
    assert generator()[0] == 522678458525321116977504528531602186870683848189190546523208313015552693483
    assert is_in_subgroup(generator())
    assert generator_powers()[:2] == (generator(), add(generator(), generator()))
    assert mul_generator(12345) == mul(generator(), 12345)


def test_generators_of_different_names_differ():
    assert hash_to_curve("one") != hash_to_curve("two")


@pytest.mark.parametrize(
    ("size", "bits", "digest"),
    [
        (
            256,
            [True, False] * 100,
            6815140633983859448333279006164236302941796709509566561443721436434449572652,
        ),
        (1024, [True] * 300, 3139163292101755942010361295438532533226529509045711259650133181893796909952),
        (512, [True] * 600, 786310379795314473782233829963869893510664630389016108442189986744201106273),
    ],
)
def test_bhp_hashes_are_the_references(size, bits, digest):
    assert bhp(size).hash(bits) == digest


def test_a_bhp_commitment_is_the_references():
    digest = 7826509733607706627198106483687253006496289243164821389510276502212873132252
    assert bhp(512).commit([True] * 600, 5) == digest


def _plain_bhp(hasher, preimage):
    """Sum the multiples one by one with the curve's own operations."""
    bits = [*preimage, *[False] * (-len(preimage) % 3)]
    point = IDENTITY
    for i in range(0, len(bits), 3):
        window, chunk = divmod(i // 3, hasher.window_size)
        multiple = mul(hasher.bases[window], (1 + bits[i] + 2 * bits[i + 1]) * 16**chunk % FS_MODULUS)
        point = add(point, neg(multiple) if bits[i + 2] else multiple)
    return point


@settings(max_examples=3, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=261), st.sampled_from([256, 512]))
def test_the_tables_sum_what_the_definition_sums(bits, size):
    hasher = bhp(size)
    head = hasher.domain_bits + [bool(len(bits) >> i & 1) for i in range(64)]
    assert hasher.hash_to_group(bits) == _plain_bhp(hasher, head + bits)


@given(bit_lists, st.sampled_from([256, 512, 768, 1024]))
@settings(max_examples=20, deadline=None)
def test_changing_a_bit_or_the_length_changes_the_hash(bits, size):
    digest = bhp(size).hash(bits)
    assert 0 <= digest < FR_MODULUS
    assert bhp(size).hash([not bits[0], *bits[1:]]) != digest
    assert bhp(size).hash([*bits, False]) != digest


def test_another_domain_gives_another_hash():
    assert bhp(256, "Other").hash([True]) != bhp(256).hash([True])
    with pytest.raises(ValueError):
        bhp(256, "x" * 24)


def test_no_bits_hash_to_the_identity():
    assert bhp(256).hash_to_group([]) == IDENTITY


def test_a_window_has_the_first_four_multiples_and_their_negatives():
    base = bhp(256).bases[0]
    (entries,) = bhp_module._window(base, 1)
    expected = [mul(base, k) for k in (1, 2, 3, 4)]
    points = [((p - m) * pow(2, -1, FR_MODULUS) % FR_MODULUS) for m, p, _ in entries]
    assert points == [x for x, _ in expected] + [neg(point)[0] for point in expected]


def test_a_pedersen_hash_is_the_references_and_refuses_long_inputs():
    digest = 4775023419882055102185359718073160106958818825672223870907489578637550230020
    assert pedersen(64).hash([True] * 10) == digest
    with pytest.raises(Halt, match="65 bits"):
        pedersen(64).hash([False] * 65)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**63), st.integers(0, 2**63))
@settings(max_examples=10, deadline=None)
def test_pedersen_commitments_add_up(value, r, s):
    hasher = pedersen(64)
    bits = [bool(value >> i & 1) for i in range(64)]
    blind = mul(hasher.random_base[0], s)
    assert add(hasher.commit_to_group(bits, r), blind) == hasher.commit_to_group(bits, r + s)
