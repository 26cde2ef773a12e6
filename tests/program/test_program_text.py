"""Programs: parsing, canonical text, refused texts, and the compiler's whole output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.base.errors import ParseFailure
from avm.program import parse

SHARED = Path(__file__).resolve().parents[3] / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the vectors in ../shared")

TEXT = """import lib.aleo;

program bank.aleo;

struct pair:
    a as u64;
    b as [field; 2u32];

record coin:
    owner as address.private;
    amount as u64.private;
    memo as pair.public;

mapping balances:
    key as address.public;
    value as u64.public;

closure twice:
    input r0 as u64;
    add r0 r0 into r1;
    output r1 as u64;

function pay:
    input r0 as u64.private;
    call twice r0 into r1;
    async pay self.caller r1 into r2;
    output r2 as bank.aleo/pay.future;

finalize pay:
    input r0 as address.public;
    input r1 as u64.public;
    get.or_use balances[r0] 0u64 into r2;
    add r2 r1 into r3;
    set r3 into balances[r0];

view balance_of:
    input r0 as address.public;
    get.or_use balances[r0] 0u64 into r1;
    output r1 as u64.public;

constructor:
    assert.eq edition 0u16;
"""


def test_the_canonical_text_is_printed_byte_for_byte() -> None:
    program = parse(TEXT)
    assert str(program) == TEXT
    assert parse(str(program)) == program


def test_components_are_found_by_name_in_source_order() -> None:
    program = parse(TEXT)
    assert program.id == "bank.aleo" and program.imports == ("lib.aleo",)
    assert list(program.functions) == ["pay"] and program.functions["pay"].finalize is not None
    assert program.records["coin"].entries[1][0] == "memo"
    assert program.constructor is not None and list(program.views) == ["balance_of"]


def test_instructions_know_their_place_in_the_text() -> None:
    instruction = parse(TEXT).closures["twice"].instructions[0]
    assert instruction.span is not None
    assert TEXT[instruction.span.start : instruction.span.end] == "add r0 r0 into r1;"


HEAD = "program a.aleo;\n"
MAIN = "function main:\n    input r0 as u8.public;\n"
BROKEN = {
    "no component": "program a.aleo;\n",
    "upper case id": "program A.aleo;\n" + MAIN,
    "other network": "program a.b;\n" + MAIN,
    "reserved id": "program input.aleo;\n" + MAIN,
    "opcode name": HEAD + "function add:\n    input r0 as u8.public;\n",
    "keyword name": HEAD + "function value:\n    input r0 as u8.public;\n",
    "no visibility": HEAD + "function main:\n    input r0 as u8;\n",
    "empty struct": HEAD + "struct s:\n" + MAIN,
    "struct in itself": HEAD + "struct s:\n    a as s;\n" + MAIN,
    "struct before its part": HEAD + "struct s:\n    a as t;\nstruct t:\n    b as u8;\n" + MAIN,
    "member twice": HEAD + "struct s:\n    a as u8;\n    a as u8;\n" + MAIN,
    "record without owner": HEAD + "record r:\n    amount as u64.private;\n" + MAIN,
    "constant owner": HEAD + "record r:\n    owner as address.constant;\n" + MAIN,
    "function twice": HEAD + MAIN + MAIN,
    "name twice": HEAD + MAIN + "closure main:\n    input r0 as u8;\n    add r0 r0 into r1;\n",
    "output twice": HEAD + MAIN + "    output r0 as u8.public;\n" * 2,
    "command in function": HEAD + MAIN + "    remove m[r0];\n",
    "17 inputs": HEAD + "function main:\n" + "".join(f"    input r{i} as u8.public;\n" for i in range(17)),
    "32 functions": HEAD + "".join(f"function f{i}:\n    input r0 as u8.public;\n" for i in range(32)),
    "backward branch": HEAD + "constructor:\n    position x;\n    branch.eq 1u8 1u8 to x;\n",
    "position twice": HEAD + "constructor:\n    position x;\n    position x;\n",
    "33 writes": HEAD + "constructor:\n" + "    remove m[1u8];\n" * 33,
    "foreign finalize": HEAD + MAIN + "finalize other:\n    assert.eq 1u8 1u8;\n",
    "rubbish at the end": HEAD + MAIN + "nonsense",
    "import twice": "import b.aleo;\nimport b.aleo;\n" + HEAD + MAIN,
    "long name": HEAD + f"function {'a' * 32}:\n    input r0 as u8.public;\n",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_program_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(text)
    assert failure.value.place is not None


@needs_shared
def test_programs_of_the_vectors_parse_print_and_hash_as_in_the_virtual_machine() -> None:
    credits = json.loads((SHARED / "vectors/credits_program.json").read_text())
    assert parse(credits["text"]).checksum().hex() == credits["checksum"]
    for line in (SHARED / "vectors/programs.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["parses"]:
            program = parse(row["program"])
            assert str(program) == row["text"]
            assert program.checksum().hex() == row["checksum"]


@needs_shared
def test_every_bytecode_of_the_compiler_suite_round_trips() -> None:
    seen: set[str] = set()
    for line in (SHARED / "leo-suite/compiler.jsonl").read_text().splitlines()[::7]:
        for expectation in ("expect", "expect_aleo"):
            row = json.loads(line)[expectation]
            seen.update(p["bytecode"] for p in row["programs"]) if row else None
    assert len(seen) > 100
    for text in seen:
        printed = str(parse(text)).replace("  (", " (")
        assert printed.replace("\n", "") == text.replace("\n", "")
