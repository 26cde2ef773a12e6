"""Number theoretic transforms over Fr in eight lanes: the IFMA twin of ``ntt_portable``.

Stages halve polynomials: a block of coefficients modulo X^(2h) − c² becomes two modulo X^h − c and X^h + c,
from natural order to bit-reversed; on a coset only the c differ. The first three stages work on vectors of
eight elements in a row; then eight vectors are transposed, so that lane l holds the elements
l·n/8 … (l + 1)·n/8 − 1 and the last pass writes eight elements in a row. Blocks that fit a cache are finished
before the next is begun. A value is five vectors of limbs of 52 bits.

Factors are constants, which saves a quarter of a product (Shoup): with w' = floor(w·2^260/r) the quotient
q = floor(x·w'/2^260) gives x·w − q·r, of which only the low halves are needed. The columns that only carry
into q are left out, so q is up to 10 too small and the result below 11·r. The last stages, where every
factor is used once, take Montgomery products (factors w·2^260, results below 2·r) and read half as much.
The top limb may have bits above the 52nd: values are meant modulo 2^260 > 218·r, which factors of a product
are reduced to by the instruction itself. Up to 2^21 elements they stay below that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels.compile import intrinsic, kernel
from avm.algebra.kernels.fr_lanes import (
    limbs_of_words,
    madd,
    reduced,
    rows_of_words,
    words_of_limbs,
    words_of_rows,
)
from avm.algebra.kernels.lanes import (
    LIMB_MASK,
    broadcast,
    carried,
    emit_product,
    limbs52,
    shuffle,
    splat,
    transposed,
    vector_place,
)
from avm.algebra.kernels.limbs import WORD, types

Words = npt.NDArray[np.uint64]
Builder = Any
Value = Any

LIMBS = 5
BLOCK = 8 * LIMBS
"""Words of eight values."""
SMALLEST = 64
"""Smallest size the passes handle."""
REVERSED = [0, 4, 2, 6, 1, 5, 3, 7]
_NEGATED = [splat(w) for w in limbs52(2**260 - FR_MODULUS, LIMBS)]
_INVERSE = [splat(w) for w in limbs52(-pow(FR_MODULUS, -1, 2**260) % 2**260, LIMBS)]
OUTER_BLOCK = 2048
"""Vectors that stay in the second cache while a block is finished."""
INNER_BLOCK = 64
"""Vectors that stay in the first."""
LARGEST = 21
"""Binary logarithm of the largest size."""


def blocks_of(words: Words) -> Words:
    """Turn rows of four words, in the order of the lanes, to blocks of limbs; for tables."""
    u = np.uint64
    mask = u(LIMB_MASK)
    w0, w1, w2, w3 = (words[:, k] for k in range(4))
    limbs = [
        w0 & mask,
        ((w0 >> u(52)) | (w1 << u(12))) & mask,
        ((w1 >> u(40)) | (w2 << u(24))) & mask,
        ((w2 >> u(28)) | (w3 << u(36))) & mask,
        w3 >> u(16),
    ]
    stacked = np.stack(limbs, axis=1).reshape(-1, 8, LIMBS)
    return np.ascontiguousarray(stacked.transpose(0, 2, 1)).reshape(-1)


def pair(w: int) -> list[int]:
    """Return the limbs of a factor w and of w' = floor(w·2^260/r)."""
    return [*limbs52(w, LIMBS), *limbs52((w << 260) // FR_MODULUS, LIMBS)]


def _data(context: Any, b: Builder, signature: Any, args: Any, index: int) -> Value:
    return context.make_array(signature.args[index])(context, b, args[index]).data


def _word(x: int) -> Value:
    return ir.Constant(WORD, x)


def _load(b: Builder, data: Value, block: Value) -> list[Value]:
    base = b.mul(block, _word(BLOCK))
    places = [vector_place(b, data, b.add(base, _word(8 * k))) for k in range(LIMBS)]
    return [b.load(place, align=8) for place in places]


def _store(b: Builder, data: Value, block: Value, value: list[Value]) -> None:
    base = b.mul(block, _word(BLOCK))
    for k, part in enumerate(value):
        b.store(part, vector_place(b, data, b.add(base, _word(8 * k))), align=8)


def _times(b: Builder, value: list[Value], factor: list[Value]) -> list[Value]:
    """Multiply a value below 200·r, of uncarried limbs, by a reduced factor: below 2·r, uncarried."""
    return emit_product(b, carried(b, value), factor, FR_MODULUS)


def _low_product(b: Builder, total: list[Value], x: list[Value], y: list[Value]) -> list[Value]:
    """Return total + x·y modulo 2^260, uncarried."""
    total = list(total)
    for i in range(LIMBS):
        for j in range(LIMBS - i):
            total[i + j] = madd(b, "l", total[i + j], x[j], y[i])
        for j in range(LIMBS - 1 - i):
            total[i + j + 1] = madd(b, "h", total[i + j + 1], x[j], y[i])
    return total


def _times_constant(
    b: Builder, value: list[Value], factor: list[Value], quotient: list[Value]
) -> list[Value]:
    """Multiply a value below 2^260, of uncarried limbs, by a factor w with its w': below 11·r, uncarried."""
    x = carried(b, value)
    q = [splat(0)] * LIMBS
    for i in range(LIMBS):
        for j in range(LIMBS - i, LIMBS):
            q[i + j - LIMBS] = madd(b, "l", q[i + j - LIMBS], x[j], quotient[i])
        for j in range(LIMBS - 1 - i, LIMBS):
            q[i + j + 1 - LIMBS] = madd(b, "h", q[i + j + 1 - LIMBS], x[j], quotient[i])
    product = _low_product(b, [splat(0)] * LIMBS, x, factor)
    return _low_product(b, product, carried(b, q), _NEGATED)


def _sum_and_difference(
    b: Builder, u: list[Value], t: list[Value], bound: int
) -> tuple[list[Value], list[Value]]:
    """Return u + t and u − t + bound·r."""
    multiple = [splat(w) for w in limbs52(bound * FR_MODULUS, LIMBS)]
    plus = [b.add(x, y) for x, y in zip(u, t)]
    return plus, [b.sub(b.add(x, k), y) for x, y, k in zip(u, t, multiple)]


def _butterfly(
    b: Builder, u: list[Value], v: list[Value], table: Value, k: Value, constant: bool
) -> tuple[list[Value], list[Value]]:
    """Return u ± factor·v with factor k of the table: pairs (w, w') if ``constant``, else w·2^260."""
    if not constant:
        return _sum_and_difference(b, u, _times(b, v, _load(b, table, k)), 2)
    k = b.add(k, k)
    t = _times_constant(b, v, _load(b, table, k), _load(b, table, b.add(k, _word(1))))
    return _sum_and_difference(b, u, t, 11)


def _first_pass(coset: bool) -> Callable[..., Any]:
    """Return an intrinsic (a, j, m, factors, buffer): do three stages on the elements l·m + j … l·m + j + 7.

    They become blocks j … j + 7. ``factors`` are the pairs (w, w') of the seven blocks of these stages, as
    single values of ten limbs. Outside a coset the first block's factor is 1 in every stage.
    """

    def first(typing_context: Any, a: Any, j: Any, m: Any, factors: Any, buffer: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            source = _data(context, b, signature, args, 0)
            table = _data(context, b, signature, args, 3)
            x = []
            for part in range(8):
                base = b.mul(b.add(b.mul(args[2], _word(part)), args[1]), _word(4))
                places = [vector_place(b, source, b.add(base, _word(8 * k))) for k in range(4)]
                pairs = [b.load(place, align=8) for place in places]
                x.append(limbs_of_words(b, words_of_rows(b, pairs), 0))
            for stage, h in enumerate((4, 2, 1)):
                for block in range(1 << stage):
                    plain = block == 0 and not coset
                    if not plain:
                        start = 2 * LIMBS * ((1 << stage) - 1 + block)
                        words = [b.load(b.gep(table, [_word(start + k)])) for k in range(2 * LIMBS)]
                        pair = [broadcast(b, word) for word in words]
                    for i in range(2 * h * block, 2 * h * block + h):
                        if plain:
                            x[i], x[i + h] = _sum_and_difference(b, x[i], x[i + h], 1 << stage)
                        else:
                            t = _times_constant(b, x[i + h], pair[:LIMBS], pair[LIMBS:])
                            x[i], x[i + h] = _sum_and_difference(b, x[i], t, 11)
            columns = [transposed(b, [value[k] for value in x]) for k in range(LIMBS)]
            target = _data(context, b, signature, args, 4)
            for i in range(8):
                _store(b, target, b.add(args[1], _word(i)), [column[i] for column in columns])
            return context.get_dummy_value()

        return types.void(a, types.int64, types.int64, factors, buffer), codegen

    return intrinsic(first)


def _two_stages(constant: bool) -> Callable[..., Any]:
    """Return an intrinsic (buffer, i, h, twiddles, k, k2): two stages on blocks i, i + h, i + 2h, i + 3h.

    The first stage's factor is k, the second's are k2 and k2 + 1.
    """

    def two(typing_context: Any, buffer: Any, i: Any, h: Any, twiddles: Any, k: Any, k2: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            data = _data(context, b, signature, args, 0)
            table = _data(context, b, signature, args, 3)
            places = [args[1]]
            for _ in range(3):
                places.append(b.add(places[-1], args[2]))
            x0, x1, x2, x3 = (_load(b, data, place) for place in places)
            x0, x2 = _butterfly(b, x0, x2, table, args[4], constant)
            x1, x3 = _butterfly(b, x1, x3, table, args[4], constant)
            x0, x1 = _butterfly(b, x0, x1, table, args[5], constant)
            _store(b, data, places[0], x0)
            _store(b, data, places[1], x1)
            x2, x3 = _butterfly(b, x2, x3, table, b.add(args[5], _word(1)), constant)
            _store(b, data, places[2], x2)
            _store(b, data, places[3], x3)
            return context.get_dummy_value()

        signature = types.void(buffer, types.int64, types.int64, twiddles, types.int64, types.int64)
        return signature, codegen

    return intrinsic(two)


def _one_stage(typing_context: Any, buffer: Any, i: Any, h: Any, twiddles: Any, k: Any) -> Any:
    """Intrinsic: one stage on blocks i and i + h with factor k."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = _data(context, b, signature, args, 0)
        other = b.add(args[1], args[2])
        table = _data(context, b, signature, args, 3)
        x, y = _butterfly(b, _load(b, data, args[1]), _load(b, data, other), table, args[4], False)
        _store(b, data, args[1], x)
        _store(b, data, other, y)
        return context.get_dummy_value()

    return types.void(buffer, types.int64, types.int64, twiddles, types.int64), codegen


def _fill_quotient(typing_context: Any, pairs: Any, k: Any, factors: Any, f: Any) -> Any:
    """Intrinsic: w' of factor k of the pairs from block f of the factors, which is w·2^260 mod r.

    w·2^260 − (w·2^260 mod r) is a multiple of r, so w' is the remainder times −1/r modulo 2^260.
    """

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        factor = _load(b, _data(context, b, signature, args, 2), args[3])
        quotient = carried(b, _low_product(b, [splat(0)] * LIMBS, factor, _INVERSE))
        place = b.add(b.add(args[1], args[1]), _word(1))
        quotient[-1] = b.and_(quotient[-1], splat(LIMB_MASK))
        _store(b, _data(context, b, signature, args, 0), place, quotient)
        return context.get_dummy_value()

    return types.void(pairs, types.int64, factors, types.int64), codegen


def _remainder(b: Builder, value: list[Value]) -> list[Value]:
    """Return a value below 2^260, of uncarried limbs, modulo r but for at most one r, uncarried.

    The quotient is found from the top limb, with the inverse of r's top limb.
    """
    value = carried(b, value)
    value[-1] = b.and_(value[-1], splat(LIMB_MASK))
    top = (FR_MODULUS >> (52 * (LIMBS - 1))) + 1
    q = madd(b, "h", splat(0), value[-1], splat(2 ** (52 + 44) // top))
    q = b.lshr(q, splat(44))
    multiple = [splat(0)] * LIMBS
    for j, limb in enumerate(limbs52(FR_MODULUS, LIMBS)):
        multiple[j] = madd(b, "l", multiple[j], q, splat(limb))
        if j + 1 < LIMBS:
            multiple[j + 1] = madd(b, "h", multiple[j + 1], q, splat(limb))
    return [b.sub(x, y) for x, y in zip(value, multiple)]


def _last_pass(scaled: bool) -> Callable[..., Any]:
    """Return an intrinsic (buffer, i, factors, f, out, o): write block i, reduced, as rows 8o … 8o + 7.

    If ``scaled``, it is multiplied by factor block f.
    """

    def last(typing_context: Any, buffer: Any, i: Any, factors: Any, f: Any, out: Any, o: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            value = _load(b, _data(context, b, signature, args, 0), args[1])
            if scaled:
                value = _times(b, value, _load(b, _data(context, b, signature, args, 2), args[3]))
            else:
                value = _remainder(b, value)
            words = words_of_limbs(b, reduced(b, value))
            base = b.mul(args[5], _word(32))
            data = _data(context, b, signature, args, 4)
            ordered = [shuffle(b, word, word, REVERSED) for word in words]
            for k, part in enumerate(rows_of_words(b, ordered)):
                b.store(part, vector_place(b, data, b.add(base, _word(8 * k))), align=8)
            return context.get_dummy_value()

        return types.void(buffer, types.int64, factors, types.int64, out, types.int64), codegen

    return intrinsic(last)


first_pass = _first_pass(coset=False)
first_pass_on_coset = _first_pass(coset=True)
two_stages = _two_stages(constant=True)
two_last_stages = _two_stages(constant=False)
one_stage: Callable[..., Any] = intrinsic(_one_stage)
last_pass = _last_pass(scaled=False)
last_pass_scaled = _last_pass(scaled=True)
fill_quotient: Callable[..., Any] = intrinsic(_fill_quotient)


@kernel("void(uint64[::1],uint64[::1])")
def fill_quotients(factors: Words, pairs: Words) -> None:
    """Fill in every second block of the pairs (w, w') from blocks of factors w·2^260 mod r."""
    for k in range(len(pairs) // (2 * BLOCK)):
        fill_quotient(pairs, k, factors, k)


@kernel("void(uint64[:,::1],uint64[::1],uint64[::1],uint64[::1],uint64[::1],uint64[::1],uint64[:,::1])")
def transform(
    a: Words, first: Words, pairs: Words, last: Words, outputs: Words, buffer: Words, out: Words
) -> None:
    """out[i] = outputs[i]·Σ_j a[j]·x_i^j for the elements x_i of a coset; the length is 2^6 … 2^21.

    ``first``: seven pairs of factors for the first three stages, then one word, 1 for a proper coset.
    ``pairs``: pair 2^s + k of factors for block k of stage s of the rest, but the last stages: ``last`` has
    the last one's factors when the number of stages is odd, else those of the last two. ``outputs``: empty
    for ones, one block for all or n/8 blocks in the order of the last pass. ``buffer``: 5n words.
    """
    m = len(a) >> 3
    outer = m >> 2
    on_coset = first[-1] != 0
    for begin in range(0, max(outer, 8), 8):
        for i in range(begin, m, max(outer, 8)):
            if on_coset:
                first_pass_on_coset(a, i, m, first, buffer)
            else:
                first_pass(a, i, m, first, buffer)
        for i in range(begin, min(begin + 8, outer)):
            two_stages(buffer, i, outer, pairs, 1, 2)
    top = outer
    while outer > OUTER_BLOCK:
        outer >>= 2
    inner = outer
    while inner > INNER_BLOCK:
        inner >>= 2
    smallest = inner
    while smallest > 4:
        smallest >>= 2
    step = 1 if len(outputs) > BLOCK else 0
    place = 0
    for begin in range(0, m, inner):
        for level in range(3):
            if level == 0:
                if begin & (top - 1) != 0:
                    continue
                h, end = top, outer
            elif level == 1:
                if begin & (outer - 1) != 0:
                    continue
                h, end = outer, inner
            else:
                h, end = inner, smallest
            size = h
            while h > end:
                blocks = m // h
                for k in range(begin // h, (begin + size) // h):
                    for i in range(h * k, h * k + (h >> 2)):
                        two_stages(buffer, i, h >> 2, pairs, blocks + k, 2 * (blocks + k))
                h >>= 2
        if smallest == 4:
            offset = m >> 2
            for k in range(begin >> 2, (begin + inner) >> 2):
                two_last_stages(buffer, 4 * k, 1, last, k, offset + 2 * k)
        else:
            for k in range(begin >> 1, (begin + inner) >> 1):
                one_stage(buffer, 2 * k, 1, last, k)
        for i in range(begin, begin + inner):
            if len(outputs) > 0:
                last_pass_scaled(buffer, i, outputs, i * step, out, place)
            else:
                last_pass(buffer, i, outputs, i, out, place)
            bit = m >> 1
            while bit > 0 and place & bit:
                place ^= bit
                bit >>= 1
            place |= bit
