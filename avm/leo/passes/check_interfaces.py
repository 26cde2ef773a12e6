"""Interfaces: inheritance without cycles or conflicts, and programs that have what they promise."""

from __future__ import annotations

from avm.leo.state import CompilerState


def check_interfaces(state: CompilerState) -> None:
    """Reports ECHI diagnostics."""
