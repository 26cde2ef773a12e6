"""Code generation: the lowered program and its Leo dependencies become programs of the machine, then text."""

from __future__ import annotations

from avm.base.span import Span
from avm.leo.budget import PROGRAM, require
from avm.leo.codegen.program import generate
from avm.leo.compilation import Compilation, Pass
from avm.program import Listing, Program


def _generate(compilation: Compilation) -> None:
    compilation.programs = generate(compilation.program, compilation)


def _print(compilation: Compilation) -> None:
    compilation.listings = {p.id: _listing(p, compilation) for p in compilation.programs}


def _listing(program: Program, compilation: Compilation) -> Listing:
    """The text of a program; OverBudget where it becomes too large."""
    size, step = 0, compilation.builder.budget.step

    def line(text: str, place: Span | None) -> None:
        nonlocal size
        step()
        size += len(text)
        require(PROGRAM, size, place)

    return program.render(leo=True, each=line)


PASS = Pass(
    "CodeGenerating",
    _generate,
    kind="generate",
    requires={"ssa", "no tuples", "no element writes", "flat", "inlined", "no storage", "no optionals"},
)
PRINTING = Pass("Printing", _print, kind="generate")
