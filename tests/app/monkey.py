"""A monkey: a seeded random user of the real window, who holds it to its invariants after every step.

After each step no exception was uncaught, no part that Qt has deleted is held, every file is what the disk
holds or is marked, no text of an open file has changed by a step that does not edit, and no text that is on
show is cut without an ellipsis and a tip. The seed and the number of the step repeat a failure.
`python tests/app/monkey.py --minutes 60 --seed 1` goes on for long.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import PySide6QtAds as QtAds
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMenu, QWidget

from app import registry
from app.faults import REPORTED
from app.perspectives import PERSPECTIVES
from app.settings import Settings
from app.studio import Studio
from app.widgets.prompt import Scrim, Sheet
from app.window import Window
from tests.app.clipping import clipped

SOURCE = """program {name}.aleo {{
    mapping seen: u32 => u32;

    fn main(public a: u32, b: u32) -> u32 {{
        let c: u32 = a + b;
        return c * 2u32;
    }}

    fn sum(a: u8, b: u8) -> u8 {{
        return a + b;
    }}

    @noupgrade
    constructor() {{}}
}}
"""
HELPER = "fn twice(a: u32) -> u32 {\n    return a + a;\n}\n"
LETTERS = "abc {}()[];:=+-*/<>,._\"'@#\n\té中\U0001d538"
KEYS = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Escape,
)
SIZES = ((1024, 640), (1280, 800), (1440, 900), (1920, 1080), (2560, 1440))
LEFT_OUT = {
    "file.quit": "ends the monkey",
    "srs.generate": "takes minutes",
    "srs.contribute": "takes minutes",
    "srs.verify": "takes minutes",
    "srs.download": "goes to the network",
    "lab.sweep": "takes minutes",
}
PROVING = {"prove.prove", "prove.constrain", "ledger.commit"}
LAYOUT_SECONDS = 4.0
SHEET_LEFT_OUT = {"Download", "Generate", "Contribute", "Show the log"}


@dataclass
class Report:
    """What a monkey did and what it found."""

    seed: int
    steps: int = 0
    seconds: float = 0.0
    done: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        common = ", ".join(f"{name} {count}" for name, count in self.done.most_common(12))
        found = "".join(f"\n  {failure}" for failure in self.failures)
        head = f"seed {self.seed}: {self.steps} steps in {self.seconds:.0f} s ({common})"
        return head + (found or ", nothing found")


class Monkey:
    """`step` does one thing and returns what does not hold afterwards."""

    def __init__(self, folder: Path, seed: int, prove: bool) -> None:
        self.random = random.Random(seed)
        self.report = Report(seed)
        self.folder = folder
        self.last: deque[str] = deque(maxlen=8)
        self.projects = [self._project(name) for name in ("one", "two")]
        self.studio = Studio(Settings(folder / "home"))
        self.window = Window(self.studio)
        self.window.resize(1280, 800)
        self.window.show()
        self.floats = os.environ.get("QT_QPA_PLATFORM") != "offscreen"  # Qt's plugin falls over these
        self.commands = [
            c.id for c in registry.commands() if c.id not in LEFT_OUT and (prove or c.id not in PROVING)
        ]
        self.deeds: list[tuple[int, Callable[[], str]]] = [
            (20, self._type),
            (10, self._key),
            (22, self._command),
            (10, self._click),
            (6, self._perspective),
            (6, self._panel),
            (4, self._move_dock),
            (3, self._look),
            (4, self._resize),
            (6, self._open),
            (4, self._save),
            (4, self._outside),
            (4, self._run),
            (2, self._close),
        ]

    def _project(self, name: str) -> Path:
        root = self.folder / name
        (root / "src").mkdir(parents=True)
        (root / "src" / "main.leo").write_text(SOURCE.format(name=name), encoding="utf-8")
        (root / "src" / "help.leo").write_text(HELPER, encoding="utf-8", newline="\r\n")
        (root / "program.json").write_text(
            f'{{"program": "{name}.aleo", "version": "0.1.0"}}', encoding="utf-8"
        )
        return root

    # What it can do; each says what it did, with "edits" when texts may differ afterwards

    def _editor(self) -> QWidget:
        return self.window.panel("editor").code  # type: ignore[attr-defined, no-any-return]

    def _type(self) -> str:
        text = "".join(self.random.choice(LETTERS) for _ in range(self.random.randint(1, 12)))
        code = self._editor()
        if not code.isVisible() or self.studio.session.documents.current is None:
            return "type nowhere"
        for letter in text:
            if letter.isascii() and letter.isprintable():
                QTest.keyClicks(code, letter)
            else:  # QTest knows no keys for these
                code.insertPlainText(letter)  # type: ignore[attr-defined]
        return f"edits: type {text!r}"

    def _key(self) -> str:
        key, mod = self.random.choice(KEYS), Qt.KeyboardModifier
        held = self.random.choice((mod.NoModifier, mod.ShiftModifier, mod.AltModifier))
        target = self.window.focusWidget() or self.window
        QTest.keyClick(target, key, held)
        return f"edits: key {key.name} {held.name} in {type(target).__name__}"

    def _command(self) -> str:
        name = self.random.choice(self.commands)
        self.studio.run_command(name)
        return f"edits: command {name}"

    def _click(self) -> str:
        window = self.window
        place = QPoint(self.random.randrange(window.width()), self.random.randrange(window.height()))
        target = self.window.childAt(place)
        words = target.text().strip() if isinstance(target, QAbstractButton) else ""
        if target is None or words in SHEET_LEFT_OUT:
            return "click nowhere"
        name = f"{type(target).__name__} {target.accessibleName()}"
        plain, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
        QTest.mouseClick(target, left, plain, target.mapFrom(window, place))
        return f"edits: click {name}"

    def _perspective(self) -> str:
        name = self.random.choice(list(PERSPECTIVES))
        self.window.set_perspective(name)
        return f"perspective {name}"

    def _panel(self) -> str:
        kind = self.random.choice(registry.panels())
        docks = self.window.docks
        if kind.bare:
            return "panel none"
        self.random.choice((docks.open, docks.toggle, docks.close_panel))(kind.id)  # type: ignore[operator]
        return f"panel {kind.id}"

    def _move_dock(self) -> str:
        docks = self.window.docks
        kinds = [k for k in registry.panels() if not k.bare and docks.is_open(k.id)]
        if len(kinds) < 2:
            return "move none"
        moved, other = self.random.sample(kinds, 2)
        shelf = docks.shelf
        if self.floats and self.random.random() < 0.3:
            shelf.docks[moved.id].setFloating()
            return f"move {moved.id} out"
        area = shelf.docks[other.id].dockAreaWidget()
        where = QtAds.DockWidgetArea
        side = self.random.choice(
            (where.LeftDockWidgetArea, where.BottomDockWidgetArea, where.CenterDockWidgetArea)
        )
        if area is not None and area is not shelf.docks[moved.id].dockAreaWidget():
            shelf.manager.addDockWidget(side, shelf.docks[moved.id], area)
        return f"move {moved.id} to {other.id}"

    def _look(self) -> str:
        name, value = self.random.choice(
            (("theme", "dark"), ("theme", "light"), ("scale", 1.0), ("scale", 1.25), ("more_contrast", True),
             ("more_contrast", False), ("reduced_motion", True))
        )  # fmt: skip
        self.studio.set_look(name, value)
        return f"look {name} {value}"

    def _resize(self) -> str:
        size = self.random.choice(SIZES)
        self.window.resize(*size)
        return f"resize {size}"

    def _open(self) -> str:
        root = self.random.choice(self.projects)
        if self.random.random() < 0.5:
            self.studio.open_project(root)
            return "edits: open project"
        path = root / "src" / self.random.choice(("main.leo", "help.leo"))
        if self.studio.session.project is not None and path.is_file():
            with contextlib.suppress(Exception):
                self.studio.session.documents.open(path)
        return "open file"

    def _save(self) -> str:
        self.studio.run_command(self.random.choice(("file.save", "file.save_all")))
        return "save"

    def _outside(self) -> str:
        """Another program writes, replaces or deletes a file, and the Studio looks."""
        path = self.random.choice(self.projects) / "src" / self.random.choice(("main.leo", "help.leo"))
        deed = self.random.choice(("append", "replace", "delete", "restore"))
        path.parent.mkdir(parents=True, exist_ok=True)
        if deed == "delete":
            path.unlink(missing_ok=True)
        elif deed == "append" and path.exists():
            with path.open("a", encoding="utf-8") as file:
                file.write("// theirs\n")
        else:
            other = path.with_suffix(".tmp")
            text = HELPER if path.name == "help.leo" else SOURCE.format(name=path.parts[-3])
            other.write_text(text, encoding="utf-8")
            os.replace(other, path)
        self.studio.watch.look()
        self.studio.watch.look()
        return f"edits: outside {deed} {path.name}"

    def _run(self) -> str:
        inputs = self.random.choice((["1u32", "2u32"], ["4294967295u32", "1u32"], ["x"], []))
        self.studio.actions.run("main", inputs, debug=self.random.random() < 0.5)
        return f"run {inputs}"

    def _close(self) -> str:
        self.studio.run_command(self.random.choice(("file.close", "file.close_project")))
        return "edits: close"

    def _answer(self) -> str:
        """A sheet is on show: a button, Escape, or nothing."""
        sheet = self.random.choice([s for s in self.window.findChildren(Scrim) if s.isVisible()])
        buttons = [b for b in getattr(sheet, "buttons", []) if b.text().strip() not in SHEET_LEFT_OUT]
        if isinstance(sheet, Sheet) and buttons and self.random.random() < 0.8:
            button = self.random.choice(buttons)
            words = button.text().strip()
            QTest.keyClick(button, Qt.Key.Key_Return)
            return f"edits: answer {words}"
        QTest.keyClick(sheet, Qt.Key.Key_Escape)
        if sheet.isVisible():
            sheet.leave()  # type: ignore[attr-defined]
        return "edits: escape"

    # Steps

    def step(self) -> list[str]:
        session = self.studio.session
        before = {path: (d.text(), d.modified) for path, d in session.documents.by_path.items()}
        if any(s.isVisible() for s in self.window.findChildren(Scrim)) and self.random.random() < 0.6:
            deed = self._answer
        else:
            deed = self.random.choices([d for _, d in self.deeds], [w for w, _ in self.deeds])[0]
        try:
            did = deed()
        except Exception as error:
            did = "".join(traceback.format_exception(error)[-6:])
            REPORTED.clear()
            self.settle()
            self.last.append(did)
            return [did]
        self.last.append(did)
        self.report.done[did.removeprefix("edits: ").split(" ")[0]] += 1
        self.settle()
        found = [f"{fault.source}: {fault.message}\n{fault.detail}" for fault in REPORTED]
        REPORTED.clear()
        if not did.startswith("edits"):
            for path, document in session.documents.by_path.items():
                text, modified = before.get(path, (document.text(), False))
                reloaded = not modified and not document.modified  # the disk holds something else
                if document.text() != text and not reloaded:
                    found.append(f"the text of {path.name} has changed by itself")
            lost = [p.name for p in before if p not in session.documents.by_path]
            found += [f"{name} was closed by itself" for name in lost]
        self.studio.watch.look()
        self.studio.watch.look()
        found += self.studio.check_invariants()
        if not self.window.isVisible():
            found.append("the window is gone")
        found += self.cut()
        self.report.steps += 1
        return found

    def cut(self) -> list[str]:
        """Texts that are cut and stay so; what is laid out later is waited for."""
        found = clipped(self.window)
        end = time.monotonic() + LAYOUT_SECONDS
        while found and time.monotonic() < end:
            QTest.qWait(30)
            found = clipped(self.window)
        return [f"cut at {self.window.width()} x {self.window.height()}: {each}" for each in found]

    def settle(self) -> None:
        for _ in range(2):
            QApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu) or popup is not None:
            popup.close()
        if self.random.random() < 0.05:
            QTest.qWait(60)

    def play(self, steps: int = 0, seconds: float = 0.0, most_failures: int = 1) -> Report:
        """Goes on for a number of steps or seconds, or until it has found enough."""
        start = time.monotonic()
        while not steps or self.report.steps < steps:
            if seconds and time.monotonic() - start > seconds:
                break
            found = self.step()
            if found:
                history = " | ".join(self.last)
                at = f"step {self.report.steps}"
                self.report.failures += [f"{at}: {each}\n    after {history}" for each in found]
                if len(self.report.failures) >= most_failures:
                    break
        self.report.seconds = time.monotonic() - start
        return self.report

    def end(self) -> None:
        self.studio.jobs.close(2.0)
        self.studio.watch.close()
        self.window.hide()
        self.window.deleteLater()
        self.studio.recovery.close()
        self.settle()


@contextlib.contextmanager
def quiet_system(folder: Path) -> Iterator[None]:
    """No dialog of the system, no browser, and a trash of its own."""
    before = (QFileDialog.getExistingDirectory, QDesktopServices.openUrl, os.environ.get("XDG_DATA_HOME"))
    QFileDialog.getExistingDirectory = staticmethod(lambda *_a, **_k: "")  # type: ignore[assignment]
    QDesktopServices.openUrl = staticmethod(lambda *_a: True)  # type: ignore[assignment]
    os.environ["XDG_DATA_HOME"] = str(folder / "data")
    try:
        yield
    finally:
        QFileDialog.getExistingDirectory = before[0]  # type: ignore[method-assign]
        QDesktopServices.openUrl = before[1]  # type: ignore[method-assign]
        if before[2] is None:
            del os.environ["XDG_DATA_HOME"]
        else:
            os.environ["XDG_DATA_HOME"] = before[2]


def play(
    folder: Path, seed: int, steps: int = 0, seconds: float = 0.0, prove: bool = False, most_failures: int = 1
) -> Report:
    """One monkey in a folder of its own, with all hooks for faults in place."""
    with quiet_system(folder):
        monkey = Monkey(folder, seed, prove)
        monkey.studio.faults.install()
        faulthandler.enable()  # a crash below Python is told here, not in the monkey's own home
        try:
            return monkey.play(steps, seconds, most_failures)
        finally:
            monkey.end()
            monkey.studio.faults.remove()


def main() -> int:
    parser = argparse.ArgumentParser(description="A random user of the Studio, for long.")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=400, help="steps of one monkey before the next begins")
    told = parser.parse_args()
    from app.application import make_application

    application = make_application()
    end, seed, failures = time.monotonic() + told.minutes * 60, told.seed, 0
    while (left := end - time.monotonic()) > 0:
        with tempfile.TemporaryDirectory(prefix="avm-monkey-") as folder:
            report = play(Path(folder), seed, told.steps, left, prove=True, most_failures=5)
        print(report, flush=True)
        failures += len(report.failures)
        seed += 1
    print(f"{seed - told.seed} monkeys, {failures} failures")
    del application
    return 1 if failures else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # work that was cancelled may still be in a kernel
