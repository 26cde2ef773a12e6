"""Products of pairings in eight lanes, by ``kernels.pairing_ifma``.

Eight pairs at a time go through Miller's loop, one in each lane; what they give is multiplied, and one final
exponentiation follows. The sums of points that are to be paired are made in lanes too and stay there. Only
where ``kernels.select.tier()`` is "ifma".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from avm.algebra import g1, g2
from avm.algebra.kernels import pairing_ifma as kernels
from avm.algebra.kernels import pairing_places as places
from avm.algebra.kernels.fq_blocks import BLOCK, aligned_blocks, read_lanes, write_lanes
from avm.algebra.pairing_plain import Side, final_exponentiation, lines_of, miller_loop
from avm.algebra.small_msm import sums_in_lanes
from avm.algebra.tower import E2, E12, ONE12

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Partner = tuple[E2, E2]

LANES = 8


@lru_cache(maxsize=64)
def _prepared(q: Partner) -> Words:
    """Return the limbs of a point's lines, shape (steps, 4, limbs)."""
    numbers = [c for slope, constant in lines_of(q) for element in (slope, constant) for c in element]
    limbs = aligned_blocks(-(-len(numbers) // LANES))
    for start in range(0, len(numbers), LANES):
        write_lanes(limbs, start // LANES, numbers[start : start + LANES])
    by_number = limbs.reshape(-1, BLOCK // LANES, LANES).transpose(0, 2, 1).reshape(-1, BLOCK // LANES)
    return by_number[: len(numbers)].reshape(places.STEPS, 4, -1)


@lru_cache(maxsize=32)
def _lines(partners: tuple[Partner, ...]) -> Words:
    """Return the blocks of lines with one partner in each lane, zeros in the rest."""
    lines = aligned_blocks(4 * places.STEPS)
    for lane, q in enumerate(partners):
        lines.reshape(places.STEPS, 4, -1, LANES)[..., lane] = _prepared(q)
    return lines


@lru_cache(maxsize=1)
def _constants() -> Words:
    return places.constants()


@lru_cache(maxsize=64)
def _program(lanes: int, first: bool, last: bool) -> Indices:
    """Return the lines that multiply the lanes' results, on top of slot 0 or not, and end the pairing."""
    program = places.Program()
    for lane in range(lanes):
        if first and lane == 0:
            program.lane(0, 0)
            continue
        program.lane(1, lane)
        program.product(0, 0, 1)
    if last:
        program.final_exponentiation()
    return program.table()


def _product(groups: Sequence[tuple[Words, tuple[Partner, ...]]]) -> E12 | None:
    """Return the product of pairings over groups of up to eight; None when some point has y = 0."""
    blocks = aligned_blocks(places.BLOCKS)
    blocks[:] = _constants()
    for number, (points, partners) in enumerate(groups):
        if not kernels.miller_loop(
            points,
            _lines(partners),
            kernels.MULTIPLES,
            places.SQUARE_TERMS,
            places.SQUARE_STARTS,
            places.LINE_TERMS,
            places.LINE_STARTS,
            places.PARAMETER_BITS,
            blocks,
        ):
            return None
        program = _program(len(partners), number == 0, number == len(groups) - 1)
        kernels.run(program, places.UNIT_TERMS, blocks)
    a, b = (read_lanes(blocks, places.SLOTS + k) for k in range(2))
    c = list(zip(a, b))
    return (c[0], c[2], c[4]), (c[1], c[3], c[5])


def _in_groups(count: int) -> Iterable[slice]:
    return (slice(start, start + LANES) for start in range(0, count, LANES))


def product(pairs: Sequence[tuple[g1.Point, g2.Point]]) -> E12:
    """Return the product of e(p, q)^3 over pairs of subgroup points; an infinity contributes one."""
    active = [(p, q) for p, q in pairs if p is not None and q is not None]
    if not active:
        return ONE12
    groups = []
    for part in _in_groups(len(active)):
        points = aligned_blocks(3)
        idle = [0] * (LANES - len(active[part]))
        write_lanes(points, 0, [*(p[0] for p, _ in active[part]), *idle])
        write_lanes(points, 1, [*(p[1] for p, _ in active[part]), *(1 for _ in idle)])
        write_lanes(points, 2, [*(1 for _ in active[part]), *idle])
        groups.append((points, tuple(q for _, q in active[part])))
    result = _product(groups)
    return final_exponentiation(miller_loop(active)) if result is None else result


def product_of_sums(sides: Sequence[Side]) -> E12 | None:
    """Return the product of e(Σ scalars[i]·points[i], partner)^3; None when a sum is a point with y = 0.

    Every side has a point and a partner that is not infinity.
    """
    groups = []
    for part in _in_groups(len(sides)):
        chosen = sides[part]
        sums = sums_in_lanes([(points, scalars) for points, scalars, _ in chosen])
        groups.append((sums, tuple(partner for _, _, partner in chosen if partner is not None)))
    return _product(groups)
