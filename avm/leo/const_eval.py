"""Compile-time evaluation of operators, casts and functions over constants.

Every rule gives the value that the virtual machine would compute, or the reason why it would halt.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from avm.leo import ast, const_eval_machine
from avm.leo.const_eval_values import (
    FIELD_MODULUS,
    SCALAR_MODULUS,
    EvaluationError,
    Scalar,
    Value,
    equal,
    numeric_type,
    resolve,
)

_NAME = re.compile("[A-Za-z][A-Za-z0-9_]*")
_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "Gte": operator.ge,
    "Gt": operator.gt,
    "Lte": operator.le,
    "Lt": operator.lt,
}
_BOOLEANS: dict[str, Callable[[bool, bool], bool]] = {
    "And": lambda a, b: a and b,
    "Or": lambda a, b: a or b,
    "BitwiseAnd": lambda a, b: a and b,
    "BitwiseOr": lambda a, b: a or b,
    "Xor": lambda a, b: a != b,
    "Nand": lambda a, b: not (a and b),
    "Nor": lambda a, b: not (a or b),
}
_BITWISE: dict[str, Callable[[int, int], int]] = {
    "BitwiseAnd": operator.and_,
    "BitwiseOr": operator.or_,
    "Xor": operator.xor,
}
_TYPE_ERROR = "Type error"


def wrap(value: int, type_: ast.IntegerType) -> int:
    """The value modulo the type's range."""
    value &= (1 << type_.bits) - 1
    return value - (1 << type_.bits) if type_.is_signed and value > type_.maximum else value


def _truncated(x: int, y: int) -> tuple[int, int]:
    quotient = abs(x) // abs(y)
    if (x < 0) != (y < 0):
        quotient = -quotient
    return quotient, x - quotient * y


def _checked(value: int, type_: ast.IntegerType, reason: str) -> Scalar:
    if not type_.minimum <= value <= type_.maximum:
        raise EvaluationError(reason)
    return Scalar(type_, value)


def _integers(op: str, type_: ast.IntegerType, x: int, y: int) -> Scalar:
    """Operators over two integers of one type."""
    if op in _COMPARISONS:
        return Scalar(ast.BOOLEAN, _COMPARISONS[op](x, y))
    if op in _BITWISE:
        return Scalar(type_, _BITWISE[op](x, y))
    match op:
        case "Add":
            return _checked(x + y, type_, "add overflow")
        case "Sub":
            return _checked(x - y, type_, "sub overflow")
        case "Mul":
            return _checked(x * y, type_, "mul overflow")
        case "AddWrapped":
            return Scalar(type_, wrap(x + y, type_))
        case "SubWrapped":
            return Scalar(type_, wrap(x - y, type_))
        case "MulWrapped":
            return Scalar(type_, wrap(x * y, type_))
        case "Div" | "Rem" | "Mod":
            reason = {"Div": "div overflow", "Rem": "rem error", "Mod": "mod overflow"}[op]
            if op == "Mod" and type_.is_signed:
                raise EvaluationError(_TYPE_ERROR)
            if y == 0 or (y == -1 and x == type_.minimum and type_.is_signed):
                raise EvaluationError(reason)
            quotient, remainder = _truncated(x, y)
            return Scalar(type_, quotient if op == "Div" else remainder)
        case "DivWrapped" | "RemWrapped":
            if y == 0:
                raise EvaluationError(_TYPE_ERROR)
            quotient, remainder = _truncated(x, y)
            return Scalar(type_, wrap(quotient if op == "DivWrapped" else remainder, type_))
        case _:
            raise EvaluationError(_TYPE_ERROR)


def _powers_and_shifts(op: str, left: Scalar, right: Scalar) -> Scalar:
    """Operators whose right side is a small unsigned integer of its own type."""
    type_, amount_type = left.type_, right.type_
    if not isinstance(type_, ast.IntegerType) or amount_type not in (ast.U8, ast.U16, ast.U32):
        raise EvaluationError(_TYPE_ERROR)
    x, amount = int(left.value), int(right.value)
    match op:
        case "Pow":
            if abs(x) > 1 and amount > type_.bits:
                raise EvaluationError("pow overflow")
            return _checked(_power(x, amount), type_, "pow overflow")
        case "PowWrapped":
            return Scalar(type_, wrap(pow(x, amount, 1 << type_.bits), type_))
        case "Shl":
            if amount >= type_.bits:
                raise EvaluationError("shl overflow")
            shifted = wrap(x << amount, type_)
            if shifted >> amount != x:
                raise EvaluationError("shl")
            return Scalar(type_, shifted)
        case "Shr":
            if amount >= type_.bits:
                raise EvaluationError("shr overflow")
            return Scalar(type_, x >> amount)
        case "ShlWrapped":
            return Scalar(type_, wrap(x << (amount % type_.bits), type_))
        case _:
            return Scalar(type_, x >> (amount % type_.bits))


def _power(x: int, amount: int) -> int:
    if abs(x) <= 1:
        return x if amount % 2 else (1 if amount == 0 or x else 0)
    return int(x**amount)


def _field(op: str, x: int, y: int) -> Scalar:
    if op in _COMPARISONS:
        return Scalar(ast.BOOLEAN, _COMPARISONS[op](x, y))
    match op:
        case "Add":
            return Scalar(ast.FIELD, (x + y) % FIELD_MODULUS)
        case "Sub":
            return Scalar(ast.FIELD, (x - y) % FIELD_MODULUS)
        case "Mul":
            return Scalar(ast.FIELD, x * y % FIELD_MODULUS)
        case "Div":
            if y == 0:
                raise EvaluationError("div overflow")
            return Scalar(ast.FIELD, x * pow(y, -1, FIELD_MODULUS) % FIELD_MODULUS)
        case "Pow":
            return Scalar(ast.FIELD, pow(x, y, FIELD_MODULUS))
        case _:
            raise EvaluationError(_TYPE_ERROR)


def _operands(op: str, left: Value, right: Value, expected: ast.Type | None) -> tuple[Value, Value]:
    """Both operands with open numerals resolved by the other operand and the expected type."""
    left_type, right_type = numeric_type(left), numeric_type(right)
    if op == "Mul":
        partner = {ast.GROUP: ast.SCALAR, ast.SCALAR: ast.GROUP}

        def beside(value: Value, other: ast.Type | None) -> Value:
            if other in partner:
                return resolve(value, partner[other])
            return resolve(resolve(value, other), expected)

        return beside(left, right_type), beside(right, left_type)
    if op == "Pow":
        only_field = ast.FIELD if right_type == ast.FIELD else None
        base = resolve(resolve(left, only_field), expected)
        return base, resolve(right, ast.FIELD if left_type == ast.FIELD else None)
    return (
        resolve(resolve(left, right_type), expected),
        resolve(resolve(right, left_type), expected),
    )


def binary(op: str, left: Value, right: Value, expected: ast.Type | None) -> Value:
    """The value of `left op right`; EvaluationError where it halts."""
    if op in ("Eq", "Neq"):
        expected = None
    left, right = _operands(op, left, right, expected)
    if op in ("Eq", "Neq"):
        return Scalar(ast.BOOLEAN, equal(left, right) == (op == "Eq"))
    if not (isinstance(left, Scalar) and isinstance(right, Scalar)):
        raise EvaluationError(_TYPE_ERROR)
    if isinstance(left.value, bool) and isinstance(right.value, bool):
        if op not in _BOOLEANS:
            raise EvaluationError(_TYPE_ERROR)
        return Scalar(ast.BOOLEAN, _BOOLEANS[op](left.value, right.value))
    if left.type_ == ast.FIELD == right.type_:
        return _field(op, int(left.value), int(right.value))
    if op in ("Pow", "PowWrapped", "Shl", "ShlWrapped", "Shr", "ShrWrapped"):
        return _powers_and_shifts(op, left, right)
    if left.type_ != right.type_ or isinstance(left.value, str):
        if ast.GROUP in (left.type_, right.type_):
            return _group(op, left, right)
        raise EvaluationError(_TYPE_ERROR)
    if isinstance(left.type_, ast.IntegerType):
        return _integers(op, left.type_, int(left.value), int(right.value))
    if left.type_ == ast.SCALAR:
        if op in _COMPARISONS:
            return Scalar(ast.BOOLEAN, _COMPARISONS[op](int(left.value), int(right.value)))
        if op == "Add":
            return Scalar(ast.SCALAR, (int(left.value) + int(right.value)) % SCALAR_MODULUS)
    if left.type_ == ast.GROUP:
        return _group(op, left, right)
    raise EvaluationError(_TYPE_ERROR)


def _group(op: str, left: Scalar, right: Scalar) -> Scalar:
    """Group arithmetic over x-coordinates."""
    from avm.algebra import edwards

    def point(value: Scalar) -> tuple[int, int]:
        return edwards.from_x(int(value.value))

    if op in ("Add", "Sub") and left.type_ == ast.GROUP == right.type_:
        combine = edwards.add if op == "Add" else edwards.sub
        return Scalar(ast.GROUP, combine(point(left), point(right))[0])
    if op == "Mul" and left.type_ == ast.SCALAR and right.type_ == ast.GROUP:
        left, right = right, left
    if op == "Mul" and left.type_ == ast.GROUP and right.type_ == ast.SCALAR:
        return Scalar(ast.GROUP, edwards.mul(point(left), int(right.value))[0])
    raise EvaluationError(_TYPE_ERROR)


def _group_unary(op: str, x: int) -> Scalar:
    from avm.algebra import edwards

    match op:
        case "ToXCoordinate":
            return Scalar(ast.FIELD, x)
        case "ToYCoordinate":
            return Scalar(ast.FIELD, edwards.from_x(x)[1])
        case "Negate":
            return Scalar(ast.GROUP, edwards.neg(edwards.from_x(x))[0])
        case "Double":
            return Scalar(ast.GROUP, edwards.double(edwards.from_x(x))[0])
        case _:
            raise EvaluationError(_TYPE_ERROR)


def unary(op: str, value: Value, expected: ast.Type | None) -> Value:
    """The value of a unary operator; EvaluationError where it halts."""
    if op in ("Inverse", "Square", "SquareRoot"):
        expected = ast.FIELD
    elif op in ("ToXCoordinate", "ToYCoordinate"):
        expected = ast.GROUP
    value = resolve(value, expected)
    if not isinstance(value, Scalar) or isinstance(value.value, str):
        raise EvaluationError(_TYPE_ERROR)
    type_, x = value.type_, int(value.value)
    if op == "Not":
        if isinstance(value.value, bool):
            return Scalar(ast.BOOLEAN, not value.value)
        if isinstance(type_, ast.IntegerType):
            return Scalar(type_, wrap(~x, type_))
    elif type_ == ast.FIELD:
        return _field_unary(op, x)
    elif type_ == ast.GROUP:
        return _group_unary(op, x)
    elif isinstance(type_, ast.IntegerType) and type_.is_signed:
        if op in ("Abs", "Negate"):
            reason = "abs overflow" if op == "Abs" else "negation overflow"
            return _checked(abs(x) if op == "Abs" else -x, type_, reason)
        if op == "AbsWrapped":
            return Scalar(type_, wrap(abs(x), type_))
    raise EvaluationError(_TYPE_ERROR)


def _field_unary(op: str, x: int) -> Value:
    match op:
        case "Double":
            return Scalar(ast.FIELD, 2 * x % FIELD_MODULUS)
        case "Negate":
            return Scalar(ast.FIELD, -x % FIELD_MODULUS)
        case "Square":
            return Scalar(ast.FIELD, x * x % FIELD_MODULUS)
        case "Inverse":
            if x == 0:
                raise EvaluationError("attempt to invert 0field")
            return Scalar(ast.FIELD, pow(x, -1, FIELD_MODULUS))
        case "SquareRoot":
            return const_eval_machine.run("sqrt r0 into r1;", (Scalar(ast.FIELD, x),))
        case _:
            raise EvaluationError(_TYPE_ERROR)


def _identifier(value: Value | None) -> Value | None:
    """The name whose letters are the bytes of a field element, the first letter lowest."""
    if not isinstance(value, Scalar):
        return None
    letters = int(value.value).to_bytes(32, "little").rstrip(b"\0").decode("ascii", "replace")
    return Scalar(ast.IDENTIFIER, letters) if _NAME.fullmatch(letters) else None


def cast(value: Value, type_: ast.Type) -> Value | None:
    """The value cast to a type; None where the cast would halt."""
    if not isinstance(value, Scalar):
        return None
    if value.type_ == type_:
        return value
    if value.type_ == ast.IDENTIFIER:
        return cast(Scalar(ast.FIELD, int.from_bytes(str(value.value).encode(), "little")), type_)
    if type_ == ast.IDENTIFIER:
        return _identifier(cast(value, ast.FIELD))
    groups = (ast.GROUP, ast.ADDRESS)
    if isinstance(value.value, str) or value.type_ in groups or type_ in groups:
        if not isinstance(type_, (ast.PrimitiveType, ast.IntegerType)):
            return None
        return const_eval_machine.cast(value, "boolean" if type_ == ast.BOOLEAN else type_.name)
    x = int(value.value)
    if type_ == ast.BOOLEAN:
        return Scalar(type_, x == 1) if x in (0, 1) else None
    if isinstance(type_, ast.IntegerType):
        return Scalar(type_, x) if type_.minimum <= x <= type_.maximum else None
    if type_ == ast.FIELD:
        return Scalar(type_, x % FIELD_MODULUS)
    if type_ == ast.SCALAR:
        if isinstance(value.type_, ast.IntegerType) and x < 0:
            return Scalar(type_, x % SCALAR_MODULUS)
        return Scalar(type_, x) if x < SCALAR_MODULUS else None
    return None
