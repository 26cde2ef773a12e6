"""Compile-time evaluation of operators and casts over constants.

The value is what the machine's own opcode computes; this file only settles the types of open numerals and
puts a halt into the reference compiler's words.
"""

from __future__ import annotations

from avm.base.errors import Halt
from avm.leo import ast
from avm.leo.consteval import machine
from avm.leo.consteval.values import EvaluationError, Scalar, Value, numeric_type, resolve
from avm.leo.opcodes import BINARY, COORDINATES, UNARY

_TYPE_ERROR = "Type error"
_HALTS = {
    "Add": "add overflow",
    "Sub": "sub overflow",
    "Mul": "mul overflow",
    "Div": "div overflow",
    "DivWrapped": _TYPE_ERROR,
    "Rem": "rem error",
    "RemWrapped": _TYPE_ERROR,
    "Mod": "mod overflow",
    "Pow": "pow overflow",
    "Shr": "shr overflow",
    "Abs": "abs overflow",
    "Negate": "negation overflow",
    "Inverse": "attempt to invert 0field",
}
"""Why an operator halts, as the reference compiler says it; others in the machine's own words."""


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


def _reason(op: str, halt: Halt, operands: tuple[Scalar, ...]) -> str:
    if op == "Shl":
        type_, amount = operands[0].type_, operands[1].value
        assert isinstance(type_, ast.IntegerType)
        return "shl overflow" if int(amount) >= type_.bits else "shl"
    return _HALTS.get(op, halt.message)


def _run(op: str, opcode: str, *values: Value) -> Scalar:
    """The opcode's result; EvaluationError where it halts or does not take such operands."""
    operands = tuple(v for v in values if isinstance(v, Scalar))
    if len(operands) != len(values) or not machine.takes(opcode, operands):
        raise EvaluationError(_TYPE_ERROR)
    try:
        return machine.compute(opcode, operands)
    except Halt as halt:
        raise EvaluationError(_reason(op, halt, operands)) from halt


def binary(op: str, left: Value, right: Value, expected: ast.Type | None) -> Value:
    """The value of `left op right`; EvaluationError where it halts."""
    if op in ("Eq", "Neq"):
        left, right = _operands(op, left, right, None)
        return Scalar(ast.BOOLEAN, machine.equal(left, right) == (op == "Eq"))
    left, right = _operands(op, left, right, expected)
    return _run(op, BINARY[op], left, right)


def unary(op: str, value: Value, expected: ast.Type | None) -> Value:
    """The value of a unary operator; EvaluationError where it halts."""
    if op in ("Inverse", "Square", "SquareRoot"):
        expected = ast.FIELD
    elif op in COORDINATES:
        expected = ast.GROUP
    value = resolve(value, expected)
    if op not in COORDINATES:
        return _run(op, UNARY[op], value)
    if not (isinstance(value, Scalar) and value.type_ == ast.GROUP):
        raise EvaluationError(_TYPE_ERROR)
    return machine.cast(value, COORDINATES[op])


def cast(value: Value, type_: ast.Type) -> Value | None:
    """The value cast to a type; None where the cast would halt."""
    if not isinstance(value, Scalar) or not isinstance(type_, (ast.PrimitiveType, ast.IntegerType)):
        return None
    if value.type_ == type_:
        return value
    try:
        if type_ == ast.IDENTIFIER:
            return machine.name_of(machine.cast(value, "field"))
        return machine.cast(value, "boolean" if type_ == ast.BOOLEAN else type_.name)
    except Halt:
        return None
