"""The accounts panel: keys masked, shown briefly, copied briefly, lost never."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.cards.account_cards import MASK
from app.faults import REPORTED
from app.panels.accounts import AccountsPanel
from app.studio import Studio
from avm.api.accounts import Keystore, Secret

pytestmark = pytest.mark.qt

KEY = "APrivateKey1zkp8CZNn3yeCseEtxuVPbDCwSyhGW6yZKUYKfgXmcpoGPWH"
PASSWORD = Secret("correct horse")


@pytest.fixture
def kept(studio: Studio) -> Keystore:
    """A file with one account, in the Studio's folder."""
    store = Keystore(studio.settings.folder, cost_log2=10)
    store.create_store(PASSWORD)
    store.import_key("main", Secret(KEY))
    return store


@pytest.fixture
def panel(studio: Studio, kept: Keystore) -> Iterator[AccountsPanel]:
    made: AccountsPanel = studio.window.show_panel("accounts")
    yield made
    made.clipboard.clear()


def settle(studio: Studio, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not studio.jobs.running(), timeout=60_000)
    QApplication.processEvents()


def unlock(panel: AccountsPanel, qtbot: QtBot) -> None:
    panel.ask_password(None)
    panel.form.fields[0].setText(PASSWORD.reveal())
    panel.form.submit()
    settle(panel.studio, qtbot)  # type: ignore[arg-type]
    assert panel.keystore.unlocked


def texts(studio: Studio) -> str:
    """Everything the window shows or tells a screen reader, and what it remembers and logs."""
    seen = [studio.window.windowTitle(), str(studio.settings._values), str(studio.session.output)]
    for label in studio.window.findChildren(QLabel):
        seen += [label.text().replace("\n", ""), label.accessibleName(), label.toolTip()]
    for field in studio.window.findChildren(QLineEdit):
        seen += [field.text(), field.accessibleName()]
    for job in studio.jobs.history:
        seen += [job.title, job.subtitle, job.error, job.hint, job.traceback, repr(job)]
    return "\n".join(seen)


def test_without_accounts_the_panel_asks_for_a_password_and_then_makes_one(
    studio: Studio, qtbot: QtBot
) -> None:
    panel: AccountsPanel = studio.window.show_panel("accounts")
    panel.keystore._cost_log2 = 10
    assert [c.account.name for c in panel.cards] == ["local"] and panel.form.isVisible()
    panel.form.fields[0].setText("short")
    panel.form.submit()
    assert "at least 8" in panel.form.wrong.text()
    panel.form.fields[0].setText("correct horse")
    panel.form.fields[1].setText("correct horze")
    panel.form.submit()
    assert "not the same" in panel.form.wrong.text() and not panel.keystore.exists
    panel.form.fields[1].setText("correct horse")
    panel.form.submit()
    settle(studio, qtbot)
    panel.form.fields[0].setText("first")
    panel.form.submit()
    settle(studio, qtbot)
    assert [c.account.name for c in panel.cards] == ["local", "first"]
    assert panel.form.isHidden() and "correct horse" not in texts(studio)


def test_keys_are_masked_until_shown_and_masked_again(
    studio: Studio, panel: AccountsPanel, qtbot: QtBot
) -> None:
    unlock(panel, qtbot)
    card = panel.cards[1]
    assert card.keys["private"].masked.whole() == MASK and KEY not in texts(studio)
    panel.show_key(card.account, "private")
    settle(studio, qtbot)
    line = card.keys["private"]
    assert line.shown and KEY in texts(studio)
    assert panel._hide.isActive() and panel._hide.interval() == 15_000
    panel._hide.timeout.emit()
    assert not line.shown and KEY not in texts(studio)


def test_leaving_the_panel_masks_the_keys(studio: Studio, panel: AccountsPanel, qtbot: QtBot) -> None:
    unlock(panel, qtbot)
    for leave in (
        lambda: panel._focus_moved(None, None),
        lambda: panel._focus_moved(None, studio.window.toolbar),
        lambda: studio.window.docks.close_panel("accounts"),
    ):
        studio.window.show_panel("accounts")
        panel.show_key(panel.cards[1].account, "view")
        settle(studio, qtbot)
        assert panel.cards[1].keys["view"].shown
        leave()
        assert not panel.cards[1].keys["view"].shown


def test_a_copied_key_leaves_the_clipboard_but_not_what_was_copied_since(
    studio: Studio, panel: AccountsPanel, qtbot: QtBot
) -> None:
    unlock(panel, qtbot)
    clipboard = QGuiApplication.clipboard()
    panel.copy_key(panel.cards[1].account, "private")
    settle(studio, qtbot)
    assert clipboard.text() == KEY and panel.clipboard.timer.interval() == 30_000
    assert KEY not in texts(studio)
    panel.clipboard.timer.timeout.emit()
    assert clipboard.text() == ""
    panel.clipboard.put(KEY)
    clipboard.setText("something else")
    panel.clipboard.clear()
    assert clipboard.text() == "something else"


def test_a_wrong_password_is_said_in_the_form_and_loses_nothing(
    studio: Studio, panel: AccountsPanel, qtbot: QtBot
) -> None:
    before = panel.keystore.path.read_bytes()
    panel.ask_import()
    panel.form.fields[0].setText("not the password")
    panel.form.submit()
    settle(studio, qtbot)
    assert "password is wrong" in panel.form.wrong.text() and not panel.keystore.unlocked
    assert panel.keystore.path.read_bytes() == before and len(panel.cards) == 2


def test_locking_masks_and_forgets(studio: Studio, panel: AccountsPanel, qtbot: QtBot) -> None:
    unlock(panel, qtbot)
    panel.show_key(panel.cards[1].account, "private")
    settle(studio, qtbot)
    panel.toggle_lock()
    assert not panel.keystore.unlocked and KEY not in texts(studio)


def test_a_text_that_is_no_key_is_refused_without_repeating_it(
    studio: Studio, panel: AccountsPanel, qtbot: QtBot
) -> None:
    unlock(panel, qtbot)
    panel.ask_import()
    panel.form.fields[0].setText("other")
    panel.form.fields[1].setText(KEY[:-1])
    panel.form.submit()
    settle(studio, qtbot)
    assert "not a private key" in panel.form.wrong.text() and KEY[:-1] not in panel.form.wrong.text()
    assert panel.form.fields[1].echoMode() == QLineEdit.EchoMode.Password
    panel._leave_form()
    assert KEY[:-1] not in texts(studio)


def test_a_fault_in_the_middle_shows_no_key(
    studio: Studio, panel: AccountsPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlock(panel, qtbot)

    def broken(*_a: object) -> None:
        raise RuntimeError("broken in the middle")

    monkeypatch.setattr(Keystore, "_keep", broken)
    failed: list[object] = []
    studio.jobs.finished.connect(failed.append)
    panel.ask_import()
    panel.form.fields[0].setText("other")
    panel.form.fields[1].setText(KEY)
    panel.form.submit()
    settle(studio, qtbot)
    job = failed[-1]
    assert "broken in the middle" in job.traceback and KEY not in job.traceback + repr(job)  # type: ignore[attr-defined]
    panel._leave_form()
    assert KEY not in texts(studio)
    assert [KEY in fault.detail + fault.message for fault in REPORTED] == [False]
    REPORTED.clear()


def test_choosing_renaming_and_removing(studio: Studio, panel: AccountsPanel, qtbot: QtBot) -> None:
    unlock(panel, qtbot)
    account = panel.cards[1].account
    panel.choose(account)
    assert panel.cards[1].account.signs and panel.keystore.signer() == account.address
    panel.rename(account, "savings")
    assert panel.cards[1].account.name == "savings"
    panel.remove(account)
    assert [c.account.name for c in panel.cards] == ["local"] and panel.cards[0].account.signs


def test_a_change_of_locked_accounts_asks_for_the_password_first(
    studio: Studio, panel: AccountsPanel, qtbot: QtBot
) -> None:
    panel.choose(panel.cards[1].account)
    assert panel.form.isVisible() and not panel.cards[1].account.signs
    panel.form.fields[0].setText(PASSWORD.reveal())
    panel.form.submit()
    settle(studio, qtbot)
    assert panel.cards[1].account.signs


def test_a_damaged_file_is_said_and_left_alone(studio: Studio, panel: AccountsPanel) -> None:
    path: Path = panel.keystore.path
    path.write_bytes(b"damaged")
    panel.reload()
    assert "cannot be used" in panel.fault.text() and panel.cards == []
    assert path.read_bytes() == b"damaged"
