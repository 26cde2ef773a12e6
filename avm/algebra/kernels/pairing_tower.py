"""The two long loops of the pairing over Fq12, portable tier: Miller's with given lines, and the power a^x.

Elements lie in memory as in ``avm.algebra.tower``: twelve words for Fq2 (c0, c1 in Montgomery form), three of
those for Fq6, six for Fq12. Every operation is one function of machine code that others call: inlined, they
would take minutes to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir

from avm.algebra.aot import intrinsic, kernel
from avm.algebra.fields import FQ_MODULUS
from avm.algebra.kernels.limbs import WORD, call_shared, emit_add, emit_mul, emit_sub, types

Words = npt.NDArray[np.uint64]
Builder = Any
Value = Any
Pair = tuple[list[Value], list[Value]]

N = 6
PARAMETER_BITS = np.array([int(bit) for bit in bin(0x8508C00000000001)[3:]], dtype=np.uint8)
"""The bits of the curve parameter after the first."""
SCRATCH = 12 * 24
"""Words of scratch that the kernels need."""


def _add(b: Builder, x: list[Value], y: list[Value]) -> list[Value]:
    return emit_add(b, x, y, FQ_MODULUS)


def _sub(b: Builder, x: list[Value], y: list[Value]) -> list[Value]:
    return emit_sub(b, x, y, FQ_MODULUS)


def _mul(b: Builder, x: list[Value], y: list[Value]) -> list[Value]:
    return emit_mul(b, x, y, FQ_MODULUS)


def _times_five(b: Builder, x: list[Value]) -> list[Value]:
    twice = _add(b, x, x)
    return _add(b, _add(b, twice, twice), x)


def _product(b: Builder, x: Pair, y: Pair) -> Pair:
    """Karatsuba; u² = −5."""
    low, high = _mul(b, x[0], y[0]), _mul(b, x[1], y[1])
    cross = _mul(b, _add(b, x[0], x[1]), _add(b, y[0], y[1]))
    return _sub(b, low, _times_five(b, high)), _sub(b, _sub(b, cross, low), high)


def _sum(b: Builder, x: Pair, y: Pair) -> Pair:
    return _add(b, x[0], y[0]), _add(b, x[1], y[1])


def _difference(b: Builder, x: Pair, y: Pair) -> Pair:
    return _sub(b, x[0], y[0]), _sub(b, x[1], y[1])


def _scaled(b: Builder, x: Pair, y: Pair) -> Pair:
    """x times the c0 of y."""
    return _mul(b, x[0], y[0]), _mul(b, x[1], y[0])


def _sum_with_u(b: Builder, x: Pair, y: Pair) -> Pair:
    """x + u·y."""
    return _sub(b, x[0], _times_five(b, y[1])), _add(b, x[1], y[0])


Places = tuple[Value, ...]


def _at(b: Builder, place: Value, k: int) -> Value:
    """Return the place k elements of Fq2 further on."""
    return b.gep(place, [ir.Constant(WORD, 2 * N * k)]) if k else place


def _load(b: Builder, place: Value) -> Pair:
    parts = [b.load(b.gep(place, [ir.Constant(WORD, k)])) for k in range(2 * N)]
    return parts[:N], parts[N:]


def _on_fq2(name: str, emit: Callable[[Builder, Pair, Pair], Pair]) -> Callable[..., None]:
    """Return (builder, o, i, j) → None that emits the call o = emit(i, j) on elements of Fq2 in memory."""

    def body(b: Builder, out: Value, left: Value, right: Value) -> Value:
        low, high = emit(b, _load(b, left), _load(b, right))
        for k, part in enumerate([*low, *high]):
            b.store(part, b.gep(out, [ir.Constant(WORD, k)]))
        return ir.Constant(WORD, 0)

    def call(b: Builder, o: Value, i: Value, j: Value) -> None:
        call_shared(b, name, WORD, (o, i, j), body)

    return call


mul2 = _on_fq2("avm_fq2_mul", _product)
add2 = _on_fq2("avm_fq2_add", _sum)
sub2 = _on_fq2("avm_fq2_sub", _difference)
scale2 = _on_fq2("avm_fq2_scale", _scaled)
add2_times_u = _on_fq2("avm_fq2_add_times_u", _sum_with_u)


def _on_tower(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function that emits calls, given a builder and places, into one that emits a call of itself."""

    def decorate(emit: Callable[..., None]) -> Callable[..., None]:
        def body(b: Builder, *places: Value) -> Value:
            emit(b, *places)
            return ir.Constant(WORD, 0)

        def call(b: Builder, *places: Value) -> None:
            call_shared(b, name, WORD, places, body)

        return call

    return decorate


@_on_tower("avm_fq6_add")
def add6(b: Builder, o: Value, x: Value, y: Value) -> None:
    """o = x + y."""
    for k in range(3):
        add2(b, _at(b, o, k), _at(b, x, k), _at(b, y, k))


@_on_tower("avm_fq6_sub")
def sub6(b: Builder, o: Value, x: Value, y: Value) -> None:
    """o = x − y."""
    for k in range(3):
        sub2(b, _at(b, o, k), _at(b, x, k), _at(b, y, k))


@_on_tower("avm_fq6_mul")
def mul6(b: Builder, o: Value, x: Value, y: Value, scratch: Value) -> None:
    """o = x·y by Karatsuba, with six elements of scratch; o overlaps neither x nor y."""
    t = [_at(b, scratch, k) for k in range(6)]
    xs, ys, os = ([_at(b, place, k) for k in range(3)] for place in (x, y, o))
    for k in range(3):
        mul2(b, t[k], xs[k], ys[k])
    # The cross term of coefficients 1, 2 belongs to v³ = u, that of 2, 0 to v², that of 0, 1 to v.
    for i, j, target in ((1, 2, os[0]), (2, 0, os[2]), (0, 1, os[1])):
        add2(b, t[3], xs[i], xs[j])
        add2(b, t[4], ys[i], ys[j])
        mul2(b, t[5], t[3], t[4])
        sub2(b, t[5], t[5], t[i])
        sub2(b, target, t[5], t[j])
    add2_times_u(b, os[0], t[0], os[0])
    add2_times_u(b, os[1], os[1], t[2])
    add2(b, os[2], os[2], t[1])


def _add_times_v(b: Builder, o: Value, x: Value, y: Value) -> None:
    """o = x + v·y; o does not overlap y."""
    add2_times_u(b, o, x, _at(b, y, 2))
    for k in (1, 2):
        add2(b, _at(b, o, k), _at(b, x, k), _at(b, y, k - 1))


def _square12(b: Builder, f: Value, scratch: Value) -> None:
    """f = f², with 21 elements of scratch."""
    left, right, product, cross, total, rest = (_at(b, scratch, 3 * k) for k in range(6))
    high = _at(b, f, 3)
    # f0² + v·f1² = (f0 + f1)(f0 + v·f1) − f0·f1 − v·f0·f1
    add6(b, left, f, high)
    _add_times_v(b, right, f, high)
    mul6(b, cross, f, high, rest)
    mul6(b, product, left, right, rest)
    sub6(b, product, product, cross)
    sub6(b, total, cross, cross)
    _add_times_v(b, left, total, cross)
    sub6(b, f, product, left)
    add6(b, high, cross, cross)


def _mul12(b: Builder, f: Value, g: Value, scratch: Value) -> None:
    """f = f·g, with 21 elements of scratch."""
    low, high, left, right, cross, rest = (_at(b, scratch, 3 * k) for k in range(6))
    f1, g1 = _at(b, f, 3), _at(b, g, 3)
    mul6(b, low, f, g, rest)
    mul6(b, high, f1, g1, rest)
    add6(b, left, f, f1)
    add6(b, right, g, g1)
    mul6(b, cross, left, right, rest)
    sub6(b, cross, cross, low)
    sub6(b, f1, cross, high)
    _add_times_v(b, f, low, high)


@_on_tower("avm_fq6_mul_by_line")
def mul6_by_line(b: Builder, o: Value, x: Value, c: Value, scratch: Value) -> None:
    """o = x·(c0 + c1·v), with four elements of scratch."""
    t = [_at(b, scratch, k) for k in range(4)]
    xs, os = ([_at(b, place, k) for k in range(3)] for place in (x, o))
    c0, c1 = c, _at(b, c, 1)
    mul2(b, t[0], xs[0], c0)
    mul2(b, t[1], xs[1], c1)
    add2(b, t[2], xs[0], xs[1])
    add2(b, t[3], c0, c1)
    mul2(b, os[1], t[2], t[3])
    sub2(b, os[1], os[1], t[0])
    sub2(b, os[1], os[1], t[1])
    mul2(b, t[2], xs[2], c1)
    add2_times_u(b, os[0], t[0], t[2])
    mul2(b, t[2], xs[2], c0)
    add2(b, os[2], t[1], t[2])


def _mul12_by_line(b: Builder, f: Value, line: Value, scales: Value, scratch: Value) -> None:
    """f = f·(1 + (c0 + c1·v)·w) for c = line·scales, with twelve elements of scratch."""
    c, low, high, rest = (_at(b, scratch, k) for k in (0, 2, 5, 8))
    for k in (0, 1):
        scale2(b, _at(b, c, k), _at(b, line, k), _at(b, scales, k))
    mul6_by_line(b, low, f, c, rest)
    mul6_by_line(b, high, _at(b, f, 3), c, rest)
    add6(b, _at(b, f, 3), _at(b, f, 3), low)
    _add_times_v(b, f, f, high)


def _operation(emit: Callable[..., None], count: int) -> Callable[..., Any]:
    """Return an intrinsic of ``count`` contiguous arrays and their offsets in elements of Fq2."""

    def places(context: Any, b: Builder, signature: Any, args: Any) -> Places:
        result = []
        for k in range(count):
            data = context.make_array(signature.args[k])(context, b, args[k]).data
            result.append(b.gep(data, [b.mul(args[count + k], ir.Constant(WORD, 2 * N))]))
        return tuple(result)

    def codegen(context: Any, b: Builder, signature: Any, args: Any) -> Value:
        emit(b, *places(context, b, signature, args))
        return context.get_dummy_value()

    def on_two(typing_context: Any, x: Any, y: Any, i: Any, j: Any) -> Any:
        return types.void(x, y, types.int64, types.int64), codegen

    def on_three(typing_context: Any, x: Any, y: Any, z: Any, i: Any, j: Any, k: Any) -> Any:
        return types.void(x, y, z, types.int64, types.int64, types.int64), codegen

    def on_four(typing_context: Any, x: Any, y: Any, z: Any, w: Any, i: Any, j: Any, k: Any, n: Any) -> Any:
        return types.void(x, y, z, w, *[types.int64] * 4), codegen

    made: dict[int, Callable[..., Any]] = {2: on_two, 3: on_three, 4: on_four}
    return intrinsic(made[count])


square12 = _operation(_square12, 2)
mul12 = _operation(_mul12, 3)
mul12_by_line = _operation(_mul12_by_line, 4)


@kernel("void(uint64[::1],uint64[::1],uint8[::1],uint64[::1],uint64[::1])")
def miller_loop(lines: Words, scales: Words, bits: npt.NDArray[np.uint8], f: Words, scratch: Words) -> None:
    """Turn f, the one of Fq12 at first, into the product of the Miller functions of some pairs.

    ``lines`` holds two elements of Fq2 per line, pair by pair; ``scales`` two per pair, −x/y and 1/y
    (c1 zero) of its point in G1, by which they are multiplied. ``bits`` are those of the curve parameter
    after the first.
    """
    pairs = len(scales) // 24
    length = len(lines) // (24 * pairs)
    step = 0
    for bit in bits:
        square12(f, scratch, 0, 0)
        for _ in range(1 + np.int64(bit)):
            for p in range(pairs):
                mul12_by_line(f, lines, scales, scratch, 0, 2 * (length * p + step), 2 * p, 0)
            step += 1


@kernel("void(uint64[::1],uint8[::1],uint64[::1],uint64[::1])")
def power(a: Words, bits: npt.NDArray[np.uint8], f: Words, scratch: Words) -> None:
    """Raise f, equal to a at first, to the power whose bits after the first are given."""
    for bit in bits:
        square12(f, scratch, 0, 0)
        if bit:
            mul12(f, a, scratch, 0, 0, 0)
