"""The questions about work that ended Studios left unsaved: whether to restore it, and over what."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.contract import Studio
    from app.editor.document import Document
    from app.recovery import Snapshot
    from app.widgets.prompt import Choice

UNCHANGED = "The files on disk are unchanged."


def unsaved_words(left: list[Snapshot], typed: tuple[str, ...] = ()) -> tuple[str, str]:
    """(fact, advice) about work that was not saved; `typed` names files with another text here."""
    names = ", ".join(dict.fromkeys(s.path.name for s in left))
    return f"Unsaved work on {names} is kept", f"It was typed until {_when(left)}. {_since(left, typed)}"


def _when(left: list[Snapshot]) -> str:
    """When the newest of it was typed, with the day unless that is today."""
    at = time.localtime(max(s.at for s in left))
    today = at[:3] == time.localtime()[:3]
    return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", at)


def _since(left: list[Snapshot], typed: tuple[str, ...]) -> str:
    """What became of the files since their unsaved work was typed, on disk and here."""
    became: dict[str, list[str]] = {}
    for snapshot in left:
        outside = snapshot.outside()
        if outside is not None:
            became.setdefault(outside.kind, []).append(snapshot.path.name)
    if typed:
        became["typed"] = list(typed)
    told = {
        "changed": ("was changed on disk since", "were changed on disk since"),
        "gone": ("is not on disk any more", "are not on disk any more"),
        "unreadable": ("cannot be read any more", "cannot be read any more"),
        "typed": ("has another unsaved text here", "have other unsaved texts here"),
    }
    facts = [
        f"{', '.join(names)} {one if len(names) == 1 else many}."
        for kind, (one, many) in told.items()
        if (names := became.get(kind))
    ]
    return " ".join([*facts, "Nothing is overwritten before you choose."] if facts else [UNCHANGED])


def restore_unsaved(studio: Studio) -> None:
    """Asks what to do with the work that ended Studios left unsaved."""
    recovery = studio.recovery
    left = recovery.left_over
    if not left:
        return

    def restore() -> None:
        recovery.restore()
        ask_contested(studio)

    names = ", ".join(dict.fromkeys(s.path.name for s in left))
    fact = "The Studio did not close as it should. " if recovery.unseen else ""
    words = unsaved_words(left, tuple(d.name for d in recovery.contested()))[1]
    studio.window.ask(
        f"Restore unsaved work on {names}?",
        f"{fact}{words} Later it is found as “Restore unsaved work” in the palette.",
        [
            ("Restore", "primary", restore),
            ("Discard", "", recovery.discard),
            ("Decide later", "", recovery.put_off_all),
        ],
    )


def ask_contested(studio: Studio) -> None:
    """Asks about the first file that has one unsaved text here and another one left over; then the next."""
    contested = studio.recovery.contested()
    if not contested:
        return
    document, snapshot = next(iter(contested.items()))
    studio.window.ask(
        f"{document.name} has another unsaved text here",
        f"The text that was left was typed until {_when([snapshot])}; the one here is not saved either. "
        "“Keep what is here” discards the text that was left; after “Take the restored” Undo gives back the "
        "one here.",
        [("Show both", "primary", lambda: _show_both(studio, document, snapshot)), *_ways(studio, document)],
        document,
    )


def _ways(studio: Studio, document: Document) -> list[Choice]:
    recovery = studio.recovery

    def keep() -> None:
        recovery.discard(document)
        ask_contested(studio)

    def take() -> None:
        recovery.restore(document)
        ask_contested(studio)

    return [
        ("Keep what is here", "", keep),
        ("Take the restored", "", take),
        ("Decide later", "", recovery.put_off_all),
    ]


def _show_both(studio: Studio, document: Document, snapshot: Snapshot) -> None:
    from app.widgets.diff_sheet import DiffSheet

    sheet = DiffSheet(
        studio.window.widget,
        f"{document.name}: restored and here",
        snapshot.text,
        document.text(),
        _ways(studio, document),
        "Lines with − are in the text that was left, lines with + in the one here.",
    )
    sheet.about = document
