"""The rows of snarkVM's own proving keys, instruction by instruction.

``golden/proving_key_rows.json`` holds programs that snarkVM 4.5.0 (the WASM build of its SDK) made proving
keys for, and digests of the rows of A, B and C that their instructions take up there. Columns are counted as
here: One is 0, then the bits of the two inputs, then the variables of the instructions in order. Constants
are the difference to the key of a program without instructions, given where both names are equally long.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from avm.data.circuit_values import new_literal
from avm.data.literal import Literal
from avm.r1cs import ConstraintSystem
from avm.types import casts
from avm.types.group import GroupVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType as T
from tests.r1cs.rows import digest
from tests.types.circuits import C, S

GOLDEN = json.loads((Path(__file__).parent / "golden" / "proving_key_rows.json").read_text())
INSTRUCTION = re.compile(r"([a-z.]+) (.*) into r\d+(?: as (\w+))?;")
WORDS = {word: f"{word}_" for word in ("abs", "pow", "and", "or", "not")}


def no_elligator2(_x: Any) -> GroupVar:
    raise AssertionError("no program here casts a field to a point")


def run(cs: ConstraintSystem, registers: list[Any], text: str) -> None:
    match = INSTRUCTION.fullmatch(text)
    assert match, text
    opcode, operands, target = match.groups()
    values = [
        registers[int(word[1:])].clone()
        if re.fullmatch(r"r\d+", word)
        else new_literal(cs, C, Literal.parse(word))
        for word in operands.split()
    ]
    if opcode == "cast":
        registers.append(casts.cast_var(values[0], T.from_name(target)))
    elif opcode == "cast.lossy":
        registers.append(casts.cast_lossy_var(values[0], T.from_name(target), no_elligator2))
    elif opcode == "ternary":
        registers.append(type(values[1]).ternary(*values))
    else:
        method = WORDS.get(opcode, opcode.replace(".", "_"))
        registers.append(getattr(values[0], method)(*values[1:]))


@pytest.mark.parametrize("name", GOLDEN)
def test_instructions_make_the_rows_of_the_proving_key(name: str) -> None:
    expected = GOLDEN[name]
    cs = ConstraintSystem()
    registers: list[Any] = [IntegerVar.new(cs, T.U128, S, value) for value in (5, 3)]
    first_row, first_private, first_constant = cs.num_constraints, cs.num_private, cs.num_constants
    for text in expected["instructions"]:
        run(cs, registers, text)
    assert cs.num_constraints - first_row == expected["rows"]
    assert cs.num_private - first_private == expected["privates"]
    assert cs.num_constants - first_constant == expected.get("constants", cs.num_constants - first_constant)
    m = cs.matrices()
    assert [digest(rows[first_row:]) for rows in (m.a, m.b, m.c)] == expected["digests"]
