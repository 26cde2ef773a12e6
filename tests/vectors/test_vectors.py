"""Every answer of snarkVM in this folder is ours too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from avm.conformance.answers import answer
from avm.isa.registry import ops
from avm.types.literal_type import LiteralType
from avm.varuna.proof import Proof
from avm.varuna.srs.reference_string import SrsVerifier
from avm.varuna.verifier import verify
from avm.varuna.verifying_key import VerifyingKey
from avm.varuna.version import VarunaVersion

FOLDER = Path(__file__).parent
THROW_AWAY = "APrivateKey1zkp3XshQZJTDMzZ965GFYaPNLeEUjrUR9fjtRGwmhDoZTzQ"
"""The signer where nothing depends on it."""
ASKED = ("accounts", "signatures", "values", "hashes", "records", "programs", "evaluations", "keys")


def lines(name: str) -> list[Any]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def named(name: str) -> list[Any]:
    return [pytest.param(line, id=f"{name}-{i}") for i, line in enumerate(lines(name))]


@pytest.mark.parametrize("line", [each for name in ASKED for each in named(name)])
def test_the_answer_is_that_of_snarkvm(line: dict[str, Any]) -> None:
    request = {"private_key": THROW_AWAY, **line} if line["op"] == "avm.evaluate" else line
    ours = answer({key: value for key, value in request.items() if key != "answer"})
    wanted = line["answer"]
    if wanted.get("ok") is False:
        assert not ours["ok"] and not ours.get("unsupported")
        return
    assert {key: ours.get(key) for key in wanted} == wanted


@pytest.mark.parametrize("line", named("circuits"))
def test_an_opcode_adds_as_much_to_a_circuit_as_in_snarkvm(line: dict[str, Any]) -> None:
    size = ops()[line["opcode"]].counts[tuple(map(LiteralType.from_name, line["types"]))]
    assert (size.private, size.constraints) == (line["private"], line["constraints"])


@pytest.mark.parametrize("line", named("proofs"))
def test_a_proof_verifies_by_its_own_version_and_for_its_own_inputs(line: dict[str, Any]) -> None:
    verifier = SrsVerifier.from_bytes(bytes.fromhex((FOLDER / "verifier.hex").read_text(encoding="utf-8")))
    key, proof = VerifyingKey.parse(line["verifying_key"]), Proof.parse(line["proof"])
    assert (str(key), str(proof)) == (line["verifying_key"], line["proof"])
    for version in VarunaVersion:
        valid = verify(key, verifier, line["public"], proof, version=version).valid
        assert valid == (version.value == line["varuna"])
    others = [*line["public"][:-1], line["public"][-1] + 1]
    assert not verify(key, verifier, others, proof, version=VarunaVersion(line["varuna"])).valid
