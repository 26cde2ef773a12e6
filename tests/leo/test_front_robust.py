"""Programs broken at random are judged, never a crash."""

import random

import pytest

from avm.base.errors import Unsupported
from avm.leo.front import UnitSource, check, prepare
from avm.leo.lexer import lex

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
    state = prepare([UnitSource("program", "main.leo", PROGRAM)])
    assert check(state), state.diagnostics.items


def test_every_random_damage_is_reported_or_harmless() -> None:
    dice = random.Random(7)
    tokens = lex(PROGRAM)[0]
    places = [i for i, token in enumerate(tokens) if not token.is_trivia and token.text]
    for _ in range(120):
        texts = [token.text for token in tokens]
        for place in dice.sample(places, dice.choice((1, 1, 2, 3))):
            same = [i for i in places if tokens[i].kind == tokens[place].kind]
            texts[place] = dice.choice(
                (tokens[dice.choice(same)].text, dice.choice(_SPARE), "", texts[place] * 2)
            )
        state = prepare([UnitSource("program", "main.leo", "".join(texts))])
        assert check(state) or state.diagnostics.has_errors


def test_a_dynamic_call_on_a_keyword_is_reported() -> None:
    state = prepare([UnitSource("program", "main.leo", "program a.aleo { fn f() { Final@(1)::x(); } }")])
    assert [d.code for d in state.diagnostics] == ["EPAR0370005"]


@pytest.mark.parametrize("storage", ["storage v: A;", "storage v: [A];", "mapping v: u8 => A;"])
@pytest.mark.parametrize("structs", ["struct A { a: A }", "struct A { b: B }\nstruct B { a: [A; 2] }"])
def test_a_struct_inside_itself_is_reported_wherever_it_is_used(structs: str, storage: str) -> None:
    inside = f"{storage} fn f(q: A) {{ let z: A = q; }} @noupgrade constructor() {{}}"
    text = f"{structs}\nprogram a.aleo {{ {inside} }}"
    state = prepare([UnitSource("program", "main.leo", text)])
    assert not check(state)
    assert "ETYC0372058" in [d.code for d in state.diagnostics]


@pytest.mark.parametrize("body", ["return " + "(" * 150 + "1u8" + ")" * 150 + ";", "{" * 150 + "}" * 150])
def test_more_nesting_than_the_parser_follows_is_unsupported(body: str) -> None:
    state = prepare([UnitSource("program", "main.leo", f"program a.aleo {{ fn f() {{ {body} }} }}")])
    assert state.diagnostics.has_errors
    with pytest.raises(Unsupported):
        check(state)
