"""A search for another witness: does the circuit of an opcode admit a second result for the same inputs?

With the inputs fixed, every row is an equation in what the prover may choose. The search derives what the
rows force, and branches where they leave a choice:

- a row with one unknown is a polynomial of degree one or two; its roots are the values it may have;
- a row that is linear and whose unknowns are bits is a subset sum modulo r; all its solutions are taken, also
  those that wrap around r;
- linear rows with other unknowns are eliminated modulo r, and the sums of bits that are left are bounded;
- then one variable is chosen: first a value that differs from the honest one, later the honest one.

So a circuit is searched completely, and the end of the search is a proof for these inputs: UNIQUE. Where
the budget ends, or unknown field elements stay, it is OPEN. What is FREE has been checked against every
row. ``avm.r1cs.audit_tangent`` is a second, independent way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise, product

from avm.base.progress import looks
from avm.r1cs.audit_modular import (
    MOST_SUMS,
    Form,
    differences,
    oriented,
    quadratic_roots,
    reduce,
    subset_sums,
)
from avm.r1cs.linear import MODULUS, LinearCombination

Rows = Sequence[tuple[LinearCombination, LinearCombination, LinearCombination]]
Values = Mapping[int, int]
BITS = (0, 1)
NO_LOOK = looks(None)
"""What is called by work that nobody can end."""


class Verdict(Enum):
    """How a search ended."""

    UNIQUE = auto()
    FREE = auto()
    OPEN = auto()


class Conflict(Exception):
    """The rows contradict each other."""


class Exhausted(Exception):
    """The budget of branches is used up."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict, the forged witness if there is one, and how many branches were looked at."""

    verdict: Verdict
    witness: Values
    branches: int


def holds(rows: Rows, values: Values) -> bool:
    """Return whether every row holds for these values of all variables."""
    return all(
        (value_at(a, values) * value_at(b, values) - value_at(c, values)) % MODULUS == 0 for a, b, c in rows
    )


def value_at(lc: LinearCombination, values: Values) -> int:
    """Return what a combination comes to, not reduced."""
    return lc.constant + sum(weight * values[key] for key, weight in lc.terms.items())


def keys_of(rows: Rows) -> set[int]:
    """Return the variables that occur in any row."""
    return {key for row in rows for lc in row for key in lc.terms}


def differs(outputs: Iterable[LinearCombination], values: Values, honest: Values) -> bool:
    """Return whether an output has another value than in the honest witness."""
    return any((value_at(lc, values) - value_at(lc, honest)) % MODULUS for lc in outputs)


class Search:
    """One search over ``rows``.

    Args:
        known: the variables that are given, One among them.
        honest: the witness that was made, for all variables.
        outputs: what must not change; None if there must be no solution at all, as for inputs that halt.
        budget: how many branches are looked at before the search is called open.
        look: called now and then; raises to end the search.
    """

    def __init__(
        self,
        rows: Rows,
        known: Values,
        honest: Values,
        outputs: Sequence[LinearCombination] | None,
        budget: int = 300,
        look: Callable[[], None] = NO_LOOK,
    ) -> None:
        self.look = look
        self.rows, self.honest, self.outputs, self.budget = rows, honest, outputs, budget
        self.watched = sorted({key for lc in outputs or () for key in lc.terms})
        self.values = dict(known)
        self.pairs: dict[int, tuple[int, int]] = {}
        """Unknowns with two possible values; those of ``BITS`` are bits."""
        self.uses: dict[int, list[int]] = {}
        self.unknown: list[int] = []
        self.others: list[int] = []
        """Of each row: how many unknowns it has, and how many of them are not bits."""
        for index, row in enumerate(rows):
            keys = {key for lc in row for key in lc.terms if key not in known}
            self.unknown.append(len(keys))
            self.others.append(len(keys))
            for key in keys:
                self.uses.setdefault(key, []).append(index)
        for key in self.watched:
            if key not in known:
                self.uses.setdefault(key, [])
        self.ready = deque(range(len(rows)))
        self.trail: list[tuple[int, tuple[int, int] | None]] = []
        self.branches = 0
        self.is_open = False
        for _, key in indicators(rows):
            if key not in known:
                self._restrict(key, BITS)

    def run(self) -> Outcome:
        """Return how the search ends."""
        try:
            found = self._explore()
        except Exhausted:
            return Outcome(Verdict.OPEN, {}, self.branches)
        if found is not None:
            return Outcome(Verdict.FREE, found, self.branches)
        return Outcome(Verdict.OPEN if self.is_open else Verdict.UNIQUE, {}, self.branches)

    # --- branching ---

    def _explore(self) -> Values | None:
        """Return a forged witness below the present state, or None."""
        try:
            self._propagate()
            if self._is_settled() and not differs(self.outputs or (), self.values, self.honest):
                return None
            choices = self._narrow()
        except Conflict:
            return None
        if self._is_settled():
            if not differs(self.outputs or (), self.values, self.honest):
                return None
            return self._complete(choices)
        if self.outputs is None and not any(self.unknown):
            return self._complete([])
        if not choices:
            self.is_open = True
            return self._complete(choices)
        return self._branch(choices)

    def _is_settled(self) -> bool:
        """Whether all outputs are known."""
        return self.outputs is not None and all(key in self.values for key in self.watched)

    def _branch(self, choices: Sequence[Form]) -> Values | None:
        for choice in choices:
            self.branches += 1
            if self.branches > self.budget:
                raise Exhausted
            mark = len(self.trail)
            try:
                for key, value in choice.items():
                    self._assign(key, value)
                found = self._explore()
            except Conflict:
                found = None
            if found is not None:
                return found
            self._undo(mark)
        return None

    def _complete(self, choices: Sequence[Form]) -> Values | None:
        """Return a full witness from here, or None: by branching, then by values near the honest ones."""
        if choices and any(self.unknown):
            return self._branch(choices)
        loose = [key for key in self.uses if key not in self.values]
        if not loose:
            return dict(self.values) if holds(self.rows, self.values) else None
        self.is_open = self.is_open or any(self.unknown)
        moved = next((key for key in self.watched if key not in self.values), loose[0])
        steps = [1, 2, MODULUS - 1] if moved in self.watched else [0, 1]
        return self._branch([{moved: (self.honest[moved] + step) % MODULUS} for step in steps])

    def _undo(self, mark: int) -> None:
        self.ready.clear()
        while len(self.trail) > mark:
            key, pair = self.trail.pop()
            if key in self.values:
                del self.values[key]
                for row in self.uses[key]:
                    self.unknown[row] += 1
                    self.others[row] += pair != BITS
            else:
                if self.pairs.pop(key) == BITS:
                    for row in self.uses[key]:
                        self.others[row] += 1
                if pair is not None:
                    self.pairs[key] = pair

    # --- what the rows force ---

    def _assign(self, key: int, value: int) -> None:
        if key in self.values:
            if self.values[key] != value:
                raise Conflict
            return
        pair = self.pairs.get(key)
        if pair is not None and value not in pair:
            raise Conflict
        self.values[key] = value
        self.trail.append((key, pair))
        is_bit = pair == BITS
        for row in self.uses[key]:
            self.unknown[row] -= 1
            if not is_bit:
                self.others[row] -= 1
            if self.unknown[row] <= 2 or not (is_bit or self.others[row]):
                self.ready.append(row)

    def _restrict(self, key: int, roots: Sequence[int]) -> None:
        """Keep of an unknown only the values among ``roots``, of which there are at most two."""
        pair = self.pairs.get(key)
        left = sorted(root for root in set(roots) if pair is None or root in pair)
        if not left:
            raise Conflict
        if len(left) == 1:
            self._assign(key, left[0])
        elif pair is None:
            self.pairs[key] = (left[0], left[1])
            self.trail.append((key, None))
            if self.pairs[key] == BITS:
                for row in self.uses[key]:
                    self.others[row] -= 1
                    if not self.others[row]:
                        self.ready.append(row)

    def _split(self, lc: LinearCombination) -> tuple[int, Form]:
        """Return the known part of a combination and the weights of its unknowns."""
        constant, unknown, values = lc.constant, {}, self.values
        for key, weight in lc.terms.items():
            value = values.get(key)
            if value is None:
                unknown[key] = weight
            elif value:
                constant += weight * value
        return constant % MODULUS, unknown

    def _propagate(self) -> None:
        self.look()
        while self.ready:
            row = self.ready.popleft()
            if self.unknown[row] < 2:
                self._single(row)
            elif (linear := self._linear(row)) is not None:
                self._sum(*linear)

    def _single(self, row: int) -> None:
        (a0, a), (b0, b), (c0, c) = (self._split(lc) for lc in self.rows[row])
        rest = (a0 * b0 - c0) % MODULUS
        if not (a or b or c):
            if rest:
                raise Conflict
            return
        key = next(iter(a or b or c))
        a1, b1, c1 = a.get(key, 0), b.get(key, 0), c.get(key, 0)
        square, slope = a1 * b1 % MODULUS, (a0 * b1 + a1 * b0 - c1) % MODULUS
        if square:
            self._restrict(key, quadratic_roots(square, slope, rest))
        elif slope:
            self._restrict(key, [-rest * pow(slope, -1, MODULUS) % MODULUS])
        elif rest:
            raise Conflict

    def _linear(self, row: int) -> tuple[Form, int] | None:
        """Return ``(weights, constant)`` of a row that is linear in its unknowns: their sum is zero."""
        a0, a = self._split(self.rows[row][0])
        b0, b = self._split(self.rows[row][1])
        if a and b:
            return None
        c0, c = self._split(self.rows[row][2])
        scale, side = (a0, b) if not a else (b0, a)
        form = {key: scale * weight for key, weight in side.items()} if scale else {}
        for key, weight in c.items():
            form[key] = form.get(key, 0) - weight
        form = {key: reduced for key, weight in form.items() if (reduced := weight % MODULUS)}
        return form, (a0 * b0 - c0) % MODULUS

    def _sum(self, form: Form, constant: int) -> None:
        """Assign what all solutions of a sum of bits share, or the one unknown that a sum has."""
        if len(form) == 1:
            ((key, weight),) = form.items()
            return self._restrict(key, [-constant * pow(weight, -1, MODULUS) % MODULUS])
        if any(self.pairs.get(key) != BITS for key in form):
            return None
        solutions = subset_sums(form, -constant % MODULUS)
        if solutions is None:
            return None
        if not solutions:
            raise Conflict
        first = solutions[0]
        for key, value in first.items():
            if all(other[key] == value for other in solutions[1:]):
                self._assign(key, value)
        return None

    # --- where nothing is forced by one row alone ---

    def _narrow(self) -> list[Form]:
        """Derive what can be derived; return the choices that are left, the likeliest forgery first."""
        while True:
            self._propagate()
            before = len(self.trail)
            for row, count in enumerate(self.unknown):
                if 1 < count <= 4 and self.others[row] <= 1:
                    self._gate(row)
            if len(self.trail) > before:
                continue
            sums = self._sums_of_bits()
            for form, constant in sums:
                self._bound(form, constant)
            if len(self.trail) == before and not self.ready:
                return self._choices(sums)

    def _gate(self, row: int) -> None:
        """Restrict the unknowns of a small row by trying all its bits; one unknown may be no bit yet."""
        parts = [self._split(lc) for lc in self.rows[row]]
        a, b, c = (form for _, form in parts)
        keys = list(a | b | c)
        last = next((key for key in keys if self.pairs.get(key) != BITS), None)
        if last in a or last in b or sum(self.pairs.get(key) != BITS for key in keys) > 1:
            return
        bits = [key for key in keys if key != last]
        allowed: dict[int, set[int]] = {key: set() for key in keys}
        for pattern in product(BITS, repeat=len(bits)):
            values = dict(zip(bits, pattern))
            left, right, out = (
                x + sum(weight * values.get(key, 0) for key, weight in form.items()) for x, form in parts
            )
            rest = (left * right - out) % MODULUS
            if last is not None:
                values[last] = rest * pow(c[last], -1, MODULUS) % MODULUS
            elif rest:
                continue
            for key, value in values.items():
                allowed[key].add(value)
        for key, roots in allowed.items():
            if len(roots) <= 2:
                self._restrict(key, tuple(roots))

    def _sums_of_bits(self) -> list[tuple[Form, int]]:
        """Return the sums of bits that follow from the open linear rows, modulo r, by elimination."""
        forms = []
        for row, count in enumerate(self.unknown):
            if count > 1 and (linear := self._linear(row)) is not None and linear[0]:
                forms.append(linear)
        pivots: dict[int, tuple[Form, int]] = {}
        sums = []
        for form, constant in forms:
            form, constant = reduce(form, constant, pivots)
            pivot = next((key for key in form if self.pairs.get(key) != BITS), None)
            if len(form) == 1:
                self._sum(form, constant)
            elif pivot is not None:
                pivots[pivot] = (form, constant)
            elif form:
                sums.append((form, constant))
            elif constant:
                raise Conflict
        return sums + differences(sums)

    def _bound(self, form: Form, constant: int) -> None:
        """Assign the bits of a sum that have one value in every solution, by the least and greatest sums."""
        form, constant = self._reread(form, constant)
        weights, span = oriented(form)
        low = sum(w for w in weights.values() if w < 0)
        first = low + (-constant * span - low) % MODULUS
        targets = range(first, low + sum(map(abs, weights.values())) + 1, MODULUS)
        if not targets:
            raise Conflict
        if len(targets) > MOST_SUMS:
            return
        high = low + sum(map(abs, weights.values()))
        for key, weight in weights.items():
            room_low, room_high = low - min(weight, 0), high - max(weight, 0)
            zero = any(room_low <= target <= room_high for target in targets)
            one = any(room_low <= target - weight <= room_high for target in targets)
            if not (zero or one):
                raise Conflict
            if zero is not one:
                self._assign(key, int(one))

    def _reread(self, form: Form, constant: int) -> tuple[Form, int]:
        """Put in what has become known since the form was made."""
        left = {}
        for key, weight in form.items():
            value = self.values.get(key)
            if value is None:
                left[key] = weight
            else:
                constant += weight * value
        return left, constant % MODULUS

    def _choices(self, sums: Sequence[tuple[Form, int]]) -> list[Form]:
        """Return the values to try for the next variable; none when only field elements are unknown."""
        for key, pair in self.pairs.items():
            if pair != BITS and key not in self.values:
                return self._ordered(key, pair)
        for form, constant in sums:
            solutions = subset_sums(form, -constant % MODULUS)
            if solutions is not None and 0 < len(solutions) <= MOST_SUMS:
                return sorted(solutions, key=lambda s: all(self.honest[k] == v for k, v in s.items()))
        heaviest = max(
            ((abs(weight), key) for form, _ in sums for key, weight in oriented(form)[0].items()),
            default=None,
        )
        if heaviest is not None:
            return self._ordered(heaviest[1], BITS)
        for key in (*self.watched, *self.pairs):
            if key not in self.values and self.pairs.get(key) == BITS:
                return self._ordered(key, BITS)
        return []

    def _ordered(self, key: int, pair: tuple[int, int]) -> list[Form]:
        honest = self.honest[key]
        deviates = any(self.values.get(k, self.honest[k]) != self.honest[k] for k, _ in self.trail)
        return [{key: value} for value in sorted(pair, key=lambda value: (value == honest) is not deviates)]


def indicators(rows: Rows) -> list[tuple[int, int]]:
    """Return row and output of each zero test: ``d m = out`` and ``d (1 - out) = 0``. Outputs are bits."""
    found = []
    for row, ((d, _, out), (same, no, zero)) in enumerate(pairwise(rows)):
        if d.terms == same.terms and d.constant == same.constant and not zero.terms and not zero.constant:
            (key, weight), *more = out.terms.items() or [(0, 0)]
            if weight == 1 and not more and not out.constant and no.terms.get(key) == MODULUS - 1:
                ones = no.constant + no.terms.get(0, 0)
                if ones == 1 and no.terms.keys() <= {0, key}:
                    found.append((row, key))
    return found
