"""Commands of the proof lab."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.contract import Command
from app.panels.proof_lab import ProofLabPanel

if TYPE_CHECKING:
    from app.contract import Studio


def _needs_proof(studio: Studio) -> str:
    return "" if studio.session.artifacts.proved is not None else "prove a run first"


def _command(name: str, title: str, call: Callable[[ProofLabPanel], object], icon: str) -> Command:
    def run(studio: Studio) -> object:
        return call(ProofLabPanel.shown(studio))

    return Command(f"lab.{name}", title, run, topic="Prove", icon=icon, why_not=_needs_proof)


COMMANDS = [
    _command(
        "alter", "Alter the chosen part of the proof, or restore it", ProofLabPanel.alter, "flask-conical"
    ),
    _command("restore", "Restore the untouched proof", ProofLabPanel.restore, "rotate-ccw"),
    _command("sweep", "Alter every part of the proof", ProofLabPanel.sweep, "flask-conical"),
]
