"""A secret on the clipboard: kept out of histories, gone after a while."""

from __future__ import annotations

import hashlib

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

CLIPBOARD_MS = 30_000


class ClipboardGuard:
    """Puts a secret on the clipboard, kept out of histories that listen, and clears it after a while.

    Only a digest is remembered, to leave alone what was copied since.
    """

    def __init__(self, milliseconds: int = CLIPBOARD_MS) -> None:
        self._digest = b""
        self.timer = QTimer()
        self.timer.setSingleShot(True)
        self.timer.setInterval(milliseconds)
        self.timer.timeout.connect(self.clear)
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.clear)

    def put(self, text: str) -> None:
        data = QMimeData()
        data.setText(text)
        data.setData("x-kde-passwordManagerHint", b"secret")
        data.setData("ExcludeClipboardContentFromMonitorProcessing", b"1")
        QGuiApplication.clipboard().setMimeData(data)
        self._digest = hashlib.sha256(text.encode()).digest()
        self.timer.start()

    def clear(self) -> None:
        self.timer.stop()
        clipboard = QGuiApplication.clipboard()
        if self._digest and hashlib.sha256(clipboard.text().encode()).digest() == self._digest:
            clipboard.clear()
        self._digest = b""
