"""The types of Leo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from avm.leo.ast.base import Expression, Identifier, Location, Path, Type


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
