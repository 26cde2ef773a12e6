"""Types, expressions and statements of Leo as plain frozen data, named as the reference compiler names them.

The three families refer to one another (an array type holds the expression of its length, a cast holds a
type, a final block holds statements), so they stand in one file. `id` numbers a node within one
compilation: the type table and the symbol table are keyed by it. `span` and `id` take no part in equality.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from avm.base.digits import parse_digits
from avm.base.errors import ParseFailure
from avm.base.span import Span
from avm.leo.budget import Budget

Symbol: TypeAlias = str
NodeId: TypeAlias = int

NO_SPAN = Span("", 0, 0)
DYNAMIC = "__dynamic__"


class NodeBuilder:
    """Hands out node ids, one counter per compilation; every node is a step of the compilation's budget."""

    __slots__ = ("_next", "budget")

    def __init__(self, first: int = 1, budget: Budget | None = None) -> None:
        self._next = first
        self.budget = budget or Budget()

    def next_id(self) -> NodeId:
        self.budget.step()
        value = self._next
        self._next = value + 1
        return value


# Names ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name as written."""

    name: Symbol
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ProgramId:
    """`name.aleo`; the network part is its own identifier."""

    name: Identifier
    network: Identifier

    def __str__(self) -> str:
        return f"{self.name.name}.{self.network.name}"

    @property
    def symbol(self) -> Symbol:
        return f"{self.name.name}.{self.network.name}"

    @property
    def span(self) -> Span:
        return Span(self.name.span.file, self.name.span.start, self.network.span.end)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a global item lives: its program (`a.aleo`, or a library's name) and its path in it."""

    program: Symbol
    path: tuple[Symbol, ...]

    def __str__(self) -> str:
        return f"{self.program}/{'::'.join(self.path)}"

    @property
    def name(self) -> Symbol:
        return self.path[-1]

    @property
    def module_path(self) -> tuple[Symbol, ...]:
        return self.path[:-1]

    @property
    def is_dynamic(self) -> bool:
        return self.program == DYNAMIC


DYNAMIC_LOCATION = Location(DYNAMIC, (DYNAMIC,))


@dataclass(frozen=True, slots=True)
class LocalTarget:
    """A path that names a local variable; the symbol is the (possibly renamed) variable."""

    symbol: Symbol


PathTarget: TypeAlias = "LocalTarget | Location | None"


# Base classes -----------------------------------------------------------------------------------------


class Type:
    """Any Leo type; `SYNTAX` is its text with fields in braces, where the printer needs to know no more."""

    __slots__ = ()
    SYNTAX: ClassVar[str] = ""


class Expression:
    """Any expression; every subclass has `span` and `id`, and `SYNTAX` as types have."""

    __slots__ = ()
    SYNTAX: ClassVar[str] = ""
    span: Span
    id: NodeId


class Statement:
    """Any statement; every subclass has `span` and `id`, and `SYNTAX` as types have."""

    __slots__ = ()
    SYNTAX: ClassVar[str] = ""
    span: Span
    id: NodeId


@dataclass(frozen=True, slots=True)
class Path(Expression):
    """`program.aleo::a::b::item`: what the user wrote, and what path resolution made of it."""

    user_program: ProgramId | None
    qualifier: tuple[Identifier, ...]
    identifier: Identifier
    target: PathTarget = None
    span: Span = field(default=NO_SPAN, compare=False, repr=False)
    id: NodeId = field(default=0, compare=False, repr=False)

    @property
    def name(self) -> Symbol:
        """The last part as written."""
        return self.identifier.name

    @property
    def segments(self) -> tuple[Symbol, ...]:
        return (*(q.name for q in self.qualifier), self.identifier.name)

    @property
    def local(self) -> Symbol | None:
        return self.target.symbol if isinstance(self.target, LocalTarget) else None

    @property
    def location(self) -> Location | None:
        return self.target if isinstance(self.target, Location) else None

    @property
    def program(self) -> Symbol | None:
        if self.user_program is not None:
            return self.user_program.symbol
        return self.target.program if isinstance(self.target, Location) else None

    def to(self, target: Location | LocalTarget) -> Path:
        """The same path as written, resolved."""
        return Path(self.user_program, self.qualifier, self.identifier, target, self.span, self.id)


# Types ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PrimitiveType(Type):
    """A type without parts that is no integer; use the constants below."""

    SYNTAX: ClassVar = "{name}"
    name: str


ADDRESS = PrimitiveType("address")
BOOLEAN = PrimitiveType("bool")
FIELD = PrimitiveType("field")
GROUP = PrimitiveType("group")
IDENTIFIER = PrimitiveType("identifier")
DYN_RECORD = PrimitiveType("dyn record")
SCALAR = PrimitiveType("scalar")
SIGNATURE = PrimitiveType("signature")
STRING = PrimitiveType("string")
NUMERIC = PrimitiveType("numeric")  # a numeral whose type is still open
UNIT = PrimitiveType("()")
ERR = PrimitiveType("error")  # could not be resolved; a diagnostic exists


@dataclass(frozen=True, slots=True)
class IntegerType(Type):
    """u8 .. u128, i8 .. i128; use the constants below."""

    SYNTAX: ClassVar = "{name}"
    name: str

    @property
    def is_signed(self) -> bool:
        return self.name[0] == "i"

    @property
    def bits(self) -> int:
        return int(self.name[1:])

    @property
    def minimum(self) -> int:
        return -(1 << (self.bits - 1)) if self.is_signed else 0

    @property
    def maximum(self) -> int:
        return (1 << (self.bits - 1)) - 1 if self.is_signed else (1 << self.bits) - 1


U8, U16, U32, U64, U128 = (IntegerType(n) for n in ("u8", "u16", "u32", "u64", "u128"))
I8, I16, I32, I64, I128 = (IntegerType(n) for n in ("i8", "i16", "i32", "i64", "i128"))
INTEGER_TYPES: dict[str, IntegerType] = {
    t.name: t for t in (U8, U16, U32, U64, U128, I8, I16, I32, I64, I128)
}
PRIMITIVE_TYPES: dict[str, Type] = {
    **{t.name: t for t in (ADDRESS, BOOLEAN, FIELD, GROUP, IDENTIFIER, SCALAR, SIGNATURE, STRING)},
    **INTEGER_TYPES,
}


@dataclass(frozen=True, slots=True)
class ArrayType(Type):
    """`[element_type; length]`; the length is any constant expression until unrolling."""

    element_type: Type
    length: Expression


@dataclass(frozen=True, slots=True)
class CompositeType(Type):
    """A struct or record by path, with const arguments `Name::[N]`."""

    path: Path
    const_arguments: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class FutureType(Type):
    """`Final` (not explicit) or `Final<Fn(..)>` (explicit)."""

    inputs: tuple[Type, ...] = ()
    location: Location | None = None
    is_explicit: bool = False


@dataclass(frozen=True, slots=True)
class IdentType(Type):
    """A name standing for a type, where only a built-in module name is possible."""

    SYNTAX: ClassVar = "{identifier}"
    identifier: Identifier


@dataclass(frozen=True, slots=True)
class MappingType(Type):
    SYNTAX: ClassVar = "({key} => {value})"
    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class OptionalType(Type):
    """`inner?`"""

    SYNTAX: ClassVar = "{inner}?"
    inner: Type


@dataclass(frozen=True, slots=True)
class TupleType(Type):
    SYNTAX: ClassVar = "({elements})"
    elements: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class VectorType(Type):
    """`[element_type]`, storage only."""

    SYNTAX: ClassVar = "[{element_type}]"
    element_type: Type


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


LITERAL_VARIANTS = (
    "Address",
    "Boolean",
    "Field",
    "Group",
    "Integer",
    "None",
    "Identifier",
    "Scalar",
    "Signature",
    "String",
    "Unsuffixed",
)


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """`variant` is one of LITERAL_VARIANTS, `value` the text without suffix (`true`, `false` for Boolean)."""

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
