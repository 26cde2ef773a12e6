"""The real engine's ``execute`` of a small function beside our proof of the same, in one run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.bench.scale import best, measure, restored
from tests.bench.strings import bench_cache
from tests.bench.table import Cell, Table, ratio, scaled
from tests.oracle.client import Oracle, OracleAbsent, oracle_folder

PROGRAM = """program hello.aleo;

function main:
    input r0 as u32.public;
    input r1 as u32.private;
    add r0 r1 into r2;
    output r2 as u32.private;

constructor:
    assert.eq edition 0u16;
"""
INPUTS = ("5u32", "7u32")
THREADS = 2
RUNS = 2
LONG_S = 60.0
"""After an execution this long, on a busy machine, there is no further one."""
TARGET = 15.0
TITLE = "Beside the real engine"
COLUMNS = (
    "side",
    "what it contains",
    "elapsed, s",
    "scaled, s",
    "processor, s",
    "theirs / this",
    "processor, theirs / this",
)


def execute(runs: int = RUNS) -> dict[str, Any]:
    """Return the best elapsed and processor seconds of ``execute`` with cached keys in a warm process.

    The first call is not counted: it starts the engine, and makes the keys where none are cached. Raises
    OracleAbsent, and RuntimeError when the engine refuses.
    """
    folder = bench_cache() / "oracle"
    folder.mkdir(parents=True, exist_ok=True)
    request = {"op": "execute", "program": PROGRAM, "function": "main", "inputs": list(INPUTS), "edition": 0}
    walls, used = [], []
    with Oracle(folder, THREADS) as oracle:
        for number in range(runs + 1):
            before = oracle.processor_seconds()
            answer = oracle.ask(**request)
            after = oracle.processor_seconds()
            if not answer.get("ok"):
                raise RuntimeError(f"the oracle refuses: {answer.get('error')}")
            if number:
                walls.append(float(str(answer["ms"])) / 1e3)
                used.append(None if before is None or after is None else after - before)
                if walls[-1] > LONG_S:
                    break
    known = [seconds for seconds in used if seconds is not None]
    return {"wall": min(walls), "cpu": min(known) if known else None, "outputs": answer["outputs"]}


def our_function() -> dict[str, Any]:
    """Return seconds of our own flow for the same function: synthesis and a warm proof with a cached key."""
    from avm.api.accounts import LOCAL_SIGNER
    from avm.base.pool import Pool
    from avm.program import parse
    from avm.varuna.indexer import circuit_shape, index
    from avm.varuna.prover import prove
    from avm.varuna.version import CURRENT
    from avm.vm import RunConfig, execute, load
    from avm.vm.constrain import constrain
    from tests.bench.main_proof import timed
    from tests.bench.strings import string_for

    env = load(parse(PROGRAM), {})
    trace = execute(env, "main", list(INPUTS), RunConfig(signer=LOCAL_SIGNER), finalize=False)
    circuits = [timed(lambda: constrain(env, trace)) for _ in range(3)]
    system = circuits[0][0].system
    matrices, assignment = system.matrices(), system.assignment()
    srs = string_for(circuit_shape(matrices).info.highest_power)
    version = CURRENT
    with Pool(THREADS) as pool:
        key, _ = index(matrices, srs, num_variables=system.num_variables, pool=pool)
        proofs = [timed(lambda: prove(key, srs, assignment, version=version, pool=pool))[1] for _ in range(6)]
    return {
        "constraints": system.num_constraints,
        "wall": min(p["wall"] for p in proofs[1:]) + min(c["wall"] for _, c in circuits),
        "cpu": min(p["cpu"] for p in proofs[1:]) + min(c["cpu"] for _, c in circuits),
    }


def compare(main: Mapping[str, Any]) -> Table:
    """Return our proof of the main shape and of the bare function beside the real engine's execution."""
    try:
        oracle_folder()
    except OracleAbsent as absent:
        return Table(TITLE, COLUMNS, (), (f"skipped: {absent}",))
    small = our_function()
    before = measure()
    theirs = execute()
    scales = (best([before, measure()]), restored(main["product"]), before)
    sides: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
        ("real engine, WebAssembly", "authorization, synthesis, proof of the whole function", theirs),
        ("ours, main shape", "proof of a circuit with the whole function's counts", main["prove"]),
        ("ours, bare function", f"synthesis and proof of {small['constraints']} constraints", small),
    )
    rows: list[tuple[Cell, ...]] = []
    for (name, contents, took), scale in zip(sides, scales):
        cpu = took["cpu"]
        rows.append(
            (
                name,
                contents,
                took["wall"],
                scaled(took["wall"], scale.factor),
                cpu,
                ratio(theirs["wall"], took["wall"]),
                ratio(theirs["cpu"], cpu),
            )
        )
    notes = (
        f"theirs: execute of hello.aleo/main {' '.join(INPUTS)}, {THREADS} threads, cached keys, warm,",
        f"best of {RUNS}; its time holds authorization (signing) and synthesis too",
        "compared is the main shape: a generated circuit with exactly the counts of the real function's,",
        "request and response included; the synthesis of the real one is not in our time",
        "the bare function has inputs, instruction and output only, no request and response: less work",
        f"wanted: theirs / main shape at least {TARGET:.0f}, elapsed",
    )
    return Table(TITLE, COLUMNS, tuple(rows), notes)
