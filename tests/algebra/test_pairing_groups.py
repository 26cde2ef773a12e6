"""G1, G2, their encodings and the pairing, against group laws and the official SRS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.algebra import g1, g2, pairing, tower
from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.base.errors import DecodeError, Halt

PARAMETERS = Path(__file__).resolve().parents[3] / "shared" / "params"
needs_parameters = pytest.mark.skipif(not PARAMETERS.is_dir(), reason="needs the SRS in ../shared/params")

GROUPS: list[Any] = [g1, g2]
scalars = st.integers(0, FR_MODULUS - 1)
fq = st.integers(0, FQ_MODULUS - 1)
e2 = st.tuples(fq, fq)
e6 = st.tuples(e2, e2, e2)
e12 = st.tuples(e6, e6)


@settings(max_examples=15)
@given(e12, e12, e12)
def test_fq12_is_a_field(a: tower.E12, b: tower.E12, c: tower.E12) -> None:
    assert tower.mul12(a, b) == tower.mul12(b, a)
    assert tower.mul12(tower.mul12(a, b), c) == tower.mul12(a, tower.mul12(b, c))
    assert tower.square12(a) == tower.mul12(a, a)
    if a != (tower.ZERO6, tower.ZERO6):
        assert tower.mul12(a, tower.inv12(a)) == tower.ONE12


def power(a: tower.E12, exponent: int) -> tower.E12:
    """a^exponent by squaring, for exponent > 0."""
    result = tower.ONE12
    for bit in bin(exponent)[2:]:
        result = tower.square12(result)
        if bit == "1":
            result = tower.mul12(result, a)
    return result


@settings(max_examples=2)
@given(e12)
def test_frobenius_is_the_power_q(a: tower.E12) -> None:
    assert tower.frobenius12(a) == power(a, FQ_MODULUS)


@settings(max_examples=20)
@given(e2)
def test_fq2_square_roots(a: tower.E2) -> None:
    square = tower.square2(a)
    assert tower.sqrt2(square) in (a, tower.neg2(a))
    assert tower.square2(tower.sqrt2((a[0], 0))) == (a[0], 0)


@settings(max_examples=20)
@given(e2)
def test_fq2_non_squares_halt(a: tower.E2) -> None:
    non_square = tower.mul2(tower.square2(a), (0, 1))  # u has norm 5, a non-square in Fq
    if a != tower.ZERO2:
        with pytest.raises(Halt):
            tower.sqrt2(non_square)


@pytest.mark.parametrize("group", GROUPS)
def test_generator_is_in_the_subgroup(group: Any) -> None:
    assert group.is_on_curve(group.GENERATOR)
    assert group.is_in_subgroup(group.GENERATOR)


@pytest.mark.parametrize("group", GROUPS)
def test_group_law_with_every_exception(group: Any) -> None:
    g = group.GENERATOR
    assert group.add(g, None) == group.add(None, g) == g
    assert group.add(g, group.neg(g)) is None
    assert group.add(g, g) == group.double(g) == group.mul(g, 2)
    assert group.mul(g, 0) is None
    assert group.mul(g, -3) == group.neg(group.mul(g, 3))
    assert group.multi_mul([g, None, group.double(g)], [5, 7, 11]) == group.mul(g, 27)


def test_endomorphism_of_g1_multiplies_by_the_squared_curve_parameter() -> None:
    x, y = g1.GENERATOR
    assert g1.mul(g1.GENERATOR, pairing.X**2) == (g1.BETA * x % FQ_MODULUS, -y % FQ_MODULUS)


@settings(max_examples=4, deadline=None)
@given(scalars)
@pytest.mark.parametrize("group", GROUPS)
def test_encodings_round_trip(group: Any, k: int) -> None:
    for point in (group.mul(group.GENERATOR, k), None):
        assert group.from_compressed(group.to_compressed(point)) == point
        assert group.from_uncompressed(group.to_uncompressed(point)) == point
        assert group.from_bytes(group.to_bytes(point)) == point


@pytest.mark.parametrize("group", GROUPS)
def test_malformed_encodings_are_refused(group: Any) -> None:
    good = group.to_compressed(group.GENERATOR)
    both_flags = good[:-1] + bytes([good[-1] | 0xC0])
    infinity_with_x = good[:-1] + bytes([good[-1] & 0x3F | 0x40])
    for bad in (good[:-1], both_flags, infinity_with_x, b"\xff" * (len(good) - 1) + b"\x3f"):
        with pytest.raises(DecodeError):
            group.from_compressed(bad)
    full = bytearray(group.to_uncompressed(group.GENERATOR))
    full[0] ^= 1
    with pytest.raises(DecodeError):
        group.from_uncompressed(bytes(full))
    with pytest.raises(DecodeError):
        group.from_bytes(group.to_bytes(group.GENERATOR)[:-1] + b"\x02")


def test_a_point_outside_the_subgroup_is_refused() -> None:
    point = (0, 1)  # y² = x³ + 1 has the point (0, 1) of order 3
    assert g1.is_on_curve(point)
    assert not g1.is_in_subgroup(point)
    with pytest.raises(DecodeError):
        g1.from_uncompressed(g1.to_uncompressed(point))
    assert g1.from_uncompressed(g1.to_uncompressed(point), check=False) == point


@settings(max_examples=3, deadline=None)
@given(scalars, scalars)
def test_pairing_is_bilinear(a: int, b: int) -> None:
    p, q = g1.mul(g1.GENERATOR, a), g2.mul(g2.GENERATOR, b)
    c = g1.mul(g1.GENERATOR, a * b % FR_MODULUS)
    assert pairing.product_is_one([(p, q), (g1.neg(c), g2.GENERATOR)])


def test_pairing_of_generators_is_not_one_and_infinity_pairs_to_one() -> None:
    assert not pairing.product_is_one([(g1.GENERATOR, g2.GENERATOR)])
    assert pairing.product_is_one([(None, g2.GENERATOR), (g1.GENERATOR, None)])
    assert pairing.product_is_one([])


@needs_parameters
def test_official_powers_pair_with_their_g2_elements() -> None:
    powers = (PARAMETERS / "powers-of-beta-15.usrs").read_bytes()
    first = [g1.from_uncompressed(powers[8 + 96 * i : 104 + 96 * i]) for i in range(3)]
    beta_h = g2.from_uncompressed((PARAMETERS / "beta-h.usrs").read_bytes())
    assert first[0] == g1.GENERATOR
    for i in range(2):
        assert pairing.product_is_one([(first[i + 1], g2.GENERATOR), (g1.neg(first[i]), beta_h)])
    assert not pairing.product_is_one([(first[2], g2.GENERATOR), (g1.neg(first[0]), beta_h)])


@needs_parameters
def test_official_files_are_canonical_encodings() -> None:
    data = (PARAMETERS / "neg-powers-of-beta.usrs").read_bytes()
    point = data[16:208]
    assert g2.to_uncompressed(g2.from_uncompressed(point)) == point
