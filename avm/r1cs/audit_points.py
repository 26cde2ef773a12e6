"""Denominators of the curve's addition law that are never zero.

On a twisted Edwards curve ``a x^2 + y^2 = 1 + d x^2 y^2`` with a square a and a d that is none, the law is
complete: ``1 + d x1 x2 y1 y2`` and ``1 - d x1 x2 y1 y2`` are zero for no two points of the curve (Bernstein,
Birkner, Joye, Lange, Peters, https://eprint.iacr.org/2008/013, section 6). So what has to be known of two
coordinates is that they are a point of the curve. That is read off the rows, in their order: those that
require the equation, a sum, a double, a choice between two points, and few bits that choose a fixed point.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product

from avm.algebra import edwards
from avm.r1cs.audit_modular import Form
from avm.r1cs.linear import MODULUS

Side = tuple[int, Form]
"""A constant and the weights of variables."""
Exact = tuple[tuple[int, int], ...]
"""A combination as a key of tables: its entries by variable, the constant under 0."""
A, D = MODULUS - 1, edwards.D
FEW = 3
ONE: Side = (1, {})


class Points:
    """Pairs of combinations that are points of the curve in all solutions of the rows read so far."""

    def __init__(self, bits: Collection[int]) -> None:
        self.bits = bits
        self.known: dict[Exact, set[Exact]] = {}
        self.factors: dict[int, tuple[Side, Side]] = {}
        """The factors of each variable that a row makes as their product."""
        self.nonzero: list[Side] = []

    def read(self, rows: Sequence[Sequence[Side]]) -> list[Side]:
        """Read rows in their order and return the denominators that are never zero."""
        before: Sequence[Side] = (ONE, ONE, ONE)
        for row in rows:
            a, b, c = row
            if len(c[1]) == 1 and not c[0] and (key := next(iter(c[1]))) and c[1][key] == 1:
                self.factors.setdefault(key, (a, b))
            if len(b[1]) <= 2:
                self._equation(a, b, c)
                if before[1] == b:
                    self._choice(before, row)
                elif total(before[1], b) == (2, {}):
                    self._double(before, row)
                    self._sum(before, row)
            before = row
        return self.nonzero

    def on_curve(self, x: Side, y: Side) -> bool:
        """Whether two coordinates are known to be a point of the curve."""
        if exact(y) in self.known.get(exact(x), ()) or exact(y) in self.known.get(exact(times(x, -1)), ()):
            return True
        keys = list(x[1].keys() | y[1].keys())
        if len(keys) > FEW or not all(key in self.bits for key in keys):
            return False
        patterns = (dict(zip(keys, values)) for values in product((0, 1), repeat=len(keys)))
        return all(edwards.is_on_curve((at(x, values), at(y, values))) for values in patterns)

    def _add(self, x: Side, y: Side) -> None:
        self.known.setdefault(exact(x), set()).add(exact(y))

    def _factors(self, side: Side) -> tuple[Side, Side] | None:
        """Return the factors of a combination that is one product, its weight in the first of them."""
        if side[0] or len(side[1]) != 1:
            return None
        ((key, weight),) = side[1].items()
        found = self.factors.get(key)
        return None if found is None else (times(found[0], weight), found[1])

    def _root(self, key: int) -> Side | None:
        """Return the combination whose square a variable is."""
        found = self.factors.get(key)
        return found[0] if found is not None and found[0] == found[1] else None

    def _equation(self, a: Side, b: Side, c: Side) -> None:
        """``y^2 (d x^2 - 1) = a x^2 - 1``."""
        if a[0] or len(a[1]) != 1 or len(b[1]) != 1 or b[1].keys() != c[1].keys():
            return
        ((yy, weight),), (xx,) = a[1].items(), b[1]
        x, y = self._root(xx), self._root(yy)
        if weight == 1 and b == (MODULUS - 1, {xx: D}) and c == (MODULUS - 1, {xx: A}) and x and y:
            self._add(x, y)

    def _choice(self, first: Sequence[Side], second: Sequence[Side]) -> None:
        """``(x1 - x2) b = x - x2`` and the same with y, for a bit b."""
        condition = first[1]
        if len(condition[1]) != 1 or condition not in self._literals(next(iter(condition[1]))):
            return
        for (x1, x2, x), (y1, y2, y) in product(self._chosen(first), self._chosen(second)):
            if self.on_curve(x1, y1) and self.on_curve(x2, y2):
                self._add(x, y)
                return

    def _literals(self, key: int) -> tuple[Side, ...]:
        return ((0, {key: 1}), (1, {key: MODULUS - 1})) if key in self.bits else ()

    @staticmethod
    def _chosen(row: Sequence[Side]) -> Iterator[tuple[Side, Side, Side]]:
        """Yield what a row may choose from, and the outcome."""
        difference, _, c = row
        out = max(c[1], default=0)
        if c[1].get(out) == 1:
            outcome: Side = (0, {out: 1})
            other = total(outcome, times(c, -1))
            yield total(difference, other), other, outcome

    def _double(self, first: Sequence[Side], second: Sequence[Side]) -> None:
        """``x3 (a x^2 + y^2) = 2 x y`` and ``y3 (2 - a x^2 - y^2) = y^2 - a x^2``."""
        bottom = first[1]
        if bottom[0] or len(bottom[1]) != 2:
            return
        for xx, yy in (tuple(bottom[1]), tuple(bottom[1])[::-1]):
            x, y, pair = self._root(xx), self._root(yy), self._factors(first[2])
            if x is None or y is None or pair is None or bottom[1] != {xx: A, yy: 1}:
                continue
            doubled = (times(x, 2), y), (times(y, 2), x)
            if pair in doubled and second[2] == (0, {yy: 1, xx: 1}) and self.on_curve(x, y):
                self._conclude(first, second)

    def _sum(self, first: Sequence[Side], second: Sequence[Side]) -> None:
        """``x3 (1 + d v) = x1 y2 + x2 y1`` and ``y3 (1 - d v) = y1 y2 - a x1 x2`` for v = x1 x2 y1 y2."""
        bottom = first[1]
        if bottom[0] != 1 or len(bottom[1]) != 1:
            return
        ((v, weight),) = bottom[1].items()
        both = self.factors.get(v)
        if weight != D or both is None or first[2] != total(*both):
            return
        for left, right in (both, both[::-1]):
            # left = x1 y2 and right = x2 y1; the rest of the second numerator is (y1 - a x1) (x2 + y2).
            rest = total(total(second[2], times(left, -A)), right)
            for x1, y2, x2, y1 in (*self._splits(left, right), *self._fixed_splits(left, right, rest)):
                fits = self._is_product(rest, total(y1, times(x1, -A)), total(x2, y2))
                if fits and self.on_curve(x1, y1) and self.on_curve(x2, y2):
                    return self._conclude(first, second)
        return None

    def _splits(self, left: Side, right: Side) -> Iterator[tuple[Side, Side, Side, Side]]:
        """Yield x1, y2, x2, y1 with ``left = x1 y2`` and ``right = x2 y1``."""
        one, two = self._factors(left), self._factors(right)
        if one is not None and two is not None:
            for (x1, y2), (x2, y1) in product((one, one[::-1]), (two, two[::-1])):
                yield x1, y2, x2, y1
        for x1, ys in self._multiples(left):
            for y1, factor in self._among(right, ys):
                scale = _ratio(left, x1)
                yield x1, (scale, {}), (factor, {}), y1

    @staticmethod
    def _fixed_splits(left: Side, right: Side, rest: Side) -> Iterator[tuple[Side, Side, Side, Side]]:
        """Yield the same for a fixed second point and a first one that is (0, 1) where its bits are zero."""
        x2, y2 = right[0], (rest[0] - right[0]) % MODULUS
        if x2 and y2:
            x1, y1 = times(left, pow(y2, -1, MODULUS)), times(right, pow(x2, -1, MODULUS))
            yield x1, (y2, {}), (x2, {}), y1

    def _multiples(self, side: Side) -> Iterator[tuple[Side, set[Exact]]]:
        """Yield the known x coordinates of which a combination is a multiple, with their y coordinates."""
        keys = side[1]
        if len(keys) == 1 and not side[0]:
            x: Side = (0, {next(iter(keys)): 1})
            yield x, self.known.get(exact(x), set())

    @staticmethod
    def _among(side: Side, ys: set[Exact]) -> Iterator[tuple[Side, int]]:
        """Yield the coordinates of which a combination is a multiple, and the factor."""
        for y in ys:
            terms = dict(y)
            found: Side = (terms.pop(0, 0), terms)
            factor = _ratio(side, found)
            if factor and times(found, factor) == side:
                yield found, factor

    def _is_product(self, side: Side, one: Side, two: Side) -> bool:
        for x, y in ((one, two), (two, one)):
            if not x[1]:
                return side == times(y, x[0])
        pair = self._factors(side)
        return pair in ((one, two), (two, one))

    def _conclude(self, first: Sequence[Side], second: Sequence[Side]) -> None:
        self.nonzero += (first[1], second[1])
        self._add(first[0], second[0])


def _ratio(side: Side, other: Side) -> int:
    """Return the factor by which the first variables differ; zero where they are different ones."""
    key = next(iter(other[1]), None)
    if key is None or key not in side[1]:
        return 0
    return side[1][key] * pow(other[1][key], -1, MODULUS) % MODULUS


def exact(side: Side) -> Exact:
    """Return a combination as a key of tables."""
    return tuple(sorted([*side[1].items(), *([(0, side[0])] if side[0] else [])]))


def at(side: Side, values: Form) -> int:
    """Return what a combination comes to."""
    return (side[0] + sum(weight * values[key] for key, weight in side[1].items())) % MODULUS


def times(side: Side, factor: int) -> Side:
    """Return a multiple of a combination by a factor that is not zero."""
    return side[0] * factor % MODULUS, {key: weight * factor % MODULUS for key, weight in side[1].items()}


def total(one: Side, two: Side) -> Side:
    """Return the sum of two combinations."""
    terms = dict(one[1])
    for key, weight in two[1].items():
        terms[key] = (terms.get(key, 0) + weight) % MODULUS
    return (one[0] + two[0]) % MODULUS, {key: weight for key, weight in terms.items() if weight}
