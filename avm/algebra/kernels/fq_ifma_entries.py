"""Eight points at a time by a list of entries: what the eight-lane sums of many points read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from avm.algebra.aot import intrinsic
from avm.algebra.kernels.fq_blocks import LIMBS
from avm.algebra.kernels.fq_ifma import (
    INDEX,
    VECTOR,
    Builder,
    Value,
    carried,
    get_or_insert_function,
    lanes,
    parts_of,
    splat,
    transposed,
    weighted_sum,
)
from avm.algebra.kernels.limbs import WORD, pack_array, types
from avm.algebra.kernels.point_table import ABSENT, BEFORE, LINE_WORDS, NEGATED

_ENTRY = ir.IntType(32)
_ENTRIES = ir.VectorType(_ENTRY, 8)
_BYTE = ir.IntType(8).as_pointer()


def _places(context: Any, b: Builder, kinds: Any, args: Any, of_y: bool) -> list[Value]:
    """Return where x or y of the entries at position … position + 7 lie."""
    table = context.make_array(kinds[0])(context, b, args[0]).data
    entries = context.make_array(kinds[1])(context, b, args[1]).data
    places = []
    for lane in range(8):
        entry = b.load(b.gep(entries, [b.add(args[2], ir.Constant(WORD, lane))]))
        word = b.zext(b.and_(entry, ir.Constant(_ENTRY, ABSENT - LINE_WORDS)), WORD)
        place = b.gep(table, [word])
        if of_y:
            before = b.zext(b.and_(entry, ir.Constant(_ENTRY, BEFORE)), WORD)
            place = b.gep(place, [b.sub(ir.Constant(WORD, LINE_WORDS), b.shl(before, ir.Constant(WORD, 3)))])
        places.append(place)
    return places


def _gather(of_y: bool) -> Callable[..., Any]:
    """Return an intrinsic (table, entries, position) → the coordinates of eight entries, not negated."""

    def gather(typing_context: Any, table: Any, entries: Any, position: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            places = _places(context, b, signature.args, args, of_y)
            return pack_array(
                b, transposed(b, [b.load(b.bitcast(place, VECTOR.as_pointer()), align=8) for place in places])
            )

        return lanes(table, entries, types.int64), codegen

    return intrinsic(gather)


def _touch(of_y: bool, first: int, last: int) -> Callable[..., Any]:
    """Return an intrinsic (table, entries, position): fetch coordinates of entries first … last − 1 of eight.

    Four at a time: a processor has only some sixteen places for lines on their way, and one that finds none
    stands still.
    """

    def touch(typing_context: Any, table: Any, entries: Any, position: Any) -> Any:
        def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
            kind = ir.FunctionType(ir.VoidType(), [_BYTE, INDEX, INDEX, INDEX])
            function = get_or_insert_function(b.module, kind, "llvm.prefetch.p0")
            for place in _places(context, b, signature.args, args, of_y)[first:last]:
                flags = [ir.Constant(INDEX, flag) for flag in (0, 3, 1)]
                b.call(function, [b.bitcast(place, _BYTE), *flags])
            return context.get_dummy_value()

        return types.void(table, entries, types.int64), codegen

    return intrinsic(touch)


def _load_entries(context: Any, b: Builder, kind: Any, array: Value, position: Value) -> Value:
    data = context.make_array(kind)(context, b, array).data
    return b.load(b.bitcast(b.gep(data, [position]), _ENTRIES.as_pointer()), align=4)


def _is_negated(b: Builder, entries: Value) -> Value:
    """Return for every lane whether its point is to be negated."""
    odd = b.and_(entries, ir.Constant(_ENTRIES, [NEGATED] * 8))
    return b.icmp_unsigned("!=", odd, ir.Constant(_ENTRIES, [0] * 8))


def _with_sign(typing_context: Any, entries: Any, position: Any, y: Any) -> Any:
    """Intrinsic: y with all limbs negated in the lanes whose point is to be negated."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        negated = _is_negated(b, _load_entries(context, b, signature.args[0], args[0], args[1]))
        parts = [b.select(negated, b.sub(splat(0), part), part) for part in parts_of(b, args[2])]
        return pack_array(b, parts)

    return lanes(entries, types.int64, lanes), codegen


def _rise(typing_context: Any, entries: Any, position: Any, y: Any, start: Any, table: Any, row: Any) -> Any:
    """Intrinsic: ±y − start + row of the table, by the entries' signs; for a result that only is a factor."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        negated = _is_negated(b, _load_entries(context, b, signature.args[0], args[0], args[1]))
        data = context.make_array(signature.args[4])(context, b, args[4]).data
        place = b.gep(data, [b.mul(args[5], ir.Constant(WORD, LIMBS))])
        rest = weighted_sum(b, (-1,), place, [parts_of(b, args[3])])
        pairs = zip(rest, parts_of(b, args[2]))
        parts = [b.select(negated, b.sub(low, high), b.add(low, high)) for low, high in pairs]
        return pack_array(b, carried(b, parts, mask=False))

    return lanes(entries, types.int64, lanes, lanes, table, types.int64), codegen


def _where_present(typing_context: Any, entries: Any, position: Any, x: Any, y: Any) -> Any:
    """Intrinsic: x in the lanes that have an entry, y in the others."""

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        found = _load_entries(context, b, signature.args[0], args[0], args[1])
        mask = b.icmp_signed(">=", found, ir.Constant(_ENTRIES, [0] * 8))
        pairs = zip(parts_of(b, args[2]), parts_of(b, args[3]))
        return pack_array(b, [b.select(mask, left, right) for left, right in pairs])

    return lanes(entries, types.int64, lanes, lanes), codegen


gather_x, gather_y = _gather(False), _gather(True)
touch_x_low, touch_x_high = _touch(False, 0, 4), _touch(False, 4, 8)
touch_y_low, touch_y_high = _touch(True, 0, 4), _touch(True, 4, 8)
with_sign: Callable[..., Any] = intrinsic(_with_sign)
rise: Callable[..., Any] = intrinsic(_rise)
where_present: Callable[..., Any] = intrinsic(_where_present)
