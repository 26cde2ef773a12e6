"""Compiling whole programs: dependencies, errors, refusals, and the suite of the reference compiler."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from avm.base.errors import Unsupported
from avm.base.sources import Source
from avm.conformance.compilation import compile_request
from avm.conformance.leo import run_passes
from avm.leo.front import UnitSource
from avm.leo.pipeline import compile, examine

LEAF = """export struct Point { x: u8, y: u8 }
program leaf.aleo {
    mapping seen: u8 => bool;
    fn sum(p: Point) -> u8 { return p.x + p.y; }
    fn mark(public key: u8) -> Final { return final { seen.set(key, true); }; }
    @noupgrade constructor() {}
}
"""
CALLER = """import leaf.aleo;
program caller.aleo {
    fn both(a: u8) -> (u8, Final) {
        let total: u8 = leaf.aleo::sum(leaf.aleo::Point { x: a, y: 2u8 });
        let marked: Final = leaf.aleo::mark(a);
        return (total, final { marked.run(); assert(leaf.aleo::seen.get(a)); });
    }
    @noupgrade constructor() {}
}
"""


def program(statements: str, inputs: str = "a: u8", output: str = "u8") -> str:
    main = f"fn main({inputs}) -> {output} {{ {statements} }}"
    return f"program demo.aleo {{ {main} @noupgrade constructor() {{}} }}"


def codes(text: str) -> list[str]:
    return [d.code for d in compile([UnitSource("program", Source("main.leo", text))]).diagnostics]


def test_dependencies_come_first() -> None:
    result = compile(
        [UnitSource("program", Source("leaf.leo", LEAF)), UnitSource("program", Source("main.leo", CALLER))]
    )
    assert [p.name for p in result.programs] == ["leaf.aleo", "caller.aleo"]
    assert "call leaf.aleo/sum r1 into r2;" in result.programs[1].bytecode
    assert "await r0;" in result.programs[1].bytecode
    assert "get leaf.aleo/seen[" in result.programs[1].bytecode


def test_a_dependency_may_be_bytecode() -> None:
    (leaf,) = compile([UnitSource("program", Source("leaf.leo", LEAF))]).programs
    alone = compile(
        [
            UnitSource("aleo", Source("leaf.aleo", leaf.bytecode)),
            UnitSource("program", Source("main.leo", CALLER)),
        ]
    )
    both = compile(
        [UnitSource("program", Source("leaf.leo", LEAF)), UnitSource("program", Source("main.leo", CALLER))]
    )
    assert [p.name for p in alone.programs] == ["caller.aleo"]
    assert alone.programs[0].bytecode == both.programs[1].bytecode


def test_parameters_that_take_no_register_have_no_name() -> None:
    text = "program demo.aleo { fn main(x: [u8; 0], y: u8) -> u8 { return y; } @noupgrade constructor() {} }"
    (program,) = compile([UnitSource("program", Source("main.leo", text))]).programs
    assert len(program.program.functions["main"].inputs) == 1
    assert program.parameter_names["main"] == ("y",)


def test_parameters_keep_their_names() -> None:
    (leaf,) = compile([UnitSource("program", Source("leaf.leo", LEAF))]).programs
    assert leaf.parameter_names["sum"] == ("p",)


def test_errors_of_the_front_stop_the_compilation() -> None:
    assert codes(program("return b;")) == ["ETYC0372005"]
    assert codes(program("return a")) != []


def test_the_source_is_checked_without_generating_code() -> None:
    def found(text: str) -> list[str]:
        return [d.code for d in examine([UnitSource("program", Source("main.leo", text))]).diagnostics]

    assert found(program("return a;")) == []
    assert found(program("return b;")) == ["ETYC0372005"]


def test_a_bound_that_is_not_constant_is_an_error() -> None:
    assert codes(program("for i: u8 in 0u8..a { a += i; } return a;")) == ["ECMP0376008"]


def test_programs_that_blow_up_are_given_up_in_time() -> None:
    loop = program("for i: u32 in 0u32..4000000000u32 { a = a.add_wrapped(1u8); } return a;")
    result = compile([UnitSource("program", Source("main.leo", loop))])
    (found,) = result.diagnostics
    assert not result.ok and "turns of unrolled loops" in found.message and found.span is not None


def test_generated_code_that_the_machine_refuses_is_an_error() -> None:
    text = program("return a;").replace("main", "add")
    assert codes(text) == ["EDIS03713000"]


def test_compiling_takes_no_arrays_library() -> None:
    script = (
        "import sys; from avm.base.sources import Source; from avm.leo.front import UnitSource;"
        "from avm.leo.pipeline import compile;"
        f"assert compile([UnitSource('program', Source('main.leo', {LEAF!r}))]).ok;"
        "sys.exit(bool({'numba', 'galois', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=120).returncode == 0


def test_a_hundred_lines_compile() -> None:
    lines = [f"let x{i}: u8 = a.add_wrapped({i % 200}u8) ^ {i % 7}u8;" for i in range(95)]
    text = program("\n".join([*lines, "return x0 & x94;"]))
    assert compile([UnitSource("program", Source("main.leo", text))]).ok


def request(*texts: str, **settings: object) -> dict[str, Any]:
    sources: list[dict[str, object]] = [
        {"kind": "program", "path": "main.leo", "name": None, "source": t, "modules": []} for t in texts
    ]
    return {"op": "leo.compile", "sources": sources, "settings": settings}


DIFFERENT = {
    "const_prop_unroll_and_morphing/loop_unrolling",  # a turn is one block, not two
    "dead_code_elimination/fallible_unused",  # needs a type that the checks of a whole program ask for
    "dead_code_elimination/multiple_unused",  # printed there after more passes than are named
    "dead_code_elimination/unused_variable",
    "dead_code_elimination/used_variable",
    "function_inlining/lib_fn_generic_inline",  # the last call takes the body, ours leaves none behind
    "function_inlining/lib_fn_inline",
    "function_inlining/lib_submodule_inlining",
    "function_inlining/nested_inline",
    "function_inlining/no_inline",
    "function_inlining/simple_inline",
    "option_lowering/lib_fn_unwrap_binds_receiver",  # ours declares the struct in the program too
    "option_lowering/lib_submodule_unwrap_binds_receiver",
    "remove_unreachable/unreachable",  # not an entry by itself
}


def without_empty_blocks(text: str) -> str:
    while (shorter := re.sub(r"^ *\{\n *\}\n", "", text, flags=re.MULTILINE)) != text:
        text = shorter
    return text


class TestConformance:
    def test_it_answers_programs(self) -> None:
        reply = compile_request(request(LEAF, CALLER, deps="leo"))
        assert reply["ok"] and [p["name"] for p in reply["programs"]] == ["leaf.aleo", "caller.aleo"]

    def test_dependencies_may_be_compiled_alone(self) -> None:
        reply = compile_request(request(LEAF, CALLER, deps="aleo"))
        assert reply["ok"] and [p["name"] for p in reply["programs"]] == ["leaf.aleo", "caller.aleo"]

    def test_it_answers_errors(self) -> None:
        reply = compile_request(request(program("return b;")))
        assert not reply["ok"] and reply["errors"][0]["code"] == "ETYC0372005"

    def test_what_is_not_built_is_said(self) -> None:
        with pytest.raises(Unsupported):
            compile_request(request(LEAF, interfaces=True))

    def test_the_suite_of_the_reference_compiler(self, shared: Path) -> None:
        """A sample of the suite; `python -m avm.cli conformance` runs all of it."""
        lines = (shared / "leo-suite" / "compiler.jsonl").read_text(encoding="utf-8").splitlines()
        for line in lines[::23]:
            case = json.loads(line)
            try:
                reply = compile_request(case)
            except Unsupported:
                continue
            assert reply["ok"] == (case["expect"]["kind"] == "ok"), case["id"]
            if reply["ok"]:
                assert [(p["name"], p["bytecode"]) for p in reply["programs"]] == [
                    (p["name"], p["bytecode"]) for p in case["expect"]["programs"]
                ], case["id"]

    def test_single_passes_rewrite_as_those_of_the_reference_compiler(self, shared: Path) -> None:
        """Up to empty blocks, which ours leave out."""
        different = set()
        for line in (shared / "leo-suite" / "passes.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if case["expect"]["kind"] == "ok":
                text = run_passes(case).get("text", "")
                if without_empty_blocks(text) != without_empty_blocks(case["expect"]["text"]):
                    different.add(case["id"].removeprefix("passes/"))
        assert different == DIFFERENT
