"""What holds in all solutions of some rows, whatever is given: bits, fixed values, gates, what is not zero.

A solution is an assignment of all variables that satisfies the rows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import product

from avm.r1cs.audit_modular import Form, oriented
from avm.r1cs.audit_points import Points
from avm.r1cs.audit_search import NO_LOOK, Rows, Values, indicators
from avm.r1cs.linear import MODULUS, LinearCombination

FEW = 4
"""Bits of a row or a coefficient whose patterns are all tried."""
Side = tuple[int, Form]
"""A constant and the weights of variables, One not among them."""
Literal = tuple[int, bool]
"""A bit, or its negation."""
Direction = tuple[tuple[int, int], ...]
"""The entries of a combination up to a factor, its constant first; empty without variables."""


class Facts:
    """Facts about the solutions of rows.

    Args:
        rows: the constraints.
        look: called now and then; raises to end the work.
        more: facts about the same variables from further rows.
    """

    def __init__(self, rows: Rows, look: Callable[[], None] = NO_LOOK, more: Facts | None = None) -> None:
        self.look = look
        self.rows = [(side_of(a), side_of(b), side_of(c)) for a, b, c in rows]
        self.fixed: dict[int, int] = {} if more is None else dict(more.fixed)
        self.fixing: dict[int, int] = {}
        """Variables with one value in all solutions, and the rows that fix them."""
        self.bits: set[int] = set() if more is None else set(more.bits)
        self.nonzero: set[Direction] = set() if more is None else set(more.nonzero)
        self.gates: dict[int, tuple[bool, Literal, Literal, int]] = {}
        """The output of each gate of two bits: whether it is inverted, what is multiplied, and its row."""
        self.fed: dict[int, list[int]] = {}
        """The outputs of the gates that a bit feeds."""
        self.tests = dict(indicators(rows))
        """The first row of each zero test, and its outcome."""
        self.uses: dict[int, list[int]] = {}
        self.keys: list[tuple[int, ...]] = []
        for index, sides in enumerate(self.rows):
            keys = tuple({key for _, terms in sides for key in terms})
            self.keys.append(keys)
            for key in keys:
                self.uses.setdefault(key, []).append(index)
        self._find()

    def _find(self) -> None:
        for index in range(len(self.rows)):
            if not index & 1023:
                self.look()
            self._single(index)
        self._find_nonzero()
        self.bits.update(self.tests.values())
        waiting = deque(i for i, keys in enumerate(self.keys) if 1 < len(keys) <= FEW)
        while waiting:
            index = waiting.popleft()
            key = self._gate_output(index)
            if key is not None and key not in self.bits:
                self.bits.add(key)
                waiting.extend(i for i in self.uses[key] if 1 < len(self.keys[i]) <= FEW)
        for index in range(len(self.rows)):
            self._note_gate(index)
        self.nonzero.update(map(direction, Points(self.bits).read(self.rows)))

    def _find_nonzero(self) -> None:
        """Find what is zero in no solution: the factors of a product that is not, again and again."""
        products: dict[Direction, list[int]] = {}
        waiting: list[int] = []
        for index, (_, _, c) in enumerate(self.rows):
            if c[1]:
                products.setdefault(direction(c), []).append(index)
            elif c[0]:
                waiting.append(index)
        while waiting:
            for factor in map(direction, self.rows[waiting.pop()][:2]):
                if factor and factor not in self.nonzero:
                    self.nonzero.add(factor)
                    waiting.extend(products.get(factor, ()))

    def _single(self, index: int) -> None:
        """Read a row of one variable: a value, or a bit."""
        if len(self.keys[index]) != 1:
            return
        ((a0, a), (b0, b), (c0, c)), (key,) = self.rows[index], self.keys[index]
        a1, b1, c1 = a.get(key, 0), b.get(key, 0), c.get(key, 0)
        square, slope = a1 * b1 % MODULUS, (a0 * b1 + a1 * b0 - c1) % MODULUS
        rest = (a0 * b0 - c0) % MODULUS
        if square:
            if not rest and (square + slope) % MODULUS == 0:
                self.bits.add(key)
        elif slope:
            self.fixed[key] = -rest * pow(slope, -1, MODULUS) % MODULUS
            self.fixing[key] = index

    def _gate_output(self, index: int) -> int | None:
        """Return the variable that is a bit because all others of this row are."""
        keys = self.keys[index]
        others = [key for key in keys if key not in self.bits]
        a, b, c = self.rows[index]
        if len(others) != 1 or others[0] in a[1] or others[0] in b[1]:
            return None
        (out,) = others
        inverse = pow(c[1][out], -1, MODULUS)
        bits = [key for key in keys if key != out]
        for values in patterns(bits):
            rest = at(a, values) * at(b, values) - at((c[0], without(c[1], out)), values)
            if rest * inverse % MODULUS not in (0, 1):
                return None
        return out

    def _note_gate(self, index: int) -> None:
        a, b, c = self.rows[index]
        first, second, out = self._literal(a), self._literal(b), self._literal(c)
        if first is None or second is None or out is None or first[0] == second[0]:
            return
        if out[0] in (first[0], second[0]):
            return
        self.gates[out[0]] = (out[1], first, second, index)
        for bit, _ in (first, second):
            self.fed.setdefault(bit, []).append(out[0])

    def _literal(self, side: Side) -> Literal | None:
        constant, terms = side
        if len(terms) != 1:
            return None
        ((key, weight),) = terms.items()
        if key not in self.bits or (constant, weight) not in ((0, 1), (1, MODULUS - 1)):
            return None
        return key, bool(constant)

    # --- asked of them ---

    def is_nonzero(self, side: Side) -> bool:
        """Whether a combination is zero in no solution."""
        constant, terms = side
        if not terms:
            return constant != 0
        if direction(side) in self.nonzero:
            return True
        if not self.bits.issuperset(terms):
            return False
        if len(terms) <= FEW:
            return all(at(side, values) % MODULUS for values in patterns(list(terms)))
        weights, sign = oriented(terms)
        low = sum(w for w in weights.values() if w < 0)
        high = sum(w for w in weights.values() if w > 0)
        shift = constant * sign % MODULUS
        return shift + low > 0 and shift + high < MODULUS

    def weights(self, row: int) -> tuple[Form, int] | None:
        """Return a row with a constant factor as weights and a constant: the sum is zero; else None."""
        a, b, c = self.rows[row]
        if a[1] and b[1]:
            return None
        scale, side = (a[0], b) if b[1] else (b[0], a)
        return combined(scale, side[1], c[1]), (scale * side[0] - c[0]) % MODULUS

    def number(self, form: Form) -> tuple[list[int], int] | None:
        """Return the bits of a binary number, lowest first, and a bound that gates put on it.

        None when the weights are not those of a number; without gates the bound is that of its length.
        """
        ways = (form, {key: MODULUS - weight for key, weight in form.items()})
        for weights in ways:
            order = sorted(weights, key=weights.__getitem__)
            if all(weights[key] == 1 << i for i, key in enumerate(order)):
                return order, self._bound(order)
        return None

    def _bound(self, order: Sequence[int]) -> int:
        """Return the greatest number that gates whose outcome is fixed leave to these bits."""
        bounds = [(1 << len(order)) - 1]
        for out in (order[-1], *self.fed.get(order[-1], ())):
            if out in self.fixed:
                bound = self._chain(out, bool(self.fixed[out]), order)
                if bound is not None:
                    bounds.append(bound)
        return min(bounds)

    def _chain(self, key: int, negated: bool, order: Sequence[int]) -> int | None:
        """Return the greatest number for which a chain of gates comes out false.

        From the top, ``bit and rest`` is false up to 1 and the bound of the rest, ``bit or rest`` up to 0 and
        the bound of the rest; the last bit alone is false with anything below it.
        """
        bound = 0
        for place in range(len(order) - 1, -1, -1):
            bit = order[place]
            if key == bit:
                return None if negated else bound + (1 << place) - 1
            if key not in self.gates:
                return None
            inverted, first, second, _ = self.gates[key]
            is_and = inverted == negated
            mine, rest = (first, second) if first[0] == bit else (second, first)
            if mine != (bit, not is_and):
                return None
            bound += is_and << place
            key, negated = rest[0], rest[1] is is_and
        return None


def side_of(lc: LinearCombination) -> Side:
    terms = lc.terms
    if 0 in terms:
        rest = dict(terms)
        return (lc.constant + rest.pop(0)) % MODULUS, rest
    return lc.constant, terms


def at(side: Side, values: Values) -> int:
    return side[0] + sum(weight * values[key] for key, weight in side[1].items())


def patterns(keys: Sequence[int]) -> Iterable[dict[int, int]]:
    """Return all values of some bits."""
    return (dict(zip(keys, pattern)) for pattern in product((0, 1), repeat=len(keys)))


def without(form: Form, key: int) -> Form:
    return {k: w for k, w in form.items() if k != key}


def combined(scale: int, side: Form, out: Form) -> Form:
    """Return ``scale side - out``, without zeros."""
    form = {key: scale * weight for key, weight in side.items()}
    for key, weight in out.items():
        form[key] = form.get(key, 0) - weight
    return {key: reduced for key, weight in form.items() if (reduced := weight % MODULUS)}


def shifted(side: Side, scale: int, minus: int) -> Side:
    """Return ``scale side - minus``."""
    constant, terms = side
    scaled = {key: weight * scale % MODULUS for key, weight in terms.items()}
    return (constant * scale - minus) % MODULUS, scaled


def direction(side: Side) -> Direction:
    constant, terms = side
    if not terms:
        return ()
    if len(terms) == 1 and not constant:
        (key,) = terms
        return ((0, 0), (key, 1))
    inverse = pow(terms[min(terms)], -1, MODULUS)
    entries = sorted((key, weight * inverse % MODULUS) for key, weight in terms.items())
    return ((0, constant * inverse % MODULUS), *entries)


def all_sums_differ(form: Form) -> bool:
    """Whether no two choices of bits have the same weighted sum modulo r: each weight passes all smaller."""
    weights, _ = oriented(form)
    total = 0
    for weight in sorted(map(abs, weights.values())):
        if weight <= total:
            return False
        total += weight
    return total < MODULUS
