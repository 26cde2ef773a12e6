"""Compile-time evaluation by the machine's own opcodes: operators, casts, hashes, commitments, bits.

The instruction set is imported only when such a constant is met.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from avm.base.errors import Halt, Unsupported
from avm.leo import ast
from avm.leo.consteval.values import EvaluationError, Open, Scalar, Sequence, Struct, Text, Tuple, Value
from avm.leo.type_rules import LEO_TYPES, literal_type

if TYPE_CHECKING:
    from avm.data.literal import Literal
    from avm.data.plaintext import Plaintext
    from avm.isa.instruction import Instruction

_NAME = re.compile("[A-Za-z][A-Za-z0-9_]*")


@lru_cache(maxsize=1024)
def _instruction(text: str) -> Instruction:
    from avm.isa.instruction import parse_instruction

    return parse_instruction(text)


@lru_cache(maxsize=4096)
def to_literal(value: Scalar) -> Literal:
    """The value as the machine holds it."""
    from avm.data.literal import Literal
    from avm.types.literal_type import LiteralType

    if value.type_ == ast.IDENTIFIER:
        return Literal(LiteralType.IDENTIFIER, value.value)
    if isinstance(value.value, str):
        return Literal.parse(value.value)
    if value.type_ == ast.GROUP:
        from avm.primitives.group_codec import point_from_x

        return Literal(LiteralType.GROUP, point_from_x(value.value))
    type_ = literal_type(value.type_)
    assert type_ is not None
    return Literal(type_, value.value)


def to_plaintext(value: Value) -> Plaintext:
    """The value as the machine holds it."""
    from avm.data.plaintext import Array
    from avm.data.plaintext import Struct as MachineStruct

    match value:
        case Scalar():
            return to_literal(value)
        case Sequence():
            return Array(tuple([to_plaintext(e) for e in value.elements]))
        case Struct():
            return MachineStruct(tuple([(name, to_plaintext(member)) for name, member in value.members]))
        case _:
            raise EvaluationError("type failure")


def from_plaintext(value: Any) -> Value:
    """The machine's value as a constant."""
    from avm.data.literal import Literal
    from avm.data.plaintext import Array

    if isinstance(value, Literal):
        return _scalar(value)
    if isinstance(value, Array):
        return Sequence(tuple([from_plaintext(e) for e in value.elements]))
    raise Unsupported("A struct as the result of a constant function")


def _scalar(value: Literal) -> Scalar:
    type_ = LEO_TYPES[value.type]
    if type_ == ast.GROUP:
        return Scalar(type_, value.value[0])
    if type_ in (ast.ADDRESS, ast.SIGNATURE):
        return Scalar(type_, str(value))
    return Scalar(type_, value.value)


def run(opcode: str, types: tuple[str, ...], values: tuple[Value, ...]) -> Value:
    """The result of an opcode over `values`, with the types its text names; EvaluationError if it halts."""
    from avm.data.types import parse_plaintext_type
    from avm.isa.registry import ops
    from avm.isa.statement import Statement

    statement = Statement(types=tuple([parse_plaintext_type(t) for t in types]))
    machine: Any = None
    try:
        results = ops()[opcode].evaluate([to_plaintext(v) for v in values], statement, machine)
    except Halt as halt:
        raise EvaluationError(halt.message) from halt
    return from_plaintext(results[0])


def _operator(opcode: str, arity: int) -> Instruction:
    registers = " ".join(f"r{i}" for i in range(arity))
    return _instruction(f"{opcode} {registers} into r{arity};")


def takes(opcode: str, operands: tuple[Scalar, ...]) -> bool:
    """Whether the opcode has a rule for operands of these types."""
    from avm.isa.op import LiteralOp

    op = _operator(opcode, len(operands)).op
    if any(v.type_ == ast.IDENTIFIER for v in operands):
        return False
    return isinstance(op, LiteralOp) and tuple([to_literal(v).type for v in operands]) in op.table


def compute(opcode: str, operands: tuple[Scalar, ...]) -> Scalar:
    """The result of an operator; Halt where it halts."""
    parsed = _operator(opcode, len(operands))
    machine: Any = None
    (result,) = parsed.op.evaluate([to_literal(v) for v in operands], parsed, machine)
    return _scalar(result)  # type: ignore[arg-type]


def cast(value: Scalar, target: str) -> Scalar:
    """A value as another type, or a coordinate of a group; Halt where the cast halts."""
    parsed = _instruction(f"cast r0 into r1 as {target};")
    machine: Any = None
    (result,) = parsed.op.evaluate([to_literal(value)], parsed, machine)
    return _scalar(result)  # type: ignore[arg-type]


def name_of(value: Scalar) -> Scalar:
    """The name whose letters are the bytes of a field element, the first letter lowest; Halt if none is."""
    letters = int(value.value).to_bytes(32, "little").rstrip(b"\0").decode("ascii", "replace")
    if not _NAME.fullmatch(letters):
        raise Halt(f"{value} is not a name")
    return Scalar(ast.IDENTIFIER, letters)


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
