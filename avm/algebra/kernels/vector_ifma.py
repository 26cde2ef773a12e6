"""Kernels over vectors of Fr elements in eight lanes: the IFMA twin of ``vector_portable``.

A vector is a C-contiguous uint64 array of rows of four words, x·2^256 mod r. Weights are rows of five limbs
of 52 bits, in whatever form makes the product with what is loaded come out right; they are made by
``avm.algebra.lane_vectors``. Chains of dependent products are interleaved to hide their latency.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import kernel
from avm.algebra.kernels.fr_ifma import (
    add,
    carry,
    gather_times_16,
    load,
    load_at,
    load_limbs,
    load_strided,
    load_times_16,
    mul,
    or_one,
    store,
    store_limbs,
    store_strided,
    weight,
    wide_add,
    wide_reduce,
    wide_zero,
    zero,
    zero_where_zero,
)

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]

V = "uint64[:,::1]"
L = "uint64[::1]"

LARGEST_COMBINATION = 100
"""Products that may be summed before they are reduced."""
BLOCKS_DIVIDED = 16
"""Pieces in which a polynomial is divided by a linear one."""


@kernel(f"void({V},{V},{V})")
def products(a: Words, b: Words, out: Words) -> None:
    """out = a·b."""
    for i in range(0, len(out), 8):
        store(out, i, mul(load_times_16(a, i), load(b, i)))


@kernel(f"void({V},{V},int64[::1],{V})")
def gathered_products(a: Words, table: Words, indices: Indices, out: Words) -> None:
    """out[i] = a[i]·table[indices[i]]."""
    for i in range(0, len(out), 8):
        store(out, i, mul(gather_times_16(table, indices, i), load(a, i)))


@kernel(f"void({L},int64[::1],{L},{V})")
def linear_combination(addresses: Words, counts: Indices, weights: Words, out: Words) -> None:
    """out[i] = Σ_t weights[t]·x_t[i]/2^260, x_t being ``counts[t]`` rows at ``addresses[t]``, then zeros."""
    for i in range(0, len(out), 8):
        total = wide_zero()
        for t in range(len(addresses)):
            if i < counts[t]:
                total = wide_add(total, load_at(addresses[t], i, counts[t]), weight(weights, t))
        store(out, i, wide_reduce(total))


@kernel(f"void({V},{L},{V})")
def powers(first: Words, step: Words, out: Words) -> None:
    """out[i] = base^i times a factor: ``first`` has rows 0 … 31, ``step`` is base^32 as a weight."""
    by_32 = weight(step, 0)
    x0, x1, x2, x3 = load(first, 0), load(first, 8), load(first, 16), load(first, 24)
    for i in range(0, len(out), 32):
        store(out, i, x0)
        store(out, i + 8, x1)
        store(out, i + 16, x2)
        store(out, i + 24, x3)
        x0 = carry(mul(x0, by_32))
        x1 = carry(mul(x1, by_32))
        x2 = carry(mul(x2, by_32))
        x3 = carry(mul(x3, by_32))


@kernel(f"void({V},{L},{L})")
def evaluate(coefficients: Words, step: Words, out: Words) -> None:
    """out, as four values of eight lanes in limbs: lane l of value c is Σ_j coefficients[32j + 8c + l]·z^32j.

    ``step`` is z^32 as a weight.
    """
    z = weight(step, 0)
    x0 = x1 = x2 = x3 = zero()
    for i in range((len(coefficients) - 1) // 32 * 32, -1, -32):
        x0 = carry(add(mul(x0, z), load(coefficients, i)))
        x1 = carry(add(mul(x1, z), load(coefficients, i + 8)))
        x2 = carry(add(mul(x2, z), load(coefficients, i + 16)))
        x3 = carry(add(mul(x3, z), load(coefficients, i + 24)))
    store_limbs(out, 0, x0)
    store_limbs(out, 1, x1)
    store_limbs(out, 2, x2)
    store_limbs(out, 3, x3)


@kernel(f"void({V},int64,{L},{L})")
def evaluate_blocks(coefficients: Words, size: int, z: Words, out: Words) -> None:
    """out, as two values of eight lanes: Σ_i coefficients[b·size + i]·z^i for the blocks b = 0 … 15."""
    by_z = weight(z, 0)
    x0 = x1 = zero()
    for i in range(size - 1, -1, -1):
        x0 = carry(add(mul(x0, by_z), load_strided(coefficients, i, size)))
        x1 = carry(add(mul(x1, by_z), load_strided(coefficients, i + 8 * size, size)))
    store_limbs(out, 0, x0)
    store_limbs(out, 1, x1)


@kernel(f"void({V},int64,{L},{V},{V})")
def divide_blocks(coefficients: Words, size: int, z: Words, carries: Words, quotient: Words) -> None:
    """Fill the quotient's blocks b = 0 … 15 of ``size`` rows; carries[b] is what enters one from above."""
    by_z = weight(z, 0)
    x0, x1 = load(carries, 0), load(carries, 8)
    for i in range(size - 1, -1, -1):
        store_strided(quotient, i, size, x0)
        store_strided(quotient, i + 8 * size, size, x1)
        x0 = carry(add(mul(x0, by_z), load_strided(coefficients, i, size)))
        x1 = carry(add(mul(x1, by_z), load_strided(coefficients, i + 8 * size, size)))


@kernel(f"void({V},{V},{L})")
def dot(a: Words, b: Words, out: Words) -> None:
    """out, as a wide value of eight lanes: lane l is Σ_j a[8j + l]·b[8j + l], not reduced."""
    total = wide_zero()
    for i in range(0, min(len(a), len(b)), 8):
        total = wide_add(total, load(a, i), load(b, i))
        if i & 1023 == 1016:
            total = carry(total)
    store_limbs(out, 0, carry(total))


@kernel(f"void({V},{L},{L},{L})")
def prefix_products(a: Words, one: Words, prefixes: Words, totals: Words) -> None:
    """Store the products of all earlier rows of the same lane for every block of eight rows, and of all rows.

    Even and odd blocks are two chains; zeros count as ones. Values are in the form x·2^260, as limbs.
    """
    unit = weight(one, 0)
    x0, x1 = unit, unit
    for j in range(0, (len(a) + 7) // 8, 2):
        store_limbs(prefixes, j, x0)
        store_limbs(prefixes, j + 1, x1)
        x0 = carry(mul(x0, or_one(load_times_16(a, 8 * j), unit)))
        x1 = carry(mul(x1, or_one(load_times_16(a, 8 * j + 8), unit)))
    store_limbs(totals, 0, x0)
    store_limbs(totals, 1, x1)


@kernel(f"void({V},{L},{L},{V},{V})")
def inverses(a: Words, one: Words, prefixes: Words, inverse_totals: Words, out: Words) -> None:
    """out = 1/a times the factor that is in the inverses of the totals; zero stays zero."""
    unit = weight(one, 0)
    x0, x1 = load(inverse_totals, 0), load(inverse_totals, 8)
    for j in range((len(a) - 1) // 16 * 2, -1, -2):
        y0, y1 = load_times_16(a, 8 * j), load_times_16(a, 8 * j + 8)
        store(out, 8 * j, zero_where_zero(y0, mul(load_limbs(prefixes, j), x0)))
        store(out, 8 * j + 8, zero_where_zero(y1, mul(load_limbs(prefixes, j + 1), x1)))
        x0 = carry(mul(or_one(y0, unit), x0))
        x1 = carry(mul(or_one(y1, unit), x1))
