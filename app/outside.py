"""What a person can choose when an open file is not on disk as it was: changed, moved, locked, or trashed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.editor.document import Document, Outside

if TYPE_CHECKING:
    from app.contract import Studio
    from app.widgets.prompt import Choice, Sheet


def words(document: Document) -> tuple[str, str]:
    """(fact, advice) about what happened to the file; empty when nothing did."""
    outside = document.outside
    if outside is None:
        return "", ""
    if outside.kind == "changed":
        return (
            f"{document.name} was changed by another program",
            "Your changes here are not saved; nothing is overwritten before you choose.",
        )
    if outside.kind == "gone":
        return (
            f"{document.name} was deleted or renamed outside",
            "Its text is still here, and nowhere else under this name.",
        )
    if outside.kind == "trashed":
        return (
            f"{document.name} is in the trash, without what was not saved",
            "All its text is still here. Saved again, it is a file of the project as before.",
        )
    return f"{document.name} cannot be read any more", outside.reason


def choices(studio: Studio, document: Document, saving: bool = False, both: bool = True) -> list[Choice]:
    """The ways out as (label, variant, action); `saving`: the person has asked to save. None acts on a file
    that is not as it was when they were offered: then it is asked again.
    """
    outside = document.outside
    if outside is None:
        return []
    close: Choice = ("Close it", "", lambda: close_outside(studio, document))
    if outside.kind in ("gone", "trashed"):
        return [("Save it again", "primary", lambda: studio.actions.save(document)), close]
    if outside.kind == "unreadable":
        return [("Try again", "primary", lambda: studio.watch.examine(document, patient=False)), close]
    theirs = outside.theirs
    assert theirs is not None

    def keep() -> None:
        if _still(studio, document, outside, saving):
            document.keep_mine(theirs)
            if saving:
                studio.actions.save(document)

    def take() -> None:
        if _still(studio, document, outside, saving):
            document.reload(theirs)

    found: list[Choice] = [("Keep mine", "", keep), ("Take theirs", "", take)]
    if both:
        found.insert(0, ("Show both", "primary", lambda: show_both(studio, document, saving)))
    return found


def _same(one: Outside | None, other: Outside | None) -> bool:
    """Whether the file is in both cases the same to a person, whatever its times are."""
    if one is None or other is None or one.theirs is None or other.theirs is None:
        return one == other
    return one.kind == other.kind and one.theirs.digest == other.theirs.digest


def _still(studio: Studio, document: Document, known: Outside, saving: bool) -> bool:
    """Looks at the file once more; when it is another than the person knows, asks about that."""
    studio.watch.examine(document, patient=False)
    if _same(document.outside, known):
        return True
    if document.outside is not None:
        ask(studio, document, saving)
    else:
        studio.window.hint(f"{document.name} is on disk as it was; nothing was changed")
    return False


def close_outside(studio: Studio, document: Document) -> None:
    """Closes a file that is gone, and asks first, since this is where its text lives."""
    studio.session.documents.set_current(document)
    studio.run_command("file.close")


def ask(studio: Studio, document: Document, saving: bool = True) -> None:
    """Asks what to do, by default because the person wants to save; follows what the file becomes."""
    fact, advice = words(document)
    if fact:
        ways = [*choices(studio, document, saving), ("Cancel", "", lambda: None)]
        sheet = studio.window.ask(fact, advice, ways, document)
        _follow(sheet, document, lambda: ask(studio, document, saving))


def _follow(sheet: Sheet, document: Document, again: Callable[[], object]) -> None:
    """When the file becomes another one, the sheet gives way to the question about that, if there is one."""
    known = document.outside

    def renew() -> None:
        if not _same(document.outside, known):
            sheet.leave()
            again()

    sheet.renew = renew


def show_both(studio: Studio, document: Document, saving: bool = False) -> None:
    """Shows the lines that differ, with the choice below; when there are none any more, asks what to do."""
    from app.widgets.diff_sheet import DiffSheet

    outside = document.outside
    if outside is None or outside.theirs is None:
        ask(studio, document, saving)
        return
    sheet = DiffSheet(
        studio.window.widget,
        f"{document.name}: on disk and here",
        outside.theirs.text,
        document.text(),
        [*choices(studio, document, saving, both=False), ("Cancel", "", lambda: None)],
    )
    sheet.about = document
    _follow(sheet, document, lambda: show_both(studio, document, saving))
