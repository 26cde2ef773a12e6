"""Runs a program through the pipeline and keeps what every pass was given and what it made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.leo import ast, front
from avm.leo.ast.printer import show
from avm.leo.front import UnitSource
from avm.leo.lowering.context import Context, Pass
from avm.leo.lowering.index import Index
from avm.leo.pipeline import Compilation

CONSTRUCTOR = "@noupgrade constructor() {}"


@dataclass(frozen=True)
class Step:
    """One run of a pass."""

    item: Pass
    before: ast.Program
    after: ast.Program


class RecordedCompilation(Compilation):
    """A compilation that remembers its steps."""

    steps: list[Step]

    def run(self, passes: Sequence[Pass]) -> None:
        for item in passes:
            before = self.program
            super().run((item,))
            self.steps.append(Step(item, before, self.program))

    def again(self, step: Step) -> ast.Program:
        """What a pass makes of its own output."""
        context: Context = self.context
        context.index = Index.of(step.after)
        return step.item.run(step.after, context)


def program(items: str, outside: str = "") -> str:
    """The text of a program with these items and functions outside of it."""
    return f"program demo.aleo {{ {items} {CONSTRUCTOR} }}\n{outside}"


def recorded(*texts: str) -> RecordedCompilation:
    """The last program, taken through all passes."""
    state = front.prepare([UnitSource("program", f"file{i}.leo", text) for i, text in enumerate(texts)])
    assert front.check(state), state.diagnostics.items
    compilation = RecordedCompilation(state)
    compilation.steps = []
    compilation.prepare()
    compilation.evaluate()
    compilation.desugar()
    compilation.generate()
    return compilation


def body(tree: ast.Program, function: str = "main") -> list[str]:
    """The statements of a function as lines of text; none if there is no such function."""
    for candidate in Index.of(tree).functions.values():
        if candidate.name == function:
            return [line for s in candidate.block.statements for line in show(s).split("\n")]
    return []


def names(tree: ast.Program) -> list[str]:
    """The functions of a program, in order."""
    return [f.name for f in tree.scope.functions]


def around(text: str, pass_name: str, function: str = "main") -> tuple[list[str], list[str]]:
    """A function's statements before and after the first run of a pass that changed them."""
    found = [s for s in recorded(text).steps if s.item.name == pass_name]
    for step in found:
        before, after = body(step.before, function), body(step.after, function)
        if before != after:
            return before, after
    return body(found[-1].before, function), body(found[-1].after, function)
