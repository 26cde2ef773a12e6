"""Files in the tree: made, renamed, duplicated and deleted; no text is lost, no name leaves the project."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QFile, QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app import outside
from app.studio import Studio
from app.widgets.prompt import Prompt
from avm.api.module_names import module_fault

pytestmark = [pytest.mark.qt, pytest.mark.timeout(300)]


@pytest.fixture
def opened(studio: Studio, project_folder: Path) -> Studio:
    (project_folder / "src" / "rates.leo").write_text("const RATE: u32 = 5u32;\n", encoding="utf-8")
    assert studio.open_project(project_folder)
    return studio


@pytest.fixture
def trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trash of the test's own, since a machine may have none."""
    folder = tmp_path / "trash"
    folder.mkdir()

    class Trash:
        def __init__(self, name: str) -> None:
            self._name = name

        def moveToTrash(self) -> bool:
            target = folder / Path(self._name).name
            Path(self._name).rename(target)
            self._name = str(target)
            return True

        def fileName(self) -> str:
            return self._name

        def errorString(self) -> str:
            return ""

    monkeypatch.setattr("app.files.QFile", Trash)
    return folder


def asked(studio: Studio) -> Prompt:
    found = [p for p in studio.window.findChildren(Prompt) if p.isVisible()]
    assert len(found) == 1
    return found[0]


def answer(studio: Studio, text: str, button: int = 0) -> None:
    sheet = asked(studio)
    if sheet.field is not None:
        sheet.field.setText(text)
    sheet.buttons[button].click()


def type_into(studio: Studio, text: str) -> None:
    document = studio.session.documents.current
    assert document is not None
    QTextCursor(document.text_document).insertText(text)


def tree(studio: Studio) -> Any:
    return studio.window.panel("project")


def test_a_new_file_is_made_opened_and_in_the_tree(opened: Studio, project_folder: Path) -> None:
    tree(opened).tree.choose(project_folder)
    tree(opened).tree.setFocus()
    opened.run_command("file.new_file")
    answer(opened, "notes/today.md")
    path = project_folder / "notes" / "today.md"
    assert path.read_text() == "" and opened.session.documents.current is not None
    assert opened.session.documents.current.path == path
    assert path in {r.key for r in tree(opened).tree.all_rows()}


def test_a_new_module_is_a_source_of_the_project(opened: Studio, project_folder: Path, qtbot: QtBot) -> None:
    opened.run_command("file.new_module")
    answer(opened, "fees")
    path = project_folder / "src" / "fees.leo"
    assert path.is_file()
    assert opened.session.project is not None and path in opened.session.project.sources
    qtbot.waitUntil(lambda: not opened.jobs.running(), timeout=120_000)
    opened.actions.build(quiet=True)
    qtbot.waitUntil(lambda: not opened.jobs.running(kind="build"), timeout=120_000)
    assert opened.session.view is not None and opened.session.view.ok, "an empty module builds"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("../outside", "leads out"),
        ("/etc/x", "absolute"),
        ("a/../../b", "leads out"),
        ("two words", "characters other"),
        ("1st", "begin with a letter"),
        ("let", "word of the language"),
        ("rates", "exists already"),
        ("", "Type a name"),
        ("x" * 40, "31 is the most"),
        ("nul\x00l", "no file name can have"),
    ],
)
def test_a_name_that_will_not_do_is_refused_with_the_reason(
    opened: Studio, project_folder: Path, name: str, wrong: str
) -> None:
    before = sorted(project_folder.rglob("*"))
    opened.run_command("file.new_module")
    answer(opened, name)
    sheet = asked(opened)
    assert wrong in sheet.wrong.text() or (name.startswith("nul") and sheet.wrong.text())
    sheet.leave()
    assert sorted(project_folder.rglob("*")) == before
    assert not (project_folder.parent / "outside.leo").exists()


def test_an_empty_folder_stands_in_the_tree(opened: Studio, project_folder: Path) -> None:
    opened.run_command("file.new_folder")
    answer(opened, "inner")
    folder = project_folder / "src" / "inner"
    assert folder.is_dir() and folder in {r.key for r in tree(opened).tree.all_rows()}


def test_an_open_document_follows_its_file_with_its_text_and_its_history(
    opened: Studio, project_folder: Path
) -> None:
    old, new = project_folder / "src" / "rates.leo", project_folder / "src" / "fees.leo"
    document = opened.session.documents.open(old)
    opened.session.toggle_breakpoint(old, 1)
    type_into(opened, "// typed\n")
    opened.run_command("file.rename")
    answer(opened, "fees.leo")
    assert not old.exists() and new.read_text() == "const RATE: u32 = 5u32;\n"
    assert opened.session.documents.by_path[new] is document and old not in opened.session.documents.by_path
    assert document.modified and document.text().startswith("// typed")
    assert opened.session.breakpoints(new) == {1} and not opened.session.breakpoints(old)
    assert opened.window.panel("editor").tabs.bar.tabText(1) == "fees.leo"  # type: ignore[attr-defined]
    document.text_document.undo()
    assert document.text() == "const RATE: u32 = 5u32;\n" and not document.modified
    type_into(opened, "// again\n")
    assert opened.actions.save(document) and new.read_text().startswith("// again")
    assert opened.session.documents.check_invariants() == []
    opened.watch.look()
    assert document.outside is None


def test_the_documents_of_a_renamed_folder_follow(opened: Studio, project_folder: Path) -> None:
    folder = project_folder / "docs"
    folder.mkdir()
    (folder / "a.md").write_text("a", encoding="utf-8")
    document = opened.session.documents.open(folder / "a.md")
    opened.files.rename(folder, "papers")
    assert document.path == project_folder / "papers" / "a.md" and document.path.read_text() == "a"


def test_the_reason_goes_when_the_name_is_mended(opened: Studio, project_folder: Path, qtbot: QtBot) -> None:
    opened.files.ask_rename(project_folder / "src" / "rates.leo")
    sheet = asked(opened)
    assert sheet.field is not None
    sheet.field.setText("main.leo")
    sheet.buttons[0].click()
    assert "exists already" in sheet.wrong.text()
    qtbot.keyClick(sheet.field, Qt.Key.Key_Home)
    qtbot.keyClicks(sheet.field, "a")
    assert sheet.field.text() == "amain.leo" and sheet.wrong.text() == ""
    qtbot.keyClick(sheet.field, Qt.Key.Key_Backspace)
    assert "exists already" in sheet.wrong.text(), "told while it is typed"
    sheet.leave()


def test_commands_on_a_folder_say_folder(opened: Studio, project_folder: Path) -> None:
    panel = tree(opened)
    opened.window.show_panel("project")
    panel.tree.setFocus()
    names = ("file.rename", "file.duplicate", "file.trash")

    def titles() -> list[str]:
        menu = panel._menu_of(names)
        assert [opened.command(n).name_now(opened) for n in names] == [
            a.text().split("\t")[0] for a in menu.actions()
        ]
        return [a.text().split("\t")[0] for a in menu.actions()]

    panel.tree.choose(project_folder / "src")
    assert titles() == ["Rename the folder", "Duplicate the folder", "Move the folder to the trash"]
    panel.tree.choose(project_folder / "src" / "rates.leo")
    assert titles() == ["Rename the file", "Duplicate the file", "Move the file to the trash"]


def test_the_recovery_copy_of_unsaved_text_goes_with_the_name(opened: Studio, project_folder: Path) -> None:
    opened.session.documents.open(project_folder / "src" / "rates.leo")
    type_into(opened, "// typed\n")
    opened.recovery.write()
    opened.files.rename(project_folder / "src" / "rates.leo", "fees.leo")
    opened.recovery.write()
    kept = [p.read_text() for p in opened.recovery.folder.rglob("*.json")]
    assert len(kept) == 1 and "fees.leo" in kept[0] and "// typed" in kept[0]


@pytest.mark.parametrize("name", ["src/main.leo", "program.json", "src", "."])
def test_what_the_project_stands_on_keeps_its_name(opened: Studio, project_folder: Path, name: str) -> None:
    opened.files.ask_rename(project_folder / name if name != "." else project_folder)
    assert [p for p in opened.window.findChildren(Prompt) if p.isVisible()] == []
    assert (project_folder / "src" / "main.leo").exists()


def test_a_file_goes_to_the_trash_and_comes_back(opened: Studio, project_folder: Path, trash: Path) -> None:
    path = project_folder / "src" / "rates.leo"
    opened.session.documents.open(path)
    opened.run_command("file.trash")
    assert "trash" in asked(opened).buttons[0].text()
    answer(opened, "")
    assert not path.exists() and (trash / "rates.leo").exists()
    assert path not in opened.session.documents.by_path
    assert opened.session.project is not None and path not in opened.session.project.sources
    toast = opened.window.toasts._toasts[-1]  # type: ignore[attr-defined]
    assert "is in the trash" in toast.accessibleName()
    opened.files.put_back(trash / "rates.leo", path)
    assert path.read_text() == "const RATE: u32 = 5u32;\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the trash of the desktop specification")
@pytest.mark.parametrize("fit", [True, False])
def test_the_first_trash_of_a_home_is_made_or_its_fault_is_said(
    opened: Studio, project_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fit: bool
) -> None:
    data = tmp_path / "new" / "share"
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    if not fit:
        (tmp_path / "new").write_text("no folder", encoding="utf-8")
    path = project_folder / "src" / "rates.leo"
    opened.files.trash(path)
    told = opened.window.toasts._toasts[-1].accessibleName()  # type: ignore[attr-defined]
    assert path.exists() is not fit
    if fit:
        assert (data / "Trash" / "files" / "rates.leo").exists()
    else:
        assert str(data) in told and "Nothing has changed" in told


def test_unsaved_text_of_a_deleted_file_stays(opened: Studio, project_folder: Path, trash: Path) -> None:
    path = project_folder / "src" / "rates.leo"
    document = opened.session.documents.open(path)
    type_into(opened, "// precious\n")
    opened.run_command("file.trash")
    assert (
        "not saved in rates.leo stays open"
        in asked(opened).card.findChildren(type(asked(opened).wrong._label))[1].text()
    )
    answer(opened, "")
    assert not path.exists() and opened.session.documents.by_path[path] is document
    assert document.text().startswith("// precious") and document.modified
    for _ in range(3):
        opened.watch.look()
    assert document.outside is not None and document.outside.kind == "trashed"
    fact, advice = outside.words(document)
    assert "in the trash" in fact and "outside" not in fact + advice
    assert "in the trash" in opened.window.panel("editor").tabs.bar.tabText(1)  # type: ignore[attr-defined]
    opened.files.ask_new_file(project_folder / "src")
    answer(opened, "rates.leo")
    assert "not on disk" in asked(opened).wrong.text(), "no other file takes its place"
    asked(opened).leave()
    assert opened.actions.save(document) and path.read_text().startswith("// precious")


def test_what_is_put_back_from_the_trash_is_the_file_of_before(
    opened: Studio, project_folder: Path, trash: Path
) -> None:
    path = project_folder / "src" / "rates.leo"
    document = opened.session.documents.open(path)
    type_into(opened, "// precious\n")
    opened.files.trash(path)
    opened.files.put_back(trash / "rates.leo", path)
    assert document.outside is None and document.modified
    document.text_document.undo()
    assert not document.modified and opened.session.documents.check_invariants() == []


@pytest.mark.parametrize("unsaved", [False, True])
def test_a_rename_inside_is_no_change_outside(
    opened: Studio, project_folder: Path, qtbot: QtBot, unsaved: bool
) -> None:
    document = opened.session.documents.open(project_folder / "src" / "rates.leo")
    told: list[object] = []
    document.outside_changed.connect(told.append)
    if unsaved:
        type_into(opened, "// typed\n")
    opened.files.rename(document.path, "fees.leo")
    opened.files.rename(project_folder / "src" / "fees.leo", "inner/fees.leo")
    opened.files.rename(project_folder / "src" / "inner", "deeper")
    assert document.path == project_folder / "src" / "deeper" / "fees.leo"
    qtbot.wait(400)
    for _ in range(3):
        opened.watch.look()
    assert told == [] and document.modified is unsaved
    assert opened.check_invariants() == []


def test_the_main_file_is_not_deleted_without_a_clear_word(
    opened: Studio, project_folder: Path, trash: Path, qtbot: QtBot
) -> None:
    main = project_folder / "src" / "main.leo"
    opened.session.documents.open(main)
    opened.run_command("file.trash")
    sheet = asked(opened)
    assert "does not work without it" in sheet.card.accessibleName()
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert main.exists() and not list(trash.iterdir()), "Enter goes back"
    opened.run_command("file.trash")
    asked(opened).buttons[1].click()
    assert not main.exists() and (trash / "main.leo").exists()


def test_without_a_trash_nothing_is_deleted(
    opened: Studio, project_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Without(QFile):
        def moveToTrash(self) -> bool:  # type: ignore[override]
            return False

    monkeypatch.setattr("app.files.QFile", Without)
    path = project_folder / "src" / "rates.leo"
    opened.files.trash(path)
    assert path.exists()
    toast = opened.window.toasts._toasts[-1]  # type: ignore[attr-defined]
    assert "was not deleted" in toast.accessibleName()


def test_a_duplicate_has_the_text_that_is_typed(opened: Studio, project_folder: Path) -> None:
    opened.session.documents.open(project_folder / "src" / "rates.leo")
    type_into(opened, "// typed\n")
    opened.run_command("file.duplicate")
    assert asked(opened).field.text() == "rates_copy.leo"  # type: ignore[union-attr]
    answer(opened, "rates_copy.leo")
    copy = project_folder / "src" / "rates_copy.leo"
    assert copy.read_text().startswith("// typed")
    assert (project_folder / "src" / "rates.leo").read_text() == "const RATE: u32 = 5u32;\n"


def test_keys_of_the_tree(opened: Studio, project_folder: Path, qtbot: QtBot) -> None:
    panel = opened.window.show_panel("project")
    path = project_folder / "src" / "rates.leo"
    panel.tree.setFocus()  # type: ignore[attr-defined]
    panel.tree.choose(path)  # type: ignore[attr-defined]
    for key, modifier, title in (
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier, "Rename rates.leo"),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "Move rates.leo to the trash?"),
        (Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier, "New program"),
    ):
        panel.tree.setFocus()  # type: ignore[attr-defined]
        qtbot.keyClick(panel.tree, key, modifier)  # type: ignore[attr-defined]
        sheet = asked(opened)
        assert sheet.card.accessibleName() == title
        sheet.leave()
    panel.tree.setFocus()  # type: ignore[attr-defined]
    qtbot.keyClick(panel.tree, Qt.Key.Key_Return)  # type: ignore[attr-defined]
    assert opened.session.documents.current is not None and opened.session.documents.current.path == path


def test_files_made_by_another_program_appear(opened: Studio, project_folder: Path, qtbot: QtBot) -> None:
    path = project_folder / "src" / "outside.leo"
    path.write_text("const X: u8 = 1u8;\n", encoding="utf-8")
    qtbot.waitUntil(lambda: path in {r.key for r in tree(opened).tree.all_rows()}, timeout=10_000)
    assert opened.session.project is not None and path in opened.session.project.sources


def test_a_proof_under_way_still_belongs_to_the_project_after_a_rename(
    opened: Studio, project_folder: Path
) -> None:
    before = opened.session.project
    assert before is not None
    opened.files.rename(project_folder / "src" / "rates.leo", "fees.leo")
    assert opened.session.project is not before and opened.session.shows(before)
    opened.close_project()
    assert not opened.session.shows(before)


@pytest.mark.parametrize(("name", "right"), [("rates", True), ("a_b2", True), ("if", False), ("é", False)])
def test_names_of_modules(name: str, right: bool) -> None:
    assert (module_fault(name) == "") is right


def test_the_menus_of_the_tree_show_only_keys_that_do_the_same_everywhere(
    opened: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, str]] = []

    def popup(menu: QMenu, _place: object) -> None:
        rows = [action.text().partition("\t") for action in menu.actions()]
        shown.append({title: key for title, _, key in rows if title})

    monkeypatch.setattr(QMenu, "popup", popup)
    panel = tree(opened)
    panel._new_menu(QPoint())
    panel._menu(panel.chosen(), QPoint())
    assert shown[0]["New program"] == "Ctrl+N" and shown[0]["New file"] == ""
    assert shown[1]["New file"] == "" and "Ctrl+N" not in shown[1].values()
    assert "F2" in shown[1].values() and "Del" in shown[1].values()
