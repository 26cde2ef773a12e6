"""No text is cut: what has no room takes a shorter form or ends in an ellipsis, its tip says the whole."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import registry
from app.editor.document import Outside
from app.models.machine import step_cell
from app.panels.problems import ProblemsPanel
from app.panels.stepbar import StepBarPanel
from app.perspectives import PERSPECTIVES
from app.state import Artifacts, Cursor
from app.studio import Studio
from app.theme import font
from app.widgets.basics import Badge, Button, Label
from app.widgets.fitting import fitting, fitting_lines, wrapped_height
from app.widgets.grid import SpanDelegate
from app.widgets.lazy_table import LazyTable
from app.widgets.painted import Painted
from app.widgets.spans import THIN, thousands
from app.widgets.timeline import Lane, Timeline
from avm.api.views import Problem
from avm.base.sources import Source
from tests.app.clipping import clipped

pytestmark = [pytest.mark.qt, pytest.mark.timeout(600)]
SIZES = ((1024, 640), (1024, 700), (1440, 900), (1920, 1080))


@pytest.mark.parametrize("room", range(20, 140, 4))
def test_what_was_shortened_has_one_ellipsis_where_there_is_less_room(qtbot: QtBot, room: int) -> None:
    metrics = QFontMetrics(font("code_small"))
    for text in ("at1stfma…tldt", "aleo17heq5…703s, 250u64", "The whole ledger is being checked…"):
        shown = fitting((text,), metrics, room)
        assert shown.count("…") <= 1 and metrics.horizontalAdvance(shown) <= max(room, 14)
    assert fitting(("aleo17heq5…703s",), metrics, metrics.horizontalAdvance("aleo1…703s")) == "aleo1…703s"


def settled(studio: Studio, qtbot: QtBot, where: str) -> None:
    """Nothing is cut once the window has laid itself out."""
    found: list[str] = []

    def right() -> bool:
        found[:] = clipped(studio.window)
        return not found

    try:
        qtbot.waitUntil(right, timeout=4000)
    except Exception:
        raise AssertionError(f"{where}:\n" + "\n".join(found)) from None


@pytest.fixture
def run(studio: Studio, qtbot: QtBot) -> Studio:
    """The token sample after a run, in the middle of its recording."""
    assert studio.open_sample("token")
    qtbot.waitUntil(lambda: studio.session.view is not None, timeout=120_000)
    studio.run_command("run.run")
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=120_000)
    studio.session.set_debugging(True)
    studio.session.set_step(3)
    studio.window.toasts.clear()  # type: ignore[attr-defined]
    return studio


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_no_text_is_cut_in_any_perspective_at_any_size(
    run: Studio, qtbot: QtBot, theme: str, scale: float
) -> None:
    run.set_look("theme", theme)
    run.set_look("scale", scale)
    for width, height in (*SIZES, SIZES[0]):
        run.window.resize(width, height)
        for name in PERSPECTIVES:
            run.window.set_perspective(name)
            settled(run, qtbot, f"{name} at {width} x {height}")


def test_no_text_is_cut_without_a_project(studio: Studio, qtbot: QtBot) -> None:
    for width, height in SIZES:
        studio.window.resize(width, height)
        for name in PERSPECTIVES:
            studio.window.set_perspective(name)
            settled(studio, qtbot, f"{name} at {width} x {height}")


@pytest.mark.prove
@pytest.mark.parametrize("committed", [False, True])
def test_no_text_is_cut_with_a_proof(run: Studio, qtbot: QtBot, committed: bool) -> None:
    run.session.set_debugging(False)
    run.run_command("prove.prove")
    qtbot.waitUntil(lambda: run.session.artifacts.proved is not None, timeout=300_000)
    if committed:
        run.run_command("ledger.commit")
        qtbot.waitUntil(lambda: bool(run.session.ledger.blocks), timeout=120_000)
    run.window.toasts.clear()  # type: ignore[attr-defined]
    proof: Any = run.window.panel("proof")
    merkle: Any = run.window.panel("merkle")
    for width, height in SIZES:
        run.window.resize(width, height)
        for name in PERSPECTIVES:
            run.window.set_perspective(name)
            settled(run, qtbot, f"{name} at {width} x {height}")
        run.window.set_perspective("prove")
        for panel in ("proof_lab", "proof"):
            run.window.show_panel(panel)
            settled(run, qtbot, f"{panel} at {width} x {height}")
        for page in ("checks", "bytes", "stages"):
            proof._show(page)
            settled(run, qtbot, f"{page} at {width} x {height}")
        (commit,) = proof._commits
        assert commit.isVisible() is not committed
        assert committed or commit.visibleRegion().boundingRect().size() == commit.size()
    if committed:
        run.window.set_perspective("ledger")
        merkle.check_all()
        qtbot.waitUntil(lambda: "Checked at" in merkle.checked.text(), timeout=120_000)
        for width, height in SIZES:
            run.window.resize(width, height)
            settled(run, qtbot, f"ledger, checked, at {width} x {height}")


@pytest.mark.parametrize("kind", registry.panels(), ids=lambda kind: kind.id)
def test_no_text_is_cut_in_any_panel(run: Studio, qtbot: QtBot, kind: Any) -> None:
    perspective = next((p for p in PERSPECTIVES if kind.place_in(p).shown), "edit")
    run.window.resize(*SIZES[0])
    for scale in (1.0, 1.5):
        run.set_look("scale", scale)
        run.window.set_perspective(perspective)
        run.window.show_panel(kind.id)
        settled(run, qtbot, f"{kind.id}, {scale}")


def test_the_longest_form_that_fits_is_shown(qtbot: QtBot) -> None:
    label = Label("")
    qtbot.addWidget(label)
    metrics = QFontMetrics(label.font())
    forms = ("Step 7 of 113", "7 of 113", "7/113")
    label.set_forms(*forms)
    for form in forms:
        label.resize(metrics.horizontalAdvance(form) + 2, 20)
        assert label.shown() == form and label.whole() == forms[0]
    label.resize(metrics.horizontalAdvance("7/1"), 20)
    assert label.shown().endswith("…")
    assert label.minimumSizeHint().width() <= metrics.horizontalAdvance("7/113") + 2
    assert fitting(("one two",), metrics, 10_000) == "one two"


def test_the_step_badge_keeps_its_numbers_in_a_narrow_pane(run: Studio, qtbot: QtBot) -> None:
    panel: Any = run.window.panel("stepbar")
    total = len(run.session.run.steps)  # type: ignore[union-attr]
    run.window.set_perspective("debug")
    for width in (1024, 1440, 1920):
        run.window.resize(width, 700)
        qtbot.waitUntil(lambda: "4" in panel.where.shown() and "…" not in panel.where.shown(), timeout=4000)
    qtbot.waitUntil(lambda: panel.where.shown() == f"Step 4 of {total}", timeout=4000)


def test_the_step_badge_says_all_of_it_where_there_is_room(run: Studio, qtbot: QtBot) -> None:
    panel: Any = run.window.panel("stepbar")
    total = len(run.session.run.steps)  # type: ignore[union-attr]
    run.window.resize(1440, 900)
    run.window.set_perspective("debug")
    for step, told in ((0, f"Step 1 of {total}"), (total, f"End {total} of {total}")):
        run.session.set_step(step)
        qtbot.waitUntil(lambda told=told: panel.where.shown() == told, timeout=4000)


def test_a_label_asks_for_the_room_that_its_text_takes(qtbot: QtBot) -> None:
    for text in ("End 9 of 9", "Tokens", "WAVE", "insecure", "ff"):
        label = Label(text, "small_strong")
        qtbot.addWidget(label)
        label.resize(label.sizeHint())
        assert label.shown() == text and label.minimumSizeHint().width() >= label.sizeHint().width()


def test_a_badge_says_the_same_in_fewer_words(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    badge = Badge("", "semantic.warning", "clock")
    QHBoxLayout(holder).addWidget(badge)
    badge.set("Stale, built 14:02", "semantic.warning", "clock", short="Stale")
    holder.resize(90, 40)
    holder.show()
    qtbot.waitExposed(holder)
    assert badge._label.shown() == "Stale" and badge.accessibleName() == "Stale, built 14:02"


def test_a_painted_text_without_room_is_told(qtbot: QtBot) -> None:
    class Picture(Painted):
        def draw(self) -> None:
            self.text(QRectF(0, 0, 30, 20), "insecure parameters")
            self.text(QRectF(0, 30, 300, 20), "short")

    picture = Picture()
    qtbot.addWidget(picture)
    picture.resize(320, 60)
    picture.show()
    picture.grab()
    picture.grab()
    assert {(text, elided) for _, text, elided in picture.cuts} == {("insecure parameters", True)}


def test_the_walker_finds_a_cut_text(qtbot: QtBot) -> None:
    """A test that cannot fail tells nothing: each kind of cut is found."""
    from PySide6.QtWidgets import QLabel

    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 100)
    plain = QLabel("a text that is longer than its room", window)
    plain.setGeometry(0, 0, 60, 20)
    beyond = Label("a text that its parent cuts off")
    beyond.setParent(window)
    beyond.setGeometry(350, 30, 300, 20)
    wrapped = QLabel("several words that need more than one line in this width", window)
    wrapped.setWordWrap(True)
    wrapped.setGeometry(0, 60, 80, 16)
    button = Button("Prove the last run", small=True)
    button.setParent(window)
    button.setGeometry(90, 0, 30, 24)
    window.show()
    qtbot.waitExposed(window)
    assert len(clipped(window)) == 4


def test_the_place_of_a_long_recording_is_told_in_full_at_any_width(studio: Studio, qtbot: QtBot) -> None:
    """The buttons give way, never the numbers."""
    panel = StepBarPanel(cast("Any", studio))
    qtbot.addWidget(panel)
    total = 100_120
    ran = cast("Any", SimpleNamespace(view=SimpleNamespace(steps=range(total), halt=None)))
    studio.session.artifacts = Artifacts(ran=ran)
    panel.show()
    for step in (9_999, total - 1):
        studio.session.cursor = Cursor(step=step)
        for width in range(240, 700, 7):
            panel.resize(width, 36)
            panel.refresh()
            whole = f"Step {thousands(step + 1)} of {thousands(total)}"
            qtbot.waitUntil(lambda whole=whole: panel.where.shown() == whole, timeout=4000)
            shown = [b for b in panel.buttons.values() if b.isVisible()]
            assert all(panel.rect().contains(b.geometry()) for b in shown), width
            assert not any(panel.place.geometry().intersects(b.geometry()) for b in shown), width
    studio.session.artifacts = Artifacts()


def test_the_column_of_steps_holds_the_last_step(qtbot: QtBot) -> None:
    table = LazyTable([("Value", 0), ("Step", 52)], right=(1,))
    qtbot.addWidget(table)
    table.resize(500, 200)
    for step in (9, 100_119):
        content = step_cell(step)
        table.need(1, content)
        delegate = cast("SpanDelegate", table.itemDelegate())
        assert table.columnWidth(1) >= delegate.column_of(delegate.width_of(content))
    table.retheme()
    assert table.columnWidth(1) >= delegate.column_of(delegate.width_of(content))
    assert content.text() == f"100{THIN}120"


@pytest.mark.parametrize("width", [420, 700, 1400])
def test_the_place_of_a_problem_keeps_line_and_column(
    studio: Studio, project_folder: Path, qtbot: QtBot, qapp: QApplication, width: int
) -> None:
    """The middle of a long path gives way, and only where there is no room for it."""
    studio.open_project(project_folder)
    panel = ProblemsPanel(cast("Any", studio))
    qtbot.addWidget(panel)
    name = "src/a_folder_of_modules/another_one/with_a_long_name_of_its_own.leo"
    problem = Problem("ETYC0372117", "error", "expected `u8`", Source(name), 1234, 57, 1234, 58)
    panel.resize(width, 200)
    panel.show()
    studio.session.set_checked({project_folder / name: (problem,)})
    qapp.processEvents()
    grid = panel.list
    delegate = grid.itemDelegate()
    content = next(iter(grid.all_rows())).cells[2]
    assert content.spans[-1].text == "1234:57"
    with mock.patch.object(delegate, "_text", wraps=delegate._text) as drawn:
        grid.grab()
    rooms = {c.args[2].text: c.args[1] for c in drawn.call_args_list}
    place = rooms["1234:57"]
    assert place.width() >= QFontMetrics(font("small")).horizontalAdvance("1234:57")
    assert place.right() <= grid.viewport().width()
    if width == 1400:
        path = next(r for text, r in rooms.items() if "with_a_long" in text)
        assert path.width() >= QFontMetrics(font("small")).horizontalAdvance(content.spans[0].text)


@pytest.mark.parametrize("boundary", [None, 1, 40, 99])
def test_the_tag_of_the_playhead_covers_no_heading(qtbot: QtBot, boundary: int | None) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(700, 200)
    timeline.set_recording(100, (Lane("main", "hash", ((0, 99),)),), (), (), boundary, None)
    for now in range(0, 101, 5):
        timeline.set_now(now)
        tag = timeline._tag_of()[2]
        assert not any(room is not None and tag.intersects(room) for room in timeline.heading_rooms())


def in_full(notice: Any) -> bool:
    """Whether the words of a notice have all their lines, and its buttons all their letters."""
    shown = [b for b in notice.buttons if b.isVisible()]
    words = all(each.height() >= each.heightForWidth(each.width()) for each in (notice.fact, notice.advice))
    letters = (QFontMetrics(b.font()).horizontalAdvance(b.text()) <= b.label_room() for b in shown)
    return words and bool(shown) and all(letters)


@pytest.mark.parametrize("kind", ["changed", "gone", "trashed", "unreadable"])
def test_what_happened_to_a_file_is_told_in_full(
    studio: Studio, project_folder: Path, qtbot: QtBot, kind: Any
) -> None:
    studio.open_project(project_folder)
    document = studio.session.documents.current
    assert document is not None
    theirs = document.stored if kind == "changed" else None
    reason = "main.leo is not UTF-8 text: byte 12 is 0xff" if kind == "unreadable" else ""
    studio.watch.close()  # it would find that nothing has happened
    document.set_outside(Outside(kind, theirs, reason))
    notice: Any = studio.window.panel("editor").notice
    for scale in (1.0, 1.5):
        studio.set_look("scale", scale)
        for width, height in (SIZES[0], SIZES[2], SIZES[3]):
            studio.window.resize(width, height)
            for beside in (False, True):
                studio.settings.set("beside", beside)
                cast("Any", studio.window.panel("editor"))._show_beside()
                settled(studio, qtbot, f"{kind} at {width}, {scale}")
                qtbot.waitUntil(lambda: in_full(notice), timeout=4000)


def test_a_text_of_several_lines_ends_in_an_ellipsis_where_it_has_no_room(qtbot: QtBot) -> None:
    label = Label("one two three four five six seven eight nine ten", wrap=True)
    qtbot.addWidget(label)
    metrics = QFontMetrics(label.font())
    width = metrics.horizontalAdvance("one two three four")
    line = wrapped_height("one", metrics, width)
    label.resize(width, label.heightForWidth(width))
    assert label.shown() == label.whole()
    for height in (2 * line, line, 1):
        label.resize(width, height)
        shown = label.shown()
        assert shown.endswith("…") and label.whole().startswith(shown[:-1])
        assert wrapped_height(shown, metrics, width) <= max(height, line)
    one = fitting_lines("extraordinary", metrics, metrics.horizontalAdvance("extra…"), line)
    assert one.endswith("…") and len(one) >= 3 and "extraordinary".startswith(one[:-1])
    assert label.grab().toImage().size().width() == width  # it paints what it shows


def test_the_name_of_a_tab_is_whole_again_when_the_window_has_grown(studio: Studio, qtbot: QtBot) -> None:
    """The front tab was shortened, went behind another one, and the pane grew."""
    window: Any = studio.window
    window.set_perspective("debug")
    qtbot.wait(1)
    shelf = window.docks.shelf
    output, timeline = shelf.docks["output"], shelf.docks["timeline"]
    output.setAsCurrentTab()
    shelf.tabs["output"].shorten(20)
    name = output.tabWidget().findChild(QLabel, "dockWidgetTabLabel")
    assert name.maximumWidth() < 40
    timeline.setAsCurrentTab()
    window.resize(1920, 1000)
    qtbot.waitUntil(lambda: name.width() >= name.fontMetrics().horizontalAdvance("Output"), timeout=5000)


def test_a_long_halt_leaves_room_for_a_hint(studio: Studio, qtbot: QtBot) -> None:
    status = studio.window.status
    for width in (1024, 1440):
        studio.window.resize(width, 700)
        status.errors.set("Halted: " + "a very long reason " * 9, "octagon-x", "semantic.error.fg")
        status.hint("On to the last step: this is the last step")
        settled(studio, qtbot, f"a hint beside a halt at {width}")
        assert status.errors.label.toolTip().endswith("reason ")
