"""Checks a whole ledger: its blocks are put into an empty one again, then every table is compared with it.

Nothing stored is taken on trust, and no column can be forgotten: what a ledger holds is what its blocks make.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Protocol

from avm.base.errors import AvmError, shown
from avm.base.progress import Cancel, Progress
from avm.ledger.block import Block
from avm.ledger.ids import Kind, id_text
from avm.ledger.report import LedgerCheck
from avm.ledger.schema import SqlValue, columns, table_names
from avm.ledger.store import Store

_OF_A_BLOCK = ("blocks", "transactions")


class Follower(Protocol):
    """An empty ledger that takes blocks one after another."""

    store: Store

    def add(self, block: Block) -> None:
        """Append a block after checking all of it; AvmError when it is refused."""
        ...


def audit(
    source: Store, follower: Follower, progress: Progress, cancel: Cancel | None
) -> Iterator[LedgerCheck]:
    """Yield one check for each block, then one for the file, the state root and each table.

    It ends with the first block that is refused, as nothing after it can be judged.
    """
    target = follower.store
    for height in range(source.height + 1):
        if cancel is not None:
            cancel.check()
        name = f"block {height}"
        try:
            block = source.block(height, trusted=False)
            if height:
                follower.add(block)
            difference = next(filter(None, (_difference(source, target, t, height) for t in _OF_A_BLOCK)), "")
        except AvmError as error:
            yield LedgerCheck(name, False, error.message, height)
            return
        yield LedgerCheck(name, not difference, difference or block.hash_text, height)
        progress.step(height + 1, source.height + 1)
    try:
        fault = source.fault()
        yield LedgerCheck("file", not fault, fault)
        found, made = (id_text(Kind.STATE_ROOT, store.tree.root) for store in (source, target))
        yield LedgerCheck("state root", found == made, made)
        for table in table_names():
            if cancel is not None:
                cancel.check()
            difference = _difference(source, target, table)
            count = sum(1 for _ in target.rows(table))
            yield LedgerCheck(table.replace("_", " "), not difference, difference or f"{count} rows")
    except AvmError as error:
        yield LedgerCheck("file", False, error.message)


def _difference(source: Store, target: Store, table: str, height: int | None = None) -> str:
    """Say where the first row stands that is not as it must be; an empty text when there is none."""
    names = columns(table)
    pairs = zip_longest(source.rows(table, height), target.rows(table, height))
    for number, (found, made) in enumerate(pairs, 1):
        if made is None:
            return f"{table} has a row too many: row {number}, {names[0]} {_shown(found[0])}"
        if found is None:
            return f"{table} lacks row {number}, {names[0]} {_shown(made[0])}"
        for name, one, other in zip(names, found, made, strict=True):
            if type(one) is not type(other) or one != other:
                return f"{table}.{name} in row {number} is {_shown(one)}, must be {_shown(other)}"
    return ""


def _shown(value: SqlValue) -> str:
    return shown(value.hex() if isinstance(value, bytes) else value)
