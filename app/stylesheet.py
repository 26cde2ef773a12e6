"""The one Qt stylesheet, generated from the tokens of the theme in force.

Widgets choose their look by dynamic properties: `kind` (a surface), `tone` (a text level),
`variant` (a button). Qt cannot draw a ring outside a control, so controls keep a pixel of padding
that the focus border takes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from app.theme import RADIUS, SIZE, border_width, icon_size, px, row_height, size, t, tinted
from avm.base import files


@lru_cache(maxsize=1)
def _icons() -> Path:
    """The folder of this process's icon files, which nobody else can write or foresee; gone with it."""
    return files.private_folder("avm-studio-icons-")


def _asset(name: str, colour: str) -> str:
    """A tinted icon as a file, for the few places where a stylesheet wants an address."""
    folder = _icons()
    pixels = icon_size("small")
    stem = f"{name}-{t(colour)[1:]}-{pixels}"
    target = folder / f"{stem}.png"
    if not target.exists():
        tinted(name, t(colour), pixels, 2.0).save(str(folder / f"{stem}@2x.png"))
        tinted(name, t(colour), pixels, 1.0).save(str(target))
    return target.as_posix()


def stylesheet() -> str:
    return "\n".join((_surfaces(), _controls(), _inputs(), _lists(), _docks(), _bars()))


def _surfaces() -> str:
    b = border_width()
    return f"""
    QMainWindow, QDialog, QWidget[kind="window"] {{ background: {t("surface.window")}; }}
    QWidget[kind="panel"] {{ background: {t("surface.panel")}; }}
    QWidget[kind="editor"] {{ background: {t("surface.editor")}; }}
    QWidget[kind="bar"] {{ background: {t("surface.panel")}; border: none;
        border-bottom: {b}px solid {t("border.subtle")}; }}
    QLabel {{ background: transparent; }}
    QLabel[tone="secondary"] {{ color: {t("text.secondary")}; }}
    QLabel[tone="tertiary"] {{ color: {t("text.tertiary")}; }}
    QLabel[tone="link"] {{ color: {t("text.link")}; }}
    QLabel[tone="error"] {{ color: {t("semantic.error.fg")}; }}
    QLabel[tone="success"] {{ color: {t("semantic.success.fg")}; }}
    QLabel[tone="warning"] {{ color: {t("semantic.warning.fg")}; }}
    QFrame[kind="card"] {{ background: {t("surface.raised")}; border: {b}px solid {t("border.default")};
        border-radius: {RADIUS["large"]}px; }}
    QFrame[kind="card"][lit="true"] {{ border-color: {t("accent.line")}; }}
    QFrame[kind="well"] {{ background: {t("surface.editor")}; border: {b}px solid {t("border.subtle")};
        border-radius: {RADIUS["medium"]}px; }}
    QFrame[kind="field"] {{ background: {t("surface.input")}; border: {b}px solid {t("border.default")};
        border-radius: {RADIUS["medium"]}px; }}
    QFrame[kind="field"]:hover {{ border-color: {t("border.strong")}; }}
    QFrame[kind="overlay"] {{ background: {t("surface.overlay")}; border: {b}px solid {t("border.strong")};
        border-radius: {RADIUS["large"]}px; }}
    QFrame[kind="rule"] {{ background: {t("border.subtle")}; border: none; }}
    QFrame[kind="separator"] {{ background: {t("border.default")}; border: none; }}
    QToolTip {{ background: {t("surface.overlay")}; color: {t("text.primary")};
        border: {b}px solid {t("border.strong")}; padding: 4px 8px; }}
    QMenu {{ background: {t("surface.overlay")}; border: {b}px solid {t("border.strong")};
        border-radius: {RADIUS["medium"]}px; padding: 4px; }}
    QMenu::item {{ padding: {px(4)}px {px(24)}px {px(4)}px {px(8)}px; border-radius: {RADIUS["small"]}px; }}
    QMenu::item:selected {{ background: {t("selection.active")}; }}
    QMenu::item:disabled {{ color: {t("text.disabled")}; }}
    QMenu::separator {{ height: 1px; background: {t("border.subtle")}; margin: 4px 8px; }}
    QSplitter::handle {{ background: {t("border.default")}; }}
    QSplitter::handle:hover {{ background: {t("accent.line")}; }}
    QScrollArea {{ background: transparent; border: none; }}
    """


def _controls() -> str:
    b, high, small = border_width(), size("control"), size("control_small")
    return f"""
    QPushButton {{ outline: none;
        background: {t("surface.raised")}; border: {b}px solid {t("border.default")};
        border-radius: {RADIUS["medium"]}px; padding: 0 {px(11)}px; min-height: {high - 2 * b}px; }}
    QPushButton:hover {{ background: {t("surface.hover")}; border-color: {t("border.strong")}; }}
    QPushButton:pressed {{ background: {t("surface.pressed")}; }}
    QPushButton:focus {{ border: {SIZE["focus_ring"]}px solid {t("accent.focus")}; padding: 0 {px(11) - 1}px;
        min-height: {high - 4}px; }}
    QPushButton:disabled {{ background: transparent; border-color: {t("border.subtle")};
        color: {t("text.disabled")}; }}
    QPushButton[variant="primary"] {{ background: {t("accent.fill")}; border-color: {t("accent.fill")};
        color: {t("text.on_accent")}; }}
    QPushButton[variant="primary"]:hover {{ background: {t("accent.fill_hover")}; }}
    QPushButton[variant="primary"]:pressed {{ background: {t("accent.fill_pressed")}; }}
    QPushButton[variant="primary"]:focus {{ border-color: {t("accent.focus")}; }}
    QPushButton[variant="primary"]:disabled {{ background: transparent; border-color: {t("border.default")};
        color: {t("text.disabled")}; }}
    QPushButton[variant="ghost"] {{ background: transparent; border-color: transparent;
        color: {t("text.secondary")}; padding: 0 {px(8)}px; }}
    QPushButton[variant="ghost"]:hover {{ background: {t("surface.hover")}; color: {t("text.primary")}; }}
    QPushButton[variant="ghost"]:focus {{ border-color: {t("accent.focus")}; padding: 0 {px(8) - 1}px; }}
    QPushButton[variant="link"] {{ background: transparent; border-color: transparent;
        color: {t("text.link")};
        padding: 0 {px(4)}px; }}
    QPushButton[variant="link"]:hover {{ background: {t("surface.hover")}; }}
    QPushButton[variant="link"]:focus {{ border-color: {t("accent.focus")}; padding: 0 {px(4) - 1}px; }}
    QPushButton[variant="segment"] {{ background: transparent; border-color: transparent;
        color: {t("text.secondary")}; border-radius: {RADIUS["small"]}px; padding: 0 {px(10)}px;
        min-height: {high - 6 - 2 * b}px; }}
    QPushButton[variant="segment"]:hover {{ color: {t("text.primary")}; }}
    QPushButton[variant="segment"]:checked {{ background: {t("surface.pressed")};
        color: {t("text.primary")}; }}
    QPushButton[variant="segment"]:focus {{ border-color: {t("accent.focus")};
        min-height: {high - 8 - 2 * b}px; }}
    QPushButton[small="true"] {{ min-height: {small - 2 * b}px; padding: 0 {px(8)}px; }}
    QPushButton[small="true"]:focus {{ min-height: {small - 4}px; padding: 0 {px(8) - 1}px; }}
    QPushButton[variant="segment"][small="true"] {{ min-height: {small - 6 - 2 * b}px; }}
    QPushButton[variant="segment"][small="true"]:focus {{ min-height: {small - 8 - 2 * b}px; }}
    """


def _inputs() -> str:
    b, high, small = border_width(), size("control"), size("control_small")
    return f"""
    QToolButton {{ background: transparent; border: 2px solid transparent;
        border-radius: {RADIUS["small"]}px; padding: 0; }}
    QToolButton:hover {{ background: {t("surface.hover")}; }}
    QToolButton:pressed {{ background: {t("surface.pressed")}; }}
    QToolButton:checked {{ background: {t("accent.bg")}; }}
    QToolButton:focus {{ border-color: {t("accent.focus")}; }}
    QToolButton::menu-indicator {{ image: none; }}

    QLineEdit, QComboBox, QSpinBox {{ background: {t("surface.input")};
        border: {b}px solid {t("border.default")};
        border-radius: {RADIUS["medium"]}px; padding: 0 {px(7)}px; min-height: {high - 2 * b}px;
        selection-background-color: {t("editor.selection")}; selection-color: {t("text.primary")}; }}
    QLineEdit:hover, QComboBox:hover {{ border-color: {t("border.strong")}; }}
    QLineEdit:focus, QComboBox:focus, QSpinBox:focus {{
        border: {SIZE["focus_ring"]}px solid {t("accent.focus")};
        padding: 0 {px(7) - 1}px; min-height: {high - 4}px; }}
    QLineEdit[wrong="true"] {{ border: {b}px solid {t("semantic.error.line")}; }}
    QLineEdit[small="true"] {{ min-height: {small - 2 * b}px; }}
    QLineEdit[small="true"]:focus {{ min-height: {small - 4}px; }}
    QLineEdit[bare="true"], QLineEdit[bare="true"]:focus {{ border: none; background: transparent;
        padding: 0; }}
    QLineEdit:disabled {{ color: {t("text.disabled")}; background: transparent; }}
    QComboBox::drop-down {{ border: none; width: {px(24)}px; }}
    QComboBox::down-arrow {{ image: url({_asset("chevron-down", "text.tertiary")}); }}
    QComboBox QAbstractItemView {{ background: {t("surface.overlay")};
        border: {b}px solid {t("border.strong")};
        selection-background-color: {t("selection.active")}; selection-color: {t("text.primary")}; }}
    QCheckBox {{ spacing: {px(8)}px; }}
    QCheckBox::indicator {{ width: {px(16)}px; height: {px(16)}px; border: {b}px solid {t("border.strong")};
        border-radius: {RADIUS["small"]}px; background: {t("surface.input")}; }}
    QCheckBox::indicator:checked {{ background: {t("accent.fill")}; border-color: {t("accent.fill")};
        image: url({_asset("check", "text.on_accent")}); }}
    QCheckBox::indicator:focus {{ border-color: {t("accent.focus")}; }}
    QPlainTextEdit, QTextEdit {{ background: {t("surface.panel")}; border: none;
        selection-background-color: {t("editor.selection")}; selection-color: {t("text.primary")}; }}
    QPlainTextEdit[kind="code"] {{ background: {t("editor.background")}; }}
    """


def _lists() -> str:
    return f"""
    QTreeView, QListView, QTableView {{ outline: none; background: transparent; border: none;
        selection-background-color: transparent; }}
    QTreeView::item {{ height: {row_height()}px; border: none; }}
    QTreeView::branch, QTreeView::branch:selected {{ background: transparent; }}
    QTreeView::branch:has-children:closed {{ image: url({_asset("chevron-right", "text.tertiary")}); }}
    QTreeView::branch:has-children:open {{ image: url({_asset("chevron-down", "text.tertiary")}); }}
    QHeaderView {{ background: transparent; border: none; }}
    QHeaderView::section {{ background: transparent; color: {t("text.tertiary")}; border: none;
        border-bottom: 1px solid {t("border.subtle")}; padding: 0 8px; height: {size("header_row") - 1}px;
        font-size: {px(11)}px; font-weight: 500; }}
    QHeaderView::section:first, QHeaderView::section:only-one {{ padding-left: 12px; }}
    QHeaderView::section:last {{ padding-right: 12px; }}
    QScrollBar:vertical {{ background: transparent; width: {SIZE["scrollbar"]}px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: {SIZE["scrollbar"]}px; margin: 0; }}
    QScrollBar::handle {{ background: {t("border.default")}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:hover {{ background: {t("border.strong")}; }}
    QScrollBar::handle:vertical {{ min-height: 24px; }}
    QScrollBar::handle:horizontal {{ min-width: 24px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; background: none; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
    QAbstractScrollArea::corner {{ background: transparent; }}
    """


def _docks() -> str:
    return f"""
    ads--CDockManager, ads--CDockContainerWidget {{ background: {t("surface.window")}; }}
    ads--CDockContainerWidget > QSplitter {{ padding: 0; }}
    ads--CDockSplitter::handle {{ background: {t("border.default")}; }}
    ads--CDockSplitter::handle:hover {{ background: {t("accent.line")}; }}
    ads--CDockAreaWidget {{ background: {t("surface.panel")}; border: none; }}
    ads--CDockAreaTitleBar {{ background: {t("surface.panel")}; border: none; padding: 0;
        min-height: {size("dock_title")}px; max-height: {size("dock_title")}px; }}
    ads--CDockAreaTabBar {{ background: transparent; border: none; }}
    ads--CDockAreaTabBar QWidget#tabsContainerWidget {{ background: transparent; }}
    ads--CDockWidget {{ background: {t("surface.panel")}; border: none; }}
    ads--CDockWidgetTab {{ background: transparent; border: none; border-bottom: 2px solid transparent;
        padding: 2px 0 0 0; min-height: {size("dock_title") - 4}px; }}
    ads--CDockWidgetTab QLabel {{ color: {t("text.secondary")}; }}
    ads--CDockWidgetTab:hover QLabel {{ color: {t("text.primary")}; }}
    ads--CDockWidgetTab[activeTab="true"] QLabel {{ color: {t("text.primary")}; }}
    ads--CDockWidgetTab QLabel[tone="tertiary"] {{ color: {t("text.tertiary")}; }}
    ads--CDockWidgetTab[activeTab="true"] {{ border-bottom: 2px solid {t("accent.line")}; }}
    ads--CDockWidgetTab[single="true"] {{ border-bottom: 2px solid transparent; }}
    ads--CTitleBarButton {{ margin: 0; padding: 0; width: {size("control_small")}px;
        height: {size("control_small")}px; }}
    ads--CFloatingDockContainer {{ background: {t("surface.panel")};
        border: 1px solid {t("border.strong")}; }}
    """


def _bars() -> str:
    b = border_width()
    return f"""
    QTabBar {{ outline: none; background: transparent; border: none; }}
    QTabBar::tab {{ background: transparent; color: {t("text.secondary")}; padding: 0 {px(10)}px;
        height: {size("tab") - 2}px; border: none; border-bottom: 2px solid transparent; }}
    QTabBar::tab:selected {{ color: {t("text.primary")}; border-bottom: 2px solid {t("accent.line")};
        background: {t("surface.editor")}; }}
    QTabBar::tab:hover:!selected {{ color: {t("text.primary")}; background: {t("surface.hover")}; }}
    QTabBar::tab:focus {{ border-bottom-color: {t("accent.focus")}; }}
    QTabBar QToolButton {{ background: {t("surface.panel")}; }}
    QProgressBar {{ background: {t("surface.pressed")}; border: none; border-radius: 2px; max-height: 4px; }}
    QProgressBar::chunk {{ background: {t("accent.line")}; border-radius: 2px; }}
    QKeySequenceEdit QLineEdit {{ border-width: {b}px; }}
    """
