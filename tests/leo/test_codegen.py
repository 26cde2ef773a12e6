"""Generated code: whole programs beside the code they must give, and the places instructions come from."""

from pathlib import Path
from typing import Any

import pytest

from avm.leo.debug_map import DebugMap
from avm.leo.front import UnitSource
from avm.leo.pipeline import CompiledProgram, compile
from avm.program import check, parse

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.leo"))


def compiled(text: str, file: str = "main.leo") -> CompiledProgram:
    result = compile([UnitSource("program", file, text)])
    assert result.ok, (result.diagnostics, result.unsupported)
    return result.programs[-1]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
class TestGolden:
    def test_the_code_is_the_expected_one(self, path: Path, regenerate: bool) -> None:
        bytecode = compiled(path.read_text(encoding="utf-8")).bytecode
        expected = path.with_suffix(".aleo")
        if regenerate:
            expected.write_text(bytecode, encoding="utf-8")
        assert bytecode == expected.read_text(encoding="utf-8")

    def test_the_machine_takes_the_code_and_prints_it_alike(self, path: Path) -> None:
        bytecode = compiled(path.read_text(encoding="utf-8")).bytecode
        program = parse(bytecode, path.name)
        check(program, {})
        assert str(program).strip() == bytecode.strip()

    def test_every_instruction_has_a_place_in_the_source(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        result = compiled(text)
        program = parse(result.bytecode, path.name)
        bodies: list[tuple[str, str, Any]] = [("function", f.name, f) for f in program.functions.values()]
        bodies += [
            ("finalize", f.name, f.finalize) for f in program.functions.values() if f.finalize is not None
        ]
        bodies += [("closure", c.name, c) for c in program.closures.values()]
        bodies += [("view", v.name, v) for v in program.views.values()]
        if program.constructor is not None:
            bodies.append(("constructor", "constructor", program.constructor))
        for kind, name, body in bodies:
            lines = len(body.instructions) + len(getattr(body, "outputs", ()))
            spans = [result.debug.span(result.name, kind, name, i) for i in range(lines)]
            assert all(s is not None and 0 <= s.start < s.end <= len(text.encode()) for s in spans), (
                kind,
                name,
            )
            assert result.debug.span(result.name, kind, name, lines) is None


def origins(text: str, kind: str, name: str) -> list[tuple[str, str]]:
    """Instructions of a body, each with the Leo text it came from."""
    result = compiled(text)
    program = parse(result.bytecode, "demo")
    tables: dict[str, Any] = {"function": program.functions, "closure": program.closures}
    body = tables.get(kind, {}).get(name)
    if kind == "finalize":
        body = program.functions[name].finalize
    assert body is not None
    found = []
    for index, instruction in enumerate(body.instructions):
        span = result.debug.span(result.name, kind, name, index)
        assert span is not None
        found.append((str(instruction).rstrip(";"), text[span.start : span.end].strip()))
    return found


def test_instructions_lead_to_the_expression_they_compute() -> None:
    text = """program demo.aleo {
    fn main(a: u8, b: u8) -> u8 {
        let c: u8 = a * b;
        if c > 3u8 { c = helper(c); }
        return c;
    }
    @noupgrade constructor() {}
}
fn helper(x: u8) -> u8 { return x - 1u8; }
"""
    assert origins(text, "function", "main") == [
        ("mul r0 r1 into r2", "a * b"),
        ("gt r2 3u8 into r3", "c > 3u8"),
        ("sub r2 1u8 into r4", "x - 1u8"),
        ("ternary r3 r4 r2 into r5", "if c > 3u8 { c = helper(c); }"),
    ]


def test_turns_of_a_loop_lead_to_the_same_line() -> None:
    text = """program demo.aleo {
    fn main(a: u8) -> u8 { for i: u8 in 1u8..4u8 { a = a * i; } return a; }
    @noupgrade constructor() {}
}
"""
    assert [origin for _, origin in origins(text, "function", "main")] == ["a * i", "a * i"]


def test_a_map_answers_which_code_came_from_a_line() -> None:
    text = "program demo.aleo { fn main(a: u8) -> u8 { return a + 1u8; } @noupgrade constructor() {} }"
    debug: DebugMap = compiled(text).debug
    start = text.index("a + 1u8")
    assert {(p.kind, p.name) for p in debug.places("main.leo", start, start + 1)} == {("function", "main")}
    assert not list(debug.places("other.leo", 0, len(text)))
