"""Field arithmetic in eight lanes at once with AVX-512 IFMA, emitted as LLVM code; here for Fq.

A value is eight vectors of eight 64-bit words: limb k of lane l, radix 2^52, least significant first, in
Montgomery form x·2^416. Ranges are lazy: q has 377 bits, so a product whose factors' sizes multiply to less
than 2^32·q² comes out below 1.01·q without a final subtraction, and sums may grow in between. The instruction
reads only the low 52 bits of its factors: ``linear`` therefore carries, and its result must not be negative.
Only ``tiers.tier() == "ifma"`` may import this: LLVM aborts on an instruction the processor does not have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba.core.cgutils
import numba.core.datamodel
import numba.extending
from llvmlite import ir

from avm.algebra.aot import intrinsic
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.fq_blocks import LIMBS
from avm.algebra.kernels.limbs import WORD, call_shared, pack_array, types
from avm.algebra.kernels.radix52 import LIMB_BITS, LIMB_MASK, limbs52
from avm.algebra.tiers import tier

if tier() != "ifma":
    raise ImportError("this processor has no AVX-512 IFMA")

get_or_insert_function: Callable[..., Any] = numba.core.cgutils.get_or_insert_function

VECTOR = ir.VectorType(WORD, 8)
ROW = ir.ArrayType(VECTOR, LIMBS)
INDEX = ir.IntType(32)
Builder = Any
Value = Any


class LanesType(types.Type):  # type: ignore[misc]
    """numba's type of eight field elements."""


class LanesModel(numba.core.datamodel.models.PrimitiveModel):
    """Its representation in LLVM."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, ROW)  # type: ignore[no-untyped-call]


numba.extending.register_model(LanesType)(LanesModel)
lanes = LanesType("FqLanes")


def splat(x: int) -> Value:
    """Return the constant vector of one word."""
    return ir.Constant(VECTOR, [x & 0xFFFFFFFFFFFFFFFF] * 8)


def parts_of(b: Builder, value: Value) -> list[Value]:
    return [b.extract_value(value, i) for i in range(LIMBS)]


def _madd(b: Builder, half: str, total: Value, x: Value, y: Value) -> Value:
    """total + the low or high 52 bits of the 104-bit products."""
    kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
    name = f"llvm.x86.avx512.vpmadd52{half}.uq.512"
    return b.call(get_or_insert_function(b.module, kind, name), [total, x, y])


def carried(b: Builder, parts: list[Value], mask: bool = True) -> list[Value]:
    """Carry signed limbs; the last keeps the rest.

    Without the mask, limbs keep above their 52 bits what they passed on: enough for factors, of which the
    instruction reads 52 bits, and for nothing else.
    """
    out = []
    carry = None
    for i, part in enumerate(parts):
        if carry is not None:
            part = b.add(part, carry)
        if i < len(parts) - 1:
            carry = b.ashr(part, splat(LIMB_BITS))
            if mask:
                part = b.and_(part, splat(LIMB_MASK))
        out.append(part)
    return out


def emit_product(
    b: Builder, x: list[Value], y: list[Value], modulus: int, short: bool = False
) -> list[Value]:
    """Montgomery product x·y/2^(52·limbs), row by row; the limbs of the result are not carried.

    A ``short`` one leaves out the last step of the reduction: x·y/2^(52·(limbs − 1)), below x·y/2^364 + q for
    Fq; the upper limbs of x and y must multiply to less than 2^52.

    The high halves of a row and the low halves of the next do not wait for the row's reduction factor, so
    they are issued first and hide its latency.
    """
    zero = splat(0)
    n = len(x)
    p = [splat(w) for w in limbs52(modulus, n)]
    negative_inverse = splat(-pow(modulus, -1, 1 << LIMB_BITS) % (1 << LIMB_BITS))
    t = [_madd(b, "l", zero, x[j], y[0]) for j in range(n)] + [zero]
    for i in range(n - 1 if short else n):
        factor = _madd(b, "l", zero, t[0], negative_inverse)
        # The lowest limb becomes a multiple of 2^52: its carry is one more unless it was zero already.
        carry = b.lshr(b.add(t[0], splat(LIMB_MASK)), splat(LIMB_BITS))
        t = [*t[1:], zero]
        for j in range(n):
            t[j] = _madd(b, "h", t[j], x[j], y[i])
        if i + 1 < n:
            for j in range(n):
                t[j] = _madd(b, "l", t[j], x[j], y[i + 1])
        t[0] = b.add(t[0], carry)
        for j in range(1, n):
            t[j - 1] = _madd(b, "l", t[j - 1], factor, p[j])
        for j in range(n):
            t[j] = _madd(b, "h", t[j], factor, p[j])
    if short:
        for j in range(n - 1):
            t[j + 1] = _madd(b, "h", t[j + 1], x[j], y[n - 1])
    return t[:n]


def emit_square(b: Builder, x: list[Value], modulus: int, short: bool = False) -> list[Value]:
    """The product of x with itself: 36 products of limbs instead of 64; the result is not carried."""
    zero = splat(0)
    n = len(x)
    p = [splat(w) for w in limbs52(modulus, n)]
    negative_inverse = splat(-pow(modulus, -1, 1 << LIMB_BITS) % (1 << LIMB_BITS))
    t = [zero] * (2 * n)
    for i in range(n):
        for j in range(i + 1, n):
            t[i + j] = _madd(b, "l", t[i + j], x[i], x[j])
            t[i + j + 1] = _madd(b, "h", t[i + j + 1], x[i], x[j])
    t = [b.add(part, part) for part in t]
    steps = n - 1 if short else n
    for i in range(n):
        t[2 * i] = _madd(b, "l", t[2 * i], x[i], x[i])
        if i < steps:
            t[2 * i + 1] = _madd(b, "h", t[2 * i + 1], x[i], x[i])
    for i in range(steps):
        factor = _madd(b, "l", zero, t[i], negative_inverse)
        carry = b.lshr(b.add(t[i], splat(LIMB_MASK)), splat(LIMB_BITS))
        t[i + 1] = b.add(t[i + 1], carry)
        for j in range(1, n):
            t[i + j] = _madd(b, "l", t[i + j], factor, p[j])
        for j in range(n):
            t[i + j + 1] = _madd(b, "h", t[i + j + 1], factor, p[j])
    return t[steps : steps + n]


def _product(inline: bool, carry: bool = True, mask: bool = True, short: bool = False) -> Callable[..., Any]:
    def body(b: Builder, x: Value, y: Value) -> Value:
        parts = emit_product(b, parts_of(b, x), parts_of(b, y), FQ_MODULUS, short)
        return pack_array(b, carried(b, parts, mask) if carry else parts)

    def operation(typing_context: Any, x: Any, y: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            return body(b, *args) if inline else call_shared(b, "avm_lanes_product", ROW, args, body)

        return lanes(lanes, lanes), codegen

    return intrinsic(operation)


def _loose_short_square(typing_context: Any, x: Any) -> Any:
    """Intrinsic: x → x²/2^364, not carried."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        return pack_array(b, emit_square(b, parts_of(b, args[0]), FQ_MODULUS, short=True))

    return lanes(lanes), codegen


product = _product(inline=True)
"""(x, y) → x·y/2^416."""
loose_product = _product(inline=True, carry=False)
"""The same, not carried: for a result that only goes into ``linear``."""
shared_product = _product(inline=False)
"""The same, as a function that all call sites share: less code, a little slower."""
factor_product = _product(inline=True, mask=False)
"""The same for a result that only is a factor."""
short_product = _product(inline=True, mask=False, short=True)
"""(x, y) → x·y/2^364, below 7000·q for x and y below 1.01·q, for a result that only is a factor."""
loose_short_square: Callable[..., Any] = intrinsic(_loose_short_square)


def weighted_sum(
    b: Builder, coefficients: tuple[int, ...], row: Value, values: list[list[Value]]
) -> list[Value]:
    """Return the limbs of Σ coefficients·values + the number at ``row`` in every lane, not carried."""
    parts = []
    for k in range(LIMBS):
        total = broadcast(b, b.load(b.gep(row, [ir.Constant(WORD, k)])))
        for value, coefficient in zip(values, coefficients):
            part = value[k]
            if abs(coefficient) != 1:
                part = b.mul(part, splat(abs(coefficient)))
            total = b.add(total, part) if coefficient > 0 else b.sub(total, part)
        parts.append(total)
    return parts


def linear(*coefficients: int, mask: bool = True) -> Callable[..., Any]:
    """Return an intrinsic (x, y, …, table, row) → Σ coefficients·values + row of the table, carried.

    The row is eight limbs of a multiple of q that keeps the sum from being negative. Without the mask the
    result only is good as a factor.
    """
    count = len(coefficients)

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = context.make_array(signature.args[count])(context, b, args[count]).data
        place = b.gep(data, [b.mul(args[count + 1], ir.Constant(WORD, LIMBS))])
        values = [parts_of(b, value) for value in args[:count]]
        return pack_array(b, carried(b, weighted_sum(b, coefficients, place, values), mask))

    def one(typing_context: Any, x: Any, table: Any, row: Any) -> Any:
        return lanes(lanes, table, types.int64), codegen

    def two(typing_context: Any, x: Any, y: Any, table: Any, row: Any) -> Any:
        return lanes(lanes, lanes, table, types.int64), codegen

    def three(typing_context: Any, x: Any, y: Any, z: Any, table: Any, row: Any) -> Any:
        return lanes(lanes, lanes, lanes, table, types.int64), codegen

    return intrinsic((one, two, three)[count - 1])


def broadcast(b: Builder, word: Value) -> Value:
    single = b.insert_element(ir.Constant(VECTOR, ir.Undefined), word, ir.Constant(INDEX, 0))
    mask = ir.Constant(ir.VectorType(INDEX, 8), [0] * 8)
    return b.shuffle_vector(single, ir.Constant(VECTOR, ir.Undefined), mask)


def shuffle(b: Builder, x: Value, y: Value, order: list[int]) -> Value:
    return b.shuffle_vector(x, y, ir.Constant(ir.VectorType(INDEX, 8), order))


def transposed(b: Builder, rows: list[Value]) -> list[Value]:
    """Transpose eight vectors of eight words in three levels of shuffles."""
    first = []
    for i in range(0, 8, 2):
        first.append(shuffle(b, rows[i], rows[i + 1], [0, 8, 2, 10, 4, 12, 6, 14]))
        first.append(shuffle(b, rows[i], rows[i + 1], [1, 9, 3, 11, 5, 13, 7, 15]))
    second: list[Value] = [None] * 8
    for group in (0, 4):
        for k in (0, 1):
            x, y = first[group + k], first[group + 2 + k]
            second[group + k] = shuffle(b, x, y, [0, 1, 8, 9, 4, 5, 12, 13])
            second[group + 2 + k] = shuffle(b, x, y, [2, 3, 10, 11, 6, 7, 14, 15])
    out: list[Value] = [None] * 8
    for k in range(4):
        out[k] = shuffle(b, second[k], second[4 + k], [0, 1, 2, 3, 8, 9, 10, 11])
        out[4 + k] = shuffle(b, second[k], second[4 + k], [4, 5, 6, 7, 12, 13, 14, 15])
    return out


def vector_place(b: Builder, data: Value, offset: Value) -> Value:
    return b.bitcast(b.gep(data, [offset]), VECTOR.as_pointer())


def _row_places(context: Any, b: Builder, kinds: Any, args: Any) -> list[Value]:
    """Return where the vectors of (rows, indices, position, offset) are: eight rows of sixteen words."""
    data = context.make_array(kinds[0])(context, b, args[0]).data
    index = context.make_array(kinds[1])(context, b, args[1]).data
    places = []
    for lane in range(8):
        row = b.load(b.gep(index, [b.add(args[2], ir.Constant(WORD, lane))]))
        places.append(vector_place(b, data, b.add(b.mul(row, ir.Constant(WORD, 16)), args[3])))
    return places


def _load_rows(typing_context: Any, rows: Any, indices: Any, position: Any, offset: Any) -> Any:
    """Intrinsic: lane l is the eight words at 16·indices[position + l] + offset."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        loaded = [b.load(place, align=8) for place in _row_places(context, b, signature.args, args)]
        return pack_array(b, transposed(b, loaded))

    return lanes(rows, indices, types.int64, types.int64), codegen


def _store_rows(typing_context: Any, rows: Any, indices: Any, position: Any, offset: Any, value: Any) -> Any:
    """Intrinsic: the inverse of ``load_rows``."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        places = _row_places(context, b, signature.args, args)
        for place, vector in zip(places, transposed(b, parts_of(b, args[4]))):
            b.store(vector, place, align=8)
        return context.get_dummy_value()

    return types.void(rows, indices, types.int64, types.int64, lanes), codegen


def _store_lines(typing_context: Any, lines: Any, indices: Any, position: Any, value: Any) -> Any:
    """Intrinsic: write lane l to the eight words at 8·indices[position + l]."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = context.make_array(signature.args[0])(context, b, args[0]).data
        index = context.make_array(signature.args[1])(context, b, args[1]).data
        for lane, vector in enumerate(transposed(b, parts_of(b, args[3]))):
            line = b.load(b.gep(index, [b.add(args[2], ir.Constant(WORD, lane))]))
            place = vector_place(b, data, b.mul(line, ir.Constant(WORD, LIMBS)))
            b.store(vector, place, align=8)
        return context.get_dummy_value()

    return types.void(lines, indices, types.int64, lanes), codegen


def _load_block(typing_context: Any, blocks: Any, index: Any) -> Any:
    """Intrinsic: the value stored as 64 words in a row."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = context.make_array(signature.args[0])(context, b, args[0]).data
        base = b.mul(args[1], ir.Constant(WORD, 64))
        places = [vector_place(b, data, b.add(base, ir.Constant(WORD, 8 * k))) for k in range(LIMBS)]
        return pack_array(b, [b.load(place, align=8) for place in places])

    return lanes(blocks, types.int64), codegen


def _store_block(typing_context: Any, blocks: Any, index: Any, value: Any) -> Any:
    """Intrinsic: the inverse of ``load_block``."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = context.make_array(signature.args[0])(context, b, args[0]).data
        base = b.mul(args[1], ir.Constant(WORD, 64))
        for k, part in enumerate(parts_of(b, args[2])):
            b.store(part, vector_place(b, data, b.add(base, ir.Constant(WORD, 8 * k))), align=8)
        return context.get_dummy_value()

    return types.void(blocks, types.int64, lanes), codegen


def constant(x: int) -> Callable[..., Any]:
    """Return an intrinsic () → eight times the integer x, as it stands (not turned into Montgomery form)."""

    def make(typing_context: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            return pack_array(b, [splat(w) for w in limbs52(x)])

        return lanes(), codegen

    return intrinsic(make)


def rotation(steps: int) -> Callable[..., Any]:
    """Return an intrinsic x → lane l of the result is lane l + steps (mod 8) of x."""

    def rotate(typing_context: Any, x: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            order = [(lane + steps) % 8 for lane in range(8)]
            return pack_array(b, [shuffle(b, part, part, order) for part in parts_of(b, args[0])])

        return lanes(lanes), codegen

    return intrinsic(rotate)


def _where_above(typing_context: Any, words: Any, position: Any, bound: Any, x: Any, y: Any) -> Any:
    """Intrinsic: lane l of x where words[position + l] > bound, else of y."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = context.make_array(signature.args[0])(context, b, args[0]).data
        values = b.load(vector_place(b, data, args[1]), align=8)
        mask = b.icmp_signed(">", values, broadcast(b, args[2]))
        pairs = zip(parts_of(b, args[3]), parts_of(b, args[4]))
        return pack_array(b, [b.select(mask, left, right) for left, right in pairs])

    return lanes(words, types.int64, types.int64, lanes, lanes), codegen


load_rows: Callable[..., Any] = intrinsic(_load_rows)
store_rows: Callable[..., Any] = intrinsic(_store_rows)
store_lines: Callable[..., Any] = intrinsic(_store_lines)
load_block: Callable[..., Any] = intrinsic(_load_block)
store_block: Callable[..., Any] = intrinsic(_store_block)
where_above: Callable[..., Any] = intrinsic(_where_above)
