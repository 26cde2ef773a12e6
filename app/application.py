"""The one QApplication, with the bundled faces, for the window, for pictures and for tests."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def make_application() -> QApplication:
    """The one QApplication, with the bundled faces and high-DPI rounding as the design wants them."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    from app.theme import load_fonts

    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("AVM Studio")
    application.setDesktopFileName("avm-studio")
    application.setStyle("Fusion")
    load_fonts()
    return application
