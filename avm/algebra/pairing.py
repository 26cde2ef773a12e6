"""The optimal ate pairing of BLS12-377, as the question whether a product of pairings is one.

``pairing_plain`` is the definition. The two long loops are kernels, compiled at first need, or everything is
done in eight lanes (``pairing_in_lanes``); lines of points in G2 are kept, since parameters ask for the same
few points again and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from avm.algebra import g1, g2
from avm.algebra.fields import FQ_MODULUS, Fq
from avm.algebra.pairing_plain import (
    Side,
    X,
    final_exponentiation,
    lines_of,
    miller_loop,
    power_of_x,
)
from avm.algebra.tiers import tier
from avm.algebra.tower import E2, E12, ONE12

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Words = npt.NDArray[np.uint64]

__all__ = [
    "Side",
    "X",
    "compiled_miller_loop",
    "compiled_power_of_x",
    "final_exponentiation",
    "lines_of",
    "miller_loop",
    "power_of_x",
    "product_is_one",
    "product_of_sums_is_one",
]

_Q = FQ_MODULUS


def product_is_one(pairs: Sequence[tuple[g1.Point, g2.Point]]) -> bool:
    """Whether the product of e(p, q) over all pairs of subgroup points is one."""
    if any(p is not None and p[1] == 0 for p, _ in pairs):
        return final_exponentiation(miller_loop(pairs)) == ONE12
    if tier() == "ifma":
        from avm.algebra.pairing_in_lanes import product

        return product(pairs) == ONE12
    return final_exponentiation(compiled_miller_loop(pairs), compiled_power_of_x) == ONE12


def product_of_sums_is_one(sides: Sequence[Side]) -> bool:
    """Whether the product of e(Σ scalars[i]·points[i], partner) over all sides is one.

    Points must lie in the prime-order subgroups; the sums are best of a few points. ValueError unless every
    side has as many scalars as points.
    """
    if any(len(points) != len(scalars) for points, scalars, _ in sides):
        raise ValueError("a sum has not as many scalars as points")
    active = [side for side in sides if side[0] and side[2] is not None]
    if not active:
        return True
    if tier() == "ifma":
        from avm.algebra.pairing_in_lanes import product_of_sums

        result = product_of_sums(active)
        if result is not None:
            return result == ONE12
    from avm.algebra.small_msm import few_sums

    sums = few_sums([(points, scalars) for points, scalars, _ in active])
    return product_is_one([(point, partner) for point, (_, _, partner) in zip(sums, active)])


# ---- the same loops, compiled


def _words(elements: Iterable[E2]) -> Words:
    """Return elements of Fq2 as twelve words each, in Montgomery form."""
    import numpy as np

    data = b"".join([(c * (1 << 384) % _Q).to_bytes(48, "little") for element in elements for c in element])
    return np.frombuffer(data, dtype=np.uint64).copy()


_INVERSE_OF_RADIX = pow(1 << 384, -1, _Q)


def _element(words: Words) -> E12:
    """Return the element of Fq12 that these words are."""
    data = words.tobytes()
    c = [int.from_bytes(data[i : i + 48], "little") * _INVERSE_OF_RADIX % _Q for i in range(0, 576, 48)]
    a0, a1, a2, b0, b1, b2 = zip(c[::2], c[1::2])
    return (a0, a1, a2), (b0, b1, b2)


@lru_cache(maxsize=64)
def _prepared(q: tuple[E2, E2]) -> Words:
    return _words([element for line in lines_of(q) for element in line])


def compiled_miller_loop(pairs: Sequence[tuple[g1.Point, g2.Point]]) -> E12:
    """Return the Miller loop's result up to a factor in Fq, which the final exponentiation removes."""
    import numpy as np

    from avm.algebra.kernels.pairing_tower import PARAMETER_BITS, SCRATCH, miller_loop

    active = [(p, q) for p, q in pairs if p is not None and q is not None]
    f = _words([*ONE12[0], *ONE12[1]])
    if active:
        inverses = Fq.batch_inverse([p[1] for p, _ in active])
        scales = [((-p[0] * k % _Q, 0), (k, 0)) for (p, _), k in zip(active, inverses)]
        lines = np.concatenate([_prepared(q) for _, q in active])
        scratch = np.empty(SCRATCH, dtype=np.uint64)
        miller_loop(lines, _words([c for pair in scales for c in pair]), PARAMETER_BITS, f, scratch)
    return _element(f)


def compiled_power_of_x(a: E12) -> E12:
    import numpy as np

    from avm.algebra.kernels.pairing_tower import PARAMETER_BITS, SCRATCH, power

    words = _words([*a[0], *a[1]])
    f = words.copy()
    power(words, PARAMETER_BITS, f, np.empty(SCRATCH, dtype=np.uint64))
    return _element(f)
