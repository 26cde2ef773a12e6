"""Faults of the Studio: shown once, logged without secrets, never the end."""

from __future__ import annotations

import asyncio
import gc
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import faults as module
from app.faults import REPORTED, Fault, Faults, is_dangerous, redact, report_of
from app.jobs import Jobs
from app.studio import Studio
from app.widgets.crash_sheet import COPY, CrashSheet

pytestmark = pytest.mark.qt
ROOT = Path(__file__).resolve().parents[2]
KEY = "APrivateKey1zkp8CZNn3yeCseEtxuVPbDCwSyhGW6yZKUYKfgXmcpoGPWH"


@pytest.fixture(autouse=True)
def on_purpose() -> Iterator[None]:
    """The faults of these tests are made on purpose."""
    yield
    REPORTED.clear()


@pytest.fixture
def faults(tmp_path: Path, qapp: QApplication) -> Iterator[Faults]:
    made = Faults(tmp_path / "logs")
    made.install()
    yield made
    made.remove()


def raised(text: str) -> ValueError:
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def sheets(studio: Studio) -> list[CrashSheet]:
    return [s for s in studio.window.findChildren(CrashSheet) if s.isVisible()]


def test_an_exception_in_a_slot_a_thread_a_destructor_and_an_event_comes_here(
    faults: Faults, qtbot: QtBot
) -> None:
    happened: list[Fault] = []
    faults.happened.connect(happened.append)

    def slot() -> None:
        raise ValueError("in a slot")

    QTimer.singleShot(0, slot)
    qtbot.waitUntil(lambda: len(happened) == 1)

    def work() -> None:
        raise ValueError("in a thread")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(happened) == 2)

    class Dying:
        def __del__(self) -> None:
            raise ValueError("in a destructor")

    Dying()
    gc.collect()
    qtbot.waitUntil(lambda: len(happened) == 3)

    class Painted(QWidget):
        def paintEvent(self, _event: object) -> None:
            raise ValueError("while painting")

    widget = Painted()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: len(happened) == 4)
    widget.hide()
    words = [fault.message for fault in happened]
    assert [w.split(": ")[1] for w in words] == [
        "in a slot",
        "in a thread",
        "in a destructor",
        "while painting",
    ]
    log = faults.log_file.read_text(encoding="utf-8")
    assert all(word in log for word in words) and "test_faults.py" in log


def test_an_exception_of_a_coroutine_comes_here(faults: Faults, qtbot: QtBot) -> None:
    happened: list[Fault] = []
    faults.happened.connect(happened.append)
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(faults.on_loop)
    loop.call_soon(lambda: (_ for _ in ()).throw(ValueError("in a callback")))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    qtbot.waitUntil(lambda: len(happened) == 1)
    assert "in a callback" in happened[0].message


def test_the_end_of_the_program_is_no_fault(faults: Faults, capsys: pytest.CaptureFixture[str]) -> None:
    faults._exception(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not REPORTED


def test_many_faults_are_one_sheet_and_the_report_can_be_copied(studio: Studio, qapp: QApplication) -> None:
    for number in range(5):
        error = raised(f"fault {number} of {KEY}")
        studio.faults.report("window", error, error.__traceback__)
    qapp.processEvents()
    assert len(sheets(studio)) == 1
    sheet = sheets(studio)[0]
    assert sheet.count == 5
    next(b for b in sheet.buttons if b.text().strip() == COPY).click()
    copied = QApplication.clipboard().text()
    assert "ValueError" in copied and "[key]" in copied and KEY not in copied and sheet.isVisible()
    sheet.buttons[0].click()
    qapp.processEvents()
    assert sheets(studio) == []
    error = raised("fault 9")
    studio.faults.report("window", error, error.__traceback__)
    qapp.processEvents()
    assert sheets(studio) == [], "the same fault again is a hint"


def test_a_bug_in_a_job_is_shown(studio: Studio, qtbot: QtBot) -> None:
    studio.jobs.submit("Break", lambda _p, _c: 1 // 0, lane="quick", kind="break")
    qtbot.waitUntil(lambda: len(sheets(studio)) == 1, timeout=10_000)
    assert "ZeroDivisionError" in sheets(studio)[0].reports[0]


def test_a_fault_in_taking_a_result_leaves_no_job_that_never_ends(faults: Faults, qtbot: QtBot) -> None:
    jobs, ended = Jobs(), []
    jobs.finished.connect(ended.append)

    def take(_result: object) -> None:
        raise ValueError("while taking")

    jobs.submit("Work", lambda _p, _c: 1, lane="quick", kind="work", on_done=take)
    qtbot.waitUntil(lambda: len(ended) == 1, timeout=10_000)
    qtbot.waitUntil(lambda: len(REPORTED) == 1)
    assert jobs.running() == []
    jobs.close(0.5)


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        "AViewKey1nKB4qr9b6gK8wQvmM7sTPEuBwshtDdkCZB1SRnppAG4",
        "PRIVATE_KEY=hunter2xyz",
        "password: hunter2xyz",
        "12345field",
        "7u64",
        "-3i8",
        "record1qyqsq",
        "123456789012345678901234",
        "ab" * 32,
    ],
)
def test_no_secret_leaves_the_studio(text: str, tmp_path: Path, qapp: QApplication) -> None:
    faults = Faults(tmp_path)
    error = raised(f"before {text} after")
    faults.report("window", error, error.__traceback__)
    secret = text.split("=")[-1].split(": ")[-1].lstrip("-")
    assert secret not in faults.log_file.read_text(encoding="utf-8")
    assert secret not in report_of(REPORTED[-1])
    faults.remove()


def test_the_home_folder_is_not_named() -> None:
    assert redact(os.path.expanduser("~") + "/x") == "~/x"


def test_the_log_has_a_limit_and_is_for_this_user_alone(
    tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOG_BYTES", 20_000)
    faults = Faults(tmp_path / "logs")
    for number in range(300):
        faults.report_text("window", f"fault {number}", "x" * 1000)
    files = list((tmp_path / "logs").iterdir())
    assert len(files) <= module.LOG_FILES
    assert sum(f.stat().st_size for f in files) < 20_000 * module.LOG_FILES + 2000
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}
    faults.remove()


def test_messages_of_qt_that_tell_of_a_mistake_are_faults(faults: Faults) -> None:
    qWarning("QPainter::begin: Paint device returned engine == 0")
    assert any(fault.source == "Qt" for fault in REPORTED)
    assert is_dangerous("QObject::startTimer: Timers cannot be started from another thread")
    assert not is_dangerous("This plugin does not support propagateSizeHints()")


def test_a_crash_below_python_leaves_its_stack(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path; from app.faults import Faults;"
        "f = Faults(Path(sys.argv[1])); f.install(); os.kill(os.getpid(), signal.SIGSEGV)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    died = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, capture_output=True)
    assert died.returncode != 0
    assert "Segmentation fault" in (tmp_path / "native.log").read_text(encoding="utf-8")
    assert stat.S_IMODE((tmp_path / "native.log").stat().st_mode) == 0o600
