"""What follows for every witness at once: which variables are functions of those that are given.

Two assignments that satisfy all rows and agree in what is given are compared. A variable is *determined*
when they must agree in it too. The rules, each with its reason:

- a row that has one undetermined variable, which is linear in it with a coefficient that is never zero;
- a row whose undetermined variables are bits with weights of which no two sums agree modulo r; that are all
  powers of two below r, or all 253 of them where a chain of gates keeps their number below r;
- the outcome of a zero test ``d m = out``, ``d (1 - out) = 0`` for a determined d;
- a square root that a chain of gates or a fixed lowest bit chooses;
- quotient and remainder of a determined number (``audit_division``);
- a gate of which the fixed outcome leaves its bits no choice;
- a row of few bits where every pattern of the determined ones leaves one value.

A coefficient is never zero when it is a fixed number, a combination of bits that misses zero, or a factor
of a row whose product is not zero. Where none of that is known but the coefficient is not zero at an honest
witness, the variable is determined there, and in all assignments but those where the coefficient vanishes:
such *conditions* are kept apart, and what rests on them. Outcomes of zero tests are none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from avm.r1cs.audit_division import division
from avm.r1cs.audit_facts import (
    FEW,
    Facts,
    Side,
    all_sums_differ,
    at,
    combined,
    patterns,
    shifted,
)
from avm.r1cs.audit_modular import Form
from avm.r1cs.audit_search import NO_LOOK, Values
from avm.r1cs.linear import MODULUS

HALF = (MODULUS - 1) // 2


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
        facts: the rows, and what holds in all their solutions.
        given: the variables that are given; One always is.
        honest: an assignment that satisfies all rows, for conditions; without it only what holds for every
            witness is derived.
        look: called now and then; raises to end the work.
    """

    def __init__(
        self,
        facts: Facts,
        given: Iterable[int],
        honest: Values | None = None,
        look: Callable[[], None] = NO_LOOK,
    ) -> None:
        self.facts, self.honest, self.look = facts, honest, look
        self.reasons: dict[int, Reason] = {0: GIVEN} | dict.fromkeys(given, GIVEN)
        self.conditional: set[int] = set()
        self.conditions: set[int] = set()
        """Variables that rest on a condition, and the rows whose coefficients are conditions."""
        self.unknown = [sum(key not in self.reasons for key in keys) for keys in facts.keys]
        self.others = [
            sum(k not in self.reasons and k not in facts.bits for k in keys) for keys in facts.keys
        ]
        self.ready: deque[int] = deque()
        self.queued = bytearray(len(facts.rows))
        self.deferred: deque[int] = deque()
        """Rows that determine something under a condition, for when nothing else is left."""
        for key, row in facts.fixing.items():
            self.determine([key], Reason("fixed", (row,)))
            self._open_gate(key)
        for row in range(len(facts.rows)):
            self._enqueue(row)

    def run(self) -> None:
        """Derive all that the rules give."""
        while self.ready or self.deferred:
            if not len(self.ready) & 255:
                self.look()
            conditions = not self.ready
            row = (self.deferred if conditions else self.ready).popleft()
            self.queued[row] = False
            if self.unknown[row]:
                self._derive(row, conditions)

    # --- determining ---

    def determine(
        self, keys: Sequence[int], reason: Reason, *, condition: bool = False, more: Sequence[int] = ()
    ) -> None:
        """Take variables for determined; the premises are what its rows have determined so far, and more."""
        fresh = [key for key in keys if key not in self.reasons]
        if not fresh:
            return
        premises = {k for row in reason.rows for k in self.facts.keys[row] if k in self.reasons and k}
        premises.update(more)
        if condition:
            self.conditions.update(reason.rows)
        if condition or not self.conditional.isdisjoint(premises):
            self.conditional.update(fresh)
        full = Reason(reason.rule, reason.rows, tuple(premises))
        for key in fresh:
            self.reasons[key] = full
        for key in fresh:
            is_bit = key in self.facts.bits
            for row in self.facts.uses.get(key, ()):
                self.unknown[row] -= 1
                self.others[row] -= not is_bit
                self._enqueue(row)

    def _enqueue(self, row: int) -> None:
        if self.queued[row] or not self.unknown[row]:
            return
        if self.unknown[row] <= FEW or self.others[row] <= 1:
            self.queued[row] = True
            self.ready.append(row)

    def _split(self, side: Side) -> tuple[Side, Form]:
        """Return the determined part of a side, with fixed values put in, and its undetermined terms."""
        constant, terms = side
        known: Form = {}
        unknown: Form = {}
        for key, weight in terms.items():
            if key in self.facts.fixed:
                constant += weight * self.facts.fixed[key]
            elif key in self.reasons:
                known[key] = weight
            else:
                unknown[key] = weight
        return (constant % MODULUS, known), unknown

    def _derive(self, row: int, conditions: bool) -> None:
        """Apply the rules to one row; without ``conditions``, defer it where it takes one."""
        if row in self.facts.tests:
            return self._zero_test(row, self.facts.tests[row])
        if row - 1 in self.facts.tests:
            self._zero_test(row - 1, self.facts.tests[row - 1])
        (a, left), (b, right), (c, out) = (self._split(side) for side in self.facts.rows[row])
        if left and right:
            if not self._root(row, left, right, out) and len(left | right | out) == 1:
                self._few_bits(row)
            return None
        coefficient, side = (a, right) if right else (b, left)
        if not side or coefficient == (0, {}):
            coefficient, side, out = (MODULUS - 1, {}), out, {}
        if not coefficient[1] and coefficient[0]:
            form = combined(coefficient[0], side, out)
            if len(form) == 1 and not (a[1] or b[1] or c[1]):
                ((key, weight),) = form.items()
                self.facts.fixed[key] = (c[0] - a[0] * b[0]) * pow(weight, -1, MODULUS) % MODULUS
                self._linear(row, form)
                self._open_gate(key)
            else:
                self._linear(row, form)
        elif not out:
            condition = not self.facts.is_nonzero(coefficient)
            if not condition or (
                row - 1 not in self.facts.tests and self._may_divide(row, coefficient, conditions)
            ):
                self._linear(row, side, condition=condition)
        elif side.keys() == out.keys() and len(side) == 1:
            ((key, weight),) = side.items()
            slope = shifted(coefficient, weight, out[key])
            condition = not self.facts.is_nonzero(slope)
            if not condition or self._may_divide(row, slope, conditions):
                self._linear(row, side, condition=condition)
        if self.unknown[row] == 1:
            self._few_bits(row)
        return None

    def _linear(self, row: int, form: Form, *, condition: bool = False) -> None:
        """A weighted sum of the undetermined variables is determined."""
        if len(form) == 1:
            self.determine([*form], Reason("linear", (row,)), condition=condition)
        elif form and all(key in self.facts.bits for key in form):
            if all_sums_differ(form):
                self.determine([*form], Reason("bits", (row,)), condition=condition)
            elif self._is_below_modulus(row, form):
                self.determine([*form], Reason("bits below r", (row,)), condition=condition)
            elif not condition:
                self._division(row, form)
        elif form and not condition:
            self._division(row, form)

    def _open_gate(self, key: int) -> None:
        """Fix both bits of a gate whose fixed outcome is that of their product being one."""
        gate = self.facts.gates.get(key)
        if gate is None or self.facts.fixed[key] == gate[0]:
            return
        for bit, negated in gate[1:3]:
            if bit not in self.facts.fixed:
                self.facts.fixed[bit] = int(not negated)
                self.determine([bit], Reason("gate", (gate[3],)))
                self._open_gate(bit)

    def _division(self, row: int, form: Form) -> None:
        """Determine quotient and remainder."""
        found = division(self.facts, self.reasons, row, form)
        if found is not None:
            self.determine(found.keys, Reason("division", found.rows))

    def _zero_test(self, first: int, out: int) -> None:
        """Determine the outcome; the factor stays open, which is any number where the difference is zero."""
        if not self._split(self.facts.rows[first][0])[1]:
            self.determine([out], Reason("zero test", (first, first + 1)))

    def _few_bits(self, row: int) -> None:
        """Determine a bit that every pattern of the other bits of the row leaves one value."""
        (key,) = [key for key in self.facts.keys[row] if key not in self.reasons] or [0]
        others = [key for key in self.facts.keys[row] if key in self.reasons and key not in self.facts.fixed]
        if key not in self.facts.bits or len(others) > FEW or not self.facts.bits.issuperset(others):
            return
        fixed = {k: self.facts.fixed[k] for k in self.facts.keys[row] if k in self.facts.fixed}
        for values in patterns(others):
            ways = 0
            for bit in (0, 1):
                a, b, c = (at(side, values | fixed | {key: bit}) for side in self.facts.rows[row])
                ways += (a * b - c) % MODULUS == 0
            if ways == 2:
                return
        self.determine([key], Reason("few bits", (row,)))

    def _may_divide(self, row: int, side: Side, conditions: bool) -> bool:
        """Whether a determined combination may be divided by on the condition that it is not zero."""
        if row - 1 in self.facts.tests or not self._misses_zero(side):
            return False
        if not conditions:
            self.deferred.append(row)
        return conditions

    def _misses_zero(self, side: Side) -> bool:
        """Whether a determined combination is not zero at the honest witness."""
        return self.honest is not None and at(side, self.honest) % MODULUS != 0

    # --- numbers of bits and roots ---

    def _is_below_modulus(self, row: int, form: Form) -> bool:
        """Whether undetermined bits, and fixed ones beside them, are a number that gates keep below r."""
        if (linear := self.facts.weights(row)) is not None:
            form = {
                k: w
                for k, w in linear[0].items()
                if k in form or (k in self.facts.fixed and k in self.facts.bits)
            }
        found = self.facts.number(form)
        return found is not None and found[1] < MODULUS

    def _root(self, row: int, left: Form, right: Form, out: Form) -> bool:
        """Determine a square root of which the opposite is refused: its own bits, or those of a multiple."""
        if out or len(left) != 1 or left.keys() != right.keys():
            return False
        (key,) = left
        if key in self.facts.bits or any(side[0] or len(side[1]) != 1 for side in self.facts.rows[row][:2]):
            return False
        for use in self.facts.uses[key]:
            if self._chooses(use, key):
                self.determine([key], Reason("square root", (row, use)))
                return True
            factor, other = self._multiple(use, key)
            if not other or not (self.facts.is_nonzero(factor) or self._misses_zero(factor)):
                continue
            for choice in self.facts.uses[other]:
                if self._chooses(choice, other):
                    reason, condition = (
                        Reason("square root", (row, use, choice)),
                        not self.facts.is_nonzero(factor),
                    )
                    self.determine([other, key], reason, condition=condition)
                    return True
        return False

    def _multiple(self, row: int, key: int) -> tuple[Side, int]:
        """Return a determined factor and the variable of which it makes another; 0 for rows that do not."""
        (a, left), (b, right), (c, out) = (self._split(side) for side in self.facts.rows[row])
        factor, fixed, side = (b, a, left) if left else (a, b, right)
        if (left and right) or len(side) != 1 or out.keys() != {key} or c[0] or c[1] or fixed[0] or fixed[1]:
            return factor, 0
        (other,) = side
        return factor, other if other != key else 0

    def _chooses(self, row: int, key: int) -> bool:
        """Whether a row gives the bits of a variable, and these refuse its opposite."""
        linear = self.facts.weights(row)
        if linear is None or linear[1]:
            return False
        form = linear[0]
        weight = form.pop(key, 0)
        if not weight or not self.facts.bits.issuperset(form):
            return False
        inverse = -pow(weight, -1, MODULUS)
        found = self.facts.number({bit: w * inverse % MODULUS for bit, w in form.items()})
        if found is None:
            return False
        order, bound = found
        return bound <= HALF or (bound < MODULUS and self.facts.fixed.get(order[0]) is not None)
