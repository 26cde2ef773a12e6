"""Types in generated code: their text, whether they take a register, and their size in bits."""

from __future__ import annotations

from avm.base.errors import Unsupported
from avm.leo import ast
from avm.leo.codegen_names import legal_name
from avm.leo.lower_index import Index
from avm.types.literal_type import LiteralType

_PRIMITIVES = {
    ast.ADDRESS: "address",
    ast.BOOLEAN: "boolean",
    ast.FIELD: "field",
    ast.GROUP: "group",
    ast.SCALAR: "scalar",
    ast.SIGNATURE: "signature",
    ast.STRING: "string",
    ast.IDENTIFIER: "identifier",
    ast.DYN_RECORD: "dynamic.record",
}
_SIZES = {t.type_name: t.size_in_bits for t in LiteralType if t.size_in_bits is not None}
_VARIANT_BITS, _TYPE_BITS, _SIZE_BITS, _LENGTH_BITS = 2, 8, 16, 32


def array_length(type_: ast.ArrayType) -> int:
    """The length of an array type after constants are evaluated."""
    length = ast.as_u32(type_.length)
    if length is None:
        raise Unsupported("An array length that is not known after evaluation")
    return length


def is_empty(type_: ast.Type) -> bool:
    """Whether values of the type take no register."""
    return type_ == ast.UNIT or (isinstance(type_, ast.ArrayType) and array_length(type_) == 0)


class TypeWriter:
    """Writes the types of one program; `program` decides what needs a qualifier."""

    def __init__(self, index: Index, program: str) -> None:
        self.index = index
        self.program = program

    def composite_name(self, location: ast.Location) -> str:
        """The bare name; a library's structs carry the library in their hash."""
        if location.program in self.index.libraries:
            return legal_name((location.program, *location.path))
        return legal_name(location.path)

    def struct(self, location: ast.Location) -> str:
        name = self.composite_name(location)
        if location.program == self.program or location.program in self.index.libraries:
            return name
        return f"{location.program}/{name}"

    def text(self, type_: ast.Type) -> str:
        """The type without visibility."""
        match type_:
            case ast.IntegerType(name):
                return name
            case ast.PrimitiveType() if type_ in _PRIMITIVES:
                return _PRIMITIVES[type_]
            case ast.ArrayType():
                return f"[{self.text(type_.element_type)}; {array_length(type_)}u32]"
            case ast.CompositeType():
                assert type_.path.location is not None
                return self.struct(type_.path.location)
            case _:
                raise Unsupported(f"The type {type_} in generated code")

    def is_record(self, type_: ast.Type) -> bool:
        return (
            isinstance(type_, ast.CompositeType)
            and type_.path.location is not None
            and self.index.record(type_.path.location) is not None
        )

    def visible(self, type_: ast.Type, visibility: str) -> str:
        """The type with `.private` and the like; records and dynamic records carry their own word."""
        if type_ == ast.DYN_RECORD:
            return "dynamic.record"
        if isinstance(type_, ast.CompositeType) and self.is_record(type_):
            location = type_.path.location
            assert location is not None
            prefix = "" if location.program == self.program else f"{location.program}/"
            return f"{prefix}{location.name}.record"
        text = self.text(type_)
        return f"{text}.{visibility}" if visibility else text


def size_in_bits(type_: ast.Type, *, raw: bool) -> int:
    """How many bits `serialize` yields for a plaintext type; structs are not allowed there."""
    match type_:
        case ast.IntegerType():
            size = type_.bits
        case ast.PrimitiveType() if type_ in _PRIMITIVES and _PRIMITIVES[type_] in _SIZES:
            size = _SIZES[_PRIMITIVES[type_]]
        case ast.ArrayType():
            length = array_length(type_)
            element = size_in_bits(type_.element_type, raw=raw)
            if raw:
                return length * element
            return _VARIANT_BITS + _LENGTH_BITS + length * (_SIZE_BITS + element)
        case _:
            raise Unsupported(f"The size of {type_} in bits")
    return size if raw else _VARIANT_BITS + _TYPE_BITS + _SIZE_BITS + size
