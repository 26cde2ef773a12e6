"""Faults of the Studio itself: every exception that nothing caught is shown once, logged, and never fatal.

Caught are exceptions in slots, events and painting (`sys.excepthook`), in threads, in destructors, in
coroutines, in jobs, and the messages by which Qt tells of a mistake. The log has a limit, is readable for
this user alone, and holds no keys and no values: `redact` takes them out of everything that leaves here.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import platform
import re
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
    qVersion,
)

from avm.base.errors import AvmError
from avm.base.files import append, make_folder

LOG_BYTES, LOG_FILES = 512 << 10, 3
MOST_TEXT = 20_000
DANGEROUS = (
    "already deleted",
    "cannot create children",
    "different thread",
    "another thread",
    "destroyed while",
    "qobject::connect",
    "qobject::disconnect",
    "qpainter::",
    "qbackingstore::",
    "recursive",
    "qlayout: attempting",
    "qwidget::setlayout",
    "index out of range",
    "invalid index",
    "endresetmodel",
)
"""What Qt says when an object is used that is gone, half made or another thread's; said in lower case."""
SECRETS = (
    (re.compile(r"A(?:Private|View)Key1\w*"), "[key]"),
    (re.compile(r"(?i)((?:private|view)_?key|passw(?:or)?d|secret|seed)(\W{1,4})\S+"), r"\1\2[hidden]"),
    (re.compile(r"\b\d[\d_]*(field|group|scalar|[iu](?:8|16|32|64|128))\b"), r"[value]\1"),
    (re.compile(r"\b(?:record|ciphertext)1[a-z0-9]+"), "[record]"),
    (re.compile(r"\b\d{20,}\b"), "[number]"),
    (re.compile(r"\b0x[0-9a-fA-F]{24,}\b|\b[0-9a-fA-F]{48,}\b"), "[bytes]"),
)
REPORTED: deque[Fault] = deque(maxlen=20)
"""The last faults of this process, for tests: a test that leaves one here has failed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it came from, a sentence about it, and the traceback, all without secrets."""

    source: str
    message: str
    detail: str
    at: float

    @property
    def kind(self) -> str:
        """The same for faults of the same cause."""
        lines = [line for line in self.detail.splitlines() if line.strip().startswith("File ")]
        return "\n".join([*lines[-3:], self.message.split(":")[0]])


def redact(text: str) -> str:
    """A text without keys, passwords, values and the name of the home folder."""
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    home = os.path.expanduser("~")
    return text.replace(home, "~") if len(home) > 1 else text


def is_dangerous(message: str) -> bool:
    """Whether a message of Qt tells of a mistake that may end in a crash."""
    low = message.lower()
    return any(part in low for part in DANGEROUS)


class Log(RotatingFileHandler):
    """A log of a few files of limited size, for this user alone."""

    def _open(self) -> TextIOWrapper:
        return TextIOWrapper(append(Path(self.baseFilename)), encoding="utf-8", errors="backslashreplace")


class Faults(QObject):
    """`happened` carries a Fault, always on the window's thread; `install` takes the hooks of the process."""

    happened = Signal(object)
    _arrived = Signal(object)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.seen: dict[str, int] = {}
        self._log: logging.Logger | None = None
        self._native: BinaryIO | None = None
        self._before: (
            tuple[
                Callable[[type[BaseException], BaseException, TracebackType | None], object],
                Callable[[threading.ExceptHookArgs], object],
                Callable[[sys.UnraisableHookArgs], object],
            ]
            | None
        ) = None
        self._qt_before: Callable[[QtMsgType, QMessageLogContext, str], object] | None = None
        self._busy = threading.local()
        self._arrived.connect(self._show, Qt.ConnectionType.QueuedConnection)

    @property
    def log_file(self) -> Path:
        return self.folder / "studio.log"

    # Hooks

    def install(self) -> None:
        """Every uncaught exception and every dangerous message of Qt comes here from now on."""
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._exception
        threading.excepthook = self._thread
        sys.unraisablehook = self._unraisable
        self._qt_before = qInstallMessageHandler(self._qt)
        self._keep_native()

    def remove(self) -> None:
        """Gives the hooks back."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
            self._before = None
            qInstallMessageHandler(self._qt_before)
        if self._native is not None:
            faulthandler.disable()
            self._native.close()
            self._native = None
        for handler in list(self._log.handlers) if self._log is not None else ():
            handler.close()

    def _keep_native(self) -> None:
        """A crash below Python leaves its stack in a file of its own; that of the last time is kept."""
        path = self.folder / "native.log"
        with contextlib.suppress(OSError, AvmError):
            make_folder(self.folder)
            if path.exists() and path.stat().st_size:
                path.replace(self.folder / "native.old.log")
            self._native = append(path)
            faulthandler.enable(self._native)

    def _exception(
        self, kind: type[BaseException], value: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            sys.__excepthook__(kind, value, trace)
            return
        self.report("window", value, trace)

    def _thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self.report(
                f"thread {args.thread.name if args.thread else ''}", args.exc_value, args.exc_traceback
            )

    def _unraisable(self, args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            self.report("destructor", args.exc_value, args.exc_traceback)

    def _qt(self, kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if is_dangerous(message):
            self.take(Fault("Qt", redact(message), "".join(traceback.format_stack(limit=12)), time.time()))
        elif kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            self._write(f"Qt: {redact(message)}")

    def on_loop(self, _loop: object, context: dict[str, object]) -> None:
        """What asyncio calls with an exception of a coroutine or a callback."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.report("loop", error, error.__traceback__)
        else:
            self._write(f"loop: {redact(str(context.get('message', '')))}")

    # Reports

    def report(self, source: str, error: BaseException, trace: TracebackType | None) -> None:
        """Logs and shows an exception; from any thread, and never raises."""
        with contextlib.suppress(Exception):
            detail = "".join(traceback.format_exception(type(error), error, trace))
            self.report_text(source, f"{type(error).__name__}: {error}", detail)

    def report_text(self, source: str, message: str, detail: str) -> None:
        """The same for a fault that is text already."""
        self.take(Fault(source, redact(message)[:500], redact(detail)[-MOST_TEXT:], time.time()))

    def take(self, fault: Fault) -> None:
        if getattr(self._busy, "on", False):
            return  # the fault is in here
        self._busy.on = True
        try:
            REPORTED.append(fault)
            self._write(f"{fault.source}: {fault.message}\n{fault.detail}")
            print(f"{fault.message}\n{fault.detail}", file=sys.stderr)
            self._arrived.emit(fault)
        except Exception:
            pass
        finally:
            self._busy.on = False

    def _show(self, fault: Fault) -> None:
        self.seen[fault.kind] = self.seen.get(fault.kind, 0) + 1
        self.happened.emit(fault)

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, AvmError, ValueError):
            if self._log is None:
                make_folder(self.folder)
                self._log = logging.Logger("studio")
                handler = Log(self.log_file, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1)
                handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
                self._log.addHandler(handler)
            self._log.error("%s", text)


def report_of(fault: Fault) -> str:
    """What a person can send: the fault and the machine, without secrets."""
    machine = f"Python {platform.python_version()}, Qt {qVersion()}, {platform.system()} {platform.machine()}"
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(fault.at))
    return f"AVM Studio, {when}\n{machine}\nIn: {fault.source}\n{fault.message}\n\n{fault.detail}"
