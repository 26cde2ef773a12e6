"""The expressions and statements of Leo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from avm.base.digits import parse_digits
from avm.base.errors import ParseFailure
from avm.base.span import Span
from avm.leo.ast.base import NO_SPAN, Expression, Identifier, NodeId, Path, Statement, Symbol, Type
from avm.leo.ast.types import U32, IntegerType

# Expressions ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArrayAccess(Expression):
    SYNTAX: ClassVar = "{array}[{index}]"
    array: Expression
    index: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AsyncExpression(Expression):
    """`final { .. }`"""

    SYNTAX: ClassVar = "async {{\n{block}}}"
    block: Block
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ArrayExpression(Expression):
    SYNTAX: ClassVar = "[{elements}]"
    elements: tuple[Expression, ...]
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BinaryExpression(Expression):
    """`left op right`; `op` is the name of a row in avm.leo.operators."""

    left: Expression
    right: Expression
    op: str
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class UnaryExpression(Expression):
    """`op receiver`; `op` is the name of a row in avm.leo.operators."""

    receiver: Expression
    op: str
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class IntrinsicExpression(Expression):
    """`_name::[types](arguments)`; see avm.leo.intrinsics for the table of names."""

    name: Symbol
    type_parameters: tuple[tuple[Type, Span], ...]
    input_types: tuple[tuple[str, Type, Span], ...]
    return_types: tuple[tuple[str, Type, Span], ...]
    arguments: tuple[Expression, ...]
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CallExpression(Expression):
    function: Path
    const_arguments: tuple[Expression, ...]
    arguments: tuple[Expression, ...]
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DynamicCall:
    function: Identifier
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class DynamicRead:
    storage: Identifier


@dataclass(frozen=True, slots=True)
class DynamicMemberOp:
    member: Identifier
    op: Identifier
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class DynamicOpExpression(Expression):
    """`Interface@(target[, network])::...`"""

    interface: Type
    target_program: Expression
    network: Expression | None
    kind: DynamicCall | DynamicRead | DynamicMemberOp
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CastExpression(Expression):
    expression: Expression
    type_: Type
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CompositeFieldInitializer:
    """`name: expression`, or the shorthand `name` (expression None)."""

    identifier: Identifier
    expression: Expression | None
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CompositeExpression(Expression):
    """`Name::[N] { a: 1u8, b, ..base }`"""

    path: Path
    const_arguments: tuple[Expression, ...]
    members: tuple[CompositeFieldInitializer, ...]
    base: Expression | None = None
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ErrExpression(Expression):
    """Stands where the source could not be read; a diagnostic exists."""

    SYNTAX: ClassVar = "error"
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """`value` is the text without suffix (`true`, `false` for Boolean).

    `variant` is Address, Boolean, Field, Group, Integer, None, Identifier, Scalar, Signature, String or
    Unsuffixed.
    """

    variant: str
    value: str
    integer_type: IntegerType | None = None
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)

    def as_u32(self) -> int | None:
        """The value as u32, if it is an integer that fits its own type and u32."""
        if self.variant not in ("Integer", "Unsuffixed"):
            return None
        value = parse_integer(self.value)
        if value is None or not 0 <= value < 1 << 32:
            return None
        type_ = self.integer_type or U32
        return value if value <= type_.maximum else None


@dataclass(frozen=True, slots=True)
class MemberAccess(Expression):
    SYNTAX: ClassVar = "{inner}.{name}"
    inner: Expression
    name: Identifier
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RepeatExpression(Expression):
    """`[expr; count]`"""

    SYNTAX: ClassVar = "[{expr}; {count}]"
    expr: Expression
    count: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TernaryExpression(Expression):
    condition: Expression
    if_true: Expression
    if_false: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TupleExpression(Expression):
    SYNTAX: ClassVar = "({elements})"
    elements: tuple[Expression, ...]
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TupleAccess(Expression):
    SYNTAX: ClassVar = "{tuple_}.{index}"
    tuple_: Expression
    index: int
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class UnitExpression(Expression):
    SYNTAX: ClassVar = "()"
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


# Statements -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AssertStatement(Statement):
    """`variant` is `Assert` (one expression), `AssertEq` or `AssertNeq` (two)."""

    variant: str
    expressions: tuple[Expression, ...]
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AssignStatement(Statement):
    """`place = value`; `x += v` arrives as `x = x + v`."""

    SYNTAX: ClassVar = "{place} = {value}"
    place: Expression
    value: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Block(Statement):
    statements: tuple[Statement, ...]
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ConditionalStatement(Statement):
    """`otherwise` is a Block or another ConditionalStatement."""

    condition: Expression
    then: Block
    otherwise: Statement | None
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ConstDeclaration(Statement):
    """`const place: type_ = value`, local or global; `is_exported` None where visibility does not apply."""

    place: Identifier
    type_: Type
    value: Expression
    is_exported: bool | None = None
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DefinitionStatement(Statement):
    """`let place[: type_] = value`; several places for `let (a, b) = ..`."""

    place: Identifier | tuple[Identifier, ...]
    type_: Type | None
    value: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)

    @property
    def places(self) -> tuple[Identifier, ...]:
        return self.place if isinstance(self.place, tuple) else (self.place,)


@dataclass(frozen=True, slots=True)
class ExpressionStatement(Statement):
    SYNTAX: ClassVar = "{expression}"
    expression: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class IterationStatement(Statement):
    """`for variable[: type_] in start..stop` (`..=` when inclusive)."""

    variable: Identifier
    type_: Type | None
    start: Expression
    stop: Expression
    inclusive: bool
    block: Block
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ReturnStatement(Statement):
    """`return expression`; UnitExpression for a bare `return`."""

    expression: Expression
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


def parse_integer(text: str) -> int | None:
    """The value of a numeral `0x1F`, `0b1`, `0o7`, `1_000`, with an optional sign; None if malformed."""
    digits = text.replace("_", "")
    sign = -1 if digits.startswith("-") else 1
    digits = digits.removeprefix("-")
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2].lower(), 10)
    try:
        return sign * parse_digits(digits[2:] if base != 10 else digits, base)
    except ParseFailure:
        return None


def as_u32(expression: Expression) -> int | None:
    """The value of an integer literal as u32, else None."""
    return expression.as_u32() if isinstance(expression, Literal) else None
