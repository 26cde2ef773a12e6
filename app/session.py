"""The session: the open project with its documents, artifacts, cursor and ledger, and a signal for each
change.

An artifact is never silently thrown away when an earlier one changes; it stays, marked stale. Nothing here
starts work: `app.actions` does, and stores the results here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.documents import Documents
from app.editor.document import Document
from app.input_memory import InputMemory
from app.settings import Settings
from app.state import Artifacts, Cursor, LedgerState, Linked
from app.widgets.message import Message
from avm.base.json_value import items, number
from avm.base.span import SourceLine

if TYPE_CHECKING:
    from avm.api.artifacts import Built, Constrained, Proved, Ran
    from avm.api.views import (
        BlockView,
        BuildView,
        CommitView,
        FunctionView,
        MachineView,
        MappingView,
        Problem,
        RunView,
        StepView,
        VerifyReport,
    )
    from avm.api.workspace import Project


class Session(QObject):
    project_changed = Signal()
    problems_changed = Signal()
    build_changed = Signal()
    function_changed = Signal()
    inputs_changed = Signal()
    run_changed = Signal()
    step_changed = Signal()
    constraints_changed = Signal()
    proof_changed = Signal()
    ledger_changed = Signal()
    place_changed = Signal()
    place_in_file = Signal(int)
    link_changed = Signal()
    breakpoints_changed = Signal()
    reveal = Signal(object, int, int)
    logged = Signal(object)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.documents = Documents()
        self.project: Project | None = None
        self.artifacts, self.cursor, self.ledger = Artifacts(), Cursor(), LedgerState()
        self.checked: dict[Path, tuple[Problem, ...]] = {}
        self.output: list[Message] = []
        self._tried = InputMemory(settings)
        self._typed: tuple[str, list[str]] = ("", [])
        self._known_as: list[Project] = []
        self._texts: dict[Path, str] = {}
        self._machine: tuple[Ran, int, MachineView] | None = None
        self.documents.opened.connect(self._edited)
        self.documents.changed.connect(self._edited)
        self.documents.moved.connect(self._moved)
        self.documents.closed.connect(self._closed)

    # The project and its sources

    def set_project(self, project: Project | None) -> None:
        """Another project: artifacts of the one before are gone, its documents must be closed already."""
        if self.project is not None:
            self.output.clear()
        self.project = project
        self._known_as = [project] if project is not None else []
        self.checked, self._texts = {}, {}
        chosen = self.settings.item("function", str(project.root), "") if project is not None else ""
        self.artifacts, self.cursor, self.ledger = Artifacts(), Cursor(str(chosen or "")), LedgerState()
        for signal in (
            self.project_changed,
            self.problems_changed,
            self.build_changed,
            self.function_changed,
            self.run_changed,
            self.step_changed,
            self.constraints_changed,
            self.proof_changed,
            self.ledger_changed,
            self.link_changed,
        ):
            signal.emit()

    def set_sources(self, project: Project) -> None:
        """The open project as its folder is now: files were made, renamed or deleted."""
        if self.project is not None and project.root == self.project.root:
            gone = set(self.project.sources) - set(project.sources) - set(self.documents.by_path)
            self.project = project
            self._known_as.append(project)
            now = {path: text for path, text in self._texts.items() if text or path not in project.sources}
            self._note({**now, **dict.fromkeys(gone, "")})

    def shows(self, project: Project) -> bool:
        """Whether what was begun for this project still belongs to the open one."""
        return any(known is project for known in self._known_as)

    def _edited(self, document: Document) -> None:
        self._note({**self._texts, document.path: document.text()})

    def _closed(self, document: Document) -> None:
        self.checked.pop(document.path, None)
        self._note({**self._texts, document.path: document.on_disk()})
        self.problems_changed.emit()

    def _moved(self, document: Document, old: Path) -> None:
        """A file was renamed: its breakpoints go with it; what was built knows it by its name of before."""
        path = document.path
        self.checked.pop(old, None)
        lines = self.settings.item("breakpoints", str(old), None)
        if lines:
            self.settings.set_item("breakpoints", str(path), lines)
            self.settings.set_item("breakpoints", str(old), [])
        self._note({**self._texts, old: "", path: document.text()})
        self.problems_changed.emit()

    def _note(self, texts: dict[Path, str]) -> None:
        """Files hold these texts now; tells when that makes artifacts stale or fresh."""
        before = self.stale, self.run_stale
        self._texts = {path: text for path, text in texts.items() if path.suffix == ".leo"}
        if before != (self.stale, self.run_stale):
            self.build_changed.emit()

    @property
    def stale(self) -> bool:
        """Whether a file holds another text than the build was made from."""
        origin = self.artifacts.origin
        return origin is not None and origin.stale(self._texts)

    @property
    def run_stale(self) -> bool:
        """Whether a file holds another text than the build of the run was made from."""
        origin = self.artifacts.ran_from
        return origin is not None and origin.stale(self._texts)

    def is_stale(self, constrained: Constrained | None) -> bool:
        """Whether constraints belong to an earlier run, or to a source that has changed."""
        return constrained is not None and (self.run_stale or constrained.ran is not self.ran)

    # Problems

    def name_of(self, path: Path) -> str:
        """The path that people see of a file."""
        from avm.api.workspace import shown_path

        return path.name if self.project is None else shown_path(self.project, path)

    def set_checked(self, found: Mapping[Path, tuple[Problem, ...]]) -> None:
        """What a live check has found in the files it looked at."""
        self.checked.update(found)
        self.problems_changed.emit()

    def problems_by_path(self) -> list[tuple[Path | None, Problem]]:
        """Problems of all files: the live check of an open file, else what the last build found."""
        found: list[tuple[Path | None, Problem]] = []
        for path in sorted(self.checked):
            found += [(path, problem) for problem in self.checked[path]]
        known = {(path, p.code, p.line, p.col) for path, p in found}
        for problem in self.view.problems if self.view is not None else ():
            same = (problem.path, problem.code, problem.line, problem.col) in known
            if not same and (problem.path not in self.checked or not self.stale):
                found.append((problem.path, problem))
        return found

    def problems(self, path: Path | None = None) -> list[Problem]:
        """Problems of a file, or of all."""
        return [problem for place, problem in self.problems_by_path() if path in (None, place)]

    # Build, function, run

    @property
    def view(self) -> BuildView | None:
        return self.artifacts.built.view if self.artifacts.built is not None else None

    @property
    def run(self) -> RunView | None:
        return self.ran.view if self.ran is not None else None

    @property
    def ran(self) -> Ran | None:
        return self.artifacts.ran

    @property
    def step(self) -> int:
        return self.cursor.step

    def set_built(self, built: Built, at: float, texts: dict[Path, str] | None = None) -> None:
        """A finished build; `texts` are the buffers it was made from, stale at once when they have
        changed.
        """
        now = self.documents.texts()
        self.artifacts = self.artifacts.with_built(built, at, now if texts is None else texts)
        origin = self.artifacts.origin
        read = origin.texts if origin is not None else {}
        self._texts = {**{path: read[path] for path in self._texts if path in read}, **now}
        names = [f.name for f in built.view.functions]
        if names and self.cursor.function not in names:
            self.set_function(next((n for n in ("main",) if n in names), names[0]))
        self.build_changed.emit()
        self.problems_changed.emit()

    def functions(self) -> tuple[FunctionView, ...]:
        return self.view.functions if self.view is not None else ()

    def function_view(self) -> FunctionView | None:
        return next((f for f in self.functions() if f.name == self.cursor.function), None)

    def set_function(self, name: str) -> None:
        if name != self.cursor.function:
            self.cursor = replace(self.cursor, function=name)
            if self.project is not None:
                self.settings.set_item("function", str(self.project.root), name)
            self.function_changed.emit()

    def _inputs_key(self, function: str) -> str:
        return f"{self.project.root if self.project else ''}:{function}"

    def input_history(self, function: str) -> list[list[str]]:
        """What was typed for this function before, the newest first."""
        return self._tried.of(self._inputs_key(function))

    def remember_inputs(self, function: str, values: list[str]) -> None:
        view = next((f for f in self.functions() if f.name == function), None)
        self._tried.remember(self._inputs_key(function), values, view.inputs if view is not None else ())
        self.inputs_changed.emit()

    def type_inputs(self, values: list[str]) -> None:
        """The form of the function holds these now, right or wrong."""
        self._typed = self._inputs_key(self.cursor.function), values
        self.inputs_changed.emit()

    def inputs(self) -> list[str]:
        """The inputs a run would take now: those typed, else the last that fit, else the sample's or none."""
        function = self.function_view()
        if function is None:
            return []
        key, typed_now = self._typed
        if key == self._inputs_key(function.name) and len(typed_now) == len(function.inputs):
            return list(typed_now)
        first = list(function.example_inputs)
        for run in reversed(self.project.runs if self.project is not None else ()):
            if run.function == function.name and len(run.inputs) == len(function.inputs):
                first = list(run.inputs)
        for values in self.input_history(function.name):
            if len(values) == len(first) == len(function.inputs):
                return [typed or given for typed, given in zip(values, first, strict=True)]
        return first

    def set_ran(self, ran: Ran) -> None:
        self.artifacts = self.artifacts.with_ran(ran)
        halt = ran.view.halt
        self.cursor = replace(self.cursor, step=halt.step if halt is not None else len(ran.view.steps))
        self.run_changed.emit()
        self.step_changed.emit()
        self.constraints_changed.emit()
        self.proof_changed.emit()

    def set_constrained(self, constrained: Constrained) -> None:
        self.artifacts = replace(self.artifacts, constrained=constrained)
        self.constraints_changed.emit()

    def set_proved(
        self,
        constrained: Constrained,
        proved: Proved,
        verified: VerifyReport,
        committed: CommitView | None = None,
    ) -> None:
        """A finished proof takes the place of the one before."""
        self.artifacts = replace(self.artifacts, proved=proved, verified=verified, committed=committed)
        self.set_constrained(constrained)
        self.proof_changed.emit()

    def set_committed(self, committed: CommitView) -> None:
        """What the ledger said of the proof in front."""
        self.artifacts = replace(self.artifacts, committed=committed)

    def set_step(self, step: int) -> None:
        if self.run is None:
            return
        step = max(0, min(step, len(self.run.steps)))
        if step != self.step:
            self.cursor = replace(self.cursor, step=step)
            self.step_changed.emit()

    def step_view(self) -> StepView | None:
        """The instruction that runs next at this position; None at the end of the run."""
        run = self.run
        return run.steps[self.step] if run is not None and self.step < len(run.steps) else None

    def program_now(self) -> str:
        """The program of the instruction that runs next in the run that is debugged; empty without one."""
        run, step = self.run, self.step_view()
        if run is None or step is None or not self.cursor.debugging or self.run_stale:
            return ""
        return run.frames[step.frame].program

    def machine(self) -> MachineView | None:
        """The machine at this position (remembered until the position changes)."""
        ran, step = self.ran, self.step
        if ran is None:
            return None
        if self._machine is None or self._machine[0] is not ran or self._machine[1] != step:
            self._machine = ran, step, ran.debugger.state(step)
        return self._machine[2]

    def set_debugging(self, on: bool) -> None:
        if on != self.cursor.debugging:
            self.cursor = replace(self.cursor, debugging=on)
            self.step_changed.emit()

    # The ledger

    def set_ledger(
        self, blocks: tuple[BlockView, ...], mappings: tuple[MappingView, ...], state_root: str
    ) -> None:
        """What the ledger holds now; the newest block with a transaction is shown when none was chosen."""
        self.ledger = self.ledger.read(blocks, mappings, state_root)
        self.ledger_changed.emit()
        self.place_changed.emit()

    def show_block(self, height: int) -> None:
        """Chooses a block and its last transaction."""
        self._place(self.ledger.at(height))

    def show_transaction(self, name: str, transition: int | None = None, part: int | None = None) -> None:
        """Chooses a transaction, a transition in it, or that one's input or output (inputs count first)."""
        self._place(replace(self.ledger, chosen=name, part=(transition, part)))

    def _place(self, ledger: LedgerState) -> None:
        if ledger != self.ledger:
            self.ledger = ledger
            self.place_changed.emit()

    # Links between the source and its instructions

    def link_leo(self, line: int, path: Path | None = None) -> None:
        """The person is on this line of a source (the main one by default): its instructions light up."""
        if path is None and self.project is not None:
            path = self.project.main
        links = self.view.links if self.view is not None and not self.stale else ()
        made = frozenset(each.aleo_line for each in links if (each.path, each.leo_line) == (path, line))
        self._link(path if made else None, line if made else 0, made)

    def link_aleo(self, line: int) -> None:
        """The person is on this instruction: its Leo line lights up."""
        links = self.view.links if self.view is not None and not self.stale else ()
        places = ((each.path, each.leo_line) for each in links if each.aleo_line == line)
        path, leo = next(((path, leo) for path, leo in places if leo), (None, 0))
        self._link(path, leo, frozenset({line}) if leo else frozenset())

    def _link(self, path: Path | None, leo: int, aleo: frozenset[int]) -> None:
        linked = Linked(path, leo, aleo)
        if linked != self.cursor.linked:
            self.cursor = replace(self.cursor, linked=linked)
            self.link_changed.emit()

    # Breakpoints

    def breakpoints(self, path: Path | None = None) -> frozenset[int]:
        """Leo lines with a breakpoint, of a file or of the project's main file."""
        where = path or (self.project.main if self.project is not None else None)
        lines = items(self.settings.item("breakpoints", str(where)) or [])
        return frozenset(number(line, 1 << 31) for line in lines)

    def all_breakpoints(self) -> frozenset[SourceLine]:
        """Breakpoints of all files of the run, as its debugger takes them."""
        sources = self.ran.built.sources if self.ran is not None else {}
        return frozenset(
            SourceLine(source, line) for path, source in sources.items() for line in self.breakpoints(path)
        )

    def toggle_breakpoint(self, path: Path, line: int) -> None:
        lines = set(self.breakpoints(path)) ^ {line}
        self.settings.set_item("breakpoints", str(path), sorted(lines))
        self.breakpoints_changed.emit()

    # Output

    def log(self, text: str, level: str = "info") -> None:
        """A line for the output pane (info, success, warning, error, code)."""
        message = Message(level, text)
        self.output.append(message)
        del self.output[:-2000]
        self.logged.emit(message)
