"""The bytes of instructions and commands, by the form of each opcode.

Source: snarkVM ``synthesizer/program/src/logic/{instruction,command}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from avm.base.codec import ByteReader
from avm.base.errors import DecodeError
from avm.base.limits import (
    MAX_ARRAY_LENGTH,
    MAX_OPERANDS,
    MAX_RECORD_ENTRIES,
    MAX_STRUCT_MEMBERS,
)
from avm.data.identifier import identifier_bytes, read_identifier
from avm.data.types import (
    ArrayType,
    ExternalRecordValue,
    PlaintextType,
    PlaintextValue,
    RecordValue,
    StructType,
    Visibility,
)
from avm.isa.instruction import Instruction
from avm.isa.op import Op
from avm.isa.operand import Operand, Register
from avm.isa.operand_codec import (
    operand_bytes,
    read_destination,
    read_operand,
    read_register,
    register_bytes,
)
from avm.isa.operand_syntax import (
    As,
    BitsForm,
    BranchForm,
    CallForm,
    CastForm,
    DynamicCallForm,
    DynamicEntryForm,
    DynamicMappingForm,
    MappingForm,
    Operands,
    PositionForm,
    RandomForm,
    SetForm,
)
from avm.isa.ops.flow import AwaitForm
from avm.isa.registry import ops
from avm.isa.statement import Statement
from avm.isa.type_codec import (
    array_type_bytes,
    cast_type_bytes,
    locator_bytes,
    plaintext_type_bytes,
    read_array_type,
    read_cast_type,
    read_literal_type,
    read_locator,
    read_plaintext_type,
    read_value_type,
    value_type_bytes,
)
from avm.types.literal_type import LiteralType

COMMANDS = (
    "",
    "await",
    "contains",
    "get",
    "get.or_use",
    "rand.chacha",
    "remove",
    "set",
    "branch.eq",
    "branch.neq",
    "position",
    "contains.dynamic",
    "get.dynamic",
    "get.or_use.dynamic",
)
"""The commands in the order of their numbers; 0 is an instruction."""


def _all(operands: Sequence[Operand]) -> bytes:
    return b"".join(map(operand_bytes, operands))


def _some(reader: ByteReader, count: int) -> tuple[Operand, ...]:
    return tuple(read_operand(reader) for _ in range(count))


def _counted(reader: ByteReader, most: int, least: int = 0) -> int:
    count = reader.u8()
    if not least <= count <= most:
        raise DecodeError(f"there are {least} to {most} operands or destinations here, not {count}")
    return count


def _into(destination: int) -> bytes:
    return register_bytes(Register(destination))


def _plaintext_type(type_: object) -> bytes:
    if not isinstance(type_, PlaintextType):
        raise DecodeError(f"a {type_} does not stand here")
    return plaintext_type_bytes(type_)


def _literal_type(type_: object) -> bytes:
    if not isinstance(type_, LiteralType):
        raise DecodeError(f"a {type_} does not stand here")
    return bytes([type_.value])


def _array_type(type_: object) -> bytes:
    if not isinstance(type_, ArrayType):
        raise DecodeError(f"a {type_} does not stand here")
    return array_type_bytes(type_)


def _reference(target: str) -> bytes:
    """Return the bytes of a callee or mapping: 0 and a locator, or 1 and a name."""
    program, _, name = target.rpartition("/")
    return b"\0" + locator_bytes(program, name) if program else b"\1" + identifier_bytes(name)


def _read_reference(reader: ByteReader) -> str:
    return read_identifier(reader) if reader.boolean() else "/".join(read_locator(reader))


def _write_operands(statement: Statement, form: Operands) -> bytes:
    return _all(statement.operands) + b"".join(map(_into, statement.destinations))


def _read_operands(reader: ByteReader, form: Operands) -> Statement:
    operands = _some(reader, form.arity)
    return Statement(operands, (read_destination(reader),) if form.has_destination else ())


def _write_as(statement: Statement, form: As) -> bytes:
    type_ = statement.types[0]
    head = _all(statement.operands) + _into(statement.destinations[0])
    return head + (_literal_type(type_) if form.literal else _plaintext_type(type_))


def _read_as(reader: ByteReader, form: As) -> Statement:
    operands, destination = _some(reader, form.arity), read_destination(reader)
    type_ = read_literal_type(reader) if form.literal else read_plaintext_type(reader)
    return Statement(operands, (destination,), types=(type_,))


def _most_parts(type_: object) -> int:
    """The operands that a cast to a type takes at most."""
    if isinstance(type_, ArrayType):
        return MAX_ARRAY_LENGTH
    if isinstance(type_, StructType):
        return MAX_STRUCT_MEMBERS
    return MAX_RECORD_ENTRIES + 1 if isinstance(type_, RecordValue | ExternalRecordValue) else 1


def _write_cast(statement: Statement, form: CastForm) -> bytes:
    count, type_ = len(statement.operands), statement.types[0]
    if not 1 <= count <= _most_parts(type_):
        raise DecodeError(f"a cast to {type_} does not take {count} operands")
    size = bytes([count]) if count < 0xFF else b"\xff" + count.to_bytes(2, "little")
    return size + _all(statement.operands) + _into(statement.destinations[0]) + cast_type_bytes(type_)


def _read_cast(reader: ByteReader, form: CastForm) -> Statement:
    count = reader.u8()
    long = count == 0xFF
    count = reader.u16() if long else count
    if not 1 <= count <= MAX_ARRAY_LENGTH or (long and count < 0xFF):
        raise DecodeError(f"a cast has 1 to {MAX_ARRAY_LENGTH} operands in the shortest form, not {count}")
    operands, destination, type_ = _some(reader, count), read_destination(reader), read_cast_type(reader)
    if count > _most_parts(type_):
        raise DecodeError(f"a cast to {type_} does not take {count} operands")
    return Statement(operands, (destination,), types=(type_,))


def _write_bits(statement: Statement, form: BitsForm) -> bytes:
    source, result = statement.types
    first, second = (_array_type, _plaintext_type) if form.reads else (_plaintext_type, _array_type)
    return _all(statement.operands) + first(source) + _into(statement.destinations[0]) + second(result)


def _read_bits(reader: ByteReader, form: BitsForm) -> Statement:
    operands = _some(reader, 1)
    source = read_array_type(reader) if form.reads else read_plaintext_type(reader)
    destination = read_destination(reader)
    result = read_plaintext_type(reader) if form.reads else read_array_type(reader)
    return Statement(operands, (destination,), types=(source, result))


def _write_call(statement: Statement, form: CallForm) -> bytes:
    head = _reference(statement.target) if form.external else identifier_bytes(statement.target)
    out = head + bytes([len(statement.operands)]) + _all(statement.operands)
    if not form.needs_destination:
        out += bytes([len(statement.destinations)])
    return out + b"".join(map(_into, statement.destinations))


def _read_call(reader: ByteReader, form: CallForm) -> Statement:
    target = _read_reference(reader) if form.external else read_identifier(reader)
    operands = _some(reader, _counted(reader, MAX_OPERANDS))
    count = 1 if form.needs_destination else _counted(reader, MAX_OPERANDS)
    return Statement(operands, tuple(read_destination(reader) for _ in range(count)), target)


def _write_dynamic_call(statement: Statement, form: DynamicCallForm) -> bytes:
    given = len(statement.operands) - 3
    types = [value_type_bytes(type_) for type_ in statement.types]
    out = bytes([len(statement.operands)]) + _all(statement.operands) + b"".join(types[:given])
    out += bytes([len(statement.destinations)]) + b"".join(map(_into, statement.destinations))
    return out + b"".join(types[given:])


def _read_dynamic_call(reader: ByteReader, form: DynamicCallForm) -> Statement:
    operands = _some(reader, _counted(reader, MAX_OPERANDS + 3, 3))
    types = [read_value_type(reader) for _ in operands[3:]]
    count = _counted(reader, MAX_OPERANDS)
    destinations = tuple(read_destination(reader) for _ in range(count))
    types += [read_value_type(reader) for _ in destinations]
    return Statement(operands, destinations, types=tuple(types))


def _write_entry(statement: Statement, form: DynamicEntryForm) -> bytes:
    register, declared = statement.operands[0], statement.types[0]
    if not isinstance(register, Register) or [type(a) for a in register.accesses] != [str]:
        raise DecodeError(f"'{register}' is not an entry of a register")
    out = operand_bytes(Register(register.locator)) + _into(statement.destinations[0])
    out += identifier_bytes(str(register.accesses[0]))
    if isinstance(declared, PlaintextValue):
        return out + plaintext_type_bytes(declared.type) + bytes([1, declared.visibility.value])
    return out + _plaintext_type(declared) + b"\0"


def _read_entry(reader: ByteReader, form: DynamicEntryForm) -> Statement:
    register, destination = read_operand(reader), read_destination(reader)
    if not isinstance(register, Register) or register.accesses:
        raise DecodeError(f"'{register}' is not a whole register")
    entry, type_ = read_identifier(reader), read_plaintext_type(reader)
    declared: PlaintextType | PlaintextValue = type_
    if reader.boolean():
        seen = reader.u8()
        if seen > Visibility.PRIVATE.value:
            raise DecodeError(f"there is no visibility {seen}")
        declared = PlaintextValue(Visibility(seen), type_)
    return Statement((Register(register.locator, (entry,)),), (destination,), types=(declared,))


def _write_mapping(statement: Statement, form: MappingForm) -> bytes:
    head = _reference(statement.target) if form.external else identifier_bytes(statement.target)
    return head + _all(statement.operands) + b"".join(map(_into, statement.destinations))


def _read_mapping(reader: ByteReader, form: MappingForm) -> Statement:
    target = _read_reference(reader) if form.external else read_identifier(reader)
    operands = _some(reader, 1 + form.has_default)
    return Statement(operands, (read_destination(reader),) if form.has_destination else (), target)


def _write_dynamic_mapping(statement: Statement, form: DynamicMappingForm) -> bytes:
    out = _all(statement.operands) + _into(statement.destinations[0])
    return out + b"".join(map(_plaintext_type, statement.types))


def _read_dynamic_mapping(reader: ByteReader, form: DynamicMappingForm) -> Statement:
    operands, destination = _some(reader, 4 + form.has_default), read_destination(reader)
    return Statement(operands, (destination,), types=(read_plaintext_type(reader),) if form.has_type else ())


def _write_set(statement: Statement, form: SetForm) -> bytes:
    value, key = statement.operands
    return identifier_bytes(statement.target) + _all((key, value))


def _read_set(reader: ByteReader, form: SetForm) -> Statement:
    target = read_identifier(reader)
    key, value = _some(reader, 2)
    return Statement((value, key), (), target)


def _write_branch(statement: Statement, form: BranchForm) -> bytes:
    return _all(statement.operands) + identifier_bytes(statement.target)


def _read_branch(reader: ByteReader, form: BranchForm) -> Statement:
    return Statement(_some(reader, 2), (), read_identifier(reader))


def _write_position(statement: Statement, form: PositionForm) -> bytes:
    return identifier_bytes(statement.target)


def _read_position(reader: ByteReader, form: PositionForm) -> Statement:
    return Statement(target=read_identifier(reader))


def _write_await(statement: Statement, form: AwaitForm) -> bytes:
    return operand_bytes(statement.operands[0])[1:]


def _read_await(reader: ByteReader, form: AwaitForm) -> Statement:
    return Statement((read_register(reader),))


def _write_random(statement: Statement, form: RandomForm) -> bytes:
    out = bytes([len(statement.operands)]) + _all(statement.operands)
    return out + _into(statement.destinations[0]) + _literal_type(statement.types[0])


def _read_random(reader: ByteReader, form: RandomForm) -> Statement:
    operands, destination = _some(reader, _counted(reader, 2)), read_destination(reader)
    return Statement(operands, (destination,), types=(read_literal_type(reader),))


_CODECS: Mapping[type, tuple[Callable[..., bytes], Callable[..., Statement]]] = {
    Operands: (_write_operands, _read_operands),
    As: (_write_as, _read_as),
    CastForm: (_write_cast, _read_cast),
    BitsForm: (_write_bits, _read_bits),
    CallForm: (_write_call, _read_call),
    DynamicCallForm: (_write_dynamic_call, _read_dynamic_call),
    DynamicEntryForm: (_write_entry, _read_entry),
    MappingForm: (_write_mapping, _read_mapping),
    DynamicMappingForm: (_write_dynamic_mapping, _read_dynamic_mapping),
    SetForm: (_write_set, _read_set),
    BranchForm: (_write_branch, _read_branch),
    PositionForm: (_write_position, _read_position),
    AwaitForm: (_write_await, _read_await),
    RandomForm: (_write_random, _read_random),
}


@cache
def _by_code() -> Mapping[int, Op]:
    return {op.code: op for op in ops().values() if op.code is not None}


def instruction_bytes(instruction: Instruction) -> bytes:
    """Return the bytes of an instruction: its opcode's number and its parts.

    Raises:
        DecodeError, Halt: it has a part that the form has no bytes for.
    """
    code = instruction.op.code
    if code is None or code > 0xFFFF:
        raise DecodeError(f"'{instruction.mnemonic}' is no instruction of the network")
    return code.to_bytes(2, "little") + _parts_bytes(instruction)


def _parts_bytes(instruction: Instruction) -> bytes:
    form = instruction.op.form
    return _CODECS[type(form)][0](instruction, form)


def read_instruction(reader: ByteReader) -> Instruction:
    """Read what ``instruction_bytes`` writes; DecodeError when it is not canonical."""
    code = reader.u16()
    op = _by_code().get(code)
    if op is None:
        raise DecodeError(f"there is no opcode {code}")
    return _read_parts(reader, op)


def _read_parts(reader: ByteReader, op: Op) -> Instruction:
    statement = _CODECS[type(op.form)][1](reader, op.form)
    if fault := op.form.fault(statement):
        raise DecodeError(f"'{op.mnemonic}': {fault}")
    return Instruction.make(op, statement)


def command_bytes(instruction: Instruction) -> bytes:
    """Return the bytes of what stands in code on chain: a number and a command, or 0 and an instruction."""
    if not instruction.op.is_command:
        return b"\0" + instruction_bytes(instruction)
    return bytes([COMMANDS.index(instruction.mnemonic)]) + _parts_bytes(instruction)


def read_command(reader: ByteReader) -> Instruction:
    """Read what ``command_bytes`` writes; DecodeError when it is not canonical."""
    number = reader.u8()
    if number == 0:
        return read_instruction(reader)
    if number >= len(COMMANDS):
        raise DecodeError(f"there is no command {number}")
    return _read_parts(reader, ops()[COMMANDS[number]])
