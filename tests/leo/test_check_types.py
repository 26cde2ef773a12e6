"""Type checking: what programs may say, and the official words for what they may not."""

import json
from pathlib import Path

import pytest

from avm.base.sources import Source
from avm.conformance.leo import line_col
from avm.leo import pipeline
from avm.leo.ast import U8, U32, ArrayType, DefinitionStatement, FutureType
from avm.leo.compilation import Compilation
from avm.leo.front import UnitSource
from tests.leo.lowering import checked, codes

SUITE = Path(__file__).resolve().parents[2].parent / "shared" / "leo-suite" / "compiler.jsonl"
FRONT_CODES = ("EPAR", "EAST", "ENV", "ETYC", "ECHI", "ECMP0376006")


def program(items: str, outside: str = "", name: str = "demo") -> str:
    return f"program {name}.aleo {{ {items} @noupgrade constructor() {{}} }}\n{outside}"


def body(statements: str, outside: str = "") -> Compilation:
    return checked(program(f"fn main(a: u32, b: u32) -> u32 {{ {statements} return a; }}", outside))


def test_a_sound_program_has_no_diagnostics() -> None:
    assert codes(body("let c: u32 = a + b; assert_eq(c, b + a);")) == []


def test_every_definition_and_expression_has_a_type() -> None:
    compilation = body("let c = [a, b]; let d = c[0u32];")
    (function,) = compilation.tree.scope.functions  # type: ignore[union-attr]
    first, second, _ = function.block.statements
    assert isinstance(first, DefinitionStatement) and isinstance(second, DefinitionStatement)
    assert isinstance(compilation.types[first.value.id], ArrayType)
    assert compilation.types[second.places[0].id] == U32


@pytest.mark.parametrize(
    ("statements", "code"),
    [
        ("let c: u8 = a;", "ETYC0372117"),
        ("let c = a + 1u8;", "ETYC0372119"),
        ("let c = 1;", "ETYC0372004"),
        ("let c: u8 = 256u8;", "ETYC0372008"),
        ("let c: u8 = 256;", "ETYC0372008"),
        ("let c = missing;", "ETYC0372005"),
        ("let a = b;", "EAST0372017"),
        ("let c = helper(a);", "ETYC0372005"),
        ("a = 1u32; if a == 1u32 { return b; } else { return a; }", "ETYC0372025"),
        ("let (c, d) = a;", "ETYC0372190"),
        ("let c = (a, b).5;", "ETYC0372024"),
        ("let c = a[0u32];", "ETYC0372117"),
        ("let c = a.x;", "ETYC0372117"),
        ("let c = true && a;", "ETYC0372117"),
        ("let c = a ? b : a;", "ETYC0372117"),
        ("a + b;", "ETYC0372053"),
        ("let c = a ** 2u64;", "ETYC0372121"),
        ("let c = a << 2u64;", "ETYC0372122"),
        ("for i in 0u32..3u8 { }", "ETYC0372134"),
        ("for i in 0u32..3u32 { return i; }", "ETYC0372026"),
        ("let c: string = none;", "ETYC0372045"),
        ("let h: field = _bhp256_hash_to_field((a, b));", "ETYC0372117"),
        ("let h = std::ctx::block_height();", "ETYC0372194"),
        ("total.set(1u8, 2u8);", "ETYC0372005"),
    ],
)
def test_a_wrong_statement_is_rejected_with_its_code(statements: str, code: str) -> None:
    assert code in codes(body(statements))


def test_a_numeral_takes_the_type_of_the_other_operand() -> None:
    assert codes(body("let c = a + 1; let d: u32 = 2 * b; assert(c > 3);")) == []


def test_words_and_place_of_a_mismatch() -> None:
    (item,) = body("let c: u8 = a;").diagnostics
    assert item.message == "expected type `u8`, but type `u32` was found"
    assert item.span is not None and item.span.end - item.span.start == 1


def test_a_program_needs_an_entry_and_a_constructor() -> None:
    assert codes(checked("program demo.aleo { }")) == ["ETYC0372083", "ETYC0372084"]


def test_records_need_an_owner_and_structs_take_no_records() -> None:
    outside = "struct S { t: T }"
    compilation = checked(program("record T { amount: u64 } fn main() { }", outside))
    assert codes(compilation) == ["ETYC0372019", "ETYC0372030"]


def test_composites_may_not_hold_themselves() -> None:
    compilation = checked(program("fn main() { }", "struct A { b: B } struct B { a: A }"))
    assert codes(compilation) == ["ETYC0372058"]
    assert "`demo.aleo/A` --> `demo.aleo/B` --> `demo.aleo/A`" in compilation.diagnostics.items[0].message


def test_functions_may_not_call_themselves() -> None:
    outside = "fn f(x: u8) -> u8 { return g(x); } fn g(x: u8) -> u8 { return f(x); }"
    compilation = checked(program("fn main(x: u8) -> u8 { return f(x); }", outside))
    assert codes(compilation) == ["ETYC0372059"]


def test_mappings_are_for_final_blocks() -> None:
    entry = "mapping m: u8 => u8; fn main() { m.set(1u8, 2u8); }"
    assert "ETYC0372067" in codes(checked(program(entry)))
    entry = "mapping m: u8 => u8; fn main() -> Final { return final { m.set(1u8, 2u8); }; }"
    assert codes(checked(program(entry))) == []


def test_a_caller_is_not_known_on_chain_even_through_helpers() -> None:
    items = "fn main() -> Final { return final { assert_eq(who(), who()); }; }"
    outside = "fn who() -> address { return std::ctx::caller(); }"
    assert codes(checked(program(items, outside))) == ["ETYC0372042", "ETYC0372042"]


def test_the_final_of_another_program_carries_what_its_block_takes() -> None:
    dependency = program(
        "mapping m: u8 => u8; fn put(x: u8) -> Final { return final { m.set(x, x); }; }", name="dep"
    )
    main = "import dep.aleo;\n" + program(
        "fn main() -> Final { let f: Final = dep.aleo::put(1u8); return final { f.run(); }; }"
    )
    compilation = checked(dependency, main)
    assert codes(compilation) == []
    futures = [t for t in compilation.types.values() if isinstance(t, FutureType) and t.is_explicit]
    assert futures and all(f.inputs == (U8,) and str(f.location) == "dep.aleo/put" for f in futures)


def test_an_import_that_is_not_there_is_reported() -> None:
    assert codes(checked("import gone.aleo;\n" + program("fn main() { }"))) == ["ECMP0376006"]


def test_checking_again_on_the_same_tree_finds_nothing_new() -> None:
    compilation = body("let c: u32 = a + b;")
    pipeline.run_entries(pipeline.RECHECK.passes, compilation)
    assert codes(compilation) == []


@pytest.mark.skipif(not SUITE.exists(), reason="the conformance data is not beside the repository")
def test_a_sample_of_the_suite_is_judged_exactly() -> None:
    for line in SUITE.read_text().splitlines()[::12]:
        case = json.loads(line)
        if any(s["kind"] == "aleo" for s in case["sources"]):
            continue
        units = [
            UnitSource(
                s["kind"],
                Source(s["path"], s["source"]),
                s.get("name", ""),
                tuple((m["path"], Source(m["path"], m["source"])) for m in s.get("modules", ())),
            )
            for s in case["sources"]
        ]
        compilation = checked(*units)
        mine = [
            (d.code, d.message, *(line_col(d.span) if d.span else (None, None)))
            for d in compilation.diagnostics.errors
        ]
        wanted = [(e["code"], e["message"], e["line"], e["col"]) for e in case["expect"]["errors"]]
        if mine or case["expect"]["kind"] == "ok":
            assert mine == wanted, case["id"]
