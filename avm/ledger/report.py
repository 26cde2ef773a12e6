"""What an audit of the ledger tells: plain frozen data."""

from __future__ import annotations

from dataclasses import dataclass

from avm.varuna.report import Check


@dataclass(frozen=True, slots=True)
class LedgerCheck(Check):
    """One thing that was recomputed, and whether it came out as stored; ``block`` is a height."""

    block: int | None = None
