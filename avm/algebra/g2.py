"""G2 of BLS12-377: y² = x³ + 1/u over Fq2, a D-type twist.

Points are affine tuples of Fq2 elements (c0, c1), infinity is ``None``. Follows snarkVM's ``g2.rs``.
"""

from __future__ import annotations

from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.algebra.tower import E2, QuadraticField
from avm.algebra.weierstrass import ShortWeierstrass

Point = tuple[E2, E2] | None

COFACTOR = int(
    "792321491528431714393029355064387456688101785017794544582476925676516530143661693322920927796677409246648"
    "7289478618404761412630691835764674559376407658497"
)
B: E2 = (0, -pow(5, -1, FQ_MODULUS) % FQ_MODULUS)
GENERATOR: tuple[E2, E2] = (
    (
        170590608266080109581922461902299092015242589883741236963254737235977648828052995125541529645051927918098146183295,
        83407003718128594709087171351153471074446327721872642659202721143408712182996929763094113874399921859453255070254,
    ),
    (
        1843833842842620867708835993770650838640642469700861403869757682057607397502738488921663703124647238454792872005,
        33145532013610981697337930729788870077912093258611421158732879580766461459275194744385880708057348608045241477209,
    ),
)
CURVE: ShortWeierstrass[E2] = ShortWeierstrass(QuadraticField(), B, FR_MODULUS, GENERATOR)

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
