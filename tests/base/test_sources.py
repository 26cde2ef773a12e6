"""What the id of a source stands for, and who asks."""

import re
from pathlib import Path

import pytest

from avm.base.errors import AvmError
from avm.base.sources import Source, place_of, source_line
from avm.base.span import SourceLine, Span

MAIN = Source("src/main.leo", "one\ntwo\n", Path("/app/src/main.leo"))
ENGINE = Path(__file__).parents[2] / "avm"


def test_a_place_is_told_by_source_and_line() -> None:
    assert source_line(Span(MAIN, 5, 6)) == SourceLine(MAIN, 2)
    assert place_of(Span(MAIN, 5, 6)) == (MAIN, 2) and place_of(None) == (None, None)


def test_lines_of_a_source_that_is_not_seen_are_not_told() -> None:
    made = Source("std/ctx.leo", "one\ntwo\n", seen=False)
    assert source_line(Span(made, 5, 6)) is None and place_of(Span(made, 5, 6)) == (made, None)


def test_two_builds_have_one_source_while_path_text_and_file_are_the_same() -> None:
    same = Source("src/main.leo", "one\ntwo\n", Path("/app/src/main.leo"))
    other = Source("src/main.leo", "one\ntwo\n", Path("/dep/src/main.leo"))
    assert {SourceLine(MAIN, 2)} & {SourceLine(same, 2)} and other != MAIN


def test_a_failure_looks_its_path_up_when_it_becomes_data() -> None:
    data = AvmError("wrong", place=Span(MAIN, 0, 3)).to_dict()
    assert data["place"] == {"file": "src/main.leo", "start": 0, "end": 3}


@pytest.mark.parametrize("package", ["leo", "vm", "isa", "program", "r1cs", "types", "ledger"])
def test_the_engine_never_asks_what_an_id_stands_for(package: str) -> None:
    asks = re.compile(r"^from avm\.base\.sources import .*\bsource_of\b", re.MULTILINE)
    assert not [path for path in (ENGINE / package).rglob("*.py") if asks.search(path.read_text("utf-8"))]
