"""Commands of the editor."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.contract import Command, needs_document
from app.panels.editor import EditorPanel

if TYPE_CHECKING:
    from app.contract import Studio


def _needs_problems(studio: Studio) -> str:
    return "" if studio.session.problems() else "there are no problems"


def _next_problem(studio: Studio, way: int) -> None:
    session = studio.session
    places = sorted(
        {
            (session.name_of(path), p.line, p.col or 1, path)
            for path, p in session.problems_by_path()
            if p.line is not None and path is not None
        }
    )
    if not places or session.documents.current is None:
        return
    code = EditorPanel.of(studio).code
    here = (
        session.name_of(session.documents.current.path),
        code.current_line(),
        code.textCursor().positionInBlock() + 1,
    )
    if way > 0:
        target = next((p for p in places if p[:3] > here), places[0])
    else:
        target = next((p for p in reversed(places) if p[:3] < here), places[-1])
    _, line, column, path = target
    if path.is_file():
        session.reveal.emit(path, line, column)


def _go_to_line(studio: Studio) -> None:
    studio.window.palette_overlay.open(":")


def _toggle_breakpoint(studio: Studio) -> None:
    document = studio.session.documents.current
    if document is not None:
        studio.session.toggle_breakpoint(document.path, EditorPanel.of(studio).code.current_line())


def _history(studio: Studio, way: str) -> None:
    """Undo and redo belong to the line of text that has the focus, else to the editor."""
    from PySide6.QtWidgets import QLineEdit

    line = studio.window.focusWidget()
    getattr(line if isinstance(line, QLineEdit) else EditorPanel.of(studio).code, way)()


def _zoom(studio: Studio, by: float) -> None:
    code = EditorPanel.of(studio).code
    code.set_zoom(1.0 if by == 0 else code.zoom + by)


_edit = partial(Command, topic="Edit")
_in_file = partial(Command, topic="Edit", why_not=needs_document)
_problem = partial(Command, topic="Edit", why_not=_needs_problems)
_view = partial(Command, topic="View")

COMMANDS = [
    _in_file("edit.undo", "Undo", lambda s: _history(s, "undo"), keys="Ctrl+Z", icon="undo-2"),
    _in_file(
        "edit.redo",
        "Redo",
        lambda s: _history(s, "redo"),
        keys="Ctrl+Shift+Z",
        icon="redo-dot",
        also=("Ctrl+Y",),
    ),
    _in_file("edit.find", "Find", lambda s: EditorPanel.of(s).open_find(False), keys="Ctrl+F", icon="search"),
    _in_file(
        "edit.replace", "Replace", lambda s: EditorPanel.of(s).open_find(True), keys="Ctrl+H", icon="search"
    ),
    _in_file("edit.go_to_line", "Go to line", _go_to_line, keys="Ctrl+G", icon="hash"),
    _in_file(
        "edit.comment",
        "Comment or uncomment",
        lambda s: EditorPanel.of(s).code.toggle_comment(),
        keys="Ctrl+/",
        icon="hash",
    ),
    _in_file(
        "edit.complete",
        "Complete",
        lambda s: EditorPanel.of(s).completion.complete(),
        keys="Ctrl+Space",
        icon="list-tree",
    ),
    _problem(
        "edit.next_problem", "Next problem", lambda s: _next_problem(s, 1), keys="F8", icon="circle-alert"
    ),
    _problem(
        "edit.previous_problem",
        "Previous problem",
        lambda s: _next_problem(s, -1),
        keys="Shift+F8",
        icon="circle-alert",
    ),
    Command(
        "edit.breakpoint",
        "Set or clear a breakpoint",
        _toggle_breakpoint,
        topic="Debug",
        keys="F9",
        icon="circle-dot",
        why_not=needs_document,
    ),
    _edit(
        "edit.back",
        "Go back to the last place",
        lambda s: EditorPanel.of(s).travel(-1),
        keys="Alt+Left",
        icon="undo-2",
    ),
    _edit(
        "edit.forward",
        "Go forward to the next place",
        lambda s: EditorPanel.of(s).travel(1),
        keys="Alt+Right",
        icon="redo-dot",
    ),
    _edit(
        "edit.zoom_in",
        "Larger text in the editor",
        lambda s: _zoom(s, 0.1),
        keys="Ctrl+=",
        icon="plus",
        also=("Ctrl++",),
    ),
    _edit(
        "edit.zoom_out", "Smaller text in the editor", lambda s: _zoom(s, -0.1), keys="Ctrl+-", icon="search"
    ),
    _edit(
        "edit.zoom_reset",
        "Normal text size in the editor",
        lambda s: _zoom(s, 0),
        keys="Ctrl+0",
        icon="search",
    ),
    _view(
        "edit.heat",
        "Show or hide the constraints of each line",
        lambda s: EditorPanel.of(s).toggle_heat(),
        icon="flame",
    ),
    _view(
        "edit.beside",
        "Show or hide the instructions beside",
        lambda s: EditorPanel.of(s).toggle_beside(),
        icon="columns-2",
    ),
    _view(
        "edit.focus",
        "Move to the editor",
        lambda s: EditorPanel.of(s).code.setFocus(),
        keys="Ctrl+1",
        icon="file-code-2",
    ),
]
