"""Arithmetic in eight lanes from memory to memory: little code at every use, for all but innermost loops.

A block is one value of eight lanes, 64 words of an aligned array; operations name blocks by their numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from avm.algebra.aot import intrinsic
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.fq_blocks import LIMBS
from avm.algebra.kernels.fq_ifma import VECTOR, Builder, Value, carried, emit_product, weighted_sum
from avm.algebra.kernels.limbs import WORD, call_shared, types

_BLOCK_WORDS = 64


def _place(b: Builder, data: Value, block: Value) -> Value:
    return b.gep(data, [b.mul(block, ir.Constant(WORD, _BLOCK_WORDS))])


def _load(b: Builder, place: Value) -> list[Value]:
    vectors = b.bitcast(place, VECTOR.as_pointer())
    return [b.load(b.gep(vectors, [ir.Constant(WORD, k)]), align=8) for k in range(LIMBS)]


def _store(b: Builder, place: Value, parts: list[Value]) -> Value:
    vectors = b.bitcast(place, VECTOR.as_pointer())
    for k, part in enumerate(parts):
        b.store(part, b.gep(vectors, [ir.Constant(WORD, k)]), align=8)
    return ir.Constant(WORD, 0)


def _product(typing_context: Any, blocks: Any, out: Any, x: Any, y: Any) -> Any:
    """Intrinsic: block out = block x · block y / 2^416."""

    def body(b: Builder, *places: Value) -> Value:
        parts = emit_product(b, _load(b, places[1]), _load(b, places[2]), FQ_MODULUS)
        return _store(b, places[0], carried(b, parts))

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = context.make_array(signature.args[0])(context, b, args[0]).data
        call_shared(b, "avm_block_product", WORD, [_place(b, data, arg) for arg in args[1:]], body)
        return context.get_dummy_value()

    return types.void(blocks, types.int64, types.int64, types.int64), codegen


def block_linear(*coefficients: int) -> Callable[..., Any]:
    """Return an intrinsic (blocks, out, x, y, …, table, row): out = Σ coefficients·values + row, carried.

    The row of the table is eight limbs of a multiple of q that keeps the sum from being negative.
    """
    count = len(coefficients)
    name = "avm_block_linear" + "".join(f"_{c}" for c in coefficients)

    def body(b: Builder, out: Value, row: Value, *places: Value) -> Value:
        return _store(b, out, carried(b, weighted_sum(b, coefficients, row, [_load(b, p) for p in places])))

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        data = context.make_array(signature.args[0])(context, b, args[0]).data
        table = context.make_array(signature.args[count + 2])(context, b, args[count + 2]).data
        row = b.gep(table, [b.mul(args[count + 3], ir.Constant(WORD, LIMBS))])
        out, *values = (_place(b, data, arg) for arg in args[1 : count + 2])
        call_shared(b, name, WORD, [out, row, *values], body)
        return context.get_dummy_value()

    index = types.int64

    def one(typing_context: Any, blocks: Any, out: Any, x: Any, table: Any, row: Any) -> Any:
        return types.void(blocks, index, index, table, index), codegen

    def two(typing_context: Any, blocks: Any, out: Any, x: Any, y: Any, table: Any, row: Any) -> Any:
        return types.void(blocks, index, index, index, table, index), codegen

    def three(
        typing_context: Any, blocks: Any, out: Any, x: Any, y: Any, z: Any, table: Any, row: Any
    ) -> Any:
        return types.void(blocks, index, index, index, index, table, index), codegen

    return intrinsic((one, two, three)[count - 1])


block_product: Callable[..., Any] = intrinsic(_product)
