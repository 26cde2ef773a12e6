"""Runs programs through the pipeline, all of it or one pass alone, and compares trees as text.

After every pass of `recorded` and `applied` the facts that hold by declaration are verified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from textwrap import dedent

from avm.base.sources import Source
from avm.leo import ast, front, pipeline
from avm.leo.ast.printer import show
from avm.leo.compilation import Compilation, Pass
from avm.leo.front import UnitSource
from avm.leo.index import Index
from avm.leo.pipeline import PIPELINE, RECHECK, Entry, FixedPoint, Recheck
from tests.leo.facts import broken

CONSTRUCTOR = "@noupgrade constructor() {}"


@dataclass(frozen=True)
class Step:
    """One run of a pass on a program."""

    item: Pass
    before: ast.Program
    after: ast.Program


@dataclass
class Record:
    """A compilation, its steps, and the facts that hold by declaration after the last one."""

    compilation: Compilation
    steps: list[Step] = field(default_factory=list)
    facts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._before = self.compilation.program
        self.compilation.observe = self._note

    def _note(self, item: Pass) -> None:
        program = self.compilation.program
        if item.kind in ("check", "generate"):
            assert program is self._before, f"{item.name} changes the program"
        self.steps.append(Step(item, self._before, program))
        self._before = program
        if not self.compilation.diagnostics.has_errors:
            self.facts = (self.facts - item.destroys) | item.ensures
            assert not (wrong := broken(self.compilation, self.facts)), f"after {item.name}: {wrong}"

    def again(self, step: Step) -> ast.Program:
        """What a pass makes of its own output."""
        self.compilation.tree = step.after
        made = step.item.run(self.compilation)
        assert not isinstance(made, ast.Library)
        return made or step.after


def flat(entries: Iterable[Entry]) -> Iterator[Pass]:
    """The passes of entries in the order of their first run."""
    for entry in entries:
        match entry:
            case Pass():
                yield entry
            case Recheck(passes):
                yield from passes
            case FixedPoint(_, parts):
                yield from flat(parts)


PASSES = tuple(item for stage in PIPELINE for item in flat(stage.entries))
BY_NAME = {item.name: item for item in PASSES}


def prepared(*units: UnitSource | str) -> Compilation:
    """The last unit, read and linked with those before it; texts are programs."""
    return front.prepare([u if isinstance(u, UnitSource) else _unit(i, u) for i, u in enumerate(units)])


def _unit(number: int, text: str) -> UnitSource:
    return UnitSource("program", Source(f"file{number}.leo", text))


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


def needed(item: Pass) -> set[str]:
    """The facts a pass requires, and those that the passes before it require to make them true."""
    facts = set(item.requires)
    for earlier in reversed(PASSES[: PASSES.index(item)]):
        if earlier.ensures & facts:
            facts |= earlier.requires
    return facts


def ready(name: str, *units: UnitSource | str) -> Compilation:
    """The last unit in the state that a pass requires.

    Of the entries before the pass only those run that make a required fact true which does not hold yet.
    """
    item = BY_NAME[name]
    compilation = checked(*units)
    assert not compilation.diagnostics.has_errors, compilation.diagnostics.items
    for entry in _making_true(needed(item), item, compilation):
        pipeline.run_entries((entry, RECHECK), compilation)
    return compilation


def _making_true(facts: set[str], item: Pass, compilation: Compilation) -> Iterator[Entry]:
    loop: Entry | None = None
    for entry in [entry for stage in PIPELINE[1:] for entry in stage.entries]:
        if item in flat((entry,)):
            return
        if isinstance(entry, FixedPoint):
            loop = entry  # the check after it says what it has made true
        elif isinstance(entry, Pass) and broken(compilation, frozenset(entry.ensures & facts)):
            yield loop if entry.kind == "check" and loop is not None else entry


def applied(name: str, *units: UnitSource | str) -> tuple[ast.Program, ast.Program]:
    """The program before and after one pass, brought to the state that the pass requires."""
    compilation = ready(name, *units)
    before = compilation.program
    pipeline.apply(BY_NAME[name], compilation)
    assert not (wrong := broken(compilation, frozenset(BY_NAME[name].ensures))), wrong
    return before, compilation.program


_WORD = re.compile(r"[\w$#]+")


def alike(actual: Iterable[str], expected: str) -> str:
    """What differs between lines and the expected text but names, "" if nothing.

    Fresh names (with `$` or `#`) may be called anything, each by one name of its own; indents count for
    nothing.
    """
    wanted = [line.strip() for line in dedent(expected).strip().split("\n")]
    there: dict[str, str] = {}
    back: dict[str, str] = {}
    for made, line in zip_longest([line.strip() for line in actual], wanted, fillvalue=""):
        names, called = _WORD.findall(made), _WORD.findall(line)
        same = _WORD.sub("_", made) == _WORD.sub("_", line)
        for one, other in zip(names, called):
            is_fresh = "$" in one or "#" in one
            same &= there.setdefault(one, other) == other if is_fresh else one == other
            same &= back.setdefault(other, one) == one
        if not same:
            return f"{made!r} is not {line!r}"
    return ""


def rewrites(name: str, text: str, expected: str, function: str = "main") -> None:
    """Asserts what a pass makes of a function, up to the names it invents."""
    _, after = applied(name, text)
    lines = body(after, function)
    assert not (wrong := alike(lines, expected)), "\n".join([wrong, *lines])
