"""Forged witnesses along the tangent: the null space of the rows linearised at the honest witness."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from avm.r1cs.audit_modular import Form, reduce
from avm.r1cs.audit_search import Rows, Values, differs, holds, keys_of, value_at
from avm.r1cs.linear import MODULUS, LinearCombination


@dataclass(frozen=True, slots=True)
class Tangent:
    """Where a witness may move so that the rows change in second order only.

    ``moves``: an output may change so. At a regular point that means a whole curve of forged witnesses; where
    a row has a double root (a square root of zero) it need not. ``witness``: a forgery found on the way.
    """

    moves: bool
    witness: Values | None


def tangent(
    rows: Rows, known: Values, honest: Values, outputs: Sequence[LinearCombination], rng: random.Random
) -> Tangent:
    """Linearise the rows at the honest witness, ``(A z) dB + (B z) dA - dC = 0``, and try its null space.

    Random vectors of the null space are tried with small and random factors, against the rows themselves.
    """
    pivots = _linearised(rows, known, honest)
    forms = ({k: w for k, w in lc.terms.items() if k not in known} for lc in outputs)
    if not any(reduce(form, 0, pivots)[0] for form in forms):
        return Tangent(False, None)
    free = sorted(keys_of(rows) | {key for lc in outputs for key in lc.terms})
    free = [key for key in free if key not in known and key not in pivots]
    for _ in range(3):
        step = {key: rng.randrange(MODULUS) for key in free}
        for key in reversed(pivots):
            form = pivots[key][0]
            scale = -pow(form[key], -1, MODULUS)
            step[key] = scale * sum(w * step[k] for k, w in form.items() if k != key) % MODULUS
        for factor in (1, MODULUS - 1, 2, rng.randrange(MODULUS)):
            moved = {key: (value + factor * step.get(key, 0)) % MODULUS for key, value in honest.items()}
            if differs(outputs, moved, honest) and holds(rows, moved):
                return Tangent(True, moved)
    return Tangent(True, None)


def _linearised(rows: Rows, known: Values, honest: Values) -> dict[int, tuple[Form, int]]:
    """Return the Jacobian modulo r in echelon form: each pivot with its row, which has no earlier pivot."""
    forms: list[Form] = []
    for a, b, c in rows:
        form: Form = {}
        for lc, factor in ((a, value_at(b, honest)), (b, value_at(a, honest)), (c, -1)):
            for key, weight in lc.terms.items():
                if key not in known:
                    form[key] = (form.get(key, 0) + factor * weight) % MODULUS
        forms.append({key: weight for key, weight in form.items() if weight})
    pivots: dict[int, tuple[Form, int]] = {key: ({key: 1}, 0) for key in _still(forms)}
    for form in sorted(filter(None, forms), key=len):
        left, _ = reduce(form, 0, pivots)
        if left:
            pivots[next(iter(left))] = (left, 0)
    return pivots


def _still(forms: list[Form]) -> set[int]:
    """Take out of the forms what cannot move because it stands in one alone, again and again."""
    uses: dict[int, list[int]] = {}
    for index, form in enumerate(forms):
        for key in form:
            uses.setdefault(key, []).append(index)
    still: set[int] = set()
    queue = [index for index, form in enumerate(forms) if len(form) == 1]
    while queue:
        form = forms[queue.pop()]
        if len(form) != 1:
            continue
        (key,) = form
        still.add(key)
        for index in uses[key]:
            if forms[index].pop(key, None) is not None and len(forms[index]) == 1:
                queue.append(index)
    return still
