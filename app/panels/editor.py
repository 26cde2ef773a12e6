"""The editor pane: open files in tabs, source and generated instructions side by side, joined line by
line.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from app import outside
from app.cards.result_strip import ResultStrip
from app.editor.code_edit import CodeEdit
from app.editor.completion import Completion
from app.editor.document import Document
from app.editor.find_bar import FindBar
from app.editor.gutter import LineMarks
from app.editor.link_band import LinkBand, Runs, runs_of
from app.editor.notice_bar import NoticeBar
from app.editor.tabs import EditorTabs
from app.editor.zones import Zone
from app.instructions import Instructions
from app.models.hints import LineHints
from app.models.proof import line_heat
from app.panel import Panel, Place
from app.start import StartPage
from app.theme import size
from app.widgets.basics import IconButton, box, pane, rule
from app.widgets.spans import in_short, shorten
from avm.base.errors import AvmError
from avm.base.json_value import real

if TYPE_CHECKING:
    from app.contract import Studio
    from avm.api.views import HaltView, Problem, RunView

MOST_PLACES = 60


class EditorPanel(Panel):
    id = "editor"
    title = "Editor"
    icon = "file-code-2"
    bare = True
    home = Place("centre", 0, 70)
    places = {"edit": Place("centre", 0, 70), "debug": Place("centre", 0, 70)}

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.code = CodeEdit()
        self.code.set_zoom(real(studio.settings.get("zoom")))
        self.code.zoomed.connect(self._zoomed)
        self.completion = Completion(self.code, studio.actions.complete)
        self.notice = NoticeBar()
        self.find_bar = FindBar(self.code)
        self.instructions = Instructions(self.session, lambda: studio.run_command("build.build"), studio.jobs)
        self.instructions.code.set_zoom(self.code.zoom)
        self.aleo_find = FindBar(self.instructions.code)
        self.band = LinkBand(self.code, self.instructions.code)
        self.beside_button = IconButton(
            "columns-2",
            "Instructions beside",
            "text.tertiary",
            28,
            checkable=True,
            on_click=self.toggle_beside,
        )
        self.heat_button = IconButton(
            "flame",
            "Constraints of each line",
            "text.tertiary",
            28,
            checkable=True,
            on_click=self.toggle_heat,
        )
        self.tabs = EditorTabs([self.heat_button, self.beside_button])
        self._runs: dict[Path | None, Runs] = {}
        self._places: list[tuple[Path, int]] = []
        self._at = -1
        self._travelling = self._debugged = False
        self._layout()
        self._connect()
        self._show_beside()
        self._shown()

    def _zoomed(self, zoom: float) -> None:
        self.studio.settings.set("zoom", zoom)
        self.instructions.code.set_zoom(zoom)

    def _layout(self) -> None:
        left, column = pane("editor")
        column.addWidget(self.tabs)
        column.addWidget(rule(kind="separator"))
        column.addWidget(self.notice)
        column.addWidget(self.find_bar)
        column.addWidget(self.code, 1)
        middle, band_column = pane("panel")
        spacer = QWidget()
        spacer.setFixedHeight(size("tab"))
        self._band_head = spacer
        band_column.addWidget(spacer)
        band_column.addWidget(rule(kind="separator"))
        band_column.addWidget(self.band, 1)
        self._right = QWidget()
        right = box(QHBoxLayout(self._right), 0)
        right.addWidget(middle)
        right.addWidget(self.instructions, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self._right)
        self.splitter.setStretchFactor(0, 58)
        self.splitter.setStretchFactor(1, 42)
        self.splitter.setSizes([580, 420])
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self.start: StartPage | None = None
        self._start_holder = QWidget()
        box(QVBoxLayout(self._start_holder), 0)
        self._stack.addWidget(self._start_holder)
        self._stack.addWidget(self.splitter)
        self.column.addWidget(holder, 1)
        self.result = ResultStrip(self.studio)
        self.column.addWidget(self.result)

    def _connect(self) -> None:
        session = self.session
        for document in session.documents.by_path.values():
            self.tabs.add(document)
        session.documents.opened.connect(self.tabs.add)
        session.documents.closed.connect(self._closed)
        session.documents.moved.connect(self._renamed)
        session.documents.modified_changed.connect(self.tabs.show_modified)
        session.documents.outside_changed.connect(self._outside)
        session.documents.current_changed.connect(self._shown)
        session.project_changed.connect(self._shown)
        self.tabs.shown.connect(session.documents.set_current)
        self.tabs.close_asked.connect(self._close)
        self.code.cursor_line.connect(self._moved)
        self.code.cursorPositionChanged.connect(self._tell_place)
        self.code.gutter.toggled.connect(self._toggle_breakpoint)
        self.instructions.code.cursor_line.connect(self._aleo_moved)
        session.reveal.connect(self.reveal)
        for signal in (
            session.problems_changed,
            session.breakpoints_changed,
            session.step_changed,
            session.run_changed,
            session.constraints_changed,
        ):
            signal.connect(self.refresh_marks)
        session.step_changed.connect(self._follow_step)
        session.link_changed.connect(self._linked)
        session.build_changed.connect(self._built)
        self._built()

    def check_invariants(self) -> list[str]:
        """Marks of unsaved files that are wrong, and texts that do not have the size of the theme."""
        return self.tabs.wrong_marks() + self.code.wrong_sizes() + self.instructions.code.wrong_sizes()

    # Documents

    def _close(self, document: Document) -> None:
        self.session.documents.set_current(document)
        self.studio.run_command("file.close")

    def _renamed(self, document: Document, old: Path) -> None:
        self.tabs.rename(document)
        self._places = [(document.path if p == old else p, line) for p, line in self._places]
        self.refresh_marks()

    def _closed(self, document: Document) -> None:
        self.tabs.remove(document)
        self._places = [place for place in self._places if place[0] != document.path]
        self._at = min(self._at, len(self._places) - 1)
        if self.code.document_shown is document:
            self.completion.leave()
            self.code.leave_document()

    def _shown(self) -> None:
        """The current document is in the view; without a project the start page is."""
        document = self.session.documents.current
        if document is None:
            if self.start is None:
                self.start = StartPage(self.studio)
                layout = self._start_holder.layout()
                assert layout is not None
                layout.addWidget(self.start)
            self.start.refresh()
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1)
        if self.code.document_shown is not document:
            self.code.show_document(document)
            self.completion.leave()
        self.code.takes_breakpoints = document.language == "leo"
        self.tabs.set_current(document)
        self._outside(document)
        self._link_here()
        self.refresh_marks()
        self._tell_place()
        self._remember(self.code.current_line())

    def _outside(self, document: Document) -> None:
        """What another program did to the current file is said above its text."""
        self.tabs.show_modified(document)
        if document is self.session.documents.current:
            fact, advice = outside.words(document)
            self.notice.set(fact, advice, outside.choices(self.studio, document))

    def _tell_place(self) -> None:
        if self.session.documents.current is not None:
            self.studio.window.status.set_place(
                self.code.current_line(), self.code.textCursor().positionInBlock() + 1
            )

    def open_find(self, replace: bool) -> None:
        if self.instructions.code.hasFocus():
            self.find_bar_for_instructions()
        else:
            self.find_bar.open(replace)

    def find_bar_for_instructions(self) -> None:
        layout = self.instructions.layout()
        if isinstance(layout, QVBoxLayout) and layout.indexOf(self.aleo_find) < 0:
            layout.insertWidget(2, self.aleo_find)
        self.aleo_find.open(False)

    # Places: back and forward

    def reveal(self, path: Path, line: int, column: int) -> None:
        """Shows a place and remembers where the person came from."""
        self._remember(self.code.current_line())
        self.session.documents.open(path)
        self.code.go_to(line, column)
        self._remember(line)

    def _remember(self, line: int) -> None:
        document = self.session.documents.current
        if document is None or self._travelling:
            return
        here = (document.path, line)
        if self._places and self._at >= 0 and self._places[self._at] == here:
            return
        del self._places[self._at + 1 :]
        self._places.append(here)
        del self._places[:-MOST_PLACES]
        self._at = len(self._places) - 1

    def travel(self, way: int) -> None:
        """Back and forward through the places visited."""
        at = self._at + way
        if not 0 <= at < len(self._places):
            return
        path, line = self._places[at]
        self._at, self._travelling = at, True
        try:
            if path.is_file():
                self.session.documents.open(path)
                self.code.go_to(line)
        finally:
            self._travelling = False

    # Links

    def _path(self) -> Path | None:
        """The current file if it may have links and steps."""
        document = self.session.documents.current
        if document is None or document.language != "leo" or self.session.project is None:
            return None
        return document.path

    def _moved(self, line: int) -> None:
        self.session.place_in_file.emit(line)
        self._link_here()
        self.refresh_marks()

    def _link_here(self) -> None:
        """The line of the cursor and its instructions are linked, while no run is debugged."""
        if not self.session.cursor.debugging:
            path = self._path()
            self.session.link_leo(self.code.current_line() if path else 0, path)

    def _aleo_moved(self, line: int) -> None:
        if self.instructions.code.hasFocus() and self.instructions.own:
            self.session.link_aleo(line)
            if self.session.cursor.linked.leo and self._path() == self.session.cursor.linked.path:
                self.code.reveal_line(self.session.cursor.linked.leo)

    def _linked(self) -> None:
        lines = self.session.cursor.linked.aleo
        if lines and not self.instructions.code.hasFocus():
            self.instructions.code.reveal_line(min(lines))
        self.refresh_marks()

    def _built(self) -> None:
        view = self.session.view
        links = view.links if view is not None and view.ok else ()
        self._runs = {
            path: runs_of((each.leo_line, each.aleo_line) for each in links if each.path == path)
            for path in {each.path for each in links}
        }
        self._link_here()
        self.refresh_marks()

    def toggle_beside(self) -> None:
        self.studio.settings.set("beside", not self.studio.settings.get("beside", False))
        self._show_beside()

    def toggle_heat(self) -> None:
        self.studio.settings.set("heat", not self.studio.settings.get("heat"))
        self.refresh_marks()

    def _heat(self, path: Path | None) -> dict[int, int]:
        """The constraints of each line while they are of the text on show and no step is."""
        on = bool(self.studio.settings.get("heat"))
        self.heat_button.setChecked(on)
        constrained = self.session.artifacts.constrained
        if not on or path is None or constrained is None or self._live():
            return {}
        return {} if self.session.is_stale(constrained) else line_heat(constrained.view, path)

    def _show_beside(self) -> None:
        on = bool(self.studio.settings.get("beside"))
        self._right.setVisible(on)
        self.beside_button.setChecked(on)

    # Marks

    def _toggle_breakpoint(self, line: int) -> None:
        if self.session.documents.current is not None:
            self.session.toggle_breakpoint(self.session.documents.current.path, line)

    def refresh_marks(self) -> None:
        """Everything that is shown on lines, in both views, from the session."""
        session, document = self.session, self.session.documents.current
        if document is None:
            return
        path = self._path()
        run, step = session.run, session.step_view()
        live = self._live()
        halt = run.halt if live and run is not None and run.halt and session.step >= run.halt.step else None
        problems = session.problems(document.path)
        levels: dict[int, str] = {}
        for problem in problems:
            if problem.line is not None and levels.get(problem.line) != "error":
                levels[problem.line] = problem.level
        here = step if live and step is not None and step.path == path else None
        halt_here = halt if halt is not None and halt.path == path else None
        linked = session.cursor.linked.leo if session.cursor.linked.path == path and not live else 0
        marks = LineMarks(
            breakpoints=session.breakpoints(document.path) if document.language == "leo" else frozenset(),
            problems=levels,
            linked=frozenset({linked}) if linked else frozenset(),
            execution=(here.leo_line or 0) if here is not None and halt is None else 0,
            halt=(halt_here.leo_line or 0) if halt_here is not None else 0,
            heat=self._heat(path),
        )
        self.code.set_marks(marks)
        self.code.set_problems(problems)
        self.code.set_zones(self._zones(problems, halt_here))
        self.code.set_hints(self._hints(path) if live and path else {})
        aleo_step = step.aleo_line if live and step is not None else None
        aleo_marks = LineMarks(
            linked=session.cursor.linked.aleo if not live else frozenset(),
            execution=(aleo_step or 0) if halt is None else 0,
            halt=(halt.aleo_line or 0) if halt is not None else 0,
        )
        self.instructions.code.set_marks(aleo_marks)
        chosen = (here.leo_line or 0) if here is not None else linked
        if halt_here is not None:
            chosen = halt_here.leo_line or 0
        joined = self.instructions.own and not session.stale
        self.band.set_links(self._runs.get(path, []) if joined else [], chosen)
        ended, self._debugged = self._debugged and not session.cursor.debugging, session.cursor.debugging
        if ended:
            self._link_here()

    def _live(self) -> bool:
        """Whether the run that is debugged is one of the texts of now."""
        session = self.session
        return session.cursor.debugging and session.run is not None and not session.run_stale

    def _follow_step(self) -> None:
        """A step, never an edit, brings its file and its lines into view: no view may change its document
        while that one tells of a change.
        """
        if not self._live():
            return
        self._follow_file()
        line = self.code.marks.execution or self.code.marks.halt
        if line:
            self.code.reveal_line(line)
        aleo = self.instructions.code.marks.execution or self.instructions.code.marks.halt
        if aleo:
            self.instructions.code.reveal_line(aleo)

    def _follow_file(self) -> None:
        """The file of the step comes to the front when it is another one."""
        session = self.session
        step = session.step_view()
        path = step.path if step is not None and step.leo_line else None
        if path is None or session.documents.current is None or session.documents.current.path == path:
            return
        with contextlib.suppress(AvmError):  # a dependency may be gone from the disk; the run stays readable
            session.documents.open(path)

    def _zones(self, problems: Sequence[Problem], halt: HaltView | None) -> dict[int, Zone]:
        """The halt, else the problem at the cursor, else the first error: one zone at a time keeps the
        text calm.
        """
        if halt is not None and halt.leo_line:
            facts = tuple((c.register, shorten(c.value)) for c in halt.operands)
            return {
                halt.leo_line: Zone(
                    "halt",
                    in_short(halt.message),
                    f"step {halt.step + 1}",
                    "Alt+F10 steps back to what led here." if halt.step else "",
                    facts,
                )
            }
        line = self.code.current_line()
        at = next((p for p in problems if p.line == line), None)
        chosen = at or next((p for p in problems if p.level == "error" and p.line is not None), None)
        if chosen is None or chosen.line is None:
            return {}
        return {chosen.line: Zone(chosen.level, chosen.message, chosen.code, chosen.help or chosen.note)}

    def _hints(self, path: Path) -> dict[int, str]:
        """After each line of a file the value it wrote last, up to the current step."""
        run = self.session.run
        if run is None:
            return {}
        if self._line_hints is None or self._line_hints[:2] != (run, path):
            self._line_hints = (run, path, LineHints(run, path))
        return self._line_hints[2].at(self.session.step)

    _line_hints: tuple[RunView, Path, LineHints] | None = None

    def retheme(self) -> None:
        self._band_head.setFixedHeight(size("tab"))
