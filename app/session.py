"""The session: the open project, its documents and every artifact made from them, with a signal for
each change.

Artifacts are the frozen results of avm.api.pipeline. A later artifact is never silently thrown away
when an earlier one changes; it stays, marked stale. Nothing here starts work: `app.actions` does, and
stores the results here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.editor.disk import Unfit, digest_of, read
from app.editor.document import Document
from app.input_memory import InputMemory
from app.origin import Origin
from app.settings import Settings
from app.widgets.message import Message
from avm.base.errors import AvmError
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
        TransactionView,
        VerifyReport,
    )
    from avm.api.workspace import Project


class Session(QObject):
    project_changed = Signal()
    document_opened = Signal(object)
    document_closed = Signal(object)
    document_moved = Signal(object, object)
    document_changed = Signal(object)
    modified_changed = Signal(object)
    outside_changed = Signal(object)
    current_changed = Signal()
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
        self._tried = InputMemory(settings)
        self.project: Project | None = None
        self._known_as: list[Project] = []
        self.documents: dict[Path, Document] = {}
        self.current: Document | None = None
        self.checked: dict[Path, tuple[Problem, ...]] = {}
        self.built: Built | None = None
        self.built_at = 0.0
        self._built_from: Origin | None = None
        self.function = ""
        self.ran: Ran | None = None
        self._ran_from: Origin | None = None
        self.step = 0
        self.debugging = False
        self.constrained: Constrained | None = None
        self.proved: Proved | None = None
        self.verified: VerifyReport | None = None
        self.committed: CommitView | None = None
        self.blocks: tuple[BlockView, ...] = ()
        self.mappings: tuple[MappingView, ...] = ()
        self.state_root = ""
        self.block: int | None = None
        self.transaction = ""
        self.part: tuple[int | None, int | None] = (None, None)
        self.linked_file = ""
        self.linked_leo = 0
        self.linked_aleo: frozenset[int] = frozenset()
        self.output: list[Message] = []
        self._machine: tuple[tuple[int, int], MachineView] | None = None

    # Project and documents

    def set_project(self, project: Project | None) -> None:
        """Another project: artifacts of the one before are gone, its documents must be closed already."""
        if self.project is not None:
            self.output.clear()
        self.project = project
        self._known_as = [project] if project is not None else []
        self.checked = {}
        self.built = self.ran = self.constrained = self.proved = None
        self.verified = self.committed = None
        self.blocks = self.mappings = ()
        self.state_root, self.step, self.debugging = "", 0, False
        self.block, self.transaction, self.part = None, "", (None, None)
        self._built_from = self._ran_from = None
        self.linked_file, self.linked_leo, self.linked_aleo = "", 0, frozenset()
        self.function = ""
        if project is not None:
            self.function = str(self.settings.item("function", str(project.root), "") or "")
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
            self.project = project
            self._known_as.append(project)

    def shows(self, project: Project) -> bool:
        """Whether what was begun for this project still belongs to the open one."""
        return any(known is project for known in self._known_as)

    def move_document(self, document: Document, path: Path) -> None:
        """A file was renamed: its document and its breakpoints go with it. The signal carries the
        document and its path of before.
        """
        old = document.path
        if self.documents.get(old) is not document or path in self.documents:
            return
        document.set_path(path)
        self.documents = {d.path: d for d in self.documents.values()}
        self.checked.pop(old, None)
        for origin in self._origins():
            origin.move(old, path)
        lines = self.settings.item("breakpoints", str(old), None)
        if lines:
            self.settings.set_item("breakpoints", str(path), lines)
            self.settings.set_item("breakpoints", str(old), [])
        self.document_moved.emit(document, old)
        self.problems_changed.emit()

    def open_document(self, path: Path, show: bool = True) -> Document:
        """Opens a file, or shows the one that is open; AvmError when it cannot be read as text."""
        path = path.resolve()
        document = self.documents.get(path)
        if document is None:
            stored = read(path)
            document = self._add(Document(path, stored.text, self, stored))
            if document.text() != stored.text:
                self.close_document(document)
                raise Unfit(f"{path.name} holds characters that the editor could not give back")
        if show:
            self.set_current(document)
        return document

    def open_lost(self, path: Path, text: str) -> Document:
        """Opens a file with a text that is not what the disk holds; it may not be on disk at all."""
        path = path.resolve()
        document = self.documents.get(path)
        if document is None:
            try:
                document = self.open_document(path)
            except AvmError:
                document = self._add(Document(path, "", self))
        document.replace_text(text)
        document.mark_unsaved()
        self.set_current(document)
        return document

    def _add(self, document: Document) -> Document:
        document.edited.connect(self._edited)
        document.modified_changed.connect(self.modified_changed)
        document.outside_changed.connect(self.outside_changed)
        self.documents[document.path] = document
        self._compare(document, document.text())
        self.document_opened.emit(document)
        return document

    def set_current(self, document: Document | None) -> None:
        if document is not self.current:
            self.current = document
            self.current_changed.emit()

    def close_document(self, document: Document) -> None:
        """Closes without asking; the caller has asked."""
        self.documents.pop(document.path, None)
        self.checked.pop(document.path, None)
        self._compare(document, document.on_disk())
        rest = list(self.documents.values())
        if self.current is document:
            self.current = rest[-1] if rest else None
        self.document_closed.emit(document)
        self.current_changed.emit()
        self.problems_changed.emit()
        document.deleteLater()

    def modified(self) -> list[Document]:
        return [document for document in self.documents.values() if document.modified]

    def _edited(self, document: Document) -> None:
        self._compare(document, document.text())
        self.document_changed.emit(document)

    # What was edited since the build and since the run

    @property
    def stale(self) -> bool:
        """Whether a file holds another text than the build was made from."""
        return self._built_from is not None and self._built_from.stale

    @property
    def run_stale(self) -> bool:
        """Whether a file holds another text than the build of the run was made from."""
        return self._ran_from is not None and self._ran_from.stale

    def _origins(self) -> set[Origin]:
        return {each for each in (self._built_from, self._ran_from) if each is not None}

    def _compare(self, document: Document, text: str) -> None:
        """A file holds this text now; tells when that makes artifacts stale or fresh."""
        if document.language != "leo":
            return
        before = self.stale, self.run_stale
        for origin in self._origins():
            origin.compare(document.path, text)
        if before != (self.stale, self.run_stale):
            self.build_changed.emit()

    def _origin(self, built: Built, texts: Mapping[Path, str]) -> Origin:
        """Where a build came from, compared with the buffers as they are."""
        known = next((each for each in self._origins() if each.built is built), None)
        if known is not None:
            return known
        made = Origin(built, texts)
        for path, text in self.texts().items():
            made.compare(path, text)
        return made

    def check_invariants(self) -> list[str]:
        """What must hold between any two actions and does not; see `Window.check_invariants`."""
        found = [f"{p} is held under another path" for p, d in self.documents.items() if d.path != p]
        if self.current is not None and self.documents.get(self.current.path) is not self.current:
            found.append("the current file is not open")
        for path, document in self.documents.items():
            if document.modified:
                continue
            try:
                same = read(path).digest == digest_of(document.data())
            except AvmError as why:
                found.append(f"{path.name} is unmarked, and not to be read: {why.message}")
                continue
            if not same:
                found.append(f"{path.name} is unmarked and not what the disk holds")
        return found

    # Problems

    def name_of(self, path: Path) -> str:
        """The name that problems, steps and links of a file carry."""
        from avm.api.workspace import shown_path

        return path.name if self.project is None else shown_path(self.project, path)

    def path_of(self, name: str) -> Path | None:
        """The file that problems, steps and links call so."""
        from avm.api.workspace import source_path

        return None if self.project is None or not name else source_path(self.project, name)

    def set_checked(self, found: Mapping[Path, tuple[Problem, ...]]) -> None:
        """What a live check has found in the files it looked at."""
        for path, problems in found.items():
            name = self.name_of(path)
            self.checked[path] = tuple(p if p.file == name else replace(p, file=name) for p in problems)
        self.problems_changed.emit()

    def problems(self) -> list[Problem]:
        """Problems of all files: the live check of an open file, else what the last build found."""
        found: list[Problem] = []
        live = {self.name_of(path) for path in self.checked}
        for path in sorted(self.checked):
            found += self.checked[path]
        if self.view is not None:
            known = {(p.code, p.file, p.line, p.col) for p in found}
            for problem in self.view.problems:
                same = (problem.code, problem.file, problem.line, problem.col) in known
                if not same and (problem.file not in live or not self.stale):
                    found.append(problem)
        return found

    def problems_of(self, document: Document) -> list[Problem]:
        name = self.name_of(document.path)
        return [p for p in self.problems() if p.file == name]

    # Build, function, run

    @property
    def view(self) -> BuildView | None:
        return self.built.view if self.built is not None else None

    @property
    def run(self) -> RunView | None:
        return self.ran.view if self.ran is not None else None

    def texts(self) -> dict[Path, str]:
        """The Leo buffers as they are now."""
        return {d.path: d.text() for d in self.documents.values() if d.language == "leo"}

    def set_built(self, built: Built, at: float, texts: dict[Path, str] | None = None) -> None:
        """A finished build; `texts` are the buffers it was made from, stale at once when they have
        changed.
        """
        self.built, self.built_at = built, at
        self._built_from = self._origin(built, self.texts() if texts is None else texts)
        names = [f.name for f in built.view.functions]
        if names and self.function not in names:
            self.set_function(next((n for n in ("main",) if n in names), names[0]))
        self.build_changed.emit()
        self.problems_changed.emit()

    def functions(self) -> tuple[FunctionView, ...]:
        return self.view.functions if self.view is not None else ()

    def function_view(self) -> FunctionView | None:
        return next((f for f in self.functions() if f.name == self.function), None)

    def set_function(self, name: str) -> None:
        if name != self.function:
            self.function = name
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

    def inputs(self) -> list[str]:
        """The inputs a run would take now: the last ones that fit, else the sample's, else none."""
        function = self.function_view()
        if function is None:
            return []
        first = list(function.example_inputs)
        for run in reversed(self.project.runs if self.project is not None else ()):
            if run.function == function.name and len(run.inputs) == len(function.inputs):
                first = list(run.inputs)
        for values in self.input_history(function.name):
            if len(values) == len(first) == len(function.inputs):
                return [typed or given for typed, given in zip(values, first, strict=True)]
        return first

    def set_ran(self, ran: Ran) -> None:
        self.ran, self._ran_from = ran, self._origin(ran.built, {})
        self.step = ran.view.halt.step if ran.view.halt is not None else len(ran.view.steps)
        self.run_changed.emit()
        self.step_changed.emit()
        self.constraints_changed.emit()
        self.proof_changed.emit()

    def set_constrained(self, constrained: Constrained) -> None:
        self.constrained = constrained
        self.constraints_changed.emit()

    def set_proved(self, constrained: Constrained, proved: Proved, verified: VerifyReport) -> None:
        """A finished proof takes the place of the one before."""
        self.proved, self.verified, self.committed = proved, verified, None
        self.set_constrained(constrained)
        self.proof_changed.emit()

    def is_stale(self, artifact: Constrained | Proved | None) -> bool:
        """Whether constraints or a proof belong to an earlier run, or to a source that has changed."""
        if artifact is None:
            return False
        constrained = artifact.constrained if hasattr(artifact, "constrained") else artifact
        return self.run_stale or constrained.ran is not self.ran

    def set_step(self, step: int) -> None:
        if self.run is None:
            return
        step = max(0, min(step, len(self.run.steps)))
        if step != self.step:
            self.step = step
            self.step_changed.emit()

    def step_view(self) -> StepView | None:
        """The instruction that runs next at this position; None at the end of the run."""
        run = self.run
        return run.steps[self.step] if run is not None and self.step < len(run.steps) else None

    def program_now(self) -> str:
        """The program of the instruction that runs next in the run that is debugged; empty without one."""
        run, step = self.run, self.step_view()
        if run is None or step is None or not self.debugging or self.run_stale:
            return ""
        return run.frames[step.frame].program

    def machine(self) -> MachineView | None:
        """The machine at this position (remembered until the position changes)."""
        if self.ran is None:
            return None
        key = (id(self.ran), self.step)
        if self._machine is None or self._machine[0] != key:
            self._machine = (key, self.ran.debugger.state(self.step))
        return self._machine[1]

    def set_debugging(self, on: bool) -> None:
        if on != self.debugging:
            self.debugging = on
            self.step_changed.emit()

    # The ledger

    def set_ledger(
        self, blocks: tuple[BlockView, ...], mappings: tuple[MappingView, ...], state_root: str
    ) -> None:
        """What the ledger holds now; the newest block with a transaction is shown when none was chosen."""
        grown = bool(blocks) and (not self.blocks or blocks[-1].height > self.blocks[-1].height)
        self.blocks, self.mappings, self.state_root = blocks, mappings, state_root
        if grown or self.block is None:
            full = [b for b in blocks if b.transactions]
            chosen = (full or list(blocks))[-1] if blocks else None
            self.block = chosen.height if chosen is not None else None
            last = chosen.transactions[-1].id if chosen is not None and chosen.transactions else ""
            self.transaction, self.part = last, (None, None)
        self.ledger_changed.emit()
        self.place_changed.emit()

    def block_view(self) -> BlockView | None:
        return next((b for b in self.blocks if b.height == self.block), None)

    def transaction_view(self) -> TransactionView | None:
        block = self.block_view()
        return next((t for t in block.transactions if t.id == self.transaction), None) if block else None

    def show_block(self, height: int) -> None:
        """Chooses a block and its last transaction."""
        if height != self.block:
            self.block = height
            block = self.block_view()
            self.transaction = block.transactions[-1].id if block is not None and block.transactions else ""
            self.part = (None, None)
            self.place_changed.emit()

    def show_transaction(self, name: str, transition: int | None = None, part: int | None = None) -> None:
        """Chooses a transaction, a transition in it, or that one's input or output (inputs count first)."""
        if (name, (transition, part)) != (self.transaction, self.part):
            self.transaction, self.part = name, (transition, part)
            self.place_changed.emit()

    # Links between the source and its instructions

    def link_leo(self, line: int, file: str = "") -> None:
        """The person is on this line of a source (the main one by default): its instructions light up."""
        if not file and self.project is not None:
            file = self.name_of(self.project.main)
        links = self.view.links if self.view is not None and not self.stale else ()
        made = frozenset(each.aleo_line for each in links if (each.file, each.leo_line) == (file, line))
        self._link(file if made else "", line if made else 0, made)

    def link_aleo(self, line: int) -> None:
        """The person is on this instruction: its Leo line lights up."""
        links = self.view.links if self.view is not None and not self.stale else ()
        places = ((each.file, each.leo_line) for each in links if each.aleo_line == line)
        file, leo = next(((file, leo) for file, leo in places if leo), ("", 0))
        self._link(file, leo, frozenset({line}) if leo else frozenset())

    def _link(self, file: str, leo: int, aleo: frozenset[int]) -> None:
        if (file, leo, aleo) != (self.linked_file, self.linked_leo, self.linked_aleo):
            self.linked_file, self.linked_leo, self.linked_aleo = file, leo, aleo
            self.link_changed.emit()

    # Breakpoints

    def breakpoints(self, path: Path | None = None) -> frozenset[int]:
        """Leo lines with a breakpoint, of a file or of the project's main file."""
        where = path or (self.project.main if self.project is not None else None)
        return frozenset(self.settings.item("breakpoints", str(where), []) or [])

    def all_breakpoints(self) -> frozenset[SourceLine]:
        """Breakpoints of all files of the build, as the debugger takes them: name of the file, line."""
        files = self.built.files if self.built is not None else {}
        return frozenset(
            SourceLine(name, line) for name, path in files.items() for line in self.breakpoints(path)
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
