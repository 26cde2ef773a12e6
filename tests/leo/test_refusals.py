"""What only the machine refuses in generated code is shown where it came from, with the reason."""

import pytest

from avm.base.sources import Source
from avm.leo.front import UnitSource
from avm.leo.pipeline import compile

DEEP = "[" * 33 + "u8" + "; 1]" * 33
MANY = ", ".join(f"m{i}: u32" for i in range(33))
STRUCTS = "\n".join(f"struct S{i} {{ v: u32 }}" for i in range(311))
USES = "".join(f"let s{i}: S{i} = S{i} {{ v: a }}; a = a ^ s{i}.v;" for i in range(311))


def program(inside: str = "", inputs: str = "a: u32", body: str = "return a;", outside: str = "") -> str:
    main = f"fn main({inputs}) -> u32 {{ {body} }}"
    return f"program demo.aleo {{ {inside} {main} @noupgrade constructor() {{}} }}\n{outside}"


CASES = {
    "name of the program": (program().replace("demo", "Demo"), "Demo", "lower-case"),
    "type of an input": (program(inputs=f"a: u32, x: {DEEP}"), f"x: {DEEP}", "32 deep"),
    "type of a mapping": (program(f"mapping m: u8 => {DEEP};"), "m", "32 deep"),
    "type in a storage": (program(f"storage kept: {DEEP};"), "kept", "32 deep"),
    "type in a record": (program(f"record R {{ owner: address, x: {DEEP} }}"), f"x: {DEEP}", "32 deep"),
    "type in a struct": (
        program(inputs="a: u32, s: S", outside=f"struct S {{ x: {DEEP} }}"),
        f"x: {DEEP}",
        "32 deep",
    ),
    "members of a struct": (
        program(inputs="a: u32, s: Many", outside=f"struct Many {{ {MANY} }}"),
        "Many",
        "32",
    ),
    "entries of a record": (program(f"record Many {{ owner: address, {MANY} }}"), "Many", "32"),
    "number of structs": (program(body=USES + "return a;", outside=STRUCTS), "S310", "310"),
    "name of a function": (program("fn add(b: u32) -> u32 { return b; }"), "add", "instruction"),
    "name of a mapping": (program("mapping function: u8 => u8;"), "function", "reserved"),
    "name of a record": (program("record add { owner: address }"), "add", "instruction"),
    "a member that no name of the machine can be": (
        program(inputs="a: u32, s: S", outside="struct S { _x: u32 }"),
        "_x: u32",
        "'_x' is not a name",
    ),
    "an entry that the machine keeps for itself": (
        program("record R { owner: address, _nonce: u32 }"),
        "_nonce: u32",
        "'_nonce' is not a name",
    ),
    "a ternary of identifiers": (
        program(body="let x: identifier = a == 1u32 ? 'p' : 'q'; assert_eq(x, 'p'); return a;"),
        "a == 1u32 ? 'p' : 'q'",
        "does not take boolean, identifier, identifier",
    ),
    "a long identifier": (
        program(body=f"let x: identifier = '{'q' * 32}'; assert_eq(x, x); return a;"),
        f"'{'q' * 32}'",
        "at most 31",
    ),
    "bits of a signature": (
        program(
            inputs="a: u32, s: signature",
            body="let b: [bool; 1034] = Serialize::to_bits(s); assert(b[0]); return a;",
        ),
        "Serialize::to_bits(s)",
        "failed to parse the source file for `demo.aleo` into a valid Aleo program",
    ),
    "a signature from bits": (
        program(
            inputs="a: u32, b: [bool; 1008]",
            body="let s: signature = Deserialize::from_bits_raw::[signature](b); assert_eq(s, s); return a;",
        ),
        "Deserialize::from_bits_raw::[signature](b)",
        "not of signature",
    ),
    "the checksum of a function whose name is not known": (
        "program a.aleo { mapping m: u8 => [u8; 32]; fn r0(public name: identifier) -> Final { "
        "return final { m.set(1u8, _function_checksum(a.aleo, name)); }; } @noupgrade constructor() {} }",
        "_function_checksum(a.aleo, name)",
        "'r0' is not the name of a function",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_has_its_place_and_reason(name: str) -> None:
    text, place, words = CASES[name]
    (found,) = [
        d
        for d in compile([UnitSource("program", Source("main.leo", text))]).diagnostics
        if d.level == "error"
    ]
    assert found.span is not None and text[found.span.start : found.span.end] == place
    assert words in f"{found.message} {found.note} {found.help}"
    assert "dependency" not in f"{found.message} {found.help}"
