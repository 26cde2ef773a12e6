"""What a version of the rules takes: words that came with it, and what went."""

from __future__ import annotations

import pytest

from avm.base.consensus import NEWEST
from avm.base.errors import CheckFailure
from avm.program.versions import check_deployable
from avm.vm import load

MAIN = "function main:\n    input r0 as u8.public;\n"
FINAL = (
    "function main:\n    async main into r0;\n    output r0 as a.aleo/main.future;\nfinalize main:\n"
    "    add 1u8 1u8 into r0;\n"
)
MAPPING = "mapping m:\n    key as u8.public;\n    value as u8.public;\n"
LIB = "program lib.aleo;\nstruct pt:\n    x as u8;\nfunction f:\n    input r0 as u8.public;\n"
SINCE = {
    "constructor": (9, "constructor:\n    assert.eq 1u8 1u8;\n" + MAIN),
    "edition": (9, FINAL + "    assert.eq edition 0u16;\n"),
    "serialize": (11, MAIN + "    serialize.bits.raw r0 (u8) into r1 ([boolean; 8u32]);\n"),
    "raw hash": (11, MAIN + "    hash.psd2.raw r0 into r1 as field;\n"),
    "array of 33": (11, MAIN + "    cast " + "r0 " * 33 + "into r1 as [u8; 33u32];\n"),
    "timestamp": (12, FINAL + "    assert.neq block.timestamp 0i64;\n"),
    "struct of another": (13, MAIN + "    cast r0 into r1 as lib.aleo/pt;\n"),
    "identifier": (14, "struct s:\n    a as identifier;\n" + MAIN),
    "identifier operand": (14, MAIN + "    is.eq 'a' 'b' into r1;\n"),
    "generator": (14, MAIN + "    double aleo::GENERATOR into r1;\n"),
    "dynamic record": (14, "function main:\n    input r0 as dynamic.record;\n"),
    "dynamic call": (14, MAIN + "    call.dynamic 'a' 'aleo' 'f';\n"),
    "17 writes": (14, MAPPING + FINAL + "    set 1u8 into m[1u8];\n" * 17),
    "raw commitment": (15, MAIN + "    commit.bhp256.raw r0 1scalar into r1 as field;\n"),
    "view": (15, MAIN + "view v:\n    add 1u8 1u8 into r0;\n    output r0 as u8.public;\n"),
    "component checksum": (16, FINAL + "    is.eq main/checksum main/checksum into r1;\n"),
    "large program": (
        14,
        MAIN + "    add r0 r0 into r1;\n" + "".join(f"    not r1 into r{i};\n" for i in range(2, 5000)),
    ),
}
UNTIL = {
    "string": (11, "function main:\n    input r0 as string.public;\n"),
    "string operand": (11, MAIN + '    is.eq "a" "b" into r1;\n'),
    "record with aleo": (6, "record aleo_coin:\n    owner as address.private;\n" + MAIN),
    "record with another's name": (
        6,
        "record coin:\n    owner as address.private;\nrecord coins:\n    owner as address.private;\n" + MAIN,
    ),
    "unknown struct of a mapping": (
        12,
        "mapping m:\n    key as nope.public;\n    value as u8.public;\n" + MAIN,
    ),
    "a view's name": (14, "function view:\n    input r0 as u8.public;\n"),
    "a position's name": (13, FINAL + "    position dynamic;\n"),
    "constructor as a member": (5, "struct s:\n    constructor as u8;\n" + MAIN),
    "closure that returns a record": (
        14,
        "closure c:\n    input r0 as dynamic.record;\n    add 1u8 1u8 into r1;\n"
        "    output r0 as dynamic.record;\n" + MAIN,
    ),
    "large type": (19, "function main:\n    input r0 as [[[u128; 100u32]; 100u32]; 9u32].private;\n"),
}


def allowed(body: str, version: int) -> bool:
    env = load("import lib.aleo;\nprogram a.aleo;\n" + body, {"lib.aleo": LIB})
    try:
        check_deployable(env.program, env.programs, version)
    except CheckFailure as failure:
        assert failure.place is not None
        return False
    return True


@pytest.mark.parametrize(("version", "body"), SINCE.values(), ids=SINCE.keys())
def test_a_word_is_taken_from_its_version_on(version: int, body: str) -> None:
    assert allowed(body, version) and not allowed(body, version - 1)
    assert allowed(body, NEWEST)


@pytest.mark.parametrize(("version", "body"), UNTIL.values(), ids=UNTIL.keys())
def test_what_a_later_version_forbids_is_taken_before(version: int, body: str) -> None:
    since = 14 if "dynamic.record" in body else 1
    assert not allowed(body, version + 1) and not allowed(body, NEWEST)
    if version >= since and "9u32" not in body:
        assert allowed(body, version)
