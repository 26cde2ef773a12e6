"""Bytecode as a dependency: the signatures of an Aleo program as Leo sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from avm.base.errors import AvmError, Unsupported
from avm.base.sources import Source
from avm.base.span import Span
from avm.data import types
from avm.isa.types import InterfaceType, RegisterType
from avm.leo import ast
from avm.leo.ast import Location, Mode, Variant
from avm.leo.type_rules import LEO_TYPES
from avm.program import parse_source
from avm.program.model import Function, Input, Output, Program, RecordDef, StructDef


def _program_id(program: str) -> ast.ProgramId:
    name, _, network = program.rpartition(".")
    return ast.ProgramId(ast.Identifier(name), ast.Identifier(network))


class _Reader:
    """Turns the types of one program into Leo's."""

    def __init__(self, program: str) -> None:
        self.program = program

    def _item(self, name: str, program: str | None, *, qualified: bool) -> ast.CompositeType:
        owner = _program_id(program or self.program) if program or qualified else None
        place = Location(program or self.program, (name,))
        return ast.CompositeType(ast.Path(owner, (), ast.Identifier(name), place))

    def plaintext(self, type_: types.PlaintextType) -> ast.Type:
        """`u32`, `Point`, `geo.aleo/Point`, `[u8; 4u32]`"""
        match type_:
            case types.StructType():
                return self._item(type_.name, type_.program, qualified=False)
            case types.ArrayType():
                count = ast.Literal("Integer", str(type_.length), ast.U32)
                return ast.ArrayType(self.plaintext(type_.element), count)
            case _:
                return LEO_TYPES[type_]

    def value(self, type_: InterfaceType | RegisterType, function: str) -> tuple[Mode, ast.Type]:
        """A type with its visibility; `function` is the one whose future an output is."""
        match type_:
            case types.PlaintextValue():
                return Mode(str(type_.visibility)), self.plaintext(type_.type)
            case types.RecordValue():
                return Mode.NONE, self._item(type_.name, None, qualified=True)
            case types.ExternalRecordValue():
                return Mode.NONE, self._item(type_.name, type_.program, qualified=True)
            case types.DynamicRecord():
                return Mode.NONE, ast.DYN_RECORD
            case types.FutureValue() | types.DynamicFuture():
                return Mode.NONE, ast.FutureType((), Location(self.program, (function,)), False)
            case _:
                return Mode.NONE, self.plaintext(type_)

    def finalize_input(self, type_: InterfaceType | RegisterType) -> ast.Type:
        if isinstance(type_, types.FutureValue):
            return ast.FutureType((), Location(type_.program, (f"finalize/{type_.function}",)), False)
        return ast.FutureType() if isinstance(type_, types.DynamicFuture) else self.value(type_, "")[1]

    def inputs(self, inputs: Iterable[Input], function: str) -> tuple[ast.Input, ...]:
        found = []
        for number, item in enumerate(inputs, 1):
            mode, type_ = self.value(item.type, function)
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
            mode, type_ = self.value(item.type, name)
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
                ast.Input(ast.Identifier(f"arg{n}"), Mode.NONE, self.finalize_input(i.type))
                for n, i in enumerate(function.finalize.inputs, 1)
            ]
        )
        name = ast.Identifier(f"finalize/{function.name}")
        return ast.FunctionStub((), Variant.FINALIZE, name, inputs, (), ast.UNIT)

    def struct(self, node: StructDef) -> ast.Composite:
        members = tuple(
            [
                ast.Member(Mode.NONE, ast.Identifier(name), self.plaintext(type_))
                for name, type_ in node.members
            ]
        )
        return ast.Composite(ast.Identifier(node.name), (), members, False)

    def record(self, node: RecordDef) -> ast.Composite:
        public = node.owner is types.Visibility.PUBLIC
        owner_mode = Mode.PRIVATE if public else Mode.PUBLIC
        entry_mode = Mode.PUBLIC if public else Mode.PRIVATE
        members = [ast.Member(owner_mode, ast.Identifier("owner"), ast.ADDRESS)]
        members.extend(
            [
                ast.Member(entry_mode, ast.Identifier(name), self.plaintext(type_))
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
            ast.Mapping(ast.Identifier(m.name), read.plaintext(m.key), read.plaintext(m.value))
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


def read_bytecode(source: Source, step: Callable[[], None]) -> Program:
    """Parse a bytecode source; Unsupported when the machine's grammar does not know it yet."""
    try:
        return parse_source(source, step)
    except AvmError as error:
        whole = Span(source, 0, len(source.text))
        raise Unsupported(f"Reading this bytecode: {error.message}", place=whole) from error
