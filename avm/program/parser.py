"""Reads the text of a program, by the grammar and the rules of `avm.program.rules`.

The grammar is the reference's (snarkVM ``synthesizer/program/src/**/parse.rs``): comments stand before
statements and components, white space between the words of a statement, and a word ends where its own
characters end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from avm.base.errors import ParseFailure
from avm.base.limits import MAX_PROGRAM_BYTES
from avm.base.sources import Source
from avm.base.span import Span
from avm.data.identifier import scan_name, scan_program_id
from avm.data.scanner import Scanner
from avm.data.types import (
    PlaintextType,
    Visibility,
    scan_plaintext_type,
    scan_value_type,
    scan_visibility,
)
from avm.isa.instruction import Instruction, peek_mnemonic, read_instruction
from avm.isa.operand import read_locator, read_operand
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
from avm.program.rules import Draft, word_fault

Kept = TypeVar("Kept")
TypeReader = Callable[[Scanner], tuple[InterfaceType | RegisterType, str]]
"""Reads the type of an input or output, and the suffix it is printed with."""


def parse(text: str, path: str = "main.aleo", step: Callable[[], None] = lambda: None) -> Program:
    """Return the program of a text that people know by ``path``; see ``parse_source``."""
    return parse_source(Source(path, text), step)


def parse_source(source: Source, step: Callable[[], None] = lambda: None) -> Program:
    """Return the program of a source; ``step`` is called for each statement and may raise to stop the work.

    Raises ``ParseFailure`` with the place (and line and column in the message) for text that does not follow
    the grammar, and for reserved or duplicate names, types used before they are defined, and exceeded limits.
    """
    return _Parser(Scanner(source.text, source, numbered=True), step).program()


def _value_type(scanner: Scanner) -> tuple[InterfaceType | RegisterType, str]:
    return scan_value_type(scanner), ""


def _register_type(scanner: Scanner) -> tuple[InterfaceType | RegisterType, str]:
    return read_register_type(scanner), ""


class _Parser:
    def __init__(self, scanner: Scanner, step: Callable[[], None]) -> None:
        self.scanner = scanner
        self.step = step
        self.draft = Draft()

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
        place = scanner.span(start)
        scanner.expects(";")
        while not scanner.at_end():
            self._component()
        return self._kept(lambda: self.draft.finish(program_id, place))

    def _import(self) -> None:
        scanner = self.scanner
        scanner.blanks()
        start = scanner.position
        name = scan_program_id(scanner)
        place = scanner.span(start)
        scanner.expects(";")
        self._kept(lambda: self.draft.add_import(name, place))

    def _kept(self, rule: Callable[[], Kept]) -> Kept:
        """The result of a rule, whose failure is told like those of the grammar."""
        try:
            return rule()
        except ParseFailure as failure:
            assert failure.place is not None
            self.scanner.position = failure.place.end
            raise self.scanner.fail(failure.message, start=failure.place.start, hint=failure.hint) from None

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
        self._kept(lambda: self.draft.add(component))

    def _name(self, what: str) -> str:
        scanner = self.scanner
        scanner.blanks()
        start = scanner.position
        name = scan_name(scanner, what)
        if fault := word_fault(name):
            raise scanner.fail(fault, start=start)
        scanner.expects(":")
        return name

    def _members(self) -> Iterator[tuple[str, PlaintextType, int]]:
        """Read ``name as type`` and where it begins until the next component; the caller reads what follows.

        A line that is no member ends them if it may begin a component: a member may be called ``functions``.
        """
        scanner = self.scanner
        while not scanner.at_end():
            start = scanner.position
            component = any(scanner.at(word) for word in _READERS)
            try:
                name = scan_name(scanner, "a member name")
                scanner.expects("as")
                scanner.blanks()
                type_ = scan_plaintext_type(scanner)
                if component and scanner.text[scanner.position : scanner.position + 1] not in (".", ";"):
                    raise scanner.fail("this begins a component")  # `function ask:` holds an `as`
            except ParseFailure:
                if component:
                    scanner.position = start
                    return
                raise
            yield name, type_, start
            scanner.expects(";")

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
        members: list[tuple[str, PlaintextType]] = []
        places: list[Span] = []
        for member, type_, at in self._members():
            members.append((member, type_))
            places.append(self.scanner.span(at))
        return StructDef(name, tuple(members), self.scanner.span(start), tuple(places))

    def _record(self, start: int) -> RecordDef:
        scanner = self.scanner
        name = self._name("a record name")
        scanner.skip()
        scanner.expect("owner", hint="The first entry of a record is 'owner as address.private;'.")
        scanner.expects("as")
        scanner.blanks()
        scanner.expect("address")
        owner = scan_visibility(scanner)
        scanner.expects(";")
        entries: list[tuple[str, Visibility, PlaintextType]] = []
        places: list[Span] = []
        for entry, type_, at in self._members():
            entries.append((entry, scan_visibility(scanner), type_))
            places.append(scanner.span(at))
        return RecordDef(name, owner, tuple(entries), scanner.span(start), tuple(places))

    def _inputs(self, read_type: TypeReader) -> tuple[Input, ...]:
        scanner = self.scanner
        inputs: list[Input] = []
        scanner.skip()
        while scanner.at("input"):
            start = scanner.position
            scanner.expect("input")
            register = read_locator(scanner)
            scanner.expects("as")
            scanner.blanks()
            type_, suffix = read_type(scanner)
            scanner.expects(";")
            inputs.append(Input(register, type_, suffix, scanner.span(start)))
            scanner.skip()
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
            outputs.append(Output(operand, type_, suffix, scanner.span(start)))
            scanner.skip()
        return tuple(outputs)

    @staticmethod
    def _once(outputs: tuple[Output, ...]) -> tuple[Output, ...]:
        """The outputs of a closure or view, where the reference reads equal ones as one."""
        return tuple(dict.fromkeys(outputs))

    def _instructions(self) -> tuple[Instruction, ...]:
        found: list[Instruction] = []
        while not self.scanner.at_end() and not self._at_next_part():
            self.step()
            found.append(read_instruction(self.scanner))
        return tuple(found)

    def _at_next_part(self) -> bool:
        scanner = self.scanner
        if peek_mnemonic(scanner):
            return False
        return any(scanner.at(word) for word in ("output", "finalize", *_READERS))

    def _closure(self, start: int) -> Closure:
        name, inputs = self._name("a closure name"), self._inputs(_register_type)
        instructions, outputs = self._instructions(), self._once(self._outputs(_register_type))
        return Closure(name, inputs, instructions, outputs, self.scanner.span(start))

    def _function(self, start: int) -> Function:
        scanner = self.scanner
        name, inputs = self._name("a function name"), self._inputs(_value_type)
        instructions, outputs = self._instructions(), self._outputs(_value_type)
        span = scanner.span(start)
        scanner.skip()
        at = scanner.position
        finalize = self._finalize(at) if scanner.take("finalize") else None
        return Function(name, inputs, instructions, outputs, span, finalize)

    def _finalize(self, start: int) -> Finalize:
        name, inputs = self._name("the function name"), self._inputs(read_finalize_type)
        return Finalize(name, inputs, self._instructions(), self.scanner.span(start))

    def _constructor(self, start: int) -> Constructor:
        self.scanner.expects(":")
        return Constructor(self._instructions(), self.scanner.span(start))

    def _view(self, start: int) -> View:
        name, inputs = self._name("a view name"), self._inputs(read_finalize_type)
        instructions, outputs = self._instructions(), self._once(self._outputs(read_finalize_type))
        return View(name, inputs, instructions, outputs, self.scanner.span(start))


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

HEADS = frozenset({*_READERS, "import", "program", "finalize"})
"""The words at the edge of a program's text, each before what it declares."""
STATEMENTS = HEADS | {"input", "output", "key", "value"}
"""The words that a statement begins with that is no instruction."""
