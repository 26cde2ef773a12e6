"""Live checks: what the compiler has to say about the buffers as they are, for each file of a project.

A module is checked in its program, a program beside its dependencies, a test beside the program it tests.
What does not change from one key to the next (trees of texts, dependencies) is remembered.

An error ends the checks of the whole project after its pass. So that one broken file does not hide the errors
of the others, these are checked once more beside the last text of that file that was in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from avm.api import views
from avm.api.build_views import problem_views
from avm.api.language import PARSES
from avm.api.project_units import ProjectFault, Units, gather
from avm.api.source_files import read_source
from avm.api.sources import aleo_programs, diagnostic
from avm.api.workspace import Project, open_project, shown_path
from avm.base.errors import AvmError, Cancelled
from avm.base.progress import Cancel, looks
from avm.base.sources import Source

if TYPE_CHECKING:
    from avm.leo.front import UnitSource
    from avm.leo.pipeline import Examined


@dataclass(frozen=True, slots=True)
class Checked:
    """Problems of one check, and the files it has looked at."""

    problems: tuple[views.Problem, ...] = ()
    files: Set[Path] = frozenset()

    def by_path(self, default: Path) -> dict[Path, tuple[views.Problem, ...]]:
        """Problems by absolute path, one entry for each file, those without problems included.

        ``default`` has those that have no place in a file.
        """
        found: dict[Path, list[views.Problem]] = {path: [] for path in self.files}
        for problem in self.problems:
            found.setdefault(problem.path or default, []).append(problem)
        return {path: tuple(problems) for path, problems in found.items()}


class Checker:
    """Checks projects and single files; may be shared between threads."""

    def __init__(self) -> None:
        from avm.leo.front import Known

        self._known = Known()
        self._sound: dict[Path, str] = {}
        self._root: Path | None = None

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
            if path is None or path in checked.files:
                return checked
        if path is None:
            return Checked()
        if path in overrides and not path.exists():
            return self._single(path, overrides, cancel, deep)
        try:
            own = open_project(path)
        except AvmError as error:
            return Checked(problem_views([diagnostic(error)]), {path})
        if own.whole and (project is None or own.root != project.root):
            checked = self._project(own, overrides, path, cancel, deep)
            if path in checked.files:
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
        if project.root != self._root:
            self._root, self._sound = project.root, {}
        problems: dict[views.Problem, None] = {}
        files: Set[Path] = frozenset()
        for found, seen in self._rounds(project, overrides, path, cancel, deep):
            problems |= dict.fromkeys(found)
            files = files or seen
        return Checked(tuple(problems), files)

    def _rounds(
        self,
        project: Project,
        overrides: Mapping[Path, str],
        path: Path | None,
        cancel: Cancel | None,
        deep: bool,
    ) -> Iterator[tuple[list[views.Problem], Set[Path]]]:
        """The problems of the texts as they are, then those of the files that broken ones have kept from
        being checked further, as long as these have a sound text to stand in for them.
        """
        sound, texts = self._sound, dict(overrides)
        replaced: set[Path] = set()
        while True:
            try:
                units, is_test = self._with_test(project, texts, path, cancel)
            except ProjectFault as fault:
                yield list(problem_views([diagnostic(fault)])), fault.sources.keys()
                return
            result = self._units(units, cancel, deep, is_test)
            found = problem_views(result.diagnostics)
            yield [p for p in found if p.path not in replaced], units.sources.keys()
            broken = {p.path for p in found if p.level == "error" and p.path is not None}
            if result.typed:
                for file, source in units.sources.items():
                    if file not in broken:
                        sound[file] = source.text
            broken -= replaced
            if result.complete or not broken or not broken <= sound.keys():
                return
            replaced |= broken
            if all(file in replaced for file in units.sources if file.suffix == ".leo"):
                return
            texts |= {file: sound[file] for file in broken}

    def _with_test(
        self, project: Project, texts: Mapping[Path, str], path: Path | None, cancel: Cancel | None
    ) -> tuple[Units, bool]:
        """The project's units, and the file at ``path`` as one more if it is a test."""
        units = gather(project, texts, looks(cancel))
        if path is None or path not in texts or project.root / "tests" not in path.parents:
            return units, False
        test = Source(shown_path(project, path), texts[path], path)
        return Units((*units.units, _program(test)), {**units.sources, path: test}), True

    def _units(self, units: Units, cancel: Cancel | None, deep: bool, is_test: bool = False) -> Examined:
        from avm.leo.pipeline import Examined, examine

        try:
            aleo_programs(units.units, looks(cancel))
        except Cancelled:
            raise
        except AvmError as error:
            return Examined((diagnostic(error),), False, False)
        if cancel is not None:
            cancel.check()
        if units.units[-1].kind == "aleo":
            return Examined((), False, True)
        return examine(
            units.units,
            cancel=cancel,
            parses=PARSES,
            known=self._known,
            is_test=is_test,
            deep=deep,
            past_names=True,
        )

    def _single(
        self, path: Path, overrides: Mapping[Path, str], cancel: Cancel | None, deep: bool
    ) -> Checked:
        text = overrides.get(path)
        try:
            source = read_source(path, path.name) if text is None else Source(path.name, text, path)
        except AvmError as error:
            return Checked(problem_views([diagnostic(error)]), {path})
        found = self._units(Units((_program(source),), {path: source}), cancel, deep)
        return Checked(problem_views(found.diagnostics), {path})


def _program(source: Source) -> UnitSource:
    """A program of its own: a file alone, or one below ``tests`` that may use the one it tests."""
    from avm.leo.front import UnitSource

    return UnitSource("aleo" if source.path.endswith(".aleo") else "program", source)
