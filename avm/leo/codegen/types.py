"""Types in generated code: the machine's."""

from __future__ import annotations

from avm.base.errors import Unsupported
from avm.data.types import (
    ArrayType,
    DynamicRecord,
    ExternalRecordValue,
    NamedType,
    PlaintextType,
    PlaintextValue,
    RecordValue,
    StructType,
    Visibility,
)
from avm.isa.types import InterfaceType
from avm.leo import ast
from avm.leo.codegen.names import legal_name
from avm.leo.index import Index
from avm.leo.type_rules import literal_type


def array_length(type_: ast.ArrayType) -> int:
    """The length of an array type after constants are evaluated."""
    length = ast.as_u32(type_.length)
    if length is None:
        raise Unsupported("An array length that is not known after evaluation")
    return length


class TypeWriter:
    """The types of one program; `program` decides what needs a qualifier."""

    def __init__(self, index: Index, program: str) -> None:
        self.index = index
        self.program = program

    def composite_name(self, location: ast.Location) -> str:
        """The bare name; a library's structs carry the library in their hash."""
        if location.program in self.index.libraries:
            return legal_name((location.program, *location.path))
        return legal_name(location.path)

    def struct(self, location: ast.Location) -> StructType:
        name = self.composite_name(location)
        own = location.program == self.program or location.program in self.index.libraries
        return StructType(name, None if own else location.program)

    def plaintext(self, type_: ast.Type) -> PlaintextType:
        """The type of a value that is no record."""
        literal = literal_type(type_)
        if literal is not None:
            return literal
        match type_:
            case ast.ArrayType():
                return ArrayType(self.plaintext(type_.element_type), array_length(type_))
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

    def register(self, type_: ast.Type) -> PlaintextType | RecordValue | ExternalRecordValue | DynamicRecord:
        """The type of a register."""
        if type_ == ast.DYN_RECORD:
            return DynamicRecord()
        if isinstance(type_, ast.CompositeType) and self.is_record(type_):
            location = type_.path.location
            assert location is not None
            own = location.program == self.program
            return RecordValue(location.name) if own else ExternalRecordValue(location.program, location.name)
        return self.plaintext(type_)

    def interface(self, type_: ast.Type, visibility: Visibility) -> InterfaceType:
        """The type of an input or output of a function; records carry their own word."""
        found = self.register(type_)
        return found if isinstance(found, NamedType) else PlaintextValue(visibility, found)
