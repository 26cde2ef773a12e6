"""Equations modulo r in few unknowns: roots, elimination, and sums of bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from avm.algebra.fields import Fr
from avm.r1cs.linear import MODULUS

Form = dict[int, int]
"""Weights of unknowns."""
MOST_SUMS = 4
"""Solutions of one sum that are told apart."""


def quadratic_roots(square: int, slope: int, rest: int) -> list[int]:
    """Return the roots of ``square x^2 + slope x + rest`` modulo r."""
    discriminant = (slope * slope - 4 * square * rest) % MODULUS
    if not Fr.is_square(discriminant):
        return []
    root, half = Fr.sqrt(discriminant), pow(2 * square, -1, MODULUS)
    return [(sign * root - slope) * half % MODULUS for sign in (1, -1)]


def reduce(form: Form, constant: int, pivots: Mapping[int, tuple[Form, int]]) -> tuple[Form, int]:
    """Replace the pivots of a form by what defines them, modulo r."""
    while (key := next((key for key in form if key in pivots), None)) is not None:
        pivot, shift = pivots[key]
        factor = form[key] * pow(pivot[key], -1, MODULUS) % MODULUS
        form = combine(form, pivot, -factor)
        constant = (constant - factor * shift) % MODULUS
    return form, constant


def combine(form: Form, other: Form, factor: int) -> Form:
    """Return ``form + factor other`` modulo r, without zeros."""
    out = dict(form)
    for key, weight in other.items():
        value = (out.get(key, 0) + factor * weight) % MODULUS
        if value:
            out[key] = value
        else:
            out.pop(key, None)
    return out


def differences(sums: Sequence[tuple[Form, int]]) -> list[tuple[Form, int]]:
    """Return the differences of sums of bits that cancel most of what two of them share."""
    found = []
    wide = [each for each in sums if len(each[0]) >= 16][:30]
    for i, (form, constant) in enumerate(wide):
        for other, shift in wide[:i]:
            shared = form.keys() & other.keys()
            if len(shared) < 8:
                continue
            key = next(iter(shared))
            factor = form[key] * pow(other[key], -1, MODULUS) % MODULUS
            left = combine(form, other, -factor)
            if len(left) < max(len(form), len(other)):
                found.append((left, (constant - factor * shift) % MODULUS))
    return found


def oriented(form: Form) -> tuple[Form, int]:
    """Return integer weights whose absolute sum is small, and the sign they were multiplied with."""
    if not form:
        return form, 1
    negative = {key: MODULUS - weight for key, weight in form.items()}
    signed = {key: min(w, w - MODULUS, key=abs) for key, w in form.items()}
    ways = [(form, 1), (negative, -1), (signed, 1)]
    return min(ways, key=lambda way: sum(map(abs, way[0].values())))


def subset_sums(form: Form, target: int) -> list[Form] | None:
    """Return all choices of bits whose weights add up to ``target`` modulo r; None where they are many."""
    weights, sign = oriented(form)
    order = sorted(weights, key=lambda key: -abs(weights[key]))
    flipped = {key for key in order if weights[key] < 0}
    rest = [0]
    for key in reversed(order):
        rest.append(rest[-1] + abs(weights[key]))
    rest.reverse()
    low = -sum(abs(weights[key]) for key in flipped)
    first = (target * sign - low) % MODULUS
    if rest[0] - first > MOST_SUMS * MODULUS:
        return None
    stack: list[tuple[int, int, tuple[int, ...]]] = [
        (0, value, ()) for value in range(first, rest[0] + 1, MODULUS)
    ]
    found: list[Form] = []
    steps = 40 + 8 * len(order)
    while stack:
        place, value, chosen = stack.pop()
        taken = list(chosen)
        while place < len(order):
            steps -= 1
            if not steps:
                return None
            weight = abs(weights[order[place]])
            can_leave, can_take = value <= rest[place + 1], weight <= value <= weight + rest[place + 1]
            if can_leave and can_take:
                stack.append((place + 1, value - weight, (*taken, 1)))
            elif not can_leave and not can_take:
                break
            taken.append(int(not can_leave))
            value -= 0 if can_leave else weight
            place += 1
        else:
            if value:
                continue
            if len(found) == MOST_SUMS:
                return None
            found.append({key: bit ^ (key in flipped) for key, bit in zip(order, taken)})
    return found
