"""Relations between types: equality as the user sees it, coercion, emptiness, size in bits."""

from __future__ import annotations

from avm.isa.sizes import array_bits, literal_bits
from avm.leo.ast import (
    ADDRESS,
    BOOLEAN,
    ERR,
    FIELD,
    GROUP,
    IDENTIFIER,
    PRIMITIVE_TYPES,
    SCALAR,
    UNIT,
    ArrayType,
    CompositeType,
    FutureType,
    IdentType,
    IntegerType,
    MappingType,
    OptionalType,
    PrimitiveType,
    TupleType,
    Type,
    VectorType,
    as_u32,
)
from avm.types.literal_type import LiteralType

LITERAL_TYPES = {"bool" if t is LiteralType.BOOLEAN else t.type_name: t for t in LiteralType}
"""The machine's literal types by their names in Leo."""

LEO_TYPES = {LITERAL_TYPES[name]: type_ for name, type_ in PRIMITIVE_TYPES.items()}
"""The types of Leo by the machine's literal types."""


def literal_type(type_: Type) -> LiteralType | None:
    """The machine's type of literals of a type, None for every other type."""
    return LITERAL_TYPES.get(type_.name) if isinstance(type_, PrimitiveType | IntegerType) else None


def _lengths_agree(left: ArrayType, right: ArrayType) -> bool:
    if left.length is right.length:
        return True
    a, b = as_u32(left.length), as_u32(right.length)
    return a is None or b is None or a == b


def equivalent(left: Type, right: Type) -> bool:
    """Equality as far as the user is concerned; a length still unknown equals any, ERR equals everything."""
    if left is ERR or right is ERR or left == ERR or right == ERR:
        return True
    match left, right:
        case PrimitiveType(), PrimitiveType():
            return left == right and left.name != "numeric"
        case IntegerType(), IntegerType():
            return left == right
        case ArrayType(), ArrayType():
            return _lengths_agree(left, right) and equivalent(left.element_type, right.element_type)
        case IdentType(), IdentType():
            return left.identifier.name == right.identifier.name
        case MappingType(), MappingType():
            return equivalent(left.key, right.key) and equivalent(left.value, right.value)
        case OptionalType(), OptionalType():
            return equivalent(left.inner, right.inner)
        case TupleType(), TupleType():
            return len(left.elements) == len(right.elements) and all(
                map(equivalent, left.elements, right.elements)
            )
        case VectorType(), VectorType():
            return equivalent(left.element_type, right.element_type)
        case CompositeType(), CompositeType():
            if left.const_arguments or right.const_arguments:
                return True
            return left.path.location is not None and left.path.location == right.path.location
        case FutureType(), FutureType():
            if not left.is_explicit or not right.is_explicit:
                return True
            return len(left.inputs) == len(right.inputs) and all(map(equivalent, left.inputs, right.inputs))
        case _:
            return False


def coerces(actual: Type, expected: Type) -> bool:
    """Whether a value may stand where another type is expected: equal, or wrapped into an optional."""
    match actual, expected:
        case OptionalType(), OptionalType():
            return coerces(actual.inner, expected.inner)
        case _, OptionalType():
            return coerces(actual, expected.inner)
        case ArrayType(), ArrayType():
            return _lengths_agree(actual, expected) and coerces(actual.element_type, expected.element_type)
        case _:
            return equivalent(actual, expected)


def is_empty(type_: Type) -> bool:
    """Unit, or an array of length 0."""
    return type_ == UNIT or (isinstance(type_, ArrayType) and as_u32(type_.length) == 0)


def valid_for_const_generic(type_: Type) -> bool:
    return isinstance(type_, IntegerType) or type_ in (BOOLEAN, ADDRESS, SCALAR, GROUP, FIELD, IDENTIFIER)


def base_element_type(type_: ArrayType) -> Type:
    """The element type below all dimensions."""
    inner: Type = type_
    while isinstance(inner, ArrayType):
        inner = inner.element_type
    return inner


def size_in_bits(type_: Type, raw: bool) -> int | None:
    """Bits of a literal or an array of literals, with type tags unless raw; None where it is not known."""
    if isinstance(type_, ArrayType):
        length, element = as_u32(type_.length), size_in_bits(type_.element_type, raw)
        if length is None or element is None or length == 0:
            return None
        return array_bits(length, element, raw=raw)
    literal = literal_type(type_)
    if literal in (None, LiteralType.STRING, LiteralType.IDENTIFIER):
        return None
    return literal_bits(literal, raw=raw)
