"""Whoever is killed by `kill_soak`: a user of the real window, one of `avm build`, one of `avm new`.

Each works until it is killed and tells before and after each deed what the disk holds, and which unsaved text
the recovery store holds. It tells by lines of JSON at the end of a file, which outlive it.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.editor.disk import read
from app.editor.document import Document
from app.faults import REPORTED
from app.instance import Instance
from app.recovery import AFTER_MS
from app.settings import Settings
from app.studio import Studio
from app.window import Window
from avm.api import workspace
from avm.base.errors import AvmError
from avm.base.files import write_text
from avm.cli.main import main as avm

SOURCE = """program one.aleo {{
    mapping seen: u32 => u32;

    fn main(public a: u32, b: u32) -> u32 {{
        let c: u32 = a + b;
        return c + {number}u32;
    }}
{more}
    @noupgrade
    constructor() {{}}
}}
"""
FUNCTION = """
    fn f{number}(a: u32, b: u32) -> u32 {{
        return a * {number}u32 + b;
    }}
"""
HELPER = "fn twice(a: u32) -> u32 {\n    return a + a;\n}\n"
VARIANTS = 8
LETTERS = 'abc {}();:=+-*/<>,."#\n\té中\U0001d538'
MOST_FILES = 6


def variant(number: int) -> str:
    """A program of its own for each number: its constants, and how many functions it has."""
    more = "".join(FUNCTION.format(number=k) for k in range(1, 1 + number * 4))
    return SOURCE.format(number=1000 + number, more=more)


def make_project(root: Path) -> None:
    """The project that the user of the window opens."""
    (root / "src").mkdir(parents=True)
    (root / "src" / "main.leo").write_text(variant(0), encoding="utf-8")
    (root / "src" / "help.leo").write_text(HELPER, encoding="utf-8", newline="\r\n")
    (root / "program.json").write_text('{"program": "one.aleo", "version": "0.1.0"}', encoding="utf-8")


class Teller:
    """Appends what happens to a file, each line in one call of the system."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __call__(self, what: str, **fact: Any) -> None:
        os.write(self._handle, json.dumps({"what": what, **fact}).encode() + b"\n")


class User:
    """Edits, saves, renames, builds and runs in the window; every change of a text is told as it happens."""

    def __init__(self, folder: Path, seed: int, tell: Teller) -> None:
        self.random, self.tell = random.Random(seed), tell
        self.root = folder / "one"
        self.instance = Instance(folder / "home")
        self.studio = Studio(Settings(folder / "home"))
        self.studio.faults.install()
        self.session, self.recovery = self.studio.session, self.studio.recovery
        notes = [] if self.instance.first else ["another Studio is said to be open"]
        if self.recovery._timer.interval() != AFTER_MS or AFTER_MS > 2000:
            notes.append("snapshots are written later than after two seconds")
        tell("started", notes=[*notes, *self.studio.settings.notes])
        left = sorted(self.recovery.left_over, key=lambda s: s.at)
        tell("left", texts=[[str(s.path), s.text] for s in left])
        # The promise is what the timer has written; it fires sooner here, so that more kills meet it.
        self.recovery._timer.setInterval(self.random.choice((5, 30, 120)))
        self.recovery._timer.timeout.connect(self._kept)
        self.session.documents.changed.connect(self._edited)
        self.window = Window(self.studio)
        self.window.resize(1280, 800)
        self.window.show()
        self.studio.open_project(self.root)
        if self.recovery.left_over:
            self._decide()
        self.deeds: list[tuple[int, Callable[[], object]]] = [
            (30, self._type),
            (12, self._insert),
            (6, self._replace),
            (8, self._undo),
            (8, self._other_file),
            (14, self._save),
            (4, self._save_all),
            (5, self._build),
            (4, self._run),
            (4, self._rename),
            (2, self._new_file),
            (4, self._look),
        ]

    def _decide(self) -> None:
        if self.random.random() < 0.15:
            self.recovery.put_off_all()
            self.tell("put off")
            return
        self.recovery.restore()
        found = {str(d.path): d.text() for d in self.session.documents.modified()}
        self.tell("restored", texts=found, rest=len(self.recovery.left_over))
        for document in self.session.documents.modified():
            if document.outside is not None:  # the kill came between the save and the end of its snapshot
                self._choose_disk(document)

    def _choose_disk(self, document: Document) -> None:
        assert document.outside is not None
        self.tell("dropped", path=str(document.path))
        if document.outside.theirs is not None:
            document.reload(document.outside.theirs)
        else:
            self.session.documents.close(document)

    def live(self) -> None:
        while True:
            deed = self.random.choices([d for _, d in self.deeds], [w for w, _ in self.deeds])[0]
            deed()
            for _ in range(self.random.choice((1, 1, 2, 4))):
                QApplication.processEvents()
                QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            if self.random.random() < 0.25:
                QTest.qWait(self.random.choice((1, 10, 40)))
            faults = [f"{fault.source}: {fault.message}\n{fault.detail}" for fault in REPORTED]
            faults += self.studio.check_invariants()
            if faults:
                self.tell("fault", texts=faults)
            REPORTED.clear()

    # What is told by itself

    def _edited(self, document: Document) -> None:
        self.tell("edit", path=str(document.path), text=document.text())
        if not self.recovery._timer.isActive():
            self.tell("fault", texts=["no snapshot is on its way after an edit"])

    def _kept(self) -> None:
        """The recovery store has just been written: from now on it must hold these texts."""
        for document in self.session.documents.modified():
            if document not in self.recovery._changed:
                self.tell("kept", path=str(document.path), text=document.text())

    # Deeds

    def _document(self) -> Document:
        if self.session.documents.current is None:
            return self.session.documents.open(self.root / "src" / "main.leo")
        return self.session.documents.current

    def _letters(self, most: int) -> str:
        return "".join(self.random.choice(LETTERS) for _ in range(self.random.randint(1, most)))

    def _type(self) -> None:
        document = self._document()
        code = self.window.panel("editor").code  # type: ignore[attr-defined]
        self._place(code.textCursor(), document, code)
        for letter in self._letters(8):
            if letter.isascii() and letter.isprintable():
                QTest.keyClicks(code, letter)
            else:
                code.insertPlainText(letter)

    def _place(self, cursor: QTextCursor, document: Document, code: Any) -> None:
        cursor.setPosition(self.random.randrange(document.text_document.characterCount()))
        code.setTextCursor(cursor)

    def _insert(self) -> None:
        cursor = QTextCursor(self._document().text_document)
        cursor.setPosition(self.random.randrange(cursor.document().characterCount()))
        cursor.insertText(self._letters(60))

    def _replace(self) -> None:
        document = self._document()
        main = document.path.name == "main.leo"
        document.replace_text(variant(self.random.randrange(VARIANTS)) if main else HELPER)

    def _undo(self) -> None:
        document = self._document().text_document
        (document.undo if self.random.random() < 0.7 else document.redo)()

    def _other_file(self) -> None:
        self.session.documents.open(self.random.choice(sorted((self.root / "src").rglob("*.leo"))))

    def _save(self) -> None:
        self._told_save([self._document()], "file.save")

    def _save_all(self) -> None:
        self._told_save(self.session.documents.modified(), "file.save_all")

    def _told_save(self, documents: list[Document], command: str) -> None:
        wanted = [(d, d.data().decode("utf-8")) for d in documents if d.modified]
        for document, data in wanted:
            self.tell("saving", path=str(document.path), data=data)
        self.studio.run_command(command)
        for document, data in wanted:
            if document.modified:
                self.tell("fault", texts=[f"{document.name} was not saved"])
            else:
                self.tell("saved", path=str(document.path), data=data)

    def _build(self) -> None:
        self.studio.run_command("build.build")
        self.tell("build")

    def _run(self) -> None:
        self.studio.actions.run("main", ["1u32", "2u32"], debug=self.random.random() < 0.3)
        self.tell("run")

    def _rename(self) -> None:
        files = [p for p in sorted((self.root / "src").glob("*.leo")) if p.name != "main.leo"]
        old = self.random.choice(files)
        new = old.with_name(f"n{self.random.randrange(10**6)}.leo")
        self.tell("renaming", old=str(old), new=str(new))
        self.studio.files.rename(old, new.name)
        document = self.session.documents.by_path.get(new)
        kept = document is not None and document.modified
        self.tell("renamed", text=document.text() if kept and document is not None else None)

    def _new_file(self) -> None:
        if len(list((self.root / "src").glob("*.leo"))) < MOST_FILES:
            path = self.root / "src" / f"n{self.random.randrange(10**6)}.leo"
            self.tell("saving", path=str(path), data="")
            self.studio.files.new_file(path.parent, path.name)
            self.tell("saved", path=str(path), data="")

    def _look(self) -> None:
        self.studio.set_look("theme", self.random.choice(("dark", "light")))


def use_window(folder: Path, seed: int, tell: Teller) -> None:
    """Start the Studio as `app.main` does, take over what was left, and work."""
    from app.application import make_application

    application = make_application()
    User(folder, seed, tell).live()
    del application


def use_build(folder: Path, seed: int, tell: Teller) -> None:
    """Write one program after the other and build each with `avm build`."""
    dice = random.Random(seed)
    root = folder / "built"
    while True:
        number = dice.randrange(VARIANTS)
        tell("building", number=number)
        write_text(root / "src" / "main.leo", variant(number))
        if avm(["build", "--path", str(root)]) != 0:
            tell("fault", texts=[f"variant {number} was not built"])
        tell("built", number=number)


def use_new(folder: Path, _seed: int, tell: Teller) -> None:
    """Make one project after the other with `avm new`; between them copies of a sample."""
    for number in range(10**6):
        name = f"{'s' if number % 4 == 3 else 'p'}{number}"
        tell("making", name=name)
        if is_sample(name):
            workspace.copy_sample("hello", folder / "made" / name)
        elif avm(["new", name, "--path", str(folder / "made")]) != 0:
            tell("fault", texts=[f"{name} was not made"])
        tell("made", name=name)


def is_sample(name: str) -> bool:
    """Whether what `use_new` makes under a name is the copy of a sample."""
    return name.startswith("s")


USERS: dict[str, Callable[[Path, int, Teller], None]] = {
    "window": use_window,
    "build": use_build,
    "new": use_new,
}


def readable(path: Path) -> str | None:
    """The text that the editor finds in a file; None when there is no file or no text."""
    try:
        return read(path).text
    except AvmError:
        return None
