"""Every panel the registry finds: declared whole, built empty, rethemed, named for a screen reader."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

import app.panels
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
    for scale, theme in ((1.5, "light"), (1.0, "dark")):
        shared.settings.set("scale", scale)
        shared.settings.set("more_contrast", scale > 1)
        shared.set_look("theme", theme)
        for name in PERSPECTIVES:
            shared.window.set_perspective(name)
            qapp.processEvents()
            assert shared.window.check_invariants() == []


def test_a_panel_is_found_by_being_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made_up.py").write_text(
        "from app.panel import Panel\n\n\nclass MadeUp(Panel):\n    id, title = 'made_up', 'Made up'\n"
    )
    monkeypatch.setattr(app.panels, "__path__", [*app.panels.__path__, str(tmp_path)])
    with fresh_registry():
        assert [kind.title for kind in registry.panels() if kind not in PANELS] == ["Made up"]
        assert registry.command("view.made_up").title == "Show made up"


@contextmanager
def fresh_registry() -> Iterator[None]:
    """The registry looks again, and afterwards as if nothing had been there."""
    try:
        registry.panels.cache_clear()
        registry.commands.cache_clear()
        yield
    finally:
        sys.modules.pop("app.panels.made_up", None)
        registry.panels.cache_clear()
        registry.commands.cache_clear()
