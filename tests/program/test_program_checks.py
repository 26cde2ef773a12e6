"""Loading: register order, types, calls, futures, imports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.base.errors import CheckFailure
from avm.data.types import (
    DynamicFuture,
    DynamicRecord,
    ExternalRecordValue,
    FutureValue,
    RecordValue,
    StructType,
)
from avm.isa.sizes import plaintext_bits, value_bits
from avm.program import check, parse, register_types
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType
from avm.vm import Environment, load

SHARED = Path(__file__).resolve().parents[3] / "shared"
HEAD = """program a.aleo;
struct pt:
    x as u8;
    y as field;
mapping m:
    key as u8.public;
    value as pt.public;
"""
MAIN = "function main:\n    input r0 as u8.public;\n"
LIB = """program lib.aleo;
struct pt:
    x as u8;
    y as field;
record coin:
    owner as address.private;
    amount as u64.private;
mapping seen:
    key as u8.public;
    value as u8.public;
mapping points:
    key as u8.public;
    value as pt.public;
closure hidden:
    input r0 as u8;
    add r0 r0 into r1;
    output r1 as u8;
function make:
    input r0 as pt.private;
    output r0 as pt.private;
function mark:
    input r0 as u8.public;
    async mark r0 into r1;
    output r1 as lib.aleo/mark.future;
finalize mark:
    input r0 as u8.public;
    set r0 into seen[r0];
function mint:
    input r0 as u64.private;
    cast self.caller r0 into r1 as coin.record;
    output r1 as coin.record;
"""
USES = "import lib.aleo;\n" + HEAD

REFUSED = {
    "out of order": HEAD + MAIN + "    add r0 r0 into r2;\n",
    "written twice": HEAD + MAIN + "    add r0 r0 into r1;\n    add r0 r0 into r1;\n",
    "unknown register": HEAD + MAIN + "    add r0 r5 into r1;\n",
    "different types": HEAD + MAIN + "    add r0 1u16 into r1;\n",
    "no addition of booleans": HEAD + MAIN + "    add true true into r1;\n",
    "wrong output": HEAD + MAIN + "    output r0 as u16.public;\n",
    "unknown struct": HEAD + MAIN + "    cast r0 into r1 as nope;\n",
    "too few members": HEAD + MAIN + "    cast r0 into r1 as pt;\n",
    "wrong member": HEAD + MAIN + "    cast r0 r0 into r1 as pt;\n",
    "wrong length": HEAD + MAIN + "    cast r0 r0 into r1 as [u8; 3u32];\n",
    "no such member": HEAD + MAIN + "    cast r0 1field into r1 as pt;\n    add r1.z r0 into r2;\n",
    "index too large": HEAD + MAIN + "    cast r0 r0 into r1 as [u8; 2u32];\n    add r1[2u32] r0 into r2;\n",
    "block height in a function": HEAD + MAIN + "    assert.eq block.height 1u32;\n",
    "caller in finalize": HEAD + "constructor:\n    assert.eq self.caller "
    "aleo1qnr4dkkvkgfqph0vzc3y6z2eu975wnpz2925ntjccd5cfqxtyu8s7pyjh9;\n",
    "own function called": HEAD + "function f:\n    input r0 as u8.public;\n" + MAIN + "    call f r0;\n",
    "call of itself": HEAD + MAIN + "    call main r0;\n",
    "async without finalize": HEAD
    + MAIN
    + "    async main r0 into r1;\n    output r1 as a.aleo/main.future;\n",
    "finalize without async": HEAD + MAIN + "finalize main:\n    assert.eq 1u8 1u8;\n",
    "import not loaded": "import nowhere.aleo;\n" + HEAD + MAIN,
    "wrong key": HEAD + "constructor:\n    contains m[1u16] into r0;\n",
    "unknown mapping": HEAD + "constructor:\n    contains n[1u8] into r0;\n",
    "unknown position": HEAD + "constructor:\n    branch.eq 1u8 1u8 to x;\n",
    "call in constructor": HEAD + "constructor:\n    call f 1u8 into r0;\n",
    "set in a view": HEAD
    + "view v:\n    input r0 as u8.public;\n    remove m[r0];\n    output r0 as u8.public;\n",
    "constant input": HEAD + "function main:\n    input r0 as u8.constant;\n",
    "program as owner": HEAD
    + "record coin:\n    owner as address.private;\n"
    + MAIN
    + "    cast a.aleo into r1 as coin.record;\n",
    "lossy cast to struct": HEAD + MAIN + "    cast.lossy r0 1field into r1 as pt;\n",
    "many hash": HEAD + MAIN + "    hash_many.psd2 r0 r0 into r1 as field;\n",
    "bits of the wrong size": HEAD + MAIN + "    serialize.bits.raw r0 (u8) into r1 ([boolean; 9u32]);\n",
    "raw keccak of odd bits": HEAD + MAIN + "    hash.keccak256.raw true into r1 as field;\n",
    "ecdsa outside finalize": HEAD
    + "function main:\n    input r0 as [u8; 65u32].public;\n    input r1 as [u8; 33u32].public;\n"
    + "    input r2 as [u8; 32u32].public;\n    ecdsa.verify.digest r0 r1 r2 into r3;\n",
    "external closure in finalize": USES + "constructor:\n    get lib.aleo/nothing[1u8] into r0;\n",
    "external record made": USES + MAIN + "    cast self.caller 1u64 into r1 as lib.aleo/coin.record;\n",
    "future dropped": USES + MAIN + "    call lib.aleo/mark r0 into r1;\n",
    "future not passed on": USES
    + MAIN
    + "    call lib.aleo/mark r0 into r1;\n    async main r0 into r2;\n    output r2 as a.aleo/main.future;\n"
    + "finalize main:\n    input r0 as u8.public;\n    assert.eq r0 r0;\n",
    "future not awaited": USES
    + MAIN
    + "    call lib.aleo/mark r0 into r1;\n    async main r1 into r2;\n    output r2 as a.aleo/main.future;\n"
    + "finalize main:\n    input r0 as lib.aleo/mark.future;\n    assert.eq 1u8 1u8;\n",
    "struct of another program in a record": USES
    + "record box:\n    owner as address.private;\n    p as pt.private;\n"
    + MAIN
    + "    cast r0 1field into r1 as lib.aleo/pt;\n    cast self.signer r1 into r2 as box.record;\n",
    "array of structs of another program in a record": USES
    + "record box:\n    owner as address.private;\n    p as [pt; 1u32].private;\n"
    + MAIN
    + "    cast r0 1field into r1 as lib.aleo/pt;\n    cast r1 into r2 as [lib.aleo/pt; 1u32];\n"
    + "    cast self.signer r2 into r3 as box.record;\n",
    "generator in a struct outside of finalize": HEAD
    + MAIN
    + "    cast aleo::GENERATOR into r1 as [group; 1u32];\n",
    "view that returns another program's struct": USES
    + MAIN
    + "view v:\n    get lib.aleo/points[1u8] into r0;\n    output r0 as pt.public;\n",
    "input of a view": USES
    + "view v:\n    input r0 as u8.public;\n    output r0 as u8.public;\n"
    + "function main:\n    async main into r0;\n    output r0 as a.aleo/main.future;\n"
    + "finalize main:\n    call v 1u16 into r0;\n",
    "future passed twice": USES
    + MAIN
    + "    call lib.aleo/mark r0 into r1;\n    async main r1 r1 into r2;\n"
    + "    output r2 as a.aleo/main.future;\nfinalize main:\n    input r0 as lib.aleo/mark.future;\n"
    + "    input r1 as lib.aleo/mark.future;\n    await r0;\n    await r1;\n",
    "dynamic call after async": HEAD
    + MAIN
    + "    async main into r1;\n    call.dynamic 'lib' 'aleo' 'make';\n"
    + "    output r1 as a.aleo/main.future;\nfinalize main:\n    assert.eq 1u8 1u8;\n",
    "default of another type": HEAD
    + MAIN
    + "view v:\n    get.or_use.dynamic 'a' 'aleo' 'm'[1u8] 1u8 into r0 as u16;\n"
    "    output r0 as u16.public;\n",
    "proofs for other inputs": HEAD
    + MAIN
    + "view v:\n    input r0 as [u8; 700u32].public;\n    input r1 as [[field; 2u32]; 1u32].public;\n"
    + "    input r2 as [u8; 9u32].public;\n    snark.verify r0 1u8 r1 r2 into r3;\n"
    "    output r3 as boolean.public;\n",
    "await of an argument": HEAD
    + "function main:\n    async main into r0;\n    output r0 as a.aleo/main.future;\n"
    + "finalize main:\n    input r0 as lib.aleo/f.future;\n    await r0[0u32];\n",
    "no function": HEAD,
    "wrong number of results": USES
    + MAIN
    + "    cast r0 1field into r1 as pt;\n    call lib.aleo/make r1;\n",
}


ACCEPTED = {
    "record in a closure": HEAD
    + "record coin:\n    owner as address.private;\n"
    + "closure c:\n    input r0 as address;\n    cast r0 into r1 as coin.record;\n    output r0 as "
    "address;\n" + MAIN,
    "closure that returns a dynamic record": HEAD
    + MAIN
    + "closure c:\n    input r0 as dynamic.record;\n    add 1u8 1u8 into r1;\n"
    "    output r0 as dynamic.record;\n",
    "position with a reserved name": HEAD
    + "constructor:\n    branch.eq 1u8 1u8 to into;\n    position into;\n    position future;\n"
    + MAIN,
    "mapping of a struct that is not defined": HEAD
    + "mapping n:\n    key as nope.public;\n    value as u8.public;\n"
    + MAIN,
    "a drawn signature": HEAD + "constructor:\n    rand.chacha into r0 as signature;\n" + MAIN,
    "a randomizer that is no scalar": HEAD + MAIN + "    commit.bhp256 r0 r0 into r1 as field;\n",
    "a digest of another size": HEAD + MAIN + "    hash.keccak256.native.raw r0 into r1 as [boolean; 9u32];\n"
    "    hash.psd2 r0 into r2 as signature;\n",
    "an output twice in a closure": HEAD
    + "closure c:\n    input r0 as u8;\n    add r0 r0 into r1;\n    output r0 as u8;\n    output r0 as u8;\n"
    + MAIN
    + "    call c r0 into r1;\n",
    "the type of a default": USES
    + MAIN
    + "view v:\n    cast 1u8 1field into r0 as pt;\n    get.or_use lib.aleo/points[1u8] r0 into r1;\n"
    + "    output r1 as pt.public;\n",
    "128 mappings": HEAD
    + MAIN
    + "".join(f"mapping m{i}:\n    key as u8.public;\n    value as u8.public;\n" for i in range(127)),
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_program_that_breaks_no_rule_is_loaded(text: str) -> None:
    load(text, {"lib.aleo": LIB})


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_a_program_that_breaks_a_rule_is_not_loaded(text: str) -> None:
    with pytest.raises(CheckFailure):
        load(text, {"lib.aleo": LIB})


def test_a_fault_has_the_place_of_its_statement() -> None:
    text = HEAD + MAIN + "    add r0 1u16 into r1;\n"
    with pytest.raises(CheckFailure) as failure:
        check(parse(text), {})
    place = failure.value.place
    assert place is not None and text[place.start : place.end] == "add r0 1u16 into r1;"


def test_equal_structs_of_two_programs_are_one_type() -> None:
    body = "    cast r0 1field into r1 as pt;\n    call lib.aleo/make r1 into r2;\n"
    body += "    output r2 as pt.private;\n"
    load(USES + MAIN + body, {"lib.aleo": LIB})


def test_every_register_gets_its_type() -> None:
    env = load(
        USES + MAIN + "    call lib.aleo/mark r0 into r1;\n    async main r1 into r2;\n    output r2 as "
        "a.aleo/main.future;\n"
        + "finalize main:\n    input r0 as lib.aleo/mark.future;\n    await r0;\n    add r0[0u32] 1u8 "
        "into r1;\n",
        {"lib.aleo": LIB},
    )
    function = env.program.functions["main"]
    assert register_types(env.program, function, env.programs) == (
        LiteralType.U8,
        FutureValue("lib.aleo", "mark"),
        FutureValue("a.aleo", "main"),
    )
    assert function.finalize is not None
    assert register_types(env.program, function.finalize, env.programs)[1] is LiteralType.U8


def test_imports_in_a_circle_are_refused() -> None:
    with pytest.raises(CheckFailure, match="circle"):
        load(
            "import b.aleo;\nprogram a.aleo;\n" + MAIN,
            {
                "b.aleo": "import c.aleo;\nprogram b.aleo;\n" + MAIN,
                "c.aleo": "import b.aleo;\nprogram c.aleo;\n" + MAIN,
            },
        )


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the vectors in ../shared")
def test_what_the_virtual_machine_says_of_a_program_is_said_in_its_words() -> None:
    checked = 0
    for line in (SHARED / "vectors/programs.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["parses"] and not row["loads"] and "authorization" not in row["load_error"]:
            with pytest.raises(CheckFailure) as failure:
                check(parse(row["program"]), {})
            assert failure.value.message == row["load_error"]
            checked += 1
    assert checked > 10


def test_structs_that_contain_each_other_many_times_are_checked_at_once() -> None:
    text = "struct s0:\n    a as u8;\n"
    for level in range(1, 30):
        text += f"struct s{level}:\n" + "".join(f"    m{i} as s{level - 1};\n" for i in range(8))
    head = f"function main:\n    input r0 as s29.public;\n{'    is.eq r0 r0 into r1;'}\n"
    env = load("program a.aleo;\n" + text + head)
    scope = Scope(env.program, env.program.functions["main"], env.programs)
    assert plaintext_bits(StructType("s29"), scope, raw=True) == 8 * 8**29
    other = load("import a.aleo;\nprogram b.aleo;\n" + text + MAIN, {"a.aleo": env.program})
    scope = Scope(other.program, other.program.functions["main"], other.programs)
    assert scope.same_type(StructType("s29"), StructType("s29", "a.aleo"))


@pytest.mark.parametrize(
    ("register", "type_", "words"),
    [("r1", "dynamic.record", "does not exist"), ("r0", "u8.public", "reads a dynamic.record")],
)
def test_an_entry_is_read_of_a_dynamic_record(register: str, type_: str, words: str) -> None:
    text = (
        "program t.aleo;\nfunction main:\n"
        f"    input r0 as {type_};\n    get.record.dynamic {register}.a into r1 as u64;\n"
    )
    with pytest.raises(CheckFailure, match=words):
        check(parse(text), {})
    right = text.replace(f"{register}.a", "r0.a").replace(type_, "dynamic.record")
    check(parse(right), {})


def test_records_and_futures_have_sizes() -> None:
    env = load(USES + MAIN, {"lib.aleo": LIB})
    scope = Scope(env.program, env.program.functions["main"], env.programs)
    record = value_bits(ExternalRecordValue("lib.aleo", "coin"), scope, raw=True)
    assert record == 547 + 8 * 6 + 2 + 26 + 64 == value_bits(RecordValue("coin"), _lib_scope(env), raw=False)
    future = value_bits(FutureValue("lib.aleo", "mark"), scope, raw=True)
    assert future == 40 + 8 * (3 + 4 + 4) + 1 + 16 + 26 + 8
    assert [value_bits(t, scope, raw=True) for t in (DynamicRecord(), DynamicFuture())] == [767, 1012]


def _lib_scope(env: Environment) -> Scope:
    lib = env.programs["lib.aleo"]
    return Scope(lib, lib.functions["make"], env.programs)


DEEP = "program deep.aleo;\nstruct d:\n    x as u8;\nfunction f:\n    input r0 as d.private;\n"
MID = (
    "import deep.aleo;\nprogram mid.aleo;\nstruct h:\n    d as deep.aleo/d;\n"
    "function f:\n    input r0 as h.private;\n    output r0.d as deep.aleo/d.private;\n"
)
TOP = "program top.aleo;\nstruct d:\n    x as u8;\nfunction main:\n    input r0 as mid.aleo/h.private;\n"
FINAL = (
    "function last:\n    async last into r0;\n    output r0 as top.aleo/last.future;\nfinalize last:\n"
    "    cast 1u8 into r0 as {};\n    cast r0 into r1 as mid.aleo/h;\n"
)
NAMED_WITHOUT_IMPORT = {
    "part of a part": "    add r0.d.x 1u8 into r1;\n",
    "output": "    output r0.d as deep.aleo/d.private;\n",
    "cast": "    cast 1u8 into r1 as deep.aleo/d;\n",
    "array": "    cast r0.d into r1 as [deep.aleo/d; 1u32];\n",
    "comparison": "    is.eq r0.d r0.d into r1;\n",
    "input": "function other:\n    input r0 as deep.aleo/d.private;\n",
}


@pytest.mark.parametrize("body", NAMED_WITHOUT_IMPORT.values(), ids=NAMED_WITHOUT_IMPORT.keys())
def test_a_program_names_structs_of_its_own_imports_only(body: str) -> None:
    others = {"mid.aleo": MID, "deep.aleo": DEEP}
    with pytest.raises(CheckFailure, match=r"'deep\.aleo' is not imported"):
        load("import mid.aleo;\n" + TOP + body, others)
    load("import deep.aleo;\nimport mid.aleo;\n" + TOP + body, others)


def test_what_an_import_names_needs_no_import_of_its_own() -> None:
    others = {"mid.aleo": MID, "deep.aleo": DEEP}
    body = "    cast 1u8 into r1 as d;\n    cast r1 into r2 as mid.aleo/h;\n"
    body += "    output r2 as mid.aleo/h.private;\n"
    load("import mid.aleo;\n" + TOP + body + "    output r0 as mid.aleo/h.private;\n", others)


def test_a_program_is_not_external_to_itself() -> None:
    for type_ in ("top.aleo/d", "[top.aleo/d; 2u32]"):
        with pytest.raises(CheckFailure, match="as an external program"):
            load(
                "program top.aleo;\nstruct d:\n    x as u8;\n"
                + f"function f:\n    input r0 as {type_}.private;\n"
            )


def test_on_chain_a_cast_looks_for_structs_in_the_program_of_its_target() -> None:
    others, head = {"mid.aleo": MID, "deep.aleo": DEEP}, "import deep.aleo;\nimport mid.aleo;\n" + TOP
    load(head + FINAL.format("deep.aleo/d"), others)
    with pytest.raises(CheckFailure, match=r"Struct 'd' in 'mid\.aleo' is not defined"):
        load(head + FINAL.format("d"), others)
