"""A step costs the same in a frame with 10 000 registers, counted in rows and texts that are made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.editor.code_edit import CodeEdit
from app.editor.document import Document
from app.editor.link_band import LinkBand, runs_in_view
from app.models.hints import LineHints
from app.models.machine import RegisterRows
from app.studio import Studio
from app.widgets.timeline import Access, Lane, Timeline

pytestmark = [pytest.mark.qt, pytest.mark.timeout(300)]
REGISTERS = 10_000
SOURCE = """struct Pair {
    a: u32,
    b: u32,
}

program lots.aleo {
    fn main(public a: u32, p: Pair) -> u32 {
        let t: u32 = a;
        for i: u32 in 0u32..10000u32 {
            t = t.add_wrapped(i);
        }
        return t.add_wrapped(p.a);
    }

    @noupgrade
    constructor() {}
}
"""


@pytest.fixture
def lots(studio: Studio, tmp_path: Path, qtbot: QtBot) -> Studio:
    """A recorded run whose one frame has more than 10 000 registers."""
    root = tmp_path / "lots"
    (root / "src").mkdir(parents=True)
    (root / "src" / "main.leo").write_text(SOURCE, encoding="utf-8")
    (root / "program.json").write_text('{"program": "lots.aleo", "version": "0.1.0"}', encoding="utf-8")
    assert studio.open_project(root)
    qtbot.waitUntil(lambda: studio.session.view is not None, timeout=120_000)
    assert studio.session.view is not None and studio.session.view.ok
    studio.actions.run("main", ["5u32", "{ a: 1u32, b: 2u32 }"], debug=True)
    qtbot.waitUntil(lambda: studio.session.ran is not None, timeout=120_000)
    return studio


def shown(studio: Studio, qtbot: QtBot) -> None:
    qtbot.wait(1)
    studio.window.repaint()


def test_a_step_makes_few_rows_and_resets_nothing(lots: Studio, qtbot: QtBot) -> None:
    table: Any = lots.window.show_panel("registers")
    model = table.table.rows_model
    last = len(lots.session.run.steps) - 20  # type: ignore[union-attr]
    lots.session.set_step(last)
    shown(lots, qtbot)
    assert len(model.rows) >= REGISTERS - 30
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.made = model.told = 0
    for move in ("into", "into", "into", "back_into", "back_into"):
        lots.actions.step(move)
        shown(lots, qtbot)
    assert resets == []
    assert model.made <= 5 * 12, "only the rows that are new or marked otherwise"
    assert model.told <= 5 * 10
    seen = table.table.viewport().height() // table.table.row_height() + 2
    model.made = 0
    lots.session.set_step(5)
    shown(lots, qtbot)
    lots.session.set_step(last)
    shown(lots, qtbot)
    assert resets == [] and model.made <= 2 * seen + 24, "a leap makes the rows in view"


def test_the_row_of_the_next_register_is_in_view(lots: Studio, qtbot: QtBot) -> None:
    panel: Any = lots.window.show_panel("registers")
    lots.session.set_step(len(lots.session.run.steps) - 20)  # type: ignore[union-attr]
    shown(lots, qtbot)
    index = panel.table.rows_model.index(len(panel.table.rows_model.rows) - 1, 0)
    assert "next" in panel.table.rows_model.row(index.row()).cells[3].text()
    assert panel.table.viewport().rect().contains(panel.table.visualRect(index).center())


def test_the_machine_describes_only_the_registers_that_are_asked_for(
    lots: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    from avm.vm import frame_registers

    asked: list[str] = []
    made = frame_registers.RegisterState
    monkeypatch.setattr(
        frame_registers, "RegisterState", lambda name, *r: (asked.append(name), made(name, *r))[1]
    )
    run = lots.session.run
    assert run is not None and lots.session.ran is not None
    machine = lots.session.ran.debugger.state(len(run.steps) - 20)
    assert len(machine.frames[-1].registers) > REGISTERS - 30 and asked == []
    rows = RegisterRows(machine.frames[-1], machine.step)
    assert len(asked) < 160 and rows.marked


def test_what_did_not_change_is_the_same_object(lots: Studio) -> None:
    """The heap and the mappings of neighbouring steps are one object, so their panes have nothing to do."""
    assert lots.session.ran is not None
    debugger = lots.session.ran.debugger
    one, two = debugger.state(9000), debugger.state(9001)
    assert one.heap is two.heap and len(one.heap) == 1 and one.mappings is two.mappings


def test_hints_are_found_without_a_walk(lots: Studio) -> None:
    run = lots.session.run
    assert run is not None
    assert lots.session.project is not None
    hints = LineHints(run, lots.session.project.main)
    last: dict[int, str] = {}
    for step in run.steps[:9000]:
        if step.leo_line and step.writes and step.writes[-1].plain:
            last[step.leo_line] = step.writes[-1].value
    assert hints.at(9000) == last
    made = hints.made
    hints.at(9001)
    assert hints.made <= made + 1


def test_a_long_timeline_paints_blocks_not_steps(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(900, 200)
    spans = tuple((n, n) for n in range(0, 100_000, 2))
    accesses = tuple(Access(n, "written", 0) for n in range(0, 100_000, 2))
    timeline.set_recording(100_000, (Lane("main", "hash", spans),), ("m",), accesses, None, None)
    assert len(timeline.blocks_of(0)) <= 900 and len(timeline.dots()) <= 900
    assert timeline.blocks_of(0) is timeline.blocks_of(0), "laid out once"


def test_a_moved_playhead_repaints_a_strip(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(900, 200)
    timeline.set_recording(1000, (Lane("main", "hash", ((0, 999),)),), (), (), None, None)
    rooms: list[int] = []
    monkeypatch.setattr(timeline, "update", lambda rect=None: rooms.append(rect.width() if rect else 900))
    timeline.set_now(500)
    assert rooms and max(rooms) < 200


def joined(qtbot: QtBot, lines: int) -> LinkBand:
    """Two long texts whose lines are linked one by one, and the band between them."""
    views = []
    for name in ("main.leo", "main.aleo"):
        view = CodeEdit()
        qtbot.addWidget(view)
        view.show_document(Document(Path(name), "\n".join(f"line {n}" for n in range(lines)), view))
        view.resize(300, 400)
        view.show()
        views.append(view)
    band = LinkBand(*views)
    qtbot.addWidget(band)
    band.resize(28, 400)
    band.show()
    band.set_links([(n, n, n) for n in range(1, lines + 1)], 10)
    qtbot.wait(1)
    return band


def test_the_band_of_links_looks_at_the_lines_in_view_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    band = joined(qtbot, 3000)
    visited: list[int] = []
    before = CodeEdit.visible_lines

    def counted(code: CodeEdit) -> Iterator[tuple[int, float, float]]:
        for each in before(code):
            visited.append(each[0])
            yield each

    for first in (0, 1500, 2990):
        band.left.verticalScrollBar().setValue(first)
        band.right.verticalScrollBar().setValue(first)
        qtbot.wait(1)
        in_view = len(list(before(band.left))) + len(list(before(band.right)))
        with monkeypatch.context() as patched:
            patched.setattr(CodeEdit, "visible_lines", counted)
            visited.clear()
            band.repaint()
        assert 0 < len(visited) <= in_view


def test_the_runs_in_view_are_those_that_a_walk_would_find(qtbot: QtBot) -> None:
    band = joined(qtbot, 3000)
    runs = sorted(
        [(n, 2 * n, 2 * n + n % 3) for n in range(1, 1400)]
        + [(7, n, n + 1) for n in range(2000, 2900, 4)]
        + [(1000, n, n + 1) for n in range(2003, 2900, 5)]
    )
    for left, right in ((0, 0), (990, 1980), (0, 2400), (990, 2400), (2990, 100)):
        band.left.verticalScrollBar().setValue(left)
        band.right.verticalScrollBar().setValue(right)
        leo, aleo = band.left.seen(), band.right.seen()
        first, last = aleo.first, aleo.last
        beside = [run for run in runs if run[1] <= last and run[2] >= first]
        both = [run for run in beside if run[0] in leo.lines]
        for chosen in (0, 7, 1000):
            found = runs_in_view(runs, leo, aleo, chosen)
            more = sorted(set(found) - set(both))
            assert len(found) == len(both) + len(more) and set(both) <= set(found)
            if chosen in leo.lines:
                assert len(more) <= 2 and all(run in runs and run[0] == chosen for run in more)
            else:
                assert more == [run for run in beside if run[0] == chosen]
