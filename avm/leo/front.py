"""The front of the compiler: sources in, the unit to compile with its dependencies out.

read_unit: text → Program or Library per source      link: the last unit with its dependencies as stubs
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from avm.base.diagnostics import Diagnostic, Diagnostics
from avm.base.sources import Source
from avm.leo import std
from avm.leo.ast import AleoProgram, Library, NodeBuilder, Program, Stub
from avm.leo.ast_builder import ModuleSource, read_library, read_program
from avm.leo.budget import Budget, OverBudget, too_deep
from avm.leo.bytecode_signatures import read_bytecode, signatures
from avm.leo.compilation import Compilation, Unit
from avm.leo.messages import diagnose
from avm.leo.parses import Parses
from avm.program import Program as LoadedProgram

_STD_PATH = re.compile(r"\bstd((?:\s*::\s*[A-Za-z]\w*)+)")


@dataclass(frozen=True, slots=True)
class UnitSource:
    """One unit of a compilation: a program, library or bytecode (`aleo`), with its modules.

    A module stands with the path that gives its name. A program with a `manifest_name` must have that name.
    `program` is the bytecode as it was read already.
    """

    kind: str
    main: Source
    name: str = ""
    modules: tuple[ModuleSource, ...] = ()
    manifest_name: str = ""
    program: LoadedProgram | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Read:
    """Dependencies as they were read: units, those in bytecode, the first id that is free, reports."""

    units: tuple[Unit | AleoProgram, ...]
    bytecode: tuple[LoadedProgram, ...]
    next_id: int
    diagnostics: tuple[Diagnostic, ...]
    complete: bool


class Known:
    """Dependencies read last, by what they were read from; safe to share between threads."""

    def __init__(self, most: int = 4) -> None:
        self._most = most
        self._items: dict[tuple[UnitSource, ...], Read] = {}
        self._lock = threading.Lock()

    def get(self, sources: tuple[UnitSource, ...]) -> Read | None:
        """What was read from these sources, if it is still known."""
        with self._lock:
            return self._items.get(sources)

    def put(self, sources: tuple[UnitSource, ...], read: Read) -> None:
        """Remember; the oldest leaves."""
        with self._lock:
            self._items[sources] = read
            while len(self._items) > self._most:
                del self._items[next(iter(self._items))]


@contextmanager
def limits_reported(diagnostics: Diagnostics) -> Iterator[None]:
    """What goes over a limit of the compiler inside becomes an error among the diagnostics."""
    try:
        yield
    except OverBudget as error:
        diagnostics.add(error.diagnostic())
    except RecursionError:  # the parser's limit keeps far below this; a pass that needs more is no crash
        diagnostics.add(too_deep().diagnostic())


def read_unit(
    source: UnitSource,
    builder: NodeBuilder,
    diagnostics: Diagnostics,
    parses: Parses | None = None,
) -> Unit | None:
    """Parse a program or library; None (reported) when the file does not hold one."""
    if source.kind == "library":
        return read_library(source.main, source.name, source.modules, builder, diagnostics, parses)
    program = read_program(source.main, source.modules, builder, diagnostics, parses)
    if program is not None and source.manifest_name not in ("", program.scope.name):
        name = program.scope.program_id
        diagnostics.add(
            diagnose(
                "program_name_should_match_file_name",
                name.name.span,
                program_name=program.scope.name,
                file_name=f"`{source.manifest_name}` (specified in `program.json`)",
            )
        )
    return program


def _name(unit: Unit | AleoProgram) -> str:
    if isinstance(unit, Program):
        return unit.scope.name
    return unit.name if isinstance(unit, Library) else unit.stub_id.symbol


def _imports(unit: Unit | AleoProgram) -> list[str]:
    if isinstance(unit, Program):
        return list(unit.imports)
    return [] if isinstance(unit, Library) else [program.symbol for program in unit.imports]


def std_functions(texts: Iterable[str]) -> list[tuple[tuple[str, ...], str]]:
    """Module path and name of everything the texts name below `std`."""
    found: dict[tuple[tuple[str, ...], str], None] = {}
    for text in texts:
        for match in _STD_PATH.finditer(text):
            parts = tuple([part.strip() for part in match[1].split("::")[1:]])
            found[parts[:-1], parts[-1]] = None
    return list(found)


def link(
    unit: Unit,
    dependencies: Sequence[Unit | AleoProgram],
    standard: Library,
    diagnostics: Diagnostics,
    library_chains: bool = True,
) -> Unit | None:
    """The unit with the dependencies it reaches as stubs, in the order given, `std` last.

    A library is seen by every unit that comes after it; without `library_chains`, by programs only, as
    the reference test driver has it for a dependency compiled alone. None (reported) for an import that is
    not there.
    """
    bodies = {_name(d): d for d in dependencies}
    order = list(bodies)
    parents: dict[str, set[str]] = {name: set() for name in order}
    own = _name(unit)
    for i, name in enumerate(order):
        if isinstance(bodies[name], Library):
            later = [n for n in order[i + 1 :] if library_chains or not isinstance(bodies[n], Library)]
            parents[name].update([*later, own])
    spans = {} if isinstance(unit, Library) else {n: p.span for n, p in unit.imports.items()}
    reached: dict[str, None] = {}
    waiting: list[tuple[str, str]] = [(name, own) for name in [*spans, *_libraries_of(own, parents)]]
    while waiting:
        name, parent = waiting.pop()
        body = bodies.get(name)
        if body is None:
            span = spans.get(name)
            diagnostics.add(
                diagnose("imported_program_not_found", span, main_program_name=own, dependency_name=name)
            )
            return None
        parents[name].add(parent)
        if name not in reached:
            reached[name] = None
            waiting.extend((child, name) for child in [*_imports(body), *_libraries_of(name, parents)])
    stubs = {name: Stub(bodies[name], frozenset(parents[name])) for name in order if name in reached}
    if std.NAME not in stubs:
        stubs[std.NAME] = Stub(standard, frozenset([*order, own]))
    return replace(unit, stubs=stubs)


def _libraries_of(name: str, parents: Mapping[str, set[str]]) -> list[str]:
    return [library for library, users in parents.items() if name in users and not library.endswith(".aleo")]


def read_dependencies(
    sources: Sequence[UnitSource],
    parses: Parses | None = None,
    budget: Budget | None = None,
) -> Read:
    """Read units in order, up to the first that has errors; `complete` says whether all were read."""
    builder, diagnostics = NodeBuilder(budget=budget), Diagnostics()
    units: list[Unit | AleoProgram] = []
    bytecode: list[LoadedProgram] = []
    complete = True
    for source in sources:
        if source.kind == "aleo":
            program = source.program or read_bytecode(source.main, builder.budget.step)
            bytecode.append(program)
            units.append(signatures(program))
            continue
        unit = None
        with limits_reported(diagnostics):
            unit = read_unit(source, builder, diagnostics, parses)
        if unit is None or diagnostics.has_errors:
            complete = False
            break
        units.append(unit)
    return Read(tuple(units), tuple(bytecode), builder.next_id(), diagnostics.items, complete)


def prepare(
    sources: Sequence[UnitSource],
    *,
    library_chains: bool = True,
    budget: Budget | None = None,
    parses: Parses | None = None,
    known: Known | None = None,
) -> Compilation:
    """Read and link all units, the last being the one to compile; errors are in its diagnostics.

    `parses` are trees known already; `known` remembers the dependencies that were read last. Unsupported for
    bytecode that the machine's grammar does not know.
    """
    if budget is not None:
        budget.stage("Parse")
    before = tuple(sources[:-1])
    read = None if known is None else known.get(before)
    if read is None:
        read = read_dependencies(before, parses, budget)
        if known is not None:
            known.put(before, read)
    diagnostics = Diagnostics()
    for item in read.diagnostics:
        diagnostics.add(item)
    builder = NodeBuilder(read.next_id, budget)
    compilation = Compilation(Program({}, {}, {}, {}), builder, diagnostics)
    compilation.loaded = {program.id: program for program in read.bytecode}
    if not read.complete:
        return compilation
    main = None
    with limits_reported(diagnostics):
        main = read_unit(sources[-1], builder, diagnostics, parses)
    if main is None or diagnostics.has_errors:
        return compilation
    written = [each.text for s in sources for each in (s.main, *(module for _, module in s.modules))]
    standard = std.library(std_functions(written), builder, parses)
    linked = link(main, read.units, standard, diagnostics, library_chains)
    if linked is not None:
        compilation.tree = linked
    return compilation
