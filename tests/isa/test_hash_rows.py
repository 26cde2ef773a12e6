"""Hashes and commitments make the rows that snarkVM's own proving keys hold, entry by entry.

``golden/hash_rows.json`` holds bodies of a function with one private u64, and digests of the rows of A, B
and C that its instructions take up in the proving key that snarkVM 4.12.0 made. Columns are counted as here:
One is 0, then the bits of the input, then the variables of the instructions. The tag of the input is known
already when the instructions begin, as the request has hashed it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from avm.data.circuit_values import CircuitPlaintext, inject
from avm.data.literal import Literal
from avm.isa.registry import ops
from avm.isa.statement import Statement
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.literal_type import LiteralType
from tests.r1cs.rows import digest

GOLDEN = json.loads((Path(__file__).parent / "golden" / "hash_rows.json").read_text())
INSTRUCTION = re.compile(r"(\S+) (.*) into r\d+(?: as (\w+))?;")


def run(cs: ConstraintSystem, registers: list[CircuitPlaintext], text: str) -> None:
    match = INSTRUCTION.fullmatch(text)
    assert match, text
    mnemonic, words, target = match.groups()
    operands = [
        registers[int(word[1:])].clone()
        if word.startswith("r")
        else inject(cs, Mode.CONSTANT, Literal.parse(word))
        for word in words.split()
    ]
    statement = Statement(types=(LiteralType.from_name(target),) if target else ())
    (result,) = ops()[mnemonic].synthesize(cs, operands, statement, None)  # type: ignore[arg-type]
    registers.append(result)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", GOLDEN)
def test_instructions_make_the_rows_of_the_proving_key(name: str) -> None:
    expected = GOLDEN[name]
    cs = ConstraintSystem()
    given = inject(cs, Mode.PRIVATE, Literal.parse("123456789u64"))
    given.tagged_bits()
    registers, before, first = [given], cs.counts(), cs.num_constraints
    for text in expected["instructions"]:
        run(cs, registers, text)
    made, matrices = cs.counts() - before, cs.matrices()
    assert (made.constraints, made.private) == (expected["rows"], expected["privates"])
    assert made.constants == expected["constants"] and cs.is_satisfied
    rows = (matrices.a, matrices.b, matrices.c)
    assert [digest(matrix[first:]) for matrix in rows] == expected["digests"]
