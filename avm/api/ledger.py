"""The local ledger for user interfaces: commits proved runs and answers in plain data."""

from __future__ import annotations

from pathlib import Path

from avm.account.address import address_text
from avm.api import views
from avm.api.artifacts import Proved
from avm.base.errors import VerifyError
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.data.plaintext import Plaintext, parse_plaintext
from avm.data.value import inline
from avm.ledger.block import Block
from avm.ledger.building import deployments_for, execution_of
from avm.ledger.chain import Ledger
from avm.ledger.finalize import check_key
from avm.ledger.ids import Kind, id_text
from avm.ledger.operations import Operation
from avm.ledger.paths import StatePath, hash_text, transaction_path
from avm.ledger.store import Store, ValueChange
from avm.ledger.transaction import Execution, Proof, Transaction
from avm.ledger.transition import Part, Transition
from avm.ledger.verifier import LedgerVerifier
from avm.storage.parameters import Parameters
from avm.vm.environment import BlockContext

HIDDEN = ("private", "record", "external_record")


class LedgerSession:
    """An open ledger. Every call is safe from any thread; ``close`` may be called twice."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @classmethod
    def open(
        cls,
        path: Path | str,
        parameters: Parameters | None = None,
        *,
        create: bool = True,
        write: bool = True,
    ) -> LedgerSession:
        """Open the ledger in a file, or create it unless ``create`` is unset; without ``write`` only read it.

        A ledger in a place that cannot be written is opened for reading; ``obstacle`` then says why.
        ``StoreError`` when the file is damaged, foreign or cannot be used; it is then left as it is.
        """
        verifier = LedgerVerifier(parameters or Parameters())
        return cls(Ledger(Path(path), verifier, create=create, write=write))

    @property
    def obstacle(self) -> str:
        """Why blocks cannot be added to this ledger; empty when they can."""
        return self._ledger.store.obstacle

    def close(self) -> None:
        """Close the ledger's file."""
        self._ledger.close()

    # --- state ------------------------------------------------------------------------------------------

    @property
    def height(self) -> int:
        """Height of the newest block; genesis is 0."""
        return self._ledger.height

    @property
    def state_root(self) -> str:
        """The state root after the newest block, ``sr1...``."""
        return self._ledger.state_root

    def finalize_store(self) -> Store:
        """The storage of mappings that a run reads."""
        return self._ledger.store

    def next_context(self) -> BlockContext:
        """The surroundings in which the next block's public code runs."""
        return self._ledger.next_context()

    def blocks(self, start: int = 0, count: int | None = None) -> tuple[views.BlockView, ...]:
        """Blocks from ``start`` upwards."""
        end = self.height + 1 if count is None else min(start + count, self.height + 1)
        return tuple(self._block_view(self._ledger.block(h)) for h in range(max(0, start), end))

    def _block_view(self, block: Block) -> views.BlockView:
        return views.BlockView(
            block.height,
            block.hash_text,
            id_text(Kind.BLOCK, block.previous_hash),
            id_text(Kind.STATE_ROOT, block.header.previous_state_root),
            self._ledger.store.state_root(block.height),
            block.timestamp,
            tuple(
                _transaction_view(transaction, tuple(_write(*change) for change in changes))
                for transaction, changes in self._ledger.changes(block)
            ),
        )

    # --- mappings ---------------------------------------------------------------------------------------

    def mappings(self) -> tuple[views.MappingView, ...]:
        """All mappings as they are."""
        at = self.height
        return tuple(self._mapping_view(p, m, at) for p, m in self._ledger.store.mappings())

    def _mapping_view(self, program: str, name: str, height: int) -> views.MappingView:
        entries = tuple(
            views.EntryView(
                inline(key),
                inline(change.value),
                change.height,
                self._caller(change),
                change.height == height,
            )
            for key, change in self._ledger.store.changes(program, name, height)
            if change.value is not None
        )
        return views.MappingView(program, name, entries)

    def _caller(self, change: ValueChange) -> str:
        """Name of the function whose transaction made a change."""
        place = self._ledger.store.place(change.transaction_id)
        if place is None:
            return ""
        transaction = self._ledger.block(place[0]).transactions[place[1]].transaction
        return _function_of(transaction)

    def mapping_history(self, program: str, mapping: str, key: str) -> tuple[views.EntryView, ...]:
        """Every value a key has had, the oldest first; None where it was removed.

        ``StoreError`` when the ledger has no such program or mapping, ``CheckFailure`` when the key is of
        another type.
        """
        value = parse_plaintext(key)
        check_key(self._ledger.store, program, mapping, value)
        changes = self._ledger.store.history(program, mapping, value)
        return tuple(
            views.EntryView(key, None if c.value is None else inline(c.value), c.height, self._caller(c))
            for c in changes
        )

    def entry_heights(self) -> dict[tuple[str, str, str], int]:
        """Height at which each live entry was set, by program, mapping and key text."""
        return {
            (m.program, m.name, e.key): e.height
            for m in self.mappings()
            for e in m.entries
            if e.height is not None
        }

    # --- Merkle paths -----------------------------------------------------------------------------------

    def merkle_path(
        self, transaction_id: str, transition: int | None = None, part: int | None = None
    ) -> views.MerkleView:
        """The path of a transaction, a transition in it, or that one's input or output, to the state root."""
        return _merkle_view(transaction_path(self._ledger, transaction_id, transition, part))

    def tampered_path(
        self, transaction_id: str, transition: int | None = None, part: int | None = None
    ) -> views.MerkleView:
        """The same path recomputed from a leaf that is one larger: it no longer leads to the state root."""
        path = transaction_path(self._ledger, transaction_id, transition, part)
        return _merkle_view(path.recompute(leaf=path.leaf + 1))

    # --- checking and growing ---------------------------------------------------------------------------

    def verify(
        self, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None, *, proofs: bool = False
    ) -> tuple[views.LedgerCheck, ...]:
        """Recompute every id, root, hash and row; with ``proofs`` verify every proof and key again."""
        return self._ledger.verify_chain(progress, cancel, proofs=proofs)

    def commit(self, proved: Proved) -> views.CommitView:
        """Put a proved run into the next block, with the deployment of its program when it is new here.

        A refusal is data. ``StoreError`` when the file cannot be written; the ledger is then unchanged.
        """
        before = self.state_root
        *deployments, execution = self.transactions(proved)
        try:
            block = self._ledger.advance([*deployments, execution])
        except VerifyError as error:
            return views.CommitView(
                False, execution.id_text, self.height, before, before, f"{error.message} ({error.code})"
            )
        return views.CommitView(True, execution.id_text, block.height, before, self.state_root)

    def transactions(self, proved: Proved) -> list[Transaction]:
        """What a commit of a proved run puts into the next block: deployments that it needs, then itself."""
        ran, key = proved.constrained.ran, proved.proving_key.verifying_key.to_bytes()
        program, trace = ran.built.program, ran.trace
        assert program is not None
        proof = Proof(
            proved.proof.to_bytes(),
            proved.version,
            key,
            proved.public_inputs,
            proved.view.circuit_id,
            proved.view.srs_digest,
        )
        execution = execution_of(program, trace, proof, self.state_root)
        imports = ran.built.imports.values()
        return [*deployments_for(self._ledger, program, imports, trace.function, key), execution]


def _function_of(transaction: Transaction) -> str:
    payload = transaction.payload
    return payload.transitions[-1].function if isinstance(payload, Execution) else "constructor"


def _transaction_view(
    transaction: Transaction, operations: tuple[views.MappingWrite, ...]
) -> views.TransactionView:
    payload = transaction.payload
    if isinstance(payload, Execution):
        root = payload.transitions[-1]
        return views.TransactionView(
            transaction.id_text,
            transaction.kind,
            root.program,
            root.function,
            "accepted",
            tuple(_transition_view(t, payload.notes()) for t in payload.transitions),
            operations,
            len(payload.proof.data),
            payload.proof.srs,
            "" if payload.signer is None else address_text(payload.signer),
        )
    return views.TransactionView(
        transaction.id_text, transaction.kind, payload.parsed.id, "", "accepted", (), operations
    )


def _transition_view(transition: Transition, notes: list[str]) -> views.TransitionView:
    sides = (("input", transition.inputs), ("output", transition.outputs))
    hidden = (f"{side} {n}" for side, parts in sides for n, p in enumerate(parts, 1) if p.kind in HIDDEN)
    return views.TransitionView(
        transition.id_text,
        transition.program,
        transition.function,
        tuple(_part_text(p) for p in transition.inputs),
        tuple(_part_text(p) for p in transition.outputs),
        tuple(notes),
        tuple(hidden),
    )


def _part_text(part: Part) -> str:
    return f"{part.value}.{part.kind}" if part.value else part.kind


def _write(operation: Operation, before: Plaintext | None) -> views.MappingWrite:
    return views.MappingWrite(
        operation.change.name.lower(),
        operation.program,
        operation.mapping,
        "" if operation.key is None else inline(operation.key),
        None if before is None else inline(before),
        None if operation.value is None else inline(operation.value),
    )


def _merkle_view(path: StatePath) -> views.MerkleView:
    levels = tuple(
        views.MerkleLevel(
            h.tree,
            h.level,
            f"{h.left}field",
            "" if h.kind == "leaf" else f"{h.right}field",
            hash_text(h),
            h.side,
            h.kind,
        )
        for h in path.hops
    )
    return views.MerkleView(
        f"{path.leaf}field",
        path.name,
        levels,
        id_text(Kind.STATE_ROOT, path.computed_root),
        id_text(Kind.STATE_ROOT, path.root),
        path.valid,
    )
