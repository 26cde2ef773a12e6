"""The theme in force: the one reader of tokens.json, giving colours, sizes, fonts and tinted icons.

Nothing else in the Studio writes a colour, a font or a shared size. A widget asks
`t("text.primary")` for a hex, `q(...)` for a QColor, `size("row")` for pixels at the current type
scale, `font("code")` for a face. When the theme changes every living widget with a `retheme()`
method is told (see `Theme.apply`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken

from avm.base.collector import paused_collector
from avm.base.json_value import JsonObject, JsonValue, items, members, number, real, text
from avm.base.resources import resources_folder

RESOURCES = resources_folder()
TOKENS: JsonObject = json.loads((RESOURCES / "themes" / "tokens.json").read_text(encoding="utf-8"))
_TYPE = members(TOKENS["typography"])


def _whole(group: JsonValue) -> dict[str, int]:
    return {name: number(value, 1 << 16) for name, value in members(group).items()}


SIZE, RADIUS = _whole(TOKENS["size"]), _whole(TOKENS["radius"])
ICON = {name: real(value) for name, value in members(TOKENS["icon"]).items()}
ROLES = {role: [number(n, 1 << 16) for n in items(row)] for role, row in members(_TYPE["roles"]).items()}
FIXED_SIZES = {"separator", "separator_grab", "focus_ring", "stage_bar", "scrollbar", "link_band"}
STRONGER = {"border.subtle": "border.default", "border.default": "border.strong"}
MIN_SCALE, MAX_SCALE = 0.8, 2.0


def alive(part: object) -> bool:
    """Whether Qt has not deleted what this object stands for; the one place that asks."""
    return bool(Shiboken.isValid(part))


class Theme(QObject):
    """Name, type scale, contrast and motion; `apply` makes a change visible everywhere at once."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = "dark"
        self.scale = 1.0
        self.more_contrast = False
        self.reduced_motion = False

    @property
    def dark(self) -> bool:
        return self.name == "dark"

    def set(
        self,
        name: str | None = None,
        scale: float | None = None,
        more_contrast: bool | None = None,
        reduced_motion: bool | None = None,
    ) -> None:
        """Changes what is given and leaves the rest; call `apply` to show it."""
        self.name = self.name if name is None or name not in members(TOKENS["themes"]) else name
        self.scale = self.scale if scale is None else min(MAX_SCALE, max(MIN_SCALE, scale))
        self.more_contrast = self.more_contrast if more_contrast is None else more_contrast
        self.reduced_motion = self.reduced_motion if reduced_motion is None else reduced_motion
        for forget in (tinted, _font, _colour):
            forget.cache_clear()

    def apply(self, application: QApplication, sheet: Callable[[], str]) -> None:
        """Palette and sheet to the application, then `retheme()` to every widget that has one."""
        # Without this a widget that gets another parent takes back the font of its first look at the sheet.
        application.setAttribute(Qt.ApplicationAttribute.AA_UseStyleSheetPropagationInWidgetStyles)
        application.setStyleSheet("")  # six times faster than to replace one sheet by another
        application.setPalette(palette())
        application.setFont(font("body"))
        application.setStyleSheet(sheet())
        with paused_collector():  # a widget that it frees while the list is made would be read once more
            widgets = application.allWidgets()
        for widget in widgets:
            if not isinstance(widget, QWidget) or not alive(widget):
                continue  # made and deleted by Qt itself, perhaps by the widget before it
            retheme = getattr(widget, "retheme", None)
            if callable(retheme):
                retheme()
            widget.update()
        self.changed.emit()

    def look_up(self, path: str) -> str | float:
        node: JsonValue = members(TOKENS["themes"])[self.name]
        for key in path.split("."):
            node = node[int(key)] if isinstance(node, list) else members(node)[key]
        return node if isinstance(node, str) else real(node)


THEME = Theme()


def t(path: str) -> str:
    """The hex of a colour token of the theme in force."""
    if THEME.more_contrast:
        path = STRONGER.get(path, path)
    return str(THEME.look_up(path))


@cache
def _colour(path: str, alpha: float) -> QColor:
    colour = QColor(t(path))
    colour.setAlphaF(alpha)
    return colour


def q(path: str, alpha: float = 1.0) -> QColor:
    """The colour token as a QColor (do not change it: it is shared)."""
    return _colour(path, alpha)


def border_width() -> int:
    """One pixel, two with increased contrast."""
    return 2 if THEME.more_contrast else 1


def px(value: float) -> int:
    """A length of a component's inner geometry at the current type scale."""
    return round(value * THEME.scale)


def size(name: str) -> int:
    """A shared size token in pixels; sizes that hold text grow with the type scale and never fall
    below 24.
    """
    value = SIZE[name]
    if name in FIXED_SIZES:
        return value
    return max(min(value, SIZE["min_hit"]), round(value * THEME.scale))


def row_height() -> int:
    """The height of a row: max(24, line + 8) at the current scale."""
    return max(size("row"), line_height("small") + 8)


def line_height(role: str) -> int:
    """The line height of a typography role at the current scale."""
    return round(ROLES[role][1] * THEME.scale)


def duration(name: str) -> int:
    """Milliseconds of a motion token; 0 when motion is reduced."""
    return 0 if THEME.reduced_motion else number(members(TOKENS["motion"])[name], 1 << 16)


def heat_step(constraints: int) -> int:
    """The step of the heat scale (0 to 4) of a constraint count."""
    thresholds = items(members(TOKENS["data"])["heat_thresholds"])
    return sum(constraints >= real(limit) for limit in thresholds)


@cache
def _font(role: str, weight: int, zoom: float) -> QFont:
    pixels, _, default_weight = ROLES[role]
    face = members(_TYPE["mono" if role.startswith("code") else "ui"])
    families = list(map(text, items(face["families"])))
    if not role.startswith("code") and sys.platform in ("win32", "darwin"):
        families = [*families[1:], families[0]]
    result = QFont()
    result.setFamilies(families)
    result.setPixelSize(max(8, round(pixels * THEME.scale * zoom)))
    result.setWeight(QFont.Weight(weight or default_weight))
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for tag, value in _whole(face["features"]).items():
        result.setFeature(QFont.Tag(tag), value)
    return result


def font(role: str, weight: int = 0, zoom: float = 1.0) -> QFont:
    """A font of a typography role (tabular figures, no ligatures in code); `zoom` is the editor's own
    factor.
    """
    return QFont(_font(role, weight, round(zoom, 3)))


def load_fonts() -> list[str]:
    """Registers the bundled faces; returns the families found."""
    families: list[str] = []
    for file in sorted((RESOURCES / "fonts").glob("*.[ot]tf")):
        number = QFontDatabase.addApplicationFont(str(file))
        families += QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return families


def icon_size(name: str = "default") -> int:
    """An icon size token (small 14, default 16, large 20, hero 32) at the current scale."""
    return px(int(ICON[name]))


@cache
def _svg(name: str) -> str:
    return (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@cache
def tinted(name: str, colour: str, pixels: int, ratio: float) -> QPixmap:
    stroke = min(2.0, ICON["stroke"] * ICON["grid"] / pixels) if pixels < ICON["grid"] else ICON["stroke"]
    svg = (
        _svg(name).replace("currentColor", colour).replace('stroke-width="2"', f'stroke-width="{stroke:.2f}"')
    )
    result = QPixmap(round(pixels * ratio), round(pixels * ratio))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(result.rect()))
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


def pixmap(
    name: str, colour: str = "text.secondary", pixels: int = 16, widget: QWidget | None = None
) -> QPixmap:
    """An icon in a token colour; `pixels` is its size at 100 %, scaled with the type."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    ratio = widget.devicePixelRatioF() if widget is not None else application.devicePixelRatio()
    return tinted(name, t(colour), px(pixels), ratio)


def icon(name: str, colour: str = "text.secondary", pixels: int = 16, checked: str = "") -> QIcon:
    """A QIcon with its disabled (and, when given, its checked) look."""
    result = QIcon(pixmap(name, colour, pixels))
    result.addPixmap(pixmap(name, "text.disabled", pixels), QIcon.Mode.Disabled)
    if checked:
        result.addPixmap(pixmap(name, checked, pixels), QIcon.Mode.Normal, QIcon.State.On)
    return result


def palette() -> QPalette:
    """The palette native parts and third-party widgets fall back to; complete on purpose."""
    result, role = QPalette(), QPalette.ColorRole
    for key, path in {
        role.Window: "surface.window",
        role.WindowText: "text.primary",
        role.Base: "surface.panel",
        role.AlternateBase: "surface.hover",
        role.Text: "text.primary",
        role.Button: "surface.raised",
        role.ButtonText: "text.primary",
        role.ToolTipBase: "surface.overlay",
        role.ToolTipText: "text.primary",
        role.Highlight: "selection.active",
        role.HighlightedText: "selection.text",
        role.Link: "text.link",
        role.PlaceholderText: "text.tertiary",
        role.Mid: "border.default",
        role.Dark: "border.strong",
        role.Light: "surface.hover",
        role.BrightText: "text.on_accent",
        role.Accent: "accent.fill",
    }.items():
        result.setColor(key, q(path))
    for key in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, key, q("text.disabled"))
    return result
