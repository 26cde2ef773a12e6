"""The compiled twin of the tape that computes a circuit's witness, on 64-bit words, for all tiers.

A step makes the variables from ``first`` on by the hint with its code (``NAMES``) from what it reads. Steps
are taken by levels: a level ends with one inversion for all its quotients, so a variable's level is the
number of inversions that lie before it. Combinations are rows of one sparse matrix: those of A, of B, of C,
then those that hints read. Coefficient 0 of the table is 1 and coefficient 1 is −1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from avm.algebra.aot import device, kernel
from avm.algebra.edwards import COFACTOR, ORDER, D
from avm.algebra.fields import FR_MODULUS, Fr
from avm.algebra.kernels.limbs import FR_WORDS, fr_add, fr_load, fr_mul, fr_store, fr_sub, words

Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.uint32]
Element = Any

NAMES = (
    "given",
    "bits of given",
    "product",
    "missing",
    "left factor",
    "right factor",
    "right factor or one",
    "copy",
    "is nonzero",
    "bits",
    "bits of product",
    "bits of quotient and remainder",
    "smaller root",
    "even root",
    "quarter of point",
    "y of subgroup",
)
"""Hints in the order of their codes."""
(
    GIVEN,
    GIVEN_BITS,
    PRODUCT,
    MISSING,
    LEFT_FACTOR,
    RIGHT_FACTOR,
    RIGHT_FACTOR_OR_ONE,
    COPY,
    IS_NONZERO,
    BITS,
    BITS_OF_PRODUCT,
    DIVIDED,
    SMALLER_ROOT,
    EVEN_ROOT,
    QUARTER,
    SUBGROUP_Y,
) = range(len(NAMES))


def _tuple(x: int) -> Element:
    return tuple(np.uint64(word) for word in words(x, FR_WORDS))


def _montgomery(x: int) -> Element:
    return _tuple((x << 256) % FR_MODULUS)


def _bit_array(x: int) -> npt.NDArray[np.uint8]:
    """Return the bits of an exponent or scalar, highest first."""
    return np.array([x >> i & 1 for i in range(x.bit_length() - 1, -1, -1)], dtype=np.uint8)


_TWO_ADICITY = Fr.two_adicity
_ODD = (FR_MODULUS - 1) >> _TWO_ADICITY
ZERO, ONE, UNIT = _tuple(0), _montgomery(1), _tuple(1)
CURVE_D = _montgomery(D)

HALF = _tuple((FR_MODULUS - 1) // 2)
TWO_POWER_ROOT = _montgomery(pow(Fr.generator, _ODD, FR_MODULUS))
INVERSE_BITS = _bit_array(FR_MODULUS - 2)
ROOT_BITS = _bit_array((_ODD - 1) // 2)
QUARTER_BITS = _bit_array(pow(COFACTOR, -1, ORDER))
ORDER_BITS = _bit_array(ORDER)
SCRATCH = 8
"""Rows of room that points need."""

V = "uint64[:,::1]"
P = "int64[::1]"
N = "uint32[::1]"


@device
def _is_zero(x: Element) -> Any:
    return (x[0] | x[1] | x[2] | x[3]) == 0


@device
def _same(x: Element, y: Element) -> Any:
    return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0


@device
def _power(x: Element, bits: npt.NDArray[np.uint8]) -> Element:
    result = ONE
    for i in range(len(bits)):
        result = fr_mul(result, result)
        if bits[i] != 0:
            result = fr_mul(result, x)
    return result


@device
def _value(starts: Places, columns: Numbers, indices: Numbers, table: Words, z: Words, row: int) -> Element:
    """Return what a combination comes to."""
    total = ZERO
    for e in range(starts[row], starts[row + 1]):
        x = fr_load(z, columns[e])
        if _is_zero(x):
            continue
        index = indices[e]
        if index == 0:
            total = fr_add(total, x)
        elif index == 1:
            total = fr_sub(total, x)
        elif _same(x, ONE):
            total = fr_add(total, fr_load(table, index))
        else:
            total = fr_add(total, fr_mul(x, fr_load(table, index)))
    return total


@device
def _put_bits(z: Words, first: int, count: int, x: Element) -> None:
    """Put the low bits of a canonical integer into variables."""
    for i in range(count):
        bit = np.uint64(0)
        if i < 64:
            bit = x[0] >> np.uint64(i)
        elif i < 128:
            bit = x[1] >> np.uint64(i - 64)
        elif i < 192:
            bit = x[2] >> np.uint64(i - 128)
        elif i < 256:
            bit = x[3] >> np.uint64(i - 192)
        fr_store(z, first + i, ONE if bit & np.uint64(1) != 0 else ZERO)


@device
def _at_least(a0: Any, a1: Any, a2: Any, a3: Any, b: Element) -> Any:
    """Whether a number of four words is at least another."""
    if a3 != b[3]:
        return a3 > b[3]
    if a2 != b[2]:
        return a2 > b[2]
    if a1 != b[1]:
        return a1 > b[1]
    return a0 >= b[0]


@device
def _divide(z: Words, first: int, half: int, a: Element, b: Element) -> None:
    """Put ``half`` bits of quotient and of remainder of canonical integers; one for a divisor of zero."""
    if _is_zero(b):
        b = UNIT
    q0, q1, q2, q3 = ZERO
    r0, r1, r2, r3 = ZERO
    one, top = np.uint64(1), np.uint64(63)
    for i in range(255, -1, -1):
        shift = np.uint64(i & 63)
        word = a[0] if i < 64 else a[1] if i < 128 else a[2] if i < 192 else a[3]
        r3 = r3 << one | r2 >> top
        r2 = r2 << one | r1 >> top
        r1 = r1 << one | r0 >> top
        r0 = r0 << one | (word >> shift & one)
        q3 = q3 << one | q2 >> top
        q2 = q2 << one | q1 >> top
        q1 = q1 << one | q0 >> top
        q0 = q0 << one
        if _at_least(r0, r1, r2, r3, b):
            q0 |= one
            borrow0 = np.uint64(r0 < b[0])
            r0 = r0 - b[0]
            borrow1 = np.uint64(r1 < b[1] or (r1 == b[1] and borrow0 != 0))
            r1 = r1 - b[1] - borrow0
            borrow2 = np.uint64(r2 < b[2] or (r2 == b[2] and borrow1 != 0))
            r2 = r2 - b[2] - borrow1
            r3 = r3 - b[3] - borrow2
    _put_bits(z, first, half, (q0, q1, q2, q3))
    _put_bits(z, first + half, half, (r0, r1, r2, r3))


@device
def _some_root(a: Element) -> Element:
    """Return a square root, by Tonelli and Shanks; 0 where there is none."""
    if _is_zero(a):
        return ZERO
    power = _power(a, ROOT_BITS)
    root = fr_mul(a, power)
    rest = fr_mul(root, power)
    order = _TWO_ADICITY
    twist = TWO_POWER_ROOT
    while not _same(rest, ONE):
        steps = 0
        square = rest
        while not _same(square, ONE):
            square = fr_mul(square, square)
            steps += 1
            if steps == order:
                return ZERO
        correction = twist
        for _ in range(order - steps - 1):
            correction = fr_mul(correction, correction)
        root = fr_mul(root, correction)
        twist = fr_mul(correction, correction)
        rest = fr_mul(rest, twist)
        order = steps
    return root


@device
def _smaller(x: Element) -> Element:
    """Return x or −x, whichever is the smaller canonical integer."""
    c = fr_mul(x, UNIT)

    return x if _at_least(HALF[0], HALF[1], HALF[2], HALF[3], c) else fr_sub(ZERO, x)


@device
def _even(x: Element) -> Element:
    """Return x or −x, whichever is even as a canonical integer."""
    return x if fr_mul(x, UNIT)[0] & np.uint64(1) == 0 else fr_sub(ZERO, x)


@device
def _multiply_point(room: Words, x: Element, y: Element, bits: npt.NDArray[np.uint8]) -> None:
    """room[0 … 3] = the multiple of a point by a number whose bits are given, extended (X, Y, Z, T)."""
    t = fr_mul(x, y)
    fr_store(room, 0, x)
    fr_store(room, 1, y)
    fr_store(room, 2, ONE)
    fr_store(room, 3, t)
    dt = fr_mul(CURVE_D, t)
    for i in range(1, len(bits)):
        x1, y1, z1 = fr_load(room, 0), fr_load(room, 1), fr_load(room, 2)
        a, b, c = fr_mul(x1, x1), fr_mul(y1, y1), fr_mul(z1, z1)
        s = fr_add(x1, y1)
        e = fr_sub(fr_sub(fr_mul(s, s), a), b)
        g = fr_sub(b, a)
        f = fr_sub(g, fr_add(c, c))
        h = fr_sub(ZERO, fr_add(a, b))
        fr_store(room, 0, fr_mul(e, f))
        fr_store(room, 1, fr_mul(g, h))
        fr_store(room, 2, fr_mul(f, g))
        fr_store(room, 3, fr_mul(e, h))
        if bits[i] != 0:
            x1, y1, z1 = fr_load(room, 0), fr_load(room, 1), fr_load(room, 2)
            a, b, c = fr_mul(x1, x), fr_mul(y1, y), fr_mul(fr_load(room, 3), dt)
            e = fr_sub(fr_sub(fr_mul(fr_add(x1, y1), fr_add(x, y)), a), b)
            f, g, h = fr_sub(z1, c), fr_add(z1, c), fr_add(b, a)
            fr_store(room, 0, fr_mul(e, f))
            fr_store(room, 1, fr_mul(g, h))
            fr_store(room, 2, fr_mul(f, g))
            fr_store(room, 3, fr_mul(e, h))


@device
def _quarter(z: Words, first: int, room: Words, x: Element, y: Element) -> None:
    """Put the quarter of a point of the curve, zeros for any other."""
    xx, yy = fr_mul(x, x), fr_mul(y, y)
    if not _same(fr_sub(yy, xx), fr_add(ONE, fr_mul(CURVE_D, fr_mul(xx, yy)))):
        fr_store(z, first, ZERO)
        fr_store(z, first + 1, ZERO)
        return
    _multiply_point(room, x, y, QUARTER_BITS)
    inverse = _power(fr_load(room, 2), INVERSE_BITS)
    fr_store(z, first, fr_mul(fr_load(room, 0), inverse))
    fr_store(z, first + 1, fr_mul(fr_load(room, 1), inverse))


@device
def _subgroup_y(room: Words, x: Element) -> Element:
    """Return y of the point of the subgroup with this x, 0 where there is none."""
    xx = fr_mul(x, x)
    bottom = _power(fr_sub(ONE, fr_mul(CURVE_D, xx)), INVERSE_BITS)
    y = _some_root(fr_mul(fr_add(ONE, xx), bottom))
    if _is_zero(y):
        return ZERO
    for _ in range(2):
        _multiply_point(room, x, y, ORDER_BITS)
        if _is_zero(fr_load(room, 0)) and _same(fr_load(room, 1), fr_load(room, 2)):
            return y
        y = fr_sub(ZERO, y)
    return ZERO


@kernel(f"void({P},uint8[::1],int64[:,::1],{P},{N},{P},{P},{P})")
def levels(
    shape: Places,
    codes: npt.NDArray[np.uint8],
    steps: Places,
    starts: Places,
    columns: Numbers,
    operands: Places,
    of_variable: Places,
    level: Places,
) -> None:
    """level[s] = how many inversions lie before step s; ``of_variable`` is room, zeros at the start.

    ``shape`` is (rows of a matrix,); ``operands`` are the numbers of combinations that hints read.
    """
    rows = shape[0]
    for s in range(len(codes)):
        code, first, count, operand = codes[s], steps[s, 0], steps[s, 1], steps[s, 2]
        deepest = 0
        if code >= PRODUCT:
            is_row = code <= RIGHT_FACTOR_OR_ONE
            for k in range(3 if is_row else operands[code]):
                row = operand + k * rows if is_row else 3 * rows + operand + k
                for e in range(starts[row], starts[row + 1]):
                    deepest = max(deepest, of_variable[columns[e]])
        level[s] = deepest
        if LEFT_FACTOR <= code <= RIGHT_FACTOR_OR_ONE:
            deepest += 1
        for i in range(first, first + count):
            of_variable[i] = deepest


@device
def _invert_pending(
    codes: Any, steps: Places, pending: Places, count: int, tops: Words, bottoms: Words, z: Words
) -> None:
    """Put the quotients of the ``count`` pending steps, with one inversion."""
    product = ONE
    for i in range(count):
        out = steps[pending[i], 0]
        fr_store(z, out, product)
        bottom = fr_load(bottoms, i)
        if not _is_zero(bottom):
            product = fr_mul(product, bottom)
    inverse = _power(product, INVERSE_BITS)
    for i in range(count - 1, -1, -1):
        step = pending[i]
        out = steps[step, 0]
        bottom = fr_load(bottoms, i)
        if _is_zero(bottom):
            fr_store(z, out, ONE if codes[step] == RIGHT_FACTOR_OR_ONE else ZERO)
        else:
            fr_store(z, out, fr_mul(fr_mul(inverse, fr_load(z, out)), fr_load(tops, i)))
            inverse = fr_mul(inverse, bottom)


@kernel(f"void({P},uint8[::1],{P},{P},int64[:,::1],{P},{N},{N},{V},{V},{V},{V},{P})")
def witness(
    shape: Places,
    codes: npt.NDArray[np.uint8],
    order: Places,
    level: Places,
    steps: Places,
    starts: Places,
    columns: Numbers,
    indices: Numbers,
    table: Words,
    given: Words,
    z: Words,
    room: Words,
    pending: Places,
) -> None:
    """Put the values of all variables that steps make into z, which holds One and zeros.

    ``shape`` is (rows of a matrix, quotients of the largest level). ``order`` are the steps by level. A row
    of ``steps`` is the first variable, how many, and the operand. ``room`` has ``SCRATCH`` rows and two for
    each quotient of a level, ``pending`` one place for each.
    """
    rows, most = shape[0], shape[1]
    tops, bottoms = room[SCRATCH : SCRATCH + most], room[SCRATCH + most :]
    waiting = 0
    current = 0
    for at in range(len(order)):
        step = order[at]
        if level[step] != current:
            _invert_pending(codes, steps, pending, waiting, tops, bottoms, z)
            waiting = 0
            current = level[step]
        code, first, count, operand = codes[step], steps[step, 0], steps[step, 1], steps[step, 2]
        if code == GIVEN:
            fr_store(z, first, fr_load(given, operand))
            continue
        if code == GIVEN_BITS:
            _put_bits(z, first, count, fr_mul(fr_load(given, operand), UNIT))
            continue
        if code <= RIGHT_FACTOR_OR_ONE:
            c = _value(starts, columns, indices, table, z, operand + 2 * rows)
            if code <= MISSING:
                a = _value(starts, columns, indices, table, z, operand)
                product = ZERO
                if not _is_zero(a):
                    product = fr_mul(a, _value(starts, columns, indices, table, z, operand + rows))
                fr_store(z, first, fr_sub(product, c) if code == PRODUCT else fr_sub(c, product))
                continue
            side = operand + rows if code == LEFT_FACTOR else operand
            fr_store(tops, waiting, c)
            fr_store(bottoms, waiting, _value(starts, columns, indices, table, z, side))
            pending[waiting] = step
            waiting += 1
            continue
        row = 3 * rows + operand
        x = _value(starts, columns, indices, table, z, row)
        if code == COPY:
            fr_store(z, first, x)
        elif code == IS_NONZERO:
            fr_store(z, first, ZERO if _is_zero(x) else ONE)
        elif code == BITS:
            _put_bits(z, first, count, fr_mul(x, UNIT))
        elif code == SMALLER_ROOT:
            fr_store(z, first, _smaller(_some_root(x)))
        elif code == EVEN_ROOT:
            fr_store(z, first, _even(_some_root(x)))
        elif code == SUBGROUP_Y:
            fr_store(z, first, _subgroup_y(room, x))
        else:
            y = _value(starts, columns, indices, table, z, row + 1)
            if code == BITS_OF_PRODUCT:
                _put_bits(z, first, count, fr_mul(fr_mul(x, y), UNIT))
            elif code == DIVIDED:
                _divide(z, first, count // 2, fr_mul(x, UNIT), fr_mul(y, UNIT))
            else:
                _quarter(z, first, room, x, y)
    _invert_pending(codes, steps, pending, waiting, tops, bottoms, z)


@kernel(f"void({P},{P},{N},{N},{V},{V},uint8[::1])")
def failing(
    shape: Places,
    starts: Places,
    columns: Numbers,
    indices: Numbers,
    table: Words,
    z: Words,
    out: npt.NDArray[np.uint8],
) -> None:
    """out[i] = 1 where row i does not hold, else 0; ``shape`` is (rows of a matrix,)."""
    rows = shape[0]
    for i in range(len(out)):
        a = _value(starts, columns, indices, table, z, i)
        c = _value(starts, columns, indices, table, z, i + 2 * rows)
        product = ZERO
        if not _is_zero(a):
            product = fr_mul(a, _value(starts, columns, indices, table, z, i + rows))
        out[i] = 0 if _same(product, c) else 1
