"""The compiled pairing loops against the plain ones."""

from __future__ import annotations

import random

from avm.algebra import g1, g2, pairing
from avm.algebra.fields import FR_MODULUS


def _pairs(count: int) -> list[tuple[g1.Point, g2.Point]]:
    rng = random.Random(count)
    return [
        (g1.mul(g1.GENERATOR, rng.randrange(FR_MODULUS)), g2.mul(g2.GENERATOR, rng.randrange(FR_MODULUS)))
        for _ in range(count)
    ]


def test_compiled_loops_agree_with_the_plain_ones() -> None:
    pairs = [*_pairs(2), (None, g2.GENERATOR), (g1.GENERATOR, None)]
    plain = pairing.final_exponentiation(pairing.miller_loop(pairs))
    compiled = pairing.compiled_miller_loop(pairs)
    assert pairing.final_exponentiation(compiled, pairing.compiled_power_of_x) == plain
    assert pairing.compiled_power_of_x(plain) == pairing.power_of_x(plain)


def test_a_product_of_pairings_is_one_exactly_when_exponents_cancel() -> None:
    a, b = 2**200 + 7, FR_MODULUS - 3
    left = (g1.mul(g1.GENERATOR, a), g2.mul(g2.GENERATOR, b))
    right = g1.neg(g1.mul(g1.GENERATOR, a * b % FR_MODULUS))
    assert pairing.product_is_one([left, (right, g2.GENERATOR)])
    assert not pairing.product_is_one([left, (g1.double(right), g2.GENERATOR)])
    assert pairing.product_is_one([])
    assert pairing.product_is_one([(None, g2.GENERATOR)])


def test_a_point_without_an_inverse_of_y_takes_the_plain_way() -> None:
    torsion = (pairing.FQ_MODULUS - 1, 0)
    pairs: list[tuple[g1.Point, g2.Point]] = [(torsion, g2.GENERATOR)]
    plain = pairing.final_exponentiation(pairing.miller_loop(pairs)) == pairing.ONE12
    assert pairing.product_is_one(pairs) is plain
