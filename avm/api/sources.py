"""From a project's files to a checked program: reads sources, compiles Leo, or takes Aleo text as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from avm.api.project_units import ProjectFault, Units, gather
from avm.base.diagnostics import Diagnostic, collapsed
from avm.base.errors import AvmError, Cancelled
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.base.span import Span
from avm.program.model import Listing

if TYPE_CHECKING:
    from avm.api.workspace import Project
    from avm.base.sources import Source
    from avm.leo.front import UnitSource
    from avm.program import Program


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled project; ``program`` is None and its ``listing`` empty when there are errors.

    ``sources`` are what it was read from, by absolute path.
    """

    name: str
    sources: Mapping[Path, Source]
    diagnostics: tuple[Diagnostic, ...]
    program: Program | None = None
    listing: Listing = field(default_factory=Listing)
    imports: Mapping[str, Program] = field(default_factory=dict)
    parameter_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unsupported: bool = False
    library: bool = False


def compile_project(
    project: Project,
    overrides: Mapping[Path, str],
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Compiled:
    """Compile a project; ``overrides`` are unsaved buffers by absolute path.

    What is wrong with its files and dependencies is a diagnostic like any other; ``Cancelled`` is raised.
    """
    progress.stage("Read", "sources and dependencies")
    try:
        units = gather(project, overrides, looks(cancel))
        imports = aleo_programs(units.units, looks(cancel))
    except ProjectFault as fault:
        return Compiled(project.name, fault.sources, (diagnostic(fault),))
    except Cancelled:
        raise
    except AvmError as error:
        return Compiled(project.name, units.sources, (diagnostic(error),))
    if cancel is not None:
        cancel.check()
    if units.units[-1].kind == "aleo":
        own = units.units[-1]
        program = imports.pop(f"{own.name}.aleo")
        listing = program.as_read(own.main.text)
        return Compiled(program.id, units.sources, (), program, listing, imports)
    if units.units[-1].kind == "library":
        from avm.leo.pipeline import examine

        found = examine(units.units, progress=progress, cancel=cancel).diagnostics
        return Compiled(project.name, units.sources, found, library=True)
    return _from_leo(project, units, imports, progress, cancel)


def diagnostic(error: AvmError) -> Diagnostic:
    """A failure of the engine as a diagnostic."""
    return Diagnostic(error.code, "error", error.message, error.place, help=error.hint)


def aleo_programs(units: Sequence[UnitSource], step: Callable[[], None]) -> dict[str, Program]:
    """The units that are bytecode as programs by id, each checked beside those before it; ``AvmError`` with a
    place for one that cannot be loaded. ``step`` is called for each statement."""
    from avm.program import check, parse_source

    found: dict[str, Program] = {}
    for unit in units:
        if unit.kind != "aleo":
            continue
        program = unit.program or parse_source(unit.main, step)
        if unit.name and program.id != f"{unit.name}.aleo":
            raise AvmError(
                f"expected program `{unit.name}.aleo`, but {unit.main.path} holds `{program.id}`",
                code="EPAK0375055",
                place=Span(unit.main, 0, 0),
                hint="Rename the dependency in `program.json`, or the program.",
            )
        if all(name in found for name in program.imports):
            check(program, found, step)
        found[program.id] = program
    return found


def _from_leo(
    project: Project,
    units: Units,
    imports: Mapping[str, Program],
    progress: Progress,
    cancel: Cancel | None,
) -> Compiled:
    from avm.leo.pipeline import compile as compile_leo

    result = compile_leo(units.units, progress=progress, cancel=cancel)
    diagnostics = collapsed(result.diagnostics)
    if result.unsupported is not None:
        diagnostics = (*diagnostics, diagnostic(result.unsupported))
    failed = not result.programs or any(d.level == "error" for d in diagnostics)
    if result.unsupported is not None or failed:
        unsupported = result.unsupported is not None
        return Compiled(project.name, units.sources, diagnostics, unsupported=unsupported)
    main = result.programs[-1]
    programs = {**imports, **{p.name: p.program for p in result.programs}}
    return Compiled(
        main.name,
        units.sources,
        diagnostics,
        programs.pop(main.name),
        main.listing,
        programs,
        main.parameter_names,
    )
