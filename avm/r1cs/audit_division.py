"""Quotient and remainder: ``n = q d + r`` and ``r < d`` have one solution in integers.

The rows are over a prime field, so nothing may wrap: q, d and r are numbers of bits, and ``q d + r`` is
always below the modulus. The divisor is determined or fixed; that ``r - d`` is negative is read off a row in
which it is a fixed number and a sum of bits.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from avm.r1cs.audit_facts import Facts, Side
from avm.r1cs.audit_modular import Form
from avm.r1cs.linear import MODULUS, signed


class Division(NamedTuple):
    """The variables that a division determines, and the rows that make it one."""

    keys: tuple[int, ...]
    rows: tuple[int, ...]


def division(facts: Facts, determined: Container[int], row: int, form: Form) -> Division | None:
    """Return the division that a row is part of, whose undetermined variables have the weights ``form``.

    They are the bits of the remainder and the product of quotient and divisor, or, where that is fixed, the
    bits of the quotient.
    """
    fields = [key for key in form if key not in facts.bits]
    if len(fields) > 1:
        return None
    found = _by_variable(facts, determined, row, form, fields[0]) if fields else _by_fixed(facts, row, form)
    return next(found, None)


def _by_variable(
    facts: Facts, determined: Container[int], row: int, form: Form, product: int
) -> Iterator[Division]:
    inverse = pow(form[product], -1, MODULUS)
    remainder = _binary({k: w * inverse % MODULUS for k, w in form.items() if k != product})
    if not remainder:
        return
    for use in facts.uses[product]:
        a, b, c = facts.rows[use]
        if c != (0, {product: 1}):
            continue
        for quotient_side, divisor in ((a, b), (b, a)):
            quotient = None if quotient_side[0] else _binary(quotient_side[1])
            if not quotient or any(key in determined or key not in facts.bits for key in quotient):
                continue
            if not all(key in determined and key in facts.bits for key in divisor[1]):
                continue
            if (below := _row_of_less(facts, remainder, divisor)) is None:
                continue
            if (_greatest(divisor) << len(quotient)) + (1 << len(remainder)) < MODULUS:
                yield Division((*remainder, *quotient, product), (row, use, below))


def _by_fixed(facts: Facts, row: int, form: Form) -> Iterator[Division]:
    for sign in (1, -1):
        weights = {key: weight * sign % MODULUS for key, weight in form.items()}
        lowest = [key for key, weight in weights.items() if weight == 1]
        for use in {use for key in lowest for use in facts.uses[key] if use != row}:
            inside = {key: weight for key, weight in weights.items() if key in facts.keys[use]}
            outside = {key: weight for key, weight in weights.items() if key not in inside}
            remainder, divisor = _binary(inside), min(outside.values(), default=0)
            if not remainder or not divisor or sum(weights.values()) >= MODULUS:
                continue
            order = sorted(outside, key=outside.__getitem__)
            if any(outside[key] != divisor << place for place, key in enumerate(order)):
                continue
            if (below := _row_of_less(facts, remainder, (divisor, {}))) is not None:
                yield Division(tuple(form), (row, below))


def _binary(form: Form) -> list[int]:
    """Return variables whose weights are the powers of two, lowest first; nothing for other weights."""
    order = sorted(form, key=form.__getitem__)
    return order if all(form[key] == 1 << place for place, key in enumerate(order)) else []


def _greatest(side: Side) -> int:
    """Return the greatest value of a sum of bits with canonical weights."""
    return side[0] + sum(side[1].values())


def _row_of_less(facts: Facts, number: Sequence[int], other: Side) -> int | None:
    """Return a row by which the number of some bits is less than a combination of bits."""
    for row in facts.uses[number[-1]]:
        linear = facts.weights(row)
        if linear is None or not facts.bits.issuperset(linear[0]):
            continue
        for sign in (1, -1):
            rest = {key: weight * sign % MODULUS for key, weight in linear[0].items()}
            if any(rest.pop(key, 0) != 1 << place for place, key in enumerate(number)):
                continue
            if any((rest.pop(key, 0) + weight) % MODULUS for key, weight in other[1].items()):
                continue
            # number - other = difference
            constant, terms = -linear[1] * sign - other[0], {k: -w % MODULUS for k, w in rest.items()}
            constant += sum(terms.pop(key) * facts.fixed[key] for key in rest if key in facts.fixed)
            start, weights = signed(constant % MODULUS), list(map(signed, terms.values()))
            low, high = start + sum(w for w in weights if w < 0), start + sum(w for w in weights if w > 0)
            if high < 0 and (1 << len(number)) + _greatest(other) - low < MODULUS:
                return row
    return None
