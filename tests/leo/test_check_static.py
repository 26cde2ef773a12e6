"""Finals: where they may stand, that each runs once, and what is unwise on-chain."""

import pytest

from avm.leo.compilation import Compilation
from avm.leo.passes.check_effects import check_effects
from avm.leo.passes.check_static import check_static
from avm.leo.passes.check_taint import check_taint
from tests.leo import lowering

DEPENDENCY = """program dep.aleo {
    mapping m: u8 => u8;
    fn put(x: u8) -> (u8, Final) { return (x, final { m.set(x, x); }); }
    fn quiet(x: u8) -> Final { return final { m.set(x, x); }; }
    @noupgrade constructor() {}
}
"""


def checked(block: str, before: str = "", outside: str = "") -> Compilation:
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
    compilation = lowering.checked(DEPENDENCY, main)
    assert not compilation.diagnostics.has_errors, compilation.diagnostics.items
    return compilation


def warnings(compilation: Compilation) -> list[str]:
    check_effects(compilation)
    check_taint(compilation)
    return [d.code for d in compilation.diagnostics]


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
    compilation = checked("f.run(); g.run();", "let g: Final = dep.aleo::quiet(v);")
    assert "WCEI03713005" in warnings(compilation)


def test_a_final_may_only_be_run_bound_passed_or_returned() -> None:
    compilation = checked("f.run();")
    check_static(compilation)
    assert not compilation.diagnostics.has_errors


def test_a_final_that_is_compared_is_misplaced() -> None:
    compilation = checked("f.run();", "let x: bool = f == f;")
    check_static(compilation)
    assert "ESAZ0374005" in [d.code for d in compilation.diagnostics]
