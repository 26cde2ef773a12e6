"""Number theoretic transforms over Fr in eight lanes: the IFMA twin of ``ntt_portable``.

Stages halve polynomials: a block of coefficients modulo X^(2h) − c² becomes two modulo X^h − c and X^h + c,
from natural order to bit-reversed. Lane l holds the elements l·n/8 … (l + 1)·n/8 − 1, so the first three
stages pair lanes of one vector, all later ones whole vectors. A value is five vectors of limbs of 52 bits;
only the factors are in Montgomery form (2^260), so the data keep whatever form they have. Values stay below
(4 + 2·stages)·r, far from the 2^260 > 200·r that a product's first factor may reach.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels.compile import intrinsic, kernel
from avm.algebra.kernels.lanes import (
    LIMB_BITS,
    LIMB_MASK,
    carried,
    emit_product,
    limbs52,
    shuffle,
    splat,
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
_QUARTER = ir.VectorType(WORD, 4)
_TWICE = [splat(w) for w in limbs52(2 * FR_MODULUS, LIMBS)]


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


def _butterfly(
    b: Builder, u: list[Value], v: list[Value], factor: list[Value]
) -> tuple[list[Value], list[Value]]:
    """Return u + factor·v and u − factor·v + 2r."""
    t = _times(b, v, factor)
    plus = [b.add(x, y) for x, y in zip(u, t)]
    return plus, [b.add(b.sub(x, y), k) for x, y, k in zip(u, t, _TWICE)]


def _across(b: Builder, value: list[Value], distance: int) -> list[Value]:
    """Butterfly lanes l (below) and l + distance (above), the factor being applied already.

    The value above is below 2·r.
    """
    order = [lane ^ distance for lane in range(8)]
    above = ir.Constant(ir.VectorType(ir.IntType(1), 8), [bool(lane & distance) for lane in range(8)])
    out = []
    for part, k in zip(value, _TWICE):
        signed = b.select(above, b.sub(k, part), part)
        out.append(b.add(shuffle(b, part, part, order), signed))
    return out


def _first_pass(scaled: bool) -> Callable[..., Any]:
    """Return an intrinsic (a, j, m, tables, buffer): load elements l·m + j, do three stages, store block j.

    ``tables`` holds the factors of the second and third stage in its blocks 0 and 1 and, if ``scaled``,
    factors for the inputs of block j in its block 2 + j.
    """

    def first(typing_context: Any, a: Any, j: Any, m: Any, tables: Any, buffer: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            source = _data(context, b, signature, args, 0)
            table = _data(context, b, signature, args, 3)
            rows = []
            for lane in range(8):
                row = b.add(b.mul(args[2], _word(lane)), args[1])
                place = b.bitcast(b.gep(source, [b.mul(row, _word(4))]), _QUARTER.as_pointer())
                rows.append(b.load(place, align=8))
            whole = ir.VectorType(ir.IntType(32), 8)
            pairs = [
                b.shuffle_vector(rows[2 * k], rows[2 * k + 1], ir.Constant(whole, list(range(8))))
                for k in range(4)
            ]
            words = []
            for half in ([0, 1, 4, 5, 8, 9, 12, 13], [2, 3, 6, 7, 10, 11, 14, 15]):
                low, high = shuffle(b, pairs[0], pairs[1], half), shuffle(b, pairs[2], pairs[3], half)
                words.append(shuffle(b, low, high, [0, 2, 4, 6, 8, 10, 12, 14]))
                words.append(shuffle(b, low, high, [1, 3, 5, 7, 9, 11, 13, 15]))
            mask = splat(LIMB_MASK)

            def limb(k: int) -> Value:
                word, bit = divmod(LIMB_BITS * k, 64)
                part = b.lshr(words[word], splat(bit))
                if bit + LIMB_BITS > 64 and word < 3:
                    part = b.or_(part, b.shl(words[word + 1], splat(64 - bit)))
                return b.and_(part, mask)

            value = [limb(k) for k in range(LIMBS)]
            if scaled:
                value = _times(b, value, _load(b, table, b.add(args[1], _word(2))))
            value = _across(b, value, 4)
            value = _across(b, _times(b, value, _load(b, table, _word(0))), 2)
            value = _across(b, _times(b, value, _load(b, table, _word(1))), 1)
            _store(b, _data(context, b, signature, args, 4), args[1], value)
            return context.get_dummy_value()

        return types.void(a, types.int64, types.int64, tables, buffer), codegen

    return intrinsic(first)


def _two_stages(typing_context: Any, buffer: Any, i: Any, h: Any, twiddles: Any, k: Any) -> Any:
    """Intrinsic: two stages on blocks i, i + h, i + 2h, i + 3h with factors k, then 2k and 2k + 1."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = _data(context, b, signature, args, 0)
        table = _data(context, b, signature, args, 3)
        places = [args[1]]
        for _ in range(3):
            places.append(b.add(places[-1], args[2]))
        x0, x1, x2, x3 = (_load(b, data, place) for place in places)
        factor = _load(b, table, args[4])
        x0, x2 = _butterfly(b, x0, x2, factor)
        x1, x3 = _butterfly(b, x1, x3, factor)
        double = b.add(args[4], args[4])
        x0, x1 = _butterfly(b, x0, x1, _load(b, table, double))
        _store(b, data, places[0], x0)
        _store(b, data, places[1], x1)
        x2, x3 = _butterfly(b, x2, x3, _load(b, table, b.add(double, _word(1))))
        _store(b, data, places[2], x2)
        _store(b, data, places[3], x3)
        return context.get_dummy_value()

    return types.void(buffer, types.int64, types.int64, twiddles, types.int64), codegen


def _one_stage(typing_context: Any, buffer: Any, i: Any, h: Any, twiddles: Any, k: Any) -> Any:
    """Intrinsic: one stage on blocks i and i + h with factor k."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = _data(context, b, signature, args, 0)
        other = b.add(args[1], args[2])
        factor = _load(b, _data(context, b, signature, args, 3), args[4])
        x, y = _butterfly(b, _load(b, data, args[1]), _load(b, data, other), factor)
        _store(b, data, args[1], x)
        _store(b, data, other, y)
        return context.get_dummy_value()

    return types.void(buffer, types.int64, types.int64, twiddles, types.int64), codegen


def _last_pass(typing_context: Any, buffer: Any, i: Any, factors: Any, f: Any, out: Any, o: Any) -> Any:
    """Intrinsic: multiply block i by factor block f, reduce, write as rows 8o … 8o + 7 of four words."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        factor = _load(b, _data(context, b, signature, args, 2), args[3])
        value = _load(b, _data(context, b, signature, args, 0), args[1])
        value = carried(b, _times(b, value, factor))
        modulus = [splat(w) for w in limbs52(FR_MODULUS, LIMBS)]
        less = carried(b, [b.sub(x, p) for x, p in zip(value, modulus)])
        small = b.icmp_signed("<", less[-1], splat(0))
        limbs = [b.select(small, x, y) for x, y in zip(value, less)]
        words = []
        for k in range(4):
            first, bit = divmod(64 * k, LIMB_BITS)
            word = b.or_(b.lshr(limbs[first], splat(bit)), b.shl(limbs[first + 1], splat(LIMB_BITS - bit)))
            words.append(word)
        base = b.mul(args[5], _word(32))
        data = _data(context, b, signature, args, 4)
        for half in (0, 1):
            lanes = REVERSED[4 * half : 4 * half + 4]
            order = [x for lane in lanes for x in (lane, 8 + lane)]
            low, high = shuffle(b, words[0], words[1], order), shuffle(b, words[2], words[3], order)
            for k, mixed in enumerate(([0, 1, 8, 9, 2, 3, 10, 11], [4, 5, 12, 13, 6, 7, 14, 15])):
                place = vector_place(b, data, b.add(base, _word(16 * half + 8 * k)))
                b.store(shuffle(b, low, high, mixed), place, align=8)
        return context.get_dummy_value()

    signature = types.void(buffer, types.int64, factors, types.int64, out, types.int64)
    return signature, codegen


first_pass = _first_pass(scaled=False)
first_pass_scaled = _first_pass(scaled=True)
two_stages: Callable[..., Any] = intrinsic(_two_stages)
one_stage: Callable[..., Any] = intrinsic(_one_stage)
last_pass: Callable[..., Any] = intrinsic(_last_pass)


@kernel("void(uint64[:,::1],uint64[::1],uint64[::1],uint64[::1],uint64[::1],uint64[:,::1])")
def transform(a: Words, inputs: Words, twiddles: Words, outputs: Words, buffer: Words, out: Words) -> None:
    """out[i] = outputs[i]·Σ_j inputs[j]·a[j]·w^(i·j), in natural order; the length is at least 64.

    ``inputs``: two blocks of factors for the stages across lanes, then none or n/8 blocks for the inputs.
    ``twiddles``: block 2^s + k for block k of stage s of the rest. ``outputs``: one block for all or n/8
    blocks in the order of the last pass. ``buffer``: 5n words.
    """
    m = len(a) >> 3
    if len(inputs) == 2 * BLOCK:
        for j in range(m):
            first_pass(a, j, m, inputs, buffer)
    else:
        for j in range(m):
            first_pass_scaled(a, j, m, inputs, buffer)
    h = m
    blocks = 1
    while h >= 4:
        h >>= 2
        for k in range(blocks):
            for i in range(4 * h * k, 4 * h * k + h):
                two_stages(buffer, i, h, twiddles, blocks + k)
        blocks <<= 2
    if h == 2:
        for k in range(blocks):
            one_stage(buffer, 2 * k, 1, twiddles, blocks + k)
    step = 0 if len(outputs) == BLOCK else 1
    place = 0
    for i in range(m):
        last_pass(buffer, i, outputs, i * step, out, place)
        bit = m >> 1
        while bit > 0 and place & bit:
            place ^= bit
            bit >>= 1
        place |= bit
