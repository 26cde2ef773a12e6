"""What a person can choose when an open file is not on disk as it was: changed, moved, locked, or trashed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.editor.document import Document

if TYPE_CHECKING:
    from app.contract import Choice, Studio


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
    """The ways out as (label, variant, action); `saving`: the person has asked to save."""
    outside = document.outside
    if outside is None:
        return []
    close: Choice = ("Close it", "", lambda: close_outside(studio, document))
    if outside.kind in ("gone", "trashed"):
        return [("Save it again", "primary", lambda: studio.flow.save(document)), close]
    if outside.kind == "unreadable":
        return [("Try again", "primary", lambda: studio.watch.examine(document, patient=False)), close]
    theirs = outside.theirs
    assert theirs is not None

    def keep() -> None:
        document.keep_mine(theirs)
        if saving:
            studio.flow.save(document)

    found: list[Choice] = [
        ("Keep mine", "", keep),
        ("Take theirs", "", lambda: document.reload(theirs)),
    ]
    if both:
        found.insert(0, ("Show both", "primary", lambda: show_both(studio, document, saving)))
    return found


def close_outside(studio: Studio, document: Document) -> None:
    """Closes a file that is gone, and asks first, since this is where its text lives."""
    studio.session.set_current(document)
    studio.run_command("file.close")


def ask(studio: Studio, document: Document) -> None:
    """Asks what to do, because the person wants to save."""
    fact, advice = words(document)
    if fact:
        studio.window.ask(
            fact, advice, [*choices(studio, document, saving=True), ("Cancel", "", lambda: None)], document
        )


def show_both(studio: Studio, document: Document, saving: bool = False) -> None:
    """Shows the lines that differ, with the choice below."""
    from app.widgets.diff_sheet import DiffSheet

    outside = document.outside
    if outside is None or outside.theirs is None:
        return
    sheet = DiffSheet(
        studio.window,
        f"{document.name}: on disk and here",
        outside.theirs.text,
        document.text(),
        [*choices(studio, document, saving, both=False), ("Cancel", "", lambda: None)],
    )
    sheet.about = document
