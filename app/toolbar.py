"""The toolbar: project and menu, perspective, function with its inputs, Run (the one filled button),
find box.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QSpacerItem, QWidget

from app import registry
from app.perspectives import PERSPECTIVES
from app.theme import icon, px, size
from app.widgets.basics import Button, ElidedLabel, Glyph, IconButton, Label, box, surface
from app.widgets.key_caps import KeyCaps
from app.widgets.pressable import Pressable
from app.widgets.segmented import Segmented
from app.widgets.spans import shorten
from avm.base.json_value import items

if TYPE_CHECKING:
    from app.contract import Studio

TOPICS = ("File", "Edit", "View", "Build", "Debug", "Prove", "Ledger", "Settings", "Help")


class Toolbar(QWidget):
    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        surface(self, "window")
        session = studio.session
        row = box(QHBoxLayout(self), 8, (12, 0, 8, 0))
        row.addWidget(self._brand())
        row.addSpacing(8)
        self.perspective = Segmented(
            [(name, each.title) for name, each in PERSPECTIVES.items()], "edit", name="Perspective"
        )
        self.perspective.chosen.connect(lambda name: studio.run_command(f"perspective.{name}"))
        row.addWidget(self.perspective)
        row.addStretch(1)
        row.addWidget(self._picker())
        self.build = self._tool("hammer", "build.build")
        self.run = Button("Run", "primary", "play", on_click=self._run_or_stop)
        self.debug = self._tool("bug", "debug.start")
        self.prove = self._tool("shield-check", "prove.prove")
        for widget in (self.build, self.run, self.debug, self.prove):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._find())
        row.addWidget(self._tool("settings-2", "settings.open"))
        for signal in (
            session.project_changed,
            session.function_changed,
            session.build_changed,
            session.inputs_changed,
            session.run_changed,
            session.step_changed,
        ):
            signal.connect(self.refresh)
        studio.settings.on("perspective", self._job_moved)
        studio.jobs.finished.connect(self._job_moved)
        studio.jobs.added.connect(self._job_moved)
        self.retheme()
        self.refresh()

    def _narrow(self) -> bool:
        return self.width() < px(1240)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the find box and the inputs give way, never a button's words."""
        narrow, tight = self._narrow(), self.width() < px(900)
        self._find_text.setText("Search" if narrow else "Search commands and files")
        self._find_text.setVisible(not tight)
        self._find_keys.setVisible(not narrow)
        self._find_gap.changeSize(0 if tight else 24, 0)
        self.inputs.setVisible(not tight)
        self.refresh()
        super().resizeEvent(event)

    def retheme(self) -> None:
        self.setFixedHeight(size("toolbar"))
        for part in (self._picker_frame, self._find_frame):
            part.setFixedHeight(size("control"))

    def _tool(self, name: str, command: str) -> IconButton:
        found = registry.command(command)
        keys = self.studio.keys(found)
        tip = f"{found.title}  {keys}" if keys else found.title
        return IconButton(name, tip, on_click=lambda: self.studio.run_command(command))

    def _brand(self) -> QWidget:
        brand = Pressable("Project menu", lambda: self.main_menu().popup(brand.below()), "window")
        row = box(QHBoxLayout(brand), 8, (0, 4, 4, 4))
        row.addWidget(Glyph("blocks", "accent.fg", 18))
        self.project = ElidedLabel("No project", "title")
        self.project.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.project.setMinimumWidth(px(40))
        row.addWidget(self.project)
        row.addWidget(Glyph("chevron-down", "text.tertiary", 14))
        brand.setToolTip("All commands by topic")
        return brand

    def main_menu(self) -> QMenu:
        """All commands by topic; made when opened, so it always shows what can run now."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for path in map(str, items(self.studio.settings.get("recent"))[:5]):
            name = path.rstrip("/").rsplit("/", 1)[-1]
            action = menu.addAction(icon("folder", "text.tertiary", 14), name)
            action.setToolTip(path)
            action.triggered.connect(lambda _c=False, p=path: self.studio.window.open_path(p))
        menu.addSeparator()
        topics = {c.topic for c in registry.commands()}
        for topic in [t for t in TOPICS if t in topics] + sorted(topics - set(TOPICS)):
            under = menu.addMenu(topic)
            for command in registry.commands():
                if command.topic == topic:
                    action = under.addAction(command.name_now(self.studio))
                    action.setShortcut(self.studio.keys(command))
                    action.setEnabled(not command.why_not(self.studio))
                    action.triggered.connect(lambda _c=False, n=command.id: self.studio.run_command(n))
        return menu

    def _picker(self) -> QWidget:
        frame = Pressable("Function to run", lambda: self.function_menu().popup(frame.below()))
        self._picker_frame = frame
        row = box(QHBoxLayout(frame), 8, (10, 0, 8, 0))
        row.addWidget(Glyph("square-function", "text.tertiary", 14))
        self.function = Label("", "code_small")
        self.inputs = ElidedLabel("", "small", "tertiary")
        row.addWidget(self.function)
        row.addWidget(self.inputs, 1)
        row.addWidget(Glyph("chevron-down", "text.tertiary", 14))
        return frame

    def function_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for function in self.studio.session.functions():
            takes = ", ".join(f"{p.name}: {p.type}" for p in function.inputs)
            action = menu.addAction(
                icon("square-function", "syntax.function", 14), f"{function.name}  ({takes})"
            )
            action.triggered.connect(lambda _c=False, n=function.name: self.studio.session.set_function(n))
        menu.addSeparator()
        action = menu.addAction(icon("settings-2", "text.secondary", 14), "Edit inputs")
        action.triggered.connect(lambda _c=False: self.studio.window.show_panel("run"))
        return menu

    def _find(self) -> QWidget:
        frame = Pressable(
            "Search commands, files, values", lambda: self.studio.run_command("palette.commands")
        )
        self._find_frame = frame
        row = box(QHBoxLayout(frame), 8, (8, 0, 4, 0))
        row.addWidget(Glyph("search", "text.tertiary", 14))
        self._find_text = Label("Search commands and files", "small", "tertiary")
        row.addWidget(self._find_text)
        self._find_gap = QSpacerItem(24, 0)
        row.addItem(self._find_gap)
        self._find_keys = KeyCaps(self.studio.keys_for("palette.commands"))
        row.addWidget(self._find_keys)
        return frame

    def _run_or_stop(self) -> None:
        self.studio.run_command("run.stop" if self._stoppable() else "run.run")

    def _stoppable(self) -> bool:
        """Work that can be stopped, or a debug session where it can be seen."""
        debugging = (
            self.studio.session.cursor.debugging and self.studio.settings.get("perspective") == "debug"
        )
        return debugging or bool(self.studio.jobs.running(kind="run"))

    def _job_moved(self, _job: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        session = self.studio.session
        self.project.setText(session.project.name.removesuffix(".aleo") if session.project else "No project")
        self._picker_frame.setVisible(bool(session.functions()))
        self.function.setText(session.cursor.function)
        inputs = ", ".join(shorten(v, 8, 4) for v in session.inputs()) or "no inputs"
        self.inputs.setText(inputs)
        room = self.inputs.sizeHint().width() + self.function.sizeHint().width() + px(72)
        if self.inputs.isHidden():
            room -= self.inputs.sizeHint().width()
        most = 120 if self.width() < px(900) else 184 if self._narrow() else 340
        self._picker_frame.setFixedWidth(min(px(most), room))
        stoppable = self._stoppable()
        if (self.run.text().strip() == "Stop") != stoppable:
            if stoppable:
                self.run.set_look("Stop", "square", "")
            else:
                self.run.set_look("Run", "play", "primary")
        name = "run.stop" if stoppable else "run.run"
        for button, command in (
            (self.build, "build.build"),
            (self.run, name),
            (self.debug, "debug.start"),
            (self.prove, "prove.prove"),
        ):
            found = registry.command(command)
            reason = found.why_not(self.studio)
            button.setEnabled(not reason)
            keys = self.studio.keys(found)
            button.setToolTip("\n".join(x for x in (f"{found.title}  {keys}".strip(), reason) if x))
            button.setAccessibleName(f"{found.title} {keys}".strip())
