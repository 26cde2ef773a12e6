"""The compiled pairing loops, and sums of few points, against the plain ones."""

from __future__ import annotations

import random

import pytest

from avm.algebra import g1, g2, pairing
from avm.algebra.fields import FQ_MODULUS, FR_MODULUS, Fq
from avm.algebra.g1_decoding import decode_compiled, decode_points
from avm.algebra.points import G1Points, subgroup_check
from avm.algebra.small_msm import few_sums
from avm.algebra.tiers import tier
from avm.algebra.tower import ONE12
from avm.base.errors import DecodeError

needs_lanes = pytest.mark.skipif(tier() != "ifma", reason="needs AVX-512 IFMA")
R = FR_MODULUS


def _pairs(count: int) -> list[tuple[g1.Point, g2.Point]]:
    rng = random.Random(count)
    return [
        (g1.mul(g1.GENERATOR, rng.randrange(FR_MODULUS)), g2.mul(g2.GENERATOR, rng.randrange(FR_MODULUS)))
        for _ in range(count)
    ]


def _sums() -> list[tuple[list[g1.Point], list[int]]]:
    """Sums with everything exceptional: equal and opposite points, infinity, zero and edge scalars."""
    rng = random.Random(5)
    p, q, *more = (g1.mul(g1.GENERATOR, rng.randrange(R)) for _ in range(12))
    edges = [0, 1, 2, 8, 9, R - 1, R - 2, 1 << 127, (1 << 252) - 1, 0x8508C00000000001**2]
    return [
        (more, edges),
        ([p, p, p], [5, 5, 5]),
        ([p, g1.neg(p)], [77, 77]),
        ([p, g1.neg(p), q], [R - 1, 1, 4]),
        ([None], [12]),
        ([None, q, p], [1, 0, 0]),
        ([q], [rng.randrange(R)]),
        ([p, q, p, q, *more], [rng.randrange(R) for _ in range(14)]),
        ([p, g1.double(p)], [R - 2, 1]),
    ]


def test_compiled_loops_agree_with_the_plain_ones() -> None:
    pairs = [*_pairs(2), (None, g2.GENERATOR), (g1.GENERATOR, None)]
    plain = pairing.final_exponentiation(pairing.miller_loop(pairs))
    compiled = pairing.compiled_miller_loop(pairs)
    assert pairing.final_exponentiation(compiled, pairing.compiled_power_of_x) == plain
    assert pairing.compiled_power_of_x(plain) == pairing.power_of_x(plain)


@needs_lanes
@pytest.mark.parametrize("count", [1, 2, 8, 9])
def test_pairings_in_lanes_agree_with_the_plain_ones(count: int) -> None:
    from avm.algebra.pairing_in_lanes import product

    pairs = [*_pairs(count), (None, g2.GENERATOR), (g1.GENERATOR, None)]
    assert product(pairs) == pairing.final_exponentiation(pairing.miller_loop(pairs))


@needs_lanes
def test_sums_in_lanes_are_paired_as_the_plain_ones() -> None:
    from avm.algebra.pairing_in_lanes import product_of_sums

    partners = [q for _, q in _pairs(len(_sums()))]
    pairs = [(g1.multi_mul(points, scalars), q) for (points, scalars), q in zip(_sums(), partners)]
    plain = pairing.final_exponentiation(pairing.miller_loop(pairs))
    assert product_of_sums([(*terms, q) for terms, q in zip(_sums(), partners)]) == plain
    for terms, pair in zip(_sums(), pairs):
        single = pairing.final_exponentiation(pairing.miller_loop([pair]))
        assert product_of_sums([(*terms, pair[1])]) == single


def test_sums_of_few_points_are_the_plain_ones() -> None:
    assert few_sums(_sums()) == [g1.multi_mul(points, scalars) for points, scalars in _sums()]


def test_a_product_of_sums_is_one_exactly_when_exponents_cancel() -> None:
    p, q = _pairs(1)[0]
    for scalar, holds in ((R - 15, True), (-15, True), (R - 14, False)):
        sides: list[pairing.Side] = [([p, p], [7, 8], q), ([p], [scalar], q), ([p], [3], None), ([], [], q)]
        assert pairing.product_of_sums_is_one(sides) is holds
    assert pairing.product_of_sums_is_one([])
    assert pairing.product_of_sums_is_one([([p, None], [0, 9], q)])
    with pytest.raises(ValueError, match="as many scalars"):
        pairing.product_of_sums_is_one([([p], [1, 2], q)])


def test_a_product_of_pairings_is_one_exactly_when_exponents_cancel() -> None:
    a, b = 2**200 + 7, FR_MODULUS - 3
    left = (g1.mul(g1.GENERATOR, a), g2.mul(g2.GENERATOR, b))
    right = g1.neg(g1.mul(g1.GENERATOR, a * b % FR_MODULUS))
    assert pairing.product_is_one([left, (right, g2.GENERATOR)])
    assert not pairing.product_is_one([left, (g1.double(right), g2.GENERATOR)])
    assert pairing.product_is_one([])
    assert pairing.product_is_one([(None, g2.GENERATOR)])


def test_a_point_without_an_inverse_of_y_takes_the_plain_way() -> None:
    torsion = (FQ_MODULUS - 1, 0)
    pairs: list[tuple[g1.Point, g2.Point]] = [(torsion, g2.GENERATOR)]
    plain = pairing.final_exponentiation(pairing.miller_loop(pairs)) == ONE12
    assert pairing.product_is_one(pairs) is plain


def test_subgroup_checks_see_every_point_outside() -> None:
    inside = [g1.mul(g1.GENERATOR, k) for k in range(1, 10)]
    assert subgroup_check(G1Points.from_affine([*inside, None]))
    # Orders 2 and 3, and a point of the curve drawn by its x.
    x = next(x for x in range(2, 99) if Fq.is_square(x**3 + 1))
    for outside in ((FQ_MODULUS - 1, 0), (0, 1), (x, Fq.sqrt(x**3 + 1))):
        assert not g1.is_in_subgroup(outside)
        for place in (0, 8, 9):
            assert not subgroup_check(G1Points.from_affine([*inside[:place], outside, *inside[place:]]))


def test_compiled_decoding_of_points_is_the_plain_one() -> None:
    points = [None, *(g1.mul(g1.GENERATOR, k) for k in (1, R - 1, 2, 3, 5, 2**200, 7, 11, 13))]
    encodings = [g1.to_compressed(point) for point in points]
    assert decode_compiled(encodings) == points == decode_points(encodings)
    assert decode_compiled([]) == [] and decode_compiled([encodings[0]]) == [None]
    no_root = next(x for x in range(2, 99) if not Fq.is_square(x**3 + 1))
    bad = [
        FQ_MODULUS.to_bytes(48, "little"),
        no_root.to_bytes(48, "little"),
        (FQ_MODULUS - 1).to_bytes(48, "little"),
        bytes(48),
        bytes(47) + b"\xc0",
        b"\x01" + bytes(46) + b"\x40",
        bytes(47),
        bytes(47) + b"\x3f",
    ]
    for data in bad:
        with pytest.raises(DecodeError) as plain:
            g1.from_compressed(data)
        with pytest.raises(DecodeError) as compiled:
            decode_compiled([encodings[1], data, encodings[2]])
        assert compiled.value.message == plain.value.message
