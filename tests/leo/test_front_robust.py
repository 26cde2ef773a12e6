"""Programs broken at random are judged, never a crash."""

import random
import threading

import pytest

from avm.base.sources import Source
from avm.leo.budget import BRANCHES, CHAIN, NESTING
from avm.leo.front import UnitSource
from avm.leo.lexer import TRIVIA, lex
from avm.leo.pipeline import compile
from tests.leo.lowering import checked, codes

PROGRAM = """program demo.aleo {
    record token { owner: address, amount: u64 }
    mapping total: address => u64;
    storage count: u32;

    fn mint(public to: address, amount: u64) -> (token, Final) {
        let made: token = token { owner: to, amount };
        let list: [u64; 3] = [amount, helper::[2u32](amount), 1u64];
        let sum: u64 = 0u64;
        for i: u32 in 0u32..3u32 { sum += list[i]; }
        let pair: (u64, bool) = (sum, sum > 3);
        let maybe: u64? = pair.1 ? pair.0 : none;
        assert_eq(maybe.unwrap_or(1u64), std::hash::bhp256::hash_u64_to_u64(sum));
        if pair.1 { sum = 2u64; }
        return (made, final { keep(to, sum); if sum > 1 { count = 1u32; } });
    }
    view fn look(who: address) -> u64 { return total.get_or_use(who, 0u64); }
    @noupgrade
    constructor() {}
}
const LIMIT: u64 = 1u64 << 40u8;
export struct point { x: field, y: field }
fn helper::[N: u32](a: u64) -> u64 { let p = point { x: 1field, y: 2 }; return a.add_wrapped(LIMIT ** N); }
final fn keep(to: address, n: u64) { let old: u64 = total.get_or_use(to, 0u64); total.set(to, old + n); }
"""
_SPARE = [
    "u8",
    "address",
    "Final",
    "none",
    "(u8, u8)",
    "[u8; 4]",
    "T?",
    "{}",
    "()",
    "dyn record",
    "Final@(1)::x",
]


def test_the_undamaged_program_is_clean() -> None:
    compilation = checked(PROGRAM)
    assert not compilation.diagnostics.has_errors, compilation.diagnostics.items


def test_every_random_damage_is_reported_or_harmless() -> None:
    dice = random.Random(7)
    tokens = lex(PROGRAM)[0]
    places = [i for i, token in enumerate(tokens) if token.kind not in TRIVIA and token.text]
    for _ in range(120):
        texts = [token.text for token in tokens]
        for place in dice.sample(places, dice.choice((1, 1, 2, 3))):
            same = [i for i in places if tokens[i].kind == tokens[place].kind]
            texts[place] = dice.choice(
                (tokens[dice.choice(same)].text, dice.choice(_SPARE), "", texts[place] * 2)
            )
        checked("".join(texts))


def test_a_dynamic_call_on_a_keyword_is_reported() -> None:
    assert codes(checked("program a.aleo { fn f() { Final@(1)::x(); } }")) == ["EPAR0370005"]


@pytest.mark.parametrize("storage", ["storage v: A;", "storage v: [A];", "mapping v: u8 => A;"])
@pytest.mark.parametrize("structs", ["struct A { a: A }", "struct A { b: B }\nstruct B { a: [A; 2] }"])
def test_a_struct_inside_itself_is_reported_wherever_it_is_used(structs: str, storage: str) -> None:
    inside = f"{storage} fn f(q: A) {{ let z: A = q; }} @noupgrade constructor() {{}}"
    text = f"{structs}\nprogram a.aleo {{ {inside} }}"
    assert "ETYC0372058" in codes(checked(text))


DEEP = {
    "parentheses": lambda n: "return " + "(" * n + "a" + ")" * n + ";",
    "calls": lambda n: "return " + "g(" * n + "a" + ")" * n + ";",
    "blocks": lambda n: "{" * n + "}" * n + " return a;",
    "unary": lambda n: "return " + "!" * (2 * (n // 2)) + "a;",
    "sum": lambda n: "return " + " + ".join(["a"] * n) + ";",
    "sums in sums": lambda n: "return " + "(" * 10 + "a" + (" + a" * (n // 9) + ")") * 10 + ";",
    "powers": lambda n: "return " + "a" + " ** 1u8" * n + ";",
    "casts": lambda n: "return a" + " as u32" * n + ";",
    "methods": lambda n: "return a" + ".add_wrapped(a)" * n + ";",
    "ternary right": lambda n: "return " + "a == 1u32 ? a : " * n + "a;",
    "ternary left": lambda n: "return " + "a == 1u32 ? " * n + "a" + " : a" * n + ";",
    "if": lambda n: "if a == 1u32 {" * n + "}" * n + " return a;",
    "else if": lambda n: "if a == 1u32 { return a; } " + "else if a == 2u32 { } " * n + "return a;",
}


def deep(kind: str, levels: int) -> str:
    inside = f"fn main(a: u32) -> u32 {{ {DEEP[kind](levels)} }} @noupgrade constructor() {{}}"
    return f"program a.aleo {{ {inside} }} fn g(x: u32) -> u32 {{ return x; }}"


@pytest.mark.parametrize("kind", DEEP)
def test_some_hundred_levels_are_compiled(kind: str) -> None:
    result = compile([UnitSource("program", Source("main.leo", deep(kind, 300)))])
    assert result.ok, result.diagnostics


@pytest.mark.parametrize(
    "body",
    [
        "return " + " + ".join(["a"] * 6000) + ";",
        "let x: bool = " + " && ".join(["a == 1u32"] * 3000) + "; return x ? a : 0u32;",
        "const X: u32 = " + " + ".join(["1u32"] * 6000) + "; return X;",
    ],
)
def test_chains_of_operators_may_have_thousands_of_parts(body: str) -> None:
    text = f"program a.aleo {{ fn main(a: u32) -> u32 {{ {body} }} @noupgrade constructor() {{}} }}"
    result = compile([UnitSource("program", Source("main.leo", text))])
    assert result.ok, result.diagnostics


@pytest.mark.parametrize("kind", DEEP)
def test_more_levels_than_the_limit_are_an_error_that_names_it(kind: str) -> None:
    limit = {"else if": BRANCHES, "sum": CHAIN, "sums in sums": CHAIN}.get(kind, NESTING)
    (found,) = compile([UnitSource("program", Source("main.leo", deep(kind, limit.most + 10)))]).diagnostics
    assert f"{limit.most:,} {limit.what}" in found.message and found.span is not None and found.help


@pytest.mark.parametrize("kind", DEEP)
def test_depth_counts_the_same_in_a_thread_with_a_small_stack(kind: str) -> None:
    before = threading.stack_size(128 << 10)
    try:
        found: list[bool] = []
        source = [UnitSource("program", Source("main.leo", deep(kind, 300)))]
        thread = threading.Thread(target=lambda: found.append(compile(source).ok))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    assert found == [True]


ONES = "1" * 5000


@pytest.mark.parametrize(
    "body",
    [
        f"let x: field = {ONES}field; return a;",
        f"let x: scalar = {ONES}scalar + 1scalar; return a;",
        f"let x: field = {ONES}; return a;",
        f"let x: field = {ONES}field + 1field; assert_eq(x, {ONES}field + 1field); return a;",
    ],
)
def test_numbers_of_thousands_of_digits_are_reduced(body: str) -> None:
    text = f"program a.aleo {{ fn main(a: u32) -> u32 {{ {body} }} @noupgrade constructor() {{}} }}"
    result = compile([UnitSource("program", Source("main.leo", text))])
    assert result.ok, result.diagnostics


@pytest.mark.parametrize(
    "body",
    [
        f"return {ONES}u32;",
        f"return a.{ONES};",
        f"return 0x{ONES}u32;",
        f"let x: [u8; {ONES}] = [0u8; 3]; return a;",
        f"let x: [u8; 2] = [1u8; 2]; return x[{ONES}u32] as u32;",
        f"for i: u32 in 0u32..{ONES}u32 {{ }} return a;",
        "return " + "9" * 200_000 + ";",
        "let x: field = " + "9" * 200_000 + "field; return a;",
        "return \ud800;",
    ],
)
def test_numbers_and_letters_that_fit_nowhere_are_errors_of_readable_length(body: str) -> None:
    text = f"program a.aleo {{ fn main(a: u32) -> u32 {{ {body} }} @noupgrade constructor() {{}} }}"
    result = compile([UnitSource("program", Source("main.leo", text))])
    assert not result.ok and result.diagnostics
    for found in result.diagnostics:
        assert found.span is not None and len(found.message) < 400
