"""G1 of BLS12-377: y² = x³ + 1 over Fq; commitments and the powers of the universal SRS live in it.

Points are affine tuples of integers, infinity is ``None``. Follows snarkVM's ``g1.rs``.
"""

from __future__ import annotations

from avm.algebra.fields import FQ_MODULUS, FR_MODULUS, Fq
from avm.algebra.weierstrass import ShortWeierstrass

Point = tuple[int, int] | None

COFACTOR = 30631250834960419227450344600217059328
GENERATOR = (
    89363714989903307245735717098563574705733591463163614225748337416674727625843187853442697973404985688481508350822,
    3702177272937190650578065972808860481433820514072818216637796320125658674906330993856598323293086021583822603349,
)
BETA = pow(-5, 2 * (FQ_MODULUS - 1) // 3, FQ_MODULUS)
"""Cube root of unity with x²·(X, Y) = (BETA·X, −Y) on the subgroup, x the curve parameter."""

CURVE: ShortWeierstrass[int] = ShortWeierstrass(Fq, 1, FR_MODULUS, GENERATOR)

add = CURVE.add
double = CURVE.double
neg = CURVE.neg
sub = CURVE.sub
mul = CURVE.mul
multi_mul = CURVE.multi_mul
is_on_curve = CURVE.is_on_curve
is_in_subgroup = CURVE.is_in_subgroup
to_compressed = CURVE.to_compressed
from_compressed = CURVE.from_compressed
to_uncompressed = CURVE.to_uncompressed
from_uncompressed = CURVE.from_uncompressed
to_bytes = CURVE.to_bytes
from_bytes = CURVE.from_bytes
