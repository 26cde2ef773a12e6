"""Generated code: whole programs beside the code they must give, and the places instructions come from."""

from pathlib import Path

import pytest

from avm.base.sources import Source
from avm.leo.front import UnitSource
from avm.leo.pipeline import CompiledProgram, compile
from avm.program import check, parse

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.leo"))


def compiled(text: str, file: str = "main.leo") -> CompiledProgram:
    result = compile([UnitSource("program", Source(file, text))])
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

    def test_the_machine_takes_the_program_and_reads_its_text_back(self, path: Path) -> None:
        result = compiled(path.read_text(encoding="utf-8"))
        program = result.program
        check(program, {})
        assert parse(result.bytecode) == parse(str(program)) == program

    def test_every_statement_has_its_line_and_its_place_in_the_source(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        result = compiled(text)
        lines = result.bytecode.splitlines()
        for body in result.program.bodies:
            for index, statement in enumerate(body.statements):
                line = result.listing.line(body.kind, body.name, index)
                assert line is not None and lines[line - 1].split() == str(statement).split()
                span = statement.span
                assert span is not None and 0 <= span.start < span.end <= len(text), (body.kind, body.name)
            assert result.listing.line(body.kind, body.name, len(body.statements)) is None


def origins(text: str, name: str) -> list[tuple[str, str]]:
    """Instructions of a function, each with the Leo text it came from."""
    found = []
    for instruction in compiled(text).program.functions[name].instructions:
        span = instruction.span
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
    assert origins(text, "main") == [
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
    assert [origin for _, origin in origins(text, "main")] == ["a * i", "a * i"]


LITERALS = """program demo.aleo {
    mapping m: field => group;
    fn main(a: field, b: group, c: address) -> Final {
        let big = a + 8444461749428370424248824938781546531375899335154063827935233455917409239050field;
        let minus: group = b + -2group;
        assert_neq(c, demo.aleo);
        let bits = Serialize::to_bits(a);
        assert(bits[0u32]);
        return final { m.set(-0_1field, minus); m.set(big, b); };
    }
    @noupgrade constructor() {}
}
"""


def test_literals_are_printed_in_the_machines_own_way() -> None:
    result = compiled(LITERALS)
    assert parse(result.bytecode) == result.program
    assert result.bytecode.replace("bits r0 (", "bits r0  (") == str(result.program)


def test_a_part_that_no_instruction_can_read_is_refused_at_its_place() -> None:
    text = """program demo.aleo {
    fn main() -> Final { return final { let c = std::ctx::checksum(); assert_eq(c[0u32], 1u8); }; }
    @noupgrade constructor() {}
}
"""
    (found,) = compile([UnitSource("program", Source("main.leo", text))]).diagnostics
    assert found.span is not None and text[found.span.start : found.span.end] == "c[0u32]"
    assert found.code == "EDIS03713000" and "'checksum'" in found.note
