"""Commands about structured reference strings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.contract import Command

if TYPE_CHECKING:
    from app.contract import Studio
    from app.panels.srs import SrsPanel

PANEL = "srs"


def _panel(studio: Studio) -> SrsPanel:
    """The panel, brought to where it can be seen."""
    from app.panels.srs import SrsPanel

    panel = studio.window.show_panel(PANEL)
    assert isinstance(panel, SrsPanel)
    return panel


def _import(studio: Studio) -> None:
    from PySide6.QtWidgets import QFileDialog

    folder = QFileDialog.getExistingDirectory(
        studio.window.widget, "The folder with the official parameter files", str(Path.home())
    )
    if folder:
        _panel(studio).bring_official(Path(folder))


def _download(studio: Studio) -> None:
    _panel(studio).offer_download()


def _generate(studio: Studio) -> None:
    _panel(studio).ask_generate()


def _contribute(studio: Studio) -> None:
    panel = _panel(studio)
    panel.ask_which("Contribute to a development string", panel.development(), panel.ask_contribution)


def _verify(studio: Studio) -> None:
    panel = _panel(studio)
    panel.ask_which("Verify a reference string", list(panel.strings), panel.verify)


def _delete(studio: Studio) -> None:
    panel = _panel(studio)
    panel.ask_which("Delete a development string", panel.development(), panel.ask_delete)


COMMANDS = [
    Command("srs.import", "Import the official parameter files", "Prove", _import, "", "folder-open"),
    Command("srs.download", "Download official parameter files", "Prove", _download, "", "download"),
    Command("srs.generate", "Generate a development SRS", "Prove", _generate, "", "sigma"),
    Command("srs.contribute", "Contribute to a development SRS", "Prove", _contribute, "", "plus"),
    Command("srs.verify", "Verify a reference string", "Prove", _verify, "", "shield-check"),
    Command("srs.delete", "Delete a development SRS", "Prove", _delete, "", "x"),
    Command(
        "srs.refresh",
        "Look at the reference strings again",
        "Prove",
        lambda s: _panel(s).reload(),
        "",
        "refresh-cw",
    ),
]
