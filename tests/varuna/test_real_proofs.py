"""Proofs made by the real engine verify, altered ones do not, and ours use the same parameters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.algebra import g1, g2, pairing
from avm.base import bech32
from avm.base.errors import CheckFailure, DecodeError
from avm.base.pool import Pool
from avm.varuna.indexer import index
from avm.varuna.proof import Proof
from avm.varuna.prover import prove
from avm.varuna.sample_system import sample_system
from avm.varuna.srs.consistency import check_srs
from avm.varuna.srs.official_files import OFFICIAL_FILES
from avm.varuna.srs.reference_string import Srs, SrsVerifier
from avm.varuna.verifier import verify
from avm.varuna.verifying_key import VerifyingKey
from avm.varuna.version import VarunaVersion

V2 = VarunaVersion.V2
"""The version of the proofs in that file."""


def _inputs(row: dict) -> list[int]:
    return [int(text.removesuffix("field")) for text in row["proof_public_inputs"]]


def test_real_proofs_verify(real_proofs: list, official: Srs) -> None:
    verifier = official.verifier()
    for row in real_proofs[:2]:
        key, proof = VerifyingKey.parse(row["verifying_key"]), Proof.parse(row["execution"]["proof"])
        assert str(key) == row["verifying_key"]
        assert str(proof) == row["execution"]["proof"]
        assert verify(key, verifier, _inputs(row), proof, version=V2).valid


@pytest.mark.prove
def test_real_proofs_of_v2_and_v3_verify_under_their_own_version_alone(shared: Path, official: Srs) -> None:
    lines = (shared / "vectors" / "native_executions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row.get("proof_public_inputs")]
    verifier = official.verifier()
    assert {row["varuna"] for row in rows} == {2, 3}
    for row in rows:
        key, text = VerifyingKey.parse(row["verifying_key"]), row["execution"]["proof"]
        proof = Proof.parse(text)
        assert str(proof) == text
        for version in VarunaVersion:
            verdict = verify(key, verifier, _inputs(row), proof, version=version)
            assert verdict.valid == (version == row["varuna"]), row["slug"]


def test_a_real_proof_with_other_inputs_or_bits_does_not_verify(real_proofs: list, official: Srs) -> None:
    row = real_proofs[0]
    key, verifier = VerifyingKey.parse(row["verifying_key"]), official.verifier()
    proof = Proof.parse(row["execution"]["proof"])
    inputs = _inputs(row)
    assert not verify(key, verifier, [*inputs[:-1], inputs[-1] ^ 1], proof, version=V2).valid
    data = bytearray(bech32.decode("proof", row["execution"]["proof"]))
    data[17 + 48 * 12 + 1 + 5] ^= 1
    altered = Proof.from_bytes(bytes(data))
    assert not verify(key, verifier, inputs, altered, version=V2).valid


def test_official_powers_are_those_of_one_secret(official: Srs) -> None:
    assert not official.insecure
    powers, last = official.powers(5), official.shifted_powers(14)
    assert powers[0] == g1.GENERATOR
    assert len(last) == 15
    for points in (powers, last):
        pairs = [(points[3], official.beta_h), (g1.neg(points[4]), g2.GENERATOR)]
        assert pairing.product_is_one(pairs)
    bound = [(last[0], official.negative_powers[14]), (g1.neg(g1.GENERATOR), g2.GENERATOR)]
    assert pairing.product_is_one(bound)


def test_official_powers_are_read_only_as_far_as_needed(shared, official: Srs) -> None:
    from avm.varuna.srs.official import official_srs

    reads: list[tuple[str, int]] = []

    class Counting:
        def has(self, name: str) -> bool:
            return (shared / "params" / name).is_file()

        def read(self, name: str, offset: int, size: int) -> bytes:
            reads.append((name, size))
            with (shared / "params" / name).open("rb") as file:
                file.seek(offset)
                return file.read(size)

    srs = official_srs(Counting())
    assert max(size for _, size in reads) < 10_000
    few, more = srs.powers(100), srs.powers(40_000)
    assert few.to_uncompressed() == more[:100].to_uncompressed()
    assert more.to_uncompressed() == official.powers(40_000).to_uncompressed()
    assert srs.shifted_powers(62).to_uncompressed() == official.shifted_powers(65534)[-63:].to_uncompressed()
    with pytest.raises(CheckFailure, match="65536"):
        srs.powers(65537)
    with pytest.raises(CheckFailure):
        srs.shifted_powers((1 << 17) - 2)


def test_the_manifest_knows_the_files_at_hand(shared) -> None:
    sizes = {file.name: file.size for file in OFFICIAL_FILES}
    for path in (shared / "params").iterdir():
        assert sizes[path.name] == path.stat().st_size


def test_the_verifiers_part_reads_back(official: Srs) -> None:
    verifier = official.verifier()
    data = verifier.to_bytes()
    assert SrsVerifier.from_bytes(data) == verifier
    with pytest.raises(DecodeError):
        SrsVerifier.from_bytes(data[:-1])


@pytest.mark.prove
def test_the_official_string_passes_its_own_check(official: Srs, pool: Pool) -> None:
    outcome = check_srs(official, 256, pool=pool)
    assert outcome.valid, outcome.checks


@pytest.mark.prove
def test_our_proof_with_official_parameters_verifies(official: Srs, pool: Pool) -> None:
    matrices, assignment = sample_system(300)
    key, verifying = index(matrices, official, pool=pool)
    proof, _ = prove(key, official, assignment, pool=pool)
    assert verify(verifying, official.verifier(), list(assignment.public), proof).valid
