"""From a project's files to a checked program: reads sources, compiles Leo, or takes Aleo text as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from avm.base.diagnostics import Diagnostic
from avm.base.errors import AvmError, StoreError

if TYPE_CHECKING:
    from avm.api.workspace import Project
    from avm.base.span import Span
    from avm.leo.debug_map import DebugMap as LeoDebugMap
    from avm.leo.front import UnitSource
    from avm.program import Program
    from avm.program.model import Closure, Function, View
    from avm.vm.debug_map import DebugMap


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled project; ``program`` is None when there are errors. ``sources`` are texts by shown path."""

    name: str
    sources: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...]
    program: Program | None = None
    bytecode: str = ""
    imports: Mapping[str, Program] = field(default_factory=dict)
    debug: DebugMap | None = None
    parameter_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unsupported: bool = False


@dataclass(frozen=True, slots=True)
class ProgramSpans:
    """The compiler's debug maps of all programs of a build, in the form the machine asks for."""

    maps: Mapping[str, LeoDebugMap]
    programs: Mapping[str, Program]

    def span_of(self, program: str, component: str, kind: str, index: int) -> Span | None:
        """The Leo span of instruction ``index`` in a body; output ``i`` has the index ``-1 - i``."""
        spans = self.maps.get(program)
        if spans is None:
            return None
        if index < 0:
            index = self._instructions(program, component, kind) - 1 - index
        return spans.span(program, kind, component, index)

    def _instructions(self, program: str, component: str, kind: str) -> int:
        source = self.programs[program]
        body: Function | Closure | View | None = None
        if kind == "function":
            body = source.functions.get(component)
        elif kind == "closure":
            body = source.closures.get(component)
        elif kind == "view":
            body = source.views.get(component)
        return 0 if body is None else len(body.instructions)


def shown_path(project: Project, path: Path) -> str:
    """Path of a source as diagnostics show it: below the project's folder, with slashes."""
    try:
        return path.relative_to(project.root).as_posix()
    except ValueError:
        return path.name


def _read(path: Path, overrides: Mapping[Path, str]) -> str:
    if path in overrides:
        return overrides[path]
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path.name} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path.name} is not UTF-8 text: {error}") from error


def compile_project(project: Project, overrides: Mapping[Path, str]) -> Compiled:
    """Compile a project; ``overrides`` are unsaved buffers by absolute path."""
    texts = {path: _read(path, overrides) for path in project.sources}
    sources = {shown_path(project, path): text for path, text in texts.items()}
    if project.main.suffix == ".aleo":
        return _from_aleo(project, sources)
    return _from_leo(project, texts, sources)


def _from_aleo(project: Project, sources: Mapping[str, str]) -> Compiled:
    from avm.program import check, parse

    file, text = next(iter(sources.items()))
    try:
        program = parse(text, file)
        check(program, {})
    except AvmError as error:
        return Compiled(project.name, sources, (_diagnostic(error),))
    return Compiled(program.id, sources, (), program, text)


def _diagnostic(error: AvmError) -> Diagnostic:
    return Diagnostic(error.code, "error", error.message, error.place, help=error.hint)


def _from_leo(project: Project, texts: Mapping[Path, str], sources: Mapping[str, str]) -> Compiled:
    from avm.leo.pipeline import compile as compile_leo
    from avm.program import parse

    request = [*_dependencies(project, set()), _unit(project, texts)]
    result = compile_leo(request)
    diagnostics = result.diagnostics
    if result.unsupported is not None:
        error = result.unsupported
        diagnostics = (*diagnostics, _diagnostic(error))
        return Compiled(project.name, sources, diagnostics, unsupported=True)
    if not result.programs or any(d.level == "error" for d in diagnostics):
        return Compiled(project.name, sources, diagnostics)
    main = result.programs[-1]
    programs = {p.name: parse(p.bytecode, p.name) for p in result.programs}
    return Compiled(
        main.name,
        sources,
        diagnostics,
        programs[main.name],
        main.bytecode,
        {name: program for name, program in programs.items() if name != main.name},
        ProgramSpans({p.name: p.debug for p in result.programs}, programs),
        main.parameter_names,
    )


def _unit(project: Project, texts: Mapping[Path, str], prefix: str = "") -> UnitSource:
    """One compilation unit: the main file and its modules, under the paths that diagnostics show."""
    from avm.leo.front import UnitSource

    folder = project.main.parent
    modules = tuple(
        (path.relative_to(folder).as_posix(), text) for path, text in texts.items() if path != project.main
    )
    return UnitSource(
        "library" if project.main.name == "lib.leo" else "program",
        prefix + shown_path(project, project.main),
        texts[project.main],
        project.name.removesuffix(".aleo"),
        modules,
    )


def _dependencies(project: Project, seen: set[Path]) -> list[UnitSource]:
    """Units of the local dependencies, each after its own ones; others are refused with a hint."""
    from avm.api.workspace import open_project

    found: list[UnitSource] = []
    for entry in project.manifest.get("dependencies") or ():
        if not isinstance(entry, dict) or entry.get("location") != "local" or not entry.get("path"):
            name = entry.get("name", "?") if isinstance(entry, dict) else entry
            raise AvmError(
                f"the dependency {name} is not a local one",
                code="EAVM1007",
                hint='only "location": "local" with a "path" can be built here yet',
            )
        root = (project.root / entry["path"]).resolve()
        if root in seen:
            continue
        seen.add(root)
        dependency = open_project(root)
        texts = {path: _read(path, {}) for path in dependency.sources}
        found += [*_dependencies(dependency, seen), _unit(dependency, texts, f"{dependency.name}/")]
    return found
