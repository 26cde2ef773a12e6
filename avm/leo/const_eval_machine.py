"""Compile-time evaluation by the machine's own opcodes: hashes, commitments, bits, casts of groups.

The instruction set is imported only when such a constant is met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from avm.base.errors import AvmError, Halt, Unsupported
from avm.leo import ast
from avm.leo.const_eval_values import EvaluationError, Scalar, Sequence, Struct, Value

if TYPE_CHECKING:
    from avm.data.literal import Literal
    from avm.data.plaintext import Plaintext

_FROM_MACHINE: dict[str, ast.Type] = {
    "address": ast.ADDRESS,
    "boolean": ast.BOOLEAN,
    "field": ast.FIELD,
    "group": ast.GROUP,
    "scalar": ast.SCALAR,
    "signature": ast.SIGNATURE,
    **{t.name: t for t in ast.INTEGER_TYPES.values()},
}


def to_plaintext(value: Value) -> Plaintext:
    """The value as the machine holds it."""
    from avm.data.literal import Literal
    from avm.data.plaintext import Array
    from avm.data.plaintext import Struct as MachineStruct

    match value:
        case Scalar():
            if str(value.value).endswith(".aleo"):
                raise Unsupported("Program names in functions of constants")
            return Literal.parse(str(value))
        case Sequence():
            return Array(tuple(to_plaintext(e) for e in value.elements))
        case Struct():
            return MachineStruct(tuple((name, to_plaintext(member)) for name, member in value.members))
        case _:
            raise EvaluationError("type failure")


def from_plaintext(value: Any) -> Value:
    """The machine's value as a constant."""
    from avm.data.literal import Literal
    from avm.data.plaintext import Array

    if isinstance(value, Literal):
        return _scalar(value)
    if isinstance(value, Array):
        return Sequence(tuple(from_plaintext(e) for e in value.elements))
    raise Unsupported("A struct as the result of a constant function")


def _scalar(value: Literal) -> Scalar:
    type_ = _FROM_MACHINE[value.type.type_name]
    if type_ == ast.GROUP:
        return Scalar(type_, value.value[0])
    if type_ in (ast.ADDRESS, ast.SIGNATURE):
        return Scalar(type_, str(value))
    return Scalar(type_, value.value)


def run(instruction: str, values: tuple[Value, ...]) -> Value:
    """The result of one instruction over `values`, which stand in r0, r1, ..; EvaluationError if it halts."""
    from avm.isa.instruction import parse_instruction

    parsed = parse_instruction(instruction)
    machine: Any = None
    try:
        results = parsed.op.evaluate([to_plaintext(v) for v in values], parsed, machine)
    except Halt as halt:
        raise EvaluationError(halt.message) from halt
    return from_plaintext(results[0])


def cast(value: Scalar, type_name: str) -> Value | None:
    """A cast that the machine knows; None where it halts."""
    try:
        return run(f"cast r0 into r1 as {type_name};", (value,))
    except EvaluationError:
        return None
    except AvmError as error:
        raise Unsupported("This cast of a constant") from error
