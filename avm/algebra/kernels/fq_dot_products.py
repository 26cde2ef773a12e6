"""Sums of products over Fq in eight lanes with one reduction each, on values in memory.

A value is a block of ``avm.algebra.kernels.fq_ifma``: 64 words, limb k of lane l at 8k + l. The terms of a
sum are given by tables of offsets, so one short piece of machine code serves every formula. A sum of n
products of values below a·q and b·q comes out below 1.01·q while n·a·b < 2^32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from avm.algebra.aot import intrinsic
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.fq_blocks import LIMBS
from avm.algebra.kernels.fq_ifma import (
    VECTOR,
    broadcast,
    carried,
    get_or_insert_function,
    shuffle,
    splat,
    vector_place,
)
from avm.algebra.kernels.limbs import WORD, call_shared, types
from avm.algebra.kernels.radix52 import LIMB_BITS, limbs52

Words = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]
Builder = Any
Value = Any


def _madd(b: Builder, half: str, total: Value, x: Value, y: Value) -> Value:
    kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
    name = f"llvm.x86.avx512.vpmadd52{half}.uq.512"
    return b.call(get_or_insert_function(b.module, kind, name), [total, x, y])


def _reduced(b: Builder, t: list[Value]) -> list[Value]:
    """Montgomery reduction of sixteen columns below 2^60; the result's limbs are not carried."""
    p = [splat(w) for w in limbs52(FQ_MODULUS)]
    negative_inverse = splat(-pow(FQ_MODULUS, -1, 1 << LIMB_BITS) % (1 << LIMB_BITS))
    t = list(t)
    for i in range(LIMBS):
        factor = _madd(b, "l", splat(0), t[i], negative_inverse)
        for j in range(LIMBS):
            t[i + j] = _madd(b, "l", t[i + j], factor, p[j])
        t[i + 1] = b.add(t[i + 1], b.lshr(t[i], splat(LIMB_BITS)))
        for j in range(LIMBS):
            t[i + j + 1] = _madd(b, "h", t[i + j + 1], factor, p[j])
    return t[LIMBS:]


def _sum_of_products(name: str, broadcasts: bool, adds: bool) -> Callable[..., Any]:
    """Return an intrinsic (blocks, terms, begin, end, out, addend): block out = Σ x·y (+ block addend).

    ``terms`` holds pairs of offsets in words, used are those with begin <= k < end, at least one; with
    ``broadcasts`` the first of a pair is where the lowest limb of one lane is, which all lanes take.
    """

    def body(
        b: Builder, data: Value, terms: Value, begin: Value, end: Value, out: Value, addend: Value
    ) -> Value:
        start = b.block
        loop = b.append_basic_block("terms")
        done = b.append_basic_block("done")
        b.branch(loop)
        b.position_at_end(loop)
        k = b.phi(WORD)
        k.add_incoming(begin, start)
        t = [b.phi(VECTOR) for _ in range(2 * LIMBS)]
        for column in t:
            column.add_incoming(splat(0), start)
        pair = b.mul(k, ir.Constant(WORD, 2))
        left = b.load(b.gep(terms, [pair]))
        right = b.load(b.gep(terms, [b.add(pair, ir.Constant(WORD, 1))]))
        total: list[Value] = list(t)
        y = [
            b.load(vector_place(b, data, b.add(right, ir.Constant(WORD, 8 * j))), align=64)
            for j in range(LIMBS)
        ]
        for i in range(LIMBS):
            at = b.add(left, ir.Constant(WORD, 8 * i))
            if broadcasts:
                x = broadcast(b, b.load(b.gep(data, [at])))
            else:
                x = b.load(vector_place(b, data, at), align=64)
            for j in range(LIMBS):
                total[i + j] = _madd(b, "l", total[i + j], x, y[j])
            for j in range(LIMBS):
                total[i + j + 1] = _madd(b, "h", total[i + j + 1], x, y[j])
        following = b.add(k, ir.Constant(WORD, 1))
        k.add_incoming(following, b.block)
        for column, value in zip(t, total):
            column.add_incoming(value, b.block)
        b.cbranch(b.icmp_signed("<", following, end), loop, done)
        b.position_at_end(done)
        parts = _reduced(b, total)
        if adds:
            parts = [
                b.add(part, b.load(vector_place(b, data, b.add(addend, ir.Constant(WORD, 8 * j))), align=64))
                for j, part in enumerate(parts)
            ]
        for j, part in enumerate(carried(b, parts)):
            b.store(part, vector_place(b, data, b.add(out, ir.Constant(WORD, 8 * j))), align=64)
        return ir.Constant(WORD, 0)

    def operation(
        typing_context: Any, blocks: Any, terms: Any, begin: Any, end: Any, out: Any, addend: Any
    ) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            data = context.make_array(signature.args[0])(context, b, args[0]).data
            table = context.make_array(signature.args[1])(context, b, args[1]).data
            call_shared(b, name, WORD, (data, table, *args[2:]), body)
            return context.get_dummy_value()

        return types.void(blocks, terms, *[types.int64] * 4), codegen

    return intrinsic(operation)


sum_of_products = _sum_of_products("avm_lane_sum", broadcasts=False, adds=False)
"""Lane by lane; ``addend`` is not used."""
sum_of_products_and = _sum_of_products("avm_lane_sum_and", broadcasts=False, adds=True)
sum_of_multiples = _sum_of_products("avm_lane_multiples", broadcasts=True, adds=False)
sum_of_multiples_and = _sum_of_products("avm_lane_multiples_and", broadcasts=True, adds=True)


def _combination(typing_context: Any, blocks: Any, x: Any, c: Any, y: Any, d: Any, out: Any) -> Any:
    """Intrinsic: block out = c·x + d·y + 1024·q with one small signed factor for each lane.

    ``x``, ``y`` and ``out`` are offsets in words of blocks, ``c`` and ``d`` those of eight factors.
    """

    def body(b: Builder, data: Value, x: Value, c: Value, y: Value, d: Value, out: Value) -> Value:
        left = b.load(vector_place(b, data, c), align=64)
        right = b.load(vector_place(b, data, d), align=64)
        parts = []
        for j, limb in enumerate(limbs52(FQ_MODULUS << 10)):
            step = ir.Constant(WORD, 8 * j)
            first = b.mul(b.load(vector_place(b, data, b.add(x, step)), align=64), left)
            second = b.mul(b.load(vector_place(b, data, b.add(y, step)), align=64), right)
            parts.append(b.add(b.add(first, second), splat(limb)))
        for j, part in enumerate(carried(b, parts)):
            b.store(part, vector_place(b, data, b.add(out, ir.Constant(WORD, 8 * j))), align=64)
        return ir.Constant(WORD, 0)

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = context.make_array(signature.args[0])(context, b, args[0]).data
        call_shared(b, "avm_lane_combination", WORD, (data, *args[1:]), body)
        return context.get_dummy_value()

    return types.void(blocks, *[types.int64] * 5), codegen


combination: Callable[..., Any] = intrinsic(_combination)


def joined(order: list[int]) -> Callable[..., Any]:
    """Return an intrinsic (blocks, x, y, out): lane l of out is lane order[l] of x ‖ y (offsets in words)."""
    name = "avm_lane_joined_" + "_".join(map(str, order))

    def body(b: Builder, data: Value, x: Value, y: Value, out: Value) -> Value:
        for j in range(LIMBS):
            step = ir.Constant(WORD, 8 * j)
            left = b.load(vector_place(b, data, b.add(x, step)), align=64)
            right = b.load(vector_place(b, data, b.add(y, step)), align=64)
            b.store(shuffle(b, left, right, order), vector_place(b, data, b.add(out, step)), align=64)
        return ir.Constant(WORD, 0)

    def operation(typing_context: Any, blocks: Any, x: Any, y: Any, out: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            data = context.make_array(signature.args[0])(context, b, args[0]).data
            call_shared(b, name, WORD, (data, *args[1:]), body)
            return context.get_dummy_value()

        return types.void(blocks, *[types.int64] * 3), codegen

    return intrinsic(operation)
