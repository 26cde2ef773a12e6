"""The rules a program must keep to be loaded: register order, types, calls, futures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from avm.base.errors import AvmError, CheckFailure
from avm.data.types import (
    FutureValue,
    PlaintextValue,
    RecordValue,
    StructType,
    Visibility,
)
from avm.isa.instruction import Instruction
from avm.isa.op import ON_CHAIN
from avm.isa.operand import Operand, Register
from avm.isa.types import DynamicFuture, DynamicRecord, RegisterType, register_type
from avm.program.model import Body, Closure, Finalize, Function, Program, View
from avm.program.operand_types import OperandTypes
from avm.program.scope import Scope

BodyTypes = dict[tuple[str, str], tuple[RegisterType, ...]]
"""The types of the registers of bodies, by the kind and name of each body."""


def check(
    program: Program, imports: Mapping[str, Program], step: Callable[[], None] = lambda: None
) -> BodyTypes:
    """Return the types of all registers; fail unless ``program`` can be loaded beside ``imports``.

    These are all programs that it reaches, by id. ``step`` is called for each statement and may raise to stop
    the work. Raises ``CheckFailure`` with the place of the statement that breaks a rule.
    """
    for name in program.imports:
        if name not in imports:
            raise CheckFailure(
                f"Cannot add program '{program.id}' because its import '{name}' must be added first"
            )
    if not program.functions:
        raise CheckFailure(
            f"No functions present in the deployment for program '{program.id}'", place=program.span
        )
    programs = {**imports, program.id: program}
    found: BodyTypes = {}
    for component in program.components:
        parts: list[Body] = [component] if isinstance(component, Body) else []
        if isinstance(component, Function) and component.finalize:
            parts.append(component.finalize)
        for body in parts:
            found[body.kind, body.name] = register_types(program, body, programs, step)
    return found


def register_types(
    program: Program,
    body: Body,
    programs: Mapping[str, Program],
    step: Callable[[], None] = lambda: None,
) -> tuple[RegisterType, ...]:
    """Return the type of each register of ``body`` (index is its number), after checking every statement."""
    return _BodyCheck(Scope(program, body, programs), step).run()


def access_types(
    program: Program, body: Body, programs: Mapping[str, Program], step: Callable[[], None] = lambda: None
) -> tuple[tuple[tuple[RegisterType, ...], tuple[RegisterType, ...]], ...]:
    """Return the types that each instruction of a checked body reads and writes."""
    types = OperandTypes(Scope(program, body, programs), register_types(program, body, programs, step))
    found = []
    for instruction in body.instructions:
        step()
        found.append(instruction_types(types, instruction))
    return tuple(found)


def instruction_types(
    types: OperandTypes, instruction: Instruction
) -> tuple[tuple[RegisterType, ...], tuple[RegisterType, ...]]:
    """Return the types that an instruction of a checked body reads and writes."""
    reads = tuple([_read_type(types, instruction, o) for o in instruction.operands])
    return reads, tuple([types.registers[d] for d in instruction.destinations])


def _read_type(types: OperandTypes, instruction: Instruction, operand: Operand) -> RegisterType:
    """The type of an operand; of ``get.record.dynamic`` that of the record, whose entry the path names."""
    if instruction.mnemonic != "get.record.dynamic" or not isinstance(operand, Register):
        return types.operand_type(operand)
    found = types.operand_type(Register(operand.locator))
    if not isinstance(found, DynamicRecord):
        raise CheckFailure(
            f"'{instruction.mnemonic}' reads a dynamic.record; r{operand.locator} is a {found}"
        )
    return found


class _BodyCheck(OperandTypes):
    def __init__(self, scope: Scope, step: Callable[[], None]) -> None:
        super().__init__(scope, ())
        self.step = step
        self.body = scope.body

    def run(self) -> tuple[RegisterType, ...]:
        for item in self.body.inputs:
            type_ = register_type(item.type)
            _at(item.span, self._check_input, item.type, type_)
            _at(item.span, self._define, item.register, type_)
        for instruction in self.body.instructions:
            self.step()
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
                f"Register 'r{register}' is out of order",
                hint=f"The next register is r{len(self.registers)}.",
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
        if isinstance(self.body, Closure) and isinstance(declared, RecordValue):
            raise CheckFailure("closures do not return records")
        found = self.operand_type(operand)
        if isinstance(self.body, View) and declared != found:
            raise CheckFailure(
                f"View output type mismatch: declared '{declared}' but operand '{operand}' has type '{found}'"
            )
        if not self.scope.same_type(declared, found):
            raise CheckFailure(
                f"Output '{operand}' does not match the expected output operand type: expected '{found}', "
                f"found '{declared}'"
            )

    def _check_instruction(self, instruction: Instruction) -> None:
        op = instruction.op
        if self.scope.place not in op.places:
            raise CheckFailure(f"'{op.mnemonic}' cannot stand in a {self.scope.place}")
        operands = [_read_type(self, instruction, operand) for operand in instruction.operands]
        self._check_from_afar(instruction)
        results = op.result_types(instruction, operands, self.scope)
        for register, type_ in zip(instruction.destinations, results, strict=True):
            self._define(register, type_)

    def _check_from_afar(self, instruction: Instruction) -> None:
        """On chain, a cast to a struct of another program reads the types of its registers as that program.

        So the network does (`synthesizer/process/src/stack/finalize_types/initialize.rs`): a struct of this
        program is then looked for in the other.
        """
        target = instruction.types[0] if instruction.mnemonic == "cast" else None
        if not isinstance(target, StructType) or not target.program or self.scope.place not in ON_CHAIN:
            return
        home = self.scope.reach(target.program)
        there = OperandTypes(Scope(home, self.body, self.scope.programs), self.registers)
        struct = home.structs.get(target.name)
        for operand, (name, wanted) in zip(instruction.operands, struct.members if struct else ()):
            found = there.operand_type(operand) if isinstance(operand, Register) else wanted
            if not there.scope.same_type(wanted, found):
                raise CheckFailure(f"'{name}' of '{target}' expects a {wanted}, but '{operand}' is a {found}")

    def _check_futures(self, function: Function) -> None:
        """A function with a finalize block makes its future last and passes on every other one."""
        asyncs = [(i, c) for i, c in enumerate(function.instructions) if c.mnemonic == "async"]
        if len(asyncs) != (function.finalize is not None):
            if function.finalize is not None:
                rule = "must contain exactly one 'async' instruction."
            else:
                rule = "must not contain any 'async' instructions."
            raise CheckFailure(f"Function '{function.name}' {rule}")
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
        if any(c.mnemonic in ("call", "call.dynamic") for c in function.instructions[index + 1 :]):
            raise CheckFailure("a 'call' stands before the 'async' instruction, not after it")
        del made[last.destinations[0]]
        for operand in last.operands:
            if isinstance(self.operand_type(operand), FutureValue | DynamicFuture):
                assert isinstance(operand, Register)
                if operand.accesses or made.pop(operand.locator, None) is None:
                    raise CheckFailure(
                        f"'{operand}' is no future made before 'async {function.name}', or is passed twice"
                    )
        for number in made:
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
