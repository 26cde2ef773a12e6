"""Reads the text of a program; names, duplicates and limits that need no other program are checked here."""

from __future__ import annotations

from collections.abc import Callable

from avm.data.types import ArrayType, FutureValue, PlaintextType, StructType, Visibility
from avm.isa.instruction import Instruction, peek_mnemonic, read_instruction
from avm.isa.limits import (
    KEYWORDS,
    MAX_CLOSURES,
    MAX_COMMANDS,
    MAX_FUNCTIONS,
    MAX_IMPORTS,
    MAX_INPUTS,
    MAX_INSTRUCTIONS,
    MAX_MAPPINGS,
    MAX_OUTPUTS,
    MAX_POSITIONS,
    MAX_PROGRAM_BYTES,
    MAX_RECORD_ENTRIES,
    MAX_RECORDS,
    MAX_STRUCT_MEMBERS,
    MAX_STRUCTS,
    MAX_VIEWS,
    MAX_WRITES,
)
from avm.isa.operand import Register, read_locator, read_operand
from avm.isa.registry import is_opcode
from avm.isa.text import Scanner
from avm.isa.types import (
    DynamicFuture,
    InterfaceType,
    RegisterType,
    read_interface_type,
    read_plaintext_type,
    read_register_type,
    read_visibility,
)
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

_LIMITS = {
    MappingDef: MAX_MAPPINGS,
    StructDef: MAX_STRUCTS,
    RecordDef: MAX_RECORDS,
    Closure: MAX_CLOSURES,
    Function: MAX_FUNCTIONS,
    Constructor: 1,
    View: MAX_VIEWS,
}
TypeReader = Callable[[Scanner], InterfaceType | RegisterType]


def parse(text: str, file: str = "main.aleo") -> Program:
    """Return the program of a text.

    Raises ``ParseFailure`` with the place (and line and column in the message) for text that does not follow
    the grammar, and for reserved or duplicate names, types used before they are defined, and exceeded limits.
    """
    return _Parser(Scanner(text, file)).program()


class _Parser:
    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner
        self.imports: list[str] = []
        self.components: dict[str, Component] = {}

    def program(self) -> Program:
        scanner = self.scanner
        if len(scanner.text.encode()) > MAX_PROGRAM_BYTES:
            raise scanner.failure(f"a program has at most {MAX_PROGRAM_BYTES} bytes", start=0)
        while scanner.take("import"):
            self._import()
        scanner.expect("program", hint="A program begins with 'program name.aleo;'.")
        start = scanner.position
        program_id = scanner.program_id()
        if program_id[: -len(".aleo")] in KEYWORDS:
            raise scanner.failure(f"'{program_id}' has a reserved name", start=start + 1)
        scanner.expect(";")
        while not scanner.at_end():
            self._component()
        if not self.components:
            raise scanner.failure("a program has at least one component", hint="Add a function.")
        return Program(program_id, tuple(self.imports), tuple(self.components.values()))

    def _import(self) -> None:
        scanner = self.scanner
        start = scanner.position + 1
        name = scanner.program_id()
        scanner.expect(";")
        short = name[: -len(".aleo")]
        if name in self.imports:
            raise scanner.failure(f"'{name}' is imported twice", start=start)
        if short in KEYWORDS or is_opcode(short):
            raise scanner.failure(f"'{name}' has a reserved name", start=start)
        if len(self.imports) >= MAX_IMPORTS:
            raise scanner.failure(f"a program has at most {MAX_IMPORTS} imports", start=start)
        self.imports.append(name)

    def _component(self) -> None:
        scanner = self.scanner
        scanner.skip()
        start = scanner.position
        readers: dict[str, Callable[[int], Component]] = {
            "constructor": self._constructor,
            "mapping": self._mapping,
            "struct": self._struct,
            "record": self._record,
            "closure": self._closure,
            "function": self._function,
            "view": self._view,
        }
        for word, reader in readers.items():
            if scanner.take(word):
                component = reader(start)
                break
        else:
            raise scanner.failure(
                f"unexpected {scanner.found()}",
                hint="A component is a function, closure, struct, record, mapping, view or constructor.",
            )
        if component.name in self.components:
            raise scanner.failure(f"the name '{component.name}' is used twice", start=start)
        if sum(type(c) is type(component) for c in self.components.values()) >= _LIMITS[type(component)]:
            limit = _LIMITS[type(component)]
            raise scanner.failure(f"a program has at most {limit} components of this kind", start=start)
        self.components[component.name] = component

    def _name(self, what: str) -> str:
        scanner = self.scanner
        scanner.skip()
        start = scanner.position
        name = scanner.identifier(what)
        if name in KEYWORDS:
            raise scanner.failure(f"'{name}' is a reserved word", start=start)
        if is_opcode(name):
            raise scanner.failure(f"'{name}' is the name of an instruction", start=start)
        if f"{name}.aleo" in self.imports:
            raise scanner.failure(f"'{name}' is the name of an import", start=start)
        scanner.expect(":")
        return name

    def _member_name(self, taken: set[str]) -> str:
        scanner = self.scanner
        scanner.skip()
        start = scanner.position
        name = scanner.identifier("a member name")
        if name in taken:
            raise scanner.failure(f"the name '{name}' is used twice", start=start)
        if name in KEYWORDS:
            raise scanner.failure(f"'{name}' is a reserved word", start=start)
        taken.add(name)
        return name

    def _stored_type(self) -> PlaintextType:
        """Read the type of a member; the struct it names must be known already."""
        scanner = self.scanner
        scanner.skip()
        start = scanner.position
        found = read_plaintext_type(scanner)
        inner = found
        while isinstance(inner, ArrayType):
            inner = inner.element
        if isinstance(inner, StructType):
            if inner.program is None and not isinstance(self.components.get(inner.name), StructDef):
                raise scanner.failure(
                    f"the struct '{inner.name}' is not defined", start=start, hint="Define it above its use."
                )
            if inner.program is not None and inner.program not in self.imports:
                raise scanner.failure(f"'{inner.program}' is not imported", start=start)
        return found

    def _mapping(self, start: int) -> MappingDef:
        scanner = self.scanner
        name = self._name("a mapping name")
        types: list[PlaintextType] = []
        for word in ("key", "value"):
            scanner.expect(word)
            scanner.expect("as")
            types.append(read_plaintext_type(scanner))
            scanner.expect(".public")
            scanner.expect(";")
        return MappingDef(name, types[0], types[1], scanner.span(start))

    def _struct(self, start: int) -> StructDef:
        scanner = self.scanner
        name = self._name("a struct name")
        members: list[tuple[str, PlaintextType]] = []
        taken: set[str] = set()
        while self._at_member():
            member = self._member_name(taken)
            scanner.expect("as")
            members.append((member, self._stored_type()))
            scanner.expect(";")
        if not 1 <= len(members) <= MAX_STRUCT_MEMBERS:
            raise scanner.failure(f"a struct has 1 to {MAX_STRUCT_MEMBERS} members", start=start)
        return StructDef(name, tuple(members), scanner.span(start))

    def _record(self, start: int) -> RecordDef:
        scanner = self.scanner
        name = self._name("a record name")
        scanner.expect("owner", hint="The first entry of a record is 'owner as address.private;'.")
        scanner.expect("as")
        scanner.expect("address")
        owner = read_visibility(scanner)
        if owner is Visibility.CONSTANT:
            raise scanner.failure("the owner of a record is public or private", start=start)
        scanner.expect(";")
        entries: list[tuple[str, Visibility, PlaintextType]] = []
        taken = {"owner"}
        while self._at_member():
            entry = self._member_name(taken)
            scanner.expect("as")
            type_ = self._stored_type()
            entries.append((entry, read_visibility(scanner), type_))
            scanner.expect(";")
        if len(entries) > MAX_RECORD_ENTRIES:
            raise scanner.failure(f"a record has at most {MAX_RECORD_ENTRIES} entries", start=start)
        return RecordDef(name, owner, tuple(entries), scanner.span(start))

    def _at_member(self) -> bool:
        """Whether ``name as`` follows rather than the next component."""
        scanner = self.scanner
        mark = scanner.position
        scanner.skip()
        if scanner.at_end() or not scanner.text[scanner.position].isalpha():
            return False
        scanner.identifier()
        follows = scanner.peek("as")
        scanner.position = mark
        return follows

    def _inputs(self, read_type: TypeReader, suffix: str = "") -> tuple[Input, ...]:
        scanner = self.scanner
        inputs: list[Input] = []
        while scanner.peek("input"):
            start = scanner.position
            scanner.expect("input")
            register = read_locator(scanner)
            scanner.expect("as")
            type_, ending = self._suffixed(read_type, suffix)
            scanner.expect(";")
            found = Input(register, type_, ending, scanner.span(start))
            if found in inputs:
                raise scanner.failure(f"r{register} is an input twice", start=start)
            inputs.append(found)
        if len(inputs) > MAX_INPUTS:
            raise scanner.failure(f"there are at most {MAX_INPUTS} inputs")
        return tuple(inputs)

    def _outputs(self, read_type: TypeReader, suffix: str = "") -> tuple[Output, ...]:
        scanner = self.scanner
        outputs: list[Output] = []
        while scanner.peek("output"):
            start = scanner.position
            scanner.expect("output")
            operand = read_operand(scanner)
            scanner.expect("as")
            type_, ending = self._suffixed(read_type, suffix)
            scanner.expect(";")
            found = Output(operand, type_, ending, scanner.span(start))
            if found in outputs and isinstance(operand, Register):
                raise scanner.failure(f"'{operand}' is an output twice", start=start)
            outputs.append(found)
        if len(outputs) > MAX_OUTPUTS:
            raise scanner.failure(f"there are at most {MAX_OUTPUTS} outputs")
        return tuple(outputs)

    def _suffixed(self, read_type: TypeReader, suffix: str) -> tuple[InterfaceType | RegisterType, str]:
        type_ = read_type(self.scanner)
        if not suffix or isinstance(type_, FutureValue | DynamicFuture):
            return type_, ""
        self.scanner.expect(suffix)
        return type_, suffix

    def _instructions(self, limit: int, *, commands: bool) -> tuple[Instruction, ...]:
        scanner = self.scanner
        found: list[Instruction] = []
        while not self._at_next_part():
            instruction = read_instruction(scanner)
            if instruction.op.is_command and not commands:
                place = instruction.span.start if instruction.span else None
                raise scanner.failure(f"'{instruction.mnemonic}' stands in finalize blocks only", start=place)
            found.append(instruction)
            if len(found) > limit:
                raise scanner.failure(f"there are at most {limit} instructions")
        return tuple(found)

    def _at_next_part(self) -> bool:
        scanner = self.scanner
        if scanner.at_end() or scanner.peek("output"):
            return True
        if peek_mnemonic(scanner):
            return False
        mark = scanner.position
        try:
            return any(
                scanner.take(word)
                for word in (
                    "finalize",
                    "function",
                    "closure",
                    "struct",
                    "record",
                    "mapping",
                    "view",
                    "constructor",
                )
            )
        finally:
            scanner.position = mark

    def _commands(self, start: int) -> tuple[Instruction, ...]:
        scanner = self.scanner
        commands = self._instructions(MAX_COMMANDS, commands=True)
        positions: dict[str, int] = {}
        writes = 0
        for index, command in enumerate(commands):
            place = command.span.start if command.span else start
            if command.mnemonic == "position":
                if command.target in positions:
                    raise scanner.failure(f"the position '{command.target}' exists twice", start=place)
                if command.target in KEYWORDS or is_opcode(command.target):
                    raise scanner.failure(f"'{command.target}' is a reserved word", start=place)
                positions[command.target] = index
            writes += command.mnemonic in ("set", "remove")
            if command.mnemonic.startswith("branch.") and command.target in positions:
                raise scanner.failure(
                    f"'{command.mnemonic}' goes back to '{command.target}'",
                    start=place,
                    hint="Branches go forward only.",
                )
        if len(positions) > MAX_POSITIONS:
            raise scanner.failure(f"there are at most {MAX_POSITIONS} positions", start=start)
        if writes > MAX_WRITES:
            raise scanner.failure(f"there are at most {MAX_WRITES} 'set' and 'remove' commands", start=start)
        return commands

    def _closure(self, start: int) -> Closure:
        name = self._name("a closure name")
        inputs = self._inputs(read_register_type)
        instructions = self._instructions(MAX_INSTRUCTIONS, commands=False)
        outputs = self._outputs(read_register_type)
        if not inputs or not instructions:
            raise self.scanner.failure(
                f"the closure '{name}' has no {'instructions' if inputs else 'inputs'}", start=start
            )
        return Closure(name, inputs, instructions, outputs, self.scanner.span(start))

    def _function(self, start: int) -> Function:
        scanner = self.scanner
        name = self._name("a function name")
        inputs = self._inputs(read_interface_type)
        instructions = self._instructions(MAX_INSTRUCTIONS, commands=False)
        outputs = self._outputs(read_interface_type)
        span = scanner.span(start)
        finalize = None
        scanner.skip()
        at = scanner.position
        if scanner.take("finalize"):
            finalize = self._finalize(at)
            if finalize.name != name:
                raise scanner.failure(f"the finalize block of '{name}' is called '{finalize.name}'", start=at)
        return Function(name, inputs, instructions, outputs, finalize, span)

    def _finalize(self, start: int) -> Finalize:
        name = self._name("the function name")
        inputs = self._inputs(read_register_type, ".public")
        commands = self._commands(start)
        if not commands:
            raise self.scanner.failure("a finalize block has at least one command", start=start)
        return Finalize(name, inputs, commands, self.scanner.span(start))

    def _constructor(self, start: int) -> Constructor:
        self.scanner.expect(":")
        commands = self._commands(start)
        if not commands:
            raise self.scanner.failure("a constructor has at least one command", start=start)
        return Constructor(commands, self.scanner.span(start))

    def _view(self, start: int) -> View:
        name = self._name("a view name")
        inputs = self._inputs(read_register_type, ".public")
        commands = self._commands(start)
        outputs = self._outputs(read_register_type, ".public")
        return View(name, inputs, commands, outputs, self.scanner.span(start))
