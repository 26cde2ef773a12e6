"""BHP's sums of points chosen by bits, portable tier.

Two chunks of three bits choose one of 64 points, and a single last chunk one of 8, so a pair of chunks has 72
rows in the table, each of three elements: y − x, y + x and 2·D·x·y of an affine point. Elements are in
Montgomery form; points on the way are extended (X, Y, Z, T), https://eprint.iacr.org/2008/522.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import device, kernel
from avm.algebra.edwards import D
from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels.limbs import FR_WORDS, fr_add, fr_load, fr_mul, fr_store, fr_sub, words

Words = npt.NDArray[np.uint64]
Bits = npt.NDArray[np.uint64]
Element = Any

PAIR_ROWS = 72
SINGLE = 64
DIGEST_BITS = 252


def _tuple(x: int) -> Element:
    return tuple(np.uint64(word) for word in words(x, FR_WORDS))


ZERO = _tuple(0)
ONE = _tuple((1 << 256) % FR_MODULUS)
UNIT = _tuple(1)
TWICE_D = _tuple((2 * D << 256) % FR_MODULUS)
_EXPONENT = tuple(np.uint64(word) for word in words(FR_MODULUS - 2, FR_WORDS))


@device
def _inverse(x: Element) -> Element:
    """Return 1/x by the power p − 2; 0 for 0."""
    result = ONE
    for i in range(DIGEST_BITS, -1, -1):
        result = fr_mul(result, result)
        if _EXPONENT[i >> 6] >> np.uint64(i & 63) & np.uint64(1) != 0:
            result = fr_mul(result, x)
    return result


@device
def _add_row(point: Words, at: int, table: Words, row: int) -> None:
    """point[at … at+3] += the prepared point of a table's row."""
    x, y, z = fr_load(point, at), fr_load(point, at + 1), fr_load(point, at + 2)
    a = fr_mul(fr_sub(y, x), fr_load(table, 3 * row))
    b = fr_mul(fr_add(y, x), fr_load(table, 3 * row + 1))
    c = fr_mul(fr_load(point, at + 3), fr_load(table, 3 * row + 2))
    d = fr_add(z, z)
    e, f, g, h = fr_sub(b, a), fr_sub(d, c), fr_add(d, c), fr_add(b, a)
    fr_store(point, at, fr_mul(e, f))
    fr_store(point, at + 1, fr_mul(g, h))
    fr_store(point, at + 2, fr_mul(f, g))
    fr_store(point, at + 3, fr_mul(e, h))


@device
def _add_chosen(point: Words, at: int, table: Words, chunk: int, bits: Bits, first: int, count: int) -> None:
    """Add what ``count`` bits from number ``first`` on choose, beginning with an even chunk.

    Bits of the last chunk that are not among them are zero.
    """
    end = first + count
    row = chunk // 2 * PAIR_ROWS
    for position in range(first, end, 6):
        word, shift = position >> 6, np.uint64(position & 63)
        value = bits[word] >> shift
        if shift > np.uint64(58):
            value |= bits[word + 1] << (np.uint64(64) - shift)
        choice = int(value & np.uint64(63)) if position + 3 < end else SINGLE + int(value & np.uint64(7))
        _add_row(point, at, table, row + choice)
        row += PAIR_ROWS


@device
def _set_identity(point: Words, at: int) -> None:
    fr_store(point, at, ZERO)
    fr_store(point, at + 1, ONE)
    fr_store(point, at + 2, ONE)
    fr_store(point, at + 3, ZERO)


@kernel("void(uint64[:,::1],uint64[::1],int64,uint64[:,::1])")
def sum_from_start(table: Words, bits: Bits, count: int, out: Words) -> None:
    """out[0 … 3] = the extended sum of what ``count`` bits choose from the first chunk on."""
    _set_identity(out, 0)
    _add_chosen(out, 0, table, 0, bits, 0, count)


@kernel("void(uint64[:,::1],int64[::1],uint64[::1],uint64[:,::1],uint64[:,::1],uint64[:,::1])")
def sums(table: Words, shape: Any, bits: Bits, points: Words, addends: Words, out: Words) -> None:
    """out[2·i], out[2·i+1] = the canonical x, y of the i-th of n hashes of equally long inputs.

    ``shape`` is (n, bits of an input, words of an input, bits of an iteration). An input's words in ``bits``
    hold its bits, one word 0 and the scalar of a commitment; after all inputs come five words of room. The
    first four rows of ``points`` are the sum over domain and length; four more for each input are room.
    ``addends`` has the three elements of a prepared point for each bit of a scalar; it is empty for a hash.
    """
    n, count, stride, capacity = shape[0], shape[1], shape[2], shape[3]
    room = 64 * n * stride
    for i in range(n):
        at = 4 + 4 * i
        start = 64 * i * stride
        for k in range(4):
            fr_store(points, at + k, fr_load(points, k))
        for first in range(0, count, capacity):
            if first > 0:
                x = fr_mul(fr_mul(fr_load(points, at), _inverse(fr_load(points, at + 2))), UNIT)
                for k in range(4):
                    bits[(room >> 6) + k] = x[k]
                _set_identity(points, at)
                _add_chosen(points, at, table, 0, bits, room, DIGEST_BITS)
            part = min(capacity, count - first)
            _add_chosen(points, at, table, DIGEST_BITS // 3, bits, start + first, part)
        scalar = start + 64 * ((count + 63) // 64 + 1)
        for j in range(len(addends) // 3):
            if bits[(scalar + j) >> 6] >> np.uint64(j & 63) & np.uint64(1) != 0:
                _add_row(points, at, addends, j)
    # One inversion for all: out first holds the product of the Z before each.
    product = ONE
    for i in range(n):
        fr_store(out, 2 * i, product)
        product = fr_mul(product, fr_load(points, 6 + 4 * i))
    inverse = _inverse(product)
    for i in range(n - 1, -1, -1):
        at = 4 + 4 * i
        z = fr_mul(inverse, fr_load(out, 2 * i))
        inverse = fr_mul(inverse, fr_load(points, at + 2))
        fr_store(out, 2 * i, fr_mul(fr_mul(fr_load(points, at), z), UNIT))
        fr_store(out, 2 * i + 1, fr_mul(fr_mul(fr_load(points, at + 1), z), UNIT))


@kernel("void(uint64[:,::1],uint64[:,::1],uint64[:,::1])")
def pair_table(chunks: Words, room: Words, table: Words) -> None:
    """Fill the table of pairs from the eight prepared points of every chunk.

    ``chunks`` holds 8 rows of three elements for each chunk, ``room`` one element for each row of the table.
    """
    rows = len(room)
    count = len(chunks) // 24
    point = table[0:4].copy()
    product = ONE
    for row in range(rows):
        pair, choice = row // PAIR_ROWS, row % PAIR_ROWS
        _set_identity(point, 0)
        _add_row(point, 0, chunks, 16 * pair + (choice & 7))
        if choice < SINGLE and 2 * pair + 1 < count:
            _add_row(point, 0, chunks, 16 * pair + 8 + (choice >> 3))
        for k in range(3):
            fr_store(table, 3 * row + k, fr_load(point, k))
        fr_store(room, row, product)
        product = fr_mul(product, fr_load(point, 2))
    inverse = _inverse(product)
    for row in range(rows - 1, -1, -1):
        z = fr_mul(inverse, fr_load(room, row))
        inverse = fr_mul(inverse, fr_load(table, 3 * row + 2))
        x, y = fr_mul(fr_load(table, 3 * row), z), fr_mul(fr_load(table, 3 * row + 1), z)
        fr_store(table, 3 * row, fr_sub(y, x))
        fr_store(table, 3 * row + 1, fr_add(y, x))
        fr_store(table, 3 * row + 2, fr_mul(fr_mul(x, y), TWICE_D))
