"""Number theoretic transforms over Fr in eight lanes: the IFMA twin of ``ntt_portable``.

Stages halve polynomials: a block of coefficients modulo X^(2h) − c² becomes two modulo X^h − c and X^h + c,
from natural order to bit-reversed; on a coset only the c differ. The first three stages work on vectors of
eight elements in a row; then eight vectors are transposed, so that lane l holds the elements
l·n/8 … (l + 1)·n/8 − 1 and the last pass writes eight elements in a row. Blocks that fit a cache are finished
before the next is begun. A value is five vectors of limbs of 52 bits.

A product alone is bound by its latency: they go by twos, interleaved. Factors are constants, which saves a
quarter of a product (Shoup): with w' = floor(w·2^260/r) the quotient q = floor(x·w'/2^260) gives x·w − q·r,
of which only the low halves are needed. The columns that only carry into q are left out, so q is up to 10
too small and the result below 11·r. The last stages, where every factor is used once, take Montgomery
products (factors w·2^260, results below 2·r) and read half as much.
The top limb may have bits above the 52nd: values are meant modulo 2^260 > 218·r, which factors of a product
are reduced to by the instruction itself. Up to 2^21 elements they stay below that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from avm.algebra.aot import device, intrinsic, kernel
from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels.fq_ifma import (
    INDEX,
    VECTOR,
    carried,
    emit_product,
    get_or_insert_function,
    shuffle,
    splat,
    transposed,
    vector_place,
)
from avm.algebra.kernels.fr_ifma import (
    limbs_of_words,
    madd,
    reduced,
    rows_of_words,
    words_of_limbs,
    words_of_rows,
)
from avm.algebra.kernels.limbs import WORD, call_shared, pack_array, types
from avm.algebra.kernels.radix52 import LIMB_BITS, LIMB_MASK, limbs52

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
INNER_BLOCK = 32
"""Vectors that stay in the first, with the rows they become."""
LARGEST = 21
"""Binary logarithm of the largest size."""


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


def _factor(b: Builder, parts: list[Value]) -> list[Value]:
    """Carry limbs without masking them: for factors, of which the instruction reads only 52 bits."""
    out = parts[:1]
    for part in parts[1:]:
        out.append(b.add(part, b.ashr(out[-1], splat(LIMB_BITS))))
    return out


def _times(b: Builder, value: list[Value], factor: list[Value]) -> list[Value]:
    """Multiply a value below 200·r, of uncarried limbs, by a reduced factor: below 2·r, uncarried."""
    return emit_product(b, _factor(b, value), factor, FR_MODULUS)


def _add_low_products(
    b: Builder, totals: list[list[Value]], xs: list[list[Value]], ys: list[list[Value]]
) -> None:
    """Add x·y modulo 2^260 to every total, uncarried."""
    for i in range(LIMBS):
        for total, x, y in zip(totals, xs, ys):
            for j in range(LIMBS - i):
                total[i + j] = madd(b, "l", total[i + j], x[j], y[i])
            for j in range(LIMBS - 1 - i):
                total[i + j + 1] = madd(b, "h", total[i + j + 1], x[j], y[i])


def _times_constants(
    b: Builder, values: list[list[Value]], pairs: list[tuple[list[Value], list[Value]]]
) -> list[list[Value]]:
    """Multiply values below 2^260, of uncarried limbs, by factors w with their w': below 11·r, uncarried."""
    xs = [_factor(b, value) for value in values]
    qs = [[splat(0)] * LIMBS for _ in values]
    totals = [[splat(0)] * LIMBS for _ in values]
    for i in range(LIMBS):
        for q, x, (_, quotient) in zip(qs, xs, pairs):
            for j in range(LIMBS - i, LIMBS):
                q[i + j - LIMBS] = madd(b, "l", q[i + j - LIMBS], x[j], quotient[i])
            for j in range(LIMBS - 1 - i, LIMBS):
                q[i + j + 1 - LIMBS] = madd(b, "h", q[i + j + 1 - LIMBS], x[j], quotient[i])
    _add_low_products(b, totals, xs, [factor for factor, _ in pairs])
    _add_low_products(b, totals, [_factor(b, q) for q in qs], [_NEGATED] * len(qs))
    return totals


def _sum_and_difference(
    b: Builder, u: list[Value], t: list[Value], bound: int
) -> tuple[list[Value], list[Value]]:
    """Return u + t and u − t + bound·r."""
    multiple = [splat(w) for w in limbs52(bound * FR_MODULUS, LIMBS)]
    plus = [b.add(x, y) for x, y in zip(u, t)]
    return plus, [b.sub(b.add(x, k), y) for x, y, k in zip(u, t, multiple)]


def _butterflies(
    b: Builder, us: list[list[Value]], vs: list[list[Value]], table: Value, ks: list[Value], constant: bool
) -> list[list[Value]]:
    """Return u ± factor·v for every u, v and k."""
    if not constant:
        ts, bound = [_times(b, v, _load(b, table, k)) for v, k in zip(vs, ks)], 2
    else:
        ts, bound = _times_constants(b, vs, [_pair_of(b, table, k) for k in ks]), 11
    return [x for u, t in zip(us, ts) for x in _sum_and_difference(b, u, t, bound)]


def _prefetch(b: Builder, data: Value, base: Value, write: bool) -> None:
    """Ask for eight rows of four words: to read them soon from the second cache, or to write them."""
    near = 3 if write else 2
    for k in range(4):
        place = b.gep(data, [b.add(base, _word(8 * k))])
        kind = ir.FunctionType(ir.VoidType(), [place.type, INDEX, INDEX, INDEX])
        function = get_or_insert_function(b.module, kind, "llvm.prefetch.p0")
        b.call(function, [place, *(ir.Constant(INDEX, x) for x in (int(write), near, 1))])


def _ask_for_rows(typing_context: Any, rows: Any, o: Any) -> Any:
    """Intrinsic: ask for rows 8o … 8o + 7, which will be written soon."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = _data(context, b, signature, args, 0)
        _prefetch(b, data, b.mul(args[1], _word(32)), write=True)
        return context.get_dummy_value()

    return types.void(rows, types.int64), codegen


def _pair_of(b: Builder, table: Value, k: Value) -> tuple[list[Value], list[Value]]:
    """Return w and w' of pair k."""
    k = b.add(k, k)
    return _load(b, table, k), _load(b, table, b.add(k, _word(1)))


def _either(
    b: Builder, condition: Value, when: Callable[[], list[Value]], otherwise: Callable[[], list[Value]]
) -> list[Value]:
    """Return what the first function emits if the condition, a word, is not zero, else what the other."""
    with b.if_else(b.icmp_signed("!=", condition, _word(0))) as (first, second):
        with first:
            left, left_end = when(), b.block
        with second:
            right, right_end = otherwise(), b.block
    out = []
    for x, y in zip(left, right):
        joined = b.phi(x.type)
        joined.add_incoming(x, left_end)
        joined.add_incoming(y, right_end)
        out.append(joined)
    return out


def _two_products(b: Builder, x: Value, y: Value, table: Value, k: Value, k2: Value) -> Value:
    """Multiply x by the constant of pair k and y by that of pair k2; five limbs each."""
    values = [[b.extract_value(z, i) for i in range(LIMBS)] for z in (x, y)]
    products = _times_constants(b, values, [_pair_of(b, table, k), _pair_of(b, table, k2)])
    return pack_array(b, [*products[0], *products[1]])


def _first_products(
    b: Builder, values: list[list[Value]], table: Value, stage: int, blocks: list[int], coset: Value
) -> list[Value]:
    """Return the ten limbs of two values times the constants of their blocks in one of the first stages.

    Unless ``coset``, the first block's is 1. Two products are one function that all calls share.
    """
    k, k2 = ((1 << stage) - 1 + block for block in blocks)

    def both() -> list[Value]:
        passed = [*(pack_array(b, x) for x in values), table, _word(k), _word(k2)]
        kind = ir.ArrayType(VECTOR, 2 * LIMBS)
        result = call_shared(b, "avm_fr_two_products", kind, passed, _two_products)
        return [b.extract_value(result, i) for i in range(2 * LIMBS)]

    def without_the_first() -> list[Value]:
        if blocks[1] == 0:
            return [*values[0], *values[1]]
        return [*values[0], *_times_constants(b, values[1:], [_pair_of(b, table, _word(k2))])[0]]

    return both() if blocks[0] > 0 else _either(b, coset, both, without_the_first)


def _first_pass(typing_context: Any, a: Any, j: Any, m: Any, factors: Any, coset: Any, buffer: Any) -> Any:
    """Intrinsic: three stages on the elements l·m + j … l·m + j + 7, which become blocks j … j + 7.

    ``factors`` are the pairs (w, w') of the seven blocks of these stages. Unless ``coset``, the first block's
    factor is 1 in every stage, and seven of the twelve products fall away.
    """

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        source, table, target = (_data(context, b, signature, args, k) for k in (0, 3, 5))
        x = []
        for part in range(8):
            base = b.mul(b.add(b.mul(args[2], _word(part)), args[1]), _word(4))
            places = [vector_place(b, source, b.add(base, _word(8 * k))) for k in range(4)]
            x.append(limbs_of_words(b, words_of_rows(b, [b.load(place, align=8) for place in places]), 0))
            _prefetch(b, source, b.add(base, _word(32)), write=False)
        for stage, h in enumerate((4, 2, 1)):
            lower = [i for i in range(8) if not i & h]
            for i, j in zip(lower[::2], lower[1::2]):
                blocks = [i // (2 * h), j // (2 * h)]
                t = _first_products(b, [x[i + h], x[j + h]], table, stage, blocks, args[4])
                x[i], x[i + h] = _sum_and_difference(b, x[i], t[:LIMBS], 11)
                x[j], x[j + h] = _sum_and_difference(b, x[j], t[LIMBS:], 11)
        columns = [transposed(b, [value[k] for value in x]) for k in range(LIMBS)]
        for i in range(8):
            _store(b, target, b.add(args[1], _word(i)), [column[i] for column in columns])
        return context.get_dummy_value()

    return types.void(a, types.int64, types.int64, factors, types.int64, buffer), codegen


def _two_stages(constant: bool) -> Callable[..., Any]:
    """Return an intrinsic (buffer, i, h, twiddles, k, k2): two stages on blocks i, i + h, i + 2h, i + 3h.

    The first stage's factor is k, the second's are k2 and k2 + 1.
    """

    def body(b: Builder, data: Value, i: Value, h: Value, table: Value, k: Value, k2: Value) -> Value:
        places = [i]
        for _ in range(3):
            places.append(b.add(places[-1], h))
        x0, x1, x2, x3 = (_load(b, data, place) for place in places)
        x0, x2, x1, x3 = _butterflies(b, [x0, x1], [x2, x3], table, [k, k], constant)
        ks = [k2, b.add(k2, _word(1))]
        results = _butterflies(b, [x0, x2], [x1, x3], table, ks, constant)
        for place, result in zip(places, results):
            _store(b, data, place, result)
        return _word(0)

    def two(typing_context: Any, buffer: Any, i: Any, h: Any, twiddles: Any, k: Any, k2: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            data, table = (_data(context, b, signature, args, n) for n in (0, 3))
            passed = [data, args[1], args[2], table, args[4], args[5]]
            if constant:
                call_shared(b, "avm_fr_two_stages", WORD, passed, body)
            else:
                body(b, *passed)
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
        x, y = _butterflies(b, [_load(b, data, args[1])], [_load(b, data, other)], table, [args[4]], False)
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
        quotient = [splat(0)] * LIMBS
        _add_low_products(b, [quotient], [factor], [_INVERSE])
        quotient = carried(b, quotient)
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


def _last_pass(
    typing_context: Any, buffer: Any, i: Any, factors: Any, f: Any, scaled: Any, out: Any, o: Any
) -> Any:
    """Intrinsic: write block i, reduced, as rows 8o … 8o + 7; if ``scaled``, times factor block f."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        value = _load(b, _data(context, b, signature, args, 0), args[1])
        factors = _data(context, b, signature, args, 2)
        value = _either(
            b,
            args[4],
            lambda: _times(b, value, _load(b, factors, args[3])),
            lambda: _remainder(b, value),
        )
        ordered = [shuffle(b, word, word, REVERSED) for word in words_of_limbs(b, reduced(b, value))]
        base = b.mul(args[6], _word(32))
        data = _data(context, b, signature, args, 5)
        for k, part in enumerate(rows_of_words(b, ordered)):
            b.store(part, vector_place(b, data, b.add(base, _word(8 * k))), align=8)
        return context.get_dummy_value()

    kinds = (buffer, types.int64, factors, types.int64, types.int64, out, types.int64)
    return types.void(*kinds), codegen


first_pass: Callable[..., Any] = intrinsic(_first_pass)
two_stages = _two_stages(constant=True)
two_last_stages = _two_stages(constant=False)
one_stage: Callable[..., Any] = intrinsic(_one_stage)
last_pass: Callable[..., Any] = intrinsic(_last_pass)
fill_quotient: Callable[..., Any] = intrinsic(_fill_quotient)
ask_for_rows: Callable[..., Any] = intrinsic(_ask_for_rows)


@device
def next_reversed(place: int, size: int) -> int:
    """Return what follows ``place`` when the numbers below a power of two go by their reversed bits."""
    bit = size >> 1
    while bit > 0 and place & bit:
        place ^= bit
        bit >>= 1
    return place | bit


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
    on_coset = np.int64(first[-1])
    for begin in range(0, max(outer, 8), 8):
        for i in range(begin, m, max(outer, 8)):
            first_pass(a, i, m, first, on_coset, buffer)
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
        ahead = place
        for _ in range(inner):
            ask_for_rows(out, ahead)
            ahead = next_reversed(ahead, m)
        if smallest == 4:
            offset = m >> 2
            for k in range(begin >> 2, (begin + inner) >> 2):
                two_last_stages(buffer, 4 * k, 1, last, k, offset + 2 * k)
        else:
            for k in range(begin >> 1, (begin + inner) >> 1):
                one_stage(buffer, 2 * k, 1, last, k)
        for i in range(begin, begin + inner):
            last_pass(buffer, i, outputs, i * step, len(outputs), out, place)
            place = next_reversed(place, m)
