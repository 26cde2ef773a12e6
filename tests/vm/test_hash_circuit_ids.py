"""Functions that hash, commit and verify have the circuits of the real engine.

``golden/hash_programs.json`` holds programs, with the circuit id and the number of variables in the verifying
key that snarkVM 4.12.0 made for each.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.varuna.indexer import circuit_shape
from avm.vm.environment import load
from avm.vm.function_circuit_blank import blank_circuit

GOLDEN = json.loads((Path(__file__).parent / "golden" / "hash_programs.json").read_text())


@pytest.mark.prove
@pytest.mark.parametrize("name", GOLDEN)
def test_the_circuit_is_that_of_the_real_engine(name: str) -> None:
    expected = GOLDEN[name]
    system = blank_circuit(load(expected["program"]), "main").system
    assert system.num_variables == expected["num_variables"]
    shape = circuit_shape(system.matrices(), system.num_variables)
    assert shape.circuit_id.hex() == expected["circuit_id"]
