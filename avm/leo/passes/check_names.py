"""Name validation: no item may bear a word that the machine reserves, nor a record contain `aleo`."""

from __future__ import annotations

from avm.leo.ast import (
    AleoProgram,
    Composite,
    Function,
    FunctionStub,
    Identifier,
    Library,
    Module,
    Program,
    Stub,
    Variant,
)
from avm.leo.compilation import Compilation, Pass

# Words of Aleo instructions.
_WORDS = frozenset(
    [
        "const",
        "constant",
        "public",
        "private",
        "address",
        "boolean",
        "field",
        "group",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "scalar",
        "signature",
        "string",
        "true",
        "false",
        "input",
        "output",
        "as",
        "into",
        "record",
        "owner",
        "transition",
        "import",
        "function",
        "struct",
        "closure",
        "program",
        "aleo",
        "self",
        "storage",
        "mapping",
        "key",
        "value",
        "async",
        "finalize",
        "global",
        "block",
        "return",
        "break",
        "assert",
        "continue",
        "let",
        "if",
        "else",
        "while",
        "for",
        "switch",
        "case",
        "default",
        "match",
        "enum",
        "union",
        "trait",
        "impl",
        "type",
        "future",
        "constructor",
    ]
)
_VARIANTS = {Variant.ENTRY_POINT: "entry point fn", Variant.FN: "regular fn", Variant.VIEW: "view fn"}


class _Names:
    def __init__(self, compilation: Compilation) -> None:
        self.report = compilation.report

    def not_keyword(self, name: Identifier, kind: str, allowed: str = "") -> None:
        if name.name in _WORDS and name.name != allowed:
            self.report("illegal_name", name.span, item_name=name.name, item_type=kind, keyword=name.name)

    def without_aleo(self, name: Identifier, kind: str) -> None:
        if "aleo" in name.name:
            self.report(
                "illegal_name_content", name.span, item_name=name.name, item_type=kind, keyword="aleo"
            )

    def program(self, program: Program) -> None:
        for stub in program.stubs.values():
            self.stub(stub)
        for module in program.modules.values():
            self.unit(module.composites, module.functions)
        for scope in program.program_scopes.values():
            self.without_aleo(scope.program_id.name, "program")
            self.not_keyword(scope.program_id.name, "program")
            self.unit(scope.composites, scope.functions)

    def stub(self, stub: Stub) -> None:
        match stub.body:
            case Program() as program:
                self.program(program)
            case AleoProgram() as aleo:
                self.unit(aleo.composites, aleo.functions)
            case Library() as library:
                self.library(library)

    def library(self, library: Library) -> None:
        self.unit(library.structs, library.functions)
        for module in library.modules.values():
            self.module(module)
        for stub in library.stubs.values():
            self.stub(stub)

    def module(self, module: Module) -> None:
        self.unit(module.composites, module.functions)

    def unit(
        self, composites: tuple[Composite, ...], functions: tuple[Function, ...] | tuple[FunctionStub, ...]
    ) -> None:
        for composite in composites:
            self.composite(composite)
        for function in functions:
            kind = _VARIANTS.get(function.variant)
            if kind is not None:
                self.not_keyword(function.identifier, kind)

    def composite(self, composite: Composite) -> None:
        kind = "record" if composite.is_record else "struct"
        self.not_keyword(composite.identifier, kind)
        if composite.is_record:
            self.without_aleo(composite.identifier, kind)
        for member in composite.members:
            self.not_keyword(member.identifier, f"{kind} member", "owner" if composite.is_record else "")
            if composite.is_record:
                self.without_aleo(member.identifier, "record member")


def check_names(compilation: Compilation) -> None:
    """Reports ENV diagnostics; changes nothing."""
    names = _Names(compilation)
    if isinstance(compilation.tree, Program):
        names.program(compilation.tree)
    else:
        names.library(compilation.tree)


PASS = Pass("NameValidation", check_names, kind="check", ensures={"names"})
