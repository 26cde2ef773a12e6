"""The bytes of what instructions read and write: registers, literals, and values of their surroundings.

Source: snarkVM ``synthesizer/program/src/logic/instruction/operand``, ``console/program/src/data/register``.
"""

from __future__ import annotations

from avm.base.codec import ByteReader
from avm.base.errors import DecodeError
from avm.data.identifier import identifier_bytes, program_id_bytes, read_identifier, read_program_id
from avm.data.literal import Literal
from avm.data.plaintext import read_literal
from avm.isa.operand import (
    MAX_ACCESSES,
    ContextOperand,
    GeneratorPowers,
    Operand,
    ProgramId,
    Register,
)

_CONTEXT = {
    "self.signer": 3,
    "self.caller": 4,
    "block.height": 5,
    "network.id": 6,
    "block.timestamp": 10,
}
_ABOUT = {"checksum": 7, "edition": 8, "program_owner": 9}
_COMPONENT_CHECKSUM = 13
_CONTEXT_NAMES = {number: name for name, number in _CONTEXT.items()}
_ABOUT_NAMES = {number: name for name, number in _ABOUT.items()}


def varint_bytes(value: int) -> bytes:
    """Return a number in its shortest form: a byte up to 252, else 253 to 255 and 2, 4 or 8 bytes."""
    if value <= 252:
        return bytes([value])
    size = 2 if value < 1 << 16 else 4 if value < 1 << 32 else 8
    return bytes([0xFC + size.bit_length() - 1]) + value.to_bytes(size, "little")


def read_varint(reader: ByteReader) -> int:
    """Read what ``varint_bytes`` writes; DecodeError for a longer form than the number needs."""
    flag = reader.u8()
    if flag <= 252:
        return flag
    value = reader.uint(1 << flag - 0xFC)
    if len(varint_bytes(value)) != 1 + (1 << flag - 0xFC):
        raise DecodeError(f"the number {value} has a shorter form")
    return value


def register_bytes(register: Register) -> bytes:
    """Return the bytes of a register: 0 or, with accesses, 1, the number, the accesses."""
    head = bytes([bool(register.accesses)]) + varint_bytes(register.locator)
    if not register.accesses:
        return head
    out = head + len(register.accesses).to_bytes(2, "little")
    for access in register.accesses:
        if isinstance(access, str):
            out += b"\0" + identifier_bytes(access)
        else:
            out += b"\1" + access.to_bytes(4, "little")
    return out


def read_register(reader: ByteReader) -> Register:
    """Read what ``register_bytes`` writes."""
    kind, locator = reader.u8(), read_varint(reader)
    if kind == 0:
        return Register(locator)
    if kind != 1:
        raise DecodeError(f"there is no register of kind {kind}")
    count = reader.u16()
    if not 1 <= count <= MAX_ACCESSES:
        raise DecodeError(f"a register has at most {MAX_ACCESSES} members and indices, not {count}")
    accesses: list[str | int] = []
    for _ in range(count):
        accesses.append(reader.u32() if reader.boolean() else read_identifier(reader))
    return Register(locator, tuple(accesses))


def read_destination(reader: ByteReader) -> int:
    """Read a register without accesses and return its number."""
    register = read_register(reader)
    if register.accesses:
        raise DecodeError(f"a destination is a whole register, not {register}")
    return register.locator


def _program_option(program: str) -> bytes:
    return b"\1" + program_id_bytes(program) if program else b"\0"


def operand_bytes(operand: Operand) -> bytes:
    """Return the bytes of an operand: its kind and what it names."""
    if isinstance(operand, Literal):
        return b"\0" + operand.to_bytes()[1:]
    if isinstance(operand, Register):
        return b"\1" + register_bytes(operand)
    if isinstance(operand, ProgramId):
        return b"\2" + program_id_bytes(operand.name)
    if isinstance(operand, GeneratorPowers):
        if not operand.powers:
            return bytes([11])
        index = operand.index
        return bytes([12, 0]) if index is None else bytes([12, 1]) + index.to_bytes(4, "little")
    if operand.name in _CONTEXT:
        return bytes([_CONTEXT[operand.name]])
    program, _, component = operand.about.rpartition("/")
    if component and "." not in component:
        return bytes([_COMPONENT_CHECKSUM]) + _program_option(program) + identifier_bytes(component)
    return bytes([_ABOUT[operand.name]]) + _program_option(operand.about)


def read_operand(reader: ByteReader) -> Operand:
    """Read what ``operand_bytes`` writes."""
    kind = reader.u8()
    if kind == 0:
        return read_literal(reader)
    if kind == 1:
        return read_register(reader)
    if kind == 2:
        return ProgramId(read_program_id(reader))
    if kind in _CONTEXT_NAMES:
        return ContextOperand(_CONTEXT_NAMES[kind])
    if kind in _ABOUT_NAMES:
        return ContextOperand(_ABOUT_NAMES[kind], read_program_id(reader) if reader.boolean() else "")
    if kind == 11:
        return GeneratorPowers()
    if kind == 12:
        return GeneratorPowers(True, reader.u32() if reader.boolean() else None)
    if kind == _COMPONENT_CHECKSUM:
        program = f"{read_program_id(reader)}/" if reader.boolean() else ""
        return ContextOperand("checksum", program + read_identifier(reader))
    raise DecodeError(f"there is no operand of kind {kind}")
