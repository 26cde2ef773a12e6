"""Point vectors and the multi-scalar multiplication against plain sums."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path

import pytest

from avm.algebra import g1, msm, vector
from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.algebra.glv_scalars import Halves
from avm.algebra.kernels import msm_digits
from avm.algebra.points import G1Points, fixed_base, multiply_each, powers_of, scale_powers, subgroup_check
from avm.algebra.tiers import tier
from avm.base.errors import Cancelled, DecodeError
from avm.base.pool import Pool
from avm.base.progress import NULL_PROGRESS, Cancel

PARAMETERS = Path(__file__).resolve().parents[3] / "shared" / "params"
needs_parameters = pytest.mark.skipif(not PARAMETERS.is_dir(), reason="needs the SRS in ../shared/params")
R = FR_MODULUS
SECRET = 0x1234567890ABCDEF1234567890ABCDEF


@lru_cache
def powers(n: int) -> G1Points:
    return powers_of(g1.GENERATOR, SECRET, n)


def expected(scalars: list[int]) -> g1.Point:
    """The sum over ``powers``, through the exponent."""
    return g1.mul(g1.GENERATOR, sum(s * pow(SECRET, i, R) for i, s in enumerate(scalars)) % R)


def portable_sum(points: G1Points, scalars: list[int]) -> g1.Point:
    engine = msm.PortableEngine(points.words)
    return msm.msm_with(engine, points.words, vector.from_ints(scalars), Pool(1), None, NULL_PROGRESS)


def test_powers_and_contributions_are_multiples_of_the_generator() -> None:
    points = powers(40)
    for i in (0, 1, 2, 39):
        assert points[i] == g1.mul(g1.GENERATOR, pow(SECRET, i, R))
    scaled = scale_powers(points[3:], 77, Pool(2), first=3)
    assert scaled[36] == g1.mul(g1.GENERATOR, pow(77 * SECRET, 39, R))
    assert powers_of(g1.GENERATOR, 5, 3, first=4).to_affine() == [
        g1.mul(g1.GENERATOR, 5**k) for k in (4, 5, 6)
    ]


def test_contributions_are_the_multiples_of_each_point() -> None:
    points = G1Points.from_affine([*powers(5).to_affine(), None, *powers(300).to_affine()])
    for base, first in ((R - 2, 1), (0, 0), (SECRET, 7)):
        factors = [pow(base, first + i, R) for i in range(len(points))]
        scaled = scale_powers(points, base, first=first)
        assert scaled == multiply_each(points, vector.from_ints(factors))
    assert len(scale_powers(points[:0], 3)) == 0


def test_multiplication_of_each_point_with_edge_scalars() -> None:
    scalars = [0, 1, 2, 15, 16, 17, R - 1, R - 2, 1 << 128, (1 << 252) - 1, 255, 256]
    points = powers(len(scalars))
    product = multiply_each(points, vector.from_ints(scalars)).to_affine()
    assert product == [g1.mul(p, k) for p, k in zip(points.to_affine(), scalars)]
    fixed = fixed_base(g1.GENERATOR, vector.from_ints(scalars)).to_affine()
    assert fixed == [g1.mul(g1.GENERATOR, k) for k in scalars]
    outside = G1Points.from_affine([(0, 1), None, (0, 1)])
    assert multiply_each(outside, vector.from_ints([2, 9, 3])).to_affine() == [
        (0, FQ_MODULUS - 1),
        None,
        None,
    ]


def test_point_vectors_are_sequences_with_exact_encodings() -> None:
    plain = [*powers(5).to_affine(), None]
    points = G1Points.from_affine(plain)
    assert points.to_affine() == plain
    assert points[5] is None
    assert points[1:3].to_affine() == plain[1:3]
    assert points.to_uncompressed() == b"".join(g1.to_uncompressed(p) for p in plain)
    assert points.to_bytes() == b"".join(g1.to_bytes(p) for p in plain)
    assert G1Points.concatenate([points[:2], points[2:]]) == points


def test_bad_encodings_are_refused_with_their_index() -> None:
    good = powers(3).to_uncompressed()
    flipped = bytearray(good)
    flipped[96] ^= 1
    sign = bytearray(good)
    sign[191] |= 0x80
    not_reduced = good[:96] + FQ_MODULUS.to_bytes(48, "little") + good[144:]
    for bad in (bytes(flipped), bytes(sign), not_reduced):
        with pytest.raises(DecodeError, match="point 1"):
            G1Points.from_uncompressed(bad)
    with pytest.raises(DecodeError, match="whole number"):
        G1Points.from_uncompressed(good[:-1])


def test_subgroup_check_finds_one_stranger() -> None:
    points = powers(5)
    assert subgroup_check(points)
    assert subgroup_check(G1Points.from_affine([None]))
    stranger = G1Points.from_affine([g1.add(g1.GENERATOR, (0, 1))])
    assert not subgroup_check(G1Points.concatenate([points, stranger]))
    with pytest.raises(DecodeError, match="subgroup"):
        G1Points.from_uncompressed(stranger.to_uncompressed(), subgroup=True)


@needs_parameters
def test_official_powers_survive_decoding() -> None:
    data = (PARAMETERS / "powers-of-beta-15.usrs").read_bytes()[8 : 8 + 96 * 2000]
    points = G1Points.from_uncompressed(data)
    assert points[0] == g1.GENERATOR
    assert points.to_uncompressed() == data
    assert subgroup_check(points[:50])


def test_half_scalars_and_digits_recompose() -> None:
    lam = msm_digits.LAMBDA
    scalars = [0, 1, R - 1, lam, lam - 1, lam + 1, R - lam, lam * (lam - 1), *range(2, 9)]
    scalars += [random.Random(1).randrange(R) for _ in range(50)]
    for size in (4, 8, 11, 16):
        bits = [size] * -(-msm_digits.HALF_BITS // size)
        if sum(bits) > msm_digits.HALF_BITS:
            bits[-1] -= sum(bits) - msm_digits.HALF_BITS
        halves = Halves(len(scalars), bits)
        halves.fill(vector.from_ints(scalars), 0, 5)
        halves.fill(vector.from_ints(scalars), 5, len(scalars))
        digits = halves.digits.astype(int)
        places = [sum(bits[:w]) for w in range(len(bits))]
        assert abs(digits).max() <= 1 << (size - 1)
        found = [sum(int(d) << place for place, d in zip(places, column)) for column in digits.T]
        for k, low, high in zip(scalars, found[::2], found[1::2]):
            assert (low + high * lam - k) % R == 0
            assert max(abs(low), abs(high)) <= lam // 2 + 1


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 31, 64, 257, 1000])
def test_random_scalars(n: int) -> None:
    scalars = [random.Random(n).randrange(R) for _ in range(n)]
    assert msm.msm(powers(1000), vector.from_ints(scalars)) == expected(scalars)


@pytest.mark.parametrize(
    "name", ["zeros", "ones", "bits", "small", "minus_one", "one_value", "mixed", "powers"]
)
def test_skewed_scalars(name: str) -> None:
    n = 1000
    rng = random.Random(name)
    scalars = {
        "zeros": [0] * n,
        "ones": [1] * n,
        "bits": [rng.randrange(2) for _ in range(n)],
        "small": [rng.randrange(256) for _ in range(n)],
        "minus_one": [R - 1] * n,
        "one_value": [rng.randrange(R)] * n,
        "mixed": [rng.choice([0, 0, 0, 1, 1, R - 1, rng.randrange(R)]) for _ in range(n)],
        "powers": [1 << (i % 252) for i in range(n)],
    }[name]
    assert msm.msm(powers(n), vector.from_ints(scalars), Pool(2)) == expected(scalars)
    assert portable_sum(powers(n), scalars) == expected(scalars)


@pytest.mark.parametrize("kind", ["equal", "inverse", "infinity", "all_infinity", "endomorphic"])
@pytest.mark.parametrize("scalar", ["one", "random", "same"])
def test_exceptional_additions(kind: str, scalar: str) -> None:
    rng = random.Random(kind)
    n = 600
    g = g1.GENERATOR
    other = g1.mul(g, 5)
    x, y = g
    image = (g1.BETA * x % FQ_MODULUS, -y % FQ_MODULUS)
    plain: list[g1.Point] = {
        "equal": [g] * n,
        "inverse": [g, g1.neg(g)] * (n // 2),
        "infinity": [g, None, other, None] * (n // 4),
        "all_infinity": [None] * n,
        "endomorphic": [g, image, g1.neg(image)] * (n // 3),
    }[kind]
    one = rng.randrange(R)
    scalars = [{"one": 1, "random": rng.randrange(R), "same": one}[scalar] for _ in range(n)]
    totals: dict[g1.Point, int] = {}
    for p, s in zip(plain, scalars):
        totals[p] = (totals.get(p, 0) + s) % R
    result = msm.msm(G1Points.from_affine(plain), vector.from_ints(scalars))
    assert result == g1.multi_mul(list(totals), list(totals.values()))
    assert portable_sum(G1Points.from_affine(plain), scalars) == result


@pytest.mark.skipif(tier() != "ifma", reason="this processor has one way to sum buckets only")
@pytest.mark.parametrize("n", [1, 5, 600])
def test_tiers_agree(n: int) -> None:
    from avm.algebra import msm_ifma

    rng = random.Random(n)
    scalars = vector.from_ints([rng.choice([0, 1, R - 1, rng.randrange(R)]) for _ in range(n)])
    points = powers(1000)[:n]
    table = msm_ifma.table_of(points)
    assert table is not None
    engines = [msm.PortableEngine(points.words), msm_ifma.EightLanes(table)]
    with Pool(2) as pool:
        sums = [msm.msm_with(e, points.words, scalars, pool, None, NULL_PROGRESS) for e in engines]
    assert sums[0] == sums[1]


@pytest.mark.parametrize(("n", "distinct"), [(5000, 5000), (20_000, 20_000), (20_000, 3)])
def test_many_points_and_heavy_buckets(n: int, distinct: int) -> None:
    """Few distinct scalars fill few buckets, which are cut into pieces of several levels."""
    rng = random.Random(n + distinct)
    values = [rng.randrange(R) for _ in range(distinct)]
    scalars = [values[i % distinct] for i in range(n)]
    points = powers(20_000)
    with Pool(2) as pool:
        assert msm.msm(points[:n], vector.from_ints(scalars), pool) == expected(scalars)


def test_slices_share_what_was_converted() -> None:
    scalars = [random.Random(7).randrange(R) for _ in range(300)]
    points = powers(1000)
    part = points[650:][25:325]
    assert part.shared is points.shared
    assert part.start == 675
    shifted = [0] * 675 + scalars
    assert msm.msm(part, vector.from_ints(scalars)) == expected(shifted)
    assert points[::2].start == 0
    assert points[::2].shared is not points.shared


def test_cancel_stops_the_sum() -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        msm.msm(powers(1000), vector.random(1000), cancel=cancel)
    with pytest.raises(ValueError, match="only"):
        msm.msm(powers(5), vector.random(6))


@pytest.mark.skipif(tier() != "ifma", reason="eight lanes need AVX-512 IFMA")
def test_lists_of_the_greatest_length_are_summed_in_lanes() -> None:
    """Sums stay exact up to the last multiple of q that keeps differences positive, and beyond by cutting."""
    import numpy as np

    from avm.algebra import msm_ifma
    from avm.algebra.kernels.msm_ifma import LONGEST
    from avm.algebra.kernels.point_table import BEFORE, NEGATED, POINT_LINES, ROW_WORDS

    found = msm_ifma.table_of(powers(1000))
    assert found is not None
    table, start = found
    table.prepare(0, 1000)
    rng = random.Random(3)
    lengths = [LONGEST, LONGEST + 1, 0, 1, 37, 2, LONGEST - 1, 700, 5]
    chosen = [[(j, rng.random() < 0.5) for j in rng.sample(range(1000), length)] for length in lengths]
    image = [j % 3 == 0 for j in range(1000)]
    items = [
        8 * (POINT_LINES * j + 2 * image[j]) + BEFORE * image[j] + NEGATED * (negative ^ image[j])
        for entries in chosen
        for j, negative in entries
    ]
    ends = np.cumsum([0, *lengths])
    rows = msm_ifma.aligned_words(ROW_WORDS * (len(lengths) + 1))
    points = table.words[8 * POINT_LINES * start :]
    assert msm_ifma.add_lists(points, np.array(items, np.uint32), ends, rows, LONGEST)
    lowered = pow(1 << 416, -1, FQ_MODULUS)
    for row, entries in zip(rows.reshape(-1, 2, 8), chosen):
        if entries:
            x, y = (sum(int(w) << (52 * k) for k, w in enumerate(limbs)) * lowered for limbs in row)
            total = sum(
                (-1 if negative else 1) * (msm_digits.LAMBDA if image[j] else 1) * pow(SECRET, j, R)
                for j, negative in entries
            )
            assert (x % FQ_MODULUS, (y << 26) % FQ_MODULUS) == g1.mul(g1.GENERATOR, total % R)
