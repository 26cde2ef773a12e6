"""Programs that the tests of the machine run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from avm.base.span import Span
from avm.program import Closure, Component, Function, Program

SIGNER = "aleo17heq5kue07mes0mwp8xdf3gy3q4hgs77n2tvhwxj8mg84y0je5ys3c703s"

SUMS = """program sums.aleo;
struct pt:
    x as u32;
    y as field;
closure sum:
    input r0 as u32;
    input r1 as u32;
    add r0 r1 into r2;
    mul.w r2 r1 into r3;
    output r2 as u32;
    output r3 as u32;
function main:
    input r0 as u32.public;
    input r1 as u32.private;
    call sum r0 r1 into r2 r3;
    call sum r3 r2 into r4 r5;
    cast r4 5field into r6 as pt;
    assert.neq r6.x 0u32;
    is.eq r6.y 5field into r7;
    ternary r7 r6.x 1u32 into r8;
    output r8 as u32.public;
    output r5 as u32.private;
    output r6 as pt.public;
"""

LIB = """program lib.aleo;
mapping seen:
    key as u8.public;
    value as u64.public;
function mark:
    input r0 as u8.public;
    async mark self.signer r0 into r1;
    output r1 as lib.aleo/mark.future;
finalize mark:
    input r0 as address.public;
    input r1 as u8.public;
    get.or_use seen[r1] 0u64 into r2;
    add r2 1u64 into r3;
    set r3 into seen[r1];
function who:
    input r0 as u8.public;
    output self.caller as address.public;
    output self.signer as address.public;
"""

BANK = """import lib.aleo;
program bank.aleo;
record coin:
    owner as address.private;
    amount as u64.private;
mapping balances:
    key as address.public;
    value as u64.public;
function deposit:
    input r0 as u64.public;
    call lib.aleo/mark 7u8 into r1;
    async deposit r1 self.caller r0 into r2;
    output r2 as bank.aleo/deposit.future;
finalize deposit:
    input r0 as lib.aleo/mark.future;
    input r1 as address.public;
    input r2 as u64.public;
    await r0;
    get.or_use balances[r1] 0u64 into r3;
    add r3 r2 into r4;
    branch.neq r4 0u64 to store;
    remove balances[r1];
    branch.eq 1u8 1u8 to end;
    position store;
    set r4 into balances[r1];
    position end;
    lte block.height 100u32 into r5;
    assert.eq r5 true;
function mint:
    input r0 as u64.private;
    cast self.signer r0 into r1 as coin.record;
    output r1 as coin.record;
function burn:
    input r0 as coin.record;
    output r0.amount as u64.private;
function ask:
    input r0 as u8.public;
    call lib.aleo/who r0 into r1 r2;
    output r1 as address.public;
    output r2 as address.public;
view balance_of:
    input r0 as address.public;
    get.or_use balances[r0] 0u64 into r1;
    output r1 as u64.public;
constructor:
    assert.eq edition 0u16;
    set 5u64 into balances[bank.aleo];
"""


def placed(program: Program, spans: Mapping[tuple[str, int], Span]) -> Program:
    """The program as if it was compiled: its statements have these places, by body and index, or none."""

    def compiled(component: Component) -> Component:
        if not isinstance(component, Function | Closure):
            return component
        found = [replace(s, span=spans.get((component.name, i))) for i, s in enumerate(component.statements)]
        count = len(component.instructions)
        return replace(component, instructions=tuple(found[:count]), outputs=tuple(found[count:]))

    return replace(program, components=tuple(compiled(c) for c in program.components))
