"""Relations between types: equality as the user sees it, coercion, emptiness, size in bits."""

from __future__ import annotations

from avm.isa.sizes import array_bits, literal_bits
from avm.leo import ast
from avm.leo.operators import leo_name
from avm.types.literal_type import LiteralType

LITERAL_TYPES = {leo_name(t): t for t in LiteralType}
"""The machine's literal types by their names in Leo."""

LEO_TYPES = {LITERAL_TYPES[name]: type_ for name, type_ in ast.PRIMITIVE_TYPES.items()}
"""The types of Leo by the machine's literal types."""


def literal_type(type_: ast.Type) -> LiteralType | None:
    """The machine's type of literals of a type, None for every other type."""
    return LITERAL_TYPES.get(type_.name) if isinstance(type_, ast.PrimitiveType | ast.IntegerType) else None


def _lengths_agree(left: ast.ArrayType, right: ast.ArrayType) -> bool:
    if left.length is right.length:
        return True
    a, b = ast.as_u32(left.length), ast.as_u32(right.length)
    return a is None or b is None or a == b


def equivalent(left: ast.Type, right: ast.Type) -> bool:
    """Equality as far as the user is concerned; a length still unknown equals any, ERR equals everything."""
    if left is ast.ERR or right is ast.ERR or left == ast.ERR or right == ast.ERR:
        return True
    match left, right:
        case ast.PrimitiveType(), ast.PrimitiveType():
            return left == right and left.name != "numeric"
        case ast.IntegerType(), ast.IntegerType():
            return left == right
        case ast.ArrayType(), ast.ArrayType():
            return _lengths_agree(left, right) and equivalent(left.element_type, right.element_type)
        case ast.IdentType(), ast.IdentType():
            return left.identifier.name == right.identifier.name
        case ast.MappingType(), ast.MappingType():
            return equivalent(left.key, right.key) and equivalent(left.value, right.value)
        case ast.OptionalType(), ast.OptionalType():
            return equivalent(left.inner, right.inner)
        case ast.TupleType(), ast.TupleType():
            return len(left.elements) == len(right.elements) and all(
                map(equivalent, left.elements, right.elements)
            )
        case ast.VectorType(), ast.VectorType():
            return equivalent(left.element_type, right.element_type)
        case ast.CompositeType(), ast.CompositeType():
            if left.const_arguments or right.const_arguments:
                return True
            return left.path.location is not None and left.path.location == right.path.location
        case ast.FutureType(), ast.FutureType():
            if not left.is_explicit or not right.is_explicit:
                return True
            return len(left.inputs) == len(right.inputs) and all(map(equivalent, left.inputs, right.inputs))
        case _:
            return False


def coerces(actual: ast.Type, expected: ast.Type) -> bool:
    """Whether a value may stand where another type is expected: equal, or wrapped into an optional."""
    match actual, expected:
        case ast.OptionalType(), ast.OptionalType():
            return coerces(actual.inner, expected.inner)
        case _, ast.OptionalType():
            return coerces(actual, expected.inner)
        case ast.ArrayType(), ast.ArrayType():
            return _lengths_agree(actual, expected) and coerces(actual.element_type, expected.element_type)
        case _:
            return equivalent(actual, expected)


def is_empty(type_: ast.Type) -> bool:
    """Unit, or an array of length 0: its values take no register."""
    return type_ == ast.UNIT or (isinstance(type_, ast.ArrayType) and ast.as_u32(type_.length) == 0)


def names_optional(type_: ast.Type) -> bool:
    """Whether an optional stands in the type, the members of structs aside."""
    if isinstance(type_, ast.TupleType | ast.ArrayType):
        return any(map(names_optional, ast.child_types(type_)))
    return isinstance(type_, ast.OptionalType)


def valid_for_const_generic(type_: ast.Type) -> bool:
    return isinstance(type_, ast.IntegerType) or type_ in (
        ast.BOOLEAN,
        ast.ADDRESS,
        ast.SCALAR,
        ast.GROUP,
        ast.FIELD,
        ast.IDENTIFIER,
    )


def base_element_type(type_: ast.ArrayType) -> ast.Type:
    """The element type below all dimensions."""
    inner: ast.Type = type_
    while isinstance(inner, ast.ArrayType):
        inner = inner.element_type
    return inner


def size_in_bits(type_: ast.Type, raw: bool) -> int | None:
    """Bits of a literal or an array of literals, with type tags unless raw; None where it is not known."""
    if isinstance(type_, ast.ArrayType):
        length, element = ast.as_u32(type_.length), size_in_bits(type_.element_type, raw)
        if length is None or element is None or length == 0:
            return None
        return array_bits(length, element, raw=raw)
    literal = literal_type(type_)
    if literal in (None, LiteralType.STRING, LiteralType.IDENTIFIER):
        return None
    return literal_bits(literal, raw=raw)
