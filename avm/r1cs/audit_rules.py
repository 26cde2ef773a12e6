"""What follows for every witness at once: which variables are functions of those that are given.

Two assignments that satisfy all rows and agree in what is given are compared. A variable is *determined*
when they must agree in it too. The rules, each with its reason:

- a row that has one undetermined variable, which is linear in it with a coefficient that is never zero;
- a row whose undetermined variables are bits with weights of which no two sums agree modulo r; that are all
  powers of two below r, or all 253 of them where a chain of gates keeps their number below r;
- the outcome of a zero test ``d m = out``, ``d (1 - out) = 0`` for a determined d;
- a square root that a chain of gates or a fixed lowest bit chooses;
- a row of few bits where every pattern of the determined ones leaves one value.

A coefficient is never zero when it is a fixed number, a combination of bits that misses zero, or a factor
of a row whose product is not zero. Where none of that is known but the coefficient is not zero at an honest
witness, the variable is determined there, and in all assignments but those where the coefficient vanishes:
such *conditions* are kept apart, and what rests on them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from avm.r1cs.audit_modular import Form, oriented
from avm.r1cs.audit_points import Points
from avm.r1cs.audit_search import NO_LOOK, Rows, Values, indicators
from avm.r1cs.linear import MODULUS, LinearCombination

HALF = (MODULUS - 1) // 2
FEW = 4
"""Bits of a row or a coefficient whose patterns are all tried."""
Side = tuple[int, Form]
"""A constant and the weights of variables, One not among them."""
Literal = tuple[int, bool]
"""A bit, or its negation."""
Direction = tuple[tuple[int, int], ...]
"""The entries of a combination up to a factor, its constant first; empty without variables."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a variable is determined: by a rule, from rows and from the variables determined before."""

    rule: str
    rows: tuple[int, ...] = ()
    premises: tuple[int, ...] = ()


GIVEN = Reason("given")


class Propagation:
    """The variables that the rows determine.

    Args:
        rows: the constraints.
        given: the variables that are given; One always is.
        honest: an assignment that satisfies all rows, for conditions; without it only what holds for every
            witness is derived.
        look: called now and then; raises to end the work.
    """

    def __init__(
        self,
        rows: Rows,
        given: Iterable[int],
        honest: Values | None = None,
        look: Callable[[], None] = NO_LOOK,
    ) -> None:
        self.honest, self.look = honest, look
        self.rows = [(_side(a), _side(b), _side(c)) for a, b, c in rows]
        self.reasons: dict[int, Reason] = {0: GIVEN} | dict.fromkeys(given, GIVEN)
        self.conditional: set[int] = set()
        self.conditions: set[int] = set()
        """Variables that rest on a condition, and the rows whose coefficients are conditions."""
        self.fixed: dict[int, int] = {}
        self.bits: set[int] = set()
        self.nonzero: set[Direction] = set()
        self.gates: dict[int, tuple[bool, Literal, Literal]] = {}
        """The output of each gate of two bits: whether it is inverted, and what is multiplied."""
        self.fed: dict[int, list[int]] = {}
        """The outputs of the gates that a bit feeds."""
        self.tests = dict(indicators(rows))
        self.uses: dict[int, list[int]] = {}
        self.keys: list[tuple[int, ...]] = []
        for index, sides in enumerate(self.rows):
            keys = tuple({key for _, terms in sides for key in terms})
            self.keys.append(keys)
            for key in keys:
                self.uses.setdefault(key, []).append(index)
        self.unknown = [sum(key not in self.reasons for key in keys) for keys in self.keys]
        self.others = [0] * len(self.rows)
        self.ready: deque[int] = deque()
        self.queued = bytearray(len(self.rows))

    def run(self) -> None:
        """Derive all that the rules give."""
        self._find_bits()
        for index, keys in enumerate(self.keys):
            self.others[index] = sum(k not in self.reasons and k not in self.bits for k in keys)
            self._enqueue(index)
        while self.ready:
            if not len(self.ready) & 255:
                self.look()
            row = self.ready.popleft()
            self.queued[row] = False
            if self.unknown[row]:
                self._derive(row)

    # --- bits, fixed values, gates ---

    def _find_bits(self) -> None:
        """Find bits, values that are fixed by themselves, factors that are not zero, and gates."""
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
        self.nonzero.update(map(_direction, Points(self.bits).read(self.rows)))

    def _find_nonzero(self) -> None:
        """Find what is zero in no solution: the factors of a product that is not, again and again."""
        products: dict[Direction, list[int]] = {}
        waiting: list[int] = []
        for index, (_, _, c) in enumerate(self.rows):
            if c[1]:
                products.setdefault(_direction(c), []).append(index)
            elif c[0]:
                waiting.append(index)
        while waiting:
            for factor in map(_direction, self.rows[waiting.pop()][:2]):
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
            self._determine([key], Reason("fixed", (index,)))

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
        for values in _patterns(bits):
            rest = _at(a, values) * _at(b, values) - _at((c[0], _without(c[1], out)), values)
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
        self.gates[out[0]] = (out[1], first, second)
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

    # --- determining ---

    def _determine(self, keys: Sequence[int], reason: Reason, *, condition: bool = False) -> None:
        fresh = [key for key in keys if key not in self.reasons]
        if not fresh:
            return
        premises = tuple({k for row in reason.rows for k in self.keys[row] if k in self.reasons and k})
        if condition:
            self.conditions.update(reason.rows)
        if condition or not self.conditional.isdisjoint(premises):
            self.conditional.update(fresh)
        full = Reason(reason.rule, reason.rows, premises)
        for key in fresh:
            self.reasons[key] = full
        for key in fresh:
            is_bit = key in self.bits
            for row in self.uses.get(key, ()):
                self.unknown[row] -= 1
                self.others[row] -= not is_bit
                self._enqueue(row)

    def _enqueue(self, row: int) -> None:
        if self.queued[row] or not self.unknown[row]:
            return
        if self.unknown[row] <= FEW or self.others[row] <= 0:
            self.queued[row] = True
            self.ready.append(row)

    def _split(self, side: Side) -> tuple[Side, Form]:
        """Return the determined part of a side, with fixed values put in, and its undetermined terms."""
        constant, terms = side
        known: Form = {}
        unknown: Form = {}
        for key, weight in terms.items():
            if key in self.fixed:
                constant += weight * self.fixed[key]
            elif key in self.reasons:
                known[key] = weight
            else:
                unknown[key] = weight
        return (constant % MODULUS, known), unknown

    def _derive(self, row: int) -> None:
        """Apply the rules to one row."""
        if row in self.tests:
            return self._zero_test(row, self.tests[row])
        if row - 1 in self.tests:
            self._zero_test(row - 1, self.tests[row - 1])
        (a, left), (b, right), (_, out) = (self._split(side) for side in self.rows[row])
        if left and right:
            if not self._root(row, left, right, out) and len(left | right | out) == 1:
                self._few_bits(row)
            return None
        coefficient, side = (a, right) if right else (b, left)
        if not side or coefficient == (0, {}):
            coefficient, side, out = (MODULUS - 1, {}), out, {}
        if not coefficient[1] and coefficient[0]:
            form = _combined(coefficient[0], side, out)
            self._linear(row, form)
        elif not out:
            condition = not self._is_nonzero(coefficient)
            if not condition or self._misses_zero(coefficient):
                self._linear(row, side, condition=condition)
        elif side.keys() == out.keys() and len(side) == 1:
            ((key, weight),) = side.items()
            slope = _shifted(coefficient, weight, out[key])
            condition = not self._is_nonzero(slope)
            if not condition or self._misses_zero(slope):
                self._linear(row, side, condition=condition)
        if self.unknown[row] == 1:
            self._few_bits(row)
        return None

    def _linear(self, row: int, form: Form, *, condition: bool = False) -> None:
        """A weighted sum of the undetermined variables is determined."""
        if len(form) == 1:
            self._determine([*form], Reason("linear", (row,)), condition=condition)
        elif form and all(key in self.bits for key in form):
            if _all_sums_differ(form):
                self._determine([*form], Reason("bits", (row,)), condition=condition)
            elif self._is_below_modulus(row, form):
                self._determine([*form], Reason("bits below r", (row,)), condition=condition)

    def _zero_test(self, first: int, out: int) -> None:
        """Determine the outcome; the factor stays open, which is any number where the difference is zero."""
        if not self._split(self.rows[first][0])[1]:
            self._determine([out], Reason("zero test", (first, first + 1)))

    def _few_bits(self, row: int) -> None:
        """Determine a bit that every pattern of the other bits of the row leaves one value."""
        (key,) = [key for key in self.keys[row] if key not in self.reasons] or [0]
        others = [key for key in self.keys[row] if key in self.reasons and key not in self.fixed]
        if key not in self.bits or len(others) > FEW or not self.bits.issuperset(others):
            return
        fixed = {k: self.fixed[k] for k in self.keys[row] if k in self.fixed}
        for values in _patterns(others):
            ways = 0
            for bit in (0, 1):
                a, b, c = (_at(side, values | fixed | {key: bit}) for side in self.rows[row])
                ways += (a * b - c) % MODULUS == 0
            if ways == 2:
                return
        self._determine([key], Reason("few bits", (row,)))

    # --- coefficients ---

    def _is_nonzero(self, side: Side) -> bool:
        """Whether a determined combination is zero in no assignment that satisfies the rows."""
        constant, terms = side
        if not terms:
            return constant != 0
        if _direction(side) in self.nonzero:
            return True
        if not self.bits.issuperset(terms):
            return False
        if len(terms) <= FEW:
            return all(_at(side, values) % MODULUS for values in _patterns(list(terms)))
        weights, sign = oriented(terms)
        low = sum(w for w in weights.values() if w < 0)
        high = sum(w for w in weights.values() if w > 0)
        shift = constant * sign % MODULUS
        return shift + low > 0 and shift + high < MODULUS

    def _misses_zero(self, side: Side) -> bool:
        """Whether a determined combination is not zero at the honest witness."""
        return self.honest is not None and _at(side, self.honest) % MODULUS != 0

    # --- numbers of bits and roots ---

    def _is_below_modulus(self, row: int, form: Form) -> bool:
        """Whether undetermined bits, and fixed ones beside them, are a number that gates keep below r."""
        if (linear := self._fixed_weights(row)) is not None:
            form = {k: w for k, w in linear[0].items() if k in form or (k in self.fixed and k in self.bits)}
        found = self._number(form)
        return found is not None and found[1] < MODULUS

    def _fixed_weights(self, row: int) -> tuple[Form, int] | None:
        """Return a row with a constant factor as a weighted sum and a constant that add up to zero."""
        a, b, c = self.rows[row]
        if a[1] and b[1]:
            return None
        scale, side = (a[0], b) if b[1] else (b[0], a)
        return _combined(scale, side[1], c[1]), (scale * side[0] - c[0]) % MODULUS

    def _number(self, form: Form) -> tuple[list[int], int] | None:
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
            inverted, first, second = self.gates[key]
            is_and = inverted == negated
            mine, rest = (first, second) if first[0] == bit else (second, first)
            if mine != (bit, not is_and):
                return None
            bound += is_and << place
            key, negated = rest[0], rest[1] is is_and
        return None

    def _root(self, row: int, left: Form, right: Form, out: Form) -> bool:
        """Determine a square root of which the opposite is refused: its own bits, or those of a multiple."""
        if out or len(left) != 1 or left.keys() != right.keys():
            return False
        (key,) = left
        if key in self.bits or any(side[0] or len(side[1]) != 1 for side in self.rows[row][:2]):
            return False
        for use in self.uses[key]:
            if self._chooses(use, key):
                self._determine([key], Reason("square root", (row, use)))
                return True
            factor, other = self._multiple(use, key)
            if not other or not (self._is_nonzero(factor) or self._misses_zero(factor)):
                continue
            for choice in self.uses[other]:
                if self._chooses(choice, other):
                    reason, condition = (
                        Reason("square root", (row, use, choice)),
                        not self._is_nonzero(factor),
                    )
                    self._determine([other, key], reason, condition=condition)
                    return True
        return False

    def _multiple(self, row: int, key: int) -> tuple[Side, int]:
        """Return a determined factor and the variable of which it makes another; 0 for rows that do not."""
        (a, left), (b, right), (c, out) = (self._split(side) for side in self.rows[row])
        factor, fixed, side = (b, a, left) if left else (a, b, right)
        if (left and right) or len(side) != 1 or out.keys() != {key} or c[0] or c[1] or fixed[0] or fixed[1]:
            return factor, 0
        (other,) = side
        return factor, other if other != key else 0

    def _chooses(self, row: int, key: int) -> bool:
        """Whether a row gives the bits of a variable, and these refuse its opposite."""
        linear = self._fixed_weights(row)
        if linear is None or linear[1]:
            return False
        form = linear[0]
        weight = form.pop(key, 0)
        if not weight or not self.bits.issuperset(form):
            return False
        inverse = -pow(weight, -1, MODULUS)
        found = self._number({bit: w * inverse % MODULUS for bit, w in form.items()})
        if found is None:
            return False
        order, bound = found
        return bound <= HALF or (bound < MODULUS and self.fixed.get(order[0]) is not None)


def _side(lc: LinearCombination) -> Side:
    terms = lc.terms
    if 0 in terms:
        rest = dict(terms)
        return (lc.constant + rest.pop(0)) % MODULUS, rest
    return lc.constant, terms


def _at(side: Side, values: Values) -> int:
    return side[0] + sum(weight * values[key] for key, weight in side[1].items())


def _patterns(keys: Sequence[int]) -> Iterable[dict[int, int]]:
    """Return all values of some bits."""
    return (dict(zip(keys, pattern)) for pattern in product((0, 1), repeat=len(keys)))


def _without(form: Form, key: int) -> Form:
    return {k: w for k, w in form.items() if k != key}


def _combined(scale: int, side: Form, out: Form) -> Form:
    """Return ``scale side - out``, without zeros."""
    form = {key: scale * weight for key, weight in side.items()}
    for key, weight in out.items():
        form[key] = form.get(key, 0) - weight
    return {key: reduced for key, weight in form.items() if (reduced := weight % MODULUS)}


def _shifted(side: Side, scale: int, minus: int) -> Side:
    """Return ``scale side - minus``."""
    constant, terms = side
    scaled = {key: weight * scale % MODULUS for key, weight in terms.items()}
    return (constant * scale - minus) % MODULUS, scaled


def _direction(side: Side) -> Direction:
    constant, terms = side
    if not terms:
        return ()
    if len(terms) == 1 and not constant:
        (key,) = terms
        return ((0, 0), (key, 1))
    inverse = pow(terms[min(terms)], -1, MODULUS)
    entries = sorted((key, weight * inverse % MODULUS) for key, weight in terms.items())
    return ((0, constant * inverse % MODULUS), *entries)


def _all_sums_differ(form: Form) -> bool:
    """Whether no two choices of bits have the same weighted sum modulo r: each weight passes all smaller."""
    weights, _ = oriented(form)
    total = 0
    for weight in sorted(map(abs, weights.values())):
        if weight <= total:
            return False
        total += weight
    return total < MODULUS
