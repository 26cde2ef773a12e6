"""Unsaved work outlives its Studio: kill -9, two at once, closing without saving, deciding later."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app import recovery
from app.instance import Instance
from app.lock import FileLock
from app.main import offer_recovery
from app.recovery import Recovery, Snapshot, holds_key
from app.restoring import restore_unsaved, unsaved_words
from app.session import Session
from app.settings import Settings
from app.studio import Studio
from app.widgets.diff_sheet import DiffSheet
from app.widgets.prompt import Prompt, Sheet
from avm.base.errors import AvmError

pytestmark = pytest.mark.qt
ROOT = Path(__file__).resolve().parents[2]
KEY = "APrivateKey1zkp8CZNn3yeCseEtxuVPbDCwSyhGW6yZKUYKfgXmcpoGPWH"


class Running:
    """A session with its recovery, as one Studio has them."""

    def __init__(self, settings: Settings) -> None:
        self.session = Session(settings)
        self.recovery = Recovery(settings.folder / "recovery", self.session)

    def edit(self, path: Path, text: str) -> None:
        QTextCursor(self.session.documents.open(path).text_document).insertText(text)

    def die(self) -> None:
        """As the system leaves it after kill -9: nothing cleaned up, the locks free."""
        self.recovery._timer.stop()
        for lock in (self.recovery._lock, *self.recovery._claimed):
            lock.release()


@pytest.fixture
def main(project_folder: Path) -> Path:
    return project_folder / "src" / "main.leo"


def test_unsaved_work_survives_a_crash(settings: Settings, main: Path, qapp: QApplication) -> None:
    first = Running(settings)
    first.edit(main, "// typed before the crash\n")
    first.recovery.write()
    first.die()
    again = Running(settings)
    assert [s.path for s in again.recovery.unseen] == [main]
    assert again.recovery.restore() == ["main.leo"]
    restored = again.session.documents.current
    assert restored is not None and restored.text().startswith("// typed before the crash\n")
    assert restored.modified and again.session.documents.check_invariants() == []
    restored.text_document.undo()
    assert restored.text() == main.read_text(encoding="utf-8")
    restored.text_document.redo()
    again.die()
    third = Running(settings)
    assert [s.text for s in third.recovery.unseen] == [restored.text()]


def test_a_file_that_was_renamed_keeps_its_copy_at_every_moment(
    settings: Settings, main: Path, qapp: QApplication
) -> None:
    first = Running(settings)
    first.edit(main, "mine ")
    first.recovery.write()
    document = first.session.documents.by_path[main]
    other = main.with_name("other.leo")
    main.rename(other)
    first.session.documents.move(document, other)
    first.die()
    left = Running(settings).recovery.left_over
    assert [(s.path, s.text[:5]) for s in left] == [(other, "mine ")]


def test_a_rename_on_a_full_disk_leaves_the_copy_before(
    settings: Settings, main: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Running(settings)
    first.edit(main, "mine ")
    first.recovery.write()

    def full(*_: object, **__: object) -> None:
        raise AvmError("the disk is full")

    monkeypatch.setattr("app.recovery.write_text", full)
    first.session.documents.move(first.session.documents.by_path[main], main.with_name("other.leo"))
    first.die()
    assert [s.path for s in Running(settings).recovery.left_over] == [main]


def test_a_copy_that_a_full_disk_refused_is_written_later(
    settings: Settings, main: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Running(settings)
    first.recovery._timer.setInterval(1)

    def full(*_: object, **__: object) -> None:
        monkeypatch.undo()
        raise AvmError("the disk is full")

    monkeypatch.setattr("app.recovery.write_text", full)
    first.edit(main, "mine ")
    qtbot.waitUntil(lambda: first.recovery._file(main).exists(), timeout=30_000)
    first.die()
    assert [s.text[:5] for s in Running(settings).recovery.left_over] == ["mine "]


@pytest.mark.parametrize("newest", [0, 1, 2])
def test_of_several_copies_of_one_file_the_newest_is_restored(
    newest: int, settings: Settings, main: Path, qapp: QApplication
) -> None:
    folder = settings.folder / "recovery"
    for number in range(3):
        running = Running(settings)
        running.edit(main, f"copy {number} ")
        running.recovery.write()
        running.die()
        running.recovery._own.rename(folder / str(number))
        file = next((folder / str(number)).glob("*.json"))
        data = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps({**data, "at": 9.0 if number == newest else 1.0}), encoding="utf-8")
    again = Running(settings)
    again.recovery.restore()
    assert again.session.documents.by_path[main].text().startswith(f"copy {newest} ")


def test_a_running_studio_keeps_its_work_to_itself(
    settings: Settings, main: Path, qapp: QApplication
) -> None:
    first = Running(settings)
    first.edit(main, "x")
    first.recovery.write()
    second = Running(settings)
    assert second.recovery.left_over == []
    first.die()
    third, fourth = Running(settings), Running(settings)
    assert len(third.recovery.left_over) == 1
    assert fourth.recovery.left_over == []


def test_a_saved_file_leaves_no_snapshot(settings: Settings, main: Path, qapp: QApplication) -> None:
    first = Running(settings)
    first.edit(main, "x")
    first.recovery.write()
    assert first.session.documents.current is not None
    first.session.documents.current.mark_saved()
    first.die()
    assert Running(settings).recovery.left_over == []


def test_closing_without_saving_is_no_crash_and_loses_nothing(
    settings: Settings, main: Path, qapp: QApplication
) -> None:
    first = Running(settings)
    first.edit(main, "kept")
    first.recovery.close(without_saving=True)
    again = Running(settings)
    assert again.recovery.unseen == [] and again.recovery.put_off == []
    assert [s.text[:4] for s in again.recovery.left_over] == ["kept"]
    again.recovery.discard()
    again.die()
    assert Running(settings).recovery.left_over == []


def test_decide_later_has_a_later(studio: Studio, main: Path, qapp: QApplication) -> None:
    other = Running(studio.settings)
    other.edit(main, "later")
    other.recovery.write()
    other.die()
    studio.recovery.left_over = studio.recovery._read()
    offer_recovery(studio)
    asked = [p for p in studio.window.findChildren(Prompt) if p.isVisible()]
    assert len(asked) == 1 and "main.leo" in asked[0].card.accessibleName()
    asked[0].buttons[2].click()
    qapp.processEvents()
    assert studio.recovery.unseen == [] and len(studio.recovery.put_off) == 1
    offer_recovery(studio)
    assert not any(p.isVisible() for p in studio.window.findChildren(Prompt))
    assert studio.run_command("file.restore")
    asked = [p for p in studio.window.findChildren(Prompt) if p.isVisible()]
    asked[0].buttons[0].click()
    assert (
        studio.session.documents.current is not None
        and studio.session.documents.current.text().startswith("later")
    )
    assert not studio.run_command("file.restore")


def test_what_another_program_wrote_after_the_crash_is_not_overwritten(
    settings: Settings, main: Path, qapp: QApplication
) -> None:
    first = Running(settings)
    first.edit(main, "mine ")
    first.recovery.write()
    first.die()
    main.write_text("// theirs\n", encoding="utf-8")
    again = Running(settings)
    again.recovery.restore()
    document = again.session.documents.current
    assert document is not None and document.outside is not None and document.outside.kind == "changed"


def test_work_on_a_file_that_is_gone_comes_back_without_making_the_file(
    settings: Settings, main: Path, qapp: QApplication
) -> None:
    first = Running(settings)
    first.edit(main, "mine ")
    first.recovery.write()
    first.die()
    main.unlink()
    again = Running(settings)
    assert again.recovery.restore() == ["main.leo"]
    assert again.session.documents.current is not None and again.session.documents.current.modified
    assert not main.exists()


def lost(studio: Studio, path: Path, text: str = "mine ", closed: bool = False) -> None:
    """Work on a file as another Studio that has ended left it, known to this one."""
    other = Running(studio.settings)
    other.edit(path, text)
    other.recovery.write()
    if closed:
        other.recovery.close(without_saving=True)
    else:
        other.die()


def found(studio: Studio) -> list[Snapshot]:
    studio.recovery.left_over = studio.recovery._read()
    return studio.recovery.left_over


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("opened", [False, True])
def test_no_look_and_no_save_takes_a_restored_text_for_newer_than_the_disk(
    studio: Studio, main: Path, opened: bool, closed: bool
) -> None:
    lost(studio, main, closed=closed)
    theirs = main.read_text(encoding="utf-8") + "// theirs\n"
    main.write_text(theirs, encoding="utf-8")
    if opened:
        studio.session.documents.open(main)
    assert found(studio)
    assert studio.recovery.restore() == ["main.leo"]
    document = studio.session.documents.by_path[main]
    for _ in range(3):
        studio.watch.look()
        assert document.outside is not None and document.outside.kind == "changed"
    assert not studio.actions.save(document)
    assert main.read_text(encoding="utf-8") == theirs
    assert document.outside.theirs is not None
    document.keep_mine(document.outside.theirs)
    studio.watch.look()
    assert document.outside is None and document.modified
    assert studio.actions.save(document)
    assert main.read_text(encoding="utf-8").startswith("mine ")
    assert studio.check_invariants() == []


def test_a_second_crash_after_a_restore_forgets_no_outside_change(
    settings: Settings, main: Path, qapp: QApplication
) -> None:
    first = Running(settings)
    first.edit(main, "mine ")
    first.recovery.write()
    first.die()
    main.write_text("// theirs\n", encoding="utf-8")
    second = Running(settings)
    second.recovery.restore()
    second.die()
    third = Running(settings)
    third.recovery.restore()
    document = third.session.documents.by_path[main]
    assert document.outside is not None and document.outside.kind == "changed"


def test_a_file_that_was_made_after_the_crash_is_not_overwritten(studio: Studio, main: Path) -> None:
    lost(studio, main)
    main.unlink()
    found(studio)
    studio.recovery.restore()
    document = studio.session.documents.by_path[main]
    studio.watch.look()
    assert document.outside is not None and document.outside.kind == "gone"
    main.write_text("// made anew\n", encoding="utf-8")
    studio.watch.look()
    assert document.outside is not None and document.outside.kind == "changed"
    assert not studio.actions.save(document)
    assert main.read_text(encoding="utf-8") == "// made anew\n"


def test_work_on_a_file_that_never_was_on_disk_overwrites_none(studio: Studio, main: Path) -> None:
    lost(studio, main)
    snapshot = found(studio)[0]
    studio.recovery.left_over = [replace(snapshot, disk="")]
    studio.recovery.restore()
    document = studio.session.documents.by_path[main]
    studio.watch.look()
    assert document.outside is not None and document.outside.kind == "changed"
    assert not studio.actions.save(document)


@pytest.mark.parametrize("what", ["folder", "binary"])
def test_work_on_a_file_that_became_something_else_is_kept_apart_from_it(
    studio: Studio, main: Path, what: str
) -> None:
    lost(studio, main)
    main.unlink()
    if what == "folder":
        main.mkdir()
    else:
        main.write_bytes(b"\0\xff")
    found(studio)
    studio.recovery.restore()
    document = studio.session.documents.by_path[main]
    studio.watch.look()
    assert document.outside is not None and document.outside.kind == "unreadable"
    assert document.text().startswith("mine ")
    assert not studio.actions.save(document)
    assert main.is_dir() if what == "folder" else main.read_bytes() == b"\0\xff"


def test_a_deleted_file_comes_back_with_its_own_line_ends(studio: Studio, main: Path) -> None:
    main.write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\n")
    lost(studio, main)
    main.unlink()
    found(studio)
    studio.recovery.restore()
    assert studio.actions.save(studio.session.documents.by_path[main])
    assert main.read_bytes() == b"\xef\xbb\xbfmine one\r\ntwo\r\n"


def test_the_question_says_what_became_of_the_files(studio: Studio, main: Path) -> None:
    lost(studio, main)
    assert "The files on disk are unchanged." in unsaved_words(found(studio))[1]
    studio.recovery.close()
    studio.recovery._claimed = []
    saved = main.read_text(encoding="utf-8")
    main.write_text(saved + "//", encoding="utf-8")
    assert "main.leo was changed on disk since" in unsaved_words(found(studio))[1]
    main.unlink()
    assert "main.leo is not on disk any more" in unsaved_words(studio.recovery.left_over)[1]
    main.mkdir()
    assert "main.leo cannot be read any more" in unsaved_words(studio.recovery.left_over)[1]


def test_a_copy_that_could_not_be_made_leaves_the_one_before(
    studio: Studio, main: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost(studio, main)
    snapshot = found(studio)[0]

    def full(*_: object, **__: object) -> None:
        raise AvmError("the disk is full")

    monkeypatch.setattr("app.recovery.write_text", full)
    studio.recovery.restore()
    assert snapshot.file.exists()


def test_an_older_copy_of_a_file_is_not_taken_for_the_newer_one(
    settings: Settings, main: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        running = Running(settings)
        running.edit(main, f"copy {number} ")
        running.recovery.write()
        running.die()
        running.recovery._own.rename(settings.folder / "recovery" / str(number))
    write, calls = recovery.write_text, []

    def full(*told: object, **more: object) -> None:
        calls.append(told)
        if len(calls) > 1:
            raise AvmError("the disk is full")
        write(*told, **more)  # type: ignore[arg-type]

    again = Running(settings)
    monkeypatch.setattr("app.recovery.write_text", full)
    again.recovery.restore()
    again.die()
    assert "copy 1 " in [s.text[:7] for s in Running(settings).recovery.left_over]


def test_snapshots_are_for_this_user_alone(settings: Settings, main: Path, qapp: QApplication) -> None:
    first = Running(settings)
    first.edit(main, "x")
    first.recovery.write()
    files = [p for p in (settings.folder / "recovery").rglob("*") if p.is_file()]
    assert len(files) == 2
    assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}
    assert {stat.S_IMODE(p.parent.stat().st_mode) for p in files} == {0o700}


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        (".env", "", True),
        (".env.local", "", True),
        ("main.leo", f"// {KEY}", True),
        ("main.leo", "AViewKey1abc", True),
        ("my.keystore", "", True),
        ("accounts_keystore.json", "", True),
        ("main.leo", "let key: u32 = 1u32;", False),
        ("environment.leo", "", False),
    ],
)
def test_a_file_with_a_key_is_known_by_name_or_text(name: str, text: str, wanted: bool) -> None:
    assert holds_key(Path(name), text) is wanted


def test_no_copy_of_a_key_is_made_and_the_person_is_told(
    settings: Settings, main: Path, qapp: QApplication
) -> None:
    first = Running(settings)
    told: list[str] = []
    first.recovery.kept_back.connect(lambda d: told.append(d.name))
    first.edit(main, "// before\n")
    first.recovery.write()
    first.edit(main, f"// {KEY}\n")
    first.recovery.write()
    first.edit(main, "// after\n")
    first.recovery.write()
    assert told == ["main.leo"]
    for file in (settings.folder / "recovery").rglob("*"):
        assert not file.is_file() or KEY not in file.read_text(encoding="utf-8")
    first.die()
    assert Running(settings).recovery.left_over == []


def test_a_broken_snapshot_hides_no_other(settings: Settings, main: Path, qapp: QApplication) -> None:
    first = Running(settings)
    first.edit(main, "good ")
    first.recovery.write()
    store = first.recovery._own
    first.die()
    (store / "0.json").write_text("{", encoding="utf-8")
    (store / "1.json").write_text('{"path": 3, "text": [], "at": "x"}', encoding="utf-8")
    (store / "2.json").write_bytes(b"\xff\xff")
    (store / ".x.json.tmp").write_text("cut off", encoding="utf-8")
    assert [s.text[:4] for s in Running(settings).recovery.left_over] == ["good"]


TYPIST = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QGuiApplication, QTextCursor
application = QGuiApplication([])
from app.recovery import Recovery
from app.session import Session
from app.settings import Settings
settings = Settings(Path(sys.argv[1]))
session = Session(settings)
recovery = Recovery(settings.folder / "recovery", session)
document = session.documents.open(Path(sys.argv[2]))
number = 0
while True:
    number += 1
    QTextCursor(document.text_document).insertText(f"{number:08}\\n")
    recovery.write()
    print(number, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 7, 40])
def test_kill_9_at_any_moment_of_a_snapshot_loses_nothing(
    lines: int, settings: Settings, main: Path, qapp: QApplication
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    typist = subprocess.Popen(
        [sys.executable, "-c", TYPIST, str(settings.folder), str(main)],
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    assert typist.stdout is not None
    last = 0
    for _ in range(lines):
        last = int(typist.stdout.readline())
    typist.send_signal(signal.SIGKILL)
    last = max([last, *(int(line) for line in typist.stdout.read().split())])
    typist.wait()
    left = Running(settings).recovery.unseen
    assert len(left) == 1
    assert f"{last:08}" in left[0].text[:40]


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from app.lock import FileLock;"
        "lock = FileLock(Path(sys.argv[1])); print(lock.take(), flush=True); time.sleep(60)"
    )
    path = tmp_path / "a" / "lock"
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert other.stdout is not None and other.stdout.readline().strip() == "True"
    assert not FileLock(path).take()
    other.send_signal(signal.SIGKILL)
    other.wait()
    mine = FileLock(path)
    assert mine.take() and mine.take() and not FileLock(path).take()
    mine.release()
    assert FileLock(path).take()


def test_a_second_start_opens_its_project_in_the_first_window(tmp_path: Path, qtbot: QtBot) -> None:
    home = tmp_path / "home"
    first = Instance(home)
    assert first.first
    opened: list[str] = []
    first.opened.connect(opened.append)
    code = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication;"
        "a = QCoreApplication([]); from app.instance import Instance;"
        "i = Instance(Path(sys.argv[1])); print(i.first, repr(i.hand_over(sys.argv[2])))"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(home), str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    qtbot.waitUntil(lambda: bool(opened), timeout=30_000)
    assert other.stdout is not None and other.stdout.read().strip() == "False ''"
    assert opened == [str(tmp_path)]
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    first.close()


def test_a_second_start_says_why_when_the_first_does_not_answer(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.instance.ANSWER_MS", 50)
    first = Instance(tmp_path)
    second = Instance(tmp_path)
    assert not second.first
    assert "does not answer" in second.hand_over("")
    first.close()
    (tmp_path / "window.json").write_text("[", encoding="utf-8")
    assert "Another AVM Studio" in second.hand_over("")


def test_a_studio_that_was_killed_does_not_stand_in_the_way(tmp_path: Path, qapp: QApplication) -> None:
    first = Instance(tmp_path)
    first._lock.release()  # as after kill -9; the socket file stays
    again = Instance(tmp_path)
    assert again.first and again._server is not None and again._server.isListening()
    again.close()


# A text that was typed here since


def sheets(studio: Studio) -> list[Sheet]:
    return [s for s in studio.window.findChildren(Sheet) if s.isVisible()]  # type: ignore[attr-defined]


def press(sheet: Sheet, label: str) -> None:
    next(b for b in sheet.buttons if b.text().strip() == label).click()


@pytest.mark.parametrize("show", [False, True])
@pytest.mark.parametrize("way", ["Keep what is here", "Take the restored", "Decide later"])
def test_a_restored_text_replaces_no_newer_one_unseen(
    studio: Studio, main: Path, project_folder: Path, way: str, show: bool
) -> None:
    other = project_folder / "src" / "other.leo"
    other.write_text("", encoding="utf-8")
    lost(studio, main, "// left\n")
    lost(studio, other, "// left too\n")
    found(studio)
    document = studio.session.documents.open(main)
    QTextCursor(document.text_document).insertText("// newer\n")
    restore_unsaved(studio)
    told = sheets(studio)[0].findChildren(QLabel)
    assert not any("unchanged" in label.text() for label in told)
    assert any("main.leo has another unsaved text here" in label.text() for label in told)
    press(sheets(studio)[0], "Restore")
    assert document.text().startswith("// newer\n")
    assert studio.session.documents.by_path[other].text() == "// left too\n"
    if show:
        press(sheets(studio)[0], "Show both")
        sheet = sheets(studio)[0]
        assert isinstance(sheet, DiffSheet)
        assert "−// left" in sheet.view.toPlainText() and "+// newer" in sheet.view.toPlainText()
    press(sheets(studio)[0], way)
    assert sheets(studio) == []
    taken = way == "Take the restored"
    assert document.text().startswith("// left\n" if taken else "// newer\n") and document.modified
    assert len(studio.recovery.left_over) == (way == "Decide later")
    if taken:
        document.text_document.undo()
        assert document.text().startswith("// newer\n")
    assert studio.check_invariants() == []


def test_a_text_that_is_here_already_is_not_asked_about(studio: Studio, main: Path) -> None:
    lost(studio, main, "// left\n")
    text = found(studio)[0].text
    document = studio.session.documents.open(main)
    document.replace_text(text)
    restore_unsaved(studio)
    press(sheets(studio)[0], "Restore")
    assert sheets(studio) == [] and document.text() == text and studio.recovery.left_over == []


# Left without saving


def test_a_project_left_without_saving_keeps_the_changes(
    studio: Studio, main: Path, project_folder: Path
) -> None:
    studio.open_project(project_folder)
    QTextCursor(studio.session.documents.by_path[main].text_document).insertText("// mine\n")
    assert not studio.close_project()
    told = sheets(studio)[0].findChildren(QLabel)
    assert any("kept for 14 days" in label.text() for label in told)
    press(sheets(studio)[0], "Close without saving")
    assert studio.session.project is None and not main.read_text(encoding="utf-8").startswith("// mine")
    assert [s.text[:7] for s in studio.recovery.left_over] == ["// mine"] and studio.recovery.unseen == []
    assert Running(studio.settings).recovery.left_over == [], "it is of this Studio as long as it runs"
    studio.open_project(project_folder)
    restore_unsaved(studio)
    press(sheets(studio)[0], "Restore")
    assert studio.session.documents.by_path[main].text().startswith("// mine\n")
    studio.session.documents.by_path[main].text_document.undo()
    assert not studio.close_project()
    press(sheets(studio)[0], "Save and close")
    assert studio.check_invariants() == []


def test_changes_kept_of_a_project_outlive_the_studio(
    settings: Settings, main: Path, qapp: QApplication
) -> None:
    first = Running(settings)
    first.edit(main, "kept ")
    first.recovery.keep(first.session.documents.modified())
    first.session.documents.close(first.session.documents.by_path[main])
    first.die()
    again = Running(settings)
    assert [(s.text[:5], s.state) for s in again.recovery.left_over] == [("kept ", "closed")]


def test_a_project_whose_changes_cannot_be_kept_stays_open(
    studio: Studio, main: Path, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.open_project(project_folder)
    QTextCursor(studio.session.documents.by_path[main].text_document).insertText("// mine\n")
    studio.close_project()

    def full(*_: object, **__: object) -> None:
        raise AvmError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("app.recovery.write_text", full)
        press(sheets(studio)[0], "Close without saving")
    assert studio.session.project is not None and studio.recovery.left_over == []
    assert studio.session.documents.by_path[main].text().startswith("// mine\n")
    assert "cannot be kept" in studio.window.toasts.told[-1].fact  # type: ignore[attr-defined]


def test_of_a_key_it_is_said_that_it_is_not_kept(studio: Studio, main: Path, project_folder: Path) -> None:
    studio.open_project(project_folder)
    QTextCursor(studio.session.documents.by_path[main].text_document).insertText(f"// {KEY}\n")
    for leave in (studio.close_project, studio.window.close):
        leave()
        told = [label.text() for label in sheets(studio)[0].findChildren(QLabel)]
        assert any("no copy is made" in text for text in told)
        assert not any("14 days" in text for text in told)
        press(sheets(studio)[0], "Cancel")
    studio.close_project()
    press(sheets(studio)[0], "Close without saving")
    assert studio.session.project is None and studio.recovery.left_over == []
