"""Programs of one statement each, over operands of every kind of type: most of them break a rule."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from avm.isa.op import Op
from avm.isa.operand_syntax import (
    As,
    BitsForm,
    CallForm,
    CastForm,
    DynamicCallForm,
    DynamicEntryForm,
    DynamicMappingForm,
    MappingForm,
    Operands,
    RandomForm,
    SetForm,
)
from avm.isa.registry import ops
from avm.isa.sizes import literal_bits
from avm.types.literal_type import LiteralType

LIB = """program lib.aleo;
struct S:
    x as u8;
    y as field;
record R:
    owner as address.private;
    v as u64.private;
    s as S.private;
mapping m:
    key as u8.public;
    value as S.public;
mapping n:
    key as S.public;
    value as u8.public;
closure c:
    input r0 as u8;
    add r0 r0 into r1;
    output r1 as u8;
function f:
    input r0 as u8.private;
    output r0 as u8.private;
function g:
    input r0 as u8.public;
    async g r0 into r1;
    output r1 as lib.aleo/g.future;
finalize g:
    input r0 as u8.public;
    add r0 1u8 into r1;
view w:
    input r0 as S.public;
    add r0.x 1u8 into r1;
    output r0 as S.public;
"""
HEAD = """import lib.aleo;
program main.aleo;
struct S:
    x as u8;
    y as field;
record R:
    owner as address.private;
    v as u64.private;
    s as S.private;
record X:
    owner as address.private;
    s as lib.aleo/S.private;
mapping m:
    key as u8.public;
    value as S.public;
mapping n:
    key as S.public;
    value as u8.public;
closure c:
    input r0 as u8;
    add r0 r0 into r1;
    output r1 as u8;
function other:
    input r0 as u8.private;
    output r0 as u8.private;
view w:
    input r0 as u8.public;
    add r0 1u8 into r1;
    output r1 as u8.public;
"""
LITERALS = [str(t) for t in LiteralType]
STRUCTS = ["S", "lib.aleo/S"]
PLAIN = [*LITERALS, *STRUCTS, "[u8; 2u32]", "[S; 2u32]", "[lib.aleo/S; 2u32]", "[boolean; 8u32]"]
RECORDS = ["R.record", "lib.aleo/R.record", "dynamic.record"]
TARGETS = [
    *LITERALS,
    "group.x",
    *STRUCTS,
    "[u8; 1u32]",
    "[S; 1u32]",
    "R.record",
    "X.record",
    "dynamic.record",
]
BYTES = ["[u8; 65u32]", "[u8; 33u32]", "[u8; 20u32]", "[u8; 32u32]"]
SURROUNDINGS = [
    "self.signer",
    "self.caller",
    "lib.aleo",
    "aleo::GENERATOR",
    "aleo::GENERATOR_POWERS[3u32]",
    "group::GEN",
    "block.height",
    "block.timestamp",
    "network.id",
    "checksum",
    "edition",
    "program_owner",
    "lib.aleo/checksum",
    "other/checksum",
    "nope/checksum",
]
MAPPINGS = ["m", "n", "lib.aleo/m", "lib.aleo/n", "main.aleo/m", "nope"]
CALLEES = [
    "c",
    "other",
    "w",
    "lib.aleo/c",
    "lib.aleo/f",
    "lib.aleo/w",
    "main.aleo/c",
    "credits.aleo/fee_public",
]
NAMES = ["'lib'", "1field", "lib.aleo", "1u8"]


def program(place: str, inputs: Sequence[str], line: str) -> str:
    """A program whose function, closure, finalize block or view ``main`` takes inputs and holds a line."""
    taken = "".join(f"    input r{i} as {{}};\n" for i in range(len(inputs)))
    public = taken.format(*(f"{t}.public" for t in inputs))
    if place == "view":
        return f"{HEAD}view main:\n{public}    {line}\n    output 1u8 as u8.public;\n"
    if place == "finalize":
        count = len(inputs)
        passed = "".join(f" r{i}" for i in range(count))
        body = f"    async main{passed} into r{count};\n    output r{count} as main.aleo/main.future;\n"
        return f"{HEAD}function main:\n{public}{body}finalize main:\n{public}    {line}\n"
    shown = [t if place == "closure" or t.endswith("record") else f"{t}.private" for t in inputs]
    return f"{HEAD}{place} main:\n{taken.format(*shown)}    {line}\n"


def statements(op: Op, rng: random.Random) -> Iterator[tuple[Sequence[str], str]]:
    """Yield the types of inputs, and a statement of the opcode that reads them."""
    name, form = op.mnemonic, op.form
    draw = rng.choice
    if isinstance(form, Operands):
        count = form.arity
        pool = [*PLAIN, *RECORDS, *(BYTES * 3 if name.startswith(("ecdsa", "snark")) else [])]
        rows = [[t] * count for t in pool] + [[draw(pool) for _ in range(count)] for _ in range(8)]
        rows += [["boolean", t, draw([t, "S", "lib.aleo/S"])] for t in pool if count == 3]
        for types in rows:
            read = "".join(f" r{i}" for i in range(count))
            yield types, f"{name}{read}{f' into r{count}' if form.has_destination else ''};"
    elif isinstance(form, CastForm):
        for target in TARGETS:
            for source in rng.sample([*PLAIN, *RECORDS], 4):
                yield [source], f"{name} r0 into r1 as {target};"
            for given in rng.sample(SURROUNDINGS, 3):
                yield [], f"{name} {given} into r0 as {target};"
        for struct in STRUCTS:
            yield [struct], f"{name} self.signer 1u64 r0 into r1 as R.record;"
            yield [struct], f"{name} self.signer r0 into r1 as X.record;"
        for given in SURROUNDINGS:
            for literal in ("address", "group", "u16", "u32", "i64", "[u8; 32u32]"):
                yield [], f"{name} {given} into r0 as [{literal}; 1u32];"
    elif isinstance(form, As):
        native = f"[boolean; {name.split('.')[1][-3:]}u32]"
        for source in [*PLAIN, *RECORDS]:
            more = [draw(["scalar", source])] * (form.arity - 1)
            read = "".join(f" r{i}" for i in range(form.arity))
            target = native if "native" in name else draw([*LITERALS, native])
            yield [source, *more], f"{name}{read} into r{form.arity} as {target};"
    elif isinstance(form, BitsForm):
        for literal in LiteralType:
            bits = literal_bits(literal, raw=name.endswith("raw"))
            for size in (bits, bits + 1):
                types = [str(literal), f"[boolean; {size}u32]"][:: -1 if form.reads else 1]
                yield types[:1], f"{name} r0 ({types[0]}) into r1 ({types[1]});"
    else:
        yield from _commands(op, rng)


def _commands(op: Op, rng: random.Random) -> Iterator[tuple[Sequence[str], str]]:
    name, form = op.mnemonic, op.form
    for _ in range(24):
        key, value = rng.choice([*PLAIN, "u8", "S", "lib.aleo/S"]), rng.choice(["u8", *STRUCTS, "field"])
        target, callee = rng.choice(MAPPINGS), rng.choice(CALLEES)
        names = [rng.choice(NAMES[:2] if rng.random() < 0.8 else NAMES) for _ in range(3)]
        if isinstance(form, MappingForm):
            default = " r1" * form.has_default
            yield [key, value], f"{name} {target}[r0]{default}{' into r2' * form.has_destination};"
        elif isinstance(form, SetForm):
            yield [key, value], f"{name} r1 into {target}[r0];"
        elif isinstance(form, CallForm):
            into = rng.choice(["", " into r2", " into r2 r3"])
            yield [key, value], f"{name} {callee if form.external else 'main'} r{rng.choice('01')}{into};"
        elif isinstance(form, DynamicMappingForm):
            default, made = " r1" * form.has_default, f" as {rng.choice(STRUCTS)}" * form.has_type
            yield [key, value], f"{name} {' '.join(names)}[r0]{default} into r2{made};"
        elif isinstance(form, DynamicCallForm):
            seen = rng.choice(["public", "private", "constant"])
            yield [key], f"{name} {' '.join(names)} with r0 (as {rng.choice([key, value])}.{seen});"
        elif isinstance(form, DynamicEntryForm):
            part = rng.choice(["r0.v", "r0.owner", "r0[0u32]", "r0", "r0.v.x"])
            yield [rng.choice(RECORDS)], f"{name} {part} into r1 as {rng.choice(['u64', *STRUCTS])};"
        elif isinstance(form, RandomForm):
            yield [key, value], f"{name} r0 r1 into r2 as {rng.choice(LITERALS)};"
        elif name.startswith("branch"):
            yield [key, rng.choice([key, value])], f"{name} r0 r1 to end;\n    position end;"
        elif name == "position":
            yield [key], f"{name} {rng.choice(['into', 'public', 'field', 'end', 'r0', 'x_', 'add'])};"
        else:
            yield [key], f"{name} r0;"


def programs(op: Op, rng: random.Random) -> Iterator[str]:
    """Yield programs with a statement of the opcode, most of them in a place where it may stand."""
    places = sorted(op.places - {"constructor"})
    for inputs, line in statements(op, rng):
        place = rng.choice(places if rng.random() < 0.9 else ["function", "closure", "finalize", "view"])
        if place == "view" or place == "finalize":
            inputs = [t if t in PLAIN or t in BYTES else "u8" for t in inputs]
        yield program(place, inputs, line)


def all_ops() -> list[Op]:
    """Every opcode and command."""
    return list(ops().values())
