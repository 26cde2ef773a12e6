"""The tables of a ledger as its blocks alone imply them, to be held against what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field

from avm.base.errors import AvmError
from avm.ledger.block import Block
from avm.ledger.operations import Change
from avm.ledger.store import Store, StoredProgram, transaction_ids
from avm.ledger.transaction import Deployment


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was recomputed, and whether it came out as stored."""

    name: str
    passed: bool
    detail: str = ""


@dataclass
class Replay:
    """Programs, keys, used ids, mappings and their changes, collected from blocks in order."""

    programs: dict[str, StoredProgram] = field(default_factory=dict)
    keys: set[tuple[str, str, bytes, str]] = field(default_factory=set)
    ids: set[tuple[str, str, str]] = field(default_factory=set)
    mappings: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[int, str, str, str, bytes, bytes | None]] = field(default_factory=list)

    def take(self, block: Block) -> None:
        """Add what a block brings."""
        for item in block.transactions:
            name, payload = item.transaction.id_text, item.transaction.payload
            self.ids.update((used, kind, name) for used, kind in transaction_ids(item.transaction))
            if isinstance(payload, Deployment):
                program = StoredProgram(payload.program, payload.edition, payload.owner, name)
                self.programs.setdefault(payload.parsed.id, program)
                self.keys.update((payload.parsed.id, f, key, name) for f, key in payload.verifying_keys)
            for operation in item.operations:
                place = (operation.program, operation.mapping)
                if operation.change is Change.INITIALIZE:
                    self.mappings.append(place)
                elif operation.key is not None:
                    value = None if operation.value is None else operation.value.to_bytes()
                    self.changes.append((block.height, name, *place, operation.key.to_bytes(), value))

    def compare(self, store: Store) -> list[Check]:
        """Return one check for each table."""
        return [
            Check("programs", self._programs_match(store), f"{len(self.programs)} programs"),
            Check("used ids", self.ids == store.all_ids(), f"{len(self.ids)} ids"),
            Check("mappings", self._mappings_match(store), f"{len(self.changes)} changes"),
        ]

    def _programs_match(self, store: Store) -> bool:
        try:
            stored = {name: store.program(name) for name in store.programs()}
        except AvmError:
            return False
        return stored == self.programs and self.keys == store.all_keys()

    def _mappings_match(self, store: Store) -> bool:
        return tuple(self.mappings) == store.mappings() and tuple(self.changes) == store.all_changes()
