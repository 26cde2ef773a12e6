"""Live checks: what the compiler has to say about the buffers as they are, for each file of a project.

A module is checked in its program, a program beside its dependencies, a test beside the program it tests.
What does not change from one key to the next (trees of texts, dependencies) is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from avm.api import views
from avm.api.build_views import problem_views
from avm.api.language import PARSES
from avm.api.project_units import ProjectFault, Units, gather
from avm.api.source_files import read_source
from avm.api.sources import aleo_programs, diagnostic
from avm.api.workspace import Project, open_project, shown_path
from avm.base.diagnostics import Diagnostic
from avm.base.errors import AvmError
from avm.base.progress import Cancel

if TYPE_CHECKING:
    from avm.leo.front import UnitSource


@dataclass(frozen=True, slots=True)
class Checked:
    """Problems of one check; ``files`` are the files it has looked at by the name that problems carry."""

    problems: tuple[views.Problem, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)

    def by_path(self, default: Path) -> dict[Path, tuple[views.Problem, ...]]:
        """Problems by absolute path, one entry for each file, those without problems included.

        ``default`` has those that have no place in a file.
        """
        found: dict[Path, list[views.Problem]] = {path: [] for path in self.files.values()}
        for problem in self.problems:
            found.setdefault(self.files.get(problem.file, default), []).append(problem)
        return {path: tuple(problems) for path, problems in found.items()}


class Checker:
    """Checks projects and single files; may be shared between threads."""

    def __init__(self) -> None:
        from avm.leo.front import Known

        self._known = Known()

    def check(
        self,
        project: Project | None,
        overrides: Mapping[Path, str],
        path: Path | None = None,
        cancel: Cancel | None = None,
        deep: bool = False,
    ) -> Checked:
        """Check all files of a project; ``overrides`` are the buffers by absolute path.

        ``deep`` evaluates constants too, unrolls loops and instantiates generics: more is found, and it takes
        as long as most of a build. A ``path`` that is not one of them is checked in the project it belongs
        to, else by itself. Never raises for what is wrong with the files; ``Cancelled`` within half a second.
        """
        if project is not None and project.whole:
            checked = self._project(project, overrides, path, cancel, deep)
            if path is None or path in checked.files.values():
                return checked
        if path is None:
            return Checked()
        try:
            own = open_project(path)
        except AvmError as error:
            return Checked(problem_views([diagnostic(error)], {}), {path.name: path})
        if own.whole and (project is None or own.root != project.root):
            checked = self._project(own, overrides, path, cancel, deep)
            if path in checked.files.values():
                return checked
        return self._single(path, overrides, cancel, deep)

    def _project(
        self,
        project: Project,
        overrides: Mapping[Path, str],
        path: Path | None,
        cancel: Cancel | None,
        deep: bool,
    ) -> Checked:
        try:
            units = gather(project, overrides)
        except ProjectFault as fault:
            return Checked(problem_views([diagnostic(fault)], fault.texts), fault.files)
        request, sources, files = units.units, dict(units.sources), dict(units.files)
        is_test = False
        if path is not None and path in overrides and project.root / "tests" in path.parents:
            name = shown_path(project, path)
            sources[name], files[name] = overrides[path], path
            request, is_test = (*request, _test(name, overrides[path])), True
        found = self._units(Units(request, sources, files), cancel, deep, is_test)
        return Checked(problem_views(found, sources), files)

    def _units(
        self, units: Units, cancel: Cancel | None, deep: bool, is_test: bool = False
    ) -> tuple[Diagnostic, ...]:
        from avm.leo.pipeline import check_units

        try:
            aleo_programs(units.units)
        except AvmError as error:
            return (diagnostic(error),)
        if cancel is not None:
            cancel.check()
        if units.units[-1].kind == "aleo":
            return ()
        return check_units(
            units.units, cancel=cancel, parses=PARSES, known=self._known, is_test=is_test, deep=deep
        )

    def _single(
        self, path: Path, overrides: Mapping[Path, str], cancel: Cancel | None, deep: bool
    ) -> Checked:
        from avm.leo.front import UnitSource

        files = {path.name: path}
        try:
            text = overrides[path] if path in overrides else read_source(path, path.name)
        except AvmError as error:
            return Checked(problem_views([diagnostic(error)], {}), files)
        unit = UnitSource("aleo" if path.suffix == ".aleo" else "program", path.name, text)
        sources = {path.name: text}
        return Checked(
            problem_views(self._units(Units((unit,), sources, files), cancel, deep), sources), files
        )


def _test(name: str, text: str) -> UnitSource:
    """A file below ``tests``: a program of its own that may use the one it tests."""
    from avm.leo.front import UnitSource

    return UnitSource("program", name, text)
