"""The type of an operand where it stands: of registers with access paths, and of the surroundings."""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.errors import CheckFailure
from avm.data.literal import Literal
from avm.data.types import (
    ArrayType,
    ExternalRecordValue,
    FutureValue,
    RecordValue,
    StructType,
)
from avm.isa.op import ON_CHAIN
from avm.isa.operand import ContextOperand, GeneratorPowers, Operand, ProgramId, Register
from avm.isa.types import DynamicRecord, RegisterType
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType

GENERATOR_POWER_COUNT = 251
_SURROUNDINGS: dict[str, RegisterType] = {
    "self.signer": LiteralType.ADDRESS,
    "self.caller": LiteralType.ADDRESS,
    "block.height": LiteralType.U32,
    "block.timestamp": LiteralType.I64,
    "network.id": LiteralType.U16,
    "checksum": ArrayType(LiteralType.U8, 32),
    "edition": LiteralType.U16,
    "program_owner": LiteralType.ADDRESS,
}


class OperandTypes:
    """Types operands in ``scope``; ``registers`` are the types of the registers written so far."""

    def __init__(self, scope: Scope, registers: Sequence[RegisterType]) -> None:
        self.scope = scope
        self.registers = list(registers)

    def operand_type(self, operand: Operand) -> RegisterType:
        """Return the type of an operand; fails where it does not exist here."""
        if isinstance(operand, Literal):
            return operand.type
        if isinstance(operand, Register):
            return self._register_type(operand)
        if isinstance(operand, ProgramId):
            return LiteralType.ADDRESS
        if isinstance(operand, GeneratorPowers):
            whole = operand.powers and operand.index is None
            return ArrayType(LiteralType.GROUP, GENERATOR_POWER_COUNT) if whole else LiteralType.GROUP
        return self._surrounding_type(operand)

    def _surrounding_type(self, operand: ContextOperand) -> RegisterType:
        on_chain = self.scope.place in ON_CHAIN
        if operand.name.startswith("self."):
            if on_chain:
                raise CheckFailure(f"'{operand}' does not exist in a {self.scope.place}")
        elif not on_chain:
            raise CheckFailure(f"'{operand}' is not a valid operand in a non-finalize context.")
        program, component = operand.subject
        if program:
            self.scope.imported(program)
        if component:
            home = self.scope.external(program) if program else self.scope.owner
            if not any(component in part for part in (home.functions, home.closures, home.views)):
                raise CheckFailure(f"'{component}' is not defined in '{home.id}'")
        return _SURROUNDINGS[operand.name]

    def _register_type(self, register: Register) -> RegisterType:
        if register.locator >= len(self.registers):
            raise CheckFailure(f"Register 'r{register.locator}' does not exist")
        type_ = self.registers[register.locator]
        for access in register.accesses:
            type_ = self._part(type_, access, register)
        return type_

    def _part(self, type_: RegisterType, access: str | int, register: Register) -> RegisterType:
        if isinstance(access, int):
            if isinstance(type_, FutureValue):
                if type_.program != self.scope.program:
                    self.scope.reach(type_.program)
                arguments = self.scope.future_arguments(type_)
                if access < len(arguments):
                    return arguments[access]
            elif isinstance(type_, ArrayType) and access < type_.length:
                return type_.element
            raise CheckFailure(f"'{register}' has no index {access}; r{register.locator} is a {type_}")
        if isinstance(type_, DynamicRecord) and access == "owner":
            return LiteralType.ADDRESS
        members: dict[str, RegisterType] = {}
        if isinstance(type_, StructType | ExternalRecordValue) and type_.program:
            self.scope.reach(type_.program)
        if isinstance(type_, StructType):
            members = dict(self.scope.members(type_))
        elif isinstance(type_, RecordValue | ExternalRecordValue):
            members = {name: entry for name, _, entry in self.scope.entries(type_)}
            members |= {"owner": LiteralType.ADDRESS, "_nonce": LiteralType.GROUP, "_version": LiteralType.U8}
        if access not in members:
            raise CheckFailure(f"'{register}' has no member '{access}'; r{register.locator} is a {type_}")
        return members[access]
