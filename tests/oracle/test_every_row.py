"""The real engine evaluates every row of every opcode on literals as ours: the same results, the same halts.

Needs the native service. Sixteen instructions that do not halt share a function. A halting one stands alone
and runs in the circuit too: the service lets overflows pass otherwise.
"""

from __future__ import annotations

import os
import random

import pytest

from avm.vm import RunConfig, execute, load
from tests.oracle.native import Native
from tests.oracle.rows import Line, lines, off_chain, program

pytestmark = pytest.mark.oracle
FAMILIES = sorted({op.mnemonic.partition(".")[0] for op in off_chain()})
SEED = os.environ.get("AVM_SEED", "1")


def ours(line: Line) -> str | None:
    """The result of an instruction as text, "" where it has none; None where it halts."""
    trace = execute(load(program([line])), "main", [], RunConfig())
    if not trace.ok:
        return None
    return plain(str(trace.outputs[0].value)) if trace.outputs else ""


def plain(text: str) -> str:
    return "".join(text.split())


def theirs(native: Native, *chosen: Line, quick: bool) -> list[str] | None:
    """The results in the real engine; None where one halts."""
    answer = native.ask("evaluate", program=program(chosen), function="main", inputs=[], quick=quick)
    return [plain(output["value"]) for output in answer["outputs"]] if answer["ok"] else None


@pytest.mark.parametrize("family", FAMILIES)
def test_an_instruction_gives_and_halts_as_in_the_real_engine(native: Native, family: str) -> None:
    rng = random.Random(f"{SEED} {family}")
    chosen = [
        line
        for op in off_chain()
        if op.mnemonic.partition(".")[0] == family
        for line in lines(op, rng, 1 if family == "hash" else 2)
    ]
    found = [(line, ours(line)) for line in chosen]
    valued = [(line, result) for line, result in found if result]
    for start in range(0, len(valued), 16):
        group = valued[start : start + 16]
        assert theirs(native, *(line for line, _ in group), quick=True) == [result for _, result in group]
    rest = {(line.op.mnemonic, line.made, result): line for line, result in found if not result}
    for (_, _, result), line in rest.items():
        assert (theirs(native, line, quick=False) is None) is (result is None), line.text
