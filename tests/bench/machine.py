"""Instructions and hashes a second, and the memory of a step, as a run records them.

Seconds are those of the processor: what else the machine does takes no part.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from avm.algebra import load_kernels
from avm.api import pipeline, workspace
from avm.program import parse
from avm.vm import Environment, RunConfig, execute, load
from tests.bench.figure import Figure

INPUTS = ["5u64", "3field", "true"]
BLOCKS, CALLS, HASHES = 500, 600, 500
HEAD = (
    "program bench.aleo;\n\n{closure}function main:\n    input r0 as u64.private;\n"
    "    input r1 as field.private;\n    input r2 as boolean.private;\n"
)
BLOCK = (
    "add.w {u} 7u64 into r{0}",
    "mul.w r{0} {u} into r{1}",
    "lt r{0} r{1} into r{2}",
    "ternary r{2} r{0} r{1} into r{3}",
    "cast r{3} into r{4} as field",
    "add r{4} {f} into r{5}",
    "mul r{5} r{4} into r{6}",
    "xor r{3} {u} into r{7}",
)
LEO = """program bench.aleo {
    fn main(public a: u64, f: field, c: bool) -> (u64, field) {
        let t: u64 = a;
        let g: field = f;
        for i: u64 in 0u64..500u64 {
            t = t.add_wrapped(i);
            let m: u64 = t < a ? t : a.mul_wrapped(t);
            g = (g + m as field) * f;
            t = m ^ t;
        }
        return (t, c ? g : f);
    }

    @noupgrade
    constructor() {}
}
"""
HASHED = (
    ("hash.psd2", "r1", "field"),
    ("hash.psd4", "r1", "field"),
    ("hash.psd8", "r1", "field"),
    ("hash.keccak256", "r1", "field"),
    ("hash.keccak256.native.raw", "r0", "[boolean; 256u32]"),
    ("hash.sha3_256", "r1", "field"),
    ("hash.bhp256", "r1", "field"),
)


def _block(register: int, integer: str, field: str) -> str:
    numbers = range(register, register + len(BLOCK))
    return "".join(f"    {line.format(*numbers, u=integer, f=field)};\n" for line in BLOCK)


def straight() -> str:
    """A function of simple instructions, each executed once."""
    text, integer, field = HEAD.format(closure=""), "r0", "r1"
    for number in range(BLOCKS):
        register = 3 + len(BLOCK) * number
        text += _block(register, integer, field)
        integer, field = f"r{register + 7}", f"r{register + 6}"
    return f"{text}    output {integer} as u64.private;\n"


def called() -> str:
    """A closure of simple instructions that is called often."""
    closure = (
        f"closure work:\n    input r0 as u64;\n    input r1 as field;\n{_block(2, 'r0', 'r1')}"
        "    output r9 as u64;\n    output r8 as field;\n\n"
    )
    pairs = [("r0", "r1"), *((f"r{3 + 2 * n}", f"r{4 + 2 * n}") for n in range(CALLS))]
    calls = [f"    call work {a} {b} into {c} {d};\n" for (a, b), (c, d) in pairwise(pairs)]
    return f"{HEAD.format(closure=closure)}{''.join(calls)}    output {pairs[-1][0]} as u64.private;\n"


def hashes(opcode: str, operand: str, result: str) -> str:
    """A function that hashes often."""
    lines = [f"    {opcode} {operand} into r{3 + n} as {result};\n" for n in range(HASHES)]
    return HEAD.format(closure="") + "".join(lines)


def _seconds(work: Callable[[], object], times: int = 5) -> float:
    best = float("inf")
    for _ in range(times):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def _run(environment: Environment) -> int:
    return len(execute(environment, "main", INPUTS, RunConfig()).steps)


def figures() -> Iterator[Figure]:
    """Instructions a second: the first run of a program, later ones, calls, the whole of a Leo program."""
    program = parse(straight())
    steps = _run(load(program))
    yield Figure(
        "straight function, loaded and run", steps / _seconds(lambda: _run(load(program))), "steps/s"
    )
    environment = load(program)
    _run(environment)
    yield Figure("straight function, run again", steps / _seconds(lambda: _run(environment)), "steps/s")
    calls = load(called())
    steps = _run(calls)
    yield Figure("closure called often", steps / _seconds(lambda: _run(calls)), "steps/s")
    with TemporaryDirectory() as folder:
        built = pipeline.build(_project(Path(folder)))
        steps = len(pipeline.run(built, "main", INPUTS).trace.steps)
        seconds = _seconds(lambda: pipeline.run(built, "main", INPUTS))
    yield Figure("Leo program, run and described", steps / seconds, "steps/s")
    tracemalloc.start()
    trace = execute(environment, "main", INPUTS, RunConfig())
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    yield Figure("memory of a trace", used / len(trace.steps), "bytes/step")
    load_kernels()
    for opcode, operand, result in HASHED:
        environment = load(hashes(opcode, operand, result))
        _run(environment)
        yield Figure(opcode, HASHES / _seconds(lambda e=environment: _run(e)), "hashes/s")


def _project(root: Path) -> workspace.Project:
    (root / "src").mkdir()
    (root / "src" / "main.leo").write_text(LEO, encoding="utf-8")
    (root / "program.json").write_text('{"program": "bench.aleo", "version": "0.1.0"}', encoding="utf-8")
    return workspace.open_project(root)
