"""Commands about structured reference strings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.contract import Command
from app.panels.srs import SrsPanel

if TYPE_CHECKING:
    from app.contract import Studio


def _import(studio: Studio) -> None:
    from PySide6.QtWidgets import QFileDialog

    folder = QFileDialog.getExistingDirectory(
        studio.window.widget, "The folder with the official parameter files", str(Path.home())
    )
    if folder:
        SrsPanel.shown(studio).bring_official(Path(folder))


def _contribute(panel: SrsPanel) -> None:
    panel.ask_which("Contribute to a development string", panel.development(), panel.ask_contribution)


def _verify(panel: SrsPanel) -> None:
    panel.ask_which("Verify a reference string", list(panel.strings), panel.verify)


def _delete(panel: SrsPanel) -> None:
    panel.ask_which("Delete a development string", panel.development(), panel.ask_delete)


def _command(name: str, title: str, call: Callable[[SrsPanel], object], icon: str) -> Command:
    return Command(
        f"srs.{name}", title, lambda studio: call(SrsPanel.shown(studio)), topic="Prove", icon=icon
    )


COMMANDS = [
    Command("srs.import", "Import the official parameter files", _import, topic="Prove", icon="folder-open"),
    _command("download", "Download official parameter files", SrsPanel.offer_download, "download"),
    _command("generate", "Generate a development SRS", SrsPanel.ask_generate, "sigma"),
    _command("contribute", "Contribute to a development SRS", _contribute, "plus"),
    _command("verify", "Verify a reference string", _verify, "shield-check"),
    _command("delete", "Delete a development SRS", _delete, "x"),
    _command("refresh", "Look at the reference strings again", SrsPanel.reload, "refresh-cw"),
]
