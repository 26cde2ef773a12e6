"""The rules a program must keep to be loaded: register order, types, calls, futures."""

from __future__ import annotations

from collections.abc import Mapping

from avm.base.errors import AvmError, CheckFailure
from avm.data.literal import Literal
from avm.data.types import (
    ArrayType,
    ExternalRecordValue,
    FutureValue,
    PlaintextValue,
    RecordValue,
    StructType,
    Visibility,
)
from avm.isa.instruction import Instruction
from avm.isa.op import ON_CHAIN
from avm.isa.operand import GeneratorPowers, IdentifierLiteral, Operand, ProgramId, Register, Surrounding
from avm.isa.types import DynamicFuture, DynamicRecord, IdentifierType, RegisterType, register_type
from avm.program.model import Body, Closure, Constructor, Finalize, Function, Program
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


def check(program: Program, imports: Mapping[str, Program]) -> None:
    """Fail unless ``program`` can be loaded beside ``imports`` (every program it reaches, by id).

    Raises ``CheckFailure`` with the place of the statement that breaks a rule.
    """
    for name in program.imports:
        if name not in imports:
            raise CheckFailure(
                f"'{program.id}' imports '{name}', which is not loaded", hint=f"Add {name} first."
            )
    programs = {**imports, program.id: program}
    for mapping in program.mappings.values():
        scope = Scope(program, Constructor(()), programs)
        for type_ in (mapping.key, mapping.value):
            _at(mapping.span, scope.check_type, type_)
    for component in program.components:
        if isinstance(component, Body):
            register_types(program, component, programs)
        if isinstance(component, Function) and component.finalize:
            register_types(program, component.finalize, programs)


def register_types(program: Program, body: Body, programs: Mapping[str, Program]) -> tuple[RegisterType, ...]:
    """Return the type of each register of ``body`` (index is its number), after checking every statement."""
    return _BodyCheck(Scope(program, body, programs)).run()


class _BodyCheck:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.body = scope.body
        self.registers: list[RegisterType] = []

    def run(self) -> tuple[RegisterType, ...]:
        for item in self.body.inputs:
            type_ = register_type(item.type)
            _at(item.span, self._check_input, item.type, type_)
            _at(item.span, self._define, item.register, type_)
        for instruction in self.body.instructions:
            _at(instruction.span, self._check_instruction, instruction)
        for output in self.body.outputs:
            _at(output.span, self._check_output, output.operand, register_type(output.type))
        if isinstance(self.body, Function):
            _at(self.body.span, self._check_futures, self.body)
        if isinstance(self.body, Finalize):
            _at(self.body.span, self._check_awaits, self.body)
        return tuple(self.registers)

    def _define(self, register: int, type_: RegisterType) -> None:
        if register != len(self.registers):
            raise CheckFailure(
                f"register r{register} is out of order", hint=f"The next register is r{len(self.registers)}."
            )
        self.registers.append(type_)

    def _check_input(self, declared: object, type_: RegisterType) -> None:
        if isinstance(declared, PlaintextValue) and declared.visibility is Visibility.CONSTANT:
            raise CheckFailure("constant inputs are not supported")
        if isinstance(type_, FutureValue | DynamicFuture) and not isinstance(self.body, Finalize):
            raise CheckFailure("only finalize blocks take futures")
        self.scope.check_type(type_)

    def _check_output(self, operand: Operand, declared: RegisterType) -> None:
        self.scope.check_type(declared)
        if isinstance(self.body, Closure) and isinstance(
            declared, RecordValue | ExternalRecordValue | DynamicRecord
        ):
            raise CheckFailure("closures do not return records")
        found = self.operand_type(operand)
        if not self.scope.same_type(declared, found):
            raise CheckFailure(f"the output '{operand}' is a {found}, not a {declared}")

    def _check_instruction(self, instruction: Instruction) -> None:
        op = instruction.op
        if self.scope.place not in op.places:
            raise CheckFailure(f"'{op.mnemonic}' cannot stand in a {self.scope.place}")
        if op.mnemonic == "get.record.dynamic":
            operands: list[RegisterType] = [DynamicRecord()]
        else:
            operands = [self.operand_type(o) for o in instruction.operands]
        results = op.result_types(instruction, operands, self.scope)
        for register, type_ in zip(instruction.destinations, results, strict=True):
            self._define(register, type_)

    def operand_type(self, operand: Operand) -> RegisterType:
        """Return the type of an operand; fails where it does not exist here."""
        if isinstance(operand, Literal):
            return operand.type
        if isinstance(operand, Register):
            return self._register_type(operand)
        if isinstance(operand, ProgramId):
            return LiteralType.ADDRESS
        if isinstance(operand, IdentifierLiteral):
            return IdentifierType()
        if isinstance(operand, GeneratorPowers):
            if operand.index is not None and operand.index >= GENERATOR_POWER_COUNT:
                raise CheckFailure(f"there are {GENERATOR_POWER_COUNT} powers, no index {operand.index}")
            whole = operand.powers and operand.index is None
            return ArrayType(LiteralType.GROUP, GENERATOR_POWER_COUNT) if whole else LiteralType.GROUP
        return self._surrounding_type(operand)

    def _surrounding_type(self, operand: Surrounding) -> RegisterType:
        on_chain = self.scope.place in ON_CHAIN
        if operand.name.startswith("self."):
            if on_chain:
                raise CheckFailure(f"'{operand}' does not exist in a {self.scope.place}")
        elif not on_chain:
            raise CheckFailure(f"'{operand}' is not a valid operand outside finalize")
        program, _, component = operand.about.partition("/")
        if program and not program.endswith(".aleo"):
            program, component = "", program
        if program:
            self.scope.imported(program)
        if component:
            home = self.scope.external(program) if program else self.scope.owner
            if not any(component in part for part in (home.functions, home.closures, home.views)):
                raise CheckFailure(f"'{component}' is not defined in '{home.id}'")
        return _SURROUNDINGS[operand.name]

    def _register_type(self, register: Register) -> RegisterType:
        if register.locator >= len(self.registers):
            raise CheckFailure(f"register r{register.locator} does not exist here")
        type_ = self.registers[register.locator]
        for access in register.accesses:
            type_ = self._part(type_, access, register)
        return type_

    def _part(self, type_: RegisterType, access: str | int, register: Register) -> RegisterType:
        if isinstance(access, int):
            if isinstance(type_, FutureValue):
                arguments = self.scope.future_arguments(type_)
                if access < len(arguments):
                    return arguments[access]
            elif isinstance(type_, ArrayType) and access < type_.length:
                return type_.element
            raise CheckFailure(f"'{register}' has no index {access}; r{register.locator} is a {type_}")
        if isinstance(type_, DynamicRecord) and access == "owner":
            return LiteralType.ADDRESS
        members: dict[str, RegisterType] = {}
        if isinstance(type_, StructType):
            members = dict(self.scope.members(type_))
        elif isinstance(type_, RecordValue | ExternalRecordValue):
            members = {name: entry for name, _, entry in self.scope.entries(type_)}
            members |= {"owner": LiteralType.ADDRESS, "_nonce": LiteralType.GROUP, "_version": LiteralType.U8}
        if access not in members:
            raise CheckFailure(f"'{register}' has no member '{access}'; r{register.locator} is a {type_}")
        return members[access]

    def _check_futures(self, function: Function) -> None:
        """A function with a finalize block makes its future last and passes on every other one."""
        asyncs = [(i, c) for i, c in enumerate(function.instructions) if c.mnemonic == "async"]
        if len(asyncs) != (function.finalize is not None):
            wanted = "exactly one" if function.finalize else "no"
            raise CheckFailure(f"the function '{function.name}' must contain {wanted} 'async' instruction")
        futures = [o.type for o in function.outputs if isinstance(o.type, FutureValue)]
        expected = [FutureValue(self.scope.program, function.name)] if function.finalize else []
        if futures != expected or (expected and function.outputs[-1].type != expected[0]):
            raise CheckFailure(
                f"the function '{function.name}' must return "
                + ("its own future as last output, and no other" if expected else "no futures")
            )
        made = {
            number: type_
            for number, type_ in enumerate(self.registers)
            if isinstance(type_, FutureValue | DynamicFuture) and number >= len(function.inputs)
        }
        if not asyncs:
            if made:
                raise CheckFailure(f"the function '{function.name}' makes futures, but has no 'async'")
            return
        index, last = asyncs[0]
        if any(c.mnemonic == "call" for c in function.instructions[index + 1 :]):
            raise CheckFailure("a 'call' stands before the 'async' instruction, not after it")
        passed = [o.locator for o in last.operands if isinstance(o, Register) and not o.accesses]
        for number in made:
            if number != last.destinations[0] and number not in passed:
                raise CheckFailure(f"the future in r{number} must be passed to 'async {function.name}'")

    def _check_awaits(self, finalize: Finalize) -> None:
        awaited = {
            c.operands[0].locator
            for c in finalize.instructions
            if c.mnemonic == "await" and isinstance(c.operands[0], Register)
        }
        for item in finalize.inputs:
            if isinstance(item.type, FutureValue | DynamicFuture) and item.register not in awaited:
                raise CheckFailure(f"the future in r{item.register} is never awaited")


def _at(span: object, step: object, *arguments: object) -> None:
    """Run one rule and give its failure the place of the statement."""
    try:
        step(*arguments)  # type: ignore[operator]
    except AvmError as failure:
        if failure.place is None:
            failure.place = span  # type: ignore[assignment]
        raise
