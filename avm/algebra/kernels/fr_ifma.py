"""Eight elements of Fr in eight lanes with AVX-512 IFMA, emitted as LLVM code: the parts of ``vector_ifma``.

A value is five vectors of limbs, radix 2^52, least significant first; a wide value is ten. In memory an
element is the four words of x·2^256 mod r. A product divides by 2^260: one factor is loaded 16 times too
large, or is a weight that holds the rest of the power of two. The instruction reads only the low 52 bits of
its factors, so factors are carried: limbs in 0 … 2^52 − 1, values below 2^260 > 200·r. A product is below
x·y/2^260 + r. What is stored is reduced; it must be below 2·r.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba.core.datamodel
import numba.extending
from llvmlite import ir

from avm.algebra.aot import intrinsic
from avm.algebra.fields import FR_MODULUS
from avm.algebra.kernels.fq_ifma import (
    INDEX,
    VECTOR,
    broadcast,
    carried,
    emit_product,
    get_or_insert_function,
    shuffle,
    splat,
    vector_place,
)
from avm.algebra.kernels.limbs import WORD, pack_array, types
from avm.algebra.kernels.radix52 import LIMB_BITS, LIMB_MASK, limbs52

Builder = Any
Value = Any

LIMBS = 5
_BITS = ir.VectorType(ir.IntType(1), 8)
_QUARTER = ir.VectorType(WORD, 4)
_MODULUS = [splat(w) for w in limbs52(FR_MODULUS, LIMBS)]


class FrLanesType(types.Type):  # type: ignore[misc]
    """numba's type of eight elements (5 limbs) or of eight unreduced sums of products (10 limbs)."""

    def __init__(self, limbs: int) -> None:
        super().__init__(name=f"FrLanes{limbs}")
        self.limbs = limbs


class _Model(numba.core.datamodel.models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, ir.ArrayType(VECTOR, kind.limbs))  # type: ignore[no-untyped-call]


numba.extending.register_model(FrLanesType)(_Model)
value = FrLanesType(LIMBS)
wide = FrLanesType(2 * LIMBS)


def _word(x: int) -> Value:
    return ir.Constant(WORD, x)


def _parts(b: Builder, x: Value) -> list[Value]:
    return [b.extract_value(x, i) for i in range(x.type.count)]


def madd(b: Builder, half: str, total: Value, x: Value, y: Value) -> Value:
    """total + the low or high 52 bits of the 104-bit products."""
    kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
    name = f"llvm.x86.avx512.vpmadd52{half}.uq.512"
    return b.call(get_or_insert_function(b.module, kind, name), [total, x, y])


def _array(context: Any, b: Builder, signature: Any, args: Any, index: int) -> Value:
    return context.make_array(signature.args[index])(context, b, args[index]).data


# ---- rows of four words to limbs and back


def limbs_of_words(b: Builder, words: list[Value], shift: int) -> list[Value]:
    """Return the limbs of 2^shift times the integers whose words are given."""
    out = []
    for k in range(LIMBS):
        start = LIMB_BITS * k - shift
        if start < 0:
            part = b.shl(words[0], splat(-start))
        else:
            word, bit = divmod(start, 64)
            part = b.lshr(words[word], splat(bit)) if bit else words[word]
            if bit + LIMB_BITS > 64 and word < 3:
                part = b.or_(part, b.shl(words[word + 1], splat(64 - bit)))
        out.append(b.and_(part, splat(LIMB_MASK)) if k < LIMBS - 1 or shift else part)
    return out


def words_of_limbs(b: Builder, limbs: list[Value]) -> list[Value]:
    """Return four words of carried limbs."""
    words = []
    for k in range(4):
        first, bit = divmod(64 * k, LIMB_BITS)
        low = b.lshr(limbs[first], splat(bit)) if bit else limbs[first]
        words.append(b.or_(low, b.shl(limbs[first + 1], splat(LIMB_BITS - bit))))
    return words


def words_of_rows(b: Builder, pairs: list[Value]) -> list[Value]:
    """Turn four vectors of two rows each to the four words of eight lanes."""
    halves = []
    for order in ([0, 4, 8, 12, 1, 5, 9, 13], [2, 6, 10, 14, 3, 7, 11, 15]):
        low, high = shuffle(b, pairs[0], pairs[1], order), shuffle(b, pairs[2], pairs[3], order)
        halves.append(shuffle(b, low, high, [0, 1, 2, 3, 8, 9, 10, 11]))
        halves.append(shuffle(b, low, high, [4, 5, 6, 7, 12, 13, 14, 15]))
    return halves


def rows_of_words(b: Builder, words: list[Value]) -> list[Value]:
    """The inverse of ``words_of_rows``."""
    rows = []
    for half in (0, 4):
        order = [x for lane in range(half, half + 4) for x in (lane, 8 + lane)]
        low, high = shuffle(b, words[0], words[1], order), shuffle(b, words[2], words[3], order)
        rows.append(shuffle(b, low, high, [0, 1, 8, 9, 2, 3, 10, 11]))
        rows.append(shuffle(b, low, high, [4, 5, 12, 13, 6, 7, 14, 15]))
    return rows


def reduced(b: Builder, limbs: list[Value]) -> list[Value]:
    """Carry limbs of a value below 2·r and subtract r where that is possible."""
    less = carried(b, [b.sub(x, p) for x, p in zip(limbs, _MODULUS)])
    limbs = carried(b, limbs)
    small = b.icmp_signed("<", less[-1], splat(0))
    return [b.select(small, x, y) for x, y in zip(limbs, less)]


def _masks(b: Builder, count: Value) -> list[Value]:
    """Return for every vector of two rows which of its words belong to the first ``count`` rows."""
    words = broadcast(b, b.shl(count, _word(2)))
    return [b.icmp_signed("<", ir.Constant(VECTOR, [8 * k + i for i in range(8)]), words) for k in range(4)]


def _masked_load(b: Builder, place: Value, mask: Value) -> Value:
    kind = ir.FunctionType(VECTOR, [place.type, INDEX, _BITS, VECTOR])
    function = get_or_insert_function(b.module, kind, "llvm.masked.load.v8i64.p0")
    return b.call(function, [place, ir.Constant(INDEX, 8), mask, splat(0)])


def _masked_store(b: Builder, part: Value, place: Value, mask: Value) -> None:
    kind = ir.FunctionType(ir.VoidType(), [VECTOR, place.type, INDEX, _BITS])
    function = get_or_insert_function(b.module, kind, "llvm.masked.store.v8i64.p0")
    b.call(function, [part, place, ir.Constant(INDEX, 8), mask])


def _load_rows(b: Builder, data: Value, first: Value, count: Value, shift: int) -> Value:
    base = b.shl(first, _word(2))
    pairs = [
        _masked_load(b, vector_place(b, data, b.add(base, _word(8 * k))), mask)
        for k, mask in enumerate(_masks(b, count))
    ]
    return pack_array(b, limbs_of_words(b, words_of_rows(b, pairs), shift))


def _load(shift: int) -> Callable[..., Any]:
    """Return an intrinsic (rows, first) → 2^shift times rows first … first + 7; zero past the end."""

    def load(typing_context: Any, rows: Any, first: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            array = context.make_array(signature.args[0])(context, b, args[0])
            count = b.sub(b.extract_value(array.shape, 0), args[1])
            return _load_rows(b, array.data, args[1], count, shift)

        return value(rows, types.int64), codegen

    return intrinsic(load)


def _load_at(typing_context: Any, address: Any, first: Any, count: Any) -> Any:
    """Intrinsic: rows first … first + 7 of ``count`` rows at an address; zero past the end."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = b.inttoptr(args[0], WORD.as_pointer())
        return _load_rows(b, data, args[1], b.sub(args[2], args[1]), 0)

    return value(types.uint64, types.int64, types.int64), codegen


def _store(typing_context: Any, rows: Any, first: Any, x: Any) -> Any:
    """Intrinsic: write a value below 2·r, of uncarried limbs, reduced, to the rows first … first + 7."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        array = context.make_array(signature.args[0])(context, b, args[0])
        count = b.sub(b.extract_value(array.shape, 0), args[1])
        base = b.shl(args[1], _word(2))
        parts = rows_of_words(b, words_of_limbs(b, reduced(b, _parts(b, args[2]))))
        for k, (part, mask) in enumerate(zip(parts, _masks(b, count))):
            _masked_store(b, part, vector_place(b, array.data, b.add(base, _word(8 * k))), mask)
        return context.get_dummy_value()

    return types.void(rows, types.int64, value), codegen


def _places(b: Builder, data: Value, rows: list[Value]) -> list[Value]:
    places = [b.gep(data, [b.shl(row, _word(2))]) for row in rows]
    return [b.bitcast(place, _QUARTER.as_pointer()) for place in places]


def _load_places(b: Builder, data: Value, rows: list[Value], shift: int) -> Value:
    quarters = [b.load(place, align=8) for place in _places(b, data, rows)]
    whole = ir.Constant(ir.VectorType(INDEX, 8), list(range(8)))
    pairs = [b.shuffle_vector(quarters[2 * k], quarters[2 * k + 1], whole) for k in range(4)]
    return pack_array(b, limbs_of_words(b, words_of_rows(b, pairs), shift))


def _gather(typing_context: Any, rows: Any, indices: Any, position: Any) -> Any:
    """Intrinsic: lane l is 16 times row indices[position + l]; past the end of the indices the last one."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        index = context.make_array(signature.args[1])(context, b, args[1])
        last = b.sub(b.extract_value(index.shape, 0), _word(1))
        chosen = []
        for lane in range(8):
            at = b.add(args[2], _word(lane))
            at = b.select(b.icmp_signed("<", at, last), at, last)
            chosen.append(b.load(b.gep(index.data, [at])))
        return _load_places(b, _array(context, b, signature, args, 0), chosen, 4)

    return value(rows, indices, types.int64), codegen


def _load_strided(typing_context: Any, rows: Any, first: Any, stride: Any) -> Any:
    """Intrinsic: lane l is row first + l·stride."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        chosen = [b.add(args[1], b.mul(args[2], _word(lane))) for lane in range(8)]
        return _load_places(b, _array(context, b, signature, args, 0), chosen, 0)

    return value(rows, types.int64, types.int64), codegen


def _store_strided(typing_context: Any, rows: Any, first: Any, stride: Any, x: Any) -> Any:
    """Intrinsic: write a value below 3·r, of uncarried limbs, reduced, to the rows first + l·stride."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        chosen = [b.add(args[1], b.mul(args[2], _word(lane))) for lane in range(8)]
        places = _places(b, _array(context, b, signature, args, 0), chosen)
        limbs = reduced(b, reduced(b, _parts(b, args[3])))
        parts = rows_of_words(b, words_of_limbs(b, limbs))
        for k, part in enumerate(parts):
            for half in (0, 1):
                order = ir.Constant(ir.VectorType(INDEX, 4), [4 * half + i for i in range(4)])
                b.store(b.shuffle_vector(part, part, order), places[2 * k + half], align=8)
        return context.get_dummy_value()

    return types.void(rows, types.int64, types.int64, value), codegen


# ---- values kept as limbs


def _load_limbs(typing_context: Any, limbs: Any, index: Any) -> Any:
    """Intrinsic: the value stored as limbs, 40 words in a row."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        base = b.mul(args[1], _word(8 * LIMBS))
        data = _array(context, b, signature, args, 0)
        places = [vector_place(b, data, b.add(base, _word(8 * k))) for k in range(LIMBS)]
        return pack_array(b, [b.load(place, align=8) for place in places])

    return value(limbs, types.int64), codegen


def _store_limbs(typing_context: Any, limbs: Any, index: Any, x: Any) -> Any:
    """Intrinsic: the inverse of ``load_limbs``, for five or ten limbs."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        parts = _parts(b, args[2])
        base = b.mul(args[1], _word(8 * len(parts)))
        data = _array(context, b, signature, args, 0)
        for k, part in enumerate(parts):
            b.store(part, vector_place(b, data, b.add(base, _word(8 * k))), align=8)
        return context.get_dummy_value()

    return types.void(limbs, types.int64, x), codegen


def _weight(typing_context: Any, weights: Any, index: Any) -> Any:
    """Intrinsic: eight times the value whose five limbs start at weights[5·index]."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = _array(context, b, signature, args, 0)
        base = b.mul(args[1], _word(LIMBS))
        parts = [b.load(b.gep(data, [b.add(base, _word(k))])) for k in range(LIMBS)]
        return pack_array(b, [broadcast(b, part) for part in parts])

    return value(weights, types.int64), codegen


# ---- arithmetic


def _mul(typing_context: Any, x: Any, y: Any) -> Any:
    """Intrinsic: x·y/2^260 of carried values; its limbs are not carried."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        return pack_array(b, emit_product(b, _parts(b, args[0]), _parts(b, args[1]), FR_MODULUS))

    return value(value, value), codegen


def _add(typing_context: Any, x: Any, y: Any) -> Any:
    """Intrinsic: x + y limb by limb."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        return pack_array(b, [b.add(p, q) for p, q in zip(_parts(b, args[0]), _parts(b, args[1]))])

    return value(value, value), codegen


def _carry(typing_context: Any, x: Any) -> Any:
    """Intrinsic: carry the limbs; the last keeps the rest."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        return pack_array(b, carried(b, _parts(b, args[0])))

    return x(x), codegen


def _or_one(typing_context: Any, x: Any, one: Any) -> Any:
    """Intrinsic: x, but ``one`` in lanes where x is zero."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        parts, others = _parts(b, args[0]), _parts(b, args[1])
        none = _is_zero(b, parts)
        return pack_array(b, [b.select(none, q, p) for p, q in zip(parts, others)])

    return value(value, value), codegen


def _zero_where_zero(typing_context: Any, x: Any, y: Any) -> Any:
    """Intrinsic: y, but zero in lanes where x is zero."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        none = _is_zero(b, _parts(b, args[0]))
        return pack_array(b, [b.select(none, splat(0), q) for q in _parts(b, args[1])])

    return value(value, value), codegen


def _is_zero(b: Builder, parts: list[Value]) -> Value:
    union = parts[0]
    for part in parts[1:]:
        union = b.or_(union, part)
    return b.icmp_unsigned("==", union, splat(0))


def _zero(kind: Any) -> Callable[..., Any]:
    def make(typing_context: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            return pack_array(b, [splat(0)] * kind.limbs)

        return kind(), codegen

    return intrinsic(make)


def _wide_add(typing_context: Any, total: Any, x: Any, y: Any) -> Any:
    """Intrinsic: total + x·y; up to 200 products fit between two carries."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        t, left, right = (_parts(b, arg) for arg in args)
        for i in range(LIMBS):
            for j in range(LIMBS):
                t[i + j] = madd(b, "l", t[i + j], left[j], right[i])
            for j in range(LIMBS):
                t[i + j + 1] = madd(b, "h", t[i + j + 1], left[j], right[i])
        return pack_array(b, t)

    return wide(wide, value, value), codegen


def _wide_reduce(typing_context: Any, total: Any) -> Any:
    """Intrinsic: total/2^260 modulo r, below total/2^260 + r; its limbs are not carried."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        t = _parts(b, args[0])
        inverse = splat(-pow(FR_MODULUS, -1, 1 << LIMB_BITS) % (1 << LIMB_BITS))
        for i in range(LIMBS):
            factor = madd(b, "l", splat(0), t[i], inverse)
            # The lowest limb becomes a multiple of 2^52: its carry is one more unless it was zero already.
            carry = b.lshr(b.add(t[i], splat(LIMB_MASK)), splat(LIMB_BITS))
            t[i + 1] = b.add(t[i + 1], carry)
            for j in range(1, LIMBS):
                t[i + j] = madd(b, "l", t[i + j], factor, _MODULUS[j])
            for j in range(LIMBS):
                t[i + j + 1] = madd(b, "h", t[i + j + 1], factor, _MODULUS[j])
        return pack_array(b, t[LIMBS:])

    return value(wide), codegen


load: Callable[..., Any] = _load(0)
load_times_16: Callable[..., Any] = _load(4)
load_at: Callable[..., Any] = intrinsic(_load_at)
store: Callable[..., Any] = intrinsic(_store)
gather_times_16: Callable[..., Any] = intrinsic(_gather)
load_strided: Callable[..., Any] = intrinsic(_load_strided)
store_strided: Callable[..., Any] = intrinsic(_store_strided)
load_limbs: Callable[..., Any] = intrinsic(_load_limbs)
store_limbs: Callable[..., Any] = intrinsic(_store_limbs)
weight: Callable[..., Any] = intrinsic(_weight)
mul: Callable[..., Any] = intrinsic(_mul)
add: Callable[..., Any] = intrinsic(_add)
carry: Callable[..., Any] = intrinsic(_carry)
or_one: Callable[..., Any] = intrinsic(_or_one)
zero_where_zero: Callable[..., Any] = intrinsic(_zero_where_zero)
zero: Callable[..., Any] = _zero(value)
wide_zero: Callable[..., Any] = _zero(wide)
wide_add: Callable[..., Any] = intrinsic(_wide_add)
wide_reduce: Callable[..., Any] = intrinsic(_wide_reduce)
