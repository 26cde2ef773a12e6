"""The smallest parts: labels, icons, buttons, badges, rules and the layouts between them.

Every part takes its colours and fonts from the theme and refreshes itself in `retheme()`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QIcon, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyleOptionButton,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from app.theme import RADIUS, font, icon, icon_size, pixmap, px, size, t
from app.widgets.fitting import fitting, fitting_lines

Box = TypeVar("Box", bound=QBoxLayout)
Margins = tuple[int, int, int, int]
LEAST_FIELD, LEAST_WORD = 40, 24


def box(layout: Box, spacing: int = 8, margins: Margins = (0, 0, 0, 0)) -> Box:
    """Sets spacing and margins of a layout and gives it back."""
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    return layout


def pane(
    kind: str = "panel", vertical: bool = True, spacing: int = 0, margins: Margins = (0, 0, 0, 0)
) -> tuple[QWidget, QBoxLayout]:
    """A surface (`panel`, `editor`, `window`, `card`, `well`, `overlay`, `field`) with its layout."""
    widget: QWidget = QFrame() if kind in ("card", "well", "overlay", "field") else QWidget()
    surface(widget, kind)
    layout: QBoxLayout = QVBoxLayout(widget) if vertical else QHBoxLayout(widget)
    return widget, box(layout, spacing, margins)


def surface(widget: QWidget, kind: str) -> None:
    """Gives a widget the look of a surface of the sheet."""
    widget.setProperty("kind", kind)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def restyle(widget: QWidget) -> None:
    """Lets the sheet look again after a dynamic property has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def rule(vertical: bool = False, kind: str = "rule") -> QFrame:
    """A one-pixel line: `rule` inside a pane, `separator` between panes."""
    result = QFrame()
    result.setProperty("kind", kind)
    (result.setFixedWidth if vertical else result.setFixedHeight)(1)
    return result


class Label(QLabel):
    """A text in a typography role and a tone ("", secondary, tertiary, link, error, success, warning)."""

    def __init__(self, text: str = "", role: str = "body", tone: str = "", wrap: bool = False) -> None:
        super().__init__(text)
        self.role = role
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.forms: tuple[str, ...] = ()
        self.retheme()

    def retheme(self) -> None:
        self.setFont(font(self.role))
        self.updateGeometry()

    def set_forms(self, *forms: str) -> None:
        """One thing said in several lengths, the longest first; the longest that fits is shown."""
        if forms != self.forms:
            self.forms = forms
            self.setText(forms[0])
            self.updateGeometry()

    def whole(self) -> str:
        """The text as it is told where there is room."""
        return self.text()

    def shown(self) -> str:
        """What stands in the label: all of it, a shorter form, or an elided one with the whole as its tip."""
        metrics, room = QFontMetrics(self.font()), self.contentsRect()
        if self.wordWrap():
            return fitting_lines(self.text(), metrics, room.width(), room.height())
        return fitting(self.forms or (self.text(),), metrics, room.width())

    def sizeHint(self) -> QSize:
        """Wide enough for the text by the measure that decides whether it fits."""
        hint = super().sizeHint()
        if self.wordWrap() or "\n" in self.text():
            return hint
        margins = self.contentsMargins()
        wide = QFontMetrics(self.font()).horizontalAdvance(self.text()) + max(0, self.indent()) + 1
        return QSize(max(hint.width(), wide + margins.left() + margins.right()), hint.height())

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        if not self.forms:
            if self.wordWrap():  # a word wider than that is elided
                return QSize(min(hint.width(), px(LEAST_FIELD)), hint.height())
            return QSize(max(hint.width(), self.sizeHint().width()), hint.height())
        metrics = QFontMetrics(self.font())
        least = min(metrics.horizontalAdvance(form) for form in self.forms)
        return QSize(min(hint.width(), least + 2), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.shown()
        if shown == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        place = self.contentsRect().adjusted(max(0, self.indent()), 0, 0, 0)
        self.style().drawItemText(
            painter,
            place,
            int(self.alignment()) | (int(Qt.TextFlag.TextWordWrap) if self.wordWrap() else 0),
            self.palette(),
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )
        painter.end()

    def event(self, event: QEvent) -> bool:
        """What was shortened is told in full by the tip, unless there is a better one."""
        asked = event.type() == QEvent.Type.ToolTip and not self.toolTip() and self.shown() != self.whole()
        if asked and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.whole(), self)
            return True
        return super().event(event)


class ElidedLabel(Label):
    """A label that gives way: it shortens its text in the middle instead of widening its pane."""

    def __init__(self, text: str = "", role: str = "body", tone: str = "", middle: bool = False) -> None:
        super().__init__(text, role, tone)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self._whole = text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._whole = text
        self.setToolTip(text)
        self._elide()

    def whole(self) -> str:
        return self._whole

    def minimumSizeHint(self) -> QSize:
        return QSize(16, super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """A font that comes from the theme, or later from the sheet."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_whole"):
            self._elide()

    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance(self._whole) + 2 + max(0, self.indent())
        return QSize(wide, super().sizeHint().height())

    def shown(self) -> str:
        return self.text()

    def resizeEvent(self, event: object) -> None:
        self._elide()

    def _elide(self) -> None:
        room = self.contentsRect().width() - max(0, self.indent())
        super().setText(fitting((self._whole,), QFontMetrics(self.font()), room, self._mode))


class Glyph(QLabel):
    """An icon that keeps its token colour when the theme changes."""

    def __init__(self, name: str, colour: str = "text.secondary", pixels: int = 16) -> None:
        super().__init__()
        self.name, self.colour, self.pixels = name, colour, pixels
        self.retheme()

    def set(self, name: str, colour: str = "") -> None:
        if (name, colour or self.colour) != (self.name, self.colour):
            self.name, self.colour = name, colour or self.colour
            self.retheme()

    def retheme(self) -> None:
        self.setPixmap(pixmap(self.name, self.colour, self.pixels, self))
        self.setFixedSize(px(self.pixels), px(self.pixels))


def pressed_by(event: QKeyEvent, button: QAbstractButton) -> bool:
    """Enter presses the button that has the focus, as the space bar does; Qt asks for a dialog for that."""
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
        button.click()
        return True
    return False


class Button(QPushButton):
    """A labelled button: `primary` (one in a window), plain, `ghost` (in bars), `link`."""

    def __init__(
        self,
        text: str,
        variant: str = "",
        icon_name: str = "",
        small: bool = False,
        on_click: Callable[[], object] | None = None,
        tip: str = "",
    ) -> None:
        super().__init__(f" {text}" if icon_name else text)
        self.icon_name = icon_name
        self.setProperty("variant", variant)
        self.setProperty("small", "true" if small else "false")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAutoDefault(False)
        self.setAccessibleName(tip or text)
        self.setToolTip(tip)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())
        self.retheme()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by(event, self):
            super().keyPressEvent(event)

    @property
    def small(self) -> bool:
        return bool(self.property("small") == "true")

    def retheme(self) -> None:
        self.setFont(font("small_strong" if self.small else "body_strong"))
        if self.icon_name:
            colours = {"primary": "text.on_accent", "link": "text.link"}
            pixels = 14 if self.small else 16
            self.setIcon(
                icon(self.icon_name, colours.get(str(self.property("variant")), "text.secondary"), pixels)
            )
            self.setIconSize(QSize(px(pixels), px(pixels)))

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """A label without room ends in an ellipsis, or beside an icon is left out; the tip says all of it."""
        super().initStyleOption(option)
        room = self.label_room()
        if (
            self.icon_name
            and room < LEAST_WORD
            and room < QFontMetrics(self.font()).horizontalAdvance(self.text())
        ):
            option.text = ""
            return
        option.text = fitting((self.text(),), QFontMetrics(self.font()), room)

    def set_brief(self, on: bool) -> None:
        """Only the icon where there is no room for the word, which is then the tip."""
        if on and self.text() and self.icon_name:
            self._word, self._tip = self.text(), self.toolTip()
            self.setText("")
            self.setToolTip(self._tip or self._word.strip())
        elif not on and not self.text() and self._word:
            self.setText(self._word)
            self.setToolTip(self._tip)

    _word = _tip = ""

    def label_room(self) -> int:
        """The width that is left for the label, beside the icon and within the padding."""
        side = px(8) if self.small or self.property("variant") in ("ghost", "segment") else px(11)
        side = px(4) if self.property("variant") == "link" else side
        icon_room = self.iconSize().width() + 4 if self.icon_name else 0
        return self.width() - 2 * side - icon_room - 2 + px(2)

    def event(self, event: QEvent) -> bool:
        asked = event.type() == QEvent.Type.ToolTip and not self.toolTip()
        wide = asked and QFontMetrics(self.font()).horizontalAdvance(self.text()) > self.label_room()
        if wide and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.text().strip(), self)
            return True
        return super().event(event)

    def set_look(self, text: str, icon_name: str, variant: str) -> None:
        """Changes label, icon and variant at once (Run becomes Stop)."""
        self.setText(f" {text}" if icon_name else text)
        self.setAccessibleName(text)
        self.icon_name = icon_name
        if not icon_name:
            self.setIcon(QIcon())
        self.setProperty("variant", variant)
        restyle(self)
        self.retheme()


class IconButton(QToolButton):
    """A square button with an icon; its tip is its accessible name."""

    def __init__(
        self,
        name: str,
        tip: str,
        colour: str = "text.secondary",
        side: int = 28,
        checkable: bool = False,
        on_click: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.name, self.colour, self.side = name, colour, side
        self.setCheckable(checkable)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())
        self.retheme()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by(event, self):
            super().keyPressEvent(event)

    def set_icon(self, name: str, colour: str = "") -> None:
        self.name, self.colour = name, colour or self.colour
        self.retheme()

    def retheme(self) -> None:
        self.setIcon(icon(self.name, self.colour, 16, "accent.fg" if self.isCheckable() else ""))
        self.setIconSize(QSize(icon_size(), icon_size()))
        self.setFixedSize(px(self.side), px(self.side))


class Badge(QFrame):
    """Icon and word on the tint of a meaning; `tone` is a token group with fg and bg, as
    `semantic.private`.
    """

    def __init__(self, text: str, tone: str, icon_name: str = "") -> None:
        super().__init__()
        self.tone = tone
        row = box(QHBoxLayout(self), 4, (6, 0, 6, 0))
        self._glyph = Glyph(icon_name or "circle", tone + ".fg", 12)
        self._glyph.setVisible(bool(icon_name))
        self._label = Label(text, "caption")
        row.addWidget(self._glyph)
        row.addWidget(self._label)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.retheme()

    def set(self, text: str, tone: str, icon_name: str = "", short: str = "") -> None:
        """`short` says the same where there is no room for the text."""
        self.tone = tone
        self._label.set_forms(*([text, short] if short else [text]))
        self._label.setText(text)
        self._glyph.setVisible(bool(icon_name))
        if icon_name:
            self._glyph.set(icon_name, tone + ".fg")
        self.retheme()

    def text(self) -> str:
        return self._label.text()

    def retheme(self) -> None:
        self.setFixedHeight(px(20))
        self.setStyleSheet(
            f"Badge {{ background: {t(self.tone + '.bg')}; border-radius: {RADIUS['small']}px; }}"
            f" QLabel {{ color: {t(self.tone + '.fg')}; }}"
        )
        self.setAccessibleName(self._label.text())


class SearchBox(QLineEdit):
    """A small field with a magnifier, for filters."""

    def __init__(self, placeholder: str, width: int = 0) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setProperty("small", "true")
        self._width = width
        self.addAction(icon("search", "text.tertiary", 14), QLineEdit.ActionPosition.LeadingPosition)
        self.setClearButtonEnabled(False)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(font("small"))
        for action in self.actions():
            action.setIcon(icon("search", "text.tertiary", 14))
        self.setFixedHeight(size("control_small"))
        if self._width:
            self.setMinimumWidth(px(LEAST_FIELD))
            self.setMaximumWidth(px(self._width))


class Figure(QWidget):
    """A small heading over a strong value."""

    def __init__(self, title: str) -> None:
        super().__init__()
        column = box(QVBoxLayout(self), 0)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        column.addWidget(Label(title, "caption", "tertiary"))
        self.value = Label("", "body_strong")
        column.addWidget(self.value)

    def set(self, text: str) -> None:
        self.value.setText(text)
        self.setVisible(bool(text))
