"""Bytecode as a dependency: the signatures of an Aleo program as Leo sees them."""

from __future__ import annotations

from collections.abc import Iterable

from avm.base.errors import AvmError, Unsupported
from avm.base.span import Span
from avm.leo import ast
from avm.leo.ast import Location, Mode, Variant
from avm.leo.front import UnitSource
from avm.leo.type_rules import LEO_TYPES
from avm.program import parse
from avm.program.model import Function, Input, Output, Program, RecordDef, StructDef

_NAMES = {**{t.type_name: type_ for t, type_ in LEO_TYPES.items()}, "dynamic.record": ast.DYN_RECORD}
_MODES = {f".{m.value}": m for m in (Mode.CONSTANT, Mode.PUBLIC, Mode.PRIVATE)}


def _program_id(program: str) -> ast.ProgramId:
    name, _, network = program.rpartition(".")
    return ast.ProgramId(ast.Identifier(name), ast.Identifier(network))


class _Reader:
    """Reads the types of one program from their text."""

    def __init__(self, program: str) -> None:
        self.program = program

    def _item(self, text: str, *, qualified: bool) -> ast.CompositeType:
        program, _, name = text.rpartition("/")
        owner = _program_id(program or self.program) if program or qualified else None
        place = Location(program or self.program, (name,))
        return ast.CompositeType(ast.Path(owner, (), ast.Identifier(name), place))

    def plaintext(self, text: str) -> ast.Type:
        """`u32`, `Point`, `geo.aleo/Point`, `[u8; 4u32]`"""
        if text in _NAMES:
            return _NAMES[text]
        if text.startswith("["):
            element, _, length = text[1:-1].rpartition(";")
            count = ast.Literal("Integer", length.strip().removesuffix("u32"), ast.U32)
            return ast.ArrayType(self.plaintext(element.strip()), count)
        return self._item(text, qualified=False)

    def value(self, text: str, function: str) -> tuple[Mode, ast.Type]:
        """A type with its visibility; `function` is the one whose future an output is."""
        for suffix, mode in _MODES.items():
            if text.endswith(suffix):
                return mode, self.plaintext(text.removesuffix(suffix))
        if text == "dynamic.future" or text.endswith(".future"):
            return Mode.NONE, ast.FutureType((), Location(self.program, (function,)), False)
        if text in _NAMES:
            return Mode.NONE, _NAMES[text]
        if text.endswith(".record"):
            return Mode.NONE, self._item(text.removesuffix(".record"), qualified=True)
        return Mode.NONE, self.plaintext(text)

    def finalize_input(self, text: str) -> ast.Type:
        if text == "dynamic.future":
            return ast.FutureType()
        if text.endswith(".future"):
            program, _, name = text.removesuffix(".future").rpartition("/")
            return ast.FutureType((), Location(program or self.program, (f"finalize/{name}",)), False)
        return self.plaintext(text.removesuffix(".public"))

    def inputs(self, inputs: Iterable[Input], function: str) -> tuple[ast.Input, ...]:
        found = []
        for number, item in enumerate(inputs, 1):
            mode, type_ = self.value(str(item.type), function)
            found.append(ast.Input(ast.Identifier(f"arg{number}"), mode, type_))
        return tuple(found)

    def stub(
        self,
        variant: Variant,
        name: str,
        inputs: tuple[ast.Input, ...],
        outputs: Iterable[Output],
        *,
        keep_modes: bool,
    ) -> ast.FunctionStub:
        results = []
        for item in outputs:
            mode, type_ = self.value(str(item.type), name)
            results.append(ast.Output(mode if keep_modes else Mode.NONE, type_))
        found = tuple(results)
        return ast.FunctionStub((), variant, ast.Identifier(name), inputs, found, ast.output_type(found))

    def entry(self, function: Function) -> ast.FunctionStub:
        inputs = self.inputs(function.inputs, function.name)
        return self.stub(Variant.ENTRY_POINT, function.name, inputs, function.outputs, keep_modes=True)

    def plain(
        self, variant: Variant, name: str, inputs: Iterable[Input], outputs: Iterable[Output]
    ) -> ast.FunctionStub:
        """A closure or view: no modes."""
        read = tuple([ast.Input(i.identifier, Mode.NONE, i.type_) for i in self.inputs(inputs, name)])
        return self.stub(variant, name, read, outputs, keep_modes=False)

    def finalize(self, function: Function) -> ast.FunctionStub:
        assert function.finalize is not None
        inputs = tuple(
            [
                ast.Input(ast.Identifier(f"arg{n}"), Mode.NONE, self.finalize_input(str(i.type)))
                for n, i in enumerate(function.finalize.inputs, 1)
            ]
        )
        name = ast.Identifier(f"finalize/{function.name}")
        return ast.FunctionStub((), Variant.FINALIZE, name, inputs, (), ast.UNIT)

    def struct(self, node: StructDef) -> ast.Composite:
        members = tuple(
            [
                ast.Member(Mode.NONE, ast.Identifier(name), self.plaintext(str(type_)))
                for name, type_ in node.members
            ]
        )
        return ast.Composite(ast.Identifier(node.name), (), members, False)

    def record(self, node: RecordDef) -> ast.Composite:
        public = str(node.owner) == "public"
        owner_mode = Mode.PRIVATE if public else Mode.PUBLIC
        entry_mode = Mode.PUBLIC if public else Mode.PRIVATE
        members = [ast.Member(owner_mode, ast.Identifier("owner"), ast.ADDRESS)]
        members.extend(
            [
                ast.Member(entry_mode, ast.Identifier(name), self.plaintext(str(type_)))
                for name, _, type_ in node.entries
            ]
        )
        return ast.Composite(ast.Identifier(node.name), (), tuple(members), True)


def signatures(program: Program) -> ast.AleoProgram:
    """The structs, records, mappings and functions of a program, without their code."""
    read = _Reader(program.id)
    functions = [
        *(read.plain(Variant.FN, c.name, c.inputs, c.outputs) for c in program.closures.values()),
        *(read.entry(f) for f in program.functions.values()),
        *(read.finalize(f) for f in program.functions.values() if f.finalize is not None),
        *(read.plain(Variant.VIEW, v.name, v.inputs, v.outputs) for v in program.views.values()),
    ]
    composites = [
        *(read.struct(s) for s in program.structs.values()),
        *(read.record(r) for r in program.records.values()),
    ]
    mappings = tuple(
        [
            ast.Mapping(ast.Identifier(m.name), read.plaintext(str(m.key)), read.plaintext(str(m.value)))
            for m in program.mappings.values()
        ]
    )
    return ast.AleoProgram(
        tuple([_program_id(i) for i in program.imports]),
        _program_id(program.id),
        tuple(composites),
        mappings,
        tuple(functions),
    )


def disassemble(source: UnitSource) -> ast.AleoProgram:
    """Read a bytecode source; Unsupported when the machine's grammar does not know it yet."""
    try:
        return signatures(parse(source.text, source.path))
    except AvmError as error:
        raise Unsupported(
            f"Reading this bytecode: {error.message}", place=Span(source.path, 0, len(source.text))
        ) from error
