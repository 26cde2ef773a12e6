"""Finals: where they may stand, that each runs once, and what is unwise on-chain."""

import pytest

from avm.leo.front import UnitSource, check, prepare
from avm.leo.passes.check_effects import check_effects
from avm.leo.passes.check_static import check_static
from avm.leo.passes.check_taint import check_taint
from avm.leo.state import CompilerState

DEPENDENCY = """program dep.aleo {
    mapping m: u8 => u8;
    fn put(x: u8) -> (u8, Final) { return (x, final { m.set(x, x); }); }
    fn quiet(x: u8) -> Final { return final { m.set(x, x); }; }
    @noupgrade constructor() {}
}
"""


def checked(block: str, before: str = "", outside: str = "") -> CompilerState:
    main = f"""import dep.aleo;
program demo.aleo {{
    mapping n: u8 => u8;
    fn main(a: u8) -> Final {{
        let (v, f): (u8, Final) = dep.aleo::put(a);
        {before}
        return final {{ {block} }};
    }}
    @noupgrade constructor() {{}}
}}
{outside}
"""
    state = prepare([UnitSource("program", "dep.leo", DEPENDENCY), UnitSource("program", "main.leo", main)])
    assert check(state), state.diagnostics.items
    return state


def warnings(state: CompilerState) -> list[str]:
    check_effects(state)
    check_taint(state)
    return [d.code for d in state.diagnostics]


@pytest.mark.parametrize(
    ("block", "codes"),
    [
        ("Mapping::set(n, a, a); f.run();", []),
        ("f.run(); Mapping::set(n, a, a);", ["WCEI03713001"]),
        ("f.run(); let x: u8 = Mapping::get(n, a);", ["WCEI03713000"]),
        ("if a == 1u8 { f.run(); } Mapping::set(n, a, a);", ["WCEI03713001"]),
        ("f.run(); keep(a);", ["WCEI03713002"]),
        ("f.run(); assert(v == a);", ["WCEI03713004"]),
        ("f.run(); let w: u8 = v + 1u8; assert(w == a);", ["WCEI03713004", "WCEI03713004"]),
    ],
)
def test_effects_after_interactions_and_foreign_values_are_warned_of(block: str, codes: list[str]) -> None:
    outside = "final fn keep(x: u8) { Mapping::set(n, x, x); }"
    assert warnings(checked(block, outside=outside)) == codes


def test_a_foreign_value_handed_to_a_further_call_is_warned_of() -> None:
    state = checked("f.run(); g.run();", "let g: Final = dep.aleo::quiet(v);")
    assert "WCEI03713005" in warnings(state)


def test_a_final_may_only_be_run_bound_passed_or_returned() -> None:
    state = checked("f.run();")
    check_static(state)
    assert not state.diagnostics.has_errors


def test_a_final_that_is_compared_is_misplaced() -> None:
    state = checked("f.run();", "let x: bool = f == f;")
    check_static(state)
    assert "ESAZ0374005" in [d.code for d in state.diagnostics]
