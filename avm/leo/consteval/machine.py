"""Compile-time evaluation by the machine's own opcodes: operators, casts, hashes, commitments, bits."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from avm.base.errors import Halt, Unsupported
from avm.data import plaintext
from avm.data.literal import Literal
from avm.isa.machine import MachineValue
from avm.isa.registry import ops
from avm.isa.statement import Statement
from avm.isa.types import CastType
from avm.leo import ast
from avm.leo.consteval.values import EvaluationError, Open, Scalar, Sequence, Struct, Text, Tuple, Value
from avm.leo.operators import Operator
from avm.leo.type_rules import LEO_TYPES, literal_type


@lru_cache(maxsize=4096)
def to_literal(value: Scalar) -> Literal:
    """The value as the machine holds it."""
    type_ = literal_type(value.type_)
    assert type_ is not None
    if isinstance(value.value, str) and value.type_ != ast.IDENTIFIER:
        return Literal.parse(value.value)
    if value.type_ == ast.GROUP:
        from avm.primitives.group_codec import point_from_x

        return Literal(type_, point_from_x(value.value))
    return Literal(type_, value.value)


def to_plaintext(value: Value) -> plaintext.Plaintext:
    """The value as the machine holds it."""
    match value:
        case Scalar():
            return to_literal(value)
        case Sequence():
            return plaintext.Array(tuple([to_plaintext(e) for e in value.elements]))
        case Struct():
            return plaintext.Struct(tuple([(name, to_plaintext(member)) for name, member in value.members]))
        case _:
            raise EvaluationError("type failure")


def from_plaintext(value: MachineValue) -> Value:
    """The machine's value as a constant."""
    if isinstance(value, plaintext.Array):
        return Sequence(tuple([from_plaintext(e) for e in value.elements]))
    if not isinstance(value, Literal):
        raise Unsupported("A struct as the result of a constant function")
    type_ = LEO_TYPES[value.type]
    if type_ == ast.GROUP:
        return Scalar(type_, value.value[0])
    return Scalar(type_, str(value) if type_ in (ast.ADDRESS, ast.SIGNATURE) else value.value)


def takes(operator: Operator, operands: tuple[Scalar, ...]) -> bool:
    """Whether the operator has a rule for operands of these types."""
    types = tuple([literal_type(v.type_) for v in operands])
    return types in [row[0] for row in operator.rows] or (bool(operator.target) and types == operator.takes)


def run(opcode: str, types: tuple[CastType, ...], values: tuple[Value, ...]) -> Value:
    """The result of an opcode over `values`, with the types it names; EvaluationError if it halts."""
    statement = Statement(types=types)
    machine: Any = None
    try:
        results = ops()[opcode].evaluate([to_plaintext(v) for v in values], statement, machine)
    except Halt as halt:
        raise EvaluationError(halt.message) from halt
    return from_plaintext(results[0])


def equal(left: Value, right: Value) -> bool:
    """Equality of two constants, as the virtual machine sees it."""
    match left, right:
        case (Open(), _) | (_, Open()):
            raise EvaluationError("equality on unsuffixed value")
        case Struct(), Struct():
            return left.location == right.location and all(
                equal(a, dict(right.members)[name]) for name, a in left.members
            )
        case (Sequence(one), Sequence(other)) | (Tuple(one), Tuple(other)):
            return len(one) == len(other) and all(equal(a, b) for a, b in zip(one, other))
        case Scalar(), Scalar():
            if left.type_ == ast.ADDRESS == right.type_:
                # A program's name is the address that the machine derives from it.
                return to_literal(left) == to_literal(right)
            return left.type_ == right.type_ and left.value == right.value
        case Text(), _:
            raise EvaluationError("Type failure")
        case _:
            return False
