"""Prime field arithmetic on 64-bit limbs, emitted as LLVM code: for every processor, and beside the lanes.

An element is a tuple of n words, least significant first, in Montgomery form x·2^(64n) and always reduced.
A product goes row by row (CIOS, Koç et al. 1996). Sums, differences and, in the portable tier, the rows are
written as operations on wide integers, which LLVM turns into chains of additions with carry; in the tier
"asm" the rows are assembly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba.core.cgutils
import numba.types
from llvmlite import ir

from avm.algebra.aot import intrinsic
from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.algebra.kernels import limbs_asm
from avm.algebra.tiers import limb_tier

types: Any = numba.types
pack_array: Callable[..., Any] = numba.core.cgutils.pack_array

WORD = ir.IntType(64)
WIDE = ir.IntType(128)
PLACE = WORD.as_pointer()
Builder = Any
Value = Any


def words(x: int, count: int) -> list[int]:
    """Split an integer into 64-bit words, least significant first."""
    return [(x >> (64 * i)) & 0xFFFFFFFFFFFFFFFF for i in range(count)]


def _pack(b: Builder, parts: list[Value]) -> Value:
    """Join words to one wide integer."""
    wide = ir.IntType(64 * len(parts))
    result = b.zext(parts[0], wide)
    for i, part in enumerate(parts[1:], 1):
        result = b.or_(result, b.shl(b.zext(part, wide), ir.Constant(wide, 64 * i)))
    return result


def _unpack(b: Builder, x: Value) -> list[Value]:
    count = x.type.width // 64
    return [b.trunc(b.lshr(x, ir.Constant(x.type, 64 * i)) if i else x, WORD) for i in range(count)]


def _subtract_once(b: Builder, x: Value, modulus: int) -> Value:
    """Reduce a wide integer below 2·modulus."""
    less = b.usub_with_overflow(x, ir.Constant(x.type, modulus))
    return b.select(b.extract_value(less, 1), x, b.extract_value(less, 0))


def _row(b: Builder, x: list[Value], factor: Value) -> tuple[Value, Value]:
    """Return two wide integers, a word longer than x, whose sum is x·factor: low halves and high halves."""
    low, high = [], []
    for word in x:
        product = b.mul(b.zext(word, WIDE), b.zext(factor, WIDE))
        low.append(b.trunc(product, WORD))
        high.append(b.trunc(b.lshr(product, ir.Constant(WIDE, 64)), WORD))
    wide = ir.IntType(64 * (len(x) + 1))
    return b.zext(_pack(b, low), wide), b.shl(b.zext(_pack(b, high), wide), ir.Constant(wide, 64))


def _portable_mul(b: Builder, x: list[Value], y: list[Value], modulus: int) -> list[Value]:
    """Montgomery product: row by row, add x·y[i] and the multiple of p that clears the lowest word."""
    n = len(x)
    p = [ir.Constant(WORD, word) for word in words(modulus, n)]
    negative_inverse = ir.Constant(WORD, -pow(modulus, -1, 1 << 64) % (1 << 64))
    total = None
    for factor in y:
        low, high = _row(b, x, factor)
        total = b.add(low if total is None else b.add(total, low), high)
        low, high = _row(b, p, b.mul(b.trunc(total, WORD), negative_inverse))
        total = b.lshr(b.add(b.add(total, low), high), ir.Constant(total.type, 64))
    return _unpack(b, _subtract_once(b, b.trunc(total, ir.IntType(64 * n)), modulus))


def _place(b: Builder, x: list[Value]) -> Value:
    """Return a place on the stack that holds the words.

    Atomic stores keep LLVM from joining words to a vector, from which single words are loaded late.
    """
    with b.goto_entry_block():
        place = b.bitcast(b.alloca(ir.ArrayType(WORD, len(x))), PLACE)
    for k, word in enumerate(x):
        b.store_atomic(word, b.gep(place, [ir.Constant(WORD, k)]), "unordered", 8)
    return place


def emit_mul(b: Builder, x: list[Value], y: list[Value], modulus: int) -> list[Value]:
    """x·y/2^(64n) modulo p. y must be reduced; x may be any number below 2^(64n) − 2p."""
    if limb_tier() != "asm":
        return _portable_mul(b, x, y, modulus)
    if len(x) <= limbs_asm.LONGEST_IN_REGISTERS:
        total = limbs_asm.product_of_words(b, x, _place(b, y), modulus)
    else:
        total = limbs_asm.product_of_places(b, _place(b, x), _place(b, y), modulus, len(x))
    return _unpack(b, _subtract_once(b, _pack(b, total), modulus))


def emit_add(b: Builder, x: list[Value], y: list[Value], modulus: int) -> list[Value]:
    """x + y modulo p; of any x + 0 it subtracts p if that is possible."""
    return _unpack(b, _subtract_once(b, b.add(_pack(b, x), _pack(b, y)), modulus))


def emit_sub(b: Builder, x: list[Value], y: list[Value], modulus: int) -> list[Value]:
    """x − y modulo p."""
    less = b.usub_with_overflow(_pack(b, x), _pack(b, y))
    rest = b.extract_value(less, 0)
    correction = b.select(
        b.extract_value(less, 1), ir.Constant(rest.type, modulus), ir.Constant(rest.type, 0)
    )
    return _unpack(b, b.add(rest, correction))


def call_shared(b: Builder, name: str, result: Any, args: Any, body: Callable[..., Value]) -> Value:
    """Call a private function of the module being compiled, made by ``body(builder, *args)`` at first use.

    Sharing keeps compile time linear in the number of call sites.
    """
    function = b.module.globals.get(name)
    if function is None:
        kind = ir.FunctionType(result, [a.type for a in args])
        function = ir.Function(b.module, kind, name)
        function.linkage = "linkonce_odr"
        function.attributes.add("noinline")
        function.attributes.add("nounwind")
        inner = ir.IRBuilder(function.append_basic_block("entry"))
        inner.ret(body(inner, *function.args))
    return b.call(function, args)


Emitter = Callable[[Builder, list[Value], list[Value], int], list[Value]]


def binary_operation(name: str, emit: Emitter, modulus: int, n: int, inline: bool) -> Callable[..., Any]:
    """Return an intrinsic (element, element) → element; its code is shared in a module unless inlined."""
    element = types.UniTuple(types.uint64, n)

    def body(b: Builder, left: Value, right: Value) -> Value:
        x, y = ([b.extract_value(value, k) for k in range(n)] for value in (left, right))
        return pack_array(b, emit(b, x, y, modulus))

    def operation(typing_context: Any, left: Any, right: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            if inline:
                return body(b, *args)
            return call_shared(b, name, ir.ArrayType(WORD, n), args, body)

        return element(element, element), codegen

    return intrinsic(operation)


def _element_place(context: Any, b: Builder, array: Any, args: Any, n: int) -> Value:
    """Return the place of the element that (array, index, …) names."""
    data = context.make_array(array)(context, b, args[0]).data
    place = b.gep(data, [b.mul(args[1], ir.Constant(WORD, n))])
    return b.bitcast(place, ir.ArrayType(WORD, n).as_pointer())


def load_operation(n: int) -> Callable[..., Any]:
    """Return an intrinsic (contiguous array of words, index of the element) → element."""

    def load(typing_context: Any, array: Any, index: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            return b.load(_element_place(context, b, array, args, n), align=8)

        return types.UniTuple(types.uint64, n)(array, types.int64), codegen

    return intrinsic(load)


def store_operation(n: int) -> Callable[..., Any]:
    """Return an intrinsic (contiguous array of words, index of the element, element) → None."""

    def store(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            b.store(args[2], _element_place(context, b, array, args, n), align=8)
            return context.get_dummy_value()

        return types.void(array, types.int64, types.UniTuple(types.uint64, n)), codegen

    return intrinsic(store)


FR_WORDS = 4
FQ_WORDS = 6

fr_mul = binary_operation("avm_fr_mul", emit_mul, FR_MODULUS, FR_WORDS, inline=False)
fr_mul_inline = binary_operation("avm_fr_mul_inline", emit_mul, FR_MODULUS, FR_WORDS, inline=True)
fr_add = binary_operation("avm_fr_add", emit_add, FR_MODULUS, FR_WORDS, inline=True)
fr_sub = binary_operation("avm_fr_sub", emit_sub, FR_MODULUS, FR_WORDS, inline=True)
fr_load = load_operation(FR_WORDS)
fr_store = store_operation(FR_WORDS)

fq_mul = binary_operation("avm_fq_mul", emit_mul, FQ_MODULUS, FQ_WORDS, inline=False)
fq_add = binary_operation("avm_fq_add", emit_add, FQ_MODULUS, FQ_WORDS, inline=False)
fq_sub = binary_operation("avm_fq_sub", emit_sub, FQ_MODULUS, FQ_WORDS, inline=False)
fq_load = load_operation(FQ_WORDS)
fq_store = store_operation(FQ_WORDS)
