"""The window fits the screen with its frame, at the first start and with a geometry of another screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtWidgets import QMainWindow

from app.placement import GUESS, fit, fitted

LEAST, FRAME = QSize(1024, 640), QMargins(2, 24, 2, 6)


@pytest.mark.parametrize(
    ("inner", "free"),
    [
        (QRect(0, 0, 1440, 900), QRect(0, 0, 1440, 900)),
        (QRect(2000, 1500, 1440, 900), QRect(0, 28, 1440, 860)),
        (QRect(-300, -40, 3000, 2000), QRect(0, 0, 1920, 1080)),
        (QRect(1500, 100, 1200, 700), QRect(1440, 0, 1280, 800)),
    ],
)
def test_the_frame_is_inside_the_free_area(inner: QRect, free: QRect) -> None:
    assert free.contains(fitted(inner, FRAME, free, LEAST).marginsAdded(FRAME))


def test_what_fits_stays() -> None:
    inner = QRect(200, 100, 1200, 700)
    assert fitted(inner, FRAME, QRect(0, 0, 1920, 1080), LEAST) == inner


def test_on_a_screen_too_small_the_title_is_in_view() -> None:
    found = fitted(QRect(500, 400, 1440, 900), FRAME, QRect(0, 0, 800, 600), LEAST)
    assert (found.topLeft(), found.size()) == (QRect(2, 24, 1, 1).topLeft(), LEAST)


def test_a_window_comes_into_its_screen(qtbot: object) -> None:
    window = QMainWindow()
    free = window.screen().availableGeometry()
    window.setGeometry(free.left() + 40, free.top() + 40, free.width() + 300, free.height() + 300)
    fit(window)
    assert free.contains(window.geometry().marginsAdded(GUESS))
    window.deleteLater()
