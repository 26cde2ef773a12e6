"""Name validation: no item may bear a word that the machine reserves, nor a record contain `aleo`."""

from __future__ import annotations

from avm.data.reserved import KEYWORDS
from avm.leo import ast
from avm.leo.ast.namespaces import checked_namespaces
from avm.leo.compilation import Compilation, Pass

_WORDS = KEYWORDS | {"constructor"}
_VARIANTS = {
    ast.Variant.ENTRY_POINT: "entry point fn",
    ast.Variant.FN: "regular fn",
    ast.Variant.VIEW: "view fn",
}


class _Names:
    def __init__(self, compilation: Compilation) -> None:
        self.report = compilation.report

    def not_keyword(self, name: ast.Identifier, kind: str, allowed: str = "") -> None:
        if name.name in _WORDS and name.name != allowed:
            self.report("illegal_name", name.span, item_name=name.name, item_type=kind, keyword=name.name)

    def without_aleo(self, name: ast.Identifier, kind: str) -> None:
        if "aleo" in name.name:
            self.report(
                "illegal_name_content", name.span, item_name=name.name, item_type=kind, keyword="aleo"
            )

    def composite(self, composite: ast.Composite) -> None:
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
    for space in checked_namespaces(compilation.tree):
        if isinstance(space, ast.ProgramScope):
            names.without_aleo(space.program_id.name, "program")
            names.not_keyword(space.program_id.name, "program")
        for composite in space.composites:
            names.composite(composite)
        for function in space.functions:
            kind = _VARIANTS.get(function.variant)
            if kind is not None:
                names.not_keyword(function.identifier, kind)


PASS = Pass("NameValidation", check_names, kind="check")
