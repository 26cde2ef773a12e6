"""Eight table rows at a time by a list of entries: what the eight-lane sums of many points read.

An entry is 2·row + (1 if the point is to be negated); bit 31 marks a lane that has no point at this place.
A row of the table is sixteen words: x and y in limbs of 52 bits, aligned to 64 bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from avm.algebra.kernels.compile import intrinsic
from avm.algebra.kernels.lanes import (
    INDEX,
    VECTOR,
    Builder,
    Value,
    get_or_insert_function,
    lanes,
    parts_of,
    transposed,
)
from avm.algebra.kernels.limbs import WORD, pack_array, types

ABSENT = 1 << 31
ROW_WORDS = 16
X, Y = 0, 8
"""Where a row's coordinates begin."""

_ENTRY = ir.IntType(32)
_ENTRIES = ir.VectorType(_ENTRY, 8)
_BYTE = ir.IntType(8).as_pointer()


def _places(context: Any, b: Builder, kinds: Any, args: Any, offset: int) -> list[Value]:
    """Return where the coordinates of the entries at position … position + 7 lie."""
    table = context.make_array(kinds[0])(context, b, args[0]).data
    entries = context.make_array(kinds[1])(context, b, args[1]).data
    places = []
    for lane in range(8):
        entry = b.load(b.gep(entries, [b.add(args[2], ir.Constant(WORD, lane))]))
        row = b.lshr(b.and_(entry, ir.Constant(_ENTRY, ABSENT - 1)), ir.Constant(_ENTRY, 1))
        word = b.mul(b.zext(row, WORD), ir.Constant(WORD, ROW_WORDS))
        places.append(b.gep(table, [b.add(word, ir.Constant(WORD, offset))]))
    return places


def _gather(offset: int) -> Callable[..., Any]:
    """Return an intrinsic (table, entries, position) → the coordinates of eight entries, not negated."""

    def gather(typing_context: Any, table: Any, entries: Any, position: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            places = _places(context, b, signature.args, args, offset)
            return pack_array(
                b, transposed(b, [b.load(b.bitcast(place, VECTOR.as_pointer()), align=8) for place in places])
            )

        return lanes(table, entries, types.int64), codegen

    return intrinsic(gather)


def _touch(offset: int, first: int, last: int) -> Callable[..., Any]:
    """Return an intrinsic (table, entries, position): fetch coordinates of entries first … last − 1 of eight.

    Four at a time: a processor has only some sixteen places for lines on their way, and one that finds none
    stands still.
    """

    def touch(typing_context: Any, table: Any, entries: Any, position: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            kind = ir.FunctionType(ir.VoidType(), [_BYTE, INDEX, INDEX, INDEX])
            function = get_or_insert_function(b.module, kind, "llvm.prefetch.p0")
            for place in _places(context, b, signature.args, args, offset)[first:last]:
                flags = [ir.Constant(INDEX, flag) for flag in (0, 3, 1)]
                b.call(function, [b.bitcast(place, _BYTE), *flags])
            return context.get_dummy_value()

        return types.void(table, entries, types.int64), codegen

    return intrinsic(touch)


def _load_entries(context: Any, b: Builder, kind: Any, array: Value, position: Value) -> Value:
    data = context.make_array(kind)(context, b, array).data
    return b.load(b.bitcast(b.gep(data, [position]), _ENTRIES.as_pointer()), align=4)


def _with_sign(typing_context: Any, entries: Any, position: Any, y: Any) -> Any:
    """Intrinsic: y with all limbs negated in the lanes whose entry is odd."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        found = _load_entries(context, b, signature.args[0], args[0], args[1])
        odd = b.zext(b.and_(found, ir.Constant(_ENTRIES, [1] * 8)), VECTOR)
        sign = b.sub(ir.Constant(VECTOR, [0] * 8), odd)
        return pack_array(b, [b.sub(b.xor(part, sign), sign) for part in parts_of(b, args[2])])

    return lanes(entries, types.int64, lanes), codegen


def _where_present(typing_context: Any, entries: Any, position: Any, x: Any, y: Any) -> Any:
    """Intrinsic: x in the lanes that have an entry, y in the others."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        found = _load_entries(context, b, signature.args[0], args[0], args[1])
        mask = b.icmp_signed(">=", found, ir.Constant(_ENTRIES, [0] * 8))
        pairs = zip(parts_of(b, args[2]), parts_of(b, args[3]))
        return pack_array(b, [b.select(mask, left, right) for left, right in pairs])

    return lanes(entries, types.int64, lanes, lanes), codegen


gather_x, gather_y = _gather(X), _gather(Y)
touch_x_low, touch_x_high = _touch(X, 0, 4), _touch(X, 4, 8)
touch_y_low, touch_y_high = _touch(Y, 0, 4), _touch(Y, 4, 8)
with_sign: Callable[..., Any] = intrinsic(_with_sign)
where_present: Callable[..., Any] = intrinsic(_where_present)
