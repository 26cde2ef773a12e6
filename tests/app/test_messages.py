"""Messages: each stays long enough to be read, then leaves; what it said is found again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.studio import Studio
from app.widgets.basics import Button, IconButton
from app.widgets.message import STAY_MS, Message, Toast, stay_ms
from app.widgets.messages_sheet import MessagesSheet
from avm.base.errors import AvmError

pytestmark = pytest.mark.qt


def shown(studio: Studio) -> list[Toast]:
    return [t for t in studio.window.findChildren(Toast) if t.isVisible()]


def told(studio: Studio) -> list[str]:
    return [each.fact for each in studio.window.toasts.told]


def test_an_error_stays_to_be_read_twice_and_leaves_then(studio: Studio, qtbot: QtBot) -> None:
    long = "The folder cannot be read. " * 20
    assert STAY_MS <= stay_ms("info", "Saved") < stay_ms("error", "Saved") < stay_ms("error", long)
    studio.window.toast(Message("error", "It failed", "Because."))
    (toast,) = shown(studio)
    assert toast._timer.isActive(), "an error too has an end"
    toast._read()
    assert shown(studio) == [] and told(studio) == ["It failed"]


def test_a_toast_waits_while_the_focus_is_on_it_or_the_window_is_not_in_front(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.window.activateWindow()
    qtbot.waitUntil(studio.window.isActiveWindow)
    studio.window.toast(Message("error", "It failed"))
    (toast,) = shown(studio)
    toast.findChildren(IconButton)[0].setFocus()
    toast._read()
    assert shown(studio) == [toast] and toast._timer.isActive()
    studio.window.docks.setFocus()
    monkeypatch.setattr(toast, "isActiveWindow", lambda: False)
    toast._read()
    assert shown(studio) == [toast] and toast._timer.isActive()
    monkeypatch.undo()
    toast._read()
    assert shown(studio) == []


def test_identical_messages_are_joined_and_counted(studio: Studio) -> None:
    done: list[int] = []
    for number in range(3):
        studio.window.toast(
            Message("error", "It failed", "Because.", "Again", lambda n=number: done.append(n))
        )
    (toast,) = shown(studio)
    assert "(3 times)" in toast.accessibleName() and "Because." in toast.accessibleName()
    assert [each.times for each in studio.window.toasts.told] == [3]
    toast.findChildren(Button)[0].click()
    assert done == [2], "the newest action counts"
    studio.window.toast(Message("error", "It failed", "Because."))
    assert told(studio) == ["It failed", "It failed"], "told again after it had left"


def test_at_most_three_are_on_show_and_an_error_outlives_a_note(studio: Studio) -> None:
    studio.window.toast(Message("error", "First"))
    for name in ("Second", "Third", "Fourth"):
        studio.window.toast(Message("info", name))
    assert sorted(t.told.fact for t in shown(studio)) == ["First", "Fourth", "Third"]
    for name in ("Fifth", "Sixth", "Seventh"):
        studio.window.toast(Message("error", name))
    assert sorted(t.told.fact for t in shown(studio)) == ["Fifth", "Seventh", "Sixth"]
    assert len(told(studio)) == 7


def test_what_was_told_is_found_in_the_messages(studio: Studio, qtbot: QtBot) -> None:
    assert not studio.window.status.messages.isVisible()
    studio.window.toast(Message("error", "token was not opened", "program.json is damaged."))
    studio.window.toast(Message("success", "Saved"))
    studio.window.toasts.clear()
    button = studio.window.status.messages
    assert button.isVisible() and "(2)" in button.toolTip() and button.colour == "semantic.error.fg"
    button.click()
    sheet = studio.window.findChild(MessagesSheet)
    assert sheet is not None and button.colour == "text.tertiary"
    text = sheet.view.toPlainText()
    assert text.index("Saved") < text.index("token was not opened") < text.index("program.json is damaged.")
    assert "Error" in text
    sheet.buttons[1].click()
    assert "program.json is damaged." in QGuiApplication.clipboard().text()
    assert studio.run_command("view.messages")
    sheet = next(s for s in studio.window.findChildren(MessagesSheet) if s.isVisible())
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible() and told(studio)
    studio.run_command("view.messages")
    next(s for s in studio.window.findChildren(MessagesSheet) if s.isVisible()).buttons[2].click()
    assert told(studio) == [] and not button.isVisible()


def test_the_messages_outlive_their_project(studio: Studio, project_folder: Path) -> None:
    assert not studio.open_project(project_folder / "nothing")
    assert studio.open_project(project_folder) and studio.close_project()
    assert told(studio) == ["nothing was not opened"]


# A newer result


def texts(studio: Studio) -> list[str]:
    return [toast.told.fact for toast in shown(studio)]


def test_a_toast_about_a_build_leaves_with_the_next_one(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    studio.open_project(project_folder)
    document = studio.session.documents.current
    assert document is not None
    good = document.text()
    for text, errors in (("program demo.aleo { fn main() { wrong } }\n", 1), (good, 0)):
        document.replace_text(text)
        studio.actions.build()
        qtbot.waitUntil(lambda: not studio.jobs.running(kind="build"), timeout=30_000)
        assert sum("was not built" in fact for fact in texts(studio)) == errors
    assert sum("was not built" in told.fact for told in studio.window.toasts.told) == 1


def test_the_same_failure_again_is_one_toast_that_counts(
    studio: Studio, project_folder: Path, qtbot: QtBot
) -> None:
    studio.open_project(project_folder)
    document = studio.session.documents.current
    assert document is not None
    document.replace_text("program demo.aleo { fn main() { wrong } }\n")
    for _ in range(2):
        studio.actions.build()
        qtbot.waitUntil(lambda: not studio.jobs.running(kind="build"), timeout=30_000)
    assert [t.times for t in studio.window.toasts.told if "was not built" in t.fact] == [2]


def test_a_file_that_is_saved_at_last_is_not_said_to_be_unsaved(
    studio: Studio, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.open_project(project_folder)
    document = studio.session.documents.current
    assert document is not None
    document.replace_text(document.text() + "//\n")

    def full(*_: object) -> None:
        raise AvmError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("app.actions.write_bytes", full)
        assert not studio.actions.save(document)
    assert texts(studio) == ["main.leo was not saved"]
    assert studio.actions.save(document) and texts(studio) == []


def test_a_toast_of_another_kind_stays(studio: Studio, qtbot: QtBot) -> None:
    studio.window.toast(Message("error", "One failed", kind="one"))
    studio.window.toast(Message("error", "Two failed", kind="two"))
    with qtbot.waitSignal(studio.jobs.finished):
        studio.jobs.submit("One", lambda _p, _c: None, kind="one")
    assert texts(studio) == ["Two failed"]
