"""White space and comments stand where the network's parser takes them, and nowhere else."""

from __future__ import annotations

import json

import pytest

from avm.base.errors import ParseFailure
from avm.program import parse
from tests.program.gaps import FILLERS, GOLDEN, TEMPLATES, cases, gaps

TABLE = json.loads(GOLDEN.read_text())


def accepts(program: str) -> bool:
    try:
        parse(program)
    except ParseFailure:
        return False
    return True


def test_the_table_is_of_these_programs() -> None:
    assert [row["part"] for row in TABLE] == [part for _, part, _ in TEMPLATES]
    for row in TABLE:
        assert [len(v) for v in row["verdicts"]] == [len(FILLERS)] * len(gaps(row["part"]))
        assert any("y" in v and "n" in v for v in row["verdicts"])


@pytest.mark.parametrize("index", range(len(TEMPLATES)))
def test_a_gap_takes_what_the_network_takes(index: int) -> None:
    part = TEMPLATES[index][1]
    wrong = []
    for (start, end), texts, verdicts in zip(
        gaps(part), cases(TEMPLATES[index]), TABLE[index]["verdicts"], strict=True
    ):
        for text, filler, verdict in zip(texts, FILLERS, verdicts, strict=True):
            if accepts(text) != (verdict == "y"):
                wrong.append((part[:start], filler, part[end:], verdict))
    assert not wrong
