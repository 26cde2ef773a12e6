"""The perspectives: names, and the room of their sides. Panels say themselves where they stand in each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Perspective:
    """One arrangement of the panes: the widths of its sides, the height of its bottom."""

    title: str
    left: int
    right: int
    bottom: int = 176


PERSPECTIVES = {
    "edit": Perspective("Edit", 248, 320),
    "debug": Perspective("Debug", 248, 512, 208),
    "prove": Perspective("Prove", 408, 360),
    "ledger": Perspective("Ledger", 352, 620),
}
