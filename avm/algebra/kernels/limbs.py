"""Prime field arithmetic on 64-bit limbs, emitted as LLVM code: the portable tier on every processor.

An element is a tuple of n words, least significant first, in Montgomery form x·2^(64n) and always reduced.
Products are 64×64→128 bit multiply-accumulate steps (CIOS, Koç et al. 1996); LLVM turns them into the
machine's widening multiplication.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba.core.cgutils
import numba.types
from llvmlite import ir

from avm.algebra.fields import FQ_MODULUS, FR_MODULUS
from avm.algebra.kernels.compile import intrinsic

types: Any = numba.types
pack_array: Callable[..., Any] = numba.core.cgutils.pack_array

WORD = ir.IntType(64)
WIDE = ir.IntType(128)
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
    p = ir.Constant(x.type, modulus)
    return b.select(b.icmp_unsigned("<", x, p), x, b.sub(x, p))


def emit_mul(b: Builder, x: list[Value], y: list[Value], modulus: int) -> list[Value]:
    """Montgomery product: row by row, add x·y[i] and the multiple of p that clears the lowest word."""
    n = len(x)
    p = words(modulus, n)
    negative_inverse = ir.Constant(WORD, -pow(modulus, -1, 1 << 64) % (1 << 64))

    def step(total: Value | None, left: Value, right: Value, carry: Value | None) -> tuple[Value, Value]:
        product = b.mul(b.zext(left, WIDE), b.zext(right, WIDE))
        for term in (total, carry):
            if term is not None:
                product = b.add(product, b.zext(term, WIDE))
        return b.trunc(product, WORD), b.trunc(b.lshr(product, ir.Constant(WIDE, 64)), WORD)

    row: list[Value | None] = [None] * n
    for i in range(n):
        low, carry = step(row[0], x[0], y[i], None)
        factor = b.mul(low, negative_inverse)
        _, borrow = step(low, factor, ir.Constant(WORD, p[0]), None)
        shifted: list[Value | None] = [None] * n
        for j in range(1, n):
            word, carry = step(row[j], x[j], y[i], carry)
            shifted[j - 1], borrow = step(word, factor, ir.Constant(WORD, p[j]), borrow)
        # No carry out of the top word: both moduli leave their top word more than one bit free.
        shifted[n - 1] = b.add(carry, borrow)
        row = shifted
    return _unpack(b, _subtract_once(b, _pack(b, row), modulus))


def emit_add(b: Builder, x: list[Value], y: list[Value], modulus: int) -> list[Value]:
    """x + y modulo p."""
    return _unpack(b, _subtract_once(b, b.add(_pack(b, x), _pack(b, y)), modulus))


def emit_sub(b: Builder, x: list[Value], y: list[Value], modulus: int) -> list[Value]:
    """x − y modulo p."""
    left, right = _pack(b, x), _pack(b, y)
    correction = b.select(
        b.icmp_unsigned("<", left, right), ir.Constant(left.type, modulus), ir.Constant(left.type, 0)
    )
    return _unpack(b, b.add(b.sub(left, right), correction))


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
        x = [b.extract_value(left, i) for i in range(n)]
        y = [b.extract_value(right, i) for i in range(n)]
        return pack_array(b, emit(b, x, y, modulus))

    def operation(typing_context: Any, left: Any, right: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            if inline:
                return body(b, *args)
            return call_shared(b, name, ir.ArrayType(WORD, n), args, body)

        return element(element, element), codegen

    return intrinsic(operation)


def load_operation(n: int) -> Callable[..., Any]:
    """Return an intrinsic (contiguous array of words, index of the element) → element."""

    def load(typing_context: Any, array: Any, index: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            data = context.make_array(array)(context, b, args[0]).data
            base = b.mul(args[1], ir.Constant(WORD, n))
            parts = [b.load(b.gep(data, [b.add(base, ir.Constant(WORD, k))])) for k in range(n)]
            return pack_array(b, parts)

        return types.UniTuple(types.uint64, n)(array, types.int64), codegen

    return intrinsic(load)


def store_operation(n: int) -> Callable[..., Any]:
    """Return an intrinsic (contiguous array of words, index of the element, element) → None."""

    def store(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            data = context.make_array(array)(context, b, args[0]).data
            base = b.mul(args[1], ir.Constant(WORD, n))
            for k in range(n):
                place = b.gep(data, [b.add(base, ir.Constant(WORD, k))])
                b.store(b.extract_value(args[2], k), place)
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
