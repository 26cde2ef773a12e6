"""Compile-time evaluation of operators and casts over constants.

The value is what the machine's own opcode computes; this file only settles the types of open numerals and
puts a halt into the reference compiler's words.
"""

from __future__ import annotations

from avm.leo import ast
from avm.leo.budget import DEAR
from avm.leo.compilation import Compilation
from avm.leo.consteval import machine
from avm.leo.consteval.values import EvaluationError, Scalar, Value, numeric_type, resolve
from avm.leo.operators import OPERATORS, TYPE_ERROR, Operator
from avm.leo.type_rules import LEO_TYPES, literal_type


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


def _reason(operator: Operator, operands: tuple[Scalar, ...]) -> str:
    """Why it halts, as the reference compiler says it; empty where the machine's own words do."""
    if operator.name == "Shl":
        type_, amount = operands[0].type_, operands[1].value
        assert isinstance(type_, ast.IntegerType)
        return "shl overflow" if int(amount) >= type_.bits else operator.halt
    return operator.halt


def _run(operator: Operator, *values: Value) -> Value:
    """The opcode's result; EvaluationError where it halts or does not take such operands."""
    operands = tuple(v for v in values if isinstance(v, Scalar))
    if len(operands) != len(values) or not machine.takes(operator, operands):
        raise EvaluationError(TYPE_ERROR)
    try:
        return machine.run(operator.opcode, (operator.target,) if operator.target else (), operands)
    except EvaluationError as halt:
        raise EvaluationError(_reason(operator, operands) or str(halt)) from halt


def binary(op: str, left: Value, right: Value, expected: ast.Type | None) -> Value:
    """The value of `left op right`; EvaluationError where it halts."""
    if op in ("Eq", "Neq"):
        left, right = _operands(op, left, right, None)
        return Scalar(ast.BOOLEAN, machine.equal(left, right) == (op == "Eq"))
    left, right = _operands(op, left, right, expected)
    return _run(OPERATORS[op], left, right)


def unary(op: str, value: Value, expected: ast.Type | None) -> Value:
    """The value of a unary operator; EvaluationError where it halts."""
    operator = OPERATORS[op]
    if len(operator.takes) == 1:
        expected = LEO_TYPES[operator.takes[0]]
    return _run(operator, resolve(value, expected))


def fold(
    compilation: Compilation, node: ast.BinaryExpression | ast.UnaryExpression, *values: Value
) -> Value | None:
    """The value of an operator over constants; None, reported, where it halts."""
    expected, op, span = compilation.types.get(node.id), OPERATORS[node.op].text, node.span
    if node.op == "Mul" and ast.GROUP in map(numeric_type, values):
        compilation.builder.budget.spend(DEAR, 1, span)
        compilation.builder.budget.check()
    try:
        if len(values) == 1:
            return unary(node.op, values[0], expected)
        return binary(node.op, values[0], values[1], expected)
    except EvaluationError as error:
        if len(values) == 1:
            compilation.report("unary_op_failure", span, value=values[0], op=op, reason=error)
        else:
            compilation.report("binary_op_failure", span, lhs=values[0], op=op, rhs=values[1], reason=error)
        return None


def cast(value: Value, type_: ast.Type) -> Value | None:
    """The value cast to a type; None where the cast would halt."""
    if not isinstance(value, Scalar) or not isinstance(type_, (ast.PrimitiveType, ast.IntegerType)):
        return None
    target = literal_type(type_)
    if value.type_ == type_ or target is None:
        return value
    try:
        return machine.run("cast", (target,), (value,))
    except EvaluationError:
        return None
