"""Linear combinations: a constant plus weighted variables over Fr.

A combination knows no value: what it comes to is asked of the system that its variables belong to
(``ConstraintSystem.value``). A variable is an integer key: public ``i`` is ``i`` and private ``j`` is
``PRIVATE + j``, so keys sort in column order and fit 32 bits. Public 0 is the constant One; a term on it is
kept apart from the constant until a row becomes a matrix row, because the mode of a combination looks at
terms only (`circuit/environment/src/helpers/linear_combination.rs`). Objects are never changed after they are
made, so their term dictionaries may be shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from avm.algebra.fields import FR_MODULUS

MODULUS = FR_MODULUS

PRIVATE = 1 << 31
"""Offset of the keys of private variables."""


class Mode(IntEnum):
    """How a value enters a circuit."""

    CONSTANT = 0
    PUBLIC = 1
    PRIVATE = 2


class LinearCombination:
    """``constant + sum(coefficient * variable)``; everything canonical modulo r, no coefficient zero."""

    __slots__ = ("constant", "terms")

    constant: int
    terms: dict[int, int]

    def __init__(self, constant: int, terms: dict[int, int]) -> None:
        self.constant = constant
        self.terms = terms

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return not self.terms

    @property
    def mode(self) -> Mode:
        """Constant without terms, Public for exactly one public variable, Private otherwise."""
        if not self.terms:
            return Mode.CONSTANT
        if not self.constant and len(self.terms) == 1:
            ((key, coefficient),) = self.terms.items()
            if coefficient == 1 and key < PRIVATE:
                return Mode.PUBLIC
        return Mode.PRIVATE

    def __add__(self, other: LinearCombination) -> LinearCombination:
        big, small = self.terms, other.terms
        if len(big) < len(small):
            big, small = small, big
        if small:
            terms = big.copy()
            for key, coefficient in small.items():
                present = terms.get(key)
                if present is None:
                    terms[key] = coefficient
                elif total := (present + coefficient) % MODULUS:
                    terms[key] = total
                else:
                    del terms[key]
        else:
            terms = big
        return LinearCombination((self.constant + other.constant) % MODULUS, terms)

    def __sub__(self, other: LinearCombination) -> LinearCombination:
        terms = self.terms
        if other.terms:
            terms = terms.copy()
            for key, coefficient in other.terms.items():
                present = terms.get(key)
                if present is None:
                    terms[key] = MODULUS - coefficient
                elif total := (present - coefficient) % MODULUS:
                    terms[key] = total
                else:
                    del terms[key]
        return LinearCombination((self.constant - other.constant) % MODULUS, terms)

    def __neg__(self) -> LinearCombination:
        terms = {key: MODULUS - coefficient for key, coefficient in self.terms.items()}
        return LinearCombination(-self.constant % MODULUS, terms)

    def scale(self, factor: int) -> LinearCombination:
        """Return this combination times a canonical field element; zero drops every term."""
        if factor == 1:
            return self
        terms = {key: c * factor % MODULUS for key, c in self.terms.items()} if factor else {}
        return LinearCombination(self.constant * factor % MODULUS, terms)

    def __repr__(self) -> str:
        parts = [str(self.constant)] if self.constant or not self.terms else []
        for key in sorted(self.terms):
            coefficient = self.terms[key]
            name = f"p{key}" if key < PRIVATE else f"w{key - PRIVATE}"
            parts.append(name if coefficient == 1 else f"{signed(coefficient)}*{name}")
        return " + ".join(parts)


def signed(value: int) -> int:
    """Return the representative of a field element nearest to zero, for people to read."""
    return value if value <= MODULUS // 2 else value - MODULUS


ZERO = LinearCombination(0, {})
ONE = LinearCombination(1, {})
PUBLIC_ONE = LinearCombination(0, {0: 1})
"""The explicit term on public variable 0 that NOT starts from."""


def constant(value: int) -> LinearCombination:
    """Return the combination that is just this field element (reduced modulo r)."""
    return LinearCombination(value % MODULUS, {})


def total(parts: Iterable[LinearCombination]) -> LinearCombination:
    """Return the sum of combinations."""
    return weighted_sum(parts, 0)


def weighted_sum(parts: Iterable[LinearCombination], shift: int = 1) -> LinearCombination:
    """Return ``sum(2^(shift*i) * part_i)``: with shift 1 the number whose little-endian bits are given."""
    terms: dict[int, int] = {}
    weight = 1
    constant_part = 0
    clean = True
    for part in parts:
        if part.constant:
            constant_part += weight * part.constant
        for key, coefficient in part.terms.items():
            if key in terms:
                terms[key] += weight * coefficient
                clean = False
            elif coefficient == 1:
                terms[key] = weight
            else:
                terms[key] = weight * coefficient
                clean = False
        weight <<= shift
    if not clean or weight > MODULUS:
        terms = {key: c for key, raw in terms.items() if (c := raw % MODULUS)}
    return LinearCombination(constant_part % MODULUS, terms)


def inner_product(
    weights: Sequence[int], parts: Sequence[LinearCombination], shift: int = 0
) -> LinearCombination:
    """Return ``shift + sum(weight_i * part_i)`` for canonical weights: a row of a matrix times a column."""
    terms: dict[int, int] = {}
    constant_part = shift
    for weight, part in zip(weights, parts, strict=True):
        constant_part += weight * part.constant
        for key, coefficient in part.terms.items():
            terms[key] = terms.get(key, 0) + weight * coefficient
    terms = {key: c for key, raw in terms.items() if (c := raw % MODULUS)}
    return LinearCombination(constant_part % MODULUS, terms)
