"""Bowe-Hopwood-Pedersen hashes: a sum of small signed multiples of generators, chosen by bits.

Each chunk of three bits ``(c0, c1, c2)`` adds ``(1 + c0 + 2 c1) * (-1)^c2`` times a generator of its own;
long inputs are chained. Source: snarkVM ``console/algorithms/src/bhp`` and
https://github.com/zcash/zcash/issues/2234.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

from avm.algebra.edwards import MONTGOMERY_A, MONTGOMERY_B, D, Point
from avm.algebra.fields import FR_MODULUS as P
from avm.algebra.fields import Fr
from avm.base.bits import bits_to_int_le, bytes_to_bits_le
from avm.base.errors import Halt
from avm.primitives.hash_to_curve import add_chosen, hash_to_curve, powers_of_two
from avm.primitives.tier import kernels
from avm.r1cs.linear import ZERO, LinearCombination, Mode, constant, inner_product
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar, new_bits
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.types.scalar import ScalarVar

if TYPE_CHECKING:
    from avm.primitives.bhp_compiled import Tables, Words

CHUNK = 3
_DOMAIN_BITS = 188
_DIGEST_BITS = 252
_MAX_HEADS = 256
_SHAPES = {256: (3, 57), 512: (6, 43), 768: (15, 23), 1024: (8, 54)}

# A point prepared for addition: (y - x, y + x, 2 D x y).
PreparedPoint = tuple[int, int, int]
# A point on the way: X, Y, Z, T with x = X/Z, y = Y/Z, T = XY/Z.
Extended = tuple[int, int, int, int]

# The weights of x and of -2 y by the bits 1, b0, b1 and b0 b1 of a chunk.
Weights = tuple[int, int, int, int]
Lookup = tuple[Weights, Weights]

_HALF = pow(2, -1, P)
_HALF_LC, _A_LC = constant(_HALF), constant(MONTGOMERY_A)
_IDENTITY: Extended = (0, 1, 1, 0)
_2D = 2 * D % P


def _add_prepared(point: Extended, other: PreparedPoint) -> Extended:
    """Add as in https://eprint.iacr.org/2008/522, section 3.1, for a = -1 and Z2 = 1."""
    x, y, z, t = point
    minus, plus, product = other
    a, b, c, d = (y - x) * minus, (y + x) * plus, t * product, z + z
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def _to_affine(points: Sequence[Extended]) -> list[Point]:
    inverses = Fr.batch_inverse([z for _, _, z, _ in points])
    return [(x * i % P, y * i % P) for (x, y, _, _), i in zip(points, inverses)]


def _prepare(point: Point) -> PreparedPoint:
    x, y = point
    return (y - x) % P, (y + x) % P, _2D * x % P * y % P


def _double(point: Extended) -> Extended:
    x, y, z, _ = point
    a, b, c = x * x, y * y, 2 * z * z
    e, g, h = ((x + y) * (x + y) - a - b) % P, (b - a) % P, (-a - b) % P
    f = (g - c) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def _window(base: Point, chunks: int) -> list[tuple[PreparedPoint, ...]]:
    """Return for each chunk the eight prepared points its bits ``c0 + 2 c1 + 4 c2`` choose from."""
    starts: list[Extended] = [(base[0], base[1], 1, base[0] * base[1] % P)]
    for _ in range(chunks - 1):
        point = starts[-1]
        for _ in range(4):
            point = _double(point)
        starts.append(point)
    affine = _to_affine(starts)
    multiples: list[Extended] = []
    for start, (x, y) in zip(starts, affine):
        prepared = _prepare((x, y))
        two = _double(start)
        three = _add_prepared(two, prepared)
        multiples += [start, two, three, _add_prepared(three, prepared)]
    flat = [_prepare(point) for point in _to_affine(multiples)]
    out = []
    for i in range(0, len(flat), 4):
        four = flat[i : i + 4]
        out.append((*four, *((plus, minus, P - product) for minus, plus, product in four)))
    return out


class Bhp:
    """One BHP hash: ``windows`` generators with ``window_size`` chunks each, under a domain."""

    def __init__(self, windows: int, window_size: int, domain: str) -> None:
        domain_bits = bytes_to_bits_le(domain.encode())
        if len(domain_bits) > _DOMAIN_BITS:
            raise ValueError(f"the domain {domain!r} is longer than {_DOMAIN_BITS} bits")
        self.windows = windows
        self.window_size = window_size
        self.domain = domain
        self.domain_bits = (domain_bits + [False] * (_DOMAIN_BITS - len(domain_bits)))[::-1]
        self._domain = bits_to_int_le(self.domain_bits)
        self.max_bits = CHUNK * windows * window_size - _DIGEST_BITS
        self.min_bits = CHUNK * window_size
        # Both are filled on demand: sums over what long-lived inputs share, and tables over two chunks.
        self._heads: dict[int, Extended] = {}
        self._pairs: dict[int, tuple[PreparedPoint, ...]] = {}

    def _name(self, part: object) -> str:
        return f"Aleo.BHP.{self.windows}.{self.window_size}.{self.domain}.{part}"

    @cached_property
    def bases(self) -> tuple[Point, ...]:
        """The generator of each window; chunk j of a window uses it times ``16^j``."""
        return tuple(hash_to_curve(self._name(w)) for w in range(self.windows))

    @cached_property
    def random_base(self) -> tuple[Point, ...]:
        """The commitment's generator times 1, 2, 4, … for each bit of the randomizer."""
        return powers_of_two(hash_to_curve(self._name("Randomizer")))

    @cached_property
    def _tables(self) -> list[tuple[PreparedPoint, ...]]:
        return [entry for base in self.bases for entry in _window(base, self.window_size)]

    @cached_property
    def _random_table(self) -> list[PreparedPoint]:
        return [_prepare(point) for point in self.random_base]

    def _sum(self, point: Extended, bits: int, count: int, chunk: int) -> Extended:
        """Add to a point what ``count`` bits, the first of them lowest, choose from ``chunk`` on."""
        end = chunk + (count + CHUNK - 1) // CHUNK
        x, y, z, t = point
        for i in range(chunk, end - 1, 2):
            minus, plus, product = (self._pairs.get(i) or self._pair(i))[bits & 63]
            bits >>= 2 * CHUNK
            # The addition of _add_prepared, written out: a call for each pair would cost a third more.
            a, b, c, d = (y - x) * minus, (y + x) * plus, t * product, z + z
            e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
            x, y, z, t = e * f % P, g * h % P, f * g % P, e * h % P
        if (end - chunk) % 2:
            return _add_prepared((x, y, z, t), self._tables[end - 1][bits])
        return x, y, z, t

    def _pair(self, chunk: int) -> tuple[PreparedPoint, ...]:
        """Return the 64 points that the six bits of a chunk and the next choose from."""
        first, second = self._tables[chunk], self._tables[chunk + 1]
        starts = [_add_prepared(_IDENTITY, entry) for entry in first]
        points = _to_affine([_add_prepared(start, entry) for entry in second for start in starts])
        table = tuple(_prepare(point) for point in points)
        self._pairs[chunk] = table
        return table

    def _head(self, length: int) -> Extended:
        """Return the sum over the domain and the length, with which every input of that length begins."""
        point = self._heads.get(length)
        if point is None:
            point, choice = _IDENTITY, self._domain | length << _DOMAIN_BITS
            for i in range(_DIGEST_BITS // CHUNK):
                point = _add_prepared(point, self._tables[i][choice >> CHUNK * i & 7])
            if len(self._heads) >= _MAX_HEADS:
                self._heads.clear()
            self._heads[length] = point
        return point

    def _digest(self, bits: int, count: int) -> Extended:
        point = _IDENTITY
        if count:
            self._check(count)
        for start in range(0, count, self.max_bits):
            length = min(count - start, self.max_bits)
            if start:
                x, _, z, _ = point
                head = x * pow(z, -1, P) % P & (1 << _DIGEST_BITS) - 1
                point = self._sum(_IDENTITY, head, _DIGEST_BITS, 0)
            else:
                point = self._head(count)
            part = bits >> start & (1 << length) - 1
            point = self._sum(point, part, length, _DIGEST_BITS // CHUNK)
        return point

    @cached_property
    def _compiled_tables(self) -> Tables:
        from avm.primitives.bhp_compiled import Tables

        return Tables(self._tables, self.max_bits)

    @cached_property
    def _compiled_addends(self) -> Words:
        from avm.primitives.bhp_compiled import elements

        return elements(self._random_table)

    def _check(self, count: int) -> None:
        """Halt when an iteration over inputs of this many bits has fewer than one generator takes."""
        last = (count - 1) % self.max_bits + 1
        if last + _DIGEST_BITS <= self.min_bits:
            raise Halt(f"{self.domain} needs more than {self.min_bits} bits")

    def points(self, inputs: Sequence[int], count: int, randomizers: Sequence[int] = ()) -> list[Point]:
        """Return the hash of each input as a point, all of ``count`` bits, the first bit lowest.

        With ``randomizers``, a scalar for each input, the points are commitments.
        """
        if not inputs:
            return []
        if count == 0 or kernels("bhp", len(inputs)) is None:
            digests = [self._digest(value, count) for value in inputs]
            for i, randomizer in enumerate(randomizers):
                for k, prepared in enumerate(self._random_table):
                    if randomizer >> k & 1:
                        digests[i] = _add_prepared(digests[i], prepared)
            return _to_affine(digests)
        self._check(count)
        head = self._domain | count << _DOMAIN_BITS
        commitment = (randomizers, self._compiled_addends) if randomizers else ()
        return self._compiled_tables.points(head, _DIGEST_BITS, inputs, count, *commitment)

    def hash_packed(self, bits: int, count: int) -> Point:
        """Return the hash of ``count`` bits, the first lowest, as a point."""
        return self.points([bits], count)[0]

    def hash_to_group(self, bits: Sequence[bool]) -> Point:
        """Return the hash of a bit list as a point."""
        return self.hash_packed(bits_to_int_le(bits), len(bits))

    def hash(self, bits: Sequence[bool]) -> int:
        """Return the hash of a bit list as a field element: the point's x."""
        return self.hash_to_group(bits)[0]

    def commit_to_group(self, bits: Sequence[bool], randomizer: int) -> Point:
        """Return the hash plus ``randomizer`` (a scalar) times the random base, as a point."""
        return self.points([bits_to_int_le(bits)], len(bits), [randomizer])[0]

    def commit(self, bits: Sequence[bool], randomizer: int) -> int:
        """Return the commitment as a field element."""
        return self.commit_to_group(bits, randomizer)[0]

    # --- circuit ---

    @cached_property
    def _lookups(self) -> list[Lookup]:
        """For each chunk the weights of x and of -2 y of its point on the Montgomery curve."""
        points = [
            ((plus - minus) * _HALF % P, (plus + minus) * _HALF % P) for minus, plus, _ in self._positive
        ]
        inverses = Fr.batch_inverse([(1 - y) * x % P for x, y in points])
        xs = [(1 + y) * x % P * inverse % P for (x, y), inverse in zip(points, inverses)]
        ys = [(1 + y) * inverse * -2 % P for (_, y), inverse in zip(points, inverses)]
        return [(_interpolation(xs[i : i + 4]), _interpolation(ys[i : i + 4])) for i in range(0, len(xs), 4)]

    @property
    def _positive(self) -> Iterator[PreparedPoint]:
        return (point for entry in self._tables for point in entry[:4])

    def _round_circuit(self, cs: ConstraintSystem, bits: Sequence[BooleanVar]) -> GroupVar:
        """Return the sum of the points that at most ``3 * windows * window_size`` bits choose.

        Three constants, and for a chunk of variables five variables and constraints, two for the first
        of a window (`circuit/algorithms/src/bhp/hasher/hash_uncompressed.rs`).
        """
        if len(bits) <= self.min_bits:
            raise Halt(f"{self.domain} needs more than {self.min_bits} bits")
        for value in (_HALF, MONTGOMERY_A, MONTGOMERY_B):
            cs.new_constant(value)
        false = BooleanVar.constant(cs, False)
        padded = [*bits, *(false,) * (-len(bits) % CHUNK)]
        total, one = GroupVar.zero(cs), FieldVar.one(cs)
        for start in range(0, len(padded), self.min_bits):
            part = padded[start : start + self.min_bits]
            x, y = _window_circuit(cs, part, self._lookups[start // CHUNK :])
            edwards_x = x.div_unchecked(y)
            total = total.add(GroupVar(edwards_x, x.sub(one).div_unchecked(x.add(one))))
        return total

    def hash_to_group_circuit(self, cs: ConstraintSystem, bits: Sequence[BooleanVar]) -> GroupVar:
        """Return the hash of a bit list as a point, whose x is the hash as a field element.

        Raises:
            Halt: the last round has too few bits.
        """
        outer = cs.enter(f"bhp {self.windows}x{self.window_size}")
        digest = GroupVar.zero(cs)
        for start in range(0, len(bits), self.max_bits):
            if start:
                head = digest.x.clone().to_bits_le()[:_DIGEST_BITS]
            else:
                domain = (BooleanVar.constant(cs, bit) for bit in self.domain_bits)
                head = (*domain, *new_bits(cs, Mode.CONSTANT, len(bits), 64))
            digest = self._round_circuit(cs, [*head, *bits[start : start + self.max_bits]])
        cs.leave(outer)
        return digest

    def commit_to_group_circuit(
        self, cs: ConstraintSystem, bits: Sequence[BooleanVar], randomizer: ScalarVar
    ) -> GroupVar:
        """Return the hash plus ``randomizer`` times the random base, a power of it for each bit."""
        return add_chosen(self.hash_to_group_circuit(cs, bits), randomizer.to_bits_le(), self.random_base)


def _interpolation(values: Sequence[int]) -> Weights:
    """Return w with ``values[b0 + 2 b1] = w0 + w1 b0 + w2 b1 + w3 b0 b1``."""
    a, b, c, d = values
    return a, (b - a) % P, (c - a) % P, (d - c - b + a) % P


def _window_circuit(
    cs: ConstraintSystem, bits: Sequence[BooleanVar], lookups: Sequence[Lookup]
) -> tuple[FieldVar, FieldVar]:
    """Return the sum of one window's points on the Montgomery curve."""
    total: tuple[LinearCombination, LinearCombination] | None = None
    for i in range(0, len(bits), CHUNK):
        (x0, *x_weights), (y0, *y_weights) = lookups[i // CHUNK]
        low, high, sign = bits[i : i + CHUNK]
        chosen = (low.lc, high.lc, low.and_(high).lc)
        x = inner_product(x_weights, chosen, x0)
        minus_twice = inner_product(y_weights, chosen, y0)
        # (sign - 1/2) * (-2 y) is y, or -y where the sign is set.
        y = _product(cs, minus_twice, sign.lc - _HALF_LC, ZERO)
        total = (x, y) if total is None else _add_montgomery(cs, *total, x, y)
    assert total is not None
    return FieldVar(cs, total[0]), FieldVar(cs, total[1])


def _add_montgomery(
    cs: ConstraintSystem,
    x1: LinearCombination,
    y1: LinearCombination,
    x2: LinearCombination,
    y2: LinearCombination,
) -> tuple[LinearCombination, LinearCombination]:
    """Return the sum of two different points by the incomplete law, for three constraints."""
    top, bottom = y2 - y1, x2 - x1
    if x1.terms or y1.terms or x2.terms or y2.terms:
        slope = cs.solve_right(bottom, top)
    else:
        slope = cs.new_constant(top.constant * pow(bottom.constant, -1, P) % P)
    x = _product(cs, slope.scale(MONTGOMERY_B), slope, _A_LC + x1 + x2)
    return x, _product(cs, x1 - x, slope, y1)


def _product(
    cs: ConstraintSystem, a: LinearCombination, b: LinearCombination, rest: LinearCombination
) -> LinearCombination:
    """Return ``a * b - rest`` as a variable, or as a counted constant where all three are."""
    if a.terms or b.terms or rest.terms:
        return cs.solve_product(a, b, rest)
    return cs.new_constant((a.constant * b.constant - rest.constant) % P)


@cache
def bhp(size: int, domain: str = "") -> Bhp:
    """Return the hash BHP256, BHP512, BHP768 or BHP1024; its domain is ``AleoBHP{size}`` unless given."""
    windows, window_size = _SHAPES[size]
    return Bhp(windows, window_size, domain or f"AleoBHP{size}")
