"""Runs a program through the pipeline and keeps what every pass was given and what it made."""

from __future__ import annotations

from dataclasses import dataclass, field

from avm.leo import ast, front, pipeline
from avm.leo.ast.printer import show
from avm.leo.compilation import Compilation, Pass
from avm.leo.front import UnitSource
from avm.leo.index import Index

CONSTRUCTOR = "@noupgrade constructor() {}"


@dataclass(frozen=True)
class Step:
    """One run of a pass on a program."""

    item: Pass
    before: ast.Program
    after: ast.Program


@dataclass
class Record:
    """A compilation and its steps; `again` says what a pass makes of its own output."""

    compilation: Compilation
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._before = self.compilation.program
        self.compilation.observe = self._note

    def _note(self, item: Pass) -> None:
        self.steps.append(Step(item, self._before, self.compilation.program))
        self._before = self.compilation.program

    def again(self, step: Step) -> ast.Program:
        self.compilation.tree = step.after
        made = step.item.run(self.compilation)
        assert not isinstance(made, ast.Library)
        return made or step.after


def prepared(*units: UnitSource | str) -> Compilation:
    """The last unit, read and linked with those before it; texts are programs."""
    return front.prepare([u if isinstance(u, UnitSource) else _unit(i, u) for i, u in enumerate(units)])


def _unit(number: int, text: str) -> UnitSource:
    return UnitSource("program", f"file{number}.leo", text)


def checked(*units: UnitSource | str) -> Compilation:
    """The last unit after the checks of names and types, as far as they came."""
    compilation = prepared(*units)
    try:
        with front.limits_reported(compilation.diagnostics):
            pipeline.run(pipeline.NAMES_AND_TYPES, compilation)
    except pipeline.Rejected:
        assert compilation.diagnostics.has_errors
    return compilation


def codes(compilation: Compilation) -> list[str]:
    """The codes of what a compilation has reported."""
    return [d.code for d in compilation.diagnostics]


def program(items: str, outside: str = "") -> str:
    """The text of a program with these items and functions outside of it."""
    return f"program demo.aleo {{ {items} {CONSTRUCTOR} }}\n{outside}"


def recorded(*texts: str) -> Record:
    """The last program, taken through all passes."""
    record = Record(prepared(*texts))
    pipeline.run(pipeline.PIPELINE, record.compilation)
    return record


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
