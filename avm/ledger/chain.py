"""The local chain: it checks transactions, puts them into blocks, and answers for every hash in them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from avm.base.errors import StoreError, Unsupported
from avm.base.json_value import JsonObject
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.data.plaintext import Plaintext
from avm.ledger import block as blocks
from avm.ledger.audit import audit
from avm.ledger.block import Block, Confirmed
from avm.ledger.expected_public_inputs import expected_public_inputs
from avm.ledger.finalize import Finalizer, FindProgram, run_public_code
from avm.ledger.ids import Kind, id_text
from avm.ledger.operations import Operation
from avm.ledger.rejection import Reason, rejected
from avm.ledger.report import LedgerCheck
from avm.ledger.state import MAX_TRANSITIONS, Metadata
from avm.ledger.store import Store, StoredProgram, transaction_ids
from avm.ledger.transaction import Deployment, Execution, Transaction
from avm.vm.environment import BlockContext

_END_OF_TIME = 1 << 63


class Verifier(Protocol):
    """Checks proofs and keys, each by itself; what is wrong is raised as VerifyError."""

    def execution(self, execution: Execution) -> None:
        """Check the proof for its public inputs; that these are the transition's the ledger has checked."""
        ...

    def deployment(self, deployment: Deployment, find: FindProgram) -> None:
        """Check that the verifying keys are those of the program's functions; ``find`` knows its imports."""
        ...


class _Pending:
    """Storage and programs as the transactions of a block under construction leave them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._values: dict[tuple[str, str, Plaintext], Plaintext | None] = {}
        self._programs: dict[str, StoredProgram] = {}
        self._keys: dict[tuple[str, str], bytes] = {}
        self._ids: set[str] = set()

    def get(self, program: str, mapping: str, key: Plaintext) -> Plaintext | None:
        """Return the value stored under ``key``, or None."""
        place = (program, mapping, key)
        return self._values[place] if place in self._values else self._store.get(program, mapping, key)

    def entries(self, program: str, mapping: str) -> list[tuple[Plaintext, Plaintext]]:
        """Return keys and values of a mapping, oldest key first."""
        merged: dict[Plaintext, Plaintext | None] = dict(self._store.entries(program, mapping))
        merged.update({k: v for (p, m, k), v in self._values.items() if (p, m) == (program, mapping)})
        return [(key, value) for key, value in merged.items() if value is not None]

    def program(self, name: str) -> StoredProgram | None:
        """Return a deployed program, or None."""
        return self._programs.get(name) or self._store.program(name)

    def key(self, program: str, function: str) -> bytes | None:
        """Return the verifying key of a function, or None."""
        return self._keys.get((program, function)) or self._store.verifying_key(program, function)

    def used(self, name: str) -> bool:
        """Whether an id was used in the chain or earlier in the block."""
        return name in self._ids or self._store.used(name)

    def apply(self, transaction: Transaction, operations: Sequence[Operation]) -> None:
        """Take over what an accepted transaction brings."""
        self._ids.update(name for name, _ in transaction_ids(transaction))
        payload = transaction.payload
        if isinstance(payload, Deployment):
            name = payload.parsed.id
            stored = StoredProgram(payload.program, payload.edition, payload.owner, transaction.id_text)
            self._programs.setdefault(name, self._store.program(name) or stored)
            self._keys.update({(name, function): key for function, key in payload.verifying_keys})
        for operation in operations:
            if operation.key is not None:
                self._values[operation.program, operation.mapping, operation.key] = operation.value


class Ledger:
    """A chain of blocks in one file, or in memory; one block at a time is added, from any thread."""

    def __init__(
        self,
        path: Path | None,
        verifier: Verifier,
        finalizer: Finalizer = run_public_code,
        *,
        create: bool = True,
        write: bool = True,
    ) -> None:
        """Open the chain at ``path``, or make it with the genesis block; in memory without a path.

        Without ``create`` an absent file is refused, without ``write`` the file is only read.

        Raises:
            StoreError: the file is damaged, foreign or cannot be used.
        """
        self._verifier = verifier
        self._finalizer = finalizer
        self._lock = threading.RLock()
        self.store = Store(path, blocks.genesis, create=create, write=write)
        try:
            if self.store.block(0).hash_text != blocks.GENESIS_HASH:
                raise rejected(Reason.LINK, "the ledger begins with another genesis block")
        except BaseException:
            self.store.close()
            raise

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            self.store.close()

    @property
    def height(self) -> int:
        """The height of the newest block."""
        return self.store.height

    @property
    def state_root(self) -> str:
        """The state root after the newest block."""
        return id_text(Kind.STATE_ROOT, self.store.tree.root)

    def block(self, height: int) -> Block:
        """Return a block; StoreError when there is none."""
        return self.store.block(height)

    def changes(self, block: Block) -> Iterator[tuple[Transaction, list[tuple[Operation, Plaintext | None]]]]:
        """Yield each transaction of a block with its operations, each with the value that it replaced."""
        now: dict[tuple[str, str, Plaintext], Plaintext | None] = {}
        for confirmed in block.transactions:
            found: list[tuple[Operation, Plaintext | None]] = []
            for operation in confirmed.operations:
                before = None
                if operation.key is not None:
                    place = (operation.program, operation.mapping, operation.key)
                    before = now[place] if place in now else self.store.get(*place, block.height - 1)
                    now[place] = operation.value
                found.append((operation, before))
            yield confirmed.transaction, found

    def export(self, start: int = 0, count: int | None = None) -> list[JsonObject]:
        """Return blocks as JSON values, all from ``start`` on unless a count is given."""
        end = self.height + 1 if count is None else min(start + count, self.height + 1)
        return [self.block(height).to_json() for height in range(start, end)]

    # --- growing

    def advance(self, transactions: Sequence[Transaction], timestamp: int | None = None) -> Block:
        """Check transactions, run their public code, and append the block that holds them.

        The time is now unless given, and always later than the block before.

        Raises:
            VerifyError: a transaction is refused; the code tells the reason, and nothing was changed.
            StoreError: the block cannot be written; nothing was changed.
        """
        with self._lock:
            block = self._next(transactions, _seconds(timestamp))
            self.store.append(block)
            return block

    def add(self, block: Block) -> None:
        """Append a block that was made elsewhere, after checking all of it.

        Raises:
            VerifyError: the block does not follow the newest one, or something in it is wrong.
            StoreError: the block cannot be written; nothing was changed.
        """
        with self._lock:
            last = self.store.block(self.height)
            metadata = block.header.metadata
            if block.header.previous_state_root != self.store.tree.root:
                raise rejected(
                    Reason.PREVIOUS_ROOT,
                    "the block was made for another state: its previous state root is not that of the chain",
                    hint=f"The chain is at height {self.height} with the root {self.state_root}.",
                )
            if block.previous_hash != last.hash or block.height != last.height + 1:
                raise rejected(Reason.LINK, f"block {block.height} does not follow block {last.height}")
            if block.timestamp <= last.timestamp:
                raise rejected(Reason.LINK, f"block {block.height} is not later than the block before it")
            made = self._next([item.transaction for item in block.transactions], block.timestamp)
            if metadata != made.header.metadata:
                raise rejected(Reason.LINK, f"the metadata of block {block.height} is wrong")
            if block.hash != made.hash or block.transactions != made.transactions:
                raise rejected(Reason.LINK, f"the content of block {block.height} is not what it commits to")
            self.store.append(made)

    def check(self, transaction: Transaction) -> None:
        """Raise VerifyError if the next block could not hold the transaction; nothing is changed."""
        with self._lock:
            self._next([transaction], _seconds(None))

    def next_context(self, timestamp: int | None = None) -> BlockContext:
        """Return the surroundings in which the next block's public code runs."""
        last = self.store.block(self.height)
        moment = _seconds(max(_seconds(timestamp), last.timestamp + 1))
        return _context(blocks.next_metadata(last.header.metadata, moment), last.hash)

    def _next(self, transactions: Sequence[Transaction], timestamp: int) -> Block:
        last = self.store.block(self.height)
        metadata = blocks.next_metadata(last.header.metadata, _seconds(max(timestamp, last.timestamp + 1)))
        context = _context(metadata, last.hash)
        pending = _Pending(self.store)
        confirmed = []
        for transaction in transactions:
            self._check(transaction, pending)
            operations = self._finalizer(transaction, pending.program, pending, context)
            pending.apply(transaction, operations)
            confirmed.append(Confirmed(transaction, operations))
        return blocks.make_block(last.hash, self.store.tree.root, metadata, confirmed)

    def _check(self, transaction: Transaction, pending: _Pending) -> None:
        for name, kind in transaction_ids(transaction):
            if pending.used(name):
                raise rejected(Reason.DOUBLE_USE, f"the {kind} {name.split()[-1]} was used before")
        if isinstance(transaction.payload, Deployment):
            self._check_deployment(transaction.payload, pending)
        else:
            self._check_execution(transaction.payload, pending)

    def _check_deployment(self, deployment: Deployment, pending: _Pending) -> None:
        program = deployment.parsed
        if str(program) != deployment.program:
            raise rejected(Reason.DEPLOYMENT, f"the text of {program.id} is not in its canonical form")
        if not 0 < len(program.functions) <= MAX_TRANSITIONS:
            raise rejected(Reason.DEPLOYMENT, f"a program has 1 to {MAX_TRANSITIONS} functions")
        functions = [function for function, _ in deployment.verifying_keys]
        if len(set(functions)) != len(functions) or not set(functions) <= set(program.functions):
            raise rejected(Reason.DEPLOYMENT, f"the verifying keys are not of functions of {program.id}")
        if functions != [name for name in program.functions if name in functions]:
            raise rejected(Reason.DEPLOYMENT, "the verifying keys are not in the order of the functions")
        stored = pending.program(program.id)
        if stored is not None:
            self._check_amendment(deployment, stored, functions, pending)
        elif deployment.edition != 0:
            raise rejected(Reason.DEPLOYMENT, f"a new program has edition 0, not {deployment.edition}")
        for name in program.imports:
            if pending.program(name) is None:
                raise rejected(Reason.UNKNOWN_PROGRAM, f"{program.id} imports {name}, which is not deployed")
        if not deployment.is_signed:
            raise rejected(Reason.DEPLOYMENT, f"the owner of {program.id} did not sign the deployment")
        self._verifier.deployment(deployment, pending.program)

    def _check_amendment(
        self, deployment: Deployment, stored: StoredProgram, functions: list[str], pending: _Pending
    ) -> None:
        name = deployment.parsed.id
        if (stored.source, stored.edition) != (deployment.program, deployment.edition):
            raise rejected(
                Reason.DEPLOYMENT,
                f"{name} is deployed already, with another text",
                hint="Give the program another name, or start a new ledger.",
            )
        if not functions or any(pending.key(name, function) is not None for function in functions):
            raise rejected(Reason.DOUBLE_USE, f"{name} is deployed already")

    def _check_execution(self, execution: Execution, pending: _Pending) -> None:
        if len(execution.transitions) != 1:
            raise Unsupported(
                "executions with several transitions are not built yet",
                hint="The proof of an execution covers one call; commit runs of a program's own functions.",
            )
        root = id_text(Kind.STATE_ROOT, execution.state_root)
        if not self.store.knows_state_root(root):
            raise rejected(
                Reason.PREVIOUS_ROOT,
                f"the transaction was made for another chain: it never had the state root {root}",
            )
        (called,) = execution.transitions
        if pending.program(called.program) is None:
            raise rejected(Reason.UNKNOWN_PROGRAM, f"{called.program} is not deployed")
        key = pending.key(called.program, called.function)
        if key is None:
            raise rejected(
                Reason.UNKNOWN_PROGRAM, f"{called.program} has no verifying key for {called.function}"
            )
        # Only now: names that no program can have have no id either.
        called.check()
        called.check_texts()
        if key != execution.proof.verifying_key:
            raise rejected(
                Reason.PROOF,
                f"the proof is not under the verifying key of {called.program}/{called.function}",
                hint="The ledger has the program with another text: give the changed program another name, "
                "or use another ledger.",
            )
        if execution.proof.public_inputs != expected_public_inputs(execution, pending.program):
            raise rejected(
                Reason.PROOF,
                f"the proof is of other public values than this call of {called.program}/{called.function}",
            )
        if not execution.is_signed:
            raise rejected(
                Reason.FORM,
                f"the call of {called.program}/{called.function} is not what its transition key signed",
            )
        self._verifier.execution(execution)

    # --- answering

    def verify_chain(
        self, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None, *, proofs: bool = False
    ) -> tuple[LedgerCheck, ...]:
        """Put every block into an empty ledger again, under all rules, and compare all rows with its own.

        With ``proofs`` every proof and every verifying key is checked again too, each by itself. The answer
        is of the moment of the call; blocks may be added meanwhile.
        """
        progress.stage("Verify the chain")
        try:
            source = self.store.snapshot()
        except StoreError as error:
            return (LedgerCheck("file", False, error.message),)
        verifier = self._verifier if proofs else _Unproved()
        follower = Ledger(None, verifier, self._finalizer)
        try:
            return tuple(audit(source, follower, progress, cancel))
        finally:
            follower.close()
            source.close()


class _Unproved:
    """Takes every proof and key as it is."""

    def execution(self, execution: Execution) -> None:
        """Check nothing."""

    def deployment(self, deployment: Deployment, find: FindProgram) -> None:
        """Check nothing."""


def _seconds(timestamp: int | None) -> int:
    """Return the time of the clock, or the one given; StoreError when no block can have it."""
    moment = time.time() if timestamp is None else timestamp
    if not 0 <= moment < _END_OF_TIME:
        raise StoreError(
            f"no block can have the time {moment:.6g}: it lies outside 63 bits of seconds since 1970",
            hint="Set the clock of this machine.",
        )
    return int(moment)


def _context(metadata: Metadata, previous_hash: int) -> BlockContext:
    seed = blocks.random_seed(metadata, previous_hash)
    return BlockContext(metadata.height, metadata.timestamp, metadata.network, seed)
