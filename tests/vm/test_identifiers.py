"""Identifiers as values of programs: what the network's machine answers, and where they may stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.base.errors import AvmError
from avm.vm import RunConfig, execute, load
from tests.vm.machine_programs import SIGNER

HEAD = """program t.aleo;
struct s:
    n as identifier;
    k as [identifier; 2u32];

mapping m:
    key as identifier.public;
    value as [identifier; 2u32].public;

function main:
"""
ANSWERS = json.loads((Path(__file__).parent / "golden" / "identifiers.json").read_text())
"""Bodies and their output, or None where the program is refused or halts: answers of the reference."""


def output(body: str) -> str | None:
    try:
        trace = execute(load(HEAD + body), "main", [], RunConfig(signer=SIGNER))
    except AvmError:
        return None
    return "".join(str(trace.outputs[0].value).split()) if trace.ok and trace.outputs else None


@pytest.mark.parametrize("row", ANSWERS, ids=lambda row: " ".join(row["body"].split())[:70])
def test_a_program_with_identifiers_runs_as_on_the_network(row: dict[str, str | None]) -> None:
    assert output(str(row["body"])) == row["output"]


def test_an_input_may_be_written_with_or_without_quotes() -> None:
    program = load(HEAD + "    input r0 as identifier.private;\n    output r0 as identifier.private;\n")
    for text in ("'abc'", "abc", " abc "):
        assert str(execute(program, "main", [text], RunConfig(signer=SIGNER)).outputs[0].value) == "'abc'"
    for text in ("1a", "97field", "a b", "'a", ""):
        with pytest.raises(AvmError):
            execute(program, "main", [text], RunConfig(signer=SIGNER))
