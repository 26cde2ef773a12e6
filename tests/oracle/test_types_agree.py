"""The real engine loads the same programs as ours: one statement each, over operands of every kind of type.

Needs the native service; some 20 ms a program.
"""

from __future__ import annotations

import os
import random

import pytest

from avm.base.errors import AvmError
from avm.program import check, parse
from tests.oracle.native import Native
from tests.oracle.statements import LIB, all_ops, programs

pytestmark = pytest.mark.oracle
SEED = os.environ.get("AVM_SEED", "1")
FAMILIES = sorted({op.mnemonic.partition(".")[0] for op in all_ops()})
IMPORTS = {"lib.aleo": parse(LIB)}


def fault(text: str) -> str:
    """Why ours refuses a program, or the empty string."""
    try:
        check(parse(text), IMPORTS)
    except AvmError as failure:
        return failure.message
    return ""


@pytest.mark.parametrize("family", FAMILIES)
def test_a_program_is_refused_where_the_real_engine_refuses_it(native: Native, family: str) -> None:
    rng = random.Random(f"{SEED} {family}")
    for op in all_ops():
        if op.mnemonic.partition(".")[0] == family:
            for text in programs(op, rng):
                answer = native.ask("check_program", program=text, imports={"lib.aleo": LIB})
                refused = "" if answer["ok"] else str(answer["error"])
                assert bool(refused) is bool(fault(text)), (text[len(text) // 2 :], refused, fault(text))
