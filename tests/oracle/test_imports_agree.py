"""The real engine follows names through imports as ours: types of programs that are not imported by name.

Needs the native service; some 20 ms a program.
"""

from __future__ import annotations

import itertools

import pytest

from avm.base.errors import AvmError
from avm.program import check, parse
from tests.oracle.native import Native

pytestmark = pytest.mark.oracle
DEEP = """program deep.aleo;
struct d:
    x as u8;
mapping m:
    key as u8.public;
    value as d.public;
function f:
    input r0 as d.private;
    output r0 as d.private;
"""
MID = """import deep.aleo;
program mid.aleo;
struct h:
    d as deep.aleo/d;
record k:
    owner as address.private;
    h as h.private;
    d as deep.aleo/d.private;
mapping m:
    key as deep.aleo/d.public;
    value as h.public;
function f:
    input r0 as h.private;
    output r0.d as deep.aleo/d.private;
"""
OWN = ["", "struct d:\n    x as u8;\n"]
TYPES = ["d", "deep.aleo/d", "mid.aleo/h", "top.aleo/d", "[deep.aleo/d; 1u32]", "[mid.aleo/h; 1u32]"]
LINES = [
    "add r0.d.x 1u8 into r1;",
    "is.eq r0.d r0.d into r1;",
    "is.eq r0 r0 into r1;",
    "hash.psd2 r0.d into r1 as field;",
    *(f"cast 1u8 into r1 as {t};" for t in TYPES),
    *(f"cast r0 into r1 as {t};" for t in TYPES),
    *(f"cast r0.d into r1 as {t};" for t in TYPES),
    *(f"cast 1u8 into r1 as d;\n    cast r1 into r2 as {t};" for t in TYPES),
    *(f"cast 1u8 into r1 as deep.aleo/d;\n    cast r1 into r2 as {t};" for t in TYPES),
]
FUNCTION_ONLY = [
    "call mid.aleo/f r0 into r1;",
    "call mid.aleo/f r0 into r1;\n    add r1.x 1u8 into r2;",
    "call deep.aleo/f r0.d into r1;",
    "output r0 as mid.aleo/h.private;",
    "output r0.d as deep.aleo/d.private;",
    "output r0.d as d.private;",
]
CHAIN_ONLY = [
    "get deep.aleo/m[1u8] into r1;",
    "get mid.aleo/m[r0.d] into r1;",
    "cast 1u8 into r1 as d;\n    contains mid.aleo/m[r1] into r2;",
]
GIVEN = ["mid.aleo/h", "mid.aleo/k.record", "deep.aleo/d"]


def function(given: str, line: str) -> str:
    shown = given if given.endswith("record") else f"{given}.private"
    return f"function main:\n    input r0 as {shown};\n    {line}\n"


def finalize(given: str, line: str) -> str:
    return (
        f"function main:\n    input r0 as {given}.public;\n    async main r0 into r1;\n"
        "    output r1 as top.aleo/main.future;\nfinalize main:\n"
        f"    input r0 as {given}.public;\n    {line}\n"
    )


BODIES = [
    *(function(g, line) for g, line in itertools.product(GIVEN, [*LINES, *FUNCTION_ONLY])),
    *(finalize(g, line) for g, line in itertools.product(GIVEN[::2], [*LINES, *CHAIN_ONLY])),
]


@pytest.mark.parametrize("imports", ["mid", "deep mid"])
def test_a_name_reaches_as_far_as_in_the_real_engine(native: Native, imports: str) -> None:
    texts = {"deep.aleo": DEEP, "mid.aleo": MID}
    programs = {name: parse(text) for name, text in texts.items()}
    head = "".join(f"import {name}.aleo;\n" for name in imports.split()) + "program top.aleo;\n"
    for own, body in itertools.product(OWN, BODIES):
        answer = native.ask("check_program", program=head + own + body, imports=texts)
        try:
            check(parse(head + own + body), programs)
            fault = ""
        except AvmError as failure:
            fault = failure.message
        assert answer["ok"] is (fault == ""), (own + body, answer.get("error"), fault)
