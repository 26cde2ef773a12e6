"""What snarkVM is asked: seeds, messages, values, programs and calls, all made here."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from avm.algebra.fields import FR_MODULUS
from avm.isa.op import LiteralOp
from avm.isa.registry import ops
from avm.primitives.hash_to_curve import generator
from avm.types.literal_type import LiteralType as T

ACCOUNT = (
    *("private_key", "private_key_bytes", "view_key", "view_key_scalar", "view_key_bytes", "graph_key"),
    *("sk_tag", "address", "compute_key", "address_group", "address_field", "address_bytes"),
)
SEEDS = [random.Random(f"seed {i}").randbytes(31).hex() + "00" for i in range(10)]
MESSAGES: list[dict[str, str]] = [
    {"message": "00"},
    {"message": "48656c6c6f"},
    {"message": "ff" * 40},
    {"value": "1u8"},
    {"value": "true"},
    {"value": "{ a: 1field, b: [ 2u16, 3u16 ] }"},
    {"value": "[ 2group, 0group ]"},
]
OTHER_MESSAGE = {"value": "99u128"}
_PEER = "aleo1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq3ljyzqc"
VALUES = [
    *("0u8", "255u8", "256u8", "-128i8", "-129i8", "65535u16", "4294967295u32", "18446744073709551615u64"),
    *("340282366920938463463374607431768211455u128", "-170141183460469231731687303715884105728i128"),
    *("true", "false", "True", "0field", "1field", "-1field", "7scalar", "-1scalar", "0group", "2group"),
    *("1u9", "u8", "", "{}", "[]", "[ 1u8 ]", "[ 1u8, 2u16 ]", "{ a: 1u8 }", "{ a: 1u8, b: { c: true } }"),
    *("{ a: 1u8, a: 2u8 }", "[ [ true, false ], [ false, true ] ]", "{ é: 1u8 }", "1_000u32", "0x10u8"),
    *(_PEER, f"{{ owner: {_PEER}.private, n: 3u64.public, _nonce: 0group.public, _version: 1u8.public }}"),
]
_ALGORITHMS = ("bhp256", "bhp512", "bhp768", "bhp1024", "pedersen64", "pedersen128")
_POSEIDON = ("poseidon2", "poseidon4", "poseidon8")
_HASHED = ("1u8", "-5i64", "true", "12345field", "{ a: 1u8, b: [ 2field, 3field ] }")
HEIGHTS = (20_000_000, 22_500_000)
"""A height of Varuna V2, and one of V3."""


def hashes() -> Iterator[dict[str, Any]]:
    """All hash functions on some values, tagged and raw, as all three types, and commitments."""
    for algorithm in (*_ALGORITHMS, *_POSEIDON):
        for i, value in enumerate(_HASHED):
            forms = ("field", "group", "scalar") if algorithm in _POSEIDON else ("field", "group")
            form = "field" if algorithm.startswith("pedersen") else forms[i % len(forms)]
            yield {"algorithm": algorithm, "value": value, "raw": i % 2 == 1, "as": form}
        if algorithm in _ALGORITHMS:
            yield {
                "algorithm": algorithm,
                "value": "7u8",
                "raw": False,
                "as": "group",
                "randomizer": "9scalar",
            }
        else:
            yield {"algorithm": algorithm, "value": "7u8", "raw": False, "outputs": 5}


MINT = """program minted.aleo;

record coin:
    owner as address.private;
    amount as u64.private;

function mint:
    input r0 as u64.private;
    cast self.signer r0 into r1 as coin.record;
    output r1 as coin.record;
"""
PROVED = """program proved.aleo;

function main:
    input r0 as u8.public;
    input r1 as u8.private;
    add r0 r1 into r2;
    output r2 as u8.public;
"""
_SMALL = "program small.aleo;\n\nfunction main:\n"
PROGRAMS = [
    MINT,
    PROVED,
    _SMALL,
    _SMALL + "    input r0 as u8.public;\n    add r0 1u8 into r1;\n    output r1 as u8.public;\n",
    _SMALL + "    input r0 as u8.public;\n    add r0 1u16 into r1;\n",
    _SMALL + "    input r0 as u8.public;\n    output r1 as u8.public;\n",
    _SMALL + "    input r1 as u8.public;\n",
    _SMALL + "    input r0 as u9.public;\n",
    _SMALL + "    input r0 as u8;\n",
    _SMALL + "    input r0 as boolean.private;\n    assert.eq r0 true;\n",
    "program tokens.aleo;\n\nstruct pair:\n    a as field;\n    b as [u8; 4u32];\n\n"
    "closure twice:\n    input r0 as field;\n    add r0 r0 into r1;\n    output r1 as field;\n\n"
    "function main:\n    input r0 as pair.private;\n    call twice r0.a into r1;\n"
    "    output r1 as field.private;\n",
    "program counter.aleo;\n\nmapping count:\n    key as address.public;\n    value as u64.public;\n\n"
    "function main:\n    async main self.caller into r0;\n    output r0 as counter.aleo/main.future;\n\n"
    "finalize main:\n    input r0 as address.public;\n    get.or_use count[r0] 0u64 into r1;\n"
    "    add r1 1u64 into r2;\n    set r2 into count[r0];\n",
    "program locked.aleo;\n\nfunction main:\n\nconstructor:\n    assert.eq edition 0u16;\n",
    "program x;\n\nfunction main:\n",
    "program record.aleo;\n\nfunction record:\n",
    "",
]

INPUT_TYPES = (T.U8, T.FIELD, T.I16, T.BOOLEAN, T.GROUP)
FRESH = {T.FIELD: "double", T.GROUP: "neg"}
"""Free instructions whose results have no bits yet: those of an input are known from the request."""


def circuit(type_: T, instruction: str) -> str:
    """A function with three public inputs of a type and perhaps an instruction."""
    lines = [f"    input r{i} as {type_.type_name}.public;\n" for i in range(3)]
    if type_ in FRESH:
        lines += [f"    {FRESH[type_]} r{i} into r{i + 3};\n" for i in range(3)]
    return f"program sized.aleo;\nfunction main:\n{''.join(lines)}{instruction}"


def input_value(type_: T) -> str:
    """A value that no instruction of ``circuits`` halts for; the double of the field element is one."""
    if type_ is T.FIELD:
        return f"{(FR_MODULUS + 1) // 2}field"
    return "true" if type_ is T.BOOLEAN else f"{'0' if type_ is T.GROUP else '1'}{type_.type_name}"


def circuits(type_: T) -> Iterator[tuple[str, tuple[T, ...], str]]:
    """Yield opcode, types and instruction for everything that takes one type alone."""
    first = 3 if type_ in FRESH else 0
    last, a, b = f"r{first + 3}", f"r{first}", f"r{first + 1}"
    for op in ops().values():
        if isinstance(op, LiteralOp):
            for types in op.counts:
                if set(types) == {type_}:
                    operands = " ".join(f"r{first + i}" for i in range(len(types)))
                    yield op.mnemonic, types, f"    {op.mnemonic} {operands} into {last};\n"
        elif op.mnemonic in ("is.eq", "is.neq"):
            yield op.mnemonic, (type_, type_), f"    {op.mnemonic} {a} {b} into {last};\n"
    for target in T:
        types = (type_, target)
        if types in ops()["cast.lossy"].counts and target not in (T.GROUP, T.ADDRESS):
            yield "cast.lossy", types, f"    cast.lossy {a} into {last} as {target.type_name};\n"
            yield "cast", types, f"    cast {a} into {last} as {target.type_name};\n"


_OPERANDS = {
    "u8": ("0u8", "1u8", "7u8", "255u8"),
    "i8": ("-128i8", "-1i8", "0i8", "127i8"),
    "u128": ("0u128", "340282366920938463463374607431768211455u128", "18446744073709551616u128"),
    "i64": ("-9223372036854775808i64", "-7i64", "3i64"),
    "field": ("0field", "1field", "-1field", "4field"),
    "scalar": ("0scalar", "5scalar", "-1scalar"),
    "group": ("0group", "2group"),
    "boolean": ("true", "false"),
}


def evaluations() -> Iterator[tuple[str, list[str]]]:
    """Yield a program with one instruction and inputs: opcodes on literals with some of their operands."""
    rng = random.Random(12)
    for op in ops().values():
        if not isinstance(op, LiteralOp) or op.code is None or op.code > 128:
            continue
        rows = [row for row in op.rows if all(t.type_name in _OPERANDS for t in row[0])]
        for types, result in rng.sample(rows, min(len(rows), 3)):
            inputs = [rng.choice(_OPERANDS[t.type_name]) for t in types]
            lines = [f"    input r{i} as {t.type_name}.private;" for i, t in enumerate(types)]
            operands = " ".join(f"r{i}" for i in range(len(types)))
            lines.append(f"    {op.mnemonic} {operands} into r{len(types)};")
            lines.append(f"    output r{len(types)} as {result.type_name}.private;")
            yield "program single.aleo;\n\nfunction main:\n" + "\n".join(lines) + "\n", inputs


INNER = """program inner.aleo;
function twice:
    input r0 as u32.public;
    add r0 r0 into r1;
    output r1 as u32.private;
"""
OUTER = """import inner.aleo;
program outer.aleo;
function main:
    input r0 as u32.public;
    call inner.aleo/twice r0 into r1;
    output r1 as u32.public;
constructor:
    assert.eq edition 0u16;
"""
COUNTER = """program counter.aleo;
mapping total:
    key as address.public;
    value as u64.public;
function add_to:
    input r0 as u64.public;
    async add_to self.caller r0 into r1;
    output r1 as counter.aleo/add_to.future;
finalize add_to:
    input r0 as address.public;
    input r1 as u64.public;
    get.or_use total[r0] 0u64 into r2;
    add r1 r2 into r3;
    set r3 into total[r0];
"""


def executions() -> Iterator[dict[str, object]]:
    """Calls to execute: of another program under both versions of Varuna, and one with a fee."""
    call = {"program": OUTER, "function": "main", "inputs": ["5u32"], "imports": {"inner.aleo": INNER}}
    for height in HEIGHTS:
        yield {**call, "block_height": height}
    yield {
        "program": COUNTER,
        "function": "add_to",
        "inputs": ["7u64"],
        "imports": {},
        "block_height": HEIGHTS[-1],
        "fee": True,
    }


TOKENS = """program tokens.aleo;
record token:
    owner as address.private;
    amount as u64.private;
    memo as field.public;
record open:
    owner as address.public;
    amount as u64.public;
function mint:
    input r0 as address.private;
    input r1 as u64.private;
    cast r0 r1 7field into r2 as token.record;
    output r2 as token.record;
function send:
    input r0 as token.record;
    input r1 as address.private;
    cast r1 r0.amount r0.memo into r2 as token.record;
    cast r1 r0.amount into r3 as open.record;
    output r3 as open.record;
    output r2 as token.record;
"""
HOLDER = """import tokens.aleo;
program holder.aleo;
function go:
    input r0 as tokens.aleo/token.record;
    input r1 as address.public;
    call tokens.aleo/send r0 r1 into r2 r3;
    call tokens.aleo/mint r1 3u64 into r4;
    output r3 as tokens.aleo/token.record;
    output r0.amount as u64.private;
constructor:
    assert.eq edition 0u16;
"""
TAKER = """import tokens.aleo;
program taker.aleo;
function take:
    input r0 as tokens.aleo/token.record;
    output r0 as tokens.aleo/token.record;
"""
NAMER = """import tokens.aleo;
program namer.aleo;
function go:
    input r0 as tokens.aleo/token.record;
    input r1 as identifier.public;
    cast r0 into r2 as dynamic.record;
    call.dynamic r1 'aleo' 'take' with r2 (as dynamic.record) into r3 (as dynamic.record);
    get.record.dynamic r3.amount into r4 as u64.private;
    call.dynamic 'tokens' 'aleo' 'send' with r3 self.signer (as dynamic.record address.private)
        into r5 r6 (as dynamic.record dynamic.record);
    call.dynamic 'counter' 'aleo' 'add_to' with r4 (as u64.public) into r7 (as dynamic.future);
    async go r7 into r8;
    output r6 as dynamic.record;
    output r8 as namer.aleo/go.future;
finalize go:
    input r0 as dynamic.future;
    await r0;
constructor:
    assert.eq edition 0u16;
"""


def authorizations(address: str) -> Iterator[dict[str, object]]:
    """Calls to sign, with records that are spent, made and handed on."""
    nonce = generator()[0]
    token = (
        f"{{ owner: {address}.private, amount: 5u64.private, memo: 9field.public, "
        f"_nonce: {nonce}group.public, _version: 1u8.public }}"
    )
    yield {"program": TOKENS, "function": "send", "inputs": [token, address], "imports": {}}
    yield {
        "program": HOLDER,
        "function": "go",
        "inputs": [token, address],
        "imports": {"tokens.aleo": TOKENS},
    }
    yield {
        "program": NAMER,
        "function": "go",
        "inputs": [token, "'taker'"],
        "imports": {"tokens.aleo": TOKENS, "taker.aleo": TAKER, "counter.aleo": COUNTER},
    }


_COIN = """program coin.aleo;
struct pair:
    a as u8;
    b as [field; 2u32];
record coin:
    owner as address.private;
    amount as u64.private;
    memo as pair.public;
    tag as u16.constant;
function go:
    input r0 as u8.public;
    async go r0 self.caller into r1;
    output r1 as coin.aleo/go.future;
finalize go:
    input r0 as u8.public;
    input r1 as address.public;
    assert.eq r0 1u8;
function make:
    input r0 as u8.private;
    cast r0 2u8 into r1 as [u8; 2u32];
    output r1 as [u8; 2u32].private;
closure both:
    input r0 as u8;
    add r0 r0 into r1;
    output r1 as u8;
    output self.signer as address;
    output 3u8 as u8;
"""
_KEY_BODIES = (
    """function main:
    input r0 as coin.aleo/pair.public;
    input r1 as [boolean; 4u32].private;
    call coin.aleo/both r0.a into r2 r3 r4;
    output r3 as address.public;
constructor:
    assert.eq true true;
""",
    """function main:
    input r0 as u8.public;
    call coin.aleo/make r0 into r1;
    call coin.aleo/go r1[0u32] into r2;
    add r2[0u32] 1u8 into r3;
    async main r2 r3 into r4;
    output r4 as key1.aleo/main.future;
finalize main:
    input r0 as coin.aleo/go.future;
    input r1 as u8.public;
    await r0;
    assert.eq r1 2u8;
""",
    """function main:
    input r0 as coin.aleo/coin.record;
    hash.psd2 r0.memo into r1 as field;
    output r0.amount as u64.private;
""",
    """function main:
    input r0 as dynamic.record;
    get.record.dynamic r0.memo into r1 as [u8; 2u32].public;
""",
    """function main:
    input r0 as field.public;
    input r1 as u8.public;
    call.dynamic r0 'aleo' 'go' with r1 (as u8.public) into r2 (as dynamic.future);
    async main r2 into r3;
    output r3 as key4.aleo/main.future;
finalize main:
    input r0 as dynamic.future;
    await r0;
""",
)


def functions() -> Iterator[dict[str, Any]]:
    """Functions with inputs and outputs of every kind, calls, futures, records and their dynamic forms."""
    for i, body in enumerate(_KEY_BODIES):
        imports = {"coin.aleo": _COIN} if "coin.aleo" in body else {}
        heading = "".join(f"import {name};\n" for name in imports) + f"program key{i}.aleo;\n"
        yield {"program": heading + body, "function": "main", "imports": imports}
