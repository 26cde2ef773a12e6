"""What holds for every pass of the compiler, taken from the pipeline itself.

Each pass finds the facts it requires, makes those it ensures true, is a file of its own, keeps the places in
the source, and changes nothing when it runs twice, where it says so. Every fact has a verifier, and every
verifier a program that it finds wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

import avm.leo
import avm.leo.passes
from avm.base.sources import Source
from avm.leo import ast
from avm.leo.ast import Variant
from avm.leo.compilation import Pass
from avm.leo.front import UnitSource
from avm.leo.messages import MESSAGES
from tests.leo.facts import FACTS, below, broken, functions
from tests.leo.lowering import BY_NAME, PASSES, Record, Step, alike, checked, prepared, program, recorded

GOLDEN = sorted((Path(__file__).parent / "leo" / "golden").glob("*.leo"))


@lru_cache(maxsize=1)
def compilations() -> tuple[Record, ...]:
    """The golden programs, every fact verified after every pass."""
    return tuple(recorded(path.read_text(encoding="utf-8")) for path in GOLDEN)


def steps(item: Pass) -> Iterator[tuple[Record, Step]]:
    for compilation in compilations():
        for step in compilation.steps:
            if step.item is item:
                yield compilation, step


def test_every_pass_is_in_the_pipeline() -> None:
    folder = Path(next(iter(avm.leo.passes.__path__)))
    modules = {f"avm.leo.passes.{p.stem}" for p in folder.glob("*.py") if p.stem != "__init__"}
    assert {item.run.__module__ for item in PASSES} == modules


def test_names_tell_passes_apart() -> None:
    assert all(BY_NAME[item.name] is item for item in PASSES)


def test_the_order_provides_what_passes_require() -> None:
    facts: set[str] = set()
    for item in PASSES:
        assert item.requires <= facts, (item.name, item.requires - facts)
        facts = (facts - item.destroys) | item.ensures


def test_every_fact_has_a_verifier_and_a_pass_that_ensures_it() -> None:
    assert {fact for item in PASSES for fact in item.ensures} == FACTS.keys() == EXAMPLES.keys()
    assert all(item.destroys <= FACTS.keys() for item in PASSES)


STORAGE = "storage s: u8;"
EXAMPLES = {
    "globals": program("fn main() -> u8 { return N; }", "const N: u8 = 1u8;"),
    "resolved": program("fn main(a: u8) -> u8 { return a; }"),
    "items": program("fn main() -> u8 { return 1u8; }"),
    "typed": program("fn main(a: u8) -> u8 { return a; }"),
    "disambiguated": program(
        "mapping m: u8 => u8; fn main() -> Final { return final { m.set(1u8, 2u8); }; }"
    ),
    "finalize functions": program("fn main() -> Final { return final { assert(true); }; }"),
    "pruned": program("fn main() -> u8 { return 1u8; }"),
    "reachable": program("fn main(a: u8) -> u8 { { return a; } return 3u8; }"),
    "unrolled": program("fn main(a: u8) -> u8 { for i: u8 in 0u8..2u8 { a += i; } return a; }"),
    "evaluated": program("fn main(a: [u8; 3]) -> u8 { return a[1u32 + 1u32]; }"),
    "concrete": program(
        "fn main(a: u8) -> u8 { return f::[2u8](a); }", "fn f::[N: u8](a: u8) -> u8 { return a; }"
    ),
    "no storage": program(f"{STORAGE} fn main(a: u8) -> Final {{ return final {{ s = a; }}; }}"),
    "no optionals": program("fn main(a: u8) -> u8 { let x: u8? = none; return a; }"),
    "ssa": program("fn main(a: u8) -> u8 { a = 2u8; return a; }"),
    "no consts": program("fn main(a: u8) -> u8 { const X: u8 = 2u8; return a; }"),
    "no tuples": program("fn main(a: u8) -> u8 { let t = (a, a); return t.1; }"),
    "no element writes": program("fn main(a: [u8; 2]) -> u8 { a[1u32] = 3u8; return a[0u32]; }"),
    "flat": program("fn main(a: u8) -> u8 { if a == 1u8 { assert(a > 1u8); } return a; }"),
    "inlined": program("fn main() -> u8 { return lib::f(); }"),
    "constants folded": program("fn main() -> u8 { return 1u8 + 2u8; }"),
    "shared": program("fn main(a: u8) -> u8 { let b = a + a; let c = a + a; return b * c; }"),
    "no dead code": program("fn main(a: u8) -> u8 { let b = a; return a; }"),
}
LIBRARY = UnitSource("library", Source("lib.leo", "export fn f() -> u8 { return 1u8; }"), "lib")


@pytest.mark.parametrize("fact", FACTS)
def test_every_verifier_finds_a_program_that_breaks_its_fact(fact: str) -> None:
    unread = fact in ("globals", "resolved", "items", "typed", "reachable")
    compilation = (prepared if unread else checked)(LIBRARY, EXAMPLES[fact])
    assert not compilation.diagnostics.has_errors, compilation.diagnostics.items
    assert broken(compilation, frozenset({fact}))


@pytest.mark.parametrize("item", BY_NAME.values(), ids=lambda item: item.name)
class TestPass:
    def test_it_ran_on_every_golden_program(self, item: Pass) -> None:
        assert len({id(compilation) for compilation, _ in steps(item)}) == len(GOLDEN)

    def test_statements_keep_their_place_in_the_source(self, item: Pass) -> None:
        for _, step in steps(item):
            for function in functions(step.after):
                lost = [n for n in _meaningful(function) if n.span.end <= n.span.start]
                assert not lost, function.name


@pytest.mark.parametrize(
    "item",
    [i for i in BY_NAME.values() if i.idempotent and i.kind == "rewrite"],
    ids=lambda item: item.name,
)
def test_a_second_run_changes_nothing(item: Pass) -> None:
    for compilation, step in steps(item):
        assert compilation.again(step) == step.after


def _meaningful(function: ast.Function) -> Iterator[ast.Statement]:
    if function.variant is Variant.ENTRY_POINT:
        for node in below(function.block):
            if isinstance(node, ast.AssertStatement | ast.ExpressionStatement):
                yield node


def test_names_that_a_pass_invents_may_be_called_anything_but_by_one_name_each() -> None:
    made = ["let $var$1 = a + b", "return $var$1"]
    assert not alike(made, "let x = a + b\nreturn x")
    assert alike(made, "let x = a + b\nreturn y")
    assert alike(["let $var$1 = a", "let $var$2 = $var$1"], "let x = a\nlet x = x")
    assert alike(made, "let a = a + b\nreturn a")
    assert alike(made, "let x = a - b\nreturn x")
    assert alike(made, "let x = a + c\nreturn x")
    assert alike(made, "let x = a + b")
    assert alike(made[:1], "let x = a + b\nreturn x")


def test_every_message_is_reported_somewhere() -> None:
    folder = Path(next(iter(avm.leo.__path__)))
    texts = [p.read_text(encoding="utf-8") for p in folder.rglob("*.py") if p.parent.name != "messages"]
    assert not [name for name in MESSAGES if not any(f'"{name}"' in text for text in texts)]
