"""A project as the compiler takes it: its program or library with modules, after all that it depends on.

People know every source by its path from the project's folder (``avm.api.workspace.shown_path``). Local
dependencies are folders of projects or ``.aleo`` files; they may lie outside the project, and are only
read. Source: Leo, crates/package/src/package.rs (the graph) and errors.rs (codes and words).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from avm.api.manifest import MANIFEST, Dependency, bare_name
from avm.api.source_files import read_source, resolved
from avm.api.workspace import Project, open_folder, reread, shown_path
from avm.base.errors import AvmError, Cancelled, ParseFailure, shown
from avm.base.sources import Source, source_of
from avm.base.span import Span

if TYPE_CHECKING:
    from avm.leo.front import UnitSource

MAX_UNITS = 128


@dataclass(frozen=True, slots=True)
class Units:
    """The units in compilation order, the project's own last, and all sources by their files."""

    units: tuple[UnitSource, ...] = ()
    sources: Mapping[Path, Source] = field(default_factory=dict)


class ProjectFault(AvmError):
    """What is wrong with a project's files or dependencies; ``sources`` are what was read until then."""

    def __init__(self, error: AvmError, sources: Mapping[Path, Source]) -> None:
        super().__init__(error.message, code=error.code, place=error.place, hint=error.hint)
        self.sources = sources


def gather(project: Project, overrides: Mapping[Path, str], step: Callable[[], None]) -> Units:
    """Read a project with its dependencies; ``overrides`` are unsaved buffers by absolute path. They stand
    for files that are no longer on the disk, too. ``step`` is called for each statement of bytecode.

    ``ProjectFault`` with a place when a source cannot be read, a dependency is missing, is not what the
    manifest says, or depends on itself.
    """
    collector = _Collector(project, overrides, step)
    try:
        project = reread(project, overrides.keys())
        own = collector.unit(project, project.name)
        collector.dependencies(project, (own.name,))
    except Cancelled:
        raise
    except AvmError as error:
        if error.place is not None:
            collector.keep(source_of(error.place.source))
        raise ProjectFault(error, collector.sources) from error
    return Units((*collector.done.values(), own), collector.sources)


class _Collector:
    """Walks the graph of dependencies depth first; ``done`` is in the order in which units are complete."""

    def __init__(self, project: Project, overrides: Mapping[Path, str], step: Callable[[], None]) -> None:
        self.project, self.overrides, self.step = project, overrides, step
        self.sources: dict[Path, Source] = {}
        self.done: dict[str, UnitSource] = {}
        self.places: dict[str, Path] = {bare_name(project.name): project.root}

    def keep(self, source: Source) -> Source:
        """Have a source among those that were read."""
        if source.file is not None:
            self.sources.setdefault(source.file, source)
        return source

    def read(self, path: Path) -> Source:
        """A source as it is now."""
        name, text = self.shown(path), self.overrides.get(path)
        return self.keep(read_source(path, name) if text is None else Source(name, text, path))

    def shown(self, path: Path) -> str:
        return shown_path(self.project, path)

    def unit(self, project: Project, name: str) -> UnitSource:
        """One compilation unit: the main file and its modules."""
        from avm.leo.front import UnitSource

        folder = project.main.parent
        main = self.read(project.main)
        if project.main.suffix == ".aleo":
            return self.bytecode_unit(main, bare_name(name))
        modules = tuple(
            (p.relative_to(folder).as_posix(), self.read(p)) for p in project.sources if p != project.main
        )
        return UnitSource(
            "library" if project.is_library else "program",
            main,
            bare_name(name),
            modules,
            manifest_name=project.name if project.whole and not project.is_library else "",
        )

    def dependencies(self, project: Project, chain: tuple[str, ...]) -> None:
        """Complete all that a project depends on, in the order of its manifest."""
        self.keep(project.manifest.source)
        entries = {d.name: d for d in project.manifest.dependencies}
        for entry in entries.values():
            self.dependency(project, entry, entries, chain, entry.place)

    def dependency(
        self,
        project: Project,
        entry: Dependency,
        entries: Mapping[str, Dependency],
        chain: tuple[str, ...],
        place: Span | None,
    ) -> None:
        if entry.location != "local":
            raise AvmError(
                f"the dependency {entry.name} is not a local one ({entry.location})",
                code="EAVM1007",
                place=place,
                hint='only "location": "local" with a "path" can be built here yet',
            )
        if entry.name in chain:
            circle = " -> ".join((*chain[chain.index(entry.name) :], entry.name))
            raise AvmError(
                f"circular dependency detected: {circle}",
                code="EPAK0375068",
                place=place,
                hint="Break the cycle by removing one of the dependency edges in `program.json`. "
                "Programs cannot depend on themselves transitively.",
            )
        path = self.path(project, entry, place)
        known = self.places.setdefault(entry.name, path)
        if known != path:
            raise AvmError(
                f"conflicting dependency: existing is `{entry.name}` at {shown(str(known))}, "
                f"new is at {shown(str(path))}",
                code="EPAK0375054",
                place=place,
                hint="Multiple dependencies on the same program must all be the same. "
                "Align the entries in `program.json`.",
            )
        if entry.name in self.done:
            return
        if len(self.done) + len(chain) > MAX_UNITS:
            raise AvmError(f"a project has at most {MAX_UNITS} dependencies", code="EAVM1009", place=place)
        chain = (*chain, entry.name)
        try:
            if path.suffix == ".aleo" and not path.is_dir():
                self.bytecode(project, path, entry, entries, chain, place)
            else:
                self.folder(path, entry, chain, place)
        except AvmError as error:
            error.place = error.place or place
            raise

    def path(self, project: Project, entry: Dependency, place: Span | None) -> Path:
        """Where a local dependency lies; it may be outside the project."""
        try:
            path = resolved(project.root / entry.path)
            there = path.exists()
        except (AvmError, OSError, ValueError) as error:
            reason = error.message if isinstance(error, AvmError) else str(error)
            raise _not_found(entry, reason, place) from error
        if not there:
            raise _not_found(entry, "it does not exist", place)
        return path

    def folder(self, root: Path, entry: Dependency, chain: tuple[str, ...], place: Span | None) -> None:
        if not (root / MANIFEST).is_file():
            raise _not_found(entry, f"it holds no {MANIFEST}", place)
        dependency = open_folder(root, self.shown(root / MANIFEST), self.overrides.keys())
        if bare_name(dependency.name) != entry.name:
            raise AvmError(
                f"expected program `{entry.name}`, but the manifest declares program `{dependency.name}`",
                code="EPAK0375055",
                place=place,
                hint=f"Rename the program in {self.shown(root / MANIFEST)} to `{entry.name}`, "
                f"or update the importer to use `{dependency.name}`.",
            )
        self.dependencies(dependency, chain)
        self.done[entry.name] = self.unit(dependency, dependency.name)

    def bytecode(
        self,
        project: Project,
        path: Path,
        entry: Dependency,
        entries: Mapping[str, Dependency],
        chain: tuple[str, ...],
        place: Span | None,
    ) -> None:
        """An ``.aleo`` file: what it imports is found among the entries of the same manifest."""
        unit = self.bytecode_unit(self.read(path), entry.name)
        for imported in () if unit.program is None else unit.program.imports:
            name = bare_name(imported)
            if name in entries:
                self.dependency(project, entries[name], entries, chain, entries[name].place and place)
        self.done[entry.name] = unit

    def bytecode_unit(self, source: Source, name: str) -> UnitSource:
        """The unit of an ``.aleo`` file; without its program where the text is none, which loading tells."""
        from avm.leo.front import UnitSource
        from avm.program import parse_source

        program = None
        with contextlib.suppress(ParseFailure):
            program = parse_source(source, self.step)
        return UnitSource("aleo", source, name, program=program)


def _not_found(entry: Dependency, reason: str, place: Span | None) -> AvmError:
    return AvmError(
        f"cannot find path {shown(entry.path)} of the dependency {entry.name}: {reason}",
        code="EPAK0375057",
        place=place,
        hint="Verify the path exists; it is relative to the folder of program.json.",
    )
