"""The value half of the integers: every operation on plain Python integers, wrapping or halting.

An operation takes the type first and its operands after it; shifts and powers take the magnitude unsigned
(`console/types/integers`, `console/network/environment/src/traits/types.rs`).
"""

from __future__ import annotations

from avm.base.errors import Halt
from avm.types.literal_type import LiteralType


def wrap(type: LiteralType, value: int) -> int:
    """Return the value of this type with the same low bits (two's complement)."""
    value &= (1 << type.bits) - 1
    return value - (1 << type.bits) if value > type.max else value


def unsigned(type: LiteralType, value: int) -> int:
    """Return the bit pattern of a value as an unsigned integer."""
    return value & ((1 << type.bits) - 1)


def _misfit(type: LiteralType, value: int, expression: str, op: str) -> Halt:
    if value < type.min:
        limit = "zero" if type.min == 0 else f"{type.min}{type}"
        return Halt(f"{expression} is below {limit}, so {op} halts")
    return Halt(f"{expression} is above {type.max}{type}, so {op} halts")


def _binary(type: LiteralType, a: int, sign: str, b: int) -> str:
    return f"{a}{type} {sign} {b}{type}"


def abs_(type: LiteralType, a: int) -> int:
    """Return |a|; the smallest value halts."""
    value = abs(a)
    if value <= type.max:
        return value
    raise _misfit(type, value, f"|{a}{type}|", "abs")


def abs_w(type: LiteralType, a: int) -> int:
    """Return |a|; the smallest value stays itself."""
    return wrap(type, abs(a))


def add(type: LiteralType, a: int, b: int) -> int:
    """Return a + b; overflow halts."""
    value = a + b
    if type.min <= value <= type.max:
        return value
    raise _misfit(type, value, _binary(type, a, "+", b), "add")


def add_w(type: LiteralType, a: int, b: int) -> int:
    """Return a + b, wrapping."""
    return wrap(type, a + b)


def sub(type: LiteralType, a: int, b: int) -> int:
    """Return a - b; overflow halts."""
    value = a - b
    if type.min <= value <= type.max:
        return value
    raise _misfit(type, value, _binary(type, a, "-", b), "sub")


def sub_w(type: LiteralType, a: int, b: int) -> int:
    """Return a - b, wrapping."""
    return wrap(type, a - b)


def mul(type: LiteralType, a: int, b: int) -> int:
    """Return a * b; overflow halts."""
    value = a * b
    if type.min <= value <= type.max:
        return value
    raise _misfit(type, value, _binary(type, a, "*", b), "mul")


def mul_w(type: LiteralType, a: int, b: int) -> int:
    """Return a * b, wrapping."""
    return wrap(type, a * b)


def _quotient(type: LiteralType, a: int, b: int, sign: str, op: str) -> int:
    if b == 0:
        raise Halt(f"{_binary(type, a, sign, b)} divides by zero, so {op} halts")
    quotient = abs(a) // abs(b)
    return -quotient if (a < 0) != (b < 0) else quotient


def div(type: LiteralType, a: int, b: int) -> int:
    """Return a / b towards zero; division by zero and the smallest value by -1 halt."""
    quotient = _quotient(type, a, b, "/", "div")
    if quotient <= type.max:
        return quotient
    raise _misfit(type, quotient, _binary(type, a, "/", b), "div")


def div_w(type: LiteralType, a: int, b: int) -> int:
    """Return a / b towards zero, wrapping; division by zero halts."""
    return wrap(type, _quotient(type, a, b, "/", "div.w"))


def rem(type: LiteralType, a: int, b: int) -> int:
    """Return the remainder with the sign of a; division by zero and the smallest value by -1 halt."""
    quotient = _quotient(type, a, b, "%", "rem")
    if quotient <= type.max:
        return a - quotient * b
    raise _misfit(type, quotient, _binary(type, a, "/", b), "rem")


def rem_w(type: LiteralType, a: int, b: int) -> int:
    """Return the remainder with the sign of a; division by zero halts."""
    return a - _quotient(type, a, b, "%", "rem.w") * b


def mod(type: LiteralType, a: int, b: int) -> int:
    """Return a modulo b for unsigned types; zero halts."""
    return a - _quotient(type, a, b, "mod", "mod") * b


def neg(type: LiteralType, a: int) -> int:
    """Return -a; the smallest value halts."""
    value = -a
    if type.min <= value <= type.max:
        return value
    raise _misfit(type, value, f"-({a}{type})", "neg")


def pow_(type: LiteralType, a: int, n: int) -> int:
    """Return a to the power of n; overflow halts; 0 to the 0 is 1."""
    # From the width on only -1, 0 and 1 do not overflow, and only the parity of the exponent matters.
    power: int = a ** min(n, type.bits + n % 2)
    if type.min <= power <= type.max:
        return power
    raise _misfit(type, power, f"{a}{type} ** {n}", "pow")


def pow_w(type: LiteralType, a: int, n: int) -> int:
    """Return a to the power of n, wrapping."""
    return wrap(type, pow(a, n, 1 << type.bits))


def shl(type: LiteralType, a: int, n: int) -> int:
    """Return a * 2^n; a shift by the width or more, and overflow, halt."""
    check_shift(type, a, "<<", n, "shl")
    value = a << n
    if type.min <= value <= type.max:
        return value
    raise _misfit(type, value, f"{a}{type} << {n}", "shl")


def shl_w(type: LiteralType, a: int, n: int) -> int:
    """Return a * 2^(n mod width), wrapping."""
    return wrap(type, a << n % type.bits)


def shr(type: LiteralType, a: int, n: int) -> int:
    """Return a shifted right, rounding down; a shift by the width or more halts."""
    check_shift(type, a, ">>", n, "shr")
    return a >> n


def shr_w(type: LiteralType, a: int, n: int) -> int:
    """Return a shifted right by n mod width, rounding down."""
    return a >> n % type.bits


def check_shift(type: LiteralType, a: int, sign: str, n: int, op: str) -> None:
    """Halt when a checked shift is by the width of the type or more."""
    if n >= type.bits:
        raise Halt(f"{a}{type} {sign} {n} shifts by {type.bits} bits or more, so {op} halts")


def and_(_type: LiteralType, a: int, b: int) -> int:
    """Return the bitwise and."""
    return a & b


def or_(_type: LiteralType, a: int, b: int) -> int:
    """Return the bitwise or."""
    return a | b


def xor(_type: LiteralType, a: int, b: int) -> int:
    """Return the bitwise exclusive or."""
    return a ^ b


def not_(type: LiteralType, a: int) -> int:
    """Return the value with every bit inverted."""
    return wrap(type, ~a)
