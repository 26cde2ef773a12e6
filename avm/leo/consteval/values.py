"""Compile-time values: what a constant expression means, and the way back to an expression.

Numbers are canonical Python ints: integers in their range, field and scalar elements below their modulus,
groups by their x-coordinate. Addresses, signatures and identifiers stay text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat
from typing import TypeAlias

from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast.copying import replace
from avm.leo.compilation import Compilation


class EvaluationError(Exception):
    """The operation would halt; the text is the reason the diagnostic gives."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value of a primitive type."""

    type_: ast.Type
    value: int | bool | str

    def __str__(self) -> str:
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if self.type_ == ast.IDENTIFIER:
            return f"'{self.value}'"
        if isinstance(self.value, str):
            return self.value
        assert isinstance(self.type_, (ast.PrimitiveType, ast.IntegerType))
        return f"{self.value}{self.type_.name}"


@dataclass(frozen=True, slots=True)
class Sequence:
    """An array."""

    elements: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Struct:
    """A struct: its location and its members by name."""

    location: ast.Location
    members: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Tuple:
    elements: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A numeral whose type is not known yet."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    value: str


Value: TypeAlias = "Scalar | Sequence | Struct | Tuple | Open | Text"


def size(value: Value) -> int:
    """How many basic values a constant holds."""
    match value:
        case Sequence(elements) | Tuple(elements):
            first = elements[0] if elements else None
            if first is not None and first is elements[-1]:  # a repetition
                return len(elements) * size(first)
            return sum([size(e) for e in elements])
        case Struct(members=members):
            return sum([size(member) for _, member in members])
        case _:
            return 1


def written(node: ast.Expression) -> int:
    """How many literals an expression of a constant holds; a repetition has those of one element."""
    match node:
        case ast.ArrayExpression() | ast.TupleExpression():
            return sum([written(e) for e in node.elements])
        case ast.CompositeExpression():
            return sum([written(m.expression) for m in node.members if m.expression is not None])
        case ast.RepeatExpression():
            return written(node.expr)
        case _:
            return 1


def as_bool(value: Value | None) -> bool | None:
    """The truth value, if it is one."""
    return value.value if isinstance(value, Scalar) and isinstance(value.value, bool) else None


def as_integer(value: Value | None) -> int | None:
    """The integer, if the value is of an integer type."""
    if isinstance(value, Scalar) and isinstance(value.type_, ast.IntegerType):
        return int(value.value)
    return None


def number(text: str, type_: ast.Type) -> Scalar:
    """A numeral's value in a numeric type."""
    value = ast.parse_integer(text)
    if value is None:
        raise EvaluationError("type failure")
    if type_ == ast.SCALAR:
        return Scalar(type_, value % FS_MODULUS)
    if type_ in (ast.FIELD, ast.GROUP):
        return Scalar(type_, value % FR_MODULUS)
    if isinstance(type_, ast.IntegerType):
        if not type_.minimum <= value <= type_.maximum:
            raise EvaluationError("type failure")
        return Scalar(type_, value)
    raise EvaluationError("cannot infer type of unsuffixed literal")


def of_literal(node: ast.Literal, expected: ast.Type | None) -> Value | None:
    """The value of a literal; None if it has none (`none`, or text that is not a value)."""
    match node.variant:
        case "Boolean":
            return Scalar(ast.BOOLEAN, node.value == "true")
        case "Integer":
            assert node.integer_type is not None
            return number(node.value, node.integer_type)
        case "Unsuffixed":
            if expected is None:
                return Open(node.value)
            try:
                return number(node.value, expected)
            except EvaluationError:
                return None
        case "String":
            return Text(node.value)
        case "Field" | "Group" | "Scalar":
            return number(node.value, ast.PRIMITIVE_TYPES[node.variant.lower()])
        case "Address" | "Signature" | "Identifier":
            return Scalar(ast.PRIMITIVE_TYPES[node.variant.lower()], node.value)
        case _:
            return None


def suffixed(node: ast.Literal, type_: ast.Type | None) -> ast.Literal:
    """A numeral without suffix as a literal of a type; any other literal unchanged."""
    if node.variant == "Unsuffixed" and isinstance(type_, ast.IntegerType):
        return replace(node, variant="Integer", integer_type=type_)
    if node.variant == "Unsuffixed" and isinstance(type_, ast.PrimitiveType):
        return replace(node, variant=type_.name.capitalize())
    return node


def resolve(value: Value, type_: ast.Type | None) -> Value:
    """An open numeral in the given type; anything else unchanged."""
    if isinstance(value, Open) and type_ is not None:
        return number(value.text, type_)
    return value


def numeric_type(value: Value) -> ast.Type | None:
    """The type, if it is one that a numeral without suffix can have."""
    if isinstance(value, Scalar) and (
        isinstance(value.type_, ast.IntegerType) or value.type_ in (ast.FIELD, ast.GROUP, ast.SCALAR)
    ):
        return value.type_
    return None


def to_expression(
    value: Value, type_: ast.Type, span: Span, compilation: Compilation
) -> ast.Expression | None:
    """An expression with this value, every node typed; None if the type does not fit."""
    if isinstance(type_, ast.OptionalType) and isinstance(value, (Scalar, Sequence, Struct)):
        return to_expression(value, type_.inner, span, compilation)
    match value:
        case Scalar():
            return _literal(value, span, compilation)
        case Open():
            return ast.Literal("Unsuffixed", value.text, None, span, compilation.typed_id(type_))
        case Text():
            return ast.Literal("String", value.value, None, span, compilation.typed_id(type_))
        case Struct():
            return _struct(value, type_, span, compilation)
        case Sequence() if isinstance(type_, ast.ArrayType):
            types: Iterable[ast.Type] = repeat(type_.element_type)
        case Tuple() if isinstance(type_, ast.TupleType) and len(type_.elements) == len(value.elements):
            types = type_.elements
        case _:
            return None
    parts = [to_expression(v, t, span, compilation) for v, t in zip(value.elements, types)]
    elements = tuple([part for part in parts if part is not None])
    if len(elements) < len(parts):
        return None
    made = ast.ArrayExpression if isinstance(value, Sequence) else ast.TupleExpression
    return made(elements, span, compilation.typed_id(type_))


def _literal(value: Scalar, span: Span, compilation: Compilation) -> ast.Expression:
    type_ = value.type_
    node_id = compilation.typed_id(type_)
    if isinstance(value.value, bool):
        return ast.Literal("Boolean", "true" if value.value else "false", None, span, node_id)
    if isinstance(type_, ast.IntegerType):
        return ast.Literal("Integer", str(value.value), type_, span, node_id)
    assert isinstance(type_, ast.PrimitiveType)
    return ast.Literal(type_.name.capitalize(), str(value.value), None, span, node_id)


def _struct(value: Struct, type_: ast.Type, span: Span, compilation: Compilation) -> ast.Expression | None:
    if not isinstance(type_, ast.CompositeType) or type_.path.location is None:
        return None
    found = dict(value.members)
    members = []
    for member in compilation.index.composites[type_.path.location].members:
        name = member.identifier.name
        if name not in found:
            return None
        inner = to_expression(found[name], member.type_, span, compilation)
        if inner is None:
            return None
        members.append(ast.CompositeFieldInitializer(ast.Identifier(name), inner, span))
    return ast.CompositeExpression(type_.path, (), tuple(members), None, span, compilation.typed_id(type_))
