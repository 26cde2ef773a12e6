"""Commands of the proof lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.contract import Command

if TYPE_CHECKING:
    from app.contract import Studio
    from app.panels.proof_lab import ProofLabPanel

PANEL = "proof_lab"


def _needs_proof(studio: Studio) -> str:
    return "" if studio.session.proved is not None else "prove a run first"


def _panel(studio: Studio) -> ProofLabPanel:
    """The panel, brought to where it can be seen."""
    from app.panels.proof_lab import ProofLabPanel

    panel = studio.window.show_panel(PANEL)
    assert isinstance(panel, ProofLabPanel)
    return panel


def _alter(studio: Studio) -> None:
    _panel(studio).alter()


def _restore(studio: Studio) -> None:
    _panel(studio).restore()


def _sweep(studio: Studio) -> None:
    _panel(studio).sweep()


COMMANDS = [
    Command(
        "lab.alter",
        "Alter the chosen part of the proof, or restore it",
        "Prove",
        _alter,
        "",
        "flask-conical",
        _needs_proof,
    ),
    Command("lab.restore", "Restore the untouched proof", "Prove", _restore, "", "rotate-ccw", _needs_proof),
    Command("lab.sweep", "Alter every part of the proof", "Prove", _sweep, "", "flask-conical", _needs_proof),
]
