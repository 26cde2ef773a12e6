"""Types in generated code: their text, whether they take a register, and their size in bits."""

from __future__ import annotations

from avm.base.errors import Unsupported
from avm.isa.sizes import array_bits, literal_bits
from avm.leo import ast
from avm.leo.codegen.names import legal_name
from avm.leo.index import Index
from avm.leo.type_rules import literal_type
from avm.types.literal_type import LiteralType


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
        literal = literal_type(type_)
        if literal is not None:
            return literal.type_name
        match type_:
            case ast.DYN_RECORD:
                return "dynamic.record"
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
    if isinstance(type_, ast.ArrayType):
        return array_bits(array_length(type_), size_in_bits(type_.element_type, raw=raw), raw=raw)
    literal = literal_type(type_)
    if literal is None or literal is LiteralType.STRING:
        raise Unsupported(f"The size of {type_} in bits")
    return literal_bits(literal, raw=raw)
