"""Reads the text of a program; names, duplicates and limits that need no other program are checked here.

The grammar is the reference's (snarkVM ``synthesizer/program/src/**/parse.rs``): comments stand before
statements and components, white space between the words of a statement, and a word ends where its own
characters end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from avm.base.errors import ParseFailure
from avm.base.limits import (
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
from avm.data.identifier import scan_name, scan_program_id
from avm.data.reserved import KEYWORDS
from avm.data.scanner import Scanner
from avm.data.types import (
    ArrayType,
    PlaintextType,
    StructType,
    Visibility,
    scan_plaintext_type,
    scan_value_type,
    scan_visibility,
)
from avm.isa.instruction import Instruction, peek_mnemonic, read_instruction
from avm.isa.operand import Register, read_locator, read_operand
from avm.isa.registry import is_opcode
from avm.isa.types import InterfaceType, RegisterType, read_finalize_type, read_register_type
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
TypeReader = Callable[[Scanner], tuple[InterfaceType | RegisterType, str]]
"""Reads the type of an input or output, and the suffix it is printed with."""


def parse(text: str, file: str = "main.aleo", step: Callable[[], None] = lambda: None) -> Program:
    """Return the program of a text; ``step`` is called for each statement and may raise to stop the work.

    Raises ``ParseFailure`` with the place (and line and column in the message) for text that does not follow
    the grammar, and for reserved or duplicate names, types used before they are defined, and exceeded limits.
    """
    return _Parser(Scanner(text, file, numbered=True), step).program()


def _value_type(scanner: Scanner) -> tuple[InterfaceType | RegisterType, str]:
    return scan_value_type(scanner), ""


def _register_type(scanner: Scanner) -> tuple[InterfaceType | RegisterType, str]:
    return read_register_type(scanner), ""


class _Parser:
    def __init__(self, scanner: Scanner, step: Callable[[], None]) -> None:
        self.scanner = scanner
        self.step = step
        self.imports: list[str] = []
        self.components: dict[str, Component] = {}
        self.counts: dict[type, int] = {}

    def program(self) -> Program:
        scanner = self.scanner
        if len(scanner.text.encode("utf-8", "surrogatepass")) > MAX_PROGRAM_BYTES:
            raise scanner.fail(f"a program has at most {MAX_PROGRAM_BYTES:,} bytes", start=0)
        scanner.skip()
        while scanner.take("import"):
            self._import()
            scanner.skip()
        scanner.expect("program", hint="A program begins with 'program name.aleo;'.")
        scanner.blanks()
        start = scanner.position
        program_id = scan_program_id(scanner)
        if program_id[: -len(".aleo")] in KEYWORDS:
            raise scanner.fail(f"'{program_id}' has a reserved name", start=start)
        scanner.expects(";")
        while not scanner.at_end():
            self._component()
        if not self.components:
            raise scanner.fail("a program has at least one component", hint="Add a function.")
        return Program(program_id, tuple(self.imports), tuple(self.components.values()))

    def _import(self) -> None:
        scanner = self.scanner
        scanner.blanks()
        start = scanner.position
        name = scan_program_id(scanner)
        scanner.expects(";")
        short = name[: -len(".aleo")]
        if name in self.imports:
            raise scanner.fail(f"'{name}' is imported twice", start=start)
        if short in KEYWORDS or is_opcode(short):
            raise scanner.fail(f"'{name}' has a reserved name", start=start)
        if len(self.imports) >= MAX_IMPORTS:
            raise scanner.fail(f"a program has at most {MAX_IMPORTS} imports", start=start)
        self.imports.append(name)

    def _component(self) -> None:
        scanner = self.scanner
        start = scanner.position
        for word, reader in _READERS.items():
            if scanner.take(word):
                component = reader(self, start)
                break
        else:
            raise scanner.fail(
                f"unexpected {scanner.rest()}",
                hint="A component is a function, closure, struct, record, mapping, view or constructor.",
            )
        if component.name in self.components:
            raise scanner.fail(f"the name '{component.name}' is used twice", start=start)
        kind = type(component)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] > _LIMITS[kind]:
            raise scanner.fail(f"a program has at most {_LIMITS[kind]} components of this kind", start=start)
        self.components[component.name] = component

    def _name(self, what: str) -> str:
        scanner = self.scanner
        scanner.blanks()
        start = scanner.position
        name = scan_name(scanner, what)
        if name in KEYWORDS:
            raise scanner.fail(f"'{name}' is a reserved word", start=start)
        if is_opcode(name):
            raise scanner.fail(f"'{name}' is the name of an instruction", start=start)
        scanner.expects(":")
        return name

    def _members(self) -> Iterator[tuple[str, PlaintextType]]:
        """Read ``name as type`` until the next component; the caller reads what follows the type.

        A line that is no member ends them if it may begin a component: a member may be called ``functions``.
        """
        scanner = self.scanner
        taken: set[str] = set()
        while not scanner.at_end():
            start = scanner.position
            component = any(scanner.at(word) for word in _READERS)
            try:
                name = scan_name(scanner, "a member name")
                scanner.expects("as")
                scanner.blanks()
                at = scanner.position
                type_ = scan_plaintext_type(scanner)
                if component and scanner.text[scanner.position : scanner.position + 1] not in (".", ";"):
                    raise scanner.fail("this begins a component")  # `function ask:` holds an `as`
            except ParseFailure:
                if component:
                    scanner.position = start
                    return
                raise
            self._check_member(name, taken, start)
            self._check_stored(type_, at)
            yield name, type_
            scanner.expects(";")

    def _check_member(self, name: str, taken: set[str], start: int) -> None:
        if name in taken:
            raise self.scanner.fail(f"the name '{name}' is used twice", start=start)
        if name in KEYWORDS:
            raise self.scanner.fail(f"'{name}' is a reserved word", start=start)
        taken.add(name)

    def _check_stored(self, type_: PlaintextType, start: int) -> None:
        """The struct that a member's type names must be known already."""
        inner = type_
        while isinstance(inner, ArrayType):
            inner = inner.element
        if isinstance(inner, StructType):
            if inner.program is None and not isinstance(self.components.get(inner.name), StructDef):
                raise self.scanner.fail(
                    f"the struct '{inner.name}' is not defined", start=start, hint="Define it above its use."
                )
            if inner.program is not None and inner.program not in self.imports:
                raise self.scanner.fail(f"'{inner.program}' is not imported", start=start)

    def _mapping(self, start: int) -> MappingDef:
        scanner = self.scanner
        name = self._name("a mapping name")
        types: list[PlaintextType] = []
        for word in ("key", "value"):
            scanner.skip()
            scanner.expect(word)
            scanner.expects("as")
            scanner.blanks()
            types.append(scan_plaintext_type(scanner))
            scanner.expect(".public")
            scanner.expects(";")
        return MappingDef(name, types[0], types[1], scanner.span(start))

    def _struct(self, start: int) -> StructDef:
        name = self._name("a struct name")
        members = tuple(self._members())
        if not 1 <= len(members) <= MAX_STRUCT_MEMBERS:
            raise self.scanner.fail(f"a struct has 1 to {MAX_STRUCT_MEMBERS} members", start=start)
        return StructDef(name, members, self.scanner.span(start))

    def _record(self, start: int) -> RecordDef:
        scanner = self.scanner
        name = self._name("a record name")
        scanner.skip()
        scanner.expect("owner", hint="The first entry of a record is 'owner as address.private;'.")
        scanner.expects("as")
        scanner.blanks()
        scanner.expect("address")
        owner = scan_visibility(scanner)
        if owner is Visibility.CONSTANT:
            raise scanner.fail("the owner of a record is public or private", start=start)
        scanner.expects(";")
        entries: list[tuple[str, Visibility, PlaintextType]] = []
        for entry, type_ in self._members():
            if entry == "owner":
                raise scanner.fail("the name 'owner' is used twice", start=start)
            entries.append((entry, scan_visibility(scanner), type_))
        if len(entries) > MAX_RECORD_ENTRIES:
            raise scanner.fail(f"a record has at most {MAX_RECORD_ENTRIES} entries", start=start)
        return RecordDef(name, owner, tuple(entries), scanner.span(start))

    def _inputs(self, read_type: TypeReader) -> tuple[Input, ...]:
        scanner = self.scanner
        inputs: dict[Input, None] = {}
        scanner.skip()
        while scanner.at("input"):
            start = scanner.position
            scanner.expect("input")
            register = read_locator(scanner)
            scanner.expects("as")
            scanner.blanks()
            type_, suffix = read_type(scanner)
            scanner.expects(";")
            found = Input(register, type_, suffix, scanner.span(start))
            if found in inputs:
                raise scanner.fail(f"r{register} is an input twice", start=start)
            inputs[found] = None
            scanner.skip()
        if len(inputs) > MAX_INPUTS:
            raise scanner.fail(f"there are at most {MAX_INPUTS} inputs")
        return tuple(inputs)

    def _outputs(self, read_type: TypeReader) -> tuple[Output, ...]:
        scanner = self.scanner
        outputs: list[Output] = []
        scanner.skip()
        while scanner.at("output"):
            start = scanner.position
            scanner.expect("output")
            operand = read_operand(scanner)
            scanner.expects("as")
            scanner.blanks()
            type_, suffix = read_type(scanner)
            scanner.expects(";")
            found = Output(operand, type_, suffix, scanner.span(start))
            if isinstance(operand, Register) and found in outputs:
                raise scanner.fail(f"'{operand}' is an output twice", start=start)
            outputs.append(found)
            if len(outputs) > MAX_OUTPUTS:
                raise scanner.fail(f"there are at most {MAX_OUTPUTS} outputs")
            scanner.skip()
        return tuple(outputs)

    def _instructions(self, limit: int, *, commands: bool) -> tuple[Instruction, ...]:
        scanner = self.scanner
        found: list[Instruction] = []
        while not scanner.at_end() and not self._at_next_part():
            self.step()
            instruction = read_instruction(scanner)
            if instruction.op.is_command and not commands:
                place = instruction.span.start if instruction.span else None
                raise scanner.fail(f"'{instruction.mnemonic}' stands in finalize blocks only", start=place)
            found.append(instruction)
            if len(found) > limit:
                raise scanner.fail(f"there are at most {limit} instructions")
        return tuple(found)

    def _at_next_part(self) -> bool:
        scanner = self.scanner
        if peek_mnemonic(scanner):
            return False
        return any(scanner.at(word) for word in ("output", "finalize", *_READERS))

    def _commands(self, start: int) -> tuple[Instruction, ...]:
        scanner = self.scanner
        commands = self._instructions(MAX_COMMANDS, commands=True)
        positions: dict[str, int] = {}
        writes = 0
        for index, command in enumerate(commands):
            place = command.span.start if command.span else start
            if command.mnemonic == "position":
                if command.target in positions:
                    raise scanner.fail(f"the position '{command.target}' exists twice", start=place)
                if command.target in KEYWORDS or is_opcode(command.target):
                    raise scanner.fail(f"'{command.target}' is a reserved word", start=place)
                positions[command.target] = index
            writes += command.mnemonic in ("set", "remove")
            if command.mnemonic.startswith("branch.") and command.target in positions:
                raise scanner.fail(
                    f"'{command.mnemonic}' goes back to '{command.target}'",
                    start=place,
                    hint="Branches go forward only.",
                )
        if len(positions) > MAX_POSITIONS:
            raise scanner.fail(f"there are at most {MAX_POSITIONS} positions", start=start)
        if writes > MAX_WRITES:
            raise scanner.fail(f"there are at most {MAX_WRITES} 'set' and 'remove' commands", start=start)
        return commands

    def _closure(self, start: int) -> Closure:
        name = self._name("a closure name")
        inputs = self._inputs(_register_type)
        instructions = self._instructions(MAX_INSTRUCTIONS, commands=False)
        outputs = self._outputs(_register_type)
        if not inputs or not instructions:
            raise self.scanner.fail(
                f"the closure '{name}' has no {'instructions' if inputs else 'inputs'}", start=start
            )
        return Closure(name, inputs, instructions, outputs, self.scanner.span(start))

    def _function(self, start: int) -> Function:
        scanner = self.scanner
        name = self._name("a function name")
        inputs = self._inputs(_value_type)
        instructions = self._instructions(MAX_INSTRUCTIONS, commands=False)
        outputs = self._outputs(_value_type)
        span = scanner.span(start)
        finalize = None
        scanner.skip()
        at = scanner.position
        if scanner.take("finalize"):
            finalize = self._finalize(at)
            if finalize.name != name:
                raise scanner.fail(f"the finalize block of '{name}' is called '{finalize.name}'", start=at)
        return Function(name, inputs, instructions, outputs, finalize, span)

    def _finalize(self, start: int) -> Finalize:
        name = self._name("the function name")
        inputs = self._inputs(read_finalize_type)
        commands = self._commands(start)
        if not commands:
            raise self.scanner.fail("a finalize block has at least one command", start=start)
        return Finalize(name, inputs, commands, self.scanner.span(start))

    def _constructor(self, start: int) -> Constructor:
        self.scanner.expects(":")
        commands = self._commands(start)
        if not commands:
            raise self.scanner.fail("a constructor has at least one command", start=start)
        return Constructor(commands, self.scanner.span(start))

    def _view(self, start: int) -> View:
        name = self._name("a view name")
        inputs = self._inputs(read_finalize_type)
        commands = self._commands(start)
        outputs = self._outputs(read_finalize_type)
        return View(name, inputs, commands, outputs, self.scanner.span(start))


_READERS: dict[str, Callable[[_Parser, int], Component]] = {
    "constructor": _Parser._constructor,
    "mapping": _Parser._mapping,
    "struct": _Parser._struct,
    "record": _Parser._record,
    "closure": _Parser._closure,
    "function": _Parser._function,
    "view": _Parser._view,
}
"""What reads each component, by its first word."""

STATEMENTS = frozenset({*_READERS, "import", "program", "finalize", "input", "output", "key", "value"})
"""The words that a statement begins with that is no instruction."""
