"""Every panel the registry finds: declared whole, built empty, rethemed, named for a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from app import registry
from app.panel import Panel
from app.perspectives import PERSPECTIVES
from app.settings import Settings
from app.studio import Studio
from app.theme import RESOURCES
from app.window import Window

pytestmark = pytest.mark.qt
PANELS = registry.panels()
SLOTS = {"left", "centre", "bottom", "right"}


@pytest.fixture(scope="module")
def shared(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One Studio for the whole suite: building a window for each panel would be slow."""
    made = Studio(Settings(tmp_path_factory.mktemp("home")))
    window = Window(made)
    window.resize(1280, 800)
    window.show()
    qapp.processEvents()
    yield made
    made.jobs.close(1.0)
    window.hide()
    window.deleteLater()


@pytest.mark.parametrize("kind", PANELS, ids=lambda k: k.id)
def test_a_panel_declares_what_the_shell_needs(kind: type[Panel]) -> None:
    assert kind.id and kind.title and kind.title[0].isupper()
    assert (RESOURCES / "icons" / f"{kind.icon}.svg").is_file()
    assert set(kind.places) <= set(PERSPECTIVES)
    assert {place.slot for place in (*kind.places.values(), kind.home)} <= SLOTS
    assert kind.__doc__ is None or kind.__module__.startswith("app.panels.")


@pytest.mark.parametrize("kind", PANELS, ids=lambda k: k.id)
def test_a_panel_opens_with_nothing_in_the_session(
    kind: type[Panel], shared: Studio, qapp: QApplication
) -> None:
    panel = shared.window.show_panel(kind.id)
    qapp.processEvents()
    assert isinstance(panel, kind)
    assert panel.accessibleName() == kind.title
    assert not panel.grab().isNull()


@pytest.mark.parametrize("kind", PANELS, ids=lambda k: k.id)
def test_every_control_of_a_panel_has_a_name(kind: type[Panel], shared: Studio) -> None:
    panel = shared.window.panel(kind.id)
    controls = [*panel.findChildren(QAbstractButton), *panel.findChildren(QLineEdit)]
    for bar in panel.controls():
        controls += (
            [bar] if isinstance(bar, QAbstractButton | QLineEdit) else bar.findChildren(QAbstractButton)
        )
    for control in controls:
        if control.objectName().startswith("qt_") or type(control).__module__.startswith("PySide6"):
            continue
        label = control.accessibleName() or getattr(control, "text", lambda: "")() or control.toolTip()
        assert label, f"{type(control).__name__} in {kind.id} has no name"


def test_all_perspectives_show_their_own_panels(shared: Studio, qapp: QApplication) -> None:
    for name in PERSPECTIVES:
        shared.window.set_perspective(name)
        shared.window.docks.reset()
        qapp.processEvents()
        shown = {kind.id for kind in PANELS if kind.place_in(name).shown}
        assert {kind.id for kind in PANELS if shared.window.docks.is_open(kind.id)} == shown


def test_panels_survive_a_change_of_theme_and_scale(shared: Studio, qapp: QApplication) -> None:
    shared.settings.set("scale", 1.5)
    shared.settings.set("more_contrast", True)
    shared.set_look("theme", "light")
    qapp.processEvents()
    shared.settings.set("scale", 1.0)
    shared.settings.set("more_contrast", False)
    shared.set_look("theme", "dark")
    for name in PERSPECTIVES:
        shared.window.set_perspective(name)
        qapp.processEvents()


def test_no_panel_imports_another() -> None:
    folder = Path(registry.__file__).parent / "panels"
    for file in folder.glob("*.py"):
        assert "from app.panels" not in file.read_text(encoding="utf-8"), file.name
