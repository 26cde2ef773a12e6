"""The bytes of programs and their components.

Source: snarkVM ``synthesizer/program/src/**/bytes.rs``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from avm.base.codec import ByteReader, ByteWriter
from avm.base.errors import DecodeError, ParseFailure
from avm.base.limits import (
    MAX_COMMANDS,
    MAX_IMPORTS,
    MAX_INPUTS,
    MAX_INSTRUCTIONS,
    MAX_OUTPUTS,
    MAX_RECORD_ENTRIES,
    MAX_STRUCT_MEMBERS,
)
from avm.data.identifier import identifier_bytes, program_id_bytes, read_identifier, read_program_id
from avm.data.types import PlaintextType, PlaintextValue, Visibility
from avm.isa.instruction import Instruction
from avm.isa.instruction_codec import (
    command_bytes,
    instruction_bytes,
    read_command,
    read_instruction,
)
from avm.isa.operand import Register
from avm.isa.operand_codec import operand_bytes, read_destination, read_operand, register_bytes
from avm.isa.type_codec import (
    finalize_type_bytes,
    plaintext_type_bytes,
    read_finalize_type,
    read_plaintext_type,
    read_register_type,
    read_value_type,
    register_type_bytes,
    value_type_bytes,
)
from avm.isa.types import InterfaceType, RegisterType
from avm.program.model import (
    Closure,
    Component,
    Constructor,
    Finalize,
    Function,
    Input,
    MappingDef,
    Output,
    Program,
    RecordDef,
    StructDef,
    View,
)
from avm.program.rules import check_form

VERSION = 1
KINDS = (MappingDef, StructDef, RecordDef, Closure, Function, Constructor, View)
"""The kinds of components in the order of their numbers."""

_WriteType = Callable[[object], bytes]
_ReadType = Callable[[ByteReader], InterfaceType | RegisterType]


def _inputs(writer: ByteWriter, inputs: Sequence[Input], write_type: _WriteType) -> None:
    writer.u16(len(inputs))
    for item in inputs:
        writer.raw(register_bytes(Register(item.register))).raw(write_type(item.type))


def _outputs(writer: ByteWriter, outputs: Sequence[Output], write_type: _WriteType) -> None:
    writer.u16(len(outputs))
    for item in outputs:
        writer.raw(operand_bytes(item.operand)).raw(write_type(item.type))


def _commands(writer: ByteWriter, commands: Sequence[Instruction]) -> None:
    writer.u16(len(commands))
    for command in commands:
        writer.raw(command_bytes(command))


def _instructions(writer: ByteWriter, instructions: Sequence[Instruction]) -> None:
    writer.u32(len(instructions))
    for instruction in instructions:
        writer.raw(instruction_bytes(instruction))


def function_bytes(function: Function) -> bytes:
    """Return the bytes of a function, which a deployment's id is made of."""
    out = ByteWriter().raw(identifier_bytes(function.name))
    _inputs(out, function.inputs, value_type_bytes)
    _instructions(out, function.instructions)
    _outputs(out, function.outputs, value_type_bytes)
    out.boolean(function.finalize is not None)
    if function.finalize is not None:
        out.raw(identifier_bytes(function.finalize.name))
        _inputs(out, function.finalize.inputs, finalize_type_bytes)
        _commands(out, function.finalize.instructions)
    return out.bytes()


def _closure_bytes(closure: Closure) -> bytes:
    out = ByteWriter().raw(identifier_bytes(closure.name))
    _inputs(out, closure.inputs, register_type_bytes)
    _instructions(out, closure.instructions)
    _outputs(out, closure.outputs, register_type_bytes)
    return out.bytes()


def _view_bytes(view: View) -> bytes:
    out = ByteWriter().raw(identifier_bytes(view.name))
    _inputs(out, view.inputs, finalize_type_bytes)
    _commands(out, view.instructions)
    _outputs(out, view.outputs, finalize_type_bytes)
    return out.bytes()


def _constructor_bytes(constructor: Constructor) -> bytes:
    out = ByteWriter()
    _commands(out, constructor.instructions)
    return out.bytes()


def _mapping_bytes(mapping: MappingDef) -> bytes:
    types = plaintext_type_bytes(mapping.key) + plaintext_type_bytes(mapping.value)
    return identifier_bytes(mapping.name) + types


def _struct_bytes(struct: StructDef) -> bytes:
    out = ByteWriter().raw(identifier_bytes(struct.name)).u16(len(struct.members))
    for name, type_ in struct.members:
        out.raw(identifier_bytes(name)).raw(plaintext_type_bytes(type_))
    return out.bytes()


def _record_bytes(record: RecordDef) -> bytes:
    out = ByteWriter().raw(identifier_bytes(record.name)).boolean(record.owner is Visibility.PRIVATE)
    out.u16(len(record.entries))
    for name, seen, type_ in record.entries:
        out.raw(identifier_bytes(name)).u8(seen.value).raw(plaintext_type_bytes(type_))
    return out.bytes()


_WRITERS: Mapping[type, Callable[..., bytes]] = {
    MappingDef: _mapping_bytes,
    StructDef: _struct_bytes,
    RecordDef: _record_bytes,
    Closure: _closure_bytes,
    Function: function_bytes,
    Constructor: _constructor_bytes,
    View: _view_bytes,
}


def program_to_bytes(program: Program) -> bytes:
    """Return the network's bytes of a program.

    Raises:
        DecodeError, Halt: it has a part that the network has no bytes for.
    """
    out = ByteWriter().u8(VERSION).raw(program_id_bytes(program.id)).u8(len(program.imports))
    for name in program.imports:
        out.raw(program_id_bytes(name))
    out.u16(len(program.components))
    for component in program.components:
        out.u8(KINDS.index(type(component))).raw(_WRITERS[type(component)](component))
    return out.bytes()


def _count(number: int, most: int, what: str, least: int = 0) -> int:
    if not least <= number <= most:
        raise DecodeError(f"there are {least} to {most} {what} here, not {number}")
    return number


def _read_inputs(reader: ByteReader, read_type: _ReadType) -> tuple[Input, ...]:
    found = []
    for _ in range(_count(reader.u16(), MAX_INPUTS, "inputs")):
        register, type_ = read_destination(reader), read_type(reader)
        found.append(Input(register, type_, _suffix(type_, read_type)))
    return tuple(found)


def _read_outputs(reader: ByteReader, read_type: _ReadType) -> tuple[Output, ...]:
    found = []
    for _ in range(_count(reader.u16(), MAX_OUTPUTS, "outputs")):
        operand, type_ = read_operand(reader), read_type(reader)
        found.append(Output(operand, type_, _suffix(type_, read_type)))
    return tuple(found)


def _suffix(type_: object, read_type: _ReadType) -> str:
    """The visibility that plaintexts on chain are printed with, although it is not part of their type."""
    shown = read_type is read_finalize_type and isinstance(type_, PlaintextType)
    return f".{Visibility.PUBLIC}" if shown else ""


def _read_commands(reader: ByteReader, least: int = 1) -> tuple[Instruction, ...]:
    count = _count(reader.u16(), MAX_COMMANDS, "commands", least)
    return tuple(read_command(reader) for _ in range(count))


def _read_instructions(reader: ByteReader, least: int = 0) -> tuple[Instruction, ...]:
    count = _count(reader.u32(), MAX_INSTRUCTIONS, "instructions", least)
    return tuple(read_instruction(reader) for _ in range(count))


def read_function(reader: ByteReader) -> Function:
    """Read what ``function_bytes`` writes; DecodeError when it is not canonical."""
    name, inputs = read_identifier(reader), _read_inputs(reader, read_value_type)
    instructions, outputs = _read_instructions(reader), _read_outputs(reader, read_value_type)
    finalize = _read_finalize(reader) if reader.boolean() else None
    return Function(name, inputs, instructions, outputs, finalize=finalize)


def _read_finalize(reader: ByteReader) -> Finalize:
    name, inputs = read_identifier(reader), _read_inputs(reader, read_finalize_type)
    return Finalize(name, inputs, _read_commands(reader))


def _read_closure(reader: ByteReader) -> Closure:
    name, inputs = read_identifier(reader), _read_inputs(reader, read_register_type)
    return Closure(name, inputs, _read_instructions(reader, 1), _read_outputs(reader, read_register_type))


def _read_view(reader: ByteReader) -> View:
    name, inputs = read_identifier(reader), _read_inputs(reader, read_finalize_type)
    return View(name, inputs, _read_commands(reader, 0), _read_outputs(reader, read_finalize_type))


def _read_constructor(reader: ByteReader) -> Constructor:
    return Constructor(_read_commands(reader))


def _read_mapping(reader: ByteReader) -> MappingDef:
    return MappingDef(read_identifier(reader), read_plaintext_type(reader), read_plaintext_type(reader))


def _read_struct(reader: ByteReader) -> StructDef:
    name = read_identifier(reader)
    count = _count(reader.u16(), MAX_STRUCT_MEMBERS, "members")
    members = tuple((read_identifier(reader), read_plaintext_type(reader)) for _ in range(count))
    return StructDef(name, members, places=(None,) * count)


def _read_record(reader: ByteReader) -> RecordDef:
    name = read_identifier(reader)
    owner = Visibility.PRIVATE if reader.boolean() else Visibility.PUBLIC
    count = _count(reader.u16(), MAX_RECORD_ENTRIES, "entries")
    entries = []
    for _ in range(count):
        entry, found = read_identifier(reader), read_value_type(reader)
        if not isinstance(found, PlaintextValue):
            raise DecodeError(f"the entry '{entry}' of a record is no plaintext")
        entries.append((entry, found.visibility, found.type))
    return RecordDef(name, owner, tuple(entries), places=(None,) * count)


_READERS: tuple[Callable[[ByteReader], Component], ...] = (
    _read_mapping,
    _read_struct,
    _read_record,
    _read_closure,
    read_function,
    _read_constructor,
    _read_view,
)


def read_program(reader: ByteReader) -> Program:
    """Read what ``program_to_bytes`` writes.

    Raises:
        DecodeError: it is not canonical, or breaks a rule that the text of a program keeps.
    """
    if (version := reader.u8()) != VERSION:
        raise DecodeError(f"there is no program of version {version}")
    name = read_program_id(reader)
    imports = tuple(read_program_id(reader) for _ in range(_count(reader.u8(), MAX_IMPORTS, "imports")))
    components = []
    for _ in range(reader.u16()):
        kind = reader.u8()
        if kind >= len(_READERS):
            raise DecodeError(f"there is no component of kind {kind}")
        components.append(_READERS[kind](reader))
    program = Program(name, imports, tuple(components))
    try:
        check_form(program)
    except ParseFailure as failure:
        raise DecodeError(f"the program breaks a rule: {failure.message}") from failure
    return program


def program_from_bytes(data: bytes) -> Program:
    """Return the program of exactly these bytes; DecodeError when they are not canonical."""
    reader = ByteReader(data)
    program = read_program(reader)
    reader.finish()
    return program
