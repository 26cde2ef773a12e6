"""The numbers of Keccak's permutation; lane (x, y) of the 25 is number ``x + 5 y``.

Source: https://keccak.team/keccak_specs_summary.html.
"""

from __future__ import annotations


def _round_constants() -> tuple[int, ...]:
    register, constants = 1, []
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << ((1 << j) - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return tuple(constants)


def _path() -> tuple[int, ...]:
    lanes, x, y = [], 1, 0
    for _ in range(24):
        lanes.append(x + 5 * y)
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(lanes)


LANES = 25
ROUND_CONSTANTS = _round_constants()
PATH = _path()
"""The lanes but the first, in the order in which step π moves one to the next."""
ROTATIONS = tuple((PATH.index(i) + 1) * (PATH.index(i) + 2) // 2 % 64 if i else 0 for i in range(LANES))
"""By how much step ρ turns each lane."""
