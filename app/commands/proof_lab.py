"""Commands of the proof lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.contract import Command

if TYPE_CHECKING:
    from app.contract import Studio

PANEL = "proof_lab"


def _needs_proof(studio: Studio) -> str:
    return "" if studio.session.proved is not None else "prove a run first"


def _alter(studio: Studio) -> None:
    studio.window.show_panel(PANEL).alter()


def _restore(studio: Studio) -> None:
    studio.window.show_panel(PANEL).restore()


def _sweep(studio: Studio) -> None:
    studio.window.show_panel(PANEL).sweep()


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
