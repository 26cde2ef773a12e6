"""Whole executions, authorized to verified, beside the real engine as native code where it is here.

Both sides run in turn, so that what else the machine does falls on both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from avm.account.account import LOCAL_SIGNER
from avm.account.keys import PrivateKey
from avm.algebra import load_kernels
from avm.base.consensus import Rules
from avm.ledger.authorize import AuthorizedRun, authorize
from avm.ledger.execution_check import verify_execution
from avm.ledger.network import Execution
from avm.ledger.proving import prove_execution, transition_instances
from avm.program import parse
from avm.storage.network_keys import ChainKeys, credits_program
from avm.storage.network_proving import CachedKeys
from avm.storage.parameters import Parameters
from avm.varuna.indexer import circuit_shape
from avm.varuna.prover import prove_batch
from avm.vm.environment import Environment, load
from tests.bench.oracle import PROGRAM
from tests.bench.strings import bench_cache, string_for
from tests.bench.table import Cell, Table, ratio
from tests.oracle.client import OracleAbsent
from tests.oracle.native import Native

ROUNDS = 3
HEIGHT = 23_000_000
"""A height under the newest rules: Varuna V3."""
STATE_ROOT = 5
LARGEST = 1 << 17
"""Entries of a matrix for which keys are still made here."""
KEY_TEXT = "APrivateKey1zkp3XshQZJTDMzZ965GFYaPNLeEUjrUR9fjtRGwmhDoZTzQ"
"""The key of the documentation's account, which signs local runs."""
CALLEE = """program inner.aleo;

function twice:
    input r0 as u32.private;
    add r0 r0 into r1;
    output r1 as u32.private;

constructor:
    assert.eq edition 0u16;
"""
COLUMNS = (
    "what",
    "constraints",
    "ours, s",
    "ours, processor s",
    "native, s",
    "native, processor s",
    "native / ours",
)


@dataclass(frozen=True)
class Case:
    """A call to execute.

    ``native`` says whether the real engine has the powers for its keys, ``spends`` whether it spends records.
    """

    title: str
    program: str
    function: str
    inputs: tuple[str, ...]
    imports: dict[str, str] = field(default_factory=dict)
    native: bool = True
    spends: bool = False


def _tree(calls: int) -> str:
    """A function that calls another one often, each call with the result of the last."""
    lines = [f"    call inner.aleo/twice r{n} into r{n + 1};\n" for n in range(calls)]
    head = "import inner.aleo;\n\nprogram outer.aleo;\n\nfunction main:\n    input r0 as u32.private;\n"
    tail = f"    output r{calls} as u32.private;\n\nconstructor:\n    assert.eq edition 0u16;\n"
    return head + "".join(lines) + tail


def _hash() -> str:
    head = "program hash.aleo;\n\nfunction main:\n    input r0 as [u8; 32u32].private;\n"
    made = "    hash.keccak256.native.raw r0 into r1 as [boolean; 256u32];\n"
    return f"{head}{made}    output r1 as [boolean; 256u32].private;\n"


def cases() -> list[Case]:
    """The calls that are measured, small ones first."""
    me = LOCAL_SIGNER
    record = (
        f"{{ owner: {me}.private, microcredits: 9u64.private, _nonce: 0group.public, _version: 1u8.public }}"
    )
    credits = str(credits_program())
    return [
        Case("hello", PROGRAM, "main", ("5u32", "7u32")),
        Case("credits/transfer_public", credits, "transfer_public", (me, "3u64")),
        Case(
            "credits/transfer_private",
            credits,
            "transfer_private",
            (record, me, "3u64"),
            native=False,
            spends=True,
        ),
        Case("ten calls", _tree(10), "main", ("1u32",), {"inner.aleo": CALLEE}, native=False),
        Case("Keccak-256 of 32 bytes", _hash(), "main", (f"[{', '.join(['7u8'] * 32)}]",), native=False),
    ]


@dataclass
class Clock:
    """The best elapsed and processor seconds of each part of the work."""

    best: dict[str, tuple[float, float]] = field(default_factory=dict)

    def time(self, what: str, work: Callable[[], Any]) -> Any:
        """Return what the work returns, and keep its time if it is the best so far."""
        wall, used = time.perf_counter(), time.process_time()
        result = work()
        self.keep(what, time.perf_counter() - wall, time.process_time() - used)
        return result

    def keep(self, what: str, wall: float, used: float) -> None:
        """Keep a time if it is the best so far."""
        before = self.best.get(what, (wall, used))
        self.best[what] = min(before[0], wall), min(before[1], used)


class Ours:
    """A case on our side: circuits and keys are made at the first round, then kept."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case, self.clock, self.rules = case, Clock(), Rules(22)
        self.env: Environment = load(parse(case.program), case.imports)
        self.key = PrivateKey.parse(KEY_TEXT)
        systems = self.clock.time("first synthesis", lambda: self._systems(self._authorize()))
        self.constraints = sum(each.num_constraints for each in systems)
        shapes = [circuit_shape(each.matrices()) for each in systems]
        self.power = max(shape.info.highest_power for shape in shapes)
        self.keys: CachedKeys | None = None
        if max(each.num_private for each in systems) < LARGEST:
            srs = string_for(self.power)
            self.keys = CachedKeys(Parameters(folder), srs)
            self.clock.time("keys", lambda: [self.keys.key_of(each) for each in systems])

    def _authorize(self) -> AuthorizedRun:
        return authorize(self.env, self.case.function, self.case.inputs, self.key)

    def _systems(self, run: AuthorizedRun) -> list[Any]:
        return [made.system for made in transition_instances(self.env, run)]

    def round(self) -> None:
        """Authorize, compute the witness, and where there are keys prove and verify."""
        run = self.clock.time("authorize", self._authorize)
        self.clock.time("witness", lambda: [each.assignment() for each in self._systems(run)])
        if self.keys is not None and self.case.spends:
            self.clock.time("prove", lambda: self._prove_transitions(run))
        elif self.keys is not None:
            self.clock.time("execute", self._execute)

    def _prove_transitions(self, run: AuthorizedRun) -> None:
        """Prove all but that the records which are spent stand on a chain."""
        assert self.keys is not None
        systems = self._systems(run)
        prove_batch([(self.keys.key_of(each), [each.assignment()]) for each in systems], self.keys.srs)

    def _execute(self) -> None:
        assert self.keys is not None
        run = self._authorize()
        proved = self.clock.time("prove", lambda: self._prove(run))
        known = {
            m.name[1:]: self.keys.key_of(m.system).verifying_key for m in transition_instances(self.env, run)
        }
        keys, verifier = ChainKeys(self.rules, known), self.keys.srs.verifier()
        self.clock.time(
            "verify", lambda: verify_execution(proved, self.env.programs, keys, verifier, self.rules)
        )

    def _prove(self, run: AuthorizedRun) -> Execution:
        assert self.keys is not None
        return prove_execution(self.env, run, STATE_ROOT, self.keys, self.rules)


class Theirs:
    """A case on the real engine's side; ``execute`` reads its key from the disk each time."""

    def __init__(self, case: Case, native: Native) -> None:
        self.case, self.native, self.clock = case, native, Clock()
        self.request = {
            "program": case.program,
            "function": case.function,
            "inputs": list(case.inputs),
            "private_key": KEY_TEXT,
            "block_height": HEIGHT,
        }
        self._ask("keys", "synthesize", self.request)
        self._ask("", "execute", {**self.request, "keep_proving_key": True})

    def _ask(self, what: str, op: str, request: dict[str, Any]) -> None:
        before, used = time.perf_counter(), self.native.processor_seconds()
        answer = self.native.ask(op, **request)
        if not answer.get("ok"):
            raise RuntimeError(f"the real engine refuses {op}: {answer.get('error')}")
        if what:
            now = self.native.processor_seconds()
            self.clock.keep(what, time.perf_counter() - before, now - used)

    def round(self) -> None:
        """Authorize and execute, with the key that is kept."""
        self._ask("authorize", "evaluate", {**self.request, "quick": True})
        self._ask("execute", "execute", {**self.request, "keep_proving_key": True})


def tables() -> Iterator[Table]:
    """Measure every case, both sides in turn."""
    load_kernels()
    with ExitStack() as stack:
        note = "native runs the same calls, in turn with ours, on two threads"
        native = None
        try:
            native = stack.enter_context(Native(bench_cache() / "native", threads=2))
        except OracleAbsent as absent:
            note = f"native: {absent}"
        for case in cases():
            ours = Ours(case, Path(stack.enter_context(TemporaryDirectory())))
            theirs = Theirs(case, native) if native is not None and case.native else None
            for _ in range(ROUNDS):
                ours.round()
                if theirs is not None:
                    theirs.round()
            yield _table(ours, theirs, note)


def _table(ours: Ours, theirs: Theirs | None, note: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for what, (wall, used) in ours.clock.best.items():
        other = theirs.clock.best.get(what) if theirs is not None else None
        reference = other or (None, None)
        rows.append((what, ours.constraints, wall, used, *reference, ratio(reference[1], used)))
    notes = (
        note,
        "best of the rounds; execute is all from authorizing to verified; the ratio is of processor time",
    )
    return Table(ours.case.title, COLUMNS, tuple(rows), notes)
