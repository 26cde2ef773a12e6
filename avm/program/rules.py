"""The rules of a program that need no other one: names, the order of definitions, the network's limits.

The parser asks them of what it has read, the compiler of what it has made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from avm.base.errors import ParseFailure
from avm.base.limits import (
    MAX_ARRAY_LENGTH,
    MAX_CALLS,
    MAX_CLOSURES,
    MAX_COMMANDS,
    MAX_FUNCTIONS,
    MAX_IMPORTS,
    MAX_INPUTS,
    MAX_INSTRUCTIONS,
    MAX_MAPPINGS,
    MAX_NESTING,
    MAX_OUTPUTS,
    MAX_POSITIONS,
    MAX_RECORD_ENTRIES,
    MAX_RECORDS,
    MAX_STRUCT_MEMBERS,
    MAX_STRUCTS,
    MAX_VIEWS,
    MAX_WRITES,
)
from avm.base.span import Span
from avm.data.identifier import identifier_fault, program_id_fault
from avm.data.literal import Literal
from avm.data.reserved import KEYWORDS
from avm.data.types import ArrayType, PlaintextType, PlaintextValue, StructType, Visibility, innermost
from avm.isa.instruction import Instruction
from avm.isa.op import Trait
from avm.isa.operand import MAX_ACCESSES, Operand, Register
from avm.isa.registry import is_opcode
from avm.program.model import (
    Body,
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
from avm.types.identifier import identifier_literal_fault
from avm.types.literal_type import LiteralType

_LIMITS = {
    MappingDef: MAX_MAPPINGS,
    StructDef: MAX_STRUCTS,
    RecordDef: MAX_RECORDS,
    Closure: MAX_CLOSURES,
    Function: MAX_FUNCTIONS,
    Constructor: 1,
    View: MAX_VIEWS,
}


def word_fault(name: str) -> str:
    """Return what keeps an identifier from naming a component, or the empty string."""
    if name in KEYWORDS:
        return f"'{name}' is a reserved word"
    return f"'{name}' is the name of an instruction" if is_opcode(name) else ""


def _refuse(fault: str, place: Span | None, hint: str = "") -> None:
    """Fail with a fault; nothing happens when it is the empty string."""
    if fault:
        raise ParseFailure(fault, place=place, hint=hint)


class Draft:
    """A program to which imports and components are added in order.

    Each method raises ``ParseFailure``, with the place of the part, for what breaks a rule.
    """

    def __init__(self) -> None:
        self.imports: dict[str, None] = {}
        self.components: dict[str, Component] = {}
        self._counts: Counter[type] = Counter()

    def add_import(self, name: str, place: Span | None) -> None:
        """Add the id of an imported program."""
        short = name.removesuffix(".aleo")
        if name in self.imports:
            _refuse(f"'{name}' is imported twice", place)
        if word_fault(short):
            _refuse(f"'{name}' has a reserved name", place)
        if len(self.imports) >= MAX_IMPORTS:
            _refuse(f"a program has at most {MAX_IMPORTS} imports", place)
        self.imports[name] = None

    def add(self, component: Component) -> None:
        """Add a component below those that are there."""
        if component.name in self.components:
            _refuse(f"the name '{component.name}' is used twice", component.span)
        kind = type(component)
        self._counts[kind] += 1
        if self._counts[kind] > _LIMITS[kind]:
            _refuse(f"a program has at most {_LIMITS[kind]} components of this kind", component.span)
        if isinstance(component, StructDef):
            self._members(component.members, component.places)
            if not 1 <= len(component.members) <= MAX_STRUCT_MEMBERS:
                _refuse(f"a struct has 1 to {MAX_STRUCT_MEMBERS} members", component.span)
        elif isinstance(component, RecordDef):
            self._record(component)
        elif isinstance(component, Body):
            _body(component)
        self.components[component.name] = component

    def finish(self, program: str, place: Span | None) -> Program:
        """The program by its id."""
        if program.removesuffix(".aleo") in KEYWORDS:
            _refuse(f"'{program}' has a reserved name", place)
        if not self.components:
            _refuse("a program has at least one component", place, "Add a function.")
        return Program(program, tuple(self.imports), tuple(self.components.values()), place)

    def _members(
        self, members: Sequence[tuple[str, PlaintextType]], places: Sequence[Span | None], *taken: str
    ) -> None:
        names = set(taken)
        for (name, type_), place in zip(members, places, strict=True):
            if name in names:
                _refuse(f"the name '{name}' is used twice", place)
            _refuse(identifier_fault(name), place)
            if name in KEYWORDS:
                _refuse(f"'{name}' is a reserved word", place)
            names.add(name)
            self._stored(innermost(type_), place)

    def _stored(self, type_: PlaintextType, place: Span | None) -> None:
        """The struct that a member's type names must be known already."""
        if not isinstance(type_, StructType):
            return
        if type_.program is None and not isinstance(self.components.get(type_.name), StructDef):
            _refuse(f"the struct '{type_.name}' is not defined", place, "Define it above its use.")
        if type_.program is not None and type_.program not in self.imports:
            _refuse(f"'{type_.program}' is not imported", place)

    def _record(self, record: RecordDef) -> None:
        if record.owner is Visibility.CONSTANT:
            _refuse("the owner of a record is public or private", record.span)
        self._members([(name, type_) for name, _, type_ in record.entries], record.places, "owner")
        if len(record.entries) > MAX_RECORD_ENTRIES:
            _refuse(f"a record has at most {MAX_RECORD_ENTRIES} entries", record.span)


def _body(body: Body) -> None:
    _inputs(body.inputs)
    _outputs(body.outputs)
    if isinstance(body, Function | Closure):
        _instructions(body.instructions, MAX_INSTRUCTIONS, commands=False)
    else:
        _instructions(body.instructions, MAX_COMMANDS, commands=True)
        _commands(body)
    if isinstance(body, Closure) and not (body.inputs and body.instructions):
        missing = "instructions" if body.inputs else "inputs"
        _refuse(f"the closure '{body.name}' has no {missing}", body.span)
    if isinstance(body, Finalize | Constructor) and not body.instructions:
        what = "finalize block" if isinstance(body, Finalize) else "constructor"
        _refuse(f"a {what} has at least one command", body.span)
    if isinstance(body, Function) and body.finalize is not None:
        if body.finalize.name != body.name:
            _refuse(
                f"the finalize block of '{body.name}' is called '{body.finalize.name}'", body.finalize.span
            )
        _body(body.finalize)


def _inputs(inputs: Sequence[Input]) -> None:
    known = set()
    for item in inputs:
        if item in known:
            _refuse(f"r{item.register} is an input twice", item.span)
        known.add(item)
    if len(inputs) > MAX_INPUTS:
        _refuse(f"there are at most {MAX_INPUTS} inputs", inputs[MAX_INPUTS].span)


def _outputs(outputs: Sequence[Output]) -> None:
    known = set()
    for item in outputs:
        if item in known:
            _refuse(f"'{item.operand}' is an output twice", item.span)
        known.add(item)
    if len(outputs) > MAX_OUTPUTS:
        _refuse(f"there are at most {MAX_OUTPUTS} outputs", outputs[MAX_OUTPUTS].span)


def _instructions(instructions: Sequence[Instruction], most: int, *, commands: bool) -> None:
    if not commands:
        for instruction in instructions:
            if instruction.op.is_command:
                _refuse(f"'{instruction.mnemonic}' stands in finalize blocks only", instruction.span)
    if len(instructions) > most:
        _refuse(f"there are at most {most} instructions", instructions[most].span)


def _commands(body: Body) -> None:
    positions: set[str] = set()
    for command in body.instructions:
        name = command.target
        if command.mnemonic == "position":
            if name in positions:
                _refuse(f"the position '{name}' exists twice", command.span)
            positions.add(name)
        if name in positions and command.mnemonic.startswith("branch."):
            fault = f"'{command.mnemonic}' goes back to '{name}'"
            _refuse(fault, command.span, "Branches go forward only.")
    if sum(command.mnemonic == "call" for command in body.instructions) > MAX_CALLS:
        _refuse(f"there are at most {MAX_CALLS} calls", body.span)
    if len(positions) > MAX_POSITIONS:
        _refuse(f"there are at most {MAX_POSITIONS} positions", body.span)
    if writes(body.instructions) > MAX_WRITES:
        _refuse(f"there are at most {MAX_WRITES} 'set' and 'remove' commands", body.span)


def writes(code: Sequence[Instruction]) -> int:
    """How many commands change a mapping."""
    return sum(Trait.WRITES in command.op.traits for command in code)


def check_form(program: Program, step: Callable[[], None] = lambda: None) -> None:
    """Fail unless a program that was made, not read, is one that its text can be read back as.

    ``step`` is called for each instruction and may raise to stop the work. Raises ``ParseFailure`` with the
    place of the part that breaks a rule.
    """
    draft = Draft()
    for name in (program.id, *program.imports):
        if fault := program_id_fault(name):
            _refuse(f"'{name}' is not a program id: {fault}", program.span)
    for name in program.imports:
        draft.add_import(name, program.span)
    for component in program.components:
        if not isinstance(component, Constructor):
            _refuse(identifier_fault(component.name) or word_fault(component.name), component.span)
        for type_, place in _declared(component):
            _refuse(_type_fault(type_), place)
        draft.add(component)
    for body in program.bodies:
        for instruction in body.instructions:
            step()
            _refuse(_instruction_fault(instruction), instruction.span)
        for output in body.outputs:
            _refuse(_operand_fault(output.operand), output.span)
    draft.finish(program.id, program.span)


def _declared(component: Component) -> Iterable[tuple[object, Span | None]]:
    """The types that a component names outside of instructions, each with its place."""
    if isinstance(component, MappingDef):
        return [(component.key, component.span), (component.value, component.span)]
    if isinstance(component, StructDef | RecordDef):
        members = component.members if isinstance(component, StructDef) else component.entries
        return [(member[-1], place) for member, place in zip(members, component.places, strict=True)]
    bodies: list[Body] = [component]
    if isinstance(component, Function) and component.finalize is not None:
        bodies.append(component.finalize)
    inputs = [(item.type, item.span) for body in bodies for item in body.inputs]
    return [*inputs, *((item.type, item.span) for body in bodies for item in body.outputs)]


def _type_fault(type_: object) -> str:
    part = type_.type if isinstance(type_, PlaintextValue) else type_
    depth = 0
    while isinstance(part, ArrayType):
        if not 1 <= part.length <= MAX_ARRAY_LENGTH:
            return f"an array has 1 to {MAX_ARRAY_LENGTH} elements, not {part.length}"
        part = part.element
        depth += 1
    return f"the type is nested more than {MAX_NESTING} deep" if depth > MAX_NESTING else ""


def _operand_fault(operand: Operand) -> str:
    if isinstance(operand, Register):
        if len(operand.accesses) > MAX_ACCESSES:
            return f"r{operand.locator} has more than {MAX_ACCESSES} members and indices"
        for name in operand.accesses:
            if isinstance(name, str) and (fault := identifier_fault(name)):
                return fault
    if isinstance(operand, Literal) and operand.type is LiteralType.IDENTIFIER:
        return identifier_literal_fault(operand.value)
    return ""


def _instruction_fault(instruction: Instruction) -> str:
    for operand in instruction.operands:
        if fault := _operand_fault(operand):
            return fault
    for type_ in instruction.types:
        if fault := _type_fault(type_):
            return fault
    return instruction.op.form.fault(instruction)
