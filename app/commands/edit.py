"""Commands of the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.contract import Command

if TYPE_CHECKING:
    from app.contract import Studio
    from app.panels.editor import EditorPanel


def editor(studio: Studio) -> EditorPanel:
    """The editor panel, made now if it was not."""
    from app.panels.editor import EditorPanel

    panel = studio.window.panel("editor")
    assert isinstance(panel, EditorPanel)
    return panel


def _needs_document(studio: Studio) -> str:
    return "" if studio.session.current is not None else "no file is open"


def _needs_problems(studio: Studio) -> str:
    return "" if studio.session.problems() else "there are no problems"


def _next_problem(studio: Studio, way: int) -> None:
    session = studio.session
    places = sorted(
        {(p.file, p.line, p.col or 1) for p in session.problems() if p.line is not None and p.file}
    )
    if not places or session.current is None:
        return
    code = editor(studio).code
    here = (
        session.name_of(session.current.path),
        code.current_line(),
        code.textCursor().positionInBlock() + 1,
    )
    if way > 0:
        target = next((p for p in places if p > here), places[0])
    else:
        target = next((p for p in reversed(places) if p < here), places[-1])
    open_place(studio, target[0], target[1], target[2])


def open_place(studio: Studio, file: str, line: int, column: int = 1) -> None:
    """Shows a place of one of the project's files, given by the name that problems carry."""
    path = studio.session.path_of(file)
    if path is not None and path.is_file():
        studio.session.reveal.emit(path, line, column)


def _go_to_line(studio: Studio) -> None:
    studio.window.palette_overlay.open(":")


def _toggle_breakpoint(studio: Studio) -> None:
    document = studio.session.current
    if document is not None:
        studio.session.toggle_breakpoint(document.path, editor(studio).code.current_line())


def _history(studio: Studio, way: str) -> None:
    """Undo and redo belong to the line of text that has the focus, else to the editor."""
    from PySide6.QtWidgets import QLineEdit

    line = studio.window.focusWidget()
    getattr(line if isinstance(line, QLineEdit) else editor(studio).code, way)()


def _zoom(studio: Studio, by: float) -> None:
    code = editor(studio).code
    code.set_zoom(1.0 if by == 0 else code.zoom + by)


COMMANDS = [
    Command("edit.undo", "Undo", "Edit", lambda s: _history(s, "undo"), "Ctrl+Z", "undo-2", _needs_document),
    Command(
        "edit.redo",
        "Redo",
        "Edit",
        lambda s: _history(s, "redo"),
        "Ctrl+Shift+Z",
        "redo-dot",
        _needs_document,
        also=("Ctrl+Y",),
    ),
    Command(
        "edit.find", "Find", "Edit", lambda s: editor(s).open_find(False), "Ctrl+F", "search", _needs_document
    ),
    Command(
        "edit.replace",
        "Replace",
        "Edit",
        lambda s: editor(s).open_find(True),
        "Ctrl+H",
        "search",
        _needs_document,
    ),
    Command("edit.go_to_line", "Go to line", "Edit", _go_to_line, "Ctrl+G", "hash", _needs_document),
    Command(
        "edit.comment",
        "Comment or uncomment",
        "Edit",
        lambda s: editor(s).code.toggle_comment(),
        "Ctrl+/",
        "hash",
        _needs_document,
    ),
    Command(
        "edit.complete",
        "Complete",
        "Edit",
        lambda s: editor(s).completion.complete(),
        "Ctrl+Space",
        "list-tree",
        _needs_document,
    ),
    Command(
        "edit.next_problem",
        "Next problem",
        "Edit",
        lambda s: _next_problem(s, 1),
        "F8",
        "circle-alert",
        _needs_problems,
    ),
    Command(
        "edit.previous_problem",
        "Previous problem",
        "Edit",
        lambda s: _next_problem(s, -1),
        "Shift+F8",
        "circle-alert",
        _needs_problems,
    ),
    Command(
        "edit.breakpoint",
        "Set or clear a breakpoint",
        "Debug",
        _toggle_breakpoint,
        "F9",
        "circle-dot",
        _needs_document,
    ),
    Command(
        "edit.back", "Go back to the last place", "Edit", lambda s: editor(s).travel(-1), "Alt+Left", "undo-2"
    ),
    Command(
        "edit.forward",
        "Go forward to the next place",
        "Edit",
        lambda s: editor(s).travel(1),
        "Alt+Right",
        "redo-dot",
    ),
    Command(
        "edit.zoom_in",
        "Larger text in the editor",
        "Edit",
        lambda s: _zoom(s, 0.1),
        "Ctrl+=",
        "plus",
        also=("Ctrl++",),
    ),
    Command(
        "edit.zoom_out", "Smaller text in the editor", "Edit", lambda s: _zoom(s, -0.1), "Ctrl+-", "search"
    ),
    Command(
        "edit.zoom_reset", "Normal text size in the editor", "Edit", lambda s: _zoom(s, 0), "Ctrl+0", "search"
    ),
    Command(
        "edit.beside",
        "Show or hide the instructions beside",
        "View",
        lambda s: editor(s).toggle_beside(),
        "",
        "columns-2",
    ),
    Command(
        "edit.focus",
        "Move to the editor",
        "View",
        lambda s: editor(s).code.setFocus(),
        "Ctrl+1",
        "file-code-2",
    ),
]
